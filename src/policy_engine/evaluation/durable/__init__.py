"""The second engine: durable-rules decides the checked rules again, by a translation of its own."""

from policy_engine.evaluation.durable.clauses import EngineFailure
from policy_engine.evaluation.durable.evaluate import evaluate_durable
from policy_engine.evaluation.durable.native import durable_available

__all__ = ["EngineFailure", "durable_available", "evaluate_durable"]
