"""An interview: one thing is asked at a time, of those that still matter, until what is left can't change the outcome.

Nothing is kept between two turns but the case itself, so an interview stops anywhere and goes on from the case.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_given
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.decisions import Found, Question, SubjectDecision, Verdict
from policy_engine.model.interviewing import Ask, Asking, Opening, Turn
from policy_engine.model.lexicon import Certainty
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Role, Subject
from policy_engine.usecases.checking import check
from policy_engine.usecases.screening import SUBJECTS, proposed_value

_NATION: Final = "全国"
# Who would sign, where it is only asked what a signature would cover.
_SOMEBODY: Final = "经办人"


def next_turn(
    compiled: CompiledRuleSet,
    case: Case,
    subject: str,
    *,
    refuses_to_sign: bool = False,
    aside: frozenset[str] = frozenset(),
) -> Turn:
    """Find what is asked next. `aside`: fields that nobody at hand can tell. Pure.

    Raises `DiagnosticsError` where the facts told can't be true together.
    """
    decision = check(compiled, _alone(case, subject), Engine.COMPILED)
    case = dataclasses.replace(
        case, indications=MappingProxyType({**case.indications, **decision.case.indications})
    )
    one = decision.subjects[0]
    asked = [question for question in _asked(one, compiled, case) if question.field.name not in aside]
    signs = one.asks_declaration and not refuses_to_sign
    ask: Ask | None = None
    if asked:
        ask = _of(asked[0], one)
    elif signs:
        ask = Ask(kind=Asking.SIGNATURE, covered=_covered(compiled, case, subject))
    return Turn(case=case, decision=decision, ask=ask, left=len(asked) + signs)


def opened(compiled: CompiledRuleSet, subject: str, opening: Opening, defaults: CaseDefaults) -> Case:
    """Make the case that an interview begins with. Raises `DiagnosticsError` where place, day or text can't be read."""
    of_text, of_name = SUBJECTS.get(subject, ("", ""))
    told = {of_text: opening.text, of_name: opening.name}
    head = {"as_of": opening.day, "phase": opening.phase, "name": "" if of_name else opening.name}
    if defaults.jurisdiction is None:
        head["jurisdiction"] = opening.place or _NATION
    data: dict[str, object] = {key: value for key, value in head.items() if value}
    data[subject] = {key: value for key, value in told.items() if key and value}
    return load_given(data, compiled.rule_set, defaults)


def ask_of(turn: Turn, field: Field) -> Ask:
    """Ask for one fact again, whatever was told of it."""
    one = turn.subject
    question = next((q for q in one.missing if q.field.name == field.name), Question(field, "", ()))
    return _of(question, one)


def note_of(subject: Subject) -> Field | None:
    """Find where what has no field of its own is written."""
    return next((one for one in subject.fields.values() if one.judged_by), None)


def answered(compiled: CompiledRuleSet, case: Case, field: Field, value: object, *, source: str = "") -> Case:
    """Tell a fact, as people write it (`8年`, `是`, `2026/3/2`). Raises `DiagnosticsError` where it can't be read."""
    told = {"value": value, "source": source} if source else value
    return _with(compiled, case, field, told)


def not_known(compiled: CompiledRuleSet, case: Case, field: Field, reason: str = "") -> Case:
    """Tell that a fact is not known, and why; where nobody says why, who can tell."""
    supplier = f"，由{field.supplier}核实" if field.supplier else ""
    return _with(compiled, case, field, {"unknown": reason or f"答不清楚{supplier}"})


def explained(case: Case, field: Field, source: str) -> Case:
    """Say who judged a fact as it was told, and on what. Raises `DiagnosticsError` where nobody is named."""
    if not any(character.isalpha() for character in source):
        # The number of an answer, typed a second time, is nobody's judgement.
        told = f"`{source}` 没有写明由谁认定、凭什么"
        raise DiagnosticsError(
            [Diagnostic(code="PE502", message=told, help="写姓名和依据，例如 王某：看过方案")]
        )
    return _put(case, field, dataclasses.replace(case.subjects[field.subject][field.name], source=source))


def withdrawn(case: Case, field: Field) -> Case:
    """Take a fact back, as if nobody had told it."""
    facts = {name: fact for name, fact in case.subjects[field.subject].items() if name != field.name}
    return _with_facts(case, field, facts)


def signed(case: Case, by: str) -> Case:
    """Declare that there is nothing but what was told, and sign it."""
    return dataclasses.replace(case, declaration=Declaration(by=by, span=case.span))


def _alone(case: Case, subject: str) -> Case:
    return dataclasses.replace(case, subjects=MappingProxyType({subject: case.subjects[subject]}))


def _with(compiled: CompiledRuleSet, case: Case, field: Field, told: object) -> Case:
    # Read as any case is, so that an answer means here what it means in a file.
    defaults = CaseDefaults(today=case.as_of, as_of=case.as_of, jurisdiction=_NATION)
    read = load_given({field.subject: {field.name: told}}, compiled.rule_set, defaults)
    fact = read.subjects[field.subject].get(field.name)
    if fact is None:
        raise DiagnosticsError([Diagnostic(code="PE502", message="没有写答案", help="写答案，或者写 不清楚")])
    case = dataclasses.replace(case, assumed=tuple(dict.fromkeys((*case.assumed, *read.assumed))))
    return _put(case, field, fact)


def _put(case: Case, field: Field, fact: Fact) -> Case:
    return _with_facts(case, field, {**case.subjects[field.subject], field.name: fact})


def _with_facts(case: Case, field: Field, facts: Mapping[str, Fact]) -> Case:
    subjects = MappingProxyType({**case.subjects, field.subject: MappingProxyType(facts)})
    if field.type is not FieldType.TEXT:
        return dataclasses.replace(case, subjects=subjects)
    # A text that was changed is read anew, and what was signed was signed for the other one.
    return dataclasses.replace(case, subjects=subjects, indications=MappingProxyType({}), declaration=None)


def _asked(one: SubjectDecision, compiled: CompiledRuleSet, case: Case) -> list[Question]:
    stated = case.subjects[one.subject]
    missing = [question for question in one.missing if _is_open(question, one, stated)]
    if missing or not _is_blank(one):
        return missing
    subject = compiled.rule_set.vocabulary.subjects[one.subject]
    return [Question(field, "", ()) for field in _opening(subject) if field.name not in stated]


def _is_open(question: Question, one: SubjectDecision, stated: Mapping[str, Fact]) -> bool:
    """Tell whether a question is without an answer that stands."""
    name = question.field.name
    told = stated.get(name)
    return told is None or told.value is UNKNOWN or one.facts[name].origin is Origin.UNREASONED


def _is_blank(one: SubjectDecision) -> bool:
    """Tell whether nothing was told that any rule could take hold of."""
    if one.verdict is Verdict.NOT_COVERED:
        return True
    return one.verdict is None and all(found.found is Found.UNEXAMINED for found in one.findings)


def _opening(subject: Subject) -> list[Field]:
    """List what is asked of a subject of which nothing is known: what its short form asks, else what must be told."""
    fields = [field for field in subject.fields.values() if field.role is not Role.DERIVED]
    first = [field for field in fields if field.first and field.type is not FieldType.TEXT]
    return first or [field for field in fields if field.role is Role.ELEMENT]


def _of(question: Question, one: SubjectDecision) -> Ask:
    name = question.field.name
    if one.facts[name].origin is Origin.UNREASONED:
        return Ask(kind=Asking.REASON, question=question)
    sure = [i for i in one.indications if i.field == name and i.certainty is Certainty.STATED]
    return Ask(kind=Asking.FACT, question=question, proposed=proposed_value(sure) if sure else None)


def _covered(compiled: CompiledRuleSet, case: Case, subject: str) -> tuple[Fact, ...]:
    (one,) = check(compiled, signed(_alone(case, subject), _SOMEBODY), Engine.COMPILED).subjects
    return tuple(fact for fact in one.facts.values() if fact.origin is Origin.DECLARED)
