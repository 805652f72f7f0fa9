"""The desk in a real browser: an official's whole path, each page as it is seen, held to axe and to a phone's width."""

import re

import pytest

import as_shipped
from accounts.made import BY, GOOD, NAMES, OTHER, cheap
from policy_engine.accounts.people import Accounts
from policy_engine.accounts.roles import Role
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web.app import make_app
from policy_engine.web.gate import now
from web.browser import Looked, opened, served, why_not
from web.signed import desk_in
from web.test_desk import ANSWERS, PLACE
from web.test_ledgers import CSV as LIST

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.skipif(bool(why_not()), reason=why_not())]
TEXT = "区应急管理局办公楼物业服务：保洁、保安、绿化养护，服务期12个月，预算186.5万元，已列入2026年部门预算"


@pytest.fixture(scope="module")
def browser():
    with opened() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module")
def alone(folder):
    """The desk of one machine."""
    sources = read_sources(shipped_rule_base(None).files)
    with served(
        make_app(as_shipped.compiled(), sources, folder / "drafts", str(folder / "记录.sqlite"))
    ) as address:
        yield address


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The desk of several, with accounts."""
    with pytest.MonkeyPatch.context() as patch:
        cheap(patch)
        app, door = desk_in(tmp_path_factory.mktemp("shared"), is_secure=False)
        with served(app) as address:
            yield address, door


@pytest.fixture
def at(browser):
    """Open windows that are closed again."""
    windows = []

    def begin(address, **more) -> Looked:
        windows.append(Looked(browser, address, **more))
        return windows[-1]

    yield begin
    for one in windows:
        one.close()


def follow(page, button_or_link) -> None:
    """Click, and wait for the page behind it with its style: what is looked at next may not be asked of the page before."""
    with page.expect_navigation():
        button_or_link.click()


def answer(page, field: str, value: str) -> None:
    assert field == page.locator('input[name="asked"]').input_value()
    choose(page, value)
    follow(page, page.get_by_role("button", name="继续"))


def choose(page, value: str) -> None:
    page.locator("label.choice", has=page.locator("b", has_text=re.compile(f"^{value}$"))).click()


def begin(page, **told) -> None:
    page.goto("/")
    page.get_by_label("采购项目名称").or_(page.get_by_label("事项名称")).first.fill(
        told.get("name", "机关物业")
    )
    page.locator("#text").fill(told.get("text", TEXT))
    page.get_by_label("地区").fill(PLACE)
    follow(page, page.get_by_role("button", name="开始审查"))


def to_the_signature(page) -> None:
    for _ in range(12):
        field = page.locator('input[name="asked"]').input_value()
        if not field:
            return
        answer(page, field, ANSWERS.get(field, "不清楚"))
    pytest.fail("the questions don't end")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without"])
def test_an_official_comes_from_a_text_to_a_record_that_is_whole(script, alone, at, folder) -> None:
    window = at(alone, java_script_enabled=script)
    page = window.page

    def look(name: str, **more) -> None:
        # Without a script there is nothing to look with.
        if script:
            window.look(name, **more)

    page.goto("/")
    look("01-start")
    begin(page)
    assert "核对" in page.locator("h1").inner_text()
    assert page.locator("mark.fact").count() > 0
    look("02-text")
    follow(page, page.get_by_role("button", name="核对无误，继续"))
    look("03-question")
    to_the_signature(page)
    look("04-signature")
    page.get_by_text("没有，我声明并署名").click()
    page.get_by_label("经办人姓名").fill("王丽")
    follow(page, page.get_by_role("button", name="继续"))
    assert "可以" in page.locator("h1").inner_text()
    assert page.locator("blockquote.quote").first.is_visible()
    look("05-verdict-yes")
    page.get_by_label("由谁出具").fill("陆伟")
    follow(page, page.get_by_role("button", name="登记这份意见"))
    assert re.search(r"记录第\d+号", page.locator("h1").inner_text())
    assert page.get_by_text("186.5万元（材料字样").is_visible()
    assert page.get_by_text("12个月（材料字样").is_visible()
    look("06-record")
    follow(page, page.get_by_role("button", name="各审一遍"))
    assert 2 == page.get_by_text("结果相同").count()
    look("07-replayed")
    follow(page, page.get_by_role("button", name="核对全部记录"))
    assert page.locator(".result").get_by_text("没有改过", exact=True).is_visible()
    look("08-verified")
    store = open_store(place_of(str(folder / "记录.sqlite")))
    assert "陆伟" == store.record(store.size()).content["by"]


def test_what_is_wrong_is_corrected_where_it_stands(alone, at) -> None:
    window = at(alone)
    page = window.page
    begin(page)
    follow(page, page.get_by_role("button", name="核对无误，继续"))
    to_the_signature(page)
    page.get_by_text("没有，我声明并署名").click()
    follow(page, page.get_by_role("button", name="继续"))
    assert "没有写姓名的声明不作数" in page.get_by_role("alert").inner_text()
    window.look("09-error")
    page.get_by_text("先不署名").click()
    follow(page, page.get_by_role("button", name="继续"))
    follow(page, page.get_by_role("link", name=re.compile("更改.*采购标的", re.DOTALL)))
    assert page.get_by_label("服务", exact=True).is_checked()
    window.look("10-correct")
    choose(page, "货物")
    follow(page, page.get_by_role("button", name="继续"))
    assert "不得" in page.locator("h1").inner_text()
    window.look("11-verdict-no")
    follow(page, page.get_by_role("link", name="审核意见书，打印用"))
    assert "不得" in page.locator("body").inner_text()
    window.look("12-opinion", paper=True)


def test_a_question_is_answered_from_the_keyboard(alone, at) -> None:
    page = at(alone).page
    begin(page)
    follow(page, page.get_by_role("button", name="核对无误，继续"))
    first = page.locator('input[name="asked"]').input_value()
    page.locator('input[name="a"][value="服务"]').focus()
    page.keyboard.press("Space")
    # Unlike a click, a key doesn't wait for the page that it leads to.
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert first != page.locator('input[name="asked"]').input_value()


def test_the_law_is_read_and_what_is_not_there_is_told(alone, at) -> None:
    window = at(alone)
    page = window.page
    page.goto("/rules")
    window.look("13-rules")
    # A short one: a long one keeps axe busy for half a minute, and has no other parts.
    follow(page, page.get_by_role("link", name=re.compile("严格规范涉企行政检查")))
    window.look("14-document")
    page.goto("/nowhere")
    assert "没有这一页" == page.locator("h1").inner_text()
    window.look("15-nowhere")


def test_a_list_is_uploaded_and_looked_through(alone, at) -> None:
    window = at(alone)
    page = window.page
    page.goto("/")
    follow(page, page.get_by_role("link", name="台账"))
    window.look("17-ledgers")
    page.get_by_label("清单（.xlsx 或者 .csv）").set_input_files(
        {"name": "计划.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    follow(page, page.get_by_role("button", name="上传"))
    page.get_by_role("combobox", name="项目预算(元)").select_option(label="项目金额，单位元")
    window.look("18-ledger-columns")
    follow(page, page.get_by_role("button", name="开始审查"))
    # The page asks for itself again until all is decided.
    page.get_by_role("link", name="下载带结论的 Excel").wait_for()
    window.look("19-ledger")
    follow(page, page.get_by_role("link", name=re.compile("只看不得实施")))
    follow(page, page.get_by_role("link", name="办公家具"))
    window.look("19-ledger-row")
    follow(page, page.get_by_role("button", name=re.compile("打开意见")))
    assert "不得" in page.locator("h1").inner_text()


@pytest.mark.parametrize("subject", ["企业", "派员", "服务合同"])
def test_every_subject_begins_with_a_page_that_fits(subject, alone, at) -> None:
    window = at(alone)
    window.page.goto(f"/subjects/{subject}")
    window.look(f"16-{subject}")


def test_printed_it_is_the_opinion_and_not_the_page_around_it(alone, at) -> None:
    page = at(alone).page
    begin(page)
    follow(page, page.get_by_role("button", name="核对无误，继续"))
    follow(page, page.get_by_role("link", name="看全部，改一项"))
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    assert not page.locator("aside.tools").is_visible()
    assert page.locator(".verdict h1").is_visible()


# ---------------------------------------------------------------- accounts


def sign_in(page, role: Role, password: str = GOOD) -> None:
    page.goto("/")
    page.get_by_label("账户").fill(NAMES[role][0])
    page.get_by_label("密码").fill(password)
    follow(page, page.get_by_role("button", name="登录"))


def test_who_signs_in_sees_the_work_of_their_role_and_leaves(shared, at) -> None:
    address, _ = shared
    window = at(address)
    page = window.page
    page.goto("/")
    window.look("20-sign-in")
    sign_in(page, Role.PREPARER, OTHER)
    assert "账户或者密码不对" in page.get_by_role("alert").inner_text()
    window.look("21-sign-in-wrong")
    sign_in(page, Role.PREPARER)
    window.look("22-start-signed")
    assert page.get_by_role("link", name="查事项").is_visible()
    assert 0 == page.get_by_role("link", name="日志").count()
    begin(page, text="")
    follow(page, page.get_by_role("link", name="看全部，改一项"))
    assert 0 == page.get_by_role("button", name="登记这份意见").count()
    window.look("23-verdict-preparer")
    follow(page, page.get_by_role("button", name="退出"))
    assert "登录" == page.locator("h1").inner_text()


def test_the_one_who_reviews_issues_under_their_own_name(shared, at) -> None:
    address, _ = shared
    window = at(address)
    page = window.page
    sign_in(page, Role.REVIEWER)
    begin(page, text="", name="窗口服务")
    follow(page, page.get_by_role("link", name="看全部，改一项"))
    assert "由陆伟出具" in page.locator("aside.tools").inner_text()
    follow(page, page.get_by_role("button", name="登记这份意见"))
    window.look("24-record-signed")
    page.goto("/password")
    window.look("25-password")


def test_the_pages_of_those_who_audit_and_of_those_who_manage(shared, at) -> None:
    address, _ = shared
    window = at(address)
    sign_in(window.page, Role.AUDITOR)
    assert "操作日志" == window.page.locator("h1").inner_text()
    window.look("26-trail")
    window = at(address)
    sign_in(window.page, Role.ADMIN)
    window.look("27-accounts")
    window.page.goto("/trail")
    assert "不归这个角色办" == window.page.locator("h1").inner_text()
    window.look("28-forbidden")


def test_a_first_password_is_changed_before_anything_else(shared, at) -> None:
    address, door = shared
    accounts = Accounts(door.store)
    accounts.add("zhaoyi", "赵一", Role.PREPARER, OTHER, now=now(), by=BY)
    window = at(address)
    page = window.page
    page.goto("/")
    page.get_by_label("账户").fill("zhaoyi")
    page.get_by_label("密码").fill(OTHER)
    follow(page, page.get_by_role("button", name="登录"))
    window.look("29-first-password")
    page.get_by_label("现在的密码").fill(OTHER)
    page.get_by_label("新密码", exact=True).fill(GOOD)
    page.get_by_label("再写一遍").fill(GOOD)
    follow(page, page.get_by_role("button", name="改密码"))
    assert "密码已改" in page.get_by_role("status").inner_text()


def test_a_long_name_without_a_blank_fits_a_phone(alone, at) -> None:
    window = at(alone)
    page = window.page
    begin(page, name="吴兴区安全生产社会化服务采购项目" * 4 + "A" * 80)
    page.goto("/")
    window.look("30-long-name")
    page.locator("aside a", has_text="A" * 80).first.click()
    page.wait_for_load_state()
    window.look("31-long-name-asked")
    page.goto(page.url.rstrip("/") + "/verdict")
    window.look("32-long-name-verdict")
