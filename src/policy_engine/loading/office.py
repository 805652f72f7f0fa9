"""Recognise office files by their bytes, so that nobody is told of null characters in a spreadsheet."""

from __future__ import annotations

_AS_TABLE = "在 Excel 或 WPS 里“另存为 CSV UTF-8（逗号分隔）”，再用存出的 .csv；案件写成 YAML 文本"
_AS_TEXT = "把表格另存为 CSV UTF-8，文字另存为 UTF-8 纯文本；案件写成 YAML 文本"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What stands inside a container, as it stands there; the first that is found decides.
_PARTS = (
    (b"xl/", "Excel 文件（.xlsx）", _AS_TABLE),
    (b"word/", "Word 文件（.docx）", _AS_TEXT),
    (b"ppt/", "PowerPoint 文件（.pptx）", _AS_TEXT),
    (b"opendocument.spreadsheet", "表格文件（.ods）", _AS_TABLE),
    (b"opendocument.text", "文字文件（.odt）", _AS_TEXT),
    # As UTF-16 has them, without the codec, which nothing else needs at each start.
    (b"W\0o\0r\0k\0b\0o\0o\0k\0", "Excel 文件（.xls）", _AS_TABLE),
    (b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", "Word 文件（.doc）", _AS_TEXT),
)
_STARTS = (
    (b"%PDF-", "PDF 文件", _AS_TEXT),
    (b"{\\rtf", "RTF 文件", _AS_TEXT),
    (b"%!PS", "PostScript 文件", _AS_TEXT),
    (b"\x89PNG\r\n", "图片", _AS_TEXT),
    (b"\xff\xd8\xff", "图片", _AS_TEXT),
    (b"GIF8", "图片", _AS_TEXT),
    (b"Rar!\x1a", "压缩文件", "解压后再用里面的文件"),
    (b"7z\xbc\xaf\x27\x1c", "压缩文件", "解压后再用里面的文件"),
    (b"\x1f\x8b\x08", "压缩文件", "解压后再用里面的文件"),
)
# Export functions of many systems write a web page and call it `.xls`.
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<?mso", b"<?xml")
_NAMES = {
    ".xlsx": "Excel 文件（.xlsx）", ".xls": "Excel 文件（.xls）", ".et": "WPS 表格（.et）",
    ".docx": "Word 文件（.docx）", ".doc": "Word 文件（.doc）", ".wps": "WPS 文字（.wps）",
}  # fmt: skip
_OTHER_NAMES = {
    ".pdf": "PDF 文件", ".odt": "文字文件（.odt）", ".ods": "表格文件（.ods）", ".rtf": "RTF 文件",
    ".ppt": "PowerPoint 文件（.ppt）", ".pptx": "PowerPoint 文件（.pptx）", ".zip": "压缩文件", ".rar": "压缩文件",
    ".jpg": "图片", ".jpeg": "图片", ".png": "图片",
}  # fmt: skip


def office_file(data: bytes, path: str) -> tuple[str, str] | None:
    """Name the kind of office file these bytes are, and how to save it as text; `None` for text."""
    for start, kind, help_text in _STARTS:
        if data.startswith(start):
            return kind, help_text
    if data.startswith((_ZIP, _OLE)):
        return _container(data, path)
    if data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGES):
        return "网页或 XML 文件", _AS_TABLE
    return None


def _container(data: bytes, path: str) -> tuple[str, str]:
    for part, name, help_text in _PARTS:
        if part in data:
            return name, help_text
    kind = _NAMES.get(_suffix(path), "")
    if kind:
        return kind, _AS_TEXT if "Word" in kind or "文字" in kind else _AS_TABLE
    return ("Office 文件", _AS_TEXT) if data.startswith(_OLE) else ("压缩文件或 Office 文件", _AS_TEXT)


def named_kind(path: str) -> str:
    """Name the kind of file that a name promises; empty for text, and for names that promise nothing."""
    return (_NAMES | _OTHER_NAMES).get(_suffix(path), "")


def _suffix(path: str) -> str:
    dot = path.rfind(".")
    return path[dot:].lower() if dot >= 0 else ""
