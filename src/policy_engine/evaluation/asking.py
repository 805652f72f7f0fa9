"""What is put to people: the open rules that count, and of their open facts those that can change the outcome."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from policy_engine.evaluation.closing import ClosedSubject
from policy_engine.evaluation.combine import Weights
from policy_engine.foundation.logic import Truth
from policy_engine.model.cases import Origin
from policy_engine.model.decisions import (
    LackingParameter,
    ParameterQuestion,
    Question,
    Status,
    Verdict,
)
from policy_engine.model.rules import Classify, Rule
from policy_engine.model.vocabulary import Subject

if TYPE_CHECKING:
    from policy_engine.evaluation.prospects import Prospects


def asked_rules(
    verdict: Verdict | None,
    weights: Weights,
    rules: Sequence[Rule],
    statuses: Mapping[str, Status],
    subject: Subject,
) -> list[str]:
    """List the open rules whose questions are put to people. `weights`: of what weighs anything; `rules`: as written."""
    defaults = frozenset(rule.id for rule in rules if rule.is_default)
    names = [] if subject.gives_findings else list(dict.fromkeys(_open_rules(verdict, weights, defaults)))
    if subject.gives_findings or any(f.finding for f in subject.fields.values()):
        names += [r.id for r in rules if statuses[r.id] is Status.UNKNOWN and _finds(r, subject)]
    return names


def _open_rules(verdict: Verdict | None, weights: Weights, defaults: Collection[str]) -> Iterator[str]:
    # A refusal asks nothing; a correction asks what could still make it worse.
    if verdict is Verdict.PROHIBITED:
        return
    groups: list[Mapping[str, Truth]] = [weights.vetoes, weights.fixes]
    if verdict in (Verdict.UNDETERMINED, Verdict.NOT_COVERED) and Truth.TRUE not in weights.permits.values():
        groups.append(weights.permits)
    # Beside a certain breach an open default weighs nothing: at most it would ask for a reason.
    aside = defaults if verdict in (Verdict.CONFLICT, Verdict.NON_COMPLIANT) else ()
    for group in groups:
        yield from (name for name, truth in group.items() if truth is Truth.UNKNOWN and name not in aside)
    for pair, truth in weights.rivals.items():
        if truth is Truth.UNKNOWN:
            yield from pair


def _finds(rule: Rule, subject: Subject) -> bool:
    return isinstance(rule.kind, Classify) and subject.fields[rule.kind.field].finding


def questions(
    verdict: Verdict | None,
    names: Sequence[str],
    lacking: Callable[[str], Sequence[LackingParameter]],
    rules: Sequence[Rule],
    closed: ClosedSubject,
    subject: Subject,
    prospects: Callable[[], Prospects],
) -> Iterator[Question]:
    """Go through the questions of a subject: notes and descriptions first, then the facts that still matter.

    Of these the doubtful come first, which words point to or somebody told as unknown; of two, the one that a rule waits
    for with fewer others. Where a signature is missing it is asked for instead, and what is open beside it is found with one in place.
    """
    fields = subject.fields
    # A note that was said to matter is asked itself: what it says belongs where rules read it.
    notes = [n if n in closed.mattering else fields[n].judged_by for n in closed.unjudged]
    asked = notes if verdict is Verdict.UNDETERMINED else []
    described = [closed.undescribed] if closed.undescribed and verdict is Verdict.UNDETERMINED else []
    waiting: dict[str, tuple[str, ...]] = dict.fromkeys((*asked, *described), ())
    # Until a signature counts, what is open may be so only for want of it.
    if names and not (closed.asks_declaration or closed.unjudged):
        from policy_engine.evaluation.settling import settling_facts  # noqa: PLC0415 - where nothing is open, nobody asks

        is_lacking = any(map(lacking, names))
        settling = settling_facts(prospects(), names, closed.situation.values, is_lacking=is_lacking)
        waiting |= dict(sorted(settling.items(), key=_soonest(settling, closed.doubtful)))
    # What has not come yet is nobody's to tell, unless all hangs on it.
    ripe = {name for name in waiting if closed.facts[name].origin is not Origin.PENDING}
    hangs_on_it = verdict is Verdict.UNDETERMINED and not ripe
    for field, those in waiting.items():
        if field in ripe or hangs_on_it:
            in_order = tuple(rule.id for rule in rules if rule.id in those)
            yield Question(fields[field], closed.facts[field].reason, in_order)


def _soonest(
    settling: Mapping[str, tuple[str, ...]], doubtful: Collection[str]
) -> Callable[[tuple[str, tuple[str, ...]]], tuple[bool, int]]:
    """Rank facts by whether they are in doubt, then by how many have to be told for one of their rules to be settled."""
    awaited = Counter(rule for rules in settling.values() for rule in rules)

    def rank(item: tuple[str, tuple[str, ...]]) -> tuple[bool, int]:
        field, rules = item
        is_doubtful = field in doubtful
        # Of those that nothing points to, the order of the rules is as good as any.
        return not is_doubtful, min((awaited[rule] for rule in rules), default=0) if is_doubtful else 0

    return rank


def parameter_questions(
    names: Iterable[str], lacking: Callable[[str], Sequence[LackingParameter]]
) -> Iterator[ParameterQuestion]:
    """Go through the parameters without a value that open rules wait for. `lacking`: those of one rule."""
    waiting: dict[LackingParameter, list[str]] = {}
    for name in names:
        for parameter in lacking(name):
            waiting.setdefault(parameter, []).append(name)
    for parameter, rules in waiting.items():
        yield ParameterQuestion(parameter, tuple(dict.fromkeys(rules)))
