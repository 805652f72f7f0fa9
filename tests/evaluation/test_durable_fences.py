"""The fences around durable-rules hold: sizes, hostile texts, values it can't hold, memory, threads."""

import gc
import operator
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.compilation import CompiledRuleSet, CompiledSubject, compile_rules
from policy_engine.evaluation.durable import EngineFailure, durable_available, evaluate_durable, native
from policy_engine.evaluation.durable import evaluate as evaluate_module
from policy_engine.evaluation.durable.clauses import MOST_LITERALS, Atom, Clause, Op, groups, is_set
from policy_engine.evaluation.durable.plan import plan
from policy_engine.model import conditions as c
from policy_engine.model.decisions import Status
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Classify, Kind, Prohibit, Rule, Table
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import FieldType, Role, Vocabulary
from properties import toy

ALWAYS = c.All((), toy.SPAN)
FORBIDDEN = Prohibit("转包")
NUMBERS = tuple(toy.new_field(f"数{n}", FieldType.NUMBER, Role.ELEMENT) for n in range(300))
WORD = toy.new_field("词", FieldType.CHOICE, Role.ELEMENT)
YES = toy.new_field("是", FieldType.BOOLEAN, Role.ELEMENT)
DAY = toy.new_field("日", FieldType.DATE, Role.ELEMENT)
OTHER_DAY = toy.new_field("另日", FieldType.DATE, Role.ELEMENT)
SIZE = toy.new_field("规模", FieldType.CHOICE, Role.DERIVED, choices=("大", "小"))
TAG = toy.new_field("标", FieldType.BOOLEAN, Role.DERIVED)


def a_rule(name: str, when: c.Condition, kind: Kind = FORBIDDEN) -> Rule:
    document = toy.DOCUMENTS["order-other"]
    return Rule(
        id=name,
        title=name,
        citation=Citation(document, name),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=when,
        scope=ALWAYS,
        span=toy.SPAN,
    )


def compiled_of(*rules: Rule) -> CompiledRuleSet:
    fields = (*NUMBERS, WORD, YES, DAY, OTHER_DAY, SIZE, TAG)
    vocabulary = Vocabulary({toy.PURCHASE: toy.new_subject(toy.PURCHASE, fields)})
    return compile_rules(replace(toy.rule_set(*rules), vocabulary=vocabulary))


def status_of(when: c.Condition, values: dict[str, Value]) -> Status:
    return evaluate_durable(compiled_of(a_rule("r", when)), toy.situation(values)).statuses["r"]


def at_least(n: int, limit: int = 5) -> c.Compare:
    return c.Compare(f"数{n}", c.Bound.AT_LEAST, limit, toy.SPAN)


def test_it_is_available():
    assert durable_available()


class TestSizes:
    TWELVE_ORS = c.All(
        tuple(c.Any((at_least(n), at_least(n + 1), at_least(n + 2)), toy.SPAN) for n in range(0, 36, 3)),
        toy.SPAN,
    )

    def test_twelve_alternatives_of_three_fire_once_each(self):
        # As one `$or` each, the engine would fire 354,294 times.
        everything = {f"数{n}": 9 for n in range(36)}
        assert status_of(self.TWELVE_ORS, everything) is Status.TRUE
        assert status_of(self.TWELVE_ORS, everything | {"数33": 1, "数34": 1}) is Status.TRUE
        none_of_one = everything | {f"数{n}": 1 for n in (33, 34, 35)}
        assert status_of(self.TWELVE_ORS, none_of_one) is Status.NOT_APPLICABLE
        del none_of_one["数35"]
        assert status_of(self.TWELVE_ORS, none_of_one) is Status.UNKNOWN

    @pytest.mark.parametrize("size", [20, 21, 50, 300])
    def test_long_conjunctions_are_chained(self, size: int):
        when = c.All(tuple(at_least(n) for n in range(size)), toy.SPAN)
        values = {f"数{n}": 5 for n in range(size)}
        last = f"数{size - 1}"
        assert status_of(when, values) is Status.TRUE
        assert status_of(when, values | {last: 4}) is Status.NOT_APPLICABLE
        assert status_of(when, {name: 5 for name in values if name != last}) is Status.UNKNOWN

    @pytest.mark.parametrize("size", [64, 300])
    def test_long_alternatives_are_spread_over_rulesets(self, size: int):
        when = c.Any(tuple(at_least(n) for n in range(size)), toy.SPAN)
        values = {f"数{n}": 4 for n in range(size)}
        assert status_of(when, values) is Status.NOT_APPLICABLE
        assert status_of(when, dict.fromkeys(values, 5)) is Status.TRUE

    def test_deep_nesting(self):
        when: c.Condition = at_least(0)
        for n in range(1, 60):
            join = c.Any if n % 2 else c.All
            when = join((when, at_least(n, 9 if n % 2 else 0)), toy.SPAN)
        values = {f"数{n}": 5 for n in range(60)}
        assert status_of(when, values) is Status.TRUE
        assert status_of(when, values | {"数58": -1, "数59": 1}) is Status.NOT_APPLICABLE

    def test_no_clause_exceeds_what_the_engine_holds(self):
        one_of = c.OneOf("词", tuple("甲乙丙丁"), toy.SPAN)
        when = c.All((one_of, *(at_least(n) for n in range(100))), toy.SPAN)
        stages = plan_of(a_rule("r", when))
        bodies = [clause.body for stage in stages for clause in stage.clauses]
        assert max(map(len, bodies)) <= MOST_LITERALS
        assert all(body for body in bodies)

    def test_a_full_body_fits_one_clause_and_one_more_does_not(self):
        atoms = tuple(Atom(f"p{n}", Op.LESS, n) for n in range(MOST_LITERALS + 1))
        assert [MOST_LITERALS] == list(map(len, groups(atoms[1:])))
        assert [MOST_LITERALS, 1] == list(map(len, groups(atoms)))

    def test_groups_keep_order_and_lose_nothing(self):
        atoms = tuple(Atom(f"p{n}", Op.LESS if n % 3 else Op.EQUAL, n) for n in range(77))
        assert atoms == tuple(atom for group in groups(atoms) for atom in group)


COMPARED = {
    Op.EQUAL: operator.eq,
    Op.UNEQUAL: operator.ne,
    Op.LESS: operator.lt,
    Op.AT_MOST: operator.le,
    Op.MORE: operator.gt,
    Op.AT_LEAST: operator.ge,
    Op.PRESENT: lambda _mark, _constant: True,
}
NAMES = st.sampled_from(("p0", "p1", "p2", "p3"))
ATOMS = st.builds(Atom, NAMES, st.sampled_from(tuple(COMPARED)), st.integers(-2, 2)).map(
    lambda atom: replace(atom, constant=1) if atom.op is Op.PRESENT else atom
)


@given(
    st.lists(st.lists(ATOMS, min_size=1, max_size=5), min_size=1, max_size=8),
    st.lists(st.dictionaries(NAMES, st.integers(-3, 3)), min_size=1, max_size=5),
)
def test_a_clause_fires_exactly_where_all_it_compares_is_there_and_holds(bodies, facts):
    clauses = [Clause(f"h{n}", tuple(body)) for n, body in enumerate(bodies)]
    ruleset = native.Ruleset(native.packed(clauses))
    for marks in facts:
        expected = [
            clause.head
            for clause in clauses
            if all(a.name in marks and COMPARED[a.op](marks[a.name], a.constant) for a in clause.body)
        ]
        assert sorted(expected) == sorted(ruleset.run(marks))


def plan_of(*rules: Rule):
    subject = compiled_of(*rules).subjects[toy.PURCHASE]
    return plan({field.name: field for field in (*NUMBERS, WORD, YES, DAY, OTHER_DAY, SIZE, TAG)}, subject)


HOSTILE = (
    '"',
    '""',
    '\\"',
    "\\",
    "a",
    'a"',
    'a","p0":"b',
    "a\\",
    "line\nbreak",
    "line\\nbreak",
    "tab\t",
    "nul\0l",
    "nul",
    "",
    " ",
    "ab",
    "ab ",
    "😀",
    "\\ud83d\\ude00",
    "12",
    "true",
    "null",
    "{}",
    "龘" * 19_000,
    "龘" * 19_000 + "a",
)


class TestHostileTexts:
    @pytest.mark.parametrize("asked", HOSTILE, ids=range(len(HOSTILE)))
    def test_a_text_equals_only_itself(self, asked: str):
        compiled = compiled_of(
            a_rule("is", c.Equals("词", asked, toy.SPAN)),
            a_rule("is not", c.Not(c.Equals("词", asked, toy.SPAN), toy.SPAN)),
        )
        for told in HOSTILE:
            found = evaluate_durable(compiled, toy.situation({"词": told})).statuses
            expected = (Status.TRUE, Status.NOT_APPLICABLE)
            assert (expected if told == asked else expected[::-1]) == (found["is"], found["is not"])

    def test_field_names_that_the_engine_would_confuse_do_no_harm(self):
        # The engine compares names by a 32-bit hash, in which these two collide; it is given others.
        costarring = replace(YES, name="costarring")
        liquid = replace(YES, name="liquid")
        fields = (costarring, liquid)
        vocabulary = Vocabulary({toy.PURCHASE: toy.new_subject(toy.PURCHASE, fields)})
        rules = [a_rule(name, c.Equals(name, True, toy.SPAN)) for name in ("costarring", "liquid")]
        compiled = compile_rules(replace(toy.rule_set(*rules), vocabulary=vocabulary))
        found = evaluate_durable(compiled, toy.situation({"costarring": True, "liquid": False}))
        assert found.statuses == {"costarring": Status.TRUE, "liquid": Status.NOT_APPLICABLE}

    def test_confused_names_are_refused(self):
        for names in (("costarring", "liquid"), ("id",), ("$ex",), ("z",)):
            with pytest.raises(EngineFailure, match="confuse"):
                native.refuse_collisions(names)

    def test_the_engines_own_names_never_collide(self):
        native.refuse_collisions(f"p{n}" for n in range(50_000))


class TestRefusals:
    @pytest.mark.parametrize("number", [2**62, -(2**62), 10**30, 1.5, True, "3"])
    def test_numbers_out_of_range_or_type(self, number: object):
        with pytest.raises(EngineFailure):
            status_of(at_least(0), {"数0": number})

    @pytest.mark.parametrize("number", [2**62 - 1, -(2**62) + 1])
    def test_the_widest_numbers_are_compared_exactly(self, number: int):
        limit = c.Compare("数0", c.Bound.AT_LEAST, number, toy.SPAN)
        assert [
            status_of(limit, {"数0": number}),
            status_of(c.Not(limit, toy.SPAN), {"数0": number}),
        ] == [Status.TRUE, Status.NOT_APPLICABLE]
        nearby = number - 1 if number > 0 else number + 1
        assert status_of(c.Equals("数0", number, toy.SPAN), {"数0": nearby}) is Status.NOT_APPLICABLE

    @pytest.mark.parametrize("text", ["龘" * 20_000, "half a pair \ud83d"])
    def test_texts_too_long_or_broken(self, text: str):
        with pytest.raises(EngineFailure):
            status_of(c.Equals("词", "甲", toy.SPAN), {"词": text})
        with pytest.raises(EngineFailure):
            status_of(c.Equals("词", text, toy.SPAN), {"词": "甲"})

    @pytest.mark.parametrize("value", [1, "true", frozenset({"甲"})])
    def test_values_of_another_type(self, value: Value):
        with pytest.raises(EngineFailure):
            status_of(c.Equals("是", True, toy.SPAN), {"是": value})

    def test_days_outside_the_calendar(self):
        with pytest.raises(EngineFailure):
            status_of(c.WithinMonths("日", "另日", 1, c.Period.TERM, toy.SPAN), {"日": 10**9, "另日": 0})

    def test_a_stated_choice_outside_the_vocabulary(self):
        rules = (
            a_rule("t", ALWAYS, Table("规模", ((at_least(0), "大"),), "小")),
            a_rule("r", c.Equals("规模", "大", toy.SPAN)),
        )
        with pytest.raises(EngineFailure):
            evaluate_durable(compiled_of(*rules), toy.situation({"规模": "巨"}))

    def test_an_unknown_subject(self):
        with pytest.raises(EngineFailure):
            evaluate_durable(compiled_of(), toy.Situation("无此对象", {}))

    def test_rules_in_an_order_that_cannot_be_computed(self):
        maker, reader = (
            a_rule("c", at_least(0), Classify("标", ())),
            a_rule("r", c.Equals("标", True, toy.SPAN)),
        )
        compiled = compiled_of(maker, reader)
        subject = compiled.subjects[toy.PURCHASE]
        shuffled: CompiledSubject = replace(subject, rules=subject.rules[::-1])
        with pytest.raises(EngineFailure, match="before"):
            plan(compiled.rule_set.vocabulary.subjects[toy.PURCHASE].fields, shuffled)

    def test_the_engine_works_on_after_a_refusal(self):
        compiled = compiled_of(a_rule("r", at_least(0)))
        with pytest.raises(EngineFailure):
            evaluate_durable(compiled, toy.situation({"数0": 2**70}))
        assert evaluate_durable(compiled, toy.situation({"数0": 7})).statuses["r"] is Status.TRUE

    def test_what_no_rule_looks_at_is_never_sent(self):
        assert status_of(at_least(0), {"数0": 7, "词": "龘" * 50_000, "无此字段": 1.5}) is Status.TRUE

    def test_without_the_library_it_says_so(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(native, "durable_rules_engine", None)
        assert not durable_available()
        with pytest.raises(EngineFailure):
            status_of(at_least(0), {})


class TestLife:
    def test_rulesets_go_with_their_rule_set(self):
        compiled = compiled_of(a_rule("r", at_least(0)))
        evaluate_durable(compiled, toy.situation({}))
        key = id(compiled)
        sets = [
            weakref.ref(s) for e in evaluate_module._prepared.kept[key].values() for s in e.walker.rulesets
        ]
        del compiled
        gc.collect()
        assert key not in evaluate_module._prepared.kept
        assert [ref() for ref in sets] == [None, None]

    def test_a_ruleset_is_deleted_in_the_engine(self):
        ruleset = native.Ruleset(native.packed((Clause("h", (is_set("p0"),)),)))
        handle = ruleset._handle
        assert ruleset.run({"p0": True}) == ["h"]
        assert ruleset.run({}) == []
        del ruleset
        gc.collect()
        with pytest.raises(EngineFailure):
            native._call("delete_ruleset", handle)

    def test_states_do_not_pile_up(self):
        # The 1,025th live state would be one too many.
        compiled = compiled_of(a_rule("r", at_least(0)))
        for n in range(1100):
            found = evaluate_durable(compiled, toy.situation({"数0": n % 10}))
            assert (Status.TRUE if n % 10 >= 5 else Status.NOT_APPLICABLE) is found.statuses["r"]

    def test_threads_take_turns(self):
        compiled = compiled_of(a_rule("r", at_least(0)))

        def decide(n: int) -> bool:
            found = evaluate_durable(compiled, toy.situation({"数0": n % 10})).statuses["r"]
            return found is (Status.TRUE if n % 10 >= 5 else Status.NOT_APPLICABLE)

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(decide, range(400)))
