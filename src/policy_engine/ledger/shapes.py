"""What the rules can tell apart of a row: two rows of one shape have one outcome, so that it is worked out once.

A number that rules only hold against constants is told by which of them it is below, at or above; a text by what its
words point to; everything else as it is. Where a number is computed with, or held against another field, it counts as it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.heeding import heeded
from policy_engine.model.cases import Case, Fact
from policy_engine.model.conditions import Compare, Equals, Leaf
from policy_engine.model.lexicon import Indication
from policy_engine.model.rules import Derive
from policy_engine.model.vocabulary import FieldType, Subject


@dataclass(frozen=True, slots=True)
class Shapes:
    """The shapes of rows about one subject. `limits`: by number, the constants it is held against and nothing else."""

    subject: Subject
    limits: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, compiled: CompiledRuleSet, subject: Subject) -> Shapes:
        """Find which numbers only lie between constants."""
        program = compiled.subjects[subject.name]
        computed = {n for r in program.rules if isinstance(r.kind, Derive) for n in r.kind.inputs}
        # A comparison across subjects reads a field by itself; a table has one subject, and so has none of them.
        found: dict[str, tuple[int, ...]] = {}
        for name, field in subject.fields.items():
            leaves = program.cuts.leaves.get(name, ())
            if field.type is FieldType.NUMBER and name not in computed:
                bounds = [_bound(leaf) for leaf in leaves]
                if None not in bounds:
                    found[name] = tuple(sorted({bound for bound in bounds if bound is not None}))
        return cls(subject, found)

    def of_case(self, case: Case) -> Hashable:
        """Give the shape of a case whose texts have been read."""
        facts = case.subjects[self.subject.name]
        indications = case.indications.get(self.subject.name, ())
        # What words say of a number is held against the number itself.
        spoken = {one.field for one in indications}
        return (
            case.as_of,
            case.area,
            case.phase,
            case.is_phase_stated,
            case.is_day_stated,
            case.is_area_stated,
            case.declaration is not None and case.declaration.is_signed,
            bool(case.name),
            tuple(sorted((name, self._of_fact(fact, spoken)) for name, fact in facts.items())),
            tuple(map(_of_indication, indications)),
            tuple(map(_of_indication, heeded(case, self.subject))),
        )

    def _of_fact(self, fact: Fact, spoken: Collection[str]) -> tuple[str, ...]:
        value: object = fact.value
        if isinstance(value, str) and self.subject.fields[fact.field].type is FieldType.TEXT:
            value = bool(value.strip())
        elif fact.field in self.limits and fact.field not in spoken and isinstance(value, int):
            limits = self.limits[fact.field]
            value = (bisect_left(limits, value), bisect_right(limits, value))
        elif isinstance(value, frozenset):
            value = sorted(value)
        return (type(value).__name__, repr(value), fact.source, fact.reason)


def _bound(leaf: Leaf) -> int | None:
    """Give the one number that a comparison holds a field against; of others there is none."""
    value = leaf.value if isinstance(leaf, Compare | Equals) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _of_indication(one: Indication) -> Hashable:
    return (one.field, repr(one.value), one.text, one.certainty, one.term)
