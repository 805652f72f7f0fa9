"""Columns that are made of one another, step by step: each step is a query over the one before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from policy_engine.relational.dialects import Dialect, Names
from policy_engine.relational.trees import Tree, column


@dataclass(slots=True)
class Chain:
    """Names what is worked out. A column stands in the first step in which all that it reads is there.

    `table`: what the first step reads; `levels`: the step of each column, from 1; those of the table itself are 0.
    """

    table: str
    dialect: Dialect
    names: Names = field(default_factory=Names)
    levels: dict[str, int] = field(default_factory=dict)
    _trees: dict[str, Tree] = field(default_factory=dict)
    _shared: dict[Tree, str] = field(default_factory=dict)

    def given(self, what: str) -> Tree:
        """Refer to a column of the table."""
        name = self.names.of(what)
        self.levels.setdefault(name, 0)
        return column(name)

    def bind(self, what: str, tree: Tree) -> Tree:
        """Give a name to what is worked out; constants and columns stay as they are, and what has a name keeps that."""
        if isinstance(tree, exp.Boolean | exp.Literal | exp.Column):
            return tree.copy()
        if tree in self._shared:
            return column(self._shared[tree])
        return self.named(what, tree)

    def named(self, what: str, tree: Tree) -> Tree:
        """Give a name to a column of the result."""
        name = self.names.of(what)
        assert name not in self._trees, what
        self._trees[name] = tree
        self._shared.setdefault(tree, name)
        self.levels[name] = 1 + max((self.levels[one] for one in _read(tree)), default=0)
        return column(name)

    def query(self, wanted: Iterable[str]) -> exp.Select:
        """Write the query that gives these columns, by their names."""
        last = tuple(wanted)
        top = max(self.levels[name] for name in last)
        steps: list[list[str]] = [[] for _ in range(top + 1)]
        for name in self._trees:
            if self.levels[name] <= top:
                steps[self.levels[name]].append(name)
        needed = dict.fromkeys(last)
        selects: list[exp.Select] = []
        for level in range(top, 0, -1):
            new = [name for name in steps[level] if name in needed]
            carried = [name for name in needed if name not in new]
            source = _step(level - 1) if level > 1 else self.table
            selects.append(_select([*carried, *new], self._trees, set(new), source))
            needed = dict.fromkeys([*carried, *(one for name in new for one in _read(self._trees[name]))])
        found = exp.select(*(column(name) for name in last)).from_(_relation(_step(top)))
        for level, select in enumerate(reversed(selects), start=1):
            found = found.with_(
                exp.to_identifier(_step(level)),
                as_=select,
                materialized=True if self.dialect.materializes else None,
                copy=False,
            )
        return found


def _select(names: Iterable[str], trees: Mapping[str, Tree], new: set[str], source: str) -> exp.Select:
    columns = [
        exp.alias_(trees[name].copy(), exp.to_identifier(name, quoted=True), copy=False)
        if name in new
        else column(name)
        for name in names
    ]
    return exp.select(*columns, copy=False).from_(_relation(source))


def _relation(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def _step(level: int) -> str:
    return f"step{level}"


def _read(tree: Tree) -> dict[str, None]:
    return dict.fromkeys(one.name for one in tree.find_all(exp.Column))
