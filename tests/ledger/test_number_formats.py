"""What a cell shows beside its number is part of what it says."""

import pytest
import xlsxwriter

from policy_engine.ledger.number_formats import NumberFormat
from policy_engine.ledger.sheets import open_sheet
from policy_engine.loading.numerals import quantity

READ = {
    "a unit in quotation marks": ('0"年"', 8, "8年"),
    "a unit as it is": ("0年", 8, "8年"),
    "a unit behind a stroke": (r"0\天", 8, "8天"),
    "months": ('0"个月"', 8, "8个月"),
    "yuan": ('#,##0.00"元"', 980000.5, "980000.5元"),
    "万元": ('#,##0.00 "万元"', 98.25, "98.25万元"),
    "亿元": ('0.00"亿元"', 1.2, "1.2亿元"),
    "千": ('0"千元"', 8, "8千元"),
    "a general number": ('General"年"', 8, "8年"),
    "a general number as Chinese offices call it": ('G/通用格式"年"', 8, "8年"),
    "in characters": ('[DBNum2][$-804]General"元整"', 980000, "980000元整"),
    "a percentage": ("0.0%", 0.295, "29.5%"),
    "a percentage in words": ('0"%"', 30, "30%"),
    "yen by its country": ("[$¥-804]#,##0.00", 98, "¥98"),
    "yen of a negative number": ('"￥"#,##0;"￥"-#,##0', -98, "-￥98"),
    "another currency": ("[$$-409]#,##0", 98, "$98"),
    "below nought": ('0"年";-0"年"', -8, "-8年"),
    "in brackets below nought": ('#,##0_);(#,##0)', -8, "-8"),
    "nought as a dash": ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', 0, "0"),
    "hidden": (";;;", 8, "8"),
    "a word for a number": ('[=1]"是";[=0]"否";General', 1, "是"),
    "another word for a number": ('[=1]"是";[=0]"否";General', 0, "否"),
    "no word for a number": ('[=1]"是";[=0]"否";General', 7, "7"),
    "thousands by spaces": ("# ##0", 9800, "9800"),
    "a fraction": ("# ?/?", 0.5, "0.5"),
    "very large": ("0.00E+00", 980000, "980000"),
    "nothing beside it": ("#,##0.00_ ", 98, "98"),
    "nothing but a colour": ("[Red]0.00", 98, "98"),
}  # fmt: skip
REFUSED = {
    "as thousands": ("#,##0.0,", 9800),
    "as 万 by a trick": ('0!.0,"万"', 9800),
    "as 万元 by another": (r'0\.0000"万元"', 980000),
    "with words among its digits": ('0"年"00"月"', 806),
    "without its sign": ("0;0", -8),
    "with a sign that it hasn't": ("-0", 8),
    "as a lapse of time": ("[h]:mm", 1.5),
    "as a lapse of hours": ('[h]"小时"', 1.5),
}


@pytest.mark.parametrize("name", READ)
def test_what_stands_beside_a_number_is_read_with_it(name) -> None:
    code, value, text = READ[name]
    found = NumberFormat(164, code).shown(repr(value))
    assert (text, "") == (found.text, found.trouble)
    assert found.is_bare is text.lstrip("-").replace(".", "").isdecimal()


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_shown_as_another_number_is_refused(name) -> None:
    code, value = REFUSED[name]
    assert str(value) in NumberFormat(164, code).shown(repr(value)).trouble


@pytest.mark.parametrize(
    ("number", "text"), [(0, "98"), (1, "98"), (4, "98"), (9, "9800%"), (44, "¥98"), (41, "98")]
)
def test_formats_that_every_program_knows(number, text) -> None:
    assert text == NumberFormat(number).shown("98").text
    assert NumberFormat(14).shown("98").is_day
    assert NumberFormat(46).shown("98").trouble


def test_what_is_shown_is_worth_what_people_see() -> None:
    """As text, 8年 is 96 months; so it is as a number that shows it."""
    assert 96 == quantity(NumberFormat(164, '0"年"').shown("8").text, "月")
    assert 98 == quantity(NumberFormat(164, '0"元"').shown("980000").text, "万元")


def test_only_the_sign_of_a_currency_is_told_apart(tmp_path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for at, code in enumerate(("[$¥-804]#,##0.00", '"¥"0"元"', '0"元"', "0.00")):
            sheet.write_number(0, at, 98, book.add_format({"num_format": code}))
    (line,) = open_sheet(tmp_path / "a.xlsx", None).lines()
    assert ("¥98", "¥98元", "98元", "98") == line.cells
    assert ({0}, {3}) == (line.marked, line.numbers)
