"""Find, read, load and compile a rule base."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.compilation.checks import find_duplicate_ids
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, is_error, raise_errors
from policy_engine.foundation.memory import Memory
from policy_engine.foundation.records import dataclass
from policy_engine.loading.documents import load_documents
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import document_of
from policy_engine.loading.item_choices import check_item_choices
from policy_engine.loading.items import items_of, load_items
from policy_engine.loading.lexicon import load_lexicon
from policy_engine.loading.pieces import settled_problem
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_areas, load_authority, load_objects, load_parameters
from policy_engine.loading.regressions import load_regressions
from policy_engine.loading.rules import RuleLoader
from policy_engine.loading.vocabulary import load_vocabulary
from policy_engine.model.areas import Areas
from policy_engine.model.documents import Document
from policy_engine.model.rules import Across, Definition, Effect, Example, RegisteredObject, Rule, RuleSet
from policy_engine.model.vocabulary import Vocabulary
from policy_engine.usecases.layering import changes_of_base
from policy_engine.usecases.sources import REGISTERED, RuleFiles, Sources, read_sources, shipped_rules
from policy_engine.usecases.unread import unread_problems

T = TypeVar("T")
# From the schemas and the files that they are made from.
VocabularyLoader = Callable[[Sequence[SourceText], Sequence[SourceText], Problems], Vocabulary]


class RootProblemsError(DiagnosticsError):
    """Raised where what rules refer to has errors: whatever refers to it would only repeat them. `unseen`: files not looked at."""

    def __init__(self, diagnostics: Iterable[Diagnostic], unseen: int) -> None:
        super().__init__(diagnostics)
        self.unseen = unseen

    def __reduce__(self) -> tuple[type[RootProblemsError], tuple[tuple[Diagnostic, ...], int]]:
        """Say how it is made anew in another process."""
        return type(self), (self.diagnostics, self.unseen)


def _stop_at_roots(problems: Problems, sources: Sources, unseen: tuple[str, ...]) -> None:
    if any(is_error(found) and found.code != "PE015" for found in problems.found):
        raise RootProblemsError(problems.found, len(unseen) + len(sources.rules))


def new_memory(*, keeps_parts: bool = False) -> Memory:
    """Make a memory for loading: files are the same where they are called and read alike.

    `keeps_parts`: of a rule file each rule is remembered, for whoever edits it.
    """
    return Memory(lambda thing: isinstance(thing, SourceText | str), keeps_parts=keeps_parts)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Makes each part of a rule set of what it is made of, and collects what is wrong with all of them."""

    memory: Memory
    problems: Problems

    def made(self, step: str, of: tuple[object, ...], make: Callable[[Problems], T]) -> T:
        """Make one part, or take it as it was made of the same; what is wrong with it is told each time."""

        def noting() -> tuple[T, tuple[Diagnostic, ...]]:
            problems = Problems()
            return make(problems), tuple(problems.found)

        found, told = self.memory.made(step, of, noting)
        self.problems.found += told
        return found


def load_rule_set(
    sources: Sources,
    read_vocabulary: VocabularyLoader = load_vocabulary,
    *,
    reads_examples: bool = True,
    memory: Memory | None = None,
) -> RuleSet:
    """Load and type-check a rule base. Raises `DiagnosticsError` with every problem of the first stage that has any.

    `memory`: what was made of these files before; only what changed since is made anew.
    """
    of = (sources, read_vocabulary, reads_examples)
    known = memory or new_memory()
    return known.made(
        "rule set",
        of,
        lambda: _loaded(sources, read_vocabulary, reads_examples=reads_examples, memory=known),
    )


def _loaded(
    sources: Sources, read_vocabulary: VocabularyLoader, *, reads_examples: bool, memory: Memory
) -> RuleSet:
    # A file with rules that nobody reads is a rule base that says less than it seems to.
    problems = Problems([d for d in unread_problems(sources.unread) if is_error(d)])
    steps = _Steps(memory, problems)
    registers = {name: sources.register(name) for name in REGISTERED}
    vocabulary = steps.made(
        "vocabulary",
        (read_vocabulary, sources.schemas, sources.vocabulary),
        lambda p: read_vocabulary(sources.schemas, sources.vocabulary, p),
    )
    areas = steps.made("areas", registers["areas.yaml"], lambda p: load_areas(registers["areas.yaml"], p))
    authority = steps.made(
        "authority", registers["authority.yaml"], lambda p: load_authority(registers["authority.yaml"], p)
    )
    objects, effects = steps.made(
        "objects", registers["objects.yaml"], lambda p: _objects(registers["objects.yaml"], p)
    )
    _stop_at_roots(problems, sources, unseen=("documents.yaml",))
    documents = steps.made(
        "documents",
        (*registers["documents.yaml"], authority, areas),
        lambda p: load_documents(registers["documents.yaml"], authority, areas, p),
    )
    parameters = steps.made(
        "parameters",
        (sources.parameters, documents),
        lambda p: load_parameters(sources.parameters, documents, p),
    )
    _stop_at_roots(problems, sources, unseen=())
    surroundings = (vocabulary, documents, effects, areas, parameters)

    def rules_of(source: SourceText) -> Callable[[Problems], _RulesOfFile]:
        kept = steps.memory if steps.memory.keeps_parts else None
        return lambda problems: _rules_of(
            source, RuleLoader(*surroundings, problems, reads_examples, memory=kept)
        )

    files = tuple(
        steps.made(
            f"rules of {source.path}",
            (source, reads_examples, *surroundings),
            rules_of(source),
        )
        for source in sources.rules
    )
    rules = tuple(rule for file in files for rule in file.rules)
    if sources.base:
        problems.found += changes_of_base(sources, rules, documents, authority)
    # Of two rules with one id the other id is missed wherever somebody means it.
    problems.found += find_duplicate_ids(rules)
    # A rule that does not load would be missed by each of its cases.
    if reads_examples and not any(map(is_error, problems.found)):
        rules = _tried(rules, sources, vocabulary, areas, documents, steps)
    items = steps.made("items", (sources.items,), lambda _: items_of(sources.items))
    if reads_examples:
        steps.made(
            "choices of items",
            (sources.items, vocabulary),
            lambda p: check_item_choices(vocabulary, load_items(sources.items, p), p),
        )
    lexicon = steps.made(
        "lexicon",
        (sources.lexicon, vocabulary, items, reads_examples),
        lambda p: load_lexicon(sources.lexicon, vocabulary, p, reads_examples=reads_examples, items=items),
    )
    raise_errors(settled_problem(one, memory) for one in problems.found)
    return RuleSet(
        rules=rules,
        across=tuple(across for file in files for across in file.across),
        definitions=_joined(files),
        vocabulary=vocabulary,
        documents=documents,
        authority=authority,
        objects=effects,
        registered=objects,
        areas=areas,
        version=steps.memory.made("version", (sources,), lambda: sources.version),
        lexicon=lexicon,
    )


@dataclass(frozen=True, slots=True)
class _RulesOfFile:
    """What one file of rules holds."""

    rules: tuple[Rule, ...]
    across: tuple[Across, ...]
    definitions: Mapping[str, tuple[Definition, ...]]


def _rules_of(source: SourceText, loader: RuleLoader) -> _RulesOfFile:
    rules = loader.load((source,))
    return _RulesOfFile(rules, tuple(loader.across), loader.definitions)


def _objects(
    sources: Iterable[SourceText], problems: Problems
) -> tuple[Mapping[str, RegisteredObject], Mapping[str, Effect]]:
    objects = load_objects(sources, problems)
    return objects, MappingProxyType({name: one.effect for name, one in objects.items()})


def _tried(
    rules: tuple[Rule, ...],
    sources: Sources,
    vocabulary: Vocabulary,
    areas: Areas,
    documents: Mapping[str, Document],
    steps: _Steps,
) -> tuple[Rule, ...]:
    """Give the rules with the cases that were made for them by machine, document by document."""
    made: dict[str, list[SourceText]] = {}
    for source in sources.regressions:
        made.setdefault(document_of(source.path), []).append(source)
    own: dict[str, list[Rule]] = {name: [] for name in made}
    for rule in rules:
        if rule.citation.document.id in own:
            own[rule.citation.document.id].append(rule)

    def cases(name: str) -> Callable[[Problems], Mapping[str, tuple[Example, ...]]]:
        def load(problems: Problems) -> Mapping[str, tuple[Example, ...]]:
            found = load_regressions(made[name], tuple(own[name]), vocabulary, areas, documents, problems)
            return {rule.id: rule.regressions for rule in found if rule.regressions}

        return load

    found: dict[str, tuple[Example, ...]] = {}
    for name, of in made.items():
        # What a rule says of itself that its cases are read by; not what it demands.
        ways = tuple(f"{r.id} {r.subjects} {r.due} {r.citation.document.area}" for r in own[name])
        found |= steps.made(f"cases of {name}", (tuple(of), ways, vocabulary, areas, documents), cases(name))
    # The rules of a document that nobody edits stay the very same objects, so that what was seen of them is not seen again.
    tried: dict[str, Iterator[Rule]] = {}
    for name, mine in own.items():
        told = tuple(found.get(rule.id, ()) for rule in mine)
        pairs = zip(mine, told, strict=True)
        tried[name] = iter(steps.memory.made_of_each(f"tried of {name}", (), pairs, _with, _ids))
    # One after the other: two rules may have one id, which is told later.
    return tuple(
        next(tried[rule.citation.document.id]) if rule.citation.document.id in tried else rule
        for rule in rules
    )


def _with(pair: tuple[Rule, tuple[Example, ...]]) -> Rule:
    rule, cases = pair
    return dataclasses.replace(rule, regressions=cases) if cases else rule


def _ids(pair: tuple[object, object]) -> tuple[int, int]:
    return id(pair[0]), id(pair[1])


def _joined(files: Iterable[_RulesOfFile]) -> Mapping[str, tuple[Definition, ...]]:
    found: dict[str, tuple[Definition, ...]] = {}
    for file in files:
        for document, definitions in file.definitions.items():
            found[document] = (*found.get(document, ()), *definitions)
    return found


def prepare(files: RuleFiles | None = None) -> CompiledRuleSet:
    """Read, load and compile a rule base. Raises `DiagnosticsError` at the end of the first stage with errors."""
    return compile_rules(load_rule_set(read_sources(files or shipped_rules())))
