"""What the contest knows of an engine: how to get its answers, and how to time it."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from time import perf_counter
from types import ModuleType
from typing import Any

from workload import Case, Kind, Value, Workload

Json = Any
Answers = list[frozenset[int]]
MATCH, OPEN = 0, 1


class Side(Enum):
    OURS = "ours"
    FLOOR = "floor"
    RULES_ENGINE = "rules engine"
    OTHER_PEER = "peer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One engine on one workload.

    `matches` and `undecided` give the rules that surely hold, and those left open, for every case; an engine
    of two values has no `undecided`. `seconds(n)` decides n cases and gives the time that took.
    """

    name: str
    language: str
    side: Side
    answer: str
    matches: Callable[[], Answers]
    seconds: Callable[[int], float]
    undecided: Callable[[], Answers] | None = None
    is_callable_from_python: bool = True


def local(
    name: str,
    decide: Callable[[Any], Any],
    inputs: Sequence[Any],
    read: Callable[[Any], Iterable[int]],
    *,
    language: str = "Python",
    side: Side = Side.OTHER_PEER,
    answer: str = "matches",
    read_open: Callable[[Any], Iterable[int]] | None = None,
) -> Contender:
    """Make a contender of a function that runs in this process on inputs in its own ready form."""

    def answers(reader: Callable[[Any], Iterable[int]]) -> Answers:
        return [frozenset(reader(decide(case))) for case in inputs]

    def seconds(count: int) -> float:
        batch = [inputs[i % len(inputs)] for i in range(count)]
        gc.collect()
        gc.disable()
        try:
            start = perf_counter()
            for case in batch:
                decide(case)
            return perf_counter() - start
        finally:
            gc.enable()

    return Contender(
        name=name,
        language=language,
        side=side,
        answer=answer,
        matches=lambda: answers(read),
        seconds=seconds,
        undecided=None if read_open is None else lambda: answers(read_open),
    )


def library(name: str) -> ModuleType | None:
    """Import a peer, or tell that it isn't there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def indices(flags: Iterable[object]) -> Iterable[int]:
    """List the places of what is true."""
    return (i for i, flag in enumerate(flags) if flag)


def places(codes: Iterable[int], wanted: int) -> Iterable[int]:
    """List the places of one code."""
    return (i for i, code in enumerate(codes) if code == wanted)


def filled(
    workload: Workload, *, boolean: Value | None, choice: Value | None
) -> list[dict[str, Value | None]]:
    """Give every case all its facts: a missing number is −1, which no bound admits, the rest as told.

    Most peers refuse to compare a number with nothing; this is the form they test fastest.
    """
    missing = {Kind.BOOLEAN: boolean, Kind.CHOICE: choice, Kind.NUMBER: -1}
    return [{f.name: case.get(f.name, missing[f.kind]) for f in workload.facts} for case in workload.cases]


def plain(workload: Workload) -> list[Case]:
    """Give the cases as they are, missing facts left out."""
    return [dict(case) for case in workload.cases]
