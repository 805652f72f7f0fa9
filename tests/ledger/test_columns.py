"""Parquet: typed columns are read as they are meant, written back whole, and refused by name where nothing can be read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.test_batch import DAY, run, table
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.ledger import columns
from policy_engine.ledger.opening import open_table

NAMES = ["机关物业", "外墙修缮", "培训"]
MATTERS = {
    "项目名称": pa.array(NAMES).dictionary_encode(),
    "购买内容": ["机关办公楼保洁", "办公楼外墙修缮，含劳务派遣人员20名", "业务培训"],
    "项目金额_万元": pa.array([Decimal("186.50"), None, Decimal("3.00")], pa.decimal128(12, 2)),
    "合同期限_月": pa.array([12, 6, None], pa.int16()),
    "已列入目录": [True, False, None],
}


def written(columns_: dict, name: str = "清单.parquet", **how) -> Path:
    pq.write_table(pa.table(columns_), name, **how)
    return Path(name)


def cells(path: Path) -> list[list[str]]:
    return [list(line.cells) for line in open_table(path, knows=len).lines()]


def refused(path: Path) -> str:
    with pytest.raises(DiagnosticsError) as error:
        list(open_table(path, knows=len).lines())
    (one,) = error.value.diagnostics
    assert "PE531" == one.code
    assert one.help
    return one.message


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_typed_columns_decide_as_the_same_words_do(monkeypatch) -> None:
    monkeypatch.setattr(columns, "_BLOCK", 2)
    written(MATTERS, row_group_size=1)
    Path("清单.csv").write_text(
        "项目名称,购买内容,项目金额_万元,合同期限_月,已列入目录\n"
        "机关物业,机关办公楼保洁,186.50,12,是\n"
        "外墙修缮,办公楼外墙修缮，含劳务派遣人员20名,,6,否\n"
        "培训,业务培训,3.00,,\n",
        encoding="utf-8",
    )
    for suffix in ("parquet", "csv"):
        found = run("batch", f"清单.{suffix}", "-o", f"{suffix}.csv", *DAY, "--sample", "3")
        assert "随机抽 3 行由双引擎重审，全部一致" in found.stdout
    assert table("csv.csv") == table("parquet.csv")
    opinion = run("check", "--row", "清单.parquet", "2", *DAY)
    assert "外墙修缮" in opinion.stdout


def test_every_type_that_is_read_is_read_as_it_is_meant() -> None:
    day = datetime(2026, 1, 15)  # noqa: DTZ001 - of no zone
    path = written(
        {
            "日": [date(2026, 1, 15), None],
            "时": pa.array([day, day.replace(hour=8)], pa.timestamp("us")),
            "区": pa.array([day.replace(tzinfo=UTC), None], pa.timestamp("ms", "UTC")),
            "小数": pa.array([0.1, float("nan")], pa.float32()),
            "大数": [1e20, 1e-7],
            "整数": pa.array([-5, 2**63 - 1], pa.int64()),
            "列表": [["甲", "乙"], []],
            "字": [" 甲 ", ""],
            "空": pa.nulls(2),
        }
    )
    first, second = cells(path)
    assert ["2026-01-15", "2026-01-15", "0.1", "100000000000000000000", "-5", '["甲", "乙"]', "甲", ""] == [
        first[at] for at in (0, 1, 3, 4, 5, 6, 7, 8)
    ]
    assert first[2].startswith("2026-01-15 00:00:00")
    assert ["", "nan", "0.0000001", "9223372036854775807", "[]", "", ""] == [
        second[at] for at in (0, 3, 4, 5, 6, 7, 8)
    ]
    assert second[1].startswith("2026-01-15 08:00:00")
    one, _ = open_table(path, knows=len).lines()
    assert ({6: ["甲", "乙"]}, {3, 4, 5}) == (one.told, set(one.numbers))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([{"甲": 1}], "struct"),
        ([b"\x00"], "binary"),
        ([[1, 2]], "list"),
        ([[["甲"]]], "list"),
        (pa.array([[("甲", 1)]], pa.map_(pa.string(), pa.int64())), "map"),
        (pa.array([1], pa.duration("s")), "duration"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_type_that_is_no_cell_is_refused_by_name(values, kind) -> None:
    message = refused(written({"项目名称": ["甲"], "附件": values}))
    assert "“附件”" in message
    assert kind in message
    assert "项目名称" not in message


def test_a_damaged_file_is_told_plainly() -> None:
    path = written(
        {"项目名称": [f"事项{at}" for at in range(5000)]}, write_page_checksum=True, compression="none"
    )
    whole = path.read_bytes()
    for damaged in (
        whole[:-200],
        whole[:20],
        whole[:2000] + bytes(byte ^ 255 for byte in whole[2000:2100]) + whole[2100:],
        b"PAR1" + b"\x00" * 50 + b"PAR1",
        b"PARE" + whole[4:-4] + b"PARE",
    ):
        path.write_bytes(damaged)
        assert "Parquet 文件读不了，可能损坏或者加了密" in refused(path)
    found = run("batch", str(path), "-o", "a.csv", "--subject", "采购事项")
    assert (2, False) == (found.exit_code, Path("a.csv").exists())


def test_what_a_file_may_bring_has_its_bounds(monkeypatch) -> None:
    long = written({"项目名称": ["甲" * 300_000]})
    (line,) = open_table(long, knows=len).lines()
    assert "超过 200000 字" in line.trouble[0]
    assert "超过 2000 列" in refused(written({f"列{at}": [1] for at in range(2001)}))
    assert "没有列" in refused(written({}))
    monkeypatch.setattr(columns, "_LARGEST_GROUP", 10)
    assert "行组" in refused(written(MATTERS))


def test_no_row_is_read_before_it_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(columns, "_BLOCK", 10)
    path = written({"项目名称": [f"事项{at}" for at in range(100)]}, row_group_size=10)
    asked = []
    real = columns._cells
    monkeypatch.setattr(columns, "_cells", lambda column: asked.append(len(column)) or real(column))
    next(open_table(path, knows=len).lines())
    assert [10] == asked


def test_columns_are_written_and_read_again() -> None:
    written(MATTERS)
    found = run("batch", "清单.parquet", "-o", "结果.parquet", *DAY, "--sample", "0")
    run("batch", "清单.parquet", "-o", "结果.csv", *DAY, "--sample", "0")
    back = pq.read_table("结果.parquet").to_pylist()
    assert NAMES == [row["项目名称"] for row in back]
    assert [1, 2, 3] == [row["行"] for row in back]
    assert [row["结论"] for row in table("结果.csv")] == [row["结论"] for row in back]
    assert back[1]["项目金额_万元"] is None
    assert found.exit_code == run("batch", "结果.parquet", "-o", "再.csv", *DAY, "--sample", "0").exit_code


def test_half_a_character_leaves_no_half_a_file() -> None:
    Path("a.jsonl").write_text('{"项目名称":"甲\\ud800","购买内容":"保洁"}\n', encoding="utf-8")
    run("batch", "a.jsonl", "-o", "b.parquet", "--subject", "采购事项", "--sample", "0")
    assert "甲\\ud800" == pq.read_table("b.parquet").to_pylist()[0]["项目名称"]
