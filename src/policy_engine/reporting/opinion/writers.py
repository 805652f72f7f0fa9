"""The files an opinion is written as, by the ending of their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from policy_engine.reporting.opinion.html import as_html
from policy_engine.reporting.opinion.paper import Opinion
from policy_engine.reporting.opinion.pdf import as_pdf
from policy_engine.reporting.opinion.word import as_word


def _html(opinion: Opinion) -> bytes:
    return as_html(opinion).encode()


PAPERS: Final[Mapping[str, Callable[[Opinion], bytes]]] = MappingProxyType(
    {".docx": as_word, ".pdf": as_pdf, ".html": _html}
)
