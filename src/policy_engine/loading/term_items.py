"""Read which items of the catalogue a term names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.items import check_listed
from policy_engine.loading.problems import Problems, short
from policy_engine.loading.tree import Mapping
from policy_engine.model.items import Items, is_code, short_code

ItemsPromised = Callable[[], Items]


def read_term_items(entry: Mapping, items: ItemsPromised | None, problems: Problems) -> Iterator[str]:
    """Go through the short codes of a term; where a catalogue is given, each must be in it."""
    known = None if items is None else _known(entry, items, problems)
    for written in problems.texts(entry, "items"):
        code = short_code(written.text)
        if not is_code(code):
            hint = "写品目代码，如 A0201、C1105；几个代码要在一句里都有才算"
            problems.error("PE331", f"`{short(written.text)}` 不是品目代码", written.span, hint)
        elif known is not None:
            check_listed(code, known, written.span, problems)
        yield code


def _known(entry: Mapping, items: ItemsPromised, problems: Problems) -> Items | None:
    try:
        found = items()
    except DiagnosticsError:
        # What is wrong with the catalogue is said where it is loaded.
        return None
    if not found.names:
        hint = "把目录放在 rules/items/ 里，或者删去这个词条"
        problems.error("PE331", "规则库里没有采购品目分类目录", entry.span, hint)
        return None
    return found
