"""A layer ranks the forces it registers itself; how those below it stand to each other it neither says nor implies."""

import pytest

from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_authority

BASE = """\
forces:
  - {name: 甲}
  - {name: 乙}
  - {name: 丙}
order:
  - {higher: 甲, lower: 乙, when: always, basis: 无}
"""
HEAD = "forces:\n  - {name: 新}\n  - {name: 又}\norder:\n"


def loaded(*pairs: str, base: str = BASE):
    written = ("  - {{higher: {}, lower: {}, when: always, basis: 无}}\n".format(*pair) for pair in pairs)
    problems = Problems()
    sources = [
        SourceText("自带:rules/registers/authority.yaml", base),
        SourceText("rules/registers/authority.yaml", HEAD + "".join(written)),
    ]
    authority = load_authority(sources, problems)
    return [(one.higher, one.lower) for one in authority.order], problems.found


@pytest.mark.parametrize(
    "pairs",
    [
        ["新甲"],
        ["乙新"],
        ["新又"],
        ["新甲", "又新"],
        ["甲新", "新乙"],
        ["甲新", "新又", "又乙"],
        ["丙新", "又丙"],
    ],
)
def test_a_layer_ranks_its_own_forces(pairs):
    order, found = loaded(*pairs)
    assert not found
    assert [("甲", "乙"), *map(tuple, pairs)] == order


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        # By itself, even what the base says as well.
        (["甲丙"], "甲丙"),
        (["丙乙"], "丙乙"),
        (["甲乙"], "甲乙"),
        # Through a force of its own.
        (["甲新", "新丙"], "甲丙"),
        (["新乙", "丙新"], "丙乙"),
        (["乙新", "新甲"], "乙甲"),
    ],
)
def test_a_layer_does_not_rank_those_below_it(pairs, told):
    order, (found,) = loaded(*pairs)
    assert [("甲", "乙"), *map(tuple, pairs[:-1])] == order
    assert "PE219" == found.code
    assert f"效力 `{told[0]}` 与 `{told[1]}` 的高低" in found.message
    assert found.span is not None
    assert ("rules/registers/authority.yaml", 3 + len(pairs)) == (found.span.path, found.span.line)
    assert ["自带:rules/registers/authority.yaml"] == [one.span.path for one in found.related]


# What the base says of some areas only.
SOMETIMES = (
    BASE.replace("always", "same_area_or_below") + "  - {higher: 乙, lower: 丙, when: same_area_or_below}\n"
)


def test_what_the_base_says_of_some_areas_a_layer_neither_says_of_all_nor_is_blamed_for():
    _, found = loaded("甲新", base=SOMETIMES)
    assert not found
    _, (one,) = loaded("甲新", "新乙", base=BASE.replace("always", "same_area_or_below"))
    assert "效力 `甲` 与 `乙` 的高低" in one.message
    assert "只写自己登记的效力的高低，或者到基础规则库里改" == one.help


def test_two_forces_of_the_base_are_not_ranked_either():
    two = "forces:\n  - {name: 甲}\n  - {name: 乙}\norder: []\n"
    _, (one,) = loaded("甲乙", base=two)
    assert "效力 `甲` 与 `乙` 的高低 是基础规则库的，这一层不能改" == one.message
    _, (one,) = loaded("甲新", "新乙", base=two)
    assert "效力 `甲` 与 `乙` 的高低 是基础规则库的，这一层不能改" == one.message
