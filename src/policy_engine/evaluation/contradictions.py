"""Find stated derived facts that contradict what the rules compute from the other facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import value_words
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case, Fact
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Role, Subject


def find_contradictions(
    case: Case, subject: Subject, evaluation: Evaluation, producers: Mapping[str, tuple[str, ...]]
) -> Iterator[Diagnostic]:
    """Go through the contradicted facts of one subject. `producers`: the rules that compute each derived field."""
    for name, fact in case.subjects[subject.name].items():
        field = subject.fields[name]
        if field.role is not Role.DERIVED or fact.value is UNKNOWN:
            continue
        # Rules that are out of force compute nothing, so they contradict nothing.
        if all(evaluation.statuses[rule] is Status.OUT_OF_FORCE for rule in producers.get(name, ())):
            continue
        computed = _contradicting(field, fact, evaluation)
        if computed:
            yield Diagnostic(
                code="PE506",
                message=f"`{name}` 填报为 {value_words(field, fact.value)}，按其他事实推算应为 {computed}",
                span=fact.span,
                help="核对两处事实；推算字段可以不填",
            )


def _contradicting(field: Field, fact: Fact, evaluation: Evaluation) -> str:
    truths = evaluation.truths
    match field.type:
        case FieldType.NUMBER:
            known = evaluation.numbers.get(field.name)
            return value_words(field, known) if known is not None and known != fact.value else ""
        case FieldType.BOOLEAN:
            found = truths.get((field.name, ""), Truth.UNKNOWN)
            wanted = Truth.TRUE if fact.value is True else Truth.FALSE
            if found in (Truth.UNKNOWN, wanted):
                return ""
            return "是" if found is Truth.TRUE else "否"
        case FieldType.CHOICE:
            if truths.get((field.name, str(fact.value))) is not Truth.FALSE:
                return ""
            possible = [c for c in field.choices if truths.get((field.name, c)) is not Truth.FALSE]
            return "或".join(possible)
        case FieldType.LIST:
            assert isinstance(fact.value, frozenset)
            wrong = [c for c in field.choices if _is_wrong(truths.get((field.name, c)), c in fact.value)]
            return "、".join(f"{'不' if c in fact.value else ''}含 {c}" for c in wrong)
        case _:
            return ""


def _is_wrong(computed: Truth | None, is_stated: bool) -> bool:
    return computed is (Truth.FALSE if is_stated else Truth.TRUE)
