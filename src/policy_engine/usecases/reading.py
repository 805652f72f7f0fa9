"""Read the texts of a case: what its name and its stated texts point to."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from policy_engine.foundation.records import replace
from policy_engine.model.cases import Case, Origin
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import FieldType, Subject

NAME_TEXT: Final = "事项名称"


def with_indications(case: Case, rule_set: RuleSet) -> Case:
    """Attach what the words of a case's texts point to. Without a lexicon, or read before, it stays as it is."""
    if not rule_set.lexicon.terms or case.indications:
        return case
    # Rule bases without a lexicon read nothing.
    from policy_engine.reading import read  # noqa: PLC0415

    found = {
        name: tuple(
            one
            for texts in _texts(case, rule_set.vocabulary.subjects[name])
            for one in read(rule_set.lexicon, rule_set.vocabulary, name, texts)
        )
        for name in case.subjects
    }
    return replace(case, indications=MappingProxyType(found))


def _texts(case: Case, subject: Subject) -> Iterator[dict[str, str]]:
    stated = {
        name: fact.value
        for name, fact in case.subjects[subject.name].items()
        if subject.fields[name].type is FieldType.TEXT
        and fact.origin is Origin.STATED
        and isinstance(fact.value, str)
    }
    if case.name and NAME_TEXT not in stated:
        yield {NAME_TEXT: case.name, **stated}
        return
    # A subject may have the name as a field too, and it may say something else there.
    if case.name and stated[NAME_TEXT] != case.name:
        yield {NAME_TEXT: case.name}
    yield stated
