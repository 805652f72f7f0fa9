"""What a ledger came to: rows by what became of them, verdicts, articles, what words point to. All of it adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from policy_engine.evaluation.groups import Found
from policy_engine.ledger.deciding import Row, RowStatus
from policy_engine.ledger.lines import Line
from policy_engine.ledger.tallies import Tallies
from policy_engine.model.decisions import SETTLED, Verdict
from policy_engine.model.rules import Rule
from policy_engine.reporting.aggregates_page import aggregate_section
from policy_engine.reporting.page import Item, Page, Section
from policy_engine.reporting.words import full_citation

LABELS: Final = (*(verdict.value for verdict in Verdict), SETTLED)
_MOST_ARTICLES, _MOST_SHOWN = 20, 10


@dataclass(slots=True)
class Counts:
    """Counts as rows go by. `articles` counts rows, by verdict and citation; `refused`: the first bad rows.

    `tallies`: what is looked for in the list as a whole.
    """

    rules: Mapping[str, Rule]
    statuses: Counter[RowStatus] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    articles: Counter[tuple[str, str]] = field(default_factory=Counter)
    suspected: int = 0
    exits: set[int] = field(default_factory=set)
    refused: list[Row] = field(default_factory=list)
    tallies: Tallies | None = None

    def add(self, row: Row, line: Line | None = None) -> None:
        """Count one row; with its line, also for what is looked for in the list as a whole."""
        if line is not None and self.tallies is not None:
            self.tallies.add(line, row, self.cited(row))
        self.statuses[row.status] += 1
        self.suspected += bool(row.suspected)
        if row.answer is not None:
            self.verdicts[row.answer.label] += 1
            self.exits.add(row.answer.exit)
            for words in self.cited(row):
                self.articles[row.answer.label, words] += 1
        elif row.status is RowStatus.REFUSED and len(self.refused) < _MOST_SHOWN:
            self.refused.append(row)

    def cited(self, row: Row) -> tuple[str, ...]:
        """Name the articles that carry the verdict of a row, each once."""
        grounds = row.answer.grounds if row.answer is not None else ()
        return tuple(dict.fromkeys(full_citation(self.rules[name].citation) for name in grounds))

    @property
    def total(self) -> int:
        """Count all rows below the head."""
        return self.statuses.total()

    @property
    def aggregates(self) -> tuple[Found, ...]:
        """Give what was found in the list as a whole."""
        return self.tallies.found() if self.tallies is not None else ()

    @property
    def by_verdict(self) -> dict[str, int]:
        """Count rows by verdict, the worst first; only those that occur."""
        return {label: self.verdicts[label] for label in LABELS if self.verdicts[label]}

    @property
    def sentence(self) -> str:
        """Say in one line what there is."""
        parts = (
            (RowStatus.DECIDED, "审查"),
            (RowStatus.REFUSED, "填报有误，没有审查"),
            (RowStatus.UNJUDGED, "空行、合计行或者示例行，不审"),
        )
        told = "，".join(f"{self.statuses[s]} 行{words}" for s, words in parts if self.statuses[s])
        return f"{self.total} 行：{told}。" if told else "表里没有行。"


def summary_page(counts: Counts, remarks: tuple[str, ...], closing: tuple[str, ...]) -> Page:
    """Write the summary that comes first."""
    articles = counts.articles.most_common(_MOST_ARTICLES)
    sections = (
        Section("结论", tuple(Item(f"{label}：{n} 行") for label, n in counts.by_verdict.items())),
        Section("依据", tuple(Item(f"{label}　{words}：{n} 行") for (label, words), n in articles)),
        Section(
            "疑似（文字里写到，待人确认，不计入结论）",
            (Item(f"{counts.suspected} 行"),) if counts.suspected else (),
        ),
        Section("填报有误", tuple(_refused(counts))),
        *(aggregate_section(one) for one in counts.aggregates),
        Section("说明", tuple(map(Item, remarks))),
    )
    return Page(counts.sentence, tuple(section for section in sections if section.items), closing)


def _refused(counts: Counts) -> Iterator[Item]:
    for row in counts.refused:
        yield Item(f"第 {row.number} 行{f'（{row.name}）' if row.name else ''}：{row.reason}")
    if (more := counts.statuses[RowStatus.REFUSED] - len(counts.refused)) > 0:
        yield Item(f"另有 {more} 行，逐行的原因写在输出里")
