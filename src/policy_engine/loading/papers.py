"""Read what people hand in to be read: plain text, Markdown, a Word document, whatever its name ends in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.docx import DocxError, is_docx, read_docx
from policy_engine.loading.files import decode, refused_path
from policy_engine.loading.office import named_kind, office_file

MOST_BYTES: Final = 50_000_000
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_AS_WORD = "用 Word 或 WPS 另存为 .docx，或者另存为 UTF-8 纯文本（.txt）"
_AS_LINES = "另存为 CSV UTF-8，加 --each-line 一行一段地读"
_OTHERWISE = "把文字复制到 .txt 或 .docx 里再读"
_AGAIN = "可能没有下载完、已经损坏，或者只是改了名字；打开看一看，另存为 .docx 或者 UTF-8 纯文本（.txt）再读"
# More than one in so many characters that no text has: no text.
_SOUND_SHARE: Final = 10


@dataclass(frozen=True, slots=True)
class Paper:
    """The text of one file. `unread`: what the file holds beside it, in words."""

    path: str
    text: str
    unread: tuple[str, ...] = ()


def read_paper(path: Path, shown: str) -> Paper:
    """Read one file. Raises `DiagnosticsError` where it can't be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise refused_path(shown, error) from None
    return paper_of(data, shown)


def paper_of(data: bytes, path: str) -> Paper:
    """Find the text of bytes by what they are. Raises `DiagnosticsError` for what holds no text that can be read."""
    if len(data) > MOST_BYTES:
        raise _refused("PE003", path, f"文件过大，上限 {MOST_BYTES // 1_000_000} MB", "拆成几个文件")
    if is_docx(data):
        try:
            found = read_docx(data)
        except DocxError as error:
            raise _refused(
                "PE003" if error.is_too_large else "PE001", path, error.message, error.help_text
            ) from None
        return Paper(path, found.text, found.unread)
    if _LOCKED in data:
        raise _refused("PE001", path, "文件加了密码", "用 Word 或 WPS 打开，去掉密码，另存为 .docx")
    kind, promised = office_file(data, ""), named_kind(path)
    if promised and data and (kind is None or kind[0].startswith("压缩文件")) and promised != "压缩文件":
        raise _refused("PE001", path, f"文件名是 {promised}的，内容却不是", _AGAIN)
    if kind is not None:
        raise _refused("PE001", path, f"{kind[0]}，不是能读的文字", _help(kind[0]))
    text = decode(data, path).text
    if _is_garbled(text, data):
        raise _refused(
            "PE001", path, "内容不像文字", f"是文字的，另存为 UTF-8 纯文本（.txt）；不是的，{_OTHERWISE}"
        )
    return Paper(path, text)


def _is_garbled(text: str, data: bytes) -> bool:
    """Tell bytes that only happen to decode: full of control characters, or UTF-16 that nothing marks as such."""
    controls = sum(character < " " and character not in "\t\n\v\f\r" for character in text)
    if controls * _SOUND_SHARE > len(text):
        return True
    is_certain = _is_utf8(data) or data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return not is_certain and any(_is_common(data, encoding) for encoding in ("utf-16-le", "utf-16-be"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_common(data: bytes, encoding: str) -> bool:
    """Say whether bytes are, in an encoding, nothing but characters of every day."""
    try:
        data.decode(encoding).encode("gb2312")
    except UnicodeError:
        return False
    return True


def _help(kind: str) -> str:
    if "Excel" in kind or "表格" in kind:
        return _AS_LINES
    return _AS_WORD if "Word" in kind or "文字" in kind or "RTF" in kind else _OTHERWISE


def _refused(code: str, path: str, message: str, help_text: str) -> DiagnosticsError:
    return DiagnosticsError([Diagnostic(code=code, message=message, span=file_span(path), help=help_text)])
