"""Heads of columns: which field each means, in which unit. Close ones are offered, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.ledger.lines import Line, refuse
from policy_engine.loading.numerals import quantity, units_beside
from policy_engine.loading.tables import head_word
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Field, FieldType, Subject
from policy_engine.reporting.words import field_words

# Not to be read, said in a mapping.
UNUSED: Final = "不用"
# What a case says beside its facts: its key, and what people call it at the head of a column.
HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("名称", "项目名称", "事项", "项目"),
    "as_of": ("基准日", "审查基准日"),
    "jurisdiction": ("地区", "所属地区", "行政区划"),
    "phase": ("阶段", "所处阶段"),
    "declaration": ("申报声明人", "声明人"),
}
# A title, a unit and a note may stand above the head.
_MOST_ABOVE = 10
_UNIT = re.compile(r"[(（\[【_/]?(?:单位[:：])?([^()（）\[\]【】_/:：]{1,3})[)）\]】]?$")
_UNIT_NOTE = re.compile(r"(?:金额)?单位[:：]\s*(?:人民币)?(万元|元)")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table. `key`: a field, an old name of one, or a key of `HEADS`; "" where it is not read.

    `unit`: what a plain number in it counts, "" where that is the field's own; `is_unclear`: nobody said which of the
    field's units that is, so only numbers that carry their unit can be read. `is_shared`: an old name of a field, at the
    head also of what is looked for in the whole list, so that each cell tells which of the two it is.
    """

    at: int
    head: str
    key: str = ""
    unit: str = ""
    is_head: bool = False
    is_unclear: bool = False
    is_shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The head of a table. `line`: the number of the line it stands on, 0 where the file names its columns itself."""

    line: int
    columns: tuple[Column, ...]
    remarks: tuple[str, ...]

    @property
    def read(self) -> tuple[Column, ...]:
        """Give the columns that are read."""
        return tuple(column for column in self.columns if column.key)

    def column_of(self, head: str) -> Column | None:
        """Find a column by what stands at its head."""
        return next((c for c in self.columns if c.head and head_word(c.head) == head_word(head)), None)


@dataclass(frozen=True, slots=True)
class Heads:
    """What heads may mean in tables of one subject. `mapping`: what was said of them beforehand.

    `beside`: heads that are read otherwise than as facts of a row.
    """

    subject: Subject
    mapping: Mapping[str, str]
    _words: Mapping[str, tuple[str, bool]]
    beside: frozenset[str] = frozenset()

    @classmethod
    def of(cls, subject: Subject, mapping: Mapping[str, str] | None = None) -> Heads:
        """Collect the words of a subject."""
        said = {head_word(head): key for head, key in (mapping or {}).items()}
        return cls(subject, said, dict(_words(subject)))

    def knows(self, cells: Iterable[str]) -> int:
        """Count the columns of a line whose heads are known."""
        return sum(bool(self._key(cell)[0]) or head_word(cell) in self.mapping for cell in cells if cell)

    def column(self, at: int, head: str, noted: str = "") -> Column:
        """Say what a head means. `noted`: the unit of money that stands above the table."""
        said = self.mapping.get(head_word(head))
        if said is not None and head_word(said) == UNUSED:
            return Column(at=at, head=head)
        key, unit, is_head = self._key(said or head)
        if is_head or not key:
            return Column(at=at, head=head, key=key, is_head=is_head)
        field = self.subject.fields.get(key)
        if field is None:
            return Column(at=at, head=head, key=key, is_shared=head_word(head) in self.beside)
        if field.type is not FieldType.NUMBER:
            return Column(at=at, head=head, key=key)
        beside = units_beside(field.unit)
        if not unit and field.unit and beside:
            # A field's own name says its unit; its label without one doesn't.
            own = head_word(said or head) in (head_word(field.name), head_word(field.title))
            is_told = own and (field.unit in field.name or field.unit in field.title)
            unit = "" if is_told else noted if noted in beside or noted == field.unit else "?"
        if unit == "?":
            return Column(at=at, head=head, key=key, is_unclear=True)
        return Column(at=at, head=head, key=key, unit="" if unit == field.unit else unit)

    def _key(self, head: str) -> tuple[str, str, bool]:
        word = head_word(head)
        if word in self._words:
            key, is_head = self._words[word]
            return key, "", is_head
        found = _UNIT.search(head.strip())
        if found is None or not found.start():
            return "", "", False
        stem, unit = head_word(head[: found.start()]), head_word(found[1])
        key, is_head = self._words.get(stem, ("", False))
        field = self.subject.fields.get(key)
        if is_head or field is None or field.type is not FieldType.NUMBER:
            return "", "", False
        return (
            (key, unit, False) if unit == field.unit or unit in units_beside(field.unit) else ("", "", False)
        )

    def close(self, head: str) -> str:
        """Offer the fields that a head is close to; empty where there are none."""
        words = [field_words(field) for field in self.subject.fields.values()]
        bare = head_word(_ASIDE.sub("", head))
        offered = did_you_mean(bare, words) if bare else ""
        return offered if offered.startswith("是否") else ""


def _words(subject: Subject) -> Iterator[tuple[str, tuple[str, bool]]]:
    # The later prevails: a field's own name over what a case calls its head, that over an old name.
    for field in subject.fields.values():
        yield from ((head_word(old), (old, False)) for old in field.formerly)
    for key, words in HEADS.items():
        yield from ((head_word(word), (key, True)) for word in (key, *words))
    labels = [(_stem(field), field) for field in subject.fields.values()]
    once = {label for label, _ in labels if sum(label == other for other, _ in labels) == 1}
    yield from ((label, (field.name, False)) for label, field in labels if label in once)
    for field in subject.fields.values():
        yield head_word(field.title), (field.name, False)
        yield head_word(field.name), (field.name, False)


def _stem(field: Field) -> str:
    return head_word(field_words(field))


def find_heading(path: str, lines: Iterator[Line], heads: Heads, *, is_to_map: bool = False) -> Heading:
    """Find the head among the first lines of a table. Raises `DiagnosticsError` where there is none, or two.

    `is_to_map`: what its heads mean is still to be said, so that the first line with the most cells is taken for one.
    """
    above: list[Line] = []
    for line in lines:
        if heads.knows(line.cells) >= min(2, max(len([c for c in line.cells if c]), 1)):
            under = next(lines, None)
            if under is not None and heads.knows(under.cells) >= 2:
                hint = "表头写成一行：每列一个名称，不合并单元格"
                refuse(path, f"第 {line.number}、{under.number} 行都像表头", hint)
            return _heading(path, line.number, line.cells, heads, above)
        above.append(line)
        if len(above) >= _MOST_ABOVE:
            break
    if is_to_map and above:
        widest = max(above, key=lambda line: len([cell for cell in line.cells if cell]))
        return _heading(path, widest.number, widest.cells, heads, above)
    _refuse_headless(path, above, heads)
    raise AssertionError


def named_heading(path: str, names: Sequence[str], heads: Heads, *, is_to_map: bool = False) -> Heading:
    """Say what the columns mean of a file that names them itself. Raises `DiagnosticsError` where none is known."""
    if not heads.knows(names) and not is_to_map:
        _refuse_headless(path, [Line(number=1, cells=tuple(names))], heads)
    return _heading(path, 0, names, heads, [])


def _refuse_headless(path: str, above: list[Line], heads: Heads) -> None:
    widest = max(above, key=lambda line: len(line.cells), default=None)
    shown = "、".join(f"“{cell}”" for cell in (widest.cells if widest else ())[:6] if cell)
    near = [offer for cell in (widest.cells if widest else ()) if cell and (offer := heads.close(cell))]
    hint = f"表头写字段的名称，例如 {'、'.join(f.name for f in _usual(heads.subject))}；" + (
        f"{near[0]}；" if near else ""
    )
    message = f"前 {len(above)} 行里没有“{heads.subject.name}”的表头" + (f"：{shown}" if shown else "")
    refuse(path, message, hint + "或者写 --subject、--map", "PE532")


def _usual(subject: Subject) -> list[Field]:
    return [field for field in subject.fields.values() if field.first][:4] or list(subject.fields.values())[
        :4
    ]


def _heading(path: str, line: int, names: Sequence[str], heads: Heads, above: list[Line]) -> Heading:
    text = " ".join(cell for one in above for cell in one.cells)
    noted = found[1] if (found := _UNIT_NOTE.search(text)) else ""
    columns = tuple(heads.column(at, head, noted) for at, head in enumerate(names))
    _refuse_twice(path, columns)
    return Heading(line=line, columns=columns, remarks=tuple(_remarks(columns, heads, noted)))


def _refuse_twice(path: str, columns: tuple[Column, ...]) -> None:
    by_key: dict[tuple[str, bool], list[Column]] = {}
    for column in columns:
        if column.key:
            by_key.setdefault((column.key, column.is_head), []).append(column)
    found = [
        Diagnostic(
            code="PE532",
            message=f"{'、'.join(f'“{c.head}”' for c in same)} 都是 `{key}`，不知道以哪一列为准",
            span=file_span(path),
            help=f"只留一列，或者在 --map 文件里把别的写成 {UNUSED}",
        )
        for (key, _), same in by_key.items()
        if len(same) > 1
    ]
    if found:
        raise DiagnosticsError(found)


def _remarks(columns: tuple[Column, ...], heads: Heads, noted: str) -> Iterator[str]:
    for column in columns:
        field = heads.subject.fields.get(column.key)
        if column.unit and field is not None:
            yield f"“{column.head}”按{column.unit}读，换算成{field.unit}" + (
                "（表头上方写明）" if noted == column.unit and noted not in column.head else ""
            )
            yield from _coarse(column, field)
        if column.is_unclear and field is not None:
            units = "、".join(
                f"{column.head}（{unit}）" for unit in (field.unit, *units_beside(field.unit)[:2])
            )
            yield f"“{column.head}”没有写单位，没有单位的数不读；表头写成 {units}"
    unread = [c for c in columns if c.head and not c.key and head_word(c.head) not in heads.mapping]
    unread = [c for c in unread if head_word(_ASIDE.sub("", c.head)) not in heads.beside]
    for column in unread:
        if offer := heads.close(column.head):
            yield f"“{column.head}”没有读：没有这个字段，{offer}是的话改表头，或者写 --map"
    rest = [f"“{c.head}”" for c in unread if not heads.close(c.head)]
    if rest:
        yield f"没有读的列：{'、'.join(rest[:12])}" + (f" 等 {len(rest)} 列" if len(rest) > 12 else "")


def _coarse(column: Column, field: Field) -> Iterator[str]:
    """Say that a field can't hold every number of a column, and how to write those: nobody rounds them here."""
    one = quantity(f"1{field.unit}", column.unit)
    step = one / 10**field.scale if one is not None else None
    if step is not None and step > 1:
        places = f"{field.scale} 位小数" if field.scale else "整数"
        yield (
            f"“{column.head}”：`{field.name}` 只记到{places}，{column.unit}数不是 {step} 的整数倍的那一行不审，也不替人取舍；"
            f"照原来的文件取到 {step} {column.unit}，或者改写成{field.unit}"
        )


def subject_of(names: Sequence[Sequence[str]], rule_set: RuleSet, sheet: str = "") -> Subject | None:
    """Find the one subject that most columns of some lines belong to; `None` where it isn't clear.

    Of several, it is the one after which the sheet is named.
    """
    subjects = rule_set.vocabulary.subjects.values()
    counted = sorted(
        ((max((Heads.of(s).knows(cells) for cells in names), default=0), s.name) for s in subjects),
        reverse=True,
    )
    if any(name == sheet and knows and knows == counted[0][0] for knows, name in counted):
        return rule_set.vocabulary.subjects[sheet]
    is_clear = bool(counted) and counted[0][0] > 0 and (len(counted) == 1 or counted[0][0] > counted[1][0])
    return rule_set.vocabulary.subjects[counted[0][1]] if is_clear else None
