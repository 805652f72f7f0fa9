"""Asked and answered through the real interface, a shipped subject settles, and nothing is asked twice."""

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from effort import examples
from honesty.desk import SIGNED, compiled, decide
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.decisions import Decision, Verdict
from policy_engine.model.vocabulary import Field, FieldType

PLACES = {
    "采购事项": ("全国", "2026-01-15"),
    "服务合同": ("全国", "2026-01-15"),
    "承接主体": ("全国", "2026-01-15"),
    "企业": ("浙江省湖州市", "2026-01-15"),
    "区域": ("浙江省湖州市", "2026-01-15"),
    "派员": ("河南省安阳市龙安区", "2012-06-01"),
    "职能转移": ("浙江省温州市", "2015-11-25"),
    "监管环节": ("浙江省湖州市", "2026-11-27"),
    "隐患": ("浙江省湖州市", "2026-11-27"),
}
MOST_ROUNDS = 12


def an_answer(data, field: Field) -> object:
    """Answer as somebody would who knows the matter, and say who judged."""
    match field.type:
        case FieldType.BOOLEAN:
            value: object = data.draw(st.booleans())
        case FieldType.CHOICE:
            value = data.draw(st.sampled_from(field.choices))
        case FieldType.LIST:
            value = sorted(data.draw(st.sets(st.sampled_from(field.choices))))
        case FieldType.NUMBER:
            value = data.draw(st.sampled_from([1, 3, 12, 24, 36, 60, 100, 300]))
        case FieldType.DATE:
            value = data.draw(st.sampled_from(["2012-05-10", "2015-10-01", "2025-12-01", "2026-01-10"]))
        case FieldType.TEXT:
            # What a note says that matters has been told in fields, and is no longer in the note.
            return "" if field.judged_by else "机关办公楼保洁"
    return {"value": value, "source": "王某"}


def is_open(decision: Decision) -> bool:
    return decision.verdict is Verdict.UNDETERMINED


@pytest.mark.every(4)
@pytest.mark.parametrize("subject", PLACES)
@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_answering_what_is_asked_settles(subject, data):
    place, day = PLACES[subject]
    fields = compiled().rule_set.vocabulary.subjects[subject].fields
    facts: dict[str, object] = {"其他说明": data.draw(st.sampled_from(["", "门口有一棵树"]))}
    head: dict[str, object] = {"jurisdiction": place, "as_of": day, "declaration": None, "name": "一件事"}
    asked_before: set[str] = set()
    for _ in range(MOST_ROUNDS):
        try:
            decision = decide(subject, facts, **head)
        except DiagnosticsError:
            assume(False)
        if not is_open(decision):
            event(f"settled after {len(asked_before)} answers")
            return
        (one,) = decision.subjects
        names = [question.field.name for question in one.missing]
        assert names or one.asks_declaration or one.unencoded or one.lacking, "open, and nothing is asked"
        if not names and not one.asks_declaration:
            return
        assert not asked_before.intersection(names)
        asked_before |= set(names)
        facts |= {name: an_answer(data, fields[name]) for name in names}
        if one.asks_declaration:
            assert head["declaration"] is None
            head["declaration"] = SIGNED
    pytest.fail(f"still open after {MOST_ROUNDS} rounds: {facts}")


def test_a_signature_is_asked_for_where_only_facts_together_turn_the_outcome():
    facts = {"环节": ["排查", "整改", "督办"], "付费方": "无需付费", "承担者": [], "各环节一致": True}
    head = {"jurisdiction": "浙江省湖州市", "as_of": "2026-11-27", "declaration": None}
    (one,) = decide("监管环节", facts, **head).subjects
    assert (Verdict.UNDETERMINED, True) == (one.verdict, one.asks_declaration)
