"""Every place in a rule base where the name of a field, rule, parameter, definition or document stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import PurePosixPath

from policy_engine.foundation.spans import Span, span_of
from policy_engine.foundation.text import split_lines
from policy_engine.language.keys import AS_OF_WORD, PARAMETER, Word
from policy_engine.loading.folders import (
    APART,
    LAW,
    NORMS,
    PARAMETERS,
    REGISTERS,
    REGRESSIONS,
    SHARED,
    VOCABULARY,
    full_id,
    kind_of,
    within,
)
from policy_engine.loading.tree import Mapping as Tree
from policy_engine.loading.tree import Node, Scalar, Sequence, parse


class Sort(Enum):
    """What a name is the name of."""

    FIELD = "栏目"
    RULE = "规则"
    PARAMETER = "参数"
    DEFINITION = "本文件所称"
    DOCUMENT = "文件"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One place where a name stands. `written`: as it stands there, `name`: in full.

    `owners`: the subjects of a field, the document of a definition; of the others, and of shared fields, "".
    """

    sort: Sort
    name: str
    owners: frozenset[str]
    written: str
    span: Span
    defines: bool = False


_EVERYWHERE = frozenset(("",))
# Of whatever subject has the field.
_ANYWHERE = frozenset(("*",))
# The keys of rules, terms and fields whose value is a condition, or a list of what holds one.
_CONDITIONS = ("when", "require", "recommend", "impossible")
_HOLDERS = ("unless", "doubt", "usual")
_FIELD_KEYS = ("justified_by", "dated_by", "ask", "judged_by", "outside")
_FACTS = ("given", "but", "base")
_OF = "of"


def occurrences(path: str, text: str, subjects: Mapping[str, frozenset[str]]) -> Iterator[Occurrence]:
    """Go through the names in one file of a rule base, by its path as it is shown. A text that is no YAML has none.

    `subjects`: of each rule by its id, for the files that don't say.
    """
    inside = within(path)
    parts = PurePosixPath(inside).parts
    kind = kind_of(inside)
    is_register = parts[:2] == ("rules", REGISTERS)
    for root in parse(text, path).documents:
        if not isinstance(root, Tree):
            continue
        if kind == LAW:
            yield from _law(root)
        elif kind == NORMS:
            yield from _norms(root, parts[-2])
        elif kind == REGRESSIONS:
            yield from _regressions(root, parts[-2], subjects)
        elif kind in APART:
            yield from _lexicon(root)
            yield from _aggregates(root)
        elif kind == PARAMETERS:
            yield from _entries(root, "parameters", Sort.PARAMETER, "name")
        elif is_register:
            yield from _register(root)
        elif parts[:1] == (VOCABULARY,):
            yield from _vocabulary(root, "" if parts[1] == SHARED else parts[1])


def of_case(path: str, text: str, subjects: Iterable[str]) -> Iterator[Occurrence]:
    """Go through the fields named in a file of cases."""
    for root in parse(text, path).documents:
        for subject in subjects if isinstance(root, Tree) else ():
            assert isinstance(root, Tree)
            for one in _items(root.get(subject)):
                yield from _facts(one, frozenset((subject,)))


def of_feature(path: str, text: str, wanted: Occurrence) -> Iterator[Occurrence]:
    """Go through the places in a feature where a name stands in quotation marks, or the id of a rule by itself."""
    name = re.escape(wanted.name)
    pattern = {Sort.FIELD: f"(?<=“){name}(?=”)", Sort.RULE: rf"(?<![\w.-]){name}(?![\w.-])"}.get(wanted.sort)
    for number, line in enumerate(split_lines(text)) if pattern else ():
        for found in re.finditer(pattern or "", line):
            span = span_of(path, number, found.start(), number, found.end())
            yield replace(wanted, span=span, written=wanted.name, defines=False)


def _items(node: Node | None) -> tuple[Node, ...]:
    match node:
        case None:
            return ()
        case Sequence(items=items):
            return items
        case _:
            return (node,)


def _words(node: Node | None) -> Iterator[Scalar]:
    return (item for item in _items(node) if isinstance(item, Scalar))


def _trees(node: Node | None) -> Iterator[Tree]:
    return (item for item in _items(node) if isinstance(item, Tree))


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _named(
    sort: Sort, node: Scalar, owners: frozenset[str] = _EVERYWHERE, *, defines: bool = False
) -> Occurrence:
    return Occurrence(
        sort=sort, name=node.text, owners=owners, written=node.text, span=node.span, defines=defines
    )


def _field(node: Scalar, owners: frozenset[str]) -> Iterator[Occurrence]:
    if node.text == AS_OF_WORD:
        return
    # What compares several subjects writes 主题.字段.
    subject, dot, name = node.text.partition(".")
    if dot and subject in owners:
        yield replace(_named(Sort.FIELD, node, frozenset((subject,))), name=name)
    else:
        yield _named(Sort.FIELD, node, owners)


def _rule(node: Scalar, document: str, *, defines: bool = False) -> Occurrence:
    # Another document's rule is always named in full, and has a dot in it.
    is_short = defines or "." not in node.text
    name = full_id(node.text, document) if document and is_short else node.text
    return replace(_named(Sort.RULE, node, defines=defines), name=name)


def _law(root: Tree) -> Iterator[Occurrence]:
    document = _text(root.get("document"))
    yield from (_named(Sort.DOCUMENT, word) for word in _words(root.get("document")))
    names = frozenset(_text(entry.get("name")) for entry in _trees(root.get("definitions")))
    reader = _Reader(document, names)
    for entry in _trees(root.get("definitions")):
        owners = _subjects(entry)
        for word in _words(entry.get("name")):
            yield _named(Sort.DEFINITION, word, frozenset((document,)), defines=True)
        of = entry.get(_OF)
        if isinstance(of, Scalar):
            yield from _field(of, owners)
            yield from reader.values(entry.get("means"))
        else:
            yield from reader.condition(entry.get("means"), owners)
    for entry in (*_trees(root.get("scope")), *_trees(root.get("usual"))):
        yield from reader.entry(entry, _subjects(entry))
    for entry in _trees(root.get("rules")):
        yield from (_rule(word, document, defines=True) for word in _words(entry.get("id")))
        yield from reader.entry(entry, _subjects(entry))


def _subjects(entry: Tree) -> frozenset[str]:
    written = (*_words(entry.get("subject")), *_words(entry.get("across")))
    return frozenset(word.text for word in written)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the conditions of one document. `names`: what it defines."""

    document: str
    names: frozenset[str]

    def entry(self, entry: Tree, owners: frozenset[str]) -> Iterator[Occurrence]:
        """Go through what a rule, or what a file says once, names."""
        for key, value in entry.pairs:
            yield from self._under(key.text, value, owners)

    def _under(self, key: str, value: Node, owners: frozenset[str]) -> Iterator[Occurrence]:
        if key in _CONDITIONS:
            yield from self.condition(value, owners)
        elif key in _HOLDERS:
            for one in _trees(value):
                yield from self.entry(one, owners)
        elif key in _FIELD_KEYS:
            for name in _words(value):
                yield from _field(name, owners)
        elif key in _FACTS:
            yield from _facts(value, owners)
        elif key in ("classify", "derive"):
            yield from self._made(value, owners)
        elif key == "table":
            yield from self._table(value, owners)
        else:
            yield from self._others(key, value, owners)

    def _others(self, key: str, value: Node, owners: frozenset[str]) -> Iterator[Occurrence]:
        if key == "document":
            yield from (_named(Sort.DOCUMENT, name) for name in _words(value))
        elif key == "conflicts_with":
            yield from (_rule(name, self.document) for name in _words(value))
        elif key == "overrides":
            for one in _trees(value):
                yield from (_rule(name, self.document) for name in _words(one.get("rule")))
        elif key == "examples":
            for one in _trees(value):
                yield from _example(one, _subjects(one) or owners)

    def condition(self, node: Node | None, owners: frozenset[str]) -> Iterator[Occurrence]:
        """Go through the names in a condition."""
        for key, value in node.pairs if isinstance(node, Tree) else ():
            match key.text:
                case Word.ALL.value | Word.ANY.value | Word.NOT.value:
                    for one in _items(value):
                        yield from self.condition(one, owners)
                case Word.MEETS.value:
                    yield from (
                        _named(Sort.DEFINITION, name, frozenset((self.document,))) for name in _words(value)
                    )
                case Word.DIFFER.value:
                    for name in _words(value):
                        yield from _field(name, owners)
                case Word.RATIO.value:
                    for part, named in value.pairs if isinstance(value, Tree) else ():
                        if part.text in ("part", "whole") and isinstance(named, Scalar):
                            yield from _field(named, owners)
                        else:
                            yield from self._operand(named, owners)
                case _:
                    yield from _field(key, owners)
                    yield from self.values(value)
                    yield from self._operand(value, owners)

    def values(self, node: Node | None) -> Iterator[Occurrence]:
        """Go through the names that stand for members among the values of a field."""
        owners = frozenset((self.document,))
        yield from (_named(Sort.DEFINITION, one, owners) for one in _words(node) if one.text in self.names)

    def _operand(self, node: Node | None, owners: frozenset[str]) -> Iterator[Occurrence]:
        for key, value in node.pairs if isinstance(node, Tree) else ():
            if key.text == PARAMETER:
                yield from (_named(Sort.PARAMETER, name) for name in _words(value))
            elif key.text == _OF and isinstance(value, Scalar):
                yield from _field(value, owners)
            else:
                yield from self.values(value)
                yield from self._operand(value, owners)

    def _made(self, node: Node, owners: frozenset[str]) -> Iterator[Occurrence]:
        for key, value in node.pairs if isinstance(node, Tree) else ():
            yield from _field(key, owners)
            for _, inputs in value.pairs if isinstance(value, Tree) else ():
                for one in _items(inputs):
                    yield from _field(one, owners) if isinstance(one, Scalar) else self.condition(one, owners)

    def _table(self, node: Node, owners: frozenset[str]) -> Iterator[Occurrence]:
        if isinstance(node, Tree):
            for name in _words(node.get("field")):
                yield from _field(name, owners)
            for row in _trees(node.get("rows")):
                yield from self.condition(row.get("when"), owners)


def _example(entry: Tree, owners: frozenset[str]) -> Iterator[Occurrence]:
    for word in _FACTS:
        yield from _facts(entry.get(word), owners)
    for name in _words(entry.get("without")):
        yield from _field(name, owners)


def _facts(node: Node | None, owners: frozenset[str]) -> Iterator[Occurrence]:
    for key, value in node.pairs if isinstance(node, Tree) else ():
        if key.text in owners and isinstance(value, Tree):
            # The facts of several subjects, each under its own.
            yield from _facts(value, frozenset((key.text,)))
        else:
            yield from _field(key, owners)


def _norms(root: Tree, document: str) -> Iterator[Occurrence]:
    for entry in _trees(root.get("norms")):
        yield from (_rule(name, document) for name in _words(entry.get("rules")))


def _regressions(root: Tree, document: str, subjects: Mapping[str, frozenset[str]]) -> Iterator[Occurrence]:
    for entry in _trees(root.get("rules")):
        yield from (_rule(name, document) for name in _words(entry.get("rule")))
        owners = _subjects(entry) or subjects.get(full_id(_text(entry.get("rule")), document), frozenset())
        yield from _facts(entry.get("base"), owners)
        for case in _trees(entry.get("cases")):
            yield from _example(case, _subjects(case) or owners)


def _lexicon(root: Tree) -> Iterator[Occurrence]:
    for entry in _trees(root.get("terms")):
        owners: frozenset[str] = frozenset()
        for subject, target in _of_subjects(entry.get("points_to")):
            owners |= {subject}
            yield from _facts(target, frozenset((subject,)))
        for subject, target in _of_subjects(entry.get("into")):
            owners |= {subject}
            for name in _words(target):
                yield from _field(name, frozenset((subject,)))
        for example in _trees(entry.get("examples")):
            yield from _facts(example.get("finds"), owners)


def _aggregates(root: Tree) -> Iterator[Occurrence]:
    for entry in _trees(root.get("aggregates")):
        yield from (_named(Sort.DOCUMENT, word) for word in _words(entry.get("document")))
        columns = [word for one in _trees(entry.get("columns")) for word in _words(one.get("name"))]
        # A column is known in its own aggregate alone.
        owners = frozenset((f"{_text(entry.get('id'))}@aggregates",))
        own = frozenset(word.text for word in columns)
        yield from (_named(Sort.FIELD, word, owners, defines=True) for word in columns)
        for one in _looked_for(entry, _subjects(entry)):
            yield replace(one, owners=owners) if one.sort is Sort.FIELD and one.name in own else one


def _looked_for(entry: Tree, owners: frozenset[str]) -> Iterator[Occurrence]:
    """Go through what an aggregate names, its columns as if they were fields."""
    reader = _Reader("", frozenset())
    yield from reader.condition(entry.get("where"), owners)
    for part in _items(entry.get("by")):
        if isinstance(part, Scalar):
            yield from _field(part, owners)
            continue
        yield from _under(part, ("field", "year", "month", "age"), owners)
        for row in _trees(part.get("table")) if isinstance(part, Tree) else ():
            yield from reader.condition(row.get("when"), owners)
    yield from _under(entry.get("near"), ("date",), owners)
    yield from _under(entry.get("measure"), ("total", "distinct"), owners)
    for measure in _trees(entry.get("measure")):
        yield from _under(measure.get("share"), ("part", "whole"), owners)
    for report in _trees(entry.get("report")):
        for _, limit in report.pairs:
            yield from _under(limit, ("field",), owners)
            for one in _trees(limit):
                yield from (_named(Sort.PARAMETER, word) for word in _words(one.get(PARAMETER)))
    for example in _trees(entry.get("examples")):
        for row in _trees(example.get("rows")):
            yield from (found for key, _ in row.pairs for found in _field(key, owners))


def _under(node: Node | None, keys: tuple[str, ...], owners: frozenset[str]) -> Iterator[Occurrence]:
    for owner in _trees(node):
        yield from (one for key in keys for name in _words(owner.get(key)) for one in _field(name, owners))


def _of_subjects(node: Node | None) -> Iterator[tuple[str, Node]]:
    return ((key.text, value) for key, value in (node.pairs if isinstance(node, Tree) else ()))


def _entries(root: Tree, key: str, sort: Sort, name: str) -> Iterator[Occurrence]:
    for entry in _trees(root.get(key)):
        yield from (_named(sort, word, defines=True) for word in _words(entry.get(name)))
        for period in _trees(entry.get("values")):
            yield from (_named(Sort.DOCUMENT, word) for word in _words(period.get("document")))


def _register(root: Tree) -> Iterator[Occurrence]:
    yield from _entries(root, "documents", Sort.DOCUMENT, "id")
    for entry in _trees(root.get("documents")):
        for key in ("repeals", "governed_by_later", "told_by"):
            yield from (_named(Sort.DOCUMENT, word) for word in _words(entry.get(key)) if word.text != "null")
        for name in _words(entry.get("outside")):
            yield _named(Sort.FIELD, name, _ANYWHERE)
    for key in ("texts", "articles"):
        for entry in _trees(root.get(key)):
            yield from (_named(Sort.DOCUMENT, word) for word in _words(entry.get("document")))
    for entry in _trees(root.get("quotes")):
        yield from (_rule(name, "") for name in _words(entry.get("rule")))


def _vocabulary(root: Tree, subject: str) -> Iterator[Occurrence]:
    owners = frozenset((subject,))
    reader = _Reader("", frozenset())
    for entry in _trees(root.get("fields")):
        yield from (_named(Sort.FIELD, word, owners, defines=True) for word in _words(entry.get("name")))
        for word in _words(entry.get(SHARED)):
            # Here a shared field becomes one of the subject: whoever names either means both.
            yield _named(Sort.FIELD, word, owners | _EVERYWHERE)
        for name in _words(entry.get("judged_by")):
            yield from _field(name, owners)
        for one in _trees(entry.get("indicators")):
            yield from reader.condition(one, owners)
        for one in _trees(entry.get("implied")):
            yield from reader.condition(one.get("when"), owners)
        for one in _trees(entry.get("term")):
            for name in _words(one.get("after")):
                yield from _field(name, owners)


def named_at(found: Iterable[Occurrence], line: int, column: int) -> Occurrence | None:
    """Find the name that a position is in or just after."""
    return next(
        (
            one
            for one in found
            if (one.span.line, one.span.column) <= (line, column) <= (one.span.end_line, one.span.end_column)
        ),
        None,
    )


def places_of(wanted: Occurrence, found: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Choose the places where the same thing is named, in order: what one place names in several ways is one thing."""
    alike = [one for one in found if one.sort is wanted.sort and one.name == wanted.name]
    owners = wanted.owners
    while True:
        same = [one for one in alike if one.owners & (owners | _ANYWHERE)]
        more = owners.union(*(one.owners for one in same)) - _ANYWHERE
        if more == owners:
            return tuple(
                sorted(dict.fromkeys(same), key=lambda one: (one.span.path, one.span.line, one.span.column))
            )
        owners = more


def texts_with(texts: Mapping[str, str], word: str) -> Iterator[tuple[str, str]]:
    """Go through the texts in which a word stands at all: parsing the others would be in vain."""
    return (
        (path, text)
        for path, text in texts.items()
        if word in text and not within(path).startswith("schemas/")
    )
