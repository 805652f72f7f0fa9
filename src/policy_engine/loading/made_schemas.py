"""Schema files made from the vocabulary: their text, and whether they still say what it says.

Both digests in a file can be compared without reading any YAML, so that no case is ever decided by a stale one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as Sequence_
from dataclasses import dataclass

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import SHARED, root_of, within
from policy_engine.loading.rooms import Form, subject_of
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence

_STAMP = re.compile(r'"x-source": \{\s*"vocabulary": "([0-9a-f]*)",\s*"text": "([0-9a-f]*)"\s*\}')
_SUBJECT = re.compile(r'^ {2}"x-subject": "((?:[^"\\]|\\.)*)"', re.MULTILINE)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_PLAIN = {"true": True, "false": False, "null": None}
_WRITE = "运行 policy-engine schema --write"


def source_digests(sources: Iterable[SourceText]) -> dict[str, str]:
    """Digest what each subject of a vocabulary is made from: its files and the shared ones, whatever their line ends."""
    folders: dict[str, list[SourceText]] = {}
    for source in sorted(sources, key=lambda s: within(s.path)):
        folders.setdefault(subject_of(source.path), []).append(source)
    shared = folders.pop(SHARED, [])
    return {subject: _digest(*files, *shared) for subject, files in folders.items()}


def _digest(*sources: SourceText) -> str:
    digest = hashlib.sha256()
    for source in sources:
        digest.update(within(source.path).encode() + b"\0" + _plain(source.text).encode() + b"\0")
    return digest.hexdigest()[:16]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def schema_text(form: Form, digest: str) -> str:
    """Write the schema of a subject, with the digest of its sources and of what it says itself."""
    value = {**_value(form.tree)}
    properties = value.pop("properties")
    value |= {"x-source": {"vocabulary": digest, "text": ""}, "properties": properties}
    unsigned = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    at = _STAMP.search(unsigned)
    assert at is not None
    # The digest is of the text with an empty place for it: no text can hold its own digest.
    return unsigned[: at.start(2)] + _own_digest(unsigned) + unsigned[at.end(2) :]


def is_made(text: str) -> bool:
    """Tell whether a schema was made from a vocabulary."""
    return _STAMP.search(text) is not None


def _own_digest(text: str) -> str:
    return hashlib.sha256(_plain(text).encode()).hexdigest()[:16]


def _value(node: Node) -> dict[str, object]:
    assert isinstance(node, Mapping)
    return {key.text: _any(value) for key, value in node.pairs}


def _any(node: Node) -> object:
    match node:
        case Mapping():
            return _value(node)
        case Sequence(items=items):
            return [_any(item) for item in items]
        case Scalar(text=text, is_quoted=False) if text in _PLAIN:
            return _PLAIN[text]
        case Scalar(text=text, is_quoted=False) if _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        case Scalar(text=text):
            return text


@dataclass(frozen=True, slots=True)
class Level:
    """The schemas of one rule base, and a digest of what each is made of: a subject that a layer adds fields to is its own."""

    schemas: tuple[SourceText, ...]
    digests: MappingOf[str, str]
    # A file of each subject, to speak of it.
    places: MappingOf[str, str]


def levels_of(schemas: Iterable[SourceText], vocabulary: Iterable[SourceText]) -> Iterator[Level]:
    """Go through the rule bases that schemas and vocabulary come from, those below first."""
    schemas, vocabulary = tuple(schemas), tuple(vocabulary)
    roots = tuple(dict.fromkeys(root_of(source.path) for source in (*vocabulary, *schemas)))
    written = {root: {subject_of(s.path) for s in vocabulary if root_of(s.path) == root} for root in roots}
    for n, root in enumerate(roots):
        digests = source_digests(s for s in vocabulary if root_of(s.path) in roots[: n + 1])
        later = {subject for other in roots[n + 1 :] for subject in written[other]}
        own = {name: one for name, one in digests.items() if name in written[root] - later}
        here = tuple(s for s in schemas if root_of(s.path) == root and _subject_in(s) not in later)
        places = {subject_of(s.path): s.path for s in reversed(vocabulary) if root_of(s.path) == root}
        yield Level(here, own, places)


def find_stale_of_all(
    schemas: Iterable[SourceText], vocabulary: Iterable[SourceText]
) -> Iterator[Diagnostic]:
    """Go through the schemas of all levels that no longer say what the vocabulary says."""
    for level in levels_of(schemas, vocabulary):
        yield from find_stale(level)


def _subject_in(schema: SourceText) -> str:
    named = _SUBJECT.search(schema.text)
    return json.loads(f'"{named[1]}"') if named else ""


def find_stale(level: Level) -> Iterator[Diagnostic]:
    """Go through the schemas that no longer say what the vocabulary says: changed, edited by hand, missing, left over."""
    seen, digests = set(), level.digests
    for source in level.schemas:
        subject = _subject_in(source)
        stamp = _STAMP.search(source.text)
        if subject in digests:
            seen.add(subject)
            yield from _mismatch(source, subject, stamp, digests[subject])
        elif stamp is not None:
            message = f"`{source.path}` 由词汇表生成，而 vocabulary 里没有主题 `{subject}`"
            yield _stale(message, source.path, f"找回 vocabulary/{subject}/；不要这个主题的，{_WRITE}")
    for subject in digests:
        if subject not in seen:
            message = f"主题 `{subject}` 没有生成的模式文件"
            yield _stale(message, level.places[subject], _WRITE)


def _mismatch(
    source: SourceText, subject: str, stamp: re.Match[str] | None, digest: str
) -> Iterator[Diagnostic]:
    text = source.text
    if stamp is None:
        message = f"`{source.path}` 不是由 vocabulary/{subject}/ 生成的"
    elif stamp[1] != digest:
        message = f"vocabulary/{subject}/ 或者 vocabulary/shared/ 改过，`{source.path}` 没有重新生成"
    elif _own_digest(text[: stamp.start(2)] + text[stamp.end(2) :]) != stamp[2]:
        message = f"`{source.path}` 生成以后有人改过"
    else:
        return
    yield _stale(message, source.path, f"{_WRITE}；要改字段改 vocabulary/{subject}/")


def find_untrue(
    schemas: Sequence_[SourceText], vocabulary: Sequence_[SourceText], forms: MappingOf[str, Form]
) -> Iterator[Diagnostic]:
    """Go through the same, comparing the whole texts too. `forms`: what was read of the vocabulary, by the path made of it."""
    levels = tuple(levels_of(schemas, vocabulary))
    stale = tuple(found for level in levels for found in find_stale(level))
    yield from stale
    told = {found.span.path for found in stale if found.span is not None}
    for source, digests in ((source, level.digests) for level in levels for source in level.schemas):
        form = forms.get(within(source.path))
        if form is None or form.subject not in digests or source.path in told:
            continue
        if _plain(source.text) != schema_text(form, digests[form.subject]):
            yield _stale(f"`{source.path}` 与现在由词汇表生成的不同", source.path, _WRITE)


def _stale(message: str, path: str, help_text: str) -> Diagnostic:
    return Diagnostic(code="PE217", message=message, span=file_span(path), help=help_text)
