"""The rules of a subject as SQL: one statement that decides a whole table, row by row. See docs/engine.md."""

from policy_engine.relational.dialects import DIALECTS, Dialect
from policy_engine.relational.looking import plan_aggregates
from policy_engine.relational.plan import Plan, plan_subject
from policy_engine.relational.rows import RowFacts, row_of
from policy_engine.relational.views import inputs_of_both, table_of, view_names, views_text

__all__ = [
    "DIALECTS",
    "Dialect",
    "Plan",
    "RowFacts",
    "inputs_of_both",
    "plan_aggregates",
    "plan_subject",
    "row_of",
    "table_of",
    "view_names",
    "views_text",
]
