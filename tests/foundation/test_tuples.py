"""A named tuple is made as `typing` makes it, and nothing is compiled for it."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import NamedTuple as Standard

from policy_engine.foundation.tuples import NamedTuple


class Ours(NamedTuple):
    """A text."""

    name: str
    count: int = 2
    parts: tuple[Ours, ...] = ()

    @property
    def twice(self) -> int:
        return 2 * self.count

    def named(self, name: str) -> Ours:
        return self._replace(name=name)


class Theirs(Standard):
    """A text."""

    name: str
    count: int = 2
    parts: tuple[Ours, ...] = ()

    @property
    def twice(self) -> int:
        return 2 * self.count


def test_it_is_what_the_standard_one_is() -> None:
    ours, theirs = Ours("a"), Theirs("a")
    assert theirs == ours
    assert repr(theirs).replace("Theirs", "Ours") == repr(ours)
    assert (theirs.name, theirs.count, theirs.twice) == (ours.name, ours.count, ours.twice)
    assert (Theirs._fields, Theirs._field_defaults) == (Ours._fields, Ours._field_defaults)
    assert (Theirs.__doc__, Theirs.__module__, Theirs.__mro__[1:]) == (
        Ours.__doc__,
        Ours.__module__,
        Ours.__mro__[1:],
    )
    assert [*Theirs.__annotations__] == [*Ours.__annotations__]
    assert "Ours" == Ours.__qualname__
    assert "b" == ours.named("b").name
    name, count, _ = ours
    assert ("a", 2) == (name, count)
    assert ours == pickle.loads(pickle.dumps(ours)) == copy.copy(ours)


def test_nothing_is_compiled_to_make_one() -> None:
    # To compile anything, Python first makes some hundred classes.
    program = (
        "import typing; typing.ForwardRef = None\n"
        "from policy_engine.compilation.tables import Looked\n"
        "print(Looked._fields)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "('name', 'rows', 'unknown')" == done.stdout.strip()
