"""Read the examples of a rule: those in the rule by hand, and those that were made to notice errors in it."""

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

_SETTINGS = ("given", "expect", "as_of", "jurisdiction", "phase", "declared", "subject", "verdict")
_KEYS = ("name", *_SETTINGS)
_ROW_KEYS = ("kills", *_SETTINGS, "but", "without")
Facts = dict[str, Fact]


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
        """Go through the examples under `examples` that can be read."""
        node = owner.get("examples")
        if node is None:
            return
        for item in self.problems.sequence(node, "`examples`", owner.span):
            entry = self.problems.mapping(item, "例子", item.span)
            if entry is not None:
                self.problems.keys(entry, _KEYS, "例子")
                subject = self._subject(entry)
                name = self.problems.text(entry, "name")
                yield self._example(entry, name, subject, self._facts(entry, "given", subject))

    def read_rows(self, owner: Mapping) -> Iterator[Example]:
        """Go through the examples under `cases` that can be read: what each changes of `base`, or all that it gives."""
        bases: dict[str, Facts] = {}
        for item in self.problems.sequence(owner.get("cases"), "`cases`", owner.span):
            entry = self.problems.mapping(item, "回归例", item.span)
            if entry is None:
                continue
            self.problems.keys(entry, _ROW_KEYS, "回归例")
            subject = self._subject(entry)
            if entry.get("given") is None and subject not in bases:
                bases[subject] = self._facts(owner, "base", subject)
            kills = self.problems.text(entry, "kills")
            facts = self._row_facts(entry, bases.get(subject, {}), subject)
            yield self._example(entry, kills, subject, facts, kills)

    def _row_facts(self, entry: Mapping, base: Facts, subject: str) -> Facts:
        if entry.get("given") is not None:
            for key in filter(entry.get, ("but", "without")):
                hint = "写 given 的不用 base；留下一种写法"
                self.problems.error("PE112", f"写了 given 又写了 `{key}`", entry.span, hint)
            return self._facts(entry, "given", subject)
        left_out = {word.text: word.span for word in self.problems.texts(entry, "without")}
        for name in left_out.keys() - base.keys():
            self.problems.unknown("PE013", f"`base` 里没有 `{name}`", left_out[name], name, base)
        kept = {name: fact for name, fact in base.items() if name not in left_out}
        return kept | self._facts(entry, "but", subject)

    def _subject(self, entry: Mapping) -> str:
        return self.problems.one_of(entry, "subject", self.subjects, self.subjects[0])

    def _example(self, entry: Mapping, name: str, subject: str, facts: Facts, kills: str = "") -> Example:
        day = self.problems.day(entry, "as_of")
        as_of = day if day is not None else USUAL_DAY
        place = entry.get("jurisdiction")
        word = self.problems.text(entry, "jurisdiction", fallback="")
        area = (
            find_area(self.areas, word, place.span, self.problems, as_of=as_of) if place is not None else None
        )
        return Example(
            name=name,
            subject=subject,
            given=MappingProxyType(facts),
            as_of=as_of,
            area=area or self.area,
            phase=Phase(self.problems.one_of(entry, "phase", (p.value for p in Phase), self.due.value)),
            is_declared=self.problems.flag(entry, "declared", fallback=False),
            expect=self.problems.text(entry, "expect"),
            verdict=self._verdict(entry),
            follows_due=entry.get("phase") is None,
            kills=kills,
            span=entry.span,
        )

    def _verdict(self, entry: Mapping) -> str:
        if entry.get("verdict") is None:
            return ""
        return self.problems.one_of(entry, "verdict", (verdict.value for verdict in Verdict), "")

    def _facts(self, entry: Mapping, key: str, subject: str) -> Facts:
        node: Node | None = entry.get(key)
        owner = self.problems.mapping(node, f"`{key}`", entry.span) if node is not None else None
        fields = self.fields[subject]
        facts: Facts = {}
        for name, value in owner.pairs if owner else ():
            if name.text not in fields:
                hint = did_you_mean(name.text, fields)
                self.problems.error("PE301", f"`{subject}` 没有字段 `{name.text}`", name.span, hint)
                continue
            fact = read_fact(value, fields[name.text], self.problems)
            if fact is not None:
                facts[name.text] = fact
        return facts
