"""Cases: what an official states about one matter."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from policy_engine.foundation.records import dataclass, field
from policy_engine.foundation.spans import Span
from policy_engine.model.lexicon import Indication
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import Phase

if TYPE_CHECKING:
    from policy_engine.model.catalogue import Consultation

# The field that a catalogue answers, where one is consulted.
LISTED: Final = "已列入目录"


class Origin(Enum):
    """Where a fact comes from."""

    STATED = "填报"
    DECLARED = "申报声明"
    DERIVED = "推算"
    IMPLIED = "按词义推定"
    NOT_STATED = "未填报"
    PENDING = "尚未到该阶段"
    CATALOGUE = "目录核对"
    UNREASONED = "与迹象不一致，未说明理由"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One field's value. `source`: the paper it was taken from; `reason`: why it is unknown, if told."""

    field: str
    value: Value
    origin: Origin
    source: str = ""
    reason: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """`no_other_circumstances` was declared; it counts only where a named person signed it."""

    by: str
    span: Span

    @property
    def is_signed(self) -> bool:
        """Tell whether somebody stands behind it."""
        return bool(self.by.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`as_of` is a day number, `area` an area code; `assumed` names what the program filled in or respelt.

    `consultation`: what looking up a guiding catalogue showed, where one was loaded. `expected`: the verdict label
    the author of a test case expects; a check takes no notice of it. `is_day_stated`, `is_area_stated`: whether the
    case or who called says them, so that they aren't today and the whole country for want of better.
    `is_phase_stated`: whether the case names its phase; where it does not, the events it states say how far the
    matter has come. `indications`: by subject, what
    the words of its texts point to, once they have been read.
    """

    name: str
    as_of: int
    area: str
    phase: Phase
    declaration: Declaration | None
    subjects: Mapping[str, Mapping[str, Fact]]
    assumed: tuple[str, ...]
    span: Span
    consultation: Consultation | None = None
    expected: str = ""
    is_day_stated: bool = True
    is_area_stated: bool = True
    is_phase_stated: bool = True
    indications: Mapping[str, tuple[Indication, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Situation:
    """What an engine is given: one subject's values after closing, pseudo facts included.

    A field that is absent is `UNKNOWN`. Pseudo facts: `AS_OF` (day), `AREA` (the case's area and everything
    it lies in), and `dating_field(f)` (day or `UNKNOWN`) for each field `f` that some rule is dated by.
    """

    subject: str
    values: Mapping[str, Value]
