"""What is looked for in whole lists, criticised: examples that are missing, columns that nothing reads, limits of unknown origin."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.foundation.spans import Span
from policy_engine.model.aggregates import Aggregate

CODES = ("PE629", "PE630", "PE631")


def lint_aggregates(aggregates: Iterable[Aggregate]) -> Iterator[Diagnostic]:
    """Go through what is to be criticised of aggregates, in their order."""
    for one in aggregates:
        if one.report is not None:
            yield from _examples(one)
            yield from _limits(one)
        for column in one.columns:
            if column.name not in one.reads:
                hint = f"用上 `{column.name}`，或者从 columns 里删去这一列"
                yield _warning("PE630", f"汇总 `{one.id}` 的列 `{column.name}` 没有用到", column.span, hint)


def _examples(one: Aggregate) -> Iterator[Diagnostic]:
    if not any(sample.found for sample in one.examples):
        hint = "在 examples 里写一份查得出的清单，found 列出查出的组"
        yield _warning("PE629", f"汇总 `{one.id}` 没有查得出的例子", one.span, hint)
    if not any(not sample.found and not sample.possible for sample in one.examples):
        hint = "在 examples 里写一份只差一点、没有问题的清单，不写 found 和 possible"
        yield _warning("PE629", f"汇总 `{one.id}` 没有查不出问题的例子", one.span, hint)


def _limits(one: Aggregate) -> Iterator[Diagnostic]:
    """Report numbers of the authors' own; a parameter has its basis beside it, and so has what each row says."""
    assert one.report is not None
    if one.citation is not None or one.note:
        return
    if one.near is not None or one.has_own_limit:
        what = "相隔的天数" if one.near is not None else "界限"
        hint = "依据文件的写 document 和 cite，自己取的在 note 里说明"
        yield _warning("PE631", f"汇总 `{one.id}` 的{what}没有说明是怎么来的", one.span, hint)


def _warning(code: str, message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(code=code, message=message, span=span, help=hint, severity=Severity.WARNING)
