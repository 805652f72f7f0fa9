"""Rows of one shape have one answer: what was worked out for another row is what `check` says of this one."""

from itertools import product

import pytest

from policy_engine import load
from policy_engine.evaluation.agreement import Engine
from policy_engine.ledger.deciding import Decider
from policy_engine.ledger.given import Reading
from policy_engine.ledger.heads import Heads, named_heading
from policy_engine.ledger.lines import Line
from policy_engine.loading.cases import CaseDefaults
from policy_engine.usecases.checking import check

NAMES = ("事项名称", "购买内容", "项目金额_万元", "合同期限_月", "购买主体类型", "已列入目录", "含工程")
DAY = 739_631


@pytest.fixture
def decider() -> Decider:
    compiled = load()._compiled
    subject = compiled.rule_set.vocabulary.subjects["采购事项"]
    heading = named_heading("a", NAMES, Heads.of(subject))
    reading = Reading(
        path="a",
        rule_set=compiled.rule_set,
        subject=subject,
        heading=heading,
        defaults=CaseDefaults(today=DAY, as_of=DAY, jurisdiction="湖州市"),
    )
    return Decider(compiled, reading)


def line(*cells: str) -> Line:
    return Line(number=2, cells=cells)


def test_rows_of_one_shape_are_decided_as_each_alone(decider) -> None:
    amounts = ("5", "186.5", "187", "9000")
    months = ("1", "12", "13", "36")
    for amount, month, has_works in zip(amounts, months, ("是", "否", "", "否"), strict=True):
        for text in ("保洁", "合同期限36个月的保洁"):
            row = line("甲", text, amount, month, "国家机关", "是", has_works)
            told = decider.row(row)
            case = decider.reading.case(row)
            alone = decider.answer(check(decider.compiled, case, Engine.COMPILED))
            assert alone == told.answer


def test_shapes_are_fewer_than_rows_and_tell_limits_apart(decider) -> None:
    def shape(amount: str, month: str, text: str = "保洁"):
        return decider.shapes.of_case(
            decider.reading.case(line("甲", text, amount, month, "国家机关", "是", "否"))
        )

    assert shape("186.5", "12") == shape("186.51", "12", "别的保洁")
    assert shape("186.5", "12") != shape("186.5", "13")
    assert len({shape(a, m) for a, m in product(("100", "101", "102"), ("1", "12"))}) < 6
