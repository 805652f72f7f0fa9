"""A case closed once for many answers: most answers change nothing of what closing makes of the rest.

Only some fields matter to closing: signs and what words mean read them, they can't be true beside others, terms run
from them, rules are dated by them, or words point to them. An answer to any other field is just one more value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.closing import ClosedSubject
from policy_engine.evaluation.masks import Begun
from policy_engine.evaluation.truth import Told, Wanted
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.values import UNKNOWN, Known, Value
from policy_engine.model.vocabulary import FieldType, Phase, Role


@dataclass(slots=True)
class Start:
    """Where decisions begin that differ in facts that turn. `is_used`: one was made; the next begins at `begun`."""

    is_used: bool = False
    begun: Begun | None = None


@dataclass(slots=True, kw_only=True)
class Footing:
    """What closing makes of a case. `before`: the values before words opened some. `waiting`: as a mask of rules.

    `start`: where what is decided on it begins.
    """

    values: dict[str, Value]
    before: dict[str, Value] | None
    phase: Phase
    doubtful: frozenset[str]
    supposed: Mapping[str, Known]
    waiting: int
    start: Start = field(default_factory=Start)

    def told(self, answers: Mapping[str, Known], turning: Collection[str]) -> Footing:
        """Give the same with other answers to what was told already, where closing makes nothing else of them."""
        before = {**self.before, **answers} if self.before is not None else None
        # What is looked up once hangs on no fact that turns.
        start = self.start if answers.keys() <= set(turning) else Start()
        return Footing(
            values={**self.values, **answers},
            before=before,
            phase=self.phase,
            doubtful=self.doubtful,
            supposed=self.supposed,
            waiting=self.waiting,
            start=start,
        )

    @classmethod
    def of(cls, closed: ClosedSubject, waiting: int) -> Footing:
        """Keep of a closed subject what is needed."""
        return cls(
            values=dict(closed.situation.values),
            before=dict(closed.before.values) if closed.before is not None else None,
            phase=closed.phase,
            doubtful=closed.doubtful,
            supposed=closed.supposed,
            waiting=waiting,
        )


# A condition, the values it saw, and what counted.
_Asked = tuple[Told, tuple[Value, ...], Wanted]


class Seen:
    """Notes what closing asks of conditions: which of them, of what values, what counted, and whether it was so."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: dict[_Asked, bool] = {}

    def ask(self, condition: Told, values: Mapping[str, Value], wanted: Wanted) -> bool:
        """Ask a condition, as `comes_to` does."""
        seen = tuple([values.get(name, UNKNOWN) for name in condition.names])
        asked = condition, seen, wanted
        known = self.found.get(asked)
        if known is None:
            known = self.found[asked] = condition.at(seen) in wanted
        return known


@dataclass(frozen=True, slots=True)
class Ground:
    """What closing made of some answers, and what of these it rests on: other answers that show no more, it stands for.

    `footing`: `None` where they can't be true; `rests_on`: what was asked of conditions that read one of the answers, and
    whether it was so. The answers that closing makes something of by itself are `fixed`: others need closing anew.
    """

    answers: Mapping[str, Known]
    footing: Footing | None
    rests_on: tuple[tuple[_Asked, bool], ...]
    fixed: frozenset[str]

    @classmethod
    def of(
        cls, answers: Mapping[str, Known], footing: Footing | None, seen: Seen, fixed: frozenset[str]
    ) -> Ground:
        """Keep of what was seen what reads one of the answers."""
        rests_on = tuple(one for one in seen.found.items() if not one[0][0].reads.isdisjoint(answers))
        return cls(answers, footing, rests_on, fixed)

    def others(self, answers: Mapping[str, Known]) -> Mapping[str, Known]:
        """Give those answers that are others. The same ones may have been closed: "not yet" is open before its phase."""
        return {name: value for name, value in answers.items() if self.answers[name] != value}

    def stands_for(self, answers: Mapping[str, Known]) -> bool:
        """Tell whether closing makes the same of other answers to the same facts, these themselves apart."""
        others = self.others(answers)
        if not self.fixed.isdisjoint(others):
            return False
        for (told, values, wanted), found in self.rests_on:
            if not told.reads.isdisjoint(others):
                # What was answered stood as answered wherever it was looked at: nothing opens what has a source.
                seen = zip(told.names, values, strict=True)
                now = tuple([answers[name] if name in others else value for name, value in seen])
                if (told.at(now) in wanted) is not found:
                    return False
        return True


def fixed_by_closing(program: CompiledSubject) -> Iterator[str]:
    """Go through the fields of which closing makes something whatever conditions say of their value."""
    yield from program.dates
    for name, known in program.fields.items():
        if known.judged_by:
            yield from (name, known.judged_by)
        if known.term is not None:
            yield from (name, known.term.after)
        # Before its phase an event that has not come is no answer; one that has shows how far the matter is.
        if known.role is Role.EVENT or known.happens is not None or known.type is FieldType.TEXT:
            yield name


def heard_by_closing(program: CompiledSubject) -> Iterator[str]:
    """Go through the fields of a subject of which closing makes more than one more value, whatever the words."""
    yield from fixed_by_closing(program)
    for rule in program.impossible:
        yield from rule.reads
    for name, known in program.fields.items():
        for implied in known.implied:
            yield name
            yield from fields_read(implied.when) if implied.when is not None else ()
        for sign in known.indicators:
            yield from fields_read(sign)
