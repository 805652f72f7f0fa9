"""Numbers as papers write them come to exactly what they say, and to nothing where they may say something else."""

from fractions import Fraction

import pytest

from policy_engine.loading.numerals import decimal_text, in_characters, quantity, units_beside

UNITS = ("元", "万元", "月", "%", "人", "")
# The same in every unit, but that money in 万元 reads 万 as its own.
PLAIN = {
    "1": 1, "0": 0, "-1": -1, "1.50": "3/2", "1,000": 1000, "10,000,000.5": "20000001/2", "１２": 12, "１,０００": 1000,
    "一百二十": 120, "一百二十点五": "241/2", "五点零": 5, "三十点零五": "601/20", "十二": 12, "一十二": 12, "零": 0, "十": 10,
    "一百零五": 105, "一千零五": 1005, "一千零五十": 1050, "壹佰贰拾": 120, " 1 2 ": 12, "1" * 60: int("1" * 60),
}  # fmt: skip
LARGE = {
    "1万": 10**4, "1百万": 10**6, "1千万": 10**7, "3亿": 3 * 10**8, "1十万": 10**5, "5万": 50000, "五万": 50000,
    "九十八万五千": 985000, "一百二十点五万": 1205000, "十万七千": 107000, "十万零七千": 107000, "一亿": 10**8,
    "一亿零一": 10**8 + 1, "两亿五千万": 250_000_000, "三点一四亿": 314_000_000, "一万亿": 10**12,
}  # fmt: skip
NONE = (
    "", "元", "01", "1,00", "1,0000", "1.", ".5", "--1", "一百二", "一亿一", "一亿零一千万", "一万零十", "一万十", "一百零十", "零五", "五零",
    "万", "点五", "五点", "五点万", "五点五百", "一点二点三", "半", "一" * 61, "1" * 61, "五整", "5整", "5元元", "人民币", "百分之", "3吨", "廿",
    "1 2 x", "1年1年", "6个月1年", "1年6", "半年半", "1年半年", "半年一年",
)  # fmt: skip
OF_UNIT = {
    "元": {
        "¥5": 5, "￥5": 5, "RMB5": 5, "人民币5": 5, "人民币5元": 5, "人民币伍万元整": 50000, "伍万元整": 50000, "5元正": 5, "5圆": 5,
        "人民币¥5": 5, "人民币5圆整": 5, "5 万 元": 50000, "-3万元": -30000, "5千": 5000, "五千": 5000, "人民币5万": 50000,
        "3月": None, "3人": None, "30%": None, "半年": None,
    },
    "万元": {
        "¥5": "1/2000", "人民币5万元": 5, "￥5万": 5, "伍万元整": 5, "5圆": "1/2000", "5千": None, "5百": None, "三点一四亿": 31400,
        "98万": 98, "九十八万五千": "197/2", "50百万": 5000, "1年": None,
    },
    "月": {
        "半年": 6, "一年半": 18, "1年半": 18, "两年": 24, "2年6个月": 30, "1个季度": 3, "2年1个季度1个月": 28, "1个月2年": None,
        "12个月": 12, "12月": 12, "1.5年": 18,
        "3.0个月": 3, "五千": 5000, "2年1个季度": 27, "3天": None, "1年半个月": None, "5元": None, "1年6个月3天": None,
    },
    "年": {"6个月": "1/2", "半年": "1/2", "一年半": "3/2", "18月": "3/2", "3年": 3},
    "天": {"一周": 7, "7天": 7, "7日": 7, "2周3天": 17, "3天2周": None, "1月": None},
    "%": {"百分之三十": 30, "百分之30": 30, "30%": 30, "30％": 30, "百分之一百": 100, "百分之零点五": "1/2", "3成": None},
    "人": {"3人": 3, "三名": 3, "3位": 3, "3家": None, "3个": None},
    "家": {"3家": 3, "3户": None},
    "": {"3": 3, "3个": None, "半年": None},
}  # fmt: skip


def fraction(value):
    return None if value is None else Fraction(value)


@pytest.mark.parametrize("unit", UNITS)
def test_a_bare_number_is_of_the_unit_of_the_field(unit) -> None:
    written = PLAIN if unit == "万元" else PLAIN | LARGE
    assert {text: fraction(value) for text, value in written.items()} == {
        text: quantity(text, unit) for text in written
    }
    assert dict.fromkeys(NONE) == {text: quantity(text, unit) for text in NONE}


@pytest.mark.parametrize("text", LARGE)
def test_so_many_ten_thousands_are_yuan(text) -> None:
    assert Fraction(LARGE[text], 10**4) == quantity(text, "万元")


@pytest.mark.parametrize("unit", OF_UNIT)
def test_a_number_with_a_unit_is_turned_into_that_of_the_field(unit) -> None:
    written = OF_UNIT[unit]
    assert {text: fraction(value) for text, value in written.items()} == {
        text: quantity(text, unit) for text in written
    }


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "1"),
        (0, "0"),
        (100, "100"),
        ("1/2", "0.5"),
        ("-3/8", "-0.375"),
        ("1/3", None),
        (Fraction(1, 10**12), "0.000000000001"),
        (Fraction(1, 10**13), None),
        (Fraction(1, 2**12), "0.000244140625"),
        (Fraction(1, 2**13), None),
    ],
)
def test_a_number_is_written_as_a_decimal_where_it_is_one(number, expected) -> None:
    assert expected == decimal_text(Fraction(number))


SPELT = {
    "一百二十": 120, "十": 10, "一十": 10, "五点零五": "101/20", "一百点五万": 1005000, "一点五亿": 150_000_000, "零": 0, "〇": 0, "两": 2,
    "一亿零一": 10**8 + 1, "一亿一千万": 110_000_000, "二十万零七千": 207000, "二十万七千": 207000, "二十一万七千": 217000, "一万零一百": 10100,
    "一万一百": None, "一万零一十": 10010, "一万零一": 10001, "九千九百九十九": 9999, "二十一万零七千": None, "一千零五": 1005, "一千五": None,
    "一亿零一千万": None, "一亿零一百万": 101_000_000, "一亿一百万": None, "三亿": 3 * 10**8, "亿": None,
    "十点": None, "一点": None, "点一": None, "点": None, "一百零一点零": 101,
}  # fmt: skip


@pytest.mark.parametrize("text", SPELT)
def test_only_what_is_properly_spelt_is_read(text) -> None:
    assert fraction(SPELT[text]) == in_characters(text)


@pytest.mark.parametrize(
    ("unit", "others"),
    [
        ("元", ("万元",)),
        ("万元", ("元", "圆")),
        ("月", ("个季度", "年")),
        ("年", ("月", "个月", "个季度")),
        ("天", ("周",)),
        ("周", ("天", "日")),
        ("%", ()),
        ("人", ()),
        ("户", ()),
        ("吨", ()),
        ("", ()),
    ],
)
def test_units_beside_a_unit_count_the_same_in_another_size(unit, others) -> None:
    assert others == units_beside(unit)
