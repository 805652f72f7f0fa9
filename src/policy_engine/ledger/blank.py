"""A blank list of one subject: its columns as people fill them in, each with a head that `batch` reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from policy_engine.ledger.given import EXAMPLE
from policy_engine.ledger.heads import HEADS, Heads
from policy_engine.model.values import NOT_HAPPENED_WORD, number_words
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Subject
from policy_engine.reporting.blank_case import asked_fields, form_words
from policy_engine.reporting.words import field_words

YES_NO: Final = ("是", "否")
DAY: Final = "2026-01-15"
_OF_CASE: Final = "审查条件"
_HEAD_HELP: Final = {
    "name": "这一行审的是什么，例如项目、单位的名称",
    "as_of": "按哪一天的规定审；空着按审查那一天",
    "jurisdiction": "例如 浙江省湖州市；空着按全国，不检查地方规定",
    "phase": "事项办到哪一步；空着按立项",
    "declaration": "确认除填报的以外没有其他情形的，由经办人署名；空着就是没有声明",
}
_HEAD_TYPES: Final = {"as_of": FieldType.DATE, "phase": FieldType.CHOICE}
_NEEDS_SOURCE: Final = "须由有权的人认定并注明依据，清单里注明不了：有这种情形的，用 policy-engine ask 单独审"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankColumn:
    """One column. `key`: the field, or the key of `HEADS` where `field` is `None`; `choices`: all that may be answered.

    `fill`: how it is filled in; `sample`: what stands in the example row, a number as its plain decimal.
    """

    key: str
    head: str
    type: FieldType
    group: str
    help: str
    fill: str
    sample: str
    field: Field | None = None
    choices: tuple[str, ...] = ()
    supplier: str = ""
    question: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether more may be written than one of the choices: several of them, or the name of an item."""
        return self.type is FieldType.LIST or (self.field is not None and bool(self.field.items))

    @property
    def note(self) -> str:
        """Say all that is to be known where it is filled in."""
        lines = (
            f"〔{self.group}〕" if self.group else "",
            self.question,
            self.help if self.help.rstrip("。？") != self.question.rstrip("。？") else "",
            f"填：{self.fill}",
            f"由{self.supplier}提供" if self.supplier else "",
        )
        return "\n".join(line for line in lines if line)


def blank_columns(subject: Subject, *, everything: bool) -> tuple[BlankColumn, ...]:
    """Give the columns of a blank list: what a row is called first, then the fields, then what a case says beside them.

    Without `everything`, only the fields that the short form asks; all of them where that asks nothing but notes.
    """
    asked = asked_fields(subject)
    first = [field for field in asked if field.first]
    is_short = not everything and any(field.role is not Role.NOTE for field in first)
    shown = first if is_short else asked
    naming = next((f for f in shown if f.type is FieldType.TEXT and f.name.endswith("名称")), None)
    rest = [field for field in shown if field is not naming]
    heads = Heads.of(subject)
    named = _of_field(naming, heads) if naming else _of_case("name", heads)
    told = ["as_of", "jurisdiction", *(["phase"] if subject.has_phases else []), "declaration"]
    made = (named, *(_of_field(f, heads) for f in rest), *(_of_case(key, heads) for key in told))
    return tuple(column for column in made if column is not None)


def _of_field(field: Field, heads: Heads) -> BlankColumn | None:
    head = next(
        (head for head in _heads_of(field) if _means(heads, head, field.name, is_head=False)), field.name
    )
    is_named = field.type is FieldType.TEXT and field.name.endswith("名称")
    return BlankColumn(
        key=field.name,
        head=head,
        type=field.type,
        group=field.group,
        help=_about(field),
        fill=fill_words(field),
        sample=f"{EXAMPLE}某某（这一行不审，可以删去）" if is_named else _sample(field),
        field=field,
        choices=YES_NO if field.type is FieldType.BOOLEAN else field.choices,
        supplier=field.supplier,
        question=field.question,
    )


def _about(field: Field) -> str:
    about = field.description.replace("\n", " ") or field.title
    return f"{about.rstrip('。')}。{_NEEDS_SOURCE}" if field.needs_source else about


def _heads_of(field: Field) -> Iterator[str]:
    words = field_words(field)
    if field.unit:
        yield f"{words}（{field.unit}）"
    yield from (words, field.title)


def _means(heads: Heads, head: str, key: str, *, is_head: bool) -> bool:
    found = heads.column(0, head)
    return (found.key, found.is_head, found.unit, found.is_unclear) == (key, is_head, "", False)


def _of_case(key: str, heads: Heads) -> BlankColumn | None:
    head = next((word for word in HEADS[key] if _means(heads, word, key, is_head=True)), None)
    if head is None:
        # A field of the subject is called so in every way.
        return None
    type_ = _HEAD_TYPES.get(key, FieldType.TEXT)
    choices = tuple(phase.value for phase in Phase) if key == "phase" else ()
    samples = {
        "name": f"{EXAMPLE}某某（这一行不审，可以删去）",
        "as_of": DAY,
        "jurisdiction": "浙江省湖州市",
        "phase": choices[0] if choices else "",
        "declaration": "张三",
    }
    fills = {FieldType.DATE: f"日期，如 {DAY}", FieldType.CHOICE: "、".join(choices) + " 之一"}
    return BlankColumn(
        key=key,
        head=head,
        type=type_,
        group="" if key == "name" else _OF_CASE,
        help=_HEAD_HELP[key],
        fill=fills.get(type_, "文字"),
        sample=samples[key],
        choices=choices,
    )


def fill_words(field: Field) -> str:
    """Say how a field is filled in in a cell."""
    if field.type is FieldType.BOOLEAN:
        return "是或否；说不清的空着"
    if field.type is FieldType.LIST:
        return f"一项或者几项，用顿号隔开；可选{'、'.join(field.choices)}"
    return form_words(field)


def _sample(field: Field) -> str:
    match field.type:
        case FieldType.BOOLEAN:
            return YES_NO[0]
        case FieldType.CHOICE:
            return field.choices[0]
        case FieldType.LIST:
            return "、".join(field.choices[:2])
        case FieldType.DATE:
            return NOT_HAPPENED_WORD if field.role is Role.EVENT else DAY
        case FieldType.NUMBER:
            return number_words(field.minimum or 10**field.scale, field.scale)
        case FieldType.TEXT:
            return "按实际情况写"
