"""Read files as text, whatever encoding an office program saved them in."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.office import office_file

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's path as it is shown, and its text."""

    path: str
    text: str


def decode(data: bytes, path: str) -> SourceText:
    """Decode UTF-8, UTF-16 with a byte-order mark, or GB18030. Raises `DiagnosticsError` for anything else."""
    office = office_file(data, path)
    if office is not None:
        raise _unreadable(path, f"不是文本，是{office[0]}", office[1])
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return SourceText(path, _decoded(data, encoding, path))
    for encoding in _ENCODINGS:
        try:
            return SourceText(path, _readable(data.decode(encoding), path))
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "文件不是 UTF-8 也不是 GB18030 编码的文本", "另存为 UTF-8")


def read_source(path: Path, shown: str | None = None) -> SourceText:
    """Read one file. Raises `DiagnosticsError` where it can't be read."""
    name = shown if shown is not None else str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(name, "找不到文件", "检查路径") from None
    except OSError as error:
        raise _unreadable(name, f"无法读取：{error.strerror}", "检查路径和权限") from None
    return decode(data, name)


def _decoded(data: bytes, encoding: str, path: str) -> str:
    try:
        return _readable(data.decode(encoding), path)
    except UnicodeDecodeError:
        raise _unreadable(path, "文件开头标明的编码与内容不符", "另存为 UTF-8") from None


def _readable(text: str, path: str) -> str:
    if "\x00" in text:
        raise _unreadable(path, "文件含有空字符，不是文本", "另存为 UTF-8 文本")
    return text


def _unreadable(path: str, message: str, help_text: str) -> DiagnosticsError:
    return DiagnosticsError([Diagnostic(code="PE001", message=message, span=file_span(path), help=help_text)])
