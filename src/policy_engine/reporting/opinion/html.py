"""An opinion as a page that prints on A4."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final

from policy_engine.reporting.opinion.paper import Line, Opinion, Table, Weight
from policy_engine.reporting.opinion.seal import square_code

STYLE: Final = Path(__file__).with_name("opinion.css")
_CLASSES: Final = {
    Weight.PLAIN: "",
    Weight.HEAD: ' class="head"',
    Weight.UNDER: ' class="under"',
    Weight.QUOTE: ' class="quote"',
    Weight.FINAL: ' class="final"',
}


def as_html(opinion: Opinion, stylesheet: str = "") -> str:
    """Write one page. `stylesheet`: where its style lies; without one the page brings it, and needs no other file."""
    style = (
        f'<link rel="stylesheet" href="{escape(stylesheet)}">'
        if stylesheet
        else f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>"
    )
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="zh-Hans"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(opinion.title)}</title>",
            style,
            '</head><body><main class="sheet">',
            *_body(opinion),
            "</main></body></html>\n",
        )
    )


def _body(opinion: Opinion) -> Iterator[str]:
    yield f"<h1>{escape(opinion.title)}</h1>"
    yield f'<p class="no">{escape(opinion.number_words)}</p>'
    if opinion.to:
        yield f'<p class="to">{escape(opinion.to)}：</p>'
    yield f"<p>{escape(opinion.opening)}</p>"
    for number, part in opinion.numbered_parts:
        yield f"<h2>{number}{escape(part.title)}</h2>"
        for block in part.blocks:
            yield _line(block) if isinstance(block, Line) else _table(block)
    yield '<div class="sign"><p>经办人：＿＿＿＿＿＿＿＿</p><p>审核人：＿＿＿＿＿＿＿＿</p></div>'
    yield '<div class="seal"><p>（单位盖章）</p><p>　　年　　月　　日</p></div>'
    lines = "".join(f"<p>{escape(one)}</p>" for one in opinion.imprint)
    code = square_code(opinion.code).replace(
        "<svg", '<svg role="img" aria-label="核验码，内容为左侧的编号和摘要"', 1
    )
    yield f'<div class="imprint"><div>{lines}</div>{code}</div>'


def _line(line: Line) -> str:
    return f"<p{_CLASSES[line.weight]}>{escape(line.text)}</p>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in table.header)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"
