"""What every format for machines is given: all that one run has to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from policy_engine.analysis.acceptance import Sifted
from policy_engine.foundation.diagnostics import Diagnostic, LinesOf, capped, lines_of, total
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import one_line
from policy_engine.model.calendar import chinese_day
from policy_engine.reporting.told import Input, Json, RuleBaseUsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one run tells. `sources`: texts by shown path. `places`: where shown paths really lie.

    `shown`: the open findings that are told; of a kind of which there are very many, the last told counts the rest.
    `summary` says what was looked at, and the number of findings is added; `sentence` says all.
    `lead`: what people are told first.
    `is_complete`: false where a stage failed, so that not everything was looked at. `of_input`: the index of the
    input that a finding belongs to. `today`: the day, where the program filled it in.
    """

    command: str
    findings: Sifted
    sources: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    sentence: str = ""
    exit: int = 0
    is_complete: bool = True
    rule_base: RuleBaseUsed | None = None
    inputs: tuple[Input, ...] = ()
    results: tuple[Json, ...] = ()
    lead: tuple[str, ...] = ()
    of_input: Mapping[tuple[Span | None, str, str], int] = field(default_factory=dict)
    today: int | None = None
    lines_of: LinesOf = field(init=False, repr=False, compare=False)
    shown: tuple[Diagnostic, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines_of", lines_of(self.sources))
        object.__setattr__(self, "shown", tuple(self._capped()))

    def _capped(self) -> Iterator[Diagnostic]:
        # Input by input: a refused row keeps its own reasons, however many rows are wrong in the same way.
        by_input: dict[int | None, list[Diagnostic]] = {}
        for diagnostic in self.findings.open:
            by_input.setdefault(self.input_of(diagnostic), []).append(diagnostic)
        for found in by_input.values():
            yield from capped(found)

    def input_of(self, diagnostic: Diagnostic) -> int | None:
        """Give the index of the input that a finding belongs to."""
        return self.of_input.get((diagnostic.span, diagnostic.code, diagnostic.message))

    def path(self, span: Span) -> str:
        """Give the path of a place as a tool outside the program can open it."""
        return self.places.get(span.path, span.path)

    @property
    def accepted_lines(self) -> tuple[str, ...]:
        """Tell in one line each what the authors accept."""
        return tuple(
            one_line(
                f"已接受[{found.code}] {'、'.join((*found.rules, *found.documents))}：{by.because}（至{chinese_day(by.until)}）"
            )
            for found, by in self.findings.accepted
        )


def count_words(report: Report) -> str:
    """Say in one line what was looked at and how much was found."""
    found = total(report.findings.open)
    if report.sentence:
        return one_line(report.sentence)
    accepted = f"，另接受 {len(report.findings.accepted)} 处" if report.findings.accepted else ""
    day = f"（按中国时间 {chinese_day(report.today)}）" if accepted and report.today is not None else ""
    return one_line(f"{report.summary}{'没有发现问题' if not found else f'发现 {found} 处'}{accepted}{day}")
