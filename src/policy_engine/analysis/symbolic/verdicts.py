"""The verdict of a subject as solver formulas: the combination of docs/meaning.md, phases and defaults included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import z3

from policy_engine.analysis.symbolic.doubts import may_break, raised
from policy_engine.analysis.symbolic.facts import Facts
from policy_engine.analysis.symbolic.literals import between, neither, settled
from policy_engine.analysis.symbolic.rules import SymbolicSubject
from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.weighing import waiting_of
from policy_engine.foundation.logic import Pair
from policy_engine.model.decisions import Verdict
from policy_engine.model.documents import Document, Encoding
from policy_engine.model.rules import (
    Classify,
    Derive,
    Effect,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.vocabulary import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Each verdict as a formula; exactly one holds, or none where all findings are settled.

    `broken`: each rule that can carry a refusal, surely broken (`true`) or surely not (`false`).
    """

    formulas: Mapping[Verdict, z3.BoolRef]
    broken: Mapping[str, Pair[z3.BoolRef]]
    granted: Mapping[str, Pair[z3.BoolRef]]

    def is_(self, *verdicts: Verdict) -> z3.BoolRef:
        """State that the verdict is one of these."""
        return z3.Or([self.formulas[verdict] for verdict in verdicts])


def encode_verdicts(
    compiled: CompiledSubject, subject: Subject, symbolic: SymbolicSubject, rule_set: RuleSet
) -> Verdicts:
    """Encode the verdict of a subject."""
    waiting = {name: waiting_of((name,), compiled) for name in symbolic.facts.waiting}
    doubts = raised(compiled, symbolic.encoded)
    return _Combiner(compiled, subject, symbolic, rule_set, doubts, waiting).combine()


@dataclass(frozen=True, slots=True)
class _Combiner:
    compiled: CompiledSubject
    subject: Subject
    symbolic: SymbolicSubject
    rule_set: RuleSet
    doubts: Mapping[str, z3.BoolRef]
    # The rules that wait for each event that has a term.
    waiting: Mapping[str, frozenset[str]]

    def combine(self) -> Verdicts:
        counted = {rule.id: rule for rule in self.compiled.rules if self._is_ground(rule)}
        contests = {
            pair: self._inside(found, [counted[name] for name in pair])
            for pair, found in self.symbolic.rivals.items()
            if counted.keys() >= set(pair)
        }
        weights = {name: self._weight(rule) for name, rule in counted.items()}
        vetoes: dict[str, Pair[z3.BoolRef]] = {}
        fixes: dict[str, Pair[z3.BoolRef]] = {}
        permits: dict[str, Pair[z3.BoolRef]] = {}
        for name, rule in counted.items():
            match rule.kind:
                case Prohibit(object=object_):
                    is_veto = self.rule_set.objects[object_] is Effect.VETO
                    (vetoes if is_veto else fixes)[name] = _uncontested(name, weights[name], contests)
                case Require():
                    fixes[name] = weights[name]
                case Permit():
                    permits[name] = weights[name]
                case Recommend() | Classify() | Table() | Derive() | Impossible():
                    continue
        rivals = {pair: self._due(pair, found, counted) for pair, found in contests.items()}
        formulas = _cascade(vetoes, rivals, fixes, permits)
        return Verdicts(
            formulas=MappingProxyType(self._adjusted(formulas)),
            broken=MappingProxyType({**vetoes, **fixes}),
            granted=MappingProxyType(permits),
        )

    def _is_ground(self, rule: Rule) -> bool:
        return self.rule_set.authority.forces[rule.citation.document.force].grounds

    def _weight(self, rule: Rule) -> Pair[z3.BoolRef]:
        found = self.symbolic.rules[rule.id].violated
        is_ahead = z3.And(neither(found), self._is_ahead(rule))
        is_true, is_false = found.true, z3.Or(found.false, is_ahead)
        # A default without a field for its reason has no excuse: it weighs like any other rule.
        if rule.is_default and rule.justified_by is not None:
            justified = self._told(rule.justified_by)
            is_true = z3.And(found.true, justified.false)
            is_false = z3.Or(is_false, justified.true)
        return self._inside(Pair(is_true, is_false), [rule])

    def _inside(self, found: Pair[z3.BoolRef], rules: Iterable[Rule]) -> Pair[z3.BoolRef]:
        """Weigh nothing where a matter surely lies outside of what a rule's document binds."""
        names = {rule.citation.document.outside for rule in rules} & self.subject.fields.keys()
        outside = z3.Or([self._told(name).true for name in sorted(names)])
        return Pair(z3.And(found.true, z3.Not(outside)), z3.Or(found.false, outside))

    def _is_ahead(self, rule: Rule) -> z3.BoolRef:
        doubted = may_break(rule, self.compiled, self.symbolic.encoded, self.doubts)
        is_kept_open = z3.And(neither(self.symbolic.rules[rule.id].violated), doubted)
        facts = self.symbolic.facts
        waits = [facts.waiting[name] for name, rules in self.waiting.items() if rule.id in rules]
        return z3.And(z3.Or(facts.before(rule.due), *waits), z3.Not(is_kept_open))

    def _told(self, name: str) -> Pair[z3.BoolRef]:
        computed = self.symbolic.encoded.truths.get((name, ""))
        told = self.symbolic.facts.bits(name)
        return computed if computed is not None else settled(told.known, told.bits[""])

    def _due(
        self, pair: tuple[str, str], found: Pair[z3.BoolRef], counted: Mapping[str, Rule]
    ) -> Pair[z3.BoolRef]:
        is_ahead = z3.Or([self._is_ahead(counted[name]) for name in pair])
        return Pair(found.true, z3.Or(found.false, z3.And(neither(found), is_ahead)))

    def _adjusted(self, plain: Mapping[Verdict, z3.BoolRef]) -> dict[Verdict, z3.BoolRef]:
        mild = (Verdict.PERMITTED, Verdict.NOT_COVERED)
        found = dict(plain)
        if self.subject.gives_findings:
            # A duty that is open is no doubt about what the thing is.
            is_mild = z3.Or([plain[verdict] for verdict in (*mild, Verdict.UNDETERMINED)])
            is_open = z3.And(is_mild, self._has_open_finding())
            return found | {
                Verdict.UNDETERMINED: is_open,
                Verdict.PERMITTED: z3.BoolVal(False),
                Verdict.NOT_COVERED: z3.And(is_mild, z3.Not(is_open), self._is_unexamined()),
            }
        is_blank = z3.Or(list(self._unencoded()))
        blanked = z3.And(is_blank, z3.Or([plain[verdict] for verdict in mild]))
        found |= {verdict: z3.And(plain[verdict], z3.Not(is_blank)) for verdict in mild}
        return found | {Verdict.UNDETERMINED: z3.Or(plain[Verdict.UNDETERMINED], blanked)}

    def _has_open_finding(self) -> z3.BoolRef:
        """State that some document leaves some category of a finding nobody told open."""
        found = []
        for (name, _, _), makers in self._finding_rules().items():
            told = self.symbolic.facts.bits(name).known
            held = [self.symbolic.rules[rule].violated for rule in makers]
            is_open = z3.And(z3.Or([neither(h) for h in held]), z3.Not(z3.Or([h.true for h in held])))
            found.append(z3.And(z3.Not(told), is_open))
        return z3.Or(found)

    def _finding_rules(self) -> dict[tuple[str, str, str], list[str]]:
        found: dict[tuple[str, str, str], list[str]] = {}
        for rule in self.compiled.rules:
            if isinstance(rule.kind, Classify) and self.subject.fields[rule.kind.field].finding:
                for member in rule.kind.members:
                    key = (rule.kind.field, member, rule.citation.document.id)
                    found.setdefault(key, []).append(rule.id)
        return found

    def _is_unexamined(self) -> z3.BoolRef:
        """State that no finding was told and that no rule that could make one is in force and in area."""
        names = [field.name for field in self.subject.fields.values() if field.finding]
        told = [self.symbolic.facts.bits(name).known for name in names]
        finding = (r for r in self.rule_set.rules if isinstance(r.kind, Classify) and r.kind.field in names)
        reaching = [
            z3.Not(self.symbolic.rules[r.id].scope.false) for r in finding if r.id in self.symbolic.rules
        ]
        return z3.Not(z3.Or(told + reaching))

    def _unencoded(self) -> Iterator[z3.BoolRef]:
        documents = self.rule_set.documents
        for document in documents.values():
            if document.encoded is not Encoding.NONE or self.subject.name not in document.concerns:
                continue
            later = documents.get(document.governed_by_later or "")
            superseded = reaches(later, self.symbolic.facts) if later is not None else z3.BoolVal(False)
            yield z3.And(reaches(document, self.symbolic.facts), z3.Not(superseded))


def reaches(document: Document, facts: Facts) -> z3.BoolRef:
    """State that a document is in force on the case's day and in its area."""
    begins = document.effective or document.published or document.issued
    if begins is None:
        return z3.BoolVal(False)
    ended = document.ended.day if document.ended is not None else None
    return z3.And(facts.lies_in(document.area), between(facts.as_of, begins.first_possible, ended))


def unencoded_documents(rule_set: RuleSet, subject: str) -> tuple[Document, ...]:
    """List the documents whose reach the verdict of a subject depends on."""
    blank = [d for d in rule_set.documents.values() if d.encoded is Encoding.NONE and subject in d.concerns]
    later = [rule_set.documents.get(d.governed_by_later or "") for d in blank]
    return (*blank, *(d for d in later if d is not None))


def _uncontested(
    name: str, weight: Pair[z3.BoolRef], contests: Mapping[tuple[str, str], Pair[z3.BoolRef]]
) -> Pair[z3.BoolRef]:
    # A prohibition grounds a refusal only where surely no rival permission is effective.
    found = [contest for rivals, contest in contests.items() if name in rivals]
    is_contested = z3.Or([pair.true for pair in found])
    is_clear = z3.And([pair.false for pair in found])
    return Pair(z3.And(weight.true, is_clear), z3.Or(weight.false, z3.And(weight.true, is_contested)))


def _cascade(
    vetoes: Mapping[str, Pair[z3.BoolRef]],
    rivals: Mapping[tuple[str, str], Pair[z3.BoolRef]],
    fixes: Mapping[str, Pair[z3.BoolRef]],
    permits: Mapping[str, Pair[z3.BoolRef]],
) -> dict[Verdict, z3.BoolRef]:
    charges = (
        (Verdict.PROHIBITED, vetoes.values()),
        (Verdict.CONFLICT, rivals.values()),
        (Verdict.NON_COMPLIANT, fixes.values()),
    )
    found: dict[Verdict, z3.BoolRef] = {}
    earlier: list[z3.BoolRef] = []
    for verdict, pairs in charges:
        is_true = z3.Or([pair.true for pair in pairs])
        found[verdict] = z3.And(is_true, z3.Not(z3.Or(earlier)))
        earlier.append(is_true)
    is_clear = z3.And([pair.false for pair in _all(vetoes, rivals, fixes)])
    is_granted = z3.Or([pair.true for pair in permits.values()])
    is_open = z3.Or([neither(pair) for pair in permits.values()])
    found[Verdict.PERMITTED] = z3.And(is_clear, is_granted)
    found[Verdict.NOT_COVERED] = z3.And(is_clear, z3.Not(is_granted), z3.Not(is_open))
    # What is left: so exactly one verdict holds in every case.
    found[Verdict.UNDETERMINED] = z3.Not(z3.Or(list(found.values())))
    return found


def _all(
    *groups: Mapping[str, Pair[z3.BoolRef]] | Mapping[tuple[str, str], Pair[z3.BoolRef]],
) -> Iterable[Pair[z3.BoolRef]]:
    return (pair for group in groups for pair in group.values())
