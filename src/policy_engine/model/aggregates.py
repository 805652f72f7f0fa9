"""What is found only in a whole list of matters: groups of rows, what is counted of each, and when that is reported."""

from __future__ import annotations

from enum import Enum
from fractions import Fraction

from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Span
from policy_engine.model.conditions import Bound, Condition, leaves, named_in
from policy_engine.model.documents import Citation
from policy_engine.model.vocabulary import DayPart, Field, Subject


@dataclass(frozen=True, slots=True)
class ByField:
    """Rows belong together by the value of a field; a list puts a row into a group for each member. `scale`: of a number."""

    title: str
    field: str
    is_day: bool = False
    scale: int = 0


@dataclass(frozen=True, slots=True)
class ByPart:
    """Rows belong together by the year or the month of a day.

    `every`: periods between the first and the last of the list in which there is no row are groups too.
    """

    title: str
    field: str
    part: DayPart
    every: bool


@dataclass(frozen=True, slots=True)
class ByAge:
    """Rows belong together by how many days lie between a day and the row's own day. `bands`: the last day of each, ascending."""

    title: str
    field: str
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ByTable:
    """Rows belong together by the first condition that holds for them, else under `otherwise`."""

    title: str
    rows: tuple[tuple[Condition, str], ...]
    otherwise: str


class Decided(Enum):
    """What was decided of a row."""

    VERDICT = "结论"
    GROUNDS = "依据"


@dataclass(frozen=True, slots=True)
class ByDecision:
    """Rows belong together by what was decided of them; by grounds, a row belongs to each of its articles."""

    title: str
    what: Decided


Key = ByField | ByPart | ByAge | ByTable | ByDecision


@dataclass(frozen=True, slots=True)
class Rows:
    """The number of rows."""


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a number over the rows.

    `below_limit`: a row counts only where its own number is below the limit that the sum is held against.
    """

    field: str
    below_limit: bool = False


@dataclass(frozen=True, slots=True)
class Distinct:
    """The number of different values of a field."""

    field: str


@dataclass(frozen=True, slots=True)
class Share:
    """What the sum of a part is of the sum of a whole; of each row the part is never more than the whole."""

    part: str
    whole: str


Measure = Rows | Total | Distinct | Share


@dataclass(frozen=True, slots=True)
class Limit:
    """What a measure is held against: a number, one by day (first and last day included), or what each row says in a field.

    Numbers are in the scale of the measured field. `parameter`: where one by day was taken from.
    """

    values: tuple[tuple[int | None, int | None, Fraction], ...] = ()
    field: str = ""
    parameter: str = ""

    def on(self, day: int) -> Fraction | None:
        """Give the number in force on a day; `None` where none is known."""
        return next(
            (
                value
                for first, last, value in self.values
                if (first is None or first <= day) and (last is None or day <= last)
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """When a group is reported. `fewest`: it must have so many rows."""

    bound: Bound
    limit: Limit
    fewest: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """Only rows count together whose days are at most so many days apart."""

    field: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One thing that is looked for in a list about a subject.

    `columns`: what a list has to say besides the fields of its subject; `fields`: both together. `advice`: what to do
    about a group that is reported. Without `report` every group is told.
    """

    id: str
    title: str
    subject: Subject
    keys: tuple[Key, ...]
    measure: Measure
    span: Span
    columns: tuple[Field, ...] = ()
    where: Condition | None = None
    near: Near | None = None
    report: Report | None = None
    citation: Citation | None = None
    advice: str = ""
    note: str = ""
    examples: tuple[Sample, ...] = ()

    @property
    def fields(self) -> dict[str, Field]:
        """Give all that can be read of a row."""
        return {**self.subject.fields, **{field.name: field for field in self.columns}}

    @property
    def has_own_limit(self) -> bool:
        """Tell whether groups are held against a number that stands here, and nowhere else."""
        limit = self.report.limit if self.report is not None else None
        return limit is not None and not limit.field and not limit.parameter

    @property
    def needed(self) -> tuple[str, ...]:
        """Name what a list has to have a column for: without it nothing could be said of any group."""
        found = [key.field for key in self.keys if isinstance(key, ByField | ByPart | ByAge)]
        match self.measure:
            case Total(field=field) | Distinct(field=field):
                found.append(field)
            case Share(part=part, whole=whole):
                found += [part, whole]
            case Rows():
                pass
        if self.near is not None:
            found.append(self.near.field)
        if self.report is not None and self.report.limit.field:
            found.append(self.report.limit.field)
        if self.where is not None:
            found += _named(self.where)
        fields = self.fields
        return tuple(name for name in dict.fromkeys(found) if name in fields)

    @property
    def reads(self) -> tuple[str, ...]:
        """Name all that is read of a row."""
        tables = (key for key in self.keys if isinstance(key, ByTable))
        named = (name for key in tables for condition, _ in key.rows for name in _named(condition))
        fields = self.fields
        return tuple(name for name in dict.fromkeys((*self.needed, *named)) if name in fields)


def _named(condition: Condition) -> list[str]:
    return [name for leaf in leaves(condition) for name in named_in(leaf)]


@dataclass(frozen=True, slots=True)
class Sample:
    """An example list: rows by what their columns say, and the groups that are to be found, or may be there, in them."""

    name: str
    rows: tuple[tuple[tuple[str, str], ...], ...]
    found: tuple[tuple[str, ...], ...]
    possible: tuple[tuple[str, ...], ...]
    as_of: int
    span: Span
