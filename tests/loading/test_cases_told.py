"""What is written of a case is read part by part; what is wrong is told at its very words, once."""

import pytest

import as_shipped
from loading.toy import DEFAULTS, TOY_RULES
from policy_engine.loading.cases import CaseDefaults, load_rows
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.vocabulary import Phase

HEAD = "as_of: 2026-01-15\njurisdiction: 温州\n"
SUBJECT = "采购事项: {}\n"
NO_MAPPING = "应为“键: 值”的映射"
NO_SUBJECT = "案件里没有要审查的主题"
NO_DAY, NO_AREA = "未写基准日，按中国时间 2026年1月15日审查", "未写地区，按全国审查，未检查地方规定"


def loaded(text: str, defaults: CaseDefaults = DEFAULTS):
    """Load a file of cases; also list code, message and the very words of all that is wrong."""
    found = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, defaults)
    lines = [*text.splitlines(), ""]
    told = [
        (
            d.code,
            d.message,
            lines[d.span.line][d.span.column : d.span.end_column if d.span.line == d.span.end_line else None],
        )
        for d in found.problems
    ]
    return found.rows, told


def case_of(text: str, defaults: CaseDefaults = DEFAULTS):
    ((row,), told) = loaded(text, defaults)
    assert ([], ()) == (told, row.diagnostics)
    assert row.case is not None
    return row.case


def none_of(*keys: str) -> list[tuple[str, str, str]]:
    return [("PE502", f"案件里没有 `{key}` 这一项", key) for key in keys]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\n", [("PE009", f"案件{NO_MAPPING}", "甲")]),
        ("{}\n", [("PE507", NO_SUBJECT, "{}")]),
        (HEAD, [("PE507", NO_SUBJECT, "as_of: 2026-01-15")]),
        ("[]\n", [("PE008", "案件文件是空的", "")]),
        ("- \n- ~\n", [("PE008", "案件文件是空的", "")]),
        (HEAD + "采购事项: []\n", [("PE009", f"`采购事项`{NO_MAPPING}", "[]")]),
        (HEAD + "采购事项: {含工成: true}\n", [("PE501", "`采购事项` 没有字段 `含工成`", "含工成")]),
        (
            HEAD + "采购事项: {含工程: true, 含工程x: 1, ｛含: 2}\n",
            [("PE501", "`采购事项` 没有字段 `含工程x`", "含工程x"), ("PE012", "`采购事项` 没有字段 `｛含`", "｛含")],
        ),
        (HEAD + "采购事: {含工程: true}\n", none_of("采购事")),
        (HEAD + "含工程: true\n" + SUBJECT, none_of("含工程")),
        (HEAD + "'采购事项：': 3\n" + SUBJECT, [("PE012", "案件里没有 `采购事项：` 这一项", "'采购事项：'")]),
        ("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n", none_of(*"abcde")),
        ("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n", [("PE502", "案件里没有 `a`、`b`、`c` 等 6 项，没有一项是案件的写法", "a")]),
        ("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n" + SUBJECT, none_of(*"abcdef")),
        ("as_of: 1949-09-30\n" + SUBJECT, [("PE503", "基准日超出范围", "1949-09-30")]),
        ("as_of: 2101-01-01\n" + SUBJECT, [("PE503", "基准日超出范围", "2101-01-01")]),
        ("as_of: x\n" + SUBJECT, [("PE106", "`as_of` 应为日期，写的是 `x`", "x")]),
        ("as_of: [2026-01-15]\n" + SUBJECT, [("PE106", "`as_of` 应为日期", "[2026-01-15]")]),
        ("jurisdiction: [温州, 浙江]\n" + SUBJECT, [("PE204", "地区写了一个列表", "[温州, 浙江]")]),
        ("jurisdiction: {a: b}\n" + SUBJECT, [("PE009", "`jurisdiction` 应为一个值", "{a: b}")]),
        ("jurisdiction: 温洲\n" + SUBJECT, [("PE204", "没有地区 `温洲`", "温洲")]),
        ("jurisdiction: 西湖区\n" + SUBJECT, [("PE204", "`西湖区` 不止一处", "西湖区")]),
        (HEAD + "phase: 合约\n" + SUBJECT, [("PE013", "`phase` 不能是 `合约`", "合约")]),
        (HEAD + "phase: [合同]\n" + SUBJECT, [("PE009", "`phase` 应为一个值", "[合同]")]),
        (HEAD + "expect: 可以\n" + SUBJECT, [("PE013", "`expect` 不能是 `可以`", "可以")]),
        (HEAD + "declaration: 是\n" + SUBJECT, [("PE009", f"`declaration`{NO_MAPPING}", "是")]),
        (HEAD + "declaration: {no_other: true}\n" + SUBJECT, [("PE010", "`declaration`没有 `no_other`", "no_other")]),
        (HEAD + "name: [a]\n" + SUBJECT, [("PE009", "`name` 应为一个值", "[a]")]),
        ("x: [\n", [("PE002", "语法错误：方括号 `[` 没有配对", "[")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_words(text, expected) -> None:
    rows, told = loaded(text)
    assert expected == told
    assert not any(row.case for row in rows)


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("含工程: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n", "服务合同"),
        ("采购标的: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n", "采购事项"),
        ("b: 2\n采购标的: 1\nc: 3\nd: 4\ne: 5\nf: 6\n", "服务合同"),
    ],
)
def test_a_table_of_something_else_is_shown_the_subject_of_its_first_column(text, home) -> None:
    (row,) = load_rows(SourceText("case.yaml", text), TOY_RULES.rule_set, DEFAULTS).rows
    assert [f"案件写成 {home}: {{字段: 值}}；是别的表格的，先用 policy-engine new {home} 看要填什么"] == [
        one.help for one in row.diagnostics
    ]


@pytest.mark.parametrize(
    ("written", "instead"),
    [("预算_元: 3", "预算_万元"), ("合同期限_年: 3", "合同期限_月"), ("合同期限: 3", "合同期限_月")],
)
def test_a_field_in_another_unit_is_shown_the_field(written, instead) -> None:
    (row,) = load_rows(
        SourceText("case.yaml", f"{HEAD}采购事项: {{{written}}}\n"), TOY_RULES.rule_set, DEFAULTS
    ).rows
    (found,) = row.diagnostics
    assert f"`{instead}`" in found.help
    assert instead == found.fixes[0].edits[0].text
    assert not found.fixes[0].is_sure or "数字" not in found.help


@pytest.mark.parametrize(
    ("head", "as_of", "area", "assumed"),
    [
        ("", "2026-01-15", "000000", (NO_DAY, NO_AREA)),
        ("jurisdiction: ~\nas_of:\n", "2026-01-15", "000000", (NO_DAY, NO_AREA)),
        ("as_of: 1949-10-01\n", "1949-10-01", "000000", (NO_AREA,)),
        ("as_of: 2100-12-31\njurisdiction: 浙江\n", "2100-12-31", "330000", ()),
        ("as_of: 2026年1月5日\n", "2026-01-05", "000000", (NO_AREA, "基准日：“2026年1月5日”读作 2026-01-05")),
        ("jurisdiction: 温州\n", "2026-01-15", "330300", (NO_DAY,)),
    ],
)
def test_day_and_area_are_read_or_said_to_be_assumed(head, as_of, area, assumed) -> None:
    found = case_of(head + SUBJECT)
    assert (day_number(as_of), area, assumed) == (found.as_of, found.area, found.assumed)


def test_the_command_line_decides_of_day_and_area() -> None:
    defaults = CaseDefaults(today=DEFAULTS.today, as_of=day_number("2021-06-01"), jurisdiction="浙江")
    for head in ("", HEAD, "jurisdiction: [温州, 浙江]\n"):
        found = case_of(head + SUBJECT, defaults)
        assert (day_number("2021-06-01"), "330000", ()) == (found.as_of, found.area, found.assumed)
        assert (True, True, False) == (found.is_day_stated, found.is_area_stated, found.is_phase_stated)
    # A day that is written badly is told all the same.
    assert ["PE106"] == [code for code, *_ in loaded("as_of: x\n" + SUBJECT, defaults)[1]]


@pytest.mark.parametrize(
    ("area", "is_told"), [("全国", False), ("浙江", False), ("温州", False), ("广州", True), ("西藏", True)]
)
def test_an_area_of_which_nothing_is_known_is_told(area, is_told) -> None:
    rule_set = as_shipped.compiled().rule_set
    found = load_rows(
        SourceText("case.yaml", f"as_of: 2026-01-15\njurisdiction: {area}\n{SUBJECT}"), rule_set, DEFAULTS
    )
    (row,) = found.rows
    assert row.case is not None
    told = [one for one in row.case.assumed if "的地方规定，只按全国规定审查" in one]
    assert is_told is bool(told)
    assert all(rule_set.areas.name(row.case.area) in one for one in told)
    # A rule base without local documents says nothing of it.
    assert () == case_of(f"as_of: 2026-01-15\njurisdiction: {area}\n{SUBJECT}").assumed


@pytest.mark.parametrize(
    ("written", "phase", "is_stated"),
    [("", Phase.PROJECT, False), ("phase:\n", Phase.PROJECT, False), *((f"phase: {one.value}\n", one, True) for one in Phase)],
)  # fmt: skip
def test_the_phase_is_read(written, phase, is_stated) -> None:
    found = case_of(HEAD + written + SUBJECT)
    assert (phase, is_stated) == (found.phase, found.is_phase_stated)


@pytest.mark.parametrize(
    ("written", "by"),
    [
        ("", None),
        ("declaration:\n", None),
        ("declaration: {by: 甲}\n", None),
        ("declaration: {no_other_circumstances: false, by: 甲}\n", None),
        ("declaration: {no_other_circumstances: true}\n", ""),
        ("declaration: {no_other_circumstances: 是, by: 甲}\n", "甲"),
    ],
)
def test_a_declaration_is_read(written, by) -> None:
    found = case_of(HEAD + written + SUBJECT).declaration
    assert by == (None if found is None else found.by)


def test_the_rest_of_a_case_is_read() -> None:
    found = case_of(HEAD + "name: 甲\nexpect: 可以实施\n采购事项:\n服务合同: {含工程: true}\n")
    assert ("甲", "可以实施", {"采购事项": [], "服务合同": ["含工程"]}) == (
        found.name,
        found.expected,
        {subject: list(facts) for subject, facts in found.subjects.items()},
    )
    plain = case_of(HEAD + SUBJECT)
    assert ("", "") == (plain.name, plain.expected)


def test_each_row_has_its_own_problems() -> None:
    rows, told = loaded(
        "- {name: 甲, 采购事项: {含工程: x}}\n- {name: 乙, 采购事项: {}}\n- &x {采购事项: {}}\n- ~\n- 丙\n"
    )
    assert [
        (1, "甲", False, ["PE101"]),
        (2, "乙", True, []),
        (3, "", False, ["PE006"]),
        (4, "", False, ["PE009"]),
    ] == [(row.index, row.name, row.case is not None, [one.code for one in row.diagnostics]) for row in rows]
    assert ["x", "&x {", "丙"] == [words for *_, words in told]
