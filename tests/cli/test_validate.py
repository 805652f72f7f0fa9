"""`validate` tells the truth in every format, at the right place, with the right exit code."""

import json
import os
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner, Result

from cli.rich_base import write_rich_base
from effort import some
from policy_engine.cli.app import app
from policy_engine.language.schema import rule_file_schema
from policy_engine.usecases import RuleFiles, load_rule_set, read_sources, shipped_rules

SCHEMA = Path(__file__).parents[1] / "reporting" / "data" / "sarif-2.1.0.schema.json"
FILE = "rules/national/mof-order-102-2020/law.yaml"


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
    shutil.copyfile(files.rules / "national" / "mof-order-102-2020" / "law.yaml", copied / FILE)
    shutil.copyfile(
        files.rules / "huzhou" / "huzhou-gbf-2016-49" / "norms.yaml",
        copied / "rules/huzhou/huzhou-gbf-2016-49/norms.yaml",
    )
    monkeypatch.chdir(copied)
    return copied


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    write_rich_base(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
    assert (0, True) == (result.exit_code, "，没有发现问题" in result.stdout)


def test_an_error_is_shown_at_its_line_in_every_format(base):
    line = seed(base, "含工程: true", "含工成: true")
    assert f"{FILE}:{line}:" in run(FILE).stdout
    github = run(FILE, "--format", "github").stdout
    assert github.startswith(f"::error file={FILE},line={line},")
    (finding,) = json.loads(run(FILE, "--format", "json").stdout)["diagnostics"]
    assert ("PE301", FILE, line) == (finding["code"], finding["place"]["file"], finding["place"]["line"])
    suite = ET.fromstring(run(FILE, "--format", "junit").stdout)
    assert str(line) == suite.find(".//testcase").get("line")
    (result,) = json.loads(run(FILE, "--format", "sarif").stdout)["runs"][0]["results"]
    assert line == result["locations"][0]["physicalLocation"]["region"]["startLine"]


TERM = """terms:
  - id: a.a
    words: [某词某词]
    points_to: {采购事项: {含工程: true}}
    certainty: stated
    because: 某
    examples: [某词某词一, 某词某词二]
    harmless:
      - 别的
      - 又有某词某词
"""


def test_an_example_of_a_term_that_does_not_hold_is_shown_at_its_own_line(base, request):
    name = "rules/lexicon/a.yaml"
    put(base, name, TERM, request)
    assert f"{name}:10:9" in run(name).stdout
    suite = ET.fromstring(run(name, "--format", "junit").stdout)
    assert "10" == suite.find(".//testcase").get("line")
    (result,) = json.loads(run(name, "--format", "sarif").stdout)["runs"][0]["results"]
    assert 10 == result["locations"][0]["physicalLocation"]["region"]["startLine"]


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
    start = text.index("  - id: art-10-4\n")
    cut = text.index("    examples:", start)
    end = text.index("\n\n", cut)
    accept = "    accept: [{code: PE603, because: 等待原文, until: 2099-01-01}]\n"
    (base / FILE).write_text(text[:cut] + accept + text[end + 1 :], encoding="utf-8")
    log = json.loads(run(".", "--format", "sarif").stdout)
    jsonschema.validate(log, json.loads(SCHEMA.read_text("utf-8")))
    (result,) = (r for r in log["runs"][0]["results"] if r["ruleId"] == "PE603")
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


def test_what_is_criticised_is_told_of_named_files_only(base):
    seed(base, "    cite: 第十条第（四）项\n", "    cite: 第九条第（四）项\n")
    assert "PE607" in run("rules/national").stdout
    result = run("rules/huzhou")
    assert (0, False) == (result.exit_code, "PE607" in result.stdout)


@pytest.mark.parametrize("named", ["rules/huzhou", "rules/registers/parameters/procurement.yaml", "schemas"])
def test_a_rule_base_that_does_not_load_passes_for_no_file_of_it(base, named):
    seed(base, "含工程: true", "含工成: true")
    result = run(named)
    assert (1, True, True) == (result.exit_code, "PE301" in result.stdout, "不能加载" in result.stdout)


BROKEN = {
    "rules/national/a.yml": "规则库只读 .yaml 文件；规则写在 rules/<地区>/<文件编号>/law.yaml",
    "rules/national/a/law.yml": "规则库只读 .yaml 文件；改名为 law.yaml",
    "rules/national/a.yaml": "规则写在 rules/<地区>/<文件编号>/law.yaml",
    "rules/national/mof-yu-2017-87/rules.yaml": "规则写在 rules/<地区>/<文件编号>/law.yaml",
    "rules/coverage/mof-yu-2017-87.yaml": "规则写在 rules/<地区>/<文件编号>/law.yaml",
    "rules/national/a.YAML": "规则库只读 .yaml 文件",
    "rules/national/a.yaml.txt": "规则库只读 .yaml 文件",
    "rules/national/a.json": "规则库只读 .yaml 文件",
    "rules/national/.a.yml": "规则库只读 .yaml 文件",
    "rules/a.yaml": "rules 下一层只放目录",
    "rules/lexicon/a.yml": "规则库只读 .yaml 文件",
    "schemas/a.json": "改名为 a.schema.json",
    "schemas/a.schema.JSON": "改名为 a.schema.json",
    "schemas/more/a.schema.json": "改名为 a.schema.json",
    "schemas/a.yaml": "改名为 a.schema.json",
}
SPARE = ("rules/national/a.yaml.bak", "rules/national/a.yaml~", "rules/national/a.orig", "schemas/a.txt")
READ = (
    "rules/national/a/law.yaml",
    "rules/catalogue/a.yaml",
    "rules/lexicon/a.yaml",
    "rules/registers/parameters/a.yaml",
    "rules/national/mof-yu-2017-87/norms.yaml",
    "rules/registers/texts.yaml",
    "schemas/a.schema.json",
)


def put(base: Path, name: str, text: str, request) -> None:
    path = base / name
    before = path.read_text("utf-8") if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    request.addfinalizer(lambda: path.unlink() if before is None else path.write_text(before, "utf-8"))


def test_a_schema_of_rule_files_that_is_not_as_it_was_made_is_held_to_json_schema(small):
    rule_set = load_rule_set(read_sources(RuleFiles(small / "rules", small / "schemas")))
    made = rule_file_schema(rule_set.vocabulary, rule_set.objects, rule_set.authority.forces)
    path = small / "schemas" / "rule-file.schema.json"
    path.write_text(made, encoding="utf-8")
    assert "PE214" not in run(".").stdout
    path.write_text(made.replace('"type": "object"', '"type": 5', 1), encoding="utf-8")
    found = run(".")
    assert (1, True) == (
        found.exit_code,
        "PE214" in found.stdout and "`type` 不合 JSON Schema" in found.stdout,
    )


def test_a_link_that_leads_in_a_circle_or_nowhere_is_named(base, request):
    for name, target in (("圈", "圈"), ("断", "没有的文件")):
        link = base / "rules" / name
        link.symlink_to(target)
        request.addfinalizer(link.unlink)
    found = run(".")
    assert found.exit_code in (0, 1)
    assert "`rules/圈` 没有读" in found.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes with names")
def test_a_pipe_in_place_of_a_rule_file_is_refused_and_not_waited_for(base, request):
    pipe = base / "rules" / "national" / "npc-budget-2018" / "regressions.yaml"
    kept = pipe.read_bytes() if pipe.exists() else None
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)

    def restore() -> None:
        pipe.unlink()
        if kept is not None:
            pipe.write_bytes(kept)

    request.addfinalizer(restore)
    found = run(".")
    assert (1, True) == (found.exit_code, "不是普通文件" in found.stdout)


@pytest.mark.every(3)
@pytest.mark.parametrize("name", some(list(BROKEN), 2))
def test_no_file_that_could_hold_rules_stays_unread(base, name, request):
    put(base, name, "甲: {乙\n", request)
    for result in (run(name), run("."), run("--strict"), run("rules/huzhou"), run("--format", "sarif")):
        assert (1, True, True) == (result.exit_code, "PE015" in result.stdout, BROKEN[name] in result.stdout)


@pytest.mark.parametrize("name", SPARE)
def test_other_files_that_nobody_reads_are_warned_of(base, name, request):
    put(base, name, "甲: {乙\n", request)
    assert [(0, True), (1, True)] == [
        (r.exit_code, f"`{name}` 没有读" in r.stdout) for r in (run("."), run(".", "--strict"))
    ]


@pytest.mark.parametrize("name", READ)
def test_a_broken_file_is_told_wherever_files_are_read(base, name, request):
    put(base, name, "甲: {乙\n", request)
    for result in (run("."), run("rules/huzhou")):
        assert (1, True) == (result.exit_code, f"{name}:" in result.stdout)


def test_documentation_may_lie_among_the_rules(base, request):
    put(base, "rules/national/README.md", "甲: {乙\n", request)
    put(base, "rules/.gitkeep", "", request)
    assert 0 == run(".", "--strict").exit_code


def test_a_named_file_that_nothing_reads_does_not_pass(base):
    result = run("rules/README.md")
    assert (1, True) == (result.exit_code, "没有读" in result.stdout)


def test_a_schema_without_subject_is_told(base, request):
    put(
        base,
        "schemas/a.schema.json",
        '{"title": "散落的表", "properties": {"甲": {"type": "boolean"}}}',
        request,
    )
    result = run(".")
    assert (1, True) == (result.exit_code, "没有 `x-subject`" in result.stdout)


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "junit", "github"])
def test_a_file_that_cannot_be_read_is_a_finding_in_every_format(base, format_, request):
    path = base / "rules/national/a/law.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"\xef\xbb\xbf\xff\xff")
    request.addfinalizer(path.unlink)
    result = run("--format", format_)
    assert (1, True) == (result.exit_code, "PE001" in result.stdout)
    assert "rules/national/a/law.yaml" in result.stdout


def test_an_error_in_a_register_is_told_once_and_not_through_its_consequences(base, request):
    text = (base / "rules/registers/documents.yaml").read_text("utf-8")
    put(
        base,
        "rules/registers/documents.yaml",
        text.replace("id: mof-yu-2017-87", "id: mof-order-102-2020", 1),
        request,
    )
    found = json.loads(run("--format", "json").stdout)
    assert ["PE209"] == [d["code"] for d in found["diagnostics"]]
    assert "个文件没有检查" in found["summary"]


def test_a_schema_that_is_not_json_is_told_once(base, request):
    name = "schemas/purchase.schema.json"
    text = (base / name).read_text("utf-8")
    put(base, name, text.replace('",\n', '"\n', 1), request)
    (found,) = json.loads(run("--format", "json").stdout)["diagnostics"]
    assert ("PE002", name) == (found["code"], found["place"]["file"])


def test_a_rule_without_norm_is_told(base):
    seed(
        base,
        "huzhou-gbf-2016-49.content-1-support",
        "huzhou-gbf-2016-49.county-choice",
        "rules/huzhou/huzhou-gbf-2016-49/norms.yaml",
    )
    assert "PE610" in run(".").stdout


def test_a_parameter_of_another_unit_is_told(base):
    path = base / "rules/registers/parameters/procurement.yaml"
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
    path = base / "rules" / "registers" / register
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


CASES = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "objekt",
  "properties": {"采购事项": {}, "服务合同": {}}
}
"""


def test_a_schema_that_editors_refuse_is_an_error_at_its_line_though_the_rules_load(small):
    file, law = "schemas/case.schema.json", "rules/toy/toy-2020/law.yaml"
    (small / file).write_text(CASES.replace("objekt", "object"), encoding="utf-8")
    assert "PE214" not in run(file).stdout
    (small / file).write_text(CASES, encoding="utf-8")
    result = run(file)
    assert 1 == result.exit_code
    assert f"{file}:3:11" in result.stdout
    assert "PE214" in result.stdout
    assert "PE214" not in run(law).stdout
