"""The desk in a browser: an official's whole path without a script, what it refuses, and that no text becomes markup."""

import html
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import typst
import yaml
from starlette.testclient import TestClient

import as_shipped
from policy_engine.reporting.opinion.pdf import FONTS
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web.app import make_app
from policy_engine.web.desk import MENU

PLACE = "浙江省湖州市吴兴区"
PROPERTY = {"name": "机关物业", "text": "办公楼保洁、保安、绿化养护", "place": PLACE}
ANSWERS = {
    "采购标的": "服务",
    "已列入预算": "是",
    "购买主体类型": "国家机关",
    "已列入目录": "是",
    "付费方": "政府",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("desk") / "drafts"


@pytest.fixture(scope="module")
def desk(folder):
    app = make_app(as_shipped.compiled(), read_sources(shipped_rule_base(None).files), folder)
    with TestClient(app, base_url="http://127.0.0.1:8102") as client:
        yield client


def begin(desk, **told):
    page = desk.post("/subjects/采购事项", data=PROPERTY | told)
    return desk.get(path(page).removesuffix("/text")) if page.url.path.endswith("/text") else page


def asked(page) -> str:
    return re.search(r'name="asked" value="([^"]*)"', page.text)[1]


def heading(page) -> str:
    return re.sub(r"<[^>]*>", "", re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)[1]).strip()


def path(page) -> str:
    return page.url.path


def to_the_signature(desk, **told):
    page = begin(desk, **told)
    for _ in range(10):
        if (field := asked(page)) not in ANSWERS:
            return page
        page = desk.post(path(page), data={"asked": field, "a": ANSWERS[field]})
        assert page.status_code == 200
    pytest.fail("the questions don't end")


def test_an_official_comes_from_a_text_to_an_opinion(desk) -> None:
    page = to_the_signature(desk)
    assert "有没有其他应当说明的情形" in heading(page)
    verdict = desk.post(path(page), data={"asked": "", "a": "没有", "by": "王某"})
    assert verdict.url.path.endswith("/verdict")
    assert "可以作为政府购买服务实施" == heading(verdict)
    assert "第十四条" in verdict.text
    assert "双引擎复核一致" in verdict.text
    assert "纳入政府购买服务指导性目录的服务事项，已安排预算的，可以实施政府购买服务" in verdict.text


@pytest.mark.parametrize(
    ("ending", "begins"), [(".html", b"<!doctype html>"), (".docx", b"PK"), (".pdf", b"%PDF")]
)
def test_the_opinion_is_had_on_paper(desk, ending, begins) -> None:
    if ending == ".pdf" and not set(FONTS) & set(typst.Fonts().families()):
        pytest.skip("no Chinese font here")
    page = to_the_signature(desk)
    desk.post(path(page), data={"asked": "", "a": "没有", "by": "王某"})
    found = desk.get(f"{path(page)}/opinion{ending}")
    assert (200, begins) == (found.status_code, found.content[: len(begins)])


def test_a_paper_of_another_kind_is_not_there(desk) -> None:
    page = to_the_signature(desk)
    assert 404 == desk.get(f"{path(page)}/opinion.exe").status_code


def test_a_printed_page_brings_no_style_that_the_browser_would_refuse(desk) -> None:
    page = to_the_signature(desk)
    found = desk.get(f"{path(page)}/opinion.html")
    assert "<style" not in found.text
    (address,) = re.findall(r'rel="stylesheet" href="([^"]*)"', found.text)
    assert "text/css" in desk.get(address).headers["content-type"]


def test_correcting_a_fact_changes_the_verdict(desk) -> None:
    page = to_the_signature(desk)
    draft = path(page)
    verdict = desk.post(draft, data={"asked": "", "a": "没有", "by": "王某"})
    correct = desk.get(f"{draft}/facts/采购标的")
    assert 'value="服务" checked' in re.sub(r'" aria-describedby="c\d"', '"', correct.text)
    changed = desk.post(f"{draft}/facts/采购标的", data={"a": "货物"})
    assert heading(verdict) != heading(changed)
    assert "不得" in heading(changed)


def test_the_step_before_takes_the_last_answer_back(desk) -> None:
    first = begin(desk)
    second = desk.post(path(first), data={"asked": asked(first), "a": "服务"})
    back = desk.post(f"{path(first)}/back")
    assert asked(first) == asked(back) != asked(second)


def test_what_is_not_clear_is_not_asked_again_but_stands_in_the_opinion(desk) -> None:
    page = begin(desk)
    field = asked(page)
    later = desk.post(path(page), data={"asked": field, "a": "不清楚", "u": "等采购科答复"})
    assert asked(later) != field
    opinion = desk.get(f"{path(page)}/verdict")
    assert "等采购科答复" in opinion.text


@pytest.mark.parametrize("told", [{}, {"a": ""}, {"a": "也许"}])
def test_no_answer_is_told_and_asked_again(desk, told) -> None:
    page = begin(desk)
    again = desk.post(path(page), data={"asked": asked(page)} | told)
    assert (422, asked(page)) == (again.status_code, asked(again))
    assert "有1处要改" in again.text


def test_a_page_that_is_older_than_the_draft_changes_nothing(desk) -> None:
    page = begin(desk)
    next_ = desk.post(path(page), data={"asked": asked(page), "a": "服务"})
    stale = desk.post(path(page), data={"asked": asked(page), "a": "货物"})
    assert "刚才的答案没有采用" in stale.text
    assert "刚才的答案没有采用" not in next_.text
    assert asked(stale) == asked(next_)
    assert '采购标的: "服务"' in desk.get(f"{path(page)}/case.yaml").text


def test_no_name_no_signature(desk) -> None:
    page = to_the_signature(desk)
    again = desk.post(path(page), data={"asked": "", "a": "没有", "by": " "})
    assert (422, True) == (again.status_code, "没有写姓名的声明不作数" in again.text)
    unsigned = desk.post(path(page), data={"asked": "", "a": "先不署名"})
    assert "需补充核实" in heading(unsigned)


def test_unfinished_work_is_one_click_away(desk) -> None:
    page = begin(desk, name="还没有办完的一件事")
    start = desk.get("/")
    assert f'href="{path(page)}"' in start.text
    assert "还没有办完的一件事" in start.text


MARKUP = "<script>alert(1)</script>\"'&{{7*7}}"


def test_no_text_of_a_user_becomes_markup(desk) -> None:
    page = begin(desk, name=MARKUP, text=MARKUP)
    shown = [page, desk.get("/"), desk.get(f"{path(page)}/verdict")]
    for one in shown:
        assert "<script>alert" not in one.text
        assert "49" not in heading(one)
    assert any(html.escape(MARKUP, quote=False)[:12] in one.text for one in shown)


@pytest.mark.parametrize("place", ["湖洲市", "火星"])
def test_a_place_that_is_not_there_is_told_and_the_text_is_kept(desk, place: str) -> None:
    page = begin(desk, place=place)
    assert (422, True, True) == (page.status_code, PROPERTY["text"] in page.text, "有1处要改" in page.text)


@pytest.mark.parametrize("subject", [subject for subject, _, _ in MENU])
def test_every_way_in_leads_to_a_question(desk, subject: str) -> None:
    assert desk.get(f"/subjects/{subject}").status_code == 200
    page = desk.post(
        f"/subjects/{subject}", data={"place": PLACE, "phase": "合同" if subject == "服务合同" else ""}
    )
    assert asked(page)


def test_every_document_with_rules_can_be_read(desk) -> None:
    shelf = desk.get("/rules", params={"all": "1"})
    links = set(re.findall(r'href="(/rules/[^"?]+)', shelf.text))
    documents = {rule.citation.document.id for rule in as_shipped.compiled().rule_set.rules}
    assert {f"/rules/{one}" for one in documents} <= links
    for link in sorted(links)[::6]:
        assert desk.get(link).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/nowhere", "/subjects/没有", "/rules/没有", "/drafts/..%2f..%2fetc", "/drafts/AAAAAAAAAAAAAAAA"],
)
def test_what_is_not_there_is_told(desk, address: str) -> None:
    page = desk.get(address)
    assert 404 == page.status_code
    assert "Traceback" not in page.text


def test_pages_are_shown_without_anything_from_elsewhere(desk) -> None:
    page = begin(desk)
    for one in (
        desk.get("/"),
        page,
        desk.get(f"{path(page)}/verdict"),
        desk.get("/rules"),
        desk.get("/nowhere"),
    ):
        policy = one.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(
            r'\sstyle="|\son\w+="|<script(?! src="/static/)|https?://(?!www\.w3\.org)', one.text
        )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://127.0.0.1:8102", "sec-fetch-site": "same-origin"}, 303),
        ({}, 303),
    ],
)
def test_only_this_machines_own_pages_may_send_a_form(desk, headers, status) -> None:
    page = desk.post("/subjects/采购事项", data=PROPERTY, headers=headers, follow_redirects=False)
    assert status == page.status_code


def test_a_body_that_is_too_large_is_refused(desk) -> None:
    page = desk.post("/subjects/采购事项", data=PROPERTY | {"text": "保" * 600_000})
    assert 413 == page.status_code


def test_drafts_are_nobody_elses(desk, folder) -> None:
    begin(desk)
    assert 0o700 == folder.stat().st_mode & 0o777
    assert not [one for one in folder.iterdir() if one.name.startswith(".")]


def test_a_draft_that_was_spoilt_hides_no_other(desk, folder) -> None:
    page = begin(desk, name="完好的")
    spoilt = path(begin(desk, name="坏了的")).rsplit("/", 1)[1]
    (folder / f"{spoilt}.yaml").write_text("- [", "utf-8")
    start = desk.get("/")
    assert "完好的" in start.text
    assert path(page) in start.text
    told = desk.get(f"/drafts/{spoilt}")
    assert told.status_code in (404, 422)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("yaml", "- {采购事项: {}}\n- {采购事项: {}}\n"),
        ("yaml", ""),
        ("yaml", "企业: {}\n"),
        ("json", "[]"),
        ("json", '{"order": 7}'),
        ("json", "{"),
    ],
)
def test_a_draft_that_somebody_edited_into_something_else_is_told(desk, folder, file: str, text: str) -> None:
    name = path(begin(desk)).rsplit("/", 1)[1]
    (folder / f"{name}.{file}").write_text(text, "utf-8")
    assert desk.get(f"/drafts/{name}").status_code in (404, 422)


def test_a_draft_that_was_changed_elsewhere_is_read_anew(desk, folder) -> None:
    page = begin(desk)
    field = asked(page)
    file = folder / f"{path(page).rsplit('/', 1)[1]}.yaml"
    file.write_text(file.read_text("utf-8") + f"  {field}: 服务\n", "utf-8")
    assert asked(desk.get(path(page))) != field


def test_every_article_that_is_named_leads_to_its_place_in_the_document(desk) -> None:
    page = to_the_signature(desk)
    verdict = desk.post(path(page), data={"asked": "", "a": "没有", "by": "王某"})
    links = re.findall(r'href="(/rules/[^"#]+)#([^"]+)"', verdict.text + begin(desk).text)
    assert len(links) > 2
    for address, anchor in links:
        assert f'<article id="{anchor}">' in desk.get(address).text


WINDOW = {"name": "窗口辅助服务", "text": "招聘20名劳务派遣人员在窗口工作，服务期12个月", "place": PLACE}


def test_what_a_text_states_is_shown_in_it_and_waits_to_be_confirmed(desk) -> None:
    page = desk.post("/subjects/采购事项", data=WINDOW)
    assert page.url.path.endswith("/text")
    assert re.search(r'<mark class="fact" id="w\d+">[^<]*劳务派遣', page.text)
    assert '<mark class="sign"' in page.text
    draft = page.url.path.removesuffix("/text")
    kept = desk.get(f"{draft}/case.yaml").text
    assert "劳务派遣:" not in kept, "nothing that was read is used before somebody says so"


def test_what_is_proposed_can_be_confirmed_as_it_stands(desk) -> None:
    text = "服务期12个月，预算186.5万元，2026年1月15日签订合同"
    page = desk.post("/subjects/采购事项", data=WINDOW | {"text": text})
    controls = re.findall(r'<input id="f\d+"[^>]*name="([^"]*)" value="([^"]*)"', page.text)
    assert {"合同期限_月": "12", "项目金额_万元": "186.5"}.items() <= dict(controls).items()
    draft = page.url.path.removesuffix("/text")
    assert not desk.post(f"{draft}/text", data=dict(controls)).url.path.endswith("/text")
    assert 'value="12"' in desk.get(f"{draft}/facts/合同期限_月").text


def test_what_was_confirmed_is_a_fact_and_says_where_it_comes_from(desk) -> None:
    draft = desk.post("/subjects/采购事项", data=WINDOW).url.path.removesuffix("/text")
    verdict = desk.post(f"{draft}/text", data={"劳务派遣": "是", "合同期限_月": "12"})
    assert "不得" in heading(verdict)
    assert "经办人核对" in verdict.text


def test_what_nobody_is_sure_of_is_asked_and_what_is_denied_needs_a_reason(desk) -> None:
    draft = desk.post("/subjects/采购事项", data=WINDOW).url.path.removesuffix("/text")
    page = desk.post(f"{draft}/text", data={"劳务派遣": "不清楚", "合同期限_月": "12"})
    assert "劳务派遣" == asked(page)
    denied = desk.post(draft, data={"asked": "劳务派遣", "a": "否"})
    assert "由谁认定，凭什么" in heading(denied)


def test_who_turns_a_proposal_round_has_to_say_who_judged_so(desk) -> None:
    draft = desk.post("/subjects/采购事项", data=WINDOW).url.path.removesuffix("/text")
    page = desk.post(f"{draft}/text", data={"劳务派遣": "否", "合同期限_月": "12"})
    assert ("劳务派遣", True) == (asked(page), "由谁认定，凭什么" in heading(page))


def test_a_proposal_that_cannot_be_read_is_told_and_nothing_is_kept(desk) -> None:
    draft = desk.post("/subjects/采购事项", data=WINDOW).url.path.removesuffix("/text")
    page = desk.post(f"{draft}/text", data={"劳务派遣": "是", "合同期限_月": "十来个月"})
    assert (422, True) == (page.status_code, "处要改" in page.text)
    assert "劳务派遣:" not in desk.get(f"{draft}/case.yaml").text


def test_marks_that_overlap_leave_the_text_as_it_was(desk) -> None:
    page = desk.post("/subjects/采购事项", data=WINDOW)
    paper = re.search(r'class="paper"[^>]*><p>(.*?)</p>', page.text, re.DOTALL)[1]
    assert WINDOW["text"] == re.sub(r"<[^>]*>", "", re.sub(r"<sup>.*?</sup>", "", paper))


def test_a_text_that_is_written_anew_is_read_anew(desk) -> None:
    page = desk.post("/subjects/采购事项", data=PROPERTY | {"text": "保洁，服务期12个月"})
    assert path(page).endswith("/text")
    link = re.search(r'<a href="([^"]*)">材料不对，改材料</a>', page.text)[1]
    assert "保洁，服务期12个月" in desk.get(link).text
    again = desk.post(link, data={"v": "保安，服务期24个月"})
    assert path(page) == path(again)
    assert 'value="24"' in again.text
    # Without anything to confirm it goes on.
    assert path(page).removesuffix("/text") == path(desk.post(link, data={"v": "保安"}))


def test_what_is_wrong_is_told_where_it_is_and_what_was_chosen_stays(desk) -> None:
    page = desk.post(path(to_the_signature(desk)), data={"asked": "", "a": "没有", "by": ""})
    assert '<a href="#by">没有写姓名的声明不作数' in page.text
    assert re.search(r'<p class="err" id="by-e">没有写姓名.*aria-describedby="by-e"', page.text, re.DOTALL)
    assert re.search(r'value="没有" checked', page.text)
    page = desk.post(path(begin(desk)), data={"asked": "采购标的"})
    assert '<p class="err">还没有选' in page.text


def test_who_corrects_can_go_back_without(desk) -> None:
    draft = path(begin(desk))
    page = desk.get(f"{draft}/facts/采购标的")
    assert f'<a href="{draft}/verdict">不改，回去</a>' in page.text


def test_of_two_who_correct_a_draft_at_once_neither_is_lost(desk) -> None:
    page = to_the_signature(desk)
    told = {"特许经营": "是", "涉密": "是", "转包": "是", "购买主体类型": "党的机关"}
    with ThreadPoolExecutor(4) as pool:
        answers = [
            pool.submit(desk.post, f"{path(page)}/facts/{field}", data={"a": value, "asked": field})
            for field, value in told.items()
        ]
        assert {one.result().status_code for one in answers} == {200}
    kept = yaml.safe_load(desk.get(f"{path(page)}/case.yaml").text)["采购事项"]
    assert {"特许经营": True, "涉密": True, "转包": True, "购买主体类型": "党的机关"} == {
        name: kept.get(name) for name in told
    }


def test_what_was_signed_for_one_text_does_not_stand_for_another(desk) -> None:
    page = to_the_signature(desk)
    signed = desk.post(path(page), data={"asked": "", "a": "没有", "by": "王某"})
    assert "可以" in heading(signed)
    changed = desk.post(f"{path(page)}/facts/购买内容", data={"v": "机关食堂就餐服务", "asked": "购买内容"})
    assert "有没有其他应当说明的情形" in heading(changed)


def test_drafts_are_for_their_user_alone_whatever_folder_they_lie_in(desk, folder) -> None:
    begin(desk)
    assert {0o600} == {one.stat().st_mode & 0o777 for one in folder.iterdir()}


def test_an_error_of_the_program_is_told_in_words(folder, monkeypatch) -> None:
    app = make_app(as_shipped.compiled(), read_sources(shipped_rule_base(None).files), folder)
    monkeypatch.setattr("policy_engine.web.library.Library.shelves", lambda *_, **__: 1 / 0)
    with TestClient(app, base_url="http://127.0.0.1:8102", raise_server_exceptions=False) as client:
        page = client.get("/rules")
    assert (500, True, True) == (page.status_code, "程序出错" in page.text, "ZeroDivisionError" in page.text)
