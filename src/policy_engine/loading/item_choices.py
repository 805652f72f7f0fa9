"""Read a procurement item, as its code or its name is written, as the class of items that a field tells apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.items import check_listed
from policy_engine.loading.numerals import half_width
from policy_engine.loading.problems import Problems, short
from policy_engine.loading.tree import Node, Scalar
from policy_engine.loading.values import blank_help
from policy_engine.model.items import CUT, Items, full_code, is_code, parent_of, short_code
from policy_engine.model.vocabulary import Field, Vocabulary

_WRITTEN: Final = pattern(r"(?P<code>[A-Z][0-9]{0,8}|)[ ,，、:：\-]*(?P<name>.*)", re.DOTALL)
_NOT_BARE: Final = pattern("[ \u3000\uff01-\uff5e\u00a0]+")
_SHOWN: Final = 3
_FORM: Final = "写政府采购品目分类目录里的代码或者名称，例如 C21040000 或 物业管理服务"


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """The choice that an item falls under, and how the reading is said back."""

    choice: str
    told: str


def read_item(
    node: Node, field: Field, catalogue: Callable[[], Items], problems: Problems
) -> ItemChoice | None:
    """Read a code, a name, or a code with its name. `None` where it is none, and then the problem is noted."""
    if not isinstance(node, Scalar):
        problems.error("PE110", f"`{field.name}` 应为一个值，不是列表或映射", node.span, _FORM)
        return None
    text = " ".join(half_width(node.text).split())
    if text in field.choices:
        return ItemChoice(text, "")
    items = catalogue()
    found = _WRITTEN.fullmatch(text[:1].upper() + text[1:])
    assert found is not None
    code, name = found["code"], found["name"].strip()
    codes = _named(name, items) if name else ()
    if code:
        return _by_code(node, short_code(code), name, field, items, problems)
    choices = {choice for one in codes if (choice := _choice_of(one, field))}
    if len(choices) == 1:
        return ItemChoice(choices.pop(), _told(codes, items))
    if choices:
        several = "、".join(f"{full_code(one)} {items.names[one]}" for one in codes)
        problems.error(
            "PE108", f"`{field.name}` 写的 `{short(name)}` 有几个品目", node.span, f"写明代码：{several}"
        )
    else:
        help_text = blank_help(node.text) or _near(name, items) or _FORM
        problems.error("PE108", f"目录里没有 `{short(node.text)}` 这个品目", node.span, help_text)
    return None


def _by_code(
    node: Scalar, code: str, name: str, field: Field, items: Items, problems: Problems
) -> ItemChoice | None:
    choice = _choice_of(code, field) if is_code(code) else ""
    listed = items.names.get(code, "")
    if not choice or (items.names and not listed):
        near = _guess(full_code(code), map(full_code, items.names)) if is_code(code) else ""
        problems.error("PE108", f"目录里没有 `{short(node.text)}` 这个品目", node.span, near or _FORM)
        return None
    if name and CUT not in listed and listed and _bare(name) != _bare(listed):
        message = f"`{field.name}` 的代码和名称不符：{full_code(code)} 是 {listed}，写的是 `{short(name)}`"
        problems.error("PE108", message, node.span, "核对代码和名称，写对的一个")
        return None
    return ItemChoice(choice, _told((code,), items))


def _choice_of(code: str, field: Field) -> str:
    while code and code not in field.items:
        code = parent_of(code)
    return field.items.get(code, "")


def _named(name: str, items: Items) -> tuple[str, ...]:
    return _by_name(items).get(_bare(name), ())


@lru_cache(maxsize=2)
def _by_name(items: Items) -> Mapping[str, tuple[str, ...]]:
    """Give the codes by bare name. Four thousand names are made bare in one go, and of them only what isn't yet."""
    names = _NOT_BARE.sub(lambda found: _bare(found[0]), "\n".join(items.names.values())).splitlines()
    found: dict[str, tuple[str, ...]] = {}
    for code, name in zip(items.names, names, strict=True):
        if CUT not in name:
            found[name] = (*found.get(name, ()), code)
    return found


def _near(name: str, items: Items) -> str:
    # A clerk's short name stands within the full one: 物业 in 物业管理服务.
    wider = sorted((n for n in items.names.values() if len(name) > 1 and name in n), key=len)[:_SHOWN]
    if wider:
        return "是否为 " + "、".join(f"`{one}`" for one in dict.fromkeys(wider)) + "？"
    return _guess(name, items.names.values())


def _guess(word: str, names: Iterable[str]) -> str:
    # Of four thousand names a dozen at random would help nobody.
    near = did_you_mean(word, tuple(names))
    return near if near.endswith("？") else ""


def _bare(name: str) -> str:
    return "".join(half_width(name).split())


def _told(codes: tuple[str, ...], items: Items) -> str:
    name = items.names.get(codes[0], "")
    checked = "" if items.verified or not name else "（目录副本未与原文核对）"
    return f"{'、'.join(map(full_code, codes))} {name}{checked}".strip()


def check_item_choices(vocabulary: Vocabulary, items: Items, problems: Problems) -> None:
    """Note each class of items that a field tells apart and the catalogue does not have."""
    for subject in vocabulary.subjects.values():
        for field in subject.fields.values():
            for code in field.items:
                check_listed(code, items, field.span, problems, where=f"（字段 `{field.name}` 的 `x-items`）")
