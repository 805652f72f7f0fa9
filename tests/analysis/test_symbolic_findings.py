"""The solver's verdicts on subjects that give findings, against decided cases of the shipped rules."""

import pytest
import z3

import as_shipped
from analysis.test_symbolic import encoded_subject, pins, truths
from policy_engine.analysis.symbolic.verdicts import encode_verdicts
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import Verdict
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import Engine, check

COMPILED = as_shipped.compiled()


@pytest.mark.parametrize(
    ("jurisdiction", "facts", "expected"),
    [
        ("全国", "{}", Verdict.NOT_COVERED),
        ("浙江省湖州市", "{}", Verdict.UNDETERMINED),
        ("浙江省湖州市", "{区域类型: 其他区域}", None),
        ("全国", "{重点对象类别: []}", None),
    ],
)
def test_a_place_is_not_covered_where_no_rule_reaches_it(jurisdiction, facts, expected):
    rule_set = COMPILED.rule_set
    subject, program = rule_set.vocabulary.subjects["区域"], COMPILED.subjects["区域"]
    text = f"as_of: 2026-01-15\njurisdiction: {jurisdiction}\n区域: {facts}\n"
    (case,) = load_cases(SourceText("案件", text), rule_set, CaseDefaults(today=1))
    (decision,) = check(COMPILED, case, Engine.COMPILED).subjects
    symbolic = encoded_subject(program)
    formulas = encode_verdicts(program, subject, symbolic, rule_set).formulas
    phases = [(bit, z3.BoolVal(phase is Phase.PROJECT)) for phase, bit in symbolic.facts.phases.items()]
    answers = truths(list(formulas.values()), [*pins(symbolic.facts, decision.situation), *phases])
    named = [verdict for verdict, holds in zip(formulas, answers, strict=True) if holds]
    assert expected is decision.verdict
    assert [v for v in (expected,) if v is not None] == named
