"""What a document doesn't bind weighs nothing, to the solver as to the program."""

from functools import cache

import pytest
import z3

from analysis.test_symbolic import encoded_subject, pins, truths
from honesty.desk import compiled, purchase
from policy_engine.analysis.symbolic.verdicts import encode_verdicts
from policy_engine.model.decisions import Verdict

FORBIDDEN = {"公益性岗位": True}


@cache
def encoded():
    rules = compiled()
    subject = rules.rule_set.vocabulary.subjects["采购事项"]
    symbolic = encoded_subject(rules.subjects["采购事项"])
    return symbolic, encode_verdicts(rules.subjects["采购事项"], subject, symbolic, rules.rule_set)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, Verdict.PERMITTED),
        (FORBIDDEN, Verdict.PROHIBITED),
        (FORBIDDEN | {"购买主体类型": "社会组织"}, Verdict.NOT_COVERED),
        (FORBIDDEN | {"购买主体类型": {"unknown": "没有说明"}}, Verdict.PROHIBITED),
        ({"购买主体类型": {"unknown": "没有说明"}}, Verdict.UNDETERMINED),
        ({"购买主体类型": "公益二类事业单位", "限定供应商": ["地域"]}, Verdict.NON_COMPLIANT),
        ({"购买主体类型": "企业", "限定供应商": ["地域"]}, Verdict.NOT_COVERED),
        (
            {"特许经营": True, "采购方式": "单一来源采购", "采购数额标准": "达到公开招标数额标准而未获批准"},
            Verdict.NON_COMPLIANT,
        ),
    ],
)
def test_the_solver_finds_outside_what_the_program_finds(facts, verdict):
    (one,) = purchase(facts).subjects
    symbolic, found = encoded()
    here = [(bit, z3.BoolVal(known is one.phase)) for known, bit in symbolic.facts.phases.items()]
    answers = truths(list(found.formulas.values()), [*pins(symbolic.facts, one.situation), *here])
    named = [name for name, holds in zip(found.formulas, answers, strict=True) if holds]
    assert ([verdict], verdict) == (named, one.verdict)
