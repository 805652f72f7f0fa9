"""Which article of a document prevails over which: said once, and written out as what prevails over what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from policy_engine.language.keys import PRECEDENCE_KEYS
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Node
from policy_engine.model.locators import is_within
from policy_engine.model.rules import Basis, Override, Permit, Prohibit, Require, Rule


def with_precedence(owner: Mapping, rules: tuple[Rule, ...], problems: Problems) -> tuple[Rule, ...]:
    """Let the rules of an article prevail over those of another, as the file's `precedence` says.

    `rules`: those of the file. Only what forbids, asks or permits can be rivals, and only of one subject.
    """
    node = owner.get("precedence")
    added: dict[str, list[Override]] = {}
    for item in problems.sequence(node, "`precedence`", owner.span) if node is not None else ():
        entry = problems.mapping(item, "`precedence` 的一项", item.span)
        if entry is None:
            continue
        problems.keys(entry, tuple(PRECEDENCE_KEYS), "`precedence`")
        for winner, override in _written_out(entry, rules, problems):
            # Also against what this very list has added: two entries may say the same of one pair.
            known = (*winner.overrides, *added.get(winner.id, ()))
            if any(one.rule == override.rule for one in known):
                message = f"`{winner.id}` 优先于 `{override.rule}` 写了两遍"
                problems.error("PE316", message, item.span, "留下一处：precedence，或者那条规则的 overrides")
            else:
                added.setdefault(winner.id, []).append(override)
    return tuple(
        dataclasses.replace(rule, overrides=(*rule.overrides, *added[rule.id])) if rule.id in added else rule
        for rule in rules
    )


def _written_out(
    entry: Mapping, rules: tuple[Rule, ...], problems: Problems
) -> Iterator[tuple[Rule, Override]]:
    article, because = problems.text(entry, "rules"), problems.text(entry, "because")
    over = problems.text(entry, "over")
    basis = Basis(problems.one_of(entry, "basis", (b.value for b in Basis), "text"))
    locator = problems.text(entry, "cite", fallback="")
    winners, losers = (_rivals(place, rules) for place in (article, over))
    for place, found, key in ((article, winners, "rules"), (over, losers, "over")):
        if place and not found:
            _report_none(place, entry.get(key) or entry, rules, problems)
    both = [rule.id for rule in winners if rule in losers]
    if len(both) > 1 or (both and winners == losers):
        at = entry.get("over") or entry
        message = f"{article}与{over}都是 `{both[0]}` 的出处，一条规则不能优先于自己"
        problems.error("PE316", message, at.span, "over 写让步的那一条")
        return
    pairs = [
        (winner, loser)
        for winner in winners
        for loser in losers
        if winner is not loser and {*winner.subjects} & {*loser.subjects}
    ]
    if winners and losers and not pairs:
        message = f"{article}与{over}的规则没有共同的主题，谈不上优先"
        problems.error("PE316", message, entry.span, "删去这一项，或者改正条文")
    for winner, loser in pairs:
        override = Override(
            rule=loser.id,
            basis=basis,
            because=because,
            locator=locator,
            span=entry.span,
            article=article,
            over=over,
            cite_span=entry.place("cite"),
        )
        yield winner, override


def _rivals(place: str, rules: Sequence[Rule]) -> list[Rule]:
    return [
        rule
        for rule in rules
        if isinstance(rule.kind, Prohibit | Require | Permit)
        and place
        and is_within(rule.citation.locator, place)
    ]


def _report_none(place: str, node: Node, rules: Sequence[Rule], problems: Problems) -> None:
    places = dict.fromkeys(rule.citation.locator for rule in rules if _rivals(rule.citation.locator, [rule]))
    message = f"这个文件没有出自 `{place}` 的禁止、要求或者许可"
    problems.unknown("PE316", message, node.span, place, places)
