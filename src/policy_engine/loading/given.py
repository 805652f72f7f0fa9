"""Data that a program gives, as the same tree that files give. Its places are the keys that lead to a value."""

from __future__ import annotations

import math
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as SequenceOf
from collections.abc import Set as SetOf
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral

from policy_engine.foundation.diagnostics import Diagnostic, Tally
from policy_engine.foundation.spans import KeySpan
from policy_engine.loading.syntax import HIDDEN, hidden_character
from policy_engine.loading.tree import MAX_CHARACTERS, MAX_DEPTH, Mapping, Node, Scalar, Sequence

# Shown where a file's path would be.
GIVEN = "程序给出的案件"
_WHOLE = "案件"
_MOST_VALUES = 200_000
# No number of a case is as long; writing out longer ones takes time that grows with their square.
_MOST_DIGITS, _MOST_BITS = 400, 1300
_PLAIN = "用 bool、int、float、Decimal、str、date、列表或者 dict；没有填的写 None"
_DEEP = "事实写成 {主题: {字段: 值}}"
_LARGE = "一次给一个案件"


def tree_of(data: object) -> tuple[Node, tuple[Diagnostic, ...]]:
    """Turn data into a tree, and tell all that no case can hold. Never raises, whatever the data are made of."""
    builder = _Builder()
    node = builder.node(data, _WHOLE, ())
    return node, tuple(builder.tally.found)


@dataclass(slots=True)
class _Builder:
    tally: Tally = field(default_factory=Tally)
    values: int = 0
    characters: int = 0
    is_full: bool = False

    def node(self, value: object, keys: str, within: tuple[int, ...]) -> Node:
        """Turn one value into a node. `within`: the identities of the collections it lies in."""
        start = self.values
        span = _span(keys, start)
        self.values += 1
        if self.values > _MOST_VALUES or self.characters > MAX_CHARACTERS:
            return self._too_much(span)
        if not isinstance(value, str) and isinstance(value, MappingOf | SequenceOf | SetOf):
            if id(value) in within:
                return self._refused("PE004", f"`{keys}` 里面又有它自己", span, _DEEP)
            if len(within) > MAX_DEPTH:
                return self._refused("PE004", f"嵌套超过 {MAX_DEPTH} 层", span, _DEEP)
            return self._collection(value, keys, span, (*within, id(value)))
        return self._scalar(value, span)

    def _collection(self, value: object, keys: str, span: KeySpan, within: tuple[int, ...]) -> Node:
        match value:
            case MappingOf():
                pairs = self._pairs(value, keys, within)
                return Mapping(pairs, _span(keys, span.line, self.values))
            case SetOf():
                items: list[object] = sorted(value, key=_shown)
            case SequenceOf() if not isinstance(value, bytes | bytearray | memoryview | range):
                items = list(value)
            case _:
                return self._unfit(value, span)
        nodes = tuple(self.node(item, f"{keys}[{n}]", within) for n, item in enumerate(items))
        return Sequence(nodes, _span(keys, span.line, self.values))

    def _pairs(
        self, value: MappingOf[object, object], keys: str, within: tuple[int, ...]
    ) -> tuple[tuple[Scalar, Node], ...]:
        pairs: list[tuple[Scalar, Node]] = []
        for key, item in value.items():
            if not isinstance(key, str):
                span = _span(keys, self.values)
                self.values += 1
                told = f"键必须是文字，写的是 {type(key).__name__} `{_shown(key)}`"
                self._add("PE005", told, span, "把键写成一个字段名")
                continue
            below = _below(keys, key)
            place = _span(below, self.values)
            self._refuse_hidden(key, place)
            pairs.append((Scalar(str.__str__(key), True, place), self.node(item, below, within)))
        return tuple(pairs)

    def _scalar(self, value: object, span: KeySpan) -> Scalar:
        match value:
            case None:
                return Scalar("null", False, span)
            case bool():
                return Scalar("true" if value else "false", False, span)
            case str():
                self._refuse_hidden(value, span)
                return Scalar(str.__str__(value), True, span)
            case datetime():
                return Scalar(value.isoformat(" "), True, span)
            case date():
                return Scalar(value.isoformat(), True, span)
            case Integral():
                whole = int(value)
                is_long = whole.bit_length() > _MOST_BITS
                return self._too_long(value, span) if is_long else Scalar(str(whole), False, span)
            case float() if math.isfinite(value):
                return self._number(Decimal(float.__repr__(value)), span)
            case Decimal() if value.is_finite():
                return self._number(value, span)
            case _:
                return self._unfit(value, span)

    def _number(self, number: Decimal, span: KeySpan) -> Scalar:
        exponent = number.as_tuple().exponent
        assert isinstance(exponent, int)
        is_long = number.adjusted() > _MOST_DIGITS or exponent < -_MOST_DIGITS
        return self._too_long(number, span) if is_long else Scalar(f"{number:f}", False, span)

    def _too_long(self, value: object, span: KeySpan) -> Scalar:
        told = f"`{span.keys}` 的数字太长，多于 {_MOST_DIGITS} 位（{type(value).__name__}）"
        return self._refused("PE104", told, span, "核对数字和单位")

    def _unfit(self, value: object, span: KeySpan) -> Scalar:
        told = f"`{span.keys}` 写了 {type(value).__name__} `{_shown(value)}`，案件里没有这样的值"
        return self._refused("PE113", told, span, _PLAIN)

    def _too_much(self, span: KeySpan) -> Scalar:
        if not self.is_full:
            self.is_full = True
            self._add("PE003", f"案件过大：上限 {_MOST_VALUES} 个值、{MAX_CHARACTERS} 个字符", span, _LARGE)
        return Scalar("", False, span)

    def _refuse_hidden(self, text: str, span: KeySpan) -> None:
        self.characters += len(text)
        hidden = HIDDEN.search(text)
        if hidden is not None:
            self.tally.add(hidden_character(hidden[0], span))

    def _refused(self, code: str, message: str, span: KeySpan, help_text: str) -> Scalar:
        self._add(code, message, span, help_text)
        return Scalar("null", False, span)

    def _add(self, code: str, message: str, span: KeySpan, help_text: str) -> None:
        self.tally.add(Diagnostic(code=code, message=message, span=span, help=help_text))


def _below(keys: str, key: str) -> str:
    plain = str.__str__(key)
    return plain if keys == _WHOLE else f"{keys}.{plain}"


def _span(keys: str, start: int, end: int | None = None) -> KeySpan:
    last = start + 1 if end is None else end
    return KeySpan(path=GIVEN, line=start, column=0, end_line=last, end_column=0, keys=keys)


def _shown(value: object) -> str:
    # Whatever it is made of: some things can't even be written.
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001
        return "…"
    return text if len(text) <= 40 else text[:40] + "…"
