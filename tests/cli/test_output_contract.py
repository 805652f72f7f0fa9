"""The output contract: whatever command, whatever fails, a machine is given its format and nothing else."""

import pytest
from click.testing import CliRunner

from cli.contract import FORMATS, ROOT, envelope_in
from policy_engine.cli.app import app
from policy_engine.cli.chinese import Group
from policy_engine.usecases import EngineBrokeError, EnginesDisagreeError

EXAMPLES = ROOT / "examples"
REFUSED = "name: 甲\nas_of: 2026-01-15\n采购事项: {含工程: true, 采购标的: 工程}\n"
BAD = "name: 乙\nas_of: 2026-01-15\n采购事项: {含工程: 也许}\n"


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def two(tmp_path) -> str:
    path = tmp_path / "台账.yaml"
    path.write_text(f"{REFUSED}---\n{BAD}---\n{REFUSED}", encoding="utf-8")
    return str(path)


@pytest.mark.every(4)
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_example_gives_an_envelope_that_fits_the_schema(path) -> None:
    result = run("check", str(path), "--format", "json")
    found = envelope_in(result.stdout)
    assert result.exit_code == found["exit"]
    assert [one["index"] for one in found["inputs"]] == [one["input"] for one in found["results"]]


COMMANDS = [
    ["check", str(EXAMPLES / "purchase-renewal.yaml"), "--what-if", "--reasons"],
    ["check", str(EXAMPLES / "purchase-wall-repair.yaml"), "--catalogue", "中央本级"],
    ["screen", "办公楼外墙修缮，含劳务派遣人员20名"],
    ["screen", "办公楼外墙修缮", "机关保洁", "服务期限一年，合同期限三年"],
    ["screen", "承接危险化学品经营", "--subject", "企业", "--name", "某加油站"],
    ["rules", "list"],
    ["rules", "show", "mof-order-102-2020.art-10-3"],
    ["rules", "show", "works.doing"],
    ["rules", "read", "湖政办发〔2016〕49号"],
    ["rules", "read", "--all"],
    ["rules", "coverage"],
    ["sources", "list"],
    ["sql", "年度汇总", "--dialect", "postgres"],
    ["catalogue", "隐患"],
    ["catalogue", "没有这样的词"],
    ["cost", str(EXAMPLES / "cost" / "longan-2012.yaml")],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_gives_an_envelope_that_fits_the_schema(arguments, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    result = run(*arguments, "--format", "json")
    found = envelope_in(result.stdout)
    assert "" == result.stderr
    assert (result.exit_code, True) == (found["exit"], found["is_complete"])
    assert found["command"] in " ".join(arguments)
    assert "自带" == found["rule_base"]["name"]


def test_a_refused_case_stands_in_the_envelope_in_its_place(two) -> None:
    result = run("check", two, "--format", "json")
    found = envelope_in(result.stdout)
    assert (2, 2, "") == (result.exit_code, found["exit"], result.stderr)
    told = [(one["index"], one["row"], one["name"], one["status"]) for one in found["inputs"]]
    assert [(1, 1, "甲", "decided"), (2, 2, "乙", "refused"), (3, 3, "甲", "decided")] == told
    assert [1, 3] == [one["input"] for one in found["results"]]
    assert [("PE101", 2)] == [(one["code"], one["input"]) for one in found["diagnostics"]]
    assert f"{two}:5:1" == found["inputs"][1]["place"]


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (EnginesDisagreeError(("mof-order-102-2020.art-10-3",)), "PE901", True),
        (EngineBrokeError("超时"), "PE902", True),
        (RuntimeError("secret"), "PE904", False),
        (OSError(5, "Input/output error", "案件.yaml"), "PE905", False),
    ],
    ids=["disagreement", "broken engine", "bug", "device"],
)
def test_a_fault_inside_is_told_in_the_envelope_and_nowhere_else(
    error, code, status, two, monkeypatch
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("policy_engine.cli.checking.decide", broken)
    result = run("check", two, "--format", "json")
    found = envelope_in(result.stdout)
    assert (4, 4, "", []) == (result.exit_code, found["exit"], result.stderr, found["results"])
    assert code in [one["code"] for one in found["diagnostics"]]
    assert status == found["is_complete"]
    assert "secret" not in result.stdout


def test_bad_usage_is_told_in_the_format_that_was_asked_for(two) -> None:
    result = run("check", two, "--engine", "quick", "--format", "json")
    found = envelope_in(result.stdout)
    assert (2, 2, "check", "") == (result.exit_code, found["exit"], found["command"], result.stderr)
    assert ["PE903"] == [one["code"] for one in found["diagnostics"]]


def _offered(group: Group = app, before: str = "") -> dict[str, tuple[str, ...]]:
    found = {}
    for name in group.lazy:
        command = group.get_command(None, name)
        if isinstance(command, Group):
            found |= _offered(command, f"{before}{name} ")
            continue
        words = [param.type.words for param in command.params if param.name == "format"]
        found |= {f"{before}{name}": words[0]} if words else {}
    return found


def test_the_contract_is_tried_on_every_command_that_offers_formats() -> None:
    assert FORMATS == _offered()


def test_every_command_that_offers_formats_also_writes_to_a_file() -> None:
    for words in FORMATS:
        assert "--output" in CliRunner().invoke(app, [*words.split(), "--help"]).stdout


@pytest.mark.parametrize("arguments", [["chek"], ["rules", "lst"], ["--colour"], ["check"]], ids=" ".join)
def test_a_command_line_that_is_not_understood_still_gets_an_envelope(arguments) -> None:
    result = run(*arguments, "--format", "json")
    found = envelope_in(result.stdout)
    assert (2, 2, "", ["PE903"]) == (
        result.exit_code,
        found["exit"],
        result.stderr,
        [one["code"] for one in found["diagnostics"]],
    )


@pytest.mark.parametrize("format_", ["xml", "sarif", ""])
def test_a_format_that_is_not_offered_is_told_to_people(format_, two) -> None:
    result = run("check", two, "--format", format_)
    assert (2, "") == (result.exit_code, result.stdout)
    assert "用法错误" in result.stderr


def test_many_rows_wrong_in_one_way_each_keep_a_reason(tmp_path) -> None:
    path = tmp_path / "台账.yaml"
    path.write_text("- {采购事项: {含工程: 也许}}\n" * 300, encoding="utf-8")
    found = envelope_in(run("check", str(path), "--format", "json").stdout)
    assert 300 == found["counts"]["refused"]
    assert set(range(1, 301)) == {one["input"] for one in found["diagnostics"]}
