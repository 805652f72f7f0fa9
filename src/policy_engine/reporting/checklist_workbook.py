"""Lists as an Excel workbook that can be filtered, signed and printed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from policy_engine.foundation.width import display_width
from policy_engine.reporting.checklists import Checklist

_PLAIN: Final = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True, "border": 1, "border_color": "#BFBFBF"}  # fmt: skip
_HEAD: Final = {**_PLAIN, "bold": True, "bg_color": "#D9E2EC", "valign": "vcenter"}
_TITLE: Final = {"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"}
_NOTE: Final = {"font_name": "宋体", "font_size": 9, "font_color": "#595959"}
_MOST_TEXT: Final = 32_000
# Points: of a line, and the highest a row can be.
_LINE, _HIGHEST = 13.5, 400


def as_workbook(lists: Sequence[Checklist]) -> bytes:
    """Write a sheet a list. Every cell is text: nothing in a case becomes a formula or a link."""
    import xlsxwriter  # noqa: PLC0415 - an extra, and only where it is wanted

    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        plain, head, title, note = (book.add_format(one) for one in (_PLAIN, _HEAD, _TITLE, _NOTE))
        quoted = book.add_format({**_PLAIN, "quote_prefix": True})
        for one in lists:
            sheet = book.add_worksheet(one.title)
            last = len(one.columns) - 1
            sheet.merge_range(0, 0, 0, last, one.title, title)
            sheet.set_row(0, 30)
            for at, (name, width) in enumerate(one.columns):
                sheet.set_column(at, at, width)
                sheet.write_string(1, at, name, head)
            for down, row in enumerate(one.rows, start=2):
                # Programs that print don't all find the height by themselves.
                lines = max(map(_lines, row, (width for _, width in one.columns)))
                sheet.set_row(down, min(_LINE * lines + 2, _HIGHEST))
                for at, text in enumerate(row):
                    style = quoted if text[:1] in ("=", "+", "-", "@", "\t") else plain
                    sheet.write_string(down, at, text[:_MOST_TEXT], style)
            end = len(one.rows) + 1
            sheet.autofilter(1, 0, max(end, 1), last)
            for down, text in enumerate(one.notes, start=end + 2):
                sheet.write_string(down, 0, text, note)
            sheet.freeze_panes(2, 0)
            sheet.repeat_rows(0, 1)
            sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_footer("&C第 &P 页，共 &N 页")
    return out.getvalue()


def _lines(text: str, width: int) -> int:
    return max(1, -(-display_width(text) // max(1, width - 1)))
