"""A layer adds to the rule base it lies on, and changes nothing of it."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from tests.cli.layers import DOCUMENT, layer_on, run, version_of, write

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.records.attachments import base_texts, written_out
from policy_engine.usecases import RuleFiles, load_rule_set, read_sources, shipped_rules
from policy_engine.usecases.starting import start

LEFT_OUT = ("rules/registers/authority.yaml", "rules/registers/objects.yaml", "rules/registers/areas.yaml")


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("both")
    layer_on(folder / "province", folder / "city")
    return folder


@pytest.fixture
def city(both, tmp_path, monkeypatch):
    """A layer in the current folder, beside what it lies on."""
    shutil.copytree(both, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path / "city")
    return tmp_path / "city"


def test_a_layer_needs_only_what_is_its_own(city):
    assert not any((city / name).exists() for name in LEFT_OUT)
    told = run("validate", "--strict")
    assert 0 == told.exit_code, told.output
    assert "规则 4 条，没有发现问题" in told.output
    assert f"，基础 province {version_of(Path('../province'))}" in told.output


def test_its_rules_and_those_below_decide_together(city):
    write(
        city,
        {
            "case.yaml": "jurisdiction: 湖州市\nas_of: 2026-07-01\n事项: {已列入预算: true, 市政府批准: false}\n"
        },
    )
    told = run("check", "case.yaml")
    assert 1 == told.exit_code, told.output
    assert "不得实施" in told.output
    assert "湖政发〔2026〕9号" in told.output
    write(
        city,
        {
            "case.yaml": "jurisdiction: 湖州市\nas_of: 2026-07-01\n事项: {已列入预算: false, 市政府批准: true}\n"
        },
    )
    assert "没有预算的事项不得实施" in run("check", "case.yaml").output


def test_what_is_criticised_below_is_not_told_of_the_layer(city):
    # The places to fill in are in the province's files.
    assert "PE628" in run("validate", "--rules", "../province").output
    assert "PE628" not in run("validate").output
    write(city, {"rules/registers/note.yaml": ""})
    assert "PE015" in run("validate").output


def test_an_example_below_that_a_layer_makes_fail_fails(city):
    assert 0 == run("test").exit_code
    broken = Path("../province/rules/local/my-2026-1/law.yaml")
    text = broken.read_text("utf-8").replace("期限_月: 13}, expect: 违反", "期限_月: 13}, expect: 符合")
    broken.write_text(text, "utf-8")
    extends = city / "rules/registers/extends.yaml"
    extends.write_text(f"extends: ../province\nversion: {version_of(Path('../province'))}\n", "utf-8")
    assert 1 == run("test").exit_code


@pytest.mark.parametrize(
    ("extends", "told"),
    [
        ("extends: ../province\n", "PE020"),
        ("extends: ../province\nversion: 0123456789abcdef\n", "PE020"),
        ("extends: ../province\nversion: 1.0.0\n", "PE020"),
        ("extends: ../nowhere\nversion: x\n", "PE019"),
        ("extends: /etc\nversion: x\n", "PE019"),
        ("extends: package:no_such_package_at_all\nversion: x\n", "PE019"),
        ("extends: package:click\nversion: x\n", "PE019"),
        ("extends: package:os.path\nversion: x\n", "PE019"),
        ("extends: .\nversion: x\n", "PE019"),
        ("extend: ../province\nversion: x\n", "PE010"),
        ("version: x\n", "PE011"),
        ("- ../province\n", "PE009"),
        ("", "PE008"),
    ],
)
def test_a_base_that_is_not_there_or_another_is_an_error_at_its_place(city, extends, told):
    write(city, {"rules/registers/extends.yaml": extends})
    for command in (("validate",), ("check", "x.yaml"), ("rules", "list")):
        if command[0] == "check":
            write(city, {"x.yaml": "事项: {已列入预算: true}\n"})
        found = run(*command)
        assert 0 != found.exit_code
        assert f"错误[{told}]" in found.output, found.output
        assert "rules/registers/extends.yaml:" in found.output


def test_the_version_to_write_is_told(city):
    version = version_of(Path("../province"))
    write(city, {"rules/registers/extends.yaml": "extends: ../province\n"})
    assert f"写上 version: {version}" in run("validate").output
    write(city, {"rules/registers/extends.yaml": f"extends: ../province\nversion: {version}\n"})
    assert 0 == run("validate").exit_code


def test_bases_in_a_circle_are_told(city):
    write(Path("../province"), {"rules/registers/extends.yaml": "extends: ../city\nversion: x\n"})
    assert "错误[PE019]: 规则库互为基础" in run("validate").output


def test_three_levels_are_one(city):
    version = version_of(city)
    town = city.parent / "town"
    write(
        town,
        {
            "rules/registers/extends.yaml": f"extends: ../city\nversion: {version}\n",
            "rules/registers/documents.yaml": "documents:\n"
            + DOCUMENT.format(id="town-1", number="镇〔2026〕1号"),
            "rules/local/town-1/law.yaml": (city / "rules/local/city-2026-9/law.yaml")
            .read_text("utf-8")
            .replace("city-2026-9", "town-1"),
            "rules/local/town-1/norms.yaml": "norms:\n  - {norm: T-2, lines: L2, summary: 要批, answer: encoded, rules: [town-1.art-2]}\n",
        },
    )
    told = run("validate", "--strict", "--rules", str(town))
    assert 0 == told.exit_code, told.output
    assert "规则 5 条" in told.output


def test_the_version_is_the_same_wherever_both_lie(city, tmp_path):
    before = version_of(city)
    shutil.copytree(tmp_path, tmp_path / "elsewhere" / "deeper", ignore=lambda *_: ["elsewhere"])
    assert before == version_of(tmp_path / "elsewhere" / "deeper" / "city")


AGAIN = {
    "文件 `my-2026-1`": (
        "rules/registers/documents.yaml",
        "documents:\n" + DOCUMENT.format(id="my-2026-1", number="甲〔2026〕1号"),
        "rules/registers/documents.yaml:2:5",
    ),
    "区划代码 `000000`": (
        "rules/registers/areas.yaml",
        'areas:\n  - {code: "000000", name: 全国, level: nation}\n',
        "rules/registers/areas.yaml:2:5",
    ),
    "对象 `期限`": (
        "rules/registers/objects.yaml",
        "objects:\n  - {name: 期限, effect: veto}\n",
        "rules/registers/objects.yaml:2:5",
    ),
    "效力 `法律`": (
        "rules/registers/authority.yaml",
        "forces:\n  - {name: 法律, binding: false, grounds: true}\norder: []\n",
        "rules/registers/authority.yaml:2:5",
    ),
    "效力 `规范性文件` 与 `法律` 的高低": (
        "rules/registers/authority.yaml",
        "forces: []\norder:\n  - {higher: 规范性文件, lower: 法律, when: always, basis: 无}\n",
        "rules/registers/authority.yaml:3:5",
    ),
    "效力 `法律` 与 `规范性文件` 的高低": (
        "rules/registers/authority.yaml",
        (
            "forces:\n  - {name: 市级文件, binding: true, grounds: true}\norder:\n"
            "  - {higher: 部门规章, lower: 市级文件, when: always, basis: 无}\n"
            "  - {higher: 市级文件, lower: 规范性文件, when: always, basis: 无}\n"
        ),
        "rules/registers/authority.yaml:5:5",
    ),
    "参数 `期限上限`": (
        "rules/registers/parameters/own.yaml",
        (
            "parameters:\n  - name: 期限上限\n    type: number\n    unit: 个月\n    values:\n"
            "      - {from: 2026-01-01, until: null, value: 99, document: city-2026-9, cite: 第二条}\n"
        ),
        "rules/registers/parameters/own.yaml:2:5",
    ),
    "词条 `my.unbudgeted`": (
        "rules/lexicon/own.yaml",
        (
            "terms:\n  - id: my.unbudgeted\n    words: [预算内]\n    points_to: {事项: {已列入预算: true}}\n"
            "    certainty: suspected\n    because: 无\n    source: 无\n"
            "    examples: [预算内, 在预算内]\n    harmless: [甲, 乙]\n"
        ),
        "rules/lexicon/own.yaml:2:5",
    ),
    "文件 `my-2026-1` 是": (
        "rules/local/my-2026-1/law.yaml",
        "document: my-2026-1\nrules: []\n",
        "rules/local/my-2026-1/law.yaml:1:11",
    ),
    "`my-2026-1` 是": (
        "rules/local/my-2026-1/norms.yaml",
        "norms:\n  - {norm: X, lines: L9, summary: 无, answer: not_checkable, reason: 无}\n",
        "rules/local/my-2026-1/norms.yaml:1:1",
    ),
    "字段 `已列入预算`": (
        "vocabulary/事项/2-再说.yaml",
        (
            "help: 再说\nfields:\n  - name: 已列入预算\n    help: 别的\n    type: boolean\n    role: element\n"
            "    supplier: 谁\n    question: 有没有？\n"
        ),
        "vocabulary/事项/2-再说.yaml:3:11",
    ),
    "分组 `基本情况`": (
        "vocabulary/事项/2-基本情况.yaml",
        "help: 再说\nfields:\n  - {name: 又一个, help: 别的, type: text, role: note}\n",
        "vocabulary/事项/2-基本情况.yaml:1:1",
    ),
    "主题 `事项`": (
        "vocabulary/事项/subject.yaml",
        "help: 别的\nschema: matter.schema.json\ngives: findings\n",
        "vocabulary/事项/subject.yaml:1:1",
    ),
}


@pytest.mark.parametrize("what", AGAIN)
def test_what_is_of_the_base_is_changed_by_nobody_else(city, what):
    path, text, place = AGAIN[what]
    if path.endswith("documents.yaml"):
        text += (city / path).read_text("utf-8").removeprefix("documents:\n")
    write(city, {path: text})
    told = run("validate")
    assert 1 == told.exit_code
    found = [line for line in told.output.split("\n") if "PE219" in line and what in line]
    assert found, told.output
    assert "是基础规则库的，这一层不能改" in found[0]
    assert f"--> {place}" in told.output
    assert "参见: province:" in told.output


DERIVED = """
  - name: {name}
    help: 要不要专门办理
    type: {type}
    role: derived
"""
CLASSIFIES = """
  - id: {id}
    title: 期限长的专门办理
    cite: 第六条
    subject: 事项
    when: {{期限_月: {{at_least: 6}}}}
    classify: {classify}
    examples:
      - {{name: 半年, given: {{期限_月: 6}}, expect: {yes}}}
      - {{name: 少一个月, given: {{期限_月: 5}}, expect: {no}}}
      - {{name: 没有写期限, given: {{}}, expect: 待核实}}
"""


@pytest.mark.parametrize(
    ("type_", "classify"),
    [("boolean", "{专门办理: true}"), ("list\n    choices: [专门办理的, 别的]", "{专门办理: 专门办理的}")],
)
@pytest.mark.parametrize(("of_the_base", "code"), [(True, 1), (False, 0)])
def test_what_the_base_computes_is_computed_by_no_layer(city, type_, classify, of_the_base, code):
    province = Path("../province")
    fields, law = province / "vocabulary/事项/1-基本情况.yaml", province / "rules/local/my-2026-1/law.yaml"
    fields.write_text(fields.read_text("utf-8") + DERIVED.format(name="专门办理", type=type_), "utf-8")
    if of_the_base:
        rule = CLASSIFIES.format(id="art-6", classify=classify, yes="是", no="否")
        law.write_text(law.read_text("utf-8") + rule, "utf-8")
    run("schema", "--write", "--rules", str(province))
    own = city / "rules/local/city-2026-9/law.yaml"
    own.write_text(
        own.read_text("utf-8") + CLASSIFIES.format(id="art-6", classify=classify, yes="是", no="否"), "utf-8"
    )
    write(city, {"rules/registers/extends.yaml": f"extends: ../province\nversion: {version_of(province)}\n"})
    run("schema", "--write")
    told = run("validate").output
    assert bool(code) == ("错误[PE219]: `事项` 的 `专门办理` 怎样得出 是基础规则库的" in told), told
    listed = run("rules", "list")
    assert (2 if code else 0) == listed.exit_code, listed.output


def test_a_subject_of_the_base_is_not_written_by_hand(city):
    for folder in ("vocabulary", "schemas", "rules/local"):
        shutil.rmtree(city / folder)
    schema = (
        '{"title": "别的", "x-subject": "事项", "x-gives": "verdict", "type": "object", "properties": {}}'
    )
    write(city, {"schemas/other.schema.json": schema})
    told = run("validate").output
    assert "错误[PE219]: 主题 `事项` 是基础规则库的，这一层不能改" in told, told
    assert "--> schemas/other.schema.json:1:1" in told


def test_a_document_of_lower_force_sets_no_rule_of_the_base_aside(city):
    province = Path("../province/rules/registers/documents.yaml")
    province.write_text(province.read_text("utf-8").replace("force: 规范性文件", "force: 行政法规"), "utf-8")
    authority = Path("../province/rules/registers/authority.yaml")
    authority.write_text(
        authority.read_text("utf-8") + "  - {higher: 行政法规, lower: 规范性文件, when: always, basis: 无}\n",
        "utf-8",
    )
    law = city / "rules/local/city-2026-9/law.yaml"
    override = "    overrides: [{rule: my-2026-1.art-3, basis: text, because: 本市另定, cite: 第二条}]\n"
    law.write_text(law.read_text("utf-8").replace("    remedy:", f"{override}    remedy:"), "utf-8")
    extends = f"extends: ../province\nversion: {version_of(Path('../province'))}\n"
    write(city, {"rules/registers/extends.yaml": extends})
    told = run("validate")
    assert "错误[PE219]: 规则 `my-2026-1.art-3`（行政法规，高于规范性文件）" in told.output, told.output


def test_a_set_of_words_for_all_files_is_not_written_again(city):
    sets = "sets:\n  没钱: [没有预算, 无预算]\n"
    write(Path("../province"), {"rules/lexicon/sets.yaml": sets})
    extends = f"extends: ../province\nversion: {version_of(Path('../province'))}\n"
    write(city, {"rules/registers/extends.yaml": extends, "rules/lexicon/sets.yaml": sets})
    told = run("validate")
    assert "错误[PE219]: 词组 `没钱`" in told.output, told.output


def test_a_schema_that_is_not_made_anew_is_told_in_the_layer(city):
    group = city / "vocabulary/事项/1-本市.yaml"
    group.write_text(group.read_text("utf-8").replace("市政府有没有批准", "市政府批准没有"), "utf-8")
    told = run("validate")
    assert "PE217" in told.output
    assert 0 == run("schema", "--write").exit_code
    assert 0 == run("validate").exit_code
    assert {"matter.schema.json", "rule-file.schema.json", "values.schema.json", "case.schema.json"} == {
        p.name for p in (city / "schemas").iterdir()
    }


def test_what_is_kept_is_of_both(city, monkeypatch, tmp_path):
    monkeypatch.setenv("POLICY_ENGINE_CACHE", str(tmp_path / "kept"))
    case = "jurisdiction: 湖州市\nas_of: 2026-07-01\n事项: {已列入预算: false, 市政府批准: true}\n"
    write(city, {"case.yaml": case})
    assert 1 == run("check", "case.yaml").exit_code
    # The base changes, the layer doesn't: what was kept is no copy of this.
    law = Path("../province/rules/local/my-2026-1/law.yaml")
    law.write_text(law.read_text("utf-8").replace("没有预算的事项", "无预算的事项"), "utf-8")
    assert "PE020" in run("check", "case.yaml").output


def test_a_layer_lies_on_the_shipped_rules(tmp_path):
    shipped = read_sources(shipped_rules())
    write(
        tmp_path,
        {
            "rules/registers/extends.yaml": f"extends: 自带\nversion: {shipped.version}\n",
            "rules/registers/documents.yaml": "documents:\n"
            + DOCUMENT.format(id="city-2026-9", number="湖政发〔2026〕9号").replace("[事项]", "[采购事项]"),
        },
    )
    sources = read_sources(RuleFiles(tmp_path / "rules", tmp_path / "schemas"))
    assert shipped.version == sources.base_version != sources.version
    rule_set = load_rule_set(sources, reads_examples=False)
    assert "city-2026-9" in rule_set.documents
    assert len(load_rule_set(shipped, reads_examples=False).rules) == len(rule_set.rules)
    write(tmp_path, {"rules/registers/extends.yaml": "extends: 自带\nversion: 0.0.0\n"})
    with pytest.raises(DiagnosticsError):
        read_sources(RuleFiles(tmp_path / "rules", tmp_path / "schemas"))


def git(*arguments: str) -> None:
    settings = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)


def test_coverage_and_analysis_are_of_the_layer(city):
    told = run("rules", "coverage")
    assert 0 == told.exit_code, told.output
    assert "湖政发〔2026〕9号" in told.output
    assert "待填：文号" not in told.output
    told = run("analyse")
    assert "PE701" in told.output
    assert "province:rules/local/my-2026-1/law.yaml" in told.output


def test_the_solver_says_nothing_of_the_base_alone(city):
    law = Path("../province/rules/local/my-2026-1/law.yaml")
    never = """
  - id: art-6
    title: 不会发生的不得实施
    cite: 第六条
    subject: 事项
    when: {all: [{已列入预算: true}, {已列入预算: false}]}
    prohibit: 实施
    remedy: 无
    examples:
      - {name: 甲, given: {已列入预算: true}, expect: 不适用}
"""
    law.write_text(law.read_text("utf-8") + never, "utf-8")
    write(
        city,
        {
            "rules/registers/extends.yaml": f"extends: ../province\nversion: {version_of(Path('../province'))}\n"
        },
    )
    assert "my-2026-1.art-6" in run("analyse", "--rules", "../province", "--only", "PE704").output
    told = run("analyse", "--only", "PE704")
    assert 0 == told.exit_code, told.output


def test_mutants_are_of_the_layer(city):
    told = run("test", "--mutate", "--jobs", "1", "--score-min", "0")
    assert "my-2026-1.art" not in told.output
    assert "变异 5 个" in told.output, told.output
    assert 2 == run("test", "--mutate", "--rule", "my-2026-1.art-3", "--jobs", "1").exit_code


def test_an_earlier_layer_is_compared_on_what_it_lay_on_then(city, monkeypatch):
    monkeypatch.chdir(city.parent)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    monkeypatch.chdir(city)
    told = run("diff", "HEAD:city")
    assert 0 == told.exit_code, told.output
    law = Path("../province/rules/local/my-2026-1/law.yaml")
    law.write_text(
        law.read_text("utf-8").replace("when: {已列入预算: false}", "when: {已列入预算: true}"), "utf-8"
    )
    write(
        city,
        {
            "rules/registers/extends.yaml": f"extends: ../province\nversion: {version_of(Path('../province'))}\n"
        },
    )
    told = run("diff", "HEAD:city")
    assert 1 == told.exit_code, told.output
    assert "规则 `my-2026-1.art-3` 的适用条件" in told.output
    assert "province:rules/local/my-2026-1/law.yaml" in told.output


def test_an_earlier_layer_finds_beside_the_work_tree_what_its_commit_has_not(city):
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    assert 0 == run("diff", "HEAD").exit_code
    shutil.rmtree("../province")
    assert "PE019" in run("diff", "HEAD").output


def test_what_lies_beside_the_folder_of_a_moment_is_nobodys_base(city, tmp_path, monkeypatch):
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    # Another's rule base of the same name, where an earlier layer is laid out to be read.
    (tmp_path / "moment").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "moment"))
    shutil.copytree("../province", tmp_path / "moment" / "province")
    law = tmp_path / "moment/province/rules/local/my-2026-1/law.yaml"
    law.write_text(law.read_text("utf-8").replace("已列入预算: false", "已列入预算: true"), "utf-8")
    told = run("diff", "HEAD")
    assert 0 == told.exit_code, told.output


def test_only_the_layer_is_written(city):
    before = {p: p.read_bytes() for p in Path("../province").rglob("*") if p.is_file()}
    law = city / "rules/local/city-2026-9/law.yaml"
    law.write_text(law.read_text("utf-8").replace("subject: 事项", "subject:   事项"), "utf-8")
    assert 0 == run("fmt").exit_code
    assert "subject: 事项" in law.read_text("utf-8")
    assert 0 == run("add", "field", "事项", "市财政同意", "--type", "boolean").exit_code
    assert (
        0
        == run(
            "add",
            "parameter",
            "本市上限",
            "8",
            "--unit",
            "个月",
            "--document",
            "city-2026-9",
            "--from",
            "2026-01-01",
        ).exit_code
    )
    assert 0 == run("validate").exit_code, run("validate").output
    assert before == {p: p.read_bytes() for p in Path("../province").rglob("*") if p.is_file()}
    assert "市财政同意" in run("schema", "事项").output


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A layer on a small rule base, as the program starts one."""
    folder = tmp_path_factory.mktemp("begun")
    start(folder / "province")
    start(folder / "city", "../province")
    return folder / "city"


@pytest.mark.parametrize(
    "command",
    [
        "validate --strict",
        "test",
        "test features",
        "test --mutate --jobs 1 --score-min 0",
        "fmt --check",
        "rules coverage",
        "schema --write",
        "new 事项",
    ],
)
def test_a_layer_that_was_started_passes(begun, command, monkeypatch):
    monkeypatch.chdir(begun)
    before = {p: p.read_bytes() for p in begun.rglob("*") if p.is_file()}
    result = run(*command.split())
    assert 0 == result.exit_code, result.output
    assert "基础 province" in result.output or "规则库 rules" in result.output
    assert before == {p: p.read_bytes() for p in begun.rglob("*") if p.is_file()}


def test_a_layer_is_started_on_a_folder_named_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    start(Path("law/province"))
    told = run("init", "city", "--extends", "law/province")
    assert 0 == told.exit_code, told.output
    assert "extends: ../law/province" in Path("city/rules/registers/extends.yaml").read_text("utf-8")
    assert 0 == run("validate", "--rules", "city").exit_code
    assert 1 == run("check", "city/cases/example.yaml", "--rules", "city").exit_code


def test_what_would_not_load_is_not_started(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert 2 == run("init", "city", "--extends", "nowhere").exit_code
    told = run("init", "city", "--extends", "package:click")
    assert 2 == told.exit_code
    assert "这个包里没有规则库" in told.output
    assert "rules/registers/extends.yaml:" not in told.output
    assert not Path("city").exists()


def test_a_layer_is_started_on_a_layer_and_takes_no_name_of_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    start(Path("province"))
    for name, below in (("city", "province"), ("town", "city"), ("village", "town")):
        told = run("init", name, "--extends", below)
        assert 0 == told.exit_code, told.output
    assert "rules/local/local-2026-3/law.yaml" in told.output
    monkeypatch.chdir(tmp_path / "village")
    for command in ("validate --strict", "test", "test features", "fmt --check", "rules coverage"):
        told = run(*command.split())
        assert 0 == told.exit_code, told.output
    shutil.rmtree("vocabulary")
    shutil.rmtree("schemas")
    shutil.rmtree("rules/local")
    assert 0 == run("add", "field", "事项", "面积", "--type", "number").exit_code
    assert Path("vocabulary/事项/1-本级_3.yaml").is_file()


def test_a_field_is_added_where_the_layer_has_none_yet(begun, tmp_path, monkeypatch):
    shutil.copytree(begun.parent, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path / "city")
    added = run("add", "subject", "场地", "place")
    assert 0 == added.exit_code, added.output
    added = run("add", "field", "场地", "面积", "--type", "number")
    assert 0 == added.exit_code, added.output
    assert 0 == run("validate").exit_code
    shutil.rmtree("vocabulary")
    shutil.rmtree("schemas")
    shutil.rmtree("rules/local")
    added = run("add", "field", "事项", "面积", "--type", "number")
    assert 0 == added.exit_code, added.output
    assert Path("vocabulary/事项/1-本级.yaml").is_file()


def test_what_a_record_keeps_loads_without_what_it_lay_on(city):
    sources = read_sources(RuleFiles(Path("rules"), Path("schemas")))
    texts = base_texts(sources)
    shutil.rmtree("../province")
    with written_out(texts) as files:
        again = read_sources(files)
    assert sources.version == again.version
    assert texts == base_texts(again)
    assert 4 == len(load_rule_set(again, reads_examples=False).rules)


@pytest.mark.parametrize(
    "path", ["..:rules/a.yaml", "a\\b:rules/a.yaml", "x:elsewhere/a.yaml", "a:rules/../../a"]
)
def test_what_a_record_keeps_is_written_nowhere_else(path):
    with pytest.raises(ValueError, match="unsafe"), written_out({path: ""}):
        pass
