"""Every comparison with every limit, beside every state of knowledge about few facts: engines, explanations, oracle.

Random rule sets seldom count the members of a computed list; here nothing is left to chance.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations, product

import pytest

from oracle.interpreter import TRUTHS, Instance, interpret
from oracle.interpreter import truth as oracle_truth
from oracle.test_oracle import new_rule
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.sliced import SlicedRules, columns_of
from policy_engine.evaluation.truth import Derivations, truth
from policy_engine.evaluation.weighing import with_numbers
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.rules import Classify, Prohibit, RuleSet, Table
from policy_engine.model.values import NOT_HAPPENED
from properties import toy
from properties.test_agreement import ENGINES, differences

SPAN = toy.SPAN
FLAGS = ("含工程", "已列目录", "有理由")
WORKS, LISTED, REASONED = (c.Equals(name, True, SPAN) for name in FLAGS)
# A category waits for two facts, so that members of one list are settled and open at once.
COMPUTED = (
    (Classify("类别", ("甲",)), WORKS),
    (Classify("类别", ("乙",)), c.All((WORKS, LISTED), SPAN)),
    (Classify("类别", ("丙",)), REASONED),
    (Classify("重大", ()), WORKS),
    (Table("规模", ((WORKS, "大型"), (LISTED, "中型")), "小型"), c.All((), SPAN)),
)


def subsets(choices: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(choices, n) for n in range(1, len(choices) + 1)))


def of_list(name: str) -> Iterator[c.Leaf]:
    choices = toy.VOCABULARY.field(toy.PURCHASE, name).choices
    yield from (c.Count(name, bound, limit, SPAN) for bound in c.Bound for limit in range(len(choices) + 2))
    yield from (c.Members(name, how, values, SPAN) for how in c.Membership for values in subsets(choices))


def of_choice(name: str) -> Iterator[c.Leaf]:
    choices = toy.VOCABULARY.field(toy.PURCHASE, name).choices
    yield from (c.Equals(name, choice, SPAN) for choice in choices)
    yield from (c.OneOf(name, values, SPAN) for values in subsets(choices))


def of_flag(name: str) -> Iterator[c.Leaf]:
    yield from (c.Equals(name, value, SPAN) for value in (True, False))


def of_number(name: str, limits: tuple[int, ...]) -> Iterator[c.Leaf]:
    yield from (c.Compare(name, bound, limit, SPAN) for bound in c.Bound for limit in limits)
    yield from (c.Equals(name, limit, SPAN) for limit in limits)


def told(**values) -> Iterator[Situation]:
    """Go through every choice of a value for each field; `None` leaves it open."""
    for chosen in product(*values.values()):
        pairs = zip(values, chosen, strict=True)
        yield toy.situation({name: value for name, value in pairs if value is not None})


KNOWLEDGE = (None, True, False)
DAY = toy.DAYS[3]
NUMBERS = (None, -1, 0, 1, 2, 3)
SETS = (None, *(frozenset(found) for found in ((), *subsets(("红", "黄", "绿")))))
GROUPS: dict[str, tuple[list[c.Leaf], list[Situation]]] = {
    "computed": (
        [*of_list("类别"), *of_choice("规模"), *of_flag("重大")],
        list(told(**dict.fromkeys(FLAGS, KNOWLEDGE))),
    ),
    "list": (list(of_list("标签")), list(told(标签=SETS))),
    "choice": (list(of_choice("方式")), list(told(方式=(None, "招标", "谈判", "直购")))),
    "number": (list(of_number("余额", (-1, 0, 2))), list(told(余额=NUMBERS))),
    "day": (
        [*of_number("签订", (DAY,)), c.Equals("签订", NOT_HAPPENED, SPAN)],
        list(told(签订=(None, NOT_HAPPENED, DAY - 1, DAY, DAY + 1))),
    ),
    "share": (
        [
            c.Ratio("余额", "金额", bound, ratio, SPAN)
            for bound in c.Bound
            for ratio in (Fraction(0), Fraction(1, 3), Fraction(1))
        ],
        list(told(余额=NUMBERS, 金额=(None, 0, 1, 3, 6))),
    ),
    "months": (
        [
            c.WithinMonths("验收", "签订", months, period, SPAN)
            for months in (0, 1, 12)
            for period in c.Period
        ],
        list(
            told(
                签订=(None, NOT_HAPPENED, DAY),
                验收=(
                    None,
                    NOT_HAPPENED,
                    *(DAY + step for step in (-1, 0, 1, 28, 29, 30, 31, 32, 364, 365, 366)),
                ),
            )
        ),
    ),
    "in force": (
        [
            c.InForce("签订", first, last, SPAN)
            for first, last in ((None, None), (DAY, None), (None, DAY), (DAY, DAY), (DAY + 1, DAY + 1))
        ]
        + [c.Unvalued("限额", c.AS_OF, DAY, None, SPAN), c.Unvalued("限额", c.AS_OF, None, DAY, SPAN)],
        [
            Situation(toy.PURCHASE, {**one.values, c.dating_field("签订"): day})
            for one in told(签订=(None,))
            for day in (DAY - 1, DAY, DAY + 1)
        ],
    ),
}


def rules_of(group: str) -> RuleSet:
    rules = [new_rule(f"law.made-{at}", kind, when) for at, (kind, when) in enumerate(COMPUTED)]
    rules += [new_rule(f"law.art-{at}", Prohibit("转包"), leaf) for at, leaf in enumerate(GROUPS[group][0])]
    return toy.rule_set(*rules)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_comparison_is_found_as_the_oracle_finds_it(engine, group):
    rule_set = rules_of(group)
    compiled = compile_rules(rule_set)
    for situation in GROUPS[group][1]:
        assert {} == differences(interpret(rule_set, situation), ENGINES[engine](compiled, situation))


@pytest.mark.parametrize("group", GROUPS)
def test_every_comparison_is_found_on_every_row_of_a_block(group):
    rule_set, situations = rules_of(group), GROUPS[group][1]
    block = SlicedRules.of(compile_rules(rule_set).subjects[toy.PURCHASE])
    found = block.decide(columns_of([one.values for one in situations]), len(situations))
    for at, situation in enumerate(situations):
        assert {} == differences(interpret(rule_set, situation), found.row(at))


@pytest.mark.parametrize("group", GROUPS)
def test_every_comparison_is_explained_as_the_oracle_finds_it(group):
    compared, situations = GROUPS[group]
    made = [new_rule(f"law.made-{at}", kind, when) for at, (kind, when) in enumerate(COMPUTED)]
    rule_set = toy.rule_set(*made)
    for situation in situations:
        matter, found = Instance(rule_set, situation), interpret(rule_set, situation)
        values, derived = with_numbers(situation.values, found), Derivations(found.truths, matter.fields)
        for leaf in compared:
            assert TRUTHS[oracle_truth(matter, leaf)] is truth(leaf, values, derived), leaf
