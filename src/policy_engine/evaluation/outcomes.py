"""Put a rule's status into the words of its kind."""

from __future__ import annotations

from collections.abc import Mapping

from policy_engine.model.decisions import Outcome, Status
from policy_engine.model.rules import (
    Classify,
    Derive,
    Impossible,
    Kind,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Table,
)

_DUTY: Mapping[Status, Outcome] = {
    Status.TRUE: Outcome.VIOLATED,
    Status.UNKNOWN: Outcome.UNDETERMINED,
    Status.OUT_OF_FORCE: Outcome.OUT_OF_FORCE,
    Status.NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
    Status.EXCEPTED: Outcome.EXCEPTED,
    Status.DEFEATED: Outcome.DEFEATED,
    Status.SATISFIED: Outcome.SATISFIED,
    Status.CLEAR: Outcome.CLEAR,
}


def _settled(true: Outcome, false: Outcome) -> dict[Status, Outcome]:
    return dict.fromkeys(Status, false) | {Status.TRUE: true, Status.UNKNOWN: Outcome.UNDETERMINED}


_PERMISSION = _settled(Outcome.GRANTED, Outcome.NOT_GRANTED)
_CLASS = _settled(Outcome.HOLDS, Outcome.HOLDS_NOT)
_IMPOSSIBLE = _settled(Outcome.CONTRADICTORY, Outcome.CONSISTENT)
_ADVICE = _settled(Outcome.NOT_ADOPTED, Outcome.NOT_APPLICABLE) | {
    Status.SATISFIED: Outcome.ADOPTED,
    Status.OUT_OF_FORCE: Outcome.OUT_OF_FORCE,
}
_WORDS: Mapping[type[Kind], Mapping[Status, Outcome]] = {
    Prohibit: _DUTY,
    Require: _DUTY,
    Permit: _PERMISSION,
    Recommend: _ADVICE,
    Classify: _CLASS,
    Table: _CLASS,
    Derive: _CLASS,
    Impossible: _IMPOSSIBLE,
}


def outcome_of(kind: Kind, status: Status) -> Outcome:
    """Name the outcome of a rule of this kind."""
    return _WORDS[type(kind)][status]
