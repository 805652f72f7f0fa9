"""The cells of a table of closed facts, read from Arrow as the plan for databases reads them (`relational/inputs`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as of

from policy_engine.evaluation.slices import Bitmap, Slices
from policy_engine.ledger.arrow_slices import Flags, Numbers, Words, plain, rows_known, rows_true
from policy_engine.ledger.row_bits import Bits, of_truths
from policy_engine.model.calendar import FIRST_DAY, LAST_DAY, day_number
from policy_engine.model.conditions import AREA, AS_OF
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, Known
from policy_engine.model.vocabulary import Field, FieldType, Phase
from policy_engine.relational.inputs import DOUBTS, LARGEST, PHASE, RUNNING, UNDESCRIBED, is_chain
from policy_engine.relational.trees import SEPARATOR

# Arrow counts days from 1970.
_EPOCH: Final = 719_163
# So many different texts of a column are remembered from block to block.
_MOST_REMEMBERED: Final = 65_536
# Of more different days than this, numbers are made, and compared as such.
_FEW_DAYS: Final = 32
# Whole numbers of so many digits fit eight bytes.
_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Cells:
    """A column as rules read it, and the rows whose cell can't be read."""

    column: Slices
    wrong: Bitmap


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReader:
    """Reads one column, block by block. `kinds`: what types it may have, in words; `is_required`: no row can do without."""

    what: str
    kinds: str
    fits: Callable[[pa.DataType], bool]
    read: Callable[[pa.Array], Cells]
    is_required: bool = False

    def cells(self, column: pa.Array) -> Cells:
        """Read the column of a block."""
        is_blank = of.is_null(column.type)
        found = Cells(Words(pa.nulls(len(column), pa.int32()), ()), 0) if is_blank else self.read(column)
        if not self.is_required:
            return found
        missing = ~rows_known(column)
        return Cells(found.column, found.wrong | missing)


def reader_of(what: str, fields: Mapping[str, Field]) -> CellReader:
    """Say how a column of the plan is read; `what` as `relational.Input` names it."""
    if what in fields:
        return _field(fields[what])
    if what == PHASE:
        ranks: dict[str, Known] = {phase.value: phase.rank for phase in Phase}
        return _words(what, ranks.get, is_required=True)
    if what in (DOUBTS, RUNNING):
        return _lists(what, _members(frozenset(fields)))
    if what == UNDESCRIBED:
        return _flags(what)
    if what == AREA:
        return _lists(what, _chain, is_required=True)
    # What dates rules: nobody says of these that they have not happened.
    return _days(what, {}, is_required=what == AS_OF)


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds texts."""
    if of.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(of.is_string(kind) or of.is_large_string(kind) or of.is_string_view(kind))


def is_listing(kind: pa.DataType) -> bool:
    """Tell whether a column holds lists of texts; of lists that are all empty nobody knows what they would hold."""
    has_members = of.is_list(kind) or of.is_large_list(kind) or of.is_fixed_size_list(kind)
    return bool(has_members and (is_text(kind.value_type) or of.is_null(kind.value_type)))


def _field(field: Field) -> CellReader:
    match field.type:
        case FieldType.BOOLEAN:
            return _flags(field.name)
        case FieldType.NUMBER:
            least = -LARGEST if field.minimum is None else max(-LARGEST, field.minimum)
            most = LARGEST if field.maximum is None else min(LARGEST, field.maximum)
            return CellReader(
                what=field.name,
                kinds="整数、DECIMAL 或者 DOUBLE",
                fits=_is_number,
                read=_Number(field.scale, least, most),
            )
        case FieldType.DATE:
            return _days(field.name, {NOT_HAPPENED_WORD: NOT_HAPPENED})
        case FieldType.CHOICE:
            choices: dict[str, Known] = {choice: choice for choice in field.choices}
            return _words(field.name, choices.get)
        case FieldType.LIST:
            return _lists(field.name, _members(frozenset(field.choices)))
        case FieldType.TEXT:
            raise AssertionError("no rule reads a text")


def _flags(what: str) -> CellReader:
    return CellReader(what=what, kinds="BOOLEAN", fits=of.is_boolean, read=_truths)


def _truths(column: pa.Array) -> Cells:
    yes = rows_true(column)
    return Cells(Flags(yes, rows_known(column) & ~yes, len(column)), 0)


def _words(what: str, read: Callable[[str], Known | None], *, is_required: bool = False) -> CellReader:
    return CellReader(what=what, kinds="文字", fits=is_text, read=_Texts(read), is_required=is_required)


def _lists(what: str, read: Callable[[str], Known | None], *, is_required: bool = False) -> CellReader:
    return CellReader(
        what=what,
        kinds="文字或者文字的列表",
        fits=lambda kind: is_text(kind) or is_listing(kind),
        read=_Lists(_Texts(read)),
        is_required=is_required,
    )


@dataclass(frozen=True, slots=True)
class _Lists:
    """Reads lists as they are written in one text; a member that would be read otherwise there can't be read."""

    texts: _Texts

    def __call__(self, column: pa.Array) -> Cells:
        if not is_listing(column.type):
            return self.texts(column)
        listed = column.cast(pa.list_(pa.string()))
        # All that lies between the first list and the last, what lies behind a list that isn't there included.
        first, last = (listed.offsets[at].as_py() for at in (0, -1))
        members = listed.values.slice(first, last - first)
        odd = pc.or_(pc.equal(members, ""), pc.match_substring(members, SEPARATOR))
        places = pc.list_parent_indices(listed).filter(pc.fill_null(odd, fill_value=True))
        wrong = _rows_of(places.unique().to_pylist(), len(column)) & rows_known(column)
        found = self.texts(pc.binary_join(listed, SEPARATOR))
        return Cells(found.column, found.wrong | wrong)


def _rows_of(places: Sequence[int], size: int) -> Bits:
    rows = np.zeros(size, np.bool_)
    rows[places] = True
    return of_truths(rows)


@dataclass(slots=True)
class _Texts:
    """Reads each different text once; `None` is one that can't be read."""

    read: Callable[[str], Known | None]
    known: dict[str, Known | None] = field(default_factory=dict)
    # The different texts of the last block, what they were read as, and what was found of them.
    last: pa.Array | None = None
    values: list[Known | None] = field(default_factory=list)
    passing: dict[Callable[[Known], bool], list[int]] = field(default_factory=dict)

    def __call__(self, column: pa.Array) -> Cells:
        words = self.words(column)
        return Cells(words, words.wrong)

    def words(self, column: pa.Array) -> Words:
        coded = column
        if not of.is_dictionary(coded.type) or coded.dictionary.null_count:
            coded = coded.cast(pa.string()).dictionary_encode()
        if self.last is None or not coded.dictionary.equals(self.last):
            self.last, self.passing = coded.dictionary, {}
            self.values = [self._value(text) for text in coded.dictionary.to_pylist()]
        return Words(coded.indices, self.values, self.passing)

    def _value(self, text: str) -> Known | None:
        if text not in self.known:
            if len(self.known) >= _MOST_REMEMBERED:
                self.known.clear()
            self.known[text] = self.read(text)
        return self.known[text]


def _members(choices: Collection[str]) -> Callable[[str], Known | None]:
    def read(text: str) -> Known | None:
        members = text.split(SEPARATOR) if text else []
        found = frozenset(members)
        return found if len(found) == len(members) and found.issubset(choices) else None

    return read


def _chain(text: str) -> Known | None:
    members = frozenset(text.split(SEPARATOR))
    return members if is_chain(members) else None


def _days(what: str, others: dict[str, int], *, is_required: bool = False) -> CellReader:
    def read(text: str) -> Known | None:
        if text in others:
            return others[text]
        day = day_number(text) if text.isascii() else None
        return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None

    return CellReader(
        what=what,
        kinds="文字或者 DATE",
        fits=lambda kind: is_text(kind) or bool(of.is_date32(kind)),
        read=_Days(_Texts(read)),
        is_required=is_required,
    )


@dataclass(frozen=True, slots=True)
class _Days:
    texts: _Texts

    def __call__(self, column: pa.Array) -> Cells:
        if of.is_date32(column.type):
            days = pc.add(column.cast(pa.int32()), pa.scalar(_EPOCH, pa.int32()))
            return _bounded(days, FIRST_DAY, LAST_DAY)
        words = self.texts.words(column)
        if len(words.values) <= _FEW_DAYS:
            return Cells(words, words.wrong)
        days = pc.take(pa.array(words.values, pa.int32()), words.codes)
        return Cells(Numbers(days, words.rows), words.wrong)


def _bounded(values: pa.Array, least: int, most: int, wrong: Bitmap = 0) -> Cells:
    known, given = rows_known(values), plain(values)
    # Mostly all are: what stands where nothing is known may only make that be looked at twice.
    if len(given) and not (least <= given.min() and given.max() <= most):
        wrong = wrong | known & of_truths((given < least) | (given > most))
    return Cells(Numbers(values, known & ~wrong if wrong else known), wrong)


def _is_number(kind: pa.DataType) -> bool:
    return bool(of.is_integer(kind) or of.is_floating(kind) or (of.is_decimal(kind) and kind.precision <= 38))


@dataclass(frozen=True, slots=True)
class _Number:
    """Reads numbers as whole ones of a field's last place: a digit too many is an error, never rounded away."""

    scale: int
    least: int
    most: int

    def __call__(self, column: pa.Array) -> Cells:
        kind = column.type
        if of.is_floating(kind):
            return self._floats(column)
        if of.is_integer(kind) and not self.scale and kind.bit_width < 64:
            return _bounded(column, self.least, self.most)
        whole, too_large = _wholes(column) if of.is_decimal(kind) else _integers(column)
        places = self.scale - (kind.scale if of.is_decimal(kind) else 0)
        factor = pa.scalar(10 ** abs(places), pa.int64())
        if places < 0:
            found = pc.divide(whole, factor)
            too_large = too_large | rows_true(pc.not_equal(pc.multiply(found, factor), whole))
        elif places > 0:
            # What is far beyond all bounds is out before it is multiplied: a product may go round.
            far = pa.scalar(LARGEST, pa.int64())
            too_large = too_large | rows_true(pc.greater(pc.abs(whole), far))
            found = pc.multiply(whole, factor)
            too_large = too_large | rows_true(pc.not_equal(pc.divide(found, factor), whole))
        else:
            found = whole
        return _bounded(found, self.least, self.most, too_large)

    def _floats(self, column: pa.Array) -> Cells:
        factor = pa.scalar(float(10**self.scale))
        given = column.cast(pa.float64())
        scaled = pc.round(pc.multiply(given, factor))
        is_sound = pc.and_(
            pc.equal(pc.divide(scaled, factor), given), pc.less_equal(pc.abs(scaled), float(LARGEST))
        )
        wrong = rows_known(column) & ~rows_true(is_sound)
        found = pc.if_else(is_sound, scaled, pa.scalar(0.0)).cast(pa.int64())
        return _bounded(found, self.least, self.most, wrong)


def _integers(column: pa.Array) -> tuple[pa.Array, Bitmap]:
    if not of.is_uint64(column.type):
        return column.cast(pa.int64()), 0
    too_large = rows_true(pc.greater(column, pa.scalar(LARGEST, pa.uint64())))
    return column.cast(pa.int64(), safe=False), too_large


def _wholes(column: pa.Array) -> tuple[pa.Array, Bitmap]:
    """Give decimals as whole numbers of their last place, and the rows where these take more than eight bytes."""
    kind = column.type
    if not of.is_decimal128(kind):
        column = column.cast(pa.decimal128(kind.precision, kind.scale))
    # The same bytes, taken for whole numbers.
    whole = pa.Array.from_buffers(
        pa.decimal128(kind.precision, 0), len(column), column.buffers(), -1, column.offset
    )
    if kind.precision <= _DIGITS:
        return whole.cast(pa.int64()), 0
    try:
        return whole.cast(pa.int64()), 0
    except pa.ArrowInvalid:
        most: Any = pa.scalar(Decimal(10**_DIGITS), whole.type)
        far = pc.greater(pc.abs(whole), most)
        kept = pc.if_else(far, pa.scalar(None, whole.type), whole).cast(pa.int64())
        return kept, rows_true(far)
