"""Registers are read as written, each entry once; what is wrong is told at its very words."""

import pytest

from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_areas, load_authority, load_objects, load_parameters
from policy_engine.model.calendar import day_number
from policy_engine.model.documents import Precedence
from policy_engine.model.rules import Effect
from properties.toy import DOCUMENTS


def loaded(load, *texts: str, beside=()):
    """Load register files; also list code, message and the very words of all that is wrong."""
    problems = Problems()
    found = load([SourceText(f"{n}.yaml", text) for n, text in enumerate(texts)], *beside, problems)
    told = []
    for d in problems.found:
        line = texts[int(d.span.path.partition(".")[0])].splitlines()[d.span.line]
        end = d.span.end_column if d.span.line == d.span.end_line else None
        told.append((d.code, d.message, line[d.span.column : end]))
    return found, told


FORCES = "forces:\n  - {name: 甲}\n  - {name: 乙}\n  - {name: 丙}\n"
NO_MAPPING = "应为“键: 值”的映射"


def ordered(*pairs: str) -> str:
    return FORCES + "order:\n" + "".join(f"  - {{higher: {a}, lower: {b}}}\n" for a, b in pairs)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        (ordered("甲乙", "乙丙"), ["甲乙", "乙丙"], []),
        # Of one force over itself levels of area are ordered.
        (ordered("甲甲"), ["甲甲"], []),
        (
            ordered("甲乙", "乙甲", "乙丙", "丙甲", "甲丙"),
            ["甲乙", "乙丙", "甲丙"],
            [("PE213", "位阶成环：甲 高于 乙 高于 甲", "{higher: 乙, lower: 甲}")],
        ),
        (
            ordered("甲乙", "乙丙", "丙甲"),
            ["甲乙", "乙丙"],
            [("PE213", "位阶成环：甲 高于 乙 高于 丙 高于 甲", "{higher: 丙, lower: 甲}")],
        ),
        (ordered("甲丁"), ["甲丁"], [("PE205", "没有效力 `丁`", "丁")]),
        (ordered("丁甲"), ["丁甲"], [("PE205", "没有效力 `丁`", "丁")]),
        (
            FORCES + "order:\n  - {higher: 甲, lower: 乙, when: x, wen: y}\n  - 丙\n",
            ["甲乙"],
            [
                ("PE010", "位阶没有 `wen`", "wen"),
                ("PE013", "`when` 不能是 `x`", "x"),
                ("PE009", f"位阶{NO_MAPPING}", "丙"),
            ],
        ),
        (
            FORCES + "  - 丁\n  - {name: 甲, bindin: false}\nmore: 1\norder: 甲\n",
            [],
            [
                ("PE010", "文件没有 `more`", "more"),
                ("PE009", f"效力{NO_MAPPING}", "丁"),
                ("PE010", "效力没有 `bindin`", "bindin"),
                ("PE209", "效力 `甲` 重复", "{name: 甲, bindin: false}"),
                ("PE009", "`order`应为列表", "甲"),
            ],
        ),
    ],
)
def test_forces_are_ordered_as_written(text, order, expected) -> None:
    found, told = loaded(load_authority, text)
    assert (order, expected) == ([one.higher + one.lower for one in found.order], told)
    assert ["甲", "乙", "丙"] == list(found.forces)
    assert {Precedence.ALWAYS} >= {one.when for one in found.order}


@pytest.mark.parametrize("word", [one.value for one in Precedence])
def test_a_pair_says_when_it_holds(word) -> None:
    found, _ = loaded(
        load_authority, FORCES + f"order:\n  - {{higher: 甲, lower: 乙, when: {word}, basis: 无, note: 无}}\n"
    )
    assert [Precedence(word)] == [one.when for one in found.order]


def test_a_force_is_read_whole() -> None:
    text = "forces:\n  - {name: 甲}\n  - {name: 乙, binding: false, grounds: false, begins: 起, below: 甲, note: 注}\norder: []\n"
    found, told = loaded(load_authority, text)
    assert [] == told
    assert [("甲", True, True, "", ""), ("乙", False, False, "起", "甲")] == [
        (one.name, one.binding, one.grounds, one.begins, one.below) for one in found.forces.values()
    ]


@pytest.mark.parametrize(
    ("load", "sound"),
    [
        (load_authority, "forces: [{name: 甲}]\norder: []\n"),
        (load_objects, "objects: [{name: 甲}]\n"),
        (load_areas, 'areas: [{name: 甲, code: "1"}]\n'),
    ],
)
def test_a_file_of_another_shape_is_told_and_the_next_is_read(load, sound) -> None:
    found, told = loaded(load, "甲\n", "x: [\n", sound)
    assert [("PE009", f"文件{NO_MAPPING}", "甲"), ("PE002", "语法错误：方括号 `[` 没有配对", "[")] == told
    assert loaded(load, "", "", sound)[0] == found
    assert loaded(load, "")[0] != found


def test_objects_are_read_each_once() -> None:
    text = """\
objects:
  - {name: 甲}
  - {name: 乙, effect: veto, refused: 不得, permitted: 可以, note: 注}
  - {name: 甲, effect: veto}
  - 丙
  - {name: 丁, effect: x, nam: 1}
"""
    found, told = loaded(load_objects, text)
    assert [("甲", Effect.FIX, "", ""), ("乙", Effect.VETO, "不得", "可以"), ("丁", Effect.FIX, "", "")] == [
        (name, one.effect, one.refused, one.permitted) for name, one in found.items()
    ]
    assert [
        ("PE209", "对象 `甲` 重复", "{name: 甲, effect: veto}"),
        ("PE009", f"`objects` 的一项{NO_MAPPING}", "丙"),
        ("PE010", "对象没有 `nam`", "nam"),
        ("PE013", "`effect` 不能是 `x`", "x"),
    ] == told


def test_areas_are_read_each_once_and_found_by_every_spelling() -> None:
    text = """\
areas:
  - {code: "330000", name: 浙江省}
  - {code: "330000", name: 浙江}
  - {code: "330300", name: 温州市, aliases: [温州府], from: 2000-01-01, until: 2020-01-01, note: 注, lvl: 1}
  - {code: "990000", name: 浙江}
"""
    found, told = loaded(load_areas, text)
    assert [
        ("330000", "浙江省", (), None, None, ""),
        ("330300", "温州市", ("温州府",), day_number("2000-01-01"), day_number("2020-01-01"), "注"),
        ("990000", "浙江", (), None, None, ""),
    ] == [(one.code, one.name, one.aliases, one.first, one.last, one.note) for one in found.by_code.values()]
    spelled = {
        "浙江省": ("330000",),
        "浙江": ("330000", "990000"),
        "温州市": ("330300",),
        "温州": ("330300",),
        "温州府": ("330300",),
    }
    assert spelled == dict(found.by_name)
    assert [
        ("PE209", "区划代码 `330000` 重复", '{code: "330000", name: 浙江}'),
        ("PE010", "地区没有 `lvl`", "lvl"),
    ] == told


HEAD = "parameters:\n  - name: 甲\n    type: number\n    values:\n"
OVERLAP = "参数的时期重叠或倒置"


def parameters(text: str):
    return loaded(load_parameters, text, beside=(DOCUMENTS,))


def periods(*days: tuple[str, str]) -> list[str]:
    return [f"{{from: {first or 'null'}, until: {last or 'null'}, value: 3}}" for first, last in days]


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ([("", "")], []),
        ([("2020-01-01", "2020-01-01")], []),
        ([("2020-01-02", "2020-01-01")], [0]),
        ([("2020-01-01", "2020-12-31"), ("2021-01-01", "")], []),
        ([("", "2020-12-31"), ("2021-01-01", "2021-02-01"), ("2022-01-01", "")], []),
        ([("2020-01-01", "2020-12-31"), ("2020-12-31", "")], [1]),
        ([("2020-01-01", "2020-12-31"), ("", "")], [1]),
        ([("2020-01-01", ""), ("2021-01-01", "")], [1]),
        ([("", "0001-01-01"), ("0001-01-02", "")], []),
        ([("", "0001-01-01"), ("0001-01-01", "")], [1]),
        ([("2022-01-01", "2022-02-01"), ("2021-01-01", "2021-02-01"), ("2021-03-01", "")], [1]),
    ],
)
def test_periods_follow_one_another(days, wrong) -> None:
    written = periods(*days)
    found, told = parameters(HEAD + "".join(f"      - {one}\n" for one in written))
    assert [("PE207", OVERLAP, written[at]) for at in wrong] == told
    assert [(day_number(first), day_number(last)) for first, last in days] == [
        (one.first, one.last) for one in found["甲"].periods
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD + "      - 3\n      - {from: null, until: null, value: 3, x: 1}\n",
         [("PE009", f"参数的一个时期{NO_MAPPING}", "3"), ("PE010", "参数的一个时期没有 `x`", "x")]),
        (HEAD.replace("values:", "values: []"), [("PE309", "参数 `甲` 没有值", "name: 甲")]),
        (HEAD.replace("values:", "values: 3"), [("PE009", "`values`应为列表", "3")]),
        (HEAD.replace("number", "string") + "      - {value: 3}\n", [("PE013", "`type` 不能是 `string`", "string")]),
        (HEAD + "      - {value: 3}\n  - {name: 甲, type: list, values: [{value: [a]}]}\n  - 丙\n",
         [("PE209", "参数 `甲` 重复", "{name: 甲, type: list, values: [{value: [a]}]}"), ("PE009", f"`parameters` 的一项{NO_MAPPING}", "丙")]),
        (HEAD + "      - {value: 3, document: lav, cite: 第2条}\n",
         [("PE203", "没有文件 `lav`", "lav"), ("PE611", "出处“第2条”的写法不对", "第2条")]),
        (HEAD + "      - {value: 3, document: [law], cite: [第二条]}\n",
         [("PE009", "`document` 应为一个值", "[law]"), ("PE009", "`cite` 应为一个值", "[第二条]")]),
        (HEAD + "      - {from: 2020-13-01, value: }\n",
         [("PE107", "`from` 的日期不存在：`2020-13-01`", "2020-13-01"), ("PE011", "缺少 `value`", "{from: 2020-13-01, value: }")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_parameter_is_told_at_its_words(text, expected) -> None:
    found, told = parameters(text)
    assert expected == told
    assert "甲" in found


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", None),
        (", cite: 第二条", None),
        (", document: law", ("law", "")),
        (", document: law, cite: 第二条", ("law", "第二条")),
    ],
)
def test_a_value_names_where_it_is_from(written, expected) -> None:
    found, told = parameters(HEAD + f"      - {{value: 3{written}}}\n")
    (period,) = found["甲"].periods
    cited = period.citation
    assert [] == told
    assert expected == (None if cited is None else (cited.document.id, cited.locator))


def test_a_parameter_is_read_whole() -> None:
    text = HEAD + "      - {value: 3}\n  - {name: 乙, type: list, unit: 个, values: [{value: [a, b]}]}\n"
    found, told = parameters(text)
    assert [] == told
    assert [("甲", False, "", [["3"]]), ("乙", True, "个", [["a", "b"]])] == [
        (name, one.is_list, one.unit, [[text.text for text in period.texts] for period in one.periods])
        for name, one in found.items()
    ]
