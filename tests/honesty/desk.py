"""Put facts to the shipped rules as a case file would, and say what came out in the words of a page."""

from functools import cache

import yaml

import as_shipped
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.decisions import Decision
from policy_engine.reporting.render import VIEWS, as_text
from policy_engine.usecases import check

SIGNED = {"no_other_circumstances": True, "by": "经办人"}
PLAIN = {
    "购买主体类型": "国家机关",
    "已列入目录": True,
    "已列入预算": True,
    "付费方": "政府",
    "采购标的": "服务",
    "购买内容": "机关办公楼保洁",
}


@cache
def compiled() -> CompiledRuleSet:
    return as_shipped.compiled()


def decide(subject: str, facts: dict, **head: object) -> Decision:
    """Decide one subject; signed unless the head says otherwise. Raises `DiagnosticsError`."""
    return decide_all({subject: facts}, **head)


def decide_all(subjects: dict[str, dict], **head: object) -> Decision:
    plain = {"as_of": "2026-01-15", "jurisdiction": "全国", "declaration": SIGNED}
    told = {key: value for key, value in (plain | head).items() if value is not None}
    text = yaml.safe_dump(told | subjects, allow_unicode=True, sort_keys=False)
    defaults = CaseDefaults(today=day_number("2026-01-15") or 0)
    (case,) = load_cases(SourceText("案件.yaml", text), compiled().rule_set, defaults)
    return check(compiled(), case, Engine.COMPILED)


def purchase(facts: dict, **head: object) -> Decision:
    """Decide an ordinary purchase with some facts of its own."""
    return decide("采购事项", PLAIN | facts, **head)


def refused(subject: str, facts: dict, **head: object) -> list[str]:
    """List the codes of the problems for which a case is refused."""
    return refused_all({subject: facts}, **head)


def refused_all(subjects: dict[str, dict], **head: object) -> list[str]:
    try:
        decide_all(subjects, **head)
    except DiagnosticsError as error:
        return [found.code for found in error.diagnostics]
    return []


def asked(decision: Decision) -> list[str]:
    """Name the facts a decision asks for, the declaration among them."""
    (one,) = decision.subjects
    return [q.field.name for q in one.missing] + (["申报声明"] if one.asks_declaration else [])


def page(decision: Decision) -> str:
    """Write the page that an official reads."""
    return as_text(VIEWS["official"](decision, compiled()))
