"""Write the results as Markdown: the machine, the tables, the ratios beside their targets."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from contender import Contender, Side
from contest import SLOW_ROUNDS, Measured, Result
from lifecycle import Timing

_BARE, _BY_RULE, _TABLES = "policy-engine, run", "policy-engine, evaluate_compiled", "policy-engine, tables"
_EXPLAINED = "policy-engine, check and explain grounds"
_HAND, _HAND_ALL = "hand-written Python", "hand-written Python, all outcomes"


def write_report(results: Sequence[Result], timings: Sequence[Timing]) -> str:
    """Write the whole report."""
    parts = [f"Machine: {_machine()}\n"]
    parts += map(write_contest, results)
    if timings:
        parts.append("\n".join(_lifecycle(timings)))
    return "\n".join(parts)


def write_contest(result: Result) -> str:
    """Write the tables of one contest."""
    return "\n".join((*_contest(result), *_ratios(result)))


def _machine() -> str:
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        found = re.search(r"model name\s*:\s*(.+)", info.read_text())
        model = found[1] if found else model
    system = f"{platform.system()} {platform.release()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    load = os.getloadavg() if hasattr(os, "getloadavg") else (0.0, 0.0, 0.0)
    busy = f"load over the last minute {load[0]:.1f}, over 15 minutes {load[2]:.1f}"
    return f"{model}, {os.cpu_count()} cores, {system}, {python}; {busy}"


def _contest(result: Result) -> Iterator[str]:
    yield f"## {result.rules} rules, one case\n"
    yield (
        f"{result.cases} cases, {result.matches_a_case:.1f} rules match and {result.undecided_a_case:.1f} are "
        f"undecided in a case; {result.rounds} bursts, {SLOW_ROUNDS} of who takes over a tenth of a second. All engines agree on every case.\n"
    )
    yield "| engine | runs in | answer | µs a case, 10th percentile | least | median |"
    yield "|---|---|---|---:|---:|---:|"
    for m in sorted(result.measured, key=lambda m: m.tenth):
        c = m.contender
        name = f"**{c.name}**" if c.side is Side.OURS else c.name
        row = (name, c.language, c.answer, _number(m.tenth), _number(m.least), _number(m.median))
        yield f"| {' | '.join(row)} |"
    yield ""


def _ratios(result: Result) -> Iterator[str]:
    by_name = {m.contender.name: m for m in result.measured}
    peers = [m for m in result.measured if m.contender.side in (Side.RULES_ENGINE, Side.OTHER_PEER)]
    engines = [m for m in peers if _is_python_rules_engine(m.contender)]
    yield "| ratio | of 10th percentiles | of least times | target |"
    yield "|---|---:|---:|---:|"
    for name in (_TABLES, _BARE, _BY_RULE):
        ours = by_name[name]
        yield _ratio(f"{name} / {_HAND}", ours, by_name[_HAND], "≤ 1.5")
        yield _ratio(f"{name} / {_HAND_ALL}", ours, by_name[_HAND_ALL], "")
        for what, rivals, target in (("peer", peers, "≥ 4"), ("rules engine from Python", engines, "≥ 6")):
            if rivals:
                best = _fastest(rivals)
                yield _ratio(f"fastest {what} ({best.contender.name}) / {name}", best, ours, target)
    if peers and _EXPLAINED in by_name:
        best = _fastest(peers)
        label = f"fastest peer ({best.contender.name}), bare / {_EXPLAINED}"
        yield _ratio(label, best, by_name[_EXPLAINED], "> 1")
    yield ""


def _is_python_rules_engine(contender: Contender) -> bool:
    return contender.side is Side.RULES_ENGINE and contender.is_callable_from_python


def _fastest(measured: Iterable[Measured]) -> Measured:
    return min(measured, key=lambda m: m.tenth)


def _ratio(what: str, above: Measured, below: Measured, target: str) -> str:
    ratios = (above.tenth / below.tenth, above.least / below.least)
    shown = (f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.4f}" for ratio in ratios)
    return f"| {what} | {' | '.join(shown)} | {target} |"


def _lifecycle(timings: Sequence[Timing]) -> Iterator[str]:
    yield "## Loading, compiling, starting\n"
    yield "| | seconds, median | least | target |"
    yield "|---|---:|---:|---:|"
    for t in timings:
        target = "" if t.target is None else f"≤ {t.target}"
        yield f"| {t.what} | {t.median:.3f} | {t.least:.3f} | {target} |"
    yield ""


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"
