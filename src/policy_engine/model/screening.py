"""What screening a text gives: what its words propose, and what would come of it. Nothing of it is a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision, Verdict
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.values import Known


@dataclass(frozen=True, slots=True)
class Proposal:
    """What words propose for one field. `value`: the one that would be confirmed, `None` where the surest disagree."""

    field: str
    indications: tuple[Indication, ...]
    value: Known | None

    @property
    def is_stated(self) -> bool:
        """Tell whether some words state the value outright."""
        return any(one.certainty is Certainty.STATED and one.value == self.value for one in self.indications)


@dataclass(frozen=True, slots=True)
class Supposition:
    """What would come of confirming: a verdict, `None` where findings are all that is asked, or why it can't all be true."""

    verdict: Verdict | None
    decision: Decision | None = None
    impossible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Screening:
    """One text that was read. `texts` by field; `case` states nothing but them.

    `confirmed`: with every proposal confirmed; `None` where there is none or some disagree. `stated`: with those alone
    that words state. `open`: the decision whose questions are left; `None` where nobody searched for questions.
    """

    subject: str
    texts: Mapping[str, str]
    case: Case
    proposals: tuple[Proposal, ...]
    confirmed: Supposition | None
    stated: Supposition | None
    open: Decision | None = None

    @property
    def disagreeing(self) -> tuple[Proposal, ...]:
        """List the proposals whose surest words disagree."""
        return tuple(one for one in self.proposals if one.value is None)
