"""`ask`: one question at a time, kept after every answer, ending in an opinion and a case that reads back."""

import io
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from policy_engine.cli.app import app

PLACE = "浙江省湖州市吴兴区"
PROPERTY = ["机关物业", "办公楼保洁、保安、绿化养护", "", "", PLACE]
ANSWERS = {
    "主要买的是货物、工程还是服务": "服务",
    "列入预算": "1",
    "购买主体属于哪一类": "国家机关",
    "指导性目录": "是",
    "服务费由谁支付": "政府",
}


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, typed: list[str]):
    result = CliRunner().invoke(app, ["ask", *arguments], input="".join(f"{line}\n" for line in typed))
    assert "Traceback" not in result.output
    assert "内部错误" not in result.output
    return result


def questions(text: str) -> list[str]:
    return [line.split("　", 1)[1] for line in text.splitlines() if line.startswith("第 ")]


def kept(name: str = "采购事项.yaml") -> dict:
    return yaml.safe_load(Path(name).read_text("utf-8"))


class Official(io.BytesIO):
    """Types an answer whenever one is waited for, by what is asked, until a signature is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.opening = [*PROPERTY]
        self.typed: list[str] = []

    def read1(self, size: int | None = -1) -> bytes:
        if self.opening:
            return f"{self.opening.pop(0)}\n".encode()
        sys.stdout.flush()
        asked = questions(sys.stdout.buffer.getvalue().decode())[-1]
        answer = next((told for words, told in ANSWERS.items() if words in asked), None)
        if answer is None or len(self.typed) > 12:
            assert "其他应当说明的情形" in asked
            return b""
        self.typed.append(answer)
        return f"{answer}\n".encode()

    def read(self, size: int | None = -1) -> bytes:
        return b"" if size == 0 else self.read1()


@cache
def in_order() -> tuple[str, ...]:
    """Give the answers in the order in which they are asked for."""
    official = Official()
    CliRunner().invoke(app, ["ask", "采购事项", "-o", "甲.yaml"], input=official)
    return tuple(official.typed)


def test_cleaning_an_office_is_settled_in_six_answers_and_says_so() -> None:
    answers = [*in_order(), "1", "王某"]
    assert 7 == len(answers)
    result = run("采购事项", typed=[*PROPERTY, *answers])
    assert 0 == result.exit_code
    assert 6 >= len(questions(result.output))
    assert "结论：可以作为政府购买服务实施。" in result.output.splitlines()
    assert "双引擎复核一致" in result.output
    again = CliRunner().invoke(app, ["check", "采购事项.yaml"])
    opinion = result.output[result.output.index("结论：") : result.output.index("案件已存")]
    assert opinion.strip() == again.output.strip(), "the case that was kept is the case that was decided"


def test_every_question_says_what_the_case_comes_to_so_far_and_why_it_is_asked() -> None:
    result = run("采购事项", typed=[*PROPERTY, "服务"])
    assert 3 == result.exit_code
    assert 2 == result.output.count("到目前：需补充核实后再审")
    assert 2 <= result.output.count("关系到：")
    assert "先停在这里，已存 采购事项.yaml；接着答：policy-engine ask 采购事项.yaml" in result.output


def test_what_was_answered_is_kept_at_once_and_not_asked_again() -> None:
    first = run("采购事项", typed=[*PROPERTY, "服务", "是", "q"])
    assert 3 == first.exit_code
    assert {"采购标的": "服务", "已列入预算": True} == {
        name: kept()["采购事项"].get(name) for name in ("采购标的", "已列入预算")
    }
    second = run("采购事项.yaml", typed=[])
    assert questions(second.output)[0] == questions(first.output)[2]


def test_what_somebody_did_not_know_is_not_asked_twice_but_when_it_is_taken_up_again() -> None:
    first = run("采购事项", typed=[*PROPERTY, "不清楚 等采购科答复", "q"])
    asked = questions(first.output)
    assert 2 == len(set(asked))
    assert kept()["采购事项"]["采购标的"] == {"unknown": "等采购科答复"}
    assert questions(run("采购事项.yaml", typed=[]).output)[0] == asked[0]


WORDED = ["机关物业", "办公楼保洁，服务期12个月，预算98万元", "", "", PLACE]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([""], {"合同期限_月": 12, "项目金额_万元": 98}),
        (["1"], {"项目金额_万元": 98}),
        (["1、2"], {}),
        (["无"], {}),
        (["3", "也许", "2"], {"合同期限_月": 12}),
    ],
    ids=str,
)
def test_what_the_words_state_is_confirmed_before_anything_is_asked(typed, expected) -> None:
    found = run("采购事项", typed=[*WORDED, *typed, "q"])
    assert (3, 1) == (found.exit_code, len(questions(found.stdout)))
    assert "1 合同期限：12个月　字样 “服务期12个月”" in found.stdout
    facts = {name: told for name, told in kept()["采购事项"].items() if name != "购买内容"}
    assert expected == {name: told["value"] for name, told in facts.items()}
    assert all(told["source"].startswith("材料字样“") for told in facts.values())


def test_what_was_confirmed_once_is_not_put_again(tmp_path) -> None:
    run("采购事项", typed=[*WORDED, "1", "q"])
    again = run("采购事项.yaml", typed=["q"])
    assert "请核对" not in again.stdout.partition("第 1 问")[0]


def test_going_back_takes_the_answer_back() -> None:
    result = run("采购事项", typed=[*PROPERTY, "b", "工程", "b", "服务", "q"])
    assert "前面没有问过的了" in result.output
    assert kept()["采购事项"]["采购标的"] == "服务"
    numbers = [line.split("　")[0] for line in result.output.splitlines() if line.startswith("第 ")]
    assert numbers.count("第 1 问") == 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [("20", "采购标的"), ("鱼", "采购标的"), ("服 务\u200b", "不可见")],
)
def test_an_answer_that_cannot_be_read_is_told_and_asked_again(typed: str, told: str) -> None:
    result = run("采购事项", typed=[*PROPERTY, typed, "服务", "q"])
    assert kept()["采购事项"]["采购标的"] == "服务"
    assert told in result.output[result.output.index("第 1 问") :]


def test_words_are_quoted_where_they_ask_and_a_judgement_against_them_names_its_judge() -> None:
    opening = ["窗口服务", "招聘20名劳务派遣人员在窗口工作", "", "", PLACE, "无"]
    first = run("采购事项", typed=[*opening, "q"])
    assert "派遣" in first.output[first.output.index("第 1 问") :]
    asked = questions(first.output)[0]
    answered = run("采购事项", "-o", "二.yaml", typed=[*opening, "否", "q"])
    reason = questions(answered.output)[1]
    assert asked != reason
    assert "由谁认定，凭什么" in reason
    settled = run("采购事项", "-o", "三.yaml", typed=[*opening, "否", "王某：公司自有员工，按件结算", "q"])
    assert "由谁认定" not in questions(settled.output)[2]
    sources = [fact.get("source") for fact in kept("三.yaml")["采购事项"].values() if isinstance(fact, dict)]
    assert sources == ["王某：公司自有员工，按件结算"]


@pytest.mark.every(3)
@pytest.mark.parametrize("typed", ["2", "…", "2026"])
def test_a_number_is_nobodys_reason(typed: str) -> None:
    opening = ["窗口服务", "招聘20名劳务派遣人员在窗口工作", "", "", PLACE, "无"]
    result = run("采购事项", typed=[*opening, "否", typed, "q"])
    assert "没有写明由谁认定、凭什么" in result.output
    assert not [fact for fact in kept()["采购事项"].values() if isinstance(fact, dict) and "source" in fact]


@pytest.mark.broad
def test_without_a_signature_nothing_is_permitted() -> None:
    result = run("采购事项", typed=[*PROPERTY, *in_order(), "3"])
    assert 3 == result.exit_code
    assert "declaration" not in kept()


@pytest.mark.broad
def test_another_circumstance_is_written_down_and_judged() -> None:
    result = run("采购事项", typed=[*PROPERTY, *in_order(), "2", "分三年付清设备款", "q"])
    assert kept()["采购事项"]["其他说明"] == "分三年付清设备款"
    assert len(questions(result.output)) > 6


@pytest.mark.every(7)
@pytest.mark.parametrize("subject", ["企业", "派员", "服务合同", "隐患", "监管环节", "承接主体", "联席会议"])
def test_every_subject_can_be_asked_about_and_ends(subject: str) -> None:
    result = run(subject, "--jurisdiction", PLACE, typed=["", "", "", *["不清楚"] * 60, "3"])
    assert 3 == result.exit_code
    asked = questions(result.output)
    assert asked
    assert len(asked) == len(set(asked))
    assert "先停在这里" not in result.output, "it ends by itself"


def test_staff_of_an_inspection_are_counted() -> None:
    typed = ["", "工业", "1200人", "50000", "3"]
    result = run("派员", "--jurisdiction", "河南省安阳市龙安区", typed=typed)
    assert questions(result.output)


def test_a_file_that_is_there_is_not_written_over() -> None:
    Path("采购事项.yaml").write_text("name: 旧的\n", "utf-8")
    run("采购事项", typed=[*PROPERTY, "服务"])
    assert kept() == {"name": "旧的"}
    assert kept("采购事项-2.yaml")["采购事项"]["采购标的"] == "服务"
    refused = run("采购事项", "-o", "采购事项.yaml", typed=[])
    assert (2, True) == (refused.exit_code, "已经有了" in refused.output)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "缺少主题"),
        (("采购",), "采购事项"),
        (("没有的.yaml",), "没有主题或者文件"),
        (("采购事项", "--as-of", "昨天"), "不是日期"),
    ],
)
def test_what_cannot_be_asked_about_is_told(arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments, typed=[])
    assert (2, True) == (result.exit_code, told in result.output)


def test_a_file_of_several_cases_is_refused() -> None:
    Path("几件.yaml").write_text("- {采购事项: {}}\n- {采购事项: {}}\n", "utf-8")
    result = run("几件.yaml", typed=[])
    assert (2, True) == (result.exit_code, "2 个案件" in result.output)


def test_a_place_that_is_not_there_is_asked_again() -> None:
    result = run("采购事项", typed=[*PROPERTY[:-1], "湖洲市", PLACE, "服务", "q"])
    assert "湖州" in result.output
    assert kept()["jurisdiction"] == PLACE


def test_notes_of_a_file_are_kept_in_a_copy_before_it_is_written_anew() -> None:
    text = "name: 机关物业\njurisdiction: 湖州市\n采购事项:\n  购买内容: 办公楼保洁 # 附件1第3页\n"
    Path("我的.yaml").write_text(text, "utf-8")
    result = run("我的.yaml", typed=["服务", "q"])
    assert "先抄了一份：我的.原件.yaml" in result.output
    assert Path("我的.原件.yaml").read_text("utf-8") == text
    assert kept("我的.yaml")["采购事项"]["采购标的"] == "服务"
    run("我的.yaml", typed=["是", "q"])
    assert Path("我的.原件.yaml").read_text("utf-8") == text, "what is kept of an interview needs no copy"


def test_a_file_that_says_no_place_is_asked_for_one() -> None:
    Path("我的.yaml").write_text("采购事项:\n  购买内容: 办公楼保洁\n", "utf-8")
    run("我的.yaml", typed=["湖洲市", PLACE, "服务", "q"])
    assert kept("我的.yaml")["jurisdiction"] == PLACE
