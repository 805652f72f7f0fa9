"""A program decides as the command line does, from data as from files."""

import dataclasses
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from policy_engine import DiagnosticsError, Program, Verdict, load
from policy_engine.usecases import EngineBrokeError, EnginesDisagreeError

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
REFUSED = {"as_of": "2026-01-15", "jurisdiction": "全国", "采购事项": {"含工程": True, "采购标的": "工程"}}
OPEN = {"as_of": "2026-01-15", "jurisdiction": "全国", "采购事项": {"购买主体类型": "国家机关"}}
DAY = date(2026, 1, 15)


@pytest.fixture(scope="module")
def program() -> Program:
    return load()


def facts_in(path: Path) -> list[dict]:
    roots = yaml.safe_load_all(path.read_text("utf-8"))
    return [facts for root in roots for facts in (root if isinstance(root, list) else [root])]


def answered(facts: dict, keys: tuple[str, ...], answer: object) -> dict:
    key, *rest = keys
    below = answered(facts.get(key, {}), tuple(rest), answer) if rest else answer
    return {**facts, key: below}


@pytest.mark.every(4)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_facts_as_data_are_decided_as_the_file_that_holds_them(program: Program, path: Path) -> None:
    for case, facts in zip(program.read(path), facts_in(path), strict=True):
        from_file, from_data = program.check(case), program.check(facts)
        assert from_file.json() == from_data.json()
        assert from_file.page().text() == from_data.page().text()


def test_the_same_facts_in_the_types_that_programs_have_are_the_same_case(program: Program) -> None:
    ways = [
        {"as_of": "2026-01-15", "采购事项": {"合同期限_月": 12, "项目金额_万元": 186.5, "含工程": False}},
        {"as_of": DAY, "采购事项": {"合同期限_月": 12.0, "项目金额_万元": Decimal("186.50"), "含工程": "否"}},
        {"as_of": DAY, "采购事项": {"合同期限_月": "12", "项目金额_万元": "186.5", "含工程": "false"}},
    ]
    first, *others = [program.check(facts).json() for facts in ways]
    assert all(first["subjects"] == other["subjects"] for other in others)


def test_the_verdict_its_words_and_its_pages_are_of_one_decision(program: Program) -> None:
    decision = program.check(REFUSED)
    assert Verdict.PROHIBITED is decision.verdict
    assert "不得实施" == decision.label
    assert decision.page().text().startswith(decision.headline)
    assert decision.page("official").markdown().startswith(f"# {decision.headline}")
    assert decision.page("auditor").json()["headline"] == decision.headline
    assert program.version == decision.version == decision.json()["rule_set"]["version"]
    assert "采购事项" in program.subjects


def test_a_decision_is_data_in_the_published_shape(program: Program) -> None:
    schema = json.loads((ROOT / "schemas" / "decision.schema.json").read_text("utf-8"))
    # In the output of the command line each says which input it belongs to.
    schema["required"] = [key for key in schema["required"] if key != "input"]
    for facts in (REFUSED, OPEN):
        found = program.check(facts).json()
        jsonschema.Draft202012Validator(schema).validate(found)
        assert found == json.loads(json.dumps(found))


def test_answering_every_question_where_it_says_leads_to_a_verdict(program: Program) -> None:
    answers = {"boolean": True, "declaration": {"no_other_circumstances": True, "by": "沈某"}}
    facts = answered(OPEN, ("采购事项", "付费方"), "政府")
    decision = program.check(facts)
    assert Verdict.UNDETERMINED is decision.verdict
    for _ in range(10):
        for question in decision.questions:
            answer = question.choices[0] if question.choices else answers.get(question.type, "办公楼保洁")
            facts = answered(facts, question.keys, answer)
        decision = program.check(facts)
    assert () == decision.questions
    assert decision.verdict not in (None, Verdict.UNDETERMINED)


def test_a_question_says_what_an_answer_may_be(program: Program) -> None:
    by_keys = {question.keys: question for question in program.check(OPEN).questions}
    assert "declaration" == by_keys["declaration",].type
    payer = by_keys["采购事项", "付费方"]
    assert "choice" == payer.type
    assert "政府" in payer.choices
    assert payer.text.endswith("？")
    assert payer.rules


def test_without_a_day_the_day_given_is_taken_and_told(program: Program) -> None:
    decision = program.check({"采购事项": {"含工程": True}}, today=date(2019, 12, 20))
    assert "2019-12-20" == decision.json()["as_of"]
    assert any("2019年12月20日" in line for line in decision.case.assumed)


def test_neither_programs_nor_decisions_can_be_changed(program: Program) -> None:
    decision = program.check(REFUSED)
    for one, name in ((program, "_compiled"), (decision, "_found"), (decision.case, "as_of")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(one, name, None)
    assert decision == program.check(REFUSED)
    assert decision != program.check(OPEN)
    assert "不得实施" in repr(decision)
    assert "自带" in repr(program)


def test_checking_leaves_the_facts_as_they_were(program: Program) -> None:
    before = json.dumps(REFUSED)
    program.check(REFUSED)
    assert before == json.dumps(REFUSED)


@pytest.mark.broad
def test_threads_find_what_one_alone_finds() -> None:
    # A program nobody has used yet, so that all that is made on first use is made by several at once.
    fresh, other = load(), load()
    given = [facts for path in EXAMPLES for facts in facts_in(path)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.check, given * 3))
    expected = [other.check(facts).json() for facts in given]
    assert expected * 3 == [decision.json() for decision in found]


def test_an_unknown_view_is_told_with_those_that_exist(program: Program) -> None:
    with pytest.raises(DiagnosticsError) as told:
        program.check(REFUSED).page("offical")
    (one,) = told.value.diagnostics
    assert "PE903" == one.code
    assert "official" in one.help


@pytest.mark.parametrize(
    ("error", "code"),
    [(EnginesDisagreeError(("toy-2020.art-1",)), "PE901"), (EngineBrokeError("超时"), "PE902")],
)
def test_where_the_engines_fail_there_is_no_decision(program, monkeypatch, error, code) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("policy_engine.library.program.check", broken)
    with pytest.raises(DiagnosticsError) as told:
        program.check(REFUSED)
    assert [code] == [one.code for one in told.value.diagnostics]


def test_an_error_goes_to_another_process_whole(program: Program) -> None:
    with pytest.raises(DiagnosticsError) as told:
        program.check({"采购事项": {"含工程": 3}})
    again = pickle.loads(pickle.dumps(told.value))
    assert told.value.diagnostics == again.diagnostics
    assert str(told.value) == str(again)


def test_a_case_that_another_rule_base_read_is_told(program: Program) -> None:
    case = program.case(REFUSED)
    strange = {"别的主题": {}}, {"采购事项": {"别的字段": case.subjects["采购事项"]["含工程"]}}
    for subjects in strange:
        with pytest.raises(DiagnosticsError) as told:
            program.check(dataclasses.replace(case, subjects=subjects))
        (one,) = told.value.diagnostics
        assert ("PE502", True) == (one.code, "别的" in one.message)
