"""Which unknown facts are worth asking: the quick walk against trying every completion."""

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from effort import examples
from oracle.test_oracle import exception, new_rule
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.questions import open_facts, relevant_facts
from policy_engine.evaluation.truth import Derivations
from policy_engine.model import conditions as c
from policy_engine.model.rules import Classify, Prohibit, Require, Rule
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import FieldType
from properties import toy
from properties.strategies import FIELDS, VALUES, conditions

FAST = settings(max_examples=examples(200))
NAMES = tuple(
    name
    for name, field in FIELDS.items()
    if field.type is not FieldType.DATE and name not in {f.name for f in toy.DERIVED}
)
VETO = Prohibit("政府购买服务")


@st.composite
def rules(draw) -> Rule:
    """Draw a rule that compares each field with constants only."""
    some = conditions(NAMES, c.AS_OF, 2)
    kind = draw(st.just(VETO) | st.builds(Require, some))
    unless = draw(st.lists(st.builds(exception, some), max_size=2).map(tuple))
    rule = new_rule("rule", kind, draw(some), unless=unless)
    assume(not any("Ratio(" in repr(part) for part in (rule.when, rule.kind, rule.unless)))
    return rule


def asked(rule: Rule, values: dict[str, Value]) -> tuple[str, ...]:
    program = compile_rules(toy.rule_set(rule)).subjects[toy.PURCHASE]
    return open_facts(rule, values, Derivations({}, program.fields), program)


def tried(rule: Rule, values: dict[str, Value]) -> tuple[str, ...]:
    program = compile_rules(toy.rule_set(rule)).subjects[toy.PURCHASE]
    reads = dict.fromkeys(n for n in program.reads["rule"] if values.get(n, UNKNOWN) is UNKNOWN)
    return relevant_facts(rule, tuple(reads), values, Derivations({}, program.fields))


@FAST
@given(rules(), st.data())
def test_what_is_asked_is_what_a_completion_can_turn(rule, data):
    told = data.draw(st.lists(st.sampled_from(NAMES), unique=True))
    values = dict(toy.situation({name: data.draw(VALUES[name]) for name in told}).values)
    program = compile_rules(toy.rule_set(rule)).subjects[toy.PURCHASE]
    open_reads = [n for n in program.reads["rule"] if n not in values]
    is_once = len(open_reads) == len(set(open_reads))
    found = asked(rule, values)
    event(f"{'once' if is_once else 'several times'}: {'some' if found else 'nothing'} asked")
    assert tried(rule, values) == found


def test_a_choice_that_can_only_come_out_one_way_is_not_asked():
    every = c.OneOf("方式", ("招标", "谈判", "直购"), toy.SPAN)
    assert () == asked(new_rule("rule", VETO, every), {})
    assert ("含工程",) == asked(
        new_rule("rule", VETO, c.All((every, c.Equals("含工程", True, toy.SPAN)), toy.SPAN)), {}
    )


def test_a_number_beyond_its_range_is_not_asked():
    beyond = c.Compare("人数", c.Bound.MORE_THAN, 9999, toy.SPAN)
    assert () == asked(new_rule("rule", VETO, beyond), {})


def test_what_stands_beside_a_settled_part_is_not_asked():
    works, listed = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))
    either = new_rule("rule", VETO, c.Any((works, listed), toy.SPAN))
    assert () == asked(either, {"含工程": True})
    assert ("已列目录",) == asked(either, {"含工程": False})
    excepted = new_rule("rule", VETO, works, unless=(exception(listed),))
    assert () == asked(excepted, {"已列目录": True})
    assert ("含工程", "已列目录") == asked(excepted, {})


def test_a_list_compared_by_count_is_asked():
    few = c.All(
        (c.Count("标签", c.Bound.AT_LEAST, 2, toy.SPAN), c.Count("标签", c.Bound.LESS_THAN, 3, toy.SPAN)),
        toy.SPAN,
    )
    assert ("标签",) == asked(new_rule("rule", VETO, few), {})
    some = (c.Membership.ALL_OF, ("红", "黄")), (c.Membership.NONE_OF, ("绿",))
    both = c.All(tuple(c.Members("标签", how, members, toy.SPAN) for how, members in some), toy.SPAN)
    assert ("标签",) == asked(new_rule("rule", VETO, both), {})


DAY = toy.DAYS[4]


@pytest.mark.parametrize(
    "parts",
    [
        [c.Compare("人数", c.Bound.AT_LEAST, 100, toy.SPAN)],
        [c.Compare("人数", bound, 100, toy.SPAN) for bound in (c.Bound.AT_LEAST, c.Bound.AT_MOST)],
        [c.Equals("余额", -700, toy.SPAN)],
        [
            c.Compare("签订", bound, DAY + step, toy.SPAN)
            for bound, step in ((c.Bound.MORE_THAN, -1), (c.Bound.LESS_THAN, 1))
        ],
        [c.Members("标签", c.Membership.ALL_OF, ("红", "黄"), toy.SPAN)],
        [
            c.Members("标签", c.Membership.ALL_OF, ("红", "黄"), toy.SPAN),
            c.Members("标签", c.Membership.NONE_OF, ("绿",), toy.SPAN),
        ],
        [
            c.Count("标签", bound, limit, toy.SPAN)
            for bound, limit in ((c.Bound.MORE_THAN, 1), (c.Bound.LESS_THAN, 3))
        ],
    ],
)
def test_what_only_few_values_turn_is_asked(parts):
    rule = new_rule("rule", VETO, c.All(tuple(parts), toy.SPAN))
    assert (parts[0].field,) == asked(rule, {})


def test_what_no_value_turns_is_not_asked():
    both = [
        c.Compare("人数", c.Bound.MORE_THAN, 100, toy.SPAN),
        c.Compare("人数", c.Bound.LESS_THAN, 101, toy.SPAN),
    ]
    assert () == asked(new_rule("rule", VETO, c.All(tuple(both), toy.SPAN)), {})


def test_behind_a_computed_fact_its_inputs_are_asked():
    works, listed, major = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录", "重大"))
    sort = c.Members("类别", c.Membership.ANY_OF, ("甲",), toy.SPAN)
    made = new_rule("made", Classify("类别", ("甲",)), works), new_rule("then", Classify("重大", ()), sort)
    rule = new_rule("rule", VETO, c.All((listed, major), toy.SPAN))
    program = compile_rules(toy.rule_set(*made, rule)).subjects[toy.PURCHASE]
    nothing = Derivations({}, program.fields)
    assert ("已列目录", "含工程") == open_facts(rule, {}, nothing, program)
    assert ("含工程",) == open_facts(rule, {"已列目录": True}, nothing, program)
    assert ("已列目录",) == open_facts(rule, {"重大": True}, nothing, program)
