"""`test` runs feature files: what does not come out is told with its line, what was found, and why."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from policy_engine.cli.app import app

ROOT = Path(__file__).parents[2]
ORDINARY = "    假如 国家机关拟购买一项已列入目录和预算的服务\n    并且 申报人声明没有其他情形\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> Result:
        return CliRunner().invoke(app, ["test", *args], prog_name="policy-engine")

    return run


@pytest.fixture
def tried(run, tmp_path):
    """Run one feature with the given steps, and give its lines."""

    def tried(steps: str, *options: str) -> Result:
        (tmp_path / "甲.feature").write_text(f"功能: 甲\n  场景: 乙\n{steps}", encoding="utf-8")
        return run("甲.feature", *options)

    return tried


def scenario(*steps: str) -> str:
    return ORDINARY + "".join(f"    {step}\n" for step in steps)


def test_a_scenario_that_comes_out_passes_with_the_shipped_rules_and_says_which(tried):
    found = tried(scenario("当 进行审查", "那么 结论为 可以实施", "并且 依据包括 财政部令第102号 第十四条"))
    assert 0 == found.exit_code
    assert "✓ 甲.feature:2 乙" in found.stdout
    assert "场景 1 个，全部通过" in found.stdout
    assert "规则库 自带" in found.stdout


@pytest.mark.parametrize(
    ("step", "meant"),
    [
        ("并且 国家机关要购买一项已列入目录和预算的服务", "国家机关拟购买一项已列入目录和预算的服务"),
        ("并且 “含工程”是“否”", "“…”为“…”"),
        ("并且 结论为 可以实施", "这一步写在“那么”下面"),
        ("并且 申报人申明没有其他情形", "申报人声明没有其他情形"),
        ("那么 结论是 可以实施", "结论为 …"),
        ("当 进行审核", "进行审查"),
    ],
)
def test_a_step_that_does_not_exist_is_told_with_its_line_and_what_was_meant(tried, step, meant):
    found = tried(scenario(step))
    assert 2 == found.exit_code
    (line,) = [line.strip() for line in found.stdout.splitlines() if "第 5 行：" in line]
    assert line.startswith(f"第 5 行：没有这一步“{step.partition(' ')[2]}”")
    assert meant in line
    assert line.endswith("（PE522）")


@pytest.mark.parametrize(
    ("steps", "line", "words"),
    [
        (("并且 “含工成”为“否”",), 5, "没有字段 `含工成`，是否为 `含工程`？"),
        (("并且 “含工程”为“大概”",), 5, "写的是 `大概`"),
        (("并且 阶段为 合同期",), 5, "合同期"),
        (("并且 “含工程”为“否”", "并且 地区为 湖洲市"), 6, "湖州市"),
        (("并且 “承接主体类型”为“国企业”，出自“合同”",), 5, "国企业"),
        (
            ("并且 事实如下", "  | 事实 | 内容 |", "  | 融资 | 否 |", "  | 含工程 | 大概 |"),
            8,
            "写的是 `大概`",
        ),
        (("并且 “合同期限_月”为“36”", "并且 “多年期合同”为“否”"), None, "不能同时成立"),
    ],
)
def test_what_a_step_tells_wrongly_is_told_at_the_line_that_told_it(tried, steps, line, words):
    found = tried(scenario(*steps, "当 进行审查", "那么 结论为 可以实施"))
    assert 2 == found.exit_code
    (told,) = [each for each in found.stdout.splitlines() if words in each]
    assert line is None or f"第 {line} 行：" in told


def test_a_wrong_verdict_says_what_was_found_and_on_what_ground(tried):
    found = tried(scenario("并且 “融资”为“是”", "当 进行审查", "那么 结论为 可以实施"))
    assert 1 == found.exit_code
    lines = [line.strip() for line in found.stdout.splitlines()]
    at = lines.index("第 7 行：那么 结论为 可以实施")
    assert "预期 可以实施，实际 不得实施" == lines[at + 1]
    assert any("财政部令第102号）第十条第（四）项" in line for line in lines[at + 2 :])


def test_an_open_verdict_says_what_is_asked(tried):
    found = tried(scenario("并且 “固定人数”为“8”", "当 进行审查", "那么 结论为 可以实施"))
    assert "预期 可以实施，实际 需补充核实" in found.stdout
    assert "填〔劳务派遣〕，由法制审核人员提供" in found.stdout


def test_what_nothing_permits_says_what_the_permissions_lack(tried):
    found = tried(scenario("并且 “资金性质”为“补贴”", "当 进行审查", "那么 结论为 可以实施"))
    assert "预期 可以实施，实际 未涵盖" in found.stdout
    assert "资金性质 = 补贴（填报）" in found.stdout


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        ("财政部令102号 第10条第4项", "是否为 `财政部令第102号 第十条第（四）项`"),
        ("财政部令第102号 第十条第（三）项", "依据里没有 财政部令第102号 第十条第（三）项"),
    ],
)
def test_a_wrong_citation_shows_the_citations_there_are(tried, citation, words):
    found = tried(scenario("并且 “融资”为“是”", "当 进行审查", f"那么 依据包括 {citation}"))
    assert 1 == found.exit_code
    assert words in found.stdout
    assert "有的依据：财政部令第102号 第十条第（四）项" in found.stdout


def test_a_citation_that_there_is_is_not_suggested_for_itself(tried):
    cited = "财政部令第102号 第十条第（三）项"
    found = tried(scenario("并且 “融资”为“是”", "当 进行审查", f"那么 依据包括 {cited}"))
    assert f"`{cited}`" not in found.stdout


def test_a_verdict_before_the_review_says_which_step_is_missing(tried):
    found = tried(scenario("那么 结论为 可以实施"))
    assert 1 == found.exit_code
    assert "前面写一步“当 进行审查”" in found.stdout


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("    先看一看\n", "第 3 行：读不懂这一行：先看一看"),
        ("    当 进行审查\n    再看一看\n", "第 4 行：读不懂这一行：再看一看"),
        ("", "第 2 行：`乙` 下面没有步骤"),
        (scenario("并且 事实如下", "  | 甲 | 乙 |", "  | 丙 |"), "第 7 行：表格的这一行"),
    ],
)
def test_a_file_that_is_no_feature_says_where(tried, steps, words):
    found = tried(steps)
    assert 2 == found.exit_code
    assert "（PE521）" in found.stdout
    assert words in found.stdout


def test_rows_of_an_outline_are_told_apart(run, tmp_path):
    steps = scenario("并且 “融资”为“<融资>”", "当 进行审查", "那么 结论为 可以实施")
    rows = "    例子:\n      | 融资 |\n      | 否 |\n      | 是 |\n"
    (tmp_path / "甲.feature").write_text(f"功能: 甲\n  场景大纲: 乙\n{steps}{rows}", encoding="utf-8")
    lines = [line.strip() for line in run("甲.feature").stdout.splitlines()]
    assert ["✓ 甲.feature:10 乙（否）", "✗ 甲.feature:11 乙（是）"] == [
        line for line in lines if line[0] in "✓✗"
    ]


def test_what_awaits_a_repair_does_not_fail_until_it_is_repaired(run, tmp_path):
    text = "功能: 甲\n  @待修\n  场景: 乙\n" + scenario("当 进行审查", "那么 结论为 不得实施")
    (tmp_path / "甲.feature").write_text(text, encoding="utf-8")
    assert 0 == run("甲.feature").exit_code
    (tmp_path / "甲.feature").write_text(text.replace("不得实施", "可以实施"), encoding="utf-8")
    found = run("甲.feature")
    assert 1 == found.exit_code
    assert "去掉 @待修" in found.stdout


def test_commands_run_in_a_folder_of_their_own(tried, tmp_path):
    steps = scenario(
        "并且 文件“案件.yaml”内容为", '  """', "  采购事项: {融资: true}", '  """',
        "当 运行“policy-engine check 案件.yaml”", "那么 退出码为 0",
    )  # fmt: skip
    found = tried(steps)
    assert 1 == found.exit_code
    assert "预期 0，实际 1" in found.stdout
    assert "不得作为政府购买服务实施" in found.stdout
    assert ["甲.feature"] == [path.name for path in tmp_path.iterdir()]


def test_a_scenario_writes_nowhere_else(tried, tmp_path):
    found = tried(scenario("并且 文件“../乙.yaml”内容为", '  """', "  甲", '  """'))
    assert 1 == found.exit_code
    assert "不在场景自己的文件夹里" in found.stdout


def test_a_folder_and_cases_are_tested_together(run, tmp_path):
    (tmp_path / "场景").mkdir()
    for name in ("甲", "乙"):
        text = f"功能: {name}\n  场景: {name}\n" + scenario("当 进行审查", "那么 结论为 可以实施")
        (tmp_path / "场景" / f"{name}.feature").write_text(text, encoding="utf-8")
    (tmp_path / "案件.yaml").write_text("expect: 不得实施\n采购事项: {融资: true}\n", encoding="utf-8")
    found = run("场景", "案件.yaml", "--rules", "自带")
    assert 0 == found.exit_code
    assert 2 == found.stdout.count("场景 1 个，全部通过")
    assert "案件 1 个，全部通过" in found.stdout


def test_data_names_the_step_and_the_reasons(tried):
    steps = scenario("并且 “融资”为“是”", "当 进行审查", "那么 结论为 可以实施")
    told = json.loads(tried(steps, "--format", "json").stdout)
    assert 1 == told["exit"]
    (one,) = told["results"][0]["scenarios"]
    assert ("未通过", 7, "预期 可以实施，实际 不得实施") == (one["outcome"], one["line"], one["message"])
    assert one["why"]
    assert "场景 1 个，未通过 1 个" == told["summary"]
    suite = ET.fromstring(tried(steps, "--format", "junit").stdout)
    assert ["第 7 行：预期 可以实施，实际 不得实施"] == [f.get("message") for f in suite.iter("failure")]
    wrong = json.loads(
        tried(scenario("并且 “含工成”为“否”", "当 进行审查", "那么 结论为 甲"), "--format", "json").stdout
    )
    assert [("PE501", 5)] == [(d["code"], d["place"]["line"]) for d in wrong["diagnostics"]]


def test_a_feature_that_does_not_exist_is_bad_usage(run):
    found = run("没有.feature")
    assert 2 == found.exit_code
    assert "`没有.feature` 不存在" in found.stderr


def test_the_project_shows_its_features_pass(run):
    found = run(str(ROOT / "features" / "申报声明.feature"), "--verbose")
    assert 0 == found.exit_code, found.stdout
