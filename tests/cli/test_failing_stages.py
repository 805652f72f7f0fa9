"""Every stage of every command made to fail, in every format: told in the format, in nothing else, with its exit code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import as_shipped
from cli.contract import FOR_MACHINES, FORMATS, OF_ACCOUNTS, OF_RECORDS, ROOT, codes_in, envelope_in
from cli.rich_base import write_rich_base
from effort import pairs
from policy_engine.cli.app import app

CASE = "name: 甲\nas_of: 2026-01-15\n采购事项: {含工程: true, 采购标的: 工程}\n"
ARGUMENTS = {
    "check": ["案件.yaml"],
    "screen": ["办公楼外墙修缮"],
    "batch": ["清单.csv", "-o", "结果.csv"],
    "template": ["采购事项", "-o", "空白.xlsx"],
    "sql": ["采购事项", "--dialect", "duckdb"],
    "validate": [],
    "analyse": ["--only", "PE701"],
    "test": [],
    "diff": [".", "."],
    "cost": ["成本.yaml"],
    "catalogue": ["--file", "目录.csv"],
    "rules list": [],
    "rules show": ["toy-2020.art-1"],
    "rules read": ["示例令第1号"],
    "rules coverage": [],
    "sources list": [],
    "sources verify": ["--against", "."],
}
PAIRS = [
    (c, format_)
    for c, formats in FORMATS.items()
    if c not in (*OF_ACCOUNTS, *OF_RECORDS)
    for format_ in formats
]
IDS = [f"{command}-{format_}" for command, format_ in PAIRS]
PROGRAM = [sys.executable, "-c", "from policy_engine.cli import main; main()"]
UNDECODABLE = b"\x81\x00\xff\xff"


def put(path: Path) -> Path:
    """Make the folder of a file."""
    path.parent.mkdir(exist_ok=True)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("库")
    write_rich_base(folder)
    shutil.copyfile(ROOT / "schemas" / "cost.schema.json", folder / "schemas" / "cost.schema.json")
    shutil.copyfile(ROOT / "examples" / "cost" / "longan-2012.yaml", folder / "成本.yaml")
    (folder / "rules" / "registers" / "texts.yaml").write_text("texts: []\n", encoding="utf-8")
    (folder / "案件.yaml").write_text(CASE, encoding="utf-8")
    (folder / "清单.csv").write_text("采购标的,含工程\n工程,是\n服务,否\n", encoding="utf-8")
    (folder / "目录.csv").write_text("一级目录,二级目录\n公共服务,公共安全服务\n", encoding="utf-8")
    return folder


@pytest.fixture
def base(made, tmp_path, monkeypatch) -> Path:
    shutil.copytree(made, tmp_path / "库")
    monkeypatch.chdir(tmp_path / "库")
    return tmp_path / "库"


def run(command: str, format_: str, *more: str):
    return CliRunner().invoke(app, [*command.split(), *ARGUMENTS[command], *more, "--format", format_])


def is_told(result, format_: str, *codes: str, exits: tuple[int, ...] = (2,)) -> None:
    """Hold an output to the contract: in its format, with its codes and exit code, nowhere else."""
    assert result.exit_code in exits
    assert "Traceback" not in result.output
    if format_ in FOR_MACHINES:
        assert "" == result.stderr
        assert codes_in(format_, result.stdout) & set(codes)
        if format_ == "json":
            found = envelope_in(result.stdout)
            assert (result.exit_code, False) == (found["exit"], found["is_complete"])
    else:
        told = result.stderr or result.stdout
        assert "PE903" in codes or any(f"[{code}]" in told for code in codes)


@pytest.mark.parametrize(("command", "format_"), PAIRS, ids=IDS)
def test_a_sound_run_is_in_its_format(command, format_, base) -> None:
    result = run(command, format_)
    assert result.exit_code in (0, 1, 3)
    if format_ in FOR_MACHINES:
        assert "" == result.stderr
        codes_in(format_, result.stdout)


@pytest.mark.parametrize(("command", "format_"), PAIRS, ids=IDS)
def test_an_option_that_is_not_there_is_told(command, format_, base) -> None:
    is_told(run(command, format_, "--no-such-option"), format_, "PE903")


@pytest.mark.parametrize(("command", "format_"), PAIRS, ids=IDS)
def test_a_rule_base_that_is_not_there_is_told(command, format_, base) -> None:
    if command == "diff":
        is_told(CliRunner().invoke(app, ["diff", "没有", "--format", format_]), format_, "PE731")
    elif command == "cost":
        (base / "schemas" / "cost.schema.json").unlink()
        is_told(run(command, format_), format_, "PE001")
    else:
        is_told(run(command, format_, "--rules", "没有"), format_, "PE903")


@pytest.mark.parametrize(("command", "format_"), PAIRS, ids=IDS)
def test_a_file_of_the_rule_base_that_cannot_be_read_is_told(command, format_, base) -> None:
    if command == "cost":
        (base / "schemas" / "cost.schema.json").write_bytes(UNDECODABLE)
    put(base / "rules" / "toy" / "bad" / "law.yaml").write_bytes(UNDECODABLE)
    # `validate` and `rules coverage` look for faults: finding one is their result.
    is_told(run(command, format_), format_, "PE001", exits=(1,) if command == "validate" else (2,))


@pytest.mark.parametrize(("command", "format_"), PAIRS, ids=IDS)
def test_a_rule_base_that_does_not_load_is_told(command, format_, base) -> None:
    if command == "cost":
        (base / "成本.yaml").write_text("没有这一项: 1\n", encoding="utf-8")
        result, codes = run(command, format_), ("PE501", "PE502", "PE010")
    else:
        put(base / "rules" / "toy" / "bad" / "law.yaml").write_text(
            "document: 没有\nrules: []\n", encoding="utf-8"
        )
        result, codes = run(command, format_), ("PE203", "PE601", "PE011", "PE009")
    if command == "validate" and format_ in FOR_MACHINES:
        assert 1 == result.exit_code
        assert codes_in(format_, result.stdout) & set(codes)
    else:
        is_told(result, format_, *codes, exits=(1,) if command in ("validate", "rules coverage") else (2,))


@pytest.mark.parametrize(("command", "format_"), PAIRS, ids=IDS)
def test_a_fault_of_the_program_is_told_and_gives_nothing_away(command, format_, base, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "secret"
        raise KeyError(message)

    for place in ("usecases.rule_base.load_documents", "cli.cost.load_costs"):
        monkeypatch.setattr(f"policy_engine.{place}", broken)
    as_shipped.forget()
    result = run(command, format_)
    assert 4 == result.exit_code
    assert "secret" not in result.output
    if format_ in FOR_MACHINES:
        assert ("", {"PE904"}) == (result.stderr, codes_in(format_, result.stdout))
    else:
        assert "内部错误" in result.stderr


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
@pytest.mark.parametrize("text", [b"\x00", b"[1, 2", "采购事项： {}".encode(), b"", b"- 1\n- 2\n"], ids=repr)
def test_a_case_that_cannot_be_read_is_an_input_that_is_refused(text, format_, base) -> None:
    (base / "案件.yaml").write_bytes(text)
    result = run("check", format_)
    assert 2 == result.exit_code
    if format_ == "json":
        found = envelope_in(result.stdout)
        assert {"refused"} == {one["status"] for one in found["inputs"]}
        assert {one["index"] for one in found["inputs"]} == {one["input"] for one in found["diagnostics"]}
    else:
        assert "PE" in result.stderr


@pytest.mark.parametrize("format_", ["text", "json", "junit"])
def test_a_case_that_test_cannot_read_is_told(format_, base) -> None:
    (base.parent / "案件.yaml").write_text("采购事项: {没有: 1}\n", encoding="utf-8")
    arguments = ["test", "../案件.yaml", "--rules", "rules", "--format", format_]
    is_told(CliRunner().invoke(app, arguments), format_, "PE501")


@pytest.mark.parametrize("format_", ["json", "sarif", "junit"])
def test_the_output_file_holds_the_failure_too(format_, base) -> None:
    put(base / "rules" / "toy" / "bad" / "law.yaml").write_bytes(UNDECODABLE)
    result = run("analyse", format_, "-o", "结果")
    assert (2, "", "") == (result.exit_code, result.stdout, result.stderr)
    assert {"PE001"} == codes_in(format_, (base / "结果").read_text("utf-8"))


# What only a process of its own shows: streams that are closed or full while a stage fails.


STREAMS = [
    *((">&-", 1), ("2>&-", 1), (">&- 2>&-", 1)),
    *((">/dev/full", 4), (">/dev/full 2>&-", 4), ("2>/dev/full", 1)),
]


@pytest.mark.every(3)
@pytest.mark.parametrize(
    ("streams", "format_"), pairs(STREAMS, ["text", "json", "sarif", "junit", "github"]), ids=str
)
def test_a_failing_stage_with_closed_or_full_streams_keeps_its_exit_code(streams, format_, base) -> None:
    redirection, code = streams
    put(base / "rules" / "toy" / "bad" / "law.yaml").write_bytes(UNDECODABLE)
    found = subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "-", *PROGRAM, "validate", "--format", format_],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONUTF8": "0"},
        check=False,
    )
    assert code == found.returncode
    assert "Traceback" not in found.stderr
    if found.stdout and format_ in FOR_MACHINES:
        assert {"PE001"} == codes_in(format_, found.stdout)


@pytest.mark.parametrize(
    ("encoding", "format_"), pairs(["ascii", "gb18030", "latin-1", "utf-16"], ["json", "sarif", "junit"])
)
def test_data_is_read_as_utf_8_whatever_the_streams_are_set_to(encoding, format_, base) -> None:
    put(base / "rules" / "toy" / "bad" / "law.yaml").write_bytes(UNDECODABLE)
    found = subprocess.run(
        [*PROGRAM, "validate", "--format", format_],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert {"PE001"} == codes_in(format_, found.stdout.decode("utf-8"))
