"""Run the contest: agreement first, then interleaved short bursts, then the 10th percentile of each."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from contender import Answers, Contender, Side
from engines import by_hand, expressions, node, ours, structures
from workload import Workload, make_workload, matching, undecided

_CASES = 200
_ROUND_SECONDS = 0.01
_WARM_UP_SECONDS = 0.3
_FEWEST, _MOST = 1, 20_000
# Of more rules, only the floors, our engine and the fastest peers: the others would take hours.
_MANY = 1_000


@dataclass(frozen=True, slots=True)
class Measured:
    """The 10th percentile, the least and the median time of one case over the bursts, in microseconds.

    Whatever else a machine does only makes a burst longer, so the low ones are nearest the truth.
    """

    contender: Contender
    tenth: float
    least: float
    median: float


@dataclass(frozen=True, slots=True)
class Result:
    rules: int
    cases: int
    rounds: int
    matches_a_case: float
    undecided_a_case: float
    measured: tuple[Measured, ...]


class DisagreementError(Exception):
    """An engine's answers differ from the plain three-valued evaluation; nothing is timed."""


def run_contest(rules: int, rounds: int, *, is_quick: bool = False) -> Result:
    """Let every engine decide the same cases, or of many only the quick ones. Raises `DisagreementError` before any timing."""
    workload = make_workload(rules, _CASES)
    expected = [matching(workload, case) for case in workload.cases]
    expected_open = [undecided(workload, case) for case in workload.cases]
    with _contenders(workload, is_quick=is_quick or rules > _MANY) as contenders:
        for contender in contenders:
            _check(contender, "matches", contender.matches(), expected)
            if contender.undecided is not None:
                _check(contender, "undecided", contender.undecided(), expected_open)
        measured = tuple(_measure(contenders, rounds))
    return Result(
        rules=rules,
        cases=_CASES,
        rounds=rounds,
        matches_a_case=sum(map(len, expected)) / _CASES,
        undecided_a_case=sum(map(len, expected_open)) / _CASES,
        measured=measured,
    )


@contextmanager
def _contenders(workload: Workload, *, is_quick: bool) -> Iterator[list[Contender]]:
    with node.contenders(workload, is_quick=is_quick) as from_node:
        here = [*by_hand.contenders(workload), *ours.contenders(workload)]
        here += [] if is_quick else expressions.contenders(workload)
        here += structures.contenders(workload, is_quick=is_quick)
        yield [one for one in (*here, *from_node) if not is_quick or _is_quick(one)]


def _is_quick(contender: Contender) -> bool:
    return contender.side is not Side.OURS or not contender.answer.startswith("decision")


def _check(contender: Contender, what: str, found: Answers, expected: Answers) -> None:
    # Some decide the first cases only.
    wrong = [i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a != b]
    if wrong:
        first = wrong[0]
        differing = sorted(found[first] ^ expected[first])
        message = (
            f"{contender.name}: {what} differ in {len(wrong)} cases; in case {first} on rules {differing}"
        )
        raise DisagreementError(message)


def _measure(contenders: Sequence[Contender], rounds: int) -> Iterator[Measured]:
    counts = [_warm_up(contender) for contender in contenders]
    times: list[list[float]] = [[] for _ in contenders]
    for done in range(rounds):
        _show(f"burst {done + 1} of {rounds}")
        # Every other round goes backwards, so that nobody always runs after the same neighbour.
        order = list(range(len(contenders)))
        for i in order if done % 2 == 0 else reversed(order):
            times[i].append(contenders[i].seconds(counts[i]) / counts[i] * 1e6)
    _show("")
    for contender, found in zip(contenders, times, strict=True):
        yield Measured(contender, sorted(found)[len(found) // 10], min(found), median(found))


def _warm_up(contender: Contender) -> int:
    """Run until just-in-time compilers are done; tell how many cases fill a round."""
    stop = perf_counter() + _WARM_UP_SECONDS
    count, taken = _FEWEST, contender.seconds(_FEWEST)
    while perf_counter() < stop:
        count = min(_MOST, max(_FEWEST, round(_ROUND_SECONDS * count / max(taken, 1e-9))))
        taken = contender.seconds(count)
    return count


def _show(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:30}", end="", file=sys.stderr, flush=True)
