"""Examples are read as they are written, by hand and by machine; each mistake in them is told once, at its words."""

import dataclasses

import pytest

from loading.test_usual import OF_FILE, file_of
from loading.test_usual import USUAL as DECLARED
from loading.told import told, told_of
from loading.toy import TEXTS, prepared, sources_with
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import USUAL_DAY, iso
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import load_rule_set

RULE = """\
document: toy-2020
rules:
  - id: ban
    title: 甲
    cite: 第一条
    subject: 采购事项
    when: {含工程: true}
    prohibit: 政府购买服务
    remedy: 乙
"""
USUAL = "    usual: {given: {含工程: true, 采购标的: 工程}}\n"
BASE = "{含工程: true, 合同期限_月: 12}"
NO_USUAL = "在规则或者文件里写 usual；或者把事实都写在 given 里"
ONE_WAY = "写 given 的不用 base 和 usual；留下一种写法"


def by_hand(example, usual):
    return RULE + usual + f"    examples:\n      - {example}\n"


@pytest.mark.parametrize(
    ("example", "usual", "expected"),
    [
        ("{name: 甲, given: {含工程: true}, expect: 违反}", "", []),
        ("{name: 甲, given: {含工程: true}, expect: 违法}", "", [
            ("PE013", "违法", "`expect` 不能是 `违法`", "是否为 `违反`？"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: }", "", [
            ("PE011", "{name: 甲, given: {含工程: true}, expect: }", "缺少 `expect`", "补上 `expect: …`"),
        ]),
        ("{name: 甲, given: {含工程: true}}", "", [
            ("PE011", "{name: 甲, given: {含工程: true}}", "缺少 `expect`", "补上 `expect: …`"),
        ]),
        ("{given: {含工程: true}, expect: 违反}", "", [
            ("PE011", "{given: {含工程: true}, expect: 违反}", "缺少 `name`", "补上 `name: …`"),
        ]),
        ("甲", "", [("PE009", "甲", "例子应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("{name: 甲, givn: {含工程: true}, expect: 违反}", "", [("PE010", "givn", "例子没有 `givn`", "是否为 `given`？")]),
        ("{name: 甲, expect: 违反}", "", [("PE011", "{name: 甲, expect: 违反}", "缺少 `given`", "补上 `given: …`")]),
        ("{name: 甲, given: 含工程, expect: 违反}", "", [
            ("PE009", "含工程", "`given`应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("{name: 甲, given: {含工程: 大概}, expect: 违反}", "", [
            ("PE101", "大概", "`含工程` 应为 true 或 false，写的是 `大概`", "写 true 或 false；不清楚时写 {unknown: 原因}"),
        ]),
        ("{name: 甲, given: {含工成: true}, expect: 违反}", "", [
            ("PE301", "含工成", "`采购事项` 没有字段 `含工成`", "是否为 `含工程`？"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, verdict: 禁止}", "", [
            ("PE013", "禁止", "`verdict` 不能是 `禁止`", "可用的有 `不得实施`、`依据冲突`、`须整改`、`需补充核实`、`未涵盖`、`可以实施`"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, verdict: }", "", [
            ("PE013", "", "`verdict` 不能是 ``", "可用的有 `不得实施`、`依据冲突`、`须整改`、`需补充核实`、`未涵盖`、`可以实施`"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, as_of: 2026-02-30}", "", [
            ("PE107", "2026-02-30", "`as_of` 的日期不存在：`2026-02-30`", "检查年、月、日"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, jurisdiction: 西湖区}", "", [
            ("PE204", "西湖区", "`西湖区` 不止一处", "写明是哪一处：浙江省杭州市西湖区（330106）、江西省南昌市西湖区（360103）"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, jurisdiction: [全国]}", "", [
            ("PE009", "[全国]", "`jurisdiction` 应为一个值", "写成一个词或一句话"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, phase: 立}", "", [
            ("PE013", "立", "`phase` 不能是 `立`", "是否为 `立项`？"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, declared: 是}", "", [
            ("PE102", "是", "`declared` 应为 true 或 false", "写 true"),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反, subject: 服务}", "", [
            ("PE013", "服务", "`subject` 不能是 `服务`", "可用的有 `采购事项`"),
        ]),
        ("{name: 甲, but: {含工程: true}, expect: 违反}", "", [
            ("PE317", "{name: 甲, but: {含工程: true}, expect: 违反}",
             "写了 `but`，却没有通常情形 `usual`", NO_USUAL),
        ]),
        ("{name: 甲, without: 含工程, expect: 违反}", "", [
            ("PE317", "{name: 甲, without: 含工程, expect: 违反}",
             "写了 `without`，却没有通常情形 `usual`", NO_USUAL),
        ]),
        ("{name: 甲, but: {含工程: true}, without: 采购标的, expect: 违反}", "", [
            ("PE317", "{name: 甲, but: {含工程: true}, without: 采购标的, expect: 违反}",
             "写了 `but`，却没有通常情形 `usual`", NO_USUAL),
        ]),
        ("{name: 甲, given: {含工程: true}, but: {含工程: false}, without: [采购标的], expect: 违反}", "", [
            ("PE112", "{name: 甲, given: {含工程: true}, but: {含工程: false}, without: [采购标的], expect: 违反}",
             "写了 given 又写了 `but`", ONE_WAY),
            ("PE112", "{name: 甲, given: {含工程: true}, but: {含工程: false}, without: [采购标的], expect: 违反}",
             "写了 given 又写了 `without`", ONE_WAY),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反}", USUAL, [
            ("PE317", "{given: {含工程: true, 采购标的: 工程}}",
             "没有例子用到这个通常情形", "例子写 but（与通常情形的不同）而不写 given；都写 given 的，删去 usual"),
        ]),
        ("{name: 甲, but: {含工程: true, 采购标的: 服务}, expect: 违反}", USUAL, [
            ("PE317", "含工程", "`含工程` 与通常情形相同", "删去这一项；but 只写与通常情形不同的"),
        ]),
        ("{name: 甲, but: {含工程: 大概}, expect: 违反}", USUAL, [
            ("PE101", "大概", "`含工程` 应为 true 或 false，写的是 `大概`", "写 true 或 false；不清楚时写 {unknown: 原因}"),
        ]),
        ("{name: 甲, but: 含工程, expect: 违反}", USUAL, [
            ("PE009", "含工程", "`but`应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("{name: 甲, without: [含工, 采购], expect: 违反}", USUAL, [
            ("PE013", "含工", "`usual` 里没有 `含工`", "是否为 `含工程`？"),
            ("PE013", "采购", "`usual` 里没有 `采购`", "是否为 `采购标的`？"),
        ]),
        ("{name: 甲, without: [[含工程]], expect: 违反}", USUAL, [
            ("PE009", "[含工程]", "`without` 的每一项应为一个值", "写成一个词"),
        ]),
        ("{name: 甲, but: {含工程: {unknown: 没看}}, expect: 违反}", USUAL, [
        ]),
        ("{name: 甲, given: {}, as_of: 2019-08-15, jurisdiction: 龙港市, expect: 违反}", "", [
            ("PE204", "龙港市", "`龙港市` 在该日期不是现行区划", "2019年8月16日设立，此前是苍南县龙港镇"),
        ]),
        ("{name: 甲, expect: 违反}", "    usual: 甲\n", [
            ("PE009", "甲", "`usual`应为“键: 值”的映射", "逐行写成 `键: 值`"),
            ("PE011", "{name: 甲, expect: 违反}", "缺少 `given`", "补上 `given: …`"),
        ]),
        ("{name: 甲, expect: 违反}", "    usual: {givn: {}}\n", [("PE010", "givn", "`usual`没有 `givn`", "是否为 `given`？")]),
        ("{name: 甲, expect: 违反}", "    usual: {declared: true}\n", [
            ("PE011", "{declared: true}", "缺少 `given`", "补上 `given: …`"),
        ]),
        ("{name: 甲, expect: 违反}", "    usual: {subject: 服务合同, given: {含工程: true}}\n", [
            ("PE013", "服务合同", "`subject` 不能是 `服务合同`", "可用的有 `采购事项`"),
        ]),
        ("{name: 甲, expect: 违反}", "    usual: {given: 含工程}\n", [
            ("PE009", "含工程", "`given`应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("{name: 甲, expect: 违反}", "    usual: {given: {含工程: 大概}}\n", [
            ("PE101", "大概", "`含工程` 应为 true 或 false，写的是 `大概`", "写 true 或 false；不清楚时写 {unknown: 原因}"),
        ]),
        ("{name: 甲, expect: 违反}", "    usual: {declared: 是, phase: 立, as_of: 2026-02-30, jurisdiction: 西湖区, given: {含工程: true}}\n", [
            ("PE102", "是", "`declared` 应为 true 或 false", "写 true"),
            ("PE013", "立", "`phase` 不能是 `立`", "是否为 `立项`？"),
            ("PE107", "2026-02-30", "`as_of` 的日期不存在：`2026-02-30`", "检查年、月、日"),
            ("PE204", "西湖区", "`西湖区` 不止一处", "写明是哪一处：浙江省杭州市西湖区（330106）、江西省南昌市西湖区（360103）"),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_example_is_told_in_these_words(example, usual, expected) -> None:
    assert expected == told({"rules.yaml": by_hand(example, usual)})


IDLE = "例子写 but（与通常情形的不同）而不写 given；都写 given 的，删去 usual"
IDLE_OF_FILE = "例子写 but（与通常情形的不同）而不写 given；没有这样的例子的，删去"


@pytest.mark.parametrize(
    ("examples", "beside", "expected"),
    [
        ("甲", {}, [
            ("PE317", "{declared: true, phase: 采购, given: {含工程: true, 采购标的: 工程}}", "没有例子用到这个通常情形", IDLE),
            ("PE009", "甲", "例子应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("{name: 甲, given: {含工程: true}, but: {含工程: false}, expect: 违反}\n{name: 乙, expect: 违反}", {}, [
            ("PE112", "{name: 甲, given: {含工程: true}, but: {含工程: false}, expect: 违反}", "写了 given 又写了 `but`", ONE_WAY),
        ]),
        ("{name: 甲, given: {含工程: true}, expect: 违反}", {"usual": "", "top": OF_FILE}, [
            ("PE317", "{subject: 采购事项, as_of: 2026-02-01, given: {含工程: true, 采购标的: 工程}}",
             "没有例子用到 `采购事项` 的通常情形", IDLE_OF_FILE),
        ]),
        ("{name: 甲, expect: 违反}", {"top": OF_FILE}, [
            ("PE317", "{subject: 采购事项, as_of: 2026-02-01, given: {含工程: true, 采购标的: 工程}}",
             "没有例子用到 `采购事项` 的通常情形", IDLE_OF_FILE),
        ]),
    ],
)  # fmt: skip
def test_an_ordinary_case_that_no_example_uses_is_told(examples, beside, expected) -> None:
    assert expected == told({"rules.yaml": file_of(examples, **beside)})


def example_of(written: str, **beside: str):
    (rule,) = prepared({"rules.yaml": file_of(written, **beside)}).rule_set.rules
    (found,) = rule.examples
    return found


@pytest.mark.parametrize(
    ("own", "as_of", "area", "phase"),
    [
        ("", "2026-02-01", "330000", Phase.CONTRACT),
        ("as_of: 2025-01-01, ", "2025-01-01", "330000", Phase.CONTRACT),
        ("jurisdiction: 温州市, ", "2026-02-01", "330300", Phase.CONTRACT),
        ("phase: 履约, ", "2026-02-01", "330000", Phase.PERFORMANCE),
    ],
)
def test_a_setting_of_its_own_leaves_the_others_as_usual(own, as_of, area, phase) -> None:
    usual = "    usual: {as_of: 2026-02-01, jurisdiction: 浙江省, phase: 合同, declared: true, given: {含工程: true}}\n"
    found = example_of(f"{{name: 甲, {own}expect: 违反}}", usual=usual)
    assert (as_of, area, phase, True, False) == (
        iso(found.as_of),
        found.area,
        found.phase,
        found.is_declared,
        found.follows_due,
    )
    assert found.usual is not None
    assert ["含工程"] == list(found.usual)


def test_the_usual_case_of_the_rule_goes_before_that_of_the_file() -> None:
    other = DECLARED.replace("含工程: true, ", "")
    with pytest.raises(DiagnosticsError) as caught:
        example_of("{name: 甲, but: {含工程: true}, expect: 违反}", usual=other, top=OF_FILE)
    assert ["没有例子用到 `采购事项` 的通常情形"] == [d.message for d in caught.value.diagnostics]
    found = example_of("{name: 甲, but: {含工程: true}, expect: 违反}", usual=other)
    assert {"含工程": True, "采购标的": "工程"} == {name: fact.value for name, fact in found.given.items()}


def test_examples_are_listed() -> None:
    found = told({"rules.yaml": RULE + "    examples: 甲\n"})
    assert [("PE009", "甲", "`examples`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头")] == found


@pytest.mark.parametrize(
    ("settings", "day", "area", "phase", "is_declared", "follows", "verdict"),
    [
        ("", iso(USUAL_DAY), "000000", "立项", False, True, ""),
        ("as_of: 2020-05-06, ", "2020-05-06", "000000", "立项", False, True, ""),
        ("jurisdiction: 温州市, ", iso(USUAL_DAY), "330300", "立项", False, True, ""),
        ("jurisdiction: 龙港市, as_of: 2019-08-16, ", "2019-08-16", "330383", "立项", False, True, ""),
        ("phase: 合同, ", iso(USUAL_DAY), "000000", "合同", False, False, ""),
        ("declared: true, ", iso(USUAL_DAY), "000000", "立项", True, True, ""),
        ("verdict: 未涵盖, ", iso(USUAL_DAY), "000000", "立项", False, True, "未涵盖"),
    ],
)
def test_the_settings_of_an_example_are_its_own_or_its_usual_case_s(
    settings, day, area, phase, is_declared, follows, verdict
) -> None:
    own = f"{{name: 甲, {settings}given: {{含工程: true}}, expect: 违反}}"
    # A verdict is each example's own.
    of_usual = "" if "verdict" in settings else settings
    usual = f"    usual: {{{of_usual}given: {{含工程: true}}}}\n"
    kept = f"{{name: 甲, {settings if 'verdict' in settings else ''}expect: 违反}}"
    for example, above in ((own, ""), (kept, usual)):
        (rule,) = prepared({"rules.yaml": by_hand(example, above)}).rule_set.rules
        (one,) = rule.examples
        assert (day, area, phase) == (iso(one.as_of), one.area, one.phase.value)
        assert (is_declared, follows, verdict) == (one.is_declared, one.follows_due, one.verdict)
        assert ("甲", "采购事项", "违反", "") == (one.name, one.subject, one.expect, one.kills)
        assert {"含工程": True} == {name: fact.value for name, fact in one.given.items()}
        assert (None if above == "" else {"含工程"}) == (one.usual and {*one.usual})
        assert (10 if above == "" else 11) == one.span.line


@pytest.mark.parametrize(
    ("cases", "base", "expected"),
    [
        ("一", BASE, [("PE009", "一", "回归例应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("{kills: , expect: 违反}", BASE, [
            ("PE011", "{kills: , expect: 违反}", "缺少 `kills`", "补上 `kills: …`"),
        ]),
        ("{kills: 一, expect: 违法}", BASE, [
            ("PE013", "违法", "`expect` 不能是 `违法`", "是否为 `违反`？"),
        ]),
        ("{kills: 一}", BASE, [("PE011", "{kills: 一}", "缺少 `expect`", "补上 `expect: …`")]),
        ("{kills: 一, buts: {含工程: true}, expect: 违反}", BASE, [
            ("PE010", "buts", "回归例没有 `buts`", "是否为 `but`？"),
        ]),
        ("{kills: 一, but: {含工成: true}, expect: 违反}", BASE, [
            ("PE301", "含工成", "`采购事项` 没有字段 `含工成`", "是否为 `含工程`？"),
        ]),
        ("{kills: 一, given: {}, but: {含工程: true}, without: 含工程, expect: 违反}", BASE, [
            ("PE112", "{kills: 一, given: {}, but: {含工程: true}, without: 含工程, expect: 违反}",
             "写了 given 又写了 `but`", ONE_WAY),
            ("PE112", "{kills: 一, given: {}, but: {含工程: true}, without: 含工程, expect: 违反}",
             "写了 given 又写了 `without`", ONE_WAY),
        ]),
        ("{kills: 一, without: [采购标的, 含工], expect: 违反}", BASE, [
            ("PE013", "采购标的", "`base` 里没有 `采购标的`", "可用的有 `含工程`、`合同期限_月`"),
            ("PE013", "含工", "`base` 里没有 `含工`", "是否为 `含工程`？"),
        ]),
        ("{kills: 一, expect: 违反}\n{kills: 二, expect: 违反}", "{含工厂: true}", [
            ("PE301", "含工厂", "`采购事项` 没有字段 `含工厂`", "是否为 `含工程`？"),
        ]),
        ("{kills: 一, expect: 违反}", "含工程", [("PE009", "含工程", "`base`应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("{kills: 一, given: {含工程: true}, expect: 违反}", "含工程", []),
        ("{kills: 一, subject: 服务合同, expect: 违反}", BASE, [
            ("PE013", "服务合同", "`subject` 不能是 `服务合同`", "可用的有 `采购事项`"),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_cases_made_by_machine_is_told_in_these_words(cases, base, expected) -> None:
    lines = "".join(f"      - {case}\n" for case in cases.split("\n"))
    text = f"rules:\n  - rule: toy-2020.art-1\n    base: {base}\n    cases:\n{lines}"
    made = (SourceText("rules/toy/toy-2020/regressions.yaml", text),)
    found: tuple[Diagnostic, ...] = ()
    try:
        load_rule_set(dataclasses.replace(sources_with({}), regressions=made))
    except DiagnosticsError as error:
        found = error.diagnostics
    assert expected == told_of(found, text)


def test_what_a_rule_computes_is_expected_in_free_words() -> None:
    text = TEXTS["rules.yaml"].replace(
        "    classify: {期限过长: true}\n",
        "    classify: {期限过长: true}\n    examples: [{name: 甲, given: {合同期限_月: 50}, expect: 随便}]\n",
    )
    *_, rule = prepared({"rules.yaml": text}).rule_set.rules
    assert ["随便"] == [one.expect for one in rule.examples]
