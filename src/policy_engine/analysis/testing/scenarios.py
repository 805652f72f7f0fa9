"""A killing case as an inline example and as a Gherkin scenario, ready to paste."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policy_engine.analysis.testing.equivalence import Telling
from policy_engine.analysis.testing.fates import Proposal
from policy_engine.analysis.testing.operators import Mutant
from policy_engine.analysis.testing.rows import Row, Setting, fact_texts
from policy_engine.analysis.witnesses import case_of
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.examples import Seen, seen_of
from policy_engine.model.calendar import USUAL_DAY
from policy_engine.model.cases import Case, Fact
from policy_engine.model.rules import Rule
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, UNKNOWN, number_words
from policy_engine.model.vocabulary import Field, FieldType


def proposal(telling: Telling, mutant: Mutant, compiled: CompiledRuleSet) -> Proposal:
    """Write the case as an example; what it expects is what the rules say now."""
    rule = next(rule for rule in compiled.rule_set.rules if rule.id == telling.rule)
    case = case_of(telling.witness, compiled)
    subject = telling.witness.subject
    seen = seen_of(compiled, rule, case, subject)
    changed = {one.id: one for one in mutant.rules}.get(rule.id, rule)
    fields = compiled.rule_set.vocabulary.subjects[subject].fields
    row = Row(
        rule=rule.id,
        kills=mutant.label_for(rule.id),
        settings=tuple(_settings(case, rule, changed, subject, compiled)),
        facts=fact_texts(case.subjects[subject], fields),
        expect=seen.members or seen.outcome,
        verdict=seen.verdict if _weighs_otherwise(rule, changed) else "",
    )
    scenario = _gherkin(case, rule, subject, seen, compiled)
    return Proposal(rule.id, row.as_example("（说明这种情形）"), scenario, row=row)


def _weighs_otherwise(rule: Rule, changed: Rule) -> bool:
    # What no outcome shows: when it is due, how strong it is, what it is about.
    one, other = (
        (r.due, r.is_default, r.justified_by, getattr(r.kind, "object", ""), r.overrides, r.conflicts_with)
        for r in (rule, changed)
    )
    return one != other


def _settings(
    case: Case, rule: Rule, changed: Rule, subject: str, compiled: CompiledRuleSet
) -> Iterator[Setting]:
    if subject != rule.subjects[0]:
        yield "subject", subject
    if case.as_of != USUAL_DAY:
        yield "as_of", date.fromordinal(case.as_of).isoformat()
    if case.area != rule.citation.document.area:
        yield "jurisdiction", compiled.rule_set.areas.name(case.area)
    if case.phase is not rule.due or rule.due is not changed.due:
        yield "phase", case.phase.value


def _gherkin(case: Case, rule: Rule, subject: str, seen: Seen, compiled: CompiledRuleSet) -> str:
    fields = compiled.rule_set.vocabulary.subjects[subject].fields
    lines = [
        f"场景: {rule.title}（补充）",
        f"  假如 审查一项{subject}",
        f"  并且 基准日为 {date.fromordinal(case.as_of).isoformat()}",
        f"  并且 地区为 {compiled.rule_set.areas.name(case.area)}",
        f"  并且 阶段为 {case.phase.value}",
    ]
    for name, fact in case.subjects[subject].items():
        if fact.value is UNKNOWN:
            lines.append(f"  并且 “{name}”不清楚，因为“{fact.reason}”")
        else:
            lines.append(f"  并且 “{name}”为“{_words(fields[name], fact)}”")
    lines += ["  当 进行审查", f"  那么 规则 {rule.id} 的结果为 {seen.outcome}"]
    return "\n".join(lines)


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
