"""Long texts are cut where nobody reads half a word of them."""

import pytest

from policy_engine.foundation.text import cut_middle, head_of, tail_of

LONG = "公厕保洁服务采购的请示：拟公开招标，服务期自2026年3月1日起至2027年2月28日止，派驻保洁员24人"


@pytest.mark.parametrize(
    ("most", "head", "tail"),
    [
        (12, "公厕保洁服务采购的请示", "派驻保洁员24人"),
        (20, "公厕保洁服务采购的请示：拟公开招标", "2027年2月28日止，派驻保洁员24人"),
        (26, "公厕保洁服务采购的请示：拟公开招标", "起至2027年2月28日止，派驻保洁员24人"),
        (100, LONG, LONG),
    ],
)
def test_a_text_is_cut_at_a_mark_or_at_least_in_no_number(most, head, tail) -> None:
    assert (head, tail) == (head_of(LONG, most), tail_of(LONG, most))


def test_no_number_and_no_date_is_halved() -> None:
    text = "自2026年3月1日起至2027年2月28日止由中标人提供服务"
    assert [head_of(text, n) for n in (3, 7, 10)] == ["自", "自", "自2026年3月1日"]
    assert "止由中标人提供服务" == tail_of(text, 12)
    assert ["总价￥"] * 3 == [head_of("总价￥486,000.00元整", n) for n in (3, 6, 12)]
    assert "期满考核" == tail_of("共￥486,000.00元，期满考核", 9)


def test_a_text_without_a_place_to_cut_is_cut_anyway() -> None:
    assert "aaaaa…aaaaa" == cut_middle("a" * 60, 10)
    assert "短" == cut_middle("短", 10)
    assert max(len(cut_middle(LONG, most)) - most for most in range(2, 60)) <= 1
