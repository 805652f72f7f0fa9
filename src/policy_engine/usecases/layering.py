"""What a layer does to documents of the rule base that it lies on, though no name is written twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from policy_engine.compilation.prevailing import outranks
from policy_engine.compilation.reads import field_written
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.spans import file_span
from policy_engine.loading.folders import document_of, is_own, root_of
from policy_engine.loading.layers import is_apart, report_change
from policy_engine.loading.problems import Problems
from policy_engine.loading.texts import load_quotes
from policy_engine.model.documents import Authority, Document
from policy_engine.model.rules import Rule
from policy_engine.usecases.sources import Sources


def changes_of_base(
    sources: Sources, rules: Iterable[Rule], documents: Mapping[str, Document], authority: Authority
) -> tuple[Diagnostic, ...]:
    """Find files in folders of such documents, quotations of their rules, rules of lower force that set theirs aside, and values of theirs."""
    problems = Problems()
    for source in (*sources.regressions, *sources.coverage):
        document = documents.get(document_of(source.path))
        if document is not None and root_of(source.path) != root_of(document.span.path):
            instead = "这个目录留给自己登记的文件"
            report_change(problems, f"文件 `{document.id}`", file_span(source.path), document.span, instead)
    by_id = {rule.id: rule for rule in rules}
    for passage in (one for one in sources.passages if is_own(one.path)):
        for quote in load_quotes(passage, Problems()):
            quoted = by_id.get(quote.rule)
            if quoted is not None and is_apart(quote.span, quoted.span):
                report_change(
                    problems, f"规则 `{quoted.id}` 的引文", quote.span, quoted.span, "只登记自己的规则的引文"
                )
    for rule in by_id.values():
        for override in rule.overrides:
            other = by_id.get(override.rule)
            if other is None or not is_apart(override.span, other.span):
                continue
            higher, lower = other.citation.document, rule.citation.document
            if outranks(higher, lower, authority):
                what = f"规则 `{other.id}`（{higher.force}，高于{lower.force}）"
                report_change(
                    problems, what, override.span, other.span, "删去这一项优先，下位文件不能排除上位文件"
                )
    _refuse_values(tuple(by_id.values()), problems)
    return tuple(problems.found)


def _refuse_values(rules: tuple[Rule, ...], problems: Problems) -> None:
    """Tell of rules that give a value to what rules below compute: these would read what no document of theirs says."""
    below: dict[tuple[str, str], Rule] = {}
    for rule in rules:
        name = field_written(rule)
        for subject in rule.subjects if name is not None else ():
            first = below.setdefault((subject, str(name)), rule)
            if is_apart(rule.span, first.span):
                what = f"`{subject}` 的 `{name}` 怎样得出"
                instead = "在自己的词汇表里写一个推算字段，得出它，自己的规则读它"
                report_change(problems, what, rule.span, first.span, instead)
