"""The names of examples: one that only repeats the facts, or names nothing, says nothing that the facts do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import value_words
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Fact
from policy_engine.model.rules import Example
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field

# Names that were made of facts were cut at a length, and numbered where two were cut to the same.
_CUT_AT, _NUMBERED = 55, re.compile(r"（\d+）$")


# What may be said of any field at all, without saying which.
_OF_ANYTHING = re.compile(
    r"(还?没有|未|不)(填报?|清楚?|明|核对|有|定)?|不(清楚|知道)|[是否有无]|齐全|正常|待核实?"
)


def names_nothing(name: str) -> bool:
    """Tell whether the name of an example could be that of any other: 不清楚, 未填报, 没有."""
    return _OF_ANYTHING.fullmatch(name) is not None


def repeats_facts(example: Example, fields: Mapping[str, Field]) -> bool:
    """Tell whether the name of an example is nothing but its facts, or its day. `fields`: those of its subject."""
    name = _NUMBERED.sub("", example.name)
    known = [
        words for n, fact in example.given.items() if n in fields for words in _spellings(fields[n], fact)
    ]
    known.append(chinese_day(example.as_of))
    *pieces, last = name.split("，")
    is_cut = len(name) >= _CUT_AT
    return all(piece in known for piece in pieces) and (
        last in known or (is_cut and any(words.startswith(last) for words in known))
    )


def _spellings(field: Field, fact: Fact) -> Iterator[str]:
    titles = dict.fromkeys((field.title.removesuffix(f"（{field.unit}）"), field.title, field.name))
    for title in titles:
        if fact.value is UNKNOWN:
            yield from (f"{title}：不明", f"{title}不明")
        elif fact.value is True:
            yield from (title, f"{title}为true")
        elif fact.value is False:
            yield from (f"{title}：否", f"{title}为false")
        else:
            yield f"{title}为{value_words(field, fact.value)}"
