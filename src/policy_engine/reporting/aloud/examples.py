"""The examples of a rule that somebody named: a name that only repeats the facts says nothing that the facts do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policy_engine.evaluation.wording import value_words
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Fact
from policy_engine.model.rules import Classify, Derive, Example, Rule
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.words import field_words

# Names that were made of facts were cut at a length, and numbered where two were cut to the same.
_NUMBER = re.compile(r"-?[\d.]+")
_CUT_AT, _NUMBERED = 55, re.compile(r"（\d+）$")


def example_words(rule: Rule, fields: Mapping[str, Mapping[str, Field]]) -> str:
    """Name the examples of a rule by what becomes of each; empty where nobody named one. `fields`: by subject."""
    by_outcome: dict[str, list[str]] = {}
    for example in rule.examples:
        if not _repeats_facts(example, fields[example.subject]):
            outcome = _outcome(rule, example, fields[example.subject])
            by_outcome.setdefault(outcome, []).append(f"“{example.name}”")
    return "；".join(f"{'、'.join(names)}——{outcome}" for outcome, names in by_outcome.items())


def _outcome(rule: Rule, example: Example, fields: Mapping[str, Field]) -> str:
    if isinstance(rule.kind, Classify):
        # Of a class with members an example may name those it expects.
        return {"否": "不属于", "待核实": "待核实"}.get(example.expect, "属于")
    if not isinstance(rule.kind, Derive) or not _NUMBER.fullmatch(example.expect):
        return example.expect
    unit = fields[rule.kind.field].unit
    return example.expect + ("个月" if unit == "月" else unit)


def _repeats_facts(example: Example, fields: Mapping[str, Field]) -> bool:
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
    title = field_words(field)
    if fact.value is UNKNOWN:
        yield from (f"{title}：不明", f"{title}不明")
    elif fact.value is True:
        yield from (title, field.title, field.name, f"{field.name}为true")
    elif fact.value is False:
        yield from (f"{title}：否", f"{field.name}：否", f"{field.name}为false")
    else:
        words = value_words(field, fact.value)
        yield from (f"{one}为{words}" for one in (title, field.title, field.name))
