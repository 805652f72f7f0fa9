"""What the rules leave out: classifications without a value, cases nobody covers, facts nobody has."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from policy_engine.analysis.findings.context import Context, finding, inputs_of
from policy_engine.analysis.symbolic.literals import neither
from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Derive, Permit, Table
from policy_engine.model.vocabulary import FieldType, Role


def detect_unclassified(context: Context) -> Iterator[Diagnostic]:
    """Report tables that give not exactly one value though they are in force and all they read is known."""
    for rule in context.subject.rules:
        if not isinstance(rule.kind, Table):
            continue
        fields = context.subject.fields
        told = sorted(n for n in inputs_of(context, rule) if fields[n].role is not Role.DERIVED)
        known = [_known(context, name) for name in told]
        given = [context.symbolic.computed[rule.kind.field, c].true for c in _choices(context, rule.kind)]
        is_one = z3.PbEq([(bit, 1) for bit in given], 1)
        goals = (context.formulas(rule).effective.true, *known, z3.Not(is_one), *context.symbolic.derives_all)
        if context.can_be(*goals, about=(rule,)):
            witness = context.witness(*goals, about=(rule,))
            yield finding(
                "PE708",
                f"事实齐全时 `{rule.kind.field}` 仍不是恰好一个值",
                (rule,),
                help_="补上缺的一行，或者核对所读的推算字段",
                witness=context.yaml(witness),
            )


def _choices(context: Context, table: Table) -> tuple[str, ...]:
    return context.subject.fields[table.field].choices


def _known(context: Context, name: str) -> z3.BoolRef:
    return context.symbolic.facts.variables[name].known


def detect_uncovered(context: Context) -> Iterator[Diagnostic]:
    """Report that a case with every fact told may break nothing and yet be permitted by nothing."""
    permits = tuple(r for r in context.subject.rules if isinstance(r.kind, Permit) and context.is_ground(r))
    if not permits or context.compiled.rule_set.vocabulary.subjects[context.subject.name].gives_findings:
        return
    fields = context.subject.fields.values()
    told = [
        _known(context, f.name)
        for f in fields
        if f.role not in (Role.DERIVED, Role.NOTE) and f.type is not FieldType.TEXT
    ]
    in_scope = z3.Or([context.formulas(rule).scope.true for rule in permits])
    goals = (context.verdicts.formulas[Verdict.NOT_COVERED], in_scope)
    if context.can_be(*goals, *told, about=permits):
        yield finding(
            "PE709",
            f"`{context.subject.name}` 有事实齐全、没有违反、许可也不成立的情形（未涵盖）",
            permits,
            help_="规范本来不许可的，写 accept 说明；漏编的补上许可",
            witness=context.yaml(context.witness(*goals, about=permits)),
            severity=Severity.NOTE,
        )


def detect_untellable_facts(context: Context) -> Iterator[Diagnostic]:
    """Report facts that decide a rule but that no question asks for and nobody is named to supply."""
    for field in context.subject.fields.values():
        if field.role in (Role.DERIVED, Role.NOTE) or (field.supplier and field.question):
            continue
        variable = context.symbolic.facts.variables.get(field.name)
        if variable is None:
            continue
        for rule in context.subject.rules:
            if field.name not in inputs_of(context, rule) or isinstance(rule.kind, Table | Derive):
                continue
            # Open with all else told, and broken or granted once this is told too.
            others = [
                _known(context, name)
                for name in sorted(inputs_of(context, rule) - {field.name})
                if context.subject.fields[name].role is not Role.DERIVED
            ]
            formulas = context.formulas(rule)
            is_open = (
                neither(formulas.violated),
                z3.Not(variable.known),
                *others,
                *context.symbolic.derives_all,
            )
            if context.can_be(*is_open, about=(rule,)) and context.can_be(
                formulas.violated.true, variable.known, about=(rule,)
            ):
                lacking = "由谁提供" if not field.supplier else "怎样询问"
                yield finding(
                    "PE711",
                    f"`{field.name}` 决定结果，而没有写{lacking}",
                    (rule,),
                    help_="在词汇表写 supplier 和 question（手写的 schema 里是 x-supplier、x-question）",
                    witness=context.yaml(context.witness(*is_open, about=(rule,))),
                )
                break
