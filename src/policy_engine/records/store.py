"""The store of records: appended under one lock, synced before anybody is told, never changed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    NullPool,
    Row,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    or_,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.text import shown_path
from policy_engine.foundation.waiting import left, look
from policy_engine.records.attachments import Attachment
from policy_engine.records.canonical import canonical, digest_of, parsed
from policy_engine.records.content import Draft
from policy_engine.records.locating import Place
from policy_engine.records.losing import LostError, meaning
from policy_engine.records.tables import ATTACHMENTS, RECORDS, REVISION, columns_of
from policy_engine.records.witness import Seen, Witness, WitnessError

# What the first record has for the digest of the one before it.
GENESIS: Final = "0" * 64
# Seconds that a writer waits for another: appending takes thousandths of one.
_PATIENCE: Final = 60
# Seconds that a reader waits: somebody looks at an empty page meanwhile.
_READERS_PATIENCE: Final = 10
# All that append to these tables take this lock of the server, and nothing else does.
_LOCK: Final = 0x706F6C6963795243
_BATCH: Final = 200
# Seconds to be let in; thousandths of one in which the server's machine must take what it is sent; when it is asked
# whether it is still there.
_REACHING: Final = {
    "connect_timeout": "10",
    "tcp_user_timeout": "20000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """A record as it is stored."""

    number: int
    digest: str
    content: Mapping[str, Any]

    @property
    def previous(self) -> str:
        """Give the digest of the record before it, as it was then."""
        return str(self.content["previous"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for among records: words that all occur, a verdict, who issued, a stretch of days; "" for any."""

    words: tuple[str, ...] = ()
    label: str = ""
    by: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    """Records at one place. Any number of processes may have it open."""

    place: Place
    engine: Engine

    # ------------------------------------------------------------ writing

    def append(self, drafts: Sequence[Draft]) -> tuple[Seen, ...]:
        """File records in one transaction, all or none; when this returns, they are on the disk.

        Nothing is appended to a chain of which the end is missing or was changed. Raises `DiagnosticsError`.
        """
        # From here on it is filed whole or not at all, however long that takes.
        look()
        filed: list[Seen] = []
        with self._connected("PE546") as connection, connection.begin():
            self._lock(connection)
            last = connection.execute(select(RECORDS).order_by(RECORDS.c.number.desc()).limit(1)).first()
            self._check_end(last)
            end = Seen(last.number, last.digest) if last is not None else Seen(0, GENESIS)
            for draft in drafts:
                for one in draft.attachments:
                    _attach(connection, one)
                content = {**draft.content, "number": end.number + 1, "previous": end.digest}
                written = canonical(content)
                end = Seen(end.number + 1, digest_of(written))
                columns = columns_of(content)
                connection.execute(
                    insert(RECORDS),
                    {"number": end.number, "digest": end.digest, "content": written.decode(), **columns},
                )
                filed.append(end)
        if filed:
            # It is filed, whatever becomes of the note: the next one to append notes a later end.
            with suppress(OSError, LostError):
                self._note_end()
        return tuple(filed)

    def _lock(self, connection: Connection) -> None:
        # An embedded database was locked when the transaction began.
        if self.place.file is None:
            _wait_for(connection, _LOCK)
            # Whatever the server is set to: who is told of a record can rely on it.
            connection.execute(text("SET LOCAL synchronous_commit = on"))

    def _check_end(self, last: Row[Any] | None) -> None:
        """Refuse to build on what isn't whole: looked at by the last record alone; `verify` looks at all."""
        number = last.number if last is not None else 0
        is_whole = last is None or _is_own(last)
        try:
            noted = Witness(self.place.witness).read()
        except WitnessError:
            noted = None
        is_there = (
            noted is None
            or number > noted.number
            or (number == noted.number and last is not None and last.digest == noted.digest)
        )
        if not (is_whole and is_there):
            raise DiagnosticsError([_not_whole(number)])

    def _note_end(self) -> None:
        """Note how far the chain reaches, while nobody can append."""
        with self._connected("PE546") as connection, connection.begin():
            self._lock(connection)
            last = connection.execute(
                select(RECORDS.c.number, RECORDS.c.digest).order_by(RECORDS.c.number.desc()).limit(1)
            ).first()
            if last is not None:
                Witness(self.place.witness).note(Seen(last.number, last.digest))

    # ------------------------------------------------------------ reading

    def rows(self, base: str | None = None) -> Iterator[Row[Any]]:
        """Go through all that is stored, in the order of numbers, whatever is in it; nobody who appends has to wait.

        `base`: only the records by this rule base, named by its digest.
        """
        query, last = select(RECORDS).order_by(RECORDS.c.number).limit(_BATCH), None
        if base is not None:
            query = query.where(RECORDS.c.base == base)
        while True:
            with self._connected("PE541", writes=False) as connection:
                page = query if last is None else query.where(RECORDS.c.number > last)
                found = connection.execute(page).all()
            yield from found
            if len(found) < _BATCH:
                return
            last = found[-1].number

    def bases(self) -> dict[str, int]:
        """Give the digests of the rule bases that records were made by, and how many by each; the oldest first."""
        counted = select(RECORDS.c.base, func.count()).group_by(RECORDS.c.base)
        with self._connected("PE541", writes=False) as connection:
            found = connection.execute(counted.order_by(func.min(RECORDS.c.number))).all()
        return {str(row[0]): int(row[1]) for row in found}

    def record(self, number: int) -> Filed:
        """Give one record. Raises `DiagnosticsError` where there is none, or it can't be read."""
        with self._connected("PE541", writes=False) as connection:
            row = connection.execute(select(RECORDS).where(RECORDS.c.number == number)).first()
            last = connection.execute(select(func.max(RECORDS.c.number))).scalar()
        if row is None:
            raise DiagnosticsError([_no_such(number, last or 0)])
        return filed(row)

    def attachment(self, digest: str) -> Attachment | None:
        """Give what is kept under a digest."""
        with self._connected("PE541", writes=False) as connection:
            row = connection.execute(select(ATTACHMENTS).where(ATTACHMENTS.c.digest == digest)).first()
        if row is None or not isinstance(row.data, bytes):
            return None
        return Attachment(str(row.digest), str(row.checksum), row.data)

    def search(self, wanted: Wanted, *, most: int, before: int | None = None) -> list[Filed]:
        """Give the records that fit, the newest first, at most so many. `before`: only smaller numbers."""
        query = select(RECORDS).order_by(RECORDS.c.number.desc()).limit(most)
        for word in wanted.words:
            # Within the content a word stands as JSON writes it.
            inside = canonical({"": word}).decode()[5:-2]
            query = query.where(
                or_(
                    *(column.contains(word, autoescape=True) for column in (RECORDS.c.name, RECORDS.c.by)),
                    RECORDS.c.content.contains(inside, autoescape=True),
                )
            )
        if wanted.label:
            query = query.where(RECORDS.c.label == wanted.label)
        if wanted.by:
            query = query.where(RECORDS.c.by == wanted.by)
        if wanted.since:
            query = query.where(RECORDS.c.at >= wanted.since)
        if wanted.until:
            query = query.where(RECORDS.c.at < wanted.until)
        if before is not None:
            query = query.where(RECORDS.c.number < before)
        with self._connected("PE541", writes=False) as connection:
            return [filed(row) for row in connection.execute(query)]

    @contextmanager
    def transaction(self, lock: int | None = None, *, writes: bool = True) -> Iterator[Connection]:
        """Give a transaction on the same database for what lies beside the records. Raises `DiagnosticsError`.

        `lock`: what others that take the same one wait for; the embedded database lets only one write anyhow.
        """
        with self._connected("PE541", writes=writes) as connection, connection.begin():
            if lock is not None and self.place.file is None:
                _wait_for(connection, lock)
            yield connection

    def size(self) -> int:
        """Count the records."""
        with self._connected("PE541", writes=False) as connection:
            return connection.execute(select(func.count()).select_from(RECORDS)).scalar() or 0

    @contextmanager
    def _connected(self, code: str, *, writes: bool = True) -> Iterator[Connection]:
        try:
            with self.engine.connect() as connection:
                yield connection.execution_options(writes=writes)
        except SQLAlchemyError as error:
            raise LostError([_failed(code, self.place, error)]) from error


def open_store(place: Place, *, makes: bool = False) -> Store:
    """Open the records of a place. `makes`: where there are none, make the tables. Raises `DiagnosticsError`."""
    if place.file is not None and not place.file.exists():
        if (noted := _noted(place)) is not None:
            raise LostError([_gone(place, noted)])
        if not makes:
            raise DiagnosticsError([_none_yet(place)])
        place.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # For its user alone, before anything is in it.
        os.close(os.open(place.file, os.O_WRONLY | os.O_CREAT, 0o600))
    store = Store(place, _engine(place))
    with store._connected("PE541", writes=makes) as connection, connection.begin():  # noqa: SLF001 - made here
        revision = _revision(connection)
        if revision is None and makes:
            store._lock(connection)  # noqa: SLF001
            # Another may have made them while this one waited.
            revision = _revision(connection) or _migrated(connection)
    if revision is None:
        raise DiagnosticsError([_none_yet(place)])
    if revision != REVISION:
        raise DiagnosticsError([_of_another_form(place, revision)])
    return store


def upgrade(place: Place) -> str:
    """Bring the tables of a place to the form that this program reads; gives the revision they had. Raises `DiagnosticsError`."""
    if place.file is not None and not place.file.exists():
        raise DiagnosticsError([_none_yet(place)])
    store = Store(place, _engine(place))
    with store._connected("PE541") as connection, connection.begin():  # noqa: SLF001 - made here
        store._lock(connection)  # noqa: SLF001
        before = _revision(connection)
        if before is None:
            raise DiagnosticsError([_none_yet(place)])
        if before > REVISION:
            raise DiagnosticsError([_of_another_form(place, before)])
        _migrated(connection)
    return before


def _engine(place: Place) -> Engine:
    if place.file is None:
        # A server that can't be reached answers nothing at all: what the address doesn't say is limited here.
        told = {key: value for key, value in _REACHING.items() if key not in make_url(place.url).query}
        return create_engine(
            place.url, poolclass=NullPool, isolation_level="READ COMMITTED", connect_args=told
        )
    engine = create_engine(place.url, poolclass=NullPool, connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - of the driver
        # The driver would begin a transaction late, and not at all for some statements.
        connection.isolation_level = None
        # Bytes that are no text are told by the record they stand in, not by the driver.
        connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA journal_mode = DELETE")
        # The folder is synced too, or a journal that comes back would undo what was acknowledged.
        connection.execute("PRAGMA synchronous = EXTRA")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", True)
        patience = left(_PATIENCE) if writes else left(_READERS_PATIENCE)
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(1000 * patience)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _wait_for(connection: Connection, lock: int) -> None:
    """Take a lock of the server that lasts as long as the transaction."""
    patience = f"{int(1000 * left(_PATIENCE))}ms"
    connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": patience})
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})


def _revision(connection: Connection) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def _migrated(connection: Connection) -> str:
    from alembic import command  # noqa: PLC0415 - only where tables are made or changed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "policy_engine.records:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, REVISION)
    return REVISION


def _attach(connection: Connection, one: Attachment) -> None:
    there = connection.execute(select(ATTACHMENTS.c.digest).where(ATTACHMENTS.c.digest == one.digest)).first()
    if there is None:
        connection.execute(
            insert(ATTACHMENTS), {"digest": one.digest, "checksum": one.checksum, "data": one.data}
        )


def filed(row: Row[Any]) -> Filed:
    """Read what is stored as a record. Raises `DiagnosticsError` where it can't be read."""
    content = parsed(row.content.encode("utf-8", "surrogatepass")) if isinstance(row.content, str) else None
    if content is None or content.get("number") != row.number:
        raise DiagnosticsError([_spoilt(row.number)])
    return Filed(row.number, str(row.digest), content)


def _is_own(row: Row[Any]) -> bool:
    is_text = isinstance(row.content, str)
    return is_text and digest_of(row.content.encode("utf-8", "surrogatepass")) == row.digest


# ---------------------------------------------------------------- what is told


def _none_yet(place: Place) -> Diagnostic:
    return Diagnostic(
        code="PE541",
        message=f"`{place.shown}` 还没有记录",
        help="审查时加 --record 就登记第1号；存在别处的，用 --records 或者环境变量 POLICY_ENGINE_RECORDS 指明",
    )


def _noted(place: Place) -> int | None:
    try:
        found = Witness(place.witness).read()
    except WitnessError:
        return None
    return found.number if found is not None else None


def _gone(place: Place, number: int) -> Diagnostic:
    return Diagnostic(
        code="PE541",
        message=f"`{place.shown}` 不在了，以前登记到第{number}号",
        help=f"从备份恢复；确实要从头登记的，先把 `{shown_path(str(place.witness))}` 也移走",
    )


def _of_another_form(place: Place, revision: str) -> Diagnostic:
    is_older = revision < REVISION
    return Diagnostic(
        code="PE542",
        message=f"`{place.shown}` 的记录是{'旧' if is_older else '新'}版格式（{revision}，本程序用 {REVISION}）",
        help="先备份，再运行 policy-engine records upgrade" if is_older else "用新版的程序",
    )


def _no_such(number: int, last: int) -> Diagnostic:
    return Diagnostic(
        code="PE543",
        message=f"没有第{number}号记录",
        help=f"现有第1号到第{last}号" if last else "还没有登记过",
    )


def _spoilt(number: int) -> Diagnostic:
    return Diagnostic(
        code="PE544",
        message=f"第{number}号记录的内容读不出来，被改过或者损坏了",
        help="运行 policy-engine records verify 看从哪里断开；从备份恢复",
    )


def _not_whole(number: int) -> Diagnostic:
    return Diagnostic(
        code="PE544",
        message=f"现有的记录到第{number}号为止，与存下的末尾对不上，没有登记",
        help="运行 policy-engine records verify 看从哪里断开；从备份恢复以后再登记",
    )


def _failed(code: str, place: Place, error: SQLAlchemyError) -> Diagnostic:
    # The first line alone: the rest is the statement, with what was to be stored.
    told = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    what = "没有登记" if code == "PE546" else "记录打不开"
    return Diagnostic(
        code=code,
        message=f"{what}：`{place.shown}`：{meaning(told)}",
        help="检查磁盘空间、权限、数据库是否在运行",
    )
