"""Accounts: made, listed, disabled, given another role or password. They lie in the database of the records."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from policy_engine.accounts.passwords import kept, weakness
from policy_engine.accounts.roles import Act, Role, may
from policy_engine.accounts.trail import Actor, Event, note
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.records.store import Store
from policy_engine.records.tables import ACCOUNTS, KEYS

_NAME: Final = re.compile(r"[\w][\w.-]{1,31}")
_LONGEST_PERSON: Final = 60
# All that change accounts take this lock of the server: the last of those who manage them can't be lost between two.
_LOCK: Final = 0x706F6C6963794143
# What ends all that the account was handed; a browser stays known, unless nobody is to come in any more.
_ENDS: Final = frozenset({Event.DISABLED, Event.PASSWORD, Event.ROLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account. `name`: to sign in by; `person`: what stands in records; `must_change`: another chose the password."""

    name: str
    person: str
    role: Role
    is_active: bool
    must_change: bool
    made: int

    def may(self, act: Act) -> bool:
        """Say whether it may do something now."""
        return self.is_active and may(self.role, act)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one database; what changes is told in the trail, in the same transaction."""

    store: Store

    def all(self) -> list[Account]:
        """List all accounts by name. Raises `DiagnosticsError`."""
        with self.store.transaction(writes=False) as connection:
            return [account_of(row) for row in connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name))]

    def active(self) -> int:
        """Count those who can sign in. Raises `DiagnosticsError`."""
        with self.store.transaction(writes=False) as connection:
            found = select(func.count()).select_from(ACCOUNTS).where(ACCOUNTS.c.is_active)
            return connection.execute(found).scalar() or 0

    def add(self, name: str, person: str, role: Role, password: str, *, now: int, by: Actor) -> Account:
        """Make an account, whose person has to choose another password. Raises `DiagnosticsError`."""
        name, person = plain_name(name), person.strip()
        if not _NAME.fullmatch(name):
            raise refusal("账户名用2到32个字母、数字、汉字、点、横线或者下划线", "例如 luwei")
        if not 0 < len(person) <= _LONGEST_PERSON:
            raise refusal("没有写姓名，或者太长", "写印在意见书上的姓名，例如 --person 陆某")
        _refuse_weak(password, name)
        stored = kept(password)
        with self._changing() as connection:
            if connection.execute(select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == name)).first():
                raise _taken(name)
            connection.execute(
                insert(ACCOUNTS),
                {
                    "name": name,
                    "person": person,
                    "role": role.value,
                    "password": stored,
                    "is_active": True,
                    "must_change": True,
                    "made": now,
                },
            )
            note(connection, now, by, Event.ADDED, f"{name}（{person}，{role.value}）")
        return Account(name=name, person=person, role=role, is_active=True, must_change=True, made=now)

    def enable(self, name: str, *, now: int, by: Actor) -> Account:
        """Let somebody in again. Raises `DiagnosticsError`."""
        return self._changed(name, {"is_active": True}, now, by, Event.ENABLED)

    def disable(self, name: str, *, now: int, by: Actor) -> Account:
        """Let somebody in no longer, from this moment. Raises `DiagnosticsError`."""
        return self._changed(name, {"is_active": False}, now, by, Event.DISABLED)

    def give(self, name: str, role: Role, *, now: int, by: Actor) -> Account:
        """Give an account another role. Raises `DiagnosticsError`."""
        return self._changed(name, {"role": role.value}, now, by, Event.ROLE, f"改为{role.value}")

    def set_password(
        self, name: str, password: str, *, now: int, by: Actor, must_change: bool = True
    ) -> Account:
        """Set a password; whoever was signed in by the old one is so no longer. Raises `DiagnosticsError`."""
        _refuse_weak(password, plain_name(name))
        values = {"password": kept(password), "must_change": must_change}
        return self._changed(name, values, now, by, Event.PASSWORD)

    def _changed(
        self, name: str, values: dict[str, Any], now: int, by: Actor, event: Event, about: str = ""
    ) -> Account:
        name = plain_name(name)
        with self._changing() as connection:
            before = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
            if before is None:
                raise no_such(name)
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(**values))
            _refuse_none_left(connection, account_of(before))
            if event in _ENDS:
                kept_kinds = () if event is Event.DISABLED else ("browser",)
                own = (KEYS.c.account == name) & KEYS.c.kind.not_in(kept_kinds)
                connection.execute(delete(KEYS).where(own))
            note(connection, now, by, event, f"{name}，{about}" if about else name)
            after = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).one()
        return account_of(after)

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self.store.transaction(_LOCK) as connection:
            yield connection


def plain_name(name: str) -> str:
    """Write a name as it is stored, however it was typed."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def account_of(row: Row[Any]) -> Account:
    """Read an account from its row."""
    return Account(
        name=row.name,
        person=row.person,
        role=Role(row.role),
        is_active=row.is_active,
        must_change=row.must_change,
        made=row.made,
    )


def refusal(message: str, help_text: str) -> DiagnosticsError:
    """Say why something was not done about an account."""
    return DiagnosticsError([Diagnostic(code="PE551", message=message, help=help_text)])


def no_such(name: str) -> DiagnosticsError:
    """Say that there is no account of a name."""
    return refusal(f"没有账户 {name}", "用 policy-engine accounts list 看有哪些")


def _taken(name: str) -> DiagnosticsError:
    return refusal(f"已有账户 {name}", "换一个名字；改角色用 accounts role，改密码用 accounts passwd")


def _refuse_weak(password: str, name: str) -> None:
    wrong = weakness(password, name)
    if wrong:
        raise refusal(wrong, "换一个再来，账户没有变")


def _refuse_none_left(connection: Connection, before: Account) -> None:
    if not before.may(Act.MANAGE):
        return
    manages = [role.value for role in Role if may(role, Act.MANAGE)]
    left = select(func.count()).select_from(ACCOUNTS)
    left = left.where(ACCOUNTS.c.is_active, ACCOUNTS.c.role.in_(manages))
    if not connection.execute(left).scalar():
        raise refusal("这是最后一个能用的管理员，没有改", "先给别人管理员的角色")
