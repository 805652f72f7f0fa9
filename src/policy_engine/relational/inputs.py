"""What the table holds: a column a field, as people write it; how a cell is read, and which ones can't be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from policy_engine.compilation import CompiledSubject
from policy_engine.model.area_codes import NATION
from policy_engine.model.calendar import FIRST_YEAR, LAST_YEAR
from policy_engine.model.conditions import AREA, AS_OF, dating_field
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD
from policy_engine.model.vocabulary import Field, FieldType, Phase, Subject
from policy_engine.relational.chain import Chain
from policy_engine.relational.days import Days
from policy_engine.relational.trees import (
    SEPARATOR,
    Tree,
    chosen,
    coalesced,
    compared,
    conj,
    counted,
    denied,
    disj,
    is_known,
    is_null,
    listed,
    number,
    text,
)

ROW: Final = "@row"
PHASE: Final = "@phase"
DOUBTS: Final = "@doubts"
RUNNING: Final = "@running"
UNDESCRIBED: Final = "@undescribed"

# No amount is larger, in units of its last place: so no product of a comparison leaves eight bytes.
LARGEST: Final = 10**15
_DIGITS: Final = 20
_SQLITE_DAY: Final = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_DAY: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# Codes of areas have six digits, those of townships nine.
_CODE: Final = "[0-9]{6}([0-9]{3})?"
_CODES: Final = f"^{_CODE}({SEPARATOR}{_CODE})*$"
_NO_CODE: Final = (1, 2, 3, 4, 5, 7, 8)
_TOO_LONG: Final = 10


@dataclass(frozen=True, slots=True)
class Input:
    """A column of the table. `what`: the field, or what else a row has; `type`: in the words of SQL."""

    what: str
    type: str


def inputs_of(subject: Subject, program: CompiledSubject) -> tuple[Input, ...]:
    """List the columns of a table of matters. Texts, which no rule reads, are none."""
    return tuple(_inputs(subject, program))


def _inputs(subject: Subject, program: CompiledSubject) -> Iterator[Input]:
    yield Input(ROW, "TEXT")
    yield Input(AS_OF, "TEXT")
    yield Input(AREA, "TEXT")
    yield from (Input(dating_field(name), "TEXT") for name in program.dates)
    if subject.has_phases:
        yield Input(PHASE, "TEXT")
    yield Input(DOUBTS, "TEXT")
    yield Input(RUNNING, "TEXT")
    if any(field.describes for field in subject.fields.values()):
        yield Input(UNDESCRIBED, "BOOLEAN")
    for field in subject.fields.values():
        if field.type is not FieldType.TEXT:
            yield Input(field.name, type_of(field))


def type_of(field: Field) -> str:
    """Say of which type the column of a field is, in the words of SQL."""
    match field.type:
        case FieldType.BOOLEAN:
            return "BOOLEAN"
        case FieldType.NUMBER:
            return f"DECIMAL({_DIGITS}, {field.scale})"
        case FieldType.DATE | FieldType.CHOICE | FieldType.LIST | FieldType.TEXT:
            return "TEXT"


@dataclass(frozen=True, slots=True)
class Read:
    """A column as the rules read it, and where it can't be read: settled in every row."""

    value: Tree
    wrong: Tree


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the cells of a table into columns of a chain."""

    chain: Chain

    def field(self, field: Field) -> Read:
        """Read the column of a field."""
        given = self.chain.given(field.name)
        match field.type:
            case FieldType.BOOLEAN:
                return Read(given, self._no_truth(given))
            case FieldType.NUMBER:
                return self._number(field, given)
            case FieldType.DATE:
                return self.day(field.name, may_not_happen=True)
            case FieldType.CHOICE:
                choices = [text(choice) for choice in field.choices]
                return Read(given, _settled(given, exp.In(this=given, expressions=choices, copy=False)))
            case FieldType.LIST:
                return self.members(field.name, field.choices or None)
            case FieldType.TEXT:
                # No rule reads one, what looks through whole lists does: there a blank says nothing.
                return Read(exp.Nullif(this=given, expression=text("")), exp.false())

    def _no_truth(self, given: Tree) -> Tree:
        if self.chain.dialect.has_decimals:
            return exp.false()
        # SQLite keeps whatever it is given.
        return _settled(given, exp.In(this=given, expressions=[number(0), number(1)]))

    def _number(self, field: Field, given: Tree) -> Read:
        # Rounded, and then held to what was given: a digit too many is an error, never rounded away.
        exact, by = self._rounded(given, field.scale), number(10**field.scale)
        read = self.chain.bind(f"值:{field.name}", exp.cast(self._scaled(exact, by), "BIGINT"))
        least = -LARGEST if field.minimum is None else max(-LARGEST, field.minimum)
        most = LARGEST if field.maximum is None else min(LARGEST, field.maximum)
        bounds = (
            compared(given, exp.EQ, exact),
            compared(read, exp.GTE, number(least)),
            compared(read, exp.LTE, number(most)),
        )
        return Read(read, _settled(given, conj(bounds)))

    def _rounded(self, given: Tree, scale: int) -> Tree:
        if self.chain.dialect.has_decimals:
            return exp.cast(given, f"DECIMAL({_DIGITS}, {scale})")
        return exp.Round(this=given, decimals=number(scale))

    def _scaled(self, exact: Tree, by: Tree) -> Tree:
        scaled = exp.Mul(this=exact, expression=by)
        return scaled if self.chain.dialect.has_decimals else exp.Round(this=scaled)

    def day(self, what: str, *, may_not_happen: bool = False) -> Read:
        """Read a column of days; 未发生 is what has not happened."""
        given = self.chain.given(what)
        never = compared(given, exp.EQ, text(NOT_HAPPENED_WORD))
        # The length as well: to some databases the end of a pattern lies before a last line break.
        looks_so = conj((self._looks_like_a_day(given), compared(exp.Length(this=given), exp.EQ, number(10))))
        plain = exp.func("REPLACE", given, text("-"), text(""))
        digits: list[tuple[Tree, Tree]] = [(looks_so, exp.cast(plain, "BIGINT"))]
        if may_not_happen:
            digits.insert(0, (never, number(NOT_HAPPENED)))
        key = self.chain.bind(f"日期:{what}", chosen(digits))
        days = Days(self.chain)
        of_month, months = days.day(key), days.months(key)
        last = days.month_end(self.chain.bind(f"月:{what}", months), what)
        month = exp.Mod(
            this=exp.Paren(this=exp.Sub(this=key, expression=of_month)), expression=number(10_000)
        )
        is_day = conj(
            (
                compared(key, exp.GTE, number(FIRST_YEAR * 10_000)),
                compared(key, exp.LTE, number(LAST_YEAR * 10_000 + 1231)),
                compared(month, exp.GTE, number(100)),
                compared(month, exp.LTE, number(1200)),
                compared(of_month, exp.GTE, number(1)),
                compared(of_month, exp.LTE, last),
            )
        )
        fine = disj((never, is_day)) if may_not_happen else is_day
        return Read(key, _settled(given, fine))

    def _looks_like_a_day(self, given: Tree) -> Tree:
        if self.chain.dialect.has_patterns:
            return exp.RegexpLike(this=given, expression=text(_DAY))
        return exp.Glob(this=given, expression=text(_SQLITE_DAY))

    def members(self, what: str, choices: tuple[str, ...] | None) -> Read:
        """Read a column of lists: members with semicolons between them; "" is an empty one. `choices`: `None` for any."""
        given = self.chain.given(what)
        # A separator at either end: no member is then found inside another.
        separated: Tree = exp.DPipe(
            this=exp.DPipe(this=text(SEPARATOR), expression=given), expression=text(SEPARATOR)
        )
        empty = compared(given, exp.EQ, text(""))
        read = self.chain.bind(f"列:{what}", chosen([(empty, text(SEPARATOR))], separated))
        if choices is None:
            return Read(read, exp.false())
        # As many known members as members: none is unknown, and none stands there twice.
        known = counted(listed(read, choice) for choice in choices)
        return Read(read, _settled(given, compared(known, exp.EQ, size_of(read))))

    def phase(self) -> Read:
        """Read how far matters have come, as the rank of the phase."""
        given = self.chain.given(PHASE)
        ranks = [(compared(given, exp.EQ, text(phase.value)), number(phase.rank)) for phase in Phase]
        read = self.chain.bind("阶段", chosen(ranks))
        return Read(read, is_null(read))

    def area(self) -> Read:
        """Read the chain of areas that a matter lies in, which no row can do without."""
        given = self.chain.given(AREA)
        read = self.members(AREA, None).value
        fine = conj((*self._looks_like_codes(given, read), listed(read, NATION)))
        return Read(read, disj((is_null(given), _settled(given, fine))))

    def _looks_like_codes(self, given: Tree, read: Tree) -> Iterator[Tree]:
        """Say that a list has codes of areas alone: a word in their place would leave out what is ruled there."""
        if self.chain.dialect.has_patterns:
            # The first for a line break as well, before which the end of a pattern may lie.
            yield denied(exp.RegexpLike(this=given, expression=text("[^0-9;]")))
            yield exp.RegexpLike(this=given, expression=text(_CODES))
            return
        yield denied(exp.Glob(this=given, expression=text("*[^0-9;]*")))
        digit = "[0-9]"
        for size in (0, *_NO_CODE):
            yield denied(exp.Glob(this=read, expression=text(f"*;{digit * size};*")))
        yield denied(exp.Glob(this=read, expression=text(f"*{digit * _TOO_LONG}*")))

    def names(self, what: str, known: tuple[str, ...]) -> Read:
        """Read a column of names of fields; where nothing is written there are none."""
        read = self.members(what, known)
        return Read(self.chain.bind(f"有:{what}", coalesced(read.value, text(""))), read.wrong)

    def flag(self, what: str) -> Read:
        """Read a column of truths that are false where nothing is written."""
        given = self.chain.given(what)
        return Read(self.chain.bind(f"有:{what}", coalesced(given, exp.false())), self._no_truth(given))

    def required_day(self, what: str) -> Read:
        """Read a day that no row can do without."""
        read = self.day(what)
        return Read(read.value, disj((is_null(self.chain.given(what)), read.wrong)))


def is_chain(members: Collection[str]) -> bool:
    """Tell whether members of a list look like an area and all it lies in, up to the whole country."""
    return NATION in members and all(re.fullmatch(_CODE, one) for one in members)


def size_of(listing: Tree) -> Tree:
    """Count the members of a list as it was read."""
    without = exp.func("REPLACE", listing, text(SEPARATOR), text(""))
    separators = exp.Sub(this=exp.Length(this=listing), expression=exp.Length(this=without))
    return exp.Sub(this=separators, expression=number(1))


def _settled(given: Tree, fine: Tree) -> Tree:
    """Say that a cell holds something and that it isn't fine; what can't be compared isn't fine either."""
    return conj((is_known(given), chosen([(fine, exp.false())], exp.true())))
