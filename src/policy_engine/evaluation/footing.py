"""A case closed once for many answers: most answers change nothing of what closing makes of the rest.

Only some fields matter to closing: signs and what words mean read them, they can't be true beside others, terms run
from them, rules are dated by them, or words point to them. An answer to any other field is just one more value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.closing import ClosedSubject
from policy_engine.evaluation.masks import Begun
from policy_engine.foundation.records import dataclass
from policy_engine.model.values import Known, Value
from policy_engine.model.vocabulary import FieldType, Phase, Role


@dataclass(slots=True, kw_only=True)
class Footing:
    """What closing makes of a case. `before`: the values before words opened some. `waiting`: as a mask of rules.

    `is_used`: something was decided on it; what is decided next begins at `begun`.
    """

    values: dict[str, Value]
    before: dict[str, Value] | None
    phase: Phase
    doubtful: frozenset[str]
    supposed: Mapping[str, Known]
    waiting: int
    is_used: bool = False
    begun: Begun | None = None

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


def heard_by_closing(program: CompiledSubject) -> Iterator[str]:
    """Go through the fields of a subject of which closing makes more than one more value, whatever the words."""
    yield from program.dates
    for rule in program.impossible:
        yield from rule.reads
    for name, field in program.fields.items():
        for implied in field.implied:
            yield name
            yield from fields_read(implied.when) if implied.when is not None else ()
        for sign in field.indicators:
            yield from fields_read(sign)
        if field.judged_by:
            yield from (name, field.judged_by)
        if field.term is not None:
            yield from (name, field.term.after)
        # Before its phase an event that has not come is no answer; one that has shows how far the matter is.
        if field.role is Role.EVENT or field.happens is not None or field.type is FieldType.TEXT:
            yield name
