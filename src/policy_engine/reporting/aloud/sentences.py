"""Paragraphs made of phrases: a condition and what follows from it, as one sentence or as a sentence with a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy_engine.reporting.aloud.copy import Para
from policy_engine.reporting.aloud.phrases import ALL_OF, ANY_OF, Phrase

_ENDS = ("。", "？", "！", "；", "：", "…")


def ended(text: str) -> str:
    """End a sentence, unless it is ended or there is none."""
    text = text.rstrip()
    return text if not text or text.endswith(_ENDS) else f"{text}。"


def following(when: Phrase | None, effect: str) -> Para:
    """Say what follows where a condition holds (`None`: always)."""
    if when is None:
        return Para(ended(effect))
    if when.parts:
        return Para(f"{when.text}的，{effect}：", listed(when.parts))
    return Para(ended(f"{when.text}的，{effect}"))


def demanding(when: Phrase | None, verb: str, demand: Phrase) -> Iterator[Para]:
    """Say what is asked for where a condition holds: in one paragraph, or in two where both are lists."""
    if not demand.parts:
        yield following(when, verb + demand.text)
        return
    head = f"{verb}{demand.text}："
    if when is None or not when.parts:
        yield Para(f"{when.text}的，{head}" if when else head, listed(demand.parts))
        return
    yield Para(f"{when.text}的，适用本条：", listed(when.parts))
    yield Para(head, listed(demand.parts))


def listed(parts: Iterable[Phrase]) -> tuple[Para, ...]:
    """List phrases: each ends with a semicolon, the last of all with a full stop."""
    return _listed(tuple(parts), "。")


def _listed(parts: tuple[Phrase, ...], end: str) -> tuple[Para, ...]:
    last = len(parts) - 1
    return tuple(_item(part, end if n == last else "；") for n, part in enumerate(parts))


def _item(part: Phrase, end: str) -> Para:
    return Para(f"{part.text}：", _listed(part.parts, end)) if part.parts else Para(part.text + end)


def in_one_line(phrase: Phrase) -> str:
    """Say a phrase and what is listed under it in one line, for a cell of a table."""
    parts = [f"（{in_one_line(part)}）" if part.parts else part.text for part in phrase.parts]
    match phrase.text:
        case _ if not parts:
            return phrase.text
        case head if head == ALL_OF:
            return "，".join(parts)
        case head if head == ANY_OF:
            return "；或者".join(parts)
        case head:
            return f"{head}：{'；'.join(parts)}"
