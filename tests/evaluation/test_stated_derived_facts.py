"""A stated fact that rules also compute is told as a contradiction where the computed one differs, and only there."""

from types import MappingProxyType

import pytest

from policy_engine.evaluation.contradictions import find_contradictions
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from properties import toy

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
SUBJECT = toy.VOCABULARY.subjects[toy.PURCHASE]


def told(name: str, value: object, computed: object, *statuses: Status) -> list[str]:
    """Find what is said of one stated fact. `computed`: a number, or the truths of a field's members."""
    fact = Fact(field=name, value=value, origin=Origin.STATED, span=toy.SPAN)
    case = Case(
        name="例",
        as_of=toy.DAYS[0],
        area="330502",
        phase=Phase.PROJECT,
        declaration=None,
        subjects=MappingProxyType({toy.PURCHASE: MappingProxyType({name: fact})}),
        assumed=(),
        span=toy.SPAN,
    )
    rules = {f"r{at}": status for at, status in enumerate(statuses)}
    is_number = isinstance(computed, int)
    evaluation = Evaluation(
        statuses=rules,
        truths={} if is_number else {(name, member): truth for member, truth in computed.items()},
        numbers={name: computed} if is_number else {},
        rivals={},
    )
    found = list(find_contradictions(case, SUBJECT, evaluation, {name: tuple(rules)}))
    assert all(("PE506", toy.SPAN) == (one.code, one.span) for one in found)
    return [one.message for one in found]


@pytest.mark.parametrize(
    ("name", "value", "computed", "words"),
    [
        ("期数", 3, 3, ""),
        ("期数", 3, {}, ""),
        ("期数", 3, 4, "`期数` 填报为 3，按其他事实推算应为 4"),
        ("差额", 150, 1, "`差额` 填报为 1.5，按其他事实推算应为 0.01"),
        ("期数", 0, 1, "`期数` 填报为 0，按其他事实推算应为 1"),
        ("期数", 1, 0, "`期数` 填报为 1，按其他事实推算应为 0"),
        ("重大", True, {"": T}, ""),
        ("重大", False, {"": F}, ""),
        ("重大", True, {"": U}, ""),
        ("重大", False, {"": U}, ""),
        ("重大", False, {}, ""),
        ("重大", True, {"": F}, "`重大` 填报为 是，按其他事实推算应为 否"),
        ("重大", False, {"": T}, "`重大` 填报为 否，按其他事实推算应为 是"),
        ("规模", "大型", {"大型": T, "中型": F, "小型": F}, ""),
        ("规模", "大型", {"大型": U, "中型": U, "小型": F}, ""),
        ("规模", "大型", {}, ""),
        ("规模", "大型", {"大型": F, "中型": T, "小型": F}, "`规模` 填报为 大型，按其他事实推算应为 中型"),
        (
            "规模",
            "小型",
            {"大型": U, "中型": U, "小型": F},
            "`规模` 填报为 小型，按其他事实推算应为 大型或中型",
        ),
        ("类别", frozenset({"甲"}), {"甲": T, "乙": F, "丙": U}, ""),
        ("类别", frozenset({"甲", "丙"}), {"甲": U, "乙": U, "丙": U}, ""),
        ("类别", frozenset({"甲"}), {}, ""),
        ("类别", frozenset(), {"甲": F, "乙": U}, ""),
        ("类别", frozenset(), {"甲": T, "乙": T}, "`类别` 填报为 无，按其他事实推算应为 含 甲、含 乙"),
        (
            "类别",
            frozenset({"甲"}),
            {"甲": F, "乙": T},
            "`类别` 填报为 甲，按其他事实推算应为 不含 甲、含 乙",
        ),
        ("期数", UNKNOWN, 4, ""),
        ("含工程", True, {"": F}, ""),
    ],
)
def test_only_what_is_surely_otherwise_is_told(name, value, computed, words) -> None:
    assert ([words] if words else []) == told(name, value, computed, Status.TRUE)


@pytest.mark.parametrize(
    ("statuses", "is_told"),
    [
        ([Status.OUT_OF_FORCE], False),
        ([Status.OUT_OF_FORCE, Status.OUT_OF_FORCE], False),
        ([Status.OUT_OF_FORCE, Status.NOT_APPLICABLE], True),
        ([Status.NOT_APPLICABLE], True),
        ([], False),
    ],
)
def test_rules_out_of_force_contradict_nothing(statuses, is_told) -> None:
    assert is_told is bool(told("重大", True, {"": F}, *statuses))
