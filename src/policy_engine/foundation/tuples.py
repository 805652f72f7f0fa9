"""Named tuples as `typing` has them, without what takes it long: it compiles the text of each annotation."""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    # Type checkers know it by its name.
    from typing import NamedTuple
else:
    _OF_THE_BODY = frozenset(
        ("__annotations__", "__annotate_func__", "__classcell__", "__dict__", "__weakref__")
    )

    class _Making(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            written = super().__new__(cls, name, (), body)
            if not bases:
                return written
            fields = written.__annotations__
            defaults = [body[field] for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=written.__module__)
            for key, value in vars(written).items():
                if key not in fields and key not in _OF_THE_BODY:
                    setattr(made, key, value)
            made.__annotations__ = fields
            made.__qualname__ = written.__qualname__
            return made

    class NamedTuple(metaclass=_Making):
        """What a named tuple is written as; it is no class above it."""
