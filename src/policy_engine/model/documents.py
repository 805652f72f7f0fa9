"""Documents, their force and the partial order of authority."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from policy_engine.foundation import records
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Places, Span, place_of


class Verification(Enum):
    """How far a document's text was checked against an official text."""

    FULL = "full"
    PARTIAL = "partial"
    NO = "no"


class Encoding(Enum):
    """How far a document was turned into rules."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


# How the question about a document ends whose first day lies somewhere between two days.
WHETHER_BEGUN = "是否已经施行"
# What a document does on its first day, unless its force has another word.
TAKES_EFFECT = "起施行"


@dataclass(frozen=True, slots=True)
class StatedDate:
    """A day (`date.toordinal()`), where it is taken from, and whether that was verified.

    `earliest`: the first day it can have been, where `day` is only the last; whether it was is unknown in between.
    """

    day: int
    basis: str
    verified: bool
    earliest: int | None = None

    @property
    def first_possible(self) -> int:
        """Give the first day it can have been."""
        return self.day if self.earliest is None else self.earliest


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """A finding the author of a rule or of a document's entry accepts, why, and until which day."""

    code: str
    because: str
    until: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One source of rules. `area` is an area code; `ended` is its last day in force.

    `told_until`: the last day for which practice is told. After it, what the document asks or forbids holds only where
    the field `still_done` says that this is still done. `begins`: what it does on its first day.
    `first_effective`: of an amended version, when the statute itself took effect; `effective` is the version's own day.
    `status_evidence`: what `status_checked_on` rests on. `articles`: how many 条 the text has; 0 where that isn't told.
    """

    id: str
    number: str
    title: str
    issuer: str
    force: str
    area: str
    issued: StatedDate | None
    published: StatedDate | None
    effective: StatedDate | None
    ended: StatedDate | None
    repeals: tuple[str, ...]
    status_checked_on: int | None
    verified: Verification
    verified_articles: tuple[str, ...]
    encoded: Encoding
    concerns: tuple[str, ...]
    governed_by_later: str | None
    told_by: str | None
    told_until: StatedDate | None = None
    first_effective: StatedDate | None = None
    status_evidence: str = ""
    still_done: str = ""
    note: str
    accepted: tuple[Acceptance, ...] = ()
    outside: str = ""
    articles: int = 0
    begins: str = TAKES_EFFECT
    # Where what people look for is written, by key; `span` is the whole entry.
    places: Places = records.field(default=(), compare=False)
    span: Span

    def at(self, key: str) -> Span:
        """Find where the value of a key is written, else the entry."""
        return place_of(key, self.places, self.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """A rank of legal source. Not `binding`: a ground only inside its territory; not `grounds`: never a ground.

    `begins`: what its documents do on their first day, where they don't take effect (发表); `below`: the verdict on what
    keeps within all that binds and falls short of such a document.
    """

    name: str
    binding: bool
    grounds: bool
    begins: str = ""
    below: str = ""
    span: Span


class Precedence(Enum):
    """Under what relation of their areas a higher force prevails."""

    ALWAYS = "always"
    SAME_OR_LOWER_LEVEL = "same_or_lower_level"
    SAME_AREA_OR_BELOW = "same_area_or_below"


@dataclass(frozen=True, slots=True)
class Ranking:
    """One pair of the partial order of authority."""

    higher: str
    lower: str
    when: Precedence


@dataclass(frozen=True, slots=True)
class Authority:
    forces: Mapping[str, Force]
    order: tuple[Ranking, ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a norm stands: document, and the locator as the document numbers itself. `span`: where that is written."""

    document: Document
    locator: str
    span: Span | None = records.field(default=None, compare=False)

    @property
    def verified(self) -> bool:
        """Tell whether the cited text itself was checked in full."""
        match self.document.verified:
            case Verification.FULL:
                return True
            case Verification.NO:
                return False
            case Verification.PARTIAL:
                return any(self.locator.startswith(article) for article in self.document.verified_articles)
