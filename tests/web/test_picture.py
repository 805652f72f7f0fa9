"""The reasoning as a picture: what it shows of a decision, and that it can be read."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

import as_shipped
from policy_engine.foundation.width import display_width
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import read_source
from policy_engine.usecases import check
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web.app import make_app
from policy_engine.web.picture import picture_of
from web.test_desk import begin, path, to_the_signature

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


def decided(example: Path):
    compiled = as_shipped.compiled()
    defaults = CaseDefaults(today=739_000)
    for case in load_cases(read_source(example), compiled.rule_set, defaults):
        for one in check(compiled, case).subjects:
            yield one, picture_of(one, compiled.rule_set)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.stem)
def test_whatever_carries_a_verdict_is_drawn_and_fits(example) -> None:
    for one, picture in decided(example):
        assert (picture is None) is (not one.grounds)
        for drawing in (picture.broad, picture.slim) if picture is not None else ():
            kinds = [box.kind for box in drawing.boxes]
            assert 1 == kinds.count("verdict")
            for box in drawing.boxes:
                assert 0 <= box.x
                assert box.x + box.width <= drawing.width + 2
                assert 0 <= box.y
                assert box.y + box.height <= drawing.height
                for line, y, _ in box.lines:
                    assert box.y < y < box.y + box.height
                    # At 16.5 a Chinese character, two columns, is as wide as it is high.
                    assert display_width(line) / 2 * 16.5 <= box.width
            for at, box in enumerate(drawing.boxes):
                for other in drawing.boxes[at + 1 :]:
                    apart = box.x + box.width <= other.x or other.x + other.width <= box.x
                    assert apart or box.y + box.height <= other.y or other.y + other.height <= box.y


def test_what_settled_it_is_told_in_words_too(tmp_path) -> None:
    example = next(one for one in EXAMPLES if one.stem == "purchase-property-service")
    ((one, picture),) = decided(example)
    assert one.grounds[0].rule.title in picture.words
    assert "已列入预算 是（部门预算批复）" in picture.words
    assert picture.words.endswith("结论：可以实施。")
    boxes = [line for box in picture.broad.boxes for line, _, _ in box.lines]
    assert {"财政部令第102号", "第十四条", "成立", "可以实施"} <= set(boxes)
    assert ["事实", "条件", "规定", "结论"] == [head for *_, head in picture.broad.heads]
    assert ["事实", "条件", "规定"] == [head for *_, head in picture.slim.heads]


def boxes_of(name: str, column: float) -> list[str]:
    """Give what stands in the boxes of a column, each in one line."""
    example = next(one for one in EXAMPLES if one.stem == name)
    ((_, picture),) = decided(example)
    return ["".join(line for line, _, _ in box.lines) for box in picture.broad.boxes if box.x == column]


def test_between_facts_and_rules_stand_the_conditions_that_they_meet() -> None:
    assert ["服务期总长超过36个月成立"] == boxes_of("purchase-renewal", 264)
    # What rests on several facts stands by itself, the rest together.
    assert ["企业规模为大型或者中型成立", "环节为排查；专家人数少于3名2项都成立"] == boxes_of(
        "staffing-textile-mill", 264
    )
    assert "购买内容含有建设工程成立" in boxes_of("purchase-wall-repair", 264)


def test_every_box_but_the_verdict_leads_somewhere() -> None:
    for example in EXAMPLES:
        for _, picture in decided(example):
            if picture is None:
                continue
            broad = picture.broad
            starts = {line.removeprefix("M").split("C")[0] for line, _ in broad.arrows}
            for box in broad.boxes:
                if box.kind == "settles":
                    assert f"{box.x + box.width} {box.middle}" in starts


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    sources = read_sources(shipped_rule_base(None).files)
    with TestClient(
        make_app(as_shipped.compiled(), sources, folder, str(folder / "记录.sqlite")),
        base_url="http://127.0.0.1:8102",
    ) as client:
        yield client


def test_the_page_of_a_verdict_has_it_and_that_of_an_open_case_has_not(desk) -> None:
    page = to_the_signature(desk)
    assert "<figure" not in desk.get(f"{path(page)}/verdict").text
    verdict = desk.post(path(page), data={"asked": "", "a": "没有", "by": "王某"})
    assert 2 == verdict.text.count("推理图：从事实到结论")


def test_no_text_becomes_markup_in_it(desk) -> None:
    page = begin(desk, name="<b>甲</b>")
    draft = path(page)
    desk.post(f"{draft}/facts/采购标的", data={"a": "货物", "asked": "采购标的"})
    verdict = desk.get(f"{draft}/verdict")
    assert "<figure" in verdict.text
    assert "<b>甲" not in verdict.text
