"""Records of which some fields are made only when somebody looks at them: many are made that few look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from policy_engine.foundation.records import fields_of

T = TypeVar("T", bound="Later")


class Later:
    """A record that may lack some of its fields until they are looked at. Otherwise it is one like others.

    Whoever compares, copies or prints it, or makes another like it, looks at all of them.
    """

    __slots__ = ("_make",)

    if not TYPE_CHECKING:
        # Type checkers would take every name for a field.
        def __getattr__(self, name: str) -> object:
            # Asked only where nothing stands yet.
            make = _made_by(self)
            if make is None or all(one.name != name for one in fields_of(type(self))):
                message = f"{type(self).__name__!r} object has no attribute {name!r}"
                raise AttributeError(message, name=name, obj=self)
            value = make(name)
            object.__setattr__(self, name, value)
            return value


def made_later(kind: type[T], make: Callable[[str], object], **told: object) -> T:
    """Make a record of which only some fields are told. `make` gives any other by its name, the same whenever it is asked.

    Two threads may both ask; whoever must get one and the same object hands out what was made first.
    """
    found = object.__new__(kind)
    _make.__set__(found, make)
    for name, value in told.items():
        object.__setattr__(found, name, value)
    return found


def changed(record: T, **changes: object) -> T:
    """Make a record like another, but for the changes; what nobody has looked at is still made later, once for each."""
    make = _made_by(record)
    told = dict(changes)
    for one in fields_of(type(record)):
        if one.name not in told:
            try:
                told[one.name] = object.__getattribute__(record, one.name)
            except AttributeError:
                continue
    found = object.__new__(type(record))
    if make is not None:
        _make.__set__(found, make)
    for name, value in told.items():
        object.__setattr__(found, name, value)
    return found


def is_made(record: Later, name: str) -> bool:
    """Tell whether a field has been made already. Looks at nothing."""
    try:
        object.__getattribute__(record, name)
    except AttributeError:
        return False
    return True


_make: Any = vars(Later)["_make"]


def _made_by(record: Later) -> Callable[[str], object] | None:
    try:
        found: Callable[[str], object] = _make.__get__(record)
    except AttributeError:
        return None
    return found
