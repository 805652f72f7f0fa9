"""What terms find, what takes them back, and what is promised of every text."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.toy import prepared
from policy_engine.model.calendar import day_number
from policy_engine.model.lexicon import Certainty
from policy_engine.reading import read
from policy_engine.reading.denials import is_denied_by_its_neighbour
from reading.base import LEXICON, RULE_SET, TERMS, found, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("办公楼外墙修缮", ["外墙修缮"]),
        ("老旧小区装修改造项目", ["装修改造"]),
        ("老旧小区装　修 改造", ["装　修 改造"]),
        ("老舊小區裝修改造", ["裝修改造"]),
        ("装修\n改造", ["装修"]),
        ("为改善群众办事环境拟对便民服务大厅进行装\n修改造", ["装\n修改造"]),
        ("为改善群众办事环境拟对便民服务大厅实施装修\n一、改造内容", ["装修"]),
        ("二〇二六年度城区环卫一体化和绿化养护服务\n装修", ["装修"]),
        ("《装修改造管理办法》的宣传", []),
        ("装修改造政策宣传", []),
        ("参观装修样板", []),
        ("装修。本项目不涉及任何建设内容。", []),
        ("统计“装修”和保洁的户数", []),
        ("（统计）装修：外墙", []),
        ("统计户数，装修", ["装修"]),
        ("装修。统计户数", ["装修"]),
    ],
)
def test_words_are_found_as_they_were_written(text, expected):
    assert expected == words(text)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("装修改造工程监理服务", False),
        ("装修改造（二期）工程监理服务", False),
        ("监理及装修", True),
        ("装修和监理", True),
        ("装修、监理", True),
        ("装修并监理", True),
        ("装修工程设计施工总承包", True),
        ("办公楼装修，另做审计", True),
    ],
)
def test_the_last_head_of_a_phrase_is_what_is_bought(text, is_found):
    assert is_found == any(one.field == "含工程" for one in found(text))


# Works are things that can be bought: items of the catalogue point to them. A name takes back nothing else.
BUYABLE = replace(
    LEXICON,
    terms=(*LEXICON.terms, replace(LEXICON.terms[0], id="items.works", words=(), items=("B",))),
)


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("二号楼改造监理服务", False),
        ("关于购买二号楼改造监理服务的请示", False),
        ("二号楼改造项目结算审计（2026年度）", False),
        # What the words say is the head of what is bought, or the name tells of work that may hold works.
        ("二号楼改造", True),
        ("二号楼监理和改造", True),
        ("机关物业服务", True),
        # A sentence is no name.
        ("二号楼已完成改造，购买监理服务。", True),
    ],
)
def test_the_head_of_the_name_is_what_is_bought(name, is_found):
    texts = {"事项名称": name, "购买内容": "二号楼外墙修缮三百平方米"}

    read_of = read(BUYABLE, RULE_SET.vocabulary, "采购事项", texts)

    assert is_found == any(one.text == "购买内容" for one in read_of)


def test_a_word_that_takes_back_anywhere_may_stand_in_the_name():
    texts = {"事项名称": "本项目不涉及任何建设内容", "购买内容": "装修"}

    assert not read(BUYABLE, RULE_SET.vocabulary, "采购事项", texts)
    assert read(LEXICON, RULE_SET.vocabulary, "采购事项", texts), "it takes back things alone"


def test_a_head_within_a_longer_word_is_none():
    assert ["装修"] == words("装修审计化试点")
    assert not words("装修审计试点")


def test_asides_without_end_are_read_like_any_text():
    assert words("装修" + "（一期）" * 2000 + "监理") == ["装修"]
    assert words("装修（一期）（二标段）监理") == []


@pytest.mark.parametrize(
    "text",
    [
        "不含装修",
        "不存在装修",
        "提供保洁服务，不包括装修改造、施工",
        "不含：装修",
        "保洁服务（不含装修）",
        "非装修类服务",
        "除装修外的全部服务",
        "除装修改造、施工以外的内容",
        "装修另行采购",
        "装修、施工由采购人自行实施",
        "保洁服务，另行采购装修",
        "装修除外",
        "装修不在本次采购范围内",
        "装修不属于本次采购内容",
        "装修（另行采购）",
        "严禁擅自装修",
        "不得将施工的主体部分用于装修",
        "无需装修",
        "装修部分不纳入合同",
        *("公司不接触装修", "不再聘用施工", "不参与装修的监督", "装修列入明年工程计划", "装修另走工程招标"),
        *(
            "装修以后走招投标",
            "装修还是我们自己来",
            "装修已全部完工",
            "装修由住建局组织实施",
            "装修由街道负责",
        ),
    ],
)
def test_what_a_clause_denies_is_not_found(text):
    assert words(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "不含设备，负责装修",
        "不含税价，装修",
        "不含税的装修",
        "不含增值税的装修费用",
        "不含设备的装修",
        "不仅保洁还装修",
        "包括但不限于装修",
        "不含保洁、负责装修",
        "不含保洁但含装修",
        "除保洁外，还包括装修",
        "除装修外，还需绿化",
        "并非不含装修",
        "装修质量不得低于合格",
        "负责装修、保洁另行采购",
        "装修，另行采购保洁",
        "保洁（不含绿化）及装修",
        "无障碍装修",
        # Nor is it denied by who leads and pays people, by what follows from refusing, or by what the purchase itself lists.
        *(
            "装修由住建局组织管理人员",
            "装修由财政局负责偿还资金",
            "拒不整改的由公司装修",
            "装修列入本项目计划",
            "装修由局里出具承诺函",
        ),
        *("装修已完工后的移交", "不检查的，由公司装修"),
    ],
)
def test_a_denial_reaches_no_further_than_what_it_denies(text):
    assert "装修" in words(text)


@pytest.mark.parametrize(
    "text",
    [
        *("能不能装修", "可不可以装修", "准不准装修", "允不允许装修", "需不需要装修", "不可抗力后装修"),
        *(
            "有没有装修",
            "是不是装修",
            "含不含装修",
            "包不包括装修",
            "涉不涉及装修",
            "属不属于装修",
            "有无装修",
        ),
        *("提供不提供装修", "含装修不含装修", "算不算装修"),
    ],
)
def test_who_asks_whether_it_may_be_denies_nothing(text):
    assert words(text) == ["装修"]


@pytest.mark.parametrize(
    "text",
    [
        *("此项功能不能装修", "未经许可不可装修", "按标准不准装修", "我局不能装修"),
        *("国有没有装修", "但是不是装修", "下属不属于装修", "没有装修", "无装修"),
    ],
)
def test_what_may_not_be_is_denied_behind_a_like_word_too(text):
    assert words(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("会议听取了老旧小区装修进展情况，同意购买保洁服务", []),
        ("会议听取了老旧小区装修进展情况，同意装修食堂", ["装修"]),
        ("为配合小区装修，购买入户宣传服务", []),
        # Without a comma it is no purpose of something else.
        ("为保障办公装修购买材料", ["装修"]),
        ("为配合小区装修，施工由中标人承担", ["施工"]),
        ("对全市装修企业开展季度分析", []),
        ("对办公楼进行装修", ["装修"]),
        ("对小区装修，并开展满意度调查", ["装修"]),
    ],
)
def test_what_is_only_told_of_is_not_found(text, expected):
    assert expected == words(text)


def test_a_stretch_is_taken_back_where_its_end_is_denied():
    assert ["租赁大楼、车辆"] == words("负责租赁大楼、车辆")
    # Only the vehicles are bought otherwise, and they are what the pattern is about.
    assert not words("负责租赁大楼、车辆另行采购")


def test_the_longest_expression_of_a_field_wins_over_what_lies_inside():
    assert [(one.value, one.words) for one in found("检测设备")] == [("货物", "检测设备")]


SUSPECTED = """
terms:
  - id: works.thing
    pattern: '[^，。]{1,6}(?:外墙|检测设备)[^，。]{0,3}修缮?'
    points_to: {采购事项: {含工程: true, 采购标的: 工程}}
    certainty: suspected
    because: 像是工程
    examples: [大楼外墙修缮, 大楼的检测设备修缮]
    harmless: [外墙]
"""


def test_a_longer_expression_makes_a_sure_value_no_less_sure():
    lexicon = prepared({"lexicon.yaml": TERMS + SUSPECTED.partition("terms:\n")[2]}).rule_set.lexicon
    (one,) = [one for one in found("大楼外墙修缮", lexicon) if one.field == "含工程"]
    assert (one.words, one.certainty) == ("外墙修缮", Certainty.STATED)
    (other,) = [one for one in found("大楼检测设备修缮", lexicon) if one.field == "采购标的"]
    assert (other.words, other.value) == ("大楼检测设备修缮", "工程")


def test_a_value_is_told_once_with_the_surest_of_what_overlaps():
    (one,) = [one for one in found("装修改造") if one.field == "含工程"]
    assert (one.words, one.certainty) == ("装修改造", Certainty.STATED)


def test_a_pattern_quotes_the_part_that_is_named():
    (one,) = found("拟租赁大中型车辆。")
    assert (one.words, one.term, one.value) == ("租赁大中型车辆", "goods.lease", "服务")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("服务期限两年", ("服务期限两年", 24, Certainty.STATED)),
        ("合同期限：12个月", ("合同期限：12个月", 12, Certainty.STATED)),
        ("合同期限（月）：１２ 个月，质保期三年", ("合同期限（月）：１２ 个月", 12, Certainty.STATED)),
        ("服务期限不超过12个月", ("服务期限不超过12个月", 12, Certainty.SUSPECTED)),
        ("服务期限面议", None),
        ("服务期限面议，质保期12个月", None),
        ("服务期限预算12万元", None),
        ("服务期限99年", None),
        ("签三年的合同，质保期12个月", ("三年的合同", 36, Certainty.IMPLIED)),
        ("两年服务期", ("两年服务期", 24, Certainty.IMPLIED)),
    ],
)
def test_a_quantity_is_read_behind_the_words(text, expected):
    told = [(one.words, one.value, one.certainty) for one in found(text) if one.field == "合同期限_月"]
    assert told == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("measure", "field", "text", "expected"),
    [
        ("money", "预算_万元", "总价：1200500元", 12005),
        ("money", "预算_万元", "总价一百二十万元", 12000),
        ("money", "预算_万元", "总价1.23元", None),
        ("day", "合同签订日", "总价2026年1月15日", day_number("2026-01-15")),
    ],
)
def test_a_quantity_is_told_in_the_unit_and_scale_of_its_field(measure, field, text, expected):
    reads = f"""
terms:
  - id: a.a
    words: [总价]
    reads: {measure}
    into: {{采购事项: {field}}}
    certainty: stated
    because: 写明了
    examples: [甲, 乙]
    harmless: [丙]
"""
    lexicon = prepared({"lexicon.yaml": reads}).rule_set.lexicon
    assert [one.value for one in found(text, lexicon)] == ([] if expected is None else [expected])


def test_texts_are_told_in_order():
    given_texts = {"购买内容": "装修", "事项名称": "设备及装修"}
    told = read(LEXICON, RULE_SET.vocabulary, "采购事项", given_texts)
    assert [(one.text, one.start) for one in told] == [("事项名称", 0), ("事项名称", 3), ("购买内容", 0)]


PIECES = st.lists(
    st.sampled_from(
        [
            "装修改造",
            "装 修",
            "裝修",
            "检测设备",
            "检测",
            "不含",
            "另行采购",
            "除",
            "外",
            "，",
            "。",
            "（",
            "）",
            "、",
            "监理",
            "的",
            "租赁",
            "车辆",
            "合同期限：",
            "１２个月",
            "《",
            "管理办法》",
            "非",
            "及",
            "\r\n",
            "ﷺ",
            "㎡",
            "①",
        ]
    ),
    max_size=14,
).map("".join)
TEXTS = st.one_of(PIECES, st.text(max_size=60))


@given(TEXTS)
def test_offsets_give_back_the_words(text):
    for one in found(text):
        assert text[one.start : one.end] == one.words
        assert one.words


@given(TEXTS)
def test_reading_is_repeatable(text):
    first = found(text)
    assert first == found(text)
    assert first == read(type(LEXICON)(LEXICON.terms), RULE_SET.vocabulary, "采购事项", {"购买内容": text})


@given(TEXTS, TEXTS.filter(lambda text: "本项目不涉及任何建设内容" not in text))
def test_another_sentence_takes_nothing_back(text, more):
    before = {(one.field, one.value, one.start) for one in found(text) if one.term != "term.service-period"}
    after = {(one.field, one.value, one.start) for one in found(f"{text}。{more}")}
    assert before <= after


@pytest.mark.parametrize(
    ("text", "word", "denied"),
    [
        ("不转包", "转包", True),
        ("非工程类", "工程", True),
        ("无人值守", "人", True),
        ("免征费用", "征", True),
        ("免费用车", "费用", False),
        ("无偿服务", "偿", False),
        ("无障碍设施", "障碍", False),
        ("除非工程变更", "工程", False),
        ("并非工程", "工程", False),
        ("转包", "转包", False),
    ],
)
def test_a_character_right_before_a_word_denies_it_where_it_means_to(
    text: str, word: str, denied: bool
) -> None:
    assert denied is is_denied_by_its_neighbour(text, text.index(word))
