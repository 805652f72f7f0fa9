"""Read which findings the author of a rule or of a document accepts: `accept: [{code, because, until}]`."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.foundation.codes import CODES
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping
from policy_engine.model.documents import Acceptance

_KEYS = ("code", "because", "until")


def read_acceptances(entry: Mapping, problems: Problems) -> Iterator[Acceptance]:
    """Go through what a rule accepts. A reason and a last day are demanded: nothing is accepted for ever."""
    node = entry.get("accept")
    for item in problems.sequence(node, "`accept`", entry.span) if node is not None else ():
        owner = problems.mapping(item, "`accept` 的一项", item.span)
        if owner is None:
            continue
        problems.keys(owner, _KEYS, "`accept`")
        code = problems.text(owner, "code")
        if code and code not in CODES:
            problems.error("PE620", f"没有编码 `{code}`", owner.span, did_you_mean(code, CODES))
        because, until = problems.text(owner, "because"), problems.day(owner, "until")
        if owner.get("until") is None:
            problems.missing(owner, "until")
        if until is not None:
            yield Acceptance(code=code, because=because, until=until, span=owner.span)
