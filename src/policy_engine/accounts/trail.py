"""The trail: who did what, when and from where. Added to, never changed; kept beside the records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Final

from sqlalchemy import Connection, insert, select

from policy_engine.records.store import Store
from policy_engine.records.tables import TRAIL

_LONGEST: Final = 300


class Event(Enum):
    """What the trail tells; the value is what people read."""

    SIGNED_IN = "登录"
    REFUSED = "登录失败"
    LOCKED = "暂停登录"
    SIGNED_OUT = "退出"
    FORBIDDEN = "越权被拒"
    ISSUED = "登记意见"
    PAPER = "下载意见书"
    EXPORTED = "导出记录"
    LEDGER = "台账"
    PASSWORD = "改密码"  # noqa: S105 - a label
    ADDED = "新建账户"
    DISABLED = "停用账户"
    ENABLED = "恢复账户"
    ROLE = "改角色"
    TOKEN = "发放接口凭证"  # noqa: S105
    REVOKED = "收回接口凭证"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account and the person's name, "" where nobody signed in; the address, or what else they came by."""

    account: str
    person: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the trail. `at`: as records write it, in UTC."""

    number: int
    at: str
    actor: Actor
    event: str
    about: str


def note(connection: Connection, now: int, actor: Actor, event: Event, about: str = "") -> None:
    """Add a line within a transaction. `now`: seconds since 1970."""
    connection.execute(
        insert(TRAIL),
        {
            "at": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "account": actor.account,
            "person": actor.person,
            "place": actor.place[:_LONGEST],
            "event": event.value,
            "about": about.replace("\0", "�")[:_LONGEST],
        },
    )


def noted(store: Store, now: int, actor: Actor, event: Event, about: str = "") -> None:
    """Add a line in a transaction of its own. Raises `DiagnosticsError`."""
    with store.transaction() as connection:
        note(connection, now, actor, event, about)


def latest(
    store: Store, *, most: int, before: int | None = None, account: str = "", event: str = ""
) -> list[Entry]:
    """List the newest lines first, those of an account or an event alone where they are named. Raises `DiagnosticsError`."""
    query = select(TRAIL).order_by(TRAIL.c.number.desc()).limit(most)
    if before is not None:
        query = query.where(TRAIL.c.number < before)
    if account:
        query = query.where(TRAIL.c.account == account)
    if event:
        query = query.where(TRAIL.c.event == event)
    with store.transaction(writes=False) as connection:
        return [
            Entry(
                number=row.number,
                at=row.at,
                actor=Actor(row.account, row.person, row.place),
                event=row.event,
                about=row.about,
            )
            for row in connection.execute(query)
        ]
