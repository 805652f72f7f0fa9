"""What a rule says, by its kind: forbids, permits, asks, advises, puts into a class, ranks, computes, rules out."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.model.conditions import All, Condition, Not
from policy_engine.model.rules import (
    Classify,
    Derive,
    Effect,
    Function,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.reporting.aloud.assertions import yes
from policy_engine.reporting.aloud.comparisons import both
from policy_engine.reporting.aloud.copy import Block, Grid, Para
from policy_engine.reporting.aloud.phrases import ANY_OF, Phrase, Voice
from policy_engine.reporting.aloud.sentences import demanding, ended, following, in_one_line, listed
from policy_engine.reporting.words import field_words

_VERDICTS = {Effect.VETO: "不得实施", Effect.FIX: "须整改"}


def effect_blocks(
    rule: Rule, when: Condition, demand: Condition | None, voice: Voice, rule_set: RuleSet
) -> Iterator[Block]:
    """Say what a rule says. `when`, `demand`: its condition and what it asks for, as its author wrote them."""
    said = None if isinstance(when, All) and not when.parts else voice.say(when)
    generally = "原则上" if rule.is_default else ""
    match rule.kind:
        case Prohibit(object=name):
            yield following(said, f"{generally}{_VERDICTS[rule_set.objects[name]]}（禁止事项：{name}）")
        case Permit(object=name):
            yield following(said, f"可以实施（许可事项：{name}）")
        case Require():
            assert demand is not None
            yield from demanding(said, f"{generally}要求", voice.demand(demand))
        case Recommend() if points_elsewhere(rule, when):
            yield following(said, "按下面的做法办理")
        case Recommend():
            assert demand is not None
            yield from demanding(said, "建议", voice.demand(demand))
        case Classify() as kind:
            yield following(said, _class_words(kind, voice))
        case Table() as kind:
            name = field_words(voice.fields[kind.field])
            yield following(said, f"按下表从上到下取第一个成立的一行，确定{name}")
            yield _table(kind, name, voice)
        case Derive() as kind:
            yield from _derived(kind, voice)
        case Impossible():
            yield _impossible(voice.say(when), rule.message)
    if rule.is_default:
        yield Para(_justified(rule, voice))


def points_elsewhere(rule: Rule, when: Condition) -> bool:
    """Tell a rule that only says by what else those go whom it is about: it recommends that there were none.

    `when`: its condition as its author wrote it.
    """
    return isinstance(rule.kind, Recommend) and rule.kind.condition == Not(when, rule.span)


def _impossible(whole: Phrase, message: str) -> Para:
    if not whole.parts:
        return Para(ended(f"不能填成：{whole.text}（{message}）"))
    what = "填成下列任何一种情形" if whole.text == ANY_OF else "同时填成下列各项"
    return Para(f"不能{what}（{message}）：", listed(whole.parts))


def _justified(rule: Rule, voice: Voice) -> str:
    if rule.justified_by is None:
        return "本条是一般规定，没有写明可以例外的理由。"
    reason = yes(voice.fields[rule.justified_by])
    return f"本条是一般规定：与之不符时，{reason}的，只作提示；这一点没有填明的，先补充核实。"


def _class_words(kind: Classify, voice: Voice) -> str:
    name = field_words(voice.fields[kind.field])
    if not kind.members:
        return f"认定为“{name}”"
    members = voice.fields[kind.field].choices
    return f"归入“{name}”中的{both(sorted(kind.members, key=members.index))}"


def _table(kind: Table, name: str, voice: Voice) -> Grid:
    # Each of several ways to one rank has a row: the first row that holds still decides.
    said = ((voice.say(condition), choice) for condition, choice in kind.rows)
    rows = [
        (in_one_line(way), choice)
        for phrase, choice in said
        for way in (phrase.parts if phrase.text == ANY_OF else (phrase,))
    ]
    return Grid(("条件", name), (*rows, ("其余", kind.otherwise)))


def _derived(kind: Derive, voice: Voice) -> Iterator[Para]:
    name = field_words(voice.fields[kind.field])
    if kind.function is Function.COUNT_IF:
        yield Para(f"{name}等于下列情形中成立的项数：", listed(map(voice.say, kind.conditions)))
        return
    inputs = [field_words(voice.fields[one]) for one in kind.inputs]
    yield Para(ended(f"{name}{_computed(kind.function, inputs)}"))


def _computed(function: Function, inputs: list[str]) -> str:
    match function:
        case Function.SUM:
            return f"等于{both(inputs)}相加"
        case Function.DIFFERENCE:
            return f"等于{inputs[0]}减去{inputs[1]}"
        case Function.MIN:
            return f"取{both(inputs)}中最小的"
        case Function.MAX:
            return f"取{both(inputs)}中最大的"
        case Function.DAYS_BETWEEN:
            return f"是从{inputs[0]}到{inputs[1]}的天数"
        case Function.MONTHS_BETWEEN:
            return f"是从{inputs[0]}到{inputs[1]}的整月数"
        case Function.WORKING_DAYS_BETWEEN:
            return f"是从{inputs[0]}的次日到{inputs[1]}的工作日数"
        case Function.COUNT_IF:
            return "等于成立的项数"
