"""Regular expressions that are compiled when they are first used: most of those that a check imports never are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

__all__ = ["Known", "compiled", "importing_late", "known_from", "pattern"]


class Known(Protocol):
    """What has compiled expressions before."""

    def find(self, expression: str, flags: int) -> re.Pattern[str] | None:
        """Give an expression as it was compiled; `None` where it never was."""

    def note(self, expression: str, flags: int) -> None:
        """Hear of an expression that had to be compiled."""


_KNOWN: list[Known] = []
# What `re.compile` is while modules are imported that are to compile late.
_AT_ONCE: list[Callable[..., Any]] = []


@contextmanager
def known_from(known: Known) -> Iterator[None]:
    """Ask for an expression there before it is compiled."""
    _KNOWN.append(known)
    try:
        yield
    finally:
        _KNOWN.remove(known)


def compiled(expression: str, flags: int = 0) -> re.Pattern[str]:
    """Compile an expression, or take it as it was compiled before."""
    for known in _KNOWN:
        found = known.find(expression, flags)
        if found is not None:
            return found
        known.note(expression, flags)
    made: re.Pattern[str] = _compile_at_once(expression, flags)
    return made


def _compile_at_once(expression: Any, flags: int) -> Any:  # noqa: ANN401 - as `re.compile`
    return (_AT_ONCE[-1] if _AT_ONCE else re.compile)(expression, flags)


_USES: Final = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer", "scanner")


class Late:
    """Stands for a pattern until something of it is used; then it has the pattern's own methods."""

    def __init__(self, expression: str, flags: int) -> None:
        self.pattern = expression
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        # `flags` and `groups` are the compiled pattern's as well. Two threads may both compile it, to the same.
        if name.startswith("_"):
            message = f"{type(self).__name__!r} object has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=self)
        found = compiled(self.pattern, self._flags)
        for use in _USES:
            setattr(self, use, getattr(found, use))
        return getattr(found, name)

    def __repr__(self) -> str:
        return repr(_compile_at_once(self.pattern, self._flags))


if TYPE_CHECKING:
    # Type checkers and whoever uses one see the pattern itself.
    from re import compile as pattern
else:

    def pattern(expression: str, flags: int = 0) -> Late:
        """Give a pattern that is compiled, or found to be wrong, when it is first used."""
        return Late(expression, flags)


@contextmanager
def importing_late() -> Iterator[None]:
    """Let modules that are imported meanwhile compile their patterns late, too: PyYAML's take longer than a case is read in.

    Only for a program that has no other thread yet and knows what it imports: whoever wants a `re.Pattern` and no
    stand-in, as `re.sub` does, is not served.
    """

    def compile_late(expression: Any, flags: int = 0) -> Any:  # noqa: ANN401 - as `re.compile`
        if isinstance(expression, str):
            return Late(expression, flags)
        return expression if isinstance(expression, Late) else _compile_at_once(expression, flags)

    _AT_ONCE.append(re.compile)
    re.compile = compile_late  # type: ignore[assignment]
    try:
        yield
    finally:
        re.compile = _AT_ONCE.pop()
