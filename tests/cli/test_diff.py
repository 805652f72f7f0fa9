"""`diff` compares folders and git revisions, counts ledger rows, and says when it is misused."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from effort import IS_FULL
from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules

PARAMETERS = "rules/registers/parameters/procurement.yaml"


# Of a change that several subjects see, one is compared here; the full suite compares all.
ONE = () if IS_FULL else ("--subject", "服务合同")


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["diff", *args], prog_name="policy-engine")


def git(*args: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *args], check=True, capture_output=True)


@pytest.fixture
def bases(tmp_path, monkeypatch) -> Path:
    files = shipped_rules()
    for name in ("旧", "新"):
        shutil.copytree(files.rules, tmp_path / name / "rules")
        shutil.copytree(files.schemas, tmp_path / name / "schemas")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def change(base: Path, file: str = PARAMETERS, old: str = "value: 36", new: str = "value: 35") -> None:
    path = base / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_same_rules_are_proved_to_mean_the_same(bases):
    result = run("旧", "新")
    assert 0 == result.exit_code
    assert "含义没有变化" in result.stdout
    assert "这是证明，不是抽查" in result.stdout


def test_reformatted_rules_are_proved_to_mean_the_same_and_named(bases):
    change(
        bases / "新",
        "rules/national/mof-order-102-2020/law.yaml",
        "title: 融资行为不得",
        "title: 融资 行为不得",
    )
    change(
        bases / "新",
        "rules/national/mof-order-102-2020/law.yaml",
        "when: {融资: true}",
        "when: {not: {融资: false}}",
    )
    result = run("旧", "新")
    assert 0 == result.exit_code
    assert "规则 `mof-order-102-2020.art-10-4` 的标题变了" in result.stdout


def test_a_changed_threshold_shows_both_sides_of_its_smallest_case(bases):
    change(bases / "新")
    result = run("旧", "新", *ONE)
    assert 1 == result.exit_code
    assert "[改动] mof-order-102-2020.art-24-limit" in result.stdout
    assert "合同期限_月: 36" in result.stdout
    assert "结果：待核实 → 违反" in result.stdout or "结果：不适用 → 违反" in result.stdout
    assert "改前：" in result.stdout
    assert "改后：" in result.stdout


def test_the_limit_says_how_many_are_left_out(bases):
    change(bases / "新")
    assert "没有列出" in run("旧", "新", "--limit", "1", *ONE).stdout


@pytest.mark.broad
def test_the_rows_of_a_ledger_that_flip_are_counted_and_named(bases):
    change(bases / "新")
    ledger = bases / "台账.yaml"
    rows = "\n".join(
        f"- {{name: 合同{months}, as_of: 2026-01-15, phase: 合同, "
        f"declaration: {{no_other_circumstances: true, by: 甲}}, 服务合同: {{合同签订日: 2026-01-10, 合同期限_月: {months}}}}}"
        for months in (12, 36, 48)
    )
    ledger.write_text(rows, encoding="utf-8")
    result = run("旧", "新", "--ledger", "台账.yaml", "--subject", "服务合同")
    assert "共 3 行，结论不同的 1 行" in result.stdout
    assert "合同36" in result.stdout
    data = json.loads(run("旧", "新", "--ledger", "台账.yaml", "--format", "json", *ONE).stdout)["results"][0]
    assert (3, ["合同36"]) == (data["ledger"]["rows"], [f["name"] for f in data["ledger"]["flips"]])


def test_git_revisions_are_compared_from_a_folder_inside(bases, monkeypatch):
    git("init", "库")
    shutil.copytree(bases / "旧" / "rules", bases / "库" / "rules")
    shutil.copytree(bases / "旧" / "schemas", bases / "库" / "schemas")
    monkeypatch.chdir(bases / "库")
    git("add", ".")
    git("commit", "-m", "甲")
    assert 0 == run("HEAD", *ONE).exit_code
    change(bases / "库")
    assert 1 == run("HEAD", *ONE).exit_code
    git("commit", "-am", "乙")
    monkeypatch.chdir(bases / "库" / "rules")
    assert 1 == run("HEAD~1", "HEAD", *ONE).exit_code
    assert 0 == run("HEAD", "main", *ONE).exit_code


@pytest.mark.parametrize(
    "args", [[], ["没有这个版本"], ["."], ["旧", "新", "--subject", "没有"], ["--upload-pack=x"]]
)
def test_bad_usage_exits_two(bases, args):
    assert 2 == run(*args).exit_code


def test_a_revision_is_never_taken_for_an_option(bases):
    git("init", ".")
    result = run("--", "--output=写坏.txt")
    assert 2 == result.exit_code
    assert "PE731" in result.stderr
    assert not (bases / "写坏.txt").exists()


def test_rules_that_do_not_load_are_bad_input(bases):
    change(bases / "新", "rules/national/mof-order-102-2020/law.yaml", "融资: true", "融姿: true")
    result = run("旧", "新")
    assert 2 == result.exit_code
    assert "PE301" in result.stderr
