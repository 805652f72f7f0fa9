"""Records on a server: one chain for several machines, held to the same promises as a file."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from accounts.made import GOOD, NOW, OTHER, add, cheap
from policy_engine.accounts.entering import Door, Refused
from policy_engine.accounts.roles import Role
from policy_engine.accounts.trail import latest
from policy_engine.foundation import waiting
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.records import store as storing
from policy_engine.records.chain import Break, Wrong, verify
from policy_engine.records.locating import place_of
from policy_engine.records.losing import LostError
from policy_engine.records.store import Wanted, open_store
from policy_engine.records.tables import METADATA
from policy_engine.records.witness import Witness
from records.made import draft
from records.older import holds_to_an_upgrade
from records.server import programs, served, why_not
from records.test_crashes import WRITER

TESTS = Path(__file__).parents[1]
pytestmark = [pytest.mark.xdist_group("postgres"), pytest.mark.skipif(bool(why_not()), reason=why_not())]


@pytest.fixture(scope="module")
def server():
    with served() as address:
        yield address


@pytest.fixture
def address(server, tmp_path, monkeypatch):
    """An empty database, and a user's folder that has witnessed nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    name = f"r{abs(hash(tmp_path)):x}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres", f"/{name}")


@pytest.fixture
def store(address):
    found = open_store(place_of(address), makes=True)
    for number in range(1, 6):
        found.append([draft(f"第{number}件\0%_\\")])
    return found


def change(address, statement: str) -> None:
    with psycopg.connect(address) as connection:
        assert connection.execute(statement).rowcount


def writer(address: str, count: int, name: str, home: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(TESTS), address, str(count), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Each as on a machine of its own, with a witness of its own.
        env={**os.environ, "XDG_DATA_HOME": str(home)},
    )


def test_records_are_filed_read_and_found(store) -> None:
    assert (5, None) == (verify(store).count, verify(store).broken)
    assert "第2件\0%_\\" == store.record(2).content["case"]["name"]
    assert [4] == [one.number for one in store.search(Wanted(words=("第4件", "陆某")), most=9)]
    assert [] == store.search(Wanted(words=("第_件",)), most=9)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE records SET content = replace(content, '陆某', '别人') WHERE number = 3",
            Break(3, Wrong.CONTENT),
        ),
        ("UPDATE records SET \"by\" = '别人' WHERE number = 3", Break(3, Wrong.COLUMNS)),
        ("DELETE FROM records WHERE number = 2", Break(2, Wrong.MISSING)),
        ("DELETE FROM records WHERE number > 3", Break(4, Wrong.CUT)),
        ("UPDATE attachments SET data = '\\x00'", Break(1, Wrong.ATTACHMENT)),
    ],
)
def test_a_change_is_named(statement, expected, store, address) -> None:
    change(address, statement)
    assert expected == verify(store).broken


def test_nothing_is_appended_to_an_end_that_was_cut(store, address) -> None:
    change(address, "DELETE FROM records WHERE number > 3")
    with pytest.raises(DiagnosticsError) as told:
        store.append([draft()])
    assert ["PE544"] == [one.code for one in told.value.diagnostics]


def test_two_servers_keep_one_chain_and_each_its_own_witness(address, tmp_path) -> None:
    homes = [tmp_path / name for name in ("甲", "乙")]
    running = [writer(address, 40, home.name, home) for home in homes]
    told = [one.communicate() for one in running]
    assert ["", ""] == [errors for _, errors in told]
    numbers = sorted(int(line.split()[0]) for out, _ in told for line in out.splitlines())
    assert [*range(1, 81)] == numbers
    found = verify(open_store(place_of(address)))
    assert (80, None) == (found.count, found.broken)
    ends = [Witness(next(home.rglob("*.head"))).read().number for home in homes]
    assert 80 == max(ends)


def test_a_writer_that_is_killed_loses_nothing_and_holds_nobody_up(address, tmp_path) -> None:
    running = writer(address, 10_000, "甲", tmp_path)
    lines = [running.stdout.readline() for _ in range(5)]
    os.kill(running.pid, signal.SIGKILL)
    lines += [line for line in running.communicate()[0].splitlines(keepends=True) if line.endswith("\n")]
    store = open_store(place_of(address))
    store.append([draft()])
    assert None is verify(store).broken
    assert {int(line.split()[0]) for line in lines} <= {row.number for row in store.rows()}


def test_an_empty_database_has_no_records_and_gets_none_by_looking(address) -> None:
    with pytest.raises(DiagnosticsError) as told:
        open_store(place_of(address))
    assert ["PE541"] == [one.code for one in told.value.diagnostics]
    assert "geheim" not in str(told.value)
    with psycopg.connect(address) as connection:
        assert [(0,)] == connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()


def test_who_may_only_read_and_add_can_file_and_change_nothing(store, address) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN")
        connection.execute("GRANT SELECT, INSERT ON records, attachments TO clerk")
        connection.execute("GRANT SELECT ON alembic_version TO clerk")
    clerk = address.replace("office:geheim", "clerk")
    assert [6] == [one.number for one in open_store(place_of(clerk)).append([draft()])]
    for statement in (
        "UPDATE records SET label = ''",
        "DELETE FROM records",
        "UPDATE attachments SET data = ''",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(clerk) as connection:
            connection.execute(statement)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP OWNED BY clerk")


def test_accounts_lie_beside_the_records(store, monkeypatch) -> None:
    cheap(monkeypatch)
    add(store, Role.REVIEWER)
    door = Door(store)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: door.enter("luwei", OTHER, "10.0.0.1", "", NOW), range(8)))
    assert [3, 5] == [found.count(Refused.WAIT), found.count(Refused.WRONG)]
    entered = door.enter("luwei", GOOD, "10.0.0.2", "", NOW)
    assert "陆伟" == door.of_session(entered.session, NOW).person
    assert "登录" == latest(store, most=1)[0].event


def test_the_steps_lead_to_the_tables_that_the_program_knows(store) -> None:
    with store.engine.connect() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), METADATA)


def test_a_database_of_the_first_form_is_upgraded_and_its_chain_goes_on(address, monkeypatch) -> None:
    cheap(monkeypatch)
    holds_to_an_upgrade(place_of(address))


def test_a_server_that_never_answers_is_given_up(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(storing, "_REACHING", {"connect_timeout": "2"})
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(LostError) as lost:
        open_store(place_of(f"postgresql://office@127.0.0.1:{deaf.getsockname()[1]}/r"))
    assert ["PE541"] == [one.code for one in lost.value.diagnostics]


def test_who_waits_for_the_lock_of_others_gives_up_in_time(store, address, monkeypatch) -> None:
    monkeypatch.setattr(waiting, "_SOON", 0.2)
    with psycopg.connect(address) as other:
        other.execute(f"SELECT pg_advisory_lock({storing._LOCK})")
        with pytest.raises(LostError) as lost, waiting.at_most(0.2):
            store.append([draft()])
    assert ["PE546"] == [one.code for one in lost.value.diagnostics]
    assert "正被别的程序占着" in lost.value.diagnostics[0].message
    assert 6 == store.append([draft()])[0].number


def test_a_copy_that_was_restored_elsewhere_is_whole(store, server, address, tmp_path) -> None:
    """Dump and restore as the guide says."""
    programs_ = programs()
    dump = subprocess.run(
        [programs_ / "pg_dump", "--no-owner", address], capture_output=True, check=True, text=True
    )
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE elsewhere")
    other = server.replace("/postgres", "/elsewhere")
    subprocess.run(
        [programs_ / "psql", "-q", "-v", "ON_ERROR_STOP=1", other],
        input=dump.stdout,
        check=True,
        text=True,
        stdout=subprocess.DEVNULL,
    )
    found = verify(open_store(place_of(other)))
    assert (5, None, verify(store).digest) == (found.count, found.broken, found.digest)
