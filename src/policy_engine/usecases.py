"""What the program does, each as one function: prepare the rules, read cases, check a case."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError, evaluate
from policy_engine.evaluation.closing import close_subject
from policy_engine.evaluation.combine import worst
from policy_engine.evaluation.contradictions import find_contradictions
from policy_engine.evaluation.decide import decide_subject
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, raise_errors
from policy_engine.loading.coverage import NormAnswer, load_coverage
from policy_engine.loading.documents import load_documents
from policy_engine.loading.files import SourceText, read_source
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_areas, load_authority, load_objects, load_parameters
from policy_engine.loading.rules import RuleLoader
from policy_engine.loading.vocabulary import load_vocabulary
from policy_engine.model.cases import Case, Declaration
from policy_engine.model.decisions import CrossCheck, Decision, SubjectDecision
from policy_engine.model.rules import Derive, Rule, RuleSet
from policy_engine.model.vocabulary import Subject

_REGISTERS = ("documents.yaml", "authority.yaml", "objects.yaml", "areas.yaml")
_APART = ("parameters", "coverage", "lexicon")


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """Where a rule base lies: the folder of rules and the folder of schemas."""

    rules: Path
    schemas: Path


def shipped_rules() -> RuleFiles:
    """Find the rule base that comes with the program: inside the package, or in the source tree."""
    package = Path(__file__).resolve().parent
    inside = package / "_data"
    root = inside if (inside / "rules").is_dir() else package.parent.parent
    return RuleFiles(root / "rules", root / "schemas")


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts of a rule base by what they hold, and all of them by path for showing snippets."""

    registers: Mapping[str, SourceText]
    parameters: tuple[SourceText, ...]
    rules: tuple[SourceText, ...]
    schemas: tuple[SourceText, ...]
    coverage: tuple[SourceText, ...] = ()

    @property
    def all(self) -> tuple[SourceText, ...]:
        """Give every text, in a fixed order."""
        return (*self.registers.values(), *self.parameters, *self.rules, *self.schemas)

    @property
    def texts(self) -> dict[str, str]:
        """Map paths to texts."""
        return {source.path: source.text for source in self.all}

    @property
    def version(self) -> str:
        """Digest the content: the same rules give the same version on every machine."""
        digest = hashlib.sha256()
        for source in sorted(self.all, key=lambda s: s.path):
            digest.update(source.path.encode() + b"\0" + source.text.encode() + b"\0")
        return digest.hexdigest()[:16]


def read_sources(files: RuleFiles) -> Sources:
    """Read every file of a rule base. Raises `DiagnosticsError` with all that can't be read."""
    problems = Problems()
    registers = {name: _read(files.rules / name, f"rules/{name}", problems) for name in _REGISTERS}
    yaml_files = sorted(p for p in files.rules.rglob("*.yaml") if p.parent != files.rules)
    grouped: dict[str, list[SourceText]] = {"rules": [], "parameters": [], "coverage": []}
    for path in yaml_files:
        relative = path.relative_to(files.rules)
        group = relative.parts[0] if relative.parts[0] in _APART else "rules"
        if group in grouped:
            grouped[group].append(_read(path, f"rules/{relative.as_posix()}", problems))
    schemas = [_read(p, f"schemas/{p.name}", problems) for p in sorted(files.schemas.glob("*.schema.json"))]
    raise_errors(problems.found)
    return Sources(
        registers=MappingProxyType(registers),
        parameters=tuple(grouped["parameters"]),
        rules=tuple(grouped["rules"]),
        schemas=tuple(schemas),
        coverage=tuple(grouped["coverage"]),
    )


def _read(path: Path, shown: str, problems: Problems) -> SourceText:
    try:
        return read_source(path, shown)
    except DiagnosticsError as error:
        problems.found += error.diagnostics
        return SourceText(shown, "")


def load_rule_set(sources: Sources) -> RuleSet:
    """Load and type-check a rule base. Raises `DiagnosticsError` with every problem of the stage."""
    problems = Problems()
    vocabulary = load_vocabulary(sources.schemas, problems)
    areas = load_areas(sources.registers["areas.yaml"], problems)
    authority = load_authority(sources.registers["authority.yaml"], problems)
    objects = load_objects(sources.registers["objects.yaml"], problems)
    documents = load_documents(sources.registers["documents.yaml"], authority, areas, problems)
    parameters = load_parameters(sources.parameters, problems)
    loader = RuleLoader(vocabulary, documents, objects, areas, parameters, problems)
    rules = loader.load(sources.rules)
    raise_errors(problems.found)
    return RuleSet(
        rules=rules,
        vocabulary=vocabulary,
        documents=documents,
        authority=authority,
        objects=objects,
        areas=areas,
        version=sources.version,
    )


def prepare(files: RuleFiles | None = None) -> CompiledRuleSet:
    """Read, load and compile a rule base. Raises `DiagnosticsError` at the end of the first stage with errors."""
    return compile_rules(load_rule_set(read_sources(files or shipped_rules())))


def check(compiled: CompiledRuleSet, case: Case, engine: Engine = Engine.BOTH) -> Decision:
    """Decide one case. Pure.

    Raises `DiagnosticsError` where a stated derived fact contradicts its computed value, and
    `EnginesDisagreeError` where the two engines differ on a rule, `EngineBrokeError` where the second gives no answer.
    """
    decided: list[SubjectDecision] = []
    problems: list[Diagnostic] = []
    cross_check = CrossCheck.AGREED
    for name in case.subjects:
        subject = compiled.rule_set.vocabulary.subjects[name]
        closed = close_subject(case, subject, compiled.subjects[name])
        evaluation, cross_check = evaluate(compiled, closed.situation, engine)
        problems += find_contradictions(case, subject, evaluation, compiled.subjects[name].producers)
        decision = decide_subject(case, subject, closed, evaluation, compiled)
        decided.append(
            _asking_once(case, subject, decision, compiled) if decision.asks_declaration else decision
        )
    raise_errors(problems)
    return Decision(
        case=case,
        verdict=worst(d.verdict for d in decided),
        subjects=tuple(decided),
        cross_check=cross_check,
        rule_set_version=compiled.rule_set.version,
    )


def _asking_once(
    case: Case, subject: Subject, decision: SubjectDecision, compiled: CompiledRuleSet
) -> SubjectDecision:
    # Beside the declaration itself, ask only what would still be open once it is made.
    declared = dataclasses.replace(case, declaration=Declaration(by="", span=case.span))
    closed = close_subject(declared, subject, compiled.subjects[subject.name])
    evaluation, _ = evaluate(compiled, closed.situation, Engine.COMPILED)
    later = decide_subject(declared, subject, closed, evaluation, compiled)
    return dataclasses.replace(decision, missing=later.missing)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How every normative statement is answered, and the rules of listed documents that answer none."""

    answers: tuple[NormAnswer, ...]
    unlisted: tuple[Rule, ...]


def cover(sources: Sources, rule_set: RuleSet) -> Coverage:
    """Match the coverage lists with the rules. Raises `DiagnosticsError` where an answer is incomplete."""
    problems = Problems()
    answers = load_coverage(sources.coverage, frozenset(rule.id for rule in rule_set.rules), problems)
    raise_errors(problems.found)
    named = {rule for answer in answers for rule in answer.rules}
    listed = {answer.document for answer in answers}
    # A rule that only computes a number serves the rules that name it.
    unlisted = tuple(
        r
        for r in rule_set.rules
        if r.citation.document.id in listed and r.id not in named and not isinstance(r.kind, Derive)
    )
    return Coverage(answers, unlisted)


__all__ = [
    "Coverage",
    "Engine",
    "EngineBrokeError",
    "EnginesDisagreeError",
    "RuleFiles",
    "Sources",
    "check",
    "cover",
    "load_rule_set",
    "prepare",
    "read_sources",
    "shipped_rules",
]
