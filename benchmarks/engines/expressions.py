"""Peers whose rules are text with infix operators: ZEN, CEL, Cedar, rule-engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from contender import Contender, Side, filled, indices, library, local
from folding import Notation, infix, write
from workload import AtLeast, AtMost, In, Is, Leaf, Workload, surely


def contenders(workload: Workload) -> Iterator[Contender]:
    """Go through those that are installed."""
    for make in (_zen, _cel, _cedar, _rule_engine):
        yield from make(workload)


def _zen(workload: Workload) -> Iterator[Contender]:
    # One compiled expression that lists all rules: five times faster than one a rule, ten than a decision graph.
    zen = library("zen")
    if zen is not None:
        program = zen.compile_expression(_listed(workload, _notation("and", "or")))
        inputs = filled(workload, boolean=None, choice=None)
        yield local("ZEN", program.evaluate, inputs, indices, language="Rust", side=Side.RULES_ENGINE)


def _cel(workload: Workload) -> Iterator[Contender]:
    cel = library("cel")
    if cel is not None:
        program = cel.compile(_listed(workload, _notation("&&", "||")))
        inputs = [cel.Context(variables=case) for case in filled(workload, boolean=None, choice=None)]
        yield local("CEL (common-expression-language)", program.execute, inputs, indices, language="Rust")


def _cedar(workload: Workload) -> Iterator[Contender]:
    cedar = library("cedarpy")
    if cedar is None:
        return
    notation = _notation("&&", "||", prefix="context.", contains="{words}.contains({name})")
    policies = (
        f"permit(principal, action, resource) when {{ {write(surely(rule), notation)} }};"
        for rule in workload.rules
    )
    policy_set = cedar.PolicySet.from_str("\n".join(policies))
    entities = cedar.Entities.from_json_str("[]")
    who = {"principal": 'U::"u"', "action": 'A::"a"', "resource": 'R::"r"'}
    inputs = [{**who, "context": json.dumps(case)} for case in filled(workload, boolean="", choice="")]
    yield local(
        "Cedar (cedarpy)",
        lambda request: cedar.is_authorized(request, policy_set, entities),
        inputs,
        lambda result: (int(name.removeprefix("policy")) for name in result.diagnostics.reasons),
        language="Rust",
        side=Side.RULES_ENGINE,
    )


def _rule_engine(workload: Workload) -> Iterator[Contender]:
    engine = library("rule_engine")
    if engine is None:
        return
    notation = _notation("and", "or")
    tests: list[Callable[[Any], bool]] = [
        engine.Rule(write(surely(r), notation)).matches for r in workload.rules
    ]
    inputs = filled(workload, boolean=None, choice=None)
    yield local(
        "rule-engine", lambda case: [test(case) for test in tests], inputs, indices, side=Side.RULES_ENGINE
    )


def _listed(workload: Workload, notation: Notation[str]) -> str:
    return f"[{', '.join(write(surely(rule), notation) for rule in workload.rules)}]"


def _notation(and_: str, or_: str, *, prefix: str = "", contains: str = "{name} in {words}") -> Notation[str]:
    def leaf(test: Leaf) -> str:
        name = prefix + test.fact.name
        match test:
            case Is(value=value):
                return f"{name} == {json.dumps(value)}"
            case In(words=(word,)):
                return f"{name} == {json.dumps(word)}"
            case In(words=words):
                return contains.format(name=name, words=json.dumps(words))
            case AtLeast(bound=bound):
                return f"{name} >= {bound}"
            case AtMost(bound=bound):
                # A missing number is −1, so that only an upper bound needs a second test.
                return f"({name} >= 0 {and_} {name} <= {bound})"

    return infix(and_, or_, leaf)
