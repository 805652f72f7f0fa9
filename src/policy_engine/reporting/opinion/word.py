"""An opinion as a Word document in the layout of official papers."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Final

from policy_engine.foundation.archives import undated
from policy_engine.reporting.opinion.paper import Line, Opinion, Table, Weight

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_SONG, _HEI, _KAI, _TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_FONTS: Final = {Weight.HEAD: _KAI, Weight.QUOTE: _KAI, Weight.FINAL: _HEI}
# Points: of the body, of what hangs under a line, of tables, of the imprint.
_BODY, _UNDER, _SMALL, _IMPRINT = 16, 14, 12, 10.5
_LINE = 28
# The first moment that a zip can hold: the same paper gives the same bytes.
_WIDTHS: Final = (69, 40, 47)


def as_word(opinion: Opinion) -> bytes:
    """Write a .docx; the same bytes for the same paper."""
    import docx  # noqa: PLC0415 - an opinion on paper needs it, a check doesn't

    document = docx.Document()
    _lay_out(document, opinion.title)
    _add(document, "\n".join(opinion.title_lines), font=_TITLE, size=22, centred=True)
    _add(document, opinion.number_words, centred=True)
    if opinion.to:
        _add(document, f"{opinion.to}：")
    _add(document, opinion.opening, indent=2)
    for number, part in opinion.numbered_parts:
        _heading(document, number + part.title)
        for block in part.blocks:
            if isinstance(block, Line):
                _line(document, block)
            else:
                _table(document, block)
    _add(document, "")
    _add(
        document, "经办人：＿＿＿＿＿＿＿　　　审核人：＿＿＿＿＿＿＿"
    ).paragraph_format.keep_with_next = True
    for text in ("（单位盖章）", "　　年　　月　　日"):
        _right(_add(document, text))
    _imprint(document, opinion)
    return _fixed(document)


def _lay_out(document: Document, title: str) -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    from docx.shared import Mm  # noqa: PLC0415

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin = Mm(37), Mm(26)
    section.bottom_margin, section.left_margin = Mm(35), Mm(28)
    # The day the library was made would stand there, and who made it.
    core = document.core_properties
    core.title, core.author, core.comments, core.language = title, "", "", "zh-CN"
    core.created = core.modified = datetime(1980, 1, 1, tzinfo=UTC)
    _page_number(section.footer.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", _SONG, _UNDER)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - the library has no fields of its own
    _run(paragraph, " —", _SONG, _UNDER)


def _run(paragraph: Paragraph, text: str, font: str, size: float) -> None:
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt, RGBColor  # noqa: PLC0415

    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.font.color.rgb, run.font.bold = Pt(size), font, RGBColor(0, 0, 0), False
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - by name it sets the Latin font alone
    fonts.set(qn("w:eastAsia"), font)


def _add(
    document: Document,
    text: str,
    *,
    font: str = _SONG,
    size: float = _BODY,
    indent: int = 0,
    left: int = 0,
    centred: bool = False,
    style: str | None = None,
) -> Paragraph:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    paragraph = document.add_paragraph(style=style)
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing = Pt(_LINE if size >= _UNDER else _LINE - 10) if size <= _BODY else Pt(34)
    shape.left_indent = Pt(left * size)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        # In points for programs that don't know of characters, in characters for those that do.
        shape.first_line_indent = Pt(indent * size)
        found = paragraph._p.get_or_add_pPr().find(qn("w:ind"))  # noqa: SLF001 - no attribute of the library is in characters
        found.set(qn("w:firstLineChars"), str(indent * 100))
    _run(paragraph, text, font, size)
    return paragraph


def _heading(document: Document, text: str) -> None:
    paragraph = _add(document, text, font=_HEI, indent=2, style="Heading 1")
    paragraph.paragraph_format.keep_with_next = True


def _line(document: Document, line: Line) -> None:
    font = _FONTS.get(line.weight, _SONG)
    if line.weight in (Weight.UNDER, Weight.QUOTE):
        _add(document, line.text, font=font, size=_UNDER, left=2)
    else:
        paragraph = _add(document, line.text, font=font, indent=2)
        paragraph.paragraph_format.keep_with_next = line.weight is Weight.HEAD
        paragraph.paragraph_format.keep_together = line.weight is Weight.FINAL


def _table(document: Document, table: Table) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    found = document.add_table(rows=0, cols=len(table.header), style="Table Grid")
    found.autofit = False
    for column, width in zip(found.columns, _WIDTHS, strict=True):
        column.width = Mm(width)
    for row in (table.header, *table.rows):
        cells = found.add_row().cells
        for cell, text, width in zip(cells, row, _WIDTHS, strict=True):
            cell.width = Mm(width)
            _run(cell.paragraphs[0], text, _HEI if row is table.header else _SONG, _SMALL)
    for at, row_of in enumerate(found.rows):
        properties = row_of._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no word for either
        properties.append(OxmlElement("w:cantSplit"))
        if at == 0:
            properties.append(OxmlElement("w:tblHeader"))


def _right(paragraph: Paragraph) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.keep_with_next = True


def _imprint(document: Document, opinion: Opinion) -> None:
    import segno  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    for text in opinion.imprint:
        paragraph = _add(document, text, size=_IMPRINT)
        paragraph.paragraph_format.keep_with_next = True
    picture = io.BytesIO()
    segno.make(opinion.code, error="m", micro=False, encoding="utf-8").save(
        picture, kind="png", scale=6, border=1
    )
    picture.seek(0)
    paragraph = document.add_paragraph()
    paragraph.add_run().add_picture(picture, width=Mm(28))
    for shape in document.inline_shapes:
        shape._inline.docPr.set("descr", "核验码，内容为上列编号和摘要")  # noqa: SLF001 - no word for it


def _fixed(document: Document) -> bytes:
    """Save with the times of a zip set to one moment."""
    saved, out = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(undated(name), old.read(name))
    return out.getvalue()
