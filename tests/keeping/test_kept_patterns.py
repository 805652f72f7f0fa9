"""Compiled expressions that were kept are those that Python makes, and are taken by no other Python."""

import re
import sys
from pathlib import Path

import pytest

import as_shipped
from policy_engine.foundation import patterns
from policy_engine.foundation.patterns import compiled, known_from, pattern
from policy_engine.foundation.text import UNSEEN
from policy_engine.usecases.kept import patterns as kept
from policy_engine.usecases.kept.patterns import KeptPatterns, patterns_kept

EXPRESSIONS = [
    ("a+(?P<word>[一二三四]{2,5})(?:b|c)?(d)", 0),
    ("[、，,；;＋+\\s]+", 0),
    ("(?<![0-9]),|,(?![0-9])|(?P<x>a)(?P=x)", re.IGNORECASE | re.DOTALL),
    (f"(?![\r])[{UNSEEN}\U0010fffd]", 0),
    ("^(?:a|b)$", re.MULTILINE),
    (r"\w+\b(?i:straße)", 0),
    ("[\ud800-\udfff]", 0),
    ("(a)|(b)", 0),
    ("", 0),
    ("a\n#b", re.VERBOSE),
]
TEXTS = ("", "a一二bd", "、，a", "1,2,a,Aa", "\u200b", "b\na", "STRASSE Straße", "\ud801", "ab")


def keep(folder: Path, *expressions: tuple[str, int]) -> KeptPatterns:
    """Compile expressions, keep them and give what the next run finds."""
    first = KeptPatterns(folder)
    with known_from(first):
        for expression, flags in expressions:
            compiled(expression, flags)
    first.keep()
    return KeptPatterns(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def compiling(monkeypatch) -> list[str]:
    """List what is compiled while a test runs."""
    found: list[str] = []
    plain = re.compile
    monkeypatch.setattr(re, "compile", lambda one, flags=0: found.append(one) or plain(one, flags))
    return found


def test_they_come_back_as_python_makes_them(folder: Path) -> None:
    again = keep(folder, *EXPRESSIONS)
    for expression, flags in EXPRESSIONS:
        found, meant = again.find(expression, flags), re.compile(expression, flags)
        assert meant == found
        assert (meant.pattern, meant.flags, meant.groups) == (found.pattern, found.flags, found.groups)
        assert meant.groupindex == found.groupindex
        for text in TEXTS:
            assert [one.groups() for one in meant.finditer(text)] == [
                one.groups() for one in found.finditer(text)
            ]
            assert [one.lastgroup for one in meant.finditer(text)] == [
                one.lastgroup for one in found.finditer(text)
            ]


def test_so_do_those_of_the_shipped_terms(folder: Path) -> None:
    terms = as_shipped.load_once(as_shipped.sources(), reads_examples=False).lexicon.terms
    expressions = [(term.pattern, 0) for term in terms if term.pattern][::9]
    again = keep(folder, *expressions)
    for expression, _ in expressions:
        assert re.compile(expression) == again.find(expression, 0)


def test_what_was_kept_is_not_compiled_again(folder: Path, compiling) -> None:
    keep(folder, ("a+", 0))
    before = len(compiling)
    with known_from(KeptPatterns(folder)):
        late = pattern("a+")
        assert "aa" == late.search("baab")[0]
    assert before == len(compiling)


def test_flags_tell_expressions_apart(folder: Path) -> None:
    again = keep(folder, ("a", 0))
    assert again.find("a", re.IGNORECASE) is None
    assert again.find("b", 0) is None


def test_nothing_is_written_where_nothing_was_compiled(folder: Path) -> None:
    keep(folder, ("a", 0))
    (file,) = folder.iterdir()
    file.chmod(0o400)
    before = file.stat().st_mtime_ns, file.stat().st_ino
    keep(folder)
    assert before == (file.stat().st_mtime_ns, file.stat().st_ino)


def test_a_damaged_file_is_no_file(folder: Path) -> None:
    keep(folder, *EXPRESSIONS[:2])
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for at in range(0, len(whole), 7):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        file.chmod(0o600)
        assert KeptPatterns(folder).find(*EXPRESSIONS[0]) is None, at
    for length in range(0, len(whole), 11):
        file.write_bytes(whole[:length])
        assert KeptPatterns(folder).find(*EXPRESSIONS[0]) is None, length


def test_numbers_that_python_refuses_are_not_taken() -> None:
    # As if the sum over the file had been right.
    expression = "a[bc]+(d)"
    data = kept._written(expression, 0)
    head, _, numbers = data.partition(b"\n")
    for strange in (b"", numbers[:-4], numbers[:-1], b"\xff" * len(numbers)):
        with pytest.raises(kept._NOT_AS_EXPECTED):
            kept._read(head + b"\n" + strange, expression, 0)
    for other in (("a[bc]+(e)", 0), (expression, re.IGNORECASE)):
        with pytest.raises(ValueError, match="another"):
            kept._read(data, *other)


@pytest.mark.parametrize("name", ["version", "byteorder"])
def test_another_python_takes_none_of_it(folder: Path, monkeypatch, name: str) -> None:
    keep(folder, ("a", 0))
    monkeypatch.setattr(sys, name, "another")
    assert KeptPatterns(folder).find("a", 0) is None


def test_neither_does_one_whose_expressions_are_made_otherwise(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys.implementation, "name", "another")
    assert keep(folder, ("a", 0)).find("a", 0) is None
    assert not folder.exists()


def test_where_python_shows_no_numbers_nothing_is_kept(folder: Path, monkeypatch) -> None:
    first = KeptPatterns(folder)
    with known_from(first):
        compiled("a+b+c+")
    monkeypatch.delattr(re._compiler, "_code")
    first.keep()
    assert not folder.exists()


def test_numbers_that_do_not_come_back_the_same_are_not_kept(folder: Path, monkeypatch) -> None:
    first = KeptPatterns(folder)
    with known_from(first):
        compiled("q")
    other = re._compiler._code(re._parser.parse("z", 0), 0)
    monkeypatch.setattr(re._compiler, "_code", lambda *_: other)
    first.keep()
    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="files have no owners here")
def test_what_others_can_write_to_is_not_read(folder: Path) -> None:
    keep(folder, ("a", 0))
    folder.chmod(0o777)
    assert KeptPatterns(folder).find("a", 0) is None


def test_of_too_much_only_what_was_used_stays(folder: Path, monkeypatch) -> None:
    keep(folder, ("a", 0), ("b", 0))
    monkeypatch.setattr(kept, "_MOST", 100)
    run = KeptPatterns(folder)
    with known_from(run):
        compiled("b")
        compiled("c")
    run.keep()
    again = KeptPatterns(folder)
    assert [False, True, True] == [again.find(one, 0) is not None for one in "abc"]


def test_where_nothing_is_to_be_kept_nothing_is(monkeypatch) -> None:
    monkeypatch.setattr(kept, "cache_folder", lambda: None)
    with patterns_kept():
        assert compiled("ab?").search("a") is not None
    assert [] == patterns._KNOWN


def test_a_run_that_fails_keeps_nothing(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(kept, "cache_folder", lambda: folder)

    def fail() -> None:
        with patterns_kept():
            compiled("ab?c")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not folder.exists()
    assert [] == patterns._KNOWN
