"""Find, read, load and compile a rule base."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import MappingProxyType

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, is_error, raise_errors
from policy_engine.loading.documents import load_documents
from policy_engine.loading.files import SourceText
from policy_engine.loading.item_choices import check_item_choices
from policy_engine.loading.items import items_of, load_items
from policy_engine.loading.lexicon import load_lexicon
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_areas, load_authority, load_objects, load_parameters
from policy_engine.loading.regressions import load_regressions
from policy_engine.loading.rules import RuleLoader
from policy_engine.loading.vocabulary import load_vocabulary
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Vocabulary
from policy_engine.usecases.sources import RuleFiles, Sources, read_sources, shipped_rules
from policy_engine.usecases.unread import unread_problems

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


def load_rule_set(
    sources: Sources, read_vocabulary: VocabularyLoader = load_vocabulary, *, reads_examples: bool = True
) -> RuleSet:
    """Load and type-check a rule base. Raises `DiagnosticsError` with every problem of the first stage that has any."""
    # A file with rules that nobody reads is a rule base that says less than it seems to.
    problems = Problems([d for d in unread_problems(sources.unread) if is_error(d)])
    vocabulary = read_vocabulary(sources.schemas, sources.vocabulary, problems)
    areas = load_areas(sources.registers["areas.yaml"], problems)
    authority = load_authority(sources.registers["authority.yaml"], problems)
    objects = load_objects(sources.registers["objects.yaml"], problems)
    _stop_at_roots(problems, sources, unseen=("documents.yaml",))
    documents = load_documents(sources.registers["documents.yaml"], authority, areas, problems)
    effects = MappingProxyType({name: one.effect for name, one in objects.items()})
    parameters = load_parameters(sources.parameters, documents, problems)
    _stop_at_roots(problems, sources, unseen=())
    loader = RuleLoader(vocabulary, documents, effects, areas, parameters, problems, reads_examples)
    rules = loader.load(sources.rules)
    # A rule that does not load would be missed by each of its cases.
    if reads_examples and not any(map(is_error, problems.found)):
        rules = load_regressions(sources.regressions, rules, vocabulary, areas, documents, problems)
    items = items_of(sources.items)
    if reads_examples:
        check_item_choices(vocabulary, load_items(sources.items, problems), problems)
    lexicon = load_lexicon(sources.lexicon, vocabulary, problems, reads_examples=reads_examples, items=items)
    raise_errors(problems.found)
    return RuleSet(
        rules=rules,
        across=tuple(loader.across),
        definitions=loader.definitions,
        vocabulary=vocabulary,
        documents=documents,
        authority=authority,
        objects=effects,
        registered=objects,
        areas=areas,
        version=sources.version,
        lexicon=lexicon,
    )


def prepare(files: RuleFiles | None = None) -> CompiledRuleSet:
    """Read, load and compile a rule base. Raises `DiagnosticsError` at the end of the first stage with errors."""
    return compile_rules(load_rule_set(read_sources(files or shipped_rules())))
