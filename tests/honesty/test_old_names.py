"""What a field replaced is read where its answers have a counterpart, and told where they have none."""

import pytest

from honesty.desk import SIGNED, compiled, decide, purchase
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.loading.renamed import renamed_help
from policy_engine.model.cases import Case, Origin
from policy_engine.model.decisions import Verdict
from policy_engine.model.values import UNKNOWN

SUBJECTS = compiled().rule_set.vocabulary.subjects
OLD = [
    (name, old, field.name)
    for name, subject in SUBJECTS.items()
    for field in subject.fields.values()
    for old in field.was
    if old not in field.formerly
]
READ = [
    (name, old, answer, field.name)
    for name, subject in SUBJECTS.items()
    for field in subject.fields.values()
    for old, answers in field.formerly.items()
    for answer in answers
]


def one_case(text: str) -> Case:
    (case,) = load_cases(SourceText("case.yaml", text), compiled().rule_set, CaseDefaults(today=739631))
    return case


def told(text: str) -> list[tuple[str, str]]:
    with pytest.raises(DiagnosticsError) as found:
        one_case(text)
    return [(one.code, one.help) for one in found.value.diagnostics]


@pytest.mark.parametrize(("subject", "old", "new"), OLD)
def test_an_old_name_that_is_only_explained_is_told_the_new_one(subject: str, old: str, new: str):
    ((code, help_text),) = told(f"as_of: 2026-01-15\n{subject}: {{{old}: true}}\n")
    assert ("PE501", True) == (code, help_text.startswith(f"这个字段已由 `{new}` 代替"))


@pytest.mark.parametrize(("subject", "old", "answer", "new"), READ)
def test_every_old_answer_is_one_that_its_new_field_can_hold(subject: str, old: str, answer: str, new: str):
    written = {"大于零": "85"}.get(answer, answer)
    by = "declaration: {no_other_circumstances: true, by: 王某}\n"
    case = one_case(f"as_of: 2026-01-15\n{by}{subject}: {{{old}: {written}}}\n")
    assert new in case.subjects[subject]
    assert any(note.startswith(f"{old}：") for note in case.assumed), "what was read otherwise is said"


def test_a_list_is_read_of_old_boxes_that_are_all_told():
    boxes = dict.fromkeys(["内容相对固定", "连续性强", "经费来源稳定", "价格变化小"], True)
    whole = decide("采购事项", boxes | {"预算保障": False}, name="甲").subjects[0].facts["多年期条件"]
    assert whole.value == frozenset(boxes)
    part = decide("采购事项", boxes, name="甲").subjects[0].facts["多年期条件"]
    assert (part.value, "其余没有填" in part.reason) == (UNKNOWN, True), "a box nobody filled in is no 否"


def test_a_box_that_no_rule_reads_any_more_is_not_missing_in_its_list():
    boxes = dict.fromkeys(["内容相对固定", "连续性强", "经费来源稳定", "价格变化小", "预算保障"], True)
    whole = decide("采购事项", boxes | {"超一年理由已说明": True}, name="甲").subjects[0].facts["多年期条件"]
    assert whole.value == frozenset(boxes)


def test_a_box_that_no_rule_reads_is_not_replaced_by_another():
    (field,) = (one for one in SUBJECTS["采购事项"].fields.values() if "超一年理由已说明" in one.was)
    assert renamed_help("超一年理由已说明", [field]) == "没有规则读它，不再填报，删去这一行"


def test_who_stands_behind_one_old_box_stands_behind_no_other():
    one = {"按人头计费": {"value": False, "source": "王某：按成果结算"}, "采购人确定工资": False}
    text = {"购买内容": "派驻人员工资由采购人确定"}
    found = purchase(one | text)
    assert Verdict.UNDETERMINED is found.verdict
    assert Origin.UNREASONED is found.subjects[0].facts["用工迹象"].origin
    both = one | {"采购人确定工资": {"value": False, "source": "王某：由公司定"}} | text
    assert Origin.STATED is purchase(both).subjects[0].facts["用工迹象"].origin


@pytest.mark.parametrize(
    ("written", "code"),
    [("{value: 是, sourse: 甲}", "PE010"), ("{value: 是, unknown: 甲}", "PE112"), ("{source: 甲}", "PE011")],
)
def test_an_old_answer_is_written_as_any_other(written: str, code: str):
    assert [code] == [found for found, _ in told(f"采购事项: {{强制: {written}}}\n")]


def test_a_case_under_old_names_comes_out_as_under_the_new():
    old = {"强制": True, "出具整改指令": True, "采购人管理人员": True, "货物占比": 30}
    new = {"企业参与": "强制", "出具整改指令": True, "人员由谁管理": "购买主体", "含货物": True}
    first, second = purchase(old), purchase(new)
    assert first.verdict is second.verdict
    assert first.subjects[0].missing == second.subjects[0].missing


def test_signs_that_nobody_told_are_declared_only_by_a_signature():
    signs = {"采购人确定工资": True}
    assert purchase(signs, declaration=SIGNED).subjects[0].facts["用工迹象"].value == frozenset(signs)
    assert purchase(signs, declaration=None).subjects[0].facts["用工迹象"].value is UNKNOWN


def test_an_old_answer_keeps_its_source_and_its_doubt():
    sourced = one_case("采购事项: {强制: {value: 是, source: 通知第三条}}\n").subjects["采购事项"]["企业参与"]
    assert (sourced.value, sourced.source) == ("强制", "通知第三条")
    asked = one_case("采购事项: {强制: {unknown: 还没有定}}\n").subjects["采购事项"]["企业参与"]
    assert (asked.value, asked.reason) == (UNKNOWN, "还没有定")


@pytest.mark.parametrize(
    "facts",
    [
        "{强制: 是, 自愿: 是}",
        "{强制: 是, 企业参与: 自愿}",
        "{强制: 也许}",
        "{按量计费: 否}",
    ],
)
def test_what_contradicts_itself_or_has_no_counterpart_is_an_error(facts: str):
    assert {code for code, _ in told(f"采购事项: {facts}\n")} == {"PE501"}


def test_an_old_refusal_is_refused_still():
    assert Verdict.PROHIBITED is not purchase({"货物占比": 85}).verdict
    assert "采购标的" in [q.field.name for q in purchase({"货物占比": 85}).subjects[0].missing]
    assert Verdict.PROHIBITED is purchase({"作出录用决定": True}).verdict
