"""Days the rules leave out: between a document and its successor, and days on which a parameter has no value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType

import z3

from policy_engine.analysis.findings.context import Context, finding
from policy_engine.analysis.symbolic.literals import between
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.analysis.witnesses import case_of, case_yaml
from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.reads import conditions_of
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.model.calendar import chinese_day
from policy_engine.model.conditions import Unvalued, leaves
from policy_engine.model.documents import Document
from policy_engine.model.rules import Rule
from policy_engine.model.vocabulary import Phase


def detect_gaps_in_force(compiled: CompiledRuleSet) -> Iterator[Diagnostic]:
    """Report days on which a document has ended and none of those that repeal it has begun."""
    documents = compiled.rule_set.documents.values()
    for old in documents:
        successors = [d for d in documents if old.id in d.repeals and d.effective is not None]
        if old.ended is None or not successors:
            continue
        # Several may repeal it, one after the other: the first to begin closes the gap.
        new = min(successors, key=_begins)
        first, last = old.ended.day + 1, _begins(new) - 1
        if first <= last:
            rules = [r for r in compiled.rule_set.rules if r.citation.document.id in (old.id, new.id)]
            subjects = [s for rule in rules for s in rule.subjects] or [*old.concerns, *new.concerns]
            yield Diagnostic(
                code="PE710",
                message=f"`{old.id}` 失效以后、`{new.id}` 施行以前，{chinese_day(first)}至{chinese_day(last)}没有规定",
                span=old.span,
                help="核对失效日和施行日；确有空档的写 accept 说明",
                severity=Severity.WARNING,
                related=(Related(f"`{new.id}`", new.span),),
                witness=_blank_case(compiled, old, first, subjects),
                rules=tuple(rule.id for rule in rules),
            )


def _begins(document: Document) -> int:
    assert document.effective is not None
    return document.effective.day


def _blank_case(compiled: CompiledRuleSet, document: Document, day: int, subjects: Iterable[str]) -> str:
    subject = next((name for name in subjects if name in compiled.subjects), None)
    if subject is None:
        return ""
    witness = Witness(
        subject=subject, as_of=day, area=document.area, phase=Phase.PROJECT, values=MappingProxyType({})
    )
    return case_yaml(case_of(witness, compiled), compiled.rule_set)


def detect_valueless_parameters(context: Context) -> Iterator[Diagnostic]:
    """Report rules that may be effective on days on which a parameter they name has no value."""
    for rule in context.subject.rules:
        for parameter, empty in _unvalued(rule).items():
            day = context.symbolic.encoded.dating_day(rule.dated_by)
            is_empty = z3.Or([between(day.value, leaf.first, leaf.last) for leaf in empty])
            witness = context.witness(context.formulas(rule).scope.true, day.known, is_empty, about=(rule,))
            if witness is not None:
                days = "、".join(_interval(leaf) for leaf in empty)
                yield finding(
                    "PE712",
                    f"规则有效而参数 `{parameter}` 没有值（{days}），那些日子要用到它的结论都待核实",
                    (rule,),
                    help_="补上参数那些日子的值，或者用 in_force 缩短规则的效力期；本来没有值的，写 accept 说明",
                    witness=context.yaml(witness),
                )


def _unvalued(rule: Rule) -> dict[str, list[Unvalued]]:
    found: dict[str, list[Unvalued]] = {}
    for condition in conditions_of(rule):
        for leaf in leaves(condition):
            if isinstance(leaf, Unvalued) and leaf not in found.setdefault(leaf.parameter, []):
                found[leaf.parameter].append(leaf)
    return found


def _interval(empty: Unvalued) -> str:
    first = "" if empty.first is None else f"{chinese_day(empty.first)}起"
    last = "" if empty.last is None else f"至{chinese_day(empty.last)}止"
    return first + last or "历来"
