"""What a file says once of its rules about a subject is what each of them says."""

import pytest

from loading.toy import complaint_about, prepared, sources_with
from policy_engine.analysis.testing.mutants import mutants_of
from policy_engine.analysis.testing.operators import Operator
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules
from policy_engine.reporting.aloud.document import read_document
from policy_engine.reporting.aloud.writers import as_text
from policy_engine.usecases import load_rule_set

SCOPE = "  - {subject: 采购事项, when: {采购标的: 服务}, cite: 第二条}\n"
# What is left out where the file says it, for the condition, a doubt, and a rule without any condition.
RULES = """\
  - id: ban
    title: 甲
    cite: 第一条
    subject: 采购事项
    when: {{own}合同期限_月: {more_than: 12}, 自动续签_月: 0}
    doubt:
      - {when: {{own}合同期限_月: {at_most: 3}}, ask: 含工程, because: 没有写}
    prohibit: 政府购买服务
    remedy: 乙
  - id: ask
    title: 丙
    cite: 第一条
    subject: 采购事项
{always}    require: {含工程: false}
    doubt:
      - {when: {合同期限_月: {at_most: 3}}, ask: 含工程, because: 没有写}
    remedy: 乙
  - id: total
    title: 丁
    cite: 第一条
    subject: 采购事项
    derive: {总期限_月: {sum: [合同期限_月, 自动续签_月]}}
  - id: contract
    title: 戊
    cite: 第一条
    subject: 服务合同
    when: {含工程: true}
    prohibit: 政府购买服务
    remedy: 乙
"""
IN_FULL = RULES.replace("{own}", "采购标的: 服务, ").replace("{always}", "    when: {采购标的: 服务}\n")
ONCE = RULES.replace("{own}", "").replace("{always}", "")


def file_of(scope: str = SCOPE, rules: str = ONCE) -> str:
    return f"document: toy-2020\nscope:\n{scope}rules:\n{rules}"


def loaded(text: str):
    return load_rule_set(sources_with({"rules.yaml": text})).rules


def said(rule) -> tuple[object, ...]:
    return rule.id, rule.when, rule.kind, rule.doubts and [doubt.when for doubt in rule.doubts]


def test_a_scope_is_what_each_rule_of_its_subject_says():
    once, in_full = loaded(file_of()), loaded(f"document: toy-2020\nrules:\n{IN_FULL}")
    assert list(map(said, in_full)) == list(map(said, once))
    assert [True, True, False, False] == [rule.bound is not None for rule in once]


def test_a_scope_of_a_name_is_read_by_it():
    names = "definitions:\n  - {name: 买服务, cite: 第二条, subject: 采购事项, means: {采购标的: 服务}}\n"
    text = file_of("  - {subject: 采购事项, when: {meets: 买服务}, basis: 只管服务}\n").replace(
        "scope:", f"{names}scope:"
    )
    assert list(map(said, loaded(file_of()))) == list(map(said, loaded(text)))


def test_an_error_in_a_scope_is_made_once_a_rule_wherever_it_stands():
    program = prepared({"rules.yaml": file_of()})
    ban = program.rule_set.rules[0]
    made = [one for one in mutants_of(ban, program.rule_set) if one.change.startswith(("范围", "去掉范围"))]
    assert [Operator.NEGATED, Operator.CHOICE, Operator.PART] == [one.operator for one in made]
    assert not [
        one for one in mutants_of(ban, program.rule_set) if "采购标的" in one.change and one not in made
    ]
    for one in made:
        (changed,) = one.rules
        assert changed.when != ban.when
        assert changed.doubts[0].when != ban.doubts[0].when


@pytest.mark.parametrize(
    ("scope", "message", "code"),
    [
        ("  - {subject: 采购, when: {采购标的: 服务}, cite: 二}\n", "`subject` 不能是 `采购`", "PE013"),
        ("  - {when: {采购标的: 服务}, cite: 二}\n", "缺少 `subject`", "PE011"),
        ("  - {subject: 采购事项, cite: 二}\n", "缺少 `when`", "PE011"),
        ("  - {subject: 采购事项, when: {采购标的: 服务}}\n", "缺少 `cite`", "PE011"),
        ("  - {subject: 采购事项, when: {}, cite: 二}\n", "条件是空的", "PE009"),
        ("  - {subject: 采购事项, when: {采购标底: 服务}, cite: 二}\n", "没有字段 `采购标底`", "PE301"),
        (
            "  - {subject: 采购事项, wen: {}, when: {采购标的: 服务}, cite: 二}\n",
            "`scope`没有 `wen`",
            "PE010",
        ),
        (SCOPE * 2, "`采购事项` 的范围重复", "PE209"),
        ("  - 甲\n", "`scope` 的一项应为", "PE009"),
    ],
)
def test_a_scope_that_cannot_be_read_is_told_once(scope, message, code):
    found = complaint_about("rules.yaml", file_of(scope).encode())
    assert message in found
    assert code in found
    assert 1 == found.count("-->")


def test_a_scope_that_binds_no_rule_or_half_a_rule_is_refused():
    only = file_of(
        "  - {subject: 服务合同, when: {含工程: true}, cite: 二}\n", ONCE.split("  - id: contract")[0]
    )
    assert "PE318" in complaint_about("rules.yaml", only.encode())
    both = ONCE.split("  - id: ask")[0] + (
        "  - {id: two, title: 丙, cite: 第一条, subject: [采购事项, 服务合同], when: {含工程: true},"
        " prohibit: 政府购买服务, remedy: 乙}\n"
    )
    assert "几个主题，范围写得不一样" in complaint_about("rules.yaml", file_of(rules=both).encode())


def test_a_scope_is_read_aloud_once():
    rule_set = load_rule_set(sources_with({"rules.yaml": file_of()}))
    text = as_text(read_document(rule_set.documents["toy-2020"], rule_set, (), {}), 200)
    assert "关于采购事项的各条，只管采购标的为服务的（第二条），各条不再重复。" in text
    assert 1 == text.count("采购标的为服务")
    assert "合同期限超过12个月，并且自动续签为0个月的，不得实施" in text


def test_formatting_orders_its_keys():
    text = file_of("  - {cite: 第二条, when: {采购标的: 服务}, subject: 采购事项}\n")
    assert f"scope:\n{SCOPE}" in format_rules(SourceText("a.yaml", text))
