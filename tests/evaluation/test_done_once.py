"""What hangs on the rules alone, or was worked out already, is not worked out again; and nothing comes out otherwise for it."""

from hypothesis import given, settings

import as_shipped
from effort import examples
from honesty.desk import compiled
from policy_engine.compilation import compile_rules
from policy_engine.evaluation import prospects
from policy_engine.evaluation.agreement import Engine
from policy_engine.evaluation.prospects import ANSWERED
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.library.program import Program
from policy_engine.model.decisions import Status
from policy_engine.usecases.checking import check
from properties.clashes import cases, clashing_rule_sets

FACTS = {
    "name": "机关物业",
    "as_of": "2026-01-15",
    "采购事项": {"购买内容": "机关办公楼保洁", "购买主体类型": "国家机关", "已列入目录": True, "融资": False},
}
AREAS = ("浙江省湖州市", "浙江省", "浙江省温州市", "北京市")


def fresh() -> Program:
    """Give the shipped rules as nobody has used them."""
    return Program(as_shipped.fresh())


def results(rules, facts, *, is_brief=True):
    (one,) = check(rules._compiled, rules.case(facts), Engine.COMPILED, is_brief=is_brief).subjects
    return one.results


def test_what_is_closed_is_not_closed_again_to_be_tried(monkeypatch) -> None:
    tried, close = [], prospects.close_subject

    def counting(case, subject, program, ask):
        tried.append({fact.source for fact in case.subjects[subject.name].values()})
        return close(case, subject, program, ask)

    monkeypatch.setattr(prospects, "close_subject", counting)
    (one,) = check(compiled(), Program(compiled()).case(FACTS), Engine.COMPILED).subjects
    assert one.missing
    assert tried
    assert all(ANSWERED in sources for sources in tried)


def test_results_that_hang_on_no_case_are_one_object() -> None:
    rules = fresh()
    first = results(rules, FACTS | {"jurisdiction": AREAS[0]})
    second = results(rules, {**FACTS, "as_of": "2026-02-01", "jurisdiction": AREAS[0]})
    shared = [a for a, b in zip(first, second, strict=True) if a is b]
    assert {Status.NOT_APPLICABLE, Status.OUT_OF_FORCE, Status.UNKNOWN} <= {one.status for one in shared}


def test_where_a_rule_is_not_in_force_is_said_of_each_area() -> None:
    rules = fresh()
    told = {area: results(rules, FACTS | {"jurisdiction": area}) for area in AREAS}
    for area, found in told.items():
        assert found == results(fresh(), FACTS | {"jurisdiction": area})
    assert 1 < len({tuple(one.blocked for one in found) for found in told.values()})


def test_a_whole_decision_is_not_answered_by_a_brief_one() -> None:
    rules = fresh()
    brief = results(rules, FACTS)
    whole = results(rules, FACTS, is_brief=False)
    assert not any(one.missing for one in brief)
    assert any(one.missing for one in whole)
    assert whole == results(fresh(), FACTS, is_brief=False)


def outcome(rules, case, *, is_brief):
    try:
        return check(rules, case, Engine.COMPILED, is_brief=is_brief).subjects
    except DiagnosticsError as error:
        return error.diagnostics


@settings(max_examples=examples(100))
@given(clashing_rule_sets(), cases(), cases())
def test_what_came_before_changes_nothing(rule_set, first, second) -> None:
    used = compile_rules(rule_set)
    for is_brief in (True, False):
        outcome(used, first, is_brief=is_brief)
        assert outcome(compile_rules(rule_set), second, is_brief=is_brief) == outcome(
            used, second, is_brief=is_brief
        )
