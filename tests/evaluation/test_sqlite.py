"""SQLite matches the clauses of the second engine as they are meant, and refuses what it can't hold."""

import operator
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.test_durable_fences import a_rule, at_least, compiled_of
from policy_engine.evaluation import durable
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, evaluate
from policy_engine.evaluation.durable import EngineFailure, evaluate_durable, evaluate_sqlite, sqlite
from policy_engine.evaluation.durable.clauses import Atom, Clause, Op
from policy_engine.model import conditions as c
from policy_engine.model.decisions import CrossCheck, Status
from properties import toy

COMPARED = {
    Op.EQUAL: operator.eq,
    Op.UNEQUAL: operator.ne,
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
    Op.MORE: operator.gt,
    Op.AT_LEAST: operator.ge,
}
NAMES = ("p0", "p1", "p2")
NUMBERS = st.integers(-(2**61), 2**61)
# Quotes, line breaks, marks of parameters and of SQL's comments among them.
WORDS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'\":?;-\n\0甲"), max_size=8)


@st.composite
def clauses_and_marks(draw):
    values = draw(st.sampled_from([NUMBERS, WORDS, st.booleans()]))
    ops = [Op.EQUAL, Op.UNEQUAL, Op.PRESENT] if values is not NUMBERS else list(Op)
    atoms = st.builds(Atom, st.sampled_from(NAMES), st.sampled_from(ops), values)
    bodies = draw(st.lists(st.lists(atoms, max_size=4), min_size=1, max_size=6))
    return bodies, draw(st.dictionaries(st.sampled_from(NAMES), values))


def holds(atom: Atom, marks: dict) -> bool:
    if atom.name not in marks:
        return False
    return atom.op is Op.PRESENT or COMPARED[atom.op](marks[atom.name], atom.constant)


@given(clauses_and_marks())
def test_a_clause_holds_where_each_of_its_comparisons_does(drawn) -> None:
    bodies, marks = drawn
    clauses = [Clause(f"h{n}", tuple(body)) for n, body in enumerate(bodies)]
    expected = [f"h{n}" for n, body in enumerate(bodies) if all(holds(atom, marks) for atom in body)]
    assert expected == sqlite.SqliteRuleset(clauses).run(marks)


@pytest.mark.parametrize("size", [1, 499, 500, 501, 1700])
def test_any_number_of_clauses_is_held(size) -> None:
    clauses = [Clause(f"h{n}", (Atom(f"p{n}", Op.AT_LEAST, n),)) for n in range(size)]
    sets = sqlite.sqlite_rulesets(clauses)
    found = [head for one in sets for head in one.run({f"p{n}": n - n % 2 for n in range(size)})]
    assert [f"h{n}" for n in range(0, size, 2)] == found


@pytest.mark.parametrize("size", [300, 64])
def test_wide_conditions_are_decided(size) -> None:
    parts = tuple(at_least(n) for n in range(size))
    values = {f"数{n}": 5 for n in range(size)}
    last = f"数{size - 1}"
    for when, marred in (
        (c.All(parts, toy.SPAN), Status.NOT_APPLICABLE),
        (c.Any(parts, toy.SPAN), Status.TRUE),
    ):
        compiled = compiled_of(a_rule("r", when))
        for given_values, expected in ((values, Status.TRUE), (values | {last: 4}, marred)):
            assert expected is evaluate_sqlite(compiled, toy.situation(given_values)).statuses["r"]


@pytest.mark.parametrize("strange", [2**70, -(2**62)])
def test_what_it_cannot_hold_is_refused_and_it_works_on(strange) -> None:
    compiled = compiled_of(a_rule("r", at_least(0)))
    with pytest.raises(EngineFailure):
        evaluate_sqlite(compiled, toy.situation({"数0": strange}))
    assert Status.TRUE is evaluate_sqlite(compiled, toy.situation({"数0": 7})).statuses["r"]


def test_a_fault_of_sqlite_gives_no_decision(monkeypatch) -> None:
    compiled = compiled_of(a_rule("r", at_least(0)))

    class Broken:
        def execute(self, *_):
            raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(sqlite, "_connections", [Broken()])
    with pytest.raises(EngineBrokeError, match="disk I/O error"):
        evaluate(compiled, toy.situation({"数0": 7}), Engine.SQLITE)


@pytest.mark.parametrize("row", [(), (1, 1), (2,), ("x",)])
def test_an_answer_of_another_shape_is_no_answer(monkeypatch, row) -> None:
    monkeypatch.setattr(sqlite, "_row", lambda *_: row)
    with pytest.raises(EngineFailure):
        sqlite.SqliteRuleset([Clause("h", ())]).run({})


def test_it_stands_in_where_the_other_cannot_be_loaded(monkeypatch) -> None:
    monkeypatch.setattr(durable, "durable_available", lambda: False)
    compiled, situation = compiled_of(a_rule("r", at_least(0))), toy.situation({"数0": 7})
    found, said = evaluate(compiled, situation, Engine.BOTH)
    assert (Status.TRUE, CrossCheck.AGREED_BY_SQLITE) == (found.statuses["r"], said)
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    assert CrossCheck.UNAVAILABLE is evaluate(compiled, situation, Engine.BOTH)[1]


def test_threads_take_turns() -> None:
    compiled = compiled_of(a_rule("r", at_least(0)))
    cases = [(toy.situation({"数0": n % 10}), n % 10 >= 5) for n in range(400)]

    def decide(case) -> bool:
        situation, expected = case
        return expected is (evaluate_sqlite(compiled, situation).statuses["r"] is Status.TRUE)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(decide, cases))


def test_both_kinds_stand_beside_one_another() -> None:
    compiled, situation = compiled_of(a_rule("r", at_least(0))), toy.situation({"数0": 7})
    assert evaluate_durable(compiled, situation) == evaluate_sqlite(compiled, situation)
