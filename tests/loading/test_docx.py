"""Word documents are read with care: text in reading order, and nothing that plays tricks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from loading.docx import body, docx, packed, paragraph, table
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading import docx as reading
from policy_engine.loading.papers import paper_of, read_paper


def text_of(data: bytes) -> str:
    return paper_of(data, "方案.docx").text


def refusal(data: bytes, path: str = "方案.docx") -> tuple[str, str]:
    with pytest.raises(DiagnosticsError) as error:
        paper_of(data, path)
    (found,) = error.value.diagnostics
    assert found.help
    return found.code, found.message


def test_paragraphs_are_lines_and_pieces_of_a_word_are_one() -> None:
    assert "办公楼外墙修缮\n服务期限两年" == text_of(
        docx(paragraph("办公楼外", "墙修缮"), paragraph(), paragraph("服务期限两年"))
    )


def test_a_row_of_a_table_is_a_line() -> None:
    found = text_of(
        docx(
            paragraph("申报表"),
            table(
                (paragraph("项目名称"), paragraph("外墙修缮")),
                (paragraph("服务期限"), paragraph(), paragraph("两年")),
            ),
            paragraph("盖章"),
        )
    )
    assert "申报表\n项目名称 | 外墙修缮\n服务期限 | 两年\n盖章" == found


def test_a_table_in_a_table_is_read_where_it_stands() -> None:
    inner = table((paragraph("监理"), paragraph("5万元")), (paragraph("设计"), paragraph("3万元")))
    found = text_of(docx(table((paragraph("内容"), paragraph("分项") + inner + paragraph("合计8万元")))))
    assert "内容 | 分项\n监理 | 5万元\n设计 | 3万元\n合计8万元" == found


def test_breaks_tabs_and_both_forms_of_the_format() -> None:
    block = "<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r></w:p>"
    for words in reading._WORDS:
        assert "一\t二\n三" == text_of(docx(block, words=words))


def test_what_was_deleted_or_is_a_code_is_not_read_and_what_is_written_twice_once() -> None:
    deleted = "<w:p><w:del><w:r><w:delText>垫资</w:delText></w:r></w:del><w:r><w:t>保洁</w:t></w:r></w:p>"
    code = "<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>一</w:t></w:r></w:p>"
    box = f"<mc:AlternateContent><mc:Choice>{paragraph('框')}</mc:Choice><mc:Fallback>{paragraph('框')}</mc:Fallback></mc:AlternateContent>"
    assert "保洁\n一\n框" == text_of(docx(deleted, code, f"<w:p>{box}</w:p>"))


def test_notes_and_headers_follow_and_what_is_not_read_is_said() -> None:
    found = paper_of(
        packed(
            {
                "word/header1.xml": body(paragraph("页眉"), root="hdr"),
                "word/document.xml": body(paragraph("正文")),
                "word/footnotes.xml": body(paragraph("脚注"), root="footnotes"),
                "word/media/image1.png": b"\x89PNG",
                "word/comments.xml": body(paragraph("批注")),
            }
        ),
        "方案.docx",
    )
    assert "正文\n脚注\n页眉" == found.text
    assert ("文件里有 1 幅图片，图里的字没有读", "文件里有批注，批注没有读") == found.unread


BILLION = '<!DOCTYPE w [<!ENTITY a "哈哈"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "data",
    [
        docx(paragraph("一"))[:-30],
        docx(paragraph("一"))[:60] + b"word/",
        b"PK\x03\x04word/" + b"\0" * 100,
        packed({"word/styles.xml": body()}),
        packed({"word/document.xml": "<w:p>"}),
        packed({"word/document.xml": ""}),
        packed({"word/document.xml": b"\xff\xfe\0\0"}),
        packed({"word/document.xml": BILLION + body(paragraph("&b;")).split("?>")[1]}),
        packed({"word/document.xml": body(paragraph("&b;"))}),
    ],
    ids=["cut", "cut early", "zeroes", "no text", "open", "empty", "bytes", "entities", "unknown entity"],
)
def test_a_damaged_document_is_refused(data) -> None:
    code, message = refusal(data)
    assert ("PE001", True) == (code, message.startswith("Word 文件（.docx）"))


def test_a_locked_part_is_refused() -> None:
    data = bytearray(packed({"word/document.xml": body(paragraph("一"))}))
    data[6] |= 1
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "PE001" == refusal(bytes(data))[0]


def test_a_document_that_unpacks_without_end_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(reading, "MOST_UNPACKED", 100_000)
    code, message = refusal(docx(" " * 200_000))
    assert ("PE003", True) == (code, "展开" in message)


def test_a_document_with_too_much_text_or_too_many_parts_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(reading, "MOST_TEXT", 5)
    assert "PE003" == refusal(docx(paragraph("一二三四五六")))[0]
    monkeypatch.setattr(reading, "_MOST_PARTS", 1)
    assert "PE003" == refusal(docx(paragraph("一")))[0]


@pytest.mark.parametrize(
    ("data", "told", "helped"),
    [
        (b"%PDF-1.7 ...", "PDF 文件", "复制到 .txt"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "Word 文件（.doc）",
            "另存为 .docx",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "加了密码",
            "去掉密码",
        ),
        (packed({"xl/workbook.xml": "<a/>"}), "Excel 文件（.xlsx）", "--each-line"),
        (packed({"a.txt": "一"}), "内容却不是", "另存为 .docx"),
    ],
    ids=["pdf", "doc", "locked", "xlsx", "zip"],
)
def test_a_file_of_another_kind_is_known_by_its_bytes(data, told, helped) -> None:
    with pytest.raises(DiagnosticsError) as error:
        paper_of(data, "方案.docx")
    (found,) = error.value.diagnostics
    assert ("PE001", True, True) == (found.code, told in found.message, helped in found.help)


@pytest.mark.parametrize(
    ("data", "told"), [(b"\x81\x00\xff\xff", "编码"), ("甲\0乙".encode(), "空字符")], ids=["bytes", "null"]
)
def test_bytes_that_are_no_text_are_refused(data, told) -> None:
    with pytest.raises(DiagnosticsError) as error:
        paper_of(data, "方案.txt")
    (found,) = error.value.diagnostics
    assert ("PE001", True, True) == (found.code, told in found.message, "另存为 UTF-8" in found.help)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_its_encoding(encoding, tmp_path) -> None:
    (tmp_path / "a.txt").write_bytes("外墙修缮".encode(encoding))
    assert "外墙修缮" == read_paper(tmp_path / "a.txt", "a.txt").text


@pytest.mark.parametrize("name", ["方案.docx", "方案.DOC", "方案.pdf", "方案.wps", "清单.xlsx", "清单.et"])
@pytest.mark.parametrize(
    "data", ["办公楼外墙修缮".encode(), docx(paragraph("一"))[:3], "外墙修缮".encode("gb18030")]
)
def test_a_file_that_is_not_what_its_name_says_is_refused_and_told_what_to_do(name, data) -> None:
    with pytest.raises(DiagnosticsError) as error:
        paper_of(data, name)
    (found,) = error.value.diagnostics
    assert ("PE001", True, True) == (
        found.code,
        "内容却不是" in found.message,
        "另存为 .docx 或者 UTF-8 纯文本（.txt）" in found.help,
    )


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(1, 30)) * 4,
        "办公楼外墙修缮".encode("utf-16-le"),
        "办公楼外墙修缮".encode("utf-16-be"),
        b"\x7fELF\x02\x01\x01\x03" * 20,
    ],
    ids=["controls", "unmarked little", "unmarked big", "program"],
)
def test_bytes_that_only_happen_to_decode_are_refused(data) -> None:
    with pytest.raises(DiagnosticsError) as error:
        paper_of(data, "方案.txt")
    assert ["PE001"] == [d.code for d in error.value.diagnostics]


def test_a_few_control_characters_spoil_no_text() -> None:
    text = "办公楼外墙修缮\x07，含劳务派遣" * 5
    assert text == paper_of(text.encode(), "方案.txt").text


def test_a_file_too_large_or_not_there_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("policy_engine.loading.papers.MOST_BYTES", 10)
    (tmp_path / "a.txt").write_bytes(b"a" * 11)
    for name, code in (("a.txt", "PE003"), ("b.txt", "PE001")):
        with pytest.raises(DiagnosticsError) as error:
            read_paper(tmp_path / name, name)
        assert [code] == [d.code for d in error.value.diagnostics]


SOUND = docx(paragraph("办公楼外墙修缮"), table((paragraph("服务期限"), paragraph("两年"))))


@settings(max_examples=examples(200))
@given(
    st.lists(st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 255)), max_size=8),
    st.integers(0, len(SOUND)),
)
def test_any_bytes_give_text_or_a_refusal(changes, length) -> None:
    data = bytearray(SOUND)
    for at, byte in changes:
        data[at] = byte
    codes: set[str] = set()
    try:
        text_of(bytes(data[: length or None]))
    except DiagnosticsError as error:
        codes = {d.code for d in error.diagnostics}
    assert codes <= {"PE001", "PE003"}
