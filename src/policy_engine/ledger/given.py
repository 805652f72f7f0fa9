"""A line of a table as a case: what each cell says under the field of its column, nothing added."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import Span
from policy_engine.ledger.heads import Column, Heading
from policy_engine.ledger.lines import Line
from policy_engine.loading.cases import CaseDefaults, load_given
from policy_engine.loading.numerals import half_width, quantity
from policy_engine.loading.spellings import day_text
from policy_engine.model.calendar import day_number, iso
from policy_engine.model.cases import Case
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Field, FieldType, Subject
from policy_engine.usecases.screening import SUBJECTS

# At the head of a row that shows how a blank list is filled in.
EXAMPLE: Final = "【示例】"
# So many days later a workbook begins that counts from 1904; days that are counted have so many digits.
_FROM_1904: Final = 1462
_SERIAL_LENGTH: Final = 5
_TOTALS = ("合计", "总计", "小计", "累计")
_PLAIN = re.compile(r"-?[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?")
_NOT_TOLD = re.compile(r"[-—－/\\／]+|N/?A|n/?a")


def is_not_told(text: str) -> bool:
    """Tell whether a mark stands where nothing is told: -, /, N/A."""
    return _NOT_TOLD.fullmatch(text) is not None


def doubtful_unit(line: Line, column: Column, field: Field) -> str:
    """Give the unit of a column where the format of a cell says that it is another one, in yuan; "" elsewhere.

    Whole columns in 万元 are set in the format for accounts: nobody knows which of the two is meant.
    """
    unit = column.unit or field.unit
    return unit if column.at in line.marked and unit != "元" and not column.is_unclear else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the lines of one table are read: columns and all that was said of them for the whole table.

    `texts`: the columns whose words are read beside those of the fields that describe a matter. `is_1904`: see `Table`.
    """

    path: str
    rule_set: RuleSet
    subject: Subject
    heading: Heading
    defaults: CaseDefaults
    as_of: Column | None = None
    jurisdiction: Column | None = None
    texts: tuple[Column, ...] = ()
    is_1904: bool = False

    def day(self, line: Line, at: int) -> str:
        """Give a cell that is to be a day, as text that says the same however its workbook counts days."""
        text = line.cell(at)
        if not self.is_1904 or at not in line.numbers:
            return text
        plain = day_text(text)
        as_1900 = day_number(plain) if plain is not None else None
        # What is a day by its digits (20260302) is none that is counted.
        is_counted = as_1900 is not None and len(text) == _SERIAL_LENGTH
        return iso(as_1900 + _FROM_1904) if as_1900 is not None and is_counted else text

    def case(self, line: Line) -> Case:
        """Read one line. Raises `DiagnosticsError` with everything wrong in it, each at the line."""
        wrong = [self._wrong(line, message) for message in self._troubles(line)]
        if wrong:
            raise DiagnosticsError(wrong)
        data = self._data(line)
        try:
            case = load_given(data, self.rule_set, self._defaults(line))
        except DiagnosticsError as error:
            raise DiagnosticsError([self._told(d, line) for d in error.diagnostics]) from None
        return replace(case, span=self.span(line))

    def _told(self, found: Diagnostic, line: Line) -> Diagnostic:
        # In a list people write 是 and 否, whatever a case is to say.
        message = found.message.replace("true 或 false", "“是”或者“否”")
        return replace(found, message=message, span=self.span(line))

    def span(self, line: Line) -> Span:
        """Give the place of a line, as a page names it."""
        return Span(path=self.path, line=line.number - 1, column=0, end_line=line.number - 1, end_column=0)

    def _wrong(self, line: Line, message: str) -> Diagnostic:
        return Diagnostic(code="PE531", message=message, span=self.span(line), help="改正单元格以后再审")

    def is_unjudged(self, line: Line) -> bool:
        """Tell whether a line is no matter of its own: blank, a total, or the example of a blank list."""
        first = next((cell for cell in line.cells if cell), "")
        is_total = "".join(first.split()).rstrip(":：") in _TOTALS
        return line.is_blank or is_total or first.startswith(EXAMPLE)

    def _used(self) -> Iterator[Column]:
        yield from self.heading.read
        yield from (c for c in (self.as_of, self.jurisdiction, *self.texts) if c is not None)

    def _troubles(self, line: Line) -> Iterator[str]:
        if line.broken:
            yield line.broken
            return
        used = {column.at: column.head for column in self._used()}
        yield from (f"{used[at]}：{why}" for at, why in line.trouble.items() if at in used)
        for column in self.heading.read:
            field = self.subject.fields.get(column.key)
            if field is not None and (unit := doubtful_unit(line, column, field)):
                shown = f"单元格的格式带“{line.cell(column.at)[0]}”，表头按{unit}读"
                yield f"{column.head}：{shown}，看不出是元还是{unit}；改成常规格式"
        width = len(self.heading.columns)
        if any(line.cells[width:]):
            yield f"单元格比表头多：表头 {width} 列，这一行 {len(line.cells)} 列"

    def _defaults(self, line: Line) -> CaseDefaults:
        # A column that was named decides; a blank in it is told as any other.
        of_area = line.cell(self.jurisdiction.at) if self.jurisdiction else ""
        return replace(self.defaults, jurisdiction=of_area or self.defaults.jurisdiction)

    def _data(self, line: Line) -> dict[str, object]:
        head: dict[str, object] = {}
        facts: dict[str, object] = {}
        for column in self.heading.read:
            told = line.told.get(column.at)
            text = line.cell(column.at)
            if told is None and (not text or is_not_told(text)):
                continue
            if column.is_shared and told is None and self._is_of_the_list(text):
                continue
            if column.is_head:
                text = self.day(line, column.at) if column.key == "as_of" else text
                head[column.key] = told if told is not None else text
                continue
            field = self.subject.fields.get(column.key)
            if field is not None and field.type is FieldType.DATE:
                text = self.day(line, column.at)
            value = told if told is not None else self.value(text, column)
            if value is None:
                message = f"{column.head}：`{text}` 没有写单位；数字后面写上单位，或者写在表头里"
                raise DiagnosticsError([self._wrong(line, message)])
            facts[column.key] = value
        if self.as_of is not None and (day := self.day(line, self.as_of.at)):
            head["as_of"] = day
        if isinstance(by := head.pop("declaration", None), str):
            head["declaration"] = {"no_other_circumstances": True, "by": by}
        self._add_texts(line, facts)
        head.setdefault("name", self._name(facts))
        return {**head, self.subject.name: facts}

    def _is_of_the_list(self, text: str) -> bool:
        """Tell whether a cell under a shared head is the number that is looked at in the whole list.

        No old answer is a number.
        """
        return quantity(text, "万元") is not None

    def value(self, text: str, column: Column) -> str | None:
        """Write a cell with the unit of its column; `None` where nobody said which that is."""
        if not (column.unit or column.is_unclear):
            return text
        is_plain = _PLAIN.fullmatch("".join(half_width(text).split())) is not None
        if not is_plain and column.is_unclear:
            return text
        if (
            not is_plain
            and quantity(text, column.unit) is not None
            and not text.endswith(tuple("元年月日天人"))
        ):
            # 98万 under a head in 元.
            is_plain = True
        if not is_plain:
            return text
        return None if column.is_unclear else f"{text}{column.unit}"

    def _add_texts(self, line: Line, facts: dict[str, object]) -> None:
        field, _ = SUBJECTS.get(self.subject.name, ("", ""))
        told = [text for column in self.texts if (text := line.cell(column.at))]
        if field and told:
            own = facts.get(field)
            facts[field] = "\n".join(dict.fromkeys([*([own] if isinstance(own, str) else []), *told]))

    def _name(self, facts: dict[str, object]) -> str:
        named = (
            name
            for name, field in self.subject.fields.items()
            if field.type is FieldType.TEXT and name.endswith("名称")
        )
        return next((str(facts[name]) for name in named if isinstance(facts.get(name), str)), "")
