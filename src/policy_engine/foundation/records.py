"""Dataclasses whose methods and fields are written when they are first asked for.

The standard decorator writes and compiles the source of each method of each class when a module is imported. For the
hundred and more frozen classes that a check imports, that took longer than the check. Here only `__init__` is written
at all, and only for a class of which many things are made; the other methods are the same few functions for all.
What `dataclasses.fields` says is made by the standard decorator, when somebody asks: nothing else needs the module
`dataclasses`, which has half of what reads Python's own source code imported with it.
What comes out is a dataclass like any other: `fields`, `replace`, `match` and pickles know no difference. It has no
class variables and no `InitVar`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final

__all__ = ["Field", "dataclass", "field", "fields_of", "replace"]

_MISSING: Any = type("_Missing", (), {})()
# What is said of a field, beside its name and type.
_SAID: Final = ("compare", "default", "default_factory", "hash", "init", "kw_only", "repr")


class Field:
    """What the body of a class says of one field."""

    # Of the class until something else is said: most fields say nothing.
    default: Any = _MISSING
    default_factory: Any = _MISSING
    init: bool = True
    repr: bool = True
    hash: bool | None = None
    compare: bool = True
    kw_only: bool | None = None
    name: str = ""
    type: str = ""

    def __init__(self, **said: Any) -> None:  # noqa: ANN401 - as the standard one
        # Not by `vars`: most say nothing, and asking for it makes a dictionary.
        for name, part in said.items():
            setattr(self, name, part)

    @property
    def is_needed(self) -> bool:
        """Tell whether whoever makes an instance has to give it."""
        return self.init and self.default is _MISSING and self.default_factory is _MISSING


if TYPE_CHECKING:
    # Type checkers know these by their names.
    from dataclasses import dataclass, field, replace
else:
    field = Field

    def replace(value: Any, /, **changes: Any) -> Any:  # noqa: ANN401 - as the standard one
        """Make a value like another, but for the changes."""
        kind = type(value)
        if not hasattr(kind, "__told__"):
            import dataclasses  # noqa: PLC0415

            return dataclasses.replace(value, **changes)
        for name, one in _every(kind).items():
            if not one.init and name in changes:
                message = f"field {name} is declared with init=False, it cannot be specified with replace()"
                raise ValueError(message)
            if one.init and name not in changes:
                changes[name] = getattr(value, name)
        return kind(**changes)

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
            if not cls.__doc__:
                cls.__doc__ = cls.__name__
            told = _told(cls, kw_only=kw_only)
            every = _inherited(cls) | told
            late = _Late()
            methods = _methods(late, frozenset(every), frozen=frozen, slots=slots, eq=eq)
            # Named like the written one: what a class says of itself does not hang on whether it was called.
            methods["__init__"].__qualname__ = f"{cls.__qualname__}.__init__"
            methods["__told__"], methods["__dataclass_fields__"] = told, _LateFields(late, told)
            methods["__match_args__"] = tuple(n for n, one in every.items() if one.init and not one.kw_only)
            if slots:
                late.made = _slotted(cls, told, methods, weakref_slot=weakref_slot)
            else:
                late.made = _bare(cls, told, methods)
            return late.made

        return make if cls is None else make(cls)


_Told = Mapping[str, Field]


def _told(cls: type, *, kw_only: bool) -> _Told:
    """Read what the body of a class says of each field of its own."""
    found: dict[str, Field] = {}
    body = vars(cls)
    for name, annotation in cls.__annotations__.items():
        given = body.get(name, _MISSING)
        if "ClassVar" in str(annotation) or "InitVar" in str(annotation):
            message = f"{cls.__name__}.{name} is no field, and a record has nothing else"
            raise TypeError(message)
        one = Field() if given is _MISSING else _as_ours(given)
        if not isinstance(one, Field):
            one = Field(default=given)
        if one.kw_only is None:
            one.kw_only = kw_only
        one.name, one.type = name, annotation
        found[name] = one
    return found


def _as_ours(given: Any) -> Any:  # noqa: ANN401 - whatever stands in the body of a class
    """Take a field as the standard module tells it."""
    standard = sys.modules.get("dataclasses")
    if standard is None or not isinstance(given, standard.Field):
        return given
    said = {name: getattr(given, name) for name in _SAID}
    return Field(**{name: part for name, part in said.items() if part is not standard.MISSING})


def _every(made: type) -> _Told:
    """Gather the fields of a class and of those that it is made from, in their order."""
    found: dict[str, Field] = {}
    for base in reversed(made.__mro__):
        found |= vars(base).get("__told__", {})
    return found


def _inherited(cls: type) -> dict[str, Field]:
    """Gather the fields of those that a class is made from; most are made from none."""
    return {} if cls.__bases__ == (object,) else dict(_every(cls))


class _Late:
    """Holds a class for its methods, which are there before it is: a class that has them from the start is made far quicker."""

    __slots__ = ("made",)
    made: Any


def _bare(cls: type, told: _Told, methods: dict[str, Any]) -> type:
    """Leave of each field what the class has of it without an instance, its default; and give it the methods it lacks."""
    own = frozenset(vars(cls))
    for name, one in told.items():
        if one.default is not _MISSING:
            setattr(cls, name, one.default)
        elif name in vars(cls):
            delattr(cls, name)
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cls


def _slotted(cls: type, told: _Told, methods: dict[str, Any], *, weakref_slot: bool) -> type:
    """Make the class anew with methods that it lacks: slots have to be there from the start."""
    without = {"__dict__", "__weakref__", *told}
    body = methods | {name: one for name, one in vars(cls).items() if name not in without}
    inherited = _inherited(cls)
    body["__slots__"] = (
        *(name for name in told if name not in inherited),
        *(("__weakref__",) if weakref_slot else ()),
    )
    body["__qualname__"] = cls.__qualname__
    return type(cls)(cls.__name__, cls.__bases__, body)


def fields_of(kind: Any) -> tuple[Field, ...]:  # noqa: ANN401 - a dataclass
    """List the fields of a dataclass as its body tells them, which costs nothing for a class made here."""
    if hasattr(kind, "__told__"):
        return tuple(_every(kind).values())
    import dataclasses  # noqa: PLC0415

    found = []
    for one in dataclasses.fields(kind):
        found.append(_as_ours(one))
        found[-1].name, found[-1].type = one.name, one.type
    return tuple(found)


def _as_standard(one: Field) -> Any:  # noqa: ANN401 - a standard field
    """Tell a field as the standard module does."""
    import dataclasses  # noqa: PLC0415

    said = {name: getattr(one, name) for name in _SAID}
    return dataclasses.field(**{name: part for name, part in said.items() if part is not _MISSING})


class _LateFields:
    """Stands for the fields of a class until somebody asks for them: few are ever asked for."""

    def __init__(self, late: _Late, told: _Told) -> None:
        self._late = late
        self._told = told

    def __get__(self, _instance: object, _asked: type) -> object:
        import dataclasses  # noqa: PLC0415 - whoever asks for fields has it already

        made = self._late.made
        bases = tuple(base for base in made.__bases__ if hasattr(base, "__told__"))
        body: dict[str, Any] = {"__annotations__": {name: one.type for name, one in self._told.items()}}
        shape = type(
            made.__name__,
            bases,
            {**body, **{name: _as_standard(one) for name, one in self._told.items()}, "__doc__": " "},
        )
        found: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(shape)
        # Two threads may both make them: they make the same.
        made.__dataclass_params__ = found.__dataclass_params__
        made.__dataclass_fields__ = found.__dataclass_fields__
        return found.__dataclass_fields__


def _methods(late: _Late, names: frozenset[str], *, frozen: bool, slots: bool, eq: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "__init__": _first_init(late, frozen=frozen),
        "__repr__": _repr,
        "__replace__": replace,
    }
    if eq:
        found["__eq__"] = _eq(late)
        found["__hash__"] = _hash(late) if frozen else None
    if frozen:
        found["__setattr__"], found["__delattr__"] = _refusals(late, names)
        if slots:
            found["__getstate__"], found["__setstate__"] = _getstate, _setstate
    return found


# For so few instances of a class, fields are set one by one: 2 µs each, where what is written takes one, and 180 to
# write and compile. A check makes more of four classes.
_FEW: Final = 96


# A field's name, what sets it, what it is where nobody gives it, and what makes that.
_Step = tuple[str, Callable[[object, object], None], Any, Any]


def _first_init(late: _Late, *, frozen: bool) -> Callable[..., None]:
    calls = 0
    fill: Callable[..., bool] | None = None

    def __init__(self: object, *args: object, **named: object) -> None:  # noqa: N807
        nonlocal calls, fill
        made = late.made
        # Whoever came first may have put the written one in its place.
        if vars(made)["__init__"] is __init__:
            calls += 1
            fill = fill or _filling(made, frozen=frozen)
            if calls <= _FEW and fill(self, args, named):
                return
            made.__init__ = _written_init(made, frozen=frozen)
        made.__init__(self, *args, **named)

    return __init__


def _filling(
    made: Any,  # noqa: ANN401
    *,
    frozen: bool,
) -> Callable[[object, tuple[object, ...], dict[str, object]], bool]:
    """Find how an instance is filled without writing anything.

    With arguments that don't fit it is not filled, or in part: what is wrong with them, the written one says.
    """
    places: list[_Step] = []
    by_name: list[_Step] = []
    # What nobody gives.
    others: list[_Step] = []
    for one in _every(made).values():
        steps = others if not one.init else by_name if one.kw_only else places
        steps.append((one.name, _setter(made, one.name, frozen=frozen), one.default, one.default_factory))
    placed = [put for _, put, _, _ in places]
    steps = places + by_name
    has_more = hasattr(made, "__post_init__")

    def fill(self: Any, args: tuple[object, ...], named: dict[str, object]) -> bool:  # noqa: ANN401
        if len(args) > len(placed):
            return False
        for put, value in zip(placed, args, strict=False):
            put(self, value)
        unused = len(named)
        for name, put, default, make in steps[len(args) :]:
            if name in named:
                unused -= 1
                put(self, named[name])
            elif default is not _MISSING:
                put(self, default)
            elif make is not _MISSING:
                put(self, make())
            else:
                return False
        if unused:
            # Of another name, or given twice.
            return False
        for _, put, default, make in others:
            if make is not _MISSING:
                put(self, make())
            elif default is not _MISSING:
                put(self, default)
        if has_more:
            self.__post_init__()
        return True

    return fill


def _setter(made: Any, name: str, *, frozen: bool) -> Callable[[object, object], None]:  # noqa: ANN401
    """Find what sets a field: its slot where it has one, which is quickest."""
    for base in made.__mro__:
        slot = vars(base).get(name)
        if hasattr(slot, "__set__"):
            return slot.__set__  # type: ignore[no-any-return]
    if frozen:
        return lambda self, value: object.__setattr__(self, name, value)
    return lambda self, value: setattr(self, name, value)


def _written_init(made: Any, *, frozen: bool) -> Callable[..., None]:  # noqa: ANN401
    """Write what sets the fields of a class: through its slots where it has them, which is quickest."""
    names: dict[str, object] = {"missing": _MISSING, "put": object.__setattr__}
    places: list[str] = []
    by_name: list[str] = []
    lines: list[str] = []
    slots = {name: slot for base in reversed(made.__mro__) for name, slot in vars(base).items()}
    for at, field in enumerate(_every(made).values()):
        given = field.name
        if field.default_factory is not _MISSING:
            names[f"make{at}"] = field.default_factory
            given = (
                f"make{at}() if {field.name} is missing else {field.name}" if field.init else f"make{at}()"
            )
            default = "=missing"
        elif field.default is not _MISSING:
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
    shown = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields_of(type(self)) if f.repr)
    return f"{type(self).__qualname__}({shown})"


def _values_of(made: Any, *, hashed: bool) -> Callable[[object], object]:  # noqa: ANN401
    """Find how the values are taken that are compared, or hashed."""
    names = tuple(
        one.name
        for one in _every(made).values()
        if (one.compare if one.hash is None or not hashed else one.hash)
    )
    return attrgetter(*names) if names else lambda _self: ()


def _eq(late: _Late) -> Callable[[object, object], bool]:
    values: Callable[[object], object] | None = None

    def __eq__(self: object, other: object) -> bool:  # noqa: N807
        nonlocal values
        if other.__class__ is not self.__class__:
            return NotImplemented
        if values is None:
            values = _values_of(late.made, hashed=False)
        return bool(values(self) == values(other))

    return __eq__


def _hash(late: _Late) -> Callable[[object], int]:
    values: Callable[[object], object] | None = None

    def __hash__(self: object) -> int:  # noqa: N807
        nonlocal values
        if values is None:
            values = _values_of(late.made, hashed=True)
        return hash(values(self))

    return __hash__


def _frozen(message: str) -> AttributeError:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - a mistake of the program

    return FrozenInstanceError(message)


def _refusals(late: _Late, names: frozenset[str]) -> tuple[Callable[..., None], Callable[..., None]]:
    def __setattr__(self: object, name: str, value: object) -> None:  # noqa: N807
        if type(self) is late.made or name in names:
            message = f"cannot assign to field {name!r}"
            raise _frozen(message)
        object.__setattr__(self, name, value)

    def __delattr__(self: object, name: str) -> None:  # noqa: N807
        if type(self) is late.made or name in names:
            message = f"cannot delete field {name!r}"
            raise _frozen(message)
        object.__delattr__(self, name)

    return __setattr__, __delattr__


def _getstate(self: Any) -> list[object]:  # noqa: ANN401
    return [getattr(self, field.name) for field in fields_of(type(self))]


def _setstate(self: Any, state: list[object]) -> None:  # noqa: ANN401
    for field, value in zip(fields_of(type(self)), state, strict=True):
        object.__setattr__(self, field.name, value)
