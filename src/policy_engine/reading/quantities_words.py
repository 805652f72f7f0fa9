"""What every quantity is made of: a run of digits, and the words around it that blur it."""

from __future__ import annotations

from fractions import Fraction

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.loading.numerals import quantity
from policy_engine.model.lexicon import Measure


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that stands in a text from `start` to `end`.

    `value`: months, yuan, day number, persons or hundredths, as `measure` says; money and percent are fractions.
    `is_exact`: the text says just so much, of the thing itself: not about, at most, within, each, or the third.
    `extends`: it would be exact, but a word before it says that something goes on for so long.
    """

    measure: Measure
    value: int | Fraction
    start: int
    end: int
    is_exact: bool
    extends: bool = False


DIGIT = "零〇○一二两三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸"
PLACE = "十拾百佰千仟万萬亿億"
# 廿 and 卅 are read as nothing, so that what stands behind them isn't read alone.
NUMERAL = f"{DIGIT}{PLACE}廿卅卌"
ARABIC = r"[0-9](?:[0-9]|[,.](?=[0-9]))*+"
# Possessive: part of a number is never a number.
RUN = rf"(?:{ARABIC}[{PLACE}]*+|[{NUMERAL}](?:[{NUMERAL}]|点(?=[{NUMERAL}]))*+)(?![{NUMERAL}0-9])"
TO = r"(?:至|到|[-－—–~～]+)"
# What makes of the number behind it a piece of something else: a code, a sum, a fraction, an hour.
# 1 2 0万元 may be 120 or a list.
STUCK = pattern(r"(?:[A-Za-z_#+*×/=.点加第几好$€£-]|(?<![人总户员次])数|[0-9][: ]|分之)$")
_BLURS_BEFORE = pattern(
    r"(?:约|近|超[出过]?|过|逾|满|达|达到|不足|不到|不满|至少|至多|最多|最少|最高|最低|最长|最短|[少多大小高低]于"
    r"|[≤≥<>±~～≈]|可?达|前|(?<!签订)(?<!签署)(?<!生效)后|头|首|招|每|各|任[何一意]?|某|另|其他|原[来定先]?|控制[在于到]|介于|按|初步[^,，。;；、0-9]{0,3}|考虑|是不是|是否|大致|粗略|初估|(?<!合)同|均|平均|单价|(?<![期年])限|(?:延长|延期|顺延|展期)[至到]|报了|暂[定估列]|预估|[测匡估概]算(?:资金|费用|金额)?|估计|大概|大约|差不多|预计|可能|续(?![签约期订聘租展])"
    r"|每[^,，。;；、0-9]{1,5}|[上下这那哪去]|连续|累计|过去|成立|从业|任职|再|一般|通常|原则上)"
    r"(?:为|了|是|有|在|达|人民币|RMB|¥|￥|[:：(（])*$"
)
_EXTENDS = pattern(
    r"(?:续[签约期订聘租展]|延长|延期|延续|顺延|展期|延展)(?:为|了|是|有|合同|服务期?|期限|[:：])*$"
)
# 顺延一年，最多顺延三次: how long that makes isn't said in one number.
_MORE_THAN_ONCE = pattern(r"[^。;；\n0-9]{0,12}?[二两三四五六2-6][次期回]")
_BLURS_BEHIND = pattern(
    r"(?:[(（]不?含(?:本数)?[)）])?(?:及|或|或者|\(含\))?"
    r"(?:以[上下内外前后来]|之[内间前后外]|内(?![部容控审])|[?？吗]|[,，]?[待未]定|[(（](?:以[^,。;()]{1,8}为准|暂|预[估计]|估|初步|[待未]定|拟|约|概算)|[中里]的|的(?:百分之|[{m}.]+[%％成]|一半)|左右|上下|起|多|余|几|不等|封顶|为限|为上限|前|后|来|加|/|每|[{m}]个?[次签聘招考换周轮批])".replace(
        "{m}", NUMERAL + "0-9"
    )
)
_GOES_ON_BEFORE = pattern(rf"[0-9{NUMERAL}%％元圆人名年月]{TO}(?:人民币|[¥￥])?$")
_GOES_ON_BEHIND = pattern(
    rf"[+*×]|{TO}(?:人民币|[¥￥])?[0-9{NUMERAL}]|[0-9{NUMERAL}]+(?:月|(?=[,，。;；、)）])|$)"
)
_SUPPOSED = pattern(
    r"假设|假如|假定|如果|倘若|例如|比如|譬如|参考|参照|比照|类似|同类|其[他它余](?:县|市|区|镇|乡|街道|单位|地方|地区)|外地|邻县|兄弟单位|删除|取消|废止|作废"
)
_EACH_BEFORE = pattern(
    r"(?:每|各)(?:个|一)?(?:月|季度?|周|天|日|次|场|人|户|件|份|批次?|车|吨|亩|课时|小时|平方米|公里|名|位|床|台|套|辆|例|班)"
    r"(?:每?(?:人|月|次|天))?[^,，。;；、0-9]{0,4}$"
)
_EACH_BEHIND = pattern(
    r"(?:/|每)(?:人|月|季|周|天|日|次|场|户|件|份|批|车|吨|亩|课时|小时|平方米|㎡|公里|名|位|床|台|套|辆|例|班)"
)
_WINDOW = 12


def number(run: str) -> Fraction | None:
    """Read a run as a number; `None` where it isn't certain which."""
    return quantity(run, "个")


def is_stuck(text: str, start: int) -> bool:
    """Say whether what begins here belongs to what stands right before it."""
    return STUCK.search(text[max(0, start - 2) : start]) is not None


def is_cut(text: str, start: int, end: int) -> bool:
    """Say whether a quantity is one end of a range, one part of a sum, or goes on behind."""
    before = text[max(0, start - _WINDOW) : start]
    return is_stuck(text, start) or bool(_GOES_ON_BEFORE.search(before) or _GOES_ON_BEHIND.match(text, end))


def is_blurred(text: str, start: int, end: int) -> bool:
    """Say whether the words around a quantity make it a bound, an estimate or an ordinal."""
    before = text[max(0, start - _WINDOW) : start]
    return _BLURS_BEFORE.search(before) is not None or _BLURS_BEHIND.match(text, end) is not None


def is_rate(text: str, start: int, end: int) -> bool:
    """Say whether an amount is one of many: each month, a head, a time."""
    before = text[max(0, start - _WINDOW) : start]
    return _EACH_BEFORE.search(before) is not None or _EACH_BEHIND.match(text, end) is not None


def is_supposed(words: str) -> bool:
    """Say whether what these words introduce is only supposed, another's, or taken back."""
    return _SUPPOSED.search(words) is not None


def is_repeated(text: str, end: int) -> bool:
    """Say whether what goes on for so much longer does so several times."""
    return _MORE_THAN_ONCE.match(text, end) is not None


def extends(text: str, start: int) -> bool:
    """Say whether a quantity tells for how much longer something goes on."""
    return _EXTENDS.search(text[max(0, start - _WINDOW) : start]) is not None
