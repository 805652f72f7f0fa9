"""Validate a rule base: loading, compilation, what stands beside the rules, lints; what the authors accept is set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from policy_engine.analysis.acceptance import Sifted, own_of, sift
from policy_engine.analysis.beside import find_altered_quotes, find_checks_to_come, find_unknown_subjects
from policy_engine.analysis.blanks import find_blanks
from policy_engine.analysis.lints import LINTS, lint
from policy_engine.analysis.looked_for import CODES as LIST_CODES
from policy_engine.analysis.looked_for import lint_aggregates
from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, Severity, is_error
from policy_engine.foundation.memory import Memory
from policy_engine.language.aggregates_schema import AGGREGATE_FILE, aggregate_file_schema
from policy_engine.language.schema import rule_file_schema
from policy_engine.loading.catalogue import load_catalogue
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import CASE_SCHEMA, NORMS, beside_law, is_own
from policy_engine.loading.json_schema import check_schemas
from policy_engine.loading.pieces import settled_problem
from policy_engine.loading.problems import Problems
from policy_engine.loading.texts import load_articles, load_quotes, load_texts
from policy_engine.loading.vocabulary import load_placed_vocabulary, properties_of
from policy_engine.model.rules import RuleSet
from policy_engine.usecases.aggregating import aggregates_of, failing_samples
from policy_engine.usecases.coverage import Coverage, cover
from policy_engine.usecases.rule_base import RootProblemsError, load_rule_set, new_memory
from policy_engine.usecases.sources import Sources
from policy_engine.usecases.unread import unread_problems

CODES = (*LINTS, "PE610", "PE614", "PE615", "PE628", "PE327", "PE328", "PE329", *LIST_CODES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """All that is wrong with a rule base.

    `broken`: it does not load, or a register beside the rules doesn't; that counts whatever files somebody asks about.
    `findings`: what is criticised. `rules`: how many there are, 0 where they do not load; `unseen`: files not looked at.
    """

    broken: tuple[Diagnostic, ...]
    findings: Sifted
    rules: int
    unseen: int = 0

    @property
    def open(self) -> tuple[Diagnostic, ...]:
        """Give everything that nobody accepted, by place."""
        return tuple(sorted((*self.broken, *self.findings.open), key=lambda d: d.sort_key))


def validate(sources: Sources, *, today: int, memory: Memory | None = None) -> Validation:
    """Find everything that is wrong or criticised, at the last stage that can be reached.

    `memory`: what was made of these files before; only what changed since is looked at anew.
    """
    memory = memory or new_memory()
    spare = tuple(d for d in unread_problems(sources.unread) if not is_error(d))
    try:
        rule_set = load_rule_set(sources, load_placed_vocabulary, memory=memory)
        compile_rules(rule_set, memory)
    except DiagnosticsError as error:
        unseen = error.unseen if isinstance(error, RootProblemsError) else 0
        told = _settled(error.diagnostics, memory)
        return Validation(broken=told, findings=Sifted(spare, ()), rules=0, unseen=unseen)
    of = (
        sources.passages,
        sources.catalogues,
        sources.aggregates,
        sources.parameters,
        rule_set.vocabulary,
        rule_set.documents,
        rule_set.areas,
    )
    asides = memory.made("asides", of, lambda: tuple(_asides(sources, rule_set)))
    broken = [one for one in asides if is_error(one)]
    spoken = (rule_set.vocabulary, rule_set.objects, rule_set.authority)
    schemas = memory.made(
        "schemas", (sources.schemas, *spoken), lambda: tuple(_of_schemas(sources.schemas, rule_set))
    )
    found = [
        *spare,
        *(one for one in asides if not is_error(one)),
        *lint(rule_set, memory),
        *schemas,
        *find_blanks(_by_hand(sources)),
        *find_checks_to_come(rule_set.documents.values(), today),
    ]
    looked_for: Collection[str] = CODES
    try:
        coverage = cover(sources, rule_set, memory)
        found += [*_without_norm(coverage), *_beside(sources, rule_set, coverage, memory)]
    except DiagnosticsError as error:
        broken += error.diagnostics
        looked_for = tuple(LINTS)
    sifted = sift(found, rule_set.rules, rule_set.documents.values(), today=today, codes=looked_for)
    # Only now: what the rule base below accepts has been found.
    own = own_of(sifted)
    findings = Sifted(_settled(own.open, memory), own.accepted)
    return Validation(broken=tuple(broken), findings=findings, rules=len(rule_set.rules))


def _settled(found: tuple[Diagnostic, ...], memory: Memory) -> tuple[Diagnostic, ...]:
    """Give problems that are in order, with their places as they are now and in order of these."""
    if not memory.keeps_parts:
        return found
    return tuple(sorted((settled_problem(one, memory) for one in found), key=lambda d: d.sort_key))


def _of_schemas(schemas: tuple[SourceText, ...], rule_set: RuleSet) -> Iterator[Diagnostic]:
    # The longest of them are sound where they are what the program makes.
    made = rule_file_schema(rule_set.vocabulary, rule_set.objects, rule_set.authority.forces)
    has_lists = any(PurePosixPath(source.path).name == AGGREGATE_FILE for source in schemas)
    lists = aggregate_file_schema(rule_set.vocabulary) if has_lists else ""
    return check_schemas(schemas, (made, lists))


def _by_hand(sources: Sources) -> tuple[SourceText, ...]:
    # Schemas repeat what the vocabulary they are made from says.
    hand = (source for source in sources.texts.items() if not source[0].startswith("schemas/"))
    return tuple(SourceText(*pair) for pair in hand if is_own(pair[0]))


def _asides(sources: Sources, rule_set: RuleSet) -> Iterator[Diagnostic]:
    # No rule reads these, so loading the rules passes over them.
    problems = Problems()
    for source in sources.passages:
        load_texts(source, rule_set.documents, problems)
        load_quotes(source, problems)
        load_articles(source, rule_set.documents, problems)
    yield from problems.found
    for source in sources.catalogues:
        try:
            load_catalogue(source, rule_set.areas)
        except DiagnosticsError as error:
            yield from error.diagnostics
    try:
        aggregates = aggregates_of(sources, rule_set)
        yield from failing_samples(aggregates)
        yield from lint_aggregates(aggregates)
    except DiagnosticsError as error:
        yield from error.diagnostics


def _beside(sources: Sources, rule_set: RuleSet, coverage: Coverage, memory: Memory) -> Iterator[Diagnostic]:
    quotes = memory.made(
        "quotes",
        (sources.passages,),
        lambda: tuple(q for s in sources.passages for q in load_quotes(s, Problems())),
    )
    yield from coverage.problems
    yield from find_altered_quotes(rule_set.rules, quotes)
    for source in sources.schemas:
        if PurePosixPath(source.path).name == CASE_SCHEMA:
            yield from find_unknown_subjects(rule_set, properties_of(source))


def _without_norm(coverage: Coverage) -> Iterator[Diagnostic]:
    for rule in coverage.unlisted:
        yield Diagnostic(
            code="PE610",
            message=f"规则 `{rule.id}` 没有规范与之对应",
            span=rule.span,
            help=f"在 {beside_law(rule.span.path, NORMS)} 里写明它编写的是哪一条规范",
            severity=Severity.WARNING,
            rules=(rule.id,),
        )
