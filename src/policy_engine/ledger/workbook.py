"""Write a ledger as an Excel workbook that can be filtered and printed: the rows, their grounds, the totals with a chart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policy_engine.evaluation.groups import Found
from policy_engine.foundation.width import display_width
from policy_engine.ledger.counting import Counts
from policy_engine.ledger.deciding import Row, RowStatus
from policy_engine.ledger.heads import Heading
from policy_engine.ledger.lines import Line
from policy_engine.ledger.writing import Writer, added_cells, added_names, is_formula_like, padded, sound
from policy_engine.model.decisions import SETTLED, Verdict
from policy_engine.model.rules import RuleSet
from policy_engine.reporting.aggregates_page import heading as heading_of
from policy_engine.reporting.aggregates_page import remarks, table_heads, table_rows
from policy_engine.reporting.words import document_words, locator_words, reliance_words

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

# What a sheet can hold, its head among them.
MOST_ROWS: Final = 1_048_576
_MOST_TEXT = 32_000
_COLOURS: Mapping[str, tuple[str, str]] = {
    Verdict.PROHIBITED.value: ("#F8CBAD", "#C00000"),
    Verdict.CONFLICT.value: ("#E4D3F0", "#7030A0"),
    Verdict.NON_COMPLIANT.value: ("#FFE3B8", "#C65911"),
    Verdict.UNDETERMINED.value: ("#FFF6C9", "#BF9000"),
    Verdict.NOT_COVERED.value: ("#E3E3E3", "#7F7F7F"),
    Verdict.PERMITTED.value: ("#D5EBCB", "#548235"),
    SETTLED: ("#D9E7F5", "#2F75B5"),
}
_REFUSED = "填报有误"
# The columns of the totals; what was looked for in the whole list takes more of them.
_TOTALS = (14, 48, 20, 24, 24, 24, 30, 24, 24)
# Groups of one aggregate; of a list that is longer, the data (`--format json`) have all.
_MOST_GROUPS = 2_000
_ROW, _HIGHEST = 13.5, 400
_PLAIN = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True, "border": 1, "border_color": "#BFBFBF"}  # fmt: skip
_WIDTHS = {"结论": 11, "依据": 32, "需补充": 26, "疑似": 26, "填报有误": 20, "读法": 20}
_GROUNDS = (("行", 7), ("名称", 28), ("结论", 12), ("文件", 40), ("条款", 16), ("要求", 50), ("文本核对", 14))


@contextmanager
def workbook_writer(path: Path, heading: Heading, counts: Counts, rule_set: RuleSet) -> Iterator[Writer]:
    """Write three sheets: 清单, 依据, 汇总. Rows go to disk as they come."""
    import xlsxwriter  # noqa: PLC0415 - an extra, and only where it is wanted

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": str(path.parent)}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        rows = _Rows(book, heading, counts, rule_set)
        yield rows
        rows.finish()


@dataclass(slots=True)
class _Sheet:
    sheet: Worksheet
    row: int = 1
    widths: tuple[int, ...] = ()

    def begin(self, cells: Sequence[str]) -> None:
        """Make the next row as high as its longest cell needs: programs that print don't all do so by themselves."""
        longest = max(
            (_rows_of(text, width) for text, width in zip(cells, self.widths, strict=False)), default=1
        )
        self.sheet.set_row(self.row, min(_ROW * longest + 2, _HIGHEST))


class _Rows:
    def __init__(self, book: Workbook, heading: Heading, counts: Counts, rule_set: RuleSet) -> None:
        self.book, self.heading, self.counts, self.rule_set = book, heading, counts, rule_set
        self.width = len(heading.columns)
        self.plain = book.add_format(_PLAIN)
        self.quoted = book.add_format({**_PLAIN, "quote_prefix": True})
        self.head = book.add_format({**_PLAIN, "bold": True, "bg_color": "#D9E2EC", "valign": "vcenter"})
        self.coloured = {
            label: book.add_format({**_PLAIN, "bg_color": fill}) for label, (fill, _) in _COLOURS.items()
        }
        self.titled = book.add_format({"font_name": "宋体", "font_size": 10, "bold": True})
        self.bare = book.add_format({"font_name": "宋体", "font_size": 10})
        self.refused = book.add_format({**_PLAIN, "font_color": "#C00000"})
        own = [(column.head, _width(column.head)) for column in heading.columns]
        added = [(name, _WIDTHS.get(name.removeprefix("审查"), 24)) for name in added_names(heading)]
        self.list = self._sheet("清单", [*own, *added])
        self.grounds = self._sheet("依据", _GROUNDS)

    def write(self, line: Line, row: Row) -> None:
        """Write one row, and its grounds."""
        put = self.list
        own, added = padded(line, self.width), added_cells(row, self.counts)
        put.begin([*own, *added])
        for at, text in enumerate(own):
            if at in line.numbers and _is_exact(text):
                put.sheet.write_number(put.row, at, float(text), self.plain)
            else:
                self._text(put, at, text)
        for at, text in enumerate(added, start=self.width):
            self._text(put, at, text, self._format(at - self.width, row))
        put.row += 1
        for name in row.answer.grounds if row.answer else ():
            if self.grounds.row < MOST_ROWS:
                self._ground(row, name)

    def finish(self) -> None:
        """Set filters, and write the totals."""
        for one, width in ((self.list, self.width + len(_WIDTHS)), (self.grounds, len(_GROUNDS))):
            one.sheet.autofilter(0, 0, max(one.row - 1, 1), width - 1)
            one.sheet.print_area(0, 0, max(one.row - 1, 1), width - 1)
        self._totals()

    def _format(self, at: int, row: Row) -> Format:
        if at == 0 and row.answer is not None:
            return self.coloured.get(row.answer.label, self.plain)
        return self.refused if row.status is RowStatus.REFUSED else self.plain

    def _ground(self, row: Row, name: str) -> None:
        rule = self.counts.rules[name]
        document = rule.citation.document
        assert row.answer is not None
        cells = (
            str(row.number),
            row.name,
            row.answer.label,
            document_words(document),
            locator_words(rule.citation),
            rule.title,
            reliance_words(rule.citation) or "已核对",
        )
        self.grounds.begin(cells)
        for at, text in enumerate(cells):
            self._text(self.grounds, at, text)
        self.grounds.row += 1

    def _text(self, put: _Sheet, at: int, text: str, format_: Format | None = None) -> None:
        chosen = format_ or (self.quoted if is_formula_like(text) else self.plain)
        text = sound(text)
        shown = text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + "…（太长，未写全）"
        put.sheet.write_string(put.row, at, shown, chosen)

    def _sheet(self, name: str, columns: Sequence[tuple[str, int]]) -> _Sheet:
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        # A3: a list is as wide as its columns and six more.
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        for at, (_, width) in enumerate(columns):
            sheet.set_column(at, at, width)
        for at, (head, _) in enumerate(columns):
            sheet.write_string(0, at, sound(head), self.quoted if is_formula_like(head) else self.head)
        return _Sheet(sheet, widths=tuple(width for _, width in columns))

    def _totals(self) -> None:
        sheet = self.book.add_worksheet("汇总")
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_landscape()
        for at, width in enumerate(_TOTALS):
            sheet.set_column(at, at, width)
        told = _Sheet(sheet, 0, _TOTALS)
        self._line(told, ("结论", "", "行数"), self.head)
        first = told.row
        shown = {**self.counts.by_verdict, _REFUSED: self.counts.statuses[RowStatus.REFUSED]}
        for label, count in shown.items():
            if count:
                self._line(told, (label, "", count), self.coloured.get(label, self.refused))
        last = told.row - 1
        unjudged = self.counts.statuses[RowStatus.UNJUDGED]
        self._line(told, ("不审", "空行、合计行或者示例行", unjudged), self.plain)
        self._line(told, ("合计", "", self.counts.total), self.head)
        self._line(told, ("疑似", "文字里写到，待人确认，不计入结论", self.counts.suspected), self.plain)
        told.row += 1
        self._line(told, ("结论", "依据", "行数"), self.head)
        for (label, words), count in self.counts.articles.most_common():
            self._line(told, (label, words, count), self.plain)
        for found in self.counts.aggregates:
            self._aggregate(told, found)
        if last >= first:
            self._chart(sheet, first, last, [label for label, count in shown.items() if count], told.row + 1)

    def _aggregate(self, put: _Sheet, found: Found) -> None:
        put.row += 1
        # Beyond its cell, so that a long one is not cut.
        self._text(put, 0, heading_of(found.aggregate), self.titled)
        put.row += 1
        self._line(put, table_heads(found.aggregate), self.head)
        rows = list(table_rows(found))
        for cells in rows[:_MOST_GROUPS]:
            put.begin(cells)
            for at, text in enumerate(cells):
                self._text(put, at, text)
            put.row += 1
        if not rows:
            self._line(put, (f"没有查出（看了 {found.looked_at} 组）",), self.plain)
        left = [f"另有 {len(rows) - _MOST_GROUPS} 组，没有列出"] if len(rows) > _MOST_GROUPS else []
        for text in (*left, *remarks(found), found.aggregate.advice, found.aggregate.note):
            if text:
                self._text(put, 0, text, self.bare)
                put.row += 1

    def _line(self, put: _Sheet, cells: tuple[str | int, ...], format_: Format) -> None:
        for at, value in enumerate(cells):
            if isinstance(value, int):
                put.sheet.write_number(put.row, at, value, format_)
            else:
                put.sheet.write_string(put.row, at, sound(value), format_)
        put.row += 1

    def _chart(self, sheet: Worksheet, first: int, last: int, labels: list[str], at: int) -> None:
        chart = self.book.add_chart({"type": "bar"})
        assert chart is not None
        chart.add_series(
            {
                "categories": ["汇总", first, 0, last, 0],
                "values": ["汇总", first, 2, last, 2],
                "points": [{"fill": {"color": _COLOURS.get(label, ("", "#A6A6A6"))[1]}} for label in labels],
                "data_labels": {"value": True},
                "gap": 60,
            }
        )
        chart.set_title({"name": "各结论行数", "name_font": {"size": 12}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
        chart.set_size({"width": 640, "height": 60 + 36 * len(labels)})
        sheet.insert_chart(at, 0, chart)


def _width(head: str) -> int:
    return min(max(display_width(head) + 1, 8), 16)


def _rows_of(text: str, width: int) -> int:
    return sum(-(-display_width(part) // max(width - 1, 1)) or 1 for part in text.split("\n"))


def _is_exact(text: str) -> bool:
    # What a double can't hold is written as the text it is: a code of 18 digits, say.
    try:
        return (
            f"{float(text):.15g}" == text.rstrip("0").rstrip(".") if "." in text else abs(int(text)) < 10**15
        )
    except ValueError:
        return False
