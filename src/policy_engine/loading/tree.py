"""YAML as a tree of texts with positions. Scalars stay text; the vocabulary types them later.

Anchors, aliases, tags and merge keys are refused: a rule must mean the same to every reader.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection
from types import MappingProxyType

import yaml

from policy_engine.foundation.diagnostics import Diagnostic, Tally
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Places, Span, file_span, span_of
from policy_engine.foundation.text import split_lines
from policy_engine.loading.syntax import (
    BYTE_ORDER_MARK,
    HIDDEN,
    Shortened,
    character_span,
    explain_syntax,
    hidden_character,
    respell_json,
    stand_in,
)

MAX_DEPTH = 60
_BOTTOM = 1000
# What shows by instances what a rule or a term does.
_EXAMPLES = ("examples", "harmless")
# How deep the keys of a rule lie: file, `rules`, rule.
_OF_A_RULE = 2
_NO_TAG = (None, "!")
MAX_CHARACTERS = 20_000_000
MAX_VALUES = 1_000_000
# Before each key and value but the first stands one of these, or a key of which no value is written.
_BEFORE_A_VALUE = ",:?-[{\n\r\x85\u2028\u2029"
Events = Callable[[], yaml.Event]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One scalar as written. `is_quoted`: it stood in quotes or a block, so it is text for certain."""

    text: str
    is_quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys in the order written, each once."""

    pairs: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        """Find the value of a key."""
        for name, node in self.pairs:
            if name.text == key:
                return node
        return None

    def place(self, key: str) -> Span | None:
        """Find where the value of a key is written."""
        node = self.get(key)
        return None if node is None else node.span

    def places(self, keys: Collection[str]) -> Places:
        """Find where the values of those of `keys` that stand here are written."""
        return tuple((key.text, node.span) for key, node in self.pairs if key.text in keys)

    def key(self, key: str) -> Scalar | None:
        """Find a key itself, for its place."""
        return next((name for name, _ in self.pairs if name.text == key), None)


Node = Scalar | Sequence | Mapping


def moved(node: Node, lines: int) -> Node:
    """Give a tree as it would be some lines further down."""
    # Above an edit nothing moves, and nothing is made anew.
    if not lines:
        return node
    span = node.span
    place = span_of(span.path, span.line + lines, span.column, span.end_line + lines, span.end_column)
    match node:
        case Scalar(text, is_quoted):
            return Scalar(text, is_quoted, place)
        case Sequence(items):
            return Sequence(tuple([moved(item, lines) for item in items]), place)
        case Mapping(pairs):
            return Mapping(
                tuple([(_moved_key(key, lines), moved(value, lines)) for key, value in pairs]), place
            )


def _moved_key(key: Scalar, lines: int) -> Scalar:
    span = key.span
    place = span_of(span.path, span.line + lines, span.column, span.end_line + lines, span.end_column)
    return Scalar(key.text, key.is_quoted, place)


def is_empty(node: Node | None) -> bool:
    """Tell whether nothing was written: no node, or a plain scalar that is blank, `null` or `~`."""
    match node:
        case None:
            return True
        case Scalar(text=text, is_quoted=False):
            return text in ("", "null", "~", "Null", "NULL")
        case _:
            return False


@dataclass(frozen=True, slots=True)
class Parsed:
    """The documents of one file and every problem found on the way."""

    documents: tuple[Node, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, path: str) -> Parsed:
    """Parse YAML (or JSON, its subset) into trees. Never raises for bad input."""
    if len(text) > MAX_CHARACTERS:
        message = f"文件过大：{len(text)} 个字符，上限 {MAX_CHARACTERS}"
        return Parsed(
            (), (Diagnostic(code="PE003", message=message, span=file_span(path), help="拆成几个文件"),)
        )
    text = text.removeprefix(BYTE_ORDER_MARK)
    if may_hold_too_much(text) and (end := _one_too_many(text)) is not None:
        return Parsed((), (too_much(character_span(path, *end)),))
    found = _parsed(text, _Builder(path))
    if not isinstance(found, Exception):
        return found
    # JSON may escape what YAML refuses; only a text that failed is read again, so places cost others nothing.
    respelt, shortened = respell_json(text)
    again = _parsed(respelt, _Builder(path, shortened)) if respelt != text else found
    return again if isinstance(again, Parsed) else Parsed((), (explain_syntax(found, text, path),))


def too_much(span: Span) -> Diagnostic:
    """Refuse a text for what it holds, at the first value above the limit."""
    message = f"内容过多：到这里已有 {MAX_VALUES} 个键和值，是上限"
    return Diagnostic(code="PE003", message=message, span=span, help="拆成几个文件")


def may_hold_too_much(text: str) -> bool:
    """Tell whether a text could have more than `MAX_VALUES` keys and values. Costs next to nothing."""
    return len(text) > MAX_VALUES // 2 and 2 * sum(map(text.count, _BEFORE_A_VALUE)) >= MAX_VALUES


def _one_too_many(text: str) -> tuple[int, int] | None:
    """Count keys and values without keeping any; give line and column of the first above `MAX_VALUES`."""
    loader = _Loader(stand_in(text))
    count = depth = 0
    try:
        # Whatever else is wrong is told by who reads in full.
        while depth <= _BOTTOM and type(event := loader.get_event()) is not yaml.StreamEndEvent:
            count += isinstance(event, yaml.NodeEvent)
            if count > MAX_VALUES:
                assert event.start_mark is not None
                return event.start_mark.line, event.start_mark.column
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
    except (yaml.YAMLError, UnicodeError):
        return None
    finally:
        loader.dispose()
    return None


def parse_rules(text: str, path: str) -> Parsed:
    """Parse a file of rules or terms, leaving their examples empty; a text with anything wrong in it is parsed as ever.

    Examples are most of a rule file, and deciding a case needs none.
    """
    builder = _Builder(path, passes_over_examples=True)
    try:
        is_too_large = len(text) > MAX_CHARACTERS or may_hold_too_much(text)
        found = None if is_too_large else _parsed(text, builder)
    except _InDoubtError:
        found = None
    return found if isinstance(found, Parsed) and not found.diagnostics else parse(text, path)


def parse_flawless(text: str, path: str) -> Node | None:
    """Parse the one document of a text that there is nothing wrong with; of any other give nothing."""
    found = _parsed(text, _Builder(path))
    if isinstance(found, Exception) or found.diagnostics or len(found.documents) != 1:
        return None
    return found.documents[0]


def _parsed(text: str, builder: _Builder) -> Parsed | yaml.YAMLError | UnicodeError:
    try:
        builder.read(text)
    except _BottomlessError:
        return Parsed((), tuple(builder.tally.found))
    except (yaml.YAMLError, UnicodeError) as error:
        return error
    return Parsed(tuple(builder.documents), tuple(builder.tally.found))


class _BottomlessError(Exception):
    """Collections so deep that the parser would take for ever to come back from them."""


class _InDoubtError(Exception):
    """What was to be passed over may have something wrong with it."""


class _Builder:
    """Builds trees from the event stream; holds the stack of open collections."""

    has_hidden: bool
    lines: list[str]

    def __init__(
        self,
        path: str,
        shortened: Shortened = MappingProxyType({}),
        *,
        passes_over_examples: bool = False,
    ) -> None:
        self.path = path
        self.passes_over_examples = passes_over_examples
        self.shortened = shortened
        self.tally = Tally()
        self.documents: list[Node] = []

    def read(self, text: str) -> None:
        self.has_hidden = HIDDEN.search(text) is not None
        # Hidden characters would stop the parser; stand-ins let it go on, and the places are looked up in the lines.
        self.lines = split_lines(text) if self.has_hidden else []
        loader = _Loader(stand_in(text) if self.has_hidden else text)
        try:
            self._documents(loader.get_event)
        finally:
            loader.dispose()

    def _documents(self, get: Events) -> None:
        while True:
            kind = type(get())
            if kind is yaml.StreamEndEvent:
                return
            if kind is yaml.DocumentStartEvent:
                self.tally.start_over()
                self.documents.append(self._node(get(), get, 0))

    def _node(self, event: yaml.Event, get: Events, depth: int) -> Node:
        span = self._span(event)
        if depth > MAX_DEPTH and isinstance(event, yaml.CollectionStartEvent):
            help_text = "减少括号和缩进的层数；条件太深时拆成几条规则"
            self._add("PE004", f"嵌套超过 {MAX_DEPTH} 层", span, help_text)
            # Read over, not stopped: the rest of the file is still told what is wrong with it.
            _skip(event, get)
            return Scalar("", False, span)
        # By exact type: this runs once for every word of every file.
        kind = type(event)
        if kind is yaml.AliasEvent:
            self._add("PE006", "不支持别名（`*` 开头的引用）", span, "把要用的内容照写一遍")
            return Scalar("", False, span)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None:
            self._add("PE006", f"不支持锚点 `&{event.anchor}`", span, "删去锚点")
        if event.tag is not None and event.tag != "!":
            self._add("PE006", f"不支持标签 `{event.tag}`", span, "删去标签，类型由词汇表决定")
        if isinstance(event, yaml.ScalarEvent):
            # Only escapes in double quotes can bring in what the text itself doesn't hold.
            if self.has_hidden or event.style == '"':
                self._refuse_hidden(event.value, span)
            return Scalar(event.value, bool(event.style), span)
        if kind is yaml.SequenceStartEvent:
            return self._sequence(span, get, depth)
        return self._mapping(span, get, depth)

    def _sequence(self, start: Span, get: Events, depth: int) -> Sequence:
        items: list[Node] = []
        while type(event := get()) is not yaml.SequenceEndEvent:
            # Each item of a list at the top may be a case, which must have its own problems told.
            if depth == 0:
                self.tally.start_over()
            items.append(self._node(event, get, depth + 1))
        return Sequence(tuple(items), _join(start, self._span(event)))

    def _mapping(self, start: Span, get: Events, depth: int) -> Mapping:
        pairs: list[tuple[Scalar, Node]] = []
        seen: dict[str, Span] = {}
        while type(event := get()) is not yaml.MappingEndEvent:
            key = self._node(event, get, depth + 1)
            if depth == _OF_A_RULE and self.passes_over_examples and _is_examples(key):
                value: Node = self._passed_over(get)
            else:
                value = self._node(get(), get, depth + 1)
            if not isinstance(key, Scalar):
                self._add("PE005", "键必须是一个词，不能是列表或映射", key.span, "把键写成一个字段名")
            elif key.text == "<<":
                self._add("PE006", "不支持合并键 `<<`", key.span, "把要用的内容照写一遍")
            elif key.text in seen:
                first = seen[key.text].line + 1
                self._add(
                    "PE007", f"键 `{key.text}` 重复，第 {first} 行已有", key.span, "删去一个，或改成别的键"
                )
            else:
                seen[key.text] = key.span
                pairs.append((key, value))
        return Mapping(tuple(pairs), _join(start, self._span(event)))

    def _passed_over(self, get: Events) -> Scalar:
        event = get()
        if self.has_hidden:
            raise _InDoubtError
        _pass_over(event, get, _OF_A_RULE + 1)
        return Scalar("", False, self._span(event))

    def _refuse_hidden(self, text: str, span: Span) -> None:
        hidden = HIDDEN.search(text)
        if hidden is not None:
            self.tally.add(self._hidden_within(span) or hidden_character(hidden[0], span))

    def _hidden_within(self, span: Span) -> Diagnostic | None:
        """Find the very character in the text; an escape has none there."""
        for number in range(span.line, min(span.end_line + 1, len(self.lines))):
            start = span.column if number == span.line else 0
            end = span.end_column if number == span.end_line else len(self.lines[number])
            hidden = HIDDEN.search(self.lines[number], start, end)
            if hidden is not None:
                return hidden_character(hidden[0], character_span(self.path, number, hidden.start()))
        return None

    def _add(self, code: str, message: str, span: Span, help_text: str) -> None:
        self.tally.add(Diagnostic(code=code, message=message, span=span, help=help_text))

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        if not self.shortened:
            return span_of(self.path, start.line, start.column, end.line, end.column)
        return Span(
            path=self.path,
            line=start.line,
            column=self._column(start.line, start.column),
            end_line=end.line,
            end_column=self._column(end.line, end.column),
        )

    def _column(self, line: int, column: int) -> int:
        ends = self.shortened.get(line) if self.shortened else None
        return column + (2 * bisect_left(ends, column) if ends else 0)


def _is_examples(key: Node) -> bool:
    return isinstance(key, Scalar) and key.text in _EXAMPLES


def _pass_over(event: yaml.Event, get: Events, depth: int) -> None:
    """Read on to the end of a value. Raises where reading it in full might find anything wrong with it."""
    kind = type(event)
    # Whatever the full reading would complain of is looked for here as well, but not told.
    if kind is yaml.AliasEvent or event.anchor is not None or event.tag not in _NO_TAG or depth > MAX_DEPTH:  # type: ignore[attr-defined]
        raise _InDoubtError
    if kind is yaml.ScalarEvent:
        if event.style == '"' and HIDDEN.search(event.value) is not None:  # type: ignore[attr-defined]
            raise _InDoubtError
    elif kind is yaml.SequenceStartEvent:
        while type(item := get()) is not yaml.SequenceEndEvent:
            _pass_over(item, get, depth + 1)
    else:
        _pass_over_mapping(get, depth)


def _pass_over_mapping(get: Events, depth: int) -> None:
    # A merge key counts as one that was there already: both send the text to the full reading.
    seen = {"<<"}
    while type(key := get()) is not yaml.MappingEndEvent:
        _pass_over(key, get, depth + 1)
        if type(key) is not yaml.ScalarEvent or key.value in seen:
            raise _InDoubtError
        seen.add(key.value)
        _pass_over(get(), get, depth + 1)


def _skip(event: yaml.Event, get: Events) -> None:
    """Read on to the end of a collection, however deep, without keeping it."""
    depth = int(isinstance(event, yaml.CollectionStartEvent))
    while depth > 0:
        if depth > _BOTTOM:
            raise _BottomlessError
        event = get()
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)


def _join(start: Span, end: Span) -> Span:
    return span_of(start.path, start.line, start.column, end.end_line, end.end_column)
