"""The fields of a subject in a table: group, name, kind, and in one line what each is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wcwidth import wcswidth

from policy_engine.foundation.text import one_line
from policy_engine.model.vocabulary import Field, FieldType, Role, Subject

_HEAD = ("分组", "字段", "类型", "说明")
_KINDS = {
    FieldType.BOOLEAN: "是非",
    FieldType.NUMBER: "数字",
    FieldType.DATE: "日期",
    FieldType.CHOICE: "选一",
    FieldType.LIST: "列表",
    FieldType.TEXT: "文字",
}
# What comes after says more of the same.
_FIRST = re.compile(r"[^；。]+")
# Left out and read on after: a sentence that stops at its bracket says half. （五） is no remark, but counts items.
_ASIDE = re.compile(r"（(?![一二三四五六七八九十]+）)[^（）]*）")


def field_table(subject: Subject) -> str:
    """Write a line a field, in the order of the form; a group is named at its first field."""
    rows = [_HEAD]
    group = ""
    for field in subject.fields.values():
        rows.append((field.group if field.group != group else "", field.name, _kind(field), _about(field)))
        group = field.group
    shown = [tuple(map(one_line, row)) for row in rows]
    widths = [max(_width(row[n]) for row in shown) for n in range(len(_HEAD) - 1)]
    return "\n".join(_line(row, widths) for row in shown)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [word + " " * (width - _width(word)) for word, width in zip(row, widths, strict=False)]
    return "  ".join((*padded, row[-1])).rstrip()


def _kind(field: Field) -> str:
    unit = f"（{field.unit}）" if field.unit else ""
    return f"{_KINDS[field.type]}{unit}" + ("，推算" if field.role is Role.DERIVED else "")


def _about(field: Field) -> str:
    found = _FIRST.match(_ASIDE.sub("", field.description))
    return found[0] if found else field.title


def _width(text: str) -> int:
    return max(0, wcswidth(text))
