"""Passwords: which will do, and how they are kept. Argon2id, as RFC 9106 proposes it for machines with little memory."""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
# What is longer costs work to read and is no password.
LONGEST: Final = 200
_LEAST_KINDS: Final = 5
_HASHER: Final = PasswordHasher()
# Each takes 64 MiB while it is worked out: who knocks often must not fill the memory.
_AT_ONCE: Final = BoundedSemaphore(2)
_PATIENCE: Final = 5.0
_COMMON: Final = (
    "password", "passw0rd", "1234567890", "123456789", "12345678", "123456", "qwerty", "admin", "letmein",
    "iloveyou", "1q2w3e4r", "abc123", "woaini", "mima",
)  # fmt: skip


class BusyError(Exception):
    """Raised where too many passwords are being looked at already."""


def weakness(password: str, name: str) -> str:
    """Say what is wrong with a password somebody chose, "" where it will do."""
    plain = _plain(password)
    folded = plain.casefold()
    if not SHORTEST <= len(plain) <= LONGEST:
        return f"密码要{SHORTEST}到{LONGEST}个字符"
    if name.casefold() in folded:
        return "密码里不能有账户名"
    rest = folded
    for one in _COMMON:
        rest = rest.replace(one, "")
    if len(set(folded)) < _LEAST_KINDS or len(rest) < _LEAST_KINDS:
        return "密码太好猜：几个不相干的词连起来，好记也难猜"
    return ""


def kept(password: str) -> str:
    """Make what is stored of a password. Raises `BusyError`."""
    with _one_of_few():
        return _HASHER.hash(_plain(password))


def fits(stored: str | None, password: str) -> bool:
    """Say whether a password is the one that was stored. Takes as long where nothing is. Raises `BusyError`."""
    if len(password) > LONGEST:
        return False
    with _one_of_few():
        try:
            _HASHER.verify(stored or _nobodys(), _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_dated(stored: str) -> bool:
    """Say whether a password was stored by weaker measures than those of today."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this one")


def _plain(password: str) -> str:
    # The same characters typed on another keyboard are the same password.
    return unicodedata.normalize("NFKC", password)


class _one_of_few:  # noqa: N801 - reads as a statement
    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_PATIENCE):
            raise BusyError

    def __exit__(self, *_: object) -> None:
        _AT_ONCE.release()
