"""A blank case of one subject, annotated so that an official can fill it in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from wcwidth import wcwidth

from policy_engine.foundation.text import json_text, one_line
from policy_engine.model.values import number_words
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Subject

_WIDTH = 96
# A line of a comment ends after a mark of punctuation, so that no choice is torn apart.
_PHRASES = re.compile(r"[^、，；。]*[、，；。]|[^、，；。]+")
_PLAIN_KEY = re.compile(r"[^\W\d][\w（）、·-]*")
_ROLES = (
    (Role.ELEMENT, "必须说明的事实"),
    (Role.PLAN, "方案，可以调整"),
    (Role.EVENT, "到相应阶段才有的事实"),
    (Role.FLAG, "特殊情形；没有的空着，并作申报声明"),
    (Role.CONCLUSION, "需要有人作出判断的事项；没有迹象的空着，并作申报声明"),
    (Role.NOTE, "只作记录，不参与判断"),
)
DECLARATION = """
# 确认除填报的以外没有其他情形的，去掉下一行开头的“# ”，并署名：
# declaration: {no_other_circumstances: true, by: 经办人姓名}
"""


def blank_case(subject: Subject, schema: str, *, everything: bool = True) -> str:
    """Write a blank case as YAML; blank values are facts not stated. `schema` is where editors find the schema, "" for nowhere.

    Without `everything`, only what an ordinary case needs, and a word on where the rest is; a subject none of whose
    fields is marked as such is written whole.
    """
    return "\n".join(_lines(subject, schema, everything=everything)) + "\n"


def blank_form(form: Subject, schema: str) -> str:
    """Write a blank form that stands by itself, without the head of a case."""
    lines = [*schema_line(schema), *comment(f"{form.name}：{form.description}", "")]
    for field in form.fields.values():
        lines += [
            "",
            *comment(_about(field), ""),
            *comment(f"  填：{form_words(field)}", ""),
            f"{key_words(field.name)}:",
        ]
    return "\n".join(lines) + "\n"


def schema_line(schema: str) -> Iterator[str]:
    """Name the schema for editors, where it lies beneath."""
    if schema:
        yield one_line(f"# yaml-language-server: $schema={schema}")


def _lines(subject: Subject, schema: str, *, everything: bool) -> Iterator[str]:
    yield from schema_line(schema)
    yield from comment(f"{subject.name}：{subject.description}", "")
    yield "# 怎么填："
    yield "#   是非写 true 或 false（是、否也认）；说不清的写 {unknown: 原因}；要注明出处的写 {value: 值, source: 附件2}"
    yield "#   空着就是没有填，不等于“没有”；冒号和括号用半角，冒号后面空一格"
    yield ""
    yield "name:            # 事项名称"
    yield "as_of:           # 基准日，例如 2026-01-15；空着按今天"
    yield "jurisdiction:    # 地区，例如 浙江省湖州市；空着按全国，不检查地方规定"
    if subject.has_phases:
        yield f"phase:           # {'、'.join(p.value for p in Phase)}；空着按立项"
    yield from DECLARATION.rstrip("\n").splitlines()
    yield ""
    yield f"{key_words(subject.name)}:"
    asked = asked_fields(subject)
    is_short = not everything and any(field.first for field in asked)
    shown = [field for field in asked if field.first] if is_short else asked
    for title, fields in _grouped(subject, shown):
        yield from _heading(title, is_short=is_short)
        for field in fields:
            yield from _short(field) if is_short else _full(field)
    if is_short:
        yield from _rest(subject, asked)
    else:
        derived = [field.name for field in subject.fields.values() if not _is_asked(field)]
        if derived:
            yield from ("", *comment(f"由程序推算，不用填：{'、'.join(derived)}", "  "))


def asked_fields(subject: Subject) -> list[Field]:
    """Give the fields that people fill in, in the order of the form."""
    return [field for field in subject.fields.values() if _is_asked(field)]


def _is_asked(field: Field) -> bool:
    return field.role is not Role.DERIVED and not _is_of_day(field)


def _grouped(subject: Subject, fields: Sequence[Field]) -> Iterator[tuple[str, list[Field]]]:
    """Put fields under their headings, in the order of the form; by role where schemas name no groups."""
    for title in dict.fromkeys(field.group for field in fields):
        of_group = [field for field in fields if field.group == title]
        if title:
            yield "：".join(filter(None, (title, subject.groups.get(title, "")))), of_group
            continue
        for role, heading in _ROLES:
            of_role = [field for field in of_group if field.role is role]
            if of_role:
                yield heading, of_role


def _heading(title: str, *, is_short: bool) -> Iterator[str]:
    if not is_short:
        yield ""
    yield one_line(f"  # ———— {title} ————")


def _full(field: Field) -> Iterator[str]:
    yield from ("", *comment(_about(field), "  "), *comment(f"  填：{form_words(field)}", "  "))
    yield f"  {key_words(field.name)}:"


def _short(field: Field) -> Iterator[str]:
    """Write a field in two lines where its choices and its help are short."""
    about = field.description.replace("\n", " ") or field.title
    if field.type in (FieldType.CHOICE, FieldType.LIST):
        yield from comment(f"{about}；填：{form_words(field)}", "  ")
        yield f"  {key_words(field.name)}:"
        return
    yield from comment(about, "  ")
    yield one_line(f"  {key_words(field.name)}:    # {form_words(field)}")


def _rest(subject: Subject, asked: Sequence[Field]) -> Iterator[str]:
    """Say what a short form leaves out, by group, and how to see it."""
    left = Counter(field.group for field in asked if not field.first)
    words = "、".join(f"{title} {count} 项" for title, count in left.items())
    yield ""
    yield from comment(f"有下列情形的加上相应的栏目，没有的不用写：{words}", "  ")
    yield from comment(f"全部 {len(asked)} 项的说明和填法：policy-engine new {subject.name} --all", "  ")


def _is_of_day(field: Field) -> bool:
    return any(implied.part is not None for implied in field.implied)


def key_words(name: str) -> str:
    """Write a key as YAML takes it for one word."""
    return name if _PLAIN_KEY.fullmatch(name) else json_text(name)


def _about(field: Field) -> str:
    about = field.description.replace("\n", " ") or field.title
    return about + (f"（由{field.supplier}提供）" if field.supplier else "")


def form_words(field: Field) -> str:
    """Say how a field is filled in."""
    match field.type:
        case FieldType.BOOLEAN:
            return "true 或 false"
        case FieldType.CHOICE:
            return "、".join(field.choices) + " 之一"
        case FieldType.LIST:
            sample = ", ".join(field.choices[:2])
            return f"列表，如 [{sample}]，没有写 []；可选{'、'.join(field.choices)}"
        case FieldType.DATE:
            return "日期，如 2026-01-15" + ("；还没有发生写 未发生" if field.role is Role.EVENT else "")
        case FieldType.NUMBER:
            places = f"最多 {field.scale} 位小数" if field.scale else "整数"
            unit = f"，单位{field.unit}" if field.unit else ""
            return f"数字{unit}，{places}{_least(field)}"
        case FieldType.TEXT:
            return "文字"


def _least(field: Field) -> str:
    # That a count is not below zero needs no saying.
    return f"，不小于 {number_words(field.minimum, field.scale)}" if field.minimum else ""


def comment(text: str, indent: str) -> Iterator[str]:
    """Write a comment, broken after marks of punctuation."""
    mark, text = f"{indent}# ", one_line(text)
    room, line = _WIDTH - len(mark), ""
    for phrase in _PHRASES.findall(text):
        if line.strip() and _width(line + phrase) > room:
            yield (mark + line).rstrip()
            line = "    "
        line += phrase
    yield mark + line


def _width(text: str) -> int:
    return sum(max(0, wcwidth(character)) for character in text)
