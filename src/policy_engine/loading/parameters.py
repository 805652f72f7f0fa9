"""Dated parameters as written: their values stay text until a field types them."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.foundation.spans import Span
from policy_engine.loading.tree import Scalar


@dataclass(frozen=True, slots=True)
class ParameterPeriod:
    """One value of a parameter and the days it was in force; list parameters hold texts."""

    first: int | None
    last: int | None
    texts: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    is_list: bool
    unit: str
    periods: tuple[ParameterPeriod, ...]
    span: Span
