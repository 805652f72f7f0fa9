"""A desk with accounts, and browsers of those who are signed in there."""

import html
import re
from pathlib import Path

from starlette.testclient import TestClient

import as_shipped
from accounts.made import GOOD, NAMES, add, store_in
from policy_engine.accounts.entering import Door
from policy_engine.accounts.roles import Role
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web.app import make_app
from policy_engine.web.gate import Gate

ADDRESS = "https://desk.example"


def desk_in(folder: Path, **more):
    """Make a desk with an account of every role, as behind TLS; gives it with its door."""
    store = store_in(folder)
    for role in Role:
        add(store, role)
    door = Door(store)
    gate = Gate(door, **({"is_secure": True} | more))
    sources = read_sources(shipped_rule_base(None).files)
    app = make_app(as_shipped.compiled(), sources, folder / "drafts", str(store.place.file), gate)
    return app, door


def stranger(app, address: str = ADDRESS, client: str = "192.0.2.1") -> TestClient:
    """Open a browser in which nobody is signed in."""
    return TestClient(app, base_url=address, client=(client, 5))


def token(page) -> str:
    """Find what the forms of a page carry."""
    return re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)[1]


def sign_in(browser: TestClient, role: Role, password: str = GOOD, **more):
    """Sign in as people do."""
    form = {"csrf": token(browser.get("/sign-in")), "name": NAMES[role][0], "password": password} | more
    return browser.post("/sign-in", data=form)


def signed(app, role: Role) -> TestClient:
    """Open a browser in which somebody of a role is signed in; forms carry what they must."""
    browser = stranger(app)
    page = sign_in(browser, role)
    assert 200 == page.status_code, html.unescape(page.text)
    found = browser.get("/password")
    browser.token = token(found)
    return browser


def sent(browser: TestClient, path: str, **told):
    """Send a form."""
    return browser.post(path, data={"csrf": browser.token} | told)
