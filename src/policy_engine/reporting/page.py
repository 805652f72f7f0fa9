"""A page: a headline and titled sections of items. Every view makes one; every format writes one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.text import one_line

# What stands out in a line, in formats that have no bold; a mark of the text itself is written as its number.
MARKED = "〖〗"


@dataclass(frozen=True, slots=True)
class Item:
    """One line and the lines that hang under it. Whatever the text holds, it stays one line.

    `pieces`: where some of a line stands out, its parts in order, each with whether it does; they make the text.
    """

    text: str
    details: tuple[Item, ...] = ()
    pieces: tuple[tuple[str, bool], ...] = ()

    def __post_init__(self) -> None:
        if self.pieces:
            pieces = tuple((_without_marks(one_line(part)), stands_out) for part, stands_out in self.pieces)
            object.__setattr__(self, "pieces", pieces)
            object.__setattr__(self, "text", "".join(_in_marks(*piece) for piece in pieces))
        object.__setattr__(self, "text", one_line(self.text))


def _without_marks(text: str) -> str:
    return "".join(f"⟨U+{ord(c):04X}⟩" if c in MARKED else c for c in text)


def _in_marks(part: str, stands_out: bool) -> str:
    return f"{MARKED[0]}{part}{MARKED[1]}" if stands_out else part


class SectionKind(Enum):
    """What a section of a decision tells, however it is called on the page."""

    GROUNDS = "grounds"
    RIVALS = "rivals"
    FINDINGS = "findings"
    REFUSED_PERMITS = "refused_permits"
    CONTRARY = "contrary"
    FACTS = "facts"
    COMPARED = "compared"
    DECLARED = "declared"
    EXCEPTIONS = "exceptions"
    QUESTIONS = "questions"
    UNENCODED = "unencoded"
    CHANGES = "changes"
    REMEDIES = "remedies"
    DUTIES = "duties"
    ADVICE = "advice"
    REMARKS = "remarks"


@dataclass(frozen=True, slots=True)
class Section:
    """A title, in one line, and its items. `kind`: what is looked up, of the sections of a decision; `subject`: whose it is."""

    title: str
    items: tuple[Item, ...]
    is_numbered: bool = False
    kind: SectionKind | None = None
    subject: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))


@dataclass(frozen=True, slots=True)
class Page:
    """What every view makes, for people. `remarks` stand directly under the headline. Outside sections all stay one line each."""

    headline: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
    subtitle: str = ""
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "headline", one_line(self.headline))
        object.__setattr__(self, "subtitle", one_line(self.subtitle))
        object.__setattr__(self, "remarks", tuple(map(one_line, self.remarks)))
        object.__setattr__(self, "footer", tuple(map(one_line, self.footer)))

    def text(self) -> str:
        """Write it as plain text."""
        return as_text(self)

    def markdown(self) -> str:
        """Write it as Markdown."""
        return as_markdown(self)

    def json(self) -> dict[str, object]:
        """Give it as plain data."""
        return page_json(self)


_MARKS = pattern(r"[\\`*_\[\]|~$#&<]|(?<=[A-Za-z]):(?=//)|(?<=www)\.")
_NAMES = {"&": "&amp;", "<": "&lt;"}
# Marks that begin a list, a rule or an underlined heading.
_AT_START = pattern(r"^(\d*)([.)](?=\s|$)|[-+=](?=[-=\s]|$)|>)")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def items(texts: Iterable[str]) -> tuple[Item, ...]:
    """Make plain items."""
    return tuple(Item(text) for text in texts)


def as_text(page: Page) -> str:
    """Write a page as plain text."""
    lines = [page.headline, *page.remarks, *([page.subtitle] if page.subtitle else [])]
    for section in page.sections:
        lines += ["", f"{section.title}："]
        for number, item in enumerate(section.items):
            lines += _text_item(item, _mark(number) if section.is_numbered else "", 1)
    if page.footer:
        lines += ["", "—" * 20, *page.footer]
    return "\n".join(lines) + "\n"


def as_markdown(page: Page) -> str:
    """Write a page as Markdown."""
    lines = [
        f"# {markdown_text(page.headline)}",
        *(line for remark in page.remarks for line in ("", markdown_text(remark))),
        *(["", markdown_text(page.subtitle)] if page.subtitle else []),
    ]
    for section in page.sections:
        lines += ["", f"## {markdown_text(section.title)}", ""]
        for number, item in enumerate(section.items, start=1):
            lines += _markdown_item(item, f"{number}. " if section.is_numbered else "- ", "")
    if page.footer:
        lines += ["", "---", ""]
        lines += [f"{markdown_text(line)}  " for line in page.footer]
    return "\n".join(lines) + "\n"


def page_json(page: Page) -> dict[str, object]:
    """Give a page as data."""
    return {
        "headline": page.headline,
        "subtitle": page.subtitle,
        "sections": [
            {"title": section.title, "items": [_item_json(item) for item in section.items]}
            for section in page.sections
        ],
        "footer": list(page.footer),
    }


def _item_json(item: Item) -> dict[str, object]:
    return {"text": item.text, "details": [_item_json(detail) for detail in item.details]}


def _mark(number: int) -> str:
    return f"{_CIRCLED[number]} " if number < len(_CIRCLED) else f"({number + 1}) "


def _text_item(item: Item, mark: str, depth: int) -> Iterator[str]:
    yield "  " * depth + mark + item.text
    for detail in item.details:
        yield from _text_item(detail, "", depth + 2)


def _markdown_item(item: Item, mark: str, indent: str) -> Iterator[str]:
    yield indent + mark + ("".join(_markdown_piece(*p) for p in item.pieces) or markdown_text(item.text))
    for detail in item.details:
        # What hangs under an item begins where its text does.
        yield from _markdown_item(detail, "- ", indent + " " * len(mark))


def _markdown_piece(part: str, stands_out: bool) -> str:
    # Bold that begins or ends in a mark of punctuation is not seen for bold beside Chinese characters.
    is_plain = bool(part) and part[0].isalnum() and part[-1].isalnum()
    written = markdown_text(part)
    return f"**{written}**" if stands_out and is_plain else _in_marks(written, stands_out)


def markdown_text(text: str) -> str:
    """Write one line of text so that Markdown shows it as it is: no heading, list, table, code, link, formula or HTML in it."""
    text = one_line(text)
    plain = text.lstrip()
    spelt = _MARKS.sub(lambda m: _NAMES.get(m[0], f"\\{m[0]}"), plain)
    return "&nbsp;" * (len(text) - len(plain)) + _AT_START.sub(r"\1\\\2", spelt)
