"""What keeps a rule from taking effect: time, place, an exception that is met, a norm that applies instead."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.evaluation.truth import Derivations, exception, truth
from policy_engine.foundation.logic import Truth
from policy_engine.model.areas import lies_in
from policy_engine.model.cases import Case
from policy_engine.model.decisions import (
    BelowArea,
    Blocked,
    Evaluation,
    Excepted,
    OutOfArea,
    OutOfTime,
    Status,
    Yielded,
)
from policy_engine.model.rules import Rule
from policy_engine.model.values import Value


def blocked(
    rule: Rule,
    case: Case,
    values: Mapping[str, Value],
    derived: Derivations,
    evaluation: Evaluation,
    program: CompiledSubject,
) -> Blocked | None:
    """Say what keeps a rule from taking effect; `None` where nothing does, or where its own conditions do."""
    match evaluation.statuses[rule.id]:
        case Status.OUT_OF_FORCE:
            area = rule.citation.document.area
            if lies_in(case.area, area):
                return OutOfTime()
            return BelowArea() if lies_in(area, case.area) else OutOfArea()
        case Status.EXCEPTED:
            met = (c for c in rule.unless if truth(exception(c), values, derived) is Truth.TRUE)
            return Excepted(tuple(met))
        case Status.DEFEATED:
            winners = program.defeated_by.get(rule.id, ())
            effective = tuple(name for name in winners if evaluation.statuses[name] is Status.TRUE)
            return Yielded(effective or winners)
        case _:
            return None
