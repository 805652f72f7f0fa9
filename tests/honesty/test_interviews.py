"""An interview asks each thing once, ends, and ends where the same case is decided the same; what it kept reads back."""

from random import Random

import pytest

from effort import IS_FULL
from honesty.desk import compiled
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases, load_given
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Status, Verdict
from policy_engine.model.interviewing import Asking, Turn
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.filled_case import filled_case
from policy_engine.usecases import check
from policy_engine.usecases.interviewing import answered, explained, next_turn, not_known, signed

TODAY = CaseDefaults(today=day_number("2026-11-27") or 0)
SUBJECTS = compiled().rule_set.vocabulary.subjects
TEXTS = ("机关办公楼保洁", "窗口派遣人员20名", "外墙修缮", "法律顾问服务两年，一年一签")
HEAD = {"as_of": "2026-11-27", "jurisdiction": "浙江省湖州市吴兴区"}


def blank(subject: str, text: str) -> Case:
    facts = {"购买内容": text} if subject == "采购事项" else {}
    return load_given({**HEAD, subject: facts}, compiled().rule_set, TODAY)


def some_value(field: Field, chance: Random) -> object:
    match field.type:
        case FieldType.BOOLEAN:
            return chance.choice(["是", "否"])
        case FieldType.CHOICE:
            return chance.choice(field.choices)
        case FieldType.LIST:
            return chance.sample(field.choices, chance.randint(0, len(field.choices)))
        case FieldType.NUMBER:
            return str(chance.choice([0, 1, 12, 36, 100]))
        case FieldType.DATE:
            return chance.choice(["2026-01-15", "2026-10-08"])
        case FieldType.TEXT:
            return chance.choice(TEXTS)


def held(subject: str, chance: Random, *, knows_all: bool) -> tuple[Turn, list[tuple[Asking, str]]]:
    """Hold an interview with answers by chance; give its last turn and what was asked."""
    case, asked, aside = blank(subject, chance.choice(TEXTS)), [], frozenset()
    for _ in range(120):
        turn = next_turn(compiled(), case, subject, aside=aside)
        ask = turn.ask
        if ask is None:
            return turn, asked
        asked.append((ask.kind, ask.question.field.name if ask.question else ""))
        if ask.question is None:
            case = signed(turn.case, "王某")
            continue
        field = ask.question.field
        if ask.kind is Asking.REASON:
            case = explained(turn.case, field, "王某：看过方案")
            continue
        if not knows_all and chance.random() < 0.2:
            case, aside = not_known(compiled(), turn.case, field, "待查"), aside | {field.name}
            continue
        for _ in range(20):
            try:
                told = answered(compiled(), turn.case, field, some_value(field, chance))
                next_turn(compiled(), told, subject, aside=aside)
            except DiagnosticsError:
                continue
            case = told
            break
        else:
            case, aside = not_known(compiled(), turn.case, field, "填不了"), aside | {field.name}
    pytest.fail(f"{subject}: the questions don't end: {asked}")


def seeds(most: int) -> range:
    """Give at least one that knows all and one that doesn't."""
    return range(most if IS_FULL else 2)


@pytest.mark.every(5)
@pytest.mark.parametrize("seed", seeds(10))
@pytest.mark.parametrize("subject", ["采购事项", "服务合同", "企业", "派员", "监管环节", "隐患", "承接主体"])
def test_an_interview_asks_each_thing_once_and_ends_as_the_case_is_decided(subject: str, seed: int) -> None:
    turn, asked = held(subject, Random(f"{subject}{seed}"), knows_all=seed % 2 == 0)
    assert len(asked) == len(set(asked))
    # By the other engine: the first one made the interview.
    decided = check(compiled(), turn.case, Engine.DURABLE)
    assert decided.verdict is turn.decision.verdict
    one = decided.subjects[0]
    is_known = all(fact.reason not in ("待查", "填不了") for fact in turn.case.subjects[subject].values())
    if is_known and one.verdict is Verdict.UNDETERMINED:
        # What nobody at hand can tell: a parameter of the rules, or a reason for what is against the usual.
        excused = any(result.rule.is_default and result.status is Status.TRUE for result in one.results)
        assert one.lacking or excused, asked


@pytest.mark.every(5)
@pytest.mark.parametrize("seed", seeds(6))
@pytest.mark.parametrize("subject", ["采购事项", "服务合同", "企业", "派员", "监管环节", "隐患"])
def test_what_an_interview_kept_reads_back_as_the_same_case(subject: str, seed: int) -> None:
    turn, _ = held(subject, Random(f"{seed}{subject}"), knows_all=False)
    text = filled_case(turn.case, compiled().rule_set, "")
    (read,) = load_cases(SourceText("案件.yaml", text), compiled().rule_set, TODAY)
    assert plain(turn.case, subject) == plain(read, subject)
    assert (turn.case.as_of, turn.case.area, turn.case.name) == (read.as_of, read.area, read.name)
    signatures = [case.declaration.by if case.declaration else None for case in (turn.case, read)]
    assert signatures[0] == signatures[1]


def plain(case: Case, subject: str) -> dict[str, tuple[object, str, str]]:
    facts = case.subjects[subject]
    return {name: (fact.value, fact.source, fact.reason) for name, fact in facts.items()}


def test_reading_back_can_fail() -> None:
    case = answered(compiled(), blank("采购事项", TEXTS[0]), SUBJECTS["采购事项"].fields["涉密"], "是")
    assert plain(case, "采购事项") != plain(blank("采购事项", TEXTS[0]), "采购事项")


@pytest.mark.parametrize(
    "words", ['引号"和\\', "几行\n第二行\n", "冒号: 井号 # 括号]", "  前后空格  ", "null", "是"]
)
def test_any_text_of_a_case_reads_back(words: str) -> None:
    case = blank("采购事项", words)
    text = filled_case(case, compiled().rule_set, "")
    (read,) = load_cases(SourceText("案件.yaml", text), compiled().rule_set, TODAY)
    assert plain(case, "采购事项") == plain(read, "采购事项")
