"""A rule file is read part by part; what is wrong is told at its very words, and nothing that only follows from it."""

import pytest

from loading.toy import prepared, sources_with
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.memory import Memory
from policy_engine.foundation.spans import file_span
from policy_engine.model.calendar import day_number
from policy_engine.model.conditions import AS_OF, All, Bound, Compare, Equals, InForce
from policy_engine.model.decisions import Phase
from policy_engine.model.rules import Impossible
from policy_engine.usecases import load_rule_set

RULES = """\
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 示例
    cite: 第一条
    subject: 采购事项
    when: {含工程: true}
    prohibit: 政府购买服务
    remedy: 改正
"""
HERE = file_span("rules.yaml")
WORKS, SERVICE = Equals("含工程", True, HERE), Equals("采购标的", "服务", HERE)
DOES = "    when: {含工程: true}\n    prohibit: 政府购买服务\n    remedy: 改正\n"


def rules_of(old: str = "", new: str = ""):
    assert old in RULES
    return load_rule_set(sources_with({"rules.yaml": RULES.replace(old, new) if old else RULES}))


def rule_of(old: str = "", new: str = ""):
    (rule,) = rules_of(old, new).rules
    return rule


TOLD = [
    (
        "document: toy-2020",
        "document: toy-2021",
        [
            ("PE203", "没有文件 `toy-2021`", "toy-2021"),
        ],
    ),
    (
        "document: toy-2020\n",
        "",
        [
            ("PE011", "缺少 `document`", "rules:"),
        ],
    ),
    (
        "document: toy-2020",
        "document: [toy-2020]",
        [
            ("PE009", "`document` 应为一个值", "[toy-2020]"),
        ],
    ),
    (
        "document: toy-2020",
        "document: toy-2020\nrule: []",
        [
            ("PE010", "规则文件没有 `rule`", "rule"),
        ],
    ),
    (
        "rules:\n",
        "rules:\n  - 甲\n",
        [
            ("PE009", "规则应为“键: 值”的映射", "甲"),
        ],
    ),
    (
        "rules:\n",
        "rules:\n  - {}\n",
        [
            ("PE011", "缺少 `subject`", "{}"),
        ],
    ),
    (
        "toy-2020.art-1",
        "art-1.2",
        [
            ("PE308", "规则编号 `art-1.2` 不合格式", "art-1.2"),
        ],
    ),
    (
        "toy-2020.art-1",
        "toy-2019.art-1",
        [
            ("PE308", "规则编号 `toy-2019.art-1` 不合格式", "toy-2019.art-1"),
        ],
    ),
    (
        "id: toy-2020.art-1",
        "iid: toy-2020.art-1",
        [
            ("PE010", "规则没有 `iid`", "iid"),
        ],
    ),
    (
        "id: toy-2020.art-1",
        "id: [a]",
        [
            ("PE009", "`id` 应为一个值", "[a]"),
        ],
    ),
    (
        "subject: 采购事项",
        "subject: 采购事",
        [
            ("PE304", "没有主题 `采购事`", "采购事"),
        ],
    ),
    (
        "subject: 采购事项",
        "subject: [采购事项, 服务合]",
        [
            ("PE304", "没有主题 `服务合`", "服务合"),
        ],
    ),
    (
        "subject: 采购事项",
        "subject: []",
        [
            ("PE011", "缺少 `subject`", "id: toy-2020.art-1"),
        ],
    ),
    (
        "subject: 采购事项",
        "across: [采购事项, 服务合同]",
        [
            ("PE301", "没有字段 `含工程`", "含工程"),
        ],
    ),
    (
        "    subject: 采购事项\n",
        "",
        [
            ("PE011", "缺少 `subject`", "id: toy-2020.art-1"),
        ],
    ),
    (
        "    remedy",
        "    dated_by: 合同签定日\n    remedy",
        [
            ("PE301", "没有日期字段 `合同签定日`", "合同签定日"),
        ],
    ),
    (
        "    remedy",
        "    dated_by: 含工程\n    remedy",
        [
            ("PE301", "没有日期字段 `含工程`", "含工程"),
        ],
    ),
    (
        "    remedy",
        "    dated_by: [合同签订日]\n    remedy",
        [
            ("PE009", "`dated_by` 应为一个值", "[合同签订日]"),
        ],
    ),
    (
        "    remedy",
        "    in_force: 2020\n    remedy",
        [
            ("PE009", "`in_force`应为“键: 值”的映射", "2020"),
        ],
    ),
    (
        "    remedy",
        "    in_force: {from: 2020-13-01, until: x}\n    remedy",
        [
            ("PE107", "`from` 的日期不存在：`2020-13-01`", "2020-13-01"),
            ("PE106", "`until` 应为日期，写的是 `x`", "x"),
        ],
    ),
    (
        "    remedy",
        "    in_force: {since: 2020-01-01}\n    remedy",
        [
            ("PE010", "`in_force`没有 `since`", "since"),
        ],
    ),
    (
        "    remedy",
        "    strength: soft\n    remedy",
        [
            ("PE013", "`strength` 不能是 `soft`", "soft"),
        ],
    ),
    (
        "    remedy",
        "    justified_by: 采购标的\n    remedy",
        [
            ("PE301", "没有是非字段 `采购标的`", "采购标的"),
        ],
    ),
    (
        "    remedy: 改正\n",
        "",
        [
            ("PE011", "缺少 `remedy`", "id: toy-2020.art-1"),
        ],
    ),
    (
        "    cite: 第一条\n",
        "",
        [
            ("PE011", "缺少 `cite`", "id: toy-2020.art-1"),
        ],
    ),
    (
        "    title: 示例\n",
        "",
        [
            ("PE011", "缺少 `title`", "id: toy-2020.art-1"),
        ],
    ),
    (
        "    when: {含工程: true}\n",
        "    when: 含工程\n",
        [
            ("PE009", "条件应为映射", "含工程"),
        ],
    ),
    (
        "    subject: 采购事项\n    when: {含工程: true}",
        "    subject: [采购事项, 服务合同]\n    when: {采购标的: 工程}",
        [
            ("PE310", "字段 `合同期限_月` 在各主题中的类型不同", "id: toy-2020.art-1"),
            ("PE301", "没有字段 `采购标的`", "采购标的"),
        ],
    ),
    (
        "    subject: 采购事项\n    when: {含工程: true}",
        "    subject: [采购事项, 服务合同]",
        [
            ("PE310", "字段 `合同期限_月` 在各主题中的类型不同", "id: toy-2020.art-1"),
        ],
    ),
    (
        "rules:\n",
        "usual: [甲]\nrules:\n",
        [
            ("PE009", "`usual`应为“键: 值”的映射", "甲"),
        ],
    ),
    (
        "rules:\n",
        "usual:\n  - {given: {含工程: true}}\nrules:\n",
        [
            ("PE011", "缺少 `subject`", "{given: {含工程: true}}"),
        ],
    ),
    (
        "rules:\n",
        "usual:\n  - {subject: 采购事项, given: {含工程: true}}\nrules:\n",
        [
            ("PE317", "没有例子用到 `采购事项` 的通常情形", "{subject: 采购事项, given: {含工程: true}}"),
        ],
    ),
    (
        "rules:\n",
        "usual:\n  - {subject: 采购事项, given: {含工程: true}}\n  - {subject: 采购事项, given: {含工程: true}}\nrules:\n",
        [
            ("PE317", "没有例子用到 `采购事项` 的通常情形", "{subject: 采购事项, given: {含工程: true}}"),
            ("PE209", "`采购事项` 的通常情形重复", "{subject: 采购事项, given: {含工程: true}}"),
        ],
    ),
    (
        "rules:\n",
        "scope:\n  - {subject: 服务合同, when: {含工程: true}}\nrules:\n",
        [
            ("PE011", "缺少 `cite`", "{subject: 服务合同, when: {含工程: true}}"),
            (
                "PE318",
                "没有关于 `服务合同` 的规则受这个范围约束",
                "{subject: 服务合同, when: {含工程: true}}",
            ),
        ],
    ),
    (
        "rules:\n",
        "scope: 甲\nrules:\n",
        [
            ("PE009", "`scope`应为列表", "甲"),
        ],
    ),
    (
        "    subject: 采购事项\n    when: {含工程: true}\n    prohibit: 政府购买服务\n",
        "    across: [采购事项, 服务合同]\n    when: {采购事项.含工程: true}\n    prohibit: 政府购买服务\n",
        [
            ("PE305", "`across` 只用于 impossible", "id: toy-2020.art-1"),
        ],
    ),
    (
        "    cite: 第一条\n    subject: 采购事项\n    when: {含工程: true}\n    prohibit: 政府购买服务\n    remedy: 改正\n",
        "    subject: 采购事项\n    impossible: {含工成: true}\n    basis: 字面\n",
        [
            ("PE011", "缺少 `message`", "id: toy-2020.art-1"),
            ("PE301", "没有字段 `含工成`", "含工成"),
        ],
    ),
    (
        "    cite: 第一条\n    subject: 采购事项\n    when: {含工程: true}\n    prohibit: 政府购买服务\n    remedy: 改正\n",
        "    subject: 采购事项\n    permit: 政府购买服务\n",
        [
            ("PE011", "缺少 `cite`", "id: toy-2020.art-1"),
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), TOLD)
def test_what_is_wrong_is_told_at_its_words_and_nothing_else(old, new, expected):
    lines = RULES.replace(old, new).splitlines()
    with pytest.raises(DiagnosticsError) as caught:
        rules_of(old, new)
    assert expected == [
        (
            d.code,
            d.message,
            lines[d.span.line][d.span.column : d.span.end_column if d.span.line == d.span.end_line else None],
        )
        for d in caught.value.diagnostics
    ]


@pytest.mark.parametrize("written", ["art-1", "toy-2020.art-1"])
def test_an_id_is_written_with_that_of_the_document_or_without(written):
    assert "toy-2020.art-1" == rule_of("toy-2020.art-1", written).id


@pytest.mark.parametrize("written", ["toy-2020.art-1.a", "toy-2020.1.2", "1.2", "Art_1"])
def test_ids_of_many_shapes_are_taken(written):
    assert "toy-2020." + written.removeprefix("toy-2020.") == rule_of("toy-2020.art-1", written).id


def test_what_is_not_written_is_as_ever():
    rule = rule_of()
    assert ("示例", "第一条", ("采购事项",), "改正") == (
        rule.title,
        rule.citation.locator,
        rule.subjects,
        rule.remedy,
    )
    assert (AS_OF, Phase.PROJECT, False, (), (), None, None) == (
        rule.dated_by,
        rule.due,
        rule.is_default,
        rule.overrides,
        rule.conflicts_with,
        rule.justified_by,
        rule.bound,
    )
    assert ("", "", "", "", "") == (rule.advice, rule.note, rule.quote, rule.message, rule.basis)
    assert InForce(AS_OF, day_number("2020-03-01"), None, HERE) == rule.scope


def test_what_is_written_of_a_rule_is_kept():
    more = "    advice: 可问\n    note: 注\n    message: 不可\n    basis: 字面\n    due: 合同\n    conflicts_with: [art-2]\n"
    rule = rule_of("    remedy", more + "    remedy")
    assert ("可问", "注", "不可", "字面", Phase.CONTRACT, ("art-2",)) == (
        rule.advice,
        rule.note,
        rule.message,
        rule.basis,
        rule.due,
        rule.conflicts_with,
    )


def test_a_rule_is_in_force_within_the_days_of_its_document():
    first, last = "2021-01-01", "2022-01-01"
    rule = rule_of("    remedy", f"    in_force: {{from: {first}, until: {last}}}\n    remedy")
    assert InForce(AS_OF, day_number(first), day_number(last), HERE) == rule.scope
    dated = rule_of("    remedy", "    dated_by: 合同签订日\n    remedy")
    assert "合同签订日" == dated.dated_by
    assert "合同签订日" in {part.dated_by for part in dated.scope.parts if isinstance(part, InForce)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    when: {含工程: true}\n", "", All((), HERE)),
        (DOES, "    impossible: {含工程: true}\n    message: 不合\n", All((All((), HERE), WORKS), HERE)),
        (
            DOES,
            "    when: {采购标的: 服务}\n    impossible: {含工程: true}\n    message: 不合\n",
            All((SERVICE, WORKS), HERE),
        ),
        (
            DOES,
            "    require: {ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 0.3}}\n    remedy: 改正\n",
            All((All((), HERE), Compare("自动续签_月", Bound.MORE_THAN, 0, HERE)), HERE),
        ),
    ],
)
def test_when_a_rule_holds(old, new, expected):
    assert expected == rule_of(old, new).when


def test_a_rule_over_several_subjects_is_kept_apart():
    found = rules_of(
        "    subject: 采购事项\n" + DOES,
        "    across: [采购事项, 服务合同]\n    when: {采购事项.含工程: true}\n    impossible: {服务合同.含工程: false}\n"
        "    message: 不合\n",
    )
    assert () == found.rules
    (across,) = found.across
    both = (Equals("采购事项.含工程", True, HERE), Equals("服务合同.含工程", False, HERE))
    assert (Impossible(), All(both, HERE)) == (across.rule.kind, across.rule.when)
    assert {"采购事项.含工程", "服务合同.含工程", "采购事项.采购标的"} <= set(across.fields)
    assert "服务合同.采购标的" not in across.fields


@pytest.mark.parametrize("count", [1, 150, 199, 200, 250])
def test_many_mistakes_are_told_the_same_where_rules_are_remembered(count):
    rule = RULES.partition("rules:\n")[2]
    wrong = "".join(
        rule.replace("art-1", f"art-{n}").replace("含工程", "含工成") for n in range(1, count + 1)
    )
    files = sources_with(
        {"rules.yaml": f"document: toy-2020\nrules:\n{wrong}{rule.replace('art-1', 'last')}"}
    )

    def told(memory):
        with pytest.raises(DiagnosticsError) as caught:
            load_rule_set(files, memory=memory)
        return [(d.code, d.message, d.help, d.more) for d in caught.value.diagnostics]

    anew, memory = told(None), Memory(lambda _: True)
    assert min(count, 200) == len([one for one in anew if one[0] == "PE301"])
    assert anew == told(memory) == told(memory)


def test_an_empty_file_is_told():
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"rules.yaml": "# 以后写\n"})
    assert [("PE008", "规则文件是空的")] == [(d.code, d.message) for d in caught.value.diagnostics]
