"""Decide the rows of a ledger: each as `check` would decide it alone, each shape of row once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.exits import exit_of
from policy_engine.ledger.given import Reading
from policy_engine.ledger.lines import Line
from policy_engine.ledger.shapes import Shapes
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision, SubjectDecision
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.screen_page import value_of
from policy_engine.reporting.words import document_words, field_words, parameter_question, verdict_label
from policy_engine.usecases.checking import check
from policy_engine.usecases.reading import with_indications
from policy_engine.usecases.screening import proposals_of

# Shapes that are remembered; beyond them they are forgotten all at once, and worked out anew.
MOST_KEPT: Final = 100_000
_DECLARATION: Final = "申报声明（写明由谁声明没有其他情形）"
_READ_AS = "读作"


class RowStatus(Enum):
    """What became of a row. UNJUDGED: it is no matter of its own (blank, or a total)."""

    DECIDED = "decided"
    REFUSED = "refused"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How rows of one shape came out. `label`: the verdict's; `told`: the conclusion as a person reads it.

    `grounds`: the rules that carry it, by id; `asked`: what is still to be told.
    """

    label: str
    told: str
    grounds: tuple[str, ...]
    asked: tuple[str, ...]
    exit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one line: an answer, or why there is none. `suspected`: what words point to; `read`: respellings."""

    number: int
    name: str
    status: RowStatus
    answer: Answer | None = None
    suspected: str = ""
    reason: str = ""
    read: str = ""


@dataclass(slots=True)
class Decider:
    """Decides the lines of one table. `known`: answers by shape, `most` of them; `answers`: each of them once."""

    compiled: CompiledRuleSet
    reading: Reading
    most: int = MOST_KEPT
    shapes: Shapes = field(init=False)
    known: dict[Hashable, Answer] = field(default_factory=dict)
    answers: dict[Answer, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shapes = Shapes.of(self.compiled, self.reading.subject)

    def row(self, line: Line) -> Row:
        """Decide one line. Never raises for what stands in it."""
        if self.reading.is_unjudged(line):
            return Row(
                number=line.number,
                name="",
                status=RowStatus.UNJUDGED,
                reason="" if line.is_blank else "合计行或者示例行",
            )
        try:
            case = self.reading.case(line)
        except DiagnosticsError as error:
            return self._refused(line, self._named(line), reasons(error))
        return self._row(line, with_indications(case, self.compiled.rule_set))

    def _row(self, line: Line, case: Case) -> Row:
        shape = self.shapes.of_case(case)
        answer = self.known.get(shape)
        if answer is None:
            try:
                answer = self.answer(check(self.compiled, case, Engine.COMPILED, is_brief=True))
            except DiagnosticsError as error:
                # What it says may name the values, which a shape doesn't hold.
                return self._refused(line, case.name, reasons(error))
            if len(self.known) >= self.most:
                self.known.clear()
            self.known[shape] = answer = self.answers.setdefault(answer, answer)
        return Row(
            number=line.number,
            name=case.name,
            status=RowStatus.DECIDED,
            answer=answer,
            suspected=self._suspected(case),
            read="；".join(note for note in case.assumed if _READ_AS in note),
        )

    def answer(self, decision: Decision) -> Answer:
        """Put a decision into the few words of a row."""
        (one,) = decision.subjects
        is_finding = self.reading.subject.gives_findings
        return Answer(
            label=verdict_label(one.verdict),
            told=verdict_sentence(one, self.compiled.rule_set) if is_finding else verdict_label(one.verdict),
            grounds=tuple(result.rule.id for result in one.grounds),
            asked=tuple(_asked(one)),
            exit=int(exit_of(decision)),
        )

    def both(self, line: Line) -> Answer | str:
        """Decide one line anew with both engines; as text, why there is no answer."""
        try:
            case = self.reading.case(line)
            return self.answer(check(self.compiled, case, Engine.BOTH))
        except DiagnosticsError as error:
            return reasons(error)
        except (EnginesDisagreeError, EngineBrokeError) as error:
            return str(error)

    def _refused(self, line: Line, name: str, reason: str) -> Row:
        return Row(number=line.number, name=name, status=RowStatus.REFUSED, reason=reason)

    def _named(self, line: Line) -> str:
        columns = (c for c in self.reading.heading.read if c.key == "name" or c.key.endswith("名称"))
        return next((line.cell(column.at) for column in columns), "")

    def _suspected(self, case: Case) -> str:
        if not case.indications.get(self.reading.subject.name):
            return ""
        fields = self.reading.subject.fields
        found = (
            f"{value_of(one, fields[one.field])}（“{one.indications[0].words}”）"
            for one in proposals_of(case, self.reading.subject)
        )
        return "；".join(found)


def reasons(error: DiagnosticsError) -> str:
    """Write what is wrong in the one cell of a row."""
    return "；".join(dict.fromkeys(f"{d.message}〔{d.code}〕" for d in error.diagnostics))


def _asked(decision: SubjectDecision) -> Iterator[str]:
    if decision.asks_declaration:
        yield _DECLARATION
    yield from dict.fromkeys(field_words(question.field) for question in decision.missing)
    yield from dict.fromkeys(parameter_question(question.parameter) for question in decision.lacking)
    yield from (f"{document_words(document)}还没有编成规则，另行核对" for document in decision.unencoded)
