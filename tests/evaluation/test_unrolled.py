"""The tables written out as one function find what the loop over them, the generated function and the oracle find."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from evaluation.test_masks import shipped_situations
from oracle.interpreter import interpret
from policy_engine.compilation import compile_rules
from policy_engine.compilation.layout import make_tables
from policy_engine.compilation.unrolled import nests_of
from policy_engine.evaluation import masks
from policy_engine.evaluation.masks import begin, by_loop, decide, evaluation_of, write_out
from policy_engine.model import conditions as c
from policy_engine.model.rules import Classify, Derive, Function, Prohibit, Table
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import FieldType, Role
from policy_engine.usecases.kept.base import TYPES
from policy_engine.usecases.kept.codec import Writer
from properties import toy
from properties.strategies import VALUES, rule_sets, situations
from properties.test_agreement import differences, simple_rule

MANY = settings(max_examples=examples(200), suppress_health_check=list(HealthCheck))


def refuse(*_):
    raise AssertionError("left to the loop")


def warm(tables, every):
    """Write tables out and let the function meet some values; from then on it must do without the loop."""
    made = write_out(tables)
    for values in every:
        made.run(values)
    made.otherwise = refuse
    return made.run


@pytest.mark.parametrize("most", [2, 32])
def test_it_finds_what_the_oracle_finds(most):
    @MANY
    @given(st.data())
    def agree(data):
        rule_set = data.draw(rule_sets())
        compiled = compile_rules(rule_set)
        for subject in compiled.subjects.values():
            parts = (subject.rules, subject.fields, subject.defeated_by, subject.producers, subject.rivals)
            subject.__dict__["tables"] = make_tables(*parts, most)
        for situation in data.draw(st.tuples(*[situations(rule_set)] * 4)):
            subject = compiled.subjects[situation.subject]
            run = warm(subject.tables, [situation.values])
            found = evaluation_of(subject, run(situation.values))
            assert {} == differences(interpret(rule_set, situation), found)

    agree()


@MANY
@given(rule_sets(), st.data())
def test_it_goes_on_from_what_was_looked_up_before(rule_set, data):
    situation = data.draw(situations(rule_set))
    program = compile_rules(rule_set).subjects[situation.subject]
    inputs = sorted(n for n, f in program.fields.items() if f.type is not FieldType.TEXT)
    turning = data.draw(st.sets(st.sampled_from(inputs), max_size=5))
    begun = begin(program.tables, situation.values, turning)
    write_out(program.tables)
    for _ in range(3):
        told = {name: data.draw(VALUES[name]) for name in sorted(turning) if data.draw(st.booleans())}
        values = {**situation.values, **told}
        assert by_loop(program.tables, values) == decide(program.tables, values, begun)


def test_of_the_shipped_rules_it_finds_what_the_loop_finds():
    compiled = as_shipped.compiled()
    of = {}
    for situation in shipped_situations():
        of.setdefault(situation.subject, []).append(situation.values)
    for name, every in of.items():
        tables = compiled.subjects[name].tables
        expected = [by_loop(tables, values) for values in every]
        run = warm(tables, every)
        assert [run(values) for values in every] == expected


FLAG, GREAT = c.Equals("含工程", True, toy.SPAN), c.Equals("重大", True, toy.SPAN)
REASON = c.Equals("有理由", True, toy.SPAN)
SHARE = c.Ratio("余额", "金额", c.Bound.AT_LEAST, Fraction(1), toy.SPAN)
MANY_PARTS = c.Any(
    tuple(
        c.All((c.Equals("方式", way, toy.SPAN), c.Compare("人数", c.Bound.AT_LEAST, n, toy.SPAN)), toy.SPAN)
        for n, way in enumerate(("招标", "谈判", "直购"), start=1)
    ),
    toy.SPAN,
)


def all_sorts():
    """Make the tables of rules that have all that the function is written of."""
    rules = (
        simple_rule(1, Classify("重大", ()), FLAG),
        simple_rule(2, Derive("差额", Function.SUM, ("金额", "余额"), ()), REASON),
        simple_rule(
            3, Derive("期数", Function.COUNT_IF, (), (GREAT, c.Equals("已列目录", True, toy.SPAN))), REASON
        ),
        simple_rule(4, Table("规模", ((GREAT, "大型"),), "小型")),
        simple_rule(5, Prohibit("转包"), c.Compare("期数", c.Bound.AT_LEAST, 1, toy.SPAN)),
        simple_rule(6, Prohibit("转包"), c.Not(c.OneOf("规模", ("小型",), toy.SPAN), toy.SPAN)),
        simple_rule(7, Prohibit("转包"), c.Compare("差额", c.Bound.AT_LEAST, 5, toy.SPAN)),
        simple_rule(8, Prohibit("转包"), MANY_PARTS, overrides=("law.art-5",)),
        simple_rule(9, Prohibit("转包"), SHARE),
    )
    subject = compile_rules(toy.rule_set(*rules)).subjects[toy.PURCHASE]
    return make_tables(
        subject.rules, subject.fields, subject.defeated_by, subject.producers, subject.rivals, 2
    )


def told_in_all_ways():
    told = {
        "含工程": (UNKNOWN, True, False),
        "有理由": (True, False),
        "已列目录": (UNKNOWN, True),
        "重大": (UNKNOWN, True),
        "规模": (UNKNOWN, "中型", "小型"),
        "差额": (UNKNOWN, 4),
        "期数": (UNKNOWN, 0),
        "余额": (UNKNOWN, 3),
        "方式": (UNKNOWN, "招标", "谈判"),
        "人数": (2,),
        "金额": (2,),
    }
    for values in product(*told.values()):
        yield {name: value for name, value in zip(told, values, strict=True) if value is not UNKNOWN}


def test_of_every_sort_of_rule_it_finds_what_the_loop_finds():
    tables, every = all_sorts(), [*told_in_all_ways()]
    run = warm(tables, every)
    for values in every:
        assert run(values) == by_loop(tables, values)


# What may be wrong in a line, and still be a line.
SLIPS = (
    lambda line: "" if "|=" in line or "&=" in line else line,
    lambda line: line.replace(" >> ", " << ", 1),
    lambda line: line.replace("^", "|"),
    lambda line: line.replace("U) if v is U else v", "U)"),
    lambda line: line.replace("if v is U", "if v is not U"),
    lambda line: line.replace("if v is not None: numbers", "if v is None: numbers"),
    lambda line: line.replace("& 1:", "| 1:"),
    lambda line: line.replace(", t, m, ", ", m, t, "),
    lambda line: line.replace("get('有理由', U)", "U"),
)


def slips(source):
    """Write the function with one slip each, wherever one can be made."""
    head, *rest = source.split(" if s is None:\n")
    lines = rest[0].splitlines()
    for at, line in enumerate(lines):
        for number, slip in enumerate(SLIPS):
            wrong = slip(line.strip())
            if wrong != line.strip():
                indented = line[: len(line) - len(line.lstrip())] + (wrong or "pass")
                text = [*lines[:at], indented, *lines[at + 1 :]]
                yield number, f"{line} -> {wrong}", head + " if s is None:\n" + "\n".join(text)


def test_a_function_written_wrongly_would_be_noticed():
    tables, every = all_sorts(), [*told_in_all_ways()]
    expected = [by_loop(tables, values) for values in every]
    made = write_out(tables)
    names = made.run.__globals__
    unnoticed, tried = [], set()
    for number, said, text in slips(made.source):
        exec(compile(text, "<slip>", "exec"), wrong := dict(names))
        tried.add(number)
        try:
            found = [wrong["run"](values) for values in every]
        except (AssertionError, KeyError, NameError, TypeError, OverflowError, MemoryError):
            continue
        if found == expected:
            unnoticed.append(said)
    assert unnoticed == []
    assert tried == {*range(len(SLIPS))}


def tables_of_fields(names):
    """Make tables of a prohibition a flag, by whatever names."""
    fields = {name: toy.new_field(name, FieldType.BOOLEAN, Role.ELEMENT) for name in names}
    rules = [
        simple_rule(at, Prohibit("转包"), c.Equals(name, True, toy.SPAN)) for at, name in enumerate(names)
    ]
    return make_tables(rules, fields, {}, {}, ())


def test_names_of_fields_are_texts_whatever_they_say():
    hostile = (
        "')] | boom() | k9[get('",
        '"""\nraise SystemExit',
        "\\",
        "\\'",
        "a\nb\r\t",
        "\u2028\x00\x85",
        "\ud800",
        "{0}",
        "#",
        "ﬁ",
        "fi",
    )
    tables = tables_of_fields(hostile)
    every = [{name: True for at, name in enumerate(hostile) if key >> at & 1} for key in range(1 << 11)]
    run = warm(tables, every)
    for key, values in enumerate(every):
        assert run(values).surely[-1] == key == by_loop(tables, values).surely[-1]


def test_a_computed_field_is_a_text_whatever_it_is_called():
    name = "')\nraise SystemExit('"
    number = toy.new_field(name, FieldType.NUMBER, Role.DERIVED)
    listed = toy.new_field(name + "2", FieldType.BOOLEAN, Role.DERIVED)
    plain = toy.new_field("x", FieldType.NUMBER, Role.ELEMENT)
    rules = [
        simple_rule(1, Derive(name, Function.SUM, ("x",), ())),
        simple_rule(2, Classify(name + "2", ()), c.Compare(name, c.Bound.AT_LEAST, 5, toy.SPAN)),
        simple_rule(3, Prohibit("转包"), c.Equals(name + "2", True, toy.SPAN)),
    ]
    fields = {one.name: one for one in (number, listed, plain)}
    producers = {name: (rules[0].id,), name + "2": (rules[1].id,)}
    tables = make_tables(rules, fields, {}, producers, ())
    every = [{}, {"x": 4}, {"x": 5}, {name: 7}, {name + "2": True}]
    run = warm(tables, every)
    assert [run(values) for values in every] == [by_loop(tables, values) for values in every]
    assert [run(values).surely[-1] >> tables.order[rules[2].id] & 1 for values in every] == [0, 0, 1, 1, 1]


def all_tables(made):
    """Count what the tables that are looked up in one another hold."""

    def size(one):
        return sum(map(size, one.values())) if isinstance(one, dict) else 1

    return [size(nest.tables) for nest in made.nests]


def test_tables_do_not_grow_with_the_number_of_cases():
    fields = {
        "词": toy.new_field("词", FieldType.TEXT, Role.ELEMENT),
        "数": toy.new_field("数", FieldType.NUMBER, Role.ELEMENT),
        "是": toy.new_field("是", FieldType.BOOLEAN, Role.ELEMENT),
    }
    conditions = (
        c.Equals("词", "甲", toy.SPAN),
        c.Compare("数", c.Bound.AT_LEAST, 5_000, toy.SPAN),
        c.Equals("是", True, toy.SPAN),
    )
    rules = [simple_rule(at, Prohibit("转包"), one) for at, one in enumerate(conditions)]
    tables = make_tables(rules, fields, {}, {}, ())
    made = write_out(tables)
    assert [[one.name for one in nest.looked] for nest in made.nests] == [["词", "是"]]
    for at in range(10_000):
        values = {"词": str(at) if at % 3 else "甲", "数": at, "是": at % 2 == 0}
        expected = (at % 3 == 0) | (at >= 5_000) << 1 | (at % 2 == 0) << 2
        assert made.run(values).surely[-1] == expected == decide(tables, values).surely[-1]
    assert all_tables(made) == [nest.most for nest in made.nests]
    assert max(len(one.rows) for one in tables.strata[0].looked) <= 4_097
    # Which field has many values is known by now: it is looked up in a table of its own.
    assert tables.run is not made.run
    assert [[one.name for one in nest.looked] for nest in write_out(tables).nests] == [["是"]]


def test_a_long_chain_of_rules_is_written_out_too():
    names = [f"f{at}" for at in range(120)]
    fields = {name: toy.new_field(name, FieldType.BOOLEAN, Role.ELEMENT) for name in names}
    rules = [
        simple_rule(at, Prohibit("转包"), c.Equals(name, True, toy.SPAN)) for at, name in enumerate(names)
    ]
    defeated = {rule.id: (before.id,) for before, rule in pairwise(rules)}
    tables = make_tables(rules, fields, defeated, {}, ())
    assert len(tables.strata) == len(names)
    every = [dict.fromkeys(names, True), dict.fromkeys(names[::3], True), {names[0]: True, names[60]: False}]
    run = warm(tables, every)
    # Every rule defeats the next: where all hold, every other one takes effect.
    assert run(every[0]).surely[-1] == sum(1 << at for at in range(0, 120, 2))
    assert [run(values) for values in every] == [by_loop(tables, values) for values in every]


@pytest.mark.parametrize("told", [None, "", 0, 2.5, -1, "招标", frozenset({"红"}), frozenset()], ids=repr)
@pytest.mark.parametrize("name", ["含工程", "方式", "人数", "差额", "重大", "规模"])
def test_a_value_that_is_none_does_what_it_did(name, told):
    def outcome(run):
        try:
            return run({"含工程": True, "金额": 2, name: told})
        except (AssertionError, TypeError, ValueError) as error:
            return type(error)

    tables = all_sorts()
    made = write_out(tables)
    made.run({"含工程": True})
    assert outcome(made.run) == outcome(made.run) == outcome(lambda values: by_loop(tables, values))


@pytest.mark.parametrize("name", ["含工程", "人数", "差额"])
def test_what_has_no_hash_is_refused_as_ever(name):
    tables = all_sorts()
    for run in (write_out(tables).run, lambda values: by_loop(tables, values)):
        with pytest.raises(TypeError, match="unhashable type: 'list'"):
            run({name: []})


def test_tables_are_written_out_once_they_were_asked_often(monkeypatch):
    monkeypatch.setattr(masks, "_OFTEN", 5)
    tables, values = all_sorts(), {"含工程": True}
    expected = by_loop(tables, values)
    for _ in range(4):
        assert decide(tables, values) == expected
    counting = tables.run
    assert decide(tables, values) == expected
    written = tables.run
    assert written is not counting
    assert [decide(tables, values) for _ in range(9)] == [expected] * 9
    assert tables.run is written


def test_whoever_decides_once_does_not_load_what_writes_out():
    code = (
        "import sys; from evaluation.test_unrolled import all_sorts; from policy_engine.evaluation.masks import decide;"
        "name = 'policy_engine.compilation.unrolled'; sys.modules.pop(name, None);"
        "decide(all_sorts(), {}); print(name in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="tests", check=True
    )
    assert found.stdout.strip() == "False"


def test_threads_that_share_the_function_find_the_same(monkeypatch):
    compiled = as_shipped.compiled()
    some = [*shipped_situations()][::5]
    alone = [by_loop(compiled.subjects[one.subject].tables, one.values) for one in some]
    # Written out amid the cases, with hardly any row made.
    monkeypatch.setattr(masks, "_OFTEN", 3)
    for subject in compiled.subjects.values():
        subject.__dict__.pop("tables", None)
    fresh = [compiled.subjects[one.subject].tables for one in some]
    with ThreadPoolExecutor(8) as pool:
        work = [
            pool.submit(lambda: [decide(t, one.values) for t, one in zip(fresh, some, strict=True)])
            for _ in range(8)
        ]
        for one in work:
            assert one.result() == alone


def test_tables_are_kept_as_if_they_had_not_been_written_out():
    def kept(tables):
        writer = Writer(TYPES)
        writer.add("tables", tables)
        return writer.data()

    tables = all_sorts()
    before = kept(tables)
    write_out(tables)
    assert before == kept(tables)


@pytest.mark.parametrize(
    ("row_size", "together"), [(1, [4, 4, 3]), (1 << 12, [3, 3, 3, 2]), (1 << 14, [1] * 11), (1 << 16, [])]
)
def test_the_wider_the_rows_the_fewer_are_joined(row_size, together):
    looked = tables_of_fields([f"f{at}" for at in range(11)]).strata[0].looked
    nests, others = nests_of(looked, row_size)
    assert [len(nest.looked) for nest in nests] == together
    sorted_out = [*(one for nest in nests for one in nest.looked), *others]
    assert sorted(one.name for one in sorted_out) == sorted(one.name for one in looked)
    for nest in nests:
        nest.fill()
        assert nest.size == 3 ** len(nest.looked)
        # Of all that may ever be remembered, so much memory is taken at most.
        assert nest.size * row_size <= 1 << 17
        assert nest.most * row_size <= 6 << 17
