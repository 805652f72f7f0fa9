"""How long somebody waits for an answer: work that may take long looks here as it goes, and gives up in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import Final

# Until when, and how many seconds that was.
_limit: ContextVar[tuple[float, float] | None] = ContextVar("limit", default=None)
_SOON: Final = 1.0


class OutOfTimeError(Exception):
    """Raised by work that nobody waits for any longer. `seconds`: how long it was given."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Limit what is done within: here, and in threads that take this context over."""
    token = _limit.set((monotonic() + seconds, seconds))
    try:
        yield
    finally:
        _limit.reset(token)


def look() -> None:
    """Go on, or raise `OutOfTimeError`; where nobody set a limit, go on."""
    limit = _limit.get()
    if limit is not None and monotonic() > limit[0]:
        raise OutOfTimeError(limit[1])


def left(otherwise: float) -> float:
    """Give how many seconds one may wait for somebody else: never more than `otherwise`, and a little in any case."""
    limit = _limit.get()
    return otherwise if limit is None else max(min(otherwise, limit[0] - monotonic()), min(otherwise, _SOON))
