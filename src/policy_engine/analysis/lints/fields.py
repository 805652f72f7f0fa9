"""Lints about the vocabulary: fields nobody reads, amounts of different units."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.compilation.reads import conditions_of, field_written, fields_read, rule_reads
from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.foundation.memory import of_the_same
from policy_engine.model.conditions import AS_OF, Ratio, leaves
from policy_engine.model.rules import (
    Classify,
    Derive,
    Function,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.vocabulary import Field, Role, Subject


def detect_unused_fields(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report fields of a subject that no rule reads, writes or is dated by, and no other field depends on."""
    for subject in rule_set.vocabulary.subjects.values():
        used = _used(subject, rule_set)
        for field in subject.fields.values():
            if field.role is not Role.NOTE and field.name not in used and not field.finding:
                yield Diagnostic(
                    code="PE601",
                    message=f"`{subject.name}` 的字段 `{field.name}` 没有规则读",
                    span=field.span,
                    help="删去字段；只作记录的写 role: note（手写的 schema 里是 x-role）",
                    severity=Severity.WARNING,
                )


def _used(subject: Subject, rule_set: RuleSet) -> set[str]:
    of_rules = (_used_by(rule) for rule in rule_set.rules if subject.name in rule.subjects)
    return {document.outside for document in rule_set.documents.values()}.union(
        _used_within(subject), *of_rules
    )


@of_the_same
def _used_by(rule: Rule) -> frozenset[str]:
    named = (rule.dated_by, rule.justified_by, field_written(rule))
    return frozenset((*rule_reads(rule), *(n for n in named if n and n != AS_OF)))


@of_the_same
def _used_within(subject: Subject) -> frozenset[str]:
    used = {field.judged_by for field in subject.fields.values() if field.judged_by}
    for field in subject.fields.values():
        for condition in (*field.indicators, *(i.when for i in field.implied if i.when is not None)):
            used.update(fields_read(condition))
    return frozenset(used)


def detect_mixed_units(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report ratios, sums, differences and extremes over fields of different units."""
    for rule in rule_set.rules:
        fields = rule_set.vocabulary.subjects[rule.subjects[0]].fields
        for group in _compared(rule):
            units = {_unit(fields[name]) for name in group}
            if len(units) > 1:
                shown = "、".join(f"{name}（{fields[name].unit or '无单位'}）" for name in group)
                yield Diagnostic(
                    code="PE608",
                    message=f"相比较或相加的字段单位不同：{shown}",
                    span=rule.span,
                    help="统一 x-unit，或换用单位相同的字段",
                    rules=(rule.id,),
                )


def _unit(field: Field) -> tuple[str, int]:
    return field.unit, field.scale


def _compared(rule: Rule) -> Iterator[tuple[str, ...]]:
    match rule.kind:
        case Derive(field=field, function=function, inputs=inputs) if function in _SAME_UNIT:
            yield (*inputs, field)
        case Prohibit() | Permit() | Require() | Recommend() | Classify() | Table() | Derive() | Impossible():
            pass
    for condition in conditions_of(rule):
        ratios = (leaf for leaf in leaves(condition) if isinstance(leaf, Ratio))
        yield from ((leaf.part, leaf.whole) for leaf in ratios if leaf.whole != AS_OF)


_SAME_UNIT = (Function.SUM, Function.DIFFERENCE, Function.MIN, Function.MAX)
