"""What a run was given and worked with, as its output tells it."""

from __future__ import annotations

from enum import Enum

from policy_engine.foundation.records import dataclass

Json = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBaseUsed:
    """The rule base a run worked with: what it is called, where it lies, its digest and its number of rules once known."""

    name: str
    path: str
    digest: str | None = None
    rules: int | None = None


class Status(Enum):
    """What became of an input."""

    READ = "read"
    DECIDED = "decided"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing a run was given, in its place. `index` counts from 1 through the run, `row` through its file."""

    index: int
    file: str
    row: int | None
    place: str
    name: str
    status: Status


def file_input(index: int, path: str) -> Input:
    """Make the input that a file is as a whole."""
    return Input(index=index, file=path, row=None, place=f"{path}:1:1", name=path, status=Status.READ)
