"""Which rules and terms a change of a rule base reaches: their examples have to show again what they notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Set

from policy_engine.analysis.difference.changed_rules import changed_rules
from policy_engine.compilation import CompiledRuleSet, CompiledSubject
from policy_engine.compilation.reads import rule_reads
from policy_engine.foundation.spans import file_span
from policy_engine.model.lexicon import Lexicon, Term, TermExample
from policy_engine.model.rules import Example, Rule, RuleSet
from policy_engine.model.vocabulary import FIELD_WORDS, Field
from policy_engine.reading.matching import Target, targets

_NOWHERE = file_span("")


def rules_reached(old: CompiledRuleSet, new: CompiledRuleSet) -> frozenset[str]:
    """List the rules of the new version that a change reaches.

    Reached is a rule that decides otherwise than before, by its own text or by a parameter, document, object or field
    it uses, whose examples changed, or that computes with what such a rule gives.
    """
    found: set[str] = set()
    for name, subject in new.subjects.items():
        before = old.subjects.get(name)
        if before is None:
            found |= {rule.id for rule in subject.rules}
        else:
            found |= _of_subject(before, subject, (old.rule_set, new.rule_set))
    return frozenset(found)


def terms_reached(old: RuleSet, new: RuleSet) -> frozenset[str]:
    """List the terms of the new version that a change reaches.

    Reached is a term that reads or is tried otherwise than before, that points to a field which changed, or whose heads
    may be other words: those of a term that points where it does.
    """
    before = {term.id: term for term in old.lexicon.terms}
    changed = {t.id for t in new.lexicon.terms if t.id not in before or _read(before[t.id]) != _read(t)}
    subjects, earlier = new.vocabulary.subjects, old.vocabulary.subjects
    fields = {
        name: _changed_fields(earlier[name].fields if name in earlier else {}, subject.fields)
        for name, subject in subjects.items()
    }
    changed |= {t.id for t in new.lexicon.terms if _points_into(t, fields)}
    if old.lexicon.items().names != new.lexicon.items().names:
        changed |= {term.id for term in new.lexicon.terms if term.items}
    # A word that came or went may now stand before another term that points to the same, and excuse it.
    heads = _heads(old.lexicon) ^ _heads(new.lexicon)
    pointed = {target for _, target in heads}
    behind = {term.id for term in new.lexicon.terms if term.unless.after and pointed & {*targets(term)}}
    return frozenset(changed | behind)


def _heads(lexicon: Lexicon) -> set[tuple[str, Target]]:
    return {(word, target) for term in lexicon.terms for target in targets(term) for word in term.words}


def _read(term: Term) -> Term:
    """Give a term without its words for people and its places."""

    def bare(examples: tuple[TermExample, ...]) -> tuple[TermExample, ...]:
        return tuple(dataclasses.replace(example, span=_NOWHERE) for example in examples)

    return dataclasses.replace(
        term,
        examples=bare(term.examples),
        harmless=bare(term.harmless),
        regressions=bare(term.regressions),
        because="",
        source="",
        span=_NOWHERE,
    )


def _points_into(term: Term, fields: Mapping[str, Set[str]]) -> bool:
    pointed = (*term.points_to.items(), *((subject, (name,)) for subject, name in term.into.items()))
    return any(not fields[subject].isdisjoint(names) for subject, names in pointed)


def _of_subject(old: CompiledSubject, new: CompiledSubject, both: tuple[RuleSet, RuleSet]) -> set[str]:
    before = {rule.id: rule for rule in old.rules}
    found = set(changed_rules(old, new, both))
    found |= {rule.id for rule in new.rules if rule.id not in before}
    found |= {
        rule.id for rule in new.rules if rule.id in before and _is_tried_otherwise(before[rule.id], rule)
    }
    changed = _changed_fields(old.fields, new.fields)
    found |= {rule.id for rule in new.rules if changed & set(rule_reads(rule))}
    return _with_readers(found, new)


def _is_tried_otherwise(old: Rule, new: Rule) -> bool:
    return list(map(_trial, old.tried)) != list(map(_trial, new.tried))


def _trial(example: Example) -> tuple[object, ...]:
    given = {name: (fact.value, fact.origin) for name, fact in example.given.items()}
    # Facts carry places, which move with every line; what was given is compared by value.
    plain = dataclasses.replace(example, name="", given={}, span=_NOWHERE)
    return plain, given


def _changed_fields(old: Mapping[str, Field], new: Mapping[str, Field]) -> set[str]:
    return {
        name
        for name in {*old, *new}
        if name not in old or name not in new or _meaning(old[name]) != _meaning(new[name])
    }


def _meaning(field: Field) -> tuple[object, ...]:
    names = (one.name for one in dataclasses.fields(field) if one.name not in FIELD_WORDS)
    return tuple(getattr(field, name) for name in names)


def _with_readers(changed: set[str], subject: CompiledSubject) -> set[str]:
    found = set(changed)
    while True:
        # Until nothing is added: what a reached rule computes reaches its readers, and so on.
        given = {name for name, producers in subject.producers.items() if found & set(producers)}
        more = {rule.id for rule in subject.rules if given & set(rule_reads(rule))} - found
        if not more:
            return found
        found |= more
