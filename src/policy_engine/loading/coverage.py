"""Load the coverage lists: for each normative statement of a source document, how the rule base answers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from policy_engine.foundation.spans import Span, file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import document_of
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import entries

ANSWERS = ("encoded", "guidance", "not_checkable")
_KEYS = ("norm", "lines", "summary", "answer", "rules", "where", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class NormAnswer:
    """One statement, read from `lines` of the text: encoded by `rules`, shown at `where`, or why not checkable."""

    norm: str
    document: str
    lines: str
    summary: str
    answer: str
    rules: tuple[str, ...]
    where: str
    reason: str
    span: Span
    # Where the lines are written, to renew them when the text moves.
    lines_span: Span | None = None


def load_coverage(
    sources: Iterable[SourceText],
    rule_ids: frozenset[str],
    documents: Collection[str],
    problems: Problems,
) -> tuple[NormAnswer, ...]:
    """Load every list. It is named after a document; a rule that is named must exist, an answer say what its kind demands."""
    found: list[NormAnswer] = []
    for source in sources:
        first: dict[str, NormAnswer] = {}
        name = document_of(source.path)
        if name not in documents:
            hint = f"覆盖表所在的目录以文件编号命名；{did_you_mean(name, documents)}"
            problems.error("PE203", f"没有文件 `{name}`", file_span(source.path), hint)
        for answer in _answers(source, rule_ids, problems):
            if first.setdefault(answer.norm, answer) is not answer:
                hint = f"第 {first[answer.norm].span.line + 1} 行已有；一条规范回答一次"
                problems.error("PE209", f"规范 `{answer.norm}` 重复", answer.span, hint)
            found.append(answer)
    return tuple(found)


def _answers(source: SourceText, rule_ids: frozenset[str], problems: Problems) -> Iterator[NormAnswer]:
    document = document_of(source.path)
    for entry in entries(source, "norms", problems):
        problems.keys(entry, _KEYS, "条目")
        answer = NormAnswer(
            norm=problems.text(entry, "norm"),
            document=document,
            lines=problems.text(entry, "lines", fallback=""),
            summary=problems.text(entry, "summary", fallback=""),
            answer=problems.one_of(entry, "answer", ANSWERS, "not_checkable"),
            rules=tuple(s.text for s in problems.texts(entry, "rules")),
            where=problems.text(entry, "where", fallback=""),
            reason=problems.text(entry, "reason", fallback=""),
            span=entry.span,
            lines_span=node.span if (node := entry.get("lines")) is not None else None,
        )
        for named in problems.texts(entry, "rules"):
            if named.text not in rule_ids:
                problems.unknown("PE306", f"没有规则 `{named.text}`", named.span, named.text, rule_ids)
        if answer.answer == "encoded" and not answer.rules:
            problems.error("PE313", f"`{answer.norm}` 写明已编码而没有写规则", entry.span, "写出 rules")
        if answer.answer == "guidance" and not (answer.where or answer.reason):
            problems.error("PE313", f"`{answer.norm}` 写明只作提示而没有写在哪里", entry.span, "写出 where")
        if answer.answer == "not_checkable" and not answer.reason:
            problems.error("PE313", f"`{answer.norm}` 写明不可检查而没有写理由", entry.span, "写出 reason")
        yield answer
