"""Screen a text: what its words point to, and what the verdict would be if that were confirmed. Nothing of it is a fact."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine
from policy_engine.evaluation.decide import unencoded_documents
from policy_engine.evaluation.heeding import heeded, points_beyond
from policy_engine.evaluation.prospects import Prospects
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import Found, Verdict
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.screening import Proposal, Screening, Supposition
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Field, Subject
from policy_engine.usecases.checking import check
from policy_engine.usecases.reading import NAME_TEXT, with_indications

# By subject: the field that holds the text, and the one that holds the name ("": the name of the case).
SUBJECTS: Final[Mapping[str, tuple[str, str]]] = {
    "采购事项": ("购买内容", ""),
    "企业": ("经营范围", "企业名称"),
    "服务合同": ("条款文字", "合同名称"),
}
# More characters than some hundred pages are no text of one matter.
MOST_CHARACTERS: Final = 100_000
_FROM_WORDS = "按文字所写"


@dataclass(slots=True)
class Screener:
    """Reads the texts of one run. `blank`: the case they are put into, with its day, its area and the subject."""

    compiled: CompiledRuleSet
    blank: Case
    subject: Subject
    _tried: dict[tuple[tuple[str, Known], ...], Supposition] = field(default_factory=dict)

    def screen(self, text: str, name: str = "", *, searches_questions: bool) -> Screening:
        """Read one text. Pure; searching for questions may take some seconds."""
        of_text, of_name = SUBJECTS[self.subject.name]
        texts = ({of_name or NAME_TEXT: name} if name else {}) | {of_text: text}
        facts = {of_text: text} | ({of_name: name} if name and of_name else {})
        case = with_indications(
            self._with(self.blank, facts, name if not of_name else ""), self.compiled.rule_set
        )
        proposals = tuple(_proposals(heeded(case, self.subject), self.subject.fields))
        found = Screening(self.subject.name, MappingProxyType(texts), case, proposals, None, None)
        if not found.disagreeing:
            every = {one.field: one.value for one in proposals if one.value is not None}
            sure = {one.field: one.value for one in proposals if one.value is not None and one.is_stated}
            found = dataclasses.replace(
                found,
                confirmed=self._supposed(case, every, decides=searches_questions) if every else None,
                stated=self._supposed(case, sure, decides=False) if sure and sure != every else None,
            )
        if not searches_questions:
            return found
        supposed = found.confirmed.decision if found.confirmed is not None else None
        return dataclasses.replace(found, open=supposed or check(self.compiled, case, Engine.COMPILED))

    def _with(self, case: Case, facts: Mapping[str, Known], name: str = "") -> Case:
        told = {
            key: Fact(field=key, value=value, origin=Origin.STATED, source=_FROM_WORDS)
            for key, value in facts.items()
        }
        own = MappingProxyType({**case.subjects[self.subject.name], **told})
        subjects = MappingProxyType({**case.subjects, self.subject.name: own})
        return dataclasses.replace(case, subjects=subjects, name=name or case.name)

    def _supposed(self, case: Case, facts: Mapping[str, Known], *, decides: bool) -> Supposition:
        if not decides:
            key = tuple(sorted(facts.items(), key=lambda pair: pair[0]))
            if key not in self._tried:
                self._tried[key] = self._prospect(facts)
            return self._tried[key]
        try:
            found = check(self.compiled, self._with(case, facts), Engine.COMPILED)
        except DiagnosticsError as error:
            return Supposition(None, impossible=tuple(dict.fromkeys(d.message for d in error.diagnostics)))
        return Supposition(found.verdict, found)

    def _prospect(self, facts: Mapping[str, Known]) -> Supposition:
        # What the words propose is confirmed, so that the words themselves open nothing more.
        described = self._with(self.blank, {SUBJECTS[self.subject.name][0]: "…"})
        documents = self.compiled.rule_set.documents
        is_blank = any(True for _ in unencoded_documents(described, self.subject.name, documents))
        found = Prospects(self.compiled, described, self.subject, is_blank).given(facts)
        if found is None:
            return Supposition(None, impossible=("这些写法不能同时成立",))
        is_unseen = found.verdict is None and all(one is Found.UNEXAMINED for one in found.findings)
        return Supposition(Verdict.NOT_COVERED if is_unseen else found.verdict)


def proposals_of(case: Case, subject: Subject) -> tuple[Proposal, ...]:
    """List what the words of a case propose, once its texts have been read."""
    return tuple(_proposals(heeded(case, subject), subject.fields))


def _proposals(indications: Iterable[Indication], fields: Mapping[str, Field]) -> Iterator[Proposal]:
    """Propose what goes beyond the usual: that a purchase is one of services needs nobody's word."""
    by_field: dict[str, list[Indication]] = {}
    for one in indications:
        by_field.setdefault(one.field, []).append(one)
    for name, found in by_field.items():
        if any(points_beyond(one, fields[name]) for one in found):
            yield Proposal(name, tuple(found), proposed_value(found))


def proposed_value(found: list[Indication]) -> Known | None:
    """Take the one value of the surest words; the members of a list together."""
    sure = [one.value for one in found if one.certainty is not Certainty.SUSPECTED]
    values = dict.fromkeys(sure or [one.value for one in found])
    if all(isinstance(value, frozenset) for value in values):
        return frozenset().union(*(value for value in values if isinstance(value, frozenset)))
    return next(iter(values)) if len(values) == 1 else None
