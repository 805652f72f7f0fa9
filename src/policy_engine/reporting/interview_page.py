"""An interview as people read it: what is asked, why, what a signature would stand for, and where the case stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.evaluation.condition_words import value_words
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.interviewing import Asking, Turn
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.asking import DECLARATION, asked_item
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.page import Item
from policy_engine.reporting.words import field_words


def ask_item(turn: Turn, rule_set: RuleSet) -> Item:
    """Write what a turn asks, with everything that helps to answer it. The turn asks something."""
    ask = turn.ask
    assert ask is not None
    one = turn.subject
    fields = rule_set.vocabulary.subjects[one.subject].fields
    if ask.question is None:
        return Item(DECLARATION, tuple(_covered(ask.covered, fields)))
    field = ask.question.field
    found = asked_item(ask.question, one, turn.case, rule_set)
    if ask.kind is Asking.REASON:
        return Item(reason_words(field, turn.case.subjects[one.subject][field.name]), found.details)
    return found


def standing(turn: Turn, rule_set: RuleSet) -> str:
    """Say in one line what the case comes to so far, and how much is left to ask."""
    one = turn.subject
    known = sum(fact.origin is Origin.STATED for fact in one.facts.values())
    left = f"还要问 {turn.left} 项左右" if turn.left else "没有要问的了"
    return f"到目前：{verdict_sentence(one, rule_set)}；已知 {known} 项，{left}"


def reason_words(field: Field, stated: Fact) -> str:
    """Ask who judged a fact as it was stated, against words or signs."""
    told = value_words(field, stated.value)
    return f"{field_words(field)}填的是“{told}”，与文字或者迹象不一致：由谁认定，凭什么？"


def covered_words(facts: Iterable[Fact], fields: Mapping[str, Field]) -> dict[str, str]:
    """Say group by group what nobody told, and how it is taken once somebody signs that there is nothing else."""
    groups: dict[str, list[str]] = {}
    for fact in facts:
        field = fields[fact.field]
        groups.setdefault(field.group, []).append(f"{field_words(field)}（{value_words(field, fact.value)}）")
    return {group: "、".join(words) for group, words in groups.items()}


def _covered(facts: tuple[Fact, ...], fields: Mapping[str, Field]) -> Iterator[Item]:
    yield Item(f"没有的，署名声明；下列 {len(facts)} 项没有填报，署名以后按括号里的情形认定：")
    for group, words in covered_words(facts, fields).items():
        yield Item(f"{group}：{words}" if group else words)
