"""Where the texts of documents lie and what stood where when a person last compared them."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.foundation.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The lines a normative statement was read from, counted from 1, and the digest of what stood there."""

    norm: str
    first: int
    last: int
    digest: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredQuote:
    """The digest of a rule's quotation as it was when somebody compared it with the text."""

    rule: str
    digest: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredArticle:
    """The digest of an article that rules cite, as it stood in the text when it was compared."""

    document: str
    article: str
    digest: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """One document's text file: its name, the digest of its bytes as a whole, the anchors into it."""

    document: str
    file: str
    sha256: str
    anchors: tuple[Anchor, ...]
    span: Span
