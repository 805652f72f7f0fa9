"""Text tables: encodings told apart or refused, nothing swallowed."""

import pytest

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.ledger.delimited import open_text
from policy_engine.ledger.objects import open_objects


def knows(cells) -> int:
    return sum(cell.strip() == "名称" for cell in cells)


def rows(path, encoding=None):
    return [line.cells for line in open_text(path, encoding, knows).lines()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_apart(tmp_path, encoding) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,备注\n甲,㐀𠮷\n", encoding=encoding)
    assert [("名称", "备注"), ("甲", "㐀𠮷")] == rows(path)


def test_what_reads_both_ways_is_told_by_its_head_or_refused(tmp_path) -> None:
    # These bytes are characters in both encodings.
    path = tmp_path / "a.csv"
    path.write_bytes("名称\n".encode())
    assert "鍚嶇О\n" == path.read_text(encoding="gb18030")
    assert [("名称",)] == rows(path)
    path.write_bytes("鍚嶇О\n".encode("gb18030"))
    assert [("名称",)] == rows(path)
    with pytest.raises(DiagnosticsError) as caught:
        open_text(path, None, len)
    assert "分不清" in caught.value.diagnostics[0].message
    assert [("鍚嶇О",)] == rows(path, "gb18030")


def test_neither_encoding_is_said(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,\xff\xff\n")
    with pytest.raises(DiagnosticsError) as caught:
        rows(path)
    assert "不是 UTF-8 也不是 GB18030" in caught.value.diagnostics[0].message


@pytest.mark.parametrize("mark", [",", ";", "\t", "，"])
def test_separators_are_told_by_the_head(tmp_path, mark) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'名称{mark}备注\n甲{mark}"一{mark}二\n三"\n', encoding="utf-8")
    assert [("名称", "备注"), ("甲", f"一{mark}二\n三")] == rows(path)


def test_an_open_quotation_mark_swallows_nothing(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称,备注\n甲,一\n乙,"二\n丙,三\n', encoding="utf-8")
    with pytest.raises(DiagnosticsError) as caught:
        rows(path)
    assert "第 3 行起引号没有配对" in caught.value.diagnostics[0].message


def test_json_lines_lose_themselves_alone(tmp_path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"名称":"甲","金额":1.10}\n{"名称":\n{"名称":1,"名称":2}\n[1]\n{"又":true}\n', encoding="utf-8"
    )
    table = open_objects(path)
    found = list(table.lines())
    assert ("名称", "金额", "又") == table.names
    assert [("甲", "1.10", ""), (), (), (), ("", "", "是")] == [line.cells for line in found]
    assert [False, True, True, True, False] == [bool(line.broken) for line in found]
    assert "同一个键写了两遍" == found[2].broken
