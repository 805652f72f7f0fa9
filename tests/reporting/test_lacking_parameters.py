"""A parameter without a value on the day: both engines leave the verdict open, and every view asks for the value."""

import json
from pathlib import Path

import jsonschema
import pytest

from loading.toy import TEXTS, prepared
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import CrossCheck, Verdict
from policy_engine.reporting.render import render_decisions
from policy_engine.usecases import check

SCHEMA = Path(__file__).parent.parent.parent / "schemas" / "decision.schema.json"
RULES = """
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 期限不超过上限
    cite: 第一条
    subject: 采购事项
    {kind}
    remedy: 缩短期限
"""
REQUIRE = "require: {合同期限_月: {at_most: {parameter: 期限上限}}}"
PROHIBIT = "when: {合同期限_月: {more_than: {parameter: 期限上限}}}\n    prohibit: 政府购买服务"
LAPSED = TEXTS["parameters.yaml"].replace("until: null", "until: 2025-12-31")
CASE = "as_of: {day}\njurisdiction: 全国\n采购事项: {{合同期限_月: 20}}\n"
QUESTION = "参数“期限上限”在2026年1月15日的值是多少？"


def decided(kind: str, day: str):
    compiled = prepared({"rules.yaml": RULES.format(kind=kind), "parameters.yaml": LAPSED})
    text = SourceText("case.yaml", CASE.format(day=day))
    (case,) = load_cases(text, compiled.rule_set, CaseDefaults(today=1))
    return check(compiled, case), compiled


@pytest.mark.parametrize("kind", [REQUIRE, PROHIBIT])
def test_a_lapsed_parameter_is_neither_a_breach_nor_a_silence(kind):
    decision, _ = decided(kind, "2026-01-15")
    assert (Verdict.UNDETERMINED, CrossCheck.AGREED) == (decision.verdict, decision.cross_check)
    before, _ = decided(kind, "2025-12-31")
    assert Verdict.NOT_COVERED is before.verdict


@pytest.mark.parametrize("view", ["official", "auditor", "developer"])
@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_every_view_asks_for_the_value_on_the_day(view, format_):
    decision, compiled = decided(REQUIRE, "2026-01-15")
    assert QUESTION in render_decisions([decision], compiled, view, format_)


def test_json_asks_for_the_value_and_keeps_to_its_schema():
    decision, compiled = decided(REQUIRE, "2026-01-15")
    found = json.loads(render_decisions([decision], compiled, "official", "json"))
    jsonschema.validate(found, json.loads(SCHEMA.read_text(encoding="utf-8")))
    parameter = {"name": "期限上限", "day": "2026-01-15"}
    (question,) = found["missing"]
    assert (QUESTION, None, parameter) == (question["question"], question["field"], question["parameter"])
    assert [[parameter]] == [result["missing_parameters"] for result in found["results"]]


def test_json_of_a_day_with_a_value_asks_for_no_parameter():
    decision, compiled = decided(REQUIRE, "2025-12-31")
    found = json.loads(render_decisions([decision], compiled, "official", "json"))
    assert [] == found["missing"]
    assert [[]] == [result["missing_parameters"] for result in found["results"]]
