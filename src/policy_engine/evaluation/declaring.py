"""What a declaration closes: flags and judgements at their usual value, but none that a sign speaks against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.truth import HOLDS, IS_OPEN, MAY_HOLD, Ask, Told, comes_to, signs_among
from policy_engine.foundation.memory import Beside, of_a_few
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, Role


def is_usual_conclusion(field: Field, fact: Fact) -> bool:
    """Tell whether a fact is a legal judgement that finds nothing out of the ordinary."""
    return field.role is Role.CONCLUSION and field.declared is not None and fact.value == field.declared


def may_be_closed(field: Field) -> bool:
    """Tell whether a declaration can close a field at all."""
    return (
        field.role in (Role.FLAG, Role.CONCLUSION) and field.declared is not None and not field.constitutive
    )


class Clash(NamedTuple):
    """An `ImpossibleRule` that every case of a subject is held against."""

    whole: Told
    limbs: tuple[tuple[Told, frozenset[str]], ...]
    reads: frozenset[str]


# One entry each.
_clashes: Beside[str, tuple[Clash, ...]] = Beside()


def clashes(program: CompiledSubject) -> tuple[Clash, ...]:
    """Give what can't be true together in a subject."""
    known = _clashes.of(program)
    if program.name not in known:
        known[program.name] = tuple(
            Clash(
                Told(rule.whole, program.fields),
                tuple((Told(limb, program.fields), names) for limb, names in rule.limbs),
                frozenset(rule.reads),
            )
            for rule in program.impossible
        )
    return known[program.name]


@dataclass(frozen=True, slots=True)
class Base:
    """Facts without a declaration. `asked`: those that are stated as unknown; `pseudo`: the day and the area."""

    program: CompiledSubject
    values: Mapping[str, Value]
    asked: frozenset[str]
    pseudo: Mapping[str, Value]
    ask: Ask = comes_to

    def in_doubt(self, rule: Clash, values: Mapping[str, Value]) -> Iterator[str]:
        """Go through the fields of a rule's limbs that a stated unknown keeps open beside some more facts."""
        for limb, names in rule.limbs:
            if not names.isdisjoint(self.asked) and self.ask(limb, values, IS_OPEN):
                yield from names


def consistently_declared(names: Iterable[str], fields: Mapping[str, Field], base: Base) -> dict[str, Fact]:
    """Close what a declaration closes: `names` is what it can, and less is closed where that would be impossible."""
    # A declaration never makes facts impossible, nor leaves that to a doubt: what would is left open and asked.
    names = list(names)
    while True:
        closed, declared = _declared(names, fields, base)
        declared = {**declared, **base.pseudo}
        clashing: set[str] = set()
        for rule in clashes(base.program):
            # A rule that reads nothing of what was closed says what it said before; and what is impossible without
            # the declaration is no fault of it: such a case is refused elsewhere.
            if (
                not rule.reads.isdisjoint(closed)
                and base.ask(rule.whole, declared, HOLDS)
                and not base.ask(rule.whole, {**base.values, **base.pseudo}, HOLDS)
            ):
                clashing.update(rule.reads)
            if base.asked:
                clashing.update(base.in_doubt(rule, declared))
        # Ends for certain: every further turn leaves out at least one field that was closed.
        if not clashing & closed.keys():
            return closed
        names = [name for name in names if name not in clashing]


def _declared(
    names: Iterable[str], fields: Mapping[str, Field], base: Base
) -> tuple[dict[str, Fact], Mapping[str, Value]]:
    """Close what signs let close; and give the values of all facts then."""
    usual = _usual(fields)
    # Flags close first, whatever they show: conclusions are closed or raised by their signs.
    closed = {name: usual.flags[name] for name in names if name in usual.flags}
    values = {**base.values, **{name: fact.value for name, fact in closed.items()}}
    still_open = [name for name in names if name in usual.conclusions]
    # Indicators may be conclusions themselves: go on until nothing more closes.
    while True:
        raised = raised_by_signs(still_open, fields, values, base.asked, base.ask)
        ready = [name for name in still_open if name not in raised]
        if not ready:
            return closed, values
        for name in ready:
            fact = closed[name] = usual.conclusions[name]
            values[name] = fact.value
        still_open = [name for name in still_open if name in raised]


class _Usual(NamedTuple):
    """What a signature makes of the flags and conclusions that it can close."""

    flags: Mapping[str, Fact]
    conclusions: Mapping[str, Fact]


@of_a_few
def _usual(fields: Mapping[str, Field]) -> _Usual:
    closable = [(name, field) for name, field in fields.items() if may_be_closed(field)]
    flags, conclusions = (
        {name: _closed(field) for name, field in closable if field.role is role}
        for role in (Role.FLAG, Role.CONCLUSION)
    )
    return _Usual(flags, conclusions)


def _closed(field: Field) -> Fact:
    assert field.declared is not None
    return Fact(field=field.name, value=field.declared, origin=Origin.DECLARED)


def raised_by_signs(
    names: Iterable[str],
    fields: Mapping[str, Field],
    values: Mapping[str, Value],
    asked: Collection[str],
    ask: Ask = comes_to,
) -> frozenset[str]:
    """List the open conclusions that an indicator raises, and those whose indicators read one of them.

    `asked`: the facts that are stated as unknown, or judged without a reason.
    """
    left = [name for name in names if fields[name].indicators]
    if not left:
        return frozenset()
    signs = signs_among(fields)
    doubts = set(asked)
    found: set[str] = set()
    while True:
        more = [name for name in left if is_raised(signs[name], values, doubts, ask)]
        if not more:
            return frozenset(found)
        found.update(more)
        doubts.update(more)
        left = [name for name in left if name not in found]


def is_raised(
    signs: Iterable[Told], values: Mapping[str, Value], doubts: Collection[str], ask: Ask = comes_to
) -> bool:
    """Tell whether one of the signs is there, or hangs on what is in doubt."""
    # An indicator that is present, or that hangs on what was asked and could not be told, raises the question.
    return any(ask(sign, values, HOLDS if sign.reads.isdisjoint(doubts) else MAY_HOLD) for sign in signs)


def is_explicit(fact: Fact) -> bool:
    """Tell whether somebody said of a fact that it can't be told, or judged it without a reason."""
    return fact.value is UNKNOWN and fact.origin in (Origin.STATED, Origin.UNREASONED)
