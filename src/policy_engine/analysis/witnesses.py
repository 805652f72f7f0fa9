"""Witnesses as cases that `check` can run, and as YAML that an author can paste into a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType

from policy_engine.analysis.spelling import NOT_TOLD, fact_text
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.closing import close_subject
from policy_engine.foundation.spans import file_span
from policy_engine.model.areas import NATION
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN, Known
from policy_engine.model.vocabulary import Field

NAME = "分析得出的例子"
JUDGED = "例子里的认定"


def case_of(witness: Witness, compiled: CompiledRuleSet) -> Case:
    """Make the case of a witness. What closing would fill in of itself is stated to be unknown."""
    subject = compiled.rule_set.vocabulary.subjects[witness.subject]
    facts = {name: _stated(subject.fields[name], value) for name, value in witness.values.items()}
    case = Case(
        name=NAME,
        as_of=witness.as_of,
        area=witness.area,
        phase=witness.phase,
        declaration=None,
        subjects=MappingProxyType({witness.subject: MappingProxyType(facts)}),
        assumed=(),
        span=file_span(NAME),
    )
    closed = close_subject(case, subject, compiled.subjects[witness.subject])
    filled = [n for n, f in closed.facts.items() if f.value is not UNKNOWN and n not in facts]
    facts |= {name: Fact(field=name, value=UNKNOWN, origin=Origin.STATED, reason=NOT_TOLD) for name in filled}
    return case


def _stated(field: Field, value: Known) -> Fact:
    # A judgement counts against the signs, and what excuses counts at all, only with a reason; an example gives one.
    excuses = field.needs_source and value != field.declared
    source = JUDGED if field.indicators or excuses else ""
    return Fact(field=field.name, value=value, origin=Origin.STATED, source=source)


def case_yaml(case: Case, rule_set: RuleSet) -> str:
    """Write a case as YAML that `check` reads back to the same case."""
    return "\n".join(_lines(case, rule_set)) + "\n"


def _lines(case: Case, rule_set: RuleSet) -> Iterator[str]:
    yield f"name: {case.name}"
    yield f"as_of: {date.fromordinal(case.as_of).isoformat()}"
    if case.area != NATION:
        yield f"jurisdiction: {rule_set.areas.name(case.area)}"
    yield f"phase: {case.phase.value}"
    if case.declaration is not None:
        yield f"declaration: {{no_other_circumstances: true, by: {case.declaration.by or '经办人'}}}"
    for subject, facts in case.subjects.items():
        fields = rule_set.vocabulary.subjects[subject].fields
        yield f"{subject}:" if facts else f"{subject}: {{}}"
        yield from (f"  {name}: {fact_text(fields[name], fact)}" for name, fact in facts.items())
