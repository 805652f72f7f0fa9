"""Accounts made for tests."""

from pathlib import Path

from argon2 import PasswordHasher

from policy_engine.accounts import passwords
from policy_engine.accounts.people import Account, Accounts
from policy_engine.accounts.roles import Role
from policy_engine.accounts.trail import Actor
from policy_engine.records.locating import place_of
from policy_engine.records.store import Store, open_store

NOW = 1_800_000_000
BY = Actor("", "root", "命令行")
GOOD = "青山 绿水 长桥 短亭 远帆"
OTHER = "白鹭 黄鹂 翠柳 西岭 东吴"
NAMES = {
    Role.PREPARER: ("wangli", "王丽"),
    Role.REVIEWER: ("luwei", "陆伟"),
    Role.AUDITOR: ("shenji", "沈济"),
    Role.ADMIN: ("guanli", "关力"),
}


def cheap(monkeypatch) -> None:
    """Let a password cost a thousandth of what it costs people."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()


def store_in(folder: Path) -> Store:
    return open_store(place_of(str(folder / "记录.sqlite")), makes=True)


def add(store: Store, role: Role, password: str = GOOD, *, changed: bool = True) -> Account:
    """Make the account of a role, whose person already chose the password."""
    accounts, (name, person) = Accounts(store), NAMES[role]
    accounts.add(name, person, role, password, now=NOW, by=BY)
    return accounts.set_password(name, password, now=NOW, by=BY, must_change=not changed)
