"""A rule base that was kept is the one that was loaded, and is never taken where anything about it is different."""

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import pytest
from click.testing import CliRunner

import as_shipped
from cli.rich_base import write_rich_base
from policy_engine import DiagnosticsError, load
from policy_engine.cli.app import app
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.durable.native import packs_of
from policy_engine.evaluation.durable.plan import plan
from policy_engine.evaluation.durable.storing import read_plan
from policy_engine.foundation.cache_folder import SWITCH, cache_folder
from policy_engine.loading.cases import CaseDefaults, load_rows
from policy_engine.loading.files import read_source
from policy_engine.model.conditions import Condition, Leaf, Plain
from policy_engine.model.rules import Kind, Rule, RuleSet
from policy_engine.reading import read
from policy_engine.reading.index import index_of
from policy_engine.reading.item_names import heads, kept_heads
from policy_engine.reading.items import ItemReader
from policy_engine.reading.phrases import Phrases
from policy_engine.reporting.render import VIEWS, render_decisions
from policy_engine.usecases import Engine, check, load_rule_set
from policy_engine.usecases.kept import store
from policy_engine.usecases.kept.base import TYPES, number_of_rules, read_back, written
from policy_engine.usecases.kept.codec import StrangeValueError, Table, Types, Writer
from policy_engine.usecases.kept.fingerprint import digest_of_files, digest_of_program
from policy_engine.usecases.kept.loading import SHIPPED_FILE, place_of
from policy_engine.usecases.kept.shipping import pack_rules
from policy_engine.usecases.kept.store import DamagedError, Key, keep, pack, read_kept, read_late, unpack
from policy_engine.usecases.sources import PACKAGE, RuleFiles

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
CASES = sorted((ROOT / "tests" / "cases" / "files").glob("*.yaml"))
CHECK = ["check", "examples/purchase-renewal.yaml"]
KEY = Key("1" * 64, "2" * 64)
SMALL = {"common": b'{"a":1}', "subject 甲": '{"b":["乙"]}'.encode(), "items": b"{}"}


@cache
def loaded() -> CompiledRuleSet:
    return compile_rules(as_shipped.load_once(as_shipped.sources(), reads_examples=False))


@cache
def tables() -> dict[str, bytes]:
    return written(loaded())


def kept() -> CompiledRuleSet:
    return read_back(tables(), "自带")


@pytest.fixture
def folder(monkeypatch, tmp_path: Path) -> Path:
    """Keep in a folder of this test."""
    here = tmp_path / "cache"
    monkeypatch.setattr("policy_engine.foundation.cache_folder.cache_folder", lambda: here)
    return here


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Give a copy of the shipped rule base, in the form of a checkout."""
    for name in ("rules", "schemas", "vocabulary"):
        shutil.copytree(ROOT / name, tmp_path / "own" / name)
    return tmp_path / "own"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Give a rule base that is loaded in no time."""
    write_rich_base(tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[int, str, str], Path]:
    """Give what a check says, and the folder in which it kept the shipped rule base."""
    folder = tmp_path_factory.mktemp("checked") / "cache"
    return said(CHECK, str(folder)), folder


def files_of(root: Path) -> RuleFiles:
    return RuleFiles(root / "rules", root / "schemas")


# --- what comes back ---


def test_every_part_comes_back_as_it_was() -> None:
    found, meant = kept().rule_set, loaded().rule_set
    for field in fields(RuleSet):
        if field.name not in ("areas", "lexicon", "name"):
            assert getattr(found, field.name) == getattr(meant, field.name), field.name
    assert found.areas.by_code == meant.areas.by_code
    assert found.areas.by_name == meant.areas.by_name
    assert found.areas.national is meant.areas.national
    assert (found.lexicon.terms, found.lexicon.sets) == (meant.lexicon.terms, meant.lexicon.sets)
    ours, theirs = found.lexicon.items(), meant.lexicon.items()
    assert (ours.title, ours.verified, ours.names) == (theirs.title, theirs.verified, theirs.names)
    assert list(ours.names) == list(theirs.names)
    assert ours.kept_heads is not None
    assert kept_heads(ours.kept_heads) == heads(theirs)
    assert ("自带", len(meant.rules)) == (found.name, number_of_rules(tables()))


def test_so_does_what_was_compiled() -> None:
    found, meant = kept().subjects, loaded().subjects
    assert list(found) == list(meant)
    for name, one in meant.items():
        assert found[name] == one
        assert found[name].program.source == one.program.source


def test_so_does_what_only_all_conditions_would_tell() -> None:
    found, meant = kept().subjects, loaded().subjects
    for name, one in meant.items():
        assert (one.reads, one.awaiting, one.relating) == (
            found[name].reads,
            found[name].awaiting,
            found[name].relating,
        )


def test_the_second_engine_finds_its_own_plan_again() -> None:
    subjects = loaded().rule_set.vocabulary.subjects
    for name, found in kept().subjects.items():
        assert found.kept_plan is not None
        made = plan(subjects[name].fields, loaded().subjects[name])
        again = read_plan(found.kept_plan(), loaded().subjects[name])
        assert again == tuple((replace(stage, clauses=()), packs_of(stage.clauses)) for stage in made)


def test_the_index_of_the_lexicon_comes_back() -> None:
    found, meant = kept().rule_set.lexicon, loaded().rule_set.lexicon
    assert found.kept_index is not None
    assert meant.kept_index is None
    assert index_of(meant) == index_of(found)


def test_no_term_is_made_that_a_text_does_not_wake(monkeypatch) -> None:
    made: list[bytes | str] = []
    reading = Table.__init__
    monkeypatch.setattr(
        Table, "__init__", lambda self, text, *more: (made.append(bytes(text)), reading(self, text, *more))[1]
    )
    lexicon, vocabulary = kept().rule_set.lexicon, loaded().rule_set.vocabulary
    assert () == read(lexicon, vocabulary, "采购事项", {"事项名称": "甲"})
    before = len(made)
    assert read(lexicon, vocabulary, "采购事项", {"事项名称": "办公楼外墙修缮工程"})
    assert before < len(made) < len(lexicon.terms) / 4


def test_no_term_is_made_whose_needs_do_not_stand_in_the_text() -> None:
    lexicon, vocabulary = kept().rule_set.lexicon, loaded().rule_set.vocabulary
    made: list[int] = []
    assert lexicon.kept_needs is not None
    asked: list[int] = []
    needs = lexicon.kept_needs
    watched = replace(
        lexicon, terms=Watched(lexicon.terms, made), kept_needs=lambda at: (asked.append(at), needs(at))[1]
    )
    assert read(watched, vocabulary, "采购事项", {"事项名称": "办公楼物业服务"}) == read(
        loaded().rule_set.lexicon, vocabulary, "采购事项", {"事项名称": "办公楼物业服务"}
    )
    assert len(asked) > 5
    assert len({*made} & {*asked}) < len(asked) / 2


class Watched(Sequence):
    """Terms that note which of them were asked for."""

    def __init__(self, terms, made: list[int]) -> None:
        self.terms, self.made = terms, made

    def __len__(self) -> int:
        return len(self.terms)

    def __getitem__(self, at):
        self.made.append(at)
        return self.terms[at]


def test_texts_come_back_whatever_stands_in_them() -> None:
    table = Writer(TYPES)
    texts = ("", "甲\n乙", "\0", "a\0b", "\x1e", '"', "\\", "1", "甲\u2028")
    table.add("texts", texts)
    table.add("others", (None, True, 1, False, 0, "True"))
    found = Table(table.data(), TYPES)
    assert texts == found["texts"]
    assert repr((None, True, 1, False, 0, "True")) == repr(found["others"])


def test_places_come_back_too() -> None:
    # Equality of conditions and definitions takes no notice of them.
    def places(rule: Rule) -> list[object]:
        return [rule.span, rule.when.span, rule.scope.span, *(one.span for one in rule.defined)]

    found = {rule.id: rule for rule in kept().rule_set.rules}
    assert all(places(found[rule.id]) == places(rule) for rule in loaded().rule_set.rules)


def test_a_value_of_parts_made_late_is_like_the_plain_one() -> None:
    late, plain = kept().rule_set.rules[3], loaded().rule_set.rules[3]
    assert late == plain
    assert plain == late
    assert hash(late) == hash(plain)
    assert repr(late) == repr(plain)
    assert isinstance(late, Rule)
    assert replace(late, title="别的") == replace(plain, title="别的")
    assert late != replace(plain, title="别的")
    assert late != 3
    again = pickle.loads(pickle.dumps(late))
    assert type(again) is Rule
    assert again == plain
    with pytest.raises(AttributeError):
        late.titel  # noqa: B018
    with pytest.raises(AttributeError):
        late.title = "别的"  # type: ignore[misc]


def test_what_ends_phrases_is_not_made_again_of_a_kept_catalogue(monkeypatch) -> None:
    monkeypatch.setattr("policy_engine.reading.items.heads", None)
    lexicon = kept().rule_set.lexicon
    (found,) = ItemReader(lexicon.items()).bought(Phrases("物业管理服务"))
    assert "C" == found.code[0]
    with pytest.raises(TypeError):
        ItemReader(loaded().rule_set.lexicon.items()).bought(Phrases("物业管理服务"))


@pytest.mark.parametrize(
    "words",
    [
        {f"k{at}": f"v{at}" for at in range(40)},
        {f"k{at}": f"v{at}" for at in range(3)},
        {f"k{at}": "a\nb" for at in range(40)},
        {f"k{at}\n": "" for at in range(40)},
        {f"k{at}": "" for at in range(40)},
        {f"k{at}": at for at in range(40)},
        {"": "", **{f"k\u2028{at}": "\r\t" for at in range(40)}},
    ],
    ids=lambda words: f"{len(words)} {list(words.items())[:2]}",
)
def test_mappings_of_words_come_back_in_their_order(words) -> None:
    writer = Writer(TYPES)
    writer.add("words", MappingProxyType(words))
    found = Table(writer.data(), TYPES)["words"]
    assert type(found) is MappingProxyType
    assert list(words.items()) == list(found.items())


def test_only_the_subject_of_the_case_is_read() -> None:
    unread = ("企业", "隐患", "区域", "派员", "联席会议", "监管环节")
    given = {
        name: b"" if name.removeprefix("subject ") in unread else text for name, text in tables().items()
    }
    compiled = read_back(given, "自带")
    path = ROOT / "examples" / "purchase-property-service.yaml"
    (row,) = load_rows(read_source(path), compiled.rule_set, CaseDefaults(today=739_500)).rows
    assert row.case is not None
    assert render_decisions([check(compiled, row.case)], compiled).startswith("结论：可以")
    with pytest.raises(ValueError, match="invalid literal"):
        compiled.subjects["企业"]


def decide(compiled: CompiledRuleSet, path: Path) -> list[object]:
    """Write down all that is said of the cases of a file, in every view and as data."""
    rows = load_rows(read_source(path), compiled.rule_set, CaseDefaults(today=739_500)).rows
    said: list[object] = []
    for row in rows:
        said.append(row.diagnostics)
        if row.case is None:
            continue
        try:
            decision = check(compiled, row.case, Engine.BOTH)
        except DiagnosticsError as error:
            said.append(error.diagnostics)
            continue
        said += [render_decisions([decision], compiled, view) for view in VIEWS]
        said.append(render_decisions([decision], compiled, format_="json"))
    return said


@pytest.mark.every(10)
@pytest.mark.parametrize("path", [*EXAMPLES, *CASES], ids=lambda path: path.stem)
def test_a_case_is_decided_in_the_same_words(path: Path) -> None:
    meant = replace(loaded().rule_set, name="自带")
    assert decide(read_back(tables(), "自带"), path) == decide(replace(loaded(), rule_set=meant), path)


# --- what is written ---


def test_only_listed_types_are_written() -> None:
    table = Writer(TYPES)
    for strange in (Path(), object(), [1], 1.5, b"1", KEY, print):
        with pytest.raises(StrangeValueError):
            table.add("strange", strange)


def test_all_that_rules_are_made_of_is_listed() -> None:
    # One that is missing here would not break anything: no rule base that has it would be kept.
    made_of = {*get_args(Leaf), *get_args(Condition), *get_args(Kind)} - {Leaf, Plain}
    assert not {one for one in made_of if isinstance(one, type)} - set(TYPES.listed)


def test_plain_values_keep_their_types() -> None:
    given = (
        True,
        1,
        0,
        False,
        None,
        "1",
        -1,
        2**53,
        2**200,
        2**9000 + 2**77,
        2**90 - 1,
        -(2**200),
        frozenset({"a", "b"}),
        {"a": (1,)},
    )
    table = Writer(TYPES)
    table.add("given", given)
    found = Table(table.data(), TYPES)["given"]
    assert given == found
    assert list(map(type, given)) == list(map(type, found))


def test_a_type_of_another_shape_is_another_program() -> None:
    assert TYPES.shape != Types(TYPES.listed[1:], TYPES.lazy).shape


# --- what is believed ---


def test_a_whole_file_is_taken() -> None:
    assert SMALL == unpack(pack(KEY, SMALL), KEY)


def test_no_byte_of_it_may_differ() -> None:
    # Each byte of the mark, the digest, the key, the list of tables and of every table.
    data = pack(KEY, SMALL)
    for at in range(len(data)):
        for other in (data[at] ^ 1, data[at] ^ 0x80, 0, 10):
            if other != data[at]:
                assert unpack(data[:at] + bytes([other]) + data[at + 1 :], KEY) is None, at


def test_no_part_of_it_may_be_missing_or_added() -> None:
    data = pack(KEY, SMALL)
    assert all(unpack(data[:length], KEY) is None for length in range(len(data)))
    assert all(unpack(data[at:], KEY) is None for at in range(1, len(data)))
    assert all(unpack(data + more, KEY) is None for more in (b"\0", b"\n", b" ", data))


def test_each_table_of_the_shipped_rules_is_covered() -> None:
    data = bytearray(pack(KEY, tables()))
    assert unpack(data, KEY) == tables()
    begin = len(data) - sum(map(len, tables().values()))
    for name, text in tables().items():
        end = begin + len(text)
        assert text == data[begin:end]
        if text:
            data[begin + len(text) // 2] ^= 4
            assert unpack(data, KEY) is None, name
            data[begin + len(text) // 2] ^= 4
        # Cut off before it or within it.
        for length in {begin, begin + len(text) // 2} - {len(data)}:
            assert unpack(memoryview(data)[:length], KEY) is None, name
        begin = end
    assert unpack(data, KEY) == tables()
    assert unpack(memoryview(data)[:-1], KEY) is None


def test_read_late_the_tables_are_the_same(folder: Path) -> None:
    assert keep(KEY, tables(), folder)
    late = read_late(KEY, folder)
    assert late is not None
    assert list(late) == list(tables())
    assert dict(late) == tables()


def test_no_byte_of_it_may_differ_where_it_is_read_late(folder: Path) -> None:
    assert keep(KEY, SMALL, folder)
    path, data = folder / KEY.name, pack(KEY, SMALL)
    for at in range(len(data)):
        for other in (data[at] ^ 1, data[at] ^ 0x80, 0, 10):
            if other != data[at]:
                path.write_bytes(data[:at] + bytes([other]) + data[at + 1 :])
                assert refuses_late(folder), at
    for length in range(len(data)):
        path.write_bytes(data[:length])
        assert refuses_late(folder), length
    path.write_bytes(data + b"\0")
    assert read_late(KEY, folder) is None
    path.write_bytes(data)
    assert not refuses_late(folder)


def refuses_late(folder: Path) -> bool:
    """Tell whether all is refused, or one table, and of the others each is as it was."""
    late = read_late(KEY, folder)
    if late is None:
        return True
    refused = 0
    for name, table in SMALL.items():
        try:
            assert table == late[name]
        except DamagedError:
            refused += 1
    assert refused < 2
    return refused == 1


def test_what_is_cut_while_it_is_read_late_is_damaged(folder: Path) -> None:
    assert keep(KEY, SMALL, folder)
    late = read_late(KEY, folder)
    assert late is not None
    os.truncate(folder / KEY.name, 10)
    with pytest.raises(DamagedError):
        late["common"]


def test_what_a_disk_no_longer_gives_is_damaged(folder: Path, monkeypatch) -> None:
    assert keep(KEY, SMALL, folder)
    late = read_late(KEY, folder)
    assert late is not None

    def failing(*_: object) -> bytes:
        raise OSError

    monkeypatch.setattr("os.pread", failing)
    with pytest.raises(DamagedError):
        late["common"]


def test_where_no_part_is_read_by_its_place_all_is_read(folder: Path, monkeypatch) -> None:
    assert keep(KEY, SMALL, folder)
    monkeypatch.delattr("os.pread")
    assert SMALL == read_late(KEY, folder)


@pytest.mark.every(3)
@pytest.mark.parametrize("table", ["common", "subject 采购事项", "plan 采购事项", "needs", "lexicon"])
def test_a_plain_check_says_the_same_beside_a_damaged_file(table: str, checked, tmp_path: Path) -> None:
    meant, folder = checked
    (path,) = shutil.copytree(folder, tmp_path / "cache").glob("*.base")
    good = path.read_bytes()
    text = {name: one for name, one in tables().items() if name.startswith(table)}
    damaged = bytearray(good)
    for one in text.values():
        damaged[good.index(one) + len(one) // 2] ^= 4 if one else 0
    path.write_bytes(damaged)
    assert meant == said(CHECK, str(tmp_path / "cache"))
    assert good == path.read_bytes()


def test_of_another_key_nothing_is_taken(folder: Path) -> None:
    assert keep(KEY, SMALL, folder)
    assert SMALL == read_kept(KEY, folder)
    for other in (Key("3" * 64, KEY.program), Key(KEY.files, "3" * 64)):
        assert unpack(pack(KEY, SMALL), other) is None
        (folder / KEY.name).rename(folder / other.name)
        assert read_kept(other, folder) is None
        assert read_late(other, folder) is None
        (folder / other.name).rename(folder / KEY.name)


def change(path: Path, root: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n# 1\n")


def add(path: Path, root: Path) -> None:
    path.with_name("more.yaml").write_text("", encoding="utf-8")


def remove(path: Path, root: Path) -> None:
    path.unlink()


def rename(path: Path, root: Path) -> None:
    path.rename(path.with_name("a" + path.name))


@pytest.mark.parametrize("way", [change, add, remove, rename])
@pytest.mark.parametrize("name", ["rules", "schemas", "vocabulary"])
def test_another_file_is_another_rule_base(own: Path, name: str, way) -> None:
    before = digest_of_files(files_of(own).folders)
    assert before is not None
    assert before == digest_of_files(files_of(own).folders)
    way(next(path for path in sorted((own / name).rglob("*")) if path.is_file()), own)
    assert before != digest_of_files(files_of(own).folders)


def test_where_a_link_may_lead_anywhere_nothing_is_kept(own: Path) -> None:
    (own / "rules" / "more").symlink_to(own / "schemas")
    assert digest_of_files(files_of(own).folders) is None


def test_another_program_is_another_key(tmp_path: Path) -> None:
    package = tmp_path / "policy_engine"
    (package / "loading").mkdir(parents=True)
    module = package / "loading" / "rules.py"
    module.write_text("a = 1\n", encoding="utf-8")
    os.utime(module, ns=(1, 1))
    digests = [digest_of_program(package, "")]
    os.utime(module, ns=(1, 2))
    assert digests[-1] == digest_of_program(package, "")
    # As long as before, and of the same time.
    module.write_text("a = 2\n", encoding="utf-8")
    os.utime(module, ns=(1, 2))
    digests.append(digest_of_program(package, ""))
    digests.append(digest_of_program(package, "Span(path)"))
    (package / "loading" / "more.py").write_text("", encoding="utf-8")
    digests.append(digest_of_program(package, ""))
    # What ends phrases is kept too.
    (package / "reading").mkdir()
    (package / "reading" / "items.py").write_text("", encoding="utf-8")
    digests.append(digest_of_program(package, ""))
    assert len(digests) == len(set(digests))


# --- whose it is ---

needs_owners = pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no owners here")


@needs_owners
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777, 0o1777])
def test_a_folder_that_others_can_write_to_is_neither_read_nor_written(folder: Path, mode: int) -> None:
    assert keep(KEY, SMALL, folder)
    folder.chmod(mode)
    assert read_kept(KEY, folder) is None
    assert read_late(KEY, folder) is None
    assert not keep(KEY, SMALL, folder)
    folder.chmod(0o700)
    assert SMALL == read_kept(KEY, folder)


@needs_owners
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_neither_is_such_a_file_read(folder: Path, mode: int) -> None:
    keep(KEY, SMALL, folder)
    (folder / KEY.name).chmod(mode)
    assert read_kept(KEY, folder) is None
    assert read_late(KEY, folder) is None


@needs_owners
def test_what_another_user_owns_is_neither_read_nor_written(folder: Path, monkeypatch) -> None:
    keep(KEY, SMALL, folder)
    ours = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: ours + 1)
    assert read_kept(KEY, folder) is None
    assert read_late(KEY, folder) is None
    assert not keep(KEY, SMALL, folder)


@needs_owners
def test_what_is_made_is_for_its_user_alone(folder: Path) -> None:
    keep(KEY, SMALL, folder)
    assert 0o700 == folder.stat().st_mode & 0o777
    assert 0o600 == (folder / KEY.name).stat().st_mode & 0o777
    assert [KEY.name] == [path.name for path in folder.iterdir()]


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    keep(KEY, SMALL, folder)
    file = (folder / KEY.name).rename(tmp_path / "elsewhere")
    (folder / KEY.name).symlink_to(file)
    assert read_kept(KEY, folder) is None
    assert read_late(KEY, folder) is None
    link = tmp_path / "link"
    link.symlink_to(folder)
    (folder / KEY.name).unlink()
    file.rename(folder / KEY.name)
    assert read_kept(KEY, link) is None
    assert read_late(KEY, link) is None
    assert not keep(KEY, SMALL, link)


def test_where_nothing_can_be_written_nothing_is_kept(folder: Path, tmp_path: Path, monkeypatch) -> None:
    folder.write_text("a file", encoding="utf-8")
    assert not keep(KEY, SMALL, folder)
    assert read_kept(KEY, folder) is None
    assert read_late(KEY, folder) is None
    assert not keep(KEY, SMALL, folder / "below")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    assert not keep(KEY, SMALL, tmp_path / "full")
    assert [] == list((tmp_path / "full").iterdir())


def test_only_the_last_are_kept(folder: Path) -> None:
    keys = [Key(f"{at:064}", "0" * 64) for at in range(12)]
    for at, key in enumerate(keys):
        keep(key, SMALL, folder)
        os.utime(folder / key.name, ns=(at, at))
    assert {key.name for key in keys[-8:]} == {path.name for path in folder.iterdir()}


# --- where it lies ---


def test_the_folder_is_the_one_the_system_has_for_it(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert tmp_path / "xdg" / "policy-engine" == cache_folder()
    monkeypatch.setenv("XDG_CACHE_HOME", "not/whole")
    assert tmp_path / ".cache" / "policy-engine" == cache_folder()
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert tmp_path / "Library" / "Caches" / "policy-engine" == cache_folder()
    monkeypatch.setenv(SWITCH, str(tmp_path / "mine"))
    assert tmp_path / "mine" == cache_folder()
    for word in ("off", "OFF", "0", "no", "", " "):
        monkeypatch.setenv(SWITCH, word)
        assert cache_folder() is None


# --- the whole way ---


def test_a_program_is_loaded_from_what_the_last_one_kept(folder: Path, small: Path, monkeypatch) -> None:
    first = load(small)
    (file,) = folder.glob("*.base")
    monkeypatch.setattr("policy_engine.usecases.rule_base.load_rule_set", None)
    second = load(small)
    facts = {"as_of": "2026-01-15", "jurisdiction": "温州市", "采购事项": {"含工程": True}}
    assert first.check(facts).json() == second.check(facts).json()
    assert (first.name, first.version, first.subjects) == (second.name, second.version, second.subjects)
    # Damaged, it is as if nothing had been kept.
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(TypeError):
        load(small)


def test_damaged_it_is_written_anew(folder: Path, small: Path) -> None:
    load(small)
    (file,) = folder.glob("*.base")
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 4]) + whole[middle + 1 :])
    load(small)
    assert whole == file.read_bytes()


def test_a_changed_rule_counts_at_once(folder: Path, small: Path) -> None:
    before = load(small)
    register = small / "rules" / "registers" / "objects.yaml"
    register.write_text("# 本地\n" + register.read_text("utf-8"), encoding="utf-8")
    assert before.version != load(small).version
    assert 2 == len(list(folder.glob("*.base")))


def test_a_rule_base_with_errors_is_never_kept(folder: Path, small: Path) -> None:
    law = next((small / "rules").rglob("law.yaml"))
    law.write_text(law.read_text("utf-8") + "\nstrange: 1\n", encoding="utf-8")
    told = []
    for _ in range(2):
        with pytest.raises(DiagnosticsError) as error:
            load(small)
        told.append(error.value.diagnostics)
    assert told[0] == told[1]
    assert [] == list(folder.glob("*.base"))


def test_what_changes_while_it_is_loaded_is_not_kept(folder: Path, small: Path, monkeypatch) -> None:
    def load_slowly(*args, **more):
        (small / "rules" / "notes.md").write_text("later", encoding="utf-8")
        return load_rule_set(*args, **more)

    monkeypatch.setattr("policy_engine.usecases.rule_base.load_rule_set", load_slowly)
    load(small)
    assert [] == list(folder.glob("*.base"))


@pytest.mark.broad
def test_a_wheel_brings_what_it_needs(tmp_path: Path, own: Path, monkeypatch) -> None:
    data = tmp_path / "policy_engine" / "_data"
    for name in ("rules", "schemas"):
        shutil.copytree(own / name, data / name)
    for name in ("loading", "model"):
        shutil.copytree(PACKAGE / name, data.parent / name)
    monkeypatch.setattr("policy_engine.usecases.kept.loading.PACKAGE", data.parent)
    monkeypatch.setattr("policy_engine.foundation.cache_folder.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr("policy_engine.usecases.kept.loading._program", _program_of(data.parent))
    (data / SHIPPED_FILE).write_bytes(pack_rules(data))
    place = place_of(files_of(data))
    assert place is not None
    found = place.read("自带")
    assert found is not None
    assert found.compiled.rule_set.version == loaded().rule_set.version
    # Other rules than it was made of, or none of it at all, and it is as if there were none.
    change(next((data / "rules").rglob("law.yaml")), data)
    place = place_of(files_of(data))
    assert place is not None
    assert place.read("自带") is None
    assert store.read_shipped(KEY, data / "nothing") is None


def _program_of(package: Path):
    return lambda: digest_of_program(package, TYPES.shape)


def run(arguments: list[str], folder: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, SWITCH: folder, "COLUMNS": "80"}
    command = [sys.executable, "-m", "policy_engine", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False, cwd=ROOT, timeout=120
    )


def said(arguments: list[str], folder: str) -> tuple[int, str, str]:
    done = run(arguments, folder)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.every(7)
@pytest.mark.usefixtures("spared")
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "examples/purchase-renewal.yaml", "--format", "json"],
        ["screen", "办公楼外墙修缮，含派遣人员20名"],
        ["new", "采购事项"],
        ["schema", "企业", "--brief"],
        ["catalogue", "隐患"],
        ["sources", "list"],
        ["check", "examples/README.md"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_commands_say_the_same_with_and_without(arguments: list[str], tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "cache"
    monkeypatch.chdir(ROOT)
    found = CliRunner().invoke(app, arguments, env={SWITCH: "off", "COLUMNS": "80"})
    plain = (found.exit_code, found.stdout, found.stderr)
    assert [plain, plain] == [said(arguments, str(folder)) for _ in range(2)]
    assert 1 == len(list(folder.glob("*.base")))
