"""Patterns are compiled late, and are like those that are compiled at once."""

import re
from importlib import import_module
from pathlib import Path

import pytest

import policy_engine
from policy_engine.foundation.patterns import importing_late, pattern

_ROOT = Path(policy_engine.__file__).parent
_MODULES = sorted(
    "policy_engine." + ".".join(path.relative_to(_ROOT).with_suffix("").parts)
    for path in _ROOT.rglob("*.py")
    if "= pattern(" in path.read_text("utf-8")
)


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """List what is compiled while a test runs."""
    found: list[str] = []
    plain = re.compile
    monkeypatch.setattr(re, "compile", lambda one, flags=0: found.append(one) or plain(one, flags))
    return found


def test_a_pattern_is_compiled_when_it_is_first_used_and_once(compiled) -> None:
    late = pattern("b+", re.IGNORECASE)
    assert [] == compiled
    assert "b+" == late.pattern
    assert [] == compiled
    assert "BB" == late.search("aBBa")[0]
    assert ["a", "a"] == late.split("aBBa")
    assert "a-a" == late.sub("-", "aBBa")
    assert None is late.fullmatch("a")
    assert ["b+"] == compiled


def test_it_tells_of_itself_what_the_compiled_one_does() -> None:
    late, plain = pattern("(a)(?P<name>b)", re.DOTALL), re.compile("(a)(?P<name>b)", re.DOTALL)
    assert (late.groups, late.groupindex, late.flags) == (plain.groups, plain.groupindex, plain.flags)
    assert repr(late) == repr(plain)
    with pytest.raises(AttributeError):
        late.serach  # noqa: B018
    assert not hasattr(late, "__wrapped__")


def test_importing_reading_compiles_nothing(compiled) -> None:
    # Imported anew, so that what it does at the top is done once more.
    spec = import_module("policy_engine.reading.item_places").__spec__
    exec(spec.loader.get_code(spec.name), {"__name__": spec.name})
    assert [] == compiled


@pytest.mark.parametrize("module", _MODULES)
def test_every_pattern_of_a_module_can_be_compiled(module) -> None:
    late = [one for one in vars(import_module(module)).values() if type(one).__name__ == "Late"]
    assert late
    for one in late:
        assert isinstance(re.compile(one.pattern), re.Pattern)


def test_modules_may_be_made_to_compile_late(compiled, monkeypatch) -> None:
    module = {"re": re}
    plain = re.compile
    with importing_late():
        exec(
            "early = re.compile('a+')\nused = re.compile('b').match\nagain = re.compile(re.compile('c', re.I))",
            module,
        )
        assert ["b"] == compiled
    assert plain is re.compile
    assert "aa" == module["early"].search("baa")[0]
    assert module["used"]("b")
    assert module["again"].match("C")
    assert re.compile("a+").search("a")


def test_that_ends_with_an_error_too() -> None:
    plain = re.compile
    with pytest.raises(ZeroDivisionError), importing_late():
        raise ZeroDivisionError
    assert plain is re.compile
