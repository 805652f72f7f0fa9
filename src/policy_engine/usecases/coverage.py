"""Match the norms of the source documents with the rules, and the lists with the register of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policy_engine.analysis.acceptance import is_about_own
from policy_engine.analysis.beside import find_loose_anchors, find_unlisted_documents
from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.foundation.memory import Memory
from policy_engine.loading.coverage import NormAnswer, load_coverage
from policy_engine.loading.folders import is_own
from policy_engine.loading.problems import Problems
from policy_engine.loading.texts import load_texts
from policy_engine.model.documents import Document
from policy_engine.model.rules import Derive, Rule, RuleSet
from policy_engine.model.texts import DocumentText
from policy_engine.usecases.rule_base import new_memory
from policy_engine.usecases.sources import Sources


@dataclass(frozen=True, slots=True)
class Coverage:
    """How every normative statement is answered, and the rules of listed documents that answer none.

    `problems`: documents that have no list though they should, norms that stand elsewhere than was compared.
    """

    answers: tuple[NormAnswer, ...]
    unlisted: tuple[Rule, ...]
    problems: tuple[Diagnostic, ...] = ()


def cover(sources: Sources, rule_set: RuleSet, memory: Memory | None = None) -> Coverage:
    """Match the coverage lists with the rules. Raises `DiagnosticsError` where an answer is incomplete."""
    memory = memory or new_memory()
    ids = tuple(rule.id for rule in rule_set.rules)
    answers, problems = memory.made(
        "norms",
        (sources.coverage, ids, rule_set.documents),
        lambda: _answers(sources, frozenset(ids), rule_set.documents),
    )
    raise_errors(problems)
    texts = memory.made(
        "texts", (sources.passages, rule_set.documents), lambda: tuple(_texts(sources, rule_set.documents))
    )
    named = {rule for answer in answers for rule in answer.rules}
    listed = {answer.document for answer in answers}
    # A rule that only computes a number serves the rules that name it.
    unlisted = tuple(
        r
        for r in rule_set.rules
        if r.citation.document.id in listed and r.id not in named and not isinstance(r.kind, Derive)
    )
    return Coverage(answers, unlisted, tuple(_problems(rule_set, answers, texts)))


def own_coverage(found: Coverage) -> Coverage:
    """Leave what is about the rule base that is worked on."""
    return Coverage(
        tuple(one for one in found.answers if is_own(one.span.path)),
        tuple(rule for rule in found.unlisted if is_own(rule.span.path)),
        tuple(filter(is_about_own, found.problems)),
    )


def _answers(
    sources: Sources, ids: frozenset[str], documents: Mapping[str, Document]
) -> tuple[tuple[NormAnswer, ...], tuple[Diagnostic, ...]]:
    problems = Problems()
    answers = load_coverage(sources.coverage, ids, documents, problems)
    return answers, tuple(problems.found)


def _texts(sources: Sources, documents: Mapping[str, Document]) -> Iterator[DocumentText]:
    for source in sources.passages:
        # What is wrong with the register itself is told by whoever reads it for its own sake.
        yield from load_texts(source, documents, Problems())


def _problems(
    rule_set: RuleSet,
    answers: tuple[NormAnswer, ...],
    texts: tuple[DocumentText, ...],
) -> Iterator[Diagnostic]:
    named = (name for answer in answers for name in answer.rules)
    # A list that answers nothing is none.
    lists = (answer.document for answer in answers)
    yield from find_unlisted_documents(rule_set, lists, named)
    yield from find_loose_anchors(rule_set, answers, texts)
