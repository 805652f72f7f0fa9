"""Peers whose rules are data, or a language of their own: JSON Schema, JSONLogic, Rego."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import assert_never

from contender import Contender, Json, Side, filled, indices, library, local, plain
from folding import Notation, write
from workload import AllOf, AnyOf, AtLeast, AtMost, In, Is, Leaf, NotThat, Test, Workload, surely


def contenders(workload: Workload, *, is_quick: bool) -> Iterator[Contender]:
    """Go through those that are installed, or only the fastest of them: Rego refuses a policy of thousands of rules."""
    for make in (_json_logic,) if is_quick else (_json_schema, _json_logic, _rego):
        yield from make(workload)


def _json_schema(workload: Workload) -> Iterator[Contender]:
    schemas = library("jsonschema_rs")
    if schemas is not None:
        tests = [schemas.validator_for(write(surely(rule), _SCHEMA)).is_valid for rule in workload.rules]
        yield local(
            "jsonschema-rs",
            lambda case: [test(case) for test in tests],
            plain(workload),
            indices,
            language="Rust",
        )


def _json_logic(workload: Workload) -> Iterator[Contender]:
    # One rule that lists all: twice as fast as `evaluate_many`. Handles are parsed beforehand.
    logic = library("datalogic_py")
    if logic is None:
        return
    engine = logic.Engine()
    session = engine.session()
    program = engine.compile([write(surely(rule), JSON_LOGIC) for rule in workload.rules])
    inputs = [logic.DataHandle(case) for case in filled(workload, boolean=None, choice=None)]
    yield local(
        "datalogic-rs (datalogic-py)",
        lambda handle: session.evaluate_data(program, handle),
        inputs,
        indices,
        language="Rust",
        side=Side.RULES_ENGINE,
    )


def _rego(workload: Workload) -> Iterator[Contender]:
    # Rules compiled to bytecode: four times faster than the interpreter of the same library.
    rego = library("regorus")
    if rego is None:
        return
    policy = "package p\nimport rego.v1\n" + "\n".join(_rego_rule(i, r) for i, r in enumerate(workload.rules))
    machine = rego.Rvm()
    machine.load_program(rego.Program.compile_from_modules("{}", [("p.rego", policy)], ["data.p.matching"]))
    inputs = [json.dumps(case) for case in plain(workload)]

    def decide(case: str) -> str:
        machine.set_input_json(case)
        found: str = machine.execute()
        return found

    yield local("regorus (Rego)", decide, inputs, json.loads, language="Rust", side=Side.RULES_ENGINE)


def _rego_rule(index: int, rule: Test) -> str:
    helpers: list[str] = []

    def body(test: Test) -> str:
        match test:
            case AllOf(parts=parts):
                return "; ".join(body(part) for part in parts)
            case AnyOf(parts=parts):
                place, name = len(helpers), f"any_{index}_{len(helpers)}"
                helpers.append("")
                helpers[place] = "\n".join(f"{name} if {{ {body(part)} }}" for part in parts)
                return name
            case NotThat():
                raise ValueError("push denials down first")
            case _:
                return _rego_leaf(test)

    return "\n".join([f"matching contains {index} if {{ {body(surely(rule))} }}", *helpers])


def _rego_leaf(leaf: Leaf) -> str:
    name = f"input.{leaf.fact.name}"
    match leaf:
        case Is(value=value):
            return f"{name} == {json.dumps(value)}"
        case In(words=(word,)):
            return f"{name} == {json.dumps(word)}"
        case In(words=words):
            return f"{name} in {{{json.dumps(words)[1:-1]}}}"
        case AtLeast(bound=bound):
            return f"{name} >= {bound}"
        case AtMost(bound=bound):
            return f"{name} <= {bound}"
        case _:
            assert_never(leaf)


def _schema_leaf(leaf: Leaf) -> Json:
    return {"required": [leaf.fact.name], "properties": {leaf.fact.name: _keyword(leaf)}}


def _keyword(leaf: Leaf) -> Json:
    match leaf:
        case Is(value=value):
            return {"const": value}
        case In(words=(word,)):
            return {"const": word}
        case In(words=words):
            return {"enum": list(words)}
        case AtLeast(bound=bound):
            return {"minimum": bound}
        case AtMost(bound=bound):
            return {"maximum": bound}
        case _:
            assert_never(leaf)


def _logic_leaf(leaf: Leaf) -> Json:
    name = {"var": leaf.fact.name}
    match leaf:
        case Is(value=value):
            return {"===": [name, value]}
        case In(words=(word,)):
            return {"===": [name, word]}
        case In(words=words):
            return {"in": [name, list(words)]}
        case AtLeast(bound=bound):
            return {">=": [name, bound]}
        case AtMost(bound=bound):
            return {"<=": [0, name, bound]}
        case _:
            assert_never(leaf)


_SCHEMA: Notation[Json] = Notation(
    lambda parts: {"allOf": parts}, lambda parts: {"anyOf": parts}, _schema_leaf
)
JSON_LOGIC: Notation[Json] = Notation(lambda parts: {"and": parts}, lambda parts: {"or": parts}, _logic_leaf)
