"""This project's own engine, through its public path: YAML text, checked rules, compiled program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from contender import MATCH, OPEN, Contender, Side, local, places
from workload import AllOf, AnyOf, AtLeast, AtMost, In, Is, Kind, NotThat, Test, Workload, facts_read, truth
from workload import Fact as FactOfCase

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.explanation import explain
from policy_engine.evaluation.masks import write_out
from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.model.areas import NATION, chain_of
from policy_engine.model.cases import Case, Fact, Origin, Situation
from policy_engine.model.conditions import AREA, AS_OF
from policy_engine.model.decisions import Decision, Evaluation, Outcome, Status
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import Engine, Sources, check, load_rule_set

SUBJECT = "基准事项"
_DAY = 739_600
# A whole decision tries answers to what is open, thousands of times the work of bare outcomes: so many cases do.
_DECISIONS = 5
_DOCUMENT = "bench-order-1-2020"
_REGISTERS = {
    "documents.yaml": f"""documents:
  - {{id: {_DOCUMENT}, title: 基准办法, force: 部门规章, area: 全国, encoded: full, verified: no, concerns: [{SUBJECT}],
     effective: {{date: 2020-03-01, basis: 基准, verified: false}}}}
""",
    "authority.yaml": "forces: [{name: 部门规章}]\norder: []\n",
    "objects.yaml": "objects: [{name: 合同条款, effect: fix}]\n",
    "areas.yaml": f'areas: [{{code: "{NATION}", name: 全国, level: nation}}]\n',
}
_EXPECTED = {True: "违反", False: "不适用", None: "待核实"}


def rule_base(workload: Workload, *, examples: int = 0) -> Sources:
    """Write the workload as a rule base: one document, one subject, one YAML file."""
    rules = "".join(_rule(i, rule, workload, examples) for i, rule in enumerate(workload.rules))
    return Sources(
        registers=MappingProxyType({name: SourceText(f"rules/{name}", t) for name, t in _REGISTERS.items()}),
        parameters=(),
        rules=(SourceText("rules/bench.yaml", f"document: {_DOCUMENT}\nrules:\n{rules}"),),
        schemas=(SourceText("schemas/bench.schema.json", json.dumps(_schema(workload), ensure_ascii=False)),),
    )


def compiled(workload: Workload) -> CompiledRuleSet:
    """Load and compile the workload."""
    return compile_rules(load_rule_set(rule_base(workload)))


def contenders(workload: Workload) -> Iterator[Contender]:
    """Go through what a caller can ask: bare outcomes, an evaluation, a decision, its condition trees."""
    program = compiled(workload)
    subject = program.subjects[SUBJECT]
    number = {f"{_DOCUMENT}.r{i}": i for i in range(len(workload.rules))}
    by_place = [number[rule.id] for rule in subject.rules]
    situations = [_situation(case) for case in workload.cases]
    encoded = [[encode(s.values.get(n, UNKNOWN)) for n, encode in subject.program.inputs] for s in situations]
    codes = {MATCH: list(Status).index(Status.TRUE), OPEN: list(Status).index(Status.UNKNOWN)}

    by_bit = {place: number[rule] for rule, place in subject.tables.order.items()}
    yield local(
        "policy-engine, tables",
        write_out(subject.tables).run,
        [dict(situation.values) for situation in situations],
        lambda found: _at(found.surely[-1], by_bit),
        side=Side.OURS,
        answer="all outcomes",
        read_open=lambda found: _at(found.possibly[-1] & ~found.surely[-1], by_bit),
    )
    yield local(
        "policy-engine, run",
        subject.program.run,
        encoded,
        lambda found: (by_place[i] for i in places(found[0], codes[MATCH])),
        side=Side.OURS,
        answer="all outcomes",
        read_open=lambda found: (by_place[i] for i in places(found[0], codes[OPEN])),
    )
    yield local(
        "policy-engine, evaluate_compiled",
        lambda situation: evaluate_compiled(program, situation),
        situations,
        lambda found: _with_status(found, Status.TRUE, number),
        side=Side.OURS,
        answer="all outcomes by rule",
        read_open=lambda found: _with_status(found, Status.UNKNOWN, number),
    )
    yield _decision(program, workload, Engine.COMPILED, "policy-engine, check with one engine")
    yield _explained(program, workload)
    yield _decision(program, workload, Engine.BOTH, "policy-engine, check with both engines")


def _decision(program: CompiledRuleSet, workload: Workload, engine: Engine, name: str) -> Contender:
    number = {f"{_DOCUMENT}.r{i}": i for i in range(len(workload.rules))}
    return local(
        name,
        lambda case: check(program, case, engine),
        [_case(case) for case in workload.cases[:_DECISIONS]],
        lambda found: _with_outcome(found, Outcome.VIOLATED, number),
        side=Side.OURS,
        answer="decision, grounds, questions",
        read_open=lambda found: _with_outcome(found, Outcome.UNDETERMINED, number),
    )


def _explained(program: CompiledRuleSet, workload: Workload) -> Contender:
    number = {f"{_DOCUMENT}.r{i}": i for i in range(len(workload.rules))}

    def explained(case: Case) -> tuple[Decision, list[object]]:
        decision = check(program, case, Engine.COMPILED)
        subject = decision.subjects[0]
        return decision, [explain(program, subject, result.rule) for result in subject.grounds]

    return local(
        "policy-engine, check and explain grounds",
        explained,
        [_case(case) for case in workload.cases[:_DECISIONS]],
        lambda found: _with_outcome(found[0], Outcome.VIOLATED, number),
        side=Side.OURS,
        answer="decision, condition trees",
        read_open=lambda found: _with_outcome(found[0], Outcome.UNDETERMINED, number),
    )


def _at(bits: int, numbers: Mapping[int, int]) -> Iterator[int]:
    return (number for place, number in numbers.items() if bits >> place & 1)


def _with_status(evaluation: Evaluation, status: Status, number: Mapping[str, int]) -> Iterator[int]:
    return (number[rule] for rule, found in evaluation.statuses.items() if found is status)


def _with_outcome(decision: Decision, outcome: Outcome, number: Mapping[str, int]) -> Iterator[int]:
    return (number[r.rule.id] for r in decision.subjects[0].results if r.outcome is outcome)


def _situation(case: Mapping[str, bool | int | str]) -> Situation:
    return Situation(SUBJECT, MappingProxyType({**case, AS_OF: _DAY, AREA: frozenset(chain_of(NATION))}))


def _case(case: Mapping[str, bool | int | str]) -> Case:
    facts = {name: Fact(field=name, value=value, origin=Origin.STATED) for name, value in case.items()}
    return Case(
        name="基准",
        as_of=_DAY,
        area=NATION,
        phase=Phase.PROJECT,
        declaration=None,
        subjects=MappingProxyType({SUBJECT: MappingProxyType(facts)}),
        assumed=(),
        span=file_span("case.yaml"),
    )


def _schema(workload: Workload) -> dict[str, Any]:
    properties = {f.name: {"title": f.name, **_type(f), "x-role": "element"} for f in workload.facts}
    return {
        "title": SUBJECT,
        "x-subject": SUBJECT,
        "x-gives": "verdict",
        "type": "object",
        "properties": properties,
    }


def _type(fact: FactOfCase) -> dict[str, Any]:
    match fact.kind:
        case Kind.BOOLEAN:
            return {"type": "boolean"}
        case Kind.CHOICE:
            return {"enum": list(fact.words)}
        case Kind.NUMBER:
            return {"type": "number", "minimum": 0, "maximum": 9999}


def _rule(index: int, rule: Test, workload: Workload, examples: int) -> str:
    # JSON is YAML: conditions and examples go in flow style.
    lines = [
        f"id: {_DOCUMENT}.r{index}",
        f"title: 第{index}项，不得写入合同",
        f"cite: 第{index}条",
        f"subject: {SUBJECT}",
        f"when: {json.dumps(_condition(rule))}",
        "prohibit: 合同条款",
        "remedy: 删去该条款",
    ]
    if examples:
        lines.append(f"examples: {json.dumps(_examples(rule, workload, examples), ensure_ascii=False)}")
    return "  - " + "\n    ".join(lines) + "\n"


def _examples(rule: Test, workload: Workload, count: int) -> list[dict[str, Any]]:
    read = dict.fromkeys(facts_read(rule))
    given = [{name: case[name] for name in read if name in case} for case in workload.cases[:count]]
    return [
        {"name": f"例{i}", "given": facts, "expect": _EXPECTED[truth(rule, facts)]}
        for i, facts in enumerate(given)
    ]


def _condition(test: Test) -> dict[str, Any]:
    match test:
        case AllOf(parts=parts):
            return {"all": [_condition(part) for part in parts]}
        case AnyOf(parts=parts):
            return {"any": [_condition(part) for part in parts]}
        case NotThat(part=part):
            return {"not": _condition(part)}
        case Is(fact=fact, value=value):
            return {fact.name: value}
        case In(fact=fact, words=words):
            return {fact.name: words[0] if len(words) == 1 else list(words)}
        case AtLeast(fact=fact, bound=bound):
            return {fact.name: {"at_least": bound}}
        case AtMost(fact=fact, bound=bound):
            return {fact.name: {"at_most": bound}}
