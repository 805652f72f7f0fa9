"""Read the inline examples of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.facts import read_fact
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Node
from policy_engine.model.areas import Areas
from policy_engine.model.calendar import USUAL_DAY
from policy_engine.model.cases import Fact
from policy_engine.model.decisions import Verdict
from policy_engine.model.rules import Example
from policy_engine.model.vocabulary import Field, Phase

_KEYS = ("name", "given", "expect", "as_of", "jurisdiction", "phase", "declared", "subject", "verdict")


@dataclass(frozen=True, slots=True)
class ExampleReader:
    """Reads the examples of one rule.

    `fields`: those of each subject it may be about; `area` and `due` stand where an example gives none.
    """

    fields: MappingOf[str, MappingOf[str, Field]]
    areas: Areas
    problems: Problems
    subjects: tuple[str, ...]
    area: str
    due: Phase

    def read(self, owner: Mapping) -> Iterator[Example]:
        """Go through the examples that can be read."""
        node = owner.get("examples")
        if node is None:
            return
        for item in self.problems.sequence(node, "`examples`", owner.span):
            example = self._example(item)
            if example is not None:
                yield example

    def _example(self, node: Node) -> Example | None:
        entry = self.problems.mapping(node, "例子", node.span)
        if entry is None:
            return None
        self.problems.keys(entry, _KEYS, "例子")
        subject = self.problems.one_of(entry, "subject", self.subjects, self.subjects[0])
        day = self.problems.day(entry, "as_of")
        as_of = day if day is not None else USUAL_DAY
        place = entry.get("jurisdiction")
        word = self.problems.text(entry, "jurisdiction", fallback="")
        area = (
            find_area(self.areas, word, place.span, self.problems, as_of=as_of) if place is not None else None
        )
        return Example(
            name=self.problems.text(entry, "name"),
            subject=subject,
            given=MappingProxyType(self._given(entry, subject)),
            as_of=as_of,
            area=area or self.area,
            phase=Phase(self.problems.one_of(entry, "phase", (p.value for p in Phase), self.due.value)),
            is_declared=self.problems.flag(entry, "declared", fallback=False),
            expect=self.problems.text(entry, "expect"),
            verdict=self._verdict(entry),
            follows_due=entry.get("phase") is None,
            span=entry.span,
        )

    def _verdict(self, entry: Mapping) -> str:
        if entry.get("verdict") is None:
            return ""
        return self.problems.one_of(entry, "verdict", (verdict.value for verdict in Verdict), "")

    def _given(self, entry: Mapping, subject: str) -> MappingOf[str, Fact]:
        node = entry.get("given")
        owner = self.problems.mapping(node, "`given`", entry.span) if node is not None else None
        fields = self.fields[subject]
        facts: dict[str, Fact] = {}
        for key, value in owner.pairs if owner else ():
            if key.text not in fields:
                hint = did_you_mean(key.text, fields)
                self.problems.error("PE301", f"`{subject}` 没有字段 `{key.text}`", key.span, hint)
                continue
            fact = read_fact(value, fields[key.text], self.problems)
            if fact is not None:
                facts[key.text] = fact
        return facts
