"""A plan as statements for a data team: the table, and the views over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from policy_engine.relational.dialects import Names
from policy_engine.relational.inputs import ROW, Input
from policy_engine.relational.looking import AggregatePlan
from policy_engine.relational.plan import GROUNDS, REFUSED, VERDICT, Plan
from policy_engine.relational.trees import Tree, column

# What the views are called, after the table.
EACH, WHOLE = "逐条", "结论"
LOOKED_FOR, ROWS = "汇总", "行"


def inputs_of_both(plan: Plan, aggregates: Sequence[AggregatePlan] = ()) -> tuple[tuple[str, Input], ...]:
    """List the columns of a table that the rules read, and then those that only what is looked for in the whole of it reads."""
    known = dict(plan.inputs)
    more = {name: one for found in aggregates for name, one in found.inputs if name not in known}
    return (*plan.inputs, *more.items())


def table_of(
    plan: Plan, aggregates: Sequence[AggregatePlan] = (), *, is_temporary: bool = False
) -> exp.Create:
    """Write the table that a plan reads; a temporary one belongs to the connection that makes it."""
    columns = [
        exp.ColumnDef(this=exp.to_identifier(name, quoted=True), kind=exp.DataType.build(one.type))
        for name, one in inputs_of_both(plan, aggregates)
    ]
    schema = exp.Schema(this=_named(plan.table), expressions=columns)
    if is_temporary:
        properties = exp.Properties(expressions=[exp.TemporaryProperty()])
        return exp.Create(this=schema, kind="TABLE", properties=properties)
    return exp.Create(this=schema, kind="TABLE", exists=True)


def view_names(plan: Plan) -> tuple[str, str]:
    """Name the view with a column a rule, and the one with the verdicts alone."""
    return f"{plan.table}_{EACH}", f"{plan.table}_{WHOLE}"


def views_of_aggregates(
    plan: Plan, aggregates: Sequence[AggregatePlan]
) -> Iterator[tuple[str, str, AggregatePlan]]:
    """Name the view of the groups that each aggregate finds, and the one of the rows in them."""
    names = Names()
    for one in aggregates:
        name = f"{plan.table}_{LOOKED_FOR}_{one.aggregate.id}"
        yield names.of(name), names.of(f"{name}_{ROWS}"), one


def views_text(plan: Plan, remarks: Iterable[str], aggregates: Sequence[AggregatePlan] = ()) -> str:
    """Write everything as one file that the database runs. `remarks`: the lines at its head."""
    written = (one.sql(dialect=plan.dialect.name, pretty=True) for one in _statements(plan, aggregates))
    # A remark is one line, whatever a name in it holds.
    head = "\n".join(f"-- {' '.join(line.split())}" for line in remarks)
    return "\n\n".join([head, *(f"{one};" for one in written)]) + "\n"


def _statements(plan: Plan, aggregates: Sequence[AggregatePlan]) -> Iterator[Tree]:
    each, whole = view_names(plan)
    looking = tuple(views_of_aggregates(plan, aggregates))
    yield table_of(plan, aggregates)
    # Whoever reads another goes first.
    for name in (*(name for groups, rows, _ in looking for name in (groups, rows)), whole, each):
        yield exp.Drop(tables=[_named(name)], kind="VIEW", exists=True)
    yield exp.Create(this=_named(each), kind="VIEW", expression=plan.query)
    told = exp.select(*map(column, (ROW, REFUSED, VERDICT, GROUNDS))).from_(_named(each))
    yield exp.Create(this=_named(whole), kind="VIEW", expression=told)
    for groups, rows, one in looking:
        yield exp.Create(this=_named(groups), kind="VIEW", expression=one.groups)
        yield exp.Create(this=_named(rows), kind="VIEW", expression=one.rows)


def _named(name: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(name, quoted=True))
