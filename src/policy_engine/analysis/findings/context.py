"""One subject as the detectors see it: its rules, their formulas, the solver, and how a finding is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import z3

from policy_engine.analysis.symbolic.facts import facts_of
from policy_engine.analysis.symbolic.rules import RuleFormulas, SymbolicSubject, encode_subject
from policy_engine.analysis.symbolic.solving import Question, Silence, Witness, question
from policy_engine.analysis.symbolic.verdicts import Verdicts, encode_verdicts, unencoded_documents
from policy_engine.analysis.witnesses import case_of, case_yaml
from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.reads import rule_reads
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Rule


@dataclass(frozen=True, slots=True)
class Context:
    """What the detectors of one subject share. `undecided`: questions that ran out of steps."""

    compiled: CompiledRuleSet
    subject: CompiledSubject
    symbolic: SymbolicSubject
    verdicts: Verdicts
    solver: Question
    undecided: list[Diagnostic] = field(default_factory=list)

    @property
    def rules(self) -> dict[str, Rule]:
        """Map ids to rules, in the order they are computed."""
        return {rule.id: rule for rule in self.subject.rules}

    def formulas(self, rule: Rule) -> RuleFormulas:
        """Look up the formulas of a rule."""
        return self.symbolic.rules[rule.id]

    @property
    def clean(self) -> z3.BoolRef:
        """State that a case gets a clean opinion: it is permitted, or found to be this and that with nothing open."""
        if not self._gives_findings:
            return self.verdicts.formulas[Verdict.PERMITTED]
        # No formula stands for settled findings: they are what is left where no verdict is one to act on.
        return z3.Not(z3.Or(list(self.verdicts.formulas.values())))

    @property
    def clean_words(self) -> str:
        """Say what a clean opinion comes to."""
        return "得出明确的认定" if self._gives_findings else "可以得出可以实施"

    @property
    def _gives_findings(self) -> bool:
        return self.compiled.rule_set.vocabulary.subjects[self.subject.name].gives_findings

    def is_ground(self, rule: Rule) -> bool:
        """Tell whether the rule's document can carry a ground."""
        forces = self.compiled.rule_set.authority.forces
        return forces[rule.citation.document.force].grounds

    def can_be(self, *goals: z3.BoolRef, about: tuple[Rule, ...]) -> bool:
        """Tell whether some case fulfils the goals; an undecided question counts as yes, and is reported."""
        silence = self.solver.ask(*goals)
        self._note(silence, about)
        return silence is not Silence.NO_CASE

    def witness(self, *goals: z3.BoolRef, about: tuple[Rule, ...]) -> Witness | None:
        """Find the smallest case that fulfils the goals, computed facts left to the rules where that is enough."""
        found = self.solver.witness(*goals, *self.symbolic.derives_all)
        if found is Silence.NO_CASE:
            found = self.solver.witness(*goals)
        if isinstance(found, Witness):
            return found
        self._note(found, about)
        return None

    def yaml(self, witness: Witness | None) -> str:
        """Write a witness as a case that `check` runs."""
        if witness is None:
            return ""
        return case_yaml(case_of(witness, self.compiled), self.compiled.rule_set)

    def _note(self, silence: Silence | None, about: tuple[Rule, ...]) -> None:
        if silence is Silence.UNDECIDED:
            self.undecided.append(
                finding(
                    "PE719",
                    "在限定步数内未能判定，不能算作没有问题",
                    about,
                    help_="把规则拆小，或者减少互相引用",
                )
            )


def context_of(compiled: CompiledRuleSet, name: str) -> Context:
    """Encode one subject."""
    subject, rule_set = compiled.subjects[name], compiled.rule_set
    facts = facts_of(
        subject.fields, subject.rules, unencoded_documents(rule_set, name), resting=subject.resting
    )
    symbolic = encode_subject(subject, facts)
    verdicts = encode_verdicts(subject, rule_set.vocabulary.subjects[name], symbolic, rule_set)
    return Context(compiled, subject, symbolic, verdicts, question(name, facts, symbolic.cases))


def finding(
    code: str,
    message: str,
    about: tuple[Rule, ...],
    *,
    help_: str,
    witness: str = "",
    severity: Severity = Severity.WARNING,
) -> Diagnostic:
    """Make a finding about rules: placed at the first, with the article and place of each."""
    return Diagnostic(
        code=code,
        message=message,
        span=about[0].span if about else None,
        help=help_,
        severity=severity,
        related=tuple(Related(cited(rule), rule.span) for rule in about),
        witness=witness,
        rules=tuple(rule.id for rule in about),
    )


def cited(rule: Rule) -> str:
    """Name a rule by its document and article."""
    document = rule.citation.document
    return f"`{rule.id}`（{document.number or f'《{document.title}》'}{rule.citation.locator}）{rule.title}"


def inputs_of(context: Context, rule: Rule) -> frozenset[str]:
    """List the facts a rule rests on: computed ones are followed to what they are computed from, and kept too."""
    found: set[str] = set()
    waiting = list(rule_reads(rule))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            for producer in context.subject.producers.get(name, ()):
                waiting += rule_reads(context.rules[producer])
    return frozenset(found)


def pairs(context: Context, rules: list[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Go through the unordered pairs that rest on a common fact: only those can bear on each other."""
    inputs = {rule.id: inputs_of(context, rule) for rule in rules}
    for at, first in enumerate(rules):
        for second in rules[at + 1 :]:
            if inputs[first.id] & inputs[second.id]:
                yield first, second
