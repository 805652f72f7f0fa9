"""What the rules of a subject weigh, all at once: one bit a rule, as `masks` decides them.

`combine.weigh` says the same rule by rule, for whoever wants to name them; tests hold one to the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.combine import first_true
from policy_engine.evaluation.masks import Decided
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.tuples import NamedTuple
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Effect, Impossible, Permit, Prohibit, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """The rules of a subject by what they do to its verdict. `counting`: those whose document may carry a ground.

    `outside`: by the field that puts a matter outside of a document, the rules of such documents; `excuses`: by the
    field that gives the reason, the defaults that it excuses. `due`: by the rank of a phase, the rules that are due only
    later. `readers`: by field, the rules that read it.
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
    readers: Mapping[str, int]

    @classmethod
    def of(cls, rule_set: RuleSet, program: CompiledSubject) -> Scales:
        """Sort the rules of a subject."""
        objects, forces = rule_set.objects, rule_set.authority.forces
        places, rules = program.tables.order, program.rules

        def those(chosen: Iterable[Rule]) -> int:
            return sum(1 << places[rule.id] for rule in chosen)

        readers: dict[str, int] = {}
        for rule in rules:
            for name in program.reads[rule.id]:
                readers[name] = readers.get(name, 0) | 1 << places[rule.id]
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
            rivals=program.tables.rivals,
            readers=readers,
        )

    def reading(self, names: Iterable[str]) -> int:
        """Mark the rules that read one of some fields."""
        found = 0
        for name in names:
            found |= self.readers.get(name, 0)
        return found

    def ahead(self, found: Decided, phase: Phase, waiting: int) -> int:
        """Mark the open rules that are ahead, if no doubt keeps them open."""
        return found.possibly[-1] & ~found.surely[-1] & (self.due[phase.rank] | waiting)

    def weigh(
        self, found: Decided, phase: Phase, doubted: int, waiting: int, loosed: Collection[str]
    ) -> Balance:
        """Weigh every rule that counts. The arguments are those of `combine.weigh`."""
        counting = self.counting
        for name, rules in self.outside.items():
            if told_or_computed(found, name) is Truth.TRUE:
                counting &= ~rules
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


def _object(rule: Rule) -> str:
    assert isinstance(rule.kind, Prohibit)
    return rule.kind.object
