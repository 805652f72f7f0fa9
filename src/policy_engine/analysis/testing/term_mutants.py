"""Mutants of terms: what takes a term back and what it points to, with one small error.

A word of a term is data, as a row of a register is: an example for each would only write the list down again. That a
longer expression, a neighbour or a head makes something else of the word is a claim, and so is what it points to.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from policy_engine.analysis.testing.operators import TermMutant, TermOperator
from policy_engine.evaluation.condition_words import value_words
from policy_engine.model.lexicon import Lexicon, Term, WordSet
from policy_engine.model.measures import unit_of
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Field, FieldType, Vocabulary

BARRIERS: Mapping[str, TermOperator] = MappingProxyType(
    {
        "within": TermOperator.WITHIN,
        "before": TermOperator.BEFORE,
        "after": TermOperator.AFTER,
        "beside": TermOperator.BESIDE,
        "anywhere": TermOperator.ANYWHERE,
    }
)


def term_mutants(rule_set: RuleSet, wanted: Collection[str]) -> Iterator[TermMutant]:
    """Go through the mutants of the wanted terms, always in the same order."""
    for term in rule_set.lexicon.terms:
        if term.id in wanted:
            yield from _without_words(term)
            yield from _without_sets(term)
            yield from _pointing_elsewhere(term, rule_set.vocabulary)
            yield from _read_elsewhere(term, rule_set.vocabulary)
    for words in rule_set.lexicon.sets:
        users = _users(words, rule_set.lexicon)
        # A set is tried by all its terms together, or not at all.
        if users and {term.id for term in users} <= {*wanted}:
            yield from _without_members(words, users)


def without(term: Term, key: str, words: Collection[str]) -> Term:
    """Take words out of one list of barriers of a term."""
    left = tuple(word for word in getattr(term.unless, key) if word not in words)
    drawn = frozenset(one for one in term.drawn if one.key != key or one.word not in words)
    return dataclasses.replace(term, unless=dataclasses.replace(term.unless, **{key: left}), drawn=drawn)


def _mutant(term: Term, operator: TermOperator, change: str, **more: object) -> TermMutant:
    return TermMutant(terms=(term,), operator=operator, change=change, place=term.span.place, **more)  # type: ignore[arg-type]


def _without_words(term: Term) -> Iterator[TermMutant]:
    for key, operator in BARRIERS.items():
        drawn = {one.word for one in term.drawn if one.key == key}
        for word in getattr(term.unless, key):
            if word not in drawn:
                lost = ((key, frozenset((word,))),)
                change = f"去掉 unless.{key} 的“{word}”"
                yield _mutant(without(term, key, (word,)), operator, change, lost=lost)


def _without_sets(term: Term) -> Iterator[TermMutant]:
    for key in BARRIERS:
        for name in sorted({one.set_name for one in term.drawn if one.key == key}):
            words = _only_from(term, key, name)
            if words:
                change = f"去掉 unless.{key} 的词组“{name}”"
                yield _mutant(without(term, key, words), TermOperator.SET, change, lost=((key, words),))


def _only_from(term: Term, key: str, name: str) -> frozenset[str]:
    """Give the words that one list of a term has from one set and from no other."""
    own = {one.word for one in term.drawn if one.key == key and one.set_name == name}
    # A word that another set gives as well would still be there.
    return frozenset(own - {one.word for one in term.drawn if one.key == key and one.set_name != name})


def _users(words: WordSet, lexicon: Lexicon) -> tuple[Term, ...]:
    """List the terms that have barriers from a set; none where it gives words to be found."""
    own = {one.span.path for one in lexicon.sets if one.name == words.name and not one.is_shared}
    users = [
        term
        for term in lexicon.terms
        if (term.span.path not in own if words.is_shared else term.span.path == words.span.path)
        and any(one.set_name == words.name for one in term.drawn)
    ]
    is_found = any(one.key == "words" and one.set_name == words.name for t in users for one in t.drawn)
    return () if is_found else tuple(users)


def _without_members(words: WordSet, users: tuple[Term, ...]) -> Iterator[TermMutant]:
    for word in words.words:
        changed, lost = [], []
        for user in users:
            keys = [key for key in BARRIERS if word in _only_from(user, key, words.name)]
            term = user
            for key in keys:
                term = without(term, key, (word,))
                lost.append((key, frozenset((word,))))
            changed += [term] if keys else []
        if changed:
            yield TermMutant(
                terms=tuple(changed),
                operator=TermOperator.MEMBER,
                change=f"词组“{words.name}”去掉“{word}”",
                place=words.span.place,
                lost=tuple(dict.fromkeys(lost)),
            )


def _pointing_elsewhere(term: Term, vocabulary: Vocabulary) -> Iterator[TermMutant]:
    for subject, values in term.points_to.items():
        for name, value in values.items():
            field = vocabulary.subjects[subject].fields[name]
            other = _other_value(field, value)
            if other is not None:
                words = f"{subject}.{name} 由 {value_words(field, value)} 改为 {value_words(field, other)}"
                yield _mutant(_pointing(term, subject, {**values, name: other}), TermOperator.VALUE, words)
            # A term that points nowhere would not load.
            left = {key: kept for key, kept in values.items() if key != name}
            if left or len(term.points_to) > 1:
                change = f"不再指向 {subject}.{name}"
                yield _mutant(_pointing(term, subject, left), TermOperator.FIELD, change)


def _pointing(term: Term, subject: str, values: Mapping[str, Known]) -> Term:
    pointed = {**term.points_to, subject: MappingProxyType(dict(values))}
    kept = {name: values for name, values in pointed.items() if values}
    return dataclasses.replace(term, points_to=MappingProxyType(kept))


def _other_value(field: Field, value: Known) -> Known | None:
    """Give the nearest other value that an author might have written; `None` where there is none."""
    match value:
        case bool():
            return not value
        case int() if field.type is FieldType.NUMBER:
            # At the upper end one less: one more would be refused.
            return value + 1 if field.maximum is None or value < field.maximum else value - 1
        case str() if len(field.choices) > 1:
            return field.choices[(field.choices.index(value) + 1) % len(field.choices)]
        case frozenset():
            more = [choice for choice in field.choices if choice not in value]
            return value | {more[0]} if more else None
        case _:
            return None


def _read_elsewhere(term: Term, vocabulary: Vocabulary) -> Iterator[TermMutant]:
    if term.reads is None:
        return
    for subject, name in term.into.items():
        fields = vocabulary.subjects[subject].fields
        able = [one for one, field in fields.items() if unit_of(term.reads, field) is not None]
        if len(able) > 1:
            other = able[(able.index(name) + 1) % len(able)]
            into = MappingProxyType({**term.into, subject: other})
            change = f"{subject} 由读进 {name} 改为 {other}"
            yield _mutant(dataclasses.replace(term, into=into), TermOperator.INTO, change)
