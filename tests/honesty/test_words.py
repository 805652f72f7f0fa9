"""Words raise questions and decide nothing: the laws of what a text indicates, of every shipped subject."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from honesty.desk import PLAIN, asked
from honesty.random_cases import CALM, read, stated, tellable, values_of
from honesty.test_laws import closed
from honesty.test_no_hidden_breach import REFUSALS, decided, rules_of, with_facts
from honesty.words import cases_with_words, decide_with_words, pointing, with_words
from oracle.closing import close
from policy_engine.evaluation import closing, heeding
from policy_engine.evaluation import decide as deciding
from policy_engine.model.cases import Case, Origin
from policy_engine.model.decisions import Found, Status, SubjectDecision, Verdict
from policy_engine.model.lexicon import Certainty
from policy_engine.model.vocabulary import FieldType

MANY = settings(max_examples=examples(100))
ANY = st.sampled_from(sorted(CALM)).flatmap(cases_with_words)
SETTLED = (Status.TRUE, Status.NOT_APPLICABLE, Status.EXCEPTED, Status.DEFEATED, Status.SATISFIED)


def without_words(case: Case) -> Case:
    return replace(case, indications=MappingProxyType({}))


@MANY
@given(ANY)
def test_a_case_with_words_is_closed_as_the_oracle_closes_it(case: Case) -> None:
    (subject,) = case.subjects
    naive, found = close(rules_of(subject), case, subject), closed(case)
    assert naive.values == dict(found.situation.values)
    assert naive.doubts == found.doubtful


def harm(before: SubjectDecision, after: SubjectDecision) -> list[str]:
    """Say what words did that they may not do: refuse, settle, turn what a rule came to."""
    told = []
    if after.verdict in REFUSALS and after.verdict is not before.verdict:
        told.append(f"{before.verdict} became {after.verdict}")
    if before.verdict is Verdict.UNDETERMINED and after.verdict is not before.verdict:
        told.append(f"what was open became {after.verdict}")
    for one, other in zip(before.findings, after.findings, strict=True):
        if one.found is not other.found and other.found is not Found.OPEN:
            told.append(f"{one.category}: {one.found} became {other.found}")
    for one, other in zip(before.results, after.results, strict=True):
        is_turned = (one.status is Status.TRUE) is not (other.status is Status.TRUE)
        if is_turned and Status.UNKNOWN not in (one.status, other.status):
            told.append(f"{one.rule.id}: {one.status} became {other.status}")
        if one.status is Status.UNKNOWN and other.status in SETTLED:
            told.append(f"{one.rule.id} was settled")
    return told


@pytest.mark.usefixtures("unasked")
@MANY
@given(ANY)
def test_words_never_refuse_never_settle_and_never_turn_a_rule(case: Case) -> None:
    before, after = decided(without_words(case)), decided(case)
    if before is not None and after is not None:
        assert [] == harm(before, after)


@pytest.mark.usefixtures("unasked")
@MANY
@given(ANY)
def test_words_excuse_no_facts_that_contradict(case: Case) -> None:
    """What is refused as input is refused whatever the texts say; but a total that only a declaration made is open."""
    before, after = decided(without_words(case)), decided(case)
    assert before is None or after is not None


@MANY
@given(ANY.flatmap(lambda case: st.tuples(st.just(case), st.randoms(use_true_random=False))))
def test_what_words_leave_open_is_asked_and_settles_once_answered_with_a_reason(drawn) -> None:
    case, random = drawn
    (subject,) = case.subjects
    asked_before: set[str] = set()
    for _ in range(8):
        decision = decided(case)
        if decision is None or decision.verdict is not Verdict.UNDETERMINED:
            return
        names = [question.field.name for question in decision.missing]
        assert names or decision.asks_declaration or decision.unencoded or decision.lacking
        if not names:
            return
        assert not asked_before.intersection(names)
        asked_before |= set(names)
        told = dict(case.subjects[subject])
        for name in names:
            field = tellable(subject)[name]
            is_text = field.type is FieldType.TEXT
            value = "机关办公楼保洁" if is_text else random.choice(values_of(subject, name))
            told[name] = stated(field, value, "王某核对")
        case = with_facts(case, subject, told)
    pytest.fail("asked and asked")


@pytest.mark.parametrize("subject", CALM)
def test_random_words_matter_often_enough(subject: str) -> None:
    """Guard the strategies: words that open nothing break no law."""
    seen = Counter()

    @settings(derandomize=True, max_examples=25, database=None)
    @given(cases_with_words(subject))
    def look(case: Case) -> None:
        found = closed(case)
        seen["opened"] += bool(found.opened)
        seen["doubted"] += bool(found.doubtful - closed(without_words(case)).doubtful)

    look()
    assert seen["doubted"] >= 2


# One by one.

STATED, IMPLIED, SUSPECTED = Certainty
REASON = "法制审核 王某：只是清洗外墙，不动结构"


def bought(facts: dict | None = None, **head: object) -> Case:
    return read({**head, "采购事项": PLAIN | (facts or {})})


@pytest.mark.parametrize("certainty", Certainty)
def test_what_words_point_to_is_asked_and_never_declared(certainty: Certainty) -> None:
    assert Verdict.PERMITTED is decide_with_words(bought()).verdict
    found = decide_with_words(bought(), pointing("含工程", True, certainty))
    assert Verdict.UNDETERMINED is found.verdict
    assert ["含工程"] == asked(found)
    assert Origin.NOT_STATED is found.subjects[0].facts["含工程"].origin


def test_words_that_say_what_is_usual_open_nothing() -> None:
    assert Verdict.PERMITTED is decide_with_words(bought(), pointing("含工程", False)).verdict


@pytest.mark.parametrize("certainty", [STATED, IMPLIED])
def test_a_statement_against_the_words_needs_a_reason(certainty: Certainty) -> None:
    words = pointing("含工程", True, certainty)
    bare = decide_with_words(bought({"含工程": False}), words)
    assert Verdict.UNDETERMINED is bare.verdict
    assert ["含工程"] == asked(bare)
    assert Origin.UNREASONED is bare.subjects[0].facts["含工程"].origin
    reasoned = bought({"含工程": {"value": False, "source": REASON}})
    assert Verdict.PERMITTED is decide_with_words(reasoned, words).verdict


def test_a_statement_stands_beside_words_that_only_suspect() -> None:
    found = decide_with_words(bought({"含工程": False}), pointing("含工程", True, SUSPECTED))
    assert Verdict.PERMITTED is found.verdict


@pytest.mark.parametrize(("certainty", "origin"), [(STATED, Origin.UNREASONED), (IMPLIED, Origin.STATED)])
def test_a_number_is_opened_only_by_words_that_state_another(certainty: Certainty, origin: Origin) -> None:
    found = decide_with_words(bought({"合同期限_月": 12}), pointing("合同期限_月", 36, certainty))
    assert origin is found.subjects[0].facts["合同期限_月"].origin


def test_a_list_that_lacks_a_member_is_spoken_against() -> None:
    dug = read({"jurisdiction": "浙江省湖州市", "服务形式": {"服务内容": ["安全生产检查支撑"]}})
    there, lacking = frozenset({"安全生产检查支撑"}), frozenset({"事故调查分析鉴定支撑"})
    for value, origin in ((there, Origin.STATED), (lacking, Origin.UNREASONED)):
        found = decide_with_words(dug, pointing("服务内容", value))
        assert origin is found.subjects[0].facts["服务内容"].origin


def test_an_open_fact_that_words_point_to_raises_the_conclusions_that_read_it() -> None:
    """人员由谁管理 is a sign of 劳务派遣: as one that nobody can tell, so one that words point to."""
    found = decide_with_words(bought(), pointing("人员由谁管理", "购买主体"))
    assert {"劳务派遣", "变相用工"} <= closed(found.case).doubtful
    assert "劳务派遣" in asked(found)


def test_words_make_no_event_due() -> None:
    case = bought()
    words = pointing("绩效评价", False)
    assert closed(case).facts["绩效评价"].origin is Origin.PENDING
    assert closed(with_words(case, words)).facts["绩效评价"].origin is Origin.PENDING
    assert Verdict.PERMITTED is decide_with_words(case, words).verdict


def test_no_signature_is_asked_for_where_words_point_to_all_that_it_would_close() -> None:
    case = replace(bought(), declaration=None)
    fields = tellable("采购事项")
    usual = {n: f for n, f in fields.items() if closing.may_be_closed(f)}
    all_ = [
        pointing(n, next(v for v in values_of("采购事项", n) if v != f.declared)) for n, f in usual.items()
    ]
    assert closed(case).asks_declaration
    assert not closed(with_words(case, *all_)).asks_declaration
    assert closed(with_words(case, *all_[1:])).asks_declaration


def test_no_breach_stands_on_words_that_open_whom_a_document_binds() -> None:
    """Paid by enterprises it is no purchase of the government's; words that say otherwise make it a question."""
    case = bought({"付费方": "企业", "采购标的": "工程", "含工程": True})
    assert decide_with_words(case).verdict not in (*REFUSALS, Verdict.UNDETERMINED)
    found = decide_with_words(case, pointing("付费方", "政府", words="财政资金"))
    assert Verdict.UNDETERMINED is found.verdict
    assert "付费方" in asked(found)


def test_facts_that_contradict_are_refused_whatever_the_words() -> None:
    case = bought({"合同期限_月": 36, "多年期合同": False})
    assert decided(with_words(case, pointing("合同期限_月", 12), pointing("多年期合同", True))) is None


# What the laws would find, were one of the guards gone.


def words_are_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take what words point to for what was stated."""
    plain = closing.close_subject

    def close_subject(case, subject, program, *ask):
        told = {i.field: stated(subject.fields[i.field], i.value, "") for i in heeding.heeded(case, subject)}
        facts = MappingProxyType({subject.name: {**told, **case.subjects[subject.name]}})
        return plain(replace(case, subjects=facts, indications={}), subject, program, *ask)

    for module in ("checking", "prospects"):
        where = "policy_engine.usecases" if module == "checking" else "policy_engine.evaluation"
        monkeypatch.setattr(f"{where}.{module}.close_subject", close_subject)


def breaches_stand_on_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a document bind as soon as words open whether it does."""
    monkeypatch.setattr(deciding, "loosed_by_words", lambda *_given: frozenset())


@pytest.mark.parametrize(
    ("guard", "facts", "field", "value"),
    [
        (words_are_facts, {}, "含工程", True),
        (breaches_stand_on_words, {"付费方": "企业", "采购标的": "工程", "含工程": True}, "付费方", "政府"),
    ],
)
def test_without_a_guard_words_do_harm(
    guard: Callable[[pytest.MonkeyPatch], None],
    facts: dict,
    field: str,
    value: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The null test of the law that words never refuse."""
    case = bought(facts)
    before, worded = decided(case), with_words(case, pointing(field, value))
    assert [] == harm(before, decided(worded))
    guard(monkeypatch)
    assert [] != harm(before, decided(worded))


def test_without_a_source_an_answer_against_the_words_is_asked_again() -> None:
    """The null test of the law of answers: it holds because an answer names who gave it."""
    case = with_words(bought(), pointing("含工程", True))
    assert ["含工程"] == [q.field.name for q in decided(case).missing]
    told = {**case.subjects["采购事项"], "含工程": stated(tellable("采购事项")["含工程"], False, "")}
    assert ["含工程"] == [q.field.name for q in decided(with_facts(case, "采购事项", told)).missing]
