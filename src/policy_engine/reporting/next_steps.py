"""What is to be done: questions to answer, documents to read, ways out, duties ahead, advice."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.model.decisions import SubjectDecision
from policy_engine.model.rules import Prohibit, Require
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import (
    document_words,
    in_force_words,
    short_citation,
)


def unencoded_items(decision: SubjectDecision) -> Iterator[Item]:
    """Name the documents that were in force and are not rules yet; they keep the verdict open."""
    for document in decision.unencoded:
        note = [document.note] if document.note else []
        yield Item(f"{document_words(document)}，{in_force_words(document)}", items(note))


def change_items(decision: SubjectDecision) -> Iterator[Item]:
    """Say what the verdict may still turn into."""
    if decision.may_become:
        words = "或者".join(f"“{verdict.value}”" for verdict in decision.may_become)
        yield Item(f"上列事项查清以后，结论可能变为{words}")


def remedy_items(decision: SubjectDecision) -> Iterator[Item]:
    """Write the lawful way out of everything refused or to be corrected, each once."""
    broken = [r.rule for r in decision.grounds if isinstance(r.rule.kind, Prohibit | Require)]
    said: set[str] = set()
    for remedy in dict.fromkeys(rule.remedy for rule in broken):
        # Two remedies may share a step: what was said isn't said again.
        steps = [step for step in remedy.split("；") if step and step not in said]
        said.update(steps)
        yield from items(["；".join(steps)] if steps else [])


def advice_items(decision: SubjectDecision) -> Iterator[Item]:
    """Write advice, with where it comes from and what that is."""
    for result in decision.advice:
        rule = result.rule
        force = rule.citation.document.force
        note = [f"说明：{rule.note}"] if rule.note else []
        yield Item(f"{rule.advice or rule.title}（{force}：{short_citation(rule.citation)}）", items(note))
