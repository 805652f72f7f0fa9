"""What the rules of a subject weigh, all at once: one bit a rule, as `masks` decides them.

`combine.weigh` says the same rule by rule, for whoever wants to name them; tests hold one to the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property, reduce
from operator import or_

from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.combine import Weights, first_true
from policy_engine.evaluation.masks import Decided
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.decisions import Evaluation, Status, Verdict
from policy_engine.model.rules import Effect, Impossible, Permit, Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Phase

# As the key of a computed yes or no: surely so above, perhaps so below.
_KEYS = {Truth.TRUE: 0b11, Truth.UNKNOWN: 0b01, Truth.FALSE: 0b00}


class Side(NamedTuple):
    """Which rules, or pairs of them, weigh true, and which are open."""

    true: int
    open: int

    @property
    def weight(self) -> Truth:
        """Say what they weigh together."""
        return Truth.TRUE if self.true else Truth.UNKNOWN if self.open else Truth.FALSE


class Balance(NamedTuple):
    """What each rule that counts for the verdict weighs, as `Weights` tells it by name. Rivals have a bit a pair."""

    vetoes: Side
    rivals: Side
    fixes: Side
    permits: Side

    @property
    def verdict(self) -> Verdict:
        """Find the verdict, as of the weights of single rules."""
        return first_true(*(side.weight for side in self))

    @property
    def broken(self) -> tuple[int, int]:
        """Say what is broken: rules, and pairs of rivals."""
        return self.vetoes.true | self.fixes.true, self.rivals.true

    def badness(self, *, wants_grant: bool) -> tuple[int, int, int, int, int]:
        """Say how bad it is, to be compared: the least that is broken first, then the nearest to being granted, or not."""
        # The worst first: a veto hides a collision, and both hide what is only to be mended.
        vetoes, rivals, fixes, permits = self
        worst = vetoes.true.bit_count(), rivals.true.bit_count(), fixes.true.bit_count()
        still_open = vetoes.open.bit_count() + rivals.open.bit_count() + fixes.open.bit_count()
        # Outside what the rules bind nothing is open, and nothing shows: a permission that may still come keeps within it.
        if wants_grant:
            return *worst, 0 if permits.true else 1 if permits.open else 2, still_open
        return *worst, still_open, int(permits.true != 0)


@dataclass(frozen=True, kw_only=True)
class Scales:
    """The rules of a subject by what they do to its verdict. `counting`: those whose document may carry a ground.

    `outside`: by the field that puts a matter outside of a document, the rules of such documents; `excuses`: by the
    field that gives the reason, the defaults that it excuses. `due`: by the rank of a phase, the rules that are due only
    later.
    """

    places: Mapping[str, int]
    prohibitions: int
    vetoes: int
    fixes: int
    permits: int
    impossible: int
    counting: int
    outside: Mapping[str, int]
    excuses: Mapping[str, int]
    due: tuple[int, ...]
    rivals: tuple[tuple[int, int], ...]
    program: CompiledSubject

    @classmethod
    def of(
        cls, rule_set: RuleSet, program: CompiledSubject, places: Mapping[str, int] | None = None
    ) -> Scales:
        """Sort the rules of a subject. `places`: which bit stands for each; as in its tables, where nobody says."""
        objects, forces = rule_set.objects, rule_set.authority.forces
        places, rules = program.tables.order if places is None else places, program.rules

        def those(chosen: Iterable[Rule]) -> int:
            return sum(1 << places[rule.id] for rule in chosen)

        prohibitions = [rule for rule in rules if isinstance(rule.kind, Prohibit)]
        vetoes = those(r for r in prohibitions if objects[_object(r)] is Effect.VETO)
        names = {rule.citation.document.outside for rule in rules} - {""}
        reasons = {rule.justified_by for rule in rules if rule.is_default} - {None}
        return cls(
            places=places,
            prohibitions=those(prohibitions),
            vetoes=vetoes,
            fixes=those(r for r in rules if isinstance(r.kind, Prohibit | Require)) & ~vetoes,
            permits=those(r for r in rules if isinstance(r.kind, Permit)),
            impossible=those(r for r in rules if isinstance(r.kind, Impossible)),
            counting=those(r for r in rules if forces[r.citation.document.force].grounds),
            outside={n: those(r for r in rules if r.citation.document.outside == n) for n in sorted(names)},
            excuses={
                name: those(r for r in rules if r.is_default and r.justified_by == name)
                for name in sorted(filter(None, reasons))
            },
            due=tuple(those(r for r in rules if phase.rank < r.due.rank) for phase in Phase),
            rivals=tuple((places[first], places[second]) for first, second in program.rivals),
            program=program,
        )

    @cached_property
    def readers(self) -> Mapping[str, int]:
        """Map each field to the rules that read it."""
        found: dict[str, int] = {}
        for rule, reads in self.program.reads.items():
            for name in reads:
                found[name] = found.get(name, 0) | 1 << self.places[rule]
        return found

    def reading(self, names: Iterable[str]) -> int:
        """Mark the rules that read one of some fields."""
        found = 0
        for name in names:
            found |= self.readers.get(name, 0)
        return found

    def mask(self, rules: Iterable[str]) -> int:
        """Mark some rules."""
        return sum(1 << self.places[rule] for rule in set(rules))

    def decided(self, evaluation: Evaluation, values: Mapping[str, Value]) -> Decided:
        """Write what an engine found of the rules as masks, as far as they are weighed by it."""
        places = self.places
        true = open_ = takes_effect = may_take_effect = 0
        for rule, status in evaluation.statuses.items():
            if status is Status.TRUE:
                true |= 1 << places[rule]
            elif status is Status.UNKNOWN:
                open_ |= 1 << places[rule]
        for (first, second), truth in evaluation.rivals.items():
            if truth is not Truth.FALSE:
                pair = 1 << places[first] | 1 << places[second]
                may_take_effect |= pair
                takes_effect |= pair if truth is Truth.TRUE else 0
        truths = evaluation.truths
        keys = {n: _KEYS[truths[n, ""]] for n in (*self.outside, *self.excuses) if (n, "") in truths}
        return Decided(
            values,
            numbers={},
            surely=(true,),
            possibly=(true | open_,),
            takes_effect=takes_effect,
            may_take_effect=may_take_effect,
            columns=(),
            keys=keys,
        )

    def bound(self, found: Decided) -> int:
        """Mark the rules that count: those whose document may carry a ground, and binds the matter."""
        counting = self.counting
        for name, rules in self.outside.items():
            if told_or_computed(found, name) is Truth.TRUE:
                counting &= ~rules
        return counting

    def excused(self, found: Decided) -> int:
        """Mark the broken defaults for which a reason was given."""
        broken = found.surely[-1] & self.bound(found)
        with_reason = (r for n, r in self.excuses.items() if told_or_computed(found, n) is Truth.TRUE)
        return broken & reduce(or_, with_reason, 0)

    def named(self, balance: Balance, excused: int) -> Weights:
        """Name the rules and pairs that weigh anything, in the order of their bits; `weigh` names the others too."""
        names = {at: rule for rule, at in self.places.items()}

        def side(of: Side) -> dict[str, Truth]:
            return {names[at]: Truth.TRUE if of.true >> at & 1 else Truth.UNKNOWN for at in _places(of)}

        pairs = self.program.rivals
        return Weights(
            vetoes=side(balance.vetoes),
            rivals={
                pairs[at]: Truth.TRUE if balance.rivals.true >> at & 1 else Truth.UNKNOWN
                for at in _places(balance.rivals)
            },
            fixes=side(balance.fixes),
            permits=side(balance.permits),
            excused=tuple(names[at] for at in _places(Side(excused, 0))),
        )

    def ahead(self, found: Decided, phase: Phase, waiting: int) -> int:
        """Mark the open rules that are ahead, if no doubt keeps them open."""
        return found.possibly[-1] & ~found.surely[-1] & (self.due[phase.rank] | waiting)

    def weigh(
        self, found: Decided, phase: Phase, doubted: int, waiting: int, loosed: Collection[str]
    ) -> Balance:
        """Weigh every rule that counts. The arguments are those of `combine.weigh`."""
        counting = self.bound(found)
        before = (self.due[phase.rank] | waiting) & ~doubted
        true = found.surely[-1] & counting
        unsure = found.possibly[-1] & ~found.surely[-1] & counting & ~before
        for name, rules in self.excuses.items():
            match told_or_computed(found, name):
                case Truth.TRUE:
                    true, unsure = true & ~rules, unsure & ~rules
                case Truth.UNKNOWN:
                    true, unsure = true & ~rules, unsure | true & rules
                case Truth.FALSE:
                    pass
        held = 0
        for name in loosed:
            held |= self.outside[name] & counting
        true, unsure = true & ~held, unsure | true & held
        rivals, contested = self._contests(found, counting, before, held)
        settled, open_ = contested.true & self.prohibitions, contested.open & self.prohibitions
        true, unsure = true & ~settled, unsure & ~settled
        true, unsure = true & ~open_, unsure | true & open_
        vetoes, fixes, permits = (
            Side(true & of, unsure & of) for of in (self.vetoes, self.fixes, self.permits)
        )
        return Balance(vetoes, rivals, fixes, permits)

    def _contests(self, found: Decided, counting: int, before: int, held: int) -> tuple[Side, Side]:
        """Weigh the pairs of rivals; and say which rules one of them surely contests, and which perhaps."""
        true = open_ = surely = perhaps = 0
        for at, (first, second) in enumerate(self.rivals):
            pair = 1 << first | 1 << second
            if counting & pair != pair or found.may_take_effect & pair != pair:
                continue
            if found.takes_effect & pair == pair and not held & pair:
                true |= 1 << at
                surely |= pair
            else:
                perhaps |= pair
                # What is open only ahead of its time leaves nothing open.
                open_ |= 0 if before & pair else 1 << at
        return Side(true, open_), Side(surely, perhaps & ~surely)


def told_or_computed(found: Decided, name: str) -> Truth:
    """Find the truth of a yes or no: what was told of it, else what rules computed."""
    told = found.values.get(name, UNKNOWN)
    if told is not UNKNOWN:
        return Truth.TRUE if told is True else Truth.FALSE
    return computed(found, name)


def computed(found: Decided, name: str) -> Truth:
    """Find what rules computed of a yes or no, whatever was told."""
    key = found.keys.get(name)
    if key is None:
        return Truth.UNKNOWN
    # One member, as in `masks`: surely so above, perhaps so below.
    return Truth.TRUE if key >> 1 & 1 else Truth.UNKNOWN if key & 1 else Truth.FALSE


def _places(side: Side) -> Iterator[int]:
    left = side.true | side.open
    while left:
        lowest = left & -left
        yield lowest.bit_length() - 1
        left ^= lowest


def _object(rule: Rule) -> str:
    assert isinstance(rule.kind, Prohibit)
    return rule.kind.object
