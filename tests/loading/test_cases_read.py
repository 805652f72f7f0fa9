"""A case is read as it is written, and what it leaves open is taken and said; each mistake is told once, at its words."""

import pytest

from loading.told import told_of
from loading.toy import DEFAULTS, TEXTS, TOY_RULES, prepared
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases, load_given, load_rows, load_sound_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number, iso
from policy_engine.model.cases import Origin
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase

SUBJECT = "采购事项:\n  含工程: false\n  采购标的: 服务\n"
CASE = f"""\
name: 甲
as_of: 2026-01-15
jurisdiction: 温州市
phase: 立项
declaration: {{no_other_circumstances: true, by: 张三}}
{SUBJECT}"""
ABSENT = "可用的有 `name`、`as_of`、`jurisdiction`、`phase`、`declaration`、`expect`、`$schema`、`服务合同`、`采购事项`"


def rows_of(text, defaults=DEFAULTS, rule_set=TOY_RULES.rule_set):
    """Load a file; give its rows, and what is told of each and of the file."""
    found = load_rows(SourceText("case.yaml", text), rule_set, defaults)
    return (
        found.rows,
        [told_of(row.diagnostics, text) for row in found.rows],
        told_of(found.diagnostics, text),
    )


def case_of(written, instead, defaults=DEFAULTS, rule_set=TOY_RULES.rule_set):
    assert written in CASE
    (row,), (found,), of_file = rows_of(CASE.replace(written, instead, 1), defaults, rule_set)
    assert [] == found == of_file
    return row.case


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("name: 甲", "name: [甲]", [("PE009", "[甲]", "`name` 应为一个值", "写成一个词或一句话")]),
        ("as_of: 2026-01-15", "as_of: 2026-01-32", [
            ("PE107", "2026-01-32", "`as_of` 的日期不存在：`2026-01-32`", "检查年、月、日"),
        ]),
        ("as_of: 2026-01-15", "as_of: 1949-09-30", [("PE503", "1949-09-30", "基准日超出范围", "1949-10-01 到 2100-12-31")]),
        ("as_of: 2026-01-15", "as_of: 2101-01-01", [("PE503", "2101-01-01", "基准日超出范围", "1949-10-01 到 2100-12-31")]),
        ("as_of: 2026-01-15", "as_of: [2026-01-15]", [
            ("PE106", "[2026-01-15]", "`as_of` 应为日期", "年写四位，按年、月、日的次序，写成 2026-01-15"),
        ]),
        ("温州市", "[温州市, 杭州市]", [
            ("PE204", "[温州市, 杭州市]", "地区写了一个列表", "一个案件只写一个地区；几个地区分别写成几个案件"),
        ]),
        ("温州市", "温", [("PE204", "温", "没有地区 `温`", "是否为 `浙江省温州市`？")]),
        ("温州市", "{温州: 1}", [
            ("PE009", "{温州: 1}", "`jurisdiction` 应为一个值", "写成一个词或一句话"),
        ]),
        ("温州市", "西湖区", [
            ("PE204", "西湖区", "`西湖区` 不止一处", "写明是哪一处：浙江省杭州市西湖区（330106）、江西省南昌市西湖区（360103）"),
        ]),
        ("立项", "立", [("PE013", "立", "`phase` 不能是 `立`", "是否为 `立项`？")]),
        ("立项", "[立项]", [("PE009", "[立项]", "`phase` 应为一个值", "写成一个词或一句话")]),
        ("{no_other_circumstances: true, by: 张三}", "张三", [
            ("PE009", "张三", "`declaration`应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("no_other_circumstances: true", "no_other_circumstance: true", [
            ("PE010", "no_other_circumstance", "`declaration`没有 `no_other_circumstance`", "是否为 `no_other_circumstances`？"),
        ]),
        ("by: 张三", "by: [张三]", [("PE009", "[张三]", "`by` 应为一个值", "写成一个词或一句话")]),
        ("by: 张三", "von: 张三", [("PE010", "von", "`declaration`没有 `von`", "可用的有 `no_other_circumstances`、`by`")]),
        ("采购事项:", "采购事:", [("PE502", "采购事", "案件里没有 `采购事` 这一项", "是否为 `采购事项`？")]),
        (SUBJECT, "", [
            ("PE507", "name: 甲 … declaration: {no_other_circumstances: true, by: 张三}",
             "案件里没有要审查的主题", "写一个主题，例如 采购事项；可用：服务合同、采购事项"),
        ]),
        (SUBJECT, "采购事项: 保安\n", [
            ("PE009", "保安", "`采购事项`应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("  含工程: false", "  含工成: false", [("PE501", "含工成", "`采购事项` 没有字段 `含工成`", "是否为 `含工程`？")]),
        ("  含工程: false", "  含工程：: false", [
            ("PE012", "含工程：", "`采购事项` 没有字段 `含工程：`", "全角 `：` 改为半角 `:`，冒号后加一个空格"),
        ]),
        ("  含工程: false", "  预算_元: 5", [
            ("PE501", "预算_元", "`采购事项` 没有字段 `预算_元`", "写成 `预算_万元`，数字按万元填"),
        ]),
        ("  含工程: false", "  预算: 5", [("PE501", "预算", "`采购事项` 没有字段 `预算`", "写成 `预算_万元`，数字按万元填")]),
        ("  含工程: false", "  含工程: {value: true, unknown: 表}", [
            ("PE112", "{value: true, unknown: 表}", "`含工程` 既写了 value 又写了 unknown", "只留一个"),
        ]),
        ("  含工程: false", "  含工程: {vale: true}", [("PE010", "vale", "`含工程` 没有 `vale`", "是否为 `value`？")]),
        ("  含工程: false", "  含工程: {source: 表}", [("PE011", "{source: 表}", "缺少 `value`", "补上 `value: …`")]),
        ("  含工程: false", "  含工程: {value: }", [("PE011", "{value: }", "缺少 `value`", "补上 `value: …`")]),
        ("name: 甲", "nam: 甲", [("PE502", "nam", "案件里没有 `nam` 这一项", "是否为 `name`？")]),
        ("name: 甲", "含工程: true", [
            ("PE502", "含工程", "案件里没有 `含工程` 这一项", "`含工程` 是字段，写在 服务合同、采购事项 下面"),
        ]),
        ("name: 甲", "name：: 甲", [
            ("PE012", "name：", "案件里没有 `name：` 这一项", "全角 `：` 改为半角 `:`，冒号后加一个空格"),
        ]),
        ("name: 甲", "expect: 违法", [
            ("PE013", "违法",
             "`expect` 不能是 `违法`", "可用的有 `不得实施`、`依据冲突`、`须整改`、`需补充核实`、`未涵盖`、`可以实施`、`认定结果明确`"),
        ]),
        ("name: 甲", "expect: 可以购买", [("PE013", "可以购买", "`expect` 不能是 `可以购买`", "是否为 `可以实施`？")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_case_is_told_in_these_words(written, instead, expected) -> None:
    assert written in CASE
    (row,), (found,), of_file = rows_of(CASE.replace(written, instead, 1))
    assert (expected, []) == (found, of_file)
    assert row.case is None


MAPPING = ("应为“键: 值”的映射", "逐行写成 `键: 值`")
SUBJECTS = "写一个主题，例如 采购事项；可用：服务合同、采购事项"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\n", [("PE009", "甲", f"案件{MAPPING[0]}", MAPPING[1])]),
        ("{}\n", [("PE507", "{}", "案件里没有要审查的主题", SUBJECTS)]),
        ("as_of: 2026-01-15\n", [("PE507", "as_of: 2026-01-15", "案件里没有要审查的主题", SUBJECTS)]),
        ("采购事项: {含工程: true, 含工程x: 1, ｛含: 2}\n", [
            ("PE501", "含工程x", "`采购事项` 没有字段 `含工程x`", "是否为 `含工程`？"),
            ("PE012", "｛含", "`采购事项` 没有字段 `｛含`", "全角 `｛` 改为半角 `{`"),
        ]),
        ("'采购事项：': 3\n采购事项: {}\n", [
            ("PE012", "'采购事项：'", "案件里没有 `采购事项：` 这一项", "全角 `：` 改为半角 `:`，冒号后加一个空格"),
        ]),
        ("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n采购事项: {}\n", [
            ("PE502", key, f"案件里没有 `{key}` 这一项", ABSENT) for key in "abcdef"
        ]),
        ("as_of: x\n采购事项: {}\n", [
            ("PE106", "x", "`as_of` 应为日期，写的是 `x`", "年写四位，按年、月、日的次序，写成 2026-01-15"),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_whole_case_is_told_in_these_words(text, expected) -> None:
    (row,), (found,), of_file = rows_of(text)
    assert (None, expected, []) == (row.case, found, of_file)


def test_a_case_is_read_as_it_is_written() -> None:
    case = case_of("name: 甲", "name: 甲\nexpect: 可以实施\n$schema: x")
    assert ("甲", "2026-01-15", "330300", "立项", "可以实施") == (
        case.name,
        iso(case.as_of),
        case.area,
        case.phase.value,
        case.expected,
    )
    assert (True, True, True, ()) == (
        case.is_day_stated,
        case.is_area_stated,
        case.is_phase_stated,
        case.assumed,
    )
    assert ("张三", 6) == (case.declaration.by, case.declaration.span.line)
    assert {"含工程": False, "采购标的": "服务"} == {
        name: fact.value for name, fact in case.subjects["采购事项"].items()
    }


@pytest.mark.parametrize(
    ("written", "instead", "day", "area", "phase", "assumed", "stated"),
    [
        ("as_of: 2026-01-15", "as_of: 1949-10-01", "1949-10-01", "330300", "立项", (), "dap"),
        ("as_of: 2026-01-15", "as_of: 2100-12-31", "2100-12-31", "330300", "立项", (), "dap"),
        ("as_of: 2026-01-15", "as_of:", "2026-01-15", "330300", "立项", ("未写基准日，按中国时间 2026年1月15日审查",), "ap"),
        ("as_of: 2026-01-15", "as_of: 2026年1月16日", "2026-01-16", "330300", "立项", ("基准日：“2026年1月16日”读作 2026-01-16",), "dap"),
        ("温州市", "全国", "2026-01-15", "000000", "立项", (), "dap"),
        ("温州市", "龙港市", "2026-01-15", "330383", "立项", (), "dap"),
        ("温州市", "", "2026-01-15", "000000", "立项", ("未写地区，按全国审查，未检查地方规定",), "dp"),
        ("立项", "", "2026-01-15", "330300", "立项", (), "da"),
        ("立项", "合同阶段", "2026-01-15", "330300", "合同", ("阶段：“合同阶段”读作 合同",), "dap"),
    ],
)  # fmt: skip
def test_what_a_case_leaves_open_is_taken_and_said(
    written, instead, day, area, phase, assumed, stated
) -> None:
    case = case_of(written, instead)
    assert (day, area, phase, assumed) == (iso(case.as_of), case.area, case.phase.value, case.assumed)
    assert stated == "d" * case.is_day_stated + "a" * case.is_area_stated + "p" * case.is_phase_stated


def test_what_the_command_line_says_goes_before_the_case() -> None:
    defaults = CaseDefaults(today=1, as_of=day_number("2020-05-06"), jurisdiction="苍南县")
    for written, instead in (
        ("as_of: 2026-01-15", "as_of:"),
        ("jurisdiction: 温州市\n", ""),
        ("温州市", "[温州市, 杭州市]"),
        ("name: 甲", "name: 乙"),
    ):
        case = case_of(written, instead, defaults)
        assert ("2020-05-06", "330327", (), True, True) == (
            iso(case.as_of),
            case.area,
            case.assumed,
            case.is_day_stated,
            case.is_area_stated,
        )
    # What is written badly is told all the same.
    _, (found,), _ = rows_of(CASE.replace("2026-01-15", "2026-01-32"), defaults)
    assert ["PE107"] == [one[0] for one in found]


def test_a_place_without_local_rules_is_said_where_others_have_them() -> None:
    register = TEXTS["documents.yaml"].replace("area: 全国", "area: 浙江省")
    texts = {"documents.yaml": register.replace("force: 部门规章", "force: 规范性文件")}
    local = prepared(texts).rule_set
    said = "规则库没有上海市的地方规定，只按全国规定审查"
    assert (said,) == case_of("温州市", "上海市", rule_set=local).assumed
    for area in ("浙江省", "温州市", "全国"):
        assert () == case_of("温州市", area, rule_set=local).assumed
    assert () == case_of("温州市", "上海市").assumed


@pytest.mark.parametrize(
    ("written", "by"),
    [
        ("{no_other_circumstances: true, by: 张三}", "张三"),
        ("{no_other_circumstances: 是, by: 张三}", "张三"),
        ("{no_other_circumstances: true}", ""),
        ("{no_other_circumstances: false, by: 张三}", None),
        ("{by: 张三}", None),
        ("", None),
    ],
)
def test_a_declaration_is_made_or_not(written, by) -> None:
    found = case_of("{no_other_circumstances: true, by: 张三}", written).declaration
    assert by == (found.by if found is not None else None)


@pytest.mark.parametrize(
    ("written", "value", "reason", "source"),
    [
        ("{unknown: 没看}", UNKNOWN, "没看", ""),
        ("{unknown: }", UNKNOWN, "", ""),
        ("{unknown: 没看, source: 表}", UNKNOWN, "没看", ""),
        ("{value: true, source: 表}", True, "", "表"),
        ("{value: true}", True, "", ""),
    ],
)
def test_a_fact_may_be_told_with_its_source_or_as_unknown(written, value, reason, source) -> None:
    fact = case_of("含工程: false", f"含工程: {written}").subjects["采购事项"]["含工程"]
    assert ("含工程", value, reason, source) == (fact.field, fact.value, fact.reason, fact.source)
    assert 6 == fact.span.line


def test_a_subject_may_be_left_empty() -> None:
    assert {"采购事项": {}} == case_of(SUBJECT, "采购事项:\n").subjects
    assert {"采购标的"} == {*case_of("含工程: false", "含工程:").subjects["采购事项"]}


FOREIGN = "案件写成 {0}: {{字段: 值}}；是别的表格的，先用 policy-engine new {0} 看要填什么"


@pytest.mark.parametrize(
    ("keys", "message", "help_text"),
    [
        ("abcdef", "案件里没有 `a`、`b`、`c` 等 6 项，没有一项是案件的写法", FOREIGN.format("服务合同")),
        (["总期限_月", *"abcdef"], "案件里没有 `总期限_月`、`a`、`b` 等 7 项，没有一项是案件的写法", FOREIGN.format("采购事项")),
        (["b", "采购标的", *"cdef"], "案件里没有 `b`、`采购标的`、`c` 等 6 项，没有一项是案件的写法", FOREIGN.format("服务合同")),
        (["含工程", *"bcdef"], "案件里没有 `含工程`、`b`、`c` 等 6 项，没有一项是案件的写法", FOREIGN.format("服务合同")),
        (["字" * 41, *"abcde"], f"案件里没有 `{'字' * 40}…`、`a`、`b` 等 6 项，没有一项是案件的写法", FOREIGN.format("服务合同")),
    ],
)  # fmt: skip
def test_a_row_of_another_table_is_told_once(keys, message, help_text) -> None:
    text = "".join(f"{key}: 1\n" for key in keys)
    assert [[("PE502", keys[0], message, help_text)]] == rows_of(text)[1]


def test_a_few_strange_keys_or_one_known_among_many_are_told_each() -> None:
    for text in ("a: 1\nb: 2\nc: 3\nd: 4\ne: 5\n", "name: 甲\na: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n"):
        keys = [line[0] for line in text.splitlines() if not line.startswith("name")]
        (found,) = rows_of(text)[1]
        assert [("PE502", key, f"案件里没有 `{key}` 这一项", ABSENT) for key in keys] == found


def test_each_case_of_a_file_stands_by_itself() -> None:
    text = "- 1\n- null\n- {name: 甲, 采购事项: }\n---\nname: 乙\n采购事项: {含工程: 是是}\n"
    rows, found, of_file = rows_of(text)
    assert [(1, "", 0, True), (2, "甲", 2, False), (3, "乙", 4, True)] == [
        (row.index, row.name, row.span.line, row.case is None) for row in rows
    ]
    assert [["PE009"], [], ["PE101"]] == [[one[0] for one in each] for each in found]
    assert [] == of_file
    source = SourceText("case.yaml", text)
    cases, problems = load_sound_cases(source, TOY_RULES.rule_set, DEFAULTS)
    assert (["甲"], ["PE009", "PE101"]) == ([case.name for case in cases], [one.code for one in problems])
    with pytest.raises(DiagnosticsError) as caught:
        load_cases(source, TOY_RULES.rule_set, DEFAULTS)
    assert problems == caught.value.diagnostics


@pytest.mark.parametrize("text", ["", "null\n", "---\n", "[]\n", "- null\n", "- \n- ~\n"])
def test_an_empty_file_is_told(text) -> None:
    help_text = "用 policy-engine new 采购事项 生成一份空白表"
    assert ((), [], [("PE008", "", "案件文件是空的", help_text)]) == rows_of(text)


def test_escapes_of_json_are_read_also_line_by_line() -> None:
    one, other = '{"name": "\\/甲", "采购事项": {}}', '{"name": "乙", "采购事项": {}}'
    for text, names in ((one, ["/甲"]), (f"{one}\n{other}\n", ["/甲", "乙"])):
        rows, found, of_file = rows_of(text)
        assert names == [row.name for row in rows]
        assert [[]] * len(names) == found
        assert [] == of_file


def test_a_problem_of_the_text_belongs_to_the_row_it_stands_in() -> None:
    text = "- name: 甲\n  采购事项: {含工程: true, 含工程: true}\n- {name: 乙, 采购事项: }\n"
    rows, found, of_file = rows_of(text)
    assert ([["PE007"], []], []) == ([[one[0] for one in each] for each in found], of_file)
    assert [None, "乙"] == [row.case and row.case.name for row in rows]


def test_a_case_given_as_data_is_read_or_told_at_its_keys() -> None:
    case = load_given({"name": "甲", "采购事项": {"含工程": True}}, TOY_RULES.rule_set, DEFAULTS)
    assert ("甲", True) == (case.name, case.subjects["采购事项"]["含工程"].value)
    with pytest.raises(DiagnosticsError) as caught:
        load_given({"采购事项": {"含工程": b"x", "含工成": 1}}, TOY_RULES.rule_set, DEFAULTS)
    assert [("PE113", "采购事项.含工程"), ("PE501", "采购事项.含工成")] == [
        (one.code, one.place) for one in caught.value.diagnostics
    ]


@pytest.mark.parametrize(
    ("written", "help_text"),
    [
        ("预算_元", "写成 `预算_万元`，数字按万元填"),
        ("预算（元）", "写成 `预算_万元`，数字按万元填"),
        ("预算(元)_年", "写成 `预算_万元`，数字按万元填"),
        ("合同签订日_天", "是否为 `合同签订日`？"),
    ],
)
def test_a_field_in_another_unit_is_named_where_it_has_one(written, help_text) -> None:
    _, (found,), _ = rows_of(CASE.replace("含工程: false", f"{written}: 5"))
    assert [("PE501", written, f"`采购事项` 没有字段 `{written}`", help_text)] == found


def test_what_is_written_in_a_case_is_stated_also_as_unknown() -> None:
    for written in ("true", "{unknown: 没看}", "{value: true, source: 表}"):
        fact = case_of("含工程: false", f"含工程: {written}").subjects["采购事项"]["含工程"]
        assert Origin.STATED is fact.origin


def test_a_file_that_is_no_yaml_has_no_rows() -> None:
    text = "x: [\n"
    help_text = "补上 `]`，或者两项之间的 `,`"
    assert ((), [], [("PE002", "[", "语法错误：方括号 `[` 没有配对", help_text)]) == rows_of(text)


@pytest.mark.parametrize(
    ("written", "instead"),
    [("预算_元: 3", "预算_万元"), ("合同期限_年: 3", "合同期限_月"), ("合同期限: 3", "合同期限_月")],
)
def test_a_field_in_another_unit_is_mended_to_the_field(written, instead) -> None:
    (row,), _, _ = rows_of(CASE.replace("含工程: false", written))
    ((fix,),) = (one.fixes for one in row.diagnostics)
    assert instead == fix.edits[0].text
    assert not fix.is_sure or "数字" not in row.diagnostics[0].help


@pytest.mark.parametrize("phase", Phase, ids=lambda phase: phase.name)
def test_each_phase_is_read(phase) -> None:
    case = case_of("phase: 立项", f"phase: {phase.value}")
    assert (phase, True) == (case.phase, case.is_phase_stated)


def test_a_case_may_be_of_two_subjects_and_have_no_name() -> None:
    case = case_of("name: 甲\n", "服务合同: {含工程: true}\n")
    assert ("", "", {"采购事项": ["含工程", "采购标的"], "服务合同": ["含工程"]}) == (
        case.name,
        case.expected,
        {subject: list(facts) for subject, facts in case.subjects.items()},
    )


def test_an_anchor_costs_the_row_it_stands_in() -> None:
    rows, found, _ = rows_of("- {name: 甲, 采购事项: {}}\n- &x {采购事项: {}}\n- {name: 丙, 采购事项: {}}\n")
    assert [(1, "甲", False), (2, "", True), (3, "丙", False)] == [
        (row.index, row.name, row.case is None) for row in rows
    ]
    assert [[], [("PE006", "&x {")], []] == [[one[:2] for one in each] for each in found]
