"""The first engine: generated Python, or, where rules are many, all of them at once by masks."""

from __future__ import annotations

from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.runtime import decode_number
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.values import UNKNOWN

_STATUSES = tuple(Status)


# From about so many rules of a subject on the tables cost less than the function (`make bench`).
MANY_RULES = 400


def evaluate_compiled(compiled: CompiledRuleSet, situation: Situation) -> Evaluation:
    """Evaluate the rules of one subject on one situation. Pure and total."""
    subject = compiled.subjects[situation.subject]
    # Kept tables are there, the function would have to be written first.
    if subject.kept_tables is not None or len(subject.rules) >= MANY_RULES:
        from policy_engine.evaluation.masks import evaluate_masks  # noqa: PLC0415

        return evaluate_masks(compiled, situation)
    return evaluate_generated(compiled, situation)


def evaluate_generated(compiled: CompiledRuleSet, situation: Situation) -> Evaluation:
    """Evaluate by the generated function."""
    subject = compiled.subjects[situation.subject]
    program = subject.program
    values = situation.values
    statuses, bits, numbers, rivals = program.run(
        [encode(values.get(name, UNKNOWN)) for name, encode in program.inputs]
    )
    computed = zip(program.numbers, map(decode_number, numbers), strict=True)
    return Evaluation(
        statuses=MappingProxyType(
            {rule.id: _STATUSES[code] for rule, code in zip(subject.rules, statuses, strict=True)}
        ),
        truths=MappingProxyType(dict(zip(program.bits, map(_truth, bits), strict=True))),
        numbers=MappingProxyType({name: value for name, value in computed if value is not None}),
        rivals=MappingProxyType(dict(zip(subject.rivals, map(_truth, rivals), strict=True))),
    )


def _truth(pair: tuple[bool, bool]) -> Truth:
    is_true, is_false = pair
    if is_true:
        return Truth.TRUE
    return Truth.FALSE if is_false else Truth.UNKNOWN
