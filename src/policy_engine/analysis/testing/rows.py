"""Cases made by machine as text: of each rule a base, and what every case changes of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from policy_engine.analysis.spelling import fact_text, flow_text
from policy_engine.model.calendar import USUAL_DAY
from policy_engine.model.cases import Fact
from policy_engine.model.rules import Example, Rule, RuleSet
from policy_engine.model.vocabulary import Field

Setting = tuple[str, str]
# A case: its rule, and its place among those of the rule.
RowKey = tuple[str, int]
_HEADER = (
    "# 由 policy-engine test --mutate --write 写出、修剪：每一行说明去掉它就发现不了哪一处改错。",
    "# 所写的是规则现在的结果，不是规范的要求；不要手工改动。",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One case in plain text: of which rule, what error it notices, its settings and facts, what is expected."""

    rule: str
    kills: str
    settings: tuple[Setting, ...]
    facts: Mapping[str, str] = field(hash=False)
    expect: str
    verdict: str = ""

    def as_example(self, name: str) -> str:
        """Write it as a line of the `examples` of its rule."""
        return "- " + _flow([("name", name), *self.settings, ("given", _braced(self.facts)), *self._end])

    @property
    def _end(self) -> tuple[Setting, ...]:
        return (("expect", self.expect), *((("verdict", self.verdict),) if self.verdict else ()))

    def as_case(self, base: Mapping[str, str] | None) -> str:
        """Write it as a line of `cases`: what it changes of the base, or all of its facts."""
        head = (("kills", flow_text(self.kills)), *self.settings)
        return "- " + _flow([*head, *_facts(self, base), *self._end])


def row_of(example: Example, rule: Rule, rule_set: RuleSet) -> Row:
    """Make the row of a loaded case."""
    fields = rule_set.vocabulary.subjects[example.subject].fields
    return Row(
        rule=rule.id,
        kills=example.kills,
        settings=tuple(_settings(example, rule, rule_set)),
        facts=fact_texts(example.given, fields),
        expect=example.expect,
        verdict=example.verdict,
    )


def fact_texts(facts: Mapping[str, Fact], fields: Mapping[str, Field]) -> dict[str, str]:
    """Write facts in the order of the vocabulary, so that the same facts are the same text."""
    return {name: fact_text(field, facts[name]) for name, field in fields.items() if name in facts}


def _settings(example: Example, rule: Rule, rule_set: RuleSet) -> Iterator[Setting]:
    if example.subject != rule.subjects[0]:
        yield "subject", example.subject
    if example.as_of != USUAL_DAY:
        yield "as_of", date.fromordinal(example.as_of).isoformat()
    if example.area != rule.citation.document.area:
        yield "jurisdiction", rule_set.areas.name(example.area)
    if not example.follows_due:
        yield "phase", example.phase.value
    if example.is_declared:
        yield "declared", "true"


def regressions_text(rows: Iterable[Row]) -> str:
    """Write the cases of one document, in the order given; empty where there are none."""
    by_rule: dict[str, list[Row]] = {}
    for row in rows:
        by_rule.setdefault(row.rule, []).append(row)
    blocks = ["\n".join(_block(rule, own)) for rule, own in by_rule.items()]
    return "\n".join((*_HEADER, "rules:", "\n\n".join(blocks), "")) if blocks else ""


def _block(rule: str, rows: list[Row]) -> Iterator[str]:
    base, whole = _factored(rows)
    yield f"  - rule: {rule}"
    if base:
        yield f"    base: {_braced(base)}"
    yield "    cases:"
    yield from (f"      {row.as_case(None if n in whole else base)}" for n, row in enumerate(rows))


def _factored(rows: list[Row]) -> tuple[dict[str, str], frozenset[int]]:
    """Find the base that makes the text short, and which rows are shorter without it."""
    # A base is of the rule's first subject; a case of another one has facts of its own.
    whole = frozenset(n for n, row in enumerate(rows) if dict(row.settings).get("subject"))
    while len(whole) < len(rows):
        base = _base([row for n, row in enumerate(rows) if n not in whole])
        more = {n for n, row in enumerate(rows) if not base or _length(row, None) <= _length(row, base)}
        if more <= whole:
            return base, whole
        # Rows only ever leave the base, so this ends.
        whole |= more
    return {}, whole


def _base(rows: list[Row]) -> dict[str, str]:
    """Take each fact that is said more often than it has to be taken back."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(name for row in rows for name in row.facts):
        counted = Counter(row.facts[name] for row in rows if name in row.facts)
        value, times = counted.most_common(1)[0]
        lacking = len(rows) - counted.total()
        # Characters saved by saying it once, against those of every `without` that takes it back.
        if (times - 1) * (len(name) + len(value) + 4) > lacking * (len(name) + 2):
            found[name] = value
    return found


def _length(row: Row, base: Mapping[str, str] | None) -> int:
    return sum(len(key) + len(text) for key, text in _facts(row, base))


def _facts(row: Row, base: Mapping[str, str] | None) -> Iterator[Setting]:
    if base is None:
        yield "given", _braced(row.facts)
        return
    but = {name: text for name, text in row.facts.items() if base.get(name) != text}
    without = [name for name in base if name not in row.facts]
    if but:
        yield "but", _braced(but)
    if without:
        yield "without", f"[{', '.join(without)}]"


def _braced(facts: Mapping[str, str]) -> str:
    return _flow(facts.items())


def _flow(pairs: Iterable[Setting]) -> str:
    return "{" + ", ".join(f"{key}: {text}" for key, text in pairs) + "}"


def renamed(row: Row, kills: str) -> Row:
    """Give a row for another error."""
    return dataclasses.replace(row, kills=kills)
