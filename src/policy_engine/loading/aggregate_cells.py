"""What the cells of a list say of the fields that aggregates read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from policy_engine.foundation.spans import Span
from policy_engine.loading.facts import read_fact
from policy_engine.loading.problems import Problems
from policy_engine.loading.spellings import Readings
from policy_engine.loading.tree import Scalar
from policy_engine.model.items import Items, no_items
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, FieldType

_LISTED = re.compile(r"[、，,；;＋+/\s]+")


def read_cell(
    text: str, field: Field, span: Span, catalogue: Callable[[], Items] = no_items
) -> tuple[Value, bool]:
    """Read one cell as officials write; also say whether it could be read. A blank is unknown, and could be."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return UNKNOWN, True
    if field.type is FieldType.TEXT:
        # The same name, however it was typed: names are compared, not shown.
        return "".join(plain.split()), True
    if field.type is FieldType.LIST and not field.choices:
        return frozenset(part for part in _LISTED.split(plain) if part), True
    problems = Problems()
    fact = read_fact(Scalar(text.strip(), False, span), field, problems, Readings(), catalogue)
    if fact is None or problems.found:
        return UNKNOWN, False
    return fact.value, True


def read_cells(
    cells: Mapping[str, str], fields: Mapping[str, Field], span: Span
) -> tuple[Mapping[str, Value], tuple[str, ...]]:
    """Read the cells of one row by field; also name the fields whose cells can't be read."""
    read = {name: read_cell(text, fields[name], span) for name, text in cells.items()}
    values = {name: value for name, (value, _) in read.items() if value is not UNKNOWN}
    return MappingProxyType(values), tuple(name for name, (_, could) in read.items() if not could)
