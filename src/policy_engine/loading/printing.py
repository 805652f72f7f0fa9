"""Write blocks of entries in one form: two blanks an indent, a list under its key, flow on one line or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import Span
from policy_engine.language.keys import (
    AGGREGATE_KEYS,
    DEFINITION_KEYS,
    PRECEDENCE_KEYS,
    RULE_KEYS,
    SCOPE_KEYS,
    USUAL_KEYS,
)
from policy_engine.loading.layout import Block, Comment, Entry, Layout, Page
from policy_engine.loading.tree import Scalar

# The order most rules were written in: what it is, when it holds, what it says, what to do, what shows it.
KEY_ORDER = tuple(RULE_KEYS)
TERM_KEY_ORDER = (
    *(
        "id",
        "words",
        "pattern",
        "items",
        "points_to",
        "reads",
        "into",
        "certainty",
        "unless",
        "because",
        "source",
    ),
    *("note", "examples", "harmless"),
)
FIELD_KEY_ORDER = (
    "shared", "name", "title", "help", "type", "choices", "minimum", "maximum", "scale", "unit", "first", "was", "role",
    "phase", "happens", "term", "declared", "constitutive", "needs_source", "changeable", "describes", "judged_by", "finding", "found_as",
    "indicators", "implied", "aliases", "items", "supplier", "question", "criteria", "typical_yes", "typical_no",
)  # fmt: skip
# The list that a file is about, and the order of the keys of its items.
_LISTS = {
    "rules": KEY_ORDER,
    "terms": TERM_KEY_ORDER,
    "fields": FIELD_KEY_ORDER,
    "aggregates": tuple(AGGREGATE_KEYS),
}
# What stands above it in short entries.
_SHORT_LISTS = {
    "scope": tuple(SCOPE_KEYS),
    "definitions": tuple(DEFINITION_KEYS),
    "usual": tuple(USUAL_KEYS),
    "precedence": tuple(PRECEDENCE_KEYS),
}
_BLOCK_HEAD = re.compile(r"([|>])([-+0-9]*)(.*)")
_DASHES = re.compile(r"(?: *- +)* *")
_MARK = re.compile(r"(?:---|\.\.\.)(?:\s|$)")
# An even number of backslashes are backslashes; only the odd one holds the blank.
_HELD_BLANK = re.compile(r"(?<!\\)(?:\\\\)*\\([ \t])[ \t]*$")
_KEY_HELP = "把键写成一行里的一个词"
_STEP = 2


def print_layout(layout: Layout, text: str) -> str:
    """Write all documents. Raises `DiagnosticsError` at a key that has no place on one line."""
    printer = _Printer(text)
    lines: list[str] = []
    for page in layout.pages:
        lines += printer.page(page)
    return "\n".join(lines if lines[0] else lines[1:]) + "\n" if lines else ""


@dataclass(slots=True)
class _Printer:
    """Slices words out of the text as they were written. `keeps_end`: the last line printed ends a `|+` block."""

    text: str
    keeps_end: bool = False

    def page(self, page: Page) -> Iterator[str]:
        """Write one document."""
        yield from _prelude(page.prelude)
        block = page.block
        if block is not None and _fits(block) and not _rules_of(block):
            if block.entries and block.entries[0].is_spaced:
                yield ""
            yield self.inline(block) + _behind(page.after[:1])
            yield from _lines_of(page.after[1:], 0)
        elif block is not None:
            yield from self.block(block, 0, keeps_first_blank=True)
            yield from _lines_of(page.after, 0)
        yield from _lines_of(page.foot, 0)

    def block(self, block: Block, indent: int, *, keeps_first_blank: bool = False) -> Iterator[str]:
        """Write a block in lines, its comments with it."""
        rules = _rules_of(block)
        is_first = not keeps_first_blank
        for entry in block.entries:
            for comment in entry.lead:
                yield from self._blank(comment.is_spaced and not is_first)
                yield " " * indent + comment.text
                is_first = False
            yield from self._blank(entry.is_spaced and not is_first)
            is_first = False
            if rules is not None and entry.path[-1] in _SHORT_LISTS:
                _sort_keys_within(entry, _SHORT_LISTS[str(entry.path[-1])])
            contents = self.rules(entry) if entry is rules else self.entry(entry, indent)
            yield from contents
        for comment in block.foot:
            yield from self._blank(comment.is_spaced)
            yield " " * indent + comment.text
            self.keeps_end = False

    def rules(self, owner: Entry) -> Iterator[str]:
        """Write the list of rules or terms: a blank line between two, keys in their order."""
        block = owner.block
        assert block is not None
        order = _LISTS[str(owner.path[-1])]
        yield f"{self.key(owner)}:" + _behind(owner.after)
        for n, entry in enumerate(block.entries):
            yield from self._blank(n > 0)
            yield from (" " * _STEP + comment.text for comment in (*entry.lead, *entry.after))
            # What is no mapping was refused.
            assert entry.block is not None
            _sort_keys(entry.block, order)
            yield from self.item(entry, _STEP, entry.block if entry.block.entries else None)
        yield from self._foot(block)

    def _foot(self, block: Block) -> Iterator[str]:
        for comment in block.foot:
            yield from self._blank(comment.is_spaced)
            yield " " * _STEP + comment.text

    def _blank(self, is_wanted: bool) -> Iterator[str]:
        if is_wanted and not self.keeps_end:
            yield ""
        self.keeps_end = False

    def entry(self, entry: Entry, indent: int) -> Iterator[str]:
        """Write a pair or an item."""
        block = entry.block
        is_block = block is not None and not _fits(block)
        if entry.key is None:
            if is_block:
                yield from (" " * indent + comment.text for comment in entry.after)
            yield from self.item(entry, indent, block if is_block else None)
        elif block is not None and (is_block or _is_broken(block, entry.key)):
            yield from (" " * indent + comment.text for comment in entry.after[1:])
            yield " " * indent + self.key(entry) + ":" + _behind(entry.after[:1])
            yield from self.block(block, indent + _STEP) if is_block else self.words(block, indent + _STEP)
        else:
            yield from self.value(entry, indent, self.key(entry) + ":")

    def words(self, block: Block, indent: int) -> Iterator[str]:
        """Write a list of words in brackets with the line breaks it was written with."""
        rows: dict[int, list[str]] = {}
        for entry in block.entries:
            rows.setdefault(entry.value.span.line, []).append(self._inline_entry(entry))
        lines = [", ".join(row) for row in rows.values()]
        for n, line in enumerate(lines):
            yield f"{' ' * indent}{' ' if n else '['}{line}{']' if n == len(lines) - 1 else ','}"

    def item(self, entry: Entry, indent: int, block: Block | None) -> Iterator[str]:
        """Write an item of a list behind its dash. `block`: what of it is to be laid out in lines."""
        if block is None:
            yield from self.value(entry, indent, "-")
            return
        lines = self.block(block, indent + _STEP)
        first = next(lines)
        if first.lstrip().startswith("#"):
            yield from (" " * indent + "-", first)
        else:
            yield " " * indent + "- " + first[indent + _STEP :]
        yield from lines

    def value(self, entry: Entry, indent: int, head: str) -> Iterator[str]:
        """Write a value behind its key or dash; only its last comment finds room behind it."""
        scalar = entry.value
        behind = entry.after
        if entry.block is not None:
            source, is_long, is_block = self.inline(entry.block), False, False
        else:
            source = self.slice(scalar.span)
            is_long = "\n" in source
            is_block = source[:1] in ("|", ">")
        above = behind if is_block else behind[:-1]
        yield from (" " * indent + comment.text for comment in above)
        lead = " " * indent + head
        if is_block:
            assert isinstance(scalar, Scalar)
            yield from self._block_scalar(scalar, source, lead, indent)
        elif is_long:
            lines = [_folded(line) for line in source.split("\n")]
            yield f"{lead} {lines[0]}"
            yield from (" " * (indent + _STEP) + line if line else "" for line in lines[1:-1])
            yield " " * (indent + _STEP) + lines[-1] + _behind(behind[-1:])
        else:
            yield (f"{lead} {source}" if source else lead) + _behind(behind[-1:])

    def _block_scalar(self, scalar: Scalar, source: str, lead: str, indent: int) -> Iterator[str]:
        head, *lines = source.split("\n")
        parts = _BLOCK_HEAD.fullmatch(head.rstrip())
        assert parts is not None
        digits = re.sub(r"\D", "", parts[2])
        written = [line for line in lines if line.strip(" ")]
        first = next(iter(written), "")
        margin = len(first) - len(first.lstrip(" "))
        if digits:
            margin = self._indent_of(scalar) + int(digits)
        ends = len(scalar.text) - len(scalar.text.rstrip("\n"))
        chomp = "-" if scalar.text and not ends else re.sub(r"[^-+]", "", parts[2])
        lines = lines if written else []
        # What is written reaches beyond the margin; a line that doesn't is blank.
        while lines and len(lines[-1]) <= margin:
            lines.pop()
        if chomp == "+":
            lines += [""] * (ends - 1 if written else ends)
        yield f"{lead} {parts[1]}{_STEP if digits else ''}{chomp}{parts[3].rstrip()}"
        yield from (" " * (indent + _STEP) + line[margin:] if line[margin:] else "" for line in lines)
        self.keeps_end = chomp == "+"

    def _indent_of(self, scalar: Scalar) -> int:
        # A digit counts from the block around it: from its last dash, or from its key.
        line = self.text.split("\n")[scalar.span.line]
        dashes = _DASHES.match(line)
        assert dashes is not None
        is_item = dashes.end() == scalar.span.column
        return max(dashes[0].rfind("-"), 0) if is_item else dashes.end()

    def key(self, entry: Entry) -> str:
        """Slice a key out of the text."""
        assert entry.key is not None
        source = self.slice(entry.key.span)
        if "\n" not in entry.key.text:
            source = " ".join(_folded(line) for line in source.split("\n"))
        fault = _fault_of_key(source, is_outermost=len(entry.path) == 2)
        if fault:
            found = Diagnostic(
                code="PE831", message=f"{fault}，没有排版", span=entry.key.span, help=_KEY_HELP
            )
            raise DiagnosticsError([found])
        return source

    def slice(self, span: Span) -> str:
        """Give the text of a span; what lies behind a block is no part of it."""
        lines = self.text.split("\n")[span.line : span.end_line + 1]
        if not lines:
            return ""
        lines[-1] = lines[-1][: span.end_column]
        lines[0] = lines[0][span.column :]
        return "\n".join(lines)

    def inline(self, block: Block) -> str:
        """Write a block on one line."""
        parts = [self._inline_entry(entry) for entry in block.entries]
        return f"[{', '.join(parts)}]" if block.is_sequence else f"{{{', '.join(parts)}}}"

    def _inline_entry(self, entry: Entry) -> str:
        value = self.inline(entry.block) if entry.block is not None else self.slice(entry.value.span)
        return value if entry.key is None else f"{self.key(entry)}: {value}"


def _sort_keys(block: Block, order: Sequence[str]) -> None:
    rank = {key: n for n, key in enumerate(order)}
    block.entries.sort(key=lambda pair: rank.get(str(pair.path[-1]), len(rank)))


def _sort_keys_within(owner: Entry, order: Sequence[str]) -> None:
    for item in owner.block.entries if owner.block is not None and owner.block.is_sequence else ():
        if item.block is not None and not item.block.is_sequence:
            _sort_keys(item.block, order)


def _fault_of_key(source: str, *, is_outermost: bool) -> str:
    if not source:
        return "这个键是空的"
    if "\n" in source or source[0] in "|>":
        return "这个键不止一行"
    if source[0] == "!":
        return "这个键带着标签"
    return "这个键放在行首会被读成文档的标记" if is_outermost and _MARK.match(source) else ""


def _prelude(comments: list[Comment]) -> Iterator[str]:
    line, last = "", None
    for comment in comments:
        if comment.span.line == last and comment.gap < comment.span.column:
            line += " " * max(1, comment.gap) + comment.text
            continue
        if line:
            yield line
        if comment.is_spaced:
            yield ""
        line, last = comment.text, comment.span.line
    if line:
        yield line


def _behind(comments: list[Comment]) -> str:
    return "".join(" " * max(1, comment.gap) + comment.text for comment in comments)


def _lines_of(comments: list[Comment], indent: int) -> Iterator[str]:
    for comment in comments:
        if comment.is_spaced:
            yield ""
        yield " " * indent + comment.text


def _fits(block: Block) -> bool:
    """Tell whether a block in brackets can stand on one line: no comment in it, no value of several lines."""
    return block.is_flow and not block.foot and all(_fits_within(entry) for entry in block.entries)


def _is_broken(block: Block, key: Scalar) -> bool:
    """Tell whether a list of words was written below its key: long ones are in a lexicon or a vocabulary, and stay so."""
    if not (block.is_sequence and block.entries):
        return False
    is_below = key.span.line < block.entries[-1].value.span.line
    return block.path[1] in ("sets", "terms", "fields") and is_below


def _fits_within(entry: Entry) -> bool:
    span = entry.value.span
    is_short = _fits(entry.block) if entry.block is not None else span.line == span.end_line
    return is_short and not entry.lead and not entry.after


def _rules_of(block: Block) -> Entry | None:
    """Find the entry that holds the rules or terms, in a block that is the root of a file of them."""
    if len(block.path) != 1 or block.is_sequence:
        return None
    found = next((entry for entry in block.entries if entry.path[-1] in _LISTS), None)
    listed = found.block if found is not None else None
    return found if listed is not None and listed.is_sequence and listed.entries else None


def _folded(line: str) -> str:
    """Strip a line of a value of several lines; a blank behind a backslash is written on purpose."""
    bare = line.strip(" \t")
    held = _HELD_BLANK.search(line)
    return bare + held[1] if held else bare
