"""Read conditions that compare two fields: orders, periods, differences, shares."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from policy_engine.foundation.spans import Span
from policy_engine.language.keys import AS_OF_WORD
from policy_engine.language.operators import BOUNDS
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Node, Scalar
from policy_engine.model.conditions import (
    AS_OF,
    All,
    Any,
    Bound,
    Condition,
    Equals,
    Not,
    Period,
    Ratio,
    WithinMonths,
)
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType

# How many months a period may have: more is a slip of the pen.
_MOST_MONTHS = 1200
_RATIO = re.compile(r"[0-9]{1,4}(\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class WrittenRatio:
    """Two numbers, and the bound on their share as it is written: its key, and what follows it."""

    part: Field
    whole: Field
    bound: tuple[Scalar, Node]


@dataclass(frozen=True, slots=True)
class RelationReader:
    """Reads comparisons of two fields. `field`: looks a field up, and notes where there is none."""

    field: Callable[[Scalar], Field | None]
    problems: Problems

    def ordered(self, field: Field, bound: Bound, operand: Mapping) -> Condition | None:
        """Read `{before: {of: 另一字段}}`: two days or two numbers against each other; `基准日` is the case's day.

        For days it holds only between events that have happened.
        """
        self.problems.keys(operand, ("of",), "比较的另一方")
        name = operand.get("of")
        if isinstance(name, Scalar) and name.text == AS_OF_WORD and field.type is FieldType.DATE:
            other = AS_OF
        else:
            found = self.field(name) if isinstance(name, Scalar) else None
            if found is None or (found.type, found.scale) != (field.type, field.scale):
                message = f"`{field.name}` 只能与同类型、同小数位数的字段比较"
                self.problems.error(
                    "PE303", message, operand.span, f"写成 {{of: 字段}} 或 {{of: {AS_OF_WORD}}}"
                )
                return None
            other = found.name
        # A ratio of one: it compares two fields exactly, and needs no operator of its own.
        order = Ratio(field.name, other, bound, Fraction(1), operand.span)
        if field.type is not FieldType.DATE:
            return order
        days = [n for n in (field.name, other) if n != AS_OF]
        happened = (Not(Equals(n, NOT_HAPPENED, operand.span), operand.span) for n in days)
        return All((order, *happened), operand.span)

    def within_months(self, field: Field, period: Period, operand: Node) -> Condition | None:
        """Read `{of: 起始日, months: 12}`: a day and the period that begins at another."""
        word = f"`{period.value}`"
        owner = self.problems.mapping(operand, word, operand.span)
        if owner is None:
            return None
        self.problems.keys(owner, ("of", "months"), word)
        start_name, months = owner.get("of"), whole_number(owner.get("months"), 1, _MOST_MONTHS)
        start = self.field(start_name) if isinstance(start_name, Scalar) else None
        if start_name is None:
            self.problems.missing(owner, "of")
        if start is None or months is None or start.type is not FieldType.DATE:
            self.problems.error(
                "PE303",
                f"{word} 要一个日期字段和一个月数（1 到 {_MOST_MONTHS}）",
                operand.span,
                "{of: 起始日, months: 12}",
            )
            return None
        return WithinMonths(field.name, start.name, months, period, operand.span)

    def differ(self, value: Node) -> Condition | None:
        """Read `{differ: [甲, 乙]}`: two fields for one thing have different values."""
        names = self.problems.sequence(value, "`differ`", value.span)
        fields = [self.field(name) for name in names if isinstance(name, Scalar)]
        known = [field for field in fields if field is not None]
        if len(known) < len(fields):
            return None
        if (
            (len(names), len(known)) != (2, 2)
            or known[0].type is not known[1].type
            or known[0].scale != known[1].scale
        ):
            message = "`differ` 要两个同类型的字段"
            self.problems.error("PE303", message, value.span, "写成 {differ: [甲, 乙]}")
            return None
        parts = different(known[0], known[1], value.span)
        if not parts:
            self.problems.error(
                "PE303", "`differ` 不能用在这一类型上", value.span, "用是非、选项、数字或日期字段"
            )
            return None
        return Any(parts, value.span)

    def ratio(self, value: Node) -> WrittenRatio | None:
        """Read `{ratio: {part: 甲, whole: 乙, at_least: "0.30"}}` up to its share, which may be a parameter."""
        owner = self.problems.mapping(value, "`ratio`", value.span)
        if owner is None:
            return None
        self.problems.keys(owner, ("part", "whole", *BOUNDS), "`ratio`")
        part, whole = self._ratio_field(owner, "part"), self._ratio_field(owner, "whole")
        bounds = [(key, node) for key, node in owner.pairs if key.text in BOUNDS]
        if part is None or whole is None or len(bounds) != 1:
            if len(bounds) != 1 and not self.problems.is_misspelt(owner, BOUNDS):
                self.problems.error("PE302", "`ratio` 要有一个界限", value.span, '例如 at_least: "0.30"')
            return None
        if part.scale != whole.scale:
            self.problems.error(
                "PE312",
                "比例的两个字段小数位数不同",
                value.span,
                "在词汇表里统一 scale（手写的 schema 里是 x-scale）",
            )
            return None
        return WrittenRatio(part, whole, bounds[0])

    def share(self, part: Field, whole: Field, key: Scalar, node: Node) -> Condition | None:
        """Read the share of a ratio, exactly as it is written."""
        text = node.text if isinstance(node, Scalar) else ""
        if _RATIO.fullmatch(text) is None:
            self.problems.error("PE103", "比例应为 0 到 1 的小数", node.span, '写成 "0.30"')
            return None
        return Ratio(part.name, whole.name, BOUNDS[key.text], Fraction(text), node.span)

    def _ratio_field(self, owner: Mapping, key: str) -> Field | None:
        name = owner.get(key)
        if not isinstance(name, Scalar):
            self.problems.missing(owner, key)
            return None
        field = self.field(name)
        if field is not None and field.type is not FieldType.NUMBER:
            self.problems.error("PE303", f"`{field.name}` 不是数字字段", name.span, "比例用两个数字字段")
            return None
        return field


def different(one: Field, other: Field, span: Span) -> tuple[Condition, ...]:
    """List the ways in which two fields of one type can have different values; empty where they can't be compared."""
    match one.type:
        case FieldType.BOOLEAN:
            sides = ((True, False), (False, True))
            return tuple(
                All((Equals(one.name, a, span), Equals(other.name, b, span)), span) for a, b in sides
            )
        case FieldType.CHOICE:
            return tuple(
                All((Equals(one.name, choice, span), Not(Equals(other.name, choice, span), span)), span)
                for choice in one.choices
            )
        case FieldType.NUMBER:
            bounds = (Bound.LESS_THAN, Bound.MORE_THAN)
            return tuple(Ratio(one.name, other.name, bound, Fraction(1), span) for bound in bounds)
        case FieldType.DATE:
            orders = (Bound.LESS_THAN, Bound.MORE_THAN)
            happened = tuple(Not(Equals(f.name, NOT_HAPPENED, span), span) for f in (one, other))
            return tuple(
                All((Ratio(one.name, other.name, bound, Fraction(1), span), *happened), span)
                for bound in orders
            )
        case FieldType.LIST | FieldType.TEXT:
            return ()


def whole_number(node: Node | None, least: int, most: int) -> int | None:
    """Read a whole number between two bounds; `None` where it is none of them."""
    text = node.text if isinstance(node, Scalar) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    return int(text) if least <= int(text) <= most else None
