"""Cases that may show a change of closing: a field left unstated, under a declaration and without one.

The proof is over closed cases; how an unstated field is closed comes before it. So these cases are put to both
versions as they are, by whoever asked; where none shows a difference, none is claimed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice
from types import MappingProxyType

import z3

from policy_engine.analysis.findings.context import Context, context_of
from policy_engine.analysis.symbolic.literals import encode_pair
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.analysis.witnesses import NAME
from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.lowering import lower
from policy_engine.evaluation.examples import case_of as case_of_example
from policy_engine.foundation.spans import file_span
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.conditions import Condition
from policy_engine.model.decisions import Verdict
from policy_engine.model.vocabulary import Field, Phase

_BY = "经办人"
# Whoever changes more fields at once needs no case for each.
_FIELDS = 8
# The plainest change to read comes first.
_VERDICTS = (
    *(Verdict.PERMITTED, Verdict.PROHIBITED, Verdict.NON_COMPLIANT, Verdict.NOT_COVERED),
    *(Verdict.UNDETERMINED, Verdict.CONFLICT),
)


def cases_of_closing(
    old: CompiledRuleSet, new: CompiledRuleSet, subject: str, fields: Iterable[str]
) -> Iterator[Case]:
    """Go through cases in which the named fields are unstated and may decide: smallest first, then examples."""
    sides = [context_of(compiled, subject) for compiled in (old, new)]
    for name in islice(fields, _FIELDS):
        for verdict in _VERDICTS:
            for context in sides:
                yield from _left_out(context, name, verdict)
    for verdict in _VERDICTS:
        for context in sides:
            found = context.witness(context.verdicts.formulas[verdict], about=())
            if found is not None:
                yield from _variants(_unstated(found, ""))
    for compiled in (old, new):
        for rule in compiled.rule_set.rules:
            for example in rule.tried:
                if example.subject == subject:
                    yield from _variants(case_of_example(example))


def _left_out(context: Context, name: str, verdict: Verdict) -> Iterator[Case]:
    field = context.subject.fields.get(name)
    if field is None or name not in context.symbolic.facts.variables:
        return
    # The field known, so that it counts; then left to closing.
    is_known = context.symbolic.facts.variables[name].known
    for goals in _signs(context, field):
        found = context.witness(context.verdicts.formulas[verdict], is_known, *goals, about=())
        if found is not None:
            yield from _variants(_unstated(found, name))


def _signs(context: Context, field: Field) -> Iterator[tuple[z3.BoolRef, ...]]:
    yield ()
    conditions: list[Condition] = [*field.indicators, *(i.when for i in field.implied if i.when is not None)]
    for condition in conditions:
        yield (encode_pair(lower(condition, context.subject.fields), context.symbolic.encoded).true,)


def _unstated(witness: Witness, name: str) -> Case:
    stated = {
        key: Fact(field=key, value=value, origin=Origin.STATED)
        for key, value in witness.values.items()
        if key != name
    }
    return Case(
        name=NAME,
        as_of=witness.as_of,
        area=witness.area,
        phase=witness.phase,
        declaration=None,
        subjects=MappingProxyType({witness.subject: MappingProxyType(stated)}),
        assumed=(),
        span=file_span(NAME),
    )


def _variants(case: Case) -> Iterator[Case]:
    for declaration in (Declaration(by=_BY, span=case.span), None):
        for phase in dict.fromkeys((case.phase, *Phase)):
            yield dataclasses.replace(case, declaration=declaration, phase=phase)
