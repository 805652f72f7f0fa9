"""Mistakes that authors make, each as one change of one file of the shipped rule base, and who is to notice it.

Groups: A typing, dates, references; B meaning and examples; C citations and quotations; D structure, parameters, norms;
E documents; F vocabulary; G files. `by` is the first command that notices: validate or test.
"""

# ruff: noqa: E501 - a row a mistake

from __future__ import annotations

from typing import NamedTuple

ORDER = "rules/national/mof-order-102-2020/law.yaml"
BUDGET = "rules/national/npc-budget-2018/law.yaml"
SIZE = "rules/national/miit-2011-300/law.yaml"
HUZHOU = "rules/huzhou/huzhou-gbf-2016-49/law.yaml"
SHARE = "rules/national/mof-zong-2016-54/law.yaml"
DOCUMENTS = "rules/registers/documents.yaml"
PROCUREMENT = "rules/registers/parameters/procurement.yaml"
LONGAN = "rules/longan/longan-2012/norms.yaml"
PURCHASE = "schemas/purchase.schema.json"
PLANS, WORKS, FINANCING, PERFORMANCE = (
    f"vocabulary/采购事项/{name}.yaml" for name in ("2-目录与预算", "5-工程与货物", "6-融资", "11-履约与绩效")
)
MATTER, TERM, FORMER = (
    f"vocabulary/采购事项/{name}.yaml" for name in ("1-事项与主体", "10-合同期限", "13-其他")
)
PACKED = "id: art-10-3\n"
UNBUDGETED = "id: art-16\n"
DUTIES = "id: art-10-2\n"
SHARE = "rules/national/mof-zong-2016-54/law.yaml"
LIMIT = "id: art-24-limit\n"
YEARS = "id: art-24-multi-year\n"
OWN = "id: mof-order-102-2020\n"

# Mistakes that are told at another line than the one that was changed.
ELSEWHERE = frozenset(
    (
        # What isn't there has no line: the entry that lacks it is named.
        "B10 no open example", "B17 no longer a default", "C02 no citation",
        # What contradicts it stands elsewhere, and either may be the mistake.
        "A14 id twice", "B07 permit for prohibit", "C01 other article", "C03 other item", "D01 two producers",
        "D04 unit of a parameter", "D10 periods overlap", "D18 other lines",
        "E02 effective in the future", "E09 circle of forces", "F01 field renamed", "F02 type changed", "F03 choice lost",
        "F11 field renamed in its group", "F12 type changed in its group", "F13 choice lost in its group",
        "F10 subject unknown to cases",
    )
)  # fmt: skip


# Whole files that hold no rules anybody could read, by what is wrong with them.
TEXTS = {
    "G01 tab": "document: npc-budget-2018\nrules:\n\t- id: x\n",
    "G02 conflict": "document: npc-budget-2018\n<<<<<<< HEAD\nrules: []\n=======\nrules: []\n>>>>>>> x\n",
    "G03 anchor": "document: &a npc-budget-2018\nrules: []\nnote: *a\n",
    "G04 tag": "document: !!python/name:os.system npc-budget-2018\nrules: []\n",
    "G05 key twice": "document: npc-budget-2018\ndocument: npc-budget-2018\nrules: []\n",
    "G06 empty": "",
    "G07 comments only": "# 待写\n",
    "G08 list on top": "- document: npc-budget-2018\n",
    "G09 deep": "document: npc-budget-2018\nrules: " + "[" * 100 + "]" * 100 + "\n",
    "G10 unclosed": "document: npc-budget-2018\nrules: [\n",
    "G11 hidden character": "document: npc-budget-2018\nru\u200bles: []\n",
    "G12 rules misspelt": "document: npc-budget-2018\nrulse: []\n",
    "G13 bomb": "document: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "G14 cut off": 'document: npc-budget-2018\nrules:\n  - id: npc-budget-2018.art-13\n    title: "未列入预算',
}
BYTES = {
    "G15 not a text": b"\x00\x01",
    "G16 unknown encoding": b"document: \x81\x20\xff\xff\n",
}
UNREAD = (
    "G17 rules/national/a.yml",
    "G18 rules/a.yaml",
    "G20 rules/national/a.yaml",
    "G21 rules/documents.yaml",
    "G19 rules/national/a.yaml.bak",
)


class Seed(NamedTuple):
    """After `at`, the first `old` becomes `new`; `codes`: one of them tells it, for `validate`."""

    name: str
    path: str
    at: str
    old: str
    new: str
    by: str
    codes: str = ""


SEEDS = (
    Seed("A01 field", ORDER, PACKED, "{含工程: true}", "{含工成: true}", "validate", "PE301"),
    Seed("A02 kind", ORDER, PACKED, "prohibit:", "prohibbit:", "validate", "PE010"),
    Seed("A03 subject", ORDER, PACKED, "subject: 采购事项", "subject: 采购事頂", "validate", "PE304"),
    Seed("A04 operator", ORDER, LIMIT, "more_than:", "more_then:", "validate", "PE302"),
    Seed("A05 choice", ORDER, "name: 第八条所列的购买单位", "[公益一类事业单位,", "[公益壹类事业单位,", "validate", "PE108"),
    Seed("A06 boolean", ORDER, UNBUDGETED, "{已列入预算: false}", "{已列入预算: 否}", "validate", "PE102"),
    Seed("A07 no such day", ORDER, "rules:\n", "as_of: 2020-02-29", "as_of: 2021-02-29", "validate", "PE107"),
    Seed("A08 object", ORDER, PACKED, "prohibit: 政府购买服务", "prohibit: 政府采购服务", "validate", "PE206"),
    Seed("A09 document", BUDGET, "", "document: npc-budget-2018", "document: npc-buget-2018", "validate", "PE203"),
    Seed("A10 dated_by", ORDER, LIMIT, "dated_by: 合同签订日", "dated_by: 合同签定日", "validate", "PE301"),
    Seed("A11 justified_by", SHARE, "", "justified_by: 低于比例已说明", "justified_by: 低于比例以说明", "validate", "PE301"),
    Seed("A12 override", ORDER, "precedence:", "over: 第十四条", "over: 第四十一条", "validate", "PE316"),
    Seed("A13 parameter", ORDER, LIMIT, "{parameter: 合同期限上限_月}", "{parameter: 合同期限上线_月}", "validate", "PE309"),
    Seed("A14 id twice", ORDER, PACKED[:-1], "id: art-16\n", "id: art-6\n", "validate", "PE308"),
    Seed("A15 id of another", ORDER, "", PACKED, "id: mof-order-101-2020.art-10-3\n", "validate", "PE308"),
    Seed("A16 due", ORDER, LIMIT, "due: 合同", "due: 合约", "validate", "PE013"),
    Seed("A17 expect", ORDER, PACKED, "expect: 不适用", "expect: 不使用", "validate", "PE013"),
    Seed("A18 full-width colon", ORDER, PACKED, "cite: 第十条", "cite：第十条", "validate", "PE002 PE012"),
    Seed("A19 unit in number", ORDER, LIMIT, "合同期限_月: 36,", "合同期限_月: 36个月,", "validate", "PE103"),
    Seed("A20 due too late", ORDER, LIMIT, "due: 合同", "due: 绩效", "test"),
    Seed("B01 negated", ORDER, PACKED, "when: {含工程: true}", "when: {含工程: false}", "test"),
    Seed("B02 bound", ORDER, LIMIT, "合同期限_月: {more_than:", "合同期限_月: {at_least:", "test"),
    Seed("B03 threshold", PROCUREMENT, "", "value: 36", "value: 37", "test"),
    Seed("B04 member lost", ORDER, "name: 第八条所列的购买单位", "[公益一类事业单位, ", "[", "test"),
    Seed("B05 all for any", ORDER, DUTIES, "any:", "all:", "test"),
    Seed("B06 condition lost", ORDER, "name: 第十四条的条件", "已列入目录: true, ", "", "test"),
    Seed("B07 permit for prohibit", ORDER, PACKED, "prohibit: 政府购买服务", "permit: 政府购买服务", "validate", "PE609"),
    Seed("B08 opposite title", ORDER, "rules:\n", "可以实施政府购买服务", "不得实施政府购买服务", "validate", "PE609"),
    Seed("B09 exception lost", ORDER, PACKED, "    unless:\n      - {basis: interpretation, because: 物业等服务附带的日常零星维修不构成建设工程, when: {零星维修: true}}\n", "", "test"),
    Seed("B10 no open example", ORDER, UNBUDGETED, "      - {name: 预算待批，等批复再说, given: {已列入预算: {unknown: 预算尚未批复}}, expect: 待核实}\n", "", "validate", "PE603"),
    Seed("B11 wrong example", ORDER, PACKED, "expect: 不适用", "expect: 违反", "test"),
    Seed("B12 wrong member", HUZHOU, "id: target-2\n", "重点对象类别: 第（二）项", "重点对象类别: 第（三）项", "test"),
    Seed("B13 list shortened", HUZHOU, "id: target-3\n", "[小型, 微型]", "[微型]", "test"),
    Seed("B14 size table", SIZE, "id: size", "规模行业: 工业, 从业人员: {at_least: 1000}", "规模行业: 工业, 从业人员: {at_least: 100}", "test"),
    Seed("B15 otherwise", SIZE, "id: industry", "otherwise: 其他未列明行业", "otherwise: 工业", "test"),
    Seed("B16 row result", SIZE, "id: size", "is: 中型", "is: 小型", "test"),
    Seed("B17 no longer a default", SHARE, "", "    strength: default\n", "", "validate", "PE311"),
    Seed("B18 other function", ORDER, "id: art-24-total", "{sum:", "{max:", "test"),
    Seed("B19 opposite default", ORDER, PACKED, "when: {零星维修: true}", "when: {零星维修: false}", "test"),
    Seed("B20 in force from", ORDER, UNBUDGETED, "    prohibit:", "    in_force: {from: 2027-01-01}\n    prohibit:", "test"),
    Seed("B21 case of a choice lost", ORDER, DUTIES, "        - 交由承接主体行使的职权: {count: {at_least: 1}}\n", "", "test"),
    Seed("B22 effect", "rules/registers/objects.yaml", "", "{name: 政府购买服务, effect: veto", "{name: 政府购买服务, effect: fix", "test"),
    Seed("C01 other article", ORDER, UNBUDGETED, "cite: 第十六条\n", "cite: 第十七条\n", "validate", "PE316"),
    Seed("C02 no citation", ORDER, UNBUDGETED, "    cite: 第十六条\n", "", "validate", "PE011"),
    Seed("C03 other item", ORDER, PACKED, "cite: 第十条第（三）项", "cite: 第十条第（四）项", "validate", "PE607"),
    Seed("C04 quote too long", ORDER, PACKED, "quote: 政府采购法律、行政法规规定的货物和工程", "quote: " + "政府采购法律、行政法规规定的货物和工程" * 4, "validate", "PE208"),
    Seed("C05 quote altered", ORDER, LIMIT, "履行期限不超过3年", "履行期限不超过5年", "validate", "PE328"),
    Seed("C06 quote of a report altered", "rules/evidence/mof-zhs-2022/law.yaml", "", "纳入第三方绩效评价范围\n", "纳入第三方绩效评价体系\n", "validate", "PE328"),
    Seed("C07 quote of an unverified text", ORDER, "id: art-26\n", "    prohibit:", "    quote: 不得转包\n    prohibit:", "validate", "PE208"),
    Seed("C08 override of another article", ORDER, "precedence:", "cite: 第十条}", "cite: 第十一条}", "validate", "PE613"),
    Seed("C09 document's name in the locator", ORDER, "id: art-23-terms\n", "cite: 第二十三条", "cite: 《政府购买服务管理办法》第二十三条", "validate", "PE611"),
    Seed("C10 digits in the locator", ORDER, "id: art-23-terms\n", "cite: 第二十三条", "cite: 第23条", "validate", "PE611"),
    Seed("D01 two producers", SIZE, "id: size", "field: 企业规模", "field: 规模行业", "validate", "PE402 PE108"),
    Seed("D02 contradiction in when", ORDER, UNBUDGETED, "when: {已列入预算: false}", "when: {已列入预算: false, not: {已列入预算: false}}", "test"),
    Seed("D03 requirement lost", ORDER, "name: 预算保障和四项条件", "all_of: [预算保障, ", "all_of: [", "test"),
    Seed("D04 unit of a parameter", PROCUREMENT, "", "unit: 月", "unit: 年", "validate", "PE608"),
    Seed("D05 no remedy", ORDER, UNBUDGETED, "    remedy:", "    note2:", "validate", "PE010 PE011"),
    Seed("D06 two kinds", ORDER, UNBUDGETED, "    prohibit: 政府购买服务\n", "    prohibit: 政府购买服务\n    permit: 政府购买服务\n", "validate", "PE305"),
    Seed("D07 exception without text", ORDER, PACKED, "basis: interpretation, because", "basis: text, because", "validate", "PE011"),
    Seed("D08 override of itself", ORDER, "precedence:", "over: 第十四条", "over: 第十条", "validate", "PE316"),
    Seed("D09 override lost", ORDER, "precedence:", "  - {rules: 第十条, over: 第十四条, basis: text, because: 第十条所列事项不得纳入政府购买服务范围, cite: 第十条}\n", "", "test"),
    Seed("D10 periods overlap", "rules/registers/parameters/safety.yaml", "", "until: 2017-12-31", "until: 2018-12-31", "validate", "PE207"),
    Seed("D29 begins before it can", "rules/registers/documents.yaml", "", "earliest: 2016-06-16", "earliest: 2016-06-21", "validate", "PE207"),
    Seed("D11 parameter ends", PROCUREMENT, "", "until: null, value: 36", "until: 2020-12-31, value: 36", "test"),
    Seed("D12 parameter without value", PROCUREMENT, "", "value: 36", "value: 三十六", "validate", "PE103"),
    Seed("D13 norm twice", LONGAN, "", "norm: LA-02", "norm: LA-01", "validate", "PE209"),
    Seed("D14 list for a number", PROCUREMENT, "", "value: 36", "value: [36]", "validate", "PE309"),
    Seed("D15 no reason why not checkable", LONGAN, "norm: LA-02", "answer: guidance", "answer: not_checkable2", "validate", "PE013"),
    Seed("D16 norm without rules", LONGAN, "norm: LA-03", "answer: encoded\n    rules: [", "answer: encoded\n    rule: [", "validate", "PE010 PE313"),
    Seed("D17 rule of a norm misspelt", LONGAN, "norm: LA-01", "longan-2012.stage-supervise,", "longan-2012.stage-supervize,", "validate", "PE306"),
    Seed("D18 other lines", LONGAN, "", "lines: L87\n", "lines: L870\n", "validate", "PE327"),
    Seed("D19 invented prohibition", ORDER, "", "rules:\n", "rules:\n  - id: mof-order-102-2020.art-9-only\n    title: 公共服务以外的事项不得购买\n    cite: 第九条\n    subject: 采购事项\n    when: {服务大类: 政府履职辅助性服务}\n    prohibit: 政府购买服务\n    remedy: 改为公共服务\n    examples:\n      - {name: 辅助, given: {服务大类: 政府履职辅助性服务}, expect: 违反}\n      - {name: 公共, given: {服务大类: 公共服务}, expect: 不适用}\n      - {name: 不清楚, given: {}, expect: 待核实}\n\n", "validate", "PE610"),
    Seed("D20 default without basis", ORDER, "id: art-26\n", "    prohibit:", "    strength: default\n    prohibit:", "validate", "PE612"),
    Seed("E01 force misspelt", DOCUMENTS, OWN, "force: 部门规章", "force: 部门规張", "validate", "PE205"),
    Seed("E02 effective in the future", DOCUMENTS, OWN, "effective: {date: 2020-03-01", "effective: {date: 2030-03-01", "validate", "PE207"),
    Seed("E03 area misspelt", DOCUMENTS, OWN, "area: 全国", "area: 全囯", "validate", "PE204"),
    Seed("E04 ended", DOCUMENTS, OWN, "ended: null", "ended: {date: 2024-12-31, basis: 测试, verified: false}", "validate", "PE616"),
    Seed("E05 ended years ago", DOCUMENTS, "id: mof-yu-2017-87\n", "ended: null", "ended: {date: 2018-12-31, basis: 测试, verified: false}", "validate", "PE616"),
    Seed("E06 issued after effective", DOCUMENTS, OWN, "issued: {date: 2020-01-03", "issued: {date: 2021-01-03", "validate", "PE207"),
    Seed("E07 force of another number", DOCUMENTS, OWN, "force: 部门规章", "force: 法律", "validate", "PE212"),
    Seed("E08 repeals what is in force", DOCUMENTS, "id: mof-zong-2014-96\n", "ended: {date: 2020-02-29", "ended: {date: 2020-06-30", "validate", "PE606"),
    Seed("E09 circle of forces", "rules/registers/authority.yaml", "", "  - {higher: 行政法规, lower: 地方性法规,", "  - {higher: 规范性文件, lower: 法律, when: always, basis: 测试}\n  - {higher: 行政法规, lower: 地方性法规,", "validate", "PE213"),
    Seed("E10 id twice", DOCUMENTS, "", "id: mof-yu-2017-87\n", "id: mof-order-102-2020\n", "validate", "PE209"),
    Seed("E11 no list", DOCUMENTS, "id: npc-labor-contract-2012\n", "encoded: none", "encoded: full", "validate", "PE614"),
    Seed("F01 field renamed", PURCHASE, "", '"融资": {', '"融資": {', "validate", "PE301"),
    Seed("F02 type changed", PURCHASE, '"已列入预算": {', '"type": "boolean"', '"type": "number"', "validate", "PE103 PE303 PE310"),
    Seed("F03 choice lost", PURCHASE, '"采购标的": {', '            "货物",\n', "", "validate", "PE108"),
    Seed("F04 comma lost", PURCHASE, "", '",\n', '"\n', "validate", "PE002"),
    Seed("F05 role misspelt", PURCHASE, '"含工程": {', '"x-role": "flag"', '"x-role": "flags"', "validate", "PE013"),
    Seed("F06 declared", PURCHASE, '"融资": {', '"x-declared": false', '"x-declared": true', "test"),
    Seed("F07 indicator misspelt", PURCHASE, '"融资": {', '"分期付款_年": {', '"分期付款_月": {', "validate", "PE301"),
    Seed("F08 phase misspelt", PURCHASE, "", '"x-phase": "合同"', '"x-phase": "合约"', "validate", "PE013"),
    Seed("F09 keyword misspelt", PURCHASE, '"含工程": {', '"x-supplier"', '"x-suplier"', "validate", "PE211"),
    Seed("F11 field renamed in its group", FINANCING, "", "name: 融资\n", "name: 融資\n", "validate", "PE301"),
    Seed("F12 type changed in its group", PLANS, "name: 已列入预算\n", "type: boolean", "type: number", "validate", "PE103 PE303 PE310"),
    Seed("F13 choice lost in its group", WORKS, "name: 采购标的\n", "[货物, ", "[", "validate", "PE108"),
    Seed("F14 colon lost in a group", FINANCING, "", "title: 融资行为", "title 融资行为", "validate", "PE002"),
    Seed("F15 role misspelt in a group", WORKS, "name: 含工程\n", "role: flag", "role: flags", "validate", "PE013"),
    Seed("F16 declared in its group", FINANCING, "name: 融资\n", "declared: false", "declared: true", "test"),
    Seed("F17 indicator misspelt in a group", FINANCING, "name: 融资\n", "{分期付款_年:", "{分期付款_月:", "validate", "PE301"),
    Seed("F18 phase misspelt in a group", PERFORMANCE, "", "phase: 绩效", "phase: 绩校", "validate", "PE013"),
    Seed("F19 key misspelt in a group", FINANCING, "name: 融资\n", "supplier:", "suplier:", "validate", "PE010"),
    Seed("F10 subject unknown to cases", "schemas/case.schema.json", "", '"采购事项": {', '"采购事頂": {', "validate", "PE615"),
    Seed("D21 bounds that nobody computes", "rules/registers/documents.yaml", "", "outside: 在政府采购法以外", "outside: 在政府采购法之外", "validate", "PE403"),
    Seed("A21 title empty", ORDER, LIMIT, "title: 合同履行期限不得超过三年", 'title: ""', "validate", "PE011"),
    Seed("A22 remedy blank", ORDER, LIMIT, "remedy: 合同期限（含不另行采购的续签）缩短到三年以内，期满重新采购", 'remedy: " "', "validate", "PE011"),
    Seed("A23 question empty", FORMER, "", "question: 温州市2014年至2015年的做法（据转述）现在是否仍执行，有没有新的文件代替？", 'question: ""', "validate", "PE011"),
    Seed("A24 help empty", FORMER, "", "help: 当地早年的做法（温州市2014年至2015年）现在是否仍执行", 'help: ""', "validate", "PE011"),
    Seed("C11 exception by an article that isn't there", ORDER, "", "{basis: text, cite: 第三十四条", "{basis: text, cite: 第九百条", "validate", "PE632"),
    Seed("D22 value before its document", PROCUREMENT, "", "from: 2020-03-01", "from: 2002-03-01", "validate", "PE207"),
    Seed("E12 checked on a day to come", DOCUMENTS, OWN, "status_checked_on: 2026-", "status_checked_on: 2036-", "validate", "PE207"),
    Seed("E13 number of another year", DOCUMENTS, "id: mof-zong-2014-96\n", "issued: {date: 2014-12-15", "issued: {date: 2013-12-15", "validate", "PE207"),
    Seed("E14 pair of forces twice", "rules/registers/authority.yaml", "", "  - {higher: 行政法规, lower: 地方性法规,", "  - {higher: 法律, lower: 行政法规, when: same_area_or_below, basis: 测试}\n  - {higher: 行政法规, lower: 地方性法规,", "validate", "PE209"),
    Seed("E15 area ends before it begins", "rules/registers/areas.yaml", "", "until: 2021-04-08", "from: 2022-01-01, until: 2021-04-08", "validate", "PE207"),
    Seed("F20 other spelling named like a choice", MATTER, "", "      行政机关: 国家机关", "      党的机关: 国家机关", "validate", "PE108"),
    Seed("F21 other spelling of no choice", MATTER, "", "      行政机关: 国家机关", "      行政机关: 国家机关们", "validate", "PE108"),
    Seed("F22 choice twice", MATTER, "", "[国家机关, 党的机关,", "[国家机关, 国家机关, 党的机关,", "validate", "PE209"),
    Seed("F23 bounds exchanged", TERM, "", "minimum: 0\n    maximum: 600", "minimum: 600\n    maximum: 0", "validate", "PE104"),
)  # fmt: skip
