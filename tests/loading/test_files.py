"""Files are read in the encodings offices use, and what is read means the same in each."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.toy import case_in
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import decode, read_source

TEXT = "as_of: 2026-01-15\n采购事项: {购买内容: 办公楼修缮，㐂𠮷, 含工程: true}\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_office_encoding_is_read_alike(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "case.yaml").text == TEXT


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_both_byte_orders_are_read(mark: str) -> None:
    assert decode("\ufeff".encode(mark) + TEXT.encode(mark), "case.yaml").text == TEXT


def test_old_chinese_encoding_gives_a_case() -> None:
    case = case_in(decode(TEXT.encode("gb18030"), "case.yaml").text)
    assert case.subjects["采购事项"]["含工程"].value is True


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    text, codes = "", ["PE001"]
    try:
        text = decode(data, "case.yaml").text
    except DiagnosticsError as error:
        codes = [d.code for d in error.diagnostics]
    assert codes == ["PE001"]
    assert "\0" not in text


@pytest.mark.parametrize(("path", "message"), [("no.yaml", "找不到文件"), (".", "无法读取")])
def test_what_is_no_file_is_told(path: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DiagnosticsError, match=message):
        read_source(tmp_path / path)


@pytest.mark.parametrize(
    ("name", "message"),
    [("没有.yaml", "找不到文件"), ("甲" * 5000, "无法读取：路径太长"), (".", "无法读取：这是目录")],
)
def test_reason_for_which_the_system_gives_no_file_is_chinese(name: str, message: str) -> None:
    with pytest.raises(DiagnosticsError) as raised:
        read_source(Path(name))
    (found,) = raised.value.diagnostics
    assert ("PE001", message) == (found.code, found.message)
