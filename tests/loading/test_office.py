"""Files of office programs are recognised by what they hold, and by their names only where that says nothing."""

import pytest

from policy_engine.loading.office import named_kind, office_file

ZIP, OLE = b"PK\x03\x04" + bytes(30), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30)


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "path", "kind", "way"),
    [
        (ZIP + b"xl/workbook.xml", "a.yaml", "Excel 文件（.xlsx）", "另存为 CSV"),
        (ZIP + b"word/document.xml", "a.yaml", "Word 文件（.docx）", "UTF-8 纯文本"),
        (ZIP + b"ppt/slides", "a.yaml", "PowerPoint 文件（.pptx）", "UTF-8 纯文本"),
        (
            ZIP + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "a",
            "表格文件（.ods）",
            "另存为 CSV",
        ),
        (ZIP + b"mimetypeapplication/vnd.oasis.opendocument.text", "a", "文字文件（.odt）", "UTF-8 纯文本"),
        (OLE + wide("Workbook"), "a.yaml", "Excel 文件（.xls）", "另存为 CSV"),
        (OLE + wide("WordDocument"), "a.yaml", "Word 文件（.doc）", "UTF-8 纯文本"),
        # What it holds says more than its name.
        (ZIP + b"word/document.xml", "a.xlsx", "Word 文件（.docx）", "UTF-8 纯文本"),
        (OLE, "甲.XLS", "Excel 文件（.xls）", "另存为 CSV"),
        (OLE, "甲.et", "WPS 表格（.et）", "另存为 CSV"),
        (OLE, "甲.wps", "WPS 文字（.wps）", "UTF-8 纯文本"),
        (OLE, "甲.doc", "Word 文件（.doc）", "UTF-8 纯文本"),
        (ZIP, "甲.docx", "Word 文件（.docx）", "UTF-8 纯文本"),
        (ZIP, "甲.xlsx", "Excel 文件（.xlsx）", "另存为 CSV"),
        (OLE, "甲", "Office 文件", "UTF-8 纯文本"),
        (ZIP, "甲.v2", "压缩文件或 Office 文件", "UTF-8 纯文本"),
        (b"%PDF-1.7 ...", "甲.yaml", "PDF 文件", "UTF-8 纯文本"),
        (b"{\\rtf1", "甲.yaml", "RTF 文件", "UTF-8 纯文本"),
        (b"\x89PNG\r\n\x1a", "甲.yaml", "图片", "UTF-8 纯文本"),
        (b"Rar!\x1a\x07", "甲.yaml", "压缩文件", "解压"),
        (b"\x1f\x8b\x08\x00", "甲.yaml", "压缩文件", "解压"),
        (b"<html><table>", "甲.xls", "网页或 XML 文件", "另存为 CSV"),
        (b"\xef\xbb\xbf \r\n <!DOCTYPE HTML>", "甲.xls", "网页或 XML 文件", "另存为 CSV"),
        (b"<?xml version='1.0'?>", "甲.yaml", "网页或 XML 文件", "另存为 CSV"),
    ],
)
def test_a_file_that_is_no_text_is_named_with_the_way_out(data, path, kind, way) -> None:
    found = office_file(data, path)
    assert found is not None
    assert kind == found[0]
    assert way in found[1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        "采购事项: {}\n".encode(),
        b"PK is no archive",
        b" <b>",
        b"name: <html>",
        b"x" * 600 + b"<html>",
        b"GIF",
    ],
)
def test_text_is_text_whatever_its_name(data) -> None:
    assert office_file(data, "甲.xlsx") is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("甲.xlsx", "Excel 文件（.xlsx）"),
        ("目录/甲.b.DOC", "Word 文件（.doc）"),
        ("甲.PDF", "PDF 文件"),
        ("甲.zip", "压缩文件"),
        ("甲.jpeg", "图片"),
        (".xlsx", "Excel 文件（.xlsx）"),
        ("甲.yaml", ""),
        ("xlsx", ""),
        ("甲.xlsx.yaml", ""),
        ("", ""),
    ],
)
def test_a_name_promises_a_kind(path, kind) -> None:
    assert kind == named_kind(path)
