"""Several files in, one file out: each case in its place, the output whole or not at all."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from effort import some
from policy_engine.cli.app import app
from policy_engine.cli.today import today_in_china
from policy_engine.foundation.width import display_width
from policy_engine.model.calendar import chinese_day

ROOT = Path(__file__).parents[2]
EXAMPLE = str(ROOT / "examples" / "purchase-wall-repair.yaml")
PROGRAM = [sys.executable, "-c", "from policy_engine.cli import main; main()"]
REFUSED = "name: 甲\nas_of: 2026-01-15\n采购事项: {含工程: true, 采购标的: 工程}\n"
BAD = "name: 乙\nas_of: 2026-01-15\n采购事项: {含工程: 也许}\n"
OPEN = "name: 丙\nas_of: 2026-01-15\n采购事项: {}\n"


def run(*arguments: str, given: str | None = None):
    return CliRunner().invoke(app, ["check", *arguments], input=given)


@pytest.fixture
def files(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("甲.yaml", REFUSED), ("乙.yaml", BAD), ("丙.yaml", OPEN)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_several_cases_are_counted_and_listed_before_their_pages(files) -> None:
    result = run("甲.yaml", "乙.yaml", "丙.yaml")
    lines = result.stdout.splitlines()
    assert "3 件：1 件不得实施，1 件需补充核实，1 件填报有误。" == lines[0]
    assert [
        "  1. 甲：不得实施（甲.yaml:1:1）",
        "  2. 乙：填报有误（乙.yaml:1:1）",
        "  3. 丙：需补充核实（丙.yaml:1:1）",
    ] == lines[3:6]
    assert 2 == result.exit_code


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_refused_case_stands_between_its_neighbours(files, format_) -> None:
    shown = run("甲.yaml", "乙.yaml", "丙.yaml", "--format", format_).stdout
    places = [shown.index(words) for words in ("结论：不得", "未审查：填报有误", "结论：需补充核实")]
    assert sorted(places) == places
    assert "PE101" in shown[places[1] : places[2]]


def test_a_file_that_cannot_be_read_is_a_case_that_is_refused(files) -> None:
    result = run("甲.yaml", "没有.yaml", "丙.yaml")
    assert 2 == result.exit_code
    assert "  2. （未写名称）：填报有误（没有.yaml:1:1）" in result.stdout
    assert "结论：需补充核实" in result.stdout


def test_one_case_alone_has_no_list(files) -> None:
    assert run("甲.yaml").stdout.startswith("结论：不得")
    assert "" == run("乙.yaml").stdout


def test_standard_input_stands_among_files_and_only_once(files) -> None:
    assert "  2. 甲：不得实施（标准输入:1:1）" in run("丙.yaml", "-", given=REFUSED).stdout
    assert 2 == run("-", "-", given=REFUSED).exit_code


@pytest.mark.parametrize("row", ["name: 乙\u200b\n", "name: 乙\nname: 乙\n", "name: &x 乙\n"], ids=repr)
def test_a_row_whose_text_is_bad_loses_itself_and_not_its_neighbours(files, row) -> None:
    (files / "台账.yaml").write_text(f"{REFUSED}---\n{row}采购事项: {{}}\n---\n{OPEN}", encoding="utf-8")
    lines = run("台账.yaml").stdout.splitlines()
    assert "3 件：1 件不得实施，1 件需补充核实，1 件填报有误。" == lines[0]
    assert "填报有误" in lines[4]


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_the_output_file_holds_what_the_screen_would_show(files, format_) -> None:
    shown = run("甲.yaml", "丙.yaml", "--format", format_)
    result = run("甲.yaml", "丙.yaml", "--format", format_, "-o", "意见")
    assert (shown.exit_code, "", "") == (result.exit_code, result.stdout, result.stderr)
    assert shown.stdout == (files / "意见").read_text("utf-8")


def test_an_existing_file_is_replaced_whole_and_keeps_its_rights(files) -> None:
    (files / "意见").write_text("旧" * 100_000, encoding="utf-8")
    (files / "意见").chmod(0o640)
    run("甲.yaml", "-o", "意见")
    assert (files / "意见").read_text("utf-8").startswith("结论：不得")
    assert 0o640 == stat.S_IMODE((files / "意见").stat().st_mode)
    assert {"甲.yaml", "乙.yaml", "丙.yaml", "意见"} == {path.name for path in files.iterdir()}


def test_a_file_that_cannot_be_written_stays_as_it_was(files, monkeypatch) -> None:
    (files / "意见").write_text("旧", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("policy_engine.foundation.in_place.os.fsync", full)
    result = run("甲.yaml", "-o", "意见")
    assert (4, "") == (result.exit_code, result.stdout)
    assert "无法读写：意见" in result.stderr
    assert "旧" == (files / "意见").read_text("utf-8")
    assert {"甲.yaml", "乙.yaml", "丙.yaml", "意见"} == {path.name for path in files.iterdir()}


@pytest.mark.parametrize(
    ("to", "remedy"), [("没有这个目录/意见", "没有这个目录，先建目录"), (".", "这是目录，写目录里的一个文件")]
)
def test_what_is_wrong_with_the_place_to_write_to_is_said(files, to, remedy) -> None:
    result = run("甲.yaml", "-o", to)
    assert 4 == result.exit_code
    assert remedy in result.stderr


@pytest.mark.parametrize("to", ["没有这个目录/意见", "甲.yaml", "."])
def test_where_nothing_can_be_written_nothing_is(files, to) -> None:
    result = run("甲.yaml", "-o", to)
    assert result.exit_code in (2, 4)
    assert "" == result.stdout
    assert REFUSED == (files / "甲.yaml").read_text("utf-8")


@pytest.mark.parametrize("case", ["甲.yaml", "没有.yaml"])
def test_a_machine_whose_file_cannot_be_written_finds_why_on_the_screen(files, case) -> None:
    result = run(case, "--format", "json", "-o", "没有这个目录/意见")
    told = json.loads(result.stdout)
    assert (False, "PE905") == (told["is_complete"], told["diagnostics"][-1]["code"])
    assert "无法读写" in result.stderr
    assert 4 == result.exit_code == told["exit"]
    # Asked for on the screen, it is there once.
    assert told["format"] == json.loads(run(case, "--format", "json").stdout)["format"]


def test_a_device_is_written_to_and_not_replaced(files) -> None:
    assert 1 == run("甲.yaml", "-o", "/dev/null").exit_code
    assert not Path("/dev/null").is_file()


def test_a_link_is_followed_and_stays(files) -> None:
    (files / "真").write_text("旧", encoding="utf-8")
    (files / "链").symlink_to("真")
    run("甲.yaml", "-o", "链")
    assert (files / "链").is_symlink()
    assert (files / "真").read_text("utf-8").startswith("结论：不得")


def test_a_case_with_nothing_decided_leaves_no_file(files) -> None:
    assert 2 == run("乙.yaml", "-o", "意见").exit_code
    assert not (files / "意见").exists()


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_a_page_keeps_to_the_columns_of_the_terminal_and_to_its_indent(columns, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run(EXAMPLE).stdout.splitlines()
    assert columns >= max(map(display_width, lines))
    at = next(n for n, line in enumerate(lines) if line.startswith("  ① 《政府购买服务管理办法》"))
    assert lines[at + 1].startswith("    ")


def test_a_file_is_not_broken_at_the_terminals_columns(files, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    run(EXAMPLE, "-o", "意见")
    assert 100 < max(map(display_width, (files / "意见").read_text("utf-8").splitlines()))


ZONES = ["Etc/GMT+12", "Pacific/Kiritimati", "America/New_York", "没有这个时区", ""]


@pytest.mark.parametrize("zone", some(ZONES, 3))
def test_today_is_chinas_wherever_the_machine_stands(zone, tmp_path) -> None:
    case = tmp_path / "案件.yaml"
    case.write_text("采购事项: {含工程: true, 采购标的: 工程}\n", encoding="utf-8")
    before = today_in_china()
    found = subprocess.run(
        [*PROGRAM, "check", str(case)],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=False,
    )
    days = {chinese_day(day) for day in (before, today_in_china())}
    assert any(f"按中国时间 {day}" in found.stdout for day in days)


def test_chinas_day_begins_eight_hours_before_greenwichs() -> None:
    before = today_in_china()
    greenwich = (datetime.now(UTC) + timedelta(hours=8)).date().toordinal()
    assert before <= greenwich <= today_in_china()


def test_a_category_that_is_open_beside_a_settled_one_is_told_to_the_shell(tmp_path) -> None:
    mine = (ROOT / "examples" / "enterprise-mine.yaml").read_text(encoding="utf-8")
    settled, still_open = tmp_path / "定.yaml", tmp_path / "未定.yaml"
    settled.write_text(mine, encoding="utf-8")
    still_open.write_text(
        mine.replace("  职业病危害类别: {", "  死亡事故: true\n  职业病危害类别: {"), "utf-8"
    )
    first, second = run(str(settled)), run(str(still_open))
    assert (0, 3) == (first.exit_code, second.exit_code)
    assert "结论：是重点对象：第（一）项、第（二）项（第（七）项待核实）。" == second.stdout.splitlines()[0]
