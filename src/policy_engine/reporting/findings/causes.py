"""Tell one cause once: a field that is gone or of another type is complained of wherever rules name it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from policy_engine.foundation.diagnostics import Diagnostic, Related, is_error

# What is said of a name that something else gives its meaning: the vocabulary, a register, another rule.
_OF_NAMES = frozenset(
    (
        "PE101",
        "PE103",
        "PE108",
        "PE203",
        "PE205",
        "PE206",
        "PE301",
        "PE303",
        "PE304",
        "PE306",
        "PE309",
        "PE310",
        "PE608",
    )
)
_NAME = re.compile(r"`([^`]+)`")
_FEW, _SHOWN = 3, 2


def by_cause(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Fold errors about one name into the first of them, where there are more than a few; the rest is counted."""
    groups: dict[object, list[Diagnostic]] = {}
    for number, diagnostic in enumerate(found):
        groups.setdefault(_cause(diagnostic) or number, []).append(diagnostic)
    return tuple(
        told for group in groups.values() for told in (group if len(group) < _FEW else [_folded(group)])
    )


def _cause(diagnostic: Diagnostic) -> str:
    names = _NAME.findall(diagnostic.message)
    if not names or diagnostic.code not in _OF_NAMES or not is_error(diagnostic):
        return ""
    # 没有字段 and 不能用在 name the field last, the others first.
    is_last = diagnostic.code in ("PE301", "PE303") and not diagnostic.message.endswith("里")
    return str(names[-1 if is_last else 0])


def _folded(group: list[Diagnostic]) -> Diagnostic:
    first, *rest = group
    places = tuple(Related("同一个原因", d.span) for d in rest[:_SHOWN] if d.span)
    why = "各处都说到它，先看它的登记（词汇表、登记表）是不是改了"
    return replace(
        first,
        help=f"{first.help}；{why}" if first.help else why,
        related=(*first.related, *places),
        more=first.more + sum(1 + d.more for d in rest),
    )
