"""What is remembered of files changes nothing: after any edits the same is found as by whoever reads all anew."""

import random
from pathlib import Path

import pytest

from cli.rich_base import TEXTS_OF, write_rich_base
from effort import examples
from loading.places import settled_in
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.memory import Memory
from policy_engine.usecases.editing import Workshop, diagnostics_of
from policy_engine.usecases.rule_base import load_rule_set, new_memory
from policy_engine.usecases.sources import RuleFiles, read_sources
from policy_engine.usecases.validating import validate

TODAY = 738000
PARTS = (
    "rules",
    "across",
    "definitions",
    "vocabulary",
    "documents",
    "authority",
    "objects",
    "registered",
    "areas",
    "version",
)


def found(folder: Path, memory: Memory | None):
    """Read the files; give what is wrong with them and, where they load, what they hold."""
    files = RuleFiles(folder / "rules", folder / "schemas")
    try:
        sources = read_sources(files)
    except DiagnosticsError as error:
        return error.diagnostics, None
    told = validate(sources, today=TODAY, memory=memory)
    try:
        rule_set = load_rule_set(sources, memory=memory)
    except DiagnosticsError:
        return settled_in(told, memory), None
    # Without the promise of a catalogue, which is a function.
    parts = {name: getattr(rule_set, name) for name in PARTS}
    return settled_in((told, parts | {"terms": rule_set.lexicon.terms}), memory)


def edited(text: str, chance: random.Random) -> str:
    """Leave out a line, write one twice, change a word, or cut the end off."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            lines[at] = lines[at].replace("true", "false").replace("12", "13").replace("工程", "货物")
        case _:
            lines = lines[: max(at, 1)]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(examples(20)))
def test_edits_are_seen_as_if_all_were_read_anew(tmp_path, seed) -> None:
    chance = random.Random(seed)
    write_rich_base(tmp_path)
    # An editor's remembers single rules as well.
    memory = new_memory(keeps_parts=seed % 4 > 0)
    assert found(tmp_path, None) == found(tmp_path, memory)
    for _ in range(12):
        name = chance.choice([*TEXTS_OF])
        path = tmp_path / name
        # A file that was spoilt is mended as often as another is spoilt.
        is_whole = path.read_text("utf-8") == TEXTS_OF[name]
        path.write_text(edited(TEXTS_OF[name], chance) if is_whole else TEXTS_OF[name], "utf-8")
        assert found(tmp_path, None) == found(tmp_path, memory), name


def test_an_edit_leaves_other_files_as_they_were_read(tmp_path) -> None:
    write_rich_base(tmp_path)
    shop = Workshop(RuleFiles(tmp_path / "rules", tmp_path / "schemas"))
    path = tmp_path / "rules/toy/toy-2020/law.yaml"
    before = shop.bench({})
    assert before is shop.bench({})
    after = shop.bench({path: path.read_text("utf-8").replace("工程不得购买", "工程不得采购")})
    assert after.rule_set is not before.rule_set
    assert after.rule_set.vocabulary is before.rule_set.vocabulary
    assert after.rule_set.documents is before.rule_set.documents
    assert after.rule_set.lexicon is before.rule_set.lexicon
    again = shop.bench({})
    assert settled_in(before.rule_set, shop.memory) == settled_in(again.rule_set, shop.memory)


def test_a_file_that_is_saved_is_read_again(tmp_path) -> None:
    write_rich_base(tmp_path)
    shop = Workshop(RuleFiles(tmp_path / "rules", tmp_path / "schemas"))
    assert shop.bench({}).rule_set is not None
    before = diagnostics_of(shop.bench({}), TODAY)
    path = tmp_path / "rules/toy/toy-2020/law.yaml"
    path.write_text(path.read_text("utf-8").replace("含工程: true", "含工厂: true", 1), "utf-8")
    assert before != (after := diagnostics_of(shop.bench({}), TODAY))
    assert "PE301" in {one.code for one in after["rules/toy/toy-2020/law.yaml"]}


def test_the_same_is_one_object_or_a_text_that_reads_alike() -> None:
    made: list[object] = []
    memory = Memory(lambda thing: isinstance(thing, str))

    def step(*of: object) -> None:
        memory.made("甲", of, lambda: made.append(of))

    thing = [1]
    for of in (
        ("一", thing),
        ("一", thing),
        ("一", [1]),
        ("二", thing),
        (("一", ("二",)), thing),
        (("一", ("二",)), thing),
    ):
        step(*of)
    assert 4 == len(made)
