"""A writer that is killed, a disk that is full, two writers at once: nothing that was acknowledged is lost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from policy_engine.records.chain import verify
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
from records.made import made

TESTS = Path(__file__).parents[1]
# Prints a number only when `append` has returned.
WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from records.made import draft
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
store = open_store(place_of(sys.argv[2]), makes=True)
for at in range(int(sys.argv[3])):
    (seen,) = store.append([draft(f"{sys.argv[4]}{at}")])
    print(seen.number, seen.digest, flush=True)
"""


def writer(where: str, count: int, name: str, code: str = WRITER) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(TESTS), where, str(count), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def holds(where: str, lines: list[str]) -> None:
    """Hold the chain to be whole, and to have every record that was acknowledged."""
    store = open_store(place_of(where))
    found = verify(store)
    assert found.broken is None
    stored = {(row.number, row.digest) for row in store.rows()}
    assert {(int(line.split()[0]), line.split()[1]) for line in lines} <= stored


def test_a_writer_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path) -> None:
    where, lines = str(tmp_path / "记录.sqlite"), []
    for kept in (1, 4, 7):
        running = writer(where, 10_000, "甲")
        lines += [running.stdout.readline() for _ in range(kept)]
        os.kill(running.pid, signal.SIGKILL)
        # What it wrote between the last line that was read and its end is acknowledged as well.
        rest = running.communicate()[0]
        lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
        holds(where, lines)
    assert len(lines) >= 12


def test_two_writers_keep_one_chain(tmp_path) -> None:
    where = str(tmp_path / "记录.sqlite")
    running = [writer(where, 25, name) for name in ("甲", "乙")]
    told = [one.communicate() for one in running]
    assert ["", ""] == [errors for _, errors in told]
    lines = [line for out, _ in told for line in out.splitlines()]
    assert [*range(1, 51)] == sorted(int(line.split()[0]) for line in lines)
    holds(where, lines)


def test_a_full_disk_is_told_and_leaves_the_chain_whole(tmp_path) -> None:
    store = made(tmp_path)
    size = store.place.file.stat().st_size
    # A limit of the system on the size of files, since no test fills a disk.
    limited = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 8192}, {size + 8192}))\n"
    ) + WRITER
    out, errors = writer(str(store.place.file), 100, "甲", limited).communicate()
    assert "PE546" in errors
    assert "没有登记" in errors
    assert len(out.splitlines()) < 100
    holds(str(store.place.file), out.splitlines())
