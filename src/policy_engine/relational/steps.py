"""Queries in steps: each a common table expression over those before it. Columns are named as they stand in a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from policy_engine.relational.dialects import Dialect
from policy_engine.relational.trees import Tree, chosen, coalesced, column, compared, conj, number


@dataclass(slots=True)
class Steps:
    """What has been worked out so far, by the name of its step."""

    dialect: Dialect
    queries: dict[str, exp.Query] = field(default_factory=dict)
    recursive: set[str] = field(default_factory=set)

    def add(self, name: str, query: exp.Query, *, is_recursive: bool = False) -> str:
        """Add a step; its name stands for it."""
        assert name not in self.queries, name
        self.queries[name] = query
        if is_recursive:
            self.recursive.add(name)
        return name

    def query(self, last: exp.Select) -> exp.Select:
        """Write the whole query, which ends in a selection from the steps."""
        found = last
        for name, query in self.queries.items():
            found = found.with_(
                exp.to_identifier(name, quoted=True),
                as_=query.copy(),
                # A step that reads itself is worked out once anyway.
                materialized=True if self.dialect.materializes and name not in self.recursive else None,
                recursive=bool(self.recursive) or None,
                copy=False,
            )
        return found


def relation(name: str, alias: str = "") -> exp.Table:
    """Refer to a step or a table."""
    found = exp.Table(this=exp.to_identifier(name, quoted=True))
    if alias:
        found.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
    return found


def of(alias: str, name: str) -> Tree:
    """Refer to a column of one of several relations."""
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(alias, quoted=True))


def taken(columns: Mapping[str, Tree] | Iterable[str]) -> exp.Select:
    """Select columns: as they are, or made of others under a name."""
    if not isinstance(columns, Mapping):
        columns = {name: column(name) for name in columns}
    return exp.select(*(_named(name, tree.copy()) for name, tree in columns.items()), copy=False)


def _named(name: str, tree: Tree) -> Tree:
    # A column needs no second name that is its own; with one, Spark 4 loses track of what windows are made over.
    is_named = isinstance(tree, exp.Column) and tree.name == name
    return tree if is_named else exp.alias_(tree, exp.to_identifier(name, quoted=True), copy=False)


def same(names: Iterable[str], one: str, other: str) -> Tree:
    """Say that two relations agree in some columns, which always hold something."""
    return conj([compared(of(one, name), exp.EQ, of(other, name)) for name in names])


def summed(tree: Tree, dialect: Dialect) -> Tree:
    """Add up whole numbers, with room for more digits than one of them has."""
    wide = tree if dialect.sums_widely else exp.cast(tree, "DECIMAL(28, 0)")
    return coalesced(exp.Sum(this=wide), number(0))


def how_many(truth: Tree) -> Tree:
    """Count the rows for which something holds."""
    return coalesced(exp.Sum(this=chosen([(truth, number(1))], number(0))), number(0))


def over(
    function: Tree, names: Iterable[str] = (), order: Iterable[Tree] = (), *, up_to: int | None = None
) -> Tree:
    """Work something out over the rows that agree in some columns, in an order.

    `up_to`: only over those that are no more than so much further in it than the row itself.
    """
    ordered = [exp.Ordered(this=one, nulls_first=False) for one in order]
    spec = None
    if up_to is not None:
        spec = exp.WindowSpec(kind="RANGE", start="CURRENT ROW", end=number(up_to), end_side="FOLLOWING")
    return exp.Window(
        this=function,
        partition_by=[column(name) for name in names],
        order=exp.Order(expressions=ordered) if ordered else None,
        spec=spec,
    )
