"""Where a provision stands: the article it belongs to, and what comes before what."""

import pytest

from policy_engine.model.locators import head_of, order_of


@pytest.mark.parametrize(
    ("locator", "head"),
    [
        ("第十条第（三）项", "第十条"),
        ("第二十条之一第二款", "第二十条之一"),
        ("第五条、第八条、第三十三条", "第五条"),
        ("第四部分第（二）项", "第四部分"),
        ("第三章第一节", "第三章"),
        ("关于购买比例的规定（据转述）", "关于购买比例的规定（据转述）"),
        ("", ""),
    ],
)
def test_the_head_of_a_place_is_its_article_or_part_as_written(locator: str, head: str) -> None:
    assert head == head_of(locator)


def test_articles_come_by_number_then_by_item_and_free_words_last() -> None:
    right = ["第二条", "第十条", "第十条第（二）项", "第十条第（十）项", "第十一条", "第一百条", "附则的说明"]
    mixed = [right[at] for at in (6, 3, 5, 0, 4, 2, 1)]
    assert right == sorted(mixed, key=order_of)


def test_free_words_stay_in_the_order_of_the_document() -> None:
    assert ["行业领域部分", "专项改革部分"] == sorted(["行业领域部分", "专项改革部分"], key=order_of)
