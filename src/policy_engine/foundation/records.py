"""Dataclasses whose methods are written when they are first called.

The standard decorator writes and compiles the source of each method of each class when a module is imported. For the
hundred and more frozen classes that a check imports, that took longer than the check. Here only `__init__` is written
at all, and only for a class that something is made of; the other methods are the same few functions for all classes.
What comes out is a dataclass like any other: `fields`, `replace`, `match` and pickles know no difference.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    # Type checkers know this one by its name.
    from dataclasses import dataclass
else:

    def dataclass(
        cls: type | None = None,
        /,
        *,
        frozen: bool = False,
        slots: bool = False,
        kw_only: bool = False,
        eq: bool = True,
        weakref_slot: bool = False,
    ) -> Any:  # noqa: ANN401 - as the standard one: the class, or what makes it
        """Make a dataclass."""

        def make(cls: type) -> type:
            # Without a text of its own, the signature would be written into it.
            cls.__doc__ = cls.__doc__ or cls.__name__
            own = frozenset(vars(cls))
            made = _fields_only(slots=slots, kw_only=kw_only, weakref_slot=weakref_slot)(cls)
            for name, method in _methods(made, frozen=frozen, slots=slots, eq=eq).items():
                if name not in own:
                    setattr(made, name, method)
            return made

        return make if cls is None else make(cls)


def _fields_only(**how: bool) -> Callable[[type], type]:
    return dataclasses.dataclass(init=False, repr=False, eq=False, **how)


def _methods(made: Any, *, frozen: bool, slots: bool, eq: bool) -> dict[str, Any]:  # noqa: ANN401
    known = dataclasses.fields(made)
    found: dict[str, Any] = {"__init__": _first_init(made, frozen=frozen), "__repr__": _repr}
    if eq:
        found["__eq__"] = _eq(tuple(field.name for field in known if field.compare))
        found["__hash__"] = None
    if eq and frozen:
        found["__hash__"] = _hash(
            tuple(field.name for field in known if (field.compare if field.hash is None else field.hash))
        )
    if frozen:
        found["__setattr__"], found["__delattr__"] = _refusals(made, frozenset(field.name for field in known))
        if slots:
            found["__getstate__"], found["__setstate__"] = _getstate, _setstate
    return found


def _first_init(made: Any, *, frozen: bool) -> Callable[..., None]:  # noqa: ANN401
    def __init__(self: object, *args: object, **named: object) -> None:  # noqa: N807
        # Whoever came first has put the written one in its place.
        if vars(made)["__init__"] is __init__:
            made.__init__ = _written_init(made, frozen=frozen)
        made.__init__(self, *args, **named)

    # Named like the written one: what a class says of itself does not hang on whether it was called.
    __init__.__qualname__ = f"{made.__qualname__}.__init__"
    return __init__


def _written_init(made: Any, *, frozen: bool) -> Callable[..., None]:  # noqa: ANN401
    """Write what sets the fields of a class: through its slots where it has them, which is quickest."""
    names: dict[str, object] = {"missing": dataclasses.MISSING, "put": object.__setattr__}
    places: list[str] = []
    by_name: list[str] = []
    lines: list[str] = []
    slots = {name: slot for base in reversed(made.__mro__) for name, slot in vars(base).items()}
    for at, field in enumerate(dataclasses.fields(made)):
        given = field.name
        if field.default_factory is not dataclasses.MISSING:
            names[f"make{at}"] = field.default_factory
            given = (
                f"make{at}() if {field.name} is missing else {field.name}" if field.init else f"make{at}()"
            )
            default = "=missing"
        elif field.default is not dataclasses.MISSING:
            names[f"default{at}"] = field.default
            default = f"=default{at}"
            given = given if field.init else f"default{at}"
        elif not field.init:
            continue
        else:
            default = ""
        if field.init:
            (by_name if field.kw_only else places).append(f"{field.name}{default}")
        if hasattr(slots.get(field.name), "__set__"):
            names[f"put{at}"] = slots[field.name].__set__
            lines.append(f" put{at}(self, {given})")
        else:
            lines.append(
                f" put(self, {field.name!r}, {given})" if frozen else f" self.{field.name} = {given}"
            )
    if hasattr(made, "__post_init__"):
        lines.append(" self.__post_init__()")
    head = ", ".join(["self", *places, *(["*", *by_name] if by_name else [])])
    # The names of fields, which are identifiers, and nothing else.
    exec(f"def __init__({head}):\n" + ("\n".join(lines) or " pass"), names)  # noqa: S102
    init: Any = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init  # type: ignore[no-any-return]


@recursive_repr()
def _repr(self: Any) -> str:  # noqa: ANN401
    shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in dataclasses.fields(self) if f.repr)
    return f"{type(self).__qualname__}({shown})"


def _values_of(names: tuple[str, ...]) -> Callable[[object], object]:
    return attrgetter(*names) if names else lambda _self: ()


def _eq(names: tuple[str, ...]) -> Callable[[object, object], bool]:
    values = _values_of(names)

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        if other.__class__ is self.__class__:
            return bool(values(self) == values(other))
        return NotImplemented

    return __eq__


def _hash(names: tuple[str, ...]) -> Callable[[object], int]:
    values = _values_of(names)
    return lambda self: hash(values(self))


def _refusals(made: object, names: frozenset[str]) -> tuple[Callable[..., None], Callable[..., None]]:
    def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807
        if type(self) is made or name in names:
            message = f"cannot assign to field {name!r}"
            raise dataclasses.FrozenInstanceError(message)
        object.__setattr__(self, name, value)

    def __delattr__(self: object, name: str) -> None:  # noqa: N807
        if type(self) is made or name in names:
            message = f"cannot delete field {name!r}"
            raise dataclasses.FrozenInstanceError(message)
        object.__delattr__(self, name)

    return __setattr__, __delattr__


def _getstate(self: Any) -> list[object]:  # noqa: ANN401
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _setstate(self: Any, state: list[object]) -> None:  # noqa: ANN401
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
