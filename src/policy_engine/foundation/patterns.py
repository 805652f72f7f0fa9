"""Regular expressions that are compiled when they are first used: most of those that a check imports never are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

__all__ = ["pattern"]

if TYPE_CHECKING:
    # Type checkers and whoever uses one see the pattern itself.
    from re import compile as pattern
else:
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
            compiled = re.compile(self.pattern, self._flags)
            for use in _USES:
                setattr(self, use, getattr(compiled, use))
            return getattr(compiled, name)

        def __repr__(self) -> str:
            return repr(re.compile(self.pattern, self._flags))

    def pattern(expression: str, flags: int = 0) -> Late:
        """Give a pattern that is compiled, or found to be wrong, when it is first used."""
        return Late(expression, flags)
