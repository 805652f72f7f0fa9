"""Excel workbooks (.xlsx), read as a stream: what a cell holds, not what it might mean.

Errors, formulas without a value and merged cells are told as such; other readers give blanks for them. A number is
written in as many digits as Excel itself keeps (15), with all that its format shows beside it; a day by its format.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from xml.parsers import expat

from policy_engine.foundation.archives import DAMAGED
from policy_engine.foundation.waiting import look
from policy_engine.ledger.lines import Line, Table, refuse
from policy_engine.ledger.number_formats import NumberFormat, digits

# Of one part, unpacked. What a file says of its own size is not believed.
# A sheet of this name explains the list beside it.
GUIDE_SHEET: Final = "填写说明"
MOST_UNPACKED: Final = 4_000_000_000
# No sheet that a person filled in packs as tightly as a bomb does.
_TIGHTEST, _ALWAYS_READ = 400, 64_000_000
_MOST_TEXTS = 2_000_000
_MOST_TEXT = 200_000_000
_MOST_COLUMNS = 16_384
_CHUNK = 1 << 16
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
_SPACE = re.compile(r"^\{?http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org)/\S* ")
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_GENERAL = NumberFormat(0)
_SAVE_ANEW = "用 Excel 或 WPS 打开，另存为 .xlsx"


class _BadSheetError(Exception):
    """Raised within the reader; `message` and `help_text` as they are shown."""

    def __init__(self, message: str, help_text: str = _SAVE_ANEW) -> None:
        super().__init__(message)
        self.message, self.help_text = message, help_text


def open_sheet(path: Path, wanted: str | None) -> Table:
    """Open one sheet of a workbook: the named one, or the only one that isn't hidden.

    Raises `DiagnosticsError` where it can't be read, is locked, or holds several sheets and none was named.
    """
    shown = str(path)
    try:
        book = _Book.of(path, wanted)
    except _BadSheetError as error:
        refuse(shown, error.message, error.help_text)
    except (*DAMAGED, expat.ExpatError, KeyError):
        refuse(shown, "Excel 文件（.xlsx）损坏", _SAVE_ANEW)

    def lines() -> Iterator[Line]:
        try:
            yield from book.lines()
        except _BadSheetError as error:
            refuse(shown, error.message, error.help_text)
        except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, ValueError):
            refuse(shown, "Excel 文件（.xlsx）损坏，后面的行读不出", _SAVE_ANEW)

    return Table(
        path=shown, kind="xlsx", lines=lines, sheet=book.name, remarks=book.remarks, is_1904=book.is_1904
    )


@dataclass(slots=True)
class _Book:
    path: Path
    name: str
    part: str
    texts: list[str]
    formats: list[NumberFormat]
    is_1904: bool
    covered: dict[int, dict[int, str]]
    remarks: tuple[str, ...]

    @classmethod
    def of(cls, path: Path, wanted: str | None) -> _Book:
        with path.open("rb") as file:
            if file.read(8) == _OLE:
                file.seek(0)
                locked = any(_ENCRYPTED in chunk for chunk in iter(lambda: file.read(1 << 20), b""))
                message = "Excel 文件加了密码" if locked else "Excel 文件是旧格式（.xls）"
                raise _BadSheetError(message, "用 Excel 或 WPS 打开，去掉密码，另存为 .xlsx")
        with zipfile.ZipFile(path) as packed:
            outline = _Outline()
            _parse(packed, "xl/workbook.xml", outline)
            links = _Links()
            _parse(packed, "xl/_rels/workbook.xml.rels", links)
            name, link = _chosen(outline.sheets, wanted)
            part = _part(links.targets.get(link, ""))
            if part not in packed.namelist():
                unread = f"工作表“{name}”读不出"
                raise _BadSheetError(unread)
            texts, styles, merges = _Texts(), _Styles(), _Merges()
            for where, reader in (("xl/sharedStrings.xml", texts), ("xl/styles.xml", styles)):
                if where in packed.namelist():
                    _parse(packed, where, reader)
            _parse(packed, part, merges)
        others = [n for n, _, _ in outline.sheets if n != name]
        remarks = (f"读的是工作表“{name}”，没有读：{'、'.join(others)}",) if others else ()
        if outline.is_1904:
            remarks = (*remarks, "工作簿从1904年起数日期，日期列里没有日期格式的数也这样读")
        return cls(path, name, part, texts.found, styles.formats(), outline.is_1904, merges.covered, remarks)

    def lines(self) -> Iterator[Line]:
        rows = _Rows(self)
        with zipfile.ZipFile(self.path) as packed:
            for chunk in _chunks(packed, self.part):
                rows.feed(chunk)
                yield from rows.take()
            rows.feed(b"", is_last=True)
            yield from rows.take()


def _chosen(sheets: list[tuple[str, str, bool]], wanted: str | None) -> tuple[str, str]:
    if wanted is not None:
        for name, link, _ in sheets:
            if name == wanted:
                return name, link
        message, help_text = f"没有工作表“{wanted}”", f"有：{'、'.join(n for n, _, _ in sheets)}"
        raise _BadSheetError(message, help_text)
    seen = [(name, link) for name, link, is_hidden in sheets if not is_hidden]
    if not seen:
        raise _BadSheetError("工作簿里没有看得见的工作表")
    # What explains a list is none.
    seen = [one for one in seen if one[0] != GUIDE_SHEET] or seen
    if len(seen) > 1:
        message = f"工作簿有 {len(seen)} 个工作表：{'、'.join(n for n, _ in seen)}"
        raise _BadSheetError(message, f"写 --sheet 指明一个，例如 --sheet {seen[0][0]}")
    return seen[0]


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _chunks(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    size = max(packed.getinfo(part).compress_size, 1)
    read = 0
    with packed.open(part) as file:
        while chunk := file.read(_CHUNK):
            look()
            read += len(chunk)
            if read > MOST_UNPACKED or (read > _ALWAYS_READ and read > size * _TIGHTEST):
                raise _BadSheetError(
                    "Excel 文件展开以后大得不正常", "只留要审的行，另存为 .xlsx 或 CSV UTF-8"
                )
            yield chunk


def _parse(packed: zipfile.ZipFile, part: str, reader: _Reader) -> None:
    parser = _parser(reader)
    for chunk in _chunks(packed, part):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _parser(reader: _Reader) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, given: reader.start(_SPACE.sub("", name), given)
    parser.EndElementHandler = lambda name: reader.end(_SPACE.sub("", name))
    parser.CharacterDataHandler = reader.characters
    # No workbook has one; entities are declared there.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise _BadSheetError("Excel 文件里有文档类型定义，不是 Excel 或 WPS 写出的")


class _Reader:
    """Takes what a parser meets."""

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take the start of an element."""

    def end(self, name: str) -> None:
        """Take its end."""

    def characters(self, text: str) -> None:
        """Take text."""


@dataclass(slots=True)
class _Outline(_Reader):
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    is_1904: bool = False

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in given.items() if key.endswith(" id")), "")
            self.sheets.append((given.get("name", ""), link, given.get("state", "visible") != "visible"))
        elif name == "workbookPr":
            self.is_1904 = given.get("date1904") in ("1", "true")


@dataclass(slots=True)
class _Links(_Reader):
    targets: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            self.targets[given.get("Id", "")] = given.get("Target", "")


@dataclass(slots=True)
class _Texts(_Reader):
    """The texts that cells share. What is written above characters to be read aloud is no part of them."""

    found: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    aside: int = 0
    is_text: bool = False
    length: int = 0

    def start(self, name: str, given: dict[str, str]) -> None:  # noqa: ARG002
        self.aside += name == "rPh"
        self.is_text = name == "t" and not self.aside
        if name == "si":
            self.parts = []

    def end(self, name: str) -> None:
        self.is_text = False
        self.aside -= name == "rPh"
        if name == "si":
            self.found.append("".join(self.parts))
            if len(self.found) > _MOST_TEXTS or self.length > _MOST_TEXT:
                raise _BadSheetError("Excel 文件里的文字太多", "拆成几个文件，或者另存为 CSV UTF-8")

    def characters(self, text: str) -> None:
        if self.is_text:
            self.length += len(text)
            self.parts.append(text)


@dataclass(slots=True)
class _Styles(_Reader):
    """What each style shows a number as."""

    codes: dict[int, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    is_cells: bool = False

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            self.codes[int(given["numFmtId"])] = given.get("formatCode", "")
        elif name == "cellXfs":
            self.is_cells = True
        elif name == "xf" and self.is_cells:
            self.numbers.append(int(given.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        self.is_cells = self.is_cells and name != "cellXfs"

    def formats(self) -> list[NumberFormat]:
        return [NumberFormat(number, self.codes.get(number, "")) for number in self.numbers]


@dataclass(slots=True)
class _Merges(_Reader):
    """By row, the columns that a merged cell covers below or beside its corner, and where that is."""

    covered: dict[int, dict[int, str]] = field(default_factory=dict)

    def start(self, name: str, given: dict[str, str]) -> None:
        if name != "mergeCell":
            return
        first, _, last = given.get("ref", "").partition(":")
        a, b = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
        if a is None or b is None:
            return
        top, bottom, left, right = int(a[2]), int(b[2]), _column(a[1]), _column(b[1])
        if (bottom - top + 1) * (right - left + 1) > 1_000_000:
            message = f"{given['ref']} 合并成了一格"
            raise _BadSheetError(message, "取消合并，每行填自己的内容")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    self.covered.setdefault(row, {})[column] = given["ref"]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Rows(_Reader):
    """Makes lines of rows; rows that the file leaves out between others are blank lines."""

    def __init__(self, book: _Book) -> None:
        self.book, self.parser = book, _parser(self)
        self.found: list[Line] = []
        self.number = self.told = 0
        self.cells: dict[int, str] = {}
        self.trouble: dict[int, str] = {}
        self.numbers: set[int] = set()
        self.marked: set[int] = set()
        self.at, self.type, self.style = -1, "", 0
        self.has_formula = self.is_value = self.is_aside = False
        self.value: list[str] = []

    def feed(self, chunk: bytes, *, is_last: bool = False) -> None:
        """Parse some more of the sheet."""
        self.parser.Parse(chunk, is_last)

    def take(self) -> Iterator[Line]:
        """Hand out the lines that are complete."""
        found, self.found = self.found, []
        yield from found

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take the start of an element."""
        match name:
            case "row":
                self._gap(int(given.get("r", self.number + 1)))
                self.cells, self.trouble, self.at = {}, {}, -1
                self.numbers, self.marked = set(), set()
            case "c":
                place = _PLACE.fullmatch(given.get("r", ""))
                self.at = _column(place[1]) if place else self.at + 1
                self.type, self.style = given.get("t", "n"), int(given.get("s", "0"))
                self.has_formula, self.value = False, []
            case "f":
                self.has_formula = True
            case "rPh":
                self.is_aside = True
            case "v" | "t":
                self.is_value = not self.is_aside
            case _:
                pass

    def end(self, name: str) -> None:
        """Take its end."""
        match name:
            case "v" | "t":
                self.is_value = False
            case "rPh":
                self.is_aside = False
            case "c":
                self._cell("".join(self.value))
            case "row":
                self._row()
            case _:
                pass

    def characters(self, text: str) -> None:
        """Take text."""
        if self.is_value:
            self.value.append(text)

    def _gap(self, number: int) -> None:
        if number <= self.number or number > 1_048_576:
            raise _BadSheetError("Excel 文件的行号不按次序")
        self.number = number

    def _cell(self, value: str) -> None:
        if not 0 <= self.at < _MOST_COLUMNS:
            raise _BadSheetError("Excel 文件的列号超出范围")
        if self.type == "e":
            self.cells[self.at], self.trouble[self.at] = value, f"单元格是错误值 {value}"
        elif not value:
            if self.has_formula and self.type != "str":
                self.trouble[self.at] = "公式还没有算出值，在 Excel 里打开保存一次"
        elif self.type == "s":
            self.cells[self.at] = self.book.texts[int(value)].strip()
        elif self.type == "b":
            self.cells[self.at] = "是" if value == "1" else "否"
        elif self.type == "n":
            self._number(value)
        else:
            self.cells[self.at] = value.strip()

    def _number(self, value: str) -> None:
        formats = self.book.formats
        shown = (formats[self.style] if self.style < len(formats) else _GENERAL).shown(value)
        if shown.is_day:
            self.cells[self.at] = _day(float(value), is_1904=self.book.is_1904)
            return
        self.cells[self.at] = shown.text
        if shown.trouble:
            self.trouble[self.at] = shown.trouble
        if shown.is_bare:
            self.numbers.add(self.at)
        if shown.is_money:
            self.marked.add(self.at)

    def _row(self) -> None:
        if not any(self.cells.values()) and not self.trouble:
            # Blank rows at the end, of which only a format was set, are no rows.
            return
        self.found += (Line(number=n, cells=()) for n in range(self.told + 1, self.number))
        self.told = self.number
        for column, ref in self.book.covered.get(self.number, {}).items():
            self.trouble.setdefault(column, f"与别的单元格合并（{ref}），取消合并，每行填自己的内容")
        width = max((*self.cells, *self.trouble)) + 1
        cells = tuple(self.cells.get(i, "") for i in range(width))
        self.found.append(
            Line(
                number=self.number,
                cells=cells,
                trouble=self.trouble,
                numbers=frozenset(self.numbers),
                marked=frozenset(self.marked),
            )
        )


def _day(number: float, *, is_1904: bool) -> str:
    whole, rest = divmod(number, 1)
    base = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    # Day 60 of 1900 never was; the days before it count from another one.
    if not is_1904 and whole < 60:
        return digits(repr(number))
    try:
        day = base + timedelta(days=int(whole))
    except OverflowError:
        return digits(repr(number))
    seconds = round(rest * 86_400)
    clock = f" {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}" if seconds else ""
    return day.isoformat() + clock
