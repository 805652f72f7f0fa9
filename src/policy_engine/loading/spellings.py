"""Read values as officials write them: 是, 2026年3月2日, 8年, 980000元, an Excel day. Nothing is guessed.

What can mean two things, or needs rounding, is not read here, and the strict readers then refuse it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass, field
from policy_engine.loading.numerals import decimal_text, half_width, in_characters, quantity
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence
from policy_engine.model.calendar import FIRST_DAY, LAST_DAY, day_number, iso
from policy_engine.model.values import NOT_HAPPENED_WORD
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role

_TRUE = ("是", "√", "✓", "✔", "☑", "yes", "Yes", "YES", "True", "TRUE")
_FALSE = ("否", "×", "✗", "✘", "不是", "no", "No", "NO", "False", "FALSE")
_PRESENCE = {"有": "true", "无": "false", "没有": "false"}
# 有 says nothing certain of a field that is itself a denial.
_DENIAL = pattern("[未无没不非]")
_TRUTHS = {**dict.fromkeys(_TRUE, "true"), **dict.fromkeys(_FALSE, "false")}
_NOT_YET = ("尚未发生", "还未发生", "还没有发生", "没有发生")
_WRITTEN_DAY = pattern(
    r"([0-9]{4}) ?(?:(?P<mark>[-/.]) ?([0-9]{1,2}) ?(?P=mark) ?([0-9]{1,2})|年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号])"
    r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
)
_CLOSE_DAY = pattern(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL = pattern(r"([1-9][0-9]{4})(?:\.0+)?")
_DAY_IN_CHARACTERS = pattern(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
# Day 60 of Excel is 1900-02-29, which never was; all days after it count from here.
_EXCEL_DAY_ZERO = date(1899, 12, 30).toordinal()
_PLAIN = pattern(r"-?[0-9]+(\.[0-9]+)?")
_LISTED = pattern(r"[、，,；;＋+\s]+")
_SHOWN = 40
_TOLD = {"true": "是", "false": "否"}
_UNIT_TOLD = {"月": "个月"}
_HEADS = {"as_of": "基准日", "phase": "阶段", "no_other_circumstances": "申报声明"}


@dataclass(slots=True)
class Readings:
    """Gives values their plain spelling and keeps what is to be said back."""

    notes: list[str] = field(default_factory=list)

    def of(self, node: Node, field: Field) -> Node:
        """Give a value in the spelling the strict readers know; anything else as it is."""
        match node:
            case Scalar() if field.type is FieldType.LIST:
                return self._members(node, field)
            case Scalar():
                return self._scalar(
                    node, _name(field), respell(node.text, field), _UNIT_TOLD.get(field.unit, field.unit)
                )
            case Sequence(items=items) if field.type is FieldType.LIST:
                return Sequence(tuple(self._member(item, field) for item in items), node.span)
            case _:
                return node

    def item(self, node: Node, field: Field, choice: str, told: str) -> Node:
        """Give the class of a procurement item, and keep which item it is."""
        if not isinstance(node, Scalar) or not told:
            return node
        self._say(_name(field), node.text, f"{choice}：{told}")
        return Scalar(choice, node.is_quoted, node.span)

    def under(self, owner: Mapping, key: str, spell: Callable[[str], str | None]) -> Mapping:
        """Respell the value of one key of a mapping."""
        node = owner.get(key)
        if not isinstance(node, Scalar):
            return owner
        plain = self._scalar(node, _HEADS[key], spell(node.text))
        pairs = tuple((name, plain if value is node else value) for name, value in owner.pairs)
        return Mapping(pairs, owner.span)

    def _scalar(self, node: Scalar, title: str, plain: str | None, unit: str = "") -> Scalar:
        if plain is None or plain == node.text:
            return node
        # 是 is printed as 是: nothing to say back.
        if node.text not in ("是", "否"):
            self._say(title, node.text, _TOLD.get(plain, plain) + unit)
        return Scalar(plain, node.is_quoted, node.span)

    def _member(self, node: Node, field: Field) -> Node:
        if not isinstance(node, Scalar):
            return node
        return self._scalar(node, _name(field), choice_text(node.text, field))

    def _members(self, node: Scalar, field: Field) -> Node:
        members = member_texts(node.text, field)
        if not members:
            return node
        self._say(_name(field), node.text, "、".join(members))
        return Sequence(tuple(Scalar(member, True, node.span) for member in members), node.span)

    def _say(self, title: str, written: str, meant: str) -> None:
        shown = " ".join(written.split())
        shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
        counted = "（表格软件的日期序号）" if _SERIAL.fullmatch(written) and day_number(meant) else ""
        self.notes.append(f"{title}：“{shown}”读作 {meant}{counted}")


def _name(field: Field) -> str:
    return field.title.partition("（")[0]


def respell(text: str, field: Field) -> str | None:
    """Give the plain spelling of a scalar by its field; `None` where there is none that is certain."""
    match field.type:
        case FieldType.BOOLEAN:
            return truth_text(text, field.name)
        case FieldType.NUMBER:
            return number_text(text, field)
        case FieldType.DATE:
            return NOT_HAPPENED_WORD if field.role is Role.EVENT and text in _NOT_YET else day_text(text)
        case FieldType.CHOICE:
            return choice_text(text, field)
        case FieldType.LIST | FieldType.TEXT:
            return None


def truth_text(text: str, name: str = "") -> str | None:
    """Read 是, 否 and their likes."""
    word = text.strip()
    return _TRUTHS.get(word) or (None if _DENIAL.search(name) else _PRESENCE.get(word))


def number_text(text: str, field: Field) -> str | None:
    """Read a number with its unit as so many of the field's unit, if that needs no rounding."""
    number = None if _PLAIN.fullmatch(text) else quantity(text, field.unit)
    # What would need rounding is left as written, for the strict reader to refuse.
    if number is None or (number * 10**field.scale).denominator != 1:
        return None
    return decimal_text(number)


def day_text(text: str) -> str | None:
    """Read a day written year first, also in characters, without marks, or as Excel counts days."""
    plain = " ".join(half_width(text).split())
    written = _WRITTEN_DAY.fullmatch(plain) or _CLOSE_DAY.fullmatch(plain)
    serial = _SERIAL.fullmatch(plain)
    if written is not None:
        # The mark is a group of its own, and the form that wasn't written left empty ones.
        year, month, day = (part for part in written.groups() if part and part.isdigit())
        return _existing(int(year), int(month), int(day))
    if serial is not None:
        number = _EXCEL_DAY_ZERO + int(serial[1])
        return iso(number) if FIRST_DAY <= number <= LAST_DAY else None
    return _day_in_characters("".join(plain.split()))


def _day_in_characters(plain: str) -> str | None:
    found = _DAY_IN_CHARACTERS.fullmatch(plain)
    if found is None:
        return None
    digits = found[1].translate(str.maketrans("〇○零一二三四五六七八九", "000123456789"))
    month, day = in_characters(found[2]), in_characters(found[3])
    return _existing(int(digits), int(month), int(day)) if month is not None and day is not None else None


def _existing(year: int, month: int, day: int) -> str | None:
    text = f"{year:04}-{month:02}-{day:02}"
    return text if day_number(text) is not None else None


def choice_text(text: str, field: Field) -> str | None:
    """Find the one choice that differs only by blanks and full-width characters."""
    if text in field.choices or text in field.aliases:
        return text
    near = {word for word in (*field.choices, *field.aliases) if _bare(word) == _bare(text)}
    return near.pop() if len(near) == 1 else None


def member_texts(text: str, field: Field) -> tuple[str, ...]:
    """Split 公安、消防 into members; empty unless every part is one."""
    parts = [part for part in _LISTED.split(text.strip()) if part]
    members = [choice_text(part, field) for part in parts]
    known = tuple(member for member in members if member is not None)
    # All or none: a list read in part would be taken for complete.
    return known if len(known) == len(members) else ()


def phase_text(text: str) -> str | None:
    """Read 立项阶段 as 立项."""
    word = _bare(text).removesuffix("阶段")
    return word if word in {phase.value for phase in Phase} else None


def _bare(text: str) -> str:
    return "".join(half_width(text).split())
