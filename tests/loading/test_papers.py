"""Bytes that hold text are read; of others it is said what they are and what helps."""

import pytest

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading import papers
from policy_engine.loading.papers import paper_of, read_paper

TEXT = "为社区老人提供居家养老服务"
ZIP, OLE = b"PK\x03\x04" + bytes(30), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30)
WORD = "用 Word 或 WPS 另存为 .docx，或者另存为 UTF-8 纯文本（.txt）"
LINES = "另存为 CSV UTF-8，加 --each-line 一行一段地读"
OTHERWISE = "把文字复制到 .txt 或 .docx 里再读"
AGAIN = "可能没有下载完、已经损坏，或者只是改了名字；打开看一看，另存为 .docx 或者 UTF-8 纯文本（.txt）再读"
NO_TEXT = f"是文字的，另存为 UTF-8 纯文本（.txt）；不是的，{OTHERWISE}"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("gb18030"),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
    ],
)
def test_text_is_read_in_the_encodings_that_it_comes_in(data) -> None:
    found = paper_of(data, "a.txt")
    assert ("a.txt", TEXT, ()) == (found.path, found.text.removeprefix("\ufeff"), found.unread)


@pytest.mark.parametrize("text", ["", "plain words", "a\tb\r\nc\v\f", "ab\x07" + "c" * 7, "a" * 9 + "\x01"])
def test_plain_words_with_a_stray_control_character_are_text(text) -> None:
    assert text == paper_of(text.encode(), "a").text


@pytest.mark.parametrize(
    ("data", "path", "message", "help_text"),
    [
        (b"a" * 9 + b"\x01\x02", "a", "内容不像文字", NO_TEXT),
        ("购买社区".encode("utf-16-le"), "a", "内容不像文字", NO_TEXT),
        ("社区设计".encode("utf-16-be"), "a", "内容不像文字", NO_TEXT),
        (b"x" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "文件加了密码", "用 Word 或 WPS 打开，去掉密码，另存为 .docx"),
        (b"%PDF-1.7", "a", "PDF 文件，不是能读的文字", OTHERWISE),
        (b"{\\rtf1", "a", "RTF 文件，不是能读的文字", WORD),
        (OLE + "Workbook".encode("utf-16-le"), "a", "Excel 文件（.xls），不是能读的文字", LINES),
        (OLE + "WordDocument".encode("utf-16-le"), "a", "Word 文件（.doc），不是能读的文字", WORD),
        (ZIP + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "a", "表格文件（.ods），不是能读的文字", LINES),
        (ZIP + b"mimetypeapplication/vnd.oasis.opendocument.text", "a", "文字文件（.odt），不是能读的文字", WORD),
        (b"\x89PNG\r\n\x1a", "a", "图片，不是能读的文字", OTHERWISE),
        (b"words", "a.docx", "文件名是 Word 文件（.docx）的，内容却不是", AGAIN),
        (b"words", "a.pdf", "文件名是 PDF 文件的，内容却不是", AGAIN),
        (b"Rar!\x1a\x07", "a.docx", "文件名是 Word 文件（.docx）的，内容却不是", AGAIN),
        (b"Rar!\x1a\x07", "a.rar", "压缩文件，不是能读的文字", OTHERWISE),
    ],
)  # fmt: skip
def test_what_is_no_text_is_told_in_these_words(data, path, message, help_text) -> None:
    with pytest.raises(DiagnosticsError) as caught:
        paper_of(data, path)
    (found,) = caught.value.diagnostics
    assert ("PE001", message, help_text) == (found.code, found.message, found.help)
    assert found.span is not None
    assert (path, 0, 0) == (found.span.path, found.span.line, found.span.column)


def test_an_empty_file_of_any_name_holds_no_words() -> None:
    assert "" == paper_of(b"", "a.docx").text


def test_a_file_may_be_as_large_as_said_and_no_larger(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(papers, "MOST_BYTES", 2_000_000)
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 2_000_000)
    assert 2_000_000 == len(read_paper(path, "a.txt").text)
    path.write_bytes(b"x" * 2_000_001)
    with pytest.raises(DiagnosticsError) as caught:
        read_paper(path, "a.txt")
    (found,) = caught.value.diagnostics
    assert ("PE003", "文件过大，上限 2 MB", "拆成几个文件") == (found.code, found.message, found.help)
    with pytest.raises(DiagnosticsError) as caught:
        read_paper(tmp_path / "none.txt", "b.txt")
    assert ["b.txt"] == [one.span.path for one in caught.value.diagnostics if one.span]
