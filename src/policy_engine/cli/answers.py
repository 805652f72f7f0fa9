"""Answers as people type them at a question: numbers of choices, words, values; or that it isn't known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_engine.model.vocabulary import Field, FieldType, Role

_TRUTHS = ("是", "否")
# Between the numbers of several choices.
_BETWEEN = re.compile(r"[\s,，、;；]+")
_NOT_KNOWN = re.compile(r"(?:不清楚|不知道|说不清|不明|待核|\?|？)[\s:：,，]*(?P<reason>.*)", re.DOTALL)
_NONE = ("0", "无", "没有", "都没有")
_NEGATIVE, _POSITIVE = ("n", "no", "没有", "不是"), ("y", "yes", "有", "对")


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer that it isn't known, and why; "" where nobody says."""

    reason: str


def answer_hint(field: Field) -> str:
    """Say how a field is answered."""
    match field.type:
        case FieldType.BOOLEAN:
            return numbered(_TRUTHS)
        case FieldType.CHOICE:
            return numbered(field.choices) if field.choices else "写文字"
        case FieldType.LIST:
            return f"{numbered(field.choices)}　可写几个序号，如 1 2；都没有写 0"
        case FieldType.NUMBER:
            return f"写数，单位{field.unit}" if field.unit else "写数"
        case FieldType.DATE:
            told = "，还没有发生写 未发生" if field.role is Role.EVENT else ""
            return f"写日期，如 2026-01-15{told}"
        case FieldType.TEXT:
            return "写文字"


def read_answer(field: Field, typed: str) -> object | Unknown:
    """Read what was typed: what a case would have there, not yet checked; `Unknown` where it isn't known."""
    typed = typed.strip()
    if field.type is not FieldType.TEXT and (found := _NOT_KNOWN.fullmatch(typed)):
        return Unknown(found["reason"].strip())
    match field.type:
        case FieldType.BOOLEAN:
            plain = typed.lower()
            if plain in _NEGATIVE or plain in _POSITIVE:
                return plain in _POSITIVE
            return chosen(typed, _TRUTHS)
        case FieldType.CHOICE:
            return chosen(typed, field.choices)
        case FieldType.LIST:
            if typed in _NONE:
                return []
            return [chosen(part, field.choices) for part in _BETWEEN.split(typed) if part]
        case FieldType.NUMBER | FieldType.DATE | FieldType.TEXT:
            return typed


def chosen(typed: str, choices: tuple[str, ...]) -> str:
    """Give the choice that a number names; anything else as it is, so that reading it tells what is wrong."""
    if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(choices) and typed not in choices:
        return choices[int(typed) - 1]
    return typed


def numbered(choices: tuple[str, ...]) -> str:
    """List choices, each after its number."""
    return "　".join(f"{number} {choice}" for number, choice in enumerate(choices, start=1))
