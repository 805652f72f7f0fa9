"""Lints of the lexicon: examples that don't hold, words that add nothing, terms that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.testing.terms import run_term
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.model.lexicon import NO_BARRIERS, Certainty, Term
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import Known
from policy_engine.reading.matching import targets

_STRENGTH = {Certainty.STATED: 2, Certainty.IMPLIED: 1, Certainty.SUSPECTED: 0}


def detect_failing_term_examples(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Find examples in which a term finds nothing, and harmless texts in which it does."""
    for term in rule_set.lexicon.terms:
        for result in run_term(rule_set.lexicon, term, rule_set.vocabulary):
            if not result.is_as_expected:
                kind = "harmless" if result.is_harmless else "examples"
                yield Diagnostic(
                    code="PE619",
                    message=f"词条 `{term.id}` 的 {kind}“{result.example.text}”：应{result.expected}，实际{result.found}",
                    span=result.example.span,
                    help="改词条的词、`unless`，或者改例子",
                )


def detect_idle_words(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Find words that another term finds anyway, as surely and for the same fields and values."""
    terms = rule_set.lexicon.terms
    by_target: dict[tuple[str, str, Known], list[Term]] = {}
    for term in terms:
        for target in targets(term):
            by_target.setdefault(target, []).append(term)
    for number, term in enumerate(terms):
        pointed = targets(term)
        rivals = by_target[pointed[0]] if pointed else []
        for word in term.words:
            other = next((o for o in rivals if o is not term and _finds_as_well(o, word, term)), None)
            # Of two that are alike the later one is told.
            if other is not None and not (word in other.words and terms.index(other) > number):
                yield Diagnostic(
                    code="PE617",
                    message=f"词条 `{term.id}` 的“{word}”是多余的：`{other.id}` 已经找到它",
                    span=term.span,
                    help="删去这个词，或者合并两个词条",
                    severity=Severity.WARNING,
                    related=(Related(f"`{other.id}`", other.span),),
                )


def _finds_as_well(other: Term, word: str, term: Term) -> bool:
    return (
        any(shorter in word for shorter in other.words)
        and {*targets(term)} <= {*targets(other)}
        and _STRENGTH[other.certainty] >= _STRENGTH[term.certainty]
        and other.unless in (NO_BARRIERS, term.unless)
    )


def detect_disagreeing_terms(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Find words that point to different values of one field in two terms."""
    seen: dict[tuple[str, str, str], tuple[Term, Known]] = {}
    for term in rule_set.lexicon.terms:
        for subject, name, value in targets(term):
            for word in term.words:
                other, before = seen.setdefault((word, subject, name), (term, value))
                if before != value and other.unless == term.unless:
                    yield Diagnostic(
                        code="PE618",
                        message=f"“{word}”在 `{other.id}` 和 `{term.id}` 里指向 `{name}` 的不同取值",
                        span=term.span,
                        help="留一个；两种意思都有的，各写前后的词，或者用 unless 分开",
                        severity=Severity.WARNING,
                        related=(Related(f"`{other.id}`", other.span),),
                    )
