"""What somebody still has to fill in: the marks that `init` and other scaffolds leave in a rule base."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.foundation.spans import span_of
from policy_engine.loading.files import SourceText

_MARK = re.compile(r"【待填(?:：([^】\n]*))?】")


def find_blanks(sources: Iterable[SourceText]) -> Iterator[Diagnostic]:
    """Report every mark `【待填：…】` where it stands, as a note: the rule base works, and isn't finished."""
    for source in sources:
        if "【待填" not in source.text:
            continue
        for number, line in enumerate(source.text.split("\n")):
            for mark in _MARK.finditer(line):
                what = mark[1] or "内容"
                yield Diagnostic(
                    code="PE628",
                    message=f"还没有填：{what}",
                    span=span_of(source.path, number, mark.start(), number, mark.end()),
                    help="把“【待填：……】”整个换成自己的内容",
                    severity=Severity.NOTE,
                )
