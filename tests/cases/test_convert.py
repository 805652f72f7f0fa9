"""Whatever stands in a row, its case loads, says nothing the row doesn't, and owes nothing to a verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import as_shipped
from cases.convert import DECLARED, SUBJECTS, case_of, citations, dump, known_place, spell
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.values import UNKNOWN

RULE_SET = as_shipped.rule_set()
FIELDS = {name: subject.fields for name, subject in RULE_SET.vocabulary.subjects.items()}
NAMES = {name for subject in SUBJECTS.values() for name in FIELDS[subject]}
KEYS = [*sorted(NAMES), "没有的字段", "a b", "：", "- x"]
CELLS = st.one_of(
    st.sampled_from(["是", "否", "是（实质）", "否（仅此）", "是（也许）", "未知", "约30%", "30%", "12个月", "无", "有", "1.10"])
    | st.sampled_from(["2020-02-30", "2020-02-29", "2020年2月", "排查、复查", "社会组织＋专家", "国家机关", "~", "null", "{", "@"]),
    st.text(max_size=8),
    st.integers(),
    st.booleans(),
    st.none(),
    st.lists(st.sampled_from(["排查", "复查", "别的"]), max_size=3),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
)  # fmt: skip
ROWS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(sorted(SUBJECTS)),
        "facts": st.dictionaries(st.sampled_from(KEYS), CELLS, max_size=8),
        "as_of": st.just("2026-01-15"),
        "jurisdiction": st.sampled_from(["全国", "浙江湖州", "浙江湖州某新区", "西湖区", "没有这个地方"]),
    }
)


def case_from(row):
    subject = SUBJECTS[row["kind"]]
    text = dump(case_of(row, FIELDS[subject], RULE_SET.areas, "一行"))
    (case,) = load_cases(SourceText("case.yaml", text), RULE_SET, CaseDefaults(today=1))
    return case


@given(ROWS)
def test_any_row_gives_a_case_that_loads(row) -> None:
    case = case_from(row)
    subject = SUBJECTS[row["kind"]]
    added = {"其他说明", "其他说明不影响结论", *(f.name for f in FIELDS[subject].values() if f.constitutive)}
    assert set(case.subjects[subject]) <= {*row["facts"], *added}
    assert (case.declaration is not None) == (subject in DECLARED)


@given(ROWS, st.sampled_from(["允许", "禁止", "需核实"]))
def test_case_does_not_depend_on_the_verdict(row, verdict: str) -> None:
    fields = FIELDS[SUBJECTS[row["kind"]]]
    told = {**row, "verdict": verdict, "decides": ["102号令第十条(三)"], "reasoning": verdict}
    assert case_of(row, fields, RULE_SET.areas, "") == case_of(told, fields, RULE_SET.areas, "")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("是", True), ("否", False), ("是（实质）", True), ("否（已整改）", False), (True, True), ("是（也许）", UNKNOWN),
        ("疑似", UNKNOWN), ("未知", UNKNOWN), ("有", UNKNOWN), ("true", UNKNOWN),
    ],
)  # fmt: skip
def test_yes_and_no_are_read_by_one_table(cell: object, value: object) -> None:
    row = {"kind": "购买", "facts": {"含工程": cell}, "as_of": "2026-01-15", "jurisdiction": "全国"}
    assert case_from(row).subjects["采购事项"]["含工程"].value is value


def test_cells_without_a_field_are_told() -> None:
    facts = {"风向": "东", "其他说明": "急件", "水位": 3}
    row = {"kind": "购买", "facts": facts, "as_of": "2026-01-15", "jurisdiction": "全国"}
    assert case_from(row).subjects["采购事项"]["其他说明"].value == "急件；风向=东；水位=3"


@pytest.mark.parametrize(
    ("name", "day", "place"),
    [
        ("浙江湖州", "2026-01-15", "浙江湖州"), ("浙江湖州某新区", "2026-01-15", "浙江湖州"), ("西湖区", "2026-01-15", ""),
        ("浙江温州龙港市", "2015-01-15", "浙江温州"),
    ],
)  # fmt: skip
def test_nearest_known_place_is_kept(name: str, day: str, place: str) -> None:
    assert place == known_place(name, RULE_SET.areas, day_number(day))


@pytest.mark.parametrize(
    ("text", "norms"),
    [
        ("甲令第十条(三)(四)", ["a 第十条第（三）项", "a 第十条第（四）项"]),
        ("甲令第5、33条", ["a 第五条", "a 第三十三条"]),
        ("甲令24条（2020-03-01施行）", ["a 第二十四条"]),
        ("甲令二、四", ["a 第二部分", "a 第四部分"]),
        ("甲令二(一)(二)", ["a 第二部分第（一）项", "a 第二部分第（二）项"]),
        ("甲令", ["a"]),
        ("乙令第1条", []),
    ],
)
def test_citations_are_read(text: str, norms: list[str]) -> None:
    assert norms == citations([text], {"甲令": ("a",)})


@pytest.mark.parametrize(
    ("number", "words"),
    [("5", "五"), ("10", "十"), ("14", "十四"), ("20", "二十"), ("33", "三十三"), ("十", "十")],
)
def test_articles_are_spelt_as_the_law_does(number: str, words: str) -> None:
    assert words == spell(number)


@pytest.mark.parametrize(("goods", "kind"), [("未知（硬件）", None), ("否", "服务")])
def test_what_every_ordinary_purchase_has_is_filled_in_only_where_no_sign_speaks_or_may_speak_against_it(
    goods: str, kind: str | None
) -> None:
    row = {"kind": "购买", "facts": {"含货物": goods}, "as_of": "2026-01-15", "jurisdiction": "全国"}
    fact = case_from(row).subjects["采购事项"].get("采购标的")
    assert kind == (fact.value if fact else None)
