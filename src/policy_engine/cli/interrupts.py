"""Ctrl-C at any moment: no traceback, no half a message, exit code 130."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what `signal` is made of, without the classes that take it time to make
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_INTERRUPTED = 130


def leave_at_once() -> None:
    """End the process on an interrupt. For the time when modules are read: Python may swallow the exception there."""
    _answer(_leave)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise `KeyboardInterrupt` inside, so that open files and folders are tidied up; before and after, leave."""
    before = sys.unraisablehook

    def hook(unraisable: Any) -> None:
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            # It came where Python can't raise it (a finaliser, a callback) and would be forgotten.
            os._exit(_INTERRUPTED)
        before(unraisable)

    sys.unraisablehook = hook
    _answer(_interrupt)
    try:
        yield
    finally:
        _answer(_leave)
        sys.unraisablehook = before


def is_interrupt(error: BaseException | None) -> bool:
    """Tell whether an error comes from an interrupt: Python wraps those that meet the making of a class."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def _answer(handler: Any) -> None:
    try:
        if _signal.getsignal(_signal.SIGINT) not in (_signal.SIG_IGN, None):
            # Whoever started this with interrupts ignored (nohup, a background job) meant it.
            _signal.signal(_signal.SIGINT, handler)
    except ValueError:
        # Not in the main thread: interrupts are somebody else's.
        return


def _leave(_signal: int, _frame: FrameType | None) -> None:
    os._exit(_INTERRUPTED)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
