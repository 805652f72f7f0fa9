"""`validate` tells the truth in every format, at the right place, with the right exit code."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner, Result

from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules

SCHEMA = Path(__file__).parents[1] / "reporting" / "data" / "sarif-2.1.0.schema.json"
FILE = "rules/national/mof-order-102-2020.yaml"


@pytest.fixture(scope="module")
def copied(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("库")
    files = shipped_rules()
    shutil.copytree(files.rules, root / "rules")
    shutil.copytree(files.schemas, root / "schemas")
    return root


@pytest.fixture
def base(copied, monkeypatch) -> Path:
    files = shipped_rules()
    shutil.copyfile(files.rules / "national" / "mof-order-102-2020.yaml", copied / FILE)
    shutil.copyfile(
        files.rules / "coverage" / "huzhou-gbf-2016-49.yaml",
        copied / "rules/coverage/huzhou-gbf-2016-49.yaml",
    )
    monkeypatch.chdir(copied)
    return copied


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["validate", *args], prog_name="policy-engine")


def seed(base: Path, old: str, new: str, file: str = FILE) -> int:
    """Change one line; gives its number."""
    path = base / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_rules_pass_strictly(base):
    result = run(".", "--strict", "--today", "2026-11-24")
    assert (0, "没有发现问题") == (result.exit_code, result.stdout.strip().split("，")[-1])


def test_an_error_is_shown_at_its_line_in_every_format(base):
    line = seed(base, "含工程: true", "含工成: true")
    assert f"{FILE}:{line}:" in run(FILE).stdout
    github = run(FILE, "--format", "github").stdout
    assert github.startswith(f"::error file={FILE},line={line},")
    (finding,) = json.loads(run(FILE, "--format", "json").stdout)["findings"]
    assert ("PE301", FILE, line) == (finding["code"], finding["place"]["file"], finding["place"]["line"])
    suite = ET.fromstring(run(FILE, "--format", "junit").stdout)
    assert str(line) == suite.find(".//testcase").get("line")
    (result,) = json.loads(run(FILE, "--format", "sarif").stdout)["runs"][0]["results"]
    assert line == result["locations"][0]["physicalLocation"]["region"]["startLine"]


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "github"])
def test_the_exit_code_does_not_depend_on_the_format(base, format_):
    assert 0 == run(FILE, "--format", format_).exit_code
    seed(base, "含工程: true", "含工成: true")
    assert 1 == run(FILE, "--format", format_).exit_code


def test_warnings_count_only_when_strict(base):
    seed(
        base,
        "    cite: 第十条第（四）项\n",
        "    cite: 第十条第（四）项\n    accept: [{code: PE603, because: 例, until: 2099-01-01}]\n",
    )
    assert (0, 1) == (run(".").exit_code, run(".", "--strict").exit_code)
    assert "PE622" in run(".").stdout


def test_sarif_keeps_to_its_schema(base):
    seed(base, "含工程: true", "含工成: true")
    schema = json.loads(SCHEMA.read_text("utf-8"))
    for args in ([], [FILE]):
        jsonschema.validate(json.loads(run(*args, "--format", "sarif").stdout), schema)


def test_sarif_shows_what_is_accepted_with_its_justification(base):
    text = (base / FILE).read_text("utf-8")
    start = text.index("  - id: mof-order-102-2020.art-10-4")
    cut = text.index("    examples:", start)
    end = text.index("\n\n", cut)
    accept = "    accept: [{code: PE603, because: 等待原文, until: 2099-01-01}]\n"
    (base / FILE).write_text(text[:cut] + accept + text[end + 1 :], encoding="utf-8")
    log = json.loads(run(".", "--format", "sarif").stdout)
    jsonschema.validate(log, json.loads(SCHEMA.read_text("utf-8")))
    (result,) = log["runs"][0]["results"]
    assert "等待原文" == result["suppressions"][0]["justification"]
    assert "已接受[PE603] mof-order-102-2020.art-10-4：等待原文" in run(".", "--strict").stdout
    assert 0 == run(".", "--strict").exit_code
    assert "PE621" in run(".", "--today", "2099-01-02").stdout


def test_columns_of_sarif_count_utf16_units(base):
    seed(base, "title: 融资行为", "title: 𠮷𠮷, 融资行为: x")
    (result, *_) = json.loads(run(FILE, "--format", "sarif").stdout)["runs"][0]["results"]
    line = (
        (base / FILE)
        .read_text("utf-8")
        .splitlines()[result["locations"][0]["physicalLocation"]["region"]["startLine"] - 1]
    )
    column = result["locations"][0]["physicalLocation"]["region"]["startColumn"]
    assert column - 1 <= len(line.encode("utf-16-le")) // 2


def test_only_named_files_are_reported(base):
    seed(base, "含工程: true", "含工成: true")
    result = run("rules/huzhou")
    assert 0 == result.exit_code
    assert "PE301" not in result.stdout


def test_a_rule_without_norm_is_told(base):
    seed(
        base,
        "huzhou-gbf-2016-49.content-1-support",
        "huzhou-gbf-2016-49.county-choice",
        "rules/coverage/huzhou-gbf-2016-49.yaml",
    )
    assert "PE610" in run(".").stdout


def test_a_parameter_of_another_unit_is_told(base):
    path = base / "rules/parameters/procurement.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("unit: 月", "unit: 年", 1), encoding="utf-8")
    result = run(".")
    path.write_text(text, encoding="utf-8")
    assert (1, True) == (result.exit_code, "PE608" in result.stdout)


def test_an_unknown_accepted_code_is_told(base):
    seed(
        base,
        "    cite: 第十条第（四）项\n",
        "    cite: 第十条第（四）项\n    accept: [{code: PE6O3, because: 例, until: 2099-01-01}]\n",
    )
    assert "PE620" in run(".").stdout


@pytest.mark.parametrize(
    "register", ["areas.yaml", "authority.yaml", "objects.yaml", "parameters/safety.yaml"]
)
def test_registers_refuse_unknown_keys(base, register):
    path = base / "rules" / register
    text = path.read_text("utf-8")
    path.write_text(
        text.replace(
            "name: ", "nmae: x, name: " if "{name" in text or "{code" in text else "nmae: x\n    name: ", 1
        ),
        encoding="utf-8",
    )
    result = run(".")
    path.write_text(text, encoding="utf-8")
    assert "PE010" in result.stdout


@pytest.mark.parametrize("args", [["不存在"], ["--format", "xml"], ["/"]])
def test_bad_usage_exits_two(base, args):
    assert 2 == run(*args).exit_code


def test_control_characters_make_no_bad_xml(base):
    seed(base, "title: 融资行为", 'title: "\\u0007融资行为"\n    tilte: "\\u0007"')
    ET.fromstring(run(".", "--format", "junit").stdout)
