"""One scenario as it is told: what it has said so far, and what came of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import Span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.features import FeatureStep
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import CrossCheck, Decision, RuleResult, SubjectDecision
from policy_engine.model.vocabulary import FieldType
from policy_engine.reporting.words import cross_check_words
from policy_engine.usecases.checking import check
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import RuleFiles, Sources

_CASE = "场景"
_RULES = "试验规则"


class StepError(Exception):
    """Raised where a step does not come out. `why`: what speaks for what was found instead."""

    def __init__(self, message: str, why: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message, self.why = message, why


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command printed, and how it ended."""

    code: int
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What scenarios are run with. `run`: a command of policy-engine, its words apart, in a folder.

    `enlarged`: the rule base together with what scenarios added to it, made once.
    """

    sources: Sources
    compiled: CompiledRuleSet
    files: RuleFiles
    today: int
    run: Callable[[Path, list[str]], Ran]
    enlarged: dict[tuple[str, ...], CompiledRuleSet] = field(default_factory=dict)


@dataclass(slots=True)
class Story:
    """What one scenario has said so far. `folder`: where it writes its files; `step`: the one being done."""

    setting: Setting
    folder: Path
    head: dict[str, object] = field(default_factory=dict)
    subject: str = ""
    facts: dict[str, object] = field(default_factory=dict)
    documents: str = ""
    rules: list[str] = field(default_factory=list)
    decision: Decision | None = None
    problems: tuple[Diagnostic, ...] = ()
    ran: Ran | None = None
    step: FeatureStep | None = None
    told_at: dict[str, Span | None] = field(default_factory=dict)
    rules_told_by: list[FeatureStep | None] = field(default_factory=list)

    def tell(self, name: str, value: object, at: Span | None = None) -> None:
        """Take a fact; what is told later counts. `at`: where it stands, if not in the line of the step."""
        self.facts[name] = value
        self.told_at[name] = at or (self.step.span if self.step is not None else None)

    def tell_head(self, key: str, value: object) -> None:
        """Take what stands at the head of a case."""
        self.head[key] = value
        self.told_at[key] = self.step.span if self.step is not None else None

    @property
    def compiled(self) -> CompiledRuleSet:
        """Give the rule set, with the scenario's own rules."""
        if not (self.rules or self.documents):
            return self.setting.compiled
        key = (self.documents, *self.rules)
        if key not in self.setting.enlarged:
            self.setting.enlarged[key] = _enlarged(self.setting.sources, self.documents, key[1:])
        return self.setting.enlarged[key]

    def decide(self) -> None:
        """Decide the case that was told, as a case file would be."""
        self.decision, self.problems = None, ()
        try:
            compiled = self.compiled
            source = SourceText(_CASE, self._written(compiled))
            (case,) = load_cases(source, compiled.rule_set, CaseDefaults(today=self.setting.today))
            self.decision = check(compiled, case)
        except DiagnosticsError as error:
            self.problems = tuple(self._placed(d) for d in error.diagnostics)
            return
        # Where the second engine can't be loaded on this machine, the compiled one decides alone.
        if self.decision.cross_check not in (
            CrossCheck.AGREED,
            CrossCheck.AGREED_BY_SQLITE,
            CrossCheck.UNAVAILABLE,
        ):
            raise StepError(cross_check_words(self.decision.cross_check))

    def _written(self, compiled: CompiledRuleSet) -> str:
        """Write the case, one thing a line, so that a problem's line says what it is about."""
        subject = compiled.rule_set.vocabulary.subjects.get(self.subject)
        fields = subject.fields if subject is not None else {}
        facts = {
            name: _listed(value, name in fields and fields[name].type is FieldType.LIST)
            for name, value in self.facts.items()
        }
        lines = [f"{_json(key)}: {_json(value)}" for key, value in self.head.items()]
        lines.append(f"{_json(self.subject or '（没有选定主题）')}:" + ("" if facts else " {}"))
        lines += [f"  {_json(name)}: {_json(value)}" for name, value in facts.items()]
        return "\n".join(lines) + "\n"

    def _placed(self, found: Diagnostic) -> Diagnostic:
        """Move a problem of the case or of the scenario's rules to the line of the feature that told it."""
        span = found.span
        if self.step is None or span is None:
            return found
        return dataclasses.replace(found, span=self._place(span), related=())

    def _place(self, span: Span) -> Span:
        assert self.step is not None
        if span.path == _CASE:
            # Line by line as `_written` writes it: the head, the line of the subject, the facts.
            names = [*self.head, "", *self.facts]
            told_at = self.told_at.get(names[span.line]) if span.line < len(names) else None
            return told_at or self.step.span
        if span.path.startswith(_RULES):
            teller = self.rules_told_by[int(span.path.removeprefix(_RULES))]
            return _within(teller or self.step, span)
        return self.step.span

    @property
    def one(self) -> SubjectDecision:
        """Give the decision of the subject under review. Raises where there is none."""
        if self.problems:
            raise DiagnosticsError(self.problems)
        if self.decision is None:
            raise StepError("还没有审查，前面写一步“当 进行审查”")
        return self.decision.subjects[0]

    def result(self, rule: str) -> RuleResult:
        """Give what came of one rule."""
        found = {r.rule.id: r for r in self.one.results}
        if rule not in found:
            fail(f"没有编号为 {rule} 的规则，或者它不管{self.subject}：{did_you_mean(rule, found)}")
        return found[rule]

    def last_run(self) -> Ran:
        """Give what the last command printed. Raises where none was run."""
        return (
            self.ran if self.ran is not None else fail("还没有运行命令，前面写一步“当 运行“policy-engine …””")
        )

    def path(self, name: str) -> Path:
        """Give the path of a file of the scenario: nothing outside its folder is touched."""
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            fail(f"“{name}”不在场景自己的文件夹里，只写文件名或者下级文件夹")
        return path


def fail(message: str) -> NoReturn:
    """End a step that does not come out."""
    raise StepError(message)


def _within(teller: FeatureStep, span: Span) -> Span:
    line, column = teller.text_at
    return Span(
        path=teller.span.path,
        line=span.line + line,
        column=span.column + column,
        end_line=span.end_line + line,
        end_column=span.end_column + column,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _listed(value: object, is_list: bool) -> object:
    """Write 甲、乙 as a list, 无 as an empty one; everything else is read as case files are."""
    if isinstance(value, dict) and "value" in value:
        return {**value, "value": _listed(value["value"], is_list)}
    if not is_list or not isinstance(value, str):
        return value
    return [] if value == "无" else value.split("、")


def _enlarged(sources: Sources, documents: str, rules: tuple[str, ...]) -> CompiledRuleSet:
    """Compile the rule base together with a scenario's own documents and rules."""
    register = sources.registers["documents.yaml"]
    more = SourceText(register.path, register.text.rstrip() + "\n" + documents + "\n")
    registers = MappingProxyType({**sources.registers, "documents.yaml": more})
    files = tuple(SourceText(f"{_RULES}{n}", text) for n, text in enumerate(rules))
    enlarged = dataclasses.replace(sources, registers=registers, rules=(*sources.rules, *files))
    return compile_rules(load_rule_set(enlarged))
