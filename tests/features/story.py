"""One scenario as it is told: what it has said so far, and what came of it."""

import dataclasses
import datetime as dt
import functools
import re
from types import MappingProxyType

import yaml

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import CrossCheck, Decision, RuleResult, SubjectDecision
from policy_engine.model.vocabulary import FieldType
from policy_engine.usecases import check, load_rule_set, prepare, read_sources, shipped_rules

TODAY = dt.date(2026, 1, 15).toordinal()
WORDS = {"是": "true", "否": "false"}
DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


@functools.cache
def shipped() -> CompiledRuleSet:
    return prepare()


@functools.cache
def enlarged(documents: str, rules: tuple[str, ...]) -> CompiledRuleSet:
    """Compile the shipped rules together with a scenario's own documents and rules."""
    sources = read_sources(shipped_rules())
    register = sources.registers["documents.yaml"]
    more = SourceText(register.path, register.text.rstrip() + "\n" + documents + "\n")
    registers = MappingProxyType({**sources.registers, "documents.yaml": more})
    files = tuple(SourceText(f"试验规则{i}", text) for i, text in enumerate(rules))
    return compile_rules(
        load_rule_set(dataclasses.replace(sources, registers=registers, rules=(*sources.rules, *files)))
    )


class Story:
    """What one scenario has said so far, and what came of it."""

    def __init__(self) -> None:
        self.head: dict[str, object] = {}
        self.subject = ""
        self.facts: dict[str, object] = {}
        self.documents = ""
        self.rules: list[str] = []
        self.decision: Decision | None = None
        self.problems: tuple[Diagnostic, ...] = ()

    @property
    def compiled(self) -> CompiledRuleSet:
        return enlarged(self.documents, tuple(self.rules)) if self.rules else shipped()

    def decide(self) -> None:
        self.decision, self.problems = None, ()
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
            self.problems = error.diagnostics
            return
        # Where the second engine can't be loaded on this machine, the compiled one decides alone.
        assert self.decision.cross_check in (CrossCheck.AGREED, CrossCheck.UNAVAILABLE)

    @property
    def one(self) -> SubjectDecision:
        mistakes = "；".join(f"[{d.code}] {d.message}，{d.help}" for d in self.problems)
        assert self.decision is not None, f"没有结论：{mistakes or '场景里缺少“当 进行审查”'}"
        return self.decision.subjects[0]

    def result(self, rule: str) -> RuleResult:
        found = {r.rule.id: r for r in self.one.results}
        assert rule in found, f"没有编号为 {rule} 的规则，或者它不管{self.subject}"
        return found[rule]


def written(value: object, type_: FieldType) -> object:
    """Write a value as case files want it: 是 → true, 甲、乙 → a list, 2026年1月15日 → 2026-01-15."""
    if isinstance(value, dict):
        return {key: written(v, type_) if key == "value" else v for key, v in value.items()}
    if not isinstance(value, str):
        return value
    if type_ is FieldType.BOOLEAN:
        return WORDS.get(value, value)
    if type_ is FieldType.LIST:
        return [] if value == "无" else value.split("、")
    if type_ is FieldType.DATE:
        return iso(value)
    return value


def iso(value: str) -> str:
    found = DATE.fullmatch(value)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else value
