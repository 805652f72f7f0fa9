"""Read stated facts: a plain value, `{unknown: 原因}`, or `{value: 值, source: 来源}`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.loading.problems import Problems, unknown_keys
from policy_engine.loading.spellings import Readings
from policy_engine.loading.tree import Mapping, Node, is_empty
from policy_engine.loading.values import read_value
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.items import Items, no_items
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field

# What parts the unit from the name: 项目金额_万元, 项目金额（元）.
_STEM = pattern("[_（(]")
_KEYS = ("unknown", "value", "source")


def read_fact(
    node: Node,
    field: Field,
    problems: Problems,
    readings: Readings | None = None,
    catalogue: Callable[[], Items] = no_items,
) -> Fact | None:
    """Read one fact; a blank is a fact not stated (`None`). With `readings`, as officials write; else strictly.

    `catalogue`: where the codes and names of procurement items are looked up.
    """
    if is_empty(node):
        return None
    told = read_told(node, field.name, problems)
    if told is None:
        return None
    if told.value is None:
        return Fact(field=field.name, value=UNKNOWN, origin=Origin.STATED, reason=told.reason, span=node.span)
    return _known(_plain(told.value, field, problems, readings, catalogue), field, told.source, problems)


@dataclass(frozen=True, slots=True)
class Told:
    """What was written of a fact: its value and source; `value` is `None` where it was told as unknown, and why."""

    value: Node | None
    source: str = ""
    reason: str = ""


def read_told(node: Node, name: str, problems: Problems) -> Told | None:
    """Take apart what was written under a name; `None` where it is neither a value nor an unknown."""
    if not isinstance(node, Mapping):
        return Told(node)
    problems.keys(node, _KEYS, f"`{name}` ")
    if node.key("unknown") is not None:
        if node.get("value") is not None:
            problems.error("PE112", f"`{name}` 既写了 value 又写了 unknown", node.span, "只留一个")
        return Told(None, reason=problems.text(node, "unknown", fallback="", may_be_blank=True))
    value = node.get("value")
    if is_empty(value):
        if not any(unknown_keys(node, _KEYS)):
            problems.missing(node, "value")
        return None
    return Told(value, problems.text(node, "source", fallback="", may_be_blank=True))


def _plain(
    node: Node, field: Field, problems: Problems, readings: Readings | None, catalogue: Callable[[], Items]
) -> Node | None:
    if readings is None:
        return node
    if not field.items:
        return readings.of(node, field)
    from policy_engine.loading.item_choices import read_item  # noqa: PLC0415 - few fields are told by items

    found = read_item(node, field, catalogue, problems)
    return readings.item(node, field, found.choice, found.told) if found is not None else None


def _known(node: Node | None, field: Field, source: str, problems: Problems) -> Fact | None:
    if node is None:
        return None
    value = read_value(node, field, problems)
    if value is None:
        return None
    return Fact(field=field.name, value=value, origin=Origin.STATED, source=source, span=node.span)


def in_another_unit(word: str, fields: MappingOf[str, Field]) -> Field | None:
    """Find the field that a name means with another unit, or with none: its number must be changed with it."""
    stem = _STEM.split(word, maxsplit=1)[0]
    twins = [f for f in fields.values() if f.unit and _STEM.split(f.name, maxsplit=1)[0] == stem]
    return twins[0] if len(twins) == 1 else None
