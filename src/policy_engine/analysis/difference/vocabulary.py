"""The case space of two versions: every case that both vocabularies can state; what differs is told apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import z3

from policy_engine.analysis.symbolic.facts import Bits, Facts, Scalar
from policy_engine.model.areas import Area, Areas
from policy_engine.model.national import spellings
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import FIELD_WORDS, Field, FieldType, Subject

# What decides how a case is closed, beside what the engines see; what is only said; the rest is what can be stated.
_CLOSING = ("role", "phase", "declared", "indicators", "implied")
_SAID = ("name", "subject", *FIELD_WORDS)
_SUBJECT = tuple(
    f.name
    for f in dataclasses.fields(Subject)
    if f.name not in ("name", "description", "file", "fields", "groups", "span")
)
_SPACE = tuple(f.name for f in dataclasses.fields(Field) if f.name not in (*_CLOSING, *_SAID))


def merged_fields(old: Mapping[str, Field], new: Mapping[str, Field]) -> dict[str, Field] | str:
    """Join the fields of both versions, choices united; or name the field whose type or scale differs."""
    found = dict(old)
    for name, field in new.items():
        other = old.get(name)
        if other is None:
            found[name] = field
            continue
        if (other.type, other.scale) != (field.type, field.scale):
            return name
        found[name] = dataclasses.replace(
            field,
            # United, since rules of either side may name them; `stateable_by_both` rules out what one lacks.
            choices=tuple(dict.fromkeys((*other.choices, *field.choices))),
            # The narrower bounds: only what both versions can state is compared.
            minimum=_narrower(other.minimum, field.minimum, max),
            maximum=_narrower(other.maximum, field.maximum, min),
        )
    return found


def _narrower(one: int | None, other: int | None, pick: Callable[[list[int]], int]) -> int | None:
    known = [bound for bound in (one, other) if bound is not None]
    return pick(known) if known else None


def stateable_by_both(
    facts: Facts, old: Mapping[str, Field], new: Mapping[str, Field]
) -> Iterator[z3.BoolRef]:
    """State that no fact has a value that one of the versions does not know."""
    for name, variable in facts.variables.items():
        known_to = [fields[name] for fields in (old, new) if name in fields]
        match variable:
            case Bits(bits=bits) if facts.fields[name].type in (FieldType.CHOICE, FieldType.LIST):
                for member, bit in bits.items():
                    if any(member not in field.choices for field in known_to):
                        yield z3.Implies(variable.known, z3.Not(bit))
            case Bits() | Scalar():
                continue


@dataclass(frozen=True, slots=True)
class VocabularyChange:
    """A change in how cases are written or closed.

    `closes`: the field that is closed differently; empty where the subject is; `None` where nothing is.
    """

    subject: str
    words: str
    closes: str | None = None


def vocabulary_changes(old: RuleSet, new: RuleSet) -> Iterator[VocabularyChange]:
    """Tell each change of the vocabulary and of the places that a case may name."""
    for name in dict.fromkeys((*old.vocabulary.subjects, *new.vocabulary.subjects)):
        before, after = old.vocabulary.subjects.get(name), new.vocabulary.subjects.get(name)
        if before is None or after is None:
            yield VocabularyChange(name, f"主题 `{name}` {'新增' if before is None else '删去'}")
            continue
        for key in _SUBJECT:
            if getattr(before, key) != getattr(after, key):
                yield VocabularyChange(name, f"主题 `{name}` 的{_WORDS.get(key, key)}变了", "")
        for field in dict.fromkeys((*before.fields, *after.fields)):
            yield from _field_changes(name, field, before.fields.get(field), after.fields.get(field))
    yield from _across_changes(old, new)
    yield from _area_changes(old.areas, new.areas)


def _across_changes(old: RuleSet, new: RuleSet) -> Iterator[VocabularyChange]:
    # What several subjects can't state together is no rule of one subject, and decides which cases are taken at all.
    before, after = ({a.rule.id: a.rule for a in rule_set.across} for rule_set in (old, new))
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            yield VocabularyChange("", f"几个主题之间的规则 `{name}` {'新增' if one is None else '删去'}")
        elif any(getattr(one, key) != getattr(other, key) for key in ("when", "scope", "subjects", "kind")):
            yield VocabularyChange("", f"几个主题之间的规则 `{name}` 变了，影响哪些案件自相矛盾")


def _field_changes(
    subject: str, name: str, old: Field | None, new: Field | None
) -> Iterator[VocabularyChange]:
    where = f"`{subject}` 的字段 `{name}`"
    if old is None or new is None:
        yield VocabularyChange(subject, f"{where}{'新增' if old is None else '删去'}")
        return
    for key in _SPACE:
        if getattr(old, key) != getattr(new, key):
            yield VocabularyChange(subject, f"{where}的{_WORDS.get(key, key)}变了")
    for key in _CLOSING:
        if _closing(old, key) != _closing(new, key):
            yield VocabularyChange(subject, f"{where}的{_WORDS[key]}变了，影响未填报时怎样认定", name)


def _closing(field: Field, key: str) -> object:
    # Why a value is implied is only told.
    return (
        [(i.value, i.when, i.before, i.part) for i in field.implied]
        if key == "implied"
        else getattr(field, key)
    )


def _area_changes(old: Areas, new: Areas) -> Iterator[VocabularyChange]:
    for code in dict.fromkeys((*old.by_code, *new.by_code)):
        before, after = old.area(code), new.area(code)
        if before is None or after is None:
            known = before or after
            assert known is not None
            yield VocabularyChange("", f"地区 `{known.name}`（{code}）{'新增' if before is None else '删去'}")
            continue
        for key, word in _AREA.items():
            if _of_area(before, key) != _of_area(after, key):
                yield VocabularyChange(
                    "", f"地区 `{before.name}`（{code}）的{word}变了，影响案件写的地区怎样认定"
                )


def is_same_area(old: Areas, new: Areas, code: str) -> bool:
    """Tell whether both versions, the national list included, have the same area by a code."""
    before, after = old.area(code), new.area(code)
    if before is None or after is None:
        return before is after
    return all(_of_area(before, key) == _of_area(after, key) for key in _AREA)


def _of_area(area: Area, key: str) -> object:
    # An alias that follows from the name says nothing.
    return set(area.aliases) - set(spellings(area.name)) if key == "aliases" else getattr(area, key)


_AREA = {"name": "名称", "aliases": "别名", "first": "起日", "last": "止日"}
_WORDS = {
    "type": "类型",
    "scale": "小数位数",
    "unit": "单位",
    "choices": "选项",
    "minimum": "下限",
    "maximum": "上限",
    "aliases": "别名",
    "finding": "认定",
    "gives_findings": "结论方式",
    "has_phases": "阶段",
    "has_duties": "后续义务",
    "role": "角色",
    "phase": "阶段",
    "declared": "通常取值",
    "indicators": "迹象",
    "implied": "推定",
}
