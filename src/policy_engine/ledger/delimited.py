"""Tables as text: comma, semicolon or tab between cells, in UTF-8 or GB18030, told apart or refused."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from policy_engine.ledger.lines import Line, Table, refuse
from policy_engine.loading.problems import short
from policy_engine.loading.tables import SEPARATORS

ENCODINGS = ("utf-8", "gb18030")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# A byte that is none of the encoding stays, as half a character by itself.
_ODD = "surrogateescape"
_HALF = re.compile("[\udc80-\udcff]")
_CHUNK = 1 << 20
_HEAD_ROOM = 20_000
# A quotation mark left open swallows the rest of a file into one cell.
_LONGEST_CELL = 200_000
# How many lines near the top may hold the head.
_HEADS = 12

# How well lines serve as the head of a table: the number of columns that are known.
Knows = Callable[[list[str]], int]


def open_text(path: Path, encoding: str | None, knows: Knows) -> Table:
    """Open a text table. `knows` counts the known columns of a line. Raises `DiagnosticsError` where it is in doubt."""
    shown = str(path)
    found = encoding or _encoding(path, knows)
    with path.open(encoding=found, newline="", errors=_ODD) as file:
        try:
            top = file.read(_HEAD_ROOM)
        except UnicodeDecodeError:
            _not_so(shown, found)
    if _HALF.search(top) and not _is_known(top, knows):
        _not_so(shown, found)
    separator = max(SEPARATORS, key=lambda mark: (_known(top, mark, knows), top.count(mark)))

    def lines() -> Iterator[Line]:
        with path.open(encoding=found, newline="", errors=_ODD) as source:
            yield from _lines(source, separator, shown, found)

    return Table(path=shown, kind="csv", lines=lines)


def _encoding(path: Path, knows: Knows) -> str:
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    possible = [name for name in ENCODINGS if _decodes(path, name)]
    if not possible:
        # A byte that is none here and there costs its own row, where the head shows which of them it is.
        nearly = [name for name in ENCODINGS if _head_is_known(path, name, knows)]
        if len(nearly) == 1:
            return nearly[0]
        refuse(str(path), "文件不是 UTF-8 也不是 GB18030 编码的文本", "在 Excel 或 WPS 里另存为 CSV UTF-8")
    if len(possible) == 1 or _is_ascii(path):
        return possible[0]
    # Both read it without an error; only the head can tell which of them gives words.
    known = [name for name in possible if _head_is_known(path, name, knows)]
    if len(known) > 1:
        refuse(
            str(path),
            "文件按 UTF-8 和 GB18030 都读得通，分不清是哪一种",
            "写 --encoding utf-8 或 --encoding gb18030；或者另存为 CSV UTF-8",
        )
    # Where neither does, the head is refused in any case.
    return (*known, *possible)[0]


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _is_ascii(path: Path) -> bool:
    with path.open("rb") as file:
        return all(chunk.isascii() for chunk in iter(lambda: file.read(_CHUNK), b""))


def _head_is_known(path: Path, encoding: str, knows: Knows) -> bool:
    with path.open(encoding=encoding, newline="", errors=_ODD) as file:
        top = file.read(_HEAD_ROOM)
    return _is_known(top, knows)


def _is_known(top: str, knows: Knows) -> bool:
    return any(_known(top, mark, knows) for mark in SEPARATORS)


def _known(top: str, separator: str, knows: Knows) -> int:
    found = csv.reader(top.splitlines()[:_HEADS], delimiter=separator)
    try:
        return max((knows(row) for row in found), default=0)
    except csv.Error:
        return 0


def _lines(source: Iterator[str], separator: str, path: str, encoding: str) -> Iterator[Line]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(source, delimiter=separator, strict=True, skipinitialspace=True)
    number = 0
    try:
        for cells in reader:
            number += 1
            written = tuple(cell.strip() for cell in cells)
            odd = [at for at, cell in enumerate(written, start=1) if _HALF.search(cell)]
            if odd:
                # Each such byte is shown by its number.
                shown = tuple(_HALF.sub(_byte, cell) for cell in written)
                why = f"第 {odd[0]} 格里有不是 {_name(encoding)} 的字节：`{short(shown[odd[0] - 1])}`"
                yield Line(number=number, cells=shown, broken=why)
                continue
            yield Line(number=number, cells=written)
    except csv.Error:
        hint = "单元格里的引号写两遍，整个单元格放进一对引号；补上另一半引号"
        refuse(path, f"第 {number + 1} 行起引号没有配对，后面的行分不开", hint)
    except UnicodeDecodeError:
        # Of UTF-16, half of a unit is left.
        _not_so(path, encoding)


def _byte(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]) & 0xFF:02x}"


def _name(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()


def _not_so(path: str, encoding: str) -> NoReturn:
    refuse(path, f"文件不是 {_name(encoding)} 编码", "去掉 --encoding，或者另存为 CSV UTF-8")
