"""The second engine decides the checked rules again, by a translation of its own into plain clauses.

durable-rules matches them; where it can't be loaded, SQLite does.
"""

from policy_engine.evaluation.durable.clauses import EngineFailure
from policy_engine.evaluation.durable.evaluate import evaluate_durable, evaluate_sqlite
from policy_engine.evaluation.durable.native import durable_available


def sqlite_available() -> bool:
    """Tell whether SQLite could be loaded."""
    from policy_engine.evaluation.durable import sqlite  # noqa: PLC0415 - durable-rules is mostly there

    return sqlite.sqlite_available()


__all__ = [
    "EngineFailure",
    "durable_available",
    "evaluate_durable",
    "evaluate_sqlite",
    "sqlite_available",
]
