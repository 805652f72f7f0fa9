"""An interview: what is asked next, and where it stands. Nothing is kept between two turns but the case."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from policy_engine.model.cases import Case, Fact
from policy_engine.model.decisions import Decision, Question, SubjectDecision
from policy_engine.model.values import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is told before anything is asked, as people write it; "" is not told, a place that isn't is the whole country."""

    name: str = ""
    text: str = ""
    place: str = ""
    day: str = ""
    phase: str = ""


class Asking(Enum):
    """What is asked: a fact; who judged a fact so, against words or signs; a signature for what nobody told."""

    FACT = "fact"
    REASON = "reason"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that is asked. `question`: `None` for a signature; `covered`: then the facts it would stand for.

    `proposed`: what the words of the texts state outright, to be confirmed.
    """

    kind: Asking
    question: Question | None = None
    proposed: Known | None = None
    covered: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where an interview stands. `ask`: `None` where nothing that is left can change the outcome, or nobody can tell it.

    `decision`: what one engine makes of the case so far. `left`: how many questions are known to be left, this one
    included; an answer may raise others, or settle them.
    """

    case: Case
    decision: Decision
    ask: Ask | None
    left: int

    @property
    def subject(self) -> SubjectDecision:
        """Give the decision on the subject that is asked about."""
        return self.decision.subjects[0]
