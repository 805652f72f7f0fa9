"""What became of mutants, as it is counted and told. Nothing here needs the solver that found it out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from policy_engine.analysis.testing.operators import Mutant, Operator, TermMutant, TermOperator
from policy_engine.analysis.testing.rows import Row, RowKey


class Fate(Enum):
    """What became of a mutant. `EQUIVALENT`: proved that no example could tell it; `OPEN`: out of solver steps."""

    KILLED = "killed"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The example that would kill a mutant: for which rule or term, as a line under a key of it, and as a scenario.

    `row`: of a rule, the same as a case that `test --mutate --write` keeps.
    """

    name: str
    example: str
    scenario: str = ""
    key: str = "examples"
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One mutant's fate in plain data, as it travels between processes; `number` is its place among all mutants.

    `rows`: where no example by hand notices it, the cases made by machine that do.
    """

    number: int
    fate: Fate
    proposal: Proposal | None
    rows: tuple[RowKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant no example notices, and the example that would; `None` where none was found."""

    mutant: Mutant | TermMutant
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How the mutants of one operator fared."""

    operator: Operator | TermOperator
    made: int
    killed: int
    equivalent: int
    survived: int


@dataclass(frozen=True, slots=True)
class MutationReport:
    """Every mutant of the wanted rules, or of the wanted terms, with its fate, in their order."""

    judged: tuple[tuple[Mutant | TermMutant, Judged], ...]

    def count(self, *fates: Fate) -> int:
        """Count the mutants that met one of these fates."""
        return sum(one.fate in fates for _, one in self.judged)

    @property
    def killed(self) -> int:
        """Count the killed."""
        return self.count(Fate.KILLED)

    @property
    def equivalent(self) -> int:
        """Count those proved to mean the same."""
        return self.count(Fate.EQUIVALENT)

    @property
    def survivors(self) -> tuple[Survivor, ...]:
        """List those that no example notices."""
        # Out of steps is no proof: it stays on the list.
        alive = (Fate.SURVIVED, Fate.OPEN)
        return tuple(Survivor(mutant, one.proposal) for mutant, one in self.judged if one.fate in alive)

    @property
    def score(self) -> float | None:
        """Give the killed share of the mutants that mean something else, in percent; `None` where there are none."""
        # What was proved to mean the same can't be noticed, and counts neither way.
        real = len(self.judged) - self.equivalent
        return 100.0 * self.killed / real if real else None

    @property
    def tallies(self) -> tuple[Tally, ...]:
        """Give the table of operators."""
        every = (*Operator, *TermOperator)
        return tuple(found for operator in every if (found := self._tally(operator)).made)

    def _tally(self, operator: Operator | TermOperator) -> Tally:
        own = MutationReport(tuple(pair for pair in self.judged if pair[0].operator is operator))
        made, killed, equivalent = len(own.judged), own.killed, own.equivalent
        return Tally(operator, made, killed, equivalent, made - killed - equivalent)


@dataclass(frozen=True, slots=True)
class Mutations:
    """What became of the mutants of rules and of terms; `None` where none were to be made."""

    rules: MutationReport | None = None
    terms: MutationReport | None = None
