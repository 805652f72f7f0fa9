"""Accounts are made and changed, and the trail tells of it."""

import pytest

from accounts.made import BY, GOOD, NAMES, NOW, OTHER, add
from policy_engine.accounts import passwords
from policy_engine.accounts.entering import Door
from policy_engine.accounts.passwords import BusyError, fits, kept, weakness
from policy_engine.accounts.people import Accounts
from policy_engine.accounts.roles import Act, Role
from policy_engine.accounts.trail import latest
from policy_engine.foundation.diagnostics import DiagnosticsError


def told(error) -> str:
    (one,) = error.value.diagnostics
    assert "PE551" == one.code
    return one.message


def test_an_account_is_made_and_listed_and_its_password_is_nowhere(store) -> None:
    Accounts(store).add("LuWei", " 陆伟 ", Role.REVIEWER, GOOD, now=NOW, by=BY)
    (found,) = Accounts(store).all()
    assert ("luwei", "陆伟", Role.REVIEWER, True, True) == (
        found.name,
        found.person,
        found.role,
        found.is_active,
        found.must_change,
    )
    assert GOOD.encode() not in store.place.file.read_bytes()
    assert b"$argon2id$" in store.place.file.read_bytes()
    assert ["新建账户"] == [one.event for one in latest(store, most=9)]


@pytest.mark.parametrize("name", ["", "a", "陆 伟", "a" * 33, "../x", "-x", "a\n"])
def test_a_name_that_is_none_is_refused(store, name) -> None:
    with pytest.raises(DiagnosticsError) as error:
        Accounts(store).add(name, "陆伟", Role.REVIEWER, GOOD, now=NOW, by=BY)
    assert told(error).startswith("账户名用") or name == "a\n"


def test_a_name_is_taken_once_however_it_is_typed(store) -> None:
    add(store, Role.REVIEWER)
    with pytest.raises(DiagnosticsError) as error:
        Accounts(store).add("ＬｕＷｅｉ", "别人", Role.ADMIN, GOOD, now=NOW, by=BY)
    assert "已有账户 luwei" == told(error)


@pytest.mark.parametrize(
    "password",
    [
        "短了",
        "a" * 9,
        "x" * 201,
        "aaaaaaaaaaaa",
        "password123",
        "1234567890",
        "luwei-2026-luwei",
        "admin123456",
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(password) -> None:
    assert weakness(password, "luwei")


@pytest.mark.parametrize("password", [GOOD, "correct horse battery", "x7!Kq2#mPw"])
def test_a_password_that_is_hard_to_guess_will_do(password) -> None:
    assert "" == weakness(password, "luwei")


def test_a_password_fits_itself_alone_and_nothing_fits_where_none_is_kept() -> None:
    stored = kept(GOOD)
    assert fits(stored, GOOD)
    assert not fits(stored, OTHER)
    assert not fits(None, GOOD)
    assert not fits(None, "nobody has this one")
    assert not fits("spoilt", GOOD)


def test_few_passwords_are_looked_at_at_a_time(monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0)
    with passwords._one_of_few(), passwords._one_of_few(), pytest.raises(BusyError):
        kept(GOOD)
    assert fits(kept(GOOD), GOOD)


def test_who_is_disabled_is_out_at_once_and_in_again_by_signing_in(store) -> None:
    add(store, Role.REVIEWER)
    door = Door(store)
    session = door.enter("luwei", GOOD, "10.0.0.1", "", NOW).session
    token = door.grant("luwei", 9, now=NOW, by=BY)
    assert None is not door.of_session(session, NOW)
    assert None is not door.of_token(token, NOW)
    assert not Accounts(store).disable("luwei", now=NOW, by=BY).may(Act.ISSUE)
    Accounts(store).enable("luwei", now=NOW, by=BY)
    assert None is door.of_session(session, NOW)
    assert None is door.of_token(token, NOW)


@pytest.mark.parametrize("what", ["role", "password"])
def test_another_role_or_password_ends_what_was_handed_out(store, what) -> None:
    add(store, Role.REVIEWER)
    door = Door(store)
    session = door.enter("luwei", GOOD, "10.0.0.1", "", NOW).session
    if what == "role":
        Accounts(store).give("luwei", Role.AUDITOR, now=NOW, by=BY)
    else:
        Accounts(store).set_password("luwei", OTHER, now=NOW, by=BY)
    assert None is door.of_session(session, NOW)


def test_the_last_who_manages_accounts_stays(store) -> None:
    add(store, Role.ADMIN)
    accounts = Accounts(store)
    for change in (
        lambda: accounts.disable("guanli", now=NOW, by=BY),
        lambda: accounts.give("guanli", Role.AUDITOR, now=NOW, by=BY),
    ):
        with pytest.raises(DiagnosticsError) as error:
            change()
        assert "最后一个能用的管理员" in told(error)
    assert [(Role.ADMIN, True)] == [(one.role, one.is_active) for one in accounts.all()]
    add(store, Role.AUDITOR)
    accounts.give(NAMES[Role.AUDITOR][0], Role.ADMIN, now=NOW, by=BY)
    accounts.disable("guanli", now=NOW, by=BY)


@pytest.mark.parametrize("what", ["disable", "enable"])
def test_an_account_that_is_not_there_is_told(store, what) -> None:
    with pytest.raises(DiagnosticsError) as error:
        getattr(Accounts(store), what)("没有", now=NOW, by=BY)
    assert "没有账户 没有" == told(error)


def test_the_trail_tells_who_did_what_the_newest_first(store) -> None:
    add(store, Role.REVIEWER)
    Accounts(store).give("luwei", Role.AUDITOR, now=NOW, by=BY)
    found = latest(store, most=9)
    assert ["改角色", "改密码", "新建账户"] == [one.event for one in found]
    assert ("root", "命令行", "luwei，改为审计") == (
        found[0].actor.person,
        found[0].actor.place,
        found[0].about,
    )
    assert ["改密码"] == [one.event for one in latest(store, most=1, before=found[0].number)]
    assert ["改角色"] == [one.event for one in latest(store, most=9, event="改角色")]
