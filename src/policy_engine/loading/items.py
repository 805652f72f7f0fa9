"""Load the catalogue of procurement items: a line an item, its code and its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import MappingProxyType
from typing import Final

from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.spans import Span, span_of
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems, short
from policy_engine.model.items import CLASSES, NO_ITEMS, Items, full_code, parent_of

_CODE: Final = pattern(r"([A-Z])((?:[0-9]{2}){0,4})")
_CLASS: Final = "|".join(f"{letter} {name}" for letter, name in CLASSES.items())
_LINE: Final = pattern(rf"{_CLASS}|[{''.join(CLASSES)}](?:[0-9][0-9]){{0,3}}(?!00)[0-9][0-9] \S(?:.*\S)?")
_FORM: Final = "代码略去末尾的 00：A020101 计算机；类别只有 " + "、".join(_CLASS.split("|"))
_TITLE, _VERIFIED = "目录", "核对"
_YES_NO: Final = {"是": True, "否": False}


def items_of(sources: tuple[SourceText, ...]) -> Callable[[], Items]:
    """Promise the catalogue of a rule base: it is read when it is first asked for.

    Asking raises `DiagnosticsError` with every line that is wrong.
    """

    @cache
    def read() -> Items:
        problems = Problems()
        found = load_items(sources, problems)
        raise_errors(problems.found)
        return found

    return read


def load_items(sources: tuple[SourceText, ...], problems: Problems) -> Items:
    """Load the one catalogue of a rule base; an empty one where there is none. All that is wrong comes at once."""
    for source in sources[1:]:
        place = span_of(source.path, 0, 0, 0, 0)
        problems.error("PE336", "采购品目分类目录只能有一份", place, f"留下 {sources[0].path}，移出别的")
    return _load(sources[0], problems) if sources else NO_ITEMS


def check_listed(code: str, items: Items, span: Span, problems: Problems, *, where: str = "") -> None:
    """Note a short code that the catalogue does not have; `where` is said behind it."""
    if code not in items.names:
        problems.unknown("PE331", f"采购品目分类目录里没有 `{code}`{where}", span, code, items.names)


def _load(source: SourceText, problems: Problems) -> Items:
    head: dict[str, str] = {}
    names: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(source.text.splitlines()):
        key, _, value = line.partition(" ")
        if _LINE.fullmatch(line) is not None and key not in names:
            names[key], lines[key] = value, number
        elif key in (_TITLE, _VERIFIED) and key not in head:
            head[key] = value.strip()
        elif line.strip() and not line.startswith("#"):
            place = span_of(source.path, number, 0, number, len(line))
            problems.error(*_wrong(key, value.strip(), lines), place, f"写成“代码 名称”，{_FORM}")
    for code in names:
        parent = parent_of(code)
        if parent and parent not in names:
            place = span_of(source.path, lines[code], 0, lines[code], len(code))
            message = f"品目 `{code}` 没有上级 `{parent}`（{full_code(parent)}）"
            problems.error("PE336", message, place, "核对代码；副本里缺的上级补一行，名称写“…”")
    _check_head(source, head, problems)
    return Items(head.get(_TITLE, ""), _YES_NO.get(head.get(_VERIFIED, ""), False), MappingProxyType(names))


def _wrong(code: str, name: str, lines: dict[str, int]) -> tuple[str, str]:
    """Say what is wrong with a line that is no item."""
    if code in lines:
        return "PE209", f"品目 `{code}` 重复，第 {lines[code] + 1} 行已有"
    written = _CODE.fullmatch(code)
    if written is None:
        return "PE336", f"`{short(code)}` 不是品目代码"
    if written[1] not in CLASSES:
        return "PE336", f"品目 `{code}` 的类别字母 `{written[1]}` 不对"
    if code.endswith("00"):
        return "PE336", f"品目代码 `{code}` 末尾的 00 没有略去"
    if not name:
        return "PE336", f"品目 `{code}` 没有名称"
    if len(code) == 1 and name != CLASSES[code]:
        return "PE336", f"类别 `{code}` 应叫“{CLASSES[code]}”，写的是“{short(name)}”"
    return "PE336", f"品目 `{code}` 的名称前后有多余的空格"


def _check_head(source: SourceText, head: dict[str, str], problems: Problems) -> None:
    for key, wanted in ((_TITLE, "目录的名称"), (_VERIFIED, "是 或 否：名称有没有与原文核对")):
        if not head.get(key) or (key == _VERIFIED and head[key] not in _YES_NO):
            problems.error(
                "PE336",
                f"开头的 `{key}` 没有写明",
                span_of(source.path, 0, 0, 0, 0),
                f"写一行“{key} …”，{wanted}",
            )
