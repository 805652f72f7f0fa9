"""A copy as plain text, as Markdown and as data."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.width import wrap
from policy_engine.reporting.aloud.copy import SIGNATURES, Block, Chapter, Clause, Copy, Grid, Para, mark
from policy_engine.reporting.page import markdown_text

_INDENT = 4
_RULE = "—" * 20


def as_text(copy: Copy, columns: int = 0) -> str:
    """Write a copy as plain text. `columns`: where lines are broken (0: nowhere)."""
    lines = [part for line, hanging in _text(copy) for part in wrap(line, columns, hanging)]
    return "\n".join(lines) + "\n"


def _text(copy: Copy) -> Iterator[tuple[str, int]]:
    """Go through the lines with the column that what is broken off them begins in."""
    yield copy.title, 0
    yield "", 0
    yield from ((f"{name}：{value}", _INDENT) for name, value in copy.facts)
    for chapter in copy.chapters:
        yield from (("", 0), (f"【{chapter.title}】", 0))
        yield from (line for block in chapter.blocks for line in _text_block(block))
        for clause in chapter.clauses:
            yield from (("", 0), (heading(clause, chapter), 0))
            yield from (line for block in clause.blocks for line in _text_block(block))
    yield from (("", 0), (_RULE, 0), ("　　".join(f"{name}：____________" for name in SIGNATURES), 0))
    yield copy.made_from, 0


def heading(clause: Clause, chapter: Chapter) -> str:
    """Write where a rule stands and what it is called; the place once where it is the chapter's own."""
    caveat = f"〔{clause.caveat}〕" if clause.caveat else ""
    place = clause.place if clause.place != chapter.title else ""
    return "　".join(filter(None, (place, clause.title))) + caveat


def _text_block(block: Block) -> Iterator[tuple[str, int]]:
    match block:
        case Para(text=text, listed=listed):
            yield " " * _INDENT + text, _INDENT
            yield from _text_list(listed, 0)
        case Grid(columns=columns, rows=rows):
            for row in (columns, *rows):
                # A stroke in a cell is no border between two.
                yield " " * _INDENT + " | ".join(cell.replace("|", "｜") for cell in row), _INDENT + 2


def _text_list(listed: tuple[Para, ...], depth: int) -> Iterator[tuple[str, int]]:
    indent = _INDENT * (depth + 1)
    for number, para in enumerate(listed):
        yield " " * indent + mark(depth, number) + para.text, indent + _INDENT
        yield from _text_list(para.listed, depth + 1)


def as_markdown(copy: Copy) -> str:
    """Write a copy as Markdown."""
    lines = [f"# {markdown_text(copy.title)}", "", *_markdown_grid(("项目", "内容"), copy.facts)]
    for chapter in copy.chapters:
        lines += ["", f"## {markdown_text(chapter.title)}"]
        lines += [line for block in chapter.blocks for line in ("", *_markdown_block(block))]
        for clause in chapter.clauses:
            lines += ["", f"### {markdown_text(heading(clause, chapter))}"]
            lines += [line for block in clause.blocks for line in ("", *_markdown_block(block))]
    signs = "　　".join(f"{name}：＿＿＿＿＿＿" for name in SIGNATURES)
    return "\n".join([*lines, "", "---", "", signs, "", markdown_text(copy.made_from)]) + "\n"


def _markdown_block(block: Block) -> Iterator[str]:
    match block:
        case Para(text=text, listed=listed):
            yield markdown_text(text)
            if listed:
                yield ""
                yield from _markdown_list(listed, 0)
        case Grid(columns=columns, rows=rows):
            yield from _markdown_grid(columns, rows)


def _markdown_list(listed: tuple[Para, ...], depth: int) -> Iterator[str]:
    for number, para in enumerate(listed):
        yield "  " * depth + f"- {mark(depth, number)}{markdown_text(para.text)}"
        yield from _markdown_list(para.listed, depth + 1)


def _markdown_grid(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    yield _markdown_row(columns)
    yield "|" + " --- |" * len(columns)
    yield from map(_markdown_row, rows)


def _markdown_row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(map(markdown_text, cells)) + " |"


def copy_json(copy: Copy) -> dict[str, object]:
    """Give a copy as data."""
    return {
        "document": copy.document,
        "title": copy.title,
        "facts": [{"name": name, "value": value} for name, value in copy.facts],
        "chapters": [
            {
                "title": chapter.title,
                "blocks": [_block_json(block) for block in chapter.blocks],
                "clauses": [_clause_json(clause) for clause in chapter.clauses],
            }
            for chapter in copy.chapters
        ],
    }


def _clause_json(clause: Clause) -> dict[str, object]:
    return {
        "rule": clause.rule,
        "place": clause.place,
        "title": clause.title,
        "caveat": clause.caveat,
        "blocks": [_block_json(block) for block in clause.blocks],
    }


def _block_json(block: Block) -> dict[str, object]:
    match block:
        case Para(text=text, listed=listed):
            return {"text": text, "listed": [_block_json(one) for one in listed]}
        case Grid(columns=columns, rows=rows):
            return {"columns": list(columns), "rows": [list(row) for row in rows]}
