"""How tables come to be, on the embedded database; and a copy of it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

import policy_engine.records
from accounts.made import cheap
from policy_engine.records.chain import Break, Wrong, verify
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store, upgrade
from policy_engine.records.tables import METADATA, REVISION
from records.made import draft, made
from records.older import at_first, holds_to_an_upgrade


def test_the_steps_lead_to_the_tables_that_the_program_knows(tmp_path) -> None:
    with made(tmp_path, 1).engine.connect() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), METADATA)


def test_the_steps_end_where_the_program_is() -> None:
    folder = f"{policy_engine.records.__path__[0]}/migrations"
    assert [REVISION] == ScriptDirectory(folder).get_heads()


def test_tables_of_the_form_at_hand_are_left_as_they_are(tmp_path) -> None:
    store = made(tmp_path)
    before = store.place.file.read_bytes()
    assert REVISION == upgrade(store.place)
    assert before == store.place.file.read_bytes()


def test_many_who_open_a_new_place_at_once_make_it_once(tmp_path) -> None:
    place = place_of(str(tmp_path / "记录.sqlite"))
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda at: open_store(place, makes=True).append([draft(str(at))])[0], range(6)))
    assert [*range(1, 7)] == sorted(one.number for one in found)
    assert None is verify(open_store(place)).broken


def test_a_copy_made_while_it_is_open_is_whole_and_an_old_one_is_seen_to_be_old(tmp_path) -> None:
    store = made(tmp_path)
    with sqlite3.connect(store.place.file) as there, sqlite3.connect(tmp_path / "备份") as copy:
        there.backup(copy)
    there.close(), copy.close()
    assert (5, None) == (verify(open_store(place_of(str(tmp_path / "备份")))).count, None)
    store.append([draft()])
    (tmp_path / "备份").replace(store.place.file)
    assert Break(6, Wrong.CUT) == verify(open_store(store.place)).broken


def test_a_database_of_the_first_form_is_upgraded_and_its_chain_goes_on(tmp_path, monkeypatch) -> None:
    cheap(monkeypatch)
    holds_to_an_upgrade(place_of(str(tmp_path / "记录.sqlite")))


def test_an_upgrade_that_is_broken_off_leaves_the_old_form(tmp_path, monkeypatch) -> None:
    place = place_of(str(tmp_path / "记录.sqlite"))
    at_first(place)
    made_before = Operations.create_table

    def breaks(self, name, *columns, **more):
        if name == "trail":
            raise KeyboardInterrupt
        return made_before(self, name, *columns, **more)

    with monkeypatch.context() as broken:
        broken.setattr(Operations, "create_table", breaks)
        with pytest.raises(KeyboardInterrupt):
            upgrade(place)
    with sqlite3.connect(place.file) as there:
        names = {name for (name,) in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        version = there.execute("SELECT version_num FROM alembic_version").fetchall()
    there.close()
    assert ({"records", "attachments", "alembic_version"}, [("0001",)]) == (names, version)
    assert "0001" == upgrade(place)
    assert (5, None) == (verify(open_store(place)).count, verify(open_store(place)).broken)
