"""Generated code holds no text of the rules except as typed constants, however hostile."""

import ast
import json
from types import MappingProxyType

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.evaluation.compiled import evaluate_compiled
from policy_engine.evaluation.durable import evaluate_durable
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.model.cases import Situation
from policy_engine.model.conditions import AREA, AS_OF
from policy_engine.model.decisions import Status
from policy_engine.usecases import Sources, load_rule_set

HOSTILE = [
    "'",
    '"',
    "\\",
    "'''",
    "line\nbreak",
    "__import__('os').system('false')",
    "{v0}",
    "%s",
    "') or True or ('",
    "🀄",
    "# comment",
]
REGISTERS = {
    "documents.yaml": "documents: [{id: d, title: 试验, force: 规章, encoded: full, verified: full}]\n",
    "authority.yaml": "forces: [{name: 规章}]\norder: []\n",
    "objects.yaml": "objects: [{name: 购买, effect: veto}]\n",
    "areas.yaml": 'areas: [{code: "000000", name: 全国, level: nation}]\n',
}


def sources(rules: list[dict], properties: dict) -> Sources:
    schema = {"x-subject": "事项", "description": "试验", "properties": properties}
    return Sources(
        MappingProxyType({name: SourceText(f"rules/{name}", text) for name, text in REGISTERS.items()}),
        (),
        (SourceText("rules/d.yaml", json.dumps({"document": "d", "rules": rules}, ensure_ascii=False)),),
        (SourceText("schemas/x.schema.json", json.dumps(schema, ensure_ascii=False)),),
    )


def rule(number: int, when: dict) -> dict:
    text = {"title": "试验", "cite": "第一条", "remedy": "改"}
    return {"id": f"d.{number}", "subject": "事项", "when": when, "prohibit": "购买", **text}


def situation(**values: object) -> Situation:
    return Situation("事项", {AS_OF: 737000, AREA: frozenset({"000000"}), **values})


@pytest.fixture(scope="module")
def compiled():
    choice = {"anyOf": [{"enum": HOSTILE}], "x-role": "element"}
    members = {"anyOf": [{"type": "array", "items": {"enum": HOSTILE}}], "x-role": "element"}
    rules = [rule(i, {"甲": word}) for i, word in enumerate(HOSTILE)]
    rules += [rule(100 + i, {"乙": {"any_of": [word]}}) for i, word in enumerate(HOSTILE)]
    return compile_rules(load_rule_set(sources(rules, {"甲": choice, "乙": members})))


@pytest.mark.parametrize("number", range(len(HOSTILE)), ids=[repr(word) for word in HOSTILE])
@pytest.mark.parametrize("evaluate", [evaluate_compiled, evaluate_durable])
def test_a_hostile_word_matches_itself_alone(compiled, evaluate, number: int) -> None:
    word = HOSTILE[number]
    found = evaluate(compiled, situation(甲=word, 乙=frozenset({word}))).statuses
    broken = {name for name, status in found.items() if status is Status.TRUE}
    assert broken == {f"d.{number}", f"d.{100 + number}"}


def test_generated_code_calls_only_its_own_runtime(compiled) -> None:
    tree = ast.parse(compiled.subjects["事项"].program.source)
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    methods = {
        n.func.attr for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
    }
    assert called <= {"len", "within_months"}
    assert methods <= {"isdisjoint"}
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr)
    ]


def test_a_cycle_of_derived_fields_is_shown() -> None:
    derived = {"anyOf": [{"type": "boolean"}], "x-role": "derived"}
    rules = [
        {
            "id": "d.1",
            "title": "一",
            "cite": "第一条",
            "subject": "事项",
            "when": {"甲": True},
            "classify": {"乙": True},
        },
        {
            "id": "d.2",
            "title": "二",
            "cite": "第二条",
            "subject": "事项",
            "when": {"乙": True},
            "classify": {"甲": True},
        },
    ]
    with pytest.raises(DiagnosticsError) as caught:
        compile_rules(load_rule_set(sources(rules, {"甲": derived, "乙": derived})))
    (problem,) = caught.value.diagnostics
    assert problem.code == "PE401"
    assert "d.1" in problem.message
    assert "d.2" in problem.message
