"""What a clause says of each kind of rule, and which examples it names."""

import pytest

from cli.rich_base import RULES, TEXTS_OF
from loading.toy import sources_with
from policy_engine.reporting.aloud.copy import Clause, Para
from policy_engine.usecases import load_rule_set
from policy_engine.usecases.documents import read_aloud

FILES = {path.rpartition("/")[2]: text for path, text in TEXTS_OF.items() if path.count("/") == 1}
PARAMETERS = TEXTS_OF["rules/registers/parameters/toy.yaml"]


def clauses(rules: str) -> dict[str, Clause]:
    sources = sources_with({**FILES, "parameters.yaml": PARAMETERS, "rules.yaml": rules})
    rule_set = load_rule_set(sources)
    (copy,) = read_aloud([rule_set.documents["toy-2020"]], sources, rule_set)
    return {clause.rule.removeprefix("toy-2020."): clause for clause in copy.clauses}


def texts(clause: Clause) -> list[str]:
    return [block.text for block in clause.blocks if isinstance(block, Para)]


def one(changed: str, rule: str = "art-4") -> list[str]:
    """Read the rule that permits, with something else in its place."""
    written = RULES[RULES.index("  - id: toy-2020.art-4") : RULES.index("  - id: toy-2020.art-5")]
    assert "    permit: 政府购买服务\n" in written
    return texts(clauses(RULES.replace("    permit: 政府购买服务\n", changed))[rule])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("    prohibit: 期限\n    remedy: 丙\n", "采购标的为服务的，须整改（禁止事项：期限）。"),
        (
            "    prohibit: 政府购买服务\n    remedy: 丙\n",
            "采购标的为服务的，不得实施（禁止事项：政府购买服务）。",
        ),
        ("    permit: 政府购买服务\n", "采购标的为服务的，可以实施（许可事项：政府购买服务）。"),
        (
            "    require: {合同期限_月: {at_most: 12}}\n    remedy: 丙\n",
            "采购标的为服务的，要求合同期限不超过12个月。",
        ),
        (
            "    recommend: {合同期限_月: {at_most: 12}}\n    advice: 丙\n",
            "采购标的为服务的，建议合同期限不超过12个月。",
        ),
        ("    recommend: {not: {采购标的: 服务}}\n    advice: 丙\n", "采购标的为服务的，按下面的做法办理。"),
        (
            "    derive: {总期限_月: {difference: [合同期限_月, 自动续签_月]}}\n",
            "总期限等于合同期限减去自动续签。",
        ),
        (
            "    derive: {总期限_月: {max: [合同期限_月, 自动续签_月]}}\n",
            "总期限取合同期限和自动续签中最大的。",
        ),
    ],
)
def test_each_kind_says_what_follows(written: str, said: str) -> None:
    assert said in one(written)


def test_the_last_day_of_a_rule_is_said_also_where_an_event_dates_it() -> None:
    written = "    {}in_force: {{until: 2024-12-31}}\n    permit: 政府购买服务\n"
    plain, dated = one(written.format("")), one(written.format("dated_by: 合同签订日\n    "))
    assert all(any("本条到2024年12月31日为止适用。" in text for text in said) for said in (plain, dated))


def test_whom_another_way_is_shown_has_not_failed_to_follow_advice() -> None:
    written = "    recommend: {not: {采购标的: 服务}}\n    advice: 丙\n"
    said = one(
        written.replace(
            "丙\n", "丙\n    examples:\n      - {name: 保洁, given: {采购标的: 服务}, expect: 未采纳}\n"
        )
    )
    assert any("“保洁”——按此办理" in text for text in said)


def test_what_is_asked_for_and_when_are_two_lists_where_both_are_long() -> None:
    rules = RULES.replace(
        "    require: {预算_万元: {at_least: 10}}\n",
        "    require: {预算_万元: {at_least: 10}, 合同期限_月: 1, 自动续签_月: 2}\n",
    ).replace("    when: {含工程: false}\n", "    when: {采购标的: 货物, 合同期限_月: 3, 自动续签_月: 4}\n")
    said = texts(clauses(rules)["art-3"])
    assert said[1:3] == ["同时具备下列条件的，适用本条：", "原则上要求同时做到下列各项："]


def test_a_general_rule_says_what_lets_it_pass_or_that_nothing_does() -> None:
    assert "本条是一般规定：与之不符时，免于限制的，只作提示；这一点没有填明的，先补充核实。" in texts(
        clauses(RULES)["art-3"]
    )
    without = RULES.replace("    justified_by: 免于限制\n", "")
    assert "本条是一般规定，没有写明可以例外的理由。" in texts(clauses(without)["art-3"])


def test_several_exceptions_are_listed_each_with_its_reason() -> None:
    more = "      - {basis: practice, because: 历来如此, when: {自动续签_月: 1}}\n"
    rules = RULES.replace("    doubt:\n", f"{more}    doubt:\n", 1)
    (block,) = (b for b in clauses(rules)["art-1"].blocks if isinstance(b, Para) and "除外" in b.text)
    assert (
        "但有下列情形之一的除外：",
        [
            "合同期限不超过3个月的：零星维修不算（依据第一条第二款）。",
            "自动续签为1个月的：历来如此（实践，非条文）。",
        ],
    ) == (block.text, [listed.text for listed in block.listed])


GIVEN = "given: {含工程: true, 采购标的: 工程, 合同期限_月: 12}"


@pytest.mark.parametrize(
    ("name", "is_told"),
    [
        ("办公楼外墙修缮", True),
        ("含工程，已经分列", True),
        ("含工程，采购标的为工程", False),
        ("含工程，采购标的为工程，合同期限为12个月", False),
        ("含工程，采购标的为工程（2）", False),
        ("合同期限_月为12个月", False),
        ("2026年1月15日，含工程", False),
        ("含工程，采购标的为工", True),
    ],
)
def test_examples_are_named_unless_their_names_only_repeat_the_facts(name: str, is_told: bool) -> None:
    rules = RULES.replace(
        "{name: 含工程, given: {含工程: true, 采购标的: 工程, 合同期限_月: 12}", f"{{name: {name}, {GIVEN}"
    )
    assert f"{{name: {name}, {GIVEN}" in rules
    assert is_told == any(text.startswith(f"例如：“{name}”——违反") for text in texts(clauses(rules)["art-1"]))
