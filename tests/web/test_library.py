"""The rule library: on a day and in a place, searched, each document with its course, its examples and its coverage."""

import html
import re

import pytest
from starlette.testclient import TestClient

import as_shipped
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web.app import make_app


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    sources = read_sources(shipped_rule_base(None).files)
    app = make_app(as_shipped.compiled(), sources, tmp_path_factory.mktemp("desk"))
    with TestClient(app, base_url="http://127.0.0.1:8102") as client:
        yield client


def documents():
    return as_shipped.compiled().rule_set.documents.values()


def measures():
    return next(one for one in documents() if one.number == "财政部令第102号")


def words(page) -> str:
    main = re.search(r"<main.*</main>", page.text, re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


def listed(page) -> set[str]:
    return set(re.findall(r'<th scope="row"><a href="/rules/([^"?]*)', page.text))


def test_on_a_day_only_what_is_in_force_is_listed(desk) -> None:
    before, after = (listed(desk.get("/rules", params={"d": d})) for d in ("2019-12-1", "2026-3-1"))
    assert (measures().id in before, measures().id in after) == (False, True)


def test_in_a_place_its_own_documents_are_listed_beside_those_of_the_country(desk) -> None:
    country, place = listed(desk.get("/rules")), listed(desk.get("/rules", params={"p": "浙江省湖州市"}))
    own = {one.id for one in documents() if one.area == "330500"}
    assert country < place
    assert (place & own, country & own) == (place - country & own, set())
    assert place & own


def test_everything_that_is_registered_is_listed_on_demand(desk) -> None:
    assert {one.id for one in documents()} == listed(desk.get("/rules", params={"all": "1"}))


def test_words_are_found_in_titles_and_in_the_text_with_the_place_they_stand(desk) -> None:
    page = desk.get("/rules", params={"q": "劳务派遣"})
    assert '<mark class="hit">劳务派遣</mark>' in page.text
    rule, anchor = re.search(r'<a href="/rules/([^"#?]*)#([^"]*)">[^<]*第十条第（五）项', page.text).groups()
    assert f'id="{anchor}"' in desk.get(f"/rules/{rule}").text
    assert "没有找到" in words(desk.get("/rules", params={"q": "没有人写过的话"}))


def test_what_is_looked_for_is_shown_as_it_was_written(desk) -> None:
    page = desk.get("/rules", params={"q": "<b>x</b>"})
    assert "<b>x" not in page.text


def test_a_day_or_a_place_that_cannot_be_read_is_told(desk) -> None:
    page = desk.get("/rules", params={"d": "某日", "p": "某地"})
    assert 422 == page.status_code
    assert "“某日”不是日期" in words(page)
    assert "“某地”不知道是哪里" in words(page)


def test_a_document_tells_its_course_with_the_day_that_is_looked_at(desk) -> None:
    page = desk.get(f"/rules/{measures().id}", params={"d": "2019-12-1"})
    course = words(page).partition("沿革")[2]
    assert course.index("2019年12月1日") < course.index("2020年3月1日")
    assert "本件还没有施行" in words(page)
    assert "本件" not in words(desk.get(f"/rules/{measures().id}")).partition("沿革")[0]


def test_a_document_that_another_took_the_place_of_leads_to_it(desk) -> None:
    old = next(one for one in documents() if one.governed_by_later)
    assert f'href="/rules/{old.governed_by_later}"' in desk.get(f"/rules/{old.id}").text


def test_rules_have_their_examples_and_documents_their_coverage(desk) -> None:
    page = desk.get(f"/rules/{measures().id}")
    assert re.search(r"例子[0-9]+个", page.text)
    assert re.search(r"覆盖：[0-9]+条规范，[0-9]+条编成规则", page.text)


@pytest.mark.parametrize("document", documents(), ids=lambda one: one.id)
def test_every_document_is_read(desk, document) -> None:
    assert 200 == desk.get(f"/rules/{document.id}", params={"p": "浙江省湖州市"}).status_code
