"""A killing case as an inline example and as a Gherkin scenario, ready to paste."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policy_engine.analysis.difference.compare import RuleChange
from policy_engine.analysis.witnesses import case_of, fact_text
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.examples import outcome_words
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Case, Fact
from policy_engine.model.rules import Rule
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, UNKNOWN, number_words
from policy_engine.model.vocabulary import Field, FieldType

_USUAL_DAY = day_number("2026-01-15")


def inline_example(killer: RuleChange, compiled: CompiledRuleSet) -> str:
    """Write the case as one line of a rule's `examples`; what it expects is what the rules say now."""
    rule, case = _rule_and_case(killer, compiled)
    fields = compiled.rule_set.vocabulary.subjects[killer.subject].fields
    given = ", ".join(f"{name}: {fact_text(fields[name], fact)}" for name, fact in _facts(case, killer))
    parts = ["name: （说明这种情形）", *_head(case, rule, compiled), f"given: {{{given}}}"]
    return "- {" + ", ".join([*parts, f"expect: {_expected(killer, case, compiled)}"]) + "}"


def _head(case: Case, rule: Rule, compiled: CompiledRuleSet) -> Iterator[str]:
    if case.as_of != _USUAL_DAY:
        yield f"as_of: {date.fromordinal(case.as_of).isoformat()}"
    if case.area != rule.citation.document.area:
        yield f"jurisdiction: {compiled.rule_set.areas.name(case.area)}"
    if case.phase is not rule.due:
        yield f"phase: {case.phase.value}"


def gherkin(killer: RuleChange, compiled: CompiledRuleSet) -> str:
    """Write the case as a scenario in the steps of `features/`."""
    rule, case = _rule_and_case(killer, compiled)
    fields = compiled.rule_set.vocabulary.subjects[killer.subject].fields
    lines = [
        f"场景: {rule.title}（补充）",
        f"  假如 审查一项{killer.subject}",
        f"  并且 基准日为 {date.fromordinal(case.as_of).isoformat()}",
        f"  并且 地区为 {compiled.rule_set.areas.name(case.area)}",
        f"  并且 阶段为 {case.phase.value}",
    ]
    for name, fact in _facts(case, killer):
        if fact.value is UNKNOWN:
            lines.append(f"  并且 “{name}”不清楚，因为“{fact.reason}”")
        else:
            lines.append(f"  并且 “{name}”为“{_words(fields[name], fact)}”")
    lines += ["  当 进行审查", f"  那么 规则 {rule.id} 的结果为 {_expected(killer, case, compiled)}"]
    return "\n".join(lines)


def _rule_and_case(killer: RuleChange, compiled: CompiledRuleSet) -> tuple[Rule, Case]:
    assert killer.old is not None
    assert killer.witness is not None
    return killer.old, case_of(killer.witness, compiled)


def _facts(case: Case, killer: RuleChange) -> list[tuple[str, Fact]]:
    return list(case.subjects[killer.subject].items())


def _expected(killer: RuleChange, case: Case, compiled: CompiledRuleSet) -> str:
    assert killer.old is not None
    return outcome_words(compiled, killer.old, case, killer.subject)


def _words(field: Field, fact: Fact) -> str:
    match fact.value:
        case bool():
            return "是" if fact.value else "否"
        case int() if field.type is FieldType.DATE:
            value = fact.value
            return NOT_HAPPENED_WORD if value == NOT_HAPPENED else date.fromordinal(value).isoformat()
        case int():
            return number_words(fact.value, field.scale)
        case frozenset():
            return "、".join(c for c in field.choices if c in fact.value) or "无"
        case _:
            return str(fact.value)
