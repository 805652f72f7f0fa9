"""Where a thing is named in the whole rule base and beside it, and giving it another name everywhere at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from policy_engine.foundation.diagnostics import DiagnosticsError, is_error
from policy_engine.foundation.fixes import Edit, respelling, starts_of_lines, with_edits
from policy_engine.foundation.spans import span_of
from policy_engine.loading.files import read_source
from policy_engine.loading.folders import VOCABULARY, document_of, full_id, is_own
from policy_engine.usecases.editing import Workbench
from policy_engine.usecases.making import make_schemas
from policy_engine.usecases.naming import (
    Occurrence,
    Sort,
    named_at,
    occurrences,
    of_case,
    of_feature,
    places_of,
    texts_with,
)
from policy_engine.usecases.sources import Sources
from policy_engine.usecases.validating import validate

# What a repository of rules keeps beside them that speaks of fields and rules.
_BESIDE = (("examples", "*.yaml"), ("cases", "*.yaml"), ("features", "*.feature"))
_NAME = re.compile(r"[^\W\d_][\w、（）-]*")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


class RenameError(Exception):
    """Raised with what stands in the way of a name, in Chinese. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """The edits of each file, by shown path or, beside the rule base, by its whole path; made schemas are replaced whole.

    `moves`: the folders that are called otherwise then, from and to, as places show them; after the edits.
    """

    edits: Mapping[str, tuple[Edit, ...]]
    moves: tuple[tuple[str, str], ...] = ()


def name_at(bench: Workbench, path: str, text: str, line: int, column: int) -> Occurrence | None:
    """Find what is named at a position of a file, by its path as it is shown."""
    return named_at(occurrences(path, text, _subjects(bench)), line, column)


def references(bench: Workbench, wanted: Occurrence, unsaved: Mapping[Path, str]) -> tuple[Occurrence, ...]:
    """Find every place where the same thing is named: in the rule base, in what it lies on, in cases and features beside it."""
    of_rules = _subjects(bench)
    # Within its document the id of a rule may go without the document's.
    word = wanted.name.rpartition(".")[2] if wanted.sort is Sort.RULE else wanted.name
    found = [
        one
        for path, text in texts_with(bench.sources.texts, word)
        for one in occurrences(path, text, of_rules)
    ]
    return places_of(wanted, (*found, *_beside(bench, wanted, unsaved)))


def _subjects(bench: Workbench) -> Mapping[str, frozenset[str]]:
    return {rule.id: frozenset(rule.subjects) for rule in bench.rules.values()}


def _beside(bench: Workbench, wanted: Occurrence, unsaved: Mapping[Path, str]) -> Iterator[Occurrence]:
    root = bench.files.root
    subjects = tuple(bench.rule_set.vocabulary.subjects) if bench.rule_set is not None else ()
    for path in (path for folder, kind in _BESIDE for path in sorted((root / folder).rglob(kind))):
        text = unsaved.get(path)
        if text is None:
            try:
                text = read_source(path).text
            except DiagnosticsError:
                continue
        if wanted.name not in text:
            continue
        is_feature = path.suffix == ".feature"
        yield from of_feature(str(path), text, wanted) if is_feature else of_case(str(path), text, subjects)


def rename(
    bench: Workbench, wanted: Occurrence, new: str, today: int, unsaved: Mapping[Path, str]
) -> Renaming:
    """Name a thing anew wherever it is named, and try it: raises `RenameError` where anything would be wrong that isn't now."""
    places = references(bench, wanted, unsaved)
    whole = _checked(bench, wanted, new, places)
    moves: tuple[tuple[str, str], ...] = ()
    if wanted.sort is Sort.DOCUMENT:
        places = (*places, *_rules_in_full(bench, wanted, unsaved))
        moves = _moves(bench, wanted.name, whole)
        blocked = next((new for _, new in moves if bench.real(new).exists()), "")
        if blocked:
            why = f"已经有目录 `{blocked}`"
            raise RenameError(why)
    edits: dict[str, list[Edit]] = {}
    for place in places:
        made = respelling(place.span, place.written, _spelt(place, whole), is_sure=True)
        if not made:
            why = f"{place.span.place} 的写法改不了，先写成一个词"
            raise RenameError(why)
        edits.setdefault(place.span.path, []).extend(made[0].edits)
    own = {path: tuple(some) for path, some in edits.items() if not Path(path).is_absolute()}
    texts = bench.sources.texts
    after = bench.sources.overlaid({path: with_edits(texts[path], some) for path, some in own.items()})
    found = {path: tuple(some) for path, some in edits.items()}
    if any(path.startswith(f"{VOCABULARY}/") for path in own):
        schemas = _schemas(bench, after)
        after = after.overlaid(schemas)
        found |= {path: (_whole(path, texts.get(path, ""), text),) for path, text in schemas.items()}
    for move in moves:
        after = after.moved(*move)
    _expect_no_worse(bench, after, today)
    return Renaming(found, moves)


def _rules_in_full(bench: Workbench, wanted: Occurrence, unsaved: Mapping[Path, str]) -> Iterator[Occurrence]:
    """Go through the places where rules of a document are named in full: their ids begin with its own."""
    of_rules = _subjects(bench)
    ids = {rule.id for rule in bench.rules.values() if rule.citation.document.id == wanted.name}
    before = f"{wanted.name}."
    for path, text in texts_with(bench.sources.texts, before):
        yield from (
            replace(one, name=wanted.name)
            for one in occurrences(path, text, of_rules)
            if one.sort is Sort.RULE and one.name in ids and one.written.startswith(before)
        )
    for name in sorted(ids):
        rule = replace(wanted, sort=Sort.RULE, name=name, written=name)
        yield from (replace(one, name=wanted.name) for one in _beside(bench, rule, unsaved))


def _moves(bench: Workbench, old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Say which folder of the rules is called as the document, and what it is to be called."""
    sources = bench.sources
    folders = {
        str(PurePosixPath(one.path).parent)
        for one in (*sources.rules, *sources.coverage, *sources.regressions)
        if is_own(one.path) and document_of(one.path) == old
    }
    return tuple((one, str(PurePosixPath(one).with_name(new))) for one in sorted(folders))


def _checked(bench: Workbench, wanted: Occurrence, new: str, places: tuple[Occurrence, ...]) -> str:
    if bench.rule_set is None:
        raise RenameError("规则库还不能加载，先改好错误")
    is_id = wanted.sort in (Sort.RULE, Sort.DOCUMENT)
    if not (_ID if is_id else _NAME).fullmatch(new):
        raise RenameError(
            "编号只用英文字母、数字、点和连字符"
            if is_id
            else "名称是一个词：汉字、字母、数字、下划线，不以数字开头"
        )
    whole = new
    if wanted.sort is Sort.RULE:
        document = next((r.citation.document.id for r in bench.rules.values() if r.id == wanted.name), "")
        whole = full_id(new, document)
    if whole == wanted.name:
        raise RenameError("与原来相同")
    if not any(place.defines for place in places):
        why = f"没有找到 `{wanted.name}` 在哪里写定"
        raise RenameError(why)
    below = next((place for place in places if not is_own(place.span.path)), None)
    if below is not None:
        why = f"`{wanted.name}` 是基础规则库的（{below.span.place}），这一层不能改"
        raise RenameError(why)
    taken = places_of(_as(wanted, whole, places), _all(bench, whole, wanted.sort))
    if taken:
        why = f"已经有{wanted.sort.value} `{whole}`：{taken[0].span.place}"
        raise RenameError(why)
    return whole


def _as(wanted: Occurrence, name: str, places: tuple[Occurrence, ...]) -> Occurrence:
    owners = frozenset[str]().union(*(place.owners for place in places))
    return Occurrence(sort=wanted.sort, name=name, owners=owners, written=name, span=wanted.span)


def _all(bench: Workbench, name: str, sort: Sort) -> Iterator[Occurrence]:
    word = name.rpartition(".")[2] if sort is Sort.RULE else name
    for path, text in texts_with(bench.sources.texts, word):
        yield from (one for one in occurrences(path, text, _subjects(bench)) if one.defines)


def _spelt(place: Occurrence, whole: str) -> str:
    """Write the new name as the old one was written there: in full, or without what goes before it."""
    if place.sort is Sort.RULE and place.written.startswith(f"{place.name}."):
        # The rule keeps its name; that of its document before it is another.
        return whole + place.written.removeprefix(place.name)
    if place.written == place.name:
        return whole
    if place.name.endswith(place.written):
        before = place.name.removesuffix(place.written)
        return whole.removeprefix(before)
    return place.written.removesuffix(place.name) + whole


def _schemas(bench: Workbench, after: Sources) -> dict[str, str]:
    try:
        made = make_schemas(bench.files, after)
    except DiagnosticsError as error:
        why = f"这样改了词汇表就读不了：{error.diagnostics[0].message}"
        raise RenameError(why) from None
    changed = {f"schemas/{name}": text for name, text in made.changed.items() if text is not None}
    # Editors change files for a new name; one that was never made stays so.
    return {path: text for path, text in changed.items() if path in bench.sources.texts}


def _whole(path: str, before: str, text: str) -> Edit:
    starts = starts_of_lines(before)
    last = len(starts) - 1
    return Edit(span_of(path, 0, 0, last, len(before) - starts[last]), text)


def _expect_no_worse(bench: Workbench, after: Sources, today: int) -> None:
    # What is tried may come to nothing; the editor goes on from what it knew.
    memory = bench.memory.branch()
    before, found = (
        [d for d in validate(sources, today=today, memory=memory).open if is_error(d)]
        for sources in (bench.sources, after)
    )
    # Messages name what is renamed; the codes and how many there are of each stay.
    worse = Counter(d.code for d in found) - Counter(d.code for d in before)
    if worse:
        first = next(d for d in found if d.code in worse)
        why = f"这样改会出错：{first.place} {first.message}"
        raise RenameError(why)
