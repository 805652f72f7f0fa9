"""How steps are written: forms with gaps, which form a line has, and which it was meant to have."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

# `{甲}` in quotes: words; outside: one word. `any`: also none; `rest`: to the end of the line; `words`: quotes too.
_GAP = re.compile(r"\{(?P<name>\w*)(?::(?P<kind>\w+))?\}")
_PATTERNS = {"any": "[^”]*", "rest": ".+", "words": ".+", "measure": "[个项家份次条]"}
_ALIKE = 0.6


@dataclass(frozen=True, kw_only=True)
class Form:
    """One kind of step. `act`: what it does, given the story and what stands in the gaps.

    `takes`: what follows the line, `table` or `quoted` text.
    """

    kind: str
    form: str
    act: Callable[..., None]
    takes: str = ""

    @cached_property
    def pattern(self) -> str:
        """Write the form as a regular expression for the whole line."""
        made, end = "", 0
        for gap in _GAP.finditer(self.form):
            made += re.escape(self.form[end : gap.start()]) + self._gap(gap)
            end = gap.end()
        return made + re.escape(self.form[end:])

    def _gap(self, gap: re.Match[str]) -> str:
        before = self.form[: gap.start()]
        plain = "[^”]+" if before.rfind("“") > before.rfind("”") else r"\S+"
        found = _PATTERNS.get(gap["kind"] or "", plain)
        return f"(?P<{gap['name']}>{found})" if gap["name"] else found

    @property
    def shown(self) -> str:
        """Write the form for people."""
        return _GAP.sub(lambda gap: "个" if gap["kind"] == "measure" else "…", self.form)


@dataclass(frozen=True, slots=True)
class Found:
    """The form a line has, and what stands in its gaps."""

    form: Form
    values: dict[str, str]


def find_form(forms: tuple[Form, ...], kind: str, text: str) -> Found | None:
    """Find the form that a line of this kind has."""
    for form in forms:
        found = re.fullmatch(form.pattern, text) if form.kind == kind else None
        if found is not None:
            return Found(form, found.groupdict())
    return None


def meant(forms: tuple[Form, ...], kind: str, text: str) -> str:
    """Say what a line of no form was meant to be, as the help of a message."""
    for other in ("假如", "当", "那么"):
        if find_form(forms, other, text):
            return f"这一步写在“{other}”下面"
    of_kind = [form.shown for form in forms if form.kind == kind]
    others = [form.shown for form in forms if form.kind != kind]
    near = _nearest(text, of_kind) or _nearest(text, others)
    if near:
        return f"是否为 {'、'.join(f'`{one}`' for one in near)}？"
    return "全部步骤见 features/README.md，或者照抄相近的场景"


def _nearest(text: str, shown: list[str]) -> list[str]:
    """Find the forms most like a line, whatever stands in its gaps."""
    skeleton = re.sub("“[^”]*”", "“…”", text)
    variants = (skeleton, re.sub(r" \S.*$", " …", skeleton))
    scored = sorted(
        ((max(SequenceMatcher(None, one, variant).ratio() for variant in variants), one) for one in shown),
        reverse=True,
    )
    likely = [(score, one) for score, one in scored if score >= _ALIKE]
    return [one for score, one in likely[:2] if score >= likely[0][0] - 0.1]
