"""`test` passes the shipped rules, fails seeded faults, and proposes examples that hold."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from cli.rich_base import write_rich_base
from effort import IS_FULL
from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules

FILE = "rules/national/mof-order-102-2020/law.yaml"
SMALL = "rules/national/npc-penalty-2021/law.yaml"
RULE = "mof-order-102-2020.art-10-3"
SHORT = RULE.partition(".")[2]


@pytest.fixture
def base(tmp_path, monkeypatch) -> Path:
    files = shipped_rules()
    shutil.copytree(files.rules, tmp_path / "rules")
    shutil.copytree(files.schemas, tmp_path / "schemas")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> Result:
    # Each further process loads the whole rule base.
    alone = ["--jobs", "1"] if "--mutate" in args and "--jobs" not in args else []
    return CliRunner().invoke(app, ["test", *args, *alone], prog_name="policy-engine")


def edit(base: Path, old: str, new: str) -> None:
    path = base / FILE
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_examples_all_hold():
    result = run() if IS_FULL else run("rules/national")
    assert 0 == result.exit_code
    assert "全部通过" in result.stdout


def test_a_wrong_expectation_is_shown_with_its_place(base):
    edit(base, "given: {融资: true}, expect: 违反, verdict: 不得实施", "given: {融资: true}, expect: 符合")
    result = run(FILE)
    assert 1 == result.exit_code
    assert "预期 符合，实际 违反" in result.stdout
    assert f"未通过：{FILE}:" in result.stdout
    suite = ET.fromstring(run(FILE, "--format", "junit").stdout)
    assert ["预期 符合，实际 违反"] == [f.get("message") for f in suite.iter("failure")]


HALF_TRIED = "npc-procurement-2014.art-48"


def test_coverage_below_the_minimum_exits_one(base):
    """The rule lacks an example in which the duty isn't there and isn't kept either."""
    share = json.loads(run("--rule", HALF_TRIED, "--format", "json").stdout)["results"][0]["coverage"]["mcdc"]
    assert 0 < share < 100
    assert 0 == run("--rule", HALF_TRIED, "--coverage-min", str(int(share))).exit_code
    assert 1 == run("--rule", HALF_TRIED, "--coverage-min", "100").exit_code


def test_verbose_lists_each_condition_and_what_was_seen_of_it(base):
    assert re.search(r"[✓✗] 含工程 = 是：真、假、不明", run("--rule", RULE, "--verbose").stdout)


def forget_examples(base: Path) -> None:
    """Leave the rule one example."""
    path = base / FILE
    text = path.read_text("utf-8")
    start = text.index("    examples:\n", text.index(f"  - id: {SHORT}\n")) + len("    examples:\n")
    first = text.index("\n", start) + 1
    end = text.index("\n\n", start) + 1
    path.write_text(text[:first] + text[end:], encoding="utf-8")


def test_a_proposed_example_holds_and_kills_its_mutant(base):
    forget_examples(base)
    found = json.loads(run("--rule", RULE, "--mutate", "--format", "json").stdout)["results"][0]["mutation"]
    own = [s for s in found["survivors"] if s["example_for"] == RULE]
    assert own
    path = base / FILE
    text = path.read_text("utf-8")
    start = text.index(f"  - id: {SHORT}\n")
    at = text.index("    examples:\n", start) + len("    examples:\n")
    lines = "".join(f"      {s['example']}\n" for s in own)
    path.write_text(text[:at] + lines + text[at:], encoding="utf-8")
    (again,) = json.loads(run("--rule", RULE, "--mutate", "--format", "json").stdout)["results"]
    assert [] == again["failures"]
    assert [] == [s for s in again["mutation"]["survivors"] if s["example_for"] == RULE]
    assert all(s["scenario"].startswith("场景: ") for s in own)


def test_an_example_may_say_what_its_rule_alone_makes_of_the_case(base):
    edit(
        base,
        "given: {融资: true}, expect: 违反, verdict: 不得实施",
        "given: {融资: true}, expect: 违反, verdict: 须整改",
    )
    result = run(FILE)
    assert 1 == result.exit_code
    assert "预期 违反（单凭本条：须整改），实际 违反（单凭本条：不得实施）" in result.stdout
    edit(base, "verdict: 须整改", "verdict: 也许")
    assert 2 == run(FILE).exit_code


def test_a_case_file_alone_has_no_coverage_and_no_mutants(base):
    case = base / "案件.yaml"
    case.write_text("as_of: 2026-01-15\nexpect: 不得实施\n采购事项: {融资: true}\n", encoding="utf-8")
    result = run("案件.yaml", "--rules", "rules")
    assert (0, False) == (result.exit_code, "覆盖" in result.stdout)
    assert 1 == run("案件.yaml", "--rules", "rules", "--coverage-min", "0").exit_code
    assert 2 == run("案件.yaml", "--rules", "rules", "--mutate").exit_code
    assert (
        json.loads(run("案件.yaml", "--rules", "rules", "--format", "json").stdout)["results"][0]["coverage"][
            "mcdc"
        ]
        is None
    )


@pytest.mark.broad
def test_the_number_of_processes_changes_nothing(base):
    told = {run(SMALL, "--mutate", "--jobs", jobs, "--format", "json").stdout for jobs in ("1", "3")}
    assert 1 == len(told)
    operators = json.loads(told.pop())["results"][0]["mutation"]["operators"]
    assert operators
    assert all(o["made"] == o["killed"] + o["equivalent"] + o["survived"] for o in operators)


def test_several_processes_judge_every_mutant_and_propose_what_one_proposes(tmp_path, monkeypatch):
    write_rich_base(tmp_path)
    monkeypatch.chdir(tmp_path)
    # As people start it: a solver that other tests have used already may choose another one of several models.
    command = [sys.executable, "-m", "policy_engine", "test", "--mutate", "--format", "json", "--jobs"]
    told = [
        subprocess.run([*command, jobs], check=False, stdout=subprocess.PIPE, text=True).stdout
        for jobs in ("1", "2")
    ]
    assert told[0] == told[1]
    found = json.loads(told[0])["results"][0]["mutation"]
    # So many that one process does not judge them all.
    assert 80 < sum(o["made"] for o in found["operators"])
    assert all(o["made"] == o["killed"] + o["equivalent"] + o["survived"] for o in found["operators"])
    assert any(o["killed"] for o in found["operators"])


def commit(base: Path) -> None:
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=base, check=True)


def reached(*args: str) -> tuple[int, set[str]]:
    result = run("--jobs", "1", "--format", "json", *args)
    (*_, found) = [{"survivors": []}, *(one["mutation"] for one in json.loads(result.stdout)["results"])]
    return result.exit_code, {name for s in found["survivors"] for name in s["rules"]}


def test_only_rules_that_the_change_reaches_are_mutated(base):
    commit(base)
    result = run(FILE, "--changed-since", "HEAD")
    assert (0, True) == (result.exit_code, "没有改动触及的规则" in result.stdout)
    # One example taken away: its rule, and no other, must show again what it notices.
    forget_examples(base)
    code, names = reached(FILE, "--changed-since", "HEAD")
    assert (1, {RULE}) == (code, names)


TERMS = "rules/lexicon/甲.yaml"
TERM = """terms:
  - id: a.a
    words: [某词某词]
    points_to: {采购事项: {含工程: true}}
    certainty: stated
    unless: {before: [不算, 参观]}
    because: 某
    examples: [某词某词一, {text: 某词某词二, finds: {含工程: true}}]
    harmless: [请参观某词某词]
"""


def term_mutation(*args: str) -> tuple[int, dict]:
    result = run("--jobs", "1", "--format", "json", *args)
    return result.exit_code, json.loads(result.stdout)["results"][0]


def test_terms_are_mutated_and_scored_by_themselves(base):
    (base / TERMS).write_text(TERM, encoding="utf-8")
    code, told = term_mutation(TERMS, "--mutate")
    found = told["term_mutation"]
    assert (0, None) == (code, told["mutation"])
    assert (3, 2, 1) == (found["made"], found["killed"], found["survived"])
    (survivor,) = found["survivors"]
    assert (["a.a"], "harmless", "- 不算某词某词") == (
        survivor["terms"],
        survivor["example_key"],
        survivor["example"],
    )
    text = run(TERMS, "--mutate").stdout
    assert "词条的变异 3 个：发现 2，漏过 1" in text
    assert "可加在 a.a 的 harmless 下" in text
    assert "- 不算某词某词" in text
    assert 1 == run(TERMS, "--mutate", "--term-score-min", "70").exit_code
    assert 0 == run(TERMS, "--mutate", "--term-score-min", "60").exit_code


def test_only_terms_that_the_change_reaches_are_mutated(base):
    (base / TERMS).write_text(TERM, encoding="utf-8")
    commit(base)
    assert "没有改动触及的词条" in run(TERMS, "--changed-since", "HEAD").stdout
    (base / TERMS).write_text(TERM.replace("不算, 参观", "不算, 请参观"), encoding="utf-8")
    code, told = term_mutation(TERMS, FILE, "--changed-since", "HEAD")
    assert (0, 0, 3) == (code, told["mutation"]["made"], told["term_mutation"]["made"])


@pytest.mark.broad
def test_of_many_survivors_the_first_are_written(base):
    many = ", ".join(f"参观{number}" for number in range(30))
    (base / TERMS).write_text(TERM.replace("不算, 参观", many), encoding="utf-8")
    assert "另有 10 个漏过的没有列出" in run(TERMS, "--mutate").stdout
    assert 30 == run(TERMS, "--mutate", "--verbose").stdout.count("漏过：")


@pytest.mark.parametrize("revision", ["没有这个版本", "--help", "-p", "HEAD:不在这里", "rules"])
def test_a_revision_that_cannot_be_read_exits_two(base, revision):
    commit(base)
    result = run(f"--changed-since={revision}")
    assert 2 == result.exit_code
    assert "Traceback" not in result.output


def test_outside_a_repository_it_speaks_of_what_was_asked(base):
    result = run("--changed-since", "HEAD")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "没有版本 `HEAD`：当前目录不在可以读的 git 仓库里" in result.stderr
    assert "到 git 仓库里运行" in result.stderr
    # It takes no folder, and nobody asked for `diff`.
    assert not {word for word in ("diff", "目录的", "两个目录", "规则库的目录") if word in result.stderr}


def test_case_files_say_what_they_expect(base):
    case = base / "案件.yaml"
    text = "as_of: 2026-01-15\nexpect: {label}\n采购事项: {{融资: true}}\n"
    case.write_text(text.format(label="不得实施"), encoding="utf-8")
    assert 0 == run("案件.yaml").exit_code
    case.write_text(text.format(label="可以实施"), encoding="utf-8")
    result = run("案件.yaml")
    assert (1, True) == (result.exit_code, "预期 可以实施，实际 不得实施" in result.stdout)
    case.write_text(text.format(label="也许"), encoding="utf-8")
    assert 2 == run("案件.yaml").exit_code


@pytest.mark.parametrize(
    "args", [["--rule", "没有"], ["不存在.yaml"], ["--coverage-min", "101"], ["--format", "x"]]
)
def test_bad_usage_exits_two(base, args):
    assert 2 == run(*args).exit_code


@pytest.mark.parametrize(
    "args", [["rules/longan", "--rule", "npc-procurement-2014.art-48"], ["rules/registers/documents.yaml"]]
)
def test_a_selection_that_holds_nothing_does_not_pass(base, args):
    result = run(*args, "--coverage-min", "100")
    assert 2 == result.exit_code
    assert "没有规则" in result.stderr


@pytest.mark.parametrize("word", ["101", "-1", "nan", "许多"])
def test_a_percentage_out_of_range_is_told_in_chinese(word):
    result = run("--coverage-min", word)
    assert 2 == result.exit_code
    assert "应为 0 到 100 的数" in result.stderr


def test_the_examples_of_rules_between_subjects_run_and_are_said_not_to_be_mutated(base):
    rule, file = "form-definitions.across-purchase-form", base / "rules/forms/form-definitions/law.yaml"
    told, short = f"{rule} 的例子“都是政府付费”", rule.removeprefix("form-definitions.")
    text = file.read_text("utf-8")
    head, tail = text.split(f"  - id: {short}\n")
    assert 0 == run("--rule", rule).exit_code
    assert "几个主题之间的规则 1 条没有作变异" in run("--rule", rule, "--mutate").stdout
    file.write_text(f"{head}  - id: {short}\n" + tail.replace("无矛盾", "矛盾", 1), encoding="utf-8")
    result = run("--rule", rule)
    assert 1 == result.exit_code
    assert told in result.stdout
    assert "预期 矛盾，实际 无矛盾" in result.stdout


MADE = "rules/national/mof-order-102-2020/regressions.yaml"


def cases_of(base: Path) -> list[str]:
    """List the cases made by machine of the rule."""
    _, _, rest = (base / MADE).read_text("utf-8").partition(f"  - rule: {RULE}\n")
    own, _, _ = rest.partition("\n\n")
    return [line for line in own.splitlines() if line.startswith("      - {kills: ")]


@pytest.fixture(scope="module")
def made_cases() -> list[str]:
    """What was written down of the rule without its examples, once it was."""
    return []


def write_down(base: Path, made_cases: list[str]) -> None:
    """Leave the rule one example, and the cases that are made where it has but one."""
    forget_examples(base)
    if not made_cases:
        run("--rule", RULE, "--mutate", "--write")
        made_cases.append((base / MADE).read_text("utf-8"))
    (base / MADE).write_text(made_cases[0], encoding="utf-8")


def test_what_examples_miss_is_written_down_once_and_found_from_then_on(base, made_cases):
    forget_examples(base)
    before = (base / MADE).read_text("utf-8")
    missed = run("--rule", RULE, "--mutate")
    assert (1, True) == (missed.exit_code, "漏过：" in missed.stdout)
    assert before == (base / MADE).read_text("utf-8")
    result = run("--rule", RULE, "--mutate", "--write")
    assert (0, f"已写：{MADE}") == (result.exit_code, re.search("已写：.*", result.stdout)[0])
    made = cases_of(base)
    assert made
    assert before != (base / MADE).read_text("utf-8")
    made_cases.append((base / MADE).read_text("utf-8"))
    again = run("--rule", RULE, "--mutate", "--write")
    assert (0, True) == (again.exit_code, "回归例新增 0 行，去掉 0 行" in again.stdout)
    assert made == cases_of(base)
    fewer = json.loads(run("--rule", RULE, "--mutate", "--format", "json").stdout)["results"][0]
    assert [] == fewer["mutation"]["survivors"]


@pytest.mark.broad
def test_a_case_that_notices_nothing_of_its_own_goes(base, made_cases):
    write_down(base, made_cases)
    made = cases_of(base)
    text = (base / MADE).read_text("utf-8")
    twice = made[0].replace("{kills: ", "{kills: 再来一次", 1)
    (base / MADE).write_text(text.replace(made[-1], f"{made[-1]}\n{twice}"), encoding="utf-8")
    result = run("--rule", RULE, "--mutate", "--write")
    assert "回归例新增 0 行，去掉 1 行" in result.stdout
    assert text == (base / MADE).read_text("utf-8")


def test_a_case_that_fails_is_shown_at_its_own_line(base, made_cases):
    write_down(base, made_cases)
    first = cases_of(base)[0]
    text = (base / MADE).read_text("utf-8")
    wrong = re.sub("expect: [^,}]+", "expect: 被排除", first)
    (base / MADE).write_text(text.replace(first, wrong), encoding="utf-8")
    line = text[: text.index(first)].count("\n") + 1
    result = run("--rule", RULE)
    assert (1, True) == (result.exit_code, f"未通过：{MADE}:{line}:9 {RULE} 的回归例" in result.stdout)
    assert run(MADE).stdout.count("未通过：") == 1


def test_without_mutation_there_is_nothing_to_write(base):
    result = run("--rule", RULE, "--write")
    assert (2, True) == (result.exit_code, "--mutate" in result.stderr)
