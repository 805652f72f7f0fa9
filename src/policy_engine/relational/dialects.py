"""The databases that are spoken to: what each of them says otherwise than the others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# PostgreSQL cuts longer names off, at so many bytes of UTF-8.
LONGEST_NAME: Final = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One database. `name`: as sqlglot calls it; `label`: as people do.

    `divides_whole`: `/` between whole numbers gives a whole number. `has_patterns`: it knows regular expressions.
    `materializes`: a step is worked out once where that is asked for; otherwise the database sees to it by itself.
    `has_decimals`: fractions are exact. `sums_widely`: a sum of whole numbers has room for more digits than they have, or fails.
    `splits`: the functions that make rows of the members of a text; empty where it takes a step that reads itself.
    """

    name: str
    label: str
    divides_whole: bool
    has_patterns: bool = True
    materializes: bool
    has_decimals: bool = True
    sums_widely: bool = True
    splits: tuple[str, str] | None = None


DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {
        one.name: one
        for one in (
            Dialect(
                name="duckdb",
                label="DuckDB",
                divides_whole=False,
                materializes=True,
                splits=("UNNEST", "STRING_SPLIT"),
            ),
            Dialect(
                name="postgres",
                label="PostgreSQL",
                divides_whole=True,
                materializes=True,
                splits=("UNNEST", "STRING_TO_ARRAY"),
            ),
            Dialect(
                name="spark",
                label="Apache Spark",
                divides_whole=False,
                materializes=False,
                sums_widely=False,
                splits=("EXPLODE", "SPLIT"),
            ),
            Dialect(
                name="sqlite",
                label="SQLite",
                divides_whole=True,
                has_patterns=False,
                materializes=True,
                has_decimals=False,
            ),
        )
    }
)


@dataclass(slots=True)
class Names:
    """Gives everything a name that no database cuts off or takes for another one. The same for every dialect."""

    _given: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def copy(self) -> Names:
        """Give the same names, to go on with apart."""
        return Names(dict(self._given), set(self._taken))

    def of(self, text: str) -> str:
        """Name something: by its own text, where that is short enough and differs in more than capitals."""
        if text not in self._given:
            name = text
            # Most databases take capitals for small letters, even between quotes.
            if len(text.encode()) > LONGEST_NAME or text.casefold() in self._taken:
                digest = hashlib.sha256(text.encode()).hexdigest()[:8]
                name = f"{text.encode()[: LONGEST_NAME - 9].decode(errors='ignore')}~{digest}"
            self._given[text] = name
            self._taken.add(name.casefold())
        return self._given[text]
