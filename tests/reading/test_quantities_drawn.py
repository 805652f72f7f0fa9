"""Quantities written in many styles are read back; other text is never read wrong and never breaks the reader."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.model.calendar import FIRST_DAY, LAST_DAY
from policy_engine.model.lexicon import Measure
from policy_engine.reading.quantities import quantities

PLAIN = ("零一二三四五六七八九", ("", "十", "百", "千"))
CAPITAL = ("零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"))
BEFORE = ("", "服务期限为", "本项目", "合同约定,", "采购需求:", "(", "共计", "自")
BEHIND = ("", ",由采购人验收", "。", ";其他", ")", ",")
# No numeral, unit or word of size.
OTHER_WORDS = "街巷养护绿化保洁食堂安保培训档案整理社区矫正评估审计法律顾问信息系统运维的与和为在"
ALPHABET = "0123456789.,-+/~:()（）¥%％—至到〇零一二两三五十百千万亿点半余多几第每约前近内上下起个年月日号度季期元角分整人名位成招"


def spelt(number, style):
    """Spell a whole number, four figures at a time."""
    digits, places = style
    if number == 0:
        return digits[0]
    words, is_gap = "", False
    figures = str(number)
    for at, figure in enumerate(figures):
        left = len(figures) - at - 1
        if figure == "0":
            is_gap = bool(words)
        else:
            words += (
                (digits[0] if is_gap and not words.endswith(digits[0]) else "")
                + digits[int(figure)]
                + places[left % 4]
            )
            is_gap = False
        if left == 8 or (left == 4 and any(f != "0" for f in figures[-8:-4])):
            words += "亿" if left == 8 else "万"
            is_gap = False
    return words


amounts = st.one_of(
    st.integers(1, 99), st.integers(1, 99_999), st.integers(1, 5000).map(lambda n: n * 10_000)
)


@st.composite
def money(draw):
    yuan = draw(amounts)
    style = draw(
        st.sampled_from(("plain", "thousands", "ten thousands", "characters", "capitals", "mark", "fen"))
    )
    match style:
        case "plain":
            return f"{yuan}元", Fraction(yuan)
        case "thousands":
            return f"{yuan:,}.00元", Fraction(yuan)
        case "ten thousands":
            return f"{yuan}.{5}万元", Fraction(yuan * 10 + 5, 10) * 10_000
        case "characters":
            return f"{spelt(yuan, PLAIN)}元", Fraction(yuan)
        case "capitals":
            return f"人民币{spelt(yuan, CAPITAL)}元整", Fraction(yuan)
        case "mark":
            return f"¥{yuan:,}.00", Fraction(yuan)
    ten, hundredth = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    return f"{spelt(yuan, CAPITAL)}元{CAPITAL[0][ten]}角{CAPITAL[0][hundredth]}分", yuan + Fraction(
        ten * 10 + hundredth, 100
    )


@st.composite
def terms(draw):
    count = draw(st.integers(1, 9))
    figure = draw(
        st.sampled_from(
            (str(count), spelt(count, PLAIN), spelt(count, CAPITAL), f"{spelt(count, PLAIN)}({count})")
        )
    )
    unit, size = draw(st.sampled_from((("年", 12), ("个月", 1), ("个季度", 3), ("年期", 12), ("年半", 0))))
    return figure + unit, Fraction(count * size if size else count * 12 + 6)


@st.composite
def periods(draw):
    first = date(draw(st.integers(2000, 2090)), draw(st.integers(1, 12)), 1)
    months = draw(st.integers(1, 60))
    year, month = divmod(first.year * 12 + first.month - 1 + months - 1, 12)
    last = date(year, month + 1, monthrange(year, month + 1)[1])
    style = draw(st.sampled_from(("days", "dots", "months")))
    match style:
        case "days":
            words = f"{first.year}年{first.month}月1日起至{last.year}年{last.month}月{last.day}日"
        case "dots":
            words = f"{first.year}.{first.month}.1-{last.year}.{last.month}.{last.day}"
        case _:
            words = f"{first.year}年{first.month}月—{last.year}年{last.month}月"
    return words, Fraction(months)


@st.composite
def one_day(draw):
    day = date.fromordinal(draw(st.integers(FIRST_DAY, LAST_DAY)))
    figures = "".join("〇一二三四五六七八九"[int(figure)] for figure in str(day.year))
    style = draw(st.sampled_from("-/.年号〇"))
    match style:
        case "年" | "号":
            words = f"{day.year}年{day.month}月{day.day}{'日' if style == '年' else '号'}"
        case "〇":
            month, number = (
                spelt(n, PLAIN).removeprefix("一" if 10 <= n < 20 else "-") for n in (day.month, day.day)
            )
            words = f"{figures}年{month}月{number}日"
        case _:
            words = f"{day.year}{style}{day.month:02}{style}{day.day:02}"
    return words, Fraction(day.toordinal())


persons = st.builds(
    lambda count, unit, style: ((str(count) if style is None else spelt(count, style)) + unit, Fraction(count)),
    st.integers(1, 2000), st.sampled_from(("人", "名")), st.sampled_from((None, PLAIN)),
)  # fmt: skip
percents = st.builds(
    lambda count, style: (f"{count}%" if style is None else f"百分之{spelt(count, style)}", Fraction(count)),
    st.integers(1, 100), st.sampled_from((None, PLAIN)),
)  # fmt: skip
WRITTEN = st.one_of(
    st.tuples(st.just(Measure.MONEY), money()),
    st.tuples(st.just(Measure.MONTHS), st.one_of(terms(), periods())),
    st.tuples(st.just(Measure.DAY), one_day()),
    st.tuples(st.just(Measure.PERSONS), persons),
    st.tuples(st.just(Measure.PERCENT), percents),
)


@given(WRITTEN, st.sampled_from(BEFORE), st.sampled_from(BEHIND))
def test_what_is_written_is_read_back(written, before, behind):
    measure, (words, value) = written
    [found] = quantities(before + words + behind)
    assert (found.measure, found.value, found.is_exact) == (measure, value, True)
    assert (found.start, found.end) == (len(before), len(before) + len(words))


@given(st.lists(st.tuples(WRITTEN, st.text(OTHER_WORDS, min_size=2)), min_size=1, max_size=5))
def test_all_of_a_sentence_is_read_in_order(parts):
    text = "".join(f"{other},{words};" for (_, (words, _)), other in parts)
    assert [(q.measure, q.value) for q in quantities(text)] == [
        (measure, value) for (measure, (_, value)), _ in parts
    ]


@given(st.text("第每约近满超过至到上下前后起内以左右余多来期级度次共派项目人民的了", max_size=4), WRITTEN,
       st.text("第每约近满超过上下前后起内以左右来级次共派项目民的了", max_size=4))  # fmt: skip
def test_words_around_blur_or_silence_but_never_change_a_number(before, written, behind):
    measure, (words, value) = written
    start = len(before)
    for found in quantities(before + words + behind):
        if found.measure is measure and start <= found.start and found.end <= start + len(words):
            assert found.value == value or measure is Measure.MONTHS


@given(st.one_of(st.text(ALPHABET), st.text()))
def test_anything_may_be_read(text):
    found = quantities(text)
    ends = [0, *(q.end for q in found)]
    assert all(before <= q.start < q.end <= len(text) for before, q in zip(ends, found, strict=False))
    for q in found:
        assert isinstance(q.value, Fraction if q.measure in {Measure.MONEY, Measure.PERCENT} else int)
        assert q.measure is not Measure.DAY or FIRST_DAY <= q.value <= LAST_DAY
        assert not (text[q.start].isdigit() and q.start and text[q.start - 1].isdigit())


@given(st.text(ALPHABET))
def test_what_is_exact_is_read_alike_alone(text):
    for q in quantities(text):
        words = text[q.start : q.end]
        if q.is_exact and not words.endswith(("万", "亿")):
            assert [(a.measure, a.value, a.end) for a in quantities(words)] == [
                (q.measure, q.value, len(words))
            ]


@given(st.integers(FIRST_DAY, LAST_DAY - 1000), st.integers(0, 999))
def test_a_period_of_days_is_its_months_or_its_two_days(first, length):
    start, end = (date.fromordinal(first), date.fromordinal(first) + timedelta(length))
    found = quantities(f"{start.isoformat()}至{end.isoformat()}")
    if len(found) == 1:
        assert found[0].measure is Measure.MONTHS
    else:
        assert [q.value for q in found] == [start.toordinal(), end.toordinal()]


@pytest.mark.parametrize(
    "text",
    ["9" * 5000 + "元", "一" * 5000 + "年", "1、" * 3000, "1一" * 3000, "2026年" * 2000, "(元)" * 2000],
)
def test_what_is_long_is_left_alone(text):
    assert quantities(text) == []
