"""Write a test in another notation: one fold that every engine's syntax shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from workload import AllOf, AnyOf, Leaf, NotThat, Test

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Notation(Generic[T]):
    """How an engine writes a conjunction, a disjunction and a test of one fact."""

    all_of: Callable[[list[T]], T]
    any_of: Callable[[list[T]], T]
    leaf: Callable[[Leaf], T]


def write(test: Test, notation: Notation[T]) -> T:
    """Write a test whose denials were pushed down to the facts."""
    match test:
        case AllOf(parts=parts):
            return notation.all_of([write(part, notation) for part in parts])
        case AnyOf(parts=parts):
            return notation.any_of([write(part, notation) for part in parts])
        case NotThat():
            raise ValueError("push denials down first")
        case _:
            return notation.leaf(test)


def infix(and_: str, or_: str, leaf: Callable[[Leaf], str]) -> Notation[str]:
    """Make the notation of a language with infix operators and round brackets."""
    return Notation(
        lambda parts: f"({f' {and_} '.join(parts)})", lambda parts: f"({f' {or_} '.join(parts)})", leaf
    )
