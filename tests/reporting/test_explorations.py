"""What `check --what-if --reasons` tells an official."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from policy_engine.analysis.ways.options import Option
from policy_engine.analysis.ways.what_if import Step
from policy_engine.cli.app import app
from policy_engine.foundation.spans import file_span
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.reporting.what_if_page import step_words
from policy_engine.usecases import exploring

pytestmark = pytest.mark.usefixtures("spared")

ROOT = Path(__file__).parent.parent.parent
BARE = """as_of: 2026-01-15
phase: 立项
declaration: {no_other_circumstances: true, by: 经办人}
采购事项:
  购买主体类型: 国家机关
  购买内容: 城区道路保洁
  付费方: 政府
  已列入目录: true
  已列入预算: true
"""
HEAD = BARE + "  采购标的: 服务\n"
REMINDER = "怎样调整（须真实调整项目本身，不得仅改填报）："


@pytest.fixture
def run(tmp_path):
    def run(text: str, *options: str):
        path = tmp_path / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return CliRunner().invoke(app, ["check", str(path), "--engine", "compiled", *options])

    return run


def section(output: str, title: str) -> list[str]:
    """Read the lines under a title."""
    lines = output.splitlines()
    start = lines.index(title) + 1
    return [line.strip() for line in lines[start : lines.index("", start)]]


def subject(output: str) -> dict:
    (decision,) = json.loads(output)["results"]
    assert 1 == decision.pop("input")
    schema = json.loads((ROOT / "schemas" / "decision.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(decision)
    return decision["subjects"][0]


@pytest.mark.broad
def test_too_long_a_term_may_be_cut_to_a_year_and_is_told_as_a_range(run):
    found = run(HEAD + "  合同期限_月: 60\n", "--what-if")
    lines = section(found.output, REMINDER)
    assert lines[0].startswith("① 合同期限由 60个月 改为不超过 12个月")
    assert "针对：财政部令第102号第二十四条，合同履行期限不得超过三年" in lines
    assert lines[lines.index("针对：财政部令第102号第二十四条，合同履行期限不得超过三年") + 1].startswith(
        "调整后：可以作为政府购买服务实施"
    )
    assert 1 == found.exit_code


MANY = (
    "  合同期限_月: 60\n  自动续签_月: 60\n  含工程: true\n  含货物: true\n  货物归属: 归承接主体\n  货物工程已分列: false\n"
    "  付款期长于服务期: true\n  用工迹象: []\n  原经费方式: 财政拨款\n"
)


@pytest.mark.broad
def test_the_search_comes_to_an_end_where_a_long_term_is_one_of_many_faults(run):
    found = subject(run(HEAD + MANY, "--what-if", "--format", "json").output)["what_if"]
    assert found["complete"]
    assert ["UNDETERMINED", "PERMITTED"] == [way["verdict"] for way in found["ways"]]
    least, most = found["ways"]
    assert {"含工程", "合同期限_月", "自动续签_月"} == {step["field"] for step in least["steps"]}
    assert {"含货物", "付款期长于服务期"} == set(most["sample"]) - set(least["sample"])


def test_the_way_out_replays_to_what_it_claims(run):
    found = subject(run(HEAD + "  合同期限_月: 60\n", "--what-if", "--format", "json").output)["what_if"]
    assert "PERMITTED" == found["goal"]
    for way in found["ways"]:
        months = way["sample"].pop("合同期限_月")
        more = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in way["sample"].items())
        output = run(HEAD + f"  合同期限_月: {months}\n{more}", "--format", "json").output
        (again,) = json.loads(output)["results"]
        assert way["verdict"] == again["verdict"]


def test_what_cannot_be_changed_is_named_with_the_facts_it_rests_on(run):
    found = run(BARE + "  采购标的: 工程\n  合同期限_月: 12\n", "--what-if")
    lines = section(found.output, REMINDER)
    assert lines[0].endswith("怎样改，都不能消除下列依据；按上面的合规途径办理")
    assert "取决于：采购标的 = 工程（填报）" in lines


@pytest.mark.broad
def test_a_change_that_leaves_questions_says_which(run):
    text = HEAD + "  合同期限_月: 36\n  自动续签_月: 24\n"
    lines = section(run(text, "--what-if").output, REMINDER)
    assert any(line.startswith("调整后：不再有否定的依据，结论为需补充核实") for line in lines)
    assert "仍待核实：签一年以上具备的条件" in lines


@pytest.mark.broad
def test_a_renewal_is_dropped_before_a_term_is_shortened(run):
    lines = section(run(HEAD + "  合同期限_月: 36\n  自动续签_月: 24\n", "--what-if").output, REMINDER)
    assert [
        "① 自动续签由 24个月 改为 0个月",
        "② 合同期限由 36个月 改为不超过 12个月",
        "③ 同时作 2 项调整",
    ] == [line for line in lines if line[0] in "①②③"]


@pytest.mark.broad
def test_three_years_are_offered_with_the_conditions_they_have(run):
    lines = section(run(HEAD + "  合同期限_月: 96\n", "--what-if").output, REMINDER)
    at = lines.index("② 合同期限由 96个月 改为 13个月 至 36个月")
    assert "仍待核实：签一年以上具备的条件" == lines[at + 3]


def test_what_a_matter_is_called_is_never_offered_as_a_change(run):
    facts = "  服务大类: 公共服务\n  服务领域: 安全生产\n  受益对象: 企业\n  属于政府职责: false\n"
    one = subject(run(HEAD + facts, "--what-if", "--format", "json").output)
    assert not {"服务大类", "服务领域", "受益对象"} & set(one["what_if"]["changeable"])


@pytest.mark.every(3)
@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ("  含工程: true\n", "① 含工程由 是 改为 否"),
        ("  行政检查: true\n  持执法证: true\n  第三方独立实施: true\n", "① 第三方独立实施由 是 改为 否"),
        ("  承接主体类型: 公益一类事业单位\n", "① 承接主体类型由 公益一类事业单位 改为 企业、"),
    ],
)
def test_what_the_remedy_would_have_changed_is_a_way_out(run, facts, step):
    lines = section(run(HEAD + facts, "--what-if").output, REMINDER)
    assert lines[0].startswith(step)


@pytest.mark.broad
def test_a_way_out_that_raises_a_question_says_so(run):
    lines = section(run(HEAD + "  承接主体类型: 公益一类事业单位\n", "--what-if").output, REMINDER)
    at = lines.index("② 承接主体类型由 公益一类事业单位 改为 个人、其他 之一")
    assert lines[at + 2].startswith("调整后：不再有否定的依据，结论为需补充核实")


def test_what_is_only_incomplete_is_asked_first(run):
    lines = section(run("采购事项: {购买主体类型: 国家机关}\n", "--what-if").output, REMINDER)
    assert ["尚未作出否定结论：先补齐需补充核实的事项，再看是否需要调整"] == lines


def test_what_is_permitted_needs_no_change_and_has_no_reasons(run):
    found = run(HEAD, "--what-if", "--reasons")
    assert ["可以作为政府购买服务实施，无须调整"] == section(found.output, REMINDER)
    assert 0 == found.exit_code
    one = subject(run(HEAD, "--what-if", "--reasons", "--format", "json").output)
    assert (None, []) == (one["what_if"], one["reasons"])


def test_what_is_not_listed_cannot_be_had_by_any_change(run):
    text = HEAD.replace("已列入目录: true", "已列入目录: false")
    lines = section(run(text, "--what-if").output, REMINDER)
    assert 1 == len(lines)
    assert lines[0].endswith("怎样改，都得不到许可")


def test_every_set_of_facts_that_suffices_is_listed(run):
    text = BARE + "  采购标的: 工程\n  含工程: true\n"
    reasons = subject(run(text, "--reasons", "--format", "json").output)["reasons"]
    sets = {r: [[f["field"] for f in s] for s in one["sets"]] for one in reasons for r in one["rules"]}
    assert [["采购标的"]] == sets["mof-order-102-2020.art-10-3-goods"]
    bundled = [fields[0] for fields in sets["mof-yu-2017-87.2-works"]]
    assert ["采购标的", "含工程"] == sorted(bundled, reverse=True) or ["含工程", "采购标的"] == sorted(
        bundled
    )
    assert "第 2 组：含工程 = 是（填报）" in run(text, "--reasons").output


def test_nothing_is_explored_that_was_not_asked_for(run):
    one = subject(run(BARE + "  采购标的: 工程\n", "--format", "json").output)
    assert not {"what_if", "reasons"} & one.keys()


@pytest.mark.broad
def test_several_cases_and_subjects_each_have_their_own(run):
    text = HEAD + "  合同期限_月: 60\n服务合同:\n  合同期限_月: 60\n---\n" + HEAD
    output = run(text, "--what-if", "--reasons").output
    assert 1 == output.count(f"采购事项：{REMINDER}")
    assert 1 == output.count(f"服务合同：{REMINDER}")
    assert 1 == output.count(f"\n{REMINDER}")


def test_markdown_has_the_sections_too(run):
    output = run(HEAD + "  合同期限_月: 60\n", "--what-if", "--reasons", "--format", "markdown").output
    assert f"## {REMINDER.removesuffix('：')}" in output
    assert "1. 合同期限由 60个月 改为不超过 12个月" in output


@pytest.mark.parametrize(
    ("trials", "words"),
    [(1, "组合过多，没有查完，尚未找到可行的调整办法"), (150, "组合过多，没有查完，可能还有其他办法")],
)
def test_a_search_that_was_given_up_says_so(run, monkeypatch, trials, words):
    monkeypatch.setattr(exploring, "_TRIALS", trials)
    lines = section(run(HEAD + "  合同期限_月: 60\n", "--what-if").output, REMINDER)
    assert words in lines[-1]


def field(kind: FieldType, choices: tuple[str, ...] = ()) -> Field:
    return Field(
        name="期限", subject="", title="期限", description="", type=kind, role=Role.PLAN,
        choices=choices, unit="月", minimum=0, maximum=60, span=file_span("x"),
    )  # fmt: skip


MONTHS = Option(field(FieldType.NUMBER), 20, (0, 11, 12, 13, 35, 36, 37, 60))
CHOICE = Option(field(FieldType.CHOICE, ("甲", "乙", "丙")), "甲", ("乙", "丙"))
LIST = Option(field(FieldType.LIST, ("甲", "乙", "丙", "丁")), frozenset("甲乙"), ())
ANSWER = Option(field(FieldType.BOOLEAN), UNKNOWN, (True, False))


@pytest.mark.parametrize(
    ("option", "values", "words"),
    [
        (MONTHS, (0, 11, 12), "期限由 20个月 改为不超过 12个月"),
        (MONTHS, (36, 37, 60), "期限由 20个月 改为不少于 36个月"),
        (MONTHS, (35, 36), "期限由 20个月 改为 35个月 至 36个月"),
        (MONTHS, (36,), "期限由 20个月 改为 36个月"),
        (MONTHS, (0, 11, 37, 60), "期限由 20个月 改为不超过 11个月或者不少于 37个月"),
        (MONTHS, (13, 35), "期限由 20个月 改为 13个月或者 35个月"),
        (CHOICE, ("乙",), "期限由 甲 改为 乙"),
        (CHOICE, ("乙", "丙"), "期限由 甲 改为 乙、丙 之一"),
        (LIST, (frozenset("甲乙丙"), frozenset("甲乙丁")), "期限：增加 丙、丁之一"),
        (LIST, (frozenset("甲"),), "期限：去掉 乙"),
        (LIST, (frozenset("甲丙"), frozenset("乙")), "期限：由 乙 改为 丙；或者去掉 甲"),
        (ANSWER, (True,), "若期限（未填报）为 是"),
    ],
)
def test_a_step_reads_as_a_change_of_the_project(option, values, words):
    assert words == step_words(Step(option, values, ()))
