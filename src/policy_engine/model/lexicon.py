"""The lexicon: which words of a text point to which fact. Loaded from `rules/lexicon/`, never written in code.

A term is no rule: what it finds is an indication, which raises a question and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from policy_engine.foundation.records import dataclass, field, fields_of
from policy_engine.foundation.spans import Span
from policy_engine.model.items import NO_ITEMS, Items
from policy_engine.model.values import Known


class Certainty(Enum):
    """How sure the words are of what they point to."""

    STATED = "写明"
    IMPLIED = "意味着"
    SUSPECTED = "疑似"


@dataclass(frozen=True, slots=True, kw_only=True)
class Barriers:
    """What makes a found term something else.

    `within`: longer expressions that hold the word and are harmless. `before`: words that stand right before it.
    `after`: heads that follow within the same phrase, so that the word only says what they are about.
    `beside`: words that take the term back from the same part of a sentence. `anywhere`: from anywhere in the text.
    """

    within: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()


NO_BARRIERS = Barriers()
# The kinds of barrier, in the order in which they are written.
BARRIERS: Final = tuple(kind.name for kind in fields_of(Barriers))


class Measure(Enum):
    """What a quantity term reads beside its words."""

    MONTHS = "月数"
    MONEY = "金额"
    DAY = "日期"
    PERSONS = "人数"
    PERCENT = "百分比"


@dataclass(frozen=True, slots=True)
class TermExample:
    """A text on which an author says what a term does, and where it is written.

    `finds`: by subject, exactly the fields and values that the term finds there; empty where only that it is found is
    said.
    """

    text: str
    span: Span
    finds: Mapping[str, Mapping[str, Known]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Drawn:
    """A word that stands in a list of a term through a set alone: in which list, which word, by which set."""

    key: str
    word: str
    set_name: str


@dataclass(frozen=True, slots=True)
class WordSet:
    """A named list of words for the terms of its file; shared, for those of every file without one of that name."""

    name: str
    words: tuple[str, ...]
    span: Span
    is_shared: bool = False


# So long are the longest words that say whether a pattern is looked for.
PIECE: Final = 4
Needs = frozenset[frozenset[frozenset[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words, a pattern or items of the catalogue, and what they point to in each subject.

    `items`: short codes; whatever is below one of them is found where a text says that it is bought, unless a term
    names a code nearer to it. Several codes are found only together, in one sentence. `points_to`: by subject, field
    and value; empty where the term `reads` a quantity, which gives the value of the one field named for each subject.
    `anchors`: words of which one stands in everything that the pattern finds; empty where none can be named; `needs`:
    the ways in which it finds something, each as sets of words of each of which one stands there, words no longer than
    `PIECE`: of a longer one its beginning. `because`: one sentence for whoever is asked.
    `examples` are found, `harmless` are not; nor are `regressions`, texts made by machine, which no author answers
    for. `drawn`: which words of its lists it has from sets.
    """

    id: str
    words: tuple[str, ...] = ()
    pattern: str = ""
    anchors: frozenset[str] = frozenset()
    needs: Needs = frozenset()
    items: tuple[str, ...] = ()
    points_to: Mapping[str, Mapping[str, Known]]
    reads: Measure | None = None
    into: Mapping[str, str]
    certainty: Certainty
    unless: Barriers = NO_BARRIERS
    because: str
    source: str = ""
    examples: tuple[TermExample, ...]
    harmless: tuple[TermExample, ...]
    regressions: tuple[TermExample, ...] = ()
    drawn: frozenset[Drawn] = frozenset()
    span: Span


def _no_items() -> Items:
    return NO_ITEMS


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All terms, the sets of words that their files name, and the catalogue of items, read when it is first asked for."""

    terms: tuple[Term, ...] = ()
    sets: tuple[WordSet, ...] = ()
    items: Callable[[], Items] = _no_items
    # What `reading.index` made of the terms, where it was kept.
    kept_index: Callable[[], tuple[Any, ...]] | None = field(default=None, compare=False, repr=False)
    # What the term of a place needs, as `reading.needs` wrote it, where that was kept apart from the term.
    kept_needs: Callable[[int], str] | None = field(default=None, compare=False, repr=False)


NO_TERMS = Lexicon()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indication:
    """One finding of a term in a text: never a fact, never a ground.

    `text`: the field that holds the text, or `事项名称` for the case's name. `start`, `end`: offsets in that text as
    it was written; `words`: what stands there. `value` is in the field's scale, as a fact's value is.
    """

    field: str
    value: Known
    words: str
    text: str
    start: int
    end: int
    certainty: Certainty
    because: str
    term: str
