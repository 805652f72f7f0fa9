"""What offices are promised of those who use the desk, in their words."""

from pathlib import Path

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from accounts.made import NAMES, OTHER, cheap
from policy_engine.accounts.entering import MOST_AT_A_PLACE
from policy_engine.records.store import open_store
from web.signed import desk_in, sent, sign_in, signed, stranger
from web.test_accounts import begun
from web.test_desk import heading

scenarios(str(Path(__file__).parent / "谁能做什么.feature"))
ROLES = {person: role for role, (_, person) in NAMES.items()}


@pytest.fixture
def told() -> dict:
    return {}


@given("审核台有账户：王丽是经办，陆伟是审核，沈济是审计，关力是管理员")
def made(tmp_path, monkeypatch, told) -> None:
    cheap(monkeypatch)
    told["app"], told["door"] = desk_in(tmp_path)


def browser_of(told, person):
    if person not in told:
        told[person] = signed(told["app"], ROLES[person])
    return told[person]


@when("没有登录的人打开首页", target_fixture="page")
def opened_by_nobody(told):
    return stranger(told["app"]).get("/")


@then("要先登录")
def at_the_door(page) -> None:
    assert "登录" == heading(page)


@given(parsers.parse("{person}登录，办好一件“{name}”"))
def prepared(person, name, told) -> None:
    told[name] = begun(browser_of(told, person), name=name)


@given(parsers.parse("{person}登录，登记“{name}”"), target_fixture="page")
@when(parsers.parse("{person}登录，登记“{name}”"), target_fixture="page")
@when(parsers.parse("{person}自己登记“{name}”"), target_fixture="page")
def issued(person, name, told):
    return sent(browser_of(told, person), f"{told[name]}/record")


@then(parsers.parse("记录第{number:d}号由{person}出具"))
def recorded(number, person, told) -> None:
    assert person == open_store(told["door"].store.place).record(number).content["by"]


@when(parsers.parse("{person}登录，打开{what}"), target_fixture="page")
def opened(person, what, told):
    return browser_of(told, person).get({"记录": "/records", "操作日志": "/trail"}[what])


@then(parsers.parse("说{role}不能{act}"))
def refused(role, act, page) -> None:
    assert 403 == page.status_code
    assert f"您的角色是{role}，不能{act}" in page.text


@then(parsers.parse("日志里有{person}的{event}"))
def logged(person, event, page) -> None:
    line = next(row for row in page.text.split("<tr>") if event in row and "<td" in row)
    assert person in line


@given(parsers.parse("{person}登录过"))
def known(person, told) -> None:
    browser_of(told, person)


@when(parsers.parse("外人猜{person}的密码，猜到要等"))
def guessed(person, told) -> None:
    outside = stranger(told["app"], client="203.0.113.9")
    found = [sign_in(outside, ROLES[person], OTHER).status_code for _ in range(MOST_AT_A_PLACE + 1)]
    assert 429 == found[-1]


@then(parsers.parse("{person}在自己的浏览器里照常登录"))
def let_in(person, told) -> None:
    browser = browser_of(told, person)
    sent(browser, "/sign-out")
    assert f"{person}，{ROLES[person].value}" in sign_in(browser, ROLES[person]).text


@when(parsers.parse("{person}登录，停用{other}"))
def disabled(person, other, told) -> None:
    name = NAMES[ROLES[other]][0]
    assert "已停用" in sent(browser_of(told, person), f"/accounts/{name}/disable").text


@then(parsers.parse("{person}要重新登录，也登录不上"))
def kept_out(person, told) -> None:
    browser = browser_of(told, person)
    assert "登录" == heading(browser.get("/"))
    assert 422 == sign_in(browser, ROLES[person]).status_code
