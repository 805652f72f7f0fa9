"""Formulas in conjunctive form: every clause must hold, and holds where one of its atoms does.

An atom is a formula's smallest part and whether it is to hold. What is surely known either holds or doesn't, so both
sides of a truth are plain two-valued clauses, and turning a formula round by the distributive law loses nothing.
A formula that would become too many clauses is cut: its parts are decided in an earlier stratum, each as one interim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from policy_engine.compilation.lowering import Bit, BitCount, Conj, Disj, Effective, Formula, Literal
from policy_engine.foundation.logic import Pair
from policy_engine.foundation.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Interim:
    """Part of a wide formula, decided by itself and known by its number."""

    number: int


Source = Literal | Bit | BitCount | Effective | Interim
Atom = tuple[Source, bool]
Clause = frozenset[Atom]
Clauses = tuple[Clause, ...]

# No clause is always true; one without atoms never holds.
ALWAYS_TRUE: Final[Clauses] = ()

# A formula has so many clauses at most (two or more): each is a bit for all rules of its stratum, each cut a stratum.
MOST_CLAUSES: Final = 32


@dataclass(frozen=True, slots=True)
class Bounds:
    """What bounds a truth from below and above: where something is surely true, and where it is not surely false."""

    surely: Clauses
    possibly: Clauses


@dataclass(slots=True)
class ClauseWriter:
    """Turns formulas into clauses; holds the interims they were cut into, by number."""

    most: int = MOST_CLAUSES
    interims: list[Clauses] = field(default_factory=list)
    _numbers: dict[Clauses, int] = field(default_factory=dict)
    _met: dict[Source, int] = field(default_factory=dict)

    def bounds(self, pair: Pair[Formula]) -> Bounds:
        """Write both sides of a lowered condition."""
        return Bounds(self.clauses(pair.true, holds=True), self.clauses(pair.false, holds=False))

    def clauses(self, formula: Formula, *, holds: bool) -> Clauses:
        """Write that a formula holds, or that it doesn't."""
        match formula:
            case Conj(parts=parts) | Disj(parts=parts):
                found = [self.clauses(part, holds=holds) for part in parts]
                # Denied, an "and" is an "or" of denials.
                return self._all(found) if isinstance(formula, Conj) is holds else self._any(found)
            case Literal() | Bit() | BitCount() | Effective():
                self._met.setdefault(formula, len(self._met))
                return (frozenset({(formula, holds)}),)

    def _all(self, parts: Iterable[Clauses]) -> Clauses:
        clauses = reduced(clause for part in parts for clause in part)
        # Each group becomes one clause; many groups are grouped again, until they are few enough.
        while len(clauses) > self.most:
            groups = (clauses[at : at + self.most] for at in range(0, len(clauses), self.most))
            clauses = tuple(self._cut(group) for group in groups)
        return clauses

    def _any(self, parts: Iterable[Clauses]) -> Clauses:
        product: Clauses = (frozenset(),)
        # The shortest first: so the product grows late, and the long parts are those that are cut.
        for clauses in sorted(parts, key=len):
            factor = clauses
            if len(product) * len(clauses) > self.most:
                factor = (self._cut(clauses),)
            product = reduced(one | other for one in product for other in factor)
        return product

    def _cut(self, clauses: Clauses) -> Clause:
        if len(clauses) == 1:
            return clauses[0]
        # The same part, wherever it stands, is decided once.
        if clauses not in self._numbers:
            self._numbers[clauses] = len(self.interims)
            self.interims.append(clauses)
        interim = Interim(self._numbers[clauses])
        self._met.setdefault(interim, len(self._met))
        return frozenset({(interim, True)})

    def in_order(self, clause: Clause) -> list[Atom]:
        """Go through a clause as its parts were met: the order of a set changes from process to process."""
        return sorted(clause, key=lambda atom: (self._met[atom[0]], atom[1]))

    def sources(self, clauses: Clauses) -> Iterator[Source]:
        """Go through what clauses read, repeats included."""
        return (source for clause in clauses for source, _ in self.in_order(clause))


def reduced(clauses: Iterable[Clause]) -> Clauses:
    """Leave out clauses that always hold, and those that hold wherever a shorter one does."""
    kept: list[Clause] = []
    # By length: what makes a clause needless is kept before that clause is come to.
    for clause in sorted(dict.fromkeys(clauses), key=len):
        is_always = any((source, not holds) in clause for source, holds in clause)
        if not is_always and not any(shorter <= clause for shorter in kept):
            kept.append(clause)
    return tuple(kept)
