"""Generate the facts, rules and cases of the contest, and decide them plainly in three values."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

SEED = 20200301
MISSING_SHARE = 0.1
BOOLEANS, CHOICES, NUMBERS = 12, 10, 8
HIGHEST = 1000
_WORDS = ("goods", "works", "services", "grant", "lease", "other")


class Kind(Enum):
    BOOLEAN = "boolean"
    CHOICE = "choice"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a case; `words` are the values of a choice."""

    name: str
    kind: Kind
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Is:
    fact: Fact
    value: bool


@dataclass(frozen=True, slots=True)
class In:
    fact: Fact
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    fact: Fact
    bound: int


@dataclass(frozen=True, slots=True)
class AtMost:
    fact: Fact
    bound: int


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class NotThat:
    part: Test


Leaf = Is | In | AtLeast | AtMost
Test = Leaf | AllOf | AnyOf | NotThat
Value = bool | int | str
Case = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Workload:
    """Rules by index; a case lacks the facts that are missing."""

    facts: tuple[Fact, ...]
    rules: tuple[Test, ...]
    cases: tuple[Case, ...]


def make_workload(rules: int, cases: int, seed: int = SEED) -> Workload:
    """Make so many rules and cases; the same numbers and seed give the same workload."""
    draw = random.Random(seed)
    facts = _facts(draw)
    return Workload(
        facts=facts,
        rules=tuple(_rule(draw, facts) for _ in range(rules)),
        cases=tuple(_case(draw, facts) for _ in range(cases)),
    )


def _facts(draw: random.Random) -> tuple[Fact, ...]:
    booleans = [Fact(f"b{i:02}", Kind.BOOLEAN) for i in range(BOOLEANS)]
    choices = [Fact(f"c{i:02}", Kind.CHOICE, _WORDS[: draw.randint(4, len(_WORDS))]) for i in range(CHOICES)]
    numbers = [Fact(f"n{i:02}", Kind.NUMBER) for i in range(NUMBERS)]
    return (*booleans, *choices, *numbers)


def _case(draw: random.Random, facts: tuple[Fact, ...]) -> Case:
    return {fact.name: _value(draw, fact) for fact in facts if draw.random() >= MISSING_SHARE}


def _value(draw: random.Random, fact: Fact) -> Value:
    match fact.kind:
        case Kind.BOOLEAN:
            return draw.random() < 0.5
        case Kind.CHOICE:
            return draw.choice(fact.words)
        case Kind.NUMBER:
            return draw.randint(0, HIGHEST)
        case _:
            assert_never(fact.kind)


def _rule(draw: random.Random, facts: tuple[Fact, ...]) -> Test:
    # Two to four conditions that must all hold, as most norms are written; some are alternatives or denials.
    return AllOf(tuple(_part(draw, facts) for _ in range(draw.randint(2, 4))))


def _part(draw: random.Random, facts: tuple[Fact, ...]) -> Test:
    chance = draw.random()
    if chance < 0.60:
        return _leaf(draw, facts)
    if chance < 0.85:
        return AnyOf(tuple(_leaf(draw, facts) for _ in range(draw.randint(2, 3))))
    return NotThat(AllOf(tuple(_leaf(draw, facts) for _ in range(draw.randint(1, 2)))))


def _leaf(draw: random.Random, facts: tuple[Fact, ...]) -> Leaf:
    fact = draw.choice(facts)
    match fact.kind:
        case Kind.BOOLEAN:
            return Is(fact, draw.random() < 0.5)
        case Kind.CHOICE:
            return In(fact, tuple(draw.sample(fact.words, draw.randint(1, 3))))
        case Kind.NUMBER:
            bound = draw.randint(1, HIGHEST - 1)
            return AtLeast(fact, bound) if draw.random() < 0.5 else AtMost(fact, bound)
        case _:
            assert_never(fact.kind)


def truth(test: Test, case: Case) -> bool | None:
    """Decide one test by Kleene's strong logic; `None` is unknown."""
    match test:
        case AllOf(parts=parts):
            found = [truth(part, case) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts=parts):
            found = [truth(part, case) for part in parts]
            return True if True in found else None if None in found else False
        case NotThat(part=part):
            inner = truth(part, case)
            return None if inner is None else not inner
        case _:
            value = case.get(test.fact.name)
            return None if value is None else _holds(test, value)


def _holds(leaf: Leaf, value: Value) -> bool:
    match leaf:
        case Is(value=wanted):
            return value is wanted
        case In(words=words):
            return value in words
        case AtLeast(bound=bound):
            return int(value) >= bound
        case AtMost(bound=bound):
            return int(value) <= bound
        case _:
            assert_never(leaf)


def surely(test: Test) -> Test:
    """Push denials down to the facts: the result holds exactly where the test is surely true.

    Every leaf of it is a positive test of a known value, which is the form the peers are given.
    """
    return _pushed(test, is_denied=False)


def surely_not(test: Test) -> Test:
    """Push a denial of the whole down to the facts: the result holds exactly where the test is surely false."""
    return _pushed(test, is_denied=True)


def _pushed(test: Test, *, is_denied: bool) -> Test:
    match test:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            pushed = tuple(_pushed(part, is_denied=is_denied) for part in parts)
            is_all = isinstance(test, AllOf) is not is_denied
            return pushed[0] if len(pushed) == 1 else AllOf(pushed) if is_all else AnyOf(pushed)
        case NotThat(part=part):
            return _pushed(part, is_denied=not is_denied)
        case _:
            return _denied(test) if is_denied else test


def _denied(leaf: Leaf) -> Leaf:
    match leaf:
        case Is(fact=fact, value=value):
            return Is(fact, not value)
        case In(fact=fact, words=words):
            return In(fact, tuple(word for word in fact.words if word not in words))
        case AtLeast(fact=fact, bound=bound):
            return AtMost(fact, bound - 1)
        case AtMost(fact=fact, bound=bound):
            return AtLeast(fact, bound + 1)
        case _:
            assert_never(leaf)


def facts_read(test: Test) -> Iterator[str]:
    """Go through the facts a test reads, repeats included."""
    match test:
        case AllOf(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from facts_read(part)
        case NotThat(part=part):
            yield from facts_read(part)
        case _:
            yield test.fact.name


def matching(workload: Workload, case: Case) -> frozenset[int]:
    """List the rules that surely hold in a case."""
    return frozenset(i for i, rule in enumerate(workload.rules) if truth(rule, case) is True)


def undecided(workload: Workload, case: Case) -> frozenset[int]:
    """List the rules that neither surely hold nor surely fail in a case."""
    return frozenset(i for i, rule in enumerate(workload.rules) if truth(rule, case) is None)
