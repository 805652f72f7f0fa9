"""Load a guiding catalogue: YAML as in `rules/catalogue/`, or a table saved as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import PurePath

from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.foundation.spans import Span, file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import find_area
from policy_engine.loading.tree import Mapping, parse
from policy_engine.model.areas import Areas
from policy_engine.model.catalogue import Catalogue, Covers, Entry

_HEAD = ("title", "number", "issuer", "area", "covers", "effective", "source", "note")
_ENTRY = ("first", "second", "third", "verified")
_COLUMNS = ("一级目录", "二级目录", "三级目录")


def load_catalogue(source: SourceText, areas: Areas) -> Catalogue:
    """Load one catalogue. Raises `DiagnosticsError` with all problems of the file."""
    problems = Problems()
    is_table = source.path.lower().endswith(".csv")
    found = _table(source, problems) if is_table else _tree(source, areas, problems)
    if not problems.found and (found is None or not found.entries):
        problems.error(
            "PE511", "目录里没有条目", file_span(source.path), "见 rules/catalogue/central.yaml 的写法"
        )
    raise_errors(problems.found)
    assert found is not None
    return found


def _tree(source: SourceText, areas: Areas, problems: Problems) -> Catalogue | None:
    parsed = parse(source.text, source.path)
    problems.found += parsed.diagnostics
    for root in parsed.documents[:1]:
        owner = problems.mapping(root, "目录文件", root.span)
        head = problems.mapping(owner.get("catalogue"), "`catalogue`", root.span) if owner else None
        if owner is None or head is None:
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
    rows = csv.DictReader(io.StringIO(source.text, newline=""))
    columns = [name.strip() for name in rows.fieldnames or ()]
    if _COLUMNS[1] not in columns:
        message = f"表头没有“{_COLUMNS[1]}”"
        problems.error("PE511", message, file_span(source.path), f"第一行写 {'、'.join(_COLUMNS)}")
        return None
    grouped: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        first, second, third = ((row.get(column) or "").strip() for column in _COLUMNS)
        if not second:
            if first or third:
                span = _line_span(source.path, rows.line_num)
                problems.error("PE511", f"第 {rows.line_num} 行没有写二级目录", span, "每行写全一级和二级")
            continue
        grouped.setdefault((first, second), []).extend([third] if third else [])
    entries = (
        Entry(first, second, tuple(third), verified=True) for (first, second), third in grouped.items()
    )
    return Catalogue(
        title=PurePath(source.path).stem,
        number="",
        area=None,
        covers=Covers.OWN_LEVEL,
        effective=None,
        entries=tuple(entries),
        path=source.path,
    )


def _line_span(path: str, line: int) -> Span:
    return Span(path=path, line=line - 1, column=0, end_line=line - 1, end_column=1)
