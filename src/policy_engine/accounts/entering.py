"""Signing in: who is let in, for how long, and how long those wait who guess.

Failures are counted by account and place. A browser that was let in before has a key of its own and is its own place: whoever
guesses from elsewhere can't keep its owner out. Attempts that are turned away for guessing don't count, so that a wait
ends by itself however often somebody knocks.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from policy_engine.accounts.passwords import BusyError, fits, is_dated, kept
from policy_engine.accounts.people import Account, Accounts, account_of, no_such, plain_name, refusal
from policy_engine.accounts.trail import Actor, Event, note
from policy_engine.records.store import Store
from policy_engine.records.tables import ACCOUNTS, ATTEMPTS, KEYS

_MINUTE: Final = 60
_DAY: Final = 24 * 60 * _MINUTE
# A session ends after a working day, and when nobody touched it for half an hour.
LASTS: Final = 12 * 60 * _MINUTE
IDLE: Final = 30 * _MINUTE
_KNOWN_FOR: Final = 90 * _DAY
MOST_DAYS: Final = 366
# Seconds over which failures are counted, and how many end it: of one account at one place; of all accounts at one
# strange place; of one account at all strange places together.
WINDOW: Final = 15 * _MINUTE
MOST_AT_A_PLACE: Final = 5
MOST_OF_A_PLACE: Final = 30
MOST_OF_AN_ACCOUNT: Final = 60
# Written down no oftener than this.
_TOUCH: Final = _MINUTE
_BYTES: Final = 32
_LONGEST: Final = 200
_LONGEST_PLACE: Final = 60
_LOCK: Final = 0x706F6C6963795349


class Kind(Enum):
    """What a key that was handed out is good for."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - a kind
    BROWSER = "browser"


class Refused(Enum):
    """Why somebody isn't let in. Which of name and password was wrong is never told."""

    WRONG = "wrong"
    WAIT = "wait"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who was let in: the key of the session, and the one by which this browser is known again."""

    account: Account
    session: str
    browser: str


@dataclass(frozen=True, slots=True)
class Door:
    """Where people and programs sign in, by the accounts of one database. `now` is always seconds since 1970."""

    store: Store

    def enter(self, name: str, password: str, place: str, browser: str, now: int) -> Entered | Refused:
        """Let somebody in who knows the password. `place`: the address; `browser`: the key it has, "" for none.

        Raises `DiagnosticsError` where the database fails.
        """
        name = plain_name(name)[:_LONGEST]
        with self.store.transaction(_LOCK) as connection:
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at < now - WINDOW))
            connection.execute(delete(KEYS).where(KEYS.c.until < now))
            is_known = _is_known(connection, name, browser)
            where = f"browser {_digest(browser)}" if is_known else _network(place)
            if _must_wait(connection, name, where, is_known=is_known):
                return Refused.WAIT
            # Counted before the password is looked at: many who guess at once are counted as well.
            attempt = {"at": now, "account": _digest(name), "place": where, "is_known": is_known}
            number = connection.execute(insert(ATTEMPTS), attempt).inserted_primary_key
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
        assert number is not None
        stored = row.password if row is not None and row.is_active else None
        try:
            is_right = fits(stored, password)
            better = kept(password) if is_right and stored is not None and is_dated(stored) else None
        except BusyError:
            with self.store.transaction() as connection:
                connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.number == number[0]))
            return Refused.BUSY
        with self.store.transaction(_LOCK) as connection:
            # What was changed meanwhile counts.
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
            if not is_right or row is None or not row.is_active or row.password != stored:
                _note_failure(connection, row, name, place, where, is_known=is_known, now=now)
                return Refused.WRONG
            if better is not None:
                connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(password=better))
            own = (ATTEMPTS.c.account == _digest(name)) & (ATTEMPTS.c.place == where)
            connection.execute(delete(ATTEMPTS).where(own))
            account = account_of(row)
            session = _handed_out(connection, Kind.SESSION, name, now, LASTS)
            if not is_known:
                browser = _handed_out(connection, Kind.BROWSER, name, now, _KNOWN_FOR)
            note(connection, now, Actor(name, account.person, place), Event.SIGNED_IN)
        return Entered(account, session, browser)

    def of_session(self, key: str, now: int) -> Account | None:
        """Find who is signed in by a session; `None` where nobody is, or no longer."""
        return self._holder(Kind.SESSION, key, now)

    def of_token(self, key: str, now: int) -> Account | None:
        """Find by whose token a program asks; `None` where it is nobody's, or no longer."""
        return self._holder(Kind.TOKEN, key, now)

    def leave(self, key: str, account: Account, place: str, now: int) -> None:
        """End a session."""
        with self.store.transaction() as connection:
            found = (KEYS.c.digest == _digest(key)) & (KEYS.c.kind == Kind.SESSION.value)
            if connection.execute(delete(KEYS).where(found)).rowcount:
                note(connection, now, Actor(account.name, account.person, place), Event.SIGNED_OUT)

    def grant(self, name: str, days: int, *, now: int, by: Actor) -> str:
        """Hand out a token for programs; it is shown once and kept by its digest alone. Raises `DiagnosticsError`."""
        with self.store.transaction() as connection:
            name = _existing(connection, name)
            token = _handed_out(connection, Kind.TOKEN, name, now, days * _DAY)
            note(connection, now, by, Event.TOKEN, f"{name}，{days}天")
        return token

    def revoke(self, name: str, *, now: int, by: Actor) -> int:
        """Take all tokens of an account back; gives how many. Raises `DiagnosticsError`."""
        with self.store.transaction() as connection:
            name = _existing(connection, name)
            found = (KEYS.c.account == name) & (KEYS.c.kind == Kind.TOKEN.value)
            count = connection.execute(delete(KEYS).where(found)).rowcount
            note(connection, now, by, Event.REVOKED, f"{name}，{count}个")
        return count

    def change_password(self, account: Account, old: str, new: str, place: str, now: int) -> None:
        """Change one's own password; all sessions end. Raises `DiagnosticsError` where the old one is wrong, or `BusyError`."""
        with self.store.transaction(writes=False) as connection:
            stored = connection.execute(
                select(ACCOUNTS.c.password).where(ACCOUNTS.c.name == account.name)
            ).scalar()
        if not fits(stored, old):
            raise refusal("现在的密码不对", "重新写")
        if old == new:
            raise refusal("新密码和现在的一样", "换一个")
        by = Actor(account.name, account.person, place)
        Accounts(self.store).set_password(account.name, new, now=now, by=by, must_change=False)

    def _holder(self, kind: Kind, key: str, now: int) -> Account | None:
        query = (
            select(ACCOUNTS, KEYS.c.seen, KEYS.c.until)
            .join(KEYS, KEYS.c.account == ACCOUNTS.c.name)
            .where(KEYS.c.digest == _digest(key), KEYS.c.kind == kind.value, ACCOUNTS.c.is_active)
        )
        with self.store.transaction(writes=False) as connection:
            row = connection.execute(query).first()
        is_over = row is None or row.until <= now or (kind is Kind.SESSION and row.seen + IDLE <= now)
        if row is None or is_over:
            return None
        if row.seen + _TOUCH <= now:
            with self.store.transaction() as connection:
                connection.execute(update(KEYS).where(KEYS.c.digest == _digest(key)).values(seen=now))
        return account_of(row)


def _is_known(connection: Connection, name: str, browser: str) -> bool:
    if not browser:
        return False
    found = (KEYS.c.digest == _digest(browser)) & (KEYS.c.kind == Kind.BROWSER.value)
    return connection.execute(select(KEYS.c.digest).where(found, KEYS.c.account == name)).first() is not None


def _must_wait(connection: Connection, name: str, where: str, *, is_known: bool) -> bool:
    own, here = ATTEMPTS.c.account == _digest(name), ATTEMPTS.c.place == where
    if _count(connection, own & here) >= MOST_AT_A_PLACE:
        return True
    if is_known:
        return False
    return (
        _count(connection, here) >= MOST_OF_A_PLACE
        or _count(connection, own & ~ATTEMPTS.c.is_known) >= MOST_OF_AN_ACCOUNT
    )


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(ATTEMPTS).where(which)).scalar() or 0


def _note_failure(
    connection: Connection,
    row: Row[Any] | None,
    name: str,
    place: str,
    where: str,
    *,
    is_known: bool,
    now: int,
) -> None:
    # A name that isn't there may be a password typed into the wrong field.
    who = Actor(name, row.person, place) if row is not None else Actor("", "", place)
    note(connection, now, who, Event.REFUSED, "" if row is not None else "没有这个账户")
    # Told once, when the wait begins: those who go on knocking fill no trail.
    if _must_wait(connection, name, where, is_known=is_known):
        note(connection, now, who, Event.LOCKED, f"{WINDOW // _MINUTE}分钟内失败太多")


def _handed_out(connection: Connection, kind: Kind, name: str, now: int, lasts: int) -> str:
    key = secrets.token_urlsafe(_BYTES)
    values = {"kind": kind.value, "account": name, "made": now, "seen": now, "until": now + lasts}
    connection.execute(insert(KEYS), {"digest": _digest(key), **values})
    return key


def _network(place: str) -> str:
    """Give what one customer of the net has: an address, or under IPv6 a whole network of them."""
    try:
        found = ip_address(place)
    except ValueError:
        return place[:_LONGEST_PLACE]
    if isinstance(found, IPv4Address):
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped) if mapped is not None else str(ip_network((found, 64), strict=False))


def _existing(connection: Connection, name: str) -> str:
    name = plain_name(name)
    if connection.execute(select(ACCOUNTS.c.name).where(ACCOUNTS.c.name == name)).first() is None:
        raise no_such(name)
    return name


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
