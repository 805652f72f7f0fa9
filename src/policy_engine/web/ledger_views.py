"""What the pages of ledgers show, apart from HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from policy_engine.evaluation.condition_words import value_words
from policy_engine.foundation.patterns import pattern
from policy_engine.ledger.counting import LABELS, Counts
from policy_engine.ledger.deciding import Row, RowStatus
from policy_engine.ledger.heads import HEADS, UNUSED, Column
from policy_engine.ledger.running import Opened
from policy_engine.loading.numerals import units_beside
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Verdict
from policy_engine.model.vocabulary import Field, FieldType, Subject
from policy_engine.reporting.words import field_words, short_citation, verdict_label
from policy_engine.web.views import mark_of

REFUSED: Final = "填报有误"
# The width of a drawn bar, in its own units.
_WIDTH: Final = 100.0
_SAMPLES: Final = 3
_LONGEST: Final = 24
_MOST_GROUNDS: Final = 20
_CODE: Final = pattern(r"[（〔]PE\d{3}[）〕]")
_QUOTED: Final = pattern(r"[`“]([^`“”]*)[`”]")
# Of the key of a field: 项目金额_万元.
_UNIT: Final = pattern(r"_\w+$")
_MARKS: Final = {verdict_label(one): mark_of(one) for one in Verdict}


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a ledger: what stands in it, and what it may mean. `options`: value, words, whether it is read so."""

    at: int
    head: str
    samples: tuple[str, ...]
    options: tuple[tuple[str, str, bool], ...]

    @property
    def is_read(self) -> bool:
        """Tell whether it is read at all."""
        return not any(is_so for value, _, is_so in self.options if not value)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many rows came out alike: the mark and words, how many, and how long the bar is drawn."""

    mark: str
    label: str
    count: int
    width: str


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the result. `because`: what is still asked, why it was refused, or what words point to."""

    number: int
    name: str
    mark: str
    label: str
    grounds: tuple[str, ...]
    because: str


def columns_view(opened: Opened) -> tuple[ColumnView, ...]:
    """Lay out the columns, each with what stands first in it."""
    lines = list(islice((line for line in opened.lines() if not line.is_blank), _SAMPLES))
    subject = opened.reading.subject
    known = tuple(_known(subject))
    return tuple(
        ColumnView(
            column.at,
            column.head,
            tuple(_short(line.cell(column.at)) for line in lines if line.cell(column.at)),
            _options(column, known, subject),
        )
        for column in opened.reading.heading.columns
        if column.head
    )


def chosen_of(opened: Opened, said: Sequence[tuple[int, str]]) -> dict[str, str]:
    """Give what was chosen otherwise than it is read anyhow, by head. `said`: columns with what was chosen."""
    subject = opened.reading.subject
    columns = {column.at: column for column in opened.reading.heading.columns if column.head}
    found = {}
    for at, value in said:
        column = columns.get(at)
        if column is not None and value != read_as(column, subject):
            found[column.head] = value or UNUSED
    return found


def read_as(column: Column, subject: Subject) -> str:
    """Name what a column is read as, as it is chosen; "" for not at all."""
    field = subject.fields.get(column.key)
    if column.is_head or field is None or column.is_unclear:
        return column.key
    unit = column.unit or (field.unit if _is_measured(field) else "")
    return f"{column.key}（{unit}）" if unit and _is_measured(field) else column.key


def _known(subject: Subject) -> Iterator[tuple[str, str]]:
    for key, words in HEADS.items():
        yield key, words[0] if key == "name" else words[-1]
    for field in subject.fields.values():
        if _is_measured(field):
            for unit in (field.unit, *units_beside(field.unit)):
                yield f"{field.name}（{unit}）", f"{field_words(field)}，单位{unit}"
        else:
            yield field.name, field_words(field)


def _is_measured(field: Field) -> bool:
    return field.type is FieldType.NUMBER and bool(field.unit) and bool(units_beside(field.unit))


def _options(
    column: Column, known: Sequence[tuple[str, str]], subject: Subject
) -> tuple[tuple[str, str, bool], ...]:
    now = read_as(column, subject)
    offered = [("", "不读"), *known]
    if now not in dict(offered):
        offered.insert(1, (now, f"{now}（没有写单位）" if column.is_unclear else now))
    return tuple((value, words, value == now) for value, words in offered)


def bars(counts: Counts) -> tuple[Bar, ...]:
    """Draw how many rows came out how, the worst first, the refused last."""
    found = [(_MARKS.get(label, "is"), label, counts.verdicts[label]) for label in LABELS]
    found.append(("", REFUSED, counts.statuses[RowStatus.REFUSED]))
    most = max((count for _, _, count in found), default=0)
    return tuple(
        Bar(mark, label, count, f"{_WIDTH * count / most:.1f}") for mark, label, count in found if count
    )


def articles(counts: Counts) -> tuple[tuple[str, str, str, int], ...]:
    """List the articles that carry verdicts, those of most rows first: the mark, the verdict, the article, how many."""
    found = counts.articles.most_common(_MOST_GROUNDS)
    return tuple((_MARKS.get(label, "is"), label, words, n) for (label, words), n in found)


def headline(counts: Counts) -> tuple[str, ...]:
    """Say what a ledger came to, in the parts of one sentence."""
    parts = [f"{n}项{label}" for label, n in counts.by_verdict.items()]
    refused = counts.statuses[RowStatus.REFUSED]
    return (*parts, *([f"{refused}项{REFUSED}"] if refused else ()))


def row_views(
    counts: Counts, rows: Sequence[Row], *, label: str, article: str, words: str
) -> tuple[RowView, ...]:
    """Lay out the rows that fit, in the order of the file. `label`, `article`, `words`: "" for any."""
    views = (
        (row_view(counts, row), counts.cited(row)) for row in rows if row.status is not RowStatus.UNJUDGED
    )
    return tuple(
        one
        for one, cited in views
        if (not label or one.label == label)
        and (not article or article in cited)
        and (not words or words in one.name)
    )


def row_view(counts: Counts, row: Row) -> RowView:
    """Lay out one row."""
    if row.answer is None:
        return RowView(row.number, row.name, "", REFUSED, (), plainly(row.reason))
    answer = row.answer
    parts = (
        answer.told if answer.told != answer.label else "",
        f"问：{'；'.join(answer.asked)}" if answer.asked else "",
        f"疑似：{row.suspected}" if row.suspected else "",
        row.read,
    )
    because = "。".join(filter(None, parts))
    mark = _MARKS.get(answer.label, "is")
    grounds = tuple(dict.fromkeys(short_citation(counts.rules[name].citation) for name in answer.grounds))
    return RowView(row.number, row.name, mark, answer.label, grounds, because)


def plainly(told: str) -> str:
    """Say to people what commands say: no code, no key of a field, quotation marks for backticks."""
    return _QUOTED.sub(lambda found: f"“{_UNIT.sub('', found[1])}”", _CODE.sub("", told))


def facts_view(case: Case, subject: Subject) -> tuple[tuple[str, str], ...]:
    """List what a row says."""
    facts = case.subjects[subject.name]
    return tuple(
        (field_words(subject.fields[name]), value_words(subject.fields[name], fact.value))
        for name, fact in facts.items()
        if name in subject.fields
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"
