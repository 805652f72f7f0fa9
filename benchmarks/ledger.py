# ruff: noqa: PLC0415, ANN401 - a process imports what its own way needs, and nothing else
"""Measure a long list: every rule's outcome on every row of a Parquet file, by ours and by others, in processor time.

Each way runs in a process of its own, interleaved with the others; the least of its times counts. One wrong count fails.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contender import library
from workload import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    In,
    Is,
    Kind,
    Leaf,
    NotThat,
    Test,
    Workload,
    make_workload,
    surely,
)

BLOCK = 1 << 16
_POOL = 20_000
_SEED = 20261128
# A third of these rules hold in any row: of more, the grounds of a block would be hundreds of megabytes of text.
_MOST_WRITTEN = 64
_SLOW = 20.0
# By rule: the rows in which it surely holds, and those in which it is open.
Counts = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Took:
    """What one way took. `cpu`: seconds of the processor, `ready`: of these before the first row; `peak`: MiB."""

    way: str
    rules: int
    rows: int
    cpu: float
    ready: float
    peak: float
    counts: Counts | None


def make_table(path: Path, rows: int) -> None:
    """Write the facts of so many cases, and what else `policy-engine sql` wants of a table. The same each time."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    work = make_workload(1, _POOL)
    kinds = {Kind.BOOLEAN: pa.bool_(), Kind.CHOICE: pa.string(), Kind.NUMBER: pa.int32()}
    pools = {f.name: pa.array([case.get(f.name) for case in work.cases], kinds[f.kind]) for f in work.facts}
    draw = random.Random(_SEED)
    fixed = {"@as_of": "2026-01-15", "@area": "000000", "@phase": "立项", "@doubts": "", "@running": ""}
    writer = None
    for start in range(0, rows, 1 << 20):
        count = min(1 << 20, rows - start)
        columns: dict[str, Any] = {"@row": pa.array(range(start, start + count)).cast(pa.string())}
        columns |= {name: pa.repeat(text, count) for name, text in fixed.items()}
        for name, pool in pools.items():
            places = pc.floor(pc.multiply(pc.random(count, initializer=draw.getrandbits(62)), float(_POOL)))
            columns[name] = pool.take(places.cast(pa.int32()))
        table = pa.table(columns)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    assert writer is not None
    writer.close()


def _batches(path: Path, work: Workload) -> Iterator[Any]:
    import pyarrow.parquet as pq

    few = [fact.name for fact in work.facts if fact.kind is Kind.CHOICE]
    with pq.ParquetFile(path, read_dictionary=few) as file:
        # Asked for all groups at once, Arrow holds on to what it has read.
        for group in range(file.num_row_groups):
            names = [fact.name for fact in work.facts]
            yield from file.iter_batches(batch_size=BLOCK, row_groups=[group], columns=names)


def _scan(path: Path, work: Workload) -> Callable[[], Counts | None]:
    # To import is to make ready, here as for the others.
    import pyarrow.parquet  # noqa: F401

    def go() -> None:
        for _ in _batches(path, work):
            pass

    return go


def _ours(path: Path, work: Workload) -> Callable[[], Counts | None]:
    import pyarrow as pa
    from engines.ours import SUBJECT, compiled

    from policy_engine.evaluation.sliced import SlicedRules
    from policy_engine.ledger.arrow_cells import reader_of
    from policy_engine.ledger.arrow_slices import ByArrow

    subject = compiled(work).subjects[SUBJECT]
    rules = SlicedRules.of(subject)
    names = [*(fact.name for fact in work.facts), "@as_of", "@area"]
    readers = {name: reader_of(name, subject.fields) for name in names}
    # As the reader gives columns of few texts.
    same, first = (("@as_of", "2026-01-15"), ("@area", "000000")), pa.scalar(0, pa.int32())
    order = [f"bench-order-1-2020.r{at}" for at in range(len(work.rules))]

    def go() -> Counts:
        held, left = [0] * len(order), [0] * len(order)
        for batch in _batches(path, work):
            size = batch.num_rows
            told = {
                name: pa.DictionaryArray.from_arrays(pa.repeat(first, size), [text]) for name, text in same
            }
            cells = {
                name: reader.cells(told[name] if name in told else batch.column(name))
                for name, reader in readers.items()
            }
            found = rules.decide_columns({n: one.column for n, one in cells.items()}, size, ByArrow())
            for at, rule in enumerate(order):
                statuses = found.statuses[rule]
                held[at] += statuses.broken.bit_count()
                left[at] += statuses.may_be.bit_count()
        return held, [may_be - surely for surely, may_be in zip(held, left, strict=True)]

    return go


def _command(path: Path, work: Workload) -> Callable[[], Counts | None]:
    """The whole of `policy-engine sql --run`: cells held to their bounds, verdicts and grounds, all of it written."""
    from engines.ours import SUBJECT, compiled

    from policy_engine.ledger.closed_answers import write_answers
    from policy_engine.ledger.closed_table import ClosedCounts, open_closed
    from policy_engine.model.decisions import Status
    from policy_engine.relational import DIALECTS, plan_subject

    program = compiled(work)
    table = open_closed(path, program, SUBJECT, plan_subject(program, SUBJECT, DIALECTS["duckdb"]))

    def go() -> Counts:
        counts = ClosedCounts()

        def blocks() -> Iterator[Any]:
            for block in table.blocks():
                counts.add(block)
                yield block

        with tempfile.TemporaryDirectory() as folder:
            write_answers(Path(folder) / "answers.parquet", blocks(), table.plan, is_each=False)
        by_rule = [counts.statuses[f"bench-order-1-2020.r{at}"] for at in range(len(work.rules))]
        return [one[Status.TRUE] for one in by_rule], [one[Status.UNKNOWN] for one in by_rule]

    return go


def _polars(path: Path, work: Workload) -> Callable[[], Counts | None]:
    # The fastest of those tried: choices as numbers of an enumeration, the streaming engine.
    import polars as pl

    choices = [fact for fact in work.facts if fact.kind is Kind.CHOICE]
    coded = [pl.col(fact.name).cast(pl.Enum(list(fact.words))).to_physical() for fact in choices]

    def leaf(test: Leaf) -> Any:
        column = pl.col(test.fact.name)
        match test:
            case Is(value=value):
                return column if value else ~column
            case In(fact=fact, words=words):
                return functools.reduce(lambda a, b: a | b, (column == fact.words.index(w) for w in words))
            case AtLeast(bound=bound):
                return column >= bound
            case AtMost(bound=bound):
                return column <= bound

    rules = [_joined(surely(rule), leaf, lambda a, b: a & b, lambda a, b: a | b) for rule in work.rules]
    names = [f"r{at}" for at in range(len(rules))]

    def go() -> Counts:
        query = pl.scan_parquet(path).with_columns(coded)
        query = query.select(rule.alias(name) for rule, name in zip(rules, names, strict=True))
        sums = [pl.col(n).sum().alias(f"held {n}") for n in names]
        row = query.select(*sums, *(pl.col(n).null_count().alias(f"open {n}") for n in names))
        found = [int(one) for one in row.collect(engine="streaming").row(0)]
        return found[: len(names)], found[len(names) :]

    return go


def _duckdb(path: Path, work: Workload) -> Callable[[], Counts | None]:
    import duckdb

    def leaf(test: Leaf) -> str:
        name = test.fact.name
        match test:
            case Is(value=value):
                return name if value else f"(NOT {name})"
            case In(words=words):
                return f"({name} IN ({', '.join(map(repr, words))}))"
            case AtLeast(bound=bound):
                return f"({name} >= {bound})"
            case AtMost(bound=bound):
                return f"({name} <= {bound})"

    rules = [
        _joined(surely(rule), leaf, lambda a, b: f"({a} AND {b})", lambda a, b: f"({a} OR {b})")
        for rule in work.rules
    ]
    inner = ", ".join(f"{rule} AS r{at}" for at, rule in enumerate(rules))
    counts = [f"count(*) FILTER (r{at})" for at in range(len(rules))]
    counts += [f"count(*) - count(r{at})" for at in range(len(rules))]

    def go() -> Counts:
        with duckdb.connect(config={"threads": 2}) as connection:
            query = f"SELECT {', '.join(counts)} FROM (SELECT {inner} FROM read_parquet(?))"
            row = connection.execute(query, [str(path)]).fetchone()
        assert row is not None
        return list(row[: len(rules)]), list(row[len(rules) :])

    return go


def _joined(test: Test, leaf: Callable[[Any], Any], both: Callable, either: Callable) -> Any:
    match test:
        case AllOf(parts=parts):
            return functools.reduce(both, (_joined(part, leaf, both, either) for part in parts))
        case AnyOf(parts=parts):
            return functools.reduce(either, (_joined(part, leaf, both, either) for part in parts))
        case NotThat():
            raise AssertionError("denials were pushed down")
        case _:
            return leaf(test)


SCAN, OURS, COMMAND = "plain scan", "policy-engine, bitmaps", "policy-engine, sql --run"
WAYS: Mapping[str, tuple[str, Callable[[Path, Workload], Callable[[], Counts | None]]]] = {
    SCAN: ("pyarrow", _scan),
    OURS: ("pyarrow", _ours),
    COMMAND: ("sqlglot", _command),
    "Polars expressions": ("polars", _polars),
    "DuckDB": ("duckdb", _duckdb),
}


def measure_ledger(rows: int, sizes: Sequence[int], rounds: int, folder: Path) -> Iterator[Took]:
    """Go through the ways, so many rounds of each, and give the least of each."""
    path = folder / f"ledger-{rows}.parquet"
    if not path.is_file():
        print(f"writing {path}", file=sys.stderr, flush=True)
        make_table(path, rows)
    for rules in sizes:
        ways = [way for way, (needs, _) in WAYS.items() if library(needs) is not None]
        if rules > _MOST_WRITTEN:
            ways = [way for way in ways if way != COMMAND]
        tried: dict[str, list[Took]] = {way: [] for way in ways}
        for _ in range(rounds):
            for way, took in tried.items():
                # What takes minutes is run once: nobody waits for its least time.
                if not took or took[0].cpu < _SLOW:
                    took.append(_apart(way, rules, path, rows))
        expected = next(one.counts for took in tried.values() for one in took if one.counts)
        for way, took in tried.items():
            if any(one.counts not in (None, expected) for one in took):
                raise SystemExit(way + " counts otherwise")
            yield min(took, key=lambda one: one.cpu)


def _apart(way: str, rules: int, path: Path, rows: int) -> Took:
    asked = [sys.executable, __file__, "--way", way, "--rules", str(rules), "--table", str(path)]
    # Peers stand behind the project's own packages, there as here.
    done = subprocess.run(
        asked,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PEERS": os.pathsep.join(sys.path)},
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    told = json.loads(done.stdout)
    counts = told["counts"]
    found = None if counts is None else (counts[0], counts[1])
    return Took(way, rules, rows, told["cpu"], told["ready"], told["peak"], found)


def write_ledger(found: Sequence[Took]) -> str:
    """Write a table: processor time, its ratio to the plain scan, memory."""
    lines = []
    for rules in dict.fromkeys(one.rules for one in found):
        of_size = [one for one in found if one.rules == rules]
        scan = next(one.cpu for one in of_size if one.way == SCAN)
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        lines += [
            f"\n## {rules} rules on {of_size[0].rows:,} rows (load {load})\n",
            "| | processor, s | / plain scan | made ready, s | rows a second | peak, MiB |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for one in of_size:
            rate = one.rows / one.cpu / 1e6
            lines.append(
                f"| {one.way} | {one.cpu:.2f} | {one.cpu / scan:.2f} | {one.ready:.2f} | {rate:.2f} M | {one.peak:.0f} |"
            )
    return "\n".join(lines) + "\n"


def draw_ledger(found: Sequence[Took]) -> str:
    """Draw the processor time of each way by the number of rules."""
    from growth import draw

    shown: dict[str, list[tuple[int, float]]] = {}
    for one in sorted(found, key=lambda took: took.rules):
        shown.setdefault(one.way, []).append((one.rules, one.cpu))
    lines = {way: points for way, points in shown.items() if len(points) > 1}
    return draw(lines, _LOOKS, f"processor seconds for {found[0].rows:,} rows")


_LOOKS: Mapping[str, tuple[str, str]] = {
    SCAN: ("#757575", "2 3"),
    OURS: ("#c2185b", ""),
    "Polars expressions": ("#1565c0", ""),
    "DuckDB": ("#ef6c00", ""),
}


def _child(way: str, rules: int, path: Path) -> None:
    before = time.process_time()
    go = WAYS[way][1](path, make_workload(rules, 1))
    ready = time.process_time() - before
    start = time.process_time()
    counts = go()
    cpu = time.process_time() - start
    # Not what `getrusage` says: that counts the process that started this one as well.
    told = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    peak = int(told[1]) / 1024 if told else 0.0
    print(json.dumps({"cpu": cpu, "ready": ready, "peak": peak, "counts": counts}))


if __name__ == "__main__":
    sys.path += [one for one in os.environ.get("PEERS", "").split(os.pathsep) if one not in sys.path]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", required=True)
    parser.add_argument("--rules", type=int, required=True)
    parser.add_argument("--table", type=Path, required=True)
    asked = parser.parse_args()
    _child(asked.way, asked.rules, asked.table)
