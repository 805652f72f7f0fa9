"""What people judged: notes that no rule reads, and conclusions drawn against the signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import Support
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import SubjectDecision
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, Role
from policy_engine.reporting.facts import fact_line, told_value
from policy_engine.reporting.page import Item
from policy_engine.reporting.words import field_words


def note_lines(decision: SubjectDecision, case: Case, fields: Mapping[str, Field]) -> Iterator[str]:
    """Write each note that no rule reads, and who judged that it doesn't matter, or that nobody did."""
    for name, field in fields.items():
        note = decision.facts[name].value
        if field.judged_by and isinstance(note, str) and note.strip():
            standing = _standing(decision.facts[field.judged_by], case)
            yield f"未据以判断：{field_words(field)}“{note.strip()}”（{standing}）"


def _standing(judged: Fact, case: Case) -> str:
    if judged.value is True:
        return f"已认定不影响结论：{judged.source}"
    if judged.origin is Origin.UNREASONED:
        return "填了不影响结论，没有写明由谁认定、为什么，不作数"
    if judged.value is False:
        return "已认定会影响结论，须在相应的栏目里填报"
    unsigned = case.declaration is None
    return "没有人认定它是否影响结论" + ("" if unsigned else "，申报声明因此不作数")


def contrary_items(
    decision: SubjectDecision, fields: Mapping[str, Field], support: Support
) -> Iterator[Item]:
    """Write each conclusion that somebody drew against the signs, with the signs and the reason given."""
    for name, fact in decision.facts.items():
        field = fields[name]
        is_usual = field.role is Role.CONCLUSION and fact.value == field.declared
        if fact.origin is not Origin.STATED or fact.value is UNKNOWN or not is_usual:
            continue
        if told := sign_words(field, decision, fields, support):
            judged = f"{field_words(field)} = {value_words(field, fact.value)}"
            yield Item(f"按表面迹象（{told}），经办人认定{judged}，理由：{fact.source}")


def sign_words(field: Field, decision: SubjectDecision, fields: Mapping[str, Field], support: Support) -> str:
    """Write the signs that raise a conclusion; empty where there are none."""
    names = [name for name in support.signs_of(field) if fact_line(name, decision, fields)]
    return "，".join(f"{field_words(fields[n])} = {told_value(n, decision, fields)}" for n in names)
