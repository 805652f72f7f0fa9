"""Which terms two lexicons read otherwise: what of each was changed, and a text that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from policy_engine.analysis.difference.causes import Cause
from policy_engine.analysis.term_texts import texts_with
from policy_engine.model.lexicon import BARRIERS, Indication, Lexicon, Term
from policy_engine.model.rules import RuleSet
from policy_engine.reading import read
from policy_engine.reading.matching import Target, targets
from policy_engine.reading.normal import plain_word

_LISTS = ("words", *(f"unless.{kind}" for kind in BARRIERS))
# What is compared as words, is only told, or follows from what is compared; a key added to terms counts until it is named here.
_SAID = (
    "id",
    "words",
    "unless",
    "anchors",
    "needs",
    "drawn",
    "because",
    "source",
    "examples",
    "harmless",
    "span",
)
_REST = tuple(one.name for one in fields(Term) if one.name not in _SAID)
_NAME = "文字"
# Which of several items a key names: `unless.after[2]`.
_NUMBERED = re.compile(r"\[[^]]*\]")
# Texts tried for one term before it is left without one.
_MOST_TRIED = 60


@dataclass(frozen=True, slots=True)
class ReadOtherwise:
    """A text of a subject that both versions read, and what each finds in it."""

    subject: str
    text: str
    old: tuple[Indication, ...]
    new: tuple[Indication, ...]


@dataclass(frozen=True, slots=True)
class TermChange:
    """A term that reads otherwise, came or went (`old` or `new` is `None`).

    `keys`: what of it was changed, empty where the whole is; `lost`, `gained`: the words by list. `shown`: a text that
    is read otherwise, `None` where none was found.
    """

    name: str
    old: Term | None
    new: Term | None
    keys: tuple[str, ...]
    lost: Mapping[str, tuple[str, ...]]
    gained: Mapping[str, tuple[str, ...]]
    shown: ReadOtherwise | None

    @property
    def place(self) -> str:
        """Give where it stands, or stood."""
        term = self.new or self.old
        assert term is not None
        return term.span.place


def term_changes(old: RuleSet, new: RuleSet, subjects: Iterable[str] = ()) -> tuple[TermChange, ...]:
    """List the terms that read otherwise; with subjects, only those that bear on what is found for them."""
    return tuple(_changes(old, new, frozenset(subjects)))


def _changes(old: RuleSet, new: RuleSet, subjects: frozenset[str]) -> Iterator[TermChange]:
    before, after = ({term.id: term for term in one.lexicon.terms} for one in (old, new))
    has_other_items = old.lexicon.items().names != new.lexicon.items().names
    bearing = _bearing((old.lexicon, new.lexicon), subjects)
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        keys = (
            _keys(one, other, has_other_items=has_other_items)
            if one is not None and other is not None
            else ()
        )
        if (one is not None and other is not None and not keys) or (subjects and name not in bearing):
            continue
        lost, gained = _differing(one, other), _differing(other, one)
        yield TermChange(name, one, other, keys, lost, gained, _shown(one, other, old, new, (lost, gained)))


def _bearing(both: tuple[Lexicon, Lexicon], subjects: frozenset[str]) -> frozenset[str]:
    """Name the terms that speak of a subject, or whose words are heads of one that does."""
    terms = [term for lexicon in both for term in lexicon.terms]
    speaking = [term for term in terms if subjects & {*term.points_to, *term.into}]
    pointed: set[Target] = {target for term in speaking for target in targets(term)}
    return frozenset(t.id for t in (*speaking, *(t for t in terms if pointed & {*targets(t)})))


def _keys(old: Term, new: Term, *, has_other_items: bool) -> tuple[str, ...]:
    lists = (key for key in _LISTS if {*_list(old, key)} != {*_list(new, key)})
    return (
        *lists,
        *(
            key
            for key in _REST
            if getattr(old, key) != getattr(new, key) or (key == "items" and old.items and has_other_items)
        ),
    )


def _list(term: Term | None, key: str) -> tuple[str, ...]:
    if term is None:
        return ()
    owner, _, name = key.rpartition(".")
    return tuple(map(plain_word, getattr(term.unless if owner else term, name)))


def _differing(one: Term | None, other: Term | None) -> Mapping[str, tuple[str, ...]]:
    found = {
        key: tuple(word for word in _list(one, key) if word not in {*_list(other, key)}) for key in _LISTS
    }
    return MappingProxyType({key: words for key, words in found.items() if words})


def _shown(
    old: Term | None,
    new: Term | None,
    before: RuleSet,
    after: RuleSet,
    words: tuple[Mapping[str, tuple[str, ...]], ...],
) -> ReadOtherwise | None:
    terms = [(term, side) for term, side in ((new, after), (old, before)) if term is not None]
    subjects = dict.fromkeys(name for term, _ in terms for name in (*term.points_to, *term.into))
    texts = dict.fromkeys(_texts(terms, words))
    for text in [*texts][:_MOST_TRIED]:
        for subject in subjects:
            first, second = (_found(side, subject, text) for side in (before, after))
            if [*map(_meant, first)] != [*map(_meant, second)]:
                return ReadOtherwise(subject, text, first, second)
    return None


def _texts(
    terms: list[tuple[Term, RuleSet]], words: tuple[Mapping[str, tuple[str, ...]], ...]
) -> Iterator[str]:
    """Go through what may be read otherwise: the authors' own texts first, then the changed words in their places."""
    for term, _ in terms:
        yield from (example.text for example in (*term.harmless, *term.regressions, *term.examples))
    for changed in words:
        yield from changed.get("words", ())
        barriers = {key.removeprefix("unless."): found for key, found in changed.items() if key != "words"}
        for term, side in terms:
            lost = tuple((key, frozenset(found)) for key, found in barriers.items())
            yield from sorted(dict.fromkeys(texts_with(term, lost, side.lexicon)), key=len)


def _found(side: RuleSet, subject: str, text: str) -> tuple[Indication, ...]:
    return read(side.lexicon, side.vocabulary, subject, {_NAME: text})


def _meant(one: Indication) -> tuple[object, ...]:
    return one.field, one.value, one.certainty, one.start, one.end


def comes_from(change: TermChange, cause: Cause) -> bool:
    """Tell whether a term reads otherwise for a key that was changed: of it, or of a set that it uses."""
    if cause.kind == "词组":
        return any(_uses(term, change, cause.name) for term in (change.old, change.new) if term is not None)
    written = _NUMBERED.sub("", cause.key)
    keys = change.keys or ("",)
    return change.name == cause.name and any(
        one in ("", other) or other.startswith(f"{one}.")
        for key in keys
        for one, other in ((key, written), (written, key))
    )


def _uses(term: Term, change: TermChange, name: str) -> bool:
    # What a pattern has from sets is spelt out in it.
    is_spelt_out = "pattern" in change.keys if change.keys else bool(term.pattern)
    return is_spelt_out or any(name.endswith(f".{one.set_name}") for one in term.drawn)
