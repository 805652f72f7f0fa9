"""Mistakes that authors make are noticed, each by the command that is said to; what is legal is not complained of."""

import shutil
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

import as_shipped
from effort import some
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.examples import run_examples
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.loading.made_schemas import schema_text, source_digests
from policy_engine.loading.problems import Problems
from policy_engine.loading.rooms import read_forms
from policy_engine.loading.vocabulary import load_forms, load_placed_vocabulary
from policy_engine.reporting.findings.causes import by_cause
from policy_engine.usecases import RuleFiles, Sources, read_sources, shipped_rules
from policy_engine.usecases.validating import validate

sys.path.insert(0, str(Path(__file__).parent))
from seeds import BUDGET, BYTES, ELSEWHERE, SEEDS, TEXTS, UNREAD, Seed

pytestmark = pytest.mark.usefixtures("spared")
TODAY = 740000
FEW = 3
GROUPS = ("parameters", "rules", "schemas", "coverage", "catalogues", "passages", "vocabulary")


@pytest.fixture(scope="module")
def shipped() -> Sources:
    return as_shipped.sources()


@pytest.fixture
def files(tmp_path) -> RuleFiles:
    own = shipped_rules()
    shutil.copytree(own.rules, tmp_path / "rules")
    shutil.copytree(own.schemas, tmp_path / "schemas")
    return RuleFiles(tmp_path / "rules", tmp_path / "schemas")


def changed(sources: Sources, path: str, change: Callable[[str], str]) -> Sources:
    def swap(source: SourceText) -> SourceText:
        return SourceText(path, change(source.text)) if source.path == path else source

    return replace(
        sources,
        registers=MappingProxyType({name: swap(source) for name, source in sources.registers.items()}),
        **{group: tuple(map(swap, getattr(sources, group))) for group in GROUPS},
    )


def seeded(sources: Sources, seed: Seed) -> Sources:
    def change(text: str) -> str:
        at = text.index(seed.old, text.index(seed.at))
        return text[:at] + seed.new + text[at + len(seed.old) :]

    # A schema that is made from the vocabulary is nothing to edit; here it stands as if written by hand.
    by_hand = replace(sources, vocabulary=()) if seed.path.startswith("schemas/") else sources
    found = changed(by_hand, seed.path, change)
    return remade(found) if seed.path.startswith("vocabulary/") else found


def remade(sources: Sources) -> Sources:
    """Make the schemas anew, as `schema --write` does where the vocabulary is sound."""
    problems = Problems()
    forms = read_forms(sources.vocabulary, problems)
    load_forms(forms, problems)
    if problems.found:
        return sources
    digests = source_digests(sources.vocabulary)
    made = {f"schemas/{form.schema}": schema_text(form, digests[form.subject]) for form in forms}
    schemas = tuple(SourceText(one.path, made.get(one.path, one.text)) for one in sources.schemas)
    return replace(sources, schemas=schemas)


def told(sources: Sources) -> Counter[str]:
    return Counter(d.code for d in validate(sources, today=TODAY).open)


def compiled(sources: Sources) -> CompiledRuleSet:
    # As `validate` loads it, so that it is loaded once.
    return compile_rules(as_shipped.load_once(sources, load_placed_vocabulary))


def notice(rules: CompiledRuleSet) -> bool:
    return any(not result.is_as_expected for result in run_examples(rules))


def of(command: str) -> Sequence[Seed]:
    return some([seed for seed in SEEDS if seed.by == command], 4)


def named(seed: Seed) -> str:
    return seed.name


@pytest.mark.broad
def test_without_a_mistake_nobody_complains(shipped):
    unchanged = changed(shipped, BUDGET, lambda text: text)
    assert (Counter(), False) == (told(unchanged), notice(compiled(unchanged)))


@pytest.mark.every(4)
@pytest.mark.parametrize("seed", of("validate"), ids=named)
def test_validate_tells_the_mistake_and_little_else_where_it_is(shipped, seed):
    found = by_cause(validate(seeded(shipped, seed), today=TODAY).open)
    meant = [d for d in found if d.code in seed.codes.split()]
    assert meant, found
    assert len(found) <= FEW, [d.message for d in found]
    lines = changed_lines(shipped, seed)
    is_there = any(d.span.path == seed.path and d.span.line in lines for d in meant)
    # Both ways, so that the list of exceptions can't outlive its reasons.
    assert is_there is (seed.name not in ELSEWHERE), [d.span.place for d in meant]


def changed_lines(sources: Sources, seed: Seed) -> range:
    every = (*sources.registers.values(), *(one for group in GROUPS for one in getattr(sources, group)))
    (text,) = {one.text for one in every if one.path == seed.path}
    first = text.count("\n", 0, text.index(seed.old, text.index(seed.at)))
    return range(first, first + seed.new.rstrip("\n").count("\n") + 1)


@pytest.mark.every(7)
@pytest.mark.parametrize("seed", of("test"), ids=named)
def test_the_examples_notice_what_still_makes_sense(shipped, seed):
    sources = seeded(shipped, seed)
    assert (Counter(), True) == (told(sources), notice(compiled(sources)))


@pytest.mark.parametrize("name", some(list(TEXTS), 3))
def test_a_file_that_holds_no_rules_is_told(shipped, name):
    found = validate(changed(shipped, BUDGET, lambda _: TEXTS[name]), today=TODAY)
    assert {BUDGET} == {d.span.path for d in found.broken if d.span}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_no_text_are_told(files, name):
    path = files.rules / "national" / "a" / "law.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(BYTES[name])
    with pytest.raises(DiagnosticsError) as error:
        read_sources(files)
    assert ["PE001"] == [d.code for d in error.value.diagnostics]


@pytest.mark.every(3)
@pytest.mark.parametrize("name", some(UNREAD, 2))
def test_a_file_that_nothing_reads_is_told(files, name):
    (files.rules.parent / name.split()[1]).write_text(
        "document: npc-budget-2018\nrules: []\n", encoding="utf-8"
    )
    assert Counter({"PE015": 1}) == told(read_sources(files))


def test_a_second_file_of_a_document_is_told(files):
    path = files.rules / Path(BUDGET).relative_to("rules")
    path.with_name("second.yaml").write_text("document: npc-budget-2018\nrules: []\n", encoding="utf-8")
    assert Counter({"PE015": 1}) == told(read_sources(files))


def as_it_is(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


LEGAL: dict[str, Callable[[Path, str], object]] = {
    "byte-order mark and Windows line ends": lambda p, t: p.write_bytes(
        b"\xef\xbb\xbf" + t.replace("\n", "\r\n").encode()
    ),
    "UTF-16": lambda p, t: p.write_bytes(t.encode("utf-16")),
    "GB18030": lambda p, t: p.write_bytes(t.encode("gb18030")),
    "ten megabytes of comments": lambda p, t: as_it_is(p, t + ("# " + "注" * 60 + "\n") * 60_000),
    "a boolean in quotes": lambda p, t: as_it_is(p, t.replace(": false}", ': "false"}')),
    "another area": lambda p, t: (
        (p.parents[2] / "elsewhere").mkdir(),
        p.parent.rename(p.parents[2] / "elsewhere" / p.parent.name),
    ),
}


@pytest.mark.parametrize("name", some(list(LEGAL), 3))
def test_what_is_legal_is_not_complained_of(files, name):
    path = files.rules / Path(BUDGET).relative_to("rules")
    LEGAL[name](path, path.read_text("utf-8"))
    assert Counter() == told(read_sources(files))
