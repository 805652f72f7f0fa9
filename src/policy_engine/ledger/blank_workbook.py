"""A blank list as an Excel workbook to be handed out: drop-downs, notes, checks while typing, and how to fill it in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from policy_engine.foundation.width import display_width
from policy_engine.ledger.blank import BlankColumn
from policy_engine.ledger.sheets import GUIDE_SHEET
from policy_engine.model.calendar import FIRST_DAY, LAST_DAY
from policy_engine.model.values import NOT_HAPPENED_WORD, number_words
from policy_engine.model.vocabulary import FieldType, Role, Subject

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# How many rows are checked while they are typed; `batch` reads any number.
CHECKED_ROWS: Final = 5_000
_CHOICES_SHEET: Final = "选项"
_PLAIN_SHEET: Final = "填报"
_FORBIDDEN: Final = frozenset("[]:*?/\\'")
# Bounds of the format: of a name of a sheet, of choices that stand in the check itself, of the text of a message.
_MOST_NAME, _MOST_LISTED, _MOST_MESSAGE = 31, 255, 250
_BANDS: Final = ("#D9E7F5", "#E2EFDA", "#FFF2CC", "#FCE4D6", "#E4DFEC", "#DDEBF7", "#EDEDED")
_FONT: Final = {"font_name": "宋体", "font_size": 10}
_BORDER: Final = {"border": 1, "border_color": "#A6A6A6"}
_HEAD: Final = {**_FONT, **_BORDER, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
_CELL: Final = {**_FONT, "valign": "vcenter", "text_wrap": True}
_SAMPLE: Final = {**_CELL, "italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2"}
_GUIDE: Final = {**_FONT, **_BORDER, "text_wrap": True, "valign": "top"}
_DAY_FORMAT, _TEXT_FORMAT = "yyyy-mm-dd", "@"
# Excel counts days reliably from here.
_DAYS_FROM: Final = date(1900, 3, 1).toordinal()
_GUIDE_COLUMNS: Final = (
    ("组", 16),
    ("栏目", 22),
    ("问什么", 36),
    ("说明", 52),
    ("怎么填", 46),
    ("由谁提供", 14),
)
_LINE, _HIGHEST = 13.5, 400
# The bytes depend on nothing but the subject.
_CREATED: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no zones


def blank_workbook(subject: Subject, columns: Sequence[BlankColumn], remarks: Sequence[str]) -> bytes:
    """Write a sheet to be filled in, named after the subject, and one that explains it. The same columns, the same bytes."""
    import xlsxwriter  # noqa: PLC0415 - an extra, and only where it is wanted

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet(_sheet_name(subject.name))
        guide = book.add_worksheet(GUIDE_SHEET)
        bands = _bands(columns)
        _heads(book, sheet, columns, bands)
        lists = _listed(book, columns)
        for at, column in enumerate(columns):
            if check := _check(column, at, lists.get(at)):
                sheet.data_validation(1, at, CHECKED_ROWS, at, check)
        _guide(book, guide, columns, bands, remarks)
    return out.getvalue()


def _sheet_name(name: str) -> str:
    is_allowed = len(name) <= _MOST_NAME and not _FORBIDDEN & set(name) and name != GUIDE_SHEET
    return name if is_allowed else _PLAIN_SHEET


def _bands(columns: Sequence[BlankColumn]) -> dict[str, str]:
    groups = dict.fromkeys(column.group for column in columns)
    return {group: _BANDS[n % len(_BANDS)] for n, group in enumerate(groups)}


def _heads(book: Workbook, sheet: Worksheet, columns: Sequence[BlankColumn], bands: dict[str, str]) -> None:
    formats = {FieldType.DATE: _DAY_FORMAT, FieldType.TEXT: _TEXT_FORMAT}
    for at, column in enumerate(columns):
        kind = {"num_format": formats[column.type]} if column.type in formats else {}
        sheet.set_column(at, at, _width(column, at), book.add_format({**_CELL, **kind}))
        sheet.write_string(0, at, column.head, book.add_format({**_HEAD, "bg_color": bands[column.group]}))
        sheet.write_comment(0, at, column.note, _note_size(column.note))
        _sample(sheet, at, column, book.add_format({**_SAMPLE, **kind}))
    sheet.set_row(0, 42)
    sheet.set_row(1, 30)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _width(column: BlankColumn, at: int) -> int:
    if at == 0:
        return 30
    usual = 24 if column.type in (FieldType.TEXT, FieldType.LIST) else 12
    return min(max(usual, *(display_width(choice) + 4 for choice in column.choices), 0), 30)


def _note_size(note: str) -> dict[str, Any]:
    lines = sum(max(1, -(-display_width(line) // 40)) for line in note.split("\n"))
    return {"width": 300, "height": min(24 + 17 * lines, 600), "font_size": 9, "author": ""}


def _sample(sheet: Worksheet, at: int, column: BlankColumn, style: Format) -> None:
    if column.type is FieldType.NUMBER:
        sheet.write_number(1, at, float(column.sample), style)
    elif column.type is FieldType.DATE and column.sample != NOT_HAPPENED_WORD:
        sheet.write_datetime(1, at, datetime.fromisoformat(column.sample), style)
    else:
        sheet.write_string(1, at, column.sample, style)


def _listed(book: Workbook, columns: Sequence[BlankColumn]) -> dict[int, str]:
    """Put choices that are too long for a check on a hidden sheet; give by column where they stand."""
    long = [(at, c.choices) for at, c in enumerate(columns) if c.choices and not _fits(c.choices)]
    if not long:
        return {}
    from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415 - as above

    sheet = book.add_worksheet(_CHOICES_SHEET)
    sheet.hide()
    found: dict[int, str] = {}
    for put, (at, choices) in enumerate(long):
        for down, choice in enumerate(choices):
            sheet.write_string(down, put, choice)
        letter = xl_col_to_name(put)
        found[at] = f"='{_CHOICES_SHEET}'!${letter}$1:${letter}${len(choices)}"
    return found


def _fits(choices: tuple[str, ...]) -> bool:
    return len(",".join(choices)) <= _MOST_LISTED and not any("," in choice for choice in choices)


def _check(column: BlankColumn, at: int, listed: str | None) -> dict[str, Any]:
    """Say what a cell may hold, and what is told where it holds something else; empty where anything may stand."""
    told = {
        "error_title": "填得不对",
        "error_message": f"{column.head}：{column.fill}"[:_MOST_MESSAGE],
        "ignore_blank": True,
    }
    match column.type:
        case FieldType.BOOLEAN | FieldType.CHOICE | FieldType.LIST if column.is_open:
            # No list allows several with 、 between them, or names without number: it only offers.
            return {"validate": "list", "source": listed or list(column.choices), "show_error": False}
        case FieldType.BOOLEAN | FieldType.CHOICE | FieldType.LIST:
            message = f"{column.head}：从下拉列表里选一项"
            return {**told, "validate": "list", "source": listed or list(column.choices), "error_message": message}  # fmt: skip
        case FieldType.DATE | FieldType.NUMBER:
            return {**told, "validate": "custom", "value": _formula(column, at)}
        case FieldType.TEXT:
            return {}


def _formula(column: BlankColumn, at: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell  # noqa: PLC0415 - as above

    cell = xl_rowcol_to_cell(1, at)
    field = column.field
    if column.type is FieldType.DATE:
        first, last = max(FIRST_DAY, _DAYS_FROM), LAST_DAY
        zero = date(1899, 12, 30).toordinal()
        is_day = f"AND(ISNUMBER({cell}),{cell}>={first - zero},{cell}<={last - zero},INT({cell})={cell})"
        is_event = field is not None and field.role is Role.EVENT
        return f'=OR({is_day},{cell}="{NOT_HAPPENED_WORD}")' if is_event else f"={is_day}"
    assert field is not None
    limits = (("<=", field.maximum), (">=", field.minimum))
    bounds = [f"{cell}{sign}{number_words(n, field.scale)}" for sign, n in limits if n is not None]
    return f"=AND({','.join([f'ISNUMBER({cell})', f'ROUND({cell},{field.scale})={cell}', *bounds])})"


def _guide(
    book: Workbook,
    sheet: Worksheet,
    columns: Sequence[BlankColumn],
    bands: dict[str, str],
    remarks: Sequence[str],
) -> None:
    plain = book.add_format(_GUIDE)
    banded = {group: book.add_format({**_GUIDE, "bg_color": colour}) for group, colour in bands.items()}
    note = book.add_format({**_FONT, "text_wrap": True, "valign": "top"})
    head = book.add_format({**_HEAD, "bg_color": "#D9E2EC"})
    last = len(_GUIDE_COLUMNS) - 1
    for down, remark in enumerate(remarks):
        sheet.merge_range(down, 0, down, last, "", note)
        sheet.write_string(down, 0, remark, note)
    top = len(remarks) + 1
    for at, (name, width) in enumerate(_GUIDE_COLUMNS):
        sheet.set_column(at, at, width)
        sheet.write_string(top, at, name, head)
    for down, column in enumerate(columns, start=top + 1):
        cells = (column.group, column.head, column.question, column.help, column.fill, column.supplier)
        for at, text in enumerate(cells):
            style = banded[column.group] if at == 0 else plain
            sheet.write_string(down, at, text, style)
        lines = max(-(-display_width(t) // (w - 1)) for t, (_, w) in zip(cells, _GUIDE_COLUMNS, strict=True))
        sheet.set_row(down, min(_LINE * max(lines, 1) + 2, _HIGHEST))
    sheet.freeze_panes(top + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
