"""Run the contest: agreement first, then interleaved short bursts, then the 10th percentile of each."""

from __future__ import annotations

import gc
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
# However slow the peers are, so many bursts are made: of fewer, the 10th percentile is the least.
_FEWEST_ROUNDS = 10
# Whoever takes so long for one case takes part in the first bursts only: the others would wait for minutes.
_SLOW_SECONDS, SLOW_ROUNDS = 0.1, 3
_TOLD_EVERY = 5
_FEWEST_TRIES = 2
# Of more rules, only the floors, our engine and the fastest peers: the others would take hours.
_MANY = 1_000
# Looking for the questions worth asking takes about a second a case of random rules, and ten times that of ten times as many.
_MOST_DECIDED = 100


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


def run_contest(
    rules: int, rounds: int, *, is_quick: bool = False, is_long: bool = False, seconds: float = float("inf")
) -> Result:
    """Let every engine decide the same cases, or of many only the quick ones. Raises `DisagreementError` before any timing.

    What is done is told as it is done. Of many rules whole decisions are only made where it `is_long`.
    After `seconds` of bursts no more are begun, but for the fewest.
    """
    say(f"{rules} rules: making the engines ready")
    workload = make_workload(rules, _CASES)
    expected = [matching(workload, case) for case in workload.cases]
    expected_open = [undecided(workload, case) for case in workload.cases]
    quick = is_quick or rules > _MANY
    decides = not quick and (is_long or rules <= _MOST_DECIDED)
    with _contenders(workload, is_quick=quick, decides=decides) as contenders:
        for contender in contenders:
            start = perf_counter()
            _check(contender, "matches", contender.matches(), expected)
            if contender.undecided is not None:
                _check(contender, "undecided", contender.undecided(), expected_open)
            say(f"{rules} rules: {contender.name} agrees ({perf_counter() - start:.1f} s)")
        measured, done = _measure(contenders, rounds, seconds, f"{rules} rules")
    return Result(
        rules=rules,
        cases=_CASES,
        rounds=done,
        matches_a_case=sum(map(len, expected)) / _CASES,
        undecided_a_case=sum(map(len, expected_open)) / _CASES,
        measured=measured,
    )


@contextmanager
def _contenders(workload: Workload, *, is_quick: bool, decides: bool) -> Iterator[list[Contender]]:
    with node.contenders(workload, is_quick=is_quick) as from_node:
        here = [*by_hand.contenders(workload), *ours.contenders(workload)]
        here += [] if is_quick else expressions.contenders(workload)
        here += structures.contenders(workload, is_quick=is_quick)
        yield [one for one in (*here, *from_node) if decides or _is_bare(one)]


def _is_bare(contender: Contender) -> bool:
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


def _measure(
    contenders: Sequence[Contender], rounds: int, seconds: float, what: str
) -> tuple[tuple[Measured, ...], int]:
    """Time all of them; also tell how many bursts there were."""
    # What the engines are made of is looked through once, not before each burst.
    gc.collect()
    gc.freeze()
    counts, slow = [], set()
    for at, contender in enumerate(contenders):
        count, taken = _warm_up(contender)
        counts.append(count)
        if taken > _SLOW_SECONDS:
            slow.add(at)
        say(f"{what}: {contender.name} decides {count} cases in a burst of {taken:.2g} s")
    times: list[list[float]] = [[] for _ in contenders]
    stop = perf_counter() + seconds
    for done in range(rounds):
        if done >= _FEWEST_ROUNDS and perf_counter() > stop:
            say(f"{what}: no more bursts after {done}, the time is over")
            break
        if done % _TOLD_EVERY == 0:
            say(f"{what}: burst {done + 1} of {rounds}")
        # Every other round goes backwards, so that nobody always runs after the same neighbour.
        order = list(range(len(contenders)))
        for i in order if done % 2 == 0 else reversed(order):
            if done < SLOW_ROUNDS or i not in slow:
                times[i].append(contenders[i].seconds(counts[i]) / counts[i] * 1e6)
    gc.unfreeze()
    measured = (
        Measured(contender, sorted(found)[len(found) // 10], min(found), median(found))
        for contender, found in zip(contenders, times, strict=True)
    )
    return tuple(measured), max(map(len, times))


def _warm_up(contender: Contender) -> tuple[int, float]:
    """Run until just-in-time compilers are done; tell how many cases fill a burst, and the seconds of one."""
    stop = perf_counter() + _WARM_UP_SECONDS
    count, taken = _FEWEST, contender.seconds(_FEWEST)
    tries = 0
    # On a busy machine the first try alone may take longer than all of them should.
    while perf_counter() < stop or tries < _FEWEST_TRIES:
        tries += 1
        count = min(_MOST, max(_FEWEST, round(_ROUND_SECONDS * count / max(taken, 1e-9))))
        taken = contender.seconds(count)
    return count, taken


def say(text: str) -> None:
    """Tell how far it is, a line each, at once."""
    print(text, file=sys.stderr, flush=True)
