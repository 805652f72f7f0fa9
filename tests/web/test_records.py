"""The desk's records: filed from a verdict, listed, held to the chain, decided again, printed again; read over the API."""

import html
import re
import sys

import pytest
from starlette.testclient import TestClient

import as_shipped
from cli.contract import envelope_in
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web.app import make_app
from records.made import change
from web.test_desk import begin, heading, path

ADDRESS = "http://127.0.0.1:8102"
pytestmark = pytest.mark.usefixtures("spared")


@pytest.fixture(scope="module")
def sources():
    return read_sources(shipped_rule_base(None).files)


@pytest.fixture
def place(tmp_path):
    return place_of(str(tmp_path / "记录" / "记录.sqlite"))


@pytest.fixture
def desk(place, sources, tmp_path):
    app = make_app(as_shipped.compiled(), sources, tmp_path / "drafts", str(place.file))
    with TestClient(app, base_url=ADDRESS) as client:
        yield client


def filed(desk, by: str = "陆某", **told):
    draft = re.match(r"(/drafts/[^/?]+)", path(begin(desk, **told)))[1]
    return desk.post(f"{draft}/record", data={"by": by})


def test_a_verdict_is_filed_and_shown_as_a_record(desk, place) -> None:
    page = filed(desk)
    assert (200, "/records/1") == (page.status_code, path(page))
    assert "记录第1号：机关物业" == heading(page)
    record = open_store(place).record(1)
    assert ("陆某", "both") == (record.content["by"], record.content["engine"])
    for told in (
        record.digest,
        record.content["decision"]["paper"],
        "浙江省湖州市吴兴区",
        "办公楼保洁、保安、绿化养护",
    ):
        assert told in page.text
    assert "购买内容" in page.text
    assert "采购事项·" not in page.text


def test_nobody_files_without_a_name(desk, place) -> None:
    page = filed(desk, by="  ")
    assert (422, True) == (page.status_code, "没有写由谁出具" in page.text)
    assert not place.file.exists()


def test_where_nothing_was_filed_the_list_says_so_and_makes_nothing(desk, place) -> None:
    page = desk.get("/records")
    assert (200, True) == (page.status_code, "还没有登记过" in page.text)
    assert (404, 404) == (desk.get("/records/1").status_code, desk.get("/records/1/opinion.html").status_code)
    assert not place.file.exists()


def test_records_are_listed_found_and_paged(desk, monkeypatch) -> None:
    monkeypatch.setattr("policy_engine.web.records._MOST", 2)
    for name in ("甲", "乙", "丙"):
        filed(desk, name=name)
    first = desk.get("/records").text
    assert ["第3号", "第2号"] == re.findall(r'<th scope="row" class="num nb">(.*?)</th>', first)
    more = html.unescape(re.search(r'href="(/records\?[^"]*before=[^"]*)"', first)[1])
    assert ["第1号"] == re.findall(r'<th scope="row" class="num nb">(.*?)</th>', desk.get(more).text)
    assert ["第2号"] == re.findall(
        r'<th scope="row" class="num nb">(.*?)</th>', desk.get("/records?q=乙").text
    )
    assert "没有符合的" in desk.get("/records?by=别人").text
    wrong = desk.get("/records?since=昨天")
    assert "“昨天”不是日期" in wrong.text
    assert "第3号" in desk.get("/records?since=2020年1月1日").text


def test_a_change_is_named_where_all_are_held_to_the_chain(desk, place) -> None:
    filed(desk)
    filed(desk)
    assert "第1号到第2号，每一份都与后一份记下的摘要一致" in desk.get("/records?check=1").text
    change(open_store(place), 'UPDATE records SET "by" = ? WHERE number = 1', "别人")
    page = desk.get("/records?check=1").text
    assert "第1号检索用的栏与内容对不上" in page
    assert "不要再登记" in page


def test_a_record_says_whether_it_is_as_it_was_filed_and_joins_its_neighbours(desk, place) -> None:
    filed(desk)
    assert "这一份的内容与它的摘要一致。别的各份要核对全部" in desk.get("/records/1").text
    filed(desk)
    assert "这一份的内容与它的摘要一致，与前后各份接得上。" in desk.get("/records/1").text
    change(
        open_store(place),
        "UPDATE records SET content = replace(content, ?, ?) WHERE number = 2",
        '"engine":"both"',
        '"engine":"compiled"',
    )
    for number in (1, 2):
        assert "内容与摘要、或者与前后的记录对不上" in desk.get(f"/records/{number}").text


def test_nothing_is_filed_on_an_end_that_was_cut(desk, place) -> None:
    filed(desk)
    filed(desk)
    change(open_store(place), "DELETE FROM records WHERE number = 2")
    page = filed(desk)
    assert (422, True) == (page.status_code, "与存下的末尾对不上，没有登记" in page.text)


def test_a_record_is_decided_again_by_then_and_now_and_by_another_day(desk) -> None:
    filed(desk)
    page = desk.get("/records/1?again=1").text
    assert 2 == page.count("结果相同")
    other = desk.get("/records/1?day=2013年1月1日").text
    assert "按2013年1月1日的规定，用当时的规则库" in other
    assert "有不同" in other
    assert "“某日”不是日期" in desk.get("/records/1?day=某日").text


def test_the_paper_of_a_record_has_its_number(desk, place) -> None:
    filed(desk)
    page = desk.get("/records/1/opinion.html").text
    assert "记录编号　1" in page
    assert open_store(place).record(1).digest[:32] in page
    assert b"PK" == desk.get("/records/1/opinion.docx").content[:2]
    assert 404 == desk.get("/records/1/opinion.exe").status_code


def test_what_was_told_stays_text(desk) -> None:
    page = filed(desk, name="<script>甲</script>", by="<b>陆</b>")
    assert "<script>甲" not in page.text
    assert "<b>陆" not in page.text
    assert "<script>甲" not in desk.get("/records").text


def test_programs_read_records(desk) -> None:
    assert 404 == desk.get("/api/v1/records").status_code
    filed(desk, name="甲")
    filed(desk, name="乙")
    listed = envelope_in(desk.get("/api/v1/records").text)
    assert ["乙", "甲"] == [one["content"]["case"]["name"] for one in listed["results"]]
    assert [1] == [one["number"] for one in envelope_in(desk.get("/api/v1/records?before=2").text)["results"]]
    assert [1] == [one["number"] for one in envelope_in(desk.get("/api/v1/records?q=甲").text)["results"]]
    (shown,) = envelope_in(desk.get("/api/v1/records/1").text)["results"]
    assert listed["results"][1] == shown
    (verified,) = envelope_in(desk.get("/api/v1/records/verify").text)["results"]
    assert (2, True) == (verified["records"], verified["is_whole"])
    for wrong, status in (("9", 404), ("x", 422), ("0", 422), ("9" * 30, 422)):
        answer = desk.get(f"/api/v1/records/{wrong}")
        assert status == answer.status_code
        envelope_in(answer.text)
    assert 405 == desk.post("/api/v1/records", json={}).status_code


def test_without_the_part_the_desk_says_what_to_install(desk, monkeypatch) -> None:
    for name in [
        name
        for name in sys.modules
        if name.startswith(("policy_engine.web.records", "policy_engine.records"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    page = desk.get("/records")
    assert (501, True) == (page.status_code, "policy-engine[records]" in html.unescape(page.text))
    answer = desk.get("/api/v1/records")
    assert (501, "PE906") == (answer.status_code, envelope_in(answer.text)["diagnostics"][0]["code"])
