"""Conditions as spoken Chinese: a phrase, or a phrase under which others are listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.condition_words import name_of, parts_by_name, values_by_name
from policy_engine.foundation.spans import Span
from policy_engine.loading.relations import different
from policy_engine.model.conditions import (
    All,
    Any,
    Compare,
    Condition,
    Equals,
    InForce,
    Leaf,
    Members,
    Membership,
    Not,
    OneOf,
    Ratio,
)
from policy_engine.model.rules import Definition
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.aloud.assertions import wanted
from policy_engine.reporting.aloud.comparisons import Said, both, denied, either, said
from policy_engine.reporting.words import field_words

# Two comparisons are said in one breath; more are listed.
_MOST_IN_A_BREATH = 2
# What stands over a list, by the word its parts are joined by and whether they are asked for.
_HEADS = {
    ("并且", False): "同时具备下列条件",
    ("或者", False): "有下列情形之一",
    ("并且", True): "同时做到下列各项",
    ("或者", True): "至少做到下列一项",
}
# Over a list of which one is enough.
ANY_OF = _HEADS["或者", False]
ALL_OF = _HEADS["并且", False]
_NONE, _NOT_ALL = "没有下列任何一种情形", "没有同时具备下列条件"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said, and what is listed under it.

    `is_joint`: it is two halves in one breath, and no more fit. `topic`: how it begins where it is a bound of something.
    """

    text: str
    parts: tuple[Phrase, ...] = ()
    is_joint: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """What the words of a rule's conditions depend on.

    Its fields, the names of parameters by where they are written, and the names that its author used.
    """

    fields: Mapping[str, Field]
    parameters: Mapping[Span, str]
    defined: tuple[Definition, ...] = ()

    def say(self, condition: Condition) -> Phrase:
        """Say a condition that a rule applies under."""
        return self._said(condition, is_wanted=False)

    def demand(self, condition: Condition) -> Phrase:
        """Say a condition that a rule asks for."""
        return self._said(condition, is_wanted=True)

    def _said(self, condition: Condition, *, is_wanted: bool) -> Phrase:
        name = name_of(condition, self.defined)
        if name:
            return Phrase(f"{'做到' if is_wanted else '符合'}“{name}”")
        one = self._one(condition)
        if one is not None:
            return one
        if isinstance(condition, Leaf):
            return self._leaf(condition, is_wanted=is_wanted)
        match condition:
            case All(parts=()):
                return Phrase("一律适用")
            case Any(parts=()):
                return Phrase("从不适用")
            case All(parts=parts):
                return self._joined(parts_by_name(parts, self.defined), "并且", is_wanted=is_wanted)
            case Any(parts=parts):
                return self._joined(parts, "或者", is_wanted=is_wanted)
            case Not(part=part):
                return self._denied(part)

    def _one(self, condition: Condition) -> Phrase | None:
        """Say what is one thing though it is written as several: a parameter's values, a difference, the order of two days."""
        if not isinstance(condition, All | Any) or not condition.parts:
            return None
        found = self._of_parameter(condition)
        if found is not None:
            leaf, name = found
            return self._parameter(leaf, name, is_only=isinstance(condition, All))
        if isinstance(condition, Any):
            return self._difference(condition)
        first, *rest = condition.parts
        if isinstance(first, Ratio) and self.fields[first.part].type is FieldType.DATE:
            return Phrase(said(first, self.fields).text) if all(map(_has_come, rest)) else None
        return None

    def _difference(self, condition: Any) -> Phrase | None:
        """Say that two fields have different values, which is written as every way in which they can."""
        names = tuple(dict.fromkeys(fields_read(condition)))
        if len(names) != _MOST_IN_A_BREATH or not all(name in self.fields for name in names):
            return None
        one, other = (self.fields[name] for name in names)
        if one.type is not other.type or different(one, other, condition.span) != condition.parts:
            return None
        return Phrase(f"“{field_words(one)}”与“{field_words(other)}”不同")

    def _of_parameter(self, condition: All | Any) -> tuple[Condition, str] | None:
        """Find the comparison with a parameter that is written out by days, as its first value has it, and the name."""
        name = self.parameters.get(condition.span)
        dated = condition if isinstance(condition, All) else condition.parts[0]
        if name is None or not isinstance(dated, All) or not _is_of_days(dated.parts[0]):
            return None
        return dated.parts[1], name

    def _parameter(self, leaf: Condition, name: str, *, is_only: bool) -> Phrase | None:
        """Say a comparison with a parameter by its name, and by its value where it only ever had one."""
        if not isinstance(leaf, Leaf):
            return None
        value = f"（即{said(leaf, self.fields).comment}）" if is_only else ""
        words = said(leaf, self.fields, f"“{name}”{'所列' if _is_list(leaf) else ''}")
        return Phrase(words.text + value, topic=_topic(leaf, words))

    def _leaf(self, leaf: Leaf, *, is_wanted: bool) -> Phrase:
        if is_wanted and isinstance(leaf, Equals) and leaf.value is True:
            return Phrase(wanted(self.fields[leaf.field]))
        words = said(leaf, self.fields, quoted(leaf, self.defined))
        return Phrase(words.text, topic=_topic(leaf, words))

    def _joined(self, parts: tuple[Condition, ...], word: str, *, is_wanted: bool) -> Phrase:
        found = tuple(self._spliced(parts, word, is_wanted=is_wanted))
        if len(found) == 1:
            return found[0]
        topic = found[0].topic
        if topic and word == "并且" and all(one.topic == topic for one in found):
            return Phrase(topic + "、".join(one.text.removeprefix(topic) for one in found))
        is_short = len(found) <= _MOST_IN_A_BREATH and not any("，" in one.text for one in found)
        if is_short and not any(one.parts or one.is_joint for one in found):
            return Phrase(f"，{word}".join(one.text for one in found), is_joint=True)
        return Phrase(_HEADS[word, is_wanted], found)

    def _spliced(self, parts: tuple[Condition, ...], word: str, *, is_wanted: bool) -> Iterator[Phrase]:
        for part in parts:
            # A condition of nothing is always met: among others it says nothing.
            if isinstance(part, All) and not part.parts and word == "并且":
                continue
            phrase = self._said(part, is_wanted=is_wanted)
            # A list of the same sort within a list is no level of its own.
            if phrase.text == _HEADS[word, is_wanted]:
                yield from phrase.parts
            else:
                yield phrase

    def _denied(self, part: Condition) -> Phrase:
        name = name_of(part, self.defined)
        if name:
            return Phrase(f"不符合“{name}”")
        if isinstance(part, Leaf):
            return Phrase(denied(part, self.fields, quoted(part, self.defined)).text)
        found = self._of_parameter(part) if isinstance(part, All | Any) and part.parts else None
        if found is not None and isinstance(found[0], OneOf):
            return Phrase(denied(found[0], self.fields, f"“{found[1]}”所列").text)
        if self._one(part) is None:
            match part:
                case Not(part=inner):
                    return self.say(inner)
                case Any(parts=(_, *_) as parts):
                    return Phrase(_NONE, tuple(map(self.say, parts)))
                case All(parts=(_, *_) as parts):
                    return Phrase(_NOT_ALL, tuple(map(self.say, parts)))
                case All() | Any():
                    pass
        return Phrase(f"并非“{self.say(part).text}”")


def quoted(leaf: Leaf, defined: tuple[Definition, ...]) -> str:
    """List the values a field is compared with, some by the name that stands for them; empty where none does."""
    values = values_by_name(leaf, defined)
    if not isinstance(leaf, Members) or leaf.how is not Membership.ALL_OF:
        return either(values)
    return both([f"{value}各项" if value.startswith("“") else value for value in values])


def _topic(leaf: Leaf, words: Said) -> str:
    return words.topic if isinstance(leaf, Compare) else ""


def _is_list(leaf: Leaf) -> bool:
    return not isinstance(leaf, Compare | Equals | Ratio)


def _has_come(condition: Condition) -> bool:
    part = condition.part if isinstance(condition, Not) else None
    return isinstance(part, Equals) and part.value == NOT_HAPPENED


def _is_of_days(condition: Condition) -> bool:
    # Of what is dated by an event also the case's own day is asked for.
    parts = condition.parts if isinstance(condition, All) else (condition,)
    return all(isinstance(part, InForce) for part in parts)
