"""Days on which a parameter has no value: unknown, told by name, and never a breach or a silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.toy import prepared
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.fixes import with_edits
from policy_engine.loading.files import SourceText
from policy_engine.loading.parameters import ParameterPeriod, gaps
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_parameters
from policy_engine.model.calendar import day_number
from policy_engine.model.conditions import Unvalued, leaves
from policy_engine.model.rules import Rule
from properties.toy import DOCUMENTS

RULES = """
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 期限
    cite: 第一条
    subject: 采购事项
    {in_force}
    when: {{含工程: true}}
    unless:
      - {{basis: interpretation, because: 短期, when: {{合同期限_月: {{less_than: {{parameter: 短期}}}}}}}}
    require: {{合同期限_月: {{at_most: {{parameter: 期限上限}}}}}}
    remedy: 缩短
"""
PARAMETERS = """
parameters:
  - name: 期限上限
    type: number
    values:
      - {from: 2021-01-01, until: 2021-06-30, value: 36}
      - {from: 2022-01-01, until: 2023-12-31, value: 24}
  - name: 短期
    type: number
    values:
      - {from: 2019-01-01, until: null, value: 3}
"""


def rule_of(in_force: str = "") -> Rule:
    files = {"rules.yaml": RULES.format(in_force=in_force), "parameters.yaml": PARAMETERS}
    (rule,) = prepared(files).rule_set.rules
    return rule


def empty_days(rule: Rule) -> list[tuple[str, int | None, int | None]]:
    conditions = (rule.kind.condition, *(clause.when for clause in rule.unless))
    found = [leaf for condition in conditions for leaf in leaves(condition) if isinstance(leaf, Unvalued)]
    return [(leaf.parameter, leaf.first, leaf.last) for leaf in found]


@pytest.mark.parametrize(
    ("in_force", "days"),
    [
        ("", [("2020-03-01", "2020-12-31"), ("2021-07-01", "2021-12-31"), ("2024-01-01", None)]),
        ("in_force: {from: 2021-01-01, until: 2021-08-31}", [("2021-07-01", "2021-08-31")]),
        ("in_force: {from: 2022-01-01, until: 2023-12-31}", []),
    ],
)
def test_only_days_on_which_the_rule_is_in_force_are_empty(in_force, days):
    expected = [("期限上限", *(day_number(d) if d else None for d in pair)) for pair in days]
    assert expected == empty_days(rule_of(in_force))


DAYS = st.integers(0, 12)
ENDS = st.none() | DAYS


@given(st.lists(DAYS, unique=True, max_size=6).map(sorted), ENDS, ENDS, st.booleans(), st.booleans())
def test_each_day_within_is_in_one_period_or_in_one_gap(cuts, first, last, is_open_before, is_open_after):
    bounds = [*([None] if is_open_before else []), *cuts, *([None] if is_open_after else [])]
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    periods = [ParameterPeriod(a, b, ()) for a, b in pairs]
    found = list(gaps(periods, (first, last)))
    for day in range(-1, 14):
        is_within = lies(day, (first, last))
        covered = any(lies(day, pair) for pair in pairs)
        assert (is_within and not covered) == any(lies(day, gap) for gap in found)


def lies(day: int, interval: tuple[int | None, int | None]) -> bool:
    first, last = interval
    return (first is None or first <= day) and (last is None or day <= last)


@pytest.mark.parametrize(
    ("written", "code", "place"),
    [
        ("type: list\n    values: [{from: null, until: null, value: [甲, [乙]]}]", "PE009", "乙"),
        ("type: list\n    values: [{from: null, until: null, value: [甲, {乙: 丙}]}]", "PE009", "{乙"),
        ("type: list\n    values: [{from: null, until: null, value: []}]", "PE309", "[]"),
        ("type: list\n    values: [{from: null, until: null, value: {甲: 乙}}]", "PE309", "{甲"),
        ("type: number\n    values: [{from: null, until: null, value: [3]}]", "PE309", "[3]"),
        ("type: number\n    values: [{from: null, until: null, value: }]", "PE011", "{from"),
        ("type: number\n    values: [{from: null, until: null}]", "PE011", "{from"),
        ("type: number\n    values: [{from: null, until: null, vlaue: 3}]", "PE010", "vlaue"),
    ],
)
def test_no_value_of_a_parameter_is_passed_over(written, code, place):
    text = f"{PARAMETERS}  - name: 多余\n    {written}\n"
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"rules.yaml": RULES.format(in_force=""), "parameters.yaml": text})
    ((found, span),) = {(d.code, d.span) for d in caught.value.diagnostics}
    line = text.splitlines()[span.line]
    assert (code, True) == (found, line[span.column :].startswith((place, f"[{place}")))


def cited(document: str, cite: str) -> tuple[str, list]:
    text = (
        "parameters:\n  - name: 甲\n    type: number\n    values:\n"
        f"      - {{from: null, until: null, value: 3, document: {document}, cite: {cite}}}\n"
    )
    problems = Problems()
    load_parameters([SourceText("parameters.yaml", text)], DOCUMENTS, problems)
    return text, problems.found


@pytest.mark.parametrize(
    ("written", "proper"),
    [
        # Each is wrong in one way, or in two.
        ("第24条", "第二十四条"),
        ("24条", "第二十四条"),
        ("第二十四条（2）", "第二十四条第（二）项"),
        ("第二十四条（二）", "第二十四条第（二）项"),
        ("《law》第二十四条", "第二十四条"),
        ("《别的办法》第二十四条", "第二十四条"),
        ("二十四条", None),
        ("第二条、三条", None),
        ("第二十四条", ""),
        ("第二十四条第（二）项", ""),
        ("附件1", ""),
        ("前言", ""),
    ],
)
def test_where_a_value_is_from_is_written_as_the_document_counts(written, proper):
    text, found = cited("law", written)
    if proper == "":
        assert [] == found
        return
    (one,) = found
    line = text.splitlines()[one.span.line]
    assert ("PE611", written) == (one.code, line[one.span.column : one.span.end_column])
    assert (f"写成“{proper}”" if proper is not None else "按文件自己的编号写") in one.help
    assert proper is not None or () == one.fixes
    for fix in one.fixes:
        assert fix.is_sure
        assert [] == cited("law", with_edits(text, fix.edits).partition("cite: ")[2][:-2])[1]
