"""The steps of features/: a small stable vocabulary in the words of policy staff. See features/README.md."""

import dataclasses
import datetime as dt
import functools
from types import MappingProxyType

import pytest
import yaml
from pytest_bdd import given, parsers, then, when

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import CrossCheck, Decision, Finding, RuleResult
from policy_engine.model.vocabulary import FieldType
from policy_engine.reporting.words import TRUTHS, verdict_label
from policy_engine.usecases import check, load_rule_set, prepare, read_sources, shipped_rules

TODAY = dt.date(2026, 1, 15).toordinal()
WORDS = {"是": "true", "否": "false"}
ORDINARY = {"购买主体类型": "国家机关", "已列入目录": "是", "已列入预算": "是"}


@functools.cache
def shipped() -> CompiledRuleSet:
    return prepare()


class Story:
    """What one scenario has said so far, and what came of it."""

    def __init__(self) -> None:
        self.head: dict[str, object] = {}
        self.subject = ""
        self.facts: dict[str, object] = {}
        self.documents = ""
        self.rules: list[str] = []
        self.decision: Decision | None = None
        self.problems: tuple[str, ...] = ()

    @functools.cached_property
    def compiled(self) -> CompiledRuleSet:
        if not self.rules:
            return shipped()
        sources = read_sources(shipped_rules())
        register = sources.registers["documents.yaml"]
        more = SourceText(register.path, register.text.rstrip() + "\n" + self.documents + "\n")
        files = tuple(SourceText(f"试验规则{i}", text) for i, text in enumerate(self.rules))
        registers = MappingProxyType({**sources.registers, "documents.yaml": more})
        return compile_rules(
            load_rule_set(dataclasses.replace(sources, registers=registers, rules=(*sources.rules, *files)))
        )

    def decide(self) -> None:
        fields = self.compiled.rule_set.vocabulary.subjects[self.subject].fields
        facts = {
            name: written(value, fields[name].type) if name in fields else value
            for name, value in self.facts.items()
        }
        text = yaml.safe_dump({**self.head, self.subject: facts}, allow_unicode=True)
        try:
            (case,) = load_cases(SourceText("场景", text), self.compiled.rule_set, CaseDefaults(today=TODAY))
            self.decision = check(self.compiled, case)
        except DiagnosticsError as error:
            self.problems = tuple(d.code for d in error.diagnostics)

    @property
    def one(self):
        assert self.decision is not None, f"输入有误：{self.problems}"
        return self.decision.subjects[0]


def written(value: object, type_: FieldType) -> object:
    if not isinstance(value, str):
        return value
    if type_ is FieldType.BOOLEAN:
        return WORDS.get(value, value)
    if type_ is FieldType.LIST:
        return [] if value == "无" else value.split("、")
    return value


def cited(result: RuleResult) -> str:
    document = result.rule.citation.document
    return f"{document.number or document.title} {result.rule.citation.locator}"


@pytest.fixture
def story() -> Story:
    return Story()


# —— 假如 ——


@given(parsers.parse("基准日为 {day}"))
def as_of(story, day):
    story.head["as_of"] = day


@given(parsers.parse("地区为 {area}"))
def jurisdiction(story, area):
    story.head["jurisdiction"] = area


@given(parsers.parse("阶段为 {phase}"))
def phase(story, phase):
    story.head["phase"] = phase


@given("申报人声明没有其他情形")
def declared(story):
    story.head["declaration"] = {"no_other_circumstances": "true", "by": "申报人"}


@given("国家机关拟购买一项已列入目录和预算的服务")
def ordinary_purchase(story):
    story.subject = "采购事项"
    story.facts.update(ORDINARY)


@given(parsers.re(r"审查一[个项家份次条](?P<subject>\S+)"))
def subject_under_review(story, subject):
    story.subject = subject


@given(parsers.re(r"“(?P<field>[^”]+)”为“(?P<value>[^”]*)”"))
def fact(story, field, value):
    story.facts[field] = value


@given(parsers.re(r"“(?P<field>[^”]+)”不清楚，因为“(?P<reason>[^”]*)”"))
def doubtful_fact(story, field, reason):
    story.facts[field] = {"unknown": reason}


@given(parsers.re(r"没有填报“(?P<field>[^”]+)”"))
def unstated_fact(story, field):
    story.facts.pop(field, None)


@given("另外登记文件")
def extra_documents(story, docstring):
    lines = docstring.splitlines()
    story.documents = "\n".join(f"  {line}" for line in lines)


@given("另有规则")
def extra_rules(story, docstring):
    story.rules.append(docstring)


# —— 当 ——


@when("进行审查")
def review(story):
    story.decide()


# —— 那么 ——


@then(parsers.parse("结论为 {label}"))
def verdict(story, label):
    assert story.one.subject
    assert label == verdict_label(story.decision.verdict)
    assert story.decision.cross_check is CrossCheck.AGREED


@then(parsers.parse("依据包括 {citation}"))
def ground(story, citation):
    assert citation in [cited(result) for result in story.one.grounds]


@then(parsers.parse("依据不包括 {citation}"))
def no_ground(story, citation):
    assert citation not in [cited(result) for result in story.one.grounds]


@then(parsers.re(r"需要补充“(?P<field>[^”]+)”"))
def question(story, field):
    assert field in [q.field.name for q in story.one.missing]


@then(parsers.re(r"不需要补充“(?P<field>[^”]+)”"))
def no_question(story, field):
    assert field not in [q.field.name for q in story.one.missing]


@then("需要补充申报声明")
def asks_declaration(story):
    assert story.one.asks_declaration


@then(parsers.parse("规则 {rule} 的结果为 {outcome}"))
def outcome(story, rule, outcome):
    found = {r.rule.id: r.outcome.value for r in story.one.results}
    assert outcome == found.get(rule), found.get(rule)


@then(parsers.parse("规则 {rule} 让位于 {winner}"))
def yields(story, rule, winner):
    found = {r.rule.id: r for r in story.one.results}
    assert winner in found[rule].blocked_by


def finding(story, category) -> Finding:
    return next(f for f in story.one.findings if f.category == category)


@then(parsers.re(r"“(?P<category>[^”]+)”认定为“(?P<truth>是|否|待核实)”"))
def category_found(story, category, truth):
    assert truth == TRUTHS[finding(story, category).truth]


@then(parsers.re(r"各类别都认定为“(?P<truth>是|否|待核实)”"))
def all_categories(story, truth):
    assert {truth} == {TRUTHS[f.truth] for f in story.one.findings}


@then(parsers.re(r"“(?P<field>[^”]+)”推算为“(?P<value>[^”]+)”"))
def derived(story, field, value):
    assert value == story.one.derived.get(field)


@then(parsers.re(r"后续义务包括“(?P<words>[^”]+)”"))
def duty(story, words):
    assert any(words in r.rule.title for r in story.one.duties_ahead)


@then(parsers.re(r"合规途径包括“(?P<words>[^”]+)”"))
def remedy(story, words):
    assert any(words in r.rule.remedy for r in story.one.grounds)


@then(parsers.re(r"建议包括“(?P<words>[^”]+)”"))
def advice(story, words):
    assert any(words in (r.rule.advice or r.rule.title) for r in story.one.advice)


@then(parsers.parse("有效而未录入的文件包括 {number}"))
def unencoded(story, number):
    assert number in [d.number for d in story.one.unencoded]


@then(parsers.parse("输入有误，代码为 {code}"))
def bad_input(story, code):
    assert code in story.problems
