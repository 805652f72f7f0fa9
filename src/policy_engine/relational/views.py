"""A plan as statements for a data team: the table, and the views over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from policy_engine.relational.inputs import ROW
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT, Plan
from policy_engine.relational.trees import Tree, column

# What the views are called, after the table.
EACH, WHOLE = "逐条", "结论"


def table_of(plan: Plan, *, is_temporary: bool = False) -> exp.Create:
    """Write the table that a plan reads; a temporary one belongs to the connection that makes it."""
    columns = [
        exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=exp.DataType.build(one.type))
        for name, one in plan.inputs
    ]
    schema = exp.Schema(this=_named(plan.table), expressions=columns)
    if is_temporary:
        properties = exp.Properties(expressions=[exp.TemporaryProperty()])
        return exp.Create(this=schema, kind="TABLE", properties=properties)
    return exp.Create(this=schema, kind="TABLE", exists=True)


def view_names(plan: Plan) -> tuple[str, str]:
    """Name the view with a column a rule, and the one with the verdicts alone."""
    return f"{plan.table}_{EACH}", f"{plan.table}_{WHOLE}"


def views_text(plan: Plan, remarks: Iterable[str]) -> str:
    """Write everything as one file that the database runs. `remarks`: the lines at its head."""
    written = (one.sql(dialect=plan.dialect.name, pretty=True) for one in _statements(plan))
    # A remark is one line, whatever a name in it holds.
    head = "\n".join(f"-- {' '.join(line.split())}" for line in remarks)
    return "\n\n".join([head, *(f"{one};" for one in written)]) + "\n"


def _statements(plan: Plan) -> Iterator[Tree]:
    each, whole = view_names(plan)
    yield table_of(plan)
    # Whoever reads another goes first.
    for name in (whole, each):
        yield exp.Drop(tables=[_named(name)], kind="VIEW", exists=True)
    yield exp.Create(this=_named(each), kind="VIEW", expression=plan.query)
    told = exp.select(*map(column, (ROW, REFUSED, VERDICT, GROUNDS))).from_(_named(each))
    yield exp.Create(this=_named(whole), kind="VIEW", expression=told)


def _named(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))
