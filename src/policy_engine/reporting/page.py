"""A page: a headline and titled sections of items. Every view makes one; every format writes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """One line and the lines that hang under it."""

    text: str
    details: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    items: tuple[Item, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    headline: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    subtitle: str = ""


_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def items(texts: Iterable[str]) -> tuple[Item, ...]:
    """Make plain items."""
    return tuple(Item(text) for text in texts)


def as_text(page: Page) -> str:
    """Write a page as plain text."""
    lines = [page.headline, *([page.subtitle] if page.subtitle else [])]
    for section in page.sections:
        lines += ["", f"{section.title}："]
        for number, item in enumerate(section.items):
            lines += _text_item(item, _mark(number) if section.is_numbered else "", 1)
    if page.footer:
        lines += ["", "—" * 20, *page.footer]
    return "\n".join(lines) + "\n"


def as_markdown(page: Page) -> str:
    """Write a page as Markdown."""
    lines = [f"# {page.headline}", *(["", _escaped(page.subtitle)] if page.subtitle else [])]
    for section in page.sections:
        lines += ["", f"## {section.title}", ""]
        for number, item in enumerate(section.items, start=1):
            lines += _markdown_item(item, f"{number}. " if section.is_numbered else "- ", 0)
    if page.footer:
        lines += ["", "---", ""]
        lines += [f"{line}  " for line in page.footer]
    return "\n".join(lines) + "\n"


def _mark(number: int) -> str:
    return f"{_CIRCLED[number]} " if number < len(_CIRCLED) else f"({number + 1}) "


def _text_item(item: Item, mark: str, depth: int) -> Iterator[str]:
    yield "  " * depth + mark + item.text
    for detail in item.details:
        yield from _text_item(detail, "", depth + 2)


def _markdown_item(item: Item, mark: str, depth: int) -> Iterator[str]:
    yield "  " * depth + mark + _escaped(item.text)
    for detail in item.details:
        yield from _markdown_item(detail, "- ", depth + 2)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")
