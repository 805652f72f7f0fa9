"""Compiled regular expressions kept for the next run, which would take a fifth of its time to compile them anew.

What a Python compiles an expression to is a list of numbers of that Python's own: it is kept under all that this Python
says of itself, and goes through the check that every such list goes through before anything is matched by it. Where
anything is other than expected, nothing is known, and the expression is compiled as ever.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from policy_engine.foundation.cache_folder import cache_folder
from policy_engine.foundation.digests import blake2b
from policy_engine.foundation.patterns import known_from
from policy_engine.usecases.kept import store
from policy_engine.usecases.kept.store import Key, Tables

# Expressions are those of the program and those of the terms that texts woke; from so many bytes on, the last run's stay.
_MOST: Final = 512 * 1024
# A number of the list, as the machine writes it.
_NUMBER: Final = "I"
_NOT_AS_EXPECTED: Final = (
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


class KeptPatterns:
    """What was kept in a folder, and what was compiled since."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = _key_of_this_python()
        kept = store.read_kept(self._key, folder) if self._key is not None else None
        self._kept: Tables = kept or {}
        self._used: dict[str, bytes | memoryview] = {}
        self._new: list[tuple[str, int]] = []

    def find(self, expression: str, flags: int) -> re.Pattern[str] | None:
        """Give an expression as it was compiled; `None` where it never was."""
        name = _name(expression, flags)
        data = self._kept.get(name)
        if data is None:
            return None
        self._used[name] = data
        try:
            return _read(data, expression, flags)
        except _NOT_AS_EXPECTED:
            return None

    def note(self, expression: str, flags: int) -> None:
        """Hear of an expression that had to be compiled."""
        self._new.append((expression, flags))

    def keep(self) -> None:
        """Write down what was compiled, if anything was."""
        if not self._new or self._key is None:
            return
        try:
            new = {_name(*one): _written(*one) for one in self._new}
        except _NOT_AS_EXPECTED:
            return
        every = {**self._kept, **new}
        is_much = sum(map(len, every.values())) > _MOST
        store.keep(self._key, {**self._used, **new} if is_much else every, self._folder)


@contextmanager
def patterns_kept() -> Iterator[None]:
    """Take expressions as they were compiled in this user's cache folder, and keep there what is compiled meanwhile."""
    folder = cache_folder()
    if folder is None:
        yield
        return
    kept = KeptPatterns(folder)
    with known_from(kept):
        yield
    kept.keep()


def _key_of_this_python() -> Key | None:
    """Digest all by which two Pythons may differ in what they compile to; `None` where it isn't known what that is."""
    try:
        import _sre  # type: ignore[import-not-found] # noqa: PLC0415 - what `re` is made of

        of = (sys.version, _sre.MAGIC, _sre.CODESIZE, _sre.MAXREPEAT, _sre.MAXGROUPS, sys.byteorder)
    except (ImportError, AttributeError):
        return None
    if sys.implementation.name != "cpython" or memoryview(b"").cast(_NUMBER).itemsize != _sre.CODESIZE:
        return None
    digest = blake2b(repr(of).encode(), digest_size=32).hexdigest()
    return Key(digest, "patterns", kind="patterns")


def _name(expression: str, flags: int) -> str:
    return blake2b(f"{flags:d}\0{expression}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _written(expression: str, flags: int) -> bytes:
    """Write what an expression is compiled to, having seen that it comes back the same."""
    from array import array  # noqa: PLC0415 - whoever finds all needs none of it
    from re import _compiler, _parser  # type: ignore[attr-defined] # noqa: PLC0415 - there alone the numbers are

    made = re.compile(expression, flags)
    code = _compiler._code(_parser.parse(expression, flags), flags)  # noqa: SLF001 - as above
    head = [expression, int(flags), made.flags, made.groups, list(made.groupindex.items())]
    data = json.dumps(head).encode() + b"\n" + array(_NUMBER, code).tobytes()
    if _read(data, expression, flags) != made:
        message = "it doesn't come back the same"
        raise ValueError(message)
    return data


def _read(data: bytes | memoryview, expression: str, flags: int) -> re.Pattern[str]:
    import _sre  # noqa: PLC0415 - as above

    head, _, numbers = bytes(data).partition(b"\n")
    of, asked, all_flags, groups, names = json.loads(head)
    if (of, asked) != (expression, int(flags)):
        message = "it is another expression's"
        raise ValueError(message)
    index: list[Any] = [None] * (groups + 1)
    for name, at in names:
        index[at] = name
    code = memoryview(numbers).cast(_NUMBER).tolist()
    found: re.Pattern[str] = _sre.compile(expression, all_flags, code, groups, dict(names), tuple(index))
    return found
