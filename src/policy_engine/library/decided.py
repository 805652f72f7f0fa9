"""A decision as other programs get it: its verdict, what is still asked, its pages, and all of it as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.model import decisions
from policy_engine.model.cases import Case
from policy_engine.model.decisions import SubjectDecision, Verdict
from policy_engine.model.vocabulary import FieldType
from policy_engine.reporting.asking import DECLARATION, asked_words
from policy_engine.reporting.headline import headline
from policy_engine.reporting.page import Page
from policy_engine.reporting.render import VIEWS, decision_data
from policy_engine.reporting.words import parameter_question, verdict_label


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to be told before the outcome is settled.

    `keys`: where in a case its answer goes, as `("采购事项", "含工程")` or `("declaration",)`; empty where no case can
    answer it. `text`: the question, in Chinese. `type`: what an answer is: `boolean`, `number` (in `unit`), `date`,
    `choice` and `list` (of `choices`), `text`; `declaration`: that nothing else is to be told, signed by somebody;
    `parameter`: a value that whoever keeps the rules has to register. `supplier`: who can tell. `reason`: why it is
    not known, if the case says so. `rules`: the ids of the rules that wait for it.
    """

    keys: tuple[str, ...]
    text: str
    type: str
    choices: tuple[str, ...] = ()
    unit: str = ""
    supplier: str = ""
    reason: str = ""
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one case. Two decisions are equal where the same rules found the same of the same case."""

    _found: decisions.Decision = field(repr=False)
    _compiled: CompiledRuleSet = field(repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<Decision {self.label}>"

    @property
    def case(self) -> Case:
        """Give the case that was decided."""
        return self._found.case

    @property
    def verdict(self) -> Verdict | None:
        """Give the verdict of the worst subject; `None` where there are only findings and all are settled."""
        return self._found.verdict

    @property
    def label(self) -> str:
        """Give the verdict as an official reads it: 可以实施."""
        return verdict_label(self._found.verdict)

    @property
    def headline(self) -> str:
        """Give the first line of the opinion."""
        return headline(self._found, self._compiled.rule_set)

    @property
    def version(self) -> str:
        """Give the digest of the rule base that decided."""
        return self._found.rule_set_version

    @property
    def questions(self) -> tuple[Question, ...]:
        """List what is still to be told; once it is, nothing more is asked that these answers do not raise."""
        return tuple(question for one in self._found.subjects for question in _questions(one))

    def page(self, view: str = "official") -> Page:
        """Lay the decision out for `official`, `auditor` or `developer`. Raises `DiagnosticsError` for another view."""
        if view not in VIEWS:
            told = Diagnostic(
                code="PE903", message=f"没有视图 `{view}`", help=did_you_mean(str(view), tuple(VIEWS))
            )
            raise DiagnosticsError([told])
        return VIEWS[view](self._found, self._compiled)

    def json(self) -> dict[str, object]:
        """Give all of it as plain data, in the shape of `schemas/decision.schema.json`."""
        return decision_data(self._found, self._compiled)


def _questions(one: SubjectDecision) -> Iterator[Question]:
    if one.asks_declaration:
        yield Question(keys=("declaration",), text=DECLARATION, type="declaration")
    for question in one.missing:
        asked = question.field
        yield Question(
            keys=(one.subject, asked.name),
            text=asked_words(question),
            type=asked.type.value,
            choices=asked.choices if asked.type in (FieldType.CHOICE, FieldType.LIST) else (),
            unit=asked.unit,
            supplier=asked.supplier,
            reason=question.reason,
            rules=question.rules,
        )
    for lacking in one.lacking:
        yield Question(
            keys=(), text=parameter_question(lacking.parameter), type="parameter", rules=lacking.rules
        )
