"""JSON lines: one object a line, its keys the columns. Every line stands for itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from policy_engine.ledger.lines import Line, Table, refuse

_MOST_COLUMNS = 2_000
_LONGEST = 1_000_000


def open_objects(path: Path) -> Table:
    """Open a file of JSON lines. Raises `DiagnosticsError` where no line is an object."""
    names: dict[str, None] = {}
    for _, found in _objects(path):
        if isinstance(found, dict):
            names.update(dict.fromkeys(found))
        if len(names) > _MOST_COLUMNS:
            refuse(str(path), f"各行的键合起来超过 {_MOST_COLUMNS} 个", "一行写一个对象，键是表头")
    if not names:
        refuse(str(path), "没有一行是 JSON 对象", '一行写一个对象，例如 {"事项名称": "机关物业"}')
    columns = tuple(names)

    def lines() -> Iterator[Line]:
        for number, found in _objects(path):
            yield _line(number, found, columns)

    return Table(path=str(path), kind="jsonl", lines=lines, names=columns)


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    number = 0
    with path.open(encoding="utf-8-sig", errors="strict") as file:
        try:
            while text := file.readline(_LONGEST):
                number += 1
                yield number, _object(text)
        except UnicodeDecodeError:
            refuse(str(path), f"第 {number + 1} 行不是 UTF-8", "JSON 用 UTF-8 编码")


def _object(text: str) -> dict[str, Any] | str:
    if not text.strip():
        return {}
    try:
        found = json.loads(text, parse_float=Decimal, object_pairs_hook=_pairs, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        return str(error) if isinstance(error, _RefusedError) else "这一行不是完整的 JSON"
    return found if isinstance(found, dict) else "这一行不是 JSON 对象（{…}）"


class _RefusedError(ValueError):
    """Raised where JSON is read by others in two ways."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RefusedError("同一个键写了两遍")
    return found


def _no_number(word: str) -> None:
    message = f"`{word}` 不是数"
    raise _RefusedError(message)


def _line(number: int, found: dict[str, Any] | str, columns: tuple[str, ...]) -> Line:
    if isinstance(found, str):
        return Line(number=number, cells=(), broken=found)
    values = [found.get(name) for name in columns]
    numbers = (i for i, v in enumerate(values) if isinstance(v, int | Decimal) and not isinstance(v, bool))
    told = {i: v for i, v in enumerate(values) if isinstance(v, dict | list)}
    return Line(number=number, cells=tuple(map(_text, values)), numbers=frozenset(numbers), told=told)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case str():
            return value.strip()
        case Decimal():
            return f"{value:f}" if abs(value.adjusted()) < 400 else str(value)
        case int():
            return str(value) if value.bit_length() < 1300 else "（太长的数）"
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)
