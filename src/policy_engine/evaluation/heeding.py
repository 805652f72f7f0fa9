"""What the words of a case's texts do to its facts: they open some, close none, and are no facts themselves.

The law is in docs/meaning.md, "Closing a case", step 7.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.truth import (
    HOLDS,
    IS_OPEN,
    Ask,
    Derivations,
    comes_to,
    signs_among,
    truth,
)
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Role, Subject

_JUDGED = (Role.FLAG, Role.CONCLUSION, Role.ELEMENT, Role.PLAN)
_MEASURED = (FieldType.NUMBER, FieldType.DATE)


def heeded(case: Case, subject: Subject) -> tuple[Indication, ...]:
    """List the indications of a subject that count: those of facts that people state."""
    return tuple(
        one
        for one in case.indications.get(subject.name, ())
        if one.field in subject.fields and _can_be_indicated(subject.fields[one.field])
    )


def _can_be_indicated(field: Field) -> bool:
    return field.role not in (Role.DERIVED, Role.NOTE) and field.type is not FieldType.TEXT


def speaks_against(indication: Indication, value: Value) -> bool:
    """Tell whether words point elsewhere than a value: to another one, or to a member that a list lacks."""
    if isinstance(value, frozenset):
        found = indication.value
        # Of a list, only a member that is lacking speaks against it: words need not name every member.
        return not (found if isinstance(found, frozenset) else {found}) <= value
    return value is not UNKNOWN and indication.value != value


def is_sure(indication: Indication) -> bool:
    """Tell whether words say something, and don't only let suspect it."""
    return indication.certainty in (Certainty.STATED, Certainty.IMPLIED)


def is_pressing(indication: Indication, field: Field, value: Value) -> bool:
    """Tell whether a stated value needs a reason beside these words."""
    # Of a number or a day only stated words press: docs/meaning.md, step 7 of closing.
    is_exact = indication.certainty is Certainty.STATED or field.type not in _MEASURED
    is_pressed = is_sure(indication) and is_exact and field.role in _JUDGED
    return is_pressed and speaks_against(indication, value)


def points_beyond(indication: Indication, field: Field) -> bool:
    """Tell whether words point to something else than what is usual, or nothing is usual."""
    return field.declared is None or speaks_against(indication, field.declared)


def spoken_against(
    facts: Mapping[str, Fact],
    indications: Iterable[Indication],
    fields: Mapping[str, Field],
    is_early: Callable[[Field], bool],
) -> Iterator[str]:
    """Name the facts that words open: what nobody stated, and what somebody stated without a reason."""
    for one in indications:
        field, fact = fields[one.field], facts[one.field]
        match fact.origin:
            case Origin.DECLARED | Origin.IMPLIED:
                is_opened = speaks_against(one, fact.value) and not is_early(field)
            case Origin.STATED:
                is_opened = not fact.source.strip() and is_pressing(one, field, fact.value)
            case _:
                is_opened = False
        if is_opened:
            yield one.field


def indicated(
    facts: Mapping[str, Fact], indications: Iterable[Indication], fields: Mapping[str, Field]
) -> Iterator[str]:
    """Name the open facts to which words point and which are not still to come."""
    for one in indications:
        fact = facts[one.field]
        is_open = fact.value is UNKNOWN and fact.origin is not Origin.PENDING
        if is_open and points_beyond(one, fields[one.field]):
            yield one.field


def supposed(
    facts: Mapping[str, Fact], indications: Iterable[Indication], fields: Mapping[str, Field]
) -> dict[str, Known]:
    """Give the open facts of which nothing is usual the one value to which all words point.

    By themselves they are no doubt, told at that value or not; what the value brings about is.
    """
    found: dict[str, set[Known]] = defaultdict(set)
    for one in indications:
        fact = facts[one.field]
        is_open = fact.value is UNKNOWN and fact.origin is Origin.NOT_STATED
        if is_open and fields[one.field].declared is None:
            found[one.field].add(one.value)
    # Two values that words point to are a question, and nothing to suppose.
    return {name: next(iter(values)) for name, values in found.items() if len(values) == 1}


def raised_by(
    names: Iterable[str],
    facts: Mapping[str, Fact],
    doubtful: frozenset[str],
    fields: Mapping[str, Field],
    supposing: Mapping[str, Known],
    ask: Ask = comes_to,
) -> Iterator[str]:
    """Name those conclusions of which an indicator holds by what is supposed, or is open and reads a doubtful fact."""
    values = {name: fact.value for name, fact in facts.items()} | dict(supposing)
    signs = signs_among(fields)
    for name in names:
        for sign in signs[name]:
            wanted = HOLDS if not sign.reads.isdisjoint(supposing) else ()
            wanted += IS_OPEN if not sign.reads.isdisjoint(doubtful) else ()
            if wanted and ask(sign, values, wanted):
                yield name
                break


def signs_in_words(
    field: Field,
    indications: Iterable[Indication],
    facts: Mapping[str, Fact],
    derived: Derivations,
) -> Iterator[Indication]:
    """List the words that point to a sign of a conclusion which nobody has told: 派驻文员3名 for 劳务派遣."""
    values = {name: fact.value for name, fact in facts.items()}
    for one in indications:
        if one.field == field.name or facts[one.field].value is not UNKNOWN:
            continue
        supposing = values | {one.field: one.value}
        if any(
            one.field in fields_read(sign) and truth(sign, supposing, derived) is Truth.TRUE
            for sign in field.indicators
        ):
            yield one
