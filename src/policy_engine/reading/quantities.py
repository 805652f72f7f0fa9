"""Finds the quantities that stand in a running text. What can be read in two ways is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from policy_engine.foundation.patterns import pattern
from policy_engine.loading.numerals import quantity
from policy_engine.model.lexicon import Measure
from policy_engine.reading import quantities_days as by_day
from policy_engine.reading.quantities_changes import revised
from policy_engine.reading.quantities_words import (
    DIGIT,
    NUMERAL,
    PLACE,
    RUN,
    TO,
    Quantity,
    extends,
    is_blurred,
    is_cut,
    is_repeated,
    number,
)

__all__ = ["Quantity", "quantities"]

# 2.5万元 at the start of a line may be the second item, of 5万元.
_ITEM = pattern(r"1?[0-9]\.")
_LINE_STARTS = frozenset(("", "\n", ";", "；", "。"))
_MANY = rf"(?:([余多来几])([{PLACE}]{{0,2}}+))?"
_MARK = r"(?:人民币|RMB|CNY|[¥￥])"
_YUAN = r"[元圆](?![旦素件宵月化论区桥村镇街路制社里]|结构)"
_PERSON = (
    r"(?:人(?![次民口均工大事力才社类天日月年员座份种体]|有限|公司)|名(?![称录单义牌额词次优列册誉字])"
    r"|位(?=专家|老师|人员|同志|工作|医|教|护|保|技|工程|专业|社工|志愿)"
    r"|个人(?![信体承户所账股名资隐档观行才])"
    r"|个(?=[^,。;、0-9]{0,4}?(?:人员|员(?![会委工额])|辅警|协警|司机|保安|保洁|社工|教师|老师|护士|医生|护工|合同工|临时工)))"
)
_UNITS_BEFORE = {
    "元": (Measure.MONEY, "元", 1), "万元": (Measure.MONEY, "万元", 10**4), "人": (Measure.PERSONS, "人", 1),
    "人民币元": (Measure.MONEY, "元", 1), "人民币万元": (Measure.MONEY, "万元", 10**4), "名": (Measure.PERSONS, "名", 1),
    "%": (Measure.PERCENT, "%", 1), "个月": (Measure.MONTHS, "个月", 1), "月": (Measure.MONTHS, "个月", 1),
}  # fmt: skip
_ANY_UNIT = r"(?:元|圆|人|名|%|个月|个季度|年|月|天|日)"
_END = r"(?=$|\n| (?![0-9])|[,，。;；、:：)）\]])"
_HAS_OWN_MEANING = pattern(
    r"年(?:期|限)?(?:审|制|生|一|四季|365|行动|规划|计划|发展|[^,，。;；\n]{0,6}(?:经验|经历|工龄|资历|业绩))"
)
_MONEY_WORDS = pattern(r"(?:预算|金额|价|费|经费|资金|款|投入|支出|造价|采购额|合同额)[^,，。;；、]{0,6}$")
_CENTS = pattern(r"[0-9,]{6,}\.[0-9]{2}(?:00)?")
_TERM_WORDS = pattern(r"(?:期|期限|年限)(?:限)?[为是:：共计]{0,2}$")

_MONEY = pattern(
    rf"({_MARK}+ ?)?({RUN}){_MANY}(?:({_YUAN})(?:(零)?([{DIGIT}0-9])角(?!度))?(?:零?([{DIGIT}0-9])分(?![钟之]))?[整正]?|{_END}|(?=以[内上下]|左右))"
)
# 3万8, 四千八: the last digit counts tenths of the place before it. Certain only behind words of money.
_SPOKEN = pattern(rf"([0-9]{{1,3}}|[{DIGIT}十]{{1,3}})([万千百])([1-9一二三四五六七八九])块?{_END}")
_BEFORE = pattern(rf"[(（](?:单位[:：]?)?({'|'.join(_UNITS_BEFORE)})[)）][:：]?({RUN}){_END}")
_BEHIND = pattern(rf"({RUN})[(（](?:单位[:：]?)?({'|'.join(_UNITS_BEFORE)})[)）]")
_PERCENT = pattern(rf"百分之({RUN})|({RUN})[%％]")
_PERSONS = pattern(rf"({RUN})(?:[(（]({RUN})[)）])?{_MANY}{_PERSON}")
_TERM = pattern(
    rf"(?:({RUN})(?:[(（]({RUN})[)）])?([余多来几])?(?:年(?![级龄代轮检薪鉴度]|半载)(半)?(?:[零又]?({RUN})个月)?|个(?:服务|合同|自然|完整)年度?|个年度|(个月|个季度))|(?<![上下前后])半年(?!度))期?"
)
_RANGE = pattern(rf"{RUN}{_ANY_UNIT}?{TO}{RUN}(?:{TO}{RUN})*|{RUN}(?:[、/+*×:：或]{RUN})+(?:年|个月)?")
# The whole of a run, also one that is no number: its tail would be another number.
_ALONE = pattern(rf"(?:[0-9{NUMERAL}]|[,.点](?=[0-9{NUMERAL}]))++")
_START = pattern(rf"[0-9{NUMERAL}半¥￥(（]|人民币|RMB|CNY")


def quantities(text: str) -> list[Quantity]:
    """Find the quantities of a text in normal form, in order and without overlap."""
    found: list[Quantity] = []
    begin = _START.search(text)
    while begin is not None:
        end = begin.start() + 1
        for shape, read in _READERS:
            match = shape.match(text, begin.start())
            if match is not None:
                found += read(match)
                end = match.end()
                break
        begin = _START.search(text, end)
    return revised(text, found)


def _money(match: re.Match[str]) -> list[Quantity]:
    mark, run, many, times, yuan, _, ten, hundredth = match.groups()
    if not (mark or yuan or _is_bare_money(match)):
        return []
    whole = number(run)
    scale = number(f"1{times}") if times else Fraction(1)
    if whole is None or scale is None:
        return []
    parts = Fraction(_figure(ten), 10) + Fraction(_figure(hundredth), 100)
    return _told(Measure.MONEY, whole * scale + parts, match, is_sure=not many)


def _figure(text: str | None) -> int:
    value = number(text) if text else Fraction(0)
    return int(value) if value is not None else 0


def _is_bare_money(match: re.Match[str]) -> bool:
    """Say whether 120万 without a unit is money: it is all there is, or the words before it say so."""
    run, times = match[2], match[4]
    before = match.string[max(0, match.start() - 16) : match.start()]
    is_all = match.span() == (0, len(match.string))
    if _CENTS.fullmatch(run) is not None and _MONEY_WORDS.search(before) is not None:
        # 预算金额840000.00: nobody writes so many myriads with their cents.
        return True
    return (times or run)[-1:] in "万亿萬億" and (is_all or _MONEY_WORDS.search(before) is not None)


def _spoken(match: re.Match[str]) -> list[Quantity]:
    whole, place = number(f"{match[1]}{match[2]}"), number(f"一{match[2]}")
    before = match.string[max(0, match.start() - 16) : match.start()]
    if whole is None or place is None or _MONEY_WORDS.search(before) is None:
        return []
    return _told(Measure.MONEY, whole + place * Fraction(_figure(match[3]), 10), match)


def _before(match: re.Match[str]) -> list[Quantity]:
    return _with_unit(match, match[2], match[1])


def _behind(match: re.Match[str]) -> list[Quantity]:
    return _with_unit(match, match[1], match[2])


def _with_unit(match: re.Match[str], run: str, written: str) -> list[Quantity]:
    measure, unit, size = _UNITS_BEFORE[written]
    value = quantity(run, unit)
    return [] if value is None else _told(measure, value * size, match)


def _percent(match: re.Match[str]) -> list[Quantity]:
    value = number(match[1] or match[2])
    return [] if value is None else _told(Measure.PERCENT, value, match)


def _persons(match: re.Match[str]) -> list[Quantity]:
    run, again, many, times = match.groups()
    value, scale = _agreed(run, again), number(f"1{times}") if times else Fraction(1)
    if value is None or scale is None:
        return []
    is_sure = not many and match.string[match.end() : match.end() + 1] not in {"一", "多"}
    return _told(Measure.PERSONS, value * scale, match, is_sure=is_sure)


def _agreed(run: str, again: str | None) -> Fraction | None:
    """Read 三(3): the number said twice, if it is the same."""
    value = number(run)
    return value if again is None or number(again) == value else None


def _term(match: re.Match[str]) -> list[Quantity]:
    run, again, many, half, more, unit = match.groups()
    count = _agreed(run, again) if run else Fraction(1, 2)
    extra = number(more) if more else Fraction(0)
    if count is None or extra is None or (not unit and count >= 100):
        return []
    size = {"个月": 1, "个季度": 3}.get(unit, 12)
    value = count * size + (6 if half else 0) + extra
    return _told(Measure.MONTHS, value, match, is_sure=not many and _is_term(match))


def _is_term(match: re.Match[str]) -> bool:
    """Tell a term from a year of two digits (26年), a plan, a form at school, or years of experience."""
    text, run = match.string, match[1] or ""
    may_be_a_year = re.fullmatch(r"[0-9]{2}", run) is not None and match[0] == f"{run}年"
    if may_be_a_year and not _TERM_WORDS.search(text[max(0, match.start() - 6) : match.start()]):
        return False
    return not ("年" in match[0] and _HAS_OWN_MEANING.match(text, match.start() + match[0].index("年")))


def _told(measure: Measure, value: Fraction, match: re.Match[str], *, is_sure: bool = True) -> list[Quantity]:
    text, (start, end) = match.string, match.span()
    is_whole = measure in {Measure.MONTHS, Measure.PERSONS}
    if is_cut(text, start, end) or (is_whole and value.denominator != 1):
        return []
    is_item = _ITEM.match(match[0]) is not None and text[max(0, start - 1) : start] in _LINE_STARTS
    is_exact = is_sure and not (is_item and match[0] != text) and not is_blurred(text, start, end)
    goes_on = measure is Measure.MONTHS and extends(text, start)
    whole = int(value) if is_whole else value
    is_longer = is_exact and goes_on and not is_repeated(text, end)
    return [Quantity(measure, whole, start, end, is_exact and not goes_on, is_longer)]


# In order of preference at one place.
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[Quantity]]], ...] = (
    (by_day.DAYS, by_day.days),
    (by_day.MONTHS, by_day.months),
    (by_day.YEARS, by_day.years),
    (by_day.DAY, by_day.one_day),
    (by_day.YEAR, by_day.one_year),
    (by_day.OTHER, by_day.nothing),
    (_RANGE, by_day.nothing),
    (_BEFORE, _before),
    (_BEHIND, _behind),
    (_PERCENT, _percent),
    (_PERSONS, _persons),
    (_TERM, _term),
    (_SPOKEN, _spoken),
    (_MONEY, _money),
    (_ALONE, by_day.nothing),
)
