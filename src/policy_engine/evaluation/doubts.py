"""Rules whose phase has not come and that a doubt keeps open all the same.

What nobody stated may wait for its phase. What somebody stated as unknown, judged against the signs without a reason,
or raised by a sign and left unjudged may not, where some answer to it would be a breach today.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import read_by
from policy_engine.evaluation.truth import Derivations, exception, truth
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass, field
from policy_engine.model.conditions import All, Any, Condition, Not
from policy_engine.model.rules import Recommend, Require, Rule
from policy_engine.model.values import Value

_OPPOSITE = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE}


def doubted(
    rules: Iterable[Rule],
    values: Mapping[str, Value],
    derived: Derivations,
    doubtful: Collection[str],
    program: CompiledSubject,
    supposed: Collection[str] = (),
) -> frozenset[str]:
    """Name those of the rules that some answer to the doubtful facts alone would break (or grant).

    `supposed`: facts that `values` hold at the value to which words point.
    Each comparison of a doubtful fact is read as the breach wants it: nothing that could be a breach is missed.
    """
    open_facts, touched = (frozenset(spread(n, program)) for n in (doubtful, {*doubtful, *supposed}))
    prospect = _Prospect(values, derived, open_facts, touched, program)
    return frozenset(rule.id for rule in rules if prospect.may_break(rule))


def spread(doubtful: Collection[str], program: CompiledSubject) -> Iterator[str]:
    """Go through facts and what is computed from them, which is as doubtful."""
    # Producers stand before readers.
    found = set(doubtful)
    yield from found
    if not found:
        return
    for rule, name in program.writers.items():
        if name not in found and not found.isdisjoint(program.reads[rule]):
            found.add(name)
            yield name


@dataclass(frozen=True, slots=True)
class _Prospect:
    values: Mapping[str, Value]
    derived: Derivations
    doubtful: frozenset[str]
    touched: frozenset[str]
    program: CompiledSubject
    effects: dict[tuple[str, Truth], bool] = field(default_factory=dict)

    def may_break(self, rule: Rule) -> bool:
        if self.touched.isdisjoint(self.program.reads[rule.id]):
            return False
        if isinstance(rule.kind, Require | Recommend) and not self._may_be(rule.kind.condition, Truth.FALSE):
            return False
        return self.may_have_effect(rule, Truth.TRUE)

    def may_have_effect(self, rule: Rule, wanted: Truth) -> bool:
        """Tell whether doubts may come out so that a rule is in effect, or so that it is not."""
        if (rule.id, wanted) not in self.effects:
            exceptions = (Not(exception(c), c.span) for c in rule.unless)
            own = self._may_be(All((rule.scope, rule.when, *exceptions), rule.span), wanted)
            winners = (self.may_have_effect(w, _OPPOSITE[wanted]) for w in self._winners(rule))
            self.effects[rule.id, wanted] = (
                own and all(winners) if wanted is Truth.TRUE else own or any(winners)
            )
        return self.effects[rule.id, wanted]

    def _winners(self, rule: Rule) -> Iterator[Rule]:
        names = self.program.defeated_by.get(rule.id, ())
        return (other for other in self.program.rules if other.id in names)

    def _may_be(self, condition: Condition, wanted: Truth) -> bool:
        if isinstance(condition, Not):
            return self._may_be(condition.part, _OPPOSITE[wanted])
        if isinstance(condition, All | Any):
            found = (self._may_be(part, wanted) for part in condition.parts)
            is_whole = isinstance(condition, All) is (wanted is Truth.TRUE)
            return all(found) if is_whole else any(found)
        plain = truth(condition, self.values, self.derived)
        if plain is Truth.UNKNOWN:
            return not self.doubtful.isdisjoint(read_by(condition))
        return plain is wanted
