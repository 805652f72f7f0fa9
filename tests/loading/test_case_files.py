"""Case files: one case or many, YAML or JSON, and never a crash."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.toy import DEFAULTS, TEXTS, TOY_RULES, case_in, cases_in, complaint_about
from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all, total
from policy_engine.loading.cases import CaseDefaults, load_cases, load_rows, load_sound_cases
from policy_engine.loading.files import SourceText
from policy_engine.loading.tree import parse
from policy_engine.model.calendar import day_number
from policy_engine.model.vocabulary import Phase

ONE = "as_of: 2026-01-15\njurisdiction: 温州\nphase: 合同\n采购事项: {含工程: true}\n"
WORDS = st.sampled_from(
    "as_of 采购事项 含工程 合同要素 ： : { } [ ] , ， 是 true ' \" *a << > # ... % @ \x07 \ufeff 2026-01-15 价格".split(" ")
    + ": |\n|  |\t|- |&a |!!int |---\n|\n|".split("|")
)  # fmt: skip


def test_one_case_is_read_whole() -> None:
    case = case_in(ONE)
    assert (day_number("2026-01-15"), "330300", Phase.CONTRACT) == (case.as_of, case.area, case.phase)
    assert case.assumed == ()


@pytest.mark.parametrize(
    ("head", "defaults", "expected"),
    [
        ("", {}, (False, False)),
        ("as_of:\njurisdiction:\n", {}, (False, False)),
        ("as_of: 2026-01-15\n", {}, (True, False)),
        ("jurisdiction: 全国\n", {}, (False, True)),
        ("", {"as_of": 739_000}, (True, False)),
        ("", {"jurisdiction": "温州"}, (False, True)),
    ],
)
def test_a_case_knows_whether_its_day_and_its_area_were_said(head, defaults, expected) -> None:
    source = SourceText("案件.yaml", f"{head}采购事项: {{含工程: true}}\n")
    (case,) = load_cases(source, TOY_RULES.rule_set, CaseDefaults(today=740_000, **defaults))
    assert expected == (case.is_day_stated, case.is_area_stated)
    assert expected == tuple(
        not any(word in line for line in case.assumed) for word in ("未写基准日", "未写地区")
    )


@pytest.mark.parametrize(
    "text", [f"{ONE}---\n{ONE}", "- {采购事项: {含工程: true}}\n- {采购事项: {含工程: true}}\n"]
)
def test_several_cases_in_a_file(text: str) -> None:
    assert len(cases_in(text)) == 2


def test_json_is_read_like_yaml() -> None:
    data = {
        "as_of": "2026-01-15",
        "jurisdiction": "温州",
        "phase": "合同",
        "采购事项": {"含工程": True, "预算_万元": 1.1},
    }
    case = case_in(json.dumps(data))
    assert (True, 110) == tuple(fact.value for fact in case.subjects["采购事项"].values())


def test_what_the_program_fills_in_is_told() -> None:
    assert case_in("采购事项: {含工程: true}").assumed == (
        "未写基准日，按中国时间 2026年1月15日审查",
        "未写地区，按全国审查，未检查地方规定",
    )


def test_command_line_prevails_over_the_case() -> None:
    defaults = CaseDefaults(today=1, as_of=day_number("2021-06-01"), jurisdiction="浙江")
    (case,) = load_cases(SourceText("case.yaml", ONE), TOY_RULES.rule_set, defaults)
    assert (day_number("2021-06-01"), "330000") == (case.as_of, case.area)


def test_declaration_is_made_by_someone_or_not_at_all() -> None:
    made = case_in(ONE + "declaration: {no_other_circumstances: true, by: 张三}\n").declaration
    assert made is not None
    assert made.by == "张三"
    assert case_in(ONE + "declaration: {no_other_circumstances: false}\n").declaration is None
    assert case_in(ONE).declaration is None


@given(st.lists(WORDS, max_size=30).map("".join))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        cases_in(text)
    except DiagnosticsError as error:
        shown = render_all(error.diagnostics, {"case.yaml": text})
        assert shown.startswith("错误[PE")


@given(st.text(max_size=60))
def test_any_characters_are_parsed_or_refused(text: str) -> None:
    parsed = parse(text, "case.yaml")
    assert (
        parsed.documents
        or parsed.diagnostics
        or not text.strip()
        or text.lstrip().startswith(("#", "%", "\ufeff", "---", "..."))
    )


@given(st.lists(WORDS, max_size=20).map("".join))
def test_any_rule_text_is_compiled_or_refused_in_words(text: str) -> None:
    found = complaint_about("rules.yaml", (TEXTS["rules.yaml"] + text).encode())
    assert not found or found.startswith("错误[PE")


def test_the_toy_itself_is_sound() -> None:
    assert compile_rules(TOY_RULES.rule_set).rule_set.rules


def test_cases_without_a_problem_are_loaded_beside_those_with_one() -> None:
    text = "name: 甲\n采购事项: {含工成: true}\n---\nname: 乙\n采购事项: {含工程: true}\n---\nas_of: 昨天\n采购事项: {}\n"
    cases, problems = load_sound_cases(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    assert ["乙"] == [case.name for case in cases]
    assert [2, 7] == [problem.span.line + 1 for problem in problems if problem.span is not None]


@pytest.mark.parametrize("written", ["预算_元", "预算", "预算（元）", "预算_亿元"])
def test_a_field_named_with_another_unit_is_told_with_the_unit_its_number_is_to_have(written: str) -> None:
    source = SourceText("case.yaml", f"采购事项: {{含工程: true, {written}: 98}}\n")
    _, (problem,) = load_sound_cases(source, TOY_RULES.rule_set, DEFAULTS)
    assert "PE501" == problem.code
    assert "写成 `预算_万元`，数字按万元填" == problem.help


def test_of_a_text_that_cannot_be_read_to_its_end_no_case_is_loaded() -> None:
    text = ONE + "---\n采购事项: {含工程: true\n"
    cases, problems = load_sound_cases(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    assert () == cases
    assert problems


SOUND = "name: 甲\n采购事项: {含工程: true}\n"


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("name: 乙\u200b\n采购事项: {含工程: true}\n", "PE014"),
        ("name: 乙\x07\n采购事项: {含工程: true}\n", "PE014"),
        ('name: "乙\\e[31m"\n采购事项: {含工程: true}\n', "PE014"),
        ("name: 乙\n采购事项: {含工程: true, 含工程: true}\n", "PE007"),
        ("name: &a 乙\n采购事项: {含工程: true}\n", "PE006"),
        ("name: !a 乙\n采购事项: {含工程: true}\n", "PE006"),
        ("name: 乙\n<<: {}\n采购事项: {含工程: true}\n", "PE006"),
        ("name: 乙\n? [甲]\n: 乙\n采购事项: {含工程: true}\n", "PE005"),
        (f"name: {'[' * 70}{']' * 70}\n采购事项: {{含工程: true}}\n", "PE004"),
        ("name: 乙\n采购事项: {含工成: true}\n", "PE501"),
        ("name: 乙\n", "PE507"),
        ("乙\n", "PE009"),
    ],
)
@pytest.mark.parametrize("is_list", [False, True])
def test_bad_row_loses_itself_and_stands_in_its_place(bad: str, code: str, is_list: bool) -> None:
    texts = [SOUND, bad, SOUND.replace("甲", "丙")]
    items = ["- " + text.rstrip("\n").replace("\n", "\n  ") + "\n" for text in texts]
    text = "".join(items) if is_list else "---\n".join(texts)
    found = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    assert ["甲", "丙"] == [case.name for case in found.cases]
    assert [True, False, True] == [row.case is not None for row in found.rows]
    assert [1, 2, 3] == [row.index for row in found.rows]
    assert code in {problem.code for problem in found.rows[1].diagnostics}
    assert () == found.diagnostics
    assert all(p.span is not None and p.span.line >= found.rows[1].span.line for p in found.problems)


def test_what_is_wrong_with_the_file_belongs_to_no_row() -> None:
    found = load_rows(SourceText("case.yaml", SOUND + "---\n采购事项: {\n"), TOY_RULES.rule_set, DEFAULTS)
    assert () == found.rows
    assert ["PE002"] == [problem.code for problem in found.diagnostics]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("采购事项:\n" + "".join(f"  未知{n}: true\n" for n in range(1000)), "PE501"),
        ("采购事项:\n" + "  含工程: true\n" * 1001, "PE007"),
        ("采购事项: {}\n" + "".join(f"未知{n}: true\n" for n in range(1000)), "PE502"),
    ],
)
def test_thousand_mistakes_of_a_kind_are_counted_not_told(text: str, code: str) -> None:
    found = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    assert {code} == {problem.code for problem in found.problems}
    assert 1000 == total(found.problems)
    assert len(found.problems) <= 200


def test_every_row_of_many_is_told_its_own_mistake() -> None:
    text = "".join(f"- 采购事项: {{未知{n}: true}}\n" for n in range(300))
    found = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    assert [1] * 300 == [len(row.diagnostics) for row in found.rows]


def test_row_of_another_table_is_told_in_one_word() -> None:
    text = "- {" + ", ".join(f"列{n}: 甲" for n in range(28)) + "}\n"
    found = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    assert ["案件里没有 `列0`、`列1`、`列2` 等 28 项，没有一项是案件的写法"] == [
        p.message for p in found.problems
    ]


def test_equals_signs_in_a_text_are_no_conflict() -> None:
    case = case_in("采购事项:\n  购买内容: |\n    甲\n    =======\n    <<<<<<< 乙\n")
    assert "甲\n=======\n<<<<<<< 乙\n" == case.subjects["采购事项"]["购买内容"].value


def test_escapes_of_json_lose_one_row_at_most() -> None:
    rows = [{"name": name, "采购事项": {"含工程": True}} for name in ("𠮷", "乙\u200b", "丙\\ud800", "丁")]
    text = json.dumps(rows).replace("\\\\ud800", "\\ud800")
    found = load_rows(SourceText("case.json", text), TOY_RULES.rule_set, DEFAULTS)
    assert ["𠮷", "丁"] == [case.name for case in found.cases]
    assert [[], ["PE014"], ["PE014"], []] == [[d.code for d in row.diagnostics] for row in found.rows]


def test_missing_comma_is_pointed_at() -> None:
    text = '[\n  {"采购事项": {}}\n  {"采购事项": {}}\n]\n'
    found = load_rows(SourceText("case.json", text), TOY_RULES.rule_set, DEFAULTS)
    assert ["case.json:2:14"] == [d.span.place for d in found.problems if d.span]
    assert "少了逗号" in found.problems[0].message


@pytest.mark.parametrize("is_list", [False, True])
def test_every_bad_row_of_very_many_is_refused(is_list: bool) -> None:
    # Though of a kind only the first are kept, no row may pass for sound because others were bad before it.
    row = '{name: 甲\u200b, 采购事项: {含工程: true, 含工程: true, "\\e": 1}}\n'
    text = ("- " + row) * 500 if is_list else ("---\n" + row) * 500
    found = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS)
    assert () == found.cases
    assert {"PE014", "PE007"} <= set.intersection(*({d.code for d in r.diagnostics} for r in found.rows))
    assert 500 == len(found.rows)


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000])
def test_bottomless_file_is_refused_as_a_whole(text: str) -> None:
    found = load_rows(SourceText("case.yaml", f"采购事项: {text}\n"), TOY_RULES.rule_set, DEFAULTS)
    assert () == found.rows
    assert ["PE004"] == [d.code for d in found.diagnostics]


def test_places_behind_escapes_of_json_are_those_of_the_text() -> None:
    row = '{"name": "\\ud842\\udfb7\\ud842\\udfb7\\ud800", "采购事项": {"含工成": true}}'
    found = load_rows(SourceText("case.json", f"[{row}]\n"), TOY_RULES.rule_set, DEFAULTS)
    places = {d.code: d.span.column for d in found.problems if d.span}
    assert {"PE014": row.index('"\\ud842') + 1, "PE501": row.index('"含工成"') + 1} == places


def test_broken_text_behind_escapes_of_json_is_told_at_its_place() -> None:
    text = '[{"name": "\\ud842\\udfb7\\ud800", "采购事项": {"含工程": true]\n'
    found = load_rows(SourceText("case.json", text), TOY_RULES.rule_set, DEFAULTS)
    assert ["PE002"] == [d.code for d in found.problems]
    assert found.problems[0].span is not None
    assert found.problems[0].span.column < len(text)
