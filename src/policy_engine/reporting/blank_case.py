"""A blank case of one subject, annotated so that an official can fill it in."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.model.values import number_words
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Subject

_GROUPS = (
    ((Role.ELEMENT,), "必须说明的事实"),
    ((Role.PLAN,), "方案，可以调整"),
    ((Role.EVENT,), "到相应阶段才有的事实"),
    ((Role.FLAG,), "特殊情形，没有的可以不填，另作申报声明"),
    ((Role.CONCLUSION,), "需要有人作出判断的事项"),
    ((Role.DERIVED,), "由程序推算，可以不填"),
    ((Role.NOTE,), "只作记录"),
)


def blank_case(subject: Subject) -> str:
    """Write a blank case as YAML. Blank values are facts not stated."""
    return "\n".join(_lines(subject)) + "\n"


def _lines(subject: Subject) -> Iterator[str]:
    yield "# yaml-language-server: $schema=schemas/case.schema.json"
    yield f"# {subject.name}：{subject.description}"
    yield "# 是非写 true 或 false；不清楚的写 {unknown: 原因}；注明来源的写 {value: 值, source: 附件2}；空着就是没有填。"
    yield "name:            # 事项名称"
    yield "as_of:           # 基准日，例如 2026-01-15；空着按今天"
    yield "jurisdiction:    # 地区，例如 浙江省湖州市；空着按全国"
    yield f"phase:           # {'、'.join(p.value for p in Phase)}；空着按立项"
    yield "# declaration: {no_other_circumstances: true, by: 姓名}   # 确认没有其他情形的，去掉行首的 # 并署名"
    yield f"{subject.name}:"
    for roles, title in _GROUPS:
        fields = [field for field in subject.fields.values() if field.role in roles]
        if fields:
            yield ""
            yield f"  # —— {title} ——"
        for field in fields:
            yield f"  # {_help(field)}"
            yield f"  {field.name}:"


def _help(field: Field) -> str:
    parts = [field.description.replace("\n", " ") or field.title]
    match field.type:
        case FieldType.BOOLEAN:
            parts.append("true 或 false")
        case FieldType.CHOICE:
            parts.append("可选：" + "、".join(field.choices))
        case FieldType.LIST:
            parts.append("列表，可选：" + "、".join(field.choices))
        case FieldType.DATE:
            parts.append("日期 2026-01-15" + ("，没有发生写 未发生" if field.role is Role.EVENT else ""))
        case FieldType.NUMBER:
            low = number_words(field.minimum, field.scale) if field.minimum is not None else ""
            parts.append(
                "数字" + (f"，单位{field.unit}" if field.unit else "") + (f"，不小于{low}" if low else "")
            )
        case FieldType.TEXT:
            parts.append("文字")
    if field.supplier:
        parts.append(f"由{field.supplier}提供")
    return "；".join(parts)
