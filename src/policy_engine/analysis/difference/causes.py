"""What was changed: which rule, parameter, document or field, which key, from what to what, and where it stands.

Read from what the authors wrote, key by key, so that nothing a file can hold is left out; what a change means for
cases is told by `compare`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from policy_engine.analysis.difference.keys import (
    CONTENT,
    GROUNDS_OF,
    IDLE,
    IDLE_NAMES,
    KINDS,
    LABELS,
    LEXICON,
    SAID_OF_LISTS,
    SOURCE_KEY,
    WORDS_OF,
)
from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import full_id, within
from policy_engine.loading.tree import Mapping as Map
from policy_engine.loading.tree import Node, Scalar, Sequence, is_empty, parse

# The top-level lists of the registers and of rule files: what an entry is called, and the key that names it.
_ENTRIES: Final = {
    "rules": ("规则", "id"),
    "definitions": ("定义", "name"),
    "parameters": ("参数", "name"),
    "documents": ("文件", "id"),
    "objects": ("对象", "name"),
    "areas": ("地区", "code"),
    "forces": ("效力", "name"),
    "terms": ("词条", "id"),
    "aggregates": ("汇总", "id"),
}
_WORDS_KEY: Final = Scalar("words", False, file_span(""))
_NAMES: Final = ("id", "name", "code", "rule", "norm")
_LONG_LIST: Final = 500
_LONGEST: Final = 90
_CONTEXT: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One key that differs. `old` or `new` is `None` where the key, or the whole entry (`key` empty), isn't there.

    `decides`: a case may come out differently for it; else it changes words only. `cites`: it changes what the outcome
    is said to rest on.
    """

    kind: str
    name: str
    key: str
    old: str | None
    new: str | None
    place: str
    decides: bool
    cites: bool = False

    @property
    def looks(self) -> bool:
        """Tell whether something else is looked for in whole lists."""
        return self.kind == "汇总" and self.key.partition(".")[0].partition("[")[0] not in SAID_OF_LISTS

    @property
    def about(self) -> str:
        """Name what was changed: 规则 `a` 的引文 `quote`."""
        entry = f"{self.kind} `{self.name}`"
        root = self.key.partition(".")[0].partition("[")[0]
        return f"{entry} 的{LABELS.get(root, f' {root} ')}" if self.key else entry

    @property
    def words(self) -> str:
        """Tell the change in one line, before and after, with its place."""
        if not self.key:
            return f"{self.about} {'新增' if self.old is None else '删去'}（{self.place}）"
        old, new = _shortened(self.old, self.new)
        return f"{self.about}变了：{old} → {new}（`{self.key}`，{self.place}）"


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    name: str
    node: Map
    path: str


def causes(old: Mapping[str, SourceText], new: Mapping[str, SourceText]) -> tuple[Cause, ...]:
    """List every key that differs between the files of two rule bases, by path."""
    # Equal files hold equal entries; an entry that moved makes both its files differ.
    differing = [path for path in {**old, **new} if _text(old, path) != _text(new, path)]
    before, after = (_entries(texts, differing) for texts in (old, new))
    found: list[Cause] = []
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if one is not None and other is not None:
            found += _differences(one, other)
        elif (entry := one or other) is not None:
            found.append(_whole(entry, is_new=one is None))
    return tuple(sorted(found, key=lambda cause: KINDS.index(cause.kind)))


def _text(texts: Mapping[str, SourceText], path: str) -> str | None:
    return texts[path].text if path in texts else None


def _entries(texts: Mapping[str, SourceText], paths: Iterable[str]) -> dict[tuple[str, str], _Entry]:
    found: dict[tuple[str, str], _Entry] = {}
    for path in paths:
        if path in texts:
            for root in parse(texts[path].text, path).documents:
                for entry in _entries_of(root, path):
                    found[entry.kind, entry.name] = entry
    return found


def _entries_of(root: Node, path: str) -> Iterator[_Entry]:
    if not isinstance(root, Map):
        yield _Entry("", within(path), Map(((Scalar("", False, root.span), root),), root.span), path)
        return
    if within(path).startswith("schemas/"):
        yield from _schema_entries(root, path)
        return
    rest, owned = [], []
    for key, node in root.pairs:
        if key.text == "sets" and within(path).startswith(LEXICON) and isinstance(node, Map):
            yield from _sets_of(node, path)
            continue
        kind, naming = _ENTRIES.get(key.text, ("", ""))
        if kind and isinstance(node, Sequence) and _named(node, naming):
            owned += [(kind, naming, item) for item in node.items]
        else:
            rest.append((key, node))
    # The document of a file is said of each of its rules.
    shared = tuple((key, node) for key, node in rest if key.text == "document" and owned)
    # Where ids leave it out, another document makes other rules: then it is told at its own place too.
    if not _are_short(owned, _document(root)):
        rest = [pair for pair in rest if pair not in shared]
    for kind, naming, item in owned:
        assert isinstance(item, Map)
        name = item.get(naming)
        assert isinstance(name, Scalar)
        yield _owned_entry(kind, name, item, _document(root), shared, path)
    if rest:
        yield _Entry("", within(path), Map(tuple(rest), root.span), path)


def _owned_entry(
    kind: str, name: Scalar, item: Map, document: str, shared: tuple[tuple[Scalar, Node], ...], path: str
) -> _Entry:
    match kind:
        case "规则" if document:
            # Whether the document's id is written in that of a rule or not, it is one rule.
            full = Scalar(full_id(name.text, document), name.is_quoted, name.span)
            pairs = tuple((key, full if node is name else node) for key, node in item.pairs)
            return _Entry(kind, full.text, Map((*shared, *pairs), item.span), path)
        case "定义":
            return _Entry(kind, f"{document}：{name.text}", item, path)
        case _:
            return _Entry(kind, name.text, item, path)


def _are_short(owned: Iterable[tuple[str, str, Node]], document: str) -> bool:
    names = [item.get(naming) for kind, naming, item in owned if kind == "规则" and isinstance(item, Map)]
    return any(full_id(name.text, document) != name.text for name in names if isinstance(name, Scalar))


def _document(root: Map) -> str:
    node = root.get("document")
    return node.text if isinstance(node, Scalar) else ""


def _sets_of(node: Map, path: str) -> Iterator[_Entry]:
    stem = within(path).removeprefix(LEXICON).removesuffix(".yaml")
    for name, words in node.pairs:
        yield _Entry("词组", f"{stem}.{name.text}", Map(((_WORDS_KEY, words),), name.span), path)


def _schema_entries(root: Map, path: str) -> Iterator[_Entry]:
    subject = root.get("x-subject")
    name = subject.text if isinstance(subject, Scalar) else path
    rest = []
    for key, node in root.pairs:
        if key.text == "properties" and isinstance(subject, Scalar) and isinstance(node, Map):
            for field, value in node.pairs:
                inner = value if isinstance(value, Map) else Map(((field, value),), field.span)
                yield _Entry("字段", f"{name}.{field.text}", inner, path)
        elif key.text != SOURCE_KEY:
            rest.append((key, node))
    yield _Entry("主题" if isinstance(subject, Scalar) else "", name, Map(tuple(rest), root.span), path)


def _named(node: Sequence, naming: str) -> bool:
    """Tell whether every item is a map that the key names, each by a name of its own."""
    names = [item.get(naming) if isinstance(item, Map) else None for item in node.items]
    texts = [name.text for name in names if isinstance(name, Scalar)]
    return len(texts) == len(names) == len(set(texts))


def _whole(entry: _Entry, *, is_new: bool) -> Cause:
    text = _shown(entry.node)
    place = entry.node.span.place
    old, new = (None, text) if is_new else (text, None)
    return Cause(
        kind=entry.kind or CONTENT,
        name=entry.name,
        key="",
        old=old,
        new=new,
        place=place,
        decides=not _is_idle(entry),
    )


def _differences(old: _Entry, new: _Entry) -> Iterator[Cause]:
    for key, before, after in _compared(old.node, new.node, ""):
        node = after if after is not None else before
        assert node is not None
        yield Cause(
            kind=new.kind or CONTENT,
            name=new.name,
            key=key,
            old=_shown(before) if before is not None else None,
            new=_shown(after) if after is not None else None,
            place=node.span.place,
            decides=_decides(new.kind, key) and not _is_idle(new),
            cites=_cites(new.kind, key) and not _is_idle(new),
        )


def _is_idle(entry: _Entry) -> bool:
    """Tell whether no case is decided by a file: what is beside the rules, and schemas of no subject."""
    # Of a lexicon, what is neither a term nor a set is a note.
    path = within(entry.path)
    is_beside = path.startswith(IDLE) or path.endswith(IDLE_NAMES)
    return is_beside or (not entry.kind and path.startswith(("schemas/", LEXICON)))


def _decides(kind: str, key: str) -> bool:
    words = WORDS_OF.get(kind, frozenset())
    parts = [part.partition("[")[0] for part in key.split(".")]
    # A choice of an example or a condition may bear any name, so only the first key and the last one count.
    if kind == "规则" and parts[0] not in ("unless", "overrides", "doubt"):
        return parts[0] not in words
    return parts[0] not in words and parts[-1] not in words


def _cites(kind: str, key: str) -> bool:
    if (kind, key) == ("文件", "force"):
        return True  # It decides which norm prevails, and is cited even where none has to.
    parts = [part.partition("[")[0] for part in key.split(".")]
    grounds = GROUNDS_OF.get(kind, frozenset())
    return (
        not _decides(kind, key)
        and not {"examples", "accept"} & set(parts)
        and bool({parts[0], parts[-1]} & grounds)
    )


_Found = tuple[str, Node | None, Node | None]


def _compared(old: Node, new: Node, key: str) -> Iterator[_Found]:
    if _canonical(old) == _canonical(new):
        return
    if isinstance(old, Map) and isinstance(new, Map):
        for name in dict.fromkeys(k.text for owner in (old, new) for k, _ in owner.pairs):
            yield from _one(old.get(name), new.get(name), f"{key}.{name}" if key else name)
    elif isinstance(old, Sequence) and isinstance(new, Sequence) and _has_maps(old, new):
        yield from _items(old, new, key)
    else:
        yield key, old, new


def _one(old: Node | None, new: Node | None, key: str) -> Iterator[_Found]:
    if old is not None and new is not None:
        yield from _compared(old, new, key)
    elif old is not new:
        yield key, old, new


def _has_maps(*owners: Sequence) -> bool:
    return any(isinstance(item, Map) for owner in owners for item in owner.items)


def _items(old: Sequence, new: Sequence, key: str) -> Iterator[_Found]:
    naming = next((n for n in _NAMES if _named(old, n) and _named(new, n)), None)
    if naming is None:
        yield from _aligned(old.items, new.items, key)
        return
    before, after = ({_name(item, naming): item for item in owner.items} for owner in (old, new))
    for name in dict.fromkeys((*before, *after)):
        yield from _one(before.get(name), after.get(name), f"{key}[{name}]")
    common = [[n for n in names if n in before and n in after] for names in (before, after)]
    if common[0] != common[1]:
        yield f"{key}[顺序]", old, new


def _name(item: Node, naming: str) -> str:
    name = item.get(naming) if isinstance(item, Map) else None
    return name.text if isinstance(name, Scalar) else ""


def _aligned(old: tuple[Node, ...], new: tuple[Node, ...], key: str) -> Iterator[_Found]:
    for first, last, start, end in _blocks([*map(_canonical, old)], [*map(_canonical, new)]):
        for at in range(max(last - first, end - start)):
            before = old[first + at] if first + at < last else None
            after = new[start + at] if start + at < end else None
            number = (start + at if after is not None else first + at) + 1
            yield from _one(before, after, f"{key}[{number}]")


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    # Aligning lists so long takes too much time: they are compared place by place.
    if max(len(old), len(new)) > _LONG_LIST:
        yield 0, len(old), 0, len(new)
        return
    for how, first, last, start, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if how != "equal":
            yield first, last, start, end


def _canonical(node: Node) -> str:
    """Write a node so that equal texts mean the same: keys in any order, nothing for what is blank."""
    match node:
        case Scalar(text=text):
            return "~" if is_empty(node) else repr(text)
        case Sequence(items=items):
            return "[" + ",".join(map(_canonical, items)) + "]"
        case Map(pairs=pairs):
            return "{" + ",".join(sorted(f"{k.text!r}:{_canonical(v)}" for k, v in pairs)) + "}"


def _shown(node: Node) -> str:
    match node:
        case Scalar(text=text):
            return "（空）" if is_empty(node) else text
        case Sequence(items=items):
            return "[" + ", ".join(map(_shown, items)) + "]"
        case Map(pairs=pairs):
            return "{" + ", ".join(f"{k.text}: {_shown(v)}" for k, v in pairs) + "}"


def _shortened(old: str | None, new: str | None) -> tuple[str, str]:
    """Quote both texts; of long ones the part that differs, with a little around it."""
    if old is None or new is None:
        return _quoted(old, 0), _quoted(new, 0)
    start = 0
    if max(len(old), len(new)) > _LONGEST:
        same = next(
            (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
        )
        start = max(0, same - _CONTEXT)
    return _quoted(old, start), _quoted(new, start)


def _quoted(text: str | None, start: int) -> str:
    if text is None:
        return "（无）"
    cut = text[start : start + _LONGEST]
    return f"“{'…' if start else ''}{cut}{'…' if start + _LONGEST < len(text) else ''}”"
