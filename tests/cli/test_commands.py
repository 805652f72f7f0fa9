"""The command line, driven as a stranger would."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
COMMAND = [sys.executable, "-c", "from policy_engine.cli import main; main()"]
REFUSED = "采购事项: {含工程: true, 采购标的: 工程}\n"


def started(*arguments: str, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a process of its own."""
    env = {**os.environ, "PYTHONUTF8": "0", **environment}
    return subprocess.run(
        [*COMMAND, *arguments], input=given, capture_output=True, env=env, cwd=ROOT, check=False
    )


def run(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the program in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        found = CliRunner().invoke(app, arguments, input=given)
    return subprocess.CompletedProcess(arguments, found.exit_code, found.stdout_bytes, found.stderr_bytes)


@pytest.mark.parametrize(
    ("name", "first", "code"),
    [
        ("purchase-property-service", "结论：可以作为政府购买服务实施。", 0),
        ("purchase-wall-repair", "结论：不得作为政府购买服务实施。", 1),
        ("purchase-renewal", "结论：须整改后方可实施。", 1),
        ("purchase-road-maintenance", "结论：需补充核实后再审。", 3),
        ("purchase-not-in-catalogue", "结论：现有规则未涵盖，不能据以同意或者否定。", 3),
        ("purchase-2015-gap", "结论：需补充核实后再审。", 3),
        ("enterprise-mine", "结论：是重点对象：第（一）项、第（二）项。", 0),
        ("staffing-textile-mill", "结论：低于服务合同标准（据转述），须整改。", 1),
        ("stage-2012-and-2026", "结论：环节分工符合要求。", 1),
    ],
)
def test_an_example_comes_out_as_its_index_says(name: str, first: str, code: int) -> None:
    found = run("check", str(EXAMPLES / f"{name}.yaml"))
    told = [line for line in found.stdout.decode().splitlines() if line.startswith("结论：")]
    assert (first, code) == (told[0], found.returncode)
    assert found.stdout.decode().count("双引擎复核一致") == found.stdout.decode().count("结论：")


@pytest.mark.parametrize("view", ["official", "auditor", "developer"])
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_every_view_has_the_verdict_first(view: str, format_: str) -> None:
    found = run("check", str(EXAMPLES / "purchase-wall-repair.yaml"), "--view", view, "--format", format_)
    assert found.stdout.decode().splitlines()[0].removeprefix("# ") == "结论：不得作为政府购买服务实施。"


def test_json_carries_document_number_and_locator() -> None:
    told = json.loads(run("check", str(EXAMPLES / "purchase-wall-repair.yaml"), "--format", "json").stdout)
    (found,) = told["results"]
    citations = [(g["citation"]["number"], g["citation"]["locator"]) for g in found["grounds"]]
    assert found["verdict"] == "PROHIBITED"
    assert ("财政部令第102号", "第十条第（三）项") in citations
    assert found["remedies"]


def test_same_case_same_bytes() -> None:
    path = str(EXAMPLES / "purchase-road-maintenance.yaml")
    first, second = (started("check", path, "--format", "json", PYTHONHASHSEED=seed) for seed in ("1", "2"))
    assert first.stdout == second.stdout == run("check", path, "--format", "json").stdout
    assert "" != first.stdout.decode()


def test_standard_input_and_what_the_program_assumes() -> None:
    found = run("check", "-", given=REFUSED.encode())
    text = found.stdout.decode()
    assert found.returncode == 1
    assert all(words in text for words in ("未写基准日", "未写地区", "未写阶段"))


def test_gb18030_input_is_read() -> None:
    assert started("check", "-", given=REFUSED.encode("gb18030")).returncode == 1


@pytest.mark.parametrize("encoding", ["ascii", "gb18030", "utf-8"])
def test_output_survives_any_encoding(encoding: str) -> None:
    found = started(
        "check", str(EXAMPLES / "purchase-wall-repair.yaml"), PYTHONIOENCODING=encoding, LANG="C", LC_ALL="C"
    )
    assert found.returncode == 1
    assert found.stderr == b""


@pytest.mark.parametrize("engine", ["compiled", "durable", "sqlite", "both"])
def test_each_engine_decides(engine: str) -> None:
    assert run("check", str(EXAMPLES / "purchase-renewal.yaml"), "--engine", engine).returncode == 1


def test_options_override_the_file() -> None:
    path = str(EXAMPLES / "purchase-wall-repair.yaml")
    assert "2012年6月1日" in run("check", path, "--as-of", "2012-06-01").stdout.decode()
    assert "湖州市" in run("check", path, "--jurisdiction", "湖州").stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["chek"],
        ["check"],
        ["check", "/nowhere"],
        ["check", "--view", "lawyer", "x"],
        ["check", "x", "--as-of", "2026-13-01"],
        ["check", str(EXAMPLES / "purchase-renewal.yaml"), "--jurisdiction", "桃花源"],
        ["check", str(EXAMPLES / "purchase-renewal.yaml"), "--rules", "/nowhere"],
        ["rules", "show", "no-such-rule"],
        ["rules", "list", "--subject", "采购"],
        ["schema", "采购"],
        ["new", "采购"],
    ],
    ids=" ".join,
)
def test_bad_usage_is_told_in_chinese(arguments: list[str]) -> None:
    found = run(*arguments)
    said = found.stderr.decode()
    assert found.returncode == 2
    assert said
    assert not any(word in said for word in ("Traceback", "Error:", "Usage:"))


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"\x00\xff\xfe",
        b"[1, 2",
        b"- 1\n- 2\n",
        b"{}",
        "采购事项： {}".encode(),
        b"a: &x 1\nb: *x\n",
        b"\xff" * 999,
    ],
    ids=repr,
)
def test_nonsense_never_gives_a_traceback(given: bytes) -> None:
    found = run("check", "-", given=given)
    assert found.returncode == 2
    assert b"Traceback" not in found.stderr
    assert b"PE" in found.stderr


@pytest.mark.parametrize("subject", ["采购事项", "服务合同", "企业", "派员", "监管环节", "隐患", "年度汇总"])
def test_a_blank_case_can_be_checked(subject: str) -> None:
    blank = run("new", subject)
    assert run("check", "-", given=blank.stdout).returncode in (0, 3)


def test_rules_are_listed_and_shown() -> None:
    listed = run("rules", "list", "--document", "mof-order-102-2020").stdout.decode()
    shown = run("rules", "show", "mof-order-102-2020.art-10-3").stdout.decode()
    assert "mof-order-102-2020.art-10-3" in listed
    assert "第十条第（三）项" in shown


@pytest.mark.parametrize(
    ("term", "words"),
    [
        ("works.doing", ["词：", "疑似 采购事项.含工程 = 是", "在这些更长的词语里：", "不算："]),
        ("works.build", ["写法："]),
        ("item.goods", ["采购品目：A"]),
        ("term.service-period", ["采购事项.合同期限_月：后面的月数"]),
    ],
)
def test_a_term_is_shown_by_its_id(term: str, words: list[str]) -> None:
    shown = run("rules", "show", term).stdout.decode()
    assert [] == [word for word in words if word not in shown]
    assert f"词条 {term}" in shown
    (data,) = json.loads(run("rules", "show", term, "--format", "json").stdout)["results"]
    assert (term, True) == (data["term"], data["place"].startswith("rules/lexicon/"))


def test_a_schema_is_json() -> None:
    assert json.loads(run("schema", "企业").stdout)["x-subject"] == "企业"


def test_a_closed_pipe_stays_quiet() -> None:
    shell = shlex.join([*COMMAND, "rules", "list"]) + " | head -1"
    found = subprocess.run(["bash", "-c", shell], capture_output=True, cwd=ROOT, check=False)
    assert found.stderr == b""


def test_a_case_with_a_mistake_does_not_keep_the_others_from_being_decided() -> None:
    text = f"name: 甲\n采购事项: {{含工成: true}}\n---\nname: 乙\n{REFUSED}"
    found = run("check", "-", given=text.encode())
    assert 2 == found.returncode
    assert "结论：不得作为政府购买服务实施。" in found.stdout.decode()
    assert "错误[PE501]" in found.stderr.decode()


def test_a_place_that_no_rule_reaches_is_not_covered_rather_than_fine() -> None:
    found = run("check", "-", given="区域: {}\n".encode())
    assert 3 == found.returncode
    assert "未作认定" in found.stdout.decode()
