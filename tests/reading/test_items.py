"""What is bought is what ends the phrase; goods and works count where they are bought, built, or alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from policy_engine.model.items import full_code
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.reading import read, reader
from policy_engine.reading.item_names import heads
from policy_engine.reading.items import ItemReader
from policy_engine.reading.matching import Text
from policy_engine.reading.normal import normal
from policy_engine.reading.phrases import Phrases
from reading.base import LEXICON

RULE_SET = as_shipped.rule_set()
ITEMS = RULE_SET.lexicon.items()
READER = ItemReader(ITEMS)
HEADS = heads(ITEMS)


def found(text: str) -> list[Indication]:
    """Give what items point to, before the longest expression of all terms wins."""
    all_found = reader(RULE_SET.lexicon).found(Text("购买内容", text), "采购事项", RULE_SET.vocabulary)
    return [one for one in all_found if one.term.startswith("item.")]


def bought(text: str) -> set[str]:
    """Give the classes of what is found to be bought."""
    return {one.code[0] for one in READER.bought(Phrases(text))}


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("食堂管理服务", "C"),
        ("检测设备", "A"),
        ("检测服务", "C"),
        ("信息系统运维服务", "C"),
        ("空调维修", "C"),
        ("工程监理", "C"),
        ("城市道路工程", "B"),
        ("办公设备租赁", "C"),
        ("购置车辆", "A"),
        ("采购办公设备项目", "A"),
        ("办公设备采购", "A"),
        ("办公设备（二次）采购项目", "A"),
        ("办公设备（一批）维修", ""),
        ("办公设备20台", "A"),
        ("采购保洁服务、办公设备", "CA"),
        ("采购办公设备和复印纸", "A"),
        ("购买办公设备的维修", ""),
        ("购买服务维护办公设备", ""),
        ("维护办公设备", ""),
        ("办公设备盘点", ""),
        ("由中标单位自行购置车辆", ""),
        ("负责车辆购置", ""),
        ("车辆采购、调度", ""),
        ("车辆采购及安装", "A"),
        ("其他办公设备采购", "A"),
        ("采购人", ""),
        ("采购一批", ""),
        ("采购", ""),
        ("装修工程和物业管理服务", "BC"),
        ("包括桥梁工程、隧道工程", "B"),
        ("质量检测服务，包括桥梁工程、隧道工程", "C"),
        ("监理桥梁工程", ""),
        ("实施屋面防水工程，工期两个月", "B"),
        ("购置无人机用于巡查", "A"),
        ("无人机用于巡查", ""),
        ("购买服务用于维护办公设备", "C"),
        ("模拟消费者购买家用电器", ""),
        ("代买药品", ""),
        ("食堂托管，每日采购新鲜蔬菜", ""),
        ("食堂托管，采购办公家具", "A"),
        ("采购新鲜蔬菜", "A"),
        ("新鲜蔬菜", "A"),
        ("保洁、新鲜蔬菜", ""),
        ("校车（自备）", ""),
        ("现有情况：校车", ""),
        ("应急指挥车购置", "A"),
        ("购置", ""),
        ("开发区污水处理工程", "B"),
        ("开发污水处理工程", ""),
        ("需购置办公设备", "A"),
        ("供应商需购置办公设备", ""),
        ("购买办公用房", "A"),
        ("办公用房", ""),
    ],
)
def test_the_head_of_a_phrase_is_what_is_bought(text, classes):
    assert bought(text.replace("（", "(").replace("）", ")").replace("，", ",").replace("：", ":")) == set(
        classes
    )


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("购置便携式计算机", "A02010108", "便携式计算机"),
        ("采购电动执法记录仪", "A02020600", "执法记录仪"),
        ("公园湿地保护工程施工", "B02140600", "湿地保护工程施工"),
        ("办公楼物业管理服务", "C21040000", "物业管理服务"),
        ("政务大厅电梯维修保养", "C23120800", "电梯维修保养"),
        ("公园物业服务", "C", "服务"),
    ],
)
def test_the_longest_name_wins(text, code, name):
    (one,) = READER.bought(Phrases(text))
    assert (full_code(one.code), one.name) == (code, name)


def test_an_ending_that_many_goods_share_is_only_suspected():
    (one,) = READER.bought(Phrases("采购吸粪车"))
    assert (one.code, one.name, one.is_ending) == ("A02", "车", True)
    certainties = {one.certainty for one in found("采购吸粪车")}
    assert certainties == {Certainty.SUSPECTED}
    assert bought("吸粪车") == set()


@pytest.mark.parametrize(
    "text", ["购买数据", "采购资料", "系统工程", "采购标志", "素质提升系统工程", "采购宣传片", "采购作品"]
)
def test_ordinary_words_find_nothing(text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["不采购办公设备", "采购服务，不含办公设备采购", "办公设备采购另行招标", "不含屋面防水工程"]
)
def test_what_is_denied_is_not_bought(text):
    assert [one for one in found(text) if one.value in ("货物", "工程") or one.value is True] == []


def test_an_indication_says_code_class_name_and_that_nobody_checked_it():
    one = next(one for one in found("为科室购置平板式计算机。") if one.field == "采购标的")
    assert (one.value, one.certainty) == ("货物", Certainty.IMPLIED)
    assert (one.words, one.start, one.end) == ("购置平板式计算机", 3, 11)
    assert one.term.startswith("item.A0201")
    assert all(
        word in one.because
        for word in ("“平板式计算机”", "货物类", one.term.removeprefix("item."), "名称未与原文核对")
    )


@pytest.mark.parametrize(
    ("content", "is_found"), [("接送农村学生上下学，三年运营", False), ("三辆，今年到位", True), ("", True)]
)
def test_a_name_alone_says_little_where_the_content_tells_of_work(content, is_found):
    read_all = read(
        RULE_SET.lexicon, RULE_SET.vocabulary, "采购事项", {"事项名称": "农村校车", "购买内容": content}
    )
    assert is_found is any(one.value == "货物" for one in read_all)


def test_services_point_to_what_is_usual_and_are_only_suspected():
    (one,) = found("办公楼物业管理服务")
    assert (one.field, one.value, one.certainty) == ("采购标的", "服务", Certainty.SUSPECTED)


def test_the_term_with_the_nearest_code_counts():
    (goods, works) = sorted(found("体育馆房屋工程总承包服务"), key=lambda one: one.field != "采购标的")
    assert (goods.value, works.field, works.value) == ("工程", "含工程", True)


def test_works_and_services_in_one_sentence_are_a_bundle():
    (bundle,) = [one for one in found("办公楼装修工程和物业管理服务") if one.field == "工程和服务打包"]
    assert bundle.words == "装修工程和物业管理服务"
    assert "工程和服务打包" not in {one.field for one in found("办公楼装修工程。物业管理服务。")}


def test_without_terms_that_name_items_no_catalogue_is_read():
    def read_it():
        raise AssertionError

    bare = replace(LEXICON, items=read_it)
    assert read(bare, RULE_SET.vocabulary, "采购事项", {"购买内容": "装修"}) != ()


def test_names_that_are_cut_off_or_of_what_is_left_over_are_no_heads():
    assert not any("…" in name or name.startswith("其他") or len(name) < 2 for name in HEADS.names)
    assert all(code in ITEMS.names for code in (*HEADS.names.values(), *HEADS.endings.values()))
    assert all(code.startswith("A") for code in HEADS.endings.values())


NAMES = st.sampled_from(sorted(HEADS.names))
UNJOINED = st.sampled_from(
    sorted(name for name in HEADS.names if not Phrases(name).parters and "(" not in name)
)
JOINED = st.sampled_from(
    ["", "、", "和", "，", "。", "（", "）", "采购", "购置", "的", "服务", "一批", "项目", "\n"]
)


@settings(max_examples=examples(200))
@given(st.lists(st.tuples(NAMES, JOINED), min_size=1, max_size=8))
def test_whatever_is_found_stands_in_the_text_and_ends_a_phrase(parts):
    text = normal("".join(name + joint for name, joint in parts)).text
    phrases = Phrases(text)
    for one in READER.bought(phrases):
        assert text[one.start : one.end] == one.name
        assert one.low <= one.start < one.end <= one.high <= phrases.phrase_end(one.end)
        assert one.code[0] in "ABC"


@settings(max_examples=examples(100))
@given(UNJOINED, UNJOINED)
def test_a_service_that_names_an_object_is_no_goods(name, other):
    assert bought(f"采购{name}{other}维修") <= {"C"}
    assert bought(f"{name}检测服务") <= {"C"}
