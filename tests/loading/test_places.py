"""An area that a file names is one place of its day, or is told with what to write instead."""

import pytest

from loading.toy import TOY_RULES
from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_areas
from policy_engine.model.calendar import day_number

AREAS = TOY_RULES.rule_set.areas
EXACT = "写登记的名称或者代码；"
WHICH = "写明是哪一处："


def found(word, day=None, areas=AREAS):
    """Find an area where it must be exact, and where it may be read; what is told is the same unless it may be read."""
    answers = []
    for notes in (None, []):
        problems = Problems()
        as_of = None if day is None else day_number(day)
        code = find_area(areas, word, file_span("a.yaml"), problems, as_of=as_of, notes=notes)
        assert {("PE204", file_span("a.yaml"))} >= {(one.code, one.span) for one in problems.found}
        answers.append((code, [(one.message, one.help) for one in problems.found], notes or []))
    return answers


@pytest.mark.parametrize(
    ("word", "day", "code"),
    [
        ("温州", None, "330300"),
        ("浙江温州", None, "330300"),
        ("苍南县龙港镇", None, "330327101"),
        ("全国", None, "000000"),
        ("中国", "2026-01-15", "000000"),
        ("310000", None, "310000"),
        ("龙港市", "2019-08-16", "330383"),
        ("330327101", "2019-08-15", "330327101"),
    ],
)
def test_an_area_is_found_as_it_is_written(word, day, code) -> None:
    assert [(code, [], [])] * 2 == found(word, day)


@pytest.mark.parametrize(
    ("word", "day", "message", "help_text"),
    [
        ("外星", None, "没有地区 `外星`", "写全名，例如 浙江省湖州市吴兴区，或者写区划代码"),
        ("999999", None, "没有地区 `999999`", "核对区划代码（六位、九位或者十二位），或写地区名称"),
        ("龙港市", "2019-08-15", "`龙港市` 在该日期不是现行区划", "2019年8月16日设立，此前是苍南县龙港镇"),
        ("330327101", "2019-08-16", "`330327101` 在该日期不是现行区划", "2019年8月16日起为龙港市（330383）"),
        ("西湖区", None, "`西湖区` 不止一处", f"{WHICH}浙江省杭州市西湖区（330106）、江西省南昌市西湖区（360103）"),
    ],
)  # fmt: skip
def test_what_is_no_one_area_is_told_with_what_to_write(word, day, message, help_text) -> None:
    assert [(None, [(message, help_text)], [])] * 2 == found(word, day)


@pytest.mark.parametrize(
    ("word", "code", "note"),
    [
        ("330399", "330300", "没有登记区划代码 330399，按浙江省温州市（330300）审查"),
        ("萧山市", "330109", "萧山市2001年起是浙江省杭州市萧山区（330109），按其审查"),
    ],
)
def test_what_is_nearly_an_area_is_read_and_said_or_must_be_written_exactly(word, code, note) -> None:
    strict, lenient = found(word)
    assert (None, [(f"`{word}` 不是登记的地区", EXACT + note)], []) == strict
    assert (code, [], [note]) == lenient


def registered(*entries):
    problems = Problems()
    text = "areas:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries)
    areas = load_areas([SourceText("areas.yaml", text)], problems)
    assert not problems.found
    return areas


@pytest.mark.parametrize(("count", "more"), [(2, ""), (12, ""), (13, "等 13 处")])
def test_of_many_places_of_one_name_a_dozen_are_named(count, more) -> None:
    codes = [f"3303{n}" for n in range(40, 40 + count)]
    areas = registered(*(f"code: '{code}', name: 某某区" for code in codes))
    listed = "、".join(f"浙江省温州市某某区（{code}）" for code in codes[:12])
    assert [(None, [("`某某区` 不止一处", f"{WHICH}{listed}{more}")], [])] * 2 == found("某某区", areas=areas)


def test_an_area_of_its_day_is_taken_before_those_of_others() -> None:
    areas = registered(
        "code: '330340', name: 某某区, until: 2019-12-31, note: 旧的",
        "code: '330341', name: 某某区, from: 2021-01-01, note: 新的",
    )
    assert [("330340", [], [])] * 2 == found("某某区", "2019-12-31", areas)
    assert [("330341", [], [])] * 2 == found("某某区", "2021-01-01", areas)
    told = [("`某某区` 在该日期不是现行区划", "旧的；新的")]
    for day in ("2020-01-01", "2020-12-31"):
        assert [(None, told, [])] * 2 == found("某某区", day, areas)
    silent = registered("code: '330340', name: 某某区, until: 2019-12-31")
    told = [("`某某区` 在该日期不是现行区划", "核对日期，或改用当时的区划名称")]
    assert [(None, told, [])] * 2 == found("某某区", "2020-01-01", silent)
