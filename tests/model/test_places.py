"""Every area of the country is found by its usual spellings; what was not taken as it stands is said aloud."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

import as_shipped
from effort import some
from policy_engine.foundation.spans import file_span
from policy_engine.loading.places import find_area, national
from policy_engine.loading.problems import Problems
from policy_engine.model.areas import NATION, Areas, Located, chain_of
from policy_engine.model.national import Names, spellings

AREAS = as_shipped.rule_set().areas
ROOT = Path(__file__).parents[2]
NAMES = {code: name for code, name in national().areas().names.items() if code != NATION}
TOWNS = [
    (line[:6], town)
    for line in national().townships().text.split("\n")
    if line and not line.startswith("#")
    for town in re.findall(r" (?:[0-9]{3}|-[0-9]+)([^ ]+)", line)
]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def test_the_list_is_of_the_whole_country():
    levels = [sum(len(chain_of(code)) == length for code in NAMES) for length in (2, 3, 4)]
    assert [34, 333, 2847] == levels
    assert len(TOWNS) > 38_000


@pytest.mark.parametrize(
    "spelt", ["code", "twelve digits", "full width", "full name", "spaced", "nearest", "own"]
)
def test_every_area_is_found_by_its_usual_spellings(spelt):
    failing = []
    for code, name in NAMES.items():
        outer = [NAMES[o] for o in chain_of(code)[1:] if o in NAMES]
        words = {
            "code": code,
            "twelve digits": f"{code}000000",
            "full width": code.translate(FULL_WIDTH),
            "full name": AREAS.name(code),
            "spaced": " ".join((*reversed(outer), name)),
            "nearest": (outer[0] if outer else "") + name,
            "own": name,
        }
        found = AREAS.locate(words[spelt])
        is_found = code in found.codes if spelt == "own" else (code,) == found.codes
        if not is_found or found.is_approximate:
            failing.append((words[spelt], found))
    assert [] == failing


def test_the_list_is_searched_as_a_table_of_all_spellings_would_be():
    current, table = national().areas(), {}
    for code, name in current.names.items():
        for word in spellings(name):
            table.setdefault(word, {})[code] = None
    for word, code in current.short.items():
        table.setdefault(word, {})[code] = None
    assert {word: tuple(codes) for word, codes in table.items()} == {w: current.codes(w) for w in table}
    beginnings = {word[:length] for word in table for length in range(len(word))} - set(table)
    assert not [word for word in (*beginnings, "\n", " 湖州", "湖州市\n", "330500") if current.codes(word)]


@pytest.mark.parametrize("table", ["s2t", "s2hk", "s2tw"])
def test_every_area_is_found_by_its_name_in_traditional_characters(table):
    traditional = OpenCC(table).convert
    failing = []
    for code in some(tuple(NAMES), 7):
        written = traditional(AREAS.name(code))
        found = AREAS.locate(written)
        if (code,) != found.codes or found.is_approximate:
            failing.append((written, found))
    assert [] == failing


def test_a_township_is_found_by_its_name_in_traditional_characters_as_by_its_own():
    traditional = OpenCC("s2t").convert
    for county, town in some(TOWNS, 600):
        name = AREAS.name(county) + town
        assert (county,) == AREAS.locate(name).codes == AREAS.locate(traditional(name)).codes, name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("內蒙古", "150000"),
        ("濬縣", "410621"),
        ("咸陽市乾縣", "610424"),
        ("科爾沁左翼後旗", "150522"),
        ("阿拉善左旗王府街道办事处", "152921"),
        ("阿拉善左旗王府街道辦事處", "152921"),
        ("湖州市吳興區人民政府", "330502"),
    ],
)
def test_names_are_found_whatever_of_them_is_traditional(written, code):
    assert (code,) == AREAS.locate(written).codes


def test_a_slip_in_traditional_characters_has_a_suggestion_too():
    assert AREAS.locate("浙江省湖州市吳行區").hint == AREAS.locate("浙江省湖州市吴行区").hint != ""


def test_a_short_name_is_the_area_or_one_that_takes_precedence_or_is_asked_about():
    for code, name in NAMES.items():
        for word in spellings(name):
            found = AREAS.locate(word)
            is_outer = len(found.codes) == 1 and len(chain_of(found.codes[0])) < len(chain_of(code))
            assert code in found.codes or is_outer, (word, found)


@given(st.sampled_from(TOWNS))
def test_every_township_reaches_its_county_and_that_is_said(town):
    county, name = town
    found = AREAS.locate(AREAS.name(county) + name)
    assert (county,) == found.codes
    assert found.is_approximate
    assert AREAS.name(county) in found.note


def test_every_former_code_leads_to_an_area_of_today():
    for code, changes in national().former().by_code.items():
        if code not in NAMES:
            found = AREAS.locate(code)
            registered = code in AREAS.by_code
            assert registered or (found.codes[0] in NAMES and changes[-1].name in found.note), code


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("江苏省昆山市", "320583"), ("昆山市", "320583"), ("昆山", "320583"), ("苏州市昆山市", "320583"),
        ("北京市朝阳区", "110105"), ("北京朝阳", "110105"), ("北京市市辖区朝阳区", "110105"),
        ("北京市北京市朝阳区", "110105"), ("浦东新区", "310115"), ("上海市浦东", "310115"), ("广州市天河区", "440106"),
        ("成都市武侯区", "510107"), ("西安市新城区", "610102"), ("重庆市万州区", "500101"), ("湖北省仙桃市", "429004"),
        ("恩施州", "422800"), ("海南", "460000"), ("海南州", "632500"), ("吉林", "220000"), ("吉林市", "220200"),
        ("新疆乌鲁木齐", "650100"), ("广西南宁", "450100"), ("延边州延吉市", "222401"), ("管城区", "410104"),
        ("浙江省/湖州市/吴兴区", "330502"), ("浙江 湖州", "330500"), ("３３０５０２", "330502"), ("香港", "810000"),
        ("鄂温克旗", "150724"), ("中国", "000000"),
        ("博州", "652700"), ("新疆克州", "653000"), ("新疆巴州", "652800"), ("锡盟", "152500"), ("承德", "130800"),
        ("大理州", "532900"), ("大理市", "532901"), ("云南大理州大理", "532901"), ("大理州大理市", "532901"),
        ("湖州市本级", "330500"), ("浙江省本级", "330000"), ("吴兴区人民政府", "330502"), ("湖州市政府", "330500"),
    ],
)  # fmt: skip
def test_usual_spellings_need_no_word(word, code):
    assert Located((code,)) == AREAS.locate(word)


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("湖州市吴兴区织里镇", "330502", "织里镇在浙江省湖州市吴兴区（330502），按其审查"),
        ("湖州市织里镇", "330502", "织里镇在浙江省湖州市吴兴区"),
        ("湖州市吴兴区织里镇利济村", "330502", "没有登记的地区“利济村”"),
        ("北京市东城区东华门街道办事处", "110101", "东华门街道在北京市东城区"),
        ("330502100", "330502", "330502100（织里镇）在"), ("330502199000", "330502", "没有登记区划代码 330502199000"),
        ("330599", "330500", "没有登记区划代码 330599，按浙江省湖州市（330500）审查"),
        ("湖州南太湖新区", "330500", "按所在的浙江省湖州市"), ("苏州工业园区", "320500", "不是一级行政区划"),
        ("雄安新区", "130000", "按所在的河北省"), ("湖州高新区", "330500", "没有登记的地区“高新区”"),
        ("湖州南太湖新区康山街道", "330502", "康山街道在浙江省湖州市吴兴区（330502），按其审查"),
        ("长兴经济技术开发区", "330522", "没有登记的地区“经济技术开发区”，按浙江省湖州市长兴县（330522）审查"),
        ("湖州市安吉经济开发区管委会", "330523", "按浙江省湖州市安吉县（330523）审查"),
        ("吴兴高新区", "330502", "按浙江省湖州市吴兴区（330502）审查"),
        ("德清县莫干山高新区", "330521", "按浙江省湖州市德清县（330521）审查"),
        ("绍兴县", "330603", "绍兴县2013年起是浙江省绍兴市柯桥区"), ("330621", "330603", "330621（绍兴县）2013年起是"),
        ("北京市崇文区", "110101", "2010年起是北京市东城区"), ("天津市蓟县", "120119", "2016年起是天津市蓟州区"),
    ],
)  # fmt: skip
def test_what_is_not_taken_as_it_stands_is_said(word, code, said):
    found = AREAS.locate(word)
    assert (code,) == found.codes
    assert said in found.note
    assert found.is_approximate


def test_a_city_is_meant_before_districts_of_its_name_and_that_is_said():
    found = AREAS.locate("朝阳")
    assert ("211300",) == found.codes
    assert "另有北京市朝阳区（110105）、吉林省长春市朝阳区（220104）" in found.note
    assert "另有四川省巴中市巴州区（511902）" in AREAS.locate("巴州").note


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("朝阳区", ("110105", "220104")), ("和平区", ("120101", "210102")), ("河北省桥西区", ("130104", "130703")),
        ("龙港镇", ("140521", "420222")), ("滨海", ("120116", "320922")),
        ("大理", ("532900", "532901")), ("云南省大理", ("532900", "532901")), ("喀什", ("653100", "653101")),
        ("临夏", ("622900", "622901", "622921")),
    ],
)  # fmt: skip
def test_what_may_be_several_areas_is_asked_about(word, codes):
    problems = Problems()
    assert codes == AREAS.locate(word).codes
    assert find_area(AREAS, word, file_span("case.yaml"), problems, notes=[]) is None
    (problem,) = problems.found
    assert "不止一处" in problem.message
    assert all(code in (problem.help or "") for code in codes)


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("北京市山阳区", "北京市没有山阳区；山阳区在河南省焦作市山阳区（410811）"),
        ("杭州市南浔区", "浙江省杭州市没有南浔区；南浔区在浙江省湖州市南浔区"),
        ("湖州市龙港镇", "浙江省湖州市没有龙港镇"),
        ("浙江省朝阳区", "北京市朝阳区（110105）、吉林省长春市朝阳区（220104）"),
        ("湖洲市", "是否为 `浙江省湖州市`？"), ("浙江省湖洲市吴兴区", "是否为 `浙江省湖州市吴兴区`？"),
        ("温洲", "是否为 `浙江省温州市`？"), ("开发区", "写明是哪里的开发区"), ("没有这个地方", "写全名"),
        ("莫干山高新区", "写全名"), ("鼓楼高新区", "写全名"),
        ("湖州市、嘉兴市", "只写一个地区"), ("湖州市和嘉兴市", "只写一个地区"), ("湖州市，嘉兴市", "只写一个地区"),
        ("999999", "核对区划代码"), ("3305", "核对区划代码"), ("全国人大", "写全名"), ("", "写全名"),
        ("州" * 1000, "写全名"),
    ],
)  # fmt: skip
def test_an_unknown_name_has_a_hint_that_helps(word, hint):
    found = AREAS.locate(word)
    assert () == found.codes
    assert hint in found.hint


@given(st.text(alphabet="北京市浙江省湖州朝阳区县镇乡街道新开发和、 330502-/", max_size=14))
def test_no_text_is_too_odd_and_what_is_guessed_is_said(text):
    found = AREAS.locate(text)
    assert bool(found.codes) != bool(found.hint)
    assert not found.is_approximate or found.note or len(found.codes) > 1
    assert all(AREAS.knows(code) for code in found.codes)


def test_the_area_of_a_rule_base_must_be_exact():
    problems = Problems()
    assert find_area(AREAS, "湖州南太湖新区", file_span("documents.yaml"), problems) is None
    assert ["PE204"] == [d.code for d in problems.found]


def test_a_rule_base_needs_to_register_no_area_that_the_country_has():
    areas = Areas({}, {}, national())
    assert ("330502",) == areas.find("浙江省湖州市吴兴区")
    assert "浙江省湖州市吴兴区" == areas.name("330502")
    assert "全国" == areas.name(NATION)


def test_a_name_is_found_in_the_list_as_in_a_table_of_it() -> None:
    lines = (ROOT / "src/policy_engine/data/places/areas.txt").read_text("utf-8").splitlines()
    remarks = [line for line in lines if line.startswith("#") or not line]
    # At the top alone: the list is searched as it is.
    assert remarks == lines[: len(remarks)]
    assert {"000000": "全国"} | dict(line.split(" ") for line in lines[len(remarks) :]) == dict(
        national().areas().names
    )
    some = list(NAMES)[::61]
    for codes in (some[:40], some[40:80]):
        few = Names(national().areas().listed)
        for code in codes:
            assert NAMES[code] == few[code] == few.get(code)
            assert code in few
    for strange in (
        "",
        "1",
        "33050",
        "3305020",
        "330502101",
        "999999",
        "全国",
        "330502 ",
        "\n33050",
        "33 050",
    ):
        few = Names(national().areas().listed)
        assert strange not in few
        assert few.get(strange) is None
        assert "" == few.get(strange, "")
        with pytest.raises(KeyError):
            few[strange]


def test_many_names_are_found_alike() -> None:
    many = Names(national().areas().listed)
    assert NAMES == {code: many[code] for code in NAMES}
    assert many.get("999999") is None
    assert len(NAMES) + 1 == len(many) == len(list(many))
