"""Type a written value by its field. Scalars are text until here."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import floor

from policy_engine.foundation.fixes import respelling
from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.numerals import decimal_text, quantity
from policy_engine.loading.problems import BOOLEAN_WORDS, DAY_HELP, Problems, short
from policy_engine.loading.spellings import choice_text, respell
from policy_engine.loading.syntax import full_width_help
from policy_engine.loading.tree import Node, Scalar, Sequence
from policy_engine.model.calendar import FIRST_DAY, LAST_DAY, day_number, iso
from policy_engine.model.values import NOT_HAPPENED, NOT_HAPPENED_WORD, Known, number_words
from policy_engine.model.vocabulary import Field, FieldType, Role

_MEMBERS = pattern(r"[^、，,；;＋+\s]+")
# Marks and words that stand where nothing is known.
_GLUED_COMMENT = pattern(r"([^#]*[^#\s])#(.*)")
_NOTHING = pattern(r"[-—–/\\?？*]+|待定|不详|未知|不明|不清楚|不知道|不确定|暂无|N/?A|n/?a")
_PLAIN_NUMBER = pattern(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
LARGEST_NUMBER = 2**53


def read_value(node: Node, field: Field, problems: Problems) -> Known | None:
    """Type one written value. `None` where it can't be, and then the problem is noted."""
    if field.type is FieldType.LIST:
        return _list(node, field, problems)
    if isinstance(node, Scalar):
        return _SCALARS[field.type](node, field, problems)
    problems.error("PE110", f"`{field.name}` 应为一个值，不是列表或映射", node.span, _form(field))
    return None


def read_number(text: str, scale: int) -> int | None:
    """Read a plain decimal as an integer of the scale; `None` where it isn't one or has more places."""
    if not _PLAIN_NUMBER.fullmatch(text):
        return None
    scaled = Decimal(text).scaleb(scale)
    return int(scaled) if scaled == scaled.to_integral_value() else None


def _boolean(node: Scalar, field: Field, problems: Problems) -> bool | None:
    if node.text in ("true", "false"):
        return node.text == "true"
    meant = BOOLEAN_WORDS.get(node.text)
    if meant:
        problems.error(
            "PE102",
            f"`{field.name}` 写了 `{node.text}`，这里只认 true 或 false",
            node.span,
            f"写 {meant}",
            respelling(node.span, node.text, meant, is_sure=True),
        )
    else:
        hint = blank_help(node.text) or "写 true 或 false；不清楚时写 {unknown: 原因}"
        problems.error(
            "PE101", f"`{field.name}` 应为 true 或 false，写的是 `{short(node.text)}`", node.span, hint
        )
    return None


def _number(node: Scalar, field: Field, problems: Problems) -> int | None:
    text = node.text
    if not _PLAIN_NUMBER.fullmatch(text):
        finer = _finer_than_read(text, field)
        if finer is not None:
            _too_fine(f"`{short(text)}` 合 {_exactly(finer)} {field.unit}", finer, node, field, problems)
            return None
        plain = respell(text, field)
        problems.error(
            "PE103",
            f"`{field.name}` 应为数字，写的是 `{short(text)}`",
            node.span,
            _number_help(text, field),
            respelling(node.span, text, plain, is_sure=True) if plain is not None else (),
        )
        return None
    value = read_number(text, field.scale)
    if value is None:
        _too_fine(f"写的是 `{short(text)}`", Fraction(Decimal(text)), node, field, problems)
        return None
    if _is_out_of_range(value, field):
        problems.error("PE104", f"`{field.name}` 超出范围：`{short(text)}`", node.span, _range(field))
        return None
    return value


def _finer_than_read(text: str, field: Field) -> Fraction | None:
    """Read a number with its unit that has more decimals than the field takes."""
    number = quantity(text, field.unit)
    return number if number is not None and (number * 10**field.scale).denominator != 1 else None


def _exactly(number: Fraction) -> str:
    return decimal_text(number) or f"{number.numerator}/{number.denominator}"


def _too_fine(written: str, number: Fraction, node: Scalar, field: Field, problems: Problems) -> None:
    # Which of the two is meant may decide whether a limit is reached: whoever fills in the form says it.
    below = floor(number * 10**field.scale)
    near = [number_words(n, field.scale) for n in (below, below + 1) if not _is_out_of_range(n, field)]
    unit = f"，单位是{field.unit}" if field.unit else ""
    hint = f"填 {' 或者 '.join(near)}{unit}；取哪一个由填报人定" if len(near) > 1 else _form(field)
    places = f"最多 {field.scale} 位小数" if field.scale else "应为整数"
    problems.error("PE105", f"`{field.name}` {places}，{written}", node.span, hint)


def _is_out_of_range(value: int, field: Field) -> bool:
    low = field.minimum if field.minimum is not None else -LARGEST_NUMBER
    high = field.maximum if field.maximum is not None else LARGEST_NUMBER
    return not low <= value <= high


def _date(node: Scalar, field: Field, problems: Problems) -> int | None:
    if node.text == NOT_HAPPENED_WORD and field.role is Role.EVENT:
        return NOT_HAPPENED
    day = day_number(node.text)
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        span = f"{iso(FIRST_DAY)} 到 {iso(LAST_DAY)}"
        problems.error("PE104", f"`{field.name}` 超出范围：`{node.text}`", node.span, span)
        return None
    if day is not None:
        return day
    event = "；还没有发生写 未发生" if field.role is Role.EVENT else ""
    problems.bad_day(node, field.name, blank_help(node.text) or f"{DAY_HELP}{event}")
    return None


def _choice(node: Scalar, field: Field, problems: Problems) -> str | None:
    word = field.aliases.get(node.text, node.text)
    if word in field.choices:
        return word
    message = f"`{field.name}` 没有 `{short(node.text)}` 这一项"
    blank = blank_help(node.text)
    if blank:
        problems.error("PE108", message, node.span, blank)
    else:
        problems.unknown("PE108", message, node.span, node.text, field.choices)
    return None


def _text(node: Scalar, _field: Field, _problems: Problems) -> str:
    return node.text


def _list(node: Node, field: Field, problems: Problems) -> frozenset[str] | None:
    if isinstance(node, Scalar):
        if node.text == "无" and "无" not in field.choices:
            return frozenset()
        wide = full_width_help(node.text)
        items = ", ".join(_MEMBERS.findall(node.text))
        hint = (
            wide
            or blank_help(node.text)
            or _stranger_help(node.text, field)
            or f"写成 [{short(items)}]；没有写 []"
        )
        problems.error("PE012" if wide else "PE109", f"`{field.name}` 应为列表", node.span, hint)
        return None
    if not isinstance(node, Sequence):
        problems.error("PE109", f"`{field.name}` 应为列表", node.span, "写成 [甲, 乙]；没有写 []")
        return None
    members = [_member(item, field, problems) for item in node.items]
    known = [member for member in members if member is not None]
    if len(set(known)) < len(known):
        problems.error("PE111", f"`{field.name}` 有重复的项", node.span, "每项写一次")
    return frozenset(known) if len(known) == len(members) else None


def _stranger_help(text: str, field: Field) -> str:
    strangers = [word for word in _MEMBERS.findall(text) if choice_text(word, field) is None]
    return (
        f"没有 `{short(strangers[0])}` 这一项，{did_you_mean(strangers[0], field.choices)}"
        if strangers
        else ""
    )


def _member(item: Node, field: Field, problems: Problems) -> str | None:
    if isinstance(item, Scalar):
        return _choice(item, field, problems)
    problems.error("PE110", f"`{field.name}` 的每一项应为一个词", item.span, _form(field))
    return None


_SCALARS = {
    FieldType.BOOLEAN: _boolean,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.TEXT: _text,
}


def _number_help(text: str, field: Field) -> str:
    if re.fullmatch(r"-?0[0-9]+(\.[0-9]+)?", text):
        return "去掉前面的 0；若是编号，应填在文字栏"
    if ":" in text:
        return "这里填数字，不填时间"
    plain = respell(text, field)
    if plain is not None:
        return f"写 {plain}" + (f"，单位是{field.unit}" if field.unit else "")
    if re.search(r"[0-9][,，][0-9]", text):
        return f"分不清逗号是小数点还是千分位；小数点写 `.`，千分位去掉。{_form(field)}"
    return blank_help(text) or _form(field)


def blank_help(text: str) -> str:
    """Say what to do where a mark or a word stands for nothing known; empty where none does."""
    word = text.strip()
    glued = _GLUED_COMMENT.fullmatch(word)
    if glued is not None:
        return f"`#` 前面加一个空格才是注释：`{short(glued[1])} #{short(glued[2])}`"
    reason = word if word.isalpha() else "原因"
    return f"没有填的空着；说不清的写 {{unknown: {reason}}}" if _NOTHING.fullmatch(word) else ""


def _form(field: Field) -> str:
    match field.type:
        case FieldType.BOOLEAN:
            return "写 true 或 false"
        case FieldType.NUMBER:
            return _range(field)
        case FieldType.DATE:
            return "写成 2026-01-15"
        case FieldType.CHOICE | FieldType.LIST:
            return did_you_mean("", field.choices)
        case FieldType.TEXT:
            return "写成一个词或一句话"


def _range(field: Field) -> str:
    low = number_words(field.minimum, field.scale) if field.minimum is not None else ""
    high = number_words(field.maximum, field.scale) if field.maximum is not None else ""
    unit = f"，单位是{field.unit}" if field.unit else ""
    places = f"，最多 {field.scale} 位小数" if field.scale else "，整数"
    if low and high:
        return f"填 {low} 到 {high} 的数字{places}{unit}"
    return f"填数字{places}{unit}"
