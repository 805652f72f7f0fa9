"""What a declaration closes: flags and judgements at their usual value, but none that a sign speaks against."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.compiled import ImpossibleRule
from policy_engine.compilation.reads import read_by
from policy_engine.evaluation.truth import Derivations, nothing_derived, truth
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.memory import of_the_same
from policy_engine.foundation.records import dataclass
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.conditions import AREA, AS_OF, Condition
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, Role


def is_usual_conclusion(field: Field, fact: Fact) -> bool:
    """Tell whether a fact is a legal judgement that finds nothing out of the ordinary."""
    return field.role is Role.CONCLUSION and field.declared is not None and fact.value == field.declared


def is_unstated(fact: Fact) -> bool:
    """Tell whether nobody said anything of a fact."""
    # An explicit unknown stays one: "asked, and cannot be told" beats every declaration.
    return fact.origin is Origin.NOT_STATED


def may_be_closed(field: Field) -> bool:
    """Tell whether a declaration can close a field at all."""
    return (
        field.role in (Role.FLAG, Role.CONCLUSION) and field.declared is not None and not field.constitutive
    )


@dataclass(frozen=True, slots=True)
class Base:
    """A case with what is there without a declaration. `asked`: the facts that are stated as unknown."""

    case: Case
    program: CompiledSubject
    values: Mapping[str, Value]
    asked: frozenset[str]

    def with_more(self, more: Mapping[str, Fact]) -> _Supposed:
        """Suppose some more facts."""
        values = {**self.values, **{name: fact.value for name, fact in more.items()}}
        values[AS_OF] = self.case.as_of
        values[AREA] = frozenset(chain_of(self.case.area))
        return _Supposed(values, self.asked, nothing_derived(self.program.fields))


@dataclass(frozen=True, slots=True)
class _Supposed:
    """The facts with some more. `asked`: those of them that are stated as unknown."""

    values: Mapping[str, Value]
    asked: frozenset[str]
    derived: Derivations

    def is_impossible(self, rule: ImpossibleRule) -> bool:
        """Tell whether these are what a rule says can't be true together."""
        return truth(rule.whole, self.values, self.derived) is Truth.TRUE

    def in_doubt(self, rule: ImpossibleRule) -> Iterator[str]:
        """Go through the fields of a rule's limbs that a stated unknown keeps open."""
        for limb, names in rule.limbs:
            if not names.isdisjoint(self.asked) and truth(limb, self.values, self.derived) is Truth.UNKNOWN:
                yield from names


def consistently_declared(names: Iterable[str], fields: Mapping[str, Field], base: Base) -> dict[str, Fact]:
    """Close what a declaration closes: `names` is what it can, and less is closed where that would be impossible."""
    # A declaration never makes facts impossible, nor leaves that to a doubt: what would is left open and asked.
    names = list(names)
    # What is impossible without the declaration is no fault of it; such a case is refused elsewhere.
    undeclared = base.with_more({})
    while True:
        closed = _declared(names, fields, base)
        declared = base.with_more(closed)
        clashing: set[str] = set()
        for rule in base.program.impossible:
            # A rule that reads nothing of what was closed says what it said before.
            is_touched = not closed.keys().isdisjoint(rule.reads)
            if is_touched and declared.is_impossible(rule) and not undeclared.is_impossible(rule):
                clashing.update(rule.reads)
            if base.asked:
                clashing.update(declared.in_doubt(rule))
        # Ends for certain: every further turn leaves out at least one field that was closed.
        if not clashing & closed.keys():
            return closed
        names = [name for name in names if name not in clashing]


def _declared(names: Iterable[str], fields: Mapping[str, Field], base: Base) -> dict[str, Fact]:
    # Flags close first, whatever they show: conclusions are closed or raised by their signs.
    flags = [name for name in names if fields[name].role is Role.FLAG]
    closed = {name: _closed(fields[name]) for name in flags}
    values = {**base.values, **{name: fact.value for name, fact in closed.items()}}
    conclusions = [name for name in names if fields[name].role is Role.CONCLUSION]
    # Indicators may be conclusions themselves: go on until nothing more closes.
    while True:
        still_open = [name for name in conclusions if name not in closed]
        raised = raised_by_signs(still_open, fields, values, base.asked)
        ready = [name for name in still_open if name not in raised]
        if not ready:
            return closed
        for name in ready:
            closed[name] = _closed(fields[name])
            values[name] = closed[name].value


@of_the_same
def _closed(field: Field) -> Fact:
    assert field.declared is not None
    return Fact(field=field.name, value=field.declared, origin=Origin.DECLARED)


def raised_by_signs(
    names: Iterable[str], fields: Mapping[str, Field], values: Mapping[str, Value], asked: Collection[str]
) -> frozenset[str]:
    """List the open conclusions that an indicator raises, and those whose indicators read one of them.

    `asked`: the facts that are stated as unknown, or judged without a reason.
    """
    left = [name for name in names if fields[name].indicators]
    if not left:
        return frozenset()
    derived = nothing_derived(fields)
    doubts = set(asked)
    found: set[str] = set()
    while True:
        more = [name for name in left if is_raised(fields[name].indicators, values, doubts | found, derived)]
        if not more:
            return frozenset(found)
        found.update(more)
        left = [name for name in left if name not in found]


def is_raised(
    signs: Iterable[Condition], values: Mapping[str, Value], doubts: Collection[str], derived: Derivations
) -> bool:
    """Tell whether one of the signs is there, or hangs on what is in doubt."""
    # An indicator that is present, or that hangs on what was asked and could not be told, raises the question.
    for indicator in signs:
        found = truth(indicator, values, derived)
        if found is Truth.TRUE or (found is Truth.UNKNOWN and not read_by(indicator).isdisjoint(doubts)):
            return True
    return False


def is_explicit(fact: Fact) -> bool:
    """Tell whether somebody said of a fact that it can't be told, or judged it without a reason."""
    return fact.value is UNKNOWN and fact.origin in (Origin.STATED, Origin.UNREASONED)
