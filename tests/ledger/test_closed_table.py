"""A table of closed facts decided here comes out as DuckDB decides it by the views, row by row, bad cells included."""

import csv
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from honesty.random_cases import CALM
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.ledger.closed_answers import write_answers
from policy_engine.ledger.closed_table import ClosedCounts, open_closed
from policy_engine.model.decisions import Status
from policy_engine.model.vocabulary import FieldType, Phase, Subject
from policy_engine.relational import DIALECTS, Plan, RowFacts, plan_subject, row_of
from policy_engine.relational.inputs import ROW, Input
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT
from properties import toy
from properties.strategies import rule_sets
from relational.databases import duck
from relational.test_cells import BAD, BASE, FINE
from relational.test_random_rules import matters

TOLD = (REFUSED, VERDICT, GROUNDS)


def planned(compiled: CompiledRuleSet, subject: str) -> Plan:
    return plan_subject(compiled, subject, DIALECTS["duckdb"])


def kind_of(one: Input) -> pa.DataType:
    if one.type == "BOOLEAN":
        return pa.bool_()
    if one.type.startswith("DECIMAL"):
        return pa.decimal128(20, int(one.type[:-1].split(", ")[1]))
    return pa.string()


def stored(
    path: Path,
    plan: Plan,
    rows: Iterable[tuple],
    subject: Subject | None = None,
    listed: pa.DataType | None = None,
) -> Path:
    """Write a table as the plan describes it. `listed`: how what of a subject has several values is kept, where not as one text."""
    fields = subject.fields.values() if subject is not None else ()
    several = {"@doubts", "@running", "@area"} | {one.name for one in fields if one.type is FieldType.LIST}
    columns = list(zip(*rows, strict=True)) or [()] * len(plan.inputs)
    arrays = {
        name: as_lists(cells, listed)
        if listed is not None and one.what in several
        else pa.array(cells, kind_of(one))
        for (name, one), cells in zip(plan.inputs, columns, strict=True)
    }
    pq.write_table(pa.table(arrays), path)
    return path


def as_lists(cells: Iterable[str | None], kind: pa.DataType) -> pa.Array:
    return pa.array([None if cell is None else cell.split(";") if cell else [] for cell in cells], kind)


def answers(
    path: Path, compiled: CompiledRuleSet, subject: str, plan: Plan, size: int = 1 << 16
) -> list[dict]:
    """Decide a table here, and read what was written."""
    output = path.with_name("answers.parquet")
    table = open_closed(path, compiled, subject, plan)
    write_answers(output, table.blocks(size), plan, is_each=True)
    found = pq.read_table(output).to_pylist()
    assert plan.query.named_selects == pq.read_schema(output).names
    return found


def alike(here: list[dict], there: list[dict]) -> None:
    """Hold two lists of answers against each other; of a row without a verdict only why it has none."""
    assert len(here) == len(there)
    for one, other in zip(sorted(here, key=lambda row: int(row["@row"] or -1)), there, strict=True):
        if other[REFUSED] is None:
            differing = {name: (one[name], other[name]) for name in other if one[name] != other[name]}
            assert {} == differing, one["@row"]
        assert [other[name] for name in TOLD] == [one[name] for name in TOLD]


def any_cell(draw: random.Random, one: Input, subject) -> object:
    """Draw a cell: often nothing, seldom one that can't be read."""
    if draw.random() < 0.004:
        bad = {"BOOLEAN": None, "TEXT": "读不了"}
        return bad.get(one.type, Decimal(-(10**15)))
    listed = sorted(name for name, known in subject.fields.items() if known.type is FieldType.DATE)
    match one.what:
        case "@phase":
            return draw.choice([phase.value for phase in Phase])
        case "@area":
            return draw.choice(["000000", "330500;330000;000000", "410506;410500;410000;000000"])
        case "@doubts" | "@running":
            return draw.choice([None, None, "", *listed])
        case "@undescribed":
            return draw.choice([None, False, True])
        case "@as_of":
            return date.fromordinal(draw.randrange(735_000, 740_000)).isoformat()
    if one.what not in subject.fields:
        return draw.choice([None, "2021-03-01", "2026-01-15"])
    known = subject.fields[one.what]
    if draw.random() < 0.35:
        return None
    match known.type:
        case FieldType.BOOLEAN:
            return draw.random() < 0.3
        case FieldType.NUMBER:
            least = 0 if known.minimum is None else known.minimum
            most = 10**8 if known.maximum is None else known.maximum
            return Decimal(draw.randint(least, most)).scaleb(-known.scale)
        case FieldType.DATE:
            return draw.choice(
                ["未发生", "2024-02-29", date.fromordinal(draw.randrange(738_000, 740_000)).isoformat()]
            )
        case FieldType.CHOICE:
            return draw.choice(known.choices)
        case _:
            return ";".join(draw.sample(known.choices, draw.randint(0, min(3, len(known.choices)))))


def any_rows(plan: Plan, subject, count: int) -> list[tuple]:
    draw = random.Random(7)
    return [
        tuple(str(row) if one.what == ROW else any_cell(draw, one, subject) for _, one in plan.inputs)
        for row in range(count)
    ]


def test_purchases_come_out_as_in_duckdb(tmp_path):
    shipped_alike("采购事项", tmp_path)


@pytest.mark.every(5)
@pytest.mark.parametrize("subject", [name for name in CALM if name != "采购事项"])
def test_the_shipped_subjects_come_out_as_in_duckdb(subject, tmp_path):
    shipped_alike(subject, tmp_path)


def shipped_alike(subject: str, folder: Path) -> None:
    compiled = as_shipped.compiled()
    known = compiled.rule_set.vocabulary.subjects[subject]
    plan = planned(compiled, subject)
    rows = any_rows(plan, known, examples(1_500))
    path = stored(folder / "table.parquet", plan, rows)
    with duck() as database:
        expected = database.ask(plan, rows)
    for size in (64, 1 << 16):
        alike(answers(path, compiled, subject, plan, size), expected)
    alike(
        answers(stored(path, plan, rows, known, pa.list_(pa.string())), compiled, subject, plan, 100),
        expected,
    )
    # Neither are all rows refused, nor none.
    assert {True, False} == {one[VERDICT] is None for one in expected}


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_rules_come_out_as_in_duckdb(tmp_path_factory, data):
    rule_set = data.draw(rule_sets())
    subject = data.draw(st.sampled_from((toy.PURCHASE, toy.CONTRACT)))
    compiled = compile_rules(rule_set)
    plan, known = planned(compiled, subject), toy.VOCABULARY.subjects[subject]
    rows = [row_of(data.draw(matters(rule_set, subject, row)), plan, known) for row in range(12)]
    path = tmp_path_factory.mktemp("closed") / "table.parquet"
    listed = data.draw(st.sampled_from((None, pa.list_(pa.string()), pa.large_list(pa.large_string()))))
    with duck() as database:
        alike(
            answers(stored(path, plan, rows, known, listed), compiled, subject, plan, 7),
            database.ask(plan, rows),
        )


def cells_of(change: dict[str, object], plan: Plan) -> tuple:
    matter = RowFacts(row="0", situation=toy.situation({"含工程": True, "打包": False}))
    cells = row_of(matter, plan, BASE.vocabulary.subjects[toy.PURCHASE])
    return tuple(change.get(one.what, cell) for (_, one), cell in zip(plan.inputs, cells, strict=True))


@pytest.mark.parametrize("change", [*BAD, *FINE, ("打包", True), ("打包", None)], ids=str)
def test_a_cell_that_can_not_be_read_is_named_as_in_duckdb(change, tmp_path):
    compiled = compile_rules(BASE)
    plan = planned(compiled, toy.PURCHASE)
    rows = [cells_of(dict([change]), plan), cells_of({"@row": "1"}, plan)]
    path = stored(tmp_path / "table.parquet", plan, rows)
    with duck() as database:
        alike(answers(path, compiled, toy.PURCHASE, plan), database.ask(plan, rows))


# How a column may be typed, what stands in it, and which rows can't be read.
TYPED = (
    ("人数", pa.int8(), [3, -1, None], [1]),
    ("人数", pa.int64(), [9999, 10_000, None], [1]),
    ("人数", pa.uint64(), [9999, 2**63 + 5, None], [1]),
    ("人数", pa.float64(), [3.0, 1.5, float("nan"), None], [1, 2]),
    ("人数", pa.dictionary(pa.int32(), pa.string()), ["3"], None),
    ("金额", pa.int32(), [3, -3], [1]),
    ("金额", pa.float64(), [1.01, 1.005, float("inf"), 1e300], [1, 2, 3]),
    ("金额", pa.decimal128(38, 4), [Decimal("1.0100"), Decimal("1.0050"), Decimal(10**30)], [1, 2]),
    ("金额", pa.decimal128(38, 0), [Decimal(1), Decimal(10**17), Decimal(10**37)], [1, 2]),
    ("金额", pa.decimal128(5, 1), [Decimal("1.5"), Decimal("-1.5")], [1]),
    ("余额", pa.int64(), [-(10**13), 10**13 + 1, 2**63 - 1], [1, 2]),
    ("签订", pa.date32(), [date(2024, 2, 29), date(1900, 12, 31), None], [1]),
    ("签订", pa.timestamp("us"), [], None),
    ("方式", pa.dictionary(pa.int8(), pa.string()), ["招标", "招 标", None], [1]),
    ("方式", pa.large_string(), ["招标", ""], [1]),
    ("含工程", pa.string(), ["是"], None),
    ("标签", pa.null(), [None, None], []),
    ("标签", pa.list_(pa.null()), [[], None], []),
    ("标签", pa.list_(pa.string()), [*[[], None], ["红"], ["红", "黄"], ["红", "红"], ["蓝"]], [4, 5]),
    ("标签", pa.list_(pa.string()), [["红;黄"], [""], [None], ["红", None], ["红", ""], [";"]], [*range(6)]),
    ("标签", pa.list_(pa.dictionary(pa.int8(), pa.string())), [["黄"], ["蓝"]], [1]),
    ("标签", pa.list_(pa.string(), 2), [["黄", "红"], None, ["黄", "黄"]], [2]),
    ("标签", pa.list_(pa.int8()), [[1]], None),
    ("方式", pa.list_(pa.string()), [["招标"]], None),
    ("@area", pa.list_(pa.string()), [["330500", "000000"], None, [";"], [None]], [1, 2, 3]),
    ("@as_of", pa.date32(), [date(2024, 2, 29), None], [1]),
    ("@as_of", pa.null(), [None, None], [0, 1]),
)


@pytest.mark.parametrize(("what", "kind", "cells", "wrong"), TYPED, ids=str)
def test_columns_may_be_typed_as_files_type_them(what, kind, cells, wrong, tmp_path):
    compiled = compile_rules(BASE)
    plan = planned(compiled, toy.PURCHASE)
    path = stored(tmp_path / "table.parquet", plan, [cells_of({}, plan)] * len(cells))
    table = pq.read_table(path)
    at = table.schema.get_field_index(what)
    pq.write_table(table.set_column(at, what, pa.array(cells, kind)), path)
    if wrong is None:
        with pytest.raises(DiagnosticsError) as told:
            open_closed(path, compiled, toy.PURCHASE, plan)
        (one,) = told.value.diagnostics
        assert ("PE563", True) == (one.code, what in one.message)
        return
    found = answers(path, compiled, toy.PURCHASE, plan)
    assert wrong == [row for row, answer in enumerate(found) if answer[REFUSED] == what]
    assert {None, what} >= {answer[REFUSED] for answer in found}


def test_a_table_that_lacks_columns_or_has_one_twice_is_refused(tmp_path):
    compiled = compile_rules(BASE)
    plan = planned(compiled, toy.PURCHASE)
    path = stored(tmp_path / "table.parquet", plan, [cells_of({}, plan)])
    table = pq.read_table(path)
    renamed = ["人数x" if name == "人数" else name for name in table.schema.names]
    twice = ["含工程" if name == "打包" else name for name in table.schema.names]
    for names, told in ((renamed, "人数x"), (twice, "重复")):
        pq.write_table(table.rename_columns(names), path)
        with pytest.raises(DiagnosticsError) as refused:
            open_closed(path, compiled, toy.PURCHASE, plan)
        (one,) = refused.value.diagnostics
        assert "PE563" == one.code
        assert told in one.message + one.help


def test_more_columns_than_the_rules_read_are_passed_over(tmp_path):
    compiled = compile_rules(BASE)
    plan = planned(compiled, toy.PURCHASE)
    path = stored(tmp_path / "table.parquet", plan, [cells_of({}, plan)])
    pq.write_table(pq.read_table(path).append_column("别的", pa.array([[1]])), path)
    assert ["law.art-1"] == [one[GROUNDS] for one in answers(path, compiled, toy.PURCHASE, plan)]


def test_what_is_counted_is_what_was_written(tmp_path):
    compiled = as_shipped.compiled()
    plan = planned(compiled, "承接主体")
    rows = any_rows(plan, compiled.rule_set.vocabulary.subjects["承接主体"], 500)
    path = stored(tmp_path / "table.parquet", plan, rows)
    counts = ClosedCounts()
    for block in open_closed(path, compiled, "承接主体", plan).blocks(128):
        counts.add(block)
    written = answers(path, compiled, "承接主体", plan)
    decided = [one for one in written if one[REFUSED] is None]
    assert 500 == counts.rows
    assert Counter(one[VERDICT] for one in decided) == +counts.verdicts
    assert Counter(one[REFUSED] for one in written if one[REFUSED]) == counts.refused
    assert Counter(rule for one in decided for rule in one[GROUNDS].split(";") if rule) == +counts.grounds
    for rule, name in plan.statuses.items():
        assert Counter(Status(one[name]) for one in decided) == +counts.statuses[rule]


def test_csv_holds_the_same_and_no_formula(tmp_path):
    compiled = compile_rules(BASE)
    plan = planned(compiled, toy.PURCHASE)
    rows = [cells_of({"@row": name}, plan) for name in ("=1+1", "甲,乙", "-3")]
    table = open_closed(stored(tmp_path / "t.parquet", plan, rows), compiled, toy.PURCHASE, plan)
    output = tmp_path / "answers.csv"
    write_answers(output, table.blocks(), plan, is_each=False)
    with output.open(encoding="utf-8", newline="") as file:
        head, *found = csv.reader(file)
    assert ["@row", *TOLD] == head
    assert [["'=1+1"], ["甲,乙"], ["-3"]] == [row[:1] for row in found]
    assert {("", "不得实施", "law.art-1")} == {tuple(row[1:]) for row in found}


def test_rows_of_all_groups_are_decided_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr("policy_engine.ledger.closed_table._MOST_AT_ONCE", 5)
    compiled = compile_rules(BASE)
    plan = planned(compiled, toy.PURCHASE)
    rows = [cells_of({"@row": str(at), "含工程": at % 3 == 0}, plan) for at in range(23)]
    path = stored(tmp_path / "table.parquet", plan, rows)
    pq.write_table(pq.read_table(path), path, row_group_size=2)
    found = answers(path, compiled, toy.PURCHASE, plan)
    assert [str(at) for at in range(23)] == [one["@row"] for one in found]
    assert [at % 3 == 0 for at in range(23)] == [one[VERDICT] == "不得实施" for one in found]


def test_a_file_without_rows_is_written_with_its_columns(tmp_path):
    compiled = compile_rules(BASE)
    plan = planned(compiled, toy.PURCHASE)
    assert [] == answers(stored(tmp_path / "table.parquet", plan, []), compiled, toy.PURCHASE, plan)
