"""A text that was screened, on its page, among others, as data and as a case: nothing in it becomes a fact or a line of its own."""

import dataclasses
import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effort import examples
from loading.toy import DEFAULTS, prepared
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.text import UNSEEN
from policy_engine.loading.cases import load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.values import UNKNOWN
from policy_engine.reporting.page import MARKED, Item, Page, Section, as_markdown, as_text
from policy_engine.reporting.screen_json import screening_json
from policy_engine.reporting.screen_page import screen_page
from policy_engine.reporting.screen_quotes import short_name
from policy_engine.reporting.screen_table import FORMATS, Read, Screened
from policy_engine.reporting.screened_case import screened_case
from policy_engine.reporting.told import Input, Status
from policy_engine.usecases import check
from policy_engine.usecases.screening import Screener
from reading.base import TERMS
from reporting.test_forged_text import FORGED, HOSTILE, assert_no_markup, is_unseen

GOLDEN = Path(__file__).parents[1] / "golden" / "screen"
COMPILED = prepared({"lexicon.yaml": TERMS})
RULES = dataclasses.replace(COMPILED.rule_set, name="示例")
(BLANK,) = load_cases(SourceText("命令行", "采购事项: {}\nas_of: 2026-01-15\n"), RULES, DEFAULTS)
PIECES = [
    "办公楼外墙修缮",
    "装修监理",
    "检测设备一批",
    "消防检测",
    "租赁公务车辆",
    "服务期限两年",
    "合同期限36个月",
    "不含施工",
    "三年服务期",
    "，",
    "。",
    "\n",
    "保洁",
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join).filter(str.strip)


def screener() -> Screener:
    return Screener(COMPILED, BLANK, RULES.vocabulary.subjects["采购事项"])


def screened(text: str, name: str = "", *, full: bool = True):
    return screener().screen(text, name, searches_questions=full)


def read(texts: list[str], *, full: bool = False) -> tuple[Read, ...]:
    return tuple(
        Read(
            input=Input(
                index=n,
                file="清单.txt",
                row=n,
                place=f"清单.txt:{n}:1",
                name=short_name(text),
                status=Status.READ,
            ),
            found=screened(text, full=full),
        )
        for n, text in enumerate(texts, start=1)
    )


def table(texts: list[str], format_: str, *, full: bool = False) -> str:
    def no_report(_: object) -> None:
        raise NotImplementedError

    return FORMATS[format_](
        Screened(read=read(texts, full=full), rule_set=RULES, is_full=full, report=no_report)
    )


def pages(text: str) -> list[str]:
    page = screen_page(screened(text, text), "", (), RULES)
    return [
        as_text(page),
        as_markdown(page),
        *(table([text, text], format_) for format_ in ("text", "markdown")),
    ]


# Goldens

SHOWN = {
    "one": ["办公楼外墙修缮，检测设备一批，服务期限两年"],
    "disagreeing": ["服务期限两年；合同期限36个月\n另购检测设备"],
    "nothing": ["机关保洁"],
    "several": ["办公楼外墙修缮", "机关保洁", "服务期限两年；合同期限36个月", "租赁公务车辆"],
}


@pytest.mark.parametrize("format_", ["text", "markdown"])
@pytest.mark.parametrize("name", SHOWN)
def test_a_page_is_as_written_down(name, format_, request) -> None:
    path = GOLDEN / f"{name}.{'txt' if format_ == 'text' else 'md'}"
    found = table(SHOWN[name], format_, full=len(SHOWN[name]) == 1).replace(RULES.version, "（摘要）")
    if request.config.getoption("--update-goldens"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


def test_a_case_is_as_written_down(request) -> None:
    path = GOLDEN / "case.yaml"
    found = "---\n".join(
        screened_case(screened(SHOWN[n][0]), n, {"as_of": "2026-01-15"}, RULES, "") for n in SHOWN
    )
    if request.config.getoption("--update-goldens"):
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


# What screening means


@settings(max_examples=examples(150))
@given(TEXTS)
def test_the_quick_verdict_is_the_one_that_check_gives(text) -> None:
    quick, full = screened(text, full=False), screened(text)
    assert quick.proposals == full.proposals
    assert quick.open is None
    assert (quick.confirmed is None) == (full.confirmed is None)
    if quick.confirmed is not None and full.confirmed is not None:
        assert quick.confirmed.verdict is full.confirmed.verdict
        assert bool(quick.confirmed.impossible) == bool(full.confirmed.impossible)


@settings(max_examples=examples(150))
@given(TEXTS)
def test_what_would_come_of_it_is_what_check_says_of_a_case_so_filled(text) -> None:
    found = screened(text)
    values = {one.field: one.value for one in found.proposals}
    if None in values.values() or not values:
        assert found.confirmed is None
        return
    lines = [
        f"  {name}: {{value: {json.dumps(value, ensure_ascii=False)}, source: 某}}"
        for name, value in values.items()
    ]
    filled = "\n".join(
        ["as_of: 2026-01-15", "采购事项:", f"  购买内容: {json.dumps(text, ensure_ascii=False)}", *lines]
    )
    (case,) = load_cases(SourceText("案件.yaml", filled), RULES, DEFAULTS)
    assert check(COMPILED, case, Engine.COMPILED).verdict is found.confirmed.verdict


@settings(max_examples=examples(150))
@given(TEXTS)
def test_a_text_alone_states_nothing_but_itself(text) -> None:
    found = screened(text, "名称")
    assert {"购买内容": text} == {name: fact.value for name, fact in found.case.subjects["采购事项"].items()}
    assert ("名称", {"事项名称", "购买内容"}) == (found.case.name, set(found.texts))
    assert found.case.declaration is None


def test_the_surest_words_are_taken_and_equals_disagree() -> None:
    by_field = {one.field: one for one in screened("检测设备；服务期限两年，三年服务期").proposals}
    assert ("货物", None) == (by_field["采购标的"].value, by_field["合同期限_月"].value)


# Text of others


@settings(max_examples=examples(150))
@given(
    st.lists(HOSTILE | st.sampled_from(PIECES), min_size=1, max_size=5)
    .map("".join)
    .filter(lambda t: t.strip())
)
@example(FORGED)
def test_no_text_forges_a_line(text) -> None:
    plain = pages("某甲某乙")
    allowed = {line for page in plain for line in page.split("\n") if line}
    for page in pages(text):
        assert [] == [c for c in page if is_unseen(c)]
        # A line that begins at the margin is one of the program's own.
        starts = [line for line in page.split("\n") if line[:1].strip() and line not in allowed]
        own = (
            "待确认：",
            "没有读出",
            "2 段文字：",
            "采购事项　",
            "读出的提示",
            "若经确认：",
            "写到的事实：",
            "# ",
            "## ",
            "- ",
            "1. ",
            "2. ",
            "3. ",
            "4. ",
        )
        assert [] == [line for line in starts if not line.startswith(own)]
        assert not any(line.lstrip("#- ").startswith("结论：") for line in page.split("\n"))


@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip))
def test_no_text_marks_up_markdown(text) -> None:
    assert_no_markup(as_markdown(screen_page(screened(text), text, (text,), RULES)))


def test_a_mark_of_the_text_is_not_taken_for_ours() -> None:
    page = as_text(screen_page(screened("〖保洁〗，外墙修缮"), "", (), RULES))
    assert "⟨U+3016⟩保洁⟨U+3017⟩，〖外墙修缮〗" in page


def test_what_stands_out_is_bold_where_bold_is_seen() -> None:
    item = Item("", (), (("甲*", False), ("乙_丙", True), ("丁", False), ("（戊）", True)))
    page = Page("标题", (Section("节", (item,)),), ())
    assert f"- 甲\\***乙\\_丙**丁{MARKED[0]}（戊）{MARKED[1]}" in as_markdown(page)
    assert f"  甲*{MARKED[0]}乙_丙{MARKED[1]}丁{MARKED[0]}（戊）{MARKED[1]}" in as_text(page)


@settings(max_examples=examples(300))
@given(
    st.lists(
        HOSTILE | st.sampled_from([*PIECES, "  ", "\t", " \n", "\n\n", ": ", "#", "---", "'", '"', "\u3000"]),
        min_size=1,
        max_size=8,
    )
    .map("".join)
    .filter(lambda text: text.strip())
)
def test_a_case_gives_back_the_text_and_everything_in_it_waits(text) -> None:
    found = screened(text, full=False)
    written = screened_case(found, text, {}, RULES, "")
    (case,) = load_cases(SourceText("案件.yaml", written), RULES, DEFAULTS)
    visible = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c not in UNSEEN_CHARACTERS)
    facts = case.subjects["采购事项"]
    if visible:
        assert visible == facts["购买内容"].value
    assert {one.field for one in found.proposals} == set(facts) - {"购买内容"}
    for one in found.proposals:
        fact = facts[one.field]
        assert (UNKNOWN, True) == (fact.value, fact.reason.startswith("待确认：写有“"))


UNSEEN_CHARACTERS = set(re.findall(f"[{UNSEEN}]", "".join(map(chr, range(0x110000)))))


@settings(max_examples=examples(100))
@given(TEXTS)
def test_data_keep_the_text_and_its_places(text) -> None:
    found = screening_json(screened(text), (), RULES)
    for proposal in found["proposals"]:
        for one in proposal["indications"]:
            assert text[one["start"] : one["end"]] == one["words"]
    assert {"购买内容": text} == found["texts"]
    assert found["is_confirmed"] is False


def test_lines_without_hints_are_left_out_and_long_ones_cut() -> None:
    text = "前" * 200 + "外墙修缮" + "中" * 200 + "外墙修缮" + "后" * 200 + "\n保洁\n装修"
    lines = as_text(screen_page(screened(text), "", (), RULES)).split("\n")
    shown = [line.strip() for line in lines if line.startswith("  第 ")]
    assert [
        f"第 1 行：……{'前' * 24}〖外墙修缮〗{'中' * 24}……{'中' * 24}〖外墙修缮〗{'后' * 24}……",
        "第 3 行：〖装修〗",
    ] == shown


def test_of_many_lines_those_are_shown_in_which_something_is_first_said() -> None:
    text = "装修\n" * 100 + "三年服务期\n" + "施工\n" * 3 + "服务期限两年\n"
    lines = as_text(screen_page(screened(text), "", (), RULES)).split("\n")
    shown = [line.strip() for line in lines if line.startswith("  第 ")]
    assert [
        "第 1 行：〖装修〗",
        "第 101 行：〖三年服务期〗",
        "第 102 行：〖施工〗",
        "第 105 行：〖服务期限两年〗",
    ] == shown
    assert "  另有 101 行也有提示" in lines
