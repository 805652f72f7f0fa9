"""Records as earlier programs left them, and what an upgrade of them is held to."""

import dataclasses

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import insert, select

from accounts.made import add
from policy_engine.accounts.people import Accounts
from policy_engine.accounts.roles import Role
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.records import store as storing
from policy_engine.records.canonical import canonical, digest_of
from policy_engine.records.chain import verify
from policy_engine.records.store import GENESIS, Store, open_store, upgrade
from policy_engine.records.tables import ATTACHMENTS, METADATA, RECORDS, REVISION, columns_of
from policy_engine.records.witness import Seen, Witness
from records.made import BASE, draft


def at_first(place) -> None:
    """Make the tables of the first form, and file in them as the program of then did: records, and nothing beside them."""
    store = Store(place, storing._engine(place))
    with store.engine.connect() as connection, connection.begin():
        stepped(connection, "0001")
        end = Seen(0, GENESIS)
        connection.execute(insert(ATTACHMENTS), [dataclasses.asdict(BASE)])
        for number in range(1, 6):
            one = {**draft(f"第{number}件").content, "number": number, "previous": end.digest}
            written = canonical(one)
            end = Seen(number, digest_of(written))
            told = {"number": number, "digest": end.digest, "content": written.decode(), **columns_of(one)}
            connection.execute(insert(RECORDS), told)
    Witness(place.witness).note(end)


def stepped(connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "policy_engine.records:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def holds_to_an_upgrade(place) -> None:
    """An old database is refused, upgraded, and then whole: the same records, one chain, accounts beside them."""
    at_first(place)
    for makes in (False, True):
        with pytest.raises(DiagnosticsError) as refused:
            open_store(place, makes=makes)
        assert ["PE542"] == [one.code for one in refused.value.diagnostics]
        assert "records upgrade" in refused.value.diagnostics[0].help
    with Store(place, storing._engine(place)).engine.connect() as connection:
        before = connection.execute(select(RECORDS).order_by(RECORDS.c.number)).all()
    assert "0001" == upgrade(place)
    assert REVISION == upgrade(place)
    store = open_store(place)
    assert before == list(store.rows())
    assert [] == compared(store)
    found = verify(store)
    assert (5, None, 1) == (found.count, found.broken, found.witnesses)
    (seen,) = store.append([draft("第6件")])
    assert (6, before[-1].digest) == (seen.number, store.record(6).previous)
    assert None is verify(store).broken
    add(store, Role.REVIEWER)
    assert ["luwei"] == [one.name for one in Accounts(store).all()]


def compared(store) -> list:
    with store.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), METADATA)
