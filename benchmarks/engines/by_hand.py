"""Python as one would write it by hand for speed: one function, every condition inlined. The floor, not a peer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from contender import MATCH, OPEN, Contender, Side, indices, local, places
from folding import Notation, infix, write
from workload import AtLeast, AtMost, In, Is, Kind, Leaf, Workload, facts_read, surely, surely_not

_NO = 3


def contenders(workload: Workload) -> Iterator[Contender]:
    """Go through the three variants: the matches alone, all outcomes, and outcomes with their reasons."""
    inputs = [
        tuple(case.get(f.name, float("nan") if f.kind is Kind.NUMBER else None) for f in workload.facts)
        for case in workload.cases
    ]
    rules = [write(surely(rule), _NOTATION) for rule in workload.rules]
    denials = [write(surely_not(rule), _NOTATION) for rule in workload.rules]
    codes = [f"{_NO} if {n} else {MATCH} if {t} else {OPEN}" for t, n in zip(rules, denials, strict=True)]

    yield local(
        "hand-written Python",
        _function(workload, f"return [{', '.join(rules)}]"),
        inputs,
        indices,
        side=Side.FLOOR,
    )
    yield local(
        "hand-written Python, all outcomes",
        _function(workload, f"return [{', '.join(codes)}]"),
        inputs,
        lambda found: places(found, MATCH),
        side=Side.FLOOR,
        answer="all outcomes",
        read_open=lambda found: places(found, OPEN),
    )
    yield local(
        "hand-written Python, with reasons",
        _function(workload, *_with_reasons(workload, codes)),
        inputs,
        lambda found: (i for i, code, _ in found if code == MATCH),
        side=Side.FLOOR,
        answer="with reasons",
        read_open=lambda found: (i for i, code, _ in found if code == OPEN),
    )


def _with_reasons(workload: Workload, codes: list[str]) -> Iterator[str]:
    """Give each rule that holds or is open with the facts it was decided on, or those it still lacks."""
    yield "found = []"
    for i, (rule, code) in enumerate(zip(workload.rules, codes, strict=True)):
        names = list(dict.fromkeys(facts_read(rule)))
        used = ", ".join(f"({name!r}, {name})" for name in names)
        lacks = f"[n for n, v in ({used},) if v is None or v != v]"
        yield f"code = {code}"
        yield f"if code == {MATCH}: found.append(({i}, code, ({used},)))"
        yield f"elif code == {OPEN}: found.append(({i}, code, {lacks}))"
    yield "return found"


def _function(workload: Workload, *lines: str) -> Callable[[Any], Any]:
    names = ", ".join(f.name for f in workload.facts)
    body = "".join(f"    {line}\n" for line in (f"({names}) = values", *lines))
    namespace: dict[str, Any] = {}
    exec(f"def decide(values):\n{body}", namespace)
    found: Callable[[Any], Any] = namespace["decide"]
    return found


def _leaf(leaf: Leaf) -> str:
    # A missing number is NaN, a missing boolean or choice None: no test of a value holds for either.
    name = leaf.fact.name
    match leaf:
        case Is(value=value):
            return f"{name} is {value}"
        case In(words=(word,)):
            return f"{name} == {word!r}"
        case In(words=words):
            return f"{name} in {{{', '.join(map(repr, words))}}}"
        case AtLeast(bound=bound):
            return f"{name} >= {bound}"
        case AtMost(bound=bound):
            return f"{name} <= {bound}"


_NOTATION: Notation[str] = infix("and", "or", _leaf)
