"""The shipped rule base, read, loaded and compiled once for all tests of a process: nothing in it can be changed.

Tests of loading itself, and those that need one of their own, load it themselves.
"""

from collections import deque
from dataclasses import replace
from functools import cache

import pytest

from policy_engine.analysis.lints import lint
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.loading import tree
from policy_engine.loading.files import SourceText
from policy_engine.loading.json_schema import check_schemas
from policy_engine.loading.vocabulary import load_vocabulary
from policy_engine.model.rules import RuleSet
from policy_engine.usecases import Sources, load_rule_set, read_sources, shipped_rules

# Where commands take loading and checking from.
LOADERS = (
    "cli.coverage",
    "usecases.comparing",
    "usecases.editing",
    "usecases.mutating",
    "usecases.regressions",
    "usecases.rule_base",
    "usecases.validating",
    "usecases.verifying",
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


@cache
def _loaded(read_vocabulary, *, reads_examples: bool) -> RuleSet:
    return load_rule_set(sources(), read_vocabulary, reads_examples=reads_examples)


@cache
def _recent() -> deque[tuple[object, RuleSet]]:
    return deque(maxlen=4)


def load_once(given: Sources, read_vocabulary=load_vocabulary, *, reads_examples: bool = True) -> RuleSet:
    """Load a rule base; one of the same texts as the shipped one, or as one of the last, gives what that gave."""
    if what_is_loaded(given) == what_is_loaded(sources()):
        return _loaded(read_vocabulary, reads_examples=reads_examples)
    key = (what_is_loaded(given), read_vocabulary, reads_examples)
    for one, found in _recent():
        if one == key:
            return found
    found = load_rule_set(given, read_vocabulary, reads_examples=reads_examples)
    _recent().append((key, found))
    return found


def forget() -> None:
    """Let the next load be a real one, of any base but the shipped one: for tests that break loading itself."""
    _recent().clear()


def what_is_loaded(given: Sources) -> Sources:
    return replace(given, coverage=(), catalogues=(), passages=())


@cache
def check_once(schemas: tuple[SourceText, ...]) -> tuple[Diagnostic, ...]:
    return tuple(check_schemas(schemas))


@cache
def _linted() -> deque[tuple[RuleSet, tuple[Diagnostic, ...]]]:
    return deque(maxlen=4)


def lint_once(given: RuleSet) -> tuple[Diagnostic, ...]:
    """Lint a rule set; the very one that was linted lately is not linted again."""
    for one, found in _linted():
        if one is given:
            return found
    found = tuple(lint(given))
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
        monkeypatch.setattr(f"policy_engine.{name}.load_rule_set", load_once)
    monkeypatch.setattr("policy_engine.usecases.validating.check_schemas", check_once)
    monkeypatch.setattr("policy_engine.usecases.validating.lint", lint_once)
