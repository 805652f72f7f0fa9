"""What every format of findings is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from policy_engine.analysis.acceptance import Sifted
from policy_engine.foundation.diagnostics import Diagnostic, LinesOf, capped, lines_of
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import one_line
from policy_engine.model.calendar import chinese_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Findings of one command. `sources`: texts by shown path. `places`: where shown paths really lie.

    `shown`: the open findings that are told; of a kind of which there are very many, the last told counts the rest.
    """

    command: str
    findings: Sifted
    sources: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    lines_of: LinesOf = field(init=False, repr=False, compare=False)
    shown: tuple[Diagnostic, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines_of", lines_of(self.sources))
        object.__setattr__(self, "shown", capped(self.findings.open))

    def path(self, span: Span) -> str:
        """Give the path of a place as a tool outside the program can open it."""
        return self.places.get(span.path, span.path)

    @property
    def accepted_lines(self) -> tuple[str, ...]:
        """Tell in one line each what the authors accept."""
        return tuple(
            one_line(
                f"已接受[{found.code}] {'、'.join(found.rules)}：{by.because}（至{chinese_day(by.until)}）"
            )
            for found, by in self.findings.accepted
        )
