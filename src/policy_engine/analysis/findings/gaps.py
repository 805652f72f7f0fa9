"""What the rules leave out: classifications without a value, cases nobody covers, days between two documents, facts nobody has."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from policy_engine.analysis.findings.matter import Matter, finding, reads_of
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.model.calendar import chinese_day
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Permit, Rule, RuleSet, Table
from policy_engine.model.vocabulary import FieldType, Role


def detect_unclassified(matter: Matter) -> Iterator[Diagnostic]:
    """Report tables that give not exactly one value though they are in force and all they read is known."""
    for rule in matter.subject.rules:
        if not isinstance(rule.kind, Table):
            continue
        known = [_known(matter, name) for name in _inputs(matter, rule, set())]
        given = [matter.symbolic.computed[rule.kind.field, c].true for c in _choices(matter, rule.kind)]
        is_one = z3.PbEq([(bit, 1) for bit in given], 1)
        goals = (matter.formulas(rule).effective.true, *known, z3.Not(is_one), *matter.symbolic.derives_all)
        if matter.can_be(*goals, about=(rule,)):
            witness = matter.witness(*goals, about=(rule,))
            yield finding(
                "PE708",
                f"事实齐全时 `{rule.kind.field}` 仍不是恰好一个值",
                (rule,),
                help_="补上缺的一行，或者核对所读的推算字段",
                witness=matter.yaml(witness),
            )


def _choices(matter: Matter, table: Table) -> tuple[str, ...]:
    return matter.subject.fields[table.field].choices


def _inputs(matter: Matter, rule: Rule, seen: set[str]) -> Iterator[str]:
    for name in sorted(reads_of(rule)):
        if name in seen:
            continue
        seen.add(name)
        if matter.subject.fields[name].role is Role.DERIVED:
            for producer in matter.subject.producers.get(name, ()):
                yield from _inputs(matter, matter.rules[producer], seen)
        else:
            yield name


def _known(matter: Matter, name: str) -> z3.BoolRef:
    return matter.symbolic.facts.variables[name].known


def detect_uncovered(matter: Matter) -> Iterator[Diagnostic]:
    """Report that a case with every fact told may break nothing and yet be permitted by nothing."""
    permits = tuple(r for r in matter.subject.rules if isinstance(r.kind, Permit) and matter.is_ground(r))
    if not permits or matter.compiled.rule_set.vocabulary.subjects[matter.subject.name].gives_findings:
        return
    fields = matter.subject.fields.values()
    told = [
        _known(matter, f.name)
        for f in fields
        if f.role not in (Role.DERIVED, Role.NOTE) and f.type is not FieldType.TEXT
    ]
    in_scope = z3.Or([matter.formulas(rule).scope.true for rule in permits])
    goals = (matter.verdicts.formulas[Verdict.NOT_COVERED], in_scope)
    if matter.can_be(*goals, *told, about=permits):
        yield finding(
            "PE709",
            f"`{matter.subject.name}` 有事实齐全、没有违反、许可也不成立的情形（未涵盖）",
            permits,
            help_="规范本来不许可的，写 accept 说明；漏编的补上许可",
            witness=matter.yaml(matter.witness(*goals, about=permits)),
            severity=Severity.NOTE,
        )


def detect_gaps_in_force(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report days on which a document has ended and the one that repeals it has not yet begun."""
    for document in rule_set.documents.values():
        for name in document.repeals:
            old = rule_set.documents[name]
            if document.effective is None or old.ended is None:
                continue
            first, last = old.ended.day + 1, document.effective.day - 1
            if first <= last:
                rules = tuple(r for r in rule_set.rules if r.citation.document.id in (name, document.id))
                yield Diagnostic(
                    code="PE710",
                    message=f"`{name}` 失效以后、`{document.id}` 施行以前，{chinese_day(first)}至{chinese_day(last)}没有规定",
                    span=old.span,
                    help="核对失效日和施行日；确有空档的写 accept 说明",
                    severity=Severity.WARNING,
                    related=(Related(f"`{document.id}`", document.span),),
                    witness=f"as_of: {_iso(first)}\n",
                    rules=tuple(rule.id for rule in rules),
                )


def _iso(day: int) -> str:
    from datetime import date  # noqa: PLC0415 - only here

    return date.fromordinal(day).isoformat()


def detect_untellable_facts(matter: Matter) -> Iterator[Diagnostic]:
    """Report facts that decide a rule but that no question asks for and nobody is named to supply."""
    for field in matter.subject.fields.values():
        if field.role in (Role.DERIVED, Role.NOTE) or (field.supplier and field.question):
            continue
        readers = [rule for rule in matter.subject.rules if field.name in reads_of(rule)]
        for rule in readers:
            known = matter.symbolic.facts.variables[field.name].known
            # The rule is open only because the fact is not told: with it told it would be settled somewhere.
            formulas = matter.formulas(rule)
            if matter.can_be(formulas.violated.open, z3.Not(known), about=(rule,)) and matter.can_be(
                formulas.violated.true, known, about=(rule,)
            ):
                lacking = "由谁提供" if not field.supplier else "怎样询问"
                witness = matter.witness(formulas.violated.open, z3.Not(known), about=(rule,))
                yield finding(
                    "PE711",
                    f"`{field.name}` 决定结果，而没有写{lacking}",
                    (rule,),
                    help_="在词汇表写 x-supplier 和 x-question",
                    witness=matter.yaml(witness),
                )
                break
