"""An opinion as a PDF: tagged, and the same bytes for the same paper on one machine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.reporting.opinion.paper import Line, Opinion, Table
from policy_engine.reporting.opinion.seal import square_code

_TEMPLATE: Final = Path(__file__).with_name("opinion.typ")
# Of the fonts that the template names, those that have all characters of an opinion. One of them has to be there.
FONTS: Final = (
    "FangSong_GB2312",
    "FangSong",
    "STFangsong",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "Songti SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)

# One try finds the characters of one stretch of text that can't be printed.
_MOST_TRIES: Final = 40
_ABSENT: Final = re.compile(r'the text `"(.*?)"` could not be displayed')
_SPOKEN: Final = {"␤": "⟨换行⟩"}


def as_pdf(opinion: Opinion) -> bytes:
    """Write a PDF (PDF/UA-1). Raises `DiagnosticsError` where this machine has no font that can print Chinese."""
    import typst  # noqa: PLC0415 - an opinion on paper needs it, a check doesn't

    fonts = typst.Fonts()
    if not set(FONTS) & set(fonts.families()):
        raise DiagnosticsError([_no_font()])
    paper = json.dumps(_data(opinion), ensure_ascii=False)
    for _ in range(_MOST_TRIES):
        try:
            found = typst.compile(
                _TEMPLATE.read_bytes(),
                format="pdf",
                font_paths=fonts,
                sys_inputs={"opinion": paper},
                pdf_standards="ua-1",
                timestamp=0,
            )
        except typst.TypstError as error:
            # A character that no font here has would be a box: it is written as its number instead, as elsewhere.
            absent = {c for text in _ABSENT.findall(f"{error}{error.diagnostic}") for c in text if c in paper}
            if not absent:
                raise
            paper = "".join(_SPOKEN.get(c, f"⟨U+{ord(c):04X}⟩") if c in absent else c for c in paper)
        else:
            assert isinstance(found, bytes)
            return found
    raise DiagnosticsError([_no_font()])


def _no_font() -> Diagnostic:
    # Without one the page would come out with boxes for characters, or empty, and nobody would be told.
    return Diagnostic(
        code="PE907",
        message="这台机器上没有印得出这份意见书的中文字体，写不成 PDF",
        help="安装一种，例如 apt-get install fonts-noto-cjk；或者改写成 .docx、.html",
    )


def _data(opinion: Opinion) -> dict[str, object]:
    return {
        "title": opinion.title,
        "lines": opinion.title_lines,
        "number": opinion.number_words,
        "to": opinion.to,
        "opening": opinion.opening,
        "parts": [
            {"title": number + part.title, "blocks": list(map(_block, part.blocks))}
            for number, part in opinion.numbered_parts
        ],
        "imprint": opinion.imprint,
        "code": square_code(opinion.code),
    }


def _block(block: Line | Table) -> dict[str, object]:
    if isinstance(block, Line):
        return {"weight": block.weight.value, "text": block.text}
    return {"header": block.header, "rows": block.rows}
