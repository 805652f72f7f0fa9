"""Compare two compiled rule sets subject by subject: proofs where nothing changes, witnesses where something does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import z3

from policy_engine.analysis.difference.changed_rules import changed_rules, logic_of
from policy_engine.analysis.difference.vocabulary import (
    merged_fields,
    stateable_by_both,
    vocabulary_changes,
)
from policy_engine.analysis.symbolic.facts import facts_of
from policy_engine.analysis.symbolic.rules import SymbolicSubject, encode_subject
from policy_engine.analysis.symbolic.solving import Question, Silence, Witness, question, usual_days
from policy_engine.analysis.symbolic.verdicts import Verdicts, encode_verdicts, unencoded_documents
from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.reads import field_written
from policy_engine.foundation.logic import Pair
from policy_engine.model.decisions import Status, Verdict
from policy_engine.model.rules import Impossible, Prohibit, Rule
from policy_engine.model.vocabulary import Subject


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that comes out differently. `old` or `new` is absent where it was added or removed.

    `witness`: the smallest case that shows it, if one does; `flips_verdict`: the subject's verdict differs there too.
    """

    subject: str
    old: Rule | None
    new: Rule | None
    witness: Witness | None
    flips_verdict: bool


@dataclass(slots=True)
class Difference:
    """All that changes. `undecided`: what ran out of solver steps; `incomparable`: subjects whose fields don't compare.

    `vocabulary`: how a case is written, or closed, differently; `closing`: by subject the fields closed differently.
    """

    rules: list[RuleChange] = field(default_factory=list)
    renamed: list[tuple[Rule, Rule]] = field(default_factory=list)
    verdicts: dict[str, Witness] = field(default_factory=dict)
    undecided: list[str] = field(default_factory=list)
    incomparable: list[str] = field(default_factory=list)
    vocabulary: list[str] = field(default_factory=list)
    closing: dict[str, list[str]] = field(default_factory=dict)
    compared: int = 0
    asked: int = 0

    @property
    def is_same(self) -> bool:
        """Tell whether it is proved that no case means anything else."""
        return not any((self.rules, self.verdicts, self.undecided, self.incomparable, self.vocabulary))


def compare(old: CompiledRuleSet, new: CompiledRuleSet, subjects: tuple[str, ...] = ()) -> Difference:
    """Compare every subject of both versions, or only the named ones."""
    difference = Difference()
    for change in vocabulary_changes(old.rule_set, new.rule_set):
        if not subjects or change.subject in ("", *subjects):
            difference.vocabulary.append(change.words)
            if change.closes is not None:
                fields = difference.closing.setdefault(change.subject, [])
                fields += [change.closes] if change.closes else []
    for name in dict.fromkeys((*old.subjects, *new.subjects)):
        if name in old.subjects and name in new.subjects and (not subjects or name in subjects):
            _Comparison(old, new, name, difference).run()
    return difference


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both encodings of a subject over one set of facts."""

    solver: Question
    old: SymbolicSubject
    new: SymbolicSubject
    old_verdicts: Verdicts
    new_verdicts: Verdicts

    @property
    def flips(self) -> z3.BoolRef:
        """State that the verdicts differ, in a case that both versions accept."""
        pairs = ((self.old_verdicts.formulas[v], self.new_verdicts.formulas[v]) for v in Verdict)
        return z3.And(self.accepted, z3.Or([z3.Xor(one, other) for one, other in pairs]))

    @property
    def accepted(self) -> z3.BoolRef:
        """State that neither version finds facts that can't be true together."""
        return z3.And([*self.old.possible, *self.new.possible])


@dataclass(slots=True)
class _Comparison:
    old: CompiledRuleSet
    new: CompiledRuleSet
    name: str
    found: Difference

    def run(self) -> None:
        before, after = self.old.subjects[self.name], self.new.subjects[self.name]
        self.found.compared += len({r.id for r in (*before.rules, *after.rules)})
        changed = changed_rules(before, after, (self.old.rule_set, self.new.rule_set))
        removed = [r for r in before.rules if r.id not in {n.id for n in after.rules}]
        added = [r for r in after.rules if r.id not in {o.id for o in before.rules}]
        # Nothing that decides differs, so no closed case does: that needs no solver.
        if not (changed or removed or added or self._documents_differ()):
            return
        fields = merged_fields(before.fields, after.fields)
        if isinstance(fields, str):
            self.found.incomparable.append(f"`{self.name}` 的字段 `{fields}` 类型变了，不能逐案比较")
            return
        sides = self._sides(before, after)
        new_rules = {rule.id: rule for rule in after.rules}
        for rule in before.rules:
            if rule.id in changed:
                self._changed(rule, new_rules[rule.id], sides)
        self._came_and_went(removed, added, before, after, sides)
        self._verdict(sides)

    def _documents_differ(self) -> bool:
        pairs = (unencoded_documents(c.rule_set, self.name) for c in (self.old, self.new))
        one, other = (
            [(d.id, d.area, d.effective, d.published, d.issued, d.ended) for d in documents]
            for documents in pairs
        )
        return one != other

    def _sides(self, before: CompiledSubject, after: CompiledSubject) -> _Sides:
        fields = merged_fields(before.fields, after.fields)
        assert not isinstance(fields, str)
        documents = [d for c in (self.old, self.new) for d in unencoded_documents(c.rule_set, self.name)]
        resting = before.resting if before.resting is after.resting else None
        facts = facts_of(fields, (*before.rules, *after.rules), documents, resting=resting)
        old, new = encode_subject(before, facts), encode_subject(after, facts)
        cases = (
            *facts.domain,
            *facts.closing,
            *old.consistent,
            *new.consistent,
            *stateable_by_both(facts, before.fields, after.fields),
        )
        return _Sides(
            question(self.name, facts, cases),
            old,
            new,
            encode_verdicts(before, self._subject(self.old), old, self.old.rule_set),
            encode_verdicts(after, self._subject(self.new), new, self.new.rule_set),
        )

    def _subject(self, compiled: CompiledRuleSet) -> Subject:
        return compiled.rule_set.vocabulary.subjects[self.name]

    def _changed(self, old: Rule, new: Rule, sides: _Sides) -> None:
        differs = _differs(old, new, sides)
        weighs = _weighs_differently(old, new, sides)
        if type(old.kind) is not type(new.kind):
            differs = z3.BoolVal(True)
        elif self._has_other_effect(old, new):
            weighs = z3.Or(weighs, *(v.broken[old.id].true for v in (sides.old_verdicts, sides.new_verdicts)))
        self._report(old, new, (z3.Or(differs, weighs), differs), sides)

    def _has_other_effect(self, old: Rule, new: Rule) -> bool:
        if not (isinstance(old.kind, Prohibit) and isinstance(new.kind, Prohibit)):
            return False
        effects = self.old.rule_set.objects[old.kind.object], self.new.rule_set.objects[new.kind.object]
        return effects[0] is not effects[1]

    def _report(
        self, old: Rule | None, new: Rule | None, differs: tuple[z3.BoolRef, z3.BoolRef], sides: _Sides
    ) -> bool:
        """Look for a case with another verdict, where the rule's weight counts too; else with another outcome."""
        self.found.asked += 1
        # A case that a version refuses shows nothing, except of an `impossible` rule, which does just that.
        if not any(isinstance(rule.kind, Impossible) for rule in (old, new) if rule is not None):
            differs = (z3.And(differs[0], sides.accepted), z3.And(differs[1], sides.accepted))
        for goals, flips in (((differs[0], sides.flips), True), ((differs[1],), False)):
            found = self._witness(sides, *goals)
            if isinstance(found, Witness):
                self.found.rules.append(RuleChange(self.name, old, new, found, flips))
                return True
            if found is Silence.UNDECIDED:
                rule = new or old
                assert rule is not None
                self.found.undecided.append(f"规则 `{rule.id}`（{self.name}）")
                return True
        return False

    def _witness(self, sides: _Sides, *goals: z3.BoolRef) -> Witness | Silence:
        silence = sides.solver.ask(*goals)
        if silence is not None:
            return silence
        # An ordinary day says more than a fact less, and derived facts left to the rules more than stated ones.
        for day in (*usual_days(sides.old.facts), z3.BoolVal(True)):
            for wishes in ((day, *sides.old.derives_all), (day,)):
                found = sides.solver.witness(*goals, *wishes)
                if isinstance(found, Witness):
                    return found
        return Silence.UNDECIDED

    def _came_and_went(
        self,
        removed: list[Rule],
        added: list[Rule],
        before: CompiledSubject,
        after: CompiledSubject,
        sides: _Sides,
    ) -> None:
        left = list(added)
        for rule in removed:
            twin = next((new for new in left if self._is_twin(rule, new, before, after)), None)
            if twin is not None:
                # One for one: a rule that was copied is one renamed and one added.
                left.remove(twin)
                self.found.renamed.append((rule, twin))
                continue
            effect = sides.old.rules[rule.id].violated.true
            if not self._report(rule, None, (effect, effect), sides):
                self.found.rules.append(RuleChange(self.name, rule, None, None, flips_verdict=False))
        for rule in left:
            effect = sides.new.rules[rule.id].violated.true
            if not self._report(None, rule, (effect, effect), sides):
                self.found.rules.append(RuleChange(self.name, None, rule, None, flips_verdict=False))

    def _is_twin(self, old: Rule, new: Rule, before: CompiledSubject, after: CompiledSubject) -> bool:
        if old.citation.document.id != new.citation.document.id:
            return False
        one = logic_of(old, before, self.old.rule_set)
        other = logic_of(new, after, self.new.rule_set)
        # Ids of rivals and winners are renamed along; what remains must agree.
        return one[:-2] == other[:-2]

    def _verdict(self, sides: _Sides) -> None:
        self.found.asked += 1
        found = self._witness(sides, sides.flips)
        if isinstance(found, Witness):
            self.found.verdicts[self.name] = found
        elif found is Silence.UNDECIDED:
            self.found.undecided.append(f"主题 `{self.name}` 的结论")


def _differs(old: Rule, new: Rule, sides: _Sides) -> z3.BoolRef:
    before, after = sides.old.rules[old.id], sides.new.rules[new.id]
    statuses = [z3.Xor(before.status(s), after.status(s)) for s in Status]
    return z3.Or([*statuses, *_computed_differently(old, new, sides)])


def _weighs_differently(old: Rule, new: Rule, sides: _Sides) -> z3.BoolRef:
    """State that the verdict takes the rule differently: not due yet, excused as a default, no ground."""
    nothing = Pair(z3.BoolVal(False), z3.BoolVal(True))
    pairs = (
        (sides.old_verdicts.broken.get(old.id, nothing), sides.new_verdicts.broken.get(new.id, nothing)),
        (sides.old_verdicts.granted.get(old.id, nothing), sides.new_verdicts.granted.get(new.id, nothing)),
    )
    return z3.Or([z3.Or(z3.Xor(a.true, b.true), z3.Xor(a.false, b.false)) for a, b in pairs])


def _computed_differently(old: Rule, new: Rule, sides: _Sides) -> Iterator[z3.BoolRef]:
    names = {name for name in (field_written(old), field_written(new)) if name is not None}
    for name in sorted(names):
        one, other = sides.old.numbers.get(name), sides.new.numbers.get(name)
        if one is not None and other is not None:
            yield z3.Or(z3.Xor(one.known, other.known), z3.And(one.known, one.value != other.value))
        keys = [key for key in {**sides.old.computed, **sides.new.computed} if key[0] == name]
        nothing = Pair(z3.BoolVal(False), z3.BoolVal(True))
        for key in keys:
            first, second = sides.old.computed.get(key, nothing), sides.new.computed.get(key, nothing)
            yield z3.Or(z3.Xor(first.true, second.true), z3.Xor(first.false, second.false))
