"""An article that prevails over another is written out rule by rule, and read aloud once."""

import pytest

from loading.told import told
from loading.toy import complaint_about, sources_with
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules
from policy_engine.model.locators import is_within
from policy_engine.model.rules import Basis
from policy_engine.reporting.aloud.document import read_document
from policy_engine.reporting.aloud.writers import as_text
from policy_engine.usecases import load_rule_set

RULES = """\
  - {id: ban, title: 甲, cite: 第十条第（一）项, subject: 采购事项, when: {含工程: true}, prohibit: 政府购买服务, remedy: 乙}
  - {id: ban-other, title: 丙, cite: 第十条第（二）项, subject: 服务合同, when: {含工程: true}, prohibit: 政府购买服务, remedy: 乙}
  - {id: total, title: 丁, cite: 第十条, subject: 采购事项, derive: {总期限_月: {sum: [合同期限_月, 自动续签_月]}}}
  - {id: toy-2020.may, title: 戊, cite: 第十四条, subject: 采购事项, when: {含工程: true}, permit: 政府购买服务}
  - {id: hint, title: 己, cite: 第十四条, subject: 采购事项, recommend: {含工程: true}, advice: 庚}
"""
PRECEDENCE = "  - {rules: 第十条, over: 第十四条, basis: text, because: 所列事项不得买, cite: 第十条}\n"


def file_of(precedence: str = PRECEDENCE, rules: str = RULES) -> str:
    return f"document: toy-2020\nprecedence:\n{precedence}rules:\n{rules}"


def load(text: str):
    return load_rule_set(sources_with({"rules.yaml": text}))


def overrides(text: str) -> dict[str, list[tuple[str, str, str]]]:
    return {
        rule.id: [(one.rule, one.because, one.locator) for one in rule.overrides]
        for rule in load(text).rules
        if rule.overrides
    }


def test_an_article_prevails_rule_by_rule_over_what_it_can_meet():
    assert {"toy-2020.ban": [("toy-2020.may", "所列事项不得买", "第十条")]} == overrides(file_of())


def test_it_means_what_an_override_in_each_rule_means():
    by_hand = RULES.replace(
        "remedy: 乙}",
        "overrides: [{rule: may, basis: text, because: 所列事项不得买, cite: 第十条}], remedy: 乙}",
        1,
    )
    assert overrides(file_of()) == overrides(f"document: toy-2020\nrules:\n{by_hand}")


@pytest.mark.parametrize(
    ("locator", "place", "is_in"),
    [
        ("第十条第（三）项", "第十条", True),
        ("第十条", "第十条第（三）项", False),
        ("第十条第（三）项", "第十条第（三）项", True),
        ("第十一条", "第十条", False),
        ("第十条", "第一条", False),
        ("第五条、第八条", "第八条", True),
        ("第二部分第（一）项", "第二部分", True),
        ("第二条第一款", "第二部分", False),
        ("服务合同（据转述）", "服务合同（据转述）", True),
        ("服务合同（据转述）", "服务", False),
        ("第十条", "第十条、第八条", False),
        ("第十条", "", False),
    ],
)
def test_a_place_holds_what_is_in_it(locator, place, is_in):
    assert is_in is is_within(locator, place)


@pytest.mark.parametrize(
    ("precedence", "message"),
    [
        ("  - {rules: 第九条, over: 第十四条, because: 甲}\n", "没有出自 `第九条` 的"),
        ("  - {rules: 第十条, over: 第十五条, because: 甲}\n", "没有出自 `第十五条` 的"),
        ("  - {rules: 第十条第（二）项, over: 第十四条, because: 甲}\n", "没有共同的主题"),
        (PRECEDENCE * 2, "写了两遍"),
        ("  - {over: 第十四条, because: 甲}\n", "缺少 `rules`"),
        ("  - {rules: 第十条, because: 甲}\n", "缺少 `over`"),
        ("  - {rules: 第十条, over: 第十四条}\n", "缺少 `because`"),
        ("  - {rules: 第十条, ower: 第十四条, over: 第十四条, because: 甲}\n", "没有 `ower`"),
        ("  - {rules: 第十条, over: 第十四条, basis: 甲, because: 甲}\n", "`basis` 不能是 `甲`"),
        ("  - {rules: 第十条第（一）项, over: 第十条第（一）项, because: 甲}\n", "不能优先于自己"),
        ("  - {rules: 第十条, over: 第十条, because: 甲}\n", "不能优先于自己"),
        ("  - 甲\n", "`precedence` 的一项应为"),
    ],
)
def test_a_precedence_that_says_nothing_is_refused_in_its_place(precedence, message):
    said = complaint_about("rules.yaml", file_of(precedence).encode())
    assert message in said
    assert message.startswith(("没有共同", "没有出自", "写了两遍", "不能优先")) is ("PE316" in said)
    assert "rules.yaml:3:" in said or "rules.yaml:4:" in said


def test_an_item_may_prevail_over_the_rest_of_its_article():
    item = RULES.replace(
        "id: ban-other, title: 丙, cite: 第十条第（二）项, subject: 服务合同",
        "id: ban-other, title: 丙, cite: 第十条第（二）项, subject: 采购事项",
    )
    within = "  - {rules: 第十条第（一）项, over: 第十条, basis: text, because: 甲, cite: 第十条}\n"
    assert {"toy-2020.ban": [("toy-2020.ban-other", "甲", "第十条")]} == overrides(file_of(within, item))


def test_articles_that_prevail_over_each_other_are_a_cycle():
    rules = RULES.replace("recommend: {含工程: true}, advice: 庚", "prohibit: 政府购买服务, remedy: 庚")
    rules = rules.replace("id: hint, title: 己, cite: 第十四条", "id: hint, title: 己, cite: 第十五条")
    round_about = "".join(
        f"  - {{rules: {one}, over: {other}, because: 甲}}\n"
        for one, other in (("第十条", "第十五条"), ("第十五条", "第十条"))
    )
    assert "PE401" in complaint_about("rules.yaml", file_of(round_about, rules).encode())


def test_it_is_read_aloud_once_and_told_at_what_yields():
    rule_set = load(file_of())
    text = as_text(read_document(rule_set.documents["toy-2020"], rule_set, (), {}), 200)
    assert 1 == text.count("第十条优先于第十四条：所列事项不得买（依据第十条）。")
    assert "本条优先于" not in text
    assert "与第十条第（一）项不一致的，适用该规定" in text


def test_formatting_orders_its_keys():
    text = file_of("  - {because: 甲, over: 第十四条, rules: 第十条}\n")
    assert "  - {rules: 第十条, over: 第十四条, because: 甲}\n" in format_rules(SourceText("a.yaml", text))


def test_an_id_may_go_without_that_of_its_document_and_is_the_same():
    full = RULES.replace("id: ", "id: toy-2020.").replace("toy-2020.toy-2020.", "toy-2020.")
    assert [rule.id for rule in load(file_of(rules=full)).rules] == [
        rule.id for rule in load(file_of()).rules
    ]


@pytest.mark.parametrize("name", ["toy-1999.ban", "第十条", "a b", "a..", ".a", "toy-2020."])
def test_an_id_is_of_its_document_and_one_word(name):
    text = file_of("", RULES).replace("precedence:\n", "").replace("id: ban,", f'id: "{name}",')
    assert f"规则编号 `{name}` 不合格式" in complaint_about("rules.yaml", text.encode())


def test_the_same_id_in_full_and_short_is_a_duplicate():
    text = file_of("", RULES).replace("precedence:\n", "").replace("id: hint,", "id: toy-2020.ban,")
    assert "PE308" in complaint_about("rules.yaml", text.encode())


@pytest.mark.parametrize(
    ("precedence", "expected"),
    [
        ("  - {rules: 第九条, over: 第十四条, because: 甲}\n", [
            ("PE316", "第九条", "这个文件没有出自 `第九条` 的禁止、要求或者许可", "是否为 `第十四条`？"),
        ]),
        ("  - {rules: 第十条, over: 第十五条, because: 甲}\n", [
            ("PE316", "第十五条",
             "这个文件没有出自 `第十五条` 的禁止、要求或者许可", "是否为 `第十四条`、`第十条第（二）项`、`第十条第（一）项`？"),
        ]),
        ("  - {rules: 第十条第（二）项, over: 第十四条, because: 甲}\n", [
            ("PE316", "{rules: 第十条第（二）项, over: 第十四条, because: 甲}",
             "第十条第（二）项与第十四条的规则没有共同的主题，谈不上优先", "删去这一项，或者改正条文"),
        ]),
        ("  - {over: 第十四条, because: 甲}\n", [
            ("PE011", "{over: 第十四条, because: 甲}", "缺少 `rules`", "补上 `rules: …`"),
        ]),
        ("  - {rules: 第十条, because: 甲}\n", [
            ("PE011", "{rules: 第十条, because: 甲}", "缺少 `over`", "补上 `over: …`"),
        ]),
        ("  - {rules: 第十条, over: 第十四条}\n", [
            ("PE011", "{rules: 第十条, over: 第十四条}", "缺少 `because`", "补上 `because: …`"),
        ]),
        ("  - {rules: 第十条, ower: 第十四条, because: 甲}\n", [
            ("PE010", "ower", "`precedence`没有 `ower`", "是否为 `over`？"),
        ]),
        ("  - {rules: 第十条, over: 第十四条, basis: 甲, because: 甲}\n", [
            ("PE013", "甲", "`basis` 不能是 `甲`", "可用的有 `text`、`interpretation`、`practice`"),
        ]),
        ("  - {rules: 第十条第（一）项, over: 第十条第（一）项, because: 甲}\n", [
            ("PE316", "第十条第（一）项",
             "第十条第（一）项与第十条第（一）项都是 `toy-2020.ban` 的出处，一条规则不能优先于自己", "over 写让步的那一条"),
        ]),
        ("  - {rules: 第十条, over: 第十条, because: 甲}\n", [
            ("PE316", "第十条", "第十条与第十条都是 `toy-2020.ban` 的出处，一条规则不能优先于自己", "over 写让步的那一条"),
        ]),
        ("  - {rules: [第十条], over: 第十四条, because: 甲}\n", [
            ("PE009", "[第十条]", "`rules` 应为一个值", "写成一个词或一句话"),
        ]),
        ("  - {rules: 第十条, over: 第十四条, because: 甲, cite: [第十条]}\n", [
            ("PE009", "[第十条]", "`cite` 应为一个值", "写成一个词或一句话"),
        ]),
        ("  - 甲\n", [("PE009", "甲", "`precedence` 的一项应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        (PRECEDENCE * 2, [
            ("PE316", "{rules: 第十条, over: 第十四条, basis: text, because: 所列事项不得买, cite: 第十条}",
             "`toy-2020.ban` 优先于 `toy-2020.may` 写了两遍", "留下一处：precedence，或者那条规则的 overrides"),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_precedence_is_told_in_these_words(precedence, expected):
    assert expected == told({"rules.yaml": file_of(precedence)})


def test_precedence_is_listed():
    text = file_of().replace(f"precedence:\n{PRECEDENCE}", "precedence: 甲\n")
    assert [("PE009", "甲", "`precedence`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头")] == told(
        {"rules.yaml": text}
    )


def test_what_an_article_prevails_by_is_kept_with_its_places():
    (one,) = (one for rule in load(file_of()).rules for one in rule.overrides)
    assert ("toy-2020.may", Basis.TEXT, "第十条", "第十四条") == (one.rule, one.basis, one.article, one.over)
    assert ((2, 4), (2, PRECEDENCE.rindex("第十条"))) == (
        (one.span.line, one.span.column),
        (one.cite_span.line, one.cite_span.column),
    )
    plain = "  - {rules: 第十条, over: 第十四条, basis: interpretation, because: 甲}\n"
    (one,) = (one for rule in load(file_of(plain)).rules for one in rule.overrides)
    assert (Basis.INTERPRETATION, "", None) == (one.basis, one.locator, one.cite_span)


def test_a_place_without_rules_prevails_over_nothing_not_even_itself():
    found = told({"rules.yaml": file_of("  - {rules: 第九条, over: 第九条, because: 甲}\n")})
    message = "这个文件没有出自 `第九条` 的禁止、要求或者许可"
    assert [("PE316", "第九条", message, "是否为 `第十四条`？")] * 2 == found


def test_two_rules_of_both_places_cannot_prevail_over_each_other():
    more = RULES.replace("第十条第（二）项, subject: 服务合同", "第十条第（一）项, subject: 采购事项") + (
        "  - {id: third, title: 辛, cite: 第十条第（二）项, subject: 采购事项, when: {含工程: true}, prohibit: 政府购买服务, remedy: 乙}\n"
    )
    part = "  - {rules: 第十条, over: 第十条第（一）项, because: 甲}\n"
    message = "第十条与第十条第（一）项都是 `toy-2020.ban` 的出处，一条规则不能优先于自己"
    assert [("PE316", "第十条第（一）项", message, "over 写让步的那一条")] == told(
        {"rules.yaml": file_of(part, more)}
    )
