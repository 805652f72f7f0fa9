"""Read the examples of a rule: those in the rule by hand, and those that were made to notice errors in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from types import MappingProxyType

from policy_engine.language.keys import EXAMPLE_KEYS, USUAL_KEYS
from policy_engine.loading.facts import read_fact
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems
from policy_engine.loading.renamed import unknown_field
from policy_engine.loading.tree import Mapping, Node, Scalar, is_empty
from policy_engine.model.areas import Areas
from policy_engine.model.calendar import USUAL_DAY
from policy_engine.model.cases import Fact
from policy_engine.model.decisions import Outcome, Verdict
from policy_engine.model.rules import Classify, Derive, Example, Kind, Table
from policy_engine.model.vocabulary import Field, Phase

_DIFFERENCES = ("but", "without")
# A case made by machine is named by the error that it notices.
_ROW_KEYS = ("kills", *(key for key in EXAMPLE_KEYS if key != "name"))
Facts = dict[str, Fact]


@dataclass(frozen=True, slots=True)
class Usual:
    """The ordinary case that examples differ from: its facts, and where it and its settings are written."""

    facts: Facts
    entry: Mapping


def read_usual(
    node: Node,
    subjects: tuple[str, ...],
    fields: MappingOf[str, MappingOf[str, Field]],
    problems: Problems,
) -> tuple[str, Usual] | None:
    """Read an ordinary case, and say of which subject it is: the first, where it names none."""
    entry = problems.mapping(node, "`usual`", node.span)
    if entry is None:
        return None
    problems.keys(entry, tuple(USUAL_KEYS), "`usual`")
    subject = problems.one_of(entry, "subject", subjects, subjects[0])
    if entry.get("given") is None:
        problems.missing(entry, "given")
    return subject, Usual(read_facts(entry, "given", subject, fields[subject], problems), entry)


def read_facts(
    owner: Mapping, key: str, subject: str, fields: MappingOf[str, Field], problems: Problems
) -> Facts:
    """Read the facts of a subject under a key, as far as they can be."""
    node: Node | None = owner.get(key)
    written = problems.mapping(node, f"`{key}`", owner.span) if node is not None else None
    facts: Facts = {}
    for name, value in written.pairs if written else ():
        if name.text not in fields:
            unknown_field("PE301", f"`{subject}` 没有字段 `{name.text}`", name, fields, problems)
            continue
        fact = read_fact(value, fields[name.text], problems)
        if fact is not None:
            facts[name.text] = fact
    return facts


def outcomes_of(kind: Kind) -> tuple[str, ...]:
    """List what can be expected of a rule of a kind: outcomes, unless it gives members, choices or numbers."""
    return () if isinstance(kind, Classify | Table | Derive) else tuple(one.value for one in Outcome)


@dataclass(frozen=True, slots=True)
class ExampleReader:
    """Reads the examples of one rule.

    `fields`: those of each subject it may be about; `area` and `due` stand where an example gives none.
    `outcomes`: what may be expected of the rule; empty where it is what the rule computes.
    """

    fields: MappingOf[str, MappingOf[str, Field]]
    areas: Areas
    problems: Problems
    subjects: tuple[str, ...]
    area: str
    due: Phase
    outcomes: Collection[str]
    # The ordinary cases of the file, by subject, and which of them were used.
    usual: MappingOf[str, Usual] = dataclasses.field(default_factory=dict)
    used: set[str] = dataclasses.field(default_factory=set)

    def read(self, owner: Mapping) -> Iterator[Example]:
        """Go through the examples under `examples` that can be read."""
        node, own = owner.get("examples"), self._own_usual(owner)
        if node is None:
            return
        is_used = False
        for item in self.problems.sequence(node, "`examples`", owner.span):
            entry = self.problems.mapping(item, "例子", item.span)
            if entry is not None:
                self.problems.keys(entry, tuple(EXAMPLE_KEYS), "例子")
                subject = self._subject(entry)
                name = self.problems.text(entry, "name")
                usual = self._usual_for(entry, subject, own)
                is_used = is_used or (own is not None and usual is own[1])
                yield self._by_hand(entry, name, subject, usual)
        if own is not None and not is_used:
            self._idle_usual(own[1].entry)

    def _own_usual(self, owner: Mapping) -> tuple[str, Usual] | None:
        node = owner.get("usual")
        return read_usual(node, self.subjects, self.fields, self.problems) if node is not None else None

    def _usual_for(self, entry: Mapping, subject: str, own: tuple[str, Usual] | None) -> Usual | None:
        """Find the ordinary case an example differs from: its rule's, else its file's; none where it gives all its facts."""
        if entry.get("given") is not None:
            return None
        if own is not None and own[0] == subject:
            return own[1]
        if subject in self.usual:
            self.used.add(subject)
        return self.usual.get(subject)

    def _idle_usual(self, entry: Mapping) -> None:
        hint = "例子写 but（与通常情形的不同）而不写 given；都写 given 的，删去 usual"
        self.problems.error("PE317", "没有例子用到这个通常情形", entry.span, hint)

    def _by_hand(self, entry: Mapping, name: str, subject: str, usual: Usual | None) -> Example:
        if usual is not None:
            facts = self._differing(entry, usual.facts, subject, "usual")
            self._check_difference(entry, usual, facts)
            return self._example(entry, name, subject, facts, usual=usual)
        if entry.get("given") is None:
            key = next(filter(entry.get, _DIFFERENCES), None)
            if key is not None:
                hint = "在规则或者文件里写 usual；或者把事实都写在 given 里"
                self.problems.error("PE317", f"写了 `{key}`，却没有通常情形 `usual`", entry.span, hint)
            else:
                self.problems.missing(entry, "given")
        self._refuse_differences(entry)
        return self._example(entry, name, subject, self._facts(entry, "given", subject))

    def _check_difference(self, entry: Mapping, usual: Usual, facts: Facts) -> None:
        node = entry.get("but")
        for key, _ in node.pairs if isinstance(node, Mapping) else ():
            before, after = usual.facts.get(key.text), facts.get(key.text)
            # What couldn't be read was told of, and left as it was.
            if before is None or after is None or after is before:
                continue
            if _plain(before) == _plain(after):
                hint = "删去这一项；but 只写与通常情形不同的"
                self.problems.error("PE317", f"`{key.text}` 与通常情形相同", key.span, hint)

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

    def _refuse_differences(self, entry: Mapping) -> None:
        for key in filter(entry.get, _DIFFERENCES if entry.get("given") is not None else ()):
            hint = "写 given 的不用 base 和 usual；留下一种写法"
            self.problems.error("PE112", f"写了 given 又写了 `{key}`", entry.span, hint)

    def _row_facts(self, entry: Mapping, base: Facts, subject: str) -> Facts:
        self._refuse_differences(entry)
        if entry.get("given") is not None:
            return self._facts(entry, "given", subject)
        return self._differing(entry, base, subject, "base")

    def _differing(self, entry: Mapping, base: Facts, subject: str, name_of_base: str) -> Facts:
        left_out = {word.text: word.span for word in self.problems.texts(entry, "without")}
        for name in left_out.keys() - base.keys():
            self.problems.unknown("PE013", f"`{name_of_base}` 里没有 `{name}`", left_out[name], name, base)
        kept = {name: fact for name, fact in base.items() if name not in left_out}
        return kept | self._facts(entry, "but", subject)

    def _subject(self, entry: Mapping) -> str:
        return self.problems.one_of(entry, "subject", self.subjects, self.subjects[0])

    def _example(
        self,
        entry: Mapping,
        name: str,
        subject: str,
        facts: Facts,
        kills: str = "",
        usual: Usual | None = None,
    ) -> Example:
        def setting(key: str) -> Mapping:
            # Setting by setting: an example that names a day of its own keeps the usual place and phase.
            is_usual = usual is not None and entry.get(key) is None
            return usual.entry if usual is not None and is_usual else entry

        day = self.problems.day(setting("as_of"), "as_of")
        as_of = day if day is not None else USUAL_DAY
        word = self.problems.text(setting("jurisdiction"), "jurisdiction", fallback="")
        place = setting("jurisdiction").get("jurisdiction")
        area = (
            find_area(self.areas, word, place.span, self.problems, as_of=as_of)
            if isinstance(place, Scalar)
            else None
        )
        return Example(
            name=name,
            subject=subject,
            given=MappingProxyType(facts),
            as_of=as_of,
            area=area or self.area,
            phase=Phase(
                self.problems.one_of(setting("phase"), "phase", (p.value for p in Phase), self.due.value)
            ),
            is_declared=self.problems.flag(setting("declared"), "declared", fallback=False),
            expect=self._expect(entry),
            verdict=self._verdict(entry),
            follows_due=setting("phase").get("phase") is None,
            kills=kills,
            usual=MappingProxyType(usual.facts) if usual is not None else None,
            span=entry.span,
        )

    def _expect(self, entry: Mapping) -> str:
        if not self.outcomes or is_empty(entry.get("expect")):
            return self.problems.text(entry, "expect")
        return self.problems.one_of(entry, "expect", self.outcomes, "")

    def _verdict(self, entry: Mapping) -> str:
        if entry.get("verdict") is None:
            return ""
        return self.problems.one_of(entry, "verdict", (verdict.value for verdict in Verdict), "")

    def _facts(self, entry: Mapping, key: str, subject: str) -> Facts:
        return read_facts(entry, key, subject, self.fields[subject], self.problems)


def _plain(fact: Fact) -> tuple[object, ...]:
    return fact.value, fact.reason
