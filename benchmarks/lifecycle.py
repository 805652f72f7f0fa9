"""Measure what happens around a decision: loading, compiling, and a cold start from the shell."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from contest import say
from engines.ours import rule_base
from workload import make_workload

from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.rules import RuleSet
from policy_engine.usecases import load_rule_set, read_sources, shipped_rules

ROOT = Path(__file__).resolve().parent.parent
_EXAMPLE = ROOT / "examples" / "purchase-property-service.yaml"
_RULES = 1000
_RUNS, _PROCESS_RUNS = 3, 11


@dataclass(frozen=True, slots=True)
class Timing:
    """One line of the table: what was done, the median and the least, in seconds, and the target if there is one."""

    what: str
    median: float
    least: float
    target: float | None = None


def measure_lifecycle() -> Iterator[Timing]:
    """Go through loading, compiling and cold starts."""
    for part in (_thousand_rules, _shipped_rules, _cold_starts):
        for timing in part():
            say(f"{timing.what}: {timing.median:.3f} s")
            yield timing


def _thousand_rules() -> Iterator[Timing]:
    workload = make_workload(_RULES, cases=3)
    bare, with_examples = rule_base(workload), rule_base(workload, examples=3)
    rule_set = load_rule_set(bare)
    yield _repeated(f"load {_RULES} rules from YAML text", lambda: load_rule_set(bare))
    yield _repeated(f"load {_RULES} rules with three examples each", lambda: load_rule_set(with_examples))
    yield _repeated(f"compile {_RULES} loaded rules", lambda: _compiled(rule_set), target=1.0)


def _compiled(rule_set: RuleSet) -> None:
    # A program is generated when it is first wanted.
    for subject in compile_rules(rule_set).subjects.values():
        _ = subject.program


def _shipped_rules() -> Iterator[Timing]:
    try:
        rule_set = load_rule_set(read_sources(shipped_rules()))
        _compiled(rule_set)
    except DiagnosticsError as error:
        print(f"the shipped rules don't load ({len(error.diagnostics)} problems); left out", file=sys.stderr)
        return
    count = len(rule_set.rules)
    yield _repeated(f"load the {count} shipped rules", lambda: load_rule_set(read_sources(shipped_rules())))
    yield _repeated(f"compile the {count} shipped rules", lambda: _compiled(rule_set))


def _repeated(what: str, do: Callable[[], object], target: float | None = None) -> Timing:
    times = []
    for _ in range(_RUNS):
        gc.collect()
        start = perf_counter()
        do()
        times.append(perf_counter() - start)
    return Timing(what, median(times), min(times), target)


def _cold_starts() -> Iterator[Timing]:
    program = Path(sys.executable).parent / "policy-engine"
    commands: list[tuple[str, list[str], float | None]] = [
        ("start Python, do nothing", [sys.executable, "-c", "pass"], None),
        ("policy-engine --help", [str(program), "--help"], None),
        (
            "policy-engine check, one engine",
            [str(program), "check", "--engine", "compiled", str(_EXAMPLE)],
            None,
        ),
        ("policy-engine check", [str(program), "check", str(_EXAMPLE)], 0.35),
    ]
    for what, command, target in commands:
        first = _finished(command)
        if first.returncode not in (0, 1, 3):
            print(f"{what}: exit {first.returncode}; left out\n{first.stderr[:400]}", file=sys.stderr)
            continue
        yield _processes(what, command, target)


def _processes(what: str, command: list[str], target: float | None) -> Timing:
    times = []
    for _ in range(_PROCESS_RUNS):
        start = perf_counter()
        _finished(command)
        times.append(perf_counter() - start)
    return Timing(what, median(times), min(times), target)


def _finished(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
