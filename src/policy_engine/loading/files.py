"""Read files as text, whatever encoding an office program saved them in."""

from __future__ import annotations

import codecs
import errno
from pathlib import Path

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import file_span
from policy_engine.loading.office import office_file

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PLAIN = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REFUSALS = {
    errno.ENOENT: ("找不到文件", "检查路径"),
    errno.ENAMETOOLONG: ("无法读取：路径太长", "检查路径；文件名不超过 255 个字节"),
    errno.EACCES: ("无法读取：没有权限", "检查文件和目录的权限"),
    errno.EPERM: ("无法读取：没有权限", "检查文件和目录的权限"),
    errno.EISDIR: ("无法读取：这是目录", "写目录里的一个文件"),
    errno.ENOTDIR: ("无法读取：路径中间有一段不是目录", "检查路径"),
    errno.ELOOP: ("无法读取：符号链接绕成了圈", "检查符号链接"),
}
_ENCODINGS = ("utf-8", "gb18030")
# Four bytes a character, of as many as a text may have; what never ends, as some devices do, isn't read further either.
MOST_BYTES = 80_000_000


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's path as it is shown, and its text."""

    path: str
    text: str


def decode(data: bytes, path: str) -> SourceText:
    """Decode UTF-8, UTF-16 with a byte-order mark, or GB18030. Raises `DiagnosticsError` for anything else."""
    if len(data) > MOST_BYTES:
        message = f"文件过大，上限 {MOST_BYTES // 1_000_000} MB"
        raise DiagnosticsError(
            [Diagnostic(code="PE003", message=message, span=file_span(path), help="拆成几个文件")]
        )
    office = office_file(data, path)
    if office is not None:
        raise _unreadable(path, f"{office[0]}，不是文本", office[1])
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return SourceText(path, _decoded(data, encoding, path))
    for encoding in _ENCODINGS:
        try:
            return SourceText(path, _readable(data.decode(encoding), path))
        except UnicodeDecodeError:
            continue
    raise _unreadable(path, "文件不是 UTF-8 也不是 GB18030 编码的文本", "另存为 UTF-8")


def encode_like(text: str, data: bytes) -> bytes:
    """Encode a text as the bytes that it takes the place of, their byte-order mark included."""
    for bom, encoding in _PLAIN:
        if data.startswith(bom):
            return bom + text.encode(encoding)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return text.encode("gb18030")
    return text.encode("utf-8")


def read_source(path: Path, shown: str | None = None) -> SourceText:
    """Read one file. Raises `DiagnosticsError` where it can't be read."""
    name = shown if shown is not None else str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise refused_path(name, error) from None
    except ValueError:
        raise _unreadable(name, "无法读取：路径含有空字符", "检查路径") from None
    return decode(data, name)


def refused_path(name: str, error: OSError) -> DiagnosticsError:
    """Say in Chinese why the system does not give a file."""
    reason, help_text = _REFUSALS.get(
        error.errno or 0, (f"无法读取（系统错误 {error.errno}）", "检查路径和权限")
    )
    return _unreadable(name, reason, help_text)


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
