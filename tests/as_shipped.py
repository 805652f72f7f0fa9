"""The shipped rule base, read, loaded and compiled once for all tests of a process: nothing in it can be changed.

Tests of loading itself, and those that need one of their own, load it themselves.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache, lru_cache
from importlib import import_module
from typing import TypeVar

import pytest

from policy_engine.analysis.lints import lint
from policy_engine.analysis.testing.terms import TermResult, run_term
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.memory import Memory
from policy_engine.loading import tree
from policy_engine.loading.files import SourceText
from policy_engine.loading.items import items_of
from policy_engine.loading.json_schema import check_schemas
from policy_engine.loading.lexicon import load_lexicon
from policy_engine.loading.problems import Problems
from policy_engine.loading.vocabulary import load_vocabulary
from policy_engine.model.lexicon import Lexicon, Term
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Vocabulary
from policy_engine.usecases import Sources, load_rule_set, read_sources, shipped_rules
from policy_engine.usecases.rule_base import new_memory

T = TypeVar("T")
FEW = 4
# Where commands take loading and checking from.
LOADERS = (
    "cli.coverage",
    "records.replaying",
    "usecases.bundling",
    "usecases.comparing",
    "usecases.editing",
    "usecases.mutating",
    "usecases.regressions",
    "usecases.rule_base",
    "usecases.scaffolding",
    "usecases.scenarios.story",
    "usecases.starting",
    "usecases.trying",
    "usecases.validating",
    "usecases.verifying",
)
# Where they take compiling from.
COMPILERS = (
    "compilation",
    "records.replaying",
    "usecases.comparing",
    "usecases.mutating",
    "usecases.regressions",
    "usecases.rule_base",
    "usecases.scenarios.story",
    "usecases.trying",
    "usecases.validating",
)


@cache
def sources() -> Sources:
    """Read the shipped files."""
    return read_sources(shipped_rules())


def rule_set() -> RuleSet:
    """Load what was read."""
    return _loaded(load_vocabulary, reads_examples=True)


@cache
def compiled() -> CompiledRuleSet:
    """Compile what was loaded."""
    return compile_rules(rule_set())


def fresh() -> CompiledRuleSet:
    """Compile what was loaded once more, for a test that wants one that nobody has used."""
    return compile_rules(rule_set())


@cache
def _loaded(read_vocabulary, *, reads_examples: bool) -> RuleSet:
    memory = _memory_of(sources(), read_vocabulary, reads_examples=reads_examples)
    return load_rule_set(sources(), _once(read_vocabulary), reads_examples=reads_examples, memory=memory)


@cache
def _memories() -> OrderedDict[object, Memory]:
    return OrderedDict()


def _memory_of(given: Sources, read_vocabulary, *, reads_examples: bool) -> Memory:
    """Give what was made of rule bases of the same words: of a copy that was changed, only the change is made anew."""
    key = (read_vocabulary, reads_examples, given.schemas, given.vocabulary)
    return _lately(_memories(), key, Problems(), new_memory)


@cache
def checked() -> Memory:
    """Give what `validate` found in what it looked at last."""
    return new_memory()


@cache
def _recent() -> deque[tuple[object, RuleSet | DiagnosticsError]]:
    return deque(maxlen=FEW)


def load_once(
    given: Sources, read_vocabulary=load_vocabulary, *, reads_examples: bool = True, memory: object = None
) -> RuleSet:
    """Load a rule base; one of the same texts as the shipped one, or as one of the last, gives what that gave."""
    if what_is_loaded(given) == what_is_loaded(sources()):
        return _loaded(read_vocabulary, reads_examples=reads_examples)
    key = (what_is_loaded(given), read_vocabulary, reads_examples)
    found = next((found for one, found in _recent() if one == key), None)
    if found is None:
        found = _attempt(given, read_vocabulary, reads_examples=reads_examples)
        _recent().append((key, found))
    if isinstance(found, DiagnosticsError):
        raise found.with_traceback(None)
    return found


def _attempt(given: Sources, read_vocabulary, *, reads_examples: bool) -> RuleSet | DiagnosticsError:
    memory = _memory_of(given, read_vocabulary, reads_examples=reads_examples)
    try:
        return load_rule_set(given, _once(read_vocabulary), reads_examples=reads_examples, memory=memory)
    except DiagnosticsError as error:
        return error


@cache
def _once(read_vocabulary):
    """Read a vocabulary, unless its files are those of one that was read lately: mostly others are what is changed."""

    def read(
        schemas: Sequence[SourceText], vocabulary: Sequence[SourceText], problems: Problems
    ) -> Vocabulary:
        key = (read_vocabulary, tuple(schemas), tuple(vocabulary))
        return _lately(_vocabularies(), key, problems, lambda: read_vocabulary(schemas, vocabulary, problems))

    return read


def lexicon_once(
    given: Sequence[SourceText], vocabulary: Vocabulary, problems: Problems, *, reads_examples: bool, items
) -> Lexicon:
    """Load a lexicon, unless it was lately, over the very same vocabulary."""
    key = (tuple(given), id(vocabulary), reads_examples, items)

    def made() -> tuple[Lexicon, Vocabulary]:
        more = {"reads_examples": reads_examples, "items": items}
        return load_lexicon(given, vocabulary, problems, **more), vocabulary

    # The vocabulary is kept, so that no other is taken for it.
    found, _ = _lately(_lexicons(), key, problems, made)
    return found


def _lately(kept: OrderedDict, key: object, problems: Problems, make: Callable[[], T]) -> T:
    """Give what was made of the same lately; what had something wrong with it is made anew, to say so."""
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    before = len(problems.found)
    found = make()
    if len(problems.found) == before:
        kept[key] = found
        while len(kept) > FEW:
            kept.popitem(last=False)
    return found


# Held by functions that are emptied, as all that remember are, where tests run against changed code.
@cache
def _vocabularies() -> OrderedDict[object, Vocabulary]:
    return OrderedDict()


@cache
def _lexicons() -> OrderedDict[object, tuple[Lexicon, Vocabulary]]:
    return OrderedDict()


@cache
def _terms() -> deque[tuple[Lexicon, dict[str, tuple[TermResult, ...]]]]:
    return deque(maxlen=FEW)


_items = lru_cache(maxsize=FEW)(items_of)


def run_term_once(lexicon: Lexicon, term: Term, vocabulary: Vocabulary) -> tuple[TermResult, ...]:
    """Run the examples of a term, unless they were run lately with the very same lexicon."""
    ran = next((results for one, results in _terms() if one is lexicon), None)
    if ran is None:
        _terms().append((lexicon, ran := {}))
    if term.id not in ran:
        ran[term.id] = tuple(run_term(lexicon, term, vocabulary))
    return ran[term.id]


@cache
def _compiled() -> deque[tuple[tuple[object, ...], CompiledRuleSet]]:
    return deque(maxlen=2 * FEW)


def compile_once(given: RuleSet, memory: Memory | None = None) -> CompiledRuleSet:
    """Compile a rule set, unless one of the very same parts was compiled lately."""
    parts = tuple(getattr(given, field.name) for field in fields(given))
    for one, found in _compiled():
        if all(a is b or (isinstance(a, str) and a == b) for a, b in zip(one, parts, strict=True)):
            return found
    found = compile_rules(given)
    _compiled().append((parts, found))
    return found


def forget() -> None:
    """Let the next load be a real one, of any base but the shipped one: for tests that break loading itself."""
    _recent().clear()
    _compiled().clear()
    _memories().clear()
    checked.cache_clear()


def what_is_loaded(given: Sources) -> Sources:
    return replace(given, coverage=(), catalogues=(), passages=())


@cache
def check_once(schemas: tuple[SourceText, ...], sound: tuple[str, ...] = ()) -> tuple[Diagnostic, ...]:
    return tuple(check_schemas(schemas, sound))


@cache
def _linted() -> deque[tuple[RuleSet, tuple[Diagnostic, ...]]]:
    return deque(maxlen=FEW)


def lint_once(given: RuleSet, memory: Memory | None = None) -> tuple[Diagnostic, ...]:
    """Lint a rule set; the very one that was linted lately is not linted again."""
    for one, found in _linted():
        if one is given:
            return found
    found = tuple(lint(given, memory))
    _linted().append((given, found))
    return found


_parsed = tree._parsed
_trees: dict[tuple[str, str, bool], tree.Parsed] = {}


def parse_once(text: str, builder: tree._Builder) -> tree.Parsed | Exception:
    """Parse a text; a shipped one is parsed once, also where others of its base are changed."""
    key = (builder.path, text, builder.passes_over_examples)
    if sources().texts.get(builder.path) != text or builder.shortened:
        return _parsed(text, builder)
    if key not in _trees:
        found = _parsed(text, builder)
        assert isinstance(found, tree.Parsed)
        _trees[key] = found
    return _trees[key]


def spare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands that run in this process load and check the shipped rule base only once."""
    monkeypatch.setattr("policy_engine.loading.tree._parsed", parse_once)
    for name in LOADERS:
        monkeypatch.setattr(import_module(f"policy_engine.{name}"), "load_rule_set", load_once)
    for name in COMPILERS:
        monkeypatch.setattr(import_module(f"policy_engine.{name}"), "compile_rules", compile_once)
    monkeypatch.setattr("policy_engine.usecases.rule_base.items_of", _items)
    monkeypatch.setattr("policy_engine.usecases.rule_base.load_lexicon", lexicon_once)
    monkeypatch.setattr("policy_engine.analysis.lints.terms.run_term", run_term_once)
    monkeypatch.setattr("policy_engine.usecases.validating.check_schemas", check_once)
    monkeypatch.setattr("policy_engine.usecases.validating.lint", lint_once)
    monkeypatch.setattr("policy_engine.usecases.validating.new_memory", checked)
