"""Signing in: who is let in, for how long, and that nobody who guesses keeps somebody out for ever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from accounts.made import BY, GOOD, NOW, OTHER, add
from policy_engine.accounts import passwords
from policy_engine.accounts.entering import (
    IDLE,
    LASTS,
    MOST_AT_A_PLACE,
    MOST_OF_A_PLACE,
    MOST_OF_AN_ACCOUNT,
    WINDOW,
    Door,
    Entered,
    Refused,
)
from policy_engine.accounts.people import Accounts
from policy_engine.accounts.roles import Role
from policy_engine.accounts.trail import latest
from policy_engine.foundation.diagnostics import DiagnosticsError

HERE, THERE = "10.0.0.1", "10.0.0.2"


@pytest.fixture
def door(store):
    add(store, Role.REVIEWER)
    return Door(store)


def enter(door, password=GOOD, place=HERE, browser="", now=NOW, name="luwei"):
    return door.enter(name, password, place, browser, now)


def guess(door, times, place=HERE, now=NOW, name="luwei"):
    return [enter(door, OTHER, place, now=now, name=name) for _ in range(times)]


def test_who_knows_the_password_is_let_in_and_told_in_the_trail(door) -> None:
    found = enter(door, name=" LUWEI ")
    assert isinstance(found, Entered)
    assert "luwei" == door.of_session(found.session, NOW).name
    assert ("登录", HERE) == (latest(door.store, most=1)[0].event, latest(door.store, most=1)[0].actor.place)


@pytest.mark.parametrize("name", ["luwei", "nobody", ""])
def test_who_does_not_is_not_and_is_not_told_which_was_wrong(door, name) -> None:
    assert Refused.WRONG is enter(door, OTHER, name=name)


def test_who_was_disabled_is_answered_like_a_stranger(door) -> None:
    Accounts(door.store).disable("luwei", now=NOW, by=BY)
    assert Refused.WRONG is enter(door)


def test_what_is_typed_as_a_name_is_kept_nowhere(door) -> None:
    enter(door, OTHER, name="my secret passphrase")
    assert b"my secret passphrase" not in door.store.place.file.read_bytes()
    assert ("", "没有这个账户") == (
        latest(door.store, most=1)[0].actor.account,
        latest(door.store, most=1)[0].about,
    )


def test_a_session_ends_by_itself(door) -> None:
    session = enter(door).session
    at = NOW
    while at + IDLE - 1 < NOW + LASTS:
        at += IDLE - 1
        assert door.of_session(session, at) is not None
    assert None is door.of_session(session, NOW + LASTS)


def test_a_session_that_nobody_touches_ends_sooner(door) -> None:
    session = enter(door).session
    assert door.of_session(session, NOW + IDLE - 1) is not None
    assert None is door.of_session(session, NOW + IDLE - 1 + IDLE)


def test_who_leaves_is_out(door) -> None:
    found = enter(door)
    door.leave(found.session, found.account, HERE, NOW)
    assert None is door.of_session(found.session, NOW)
    assert "退出" == latest(door.store, most=1)[0].event


def test_a_key_is_good_for_its_own_kind_alone(door) -> None:
    found, token = enter(door), door.grant("luwei", 1, now=NOW, by=BY)
    for key, opens in ((found.session, "of_session"), (token, "of_token")):
        assert getattr(door, opens)(key, NOW) is not None
    for key in (found.browser, token, "", "x"):
        assert None is door.of_session(key, NOW)
    for key in (found.browser, found.session, "", "x"):
        assert None is door.of_token(key, NOW)


def test_keys_are_kept_as_digests(door) -> None:
    found, token = enter(door), door.grant("luwei", 1, now=NOW, by=BY)
    kept = door.store.place.file.read_bytes()
    assert not [key for key in (found.session, found.browser, token) if key.encode() in kept]


def test_a_token_ends_on_its_day_or_when_it_is_taken_back(door) -> None:
    day = 24 * 60 * 60
    first, second = door.grant("luwei", 1, now=NOW, by=BY), door.grant("luwei", 9, now=NOW, by=BY)
    assert door.of_token(first, NOW + day - 1) is not None
    assert None is door.of_token(first, NOW + day)
    assert 2 == door.revoke("luwei", now=NOW, by=BY)
    assert None is door.of_token(second, NOW)
    with pytest.raises(DiagnosticsError):
        door.grant("nobody", 1, now=NOW, by=BY)


def test_who_guesses_has_to_wait_and_is_let_in_after_it(door) -> None:
    assert [Refused.WRONG] * MOST_AT_A_PLACE == guess(door, MOST_AT_A_PLACE)
    assert Refused.WAIT is enter(door)
    assert isinstance(enter(door, now=NOW + WINDOW + 1), Entered)
    assert 1 == [one.event for one in latest(door.store, most=99)].count("暂停登录")


def test_knocking_on_does_not_make_the_wait_longer_nor_the_trail(door) -> None:
    guess(door, MOST_AT_A_PLACE)
    before = len(latest(door.store, most=99))
    assert {Refused.WAIT} == set(guess(door, 20, now=NOW + WINDOW - 1))
    assert before == len(latest(door.store, most=99))
    assert isinstance(enter(door, now=NOW + WINDOW + 1), Entered)


def test_a_stranger_elsewhere_keeps_nobody_out(door) -> None:
    guess(door, MOST_AT_A_PLACE, THERE)
    assert Refused.WAIT is enter(door, place=THERE)
    assert isinstance(enter(door, place=HERE), Entered)


def test_whoever_has_one_customers_part_of_the_net_is_one_place(door) -> None:
    for at in range(MOST_AT_A_PLACE):
        guess(door, 1, f"2001:db8:1:2::{at}")
    assert Refused.WAIT is enter(door, place="2001:db8:1:2:ffff::1")
    assert isinstance(enter(door, place="2001:db8:1:3::1"), Entered)
    guess(door, MOST_AT_A_PLACE, "::ffff:10.0.0.2")
    assert Refused.WAIT is enter(door, place=THERE)


def test_a_browser_that_was_let_in_before_is_never_kept_out_by_others(door) -> None:
    browser = enter(door).browser
    for at in range(MOST_OF_AN_ACCOUNT):
        guess(door, 1, f"192.0.2.{at}")
    guess(door, MOST_AT_A_PLACE)
    assert Refused.WAIT is enter(door, place=HERE)
    assert Refused.WAIT is enter(door, place="198.51.100.7")
    found = enter(door, browser=browser)
    assert isinstance(found, Entered)
    assert browser == found.browser


def test_in_a_known_browser_too_one_may_guess_but_so_often(door) -> None:
    browser = enter(door).browser
    found = [enter(door, OTHER, f"10.0.1.{at}", browser) for at in range(MOST_AT_A_PLACE + 1)]
    assert [Refused.WRONG] * MOST_AT_A_PLACE + [Refused.WAIT] == found


def test_the_key_of_a_browser_is_for_its_own_account(door, store) -> None:
    add(store, Role.ADMIN)
    other = enter(door, name="guanli").browser
    guess(door, MOST_AT_A_PLACE)
    assert Refused.WAIT is enter(door, browser=other)


def test_who_tries_one_password_on_many_names_has_to_wait(door) -> None:
    for at in range(MOST_OF_A_PLACE):
        guess(door, 1, name=f"name{at}")
    assert Refused.WAIT is enter(door)
    assert isinstance(enter(door, place=THERE), Entered)


def test_many_who_guess_at_once_are_counted(door) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: enter(door, OTHER), range(12)))
    assert MOST_AT_A_PLACE == len([one for one in found if one is not Refused.WAIT])


def test_success_forgets_the_slips_before_it(door) -> None:
    for _ in range(3):
        guess(door, MOST_AT_A_PLACE - 1)
        assert isinstance(enter(door), Entered)


def test_where_too_many_come_at_once_nobody_is_counted_for_it(door, monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_PATIENCE", 0)
    with passwords._one_of_few(), passwords._one_of_few():
        assert [Refused.BUSY] * 9 == [enter(door) for _ in range(9)]
    assert isinstance(enter(door), Entered)


def test_ones_own_password_is_changed_by_who_knows_the_old_one(door) -> None:
    found = enter(door)
    for old, new, told in ((OTHER, OTHER, "现在的密码不对"), (GOOD, GOOD, "一样"), (GOOD, "短", "个字符")):
        with pytest.raises(DiagnosticsError) as error:
            door.change_password(found.account, old, new, HERE, NOW)
        assert told in error.value.diagnostics[0].message
    door.change_password(found.account, GOOD, OTHER, HERE, NOW)
    assert None is door.of_session(found.session, NOW)
    again = enter(door, OTHER)
    assert not again.account.must_change


def test_a_password_that_was_stored_by_weaker_measures_is_stored_anew(door, monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert isinstance(enter(door), Entered)
    assert b"m=8,t=2,p=1" in door.store.place.file.read_bytes()
    assert isinstance(enter(door), Entered)
