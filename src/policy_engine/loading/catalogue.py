"""Load a guiding catalogue: YAML as in `rules/catalogue/`, or a table saved as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems, short
from policy_engine.loading.tables import SEPARATORS, Row, first_rows, head_word, plain, read_rows
from policy_engine.loading.tree import Mapping, parse
from policy_engine.model.areas import Areas
from policy_engine.model.catalogue import Catalogue, Covers, Entry

_HEAD = ("title", "number", "issuer", "area", "covers", "effective", "source", "note")
_ENTRY = ("first", "second", "third", "verified")
_COLUMNS = ("一级目录", "二级目录", "三级目录")
_LEVEL_WORD = re.compile(r"([一二三])级(?:目录|项目|品目|类目|科目)?(?:名称)?")
_NOTE = re.compile(r"[（(]?(?:注|备注|说明|填表说明|附注)\s*\d*\s*[:：、.．]")
_TABLES = (".csv", ".tsv", ".tab", ".txt", ".xls", ".xlsx")
_TREES = (".yaml", ".yml", ".json")
_IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|[*:]")
_HEAD_WITHIN = 20


def load_catalogue(source: SourceText, areas: Areas) -> Catalogue:
    """Load one catalogue. Raises `DiagnosticsError` with all problems of the file."""
    problems = Problems()
    found = _table(source, problems) if _is_table(source) else _tree(source, areas, problems)
    if not problems.found and (found is None or not found.entries):
        problems.error(
            "PE511", "目录里没有条目", file_span(source.path), "见 rules/catalogue/central.yaml 的写法"
        )
    raise_errors(problems.found)
    assert found is not None
    return found


def _is_table(source: SourceText) -> bool:
    # What is called neither is what it looks like.
    path = source.path.lower()
    return path.endswith(_TABLES) or (not path.endswith(_TREES) and _find_head(source) is not None)


def _tree(source: SourceText, areas: Areas, problems: Problems) -> Catalogue | None:
    parsed = parse(source.text, source.path)
    problems.found += parsed.diagnostics
    for root in parsed.documents[:1]:
        owner = problems.mapping(root, "目录文件", root.span)
        if owner is None:
            return None
        head = problems.mapping(owner.get("catalogue"), "`catalogue`", root.span)
        if head is None:
            return None
        problems.keys(owner, ("catalogue", "entries", "$schema"), "目录文件")
        problems.keys(head, _HEAD, "`catalogue` ")
        word = problems.text(head, "area", fallback="")
        return Catalogue(
            title=problems.text(head, "title"),
            number=problems.text(head, "number", fallback=""),
            area=find_area(areas, word, head.span, problems) if word else None,
            covers=Covers(problems.one_of(head, "covers", (c.value for c in Covers), Covers.OWN_LEVEL.value)),
            effective=problems.day(head, "effective"),
            entries=tuple(_entries(owner, problems)),
            path=source.path,
        )
    return None


def _entries(owner: Mapping, problems: Problems) -> Iterator[Entry]:
    for node in problems.sequence(owner.get("entries"), "`entries`", owner.span):
        entry = problems.mapping(node, "条目", node.span)
        if entry is not None:
            problems.keys(entry, _ENTRY, "条目")
            yield Entry(
                first=problems.text(entry, "first", fallback=""),
                second=problems.text(entry, "second"),
                third=tuple(scalar.text for scalar in problems.texts(entry, "third")),
                verified=problems.flag(entry, "verified", fallback=True),
            )


def _table(source: SourceText, problems: Problems) -> Catalogue | None:
    head = _find_head(source)
    if head is None:
        message = f"表头没有“{_COLUMNS[1]}”"
        hint = f"先写一行表头 {'、'.join(_COLUMNS)}；各列用逗号、分号或制表符隔开"
        problems.error("PE511", message, file_span(source.path), hint)
        return None
    rows = read_rows(source.text, source.path, head.separator, problems)
    filler = _Filler(head, problems)
    for row in rows[head.row + 1 :]:
        filler.take(row)
    filler.close_heading()
    return Catalogue(
        title=PurePath(source.path).stem,
        number="",
        area=None,
        covers=Covers.OWN_LEVEL,
        effective=None,
        entries=tuple(Entry(*names, tuple(third), verified=True) for names, third in filler.grouped.items()),
        path=source.path,
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """Where the head of the table stands, and in which columns the three levels are."""

    separator: str
    row: int
    named: frozenset[int]
    levels: tuple[int | None, int | None, int | None]


def _find_head(source: SourceText) -> _Head | None:
    # Titles and notes stand above the head; only the right separator shows the most levels.
    heads = [
        _Head(separator, n, _named(row, levels), levels)
        for separator in SEPARATORS
        for n, row in enumerate(first_rows(source.text, source.path, separator, _HEAD_WITHIN))
        if (levels := _levels(row))[1] is not None
    ]
    return max(heads, key=lambda head: (sum(at is not None for at in head.levels), -head.row), default=None)


def _named(row: Row, levels: tuple[int | None, ...]) -> frozenset[int]:
    # A level that stands twice has a column nobody would read.
    return frozenset(at for at, cell in enumerate(row.cells) if cell and (at in levels or not _level(cell)))


def _level(cell: str) -> str:
    word = _LEVEL_WORD.fullmatch(_IN_BRACKETS.sub("", head_word(cell)))
    return word[1] if word else ""


def _levels(row: Row) -> tuple[int | None, int | None, int | None]:
    found = {_level(cell): at for at, cell in reversed(list(enumerate(row.cells)))}
    return found.get("一"), found.get("二"), found.get("三")


@dataclass(slots=True)
class _Filler:
    """Gives the blank cells of merged rows the names above them; every row becomes an entry or is refused."""

    head: _Head
    problems: Problems
    grouped: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    first: str = ""
    second: str = ""
    heading: Row | None = None

    def take(self, row: Row) -> None:
        """Read one row under the head."""
        first, second, third = (plain(row.cell(at)) for at in self.head.levels)
        if self._is_beside_the_table(row) or self._has_too_many_cells(row):
            return
        if not (first or second or third):
            self._refuse(row, "没有写目录名称", "写上名称，或者删去这一行")
        elif first and not (second or third):
            self.close_heading()
            self.first, self.second, self.heading = first, "", row
        else:
            self._enter(row, first, second, third)

    def close_heading(self) -> None:
        """Refuse a first level that nothing was written under."""
        if self.heading is not None:
            self._refuse(
                self.heading, f"只写了一级目录“{self.first}”，下面没有二级目录", "每行写全一级和二级"
            )
        self.heading = None

    def _enter(self, row: Row, first: str, second: str, third: str) -> None:
        if first and first != self.first:
            self.close_heading()
            self.first, self.second = first, ""
        self.heading = None
        self.second = second or self.second
        if not self.second:
            self._refuse(row, "没有写二级目录", "合并的单元格拆开，每行写全一级和二级")
        elif not self.first and self.head.levels[0] is not None:
            self._refuse(row, "没有写一级目录", "合并的单元格拆开，每行写全一级和二级")
        else:
            self.grouped.setdefault((self.first, self.second), {}).update({third: None} if third else {})

    def _is_beside_the_table(self, row: Row) -> bool:
        # Blank or numbered blank rows, the head repeated on the next page, notes under the table.
        written = [cell for cell in row.cells if cell]
        is_repeated = _levels(row) == self.head.levels
        is_note = len(written) == 1 and _NOTE.match(written[0]) is not None
        is_number = written == [row.cells[0]] and row.cells[0].isdigit()
        return not written or is_number or is_repeated or is_note

    def _has_too_many_cells(self, row: Row) -> bool:
        extra = [cell for at, cell in enumerate(row.cells) if cell and at not in self.head.named]
        if extra:
            told = "、".join(f"“{short(cell)}”" for cell in extra)
            self._refuse(
                row, f"比表头多出 {told}", "单元格里的逗号连同文字放进半角引号；多一列的，给它写上表头"
            )
        return bool(extra)

    def _refuse(self, row: Row, why: str, help_text: str) -> None:
        self.problems.error("PE511", f"第 {row.number} 行{why}", row.span, help_text)
