"""The first engine: generated Python."""

from __future__ import annotations

from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.runtime import decode_number
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Situation
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.values import UNKNOWN

_STATUSES = tuple(Status)


def evaluate_compiled(compiled: CompiledRuleSet, situation: Situation) -> Evaluation:
    """Evaluate the rules of one subject on one situation. Pure and total."""
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
