"""What compiling gives: the rules of each subject in order, and its program and tables, made when first wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final, cast

from policy_engine.compilation.reads import (
    all_reads,
    awaits_parameter,
    fields_read,
    relates_fields,
    rule_reads,
)
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.conditions import AS_OF, All, Any, Condition
from policy_engine.model.rules import Impossible, Rule, RuleSet
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import Field, FieldType, Phase

if TYPE_CHECKING:
    from policy_engine.compilation.cuts import Cuts
    from policy_engine.compilation.tables import Tables

Run = Callable[
    [list[object]], tuple[list[int], list[tuple[bool, bool]], list[int | float], list[tuple[bool, bool]]]
]
# No field has it in its name.
BETWEEN_READS: Final = "\t"
_NUMERIC = (FieldType.NUMBER, FieldType.DATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Generated code. `inputs` names the values `run` takes, in order, each with its encoder.

    `bits` and `numbers` name what `run` returns after the statuses.
    """

    inputs: tuple[tuple[str, Callable[[Value], object]], ...]
    bits: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]
    source: str
    run: Run


@dataclass(frozen=True, slots=True)
class ImpossibleRule:
    """What a rule says can't be true together, where it is in force; its limbs, each with the fields it reads."""

    whole: Condition
    limbs: tuple[tuple[Condition, frozenset[str]], ...]
    reads: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CompiledSubject:
    """The checked rules of one subject in evaluation order, and as written; its program is generated when first wanted."""

    name: str
    rules: tuple[Rule, ...]
    written: tuple[Rule, ...]
    fields: Mapping[str, Field]
    defeated_by: Mapping[str, tuple[str, ...]]
    rivals: tuple[tuple[str, str], ...]
    producers: Mapping[str, tuple[str, ...]]
    resting: Phase | None = None
    # Where they were kept.
    kept_tables: Callable[[], Tables] | None = field(default=None, compare=False, repr=False)
    # The fields that each rule reads, in one text a rule; and sets of rules by their names.
    kept_reads: Callable[[], Mapping[str, str]] | None = field(default=None, compare=False, repr=False)
    kept_sets: Callable[[str], frozenset[str]] | None = field(default=None, compare=False, repr=False)
    # What the second engine made of the rules, as a text of its own.
    kept_plan: Callable[[], str] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def reads(self) -> Mapping[str, tuple[str, ...]]:
        """Map each rule to the fields it reads, each as often as it does."""
        if self.kept_reads is not None:
            # To find them, all conditions of all rules would be made.
            return {
                rule: tuple(text.split(BETWEEN_READS)) if text else ()
                for rule, text in self.kept_reads().items()
            }
        return {rule.id: tuple(all_reads(rule)) for rule in self.rules}

    @cached_property
    def writers(self) -> Mapping[str, str]:
        """Map each rule that computes a field to that field; whoever writes what another reads stands before it."""
        of_rule = {rule: name for name, ids in self.producers.items() for rule in ids}
        return {rule.id: of_rule[rule.id] for rule in self.rules if rule.id in of_rule}

    @cached_property
    def awaiting(self) -> frozenset[str]:
        """Name the rules that may wait for the value of a parameter, be it behind others; most never do."""
        if self.kept_sets is not None:
            return self.kept_sets("awaiting")
        found: set[str] = set()
        # Producers and winners stand before the rules that hang on them.
        for rule in self.rules:
            behind = chain(
                self.defeated_by.get(rule.id, ()),
                *(self.producers.get(name, ()) for name in self.reads[rule.id]),
            )
            if awaits_parameter(rule) or not found.isdisjoint(behind):
                found.add(rule.id)
        return frozenset(found)

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Name the events by whose days rules are judged."""
        return tuple(sorted({rule.dated_by for rule in self.rules} - {AS_OF}))

    @cached_property
    def impossible(self) -> tuple[ImpossibleRule, ...]:
        """Give what can't be true together, as it was written: every case of the subject is held against it."""
        return tuple(_impossible(rule) for rule in self.written if isinstance(rule.kind, Impossible))

    @cached_property
    def relating(self) -> frozenset[str]:
        """Name the rules that compare two fields with one another."""
        if self.kept_sets is not None:
            return self.kept_sets("relating")
        return frozenset(rule.id for rule in self.rules if relates_fields(rule))

    @cached_property
    def cuts(self) -> Cuts:
        """Collect what the rules compare fields with: whoever asks tries answers on either side of it."""
        from policy_engine.compilation.cuts import cuts_of  # noqa: PLC0415 - where nothing is open, nobody asks

        return cuts_of(self)

    @cached_property
    def program(self) -> Program:
        """Generate the program. A case of one subject never pays for the others."""
        # Rules that come compiled, and whoever only looks at them, need none of it.
        from policy_engine.compilation.generate import Generator  # noqa: PLC0415
        from policy_engine.compilation.runtime import RUNTIME  # noqa: PLC0415

        generator = Generator(self.rules, self.fields, self.defeated_by, self.rivals, self.producers)
        source = generator.source()
        namespace: dict[str, object] = {**RUNTIME, **generator.writer.constants}
        exec(compile(source, f"<rules of {self.name}>", "exec"), namespace)  # noqa: S102 - built from checked trees only
        return Program(
            inputs=tuple((slot, _encoder(slot, self.fields)) for slot in generator.writer.slots),
            bits=tuple(generator.writer.bits),
            numbers=tuple(generator.numbers),
            source=source,
            run=cast(Run, namespace["run"]),
        )

    @cached_property
    def tables(self) -> Tables:
        """Make the tables that decide all rules at once."""
        if self.kept_tables is not None:
            return self.kept_tables()
        from policy_engine.compilation.layout import make_tables  # noqa: PLC0415

        return make_tables(self.rules, self.fields, self.defeated_by, self.producers, self.rivals)


@dataclass(frozen=True, slots=True, weakref_slot=True)
class CompiledRuleSet:
    """A rule set with the program of each subject that has rules."""

    rule_set: RuleSet
    subjects: Mapping[str, CompiledSubject]


def _impossible(rule: Rule) -> ImpossibleRule:
    limbs = rule.when.parts if isinstance(rule.when, Any) else (rule.when,)
    return ImpossibleRule(
        whole=All((rule.scope, rule.when), rule.span),
        limbs=tuple((All((rule.scope, limb), rule.span), frozenset(fields_read(limb))) for limb in limbs),
        reads=rule_reads(rule),
    )


def _encoder(name: str, fields: Mapping[str, Field]) -> Callable[[Value], object]:
    from policy_engine.compilation.runtime import encode_number, encode_other  # noqa: PLC0415

    known = fields.get(name)
    if known is None:
        # Pseudo facts: the area chain is never unknown, days may be.
        return encode_number
    return encode_number if known.type in _NUMERIC else encode_other
