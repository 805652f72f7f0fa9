"""A copy as one page to print: nothing outside of it is needed, and no text of others is markup in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from string import Template

from policy_engine.reporting.aloud.copy import SIGNATURES, Block, Chapter, Clause, Copy, Grid, Para, mark

# Style sheets hold no character references: the names of fonts are ASCII, so that the page fits any encoding.
_STYLE = """
@page { size: A4; margin: 28mm 24mm 24mm; @bottom-center { content: counter(page); font-size: 9pt; } }
:root { color: #1a1a1a; background: #fff;
  font-family: "FangSong", "STFangsong", "Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", serif;
  font-size: 12pt; line-height: 1.8; }
body { max-width: 44em; margin: 0 auto; padding: 2em 1.5em; }
h1, h2, h3, th { font-family: "SimHei", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC",
  "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 20pt; line-height: 1.5; text-align: center; margin: 1em 0 1.2em; text-wrap: balance; }
h2 { font-size: 15pt; margin: 2em 0 .6em; padding-bottom: .2em; border-bottom: .5pt solid #888; break-after: avoid; }
h3 { font-size: 12pt; line-height: 1.6; margin: 1.6em 0 .4em; break-after: avoid; }
p { margin: .3em 0; text-align: justify; text-indent: 2em; orphans: 2; widows: 2; }
ul { list-style: none; margin: .2em 0; padding: 0; }
li { display: flow-root; padding-left: 2em; text-align: justify; orphans: 2; widows: 2; }
li li { padding-left: 1.6em; }
.caveat { font-size: 9.5pt; font-weight: normal; color: #8a4b00; white-space: nowrap; }
.examples, .quote { font-size: 10.5pt; color: #444; }
table { width: calc(100% - 1px); border-collapse: collapse; margin: .8em 0; font-size: 10.5pt; line-height: 1.6; }
th, td { border: .5pt solid #999; padding: .25em .6em; text-align: left; vertical-align: top; }
.short { word-break: keep-all; }
thead { display: table-header-group; }
thead th { background: #f2f2f2; white-space: nowrap; }
tr { break-inside: avoid; }
.facts th { width: 8em; background: #f7f7f7; font-weight: normal; }
nav h2 { border: 0; text-align: center; }
nav ul ul { font-size: 10.5pt; line-height: 1.6; }
nav li { padding-left: 1.6em; text-align: left; }
nav li li { break-inside: avoid; }
nav a { break-after: avoid; }
nav > ul > li { padding-left: 0; margin-top: .3em; }
nav a { color: inherit; text-decoration: none; }
.sign { display: flex; justify-content: flex-end; gap: 3em; margin: 4em 0 1.5em; break-inside: avoid; }
.sign span::after { content: ""; display: inline-block; width: 9em; border-bottom: .5pt solid #1a1a1a; }
footer { font-size: 9pt; color: #666; text-align: right; }
@media print { body { max-width: none; padding: 0; }
  nav, .apart { break-before: page; } }
"""
_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>$style</style>
</head>
<body>
$body
</body>
</html>
""")
_SHORT = 12
_CLASSES = {"例如：": "examples", "原文：": "quote"}


def as_html(copy: Copy) -> str:
    """Write a copy as one self-contained page of HTML."""
    scope, *rest = copy.chapters
    first_annex = next((n for n, one in enumerate(rest, start=1) if not one.clauses), 0)
    lines = [
        f"<header><h1>{escape(copy.title)}</h1>",
        _facts(copy),
        "</header>",
        *_section(scope, 0, is_apart=False),
        *_contents(rest),
        *(
            line
            for n, one in enumerate(rest, start=1)
            for line in _section(one, n, is_apart=n in (1, first_annex))
        ),
        f'<div class="sign">{"".join(f"<span>{name}：</span>" for name in SIGNATURES)}</div>',
        f"<footer>{escape(copy.made_from)}</footer>",
    ]
    return _PAGE.substitute(title=escape(copy.title), style=_STYLE, body="\n".join(lines))


def _facts(copy: Copy) -> str:
    rows = (f'<tr><th scope="row">{escape(n)}</th><td>{escape(v)}</td></tr>' for n, v in copy.facts)
    return f'<table class="facts"><tbody>{"".join(rows)}</tbody></table>'


def _contents(chapters: Iterable[Chapter]) -> Iterator[str]:
    yield "<nav><h2>目录</h2><ul>"
    for n, chapter in enumerate(chapters, start=1):
        yield f'<li><a href="#c{n}">{escape(chapter.title)}</a>'
        if chapter.clauses:
            links = (
                f'<li><a href="#c{n}-{m}">{_name(clause, chapter)}</a></li>'
                for m, clause in enumerate(chapter.clauses)
            )
            yield f"<ul>{''.join(links)}</ul>"
        yield "</li>"
    yield "</ul></nav>"


def _section(chapter: Chapter, number: int, *, is_apart: bool) -> Iterator[str]:
    class_ = ' class="apart"' if is_apart else ""
    yield f'<section id="c{number}"{class_}><h2>{escape(chapter.title)}</h2>'
    yield from map(_block, chapter.blocks)
    for m, clause in enumerate(chapter.clauses):
        caveat = f' <span class="caveat">〔{escape(clause.caveat)}〕</span>' if clause.caveat else ""
        yield f'<article id="c{number}-{m}"><h3>{_name(clause, chapter)}{caveat}</h3>'
        yield from map(_block, clause.blocks)
        yield "</article>"
    yield "</section>"


def _name(clause: Clause, chapter: Chapter) -> str:
    place = clause.place if clause.place != chapter.title else ""
    return "　".join(escape(part) for part in (place, clause.title) if part)


def _block(block: Block) -> str:
    match block:
        case Para(text=text, listed=listed):
            name = next((name for start, name in _CLASSES.items() if text.startswith(start)), "")
            class_ = f' class="{name}"' if name else ""
            return f"<p{class_}>{escape(text)}</p>" + _list(listed, 0)
        case Grid(columns=columns, rows=rows):
            head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in columns)
            body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
            return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: tuple[str, ...]) -> str:
    # A short cell is not broken within a word where its column is narrow.
    opened = ('<td class="short">' if len(cell) <= _SHORT else "<td>" for cell in row)
    return "".join(f"{tag}{escape(cell)}</td>" for tag, cell in zip(opened, row, strict=True))


def _list(listed: tuple[Para, ...], depth: int) -> str:
    if not listed:
        return ""
    items = (
        f"<li>{mark(depth, n)}{escape(para.text)}{_list(para.listed, depth + 1)}</li>"
        for n, para in enumerate(listed)
    )
    return f"<ul>{''.join(items)}</ul>"
