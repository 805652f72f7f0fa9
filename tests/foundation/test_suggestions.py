"""A suggestion is a likely slip, not any word that shares a character."""

import pytest

from policy_engine.foundation.suggestions import did_you_mean


@pytest.mark.parametrize(
    ("word", "names", "near"),
    [
        ("物业", ["企业", "区域"], None),
        ("温洲", ["温州", "湖州"], "温州"),
        ("含工成", ["含工程", "含货物"], "含工程"),
        ("采购", ["采购事项", "企业"], "采购事项"),
        ("朝阳区", ["山阳区"], "山阳区"),
        ("", ["甲"], None),
    ],
)
def test_only_a_likely_slip_is_suggested(word: str, names: list[str], near: str | None) -> None:
    assert (f"是否为 `{near}`？" if near else "可用的有") in did_you_mean(word, names)


def test_two_letters_exchanged_are_the_nearest_of_names_equally_alike() -> None:
    names = [f"mof-order-102-2020.art-{n}" for n in (10, 11, 14, 15, 16, 17, 18, 23, 24, 33)]
    assert did_you_mean("mof-order-102-2020.art-41", names).startswith("是否为 `mof-order-102-2020.art-14`")
