"""How tables come to be, on the embedded database; and a copy of it."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import policy_engine.records
from policy_engine.records.chain import Break, Wrong, verify
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store, upgrade
from policy_engine.records.tables import METADATA, REVISION
from records.made import draft, made


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
