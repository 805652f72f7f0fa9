"""Twin fields: two names for one fact, told in contradiction and accepted all the same.

Two boolean fields of one subject look like twins where their names are opposites, where one name is the other with
more to it (what is so of the narrower is so of the wider), where their descriptions are as good as the same, or where
they stand side by side in one `any` or `all` in every rule that reads either. Looks alone are no finding: some case
must answer them in contradiction and still get a clean opinion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

import z3

from policy_engine.analysis.findings.context import Context, finding
from policy_engine.compilation.reads import conditions_of, rule_reads
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.conditions import All, Any, Condition, Equals, Not
from policy_engine.model.rules import Impossible, Rule
from policy_engine.model.vocabulary import Field, FieldType, Role

_NEGATIONS = "不未非无没"
_OPPOSITES = (("强制", "自愿"), ("独立", "协同"), ("合法", "违法"), ("公开", "保密"))
_ALIKE = 0.85
_HELP = (
    "合并成一个字段，或者由一个推算另一个，或者写一条 impossible 退回这种填报；确实各说各事的，写 accept 说明"
)


@dataclass(frozen=True, slots=True)
class _Twins:
    """A pair and why it looks like one fact. `values`: the answers that a reader calls contradictory."""

    first: Field
    second: Field
    because: str
    values: tuple[tuple[bool, bool], ...]


def detect_twins(context: Context) -> Iterator[Diagnostic]:
    """Report pairs of fields that look like one fact and may be told in contradiction beside a clean opinion."""
    rules = [rule for rule in context.subject.rules if not isinstance(rule.kind, Impossible)]
    readers: dict[str, list[Rule]] = {}
    for rule in rules:
        for name in rule_reads(rule):
            readers.setdefault(name, []).append(rule)
    fields = [f for f in context.subject.fields.values() if f.name in readers and _is_told(f)]
    beside = {name: [frozenset(_neighbours(r, name)) for r in found] for name, found in readers.items()}
    for first, second in combinations(fields, 2):
        twins = _twins(first, second, beside)
        if twins is None:
            continue
        about = tuple({r.id: r for r in (readers[first.name][0], readers[second.name][0])}.values())
        goals = (context.clean, z3.Or([_told(context, twins, values) for values in twins.values]))
        if context.can_be(*goals, about=about):
            message = f"`{first.name}` 和 `{second.name}`{twins.because}，填得互相矛盾仍{context.clean_words}"
            witness = context.yaml(context.witness(*goals, about=about))
            yield finding("PE721", message, about, help_=_HELP, witness=witness)


def _is_told(field: Field) -> bool:
    return field.type is FieldType.BOOLEAN and field.role not in (Role.DERIVED, Role.NOTE)


def _told(context: Context, twins: _Twins, values: tuple[bool, bool]) -> z3.BoolRef:
    told = []
    for field, value in zip((twins.first, twins.second), values, strict=True):
        variable = context.symbolic.facts.bits(field.name)
        told += [variable.known, variable.bits[""] == value]
    return z3.And(told)


def _twins(first: Field, second: Field, beside: Mapping[str, list[frozenset[str]]]) -> _Twins | None:
    a, b = first.name, second.name
    if _are_opposites(a, b):
        return _Twins(first, second, "名称相反", ((True, True), (False, False)))
    if a in b or b in a:
        # The longer name says more: that the narrower is so and the wider isn't is the contradiction.
        narrow_last = a in b
        return _Twins(
            first, second, "名称一个包含另一个", ((False, True),) if narrow_last else ((True, False),)
        )
    if _are_alike(first.description, second.description) and not _are_parallel(first, second):
        return _Twins(first, second, "说明几乎相同", ((True, False), (False, True)))
    # Side by side in one rule only says nothing yet.
    if len(beside[a]) > 1 and all(b in some for some in beside[a]) and all(a in some for some in beside[b]):
        return _Twins(first, second, "在每一条规则里都并列", ((True, False), (False, True)))
    return None


def _are_opposites(a: str, b: str) -> bool:
    if any(one != a and one == b for x, y in _OPPOSITES for one in (a.replace(x, y), a.replace(y, x))):
        return True
    return any(
        short == long.replace(word, "", 1)
        for short, long in ((a, b), (b, a))
        for word in _NEGATIONS
        if word in long
    )


def _are_alike(a: str, b: str) -> bool:
    # Without `autojunk`: else the commonest characters of long descriptions wouldn't count.
    return bool(a and b) and SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE


def _are_parallel(first: Field, second: Field) -> bool:
    """Tell whether each is told of its own: of two stages, say, in words that are otherwise the same."""
    a, b = first.name, second.name
    start = _shared(a, b)
    end = _shared(a[start:][::-1], b[start:][::-1])
    own, other = a[start : len(a) - end], b[start : len(b) - end]
    return bool(own and other) and own in first.description and other in second.description


def _shared(a: str, b: str) -> int:
    """Count the characters with which two words begin alike."""
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _neighbours(rule: Rule, name: str) -> Iterator[str]:
    """Go through the boolean fields that are asked for beside a field, the same way, in one `any` or `all`."""
    for condition in conditions_of(rule):
        for group in _groups(condition):
            told = [(leaf.field, leaf.value) for leaf in group.parts if isinstance(leaf, Equals)]
            wanted = [value for field, value in told if field == name]
            yield from (field for field, value in told if field != name and value in wanted)


def _groups(condition: Condition) -> Iterator[All | Any]:
    if isinstance(condition, All | Any):
        yield condition
        for part in condition.parts:
            yield from _groups(part)
    elif isinstance(condition, Not):
        yield from _groups(condition.part)
