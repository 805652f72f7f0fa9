"""A YAML text as blocks of entries, with every comment at the entry it is about.

A comment at the end of a line is about what stands before it. A comment on a line of its own is about what comes next,
unless it is indented deeper: then it closes the block it is level with.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import Span
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence

Path = tuple[str | int, ...]
# In what is left between the words: directives, document marks, comments, and the marks of structure.
_TOKEN = re.compile(r"^%[^\n]*|^(?:---|\.\.\.)(?!\S)|#[^\n]*|[-?:,\[\]{}]", re.MULTILINE)

# The head of a block whose last blank lines are part of it.
_KEPT = re.compile(r"[|>][^#]*\+")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. `is_spaced`: a blank line stands above it; `gap`: how many blanks part it from its line."""

    text: str
    is_spaced: bool
    gap: int
    span: Span


@dataclass(slots=True, eq=False)
class Entry:
    """A pair of a mapping or an item of a list, with the comments before it and behind it."""

    key: Scalar | None
    value: Node
    path: Path
    is_spaced: bool = False
    block: Block | None = None
    lead: list[Comment] = field(default_factory=list)
    after: list[Comment] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Block:
    """A mapping or a list. `column`: where its keys or dashes stand; `foot`: comments under its last entry."""

    is_sequence: bool
    is_flow: bool
    column: int
    path: Path
    entries: list[Entry] = field(default_factory=list)
    foot: list[Comment] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Page:
    """One document: marks and comments above it, its root, comments behind and below."""

    block: Block | None
    prelude: list[Comment] = field(default_factory=list)
    after: list[Comment] = field(default_factory=list)
    foot: list[Comment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Layout:
    """All documents; the last page holds what stands below them. `owners`: whom each comment is about."""

    pages: tuple[Page, ...]
    owners: tuple[tuple[Comment, Path], ...]


@dataclass(frozen=True, slots=True)
class _Thing:
    """A word or a mark of the text, and whose it is. `chain`: the blocks it stands in, from the outermost."""

    start: int
    end: int
    kind: str
    page: int
    entry: Entry | None
    block: Block | None
    chain: tuple[Block, ...]


def read_layout(text: str, documents: tuple[Node, ...]) -> Layout:
    """Read the layout of a text that was parsed into these documents. Line ends must be plain.

    Raises `DiagnosticsError` where something stands before a block that is no part of it.
    """
    reader = _Reader(text, documents)
    return Layout(tuple(reader.pages), tuple(reader.owners))


class _Reader:
    """Lists the things of a text in order, then gives every comment to one of them."""

    def __init__(self, text: str, documents: tuple[Node, ...]) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.lines = text.split("\n")
        # Those of a `|+` block are part of its value.
        self.blank_lines = {n for n, line in enumerate(self.lines) if not line.strip()}
        self.things: list[_Thing] = []
        self.pages: list[Page] = []
        self.owners: list[tuple[Comment, Path]] = []
        tokens = list(self._tokens(documents))
        self.dashes = [at for at, word in tokens if word == "-"]
        for root in documents:
            self._page(root)
        self.pages.append(Page(None))
        self._attach([(at, word) for at, word in tokens if word[0] in "#%" or word in ("---", "...")])

    def _page(self, root: Node) -> None:
        if isinstance(root, Scalar):
            return
        page = Page(None)
        self.pages.append(page)
        page.block = self._block(root, (), None, (len(self.pages) - 1,))

    def offset(self, line: int, column: int) -> int:
        # What was left out at the very end may be placed on the line below it.
        return self.starts[line] + column if line < len(self.starts) else len(self.text)

    def _start(self, node: Node) -> int:
        return self.offset(node.span.line, node.span.column)

    def _end(self, node: Node) -> int:
        return self.offset(node.span.end_line, node.span.end_column)

    def _tokens(self, documents: tuple[Node, ...]) -> Iterator[tuple[int, str]]:
        at = 0
        for scalar in (scalar for root in documents for scalar in _scalars(root)):
            start, end = self._start(scalar), self._end(scalar)
            # What was left out holds no place; the text between the words is searched, never the words.
            if end <= start:
                continue
            yield from ((match.start(), match[0]) for match in _TOKEN.finditer(self.text, at, start))
            if _KEPT.match(self.lines[scalar.span.line], scalar.span.column):
                self.blank_lines.difference_update(range(scalar.span.line, scalar.span.end_line))
            at = end
        yield from ((match.start(), match[0]) for match in _TOKEN.finditer(self.text, at))

    def _block(
        self, node: Mapping | Sequence, chain: tuple[Block, ...], owner: Entry | None, path: Path
    ) -> Block:
        start = self._start(node)
        if self.text[start] == "!":
            message = "`!` 是空的标签，没有排版"
            raise DiagnosticsError(
                [Diagnostic(code="PE831", message=message, span=node.span, help="删去 `!`")]
            )
        has_brackets = self.text[start] in "[{"
        is_flow = has_brackets or bool(chain and chain[-1].is_flow)
        block = Block(isinstance(node, Sequence), is_flow, node.span.column, path)
        page = len(self.pages) - 1
        if has_brackets:
            self.things.append(_Thing(start, start, "open", page, owner, block, chain))
        inner = (*chain, block)
        for entry in self._entries(node, path):
            block.entries.append(entry)
            self._entry(entry, block, inner, page)
        if has_brackets:
            end = self._end(node)
            self.things.append(_Thing(end, end, "close", page, owner, block, chain))
        return block

    def _entries(self, node: Mapping | Sequence, path: Path) -> Iterator[Entry]:
        if isinstance(node, Mapping):
            yield from (Entry(key, value, (*path, key.text)) for key, value in node.pairs)
        else:
            yield from (Entry(None, item, (*path, n)) for n, item in enumerate(node.items))

    def _entry(self, entry: Entry, block: Block, chain: tuple[Block, ...], page: int) -> None:
        key, value = entry.key, entry.value
        if key is not None:
            self._thing(key, "key", entry, chain, page)
            entry.is_spaced = self._is_spaced(key.span.line)
        elif not block.is_flow:
            # The nearest dash before the value is its own: those of lists within it come behind.
            dash = self.dashes[bisect_left(self.dashes, self._start(value)) - 1]
            self.things.append(_Thing(dash, dash, "dash", page, entry, None, chain))
            entry.is_spaced = self._is_spaced(self._line(dash))
        else:
            entry.is_spaced = self._is_spaced(value.span.line)
        if isinstance(value, Scalar):
            self._thing(value, "scalar", entry, chain, page)
        else:
            entry.block = self._block(value, chain, entry, entry.path)

    def _thing(self, node: Scalar, kind: str, entry: Entry, chain: tuple[Block, ...], page: int) -> None:
        self.things.append(_Thing(self._start(node), self._end(node), kind, page, entry, None, chain))

    def _line(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _is_spaced(self, line: int) -> bool:
        return line - 1 in self.blank_lines

    def _comment(self, offset: int, text: str) -> Comment:
        line = self._line(offset)
        column = offset - self.starts[line]
        before = self.lines[line][:column]
        span = Span(
            path="", line=line, column=column, end_line=line, end_column=len(self.lines[line].rstrip())
        )
        return Comment(text.rstrip(), self._is_spaced(line), len(before) - len(before.rstrip()), span)

    def _attach(self, tokens: list[tuple[int, str]]) -> None:
        starts = [thing.start for thing in self.things]
        marks = [at for at, word in tokens if word[0] != "#"]
        limits: dict[int, int] = {}
        for at, word in tokens:
            comment = self._comment(at, word)
            n = bisect_right(starts, at)
            before = self.things[n - 1] if n else None
            after = self.things[n] if n < len(self.things) else None
            following = bisect_right(marks, at)
            # Of many marks only the nearest are looked at, so that a long file stays quick.
            if before is None or any(
                mark > before.start for mark in marks[max(0, following - 1) : following]
            ):
                self._give(comment, self._prelude(after), (after.page if after else len(self.pages),))
                continue
            if after is not None and any(mark < after.start for mark in marks[following : following + 1]):
                after = None
            if comment.gap < comment.span.column and self._line(before.end) == comment.span.line:
                self._behind(comment, before)
            elif after is not None and after.kind == "close":
                self._before_close(comment, after)
            else:
                limits[n] = self._between(comment, before, after, limits.get(n, len(before.chain)))

    def _prelude(self, after: _Thing | None) -> list[Comment]:
        return self.pages[after.page if after else -1].prelude

    def _give(self, comment: Comment, place: list[Comment], path: Path) -> None:
        place.append(comment)
        if comment.text.startswith("#"):
            self.owners.append((comment, path))

    def _behind(self, comment: Comment, thing: _Thing) -> None:
        entry = thing.entry
        if entry is None:
            page = self.pages[thing.page]
            self._give(comment, page.prelude if thing.kind == "open" else page.after, (thing.page,))
        elif thing.kind == "dash" and entry.block is not None and not entry.block.is_flow:
            first = entry.block.entries[0]
            self._give(comment, first.lead, first.path)
        else:
            self._give(comment, entry.after, self._path(entry))

    def _path(self, entry: Entry) -> Path:
        # What is above the first entry of a document is above the document.
        page = entry.path[:1]
        root = self.pages[int(page[0])].block
        assert root is not None
        return page if root.entries[0] is entry else entry.path

    def _before_close(self, comment: Comment, close: _Thing) -> None:
        assert close.block is not None
        if close.block.entries:
            self._give(comment, close.block.foot, close.block.path)
        else:
            self._behind(comment, close)

    def _between(self, comment: Comment, before: _Thing, after: _Thing | None, limit: int) -> int:
        """Give a comment on its own line; tell how deep the next one in the same gap may go."""
        column = comment.span.column
        closed = [
            (depth, block)
            for depth, block in enumerate(before.chain[:limit], start=1)
            if after is None or block not in after.chain
        ]
        is_deeper = after is None or column > after.start - self.starts[self._line(after.start)]
        level = [(depth, block) for depth, block in closed if block.column <= column]
        if is_deeper and level:
            depth, block = level[-1]
            self._give(comment, block.foot, block.path)
            return depth
        if after is None:
            self._give(comment, self.pages[before.page].foot, (before.page,))
        else:
            assert after.entry is not None
            self._give(comment, after.entry.lead, self._path(after.entry))
        return 0


def _scalars(node: Node) -> Iterator[Scalar]:
    match node:
        case Scalar():
            yield node
        case Sequence(items=items):
            for item in items:
                yield from _scalars(item)
        case Mapping(pairs=pairs):
            for key, value in pairs:
                yield key
                yield from _scalars(value)
