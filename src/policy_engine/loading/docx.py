"""Read the text of a Word document: paragraphs and table cells in reading order, nothing of it run or fetched."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from policy_engine.foundation.archives import DAMAGED

# Of the parts that are read, unpacked: some thousand pages. What a file says of its own size is not believed.
MOST_UNPACKED: Final = 64_000_000
MOST_TEXT: Final = 2_000_000
_UNPACKED_WORDS = f"展开以后超过 {MOST_UNPACKED // 1_000_000} MB"
_TEXT_WORDS = f"文字超过 {MOST_TEXT:,} 字"
_MOST_PARTS = 10_000
_CHUNK = 65_536
_PARTS = re.compile(r"word/(document\d*|footnotes|endnotes|header\d*|footer\d*)\.xml")
_PICTURES, _COMMENTS = re.compile(r"word/media/."), "word/comments.xml"
_WORDS = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main")  # fmt: skip
# Drawings are written twice, for old programs too.
_AGAIN = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
_STANDS_FOR = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_CELL = " | "


class DocxError(Exception):
    """Raised where a document can't be read: `message` says why, `help_text` what to do, `is_too_large` which of both it is."""

    def __init__(self, message: str, help_text: str, *, is_too_large: bool = False) -> None:
        super().__init__(message)
        self.message, self.help_text, self.is_too_large = message, help_text, is_too_large


@dataclass(frozen=True, slots=True)
class Docx:
    """The text of a document, one paragraph or table row a line, and what of it was not read."""

    text: str
    unread: tuple[str, ...]


def is_docx(data: bytes) -> bool:
    """Tell whether bytes look like a Word document, sound or not."""
    return data.startswith(b"PK\x03\x04") and b"word/" in data


def read_docx(data: bytes) -> Docx:
    """Read a document. Raises `DocxError` where it is damaged, locked, too large or plays tricks with XML."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return _read(packed)
    except expat.ExpatError:
        raise _damaged() from None
    except DAMAGED:
        raise _damaged() from None


def _damaged() -> DocxError:
    return DocxError("Word 文件（.docx）损坏或者加了密码", "用 Word 或 WPS 打开，去掉密码，另存为 .docx")


def _too_large(what: str) -> DocxError:
    return DocxError(f"Word 文件过大：{what}", "拆成几个文件，或者只留要读的部分", is_too_large=True)


def _read(packed: zipfile.ZipFile) -> Docx:
    names = packed.namelist()
    if len(names) > _MOST_PARTS:
        raise _too_large("里面的部分太多")
    parts = sorted((name for name in names if _PARTS.fullmatch(name)), key=_order)
    if not parts or _order(parts[0])[0]:
        raise _damaged()
    reader = _Reader()
    for name in dict.fromkeys(parts):
        reader.part(packed, name)
    return Docx("".join(reader.found), tuple(_unread(names)))


def _order(name: str) -> tuple[bool, str]:
    return not name.startswith("word/document"), name


def _unread(names: list[str]) -> Iterator[str]:
    if pictures := sum(_PICTURES.match(name) is not None for name in names):
        yield f"文件里有 {pictures} 幅图片，图里的字没有读"
    if _COMMENTS in names:
        yield "文件里有批注，批注没有读"


@dataclass(slots=True)
class _Reader:
    """Collects text as the parser meets it. `rows`: for each table that is open, whether its row has a cell yet."""

    found: list[str] = field(default_factory=list)
    gap: str = ""
    rows: list[bool] = field(default_factory=list)
    skipping: int = 0
    is_text: bool = False
    unpacked: int = 0
    written: int = 0

    def part(self, packed: zipfile.ZipFile, name: str) -> None:
        self.gap, self.rows, self.skipping, self.is_text = "\n", [], 0, False
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        # No document of Word's has one; entities are declared there.
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with packed.open(name) as file:
            while chunk := file.read(_CHUNK):
                self.unpacked += len(chunk)
                if self.unpacked > MOST_UNPACKED:
                    raise _too_large(_UNPACKED_WORDS)
                parser.Parse(chunk, False)
        parser.Parse(b"", True)

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if self.skipping or name == _AGAIN:
            self.skipping += 1
            return
        match _word(name):
            case "t":
                self.is_text = True
            case "tr":
                self.rows.append(False)
                self.gap = "\n"
            case "tc" if self.rows:
                self.gap = _CELL if self.rows[-1] else "\n"
                self.rows[-1] = True
            case other:
                if other in _STANDS_FOR:
                    self.write(_STANDS_FOR[other])

    def end(self, name: str) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        match _word(name):
            case "t":
                self.is_text = False
            case "p":
                self.gap = "\n"
            case "tr":
                if self.rows:
                    self.rows.pop()
                self.gap = "\n"
            case _:
                pass

    def characters(self, text: str) -> None:
        if self.is_text and not self.skipping:
            self.write(text)

    def write(self, text: str) -> None:
        if self.gap and not text.strip():
            return
        added = (self.gap if self.found else "") + text
        self.gap = ""
        self.written += len(added)
        if self.written > MOST_TEXT:
            raise _too_large(_TEXT_WORDS)
        self.found.append(added)


def _word(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return local if namespace in _WORDS else ""


def _refuse_doctype(*_: object) -> None:
    raise DocxError(
        "Word 文件（.docx）里有文档类型定义，不是 Word 或 WPS 写出的", "用 Word 或 WPS 打开，另存为 .docx"
    )
