"""The desk with accounts: who gets in, who may do what, and what is told of it."""

import re
from pathlib import Path

import pytest
from starlette.routing import Mount, Route

import as_shipped
from accounts.made import BY, GOOD, NAMES, OTHER, cheap
from cli.contract import envelope_in
from policy_engine.accounts.entering import IDLE, MOST_AT_A_PLACE, Door
from policy_engine.accounts.people import Accounts
from policy_engine.accounts.roles import MAY, Act, Role
from policy_engine.accounts.trail import latest
from policy_engine.records.store import open_store
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web import app as desk_app
from policy_engine.web import gate as gate_module
from policy_engine.web.gate import now
from web.signed import desk_in, sent, sign_in, signed, stranger, token
from web.test_desk import ANSWERS, PROPERTY, asked, heading

TEMPLATES = Path(desk_app.__file__).parent / "templates"
NONE = "A" * 16
# Every address of the desk, by what is done there; `None` where nobody has to be signed in.
PAGES = [
    ("GET", "/", Act.PREPARE),
    ("GET", "/subjects/企业", Act.PREPARE),
    ("POST", "/subjects/企业", Act.PREPARE),
    ("GET", f"/drafts/{NONE}", Act.PREPARE),
    ("POST", f"/drafts/{NONE}", Act.PREPARE),
    ("GET", f"/drafts/{NONE}/text", Act.PREPARE),
    ("POST", f"/drafts/{NONE}/text", Act.PREPARE),
    ("POST", f"/drafts/{NONE}/back", Act.PREPARE),
    ("GET", f"/drafts/{NONE}/facts/含工程", Act.PREPARE),
    ("POST", f"/drafts/{NONE}/facts/含工程", Act.PREPARE),
    ("GET", f"/drafts/{NONE}/verdict", Act.PREPARE),
    ("GET", f"/drafts/{NONE}/opinion.pdf", Act.PREPARE),
    ("GET", f"/drafts/{NONE}/case.yaml", Act.PREPARE),
    ("POST", f"/drafts/{NONE}/record", Act.ISSUE),
    ("GET", "/ledgers", Act.PREPARE),
    ("POST", "/ledgers", Act.PREPARE),
    ("GET", f"/ledgers/{NONE}", Act.PREPARE),
    ("POST", f"/ledgers/{NONE}", Act.PREPARE),
    ("GET", f"/ledgers/{NONE}/columns", Act.PREPARE),
    ("POST", f"/ledgers/{NONE}/delete", Act.PREPARE),
    ("GET", f"/ledgers/{NONE}/result.xlsx", Act.PREPARE),
    ("GET", f"/ledgers/{NONE}/rows/2", Act.PREPARE),
    ("POST", f"/ledgers/{NONE}/rows/2", Act.PREPARE),
    ("GET", "/records", Act.READ_RECORDS),
    ("POST", "/records/export", Act.EXPORT),
    ("GET", "/records/9", Act.READ_RECORDS),
    ("GET", "/records/9/opinion.pdf", Act.READ_RECORDS),
    ("GET", "/rules", Act.READ_LAW),
    ("GET", "/rules/没有", Act.READ_LAW),
    ("GET", "/sign-in", None),
    ("POST", "/sign-in", None),
    ("POST", "/sign-out", Act.OWN),
    ("GET", "/password", Act.OWN),
    ("POST", "/password", Act.OWN),
    ("GET", "/accounts", Act.READ_ACCOUNTS),
    ("POST", "/accounts", Act.MANAGE),
    ("POST", "/accounts/nobody/disable", Act.MANAGE),
    ("POST", "/accounts/nobody/role", Act.MANAGE),
    ("POST", "/accounts/nobody/password", Act.MANAGE),
    ("GET", "/trail", Act.READ_TRAIL),
]
API = [
    ("GET", "/health", None),
    ("GET", "/metrics", Act.OPERATE),
    ("GET", "/openapi.json", Act.READ_LAW),
    ("POST", "/check", Act.PREPARE),
    ("POST", "/screen", Act.PREPARE),
    ("POST", "/ask", Act.PREPARE),
    ("GET", "/rules", Act.READ_LAW),
    ("GET", "/rules/没有", Act.READ_LAW),
    ("GET", "/documents", Act.READ_LAW),
    ("GET", "/records", Act.READ_RECORDS),
    ("GET", "/records/verify", Act.READ_RECORDS),
    ("GET", "/records/9", Act.READ_RECORDS),
    ("GET", "/schema/case.schema.json", Act.READ_LAW),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        cheap(patch)
        yield desk_in(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def app(made):
    return made[0]


@pytest.fixture
def door(made) -> Door:
    return made[1]


@pytest.fixture(scope="module")
def browsers(made):
    return {role: signed(made[0], role) for role in Role}


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A desk that a test changes."""
    cheap(monkeypatch)
    return desk_in(tmp_path)


# ---------------------------------------------------------------- who may do what


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("method", "path", "act"), [one for one in PAGES if one[2] not in (None, Act.OWN)], ids=str
)
def test_a_role_gets_what_the_table_gives_it(method, path, act, role, browsers) -> None:
    browser = browsers[role]
    form = {"data": {"csrf": browser.token}} if method == "POST" else {}
    page = browser.request(method, path, follow_redirects=False, **form)
    if role in MAY[act]:
        assert page.status_code not in (401, 403)
        assert "/sign-in" not in page.headers.get("location", "")
    elif path == "/":
        assert browser.get("/").status_code == 200
    else:
        assert (403, True) == (page.status_code, f"您的角色是{role.value}，不能{act.value}" in page.text)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("method", "path", "act"), API, ids=str)
def test_a_program_gets_what_the_role_of_its_account_gets(method, path, act, role, app, door) -> None:
    granted = door.grant(NAMES[role][0], 1, now=now(), by=BY)
    headers = {"authorization": f"Bearer {granted}"}
    answer = stranger(app).request(method, f"/api/v1{path}", headers=headers, content=b"{")
    if act is None or role in MAY[act]:
        assert answer.status_code not in (401, 403)
    else:
        assert 403 == answer.status_code
        assert [f"{role.value}不能{act.value}"] == [
            one["message"] for one in envelope_in(answer.text)["diagnostics"]
        ]


@pytest.mark.parametrize(("method", "path", "act"), PAGES, ids=str)
def test_a_stranger_is_sent_to_the_door(method, path, act, app) -> None:
    page = stranger(app).request(method, path, follow_redirects=False)
    if act is None:
        assert page.status_code in (200, 403)
    elif method == "POST":
        assert (401, "要先登录") == (page.status_code, heading(page))
    else:
        assert (303, True) == (page.status_code, page.headers["location"].startswith("/sign-in?next="))


@pytest.mark.parametrize(("method", "path", "act"), [one for one in API if one[2] is not None], ids=str)
@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer x"}, {"authorization": "Basic eDp5"}], ids=str
)
def test_a_program_without_a_token_is_told(method, path, act, headers, app) -> None:
    answer = stranger(app).request(method, f"/api/v1{path}", headers=headers)
    assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])
    assert 2 == envelope_in(answer.text)["exit"]


def test_who_is_signed_in_in_a_browser_asks_no_api(browsers) -> None:
    assert 401 == browsers[Role.REVIEWER].get("/api/v1/rules").status_code


def test_every_address_is_in_the_tables(app) -> None:
    pages, api = set(), set()
    for route in app.routes:
        if isinstance(route, Route) and not route.path.startswith("/static"):
            pages |= {(method, route.path) for method in route.methods - {"HEAD"}}
        elif isinstance(route, Mount) and route.path != "/static":
            api |= {(method, one.path) for one in route.app.routes for method in one.methods - {"HEAD"}}
    for found, table in ((pages, PAGES), (api, API)):
        named = {
            (method, next(path for m, path in sorted(found) if m == method and fits(path, address)))
            for method, address, _ in table
        }
        assert found == named


def fits(pattern: str, address: str) -> bool:
    return (
        re.fullmatch(
            re.sub(r"\{ending\}", r"\\.\\w+", re.sub(r"\{(?!ending)[^}]*\}", "[^/]+", pattern)), address
        )
        is not None
    )


def test_what_was_refused_stands_in_the_trail(browsers, door) -> None:
    browsers[Role.PREPARER].get("/trail")
    assert ("wangli", "越权被拒", "看操作日志：/trail") == (
        (found := latest(door.store, most=1)[0]).actor.account,
        found.event,
        found.about,
    )


# ---------------------------------------------------------------- getting in


def test_who_signs_in_comes_to_where_they_wanted(app) -> None:
    browser = stranger(app)
    door = browser.get("/records?q=甲")
    assert "登录" == heading(door)
    after = re.search(r'name="next" value="([^"]*)"', door.text)[1]
    page = sign_in(browser, Role.AUDITOR, next=after)
    assert "/records?q=%E7%94%B2" == page.url.raw_path.decode()
    assert "沈济，审计" in page.text


@pytest.mark.parametrize(
    "after",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "javascript:alert(1)",
        "/a\nb",
        "",
    ],
)
def test_nobody_is_sent_elsewhere_after_it(after, app) -> None:
    browser = stranger(app)
    form = {"csrf": token(browser.get("/sign-in")), "name": "luwei", "password": GOOD, "next": after}
    page = browser.post("/sign-in", data=form, follow_redirects=False)
    assert (303, "/") == (page.status_code, page.headers["location"])


@pytest.mark.parametrize("name", ["luwei", "nobody", "<b>x</b>"])
def test_who_is_wrong_is_not_told_in_what(name, app) -> None:
    browser = stranger(app, client=f"192.0.2.{len(name) + 100}")
    form = {"csrf": token(browser.get("/sign-in")), "name": name, "password": OTHER}
    page = browser.post("/sign-in", data=form)
    assert (422, True) == (page.status_code, "账户或者密码不对" in page.text)
    assert "<b>x" not in page.text


def test_who_guesses_is_told_to_wait(own) -> None:
    browser = stranger(own[0])
    for _ in range(MOST_AT_A_PLACE):
        assert 422 == sign_in(browser, Role.REVIEWER, OTHER).status_code
    page = sign_in(browser, Role.REVIEWER)
    assert (429, True) == (page.status_code, "15分钟以后再试" in page.text)
    assert 200 == sign_in(stranger(own[0], client="192.0.2.99"), Role.REVIEWER).status_code


def test_cookies_are_for_this_host_over_tls_alone_and_for_no_script(app) -> None:
    browser = stranger(app)
    form = {"csrf": token(browser.get("/sign-in")), "name": "luwei", "password": GOOD}
    given = browser.post("/sign-in", data=form, follow_redirects=False).headers.get_list("set-cookie")
    assert {"__Host-session", "__Host-browser"} == {one.partition("=")[0] for one in given}
    for one in given:
        for told in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert told.lower() in one.lower()
        assert "domain" not in one.lower()


def test_on_loopback_without_tls_cookies_do_without_it(tmp_path, monkeypatch) -> None:
    cheap(monkeypatch)
    app, _ = desk_in(tmp_path, is_secure=False)
    browser = stranger(app, "http://127.0.0.1:8102", "127.0.0.1")
    assert "王丽，经办" in sign_in(browser, Role.PREPARER).text


def test_signing_in_gives_another_key_than_before(app) -> None:
    browser = stranger(app)
    sign_in(browser, Role.REVIEWER)
    first = browser.cookies["__Host-session"]
    sign_in(browser, Role.REVIEWER)
    assert first != browser.cookies["__Host-session"]


def test_who_leaves_has_to_sign_in_again(app) -> None:
    browser = signed(app, Role.REVIEWER)
    kept = browser.cookies["__Host-session"]
    assert "登录" == heading(sent(browser, "/sign-out"))
    browser.cookies.set("__Host-session", kept, domain="desk.example")
    assert "登录" == heading(browser.get("/records"))


def test_a_session_that_is_over_ends_at_the_door(app, monkeypatch) -> None:
    browser = signed(app, Role.REVIEWER)
    later = now() + IDLE
    monkeypatch.setattr(gate_module.time, "time", lambda: later)
    assert "登录" == heading(browser.get("/records"))


def test_whose_password_another_chose_changes_it_first(own) -> None:
    app, door = own
    Accounts(door.store).set_password("wangli", OTHER, now=now(), by=BY)
    browser = stranger(app)
    page = sign_in(browser, Role.PREPARER, OTHER)
    assert ("改密码", True) == (heading(page), "现在的密码是别人设的" in page.text)
    assert "改密码" == heading(browser.get("/rules"))
    browser.token = token(page)
    assert (
        303
        == browser.post(
            "/subjects/采购事项", data={"csrf": browser.token}, follow_redirects=False
        ).status_code
    )
    for told, form in (
        ("两遍新密码不一样", {"old": OTHER, "new": GOOD, "again": OTHER}),
        ("现在的密码不对", {"old": GOOD, "new": GOOD, "again": GOOD}),
        ("个字符", {"old": OTHER, "new": "短", "again": "短"}),
    ):
        page = sent(browser, "/password", **form)
        assert (422, True) == (page.status_code, told in page.text)
    page = sent(browser, "/password", old=OTHER, new=GOOD, again=GOOD)
    assert "密码已改" in page.text
    assert "王丽，经办" in sign_in(browser, Role.PREPARER).text


def test_who_is_disabled_is_out_at_the_next_click(own) -> None:
    app, _ = own
    clerk, admin = signed(app, Role.PREPARER), signed(app, Role.ADMIN)
    assert "已停用" in sent(admin, "/accounts/wangli/disable").text
    assert "登录" == heading(clerk.get("/"))
    assert 422 == sign_in(stranger(app), Role.PREPARER).status_code
    sent(admin, "/accounts/wangli/enable")
    assert "王丽，经办" in sign_in(stranger(app), Role.PREPARER).text
    page = sent(admin, "/accounts/guanli/disable")
    assert (422, True) == (page.status_code, "最后一个能用的管理员" in page.text)
    assert 404 == sent(admin, "/accounts/wangli/promote").status_code


def test_a_lost_database_lets_nobody_in_and_is_told(own) -> None:
    app, door = own
    browser = signed(app, Role.REVIEWER)
    door.store.place.file.unlink()
    page = browser.get("/records")
    assert (503, "账户查不到") == (page.status_code, heading(page))
    answer = browser.get("/api/v1/rules", headers={"authorization": "Bearer x"})
    assert 503 == answer.status_code
    envelope_in(answer.text)


# ---------------------------------------------------------------- forms


def test_every_form_that_sends_something_carries_the_token() -> None:
    found = 0
    for path in TEMPLATES.glob("*.html"):
        for form in re.findall(r"<form[^>]*>.{0,60}", path.read_text("utf-8"), re.DOTALL):
            if 'method="post"' in form:
                found += 1
                assert '{% include "token.html" %}' in form, path.name
    assert found > 9


@pytest.mark.parametrize("wrong", ["", "0" * 64, "of another"])
def test_a_form_without_its_token_changes_nothing(wrong, app, browsers) -> None:
    browser = browsers[Role.PREPARER]
    csrf = browsers[Role.REVIEWER].token if wrong == "of another" else wrong
    page = browser.post("/subjects/采购事项", data=PROPERTY | {"csrf": csrf})
    assert (403, "没有采用") == (page.status_code, heading(page))


def test_nobody_is_signed_in_by_the_form_of_another(app) -> None:
    mine, theirs = stranger(app), stranger(app)
    mine.get("/sign-in")
    form = {"csrf": token(theirs.get("/sign-in")), "name": "luwei", "password": GOOD}
    assert 403 == mine.post("/sign-in", data=form).status_code
    assert 403 == stranger(app).post("/sign-in", data={"name": "luwei", "password": GOOD}).status_code


# ---------------------------------------------------------------- the work


def begun(browser, **told) -> str:
    page = sent(browser, "/subjects/采购事项", **(PROPERTY | told))
    return re.match(r"(/drafts/[^/?]+)", page.url.path)[1]


def test_one_prepares_another_issues_and_the_record_says_who(own) -> None:
    app, door = own
    clerk, reviewer = signed(app, Role.PREPARER), signed(app, Role.REVIEWER)
    draft = begun(clerk)
    page = clerk.get(draft)
    while (field := asked(page)) in ANSWERS:
        page = sent(clerk, draft, asked=field, a=ANSWERS[field])
    assert "署名：王丽" in page.text
    verdict = sent(clerk, draft, asked="", a="没有", by="别人")
    assert "可以" in heading(verdict)
    assert "由审核登记" in verdict.text
    assert "by: 王丽" in clerk.get(f"{draft}/case.yaml").text.replace('"', "")
    assert 403 == sent(clerk, f"{draft}/record", by="王丽").status_code
    assert draft in reviewer.get("/").text
    page = sent(reviewer, f"{draft}/record", by="别人")
    assert "/records/1" == page.url.path
    record = open_store(door.store.place).record(1)
    assert ("陆伟", "luwei") == (record.content["by"], record.content["account"])
    events = [(one.actor.account, one.event, one.about) for one in latest(door.store, most=3)]
    assert ("luwei", "登记意见", "第1号") in events
    auditor = signed(app, Role.AUDITOR)
    export = sent(auditor, "/records/export")
    assert b"PK" == export.content[:2]
    auditor.get("/records/1/opinion.docx")
    page = auditor.get("/trail")
    for told in (
        "登记意见：第1号",
        "导出记录：1份",
        "下载意见书：第1号（docx）",
        "越权被拒",
        "陆伟（luwei）",
        "192.0.2.1",
    ):
        assert told in page.text
    assert (
        "越权被拒"
        not in re.search(r"<tbody>.*</tbody>", auditor.get("/trail?event=登记意见").text, re.DOTALL)[0]
    )
    assert "没有符合的" in auditor.get("/trail?account=nobody").text


def test_nobody_sees_what_another_prepares_but_who_reviews(own) -> None:
    app, door = own
    clerk, reviewer = signed(app, Role.PREPARER), signed(app, Role.REVIEWER)
    Accounts(door.store).add("zhaoyi", "赵一", Role.PREPARER, GOOD, now=now(), by=BY)
    Accounts(door.store).set_password("zhaoyi", GOOD, now=now(), by=BY, must_change=False)
    other = stranger(app)
    form = {"csrf": token(other.get("/sign-in")), "name": "zhaoyi", "password": GOOD}
    other.token = token(other.post("/sign-in", data=form))
    mine, reviewed = begun(clerk), begun(reviewer)
    for browser, draft in ((other, mine), (clerk, reviewed), (other, reviewed)):
        assert draft not in browser.get("/").text
        for path in ("", "/verdict", "/case.yaml", "/opinion.html", "/text", "/facts/含工程"):
            assert 404 == browser.get(f"{draft}{path}").status_code
        assert 404 == sent(browser, draft, asked="", a="x").status_code
    for browser, draft in ((reviewer, mine), (clerk, mine)):
        assert draft in browser.get("/").text
        assert 200 == browser.get(draft).status_code


def test_the_trail_goes_on_to_older_pages(own, monkeypatch) -> None:
    monkeypatch.setattr("policy_engine.web.entrance._MOST", 3)
    auditor = signed(own[0], Role.AUDITOR)
    page = auditor.get("/trail")
    more = re.search(r'href="(/trail\?[^"]*before=\d+)"', page.text)[1].replace("&amp;", "&")
    assert "新建账户" in auditor.get(more).text


def test_without_accounts_there_are_no_pages_of_them(tmp_path) -> None:
    sources = read_sources(shipped_rule_base(None).files)
    app = desk_app.make_app(as_shipped.compiled(), sources, tmp_path, str(tmp_path / "记录.sqlite"))
    browser = stranger(app, "http://127.0.0.1:8102", "127.0.0.1")
    for path in ("/sign-in", "/password", "/accounts", "/trail"):
        assert 404 == browser.get(path).status_code
    page = browser.get("/")
    for absent in ("/trail", "/accounts", "/sign-out", "csrf"):
        assert absent not in page.text


def test_pages_of_accounts_bring_no_style_or_script_of_their_own(browsers) -> None:
    for role, path in ((Role.ADMIN, "/accounts"), (Role.AUDITOR, "/trail"), (Role.ADMIN, "/password")):
        page = browsers[role].get(path)
        assert not re.search(r'\sstyle="|\son\w+="|<script(?! src="/static/)', page.text)
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert "max-age" in page.headers["strict-transport-security"]


# ---------------------------------------------------------------- accounts on the page


def first_password(page) -> str:
    return re.search(r'<span class="mono nb">([^<]*)</span>', page.text)[1]


def test_the_one_who_manages_makes_an_account_whose_password_is_shown_once(own) -> None:
    app, _ = own
    admin = signed(app, Role.ADMIN)
    page = sent(admin, "/accounts", name="zhaoyi", person="赵一", role="经办")
    password = first_password(page)
    assert password not in admin.get("/accounts").text
    browser = stranger(app)
    form = {"csrf": token(browser.get("/sign-in")), "name": "zhaoyi", "password": password}
    assert "改密码" in heading(browser.post("/sign-in", data=form))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": "a b", "person": "赵一", "role": "经办"}, "账户名用"),
        ({"name": "zhaoyi", "person": "", "role": "经办"}, "没有写姓名"),
        ({"name": "zhaoyi", "person": "赵一", "role": "局长"}, "没有选角色"),
    ],
    ids=["name", "person", "role"],
)
def test_an_account_that_cannot_be_is_told_and_what_was_written_stays(browsers, told, words) -> None:
    page = sent(browsers[Role.ADMIN], "/accounts", **told)
    assert (422, True) == (page.status_code, words in page.text)
    assert f'value="{told["name"]}"' in page.text


def test_a_role_and_a_password_are_changed_at_once(own) -> None:
    app, door = own
    admin, reviewer = signed(app, Role.ADMIN), signed(app, Role.REVIEWER)
    name = NAMES[Role.REVIEWER][0]
    sent(admin, f"/accounts/{name}/role", role="审计")
    assert Role.AUDITOR is next(one for one in Accounts(door.store).all() if one.name == name).role
    assert "/sign-in" in str(reviewer.get("/records").url)
    password = first_password(sent(admin, f"/accounts/{name}/password"))
    assert 200 != sign_in(stranger(app), Role.REVIEWER).status_code
    assert "改密码" in heading(sign_in(stranger(app), Role.REVIEWER, password))
