"""Values are read as officials write them, exactly or not at all, and what was read otherwise is said back."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loading.test_values import TYPED
from loading.toy import TOY_RULES, case_in
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.numerals import decimal_text, in_characters, quantity, units_beside
from policy_engine.loading.problems import Problems
from policy_engine.loading.spellings import Readings, day_text, phase_text, respell, truth_text
from policy_engine.loading.tree import Scalar, parse
from policy_engine.loading.values import read_value
from policy_engine.model.calendar import day_number
from policy_engine.model.values import NOT_HAPPENED

FIELDS = TOY_RULES.rule_set.vocabulary.subjects["采购事项"].fields
DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("written", "unit", "meant"),
    [
        ("8年", "月", 96), ("1年6个月", "月", 18), ("两年半", "月", 30), ("半年", "月", 6), ("十二个月", "月", 12),
        ("２４个月", "月", 24), ("24个月", "年", 2), ("2 周", "天", 14), ("980000元", "万元", 98),
        ("980,000.00元", "万元", 98), ("￥980000", "万元", 98), ("98万", "万元", 98), ("98 万元", "万元", 98),
        ("1.2亿元", "万元", 12000), ("5千元", "万元", Fraction(1, 2)), ("一百二十点五万", "万元", Fraction(241, 2)),
        ("一百八十六万五千", "万元", Fraction(373, 2)), ("一亿零五百万", "万元", 10500), ("一亿一千万元", "万元", 11000), ("一千八百", "万元", 1800),
        ("人民币玖拾捌万元整", "万元", 98), ("一亿零五百万元", "万元", 10500), ("１，２３４．５", "万元", Fraction(2469, 2)),
        ("30%", "%", 30), ("３０％", "%", 30), ("百分之三十", "%", 30), ("20人", "人", 20), ("20名", "人", 20),
        ("二十", "人", 20), ("1万家", "家", 10000), ("零", "人", 0), ("-5", "人", -5),
        ("壹拾万零柒仟元整", "万元", Fraction(107, 10)), ("壹拾万柒仟元整", "万元", Fraction(107, 10)), ("十一万七千", "人", 117000),
    ],
)  # fmt: skip
def test_a_number_with_its_unit_is_converted(written, unit, meant):
    assert meant == quantity(written, unit)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("1,5", "万元"), ("约98万", "万元"), ("98万元左右", "万元"), ("5千", "万元"), ("100美元", "万元"), ("90天", "月"),
        ("6个月1年", "月"), ("三季度", "月"), ("一百二", "人"), ("三四个", "个"), ("一万二", "人"), ("0101", "人"),
        ("+5", "人"), ("1e3", "人"), ("²", "人"), ("٣", "人"), ("12:30", "人"), ("", "人"), ("元", "万元"), ("百", "人"),
        ("10-12", "人"), ("3个", "人"), ("1.2.3", "人"), ("8年", ""), ("点五", "人"),
        ("十一万零七千", "人"), ("一万七百", "人"), ("一点", "人"),
    ],
)  # fmt: skip
def test_a_number_that_may_mean_another_is_not_read(written, unit):
    assert quantity(written, unit) is None


@pytest.mark.parametrize(("length", "meant"), [(60, 1), (61, None)])
def test_a_text_that_is_longer_than_any_number_is_not_read(length, meant):
    assert meant == quantity("1." + "0" * (length - 2), "人")


@given(st.integers(0, 10**12))
def test_an_amount_in_yuan_is_exact_in_ten_thousands(yuan):
    assert Fraction(yuan, 10**4) == quantity(f"{yuan:,}元", "万元")
    assert Fraction(yuan, 10**4) == Fraction(decimal_text(Fraction(yuan, 10**4)))


@given(st.text(alphabet="零一二三四五六七八九十百千万亿点两〇", min_size=1, max_size=8))
def test_characters_are_read_only_as_the_number_is_properly_spelt(text):
    number = in_characters(text)
    if number is not None and "点" not in text:
        assert text.count("零") <= 3 or number == 0
        assert number.denominator == 1
        assert not text.endswith("零") or number == 0


@given(st.integers(1, 9), st.integers(0, 9), st.integers(0, 9))
def test_hundreds_in_characters_come_back(hundreds, tens, ones):
    digits = "零一二三四五六七八九"
    tail = (digits[tens] + "十" if tens else "零" if ones else "") + (digits[ones] if ones else "")
    assert hundreds * 100 + tens * 10 + ones == in_characters(digits[hundreds] + "百" + tail)


@given(DAYS)
def test_every_way_of_writing_a_day_means_that_day(day):
    serial = (day - date(1899, 12, 30)).days
    ways = [
        f"{day.year}年{day.month}月{day.day}日", f"{day.year} 年 {day.month} 月 {day.day} 日", f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}", f"{day.year}-{day.month}-{day.day}", f"{day:%Y%m%d}", f"{day} 00:00:00",
        f"{day.year}/{day.month}/{day.day} 0:00", str(serial), f"{serial}.0",
        str(day).translate({48 + n: 0xFF10 + n for n in range(10)}),
    ]  # fmt: skip
    assert {day.isoformat()} == {day_text(way) for way in ways}


def test_a_day_of_a_spreadsheet_is_its_own_day():
    assert "2026-03-02" == day_text("46083")
    assert "2026-03-03" == day_text("46084")
    assert "2026-03-02" == day_text("二〇二六年三月二日")


@pytest.mark.parametrize(
    "written",
    ["3/2/2026", "26-3-2", "2026年3月", "2026-3/2", "2026.3", "2026-02-30", "20260230", "460831", "4608", "46083.5", "明天", "2026-03-02 08:30"],
)  # fmt: skip
def test_a_day_that_may_be_another_is_not_read(written):
    assert day_text(written) is None


@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=10))
def test_what_is_read_is_in_the_plain_spelling_already(name, text):
    plain = respell(text, FIELDS[name])
    assert plain is None or respell(plain, FIELDS[name]) in (None, plain)


@given(st.integers(0, 1000), st.integers(0, 99))
def test_a_plain_number_is_never_respelt(whole, part):
    assert respell(f"{whole}.{part:02}", FIELDS["预算_万元"]) is None


def test_presence_says_nothing_of_a_denial():
    field = FIELDS["含工程"]
    assert "false" == respell("无", field)
    assert respell("无", replace(field, name="未配备人员")) is None
    assert "true" == respell("是", replace(field, name="未配备人员"))


def test_what_was_read_otherwise_is_said_back():
    case = case_in(
        "as_of: 2026年3月2日\nphase: 采购阶段\ndeclaration: {no_other_circumstances: 是, by: 张}\n"
        "采购事项: {含工程: 是, 预算_万元: {value: 980000元, source: 批复}, 合同期限_月: 8年, 合同签订日: 尚未发生, 合同要素: 价格、质量}"
    )
    facts = case.subjects["采购事项"]
    assert (day_number("2026-03-02"), True) == (case.as_of, case.declaration is not None)
    assert (True, 9800, 96, NOT_HAPPENED) == tuple(
        facts[name].value for name in ("含工程", "预算_万元", "合同期限_月", "合同签订日")
    )
    assert frozenset({"价格", "质量"}) == facts["合同要素"].value
    said = "\n".join(case.assumed)
    for words in (
        "“2026年3月2日”读作 2026-03-02",
        "“采购阶段”读作 采购",
        "\n预算：“980000元”读作 98万元",
        "\n合同期限：“8年”读作 96个月",
    ):
        assert words in said
    assert "含工程" not in said


def test_what_is_said_back_is_named_without_what_the_title_adds_in_brackets():
    readings = Readings()
    readings.of(
        Scalar("8年", False, file_span("a.yaml")), replace(FIELDS["合同期限_月"], title="期限（含续签）")
    )
    assert ["期限：“8年”读作 96个月"] == readings.notes


def test_every_member_of_a_list_is_read_by_itself():
    case = case_in("采购事项: {合同要素: [价格, '质 量']}")
    assert frozenset({"价格", "质量"}) == case.subjects["采购事项"]["合同要素"].value
    assert "合同要素：“质 量”读作 质量" in case.assumed


@pytest.mark.parametrize(
    ("fact", "help_text"),
    [
        ("合同期限_月: 90天", "填 0 到 600 的数字"),
        ("预算_万元: 980001元", "填 98 或者 98.01，单位是万元；取哪一个由填报人定"),
        ("预算_万元: '￥1,234,567.8元'", "填 123.45 或者 123.46，单位是万元"),
        ("预算_万元: -0.001", "填数字，最多 2 位小数"),
        ("合同期限_月: 24.5", "填 24 或者 25，单位是月"),
        ("合同期限_月: 600.5", "填 0 到 600 的数字，整数"),
        ("预算_万元: 待定", "{unknown: 待定}"),
        ("合同签订日: ——", "{unknown: 原因}"),
        ("合同要素: 价格、工期", "没有 `工期` 这一项"),
    ],
)
def test_what_is_not_read_is_told_with_the_exact_mend(fact, help_text):
    with pytest.raises(DiagnosticsError) as raised:
        case_in(f"采购事项: {{{fact}}}")
    (found,) = raised.value.diagnostics
    assert help_text in found.help


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("预算_万元: '￥1,234,567.8元'", "最多 2 位小数，`￥1,234,567.8元` 合 123.45678 万元"),
        ("预算_万元: 123.45678", "最多 2 位小数，写的是 `123.45678`"),
        ("合同期限_月: 一年零半个月", "应为数字"),
        ("合同期限_月: 2.5个月", "应为整数，`2.5个月` 合 2.5 月"),
    ],
)
def test_more_decimals_than_a_field_takes_are_told_exactly_whatever_the_unit(fact, message):
    with pytest.raises(DiagnosticsError) as raised:
        case_in(f"采购事项: {{{fact}}}")
    (found,) = raised.value.diagnostics
    assert message in found.message


@pytest.mark.parametrize(
    ("name", "written", "help_text"),
    [("合同期限_月", "8年", "写 96，单位是月"), ("合同签订日", "2026年3月2日", "写成 2026-03-02"), ("含工程", "是", "写 true")],
)  # fmt: skip
def test_rules_are_read_strictly_and_told_the_exact_value(name, written, help_text):
    problems = Problems()
    assert read_value(Scalar(written, False, file_span("a.yaml")), FIELDS[name], problems) is None
    assert [help_text] == [found.help for found in problems.found]


@pytest.mark.parametrize(
    ("unit", "beside"),
    [
        ("元", ("万元",)), ("万元", ("元", "圆")), ("月", ("个季度", "年")), ("个季度", ("月", "个月", "年")),
        ("年", ("月", "个月", "个季度")), ("天", ("周",)), ("周", ("天", "日")),
        ("人", ()), ("%", ()), ("家", ()), ("", ()), ("吨", ()),
    ],
)  # fmt: skip
def test_the_other_units_of_a_quantity_are_those_of_other_size(unit, beside):
    assert beside == units_beside(unit)


READINGS = [
    ("含工程", "是", "true", None),
    ("含工程", "否", "false", None),
    ("含工程", "√", "true", "含工程：“√”读作 是"),
    ("含工程", "×", "false", "含工程：“×”读作 否"),
    ("含工程", "有", "true", "含工程：“有”读作 是"),
    ("含工程", "无", "false", "含工程：“无”读作 否"),
    ("含工程", "没有", "false", "含工程：“没有”读作 否"),
    ("含工程", "true", "true", None),
    ("含工程", "True", "true", "含工程：“True”读作 是"),
    ("含工程", "yes", "true", "含工程：“yes”读作 是"),
    ("含工程", "大概", "大概", None),
    ("含工程", " 是 ", "true", "含工程：“是”读作 是"),
    ("合同期限_月", "12", "12", None),
    ("合同期限_月", "十二", "12", "合同期限：“十二”读作 12个月"),
    ("合同期限_月", "1年", "12", "合同期限：“1年”读作 12个月"),
    ("合同期限_月", "1年半", "18", "合同期限：“1年半”读作 18个月"),
    ("合同期限_月", "12个月", "12", "合同期限：“12个月”读作 12个月"),
    ("合同期限_月", "13天", "13天", None),
    ("合同期限_月", "1.0", "1.0", None),
    ("合同期限_月", "1,000", "1000", "合同期限：“1,000”读作 1000个月"),
    ("合同期限_月", "１２", "12", "合同期限：“１２”读作 12个月"),
    ("预算_万元", "98万元", "98", "预算：“98万元”读作 98万元"),
    ("预算_万元", "9800元", "0.98", "预算：“9800元”读作 0.98万元"),
    ("预算_万元", "1.5万", "1.5", "预算：“1.5万”读作 1.5万元"),
    ("预算_万元", "12345元", "12345元", None),
    ("合同签订日", "2026年1月5日", "2026-01-05", "合同签订日：“2026年1月5日”读作 2026-01-05"),
    ("合同签订日", "2026-1-5", "2026-01-05", "合同签订日：“2026-1-5”读作 2026-01-05"),
    ("合同签订日", "2026/01/05", "2026-01-05", "合同签订日：“2026/01/05”读作 2026-01-05"),
    ("合同签订日", "2026.1.5", "2026-01-05", "合同签订日：“2026.1.5”读作 2026-01-05"),
    ("合同签订日", "2026-1/5", "2026-1/5", None),
    ("合同签订日", "20260105", "2026-01-05", "合同签订日：“20260105”读作 2026-01-05"),
    ("合同签订日", "46027", "2026-01-05", "合同签订日：“46027”读作 2026-01-05（表格软件的日期序号）"),
    ("合同签订日", "46027.0", "2026-01-05", "合同签订日：“46027.0”读作 2026-01-05（表格软件的日期序号）"),
    ("合同签订日", "45999.5", "45999.5", None),
    ("合同签订日", "99999", "2173-10-13", "合同签订日：“99999”读作 2173-10-13（表格软件的日期序号）"),
    ("合同签订日", "10000", "1927-05-18", "合同签订日：“10000”读作 1927-05-18（表格软件的日期序号）"),
    ("合同签订日", "二〇二六年一月五日", "2026-01-05", "合同签订日：“二〇二六年一月五日”读作 2026-01-05"),
    ("合同签订日", "二○二六年一月五日", "2026-01-05", "合同签订日：“二○二六年一月五日”读作 2026-01-05"),
    ("合同签订日", "二零二六年十二月三十一日", "2026-12-31", "合同签订日：“二零二六年十二月三十一日”读作 2026-12-31"),
    ("合同签订日", "二〇二六年十三月五日", "二〇二六年十三月五日", None),
    ("合同签订日", "2026年2月30日", "2026年2月30日", None),
    ("合同签订日", "2026-01-05 00:00:00", "2026-01-05", "合同签订日：“2026-01-05 00:00:00”读作 2026-01-05"),
    ("合同签订日", "2026-01-05T00:00:00.000", "2026-01-05", "合同签订日：“2026-01-05T00:00:00.000”读作 2026-01-05"),
    ("合同签订日", "2026-01-05 08:00", "2026-01-05 08:00", None),
    ("合同签订日", "2026 年 1 月 5 号", "2026-01-05", "合同签订日：“2026 年 1 月 5 号”读作 2026-01-05"),
    ("合同签订日", "２０２６年１月５日", "2026-01-05", "合同签订日：“２０２６年１月５日”读作 2026-01-05"),
    ("合同签订日", "尚未发生", "未发生", "合同签订日：“尚未发生”读作 未发生"),
    ("合同签订日", "没有发生", "未发生", "合同签订日：“没有发生”读作 未发生"),
    ("合同签订日", "未发生", "未发生", None),
    ("合同签订日", "2026-01-05", "2026-01-05", None),
    ("planned", "尚未发生", "尚未发生", None),
    ("采购标的", "工程", "工程", None),
    ("采购标的", "工 程", "工程", "采购标的：“工 程”读作 工程"),
    ("采购标的", "工程项目", "工程项目", None),
    ("采购标的", "工程项\u3000目", "工程项目", "采购标的：“工程项 目”读作 工程项目"),
    ("采购标的", "铁", "铁", None),
    ("采购标的", "[工程]", ["工程"], None),
    ("合同要素", "价格", ["价格"], "合同要素：“价格”读作 价格"),
    ("合同要素", "价格、期限", ["价格", "期限"], "合同要素：“价格、期限”读作 价格、期限"),
    ("合同要素", "价格，期限；质量 ", ["价格", "期限", "质量"], "合同要素：“价格，期限；质量”读作 价格、期限、质量"),
    ("合同要素", "价 格", "价 格", None),
    ("合同要素", "价格、味道", "价格、味道", None),
    ("合同要素", "无", "无", None),
    ("购买内容", "是", "是", None),
    ("购买内容", "2026年1月5日", "2026年1月5日", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "written", "plain", "note"), READINGS)
def test_a_value_is_read_as_officials_write_and_said_back(name, written, plain, note):
    (node,) = parse(written if written.startswith("[") else f"'{written}'", "case.yaml").documents
    readings = Readings()
    found = readings.of(node, TYPED[name])
    texts = found.text if isinstance(found, Scalar) else [one.text for one in found.items]
    assert (plain, [note] if note else []) == (texts, readings.notes)
    assert node.span == found.span


def test_what_is_no_word_in_a_list_is_left_for_the_strict_reader():
    (node,) = parse("['期 限', [价格], {甲: 乙}]", "case.yaml").documents
    found = Readings().of(node, TYPED["合同要素"])
    assert ["期限", *node.items[1:]] == [getattr(found.items[0], "text", None), *found.items[1:]]
    (other,) = parse("{甲: 乙}", "case.yaml").documents
    assert all(other is Readings().of(other, TYPED[name]) for name in ("合同要素", "含工程", "合同期限_月"))


@pytest.mark.parametrize(
    ("text", "phase"),
    [("立项", "立项"), ("立项阶段", "立项"), (" 合 同 阶段", "合同"), ("合约", None), ("阶段", None)],
)
def test_a_phase_is_read_with_its_last_word_or_without(text, phase):
    assert phase == phase_text(text)


@pytest.mark.parametrize(
    ("text", "name", "truth"),
    [("有", "含工程", "true"), ("没有", "含工程", "false"), ("有", "未公开", None), ("无", "非公开", None),
        ("是", "未公开", "true"), ("否", "不公开", "false")],
)  # fmt: skip
def test_that_there_is_some_says_nothing_of_a_denial(text, name, truth):
    assert truth == truth_text(text, name)


@pytest.mark.parametrize(("length", "shown"), [(40, "甲" * 40), (41, "甲" * 40 + "…")])
def test_what_is_said_back_is_cut(length, shown):
    field = replace(TYPED["采购标的"], choices=("甲" * length,), aliases={})
    readings = Readings()
    readings.of(Scalar("甲" * 3 + "\u3000" + "甲" * (length - 3), False, file_span("a")), field)
    (note,) = readings.notes
    spaced = "甲" * 3 + " " + "甲" * (length - 3)
    assert f"采购标的：“{spaced[:40]}…”读作 {'甲' * length}" == note
    plain = Readings()
    plain.item(Scalar("甲" * length, False, file_span("a")), field, "货物", "A 货物")
    assert [f"采购标的：“{shown}”读作 货物：A 货物"] == plain.notes


def test_an_item_is_said_back_where_there_is_something_to_say():
    (word,), (listed,) = parse("物业", "a").documents, parse("[物业]", "a").documents
    for node, told in ((word, ""), (listed, "C 服务")):
        readings = Readings()
        assert node is readings.item(node, TYPED["采购标的"], "服务", told)
        assert [] == readings.notes
    found = Readings().item(word, TYPED["采购标的"], "服务", "C 服务")
    assert isinstance(found, Scalar)
    assert ("服务", word.span) == (found.text, found.span)
