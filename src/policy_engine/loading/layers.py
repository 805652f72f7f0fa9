"""What a layer may not do: say again, otherwise, what the rule base says that it lies on."""

from __future__ import annotations

from policy_engine.foundation.diagnostics import Related
from policy_engine.foundation.spans import Span
from policy_engine.loading.folders import root_of
from policy_engine.loading.problems import Problems


def is_apart(one: Span, other: Span) -> bool:
    """Tell whether two places belong to different rule bases, one a layer on the other."""
    return root_of(one.path) != root_of(other.path)


def report_twice(problems: Problems, what: str, span: Span, first: Span, help_text: str) -> None:
    """Note that something is written twice: in one rule base a repetition, in a layer a change of what it lies on.

    `what`: the kind and the name, as in 文件 `x`. `first`: where it was written before; that counts.
    """
    if is_apart(span, first):
        report_change(problems, what, span, first)
    else:
        problems.error("PE209", f"{what} 重复", span, help_text)


def report_change(
    problems: Problems, what: str, span: Span, first: Span, instead: str = "换一个名称"
) -> None:
    """Note that a layer writes what is the business of the rule base it lies on."""
    message = f"{what} 是基础规则库的，这一层不能改"
    related = (Related("基础里写的", first),)
    problems.error("PE219", message, span, f"{instead}，或者到基础规则库里改", related=related)
