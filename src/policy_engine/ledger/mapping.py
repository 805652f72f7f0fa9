"""Mappings that were saved: what stands at the head of a column, and what it means. YAML, one line a column."""

from __future__ import annotations

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.text import one_line
from policy_engine.ledger.heads import HEADS, UNUSED, Heading, Heads
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.tables import head_word
from policy_engine.loading.tree import Mapping as Tree
from policy_engine.loading.tree import Scalar, parse
from policy_engine.model.rules import RuleSet
from policy_engine.reporting.filled_case import quoted


def read_mapping(source: SourceText, rule_set: RuleSet, subject: str | None) -> dict[str, str]:
    """Read a mapping. Raises `DiagnosticsError` with everything wrong in it."""
    parsed = parse(source.text, source.path)
    problems = Problems()
    if parsed.diagnostics:
        raise DiagnosticsError(parsed.diagnostics)
    found: dict[str, str] = {}
    subjects = rule_set.vocabulary.subjects
    known = [Heads.of(s) for name, s in subjects.items() if subject in (None, name)]
    for root in parsed.documents:
        if not isinstance(root, Tree):
            problems.error("PE009", "对照文件应当一行写一列：表头: 字段", root.span, f"不读的列写 {UNUSED}")
            continue
        for key, node in root.pairs:
            if not isinstance(node, Scalar):
                problems.error("PE009", f"“{key.text}”后面应当是一个字段", node.span, f"不读的写 {UNUSED}")
            elif head_word(node.text) != UNUSED and not any(heads.knows([node.text]) for heads in known):
                fields = [f for heads in known for f in heads.subject.fields]
                problems.unknown("PE501", f"没有字段 `{node.text}`", node.span, node.text, (*fields, *HEADS))
            else:
                found[key.text] = node.text
    if problems.found:
        raise DiagnosticsError(problems.found)
    return found


def mapping_text(heading: Heading, heads: Heads) -> str:
    """Write how the columns of a table were read, to be changed by hand, beside each that wasn't what may be meant."""
    lines = [f"# 表头: 字段。改错的；不读的写 {UNUSED}。用法：policy-engine batch … --map 这个文件"]
    for column in heading.columns:
        if column.head:
            key = column.key or UNUSED
            stem = key.rpartition("_")[0] or key
            near = "" if column.key else heads.close(column.head)
            means = quoted(f"{stem}（{column.unit}）" if column.unit else key)
            lines.append(f"{quoted(column.head)}: {means}" + (f"  # {one_line(near)}" if near else ""))
    return "\n".join(lines) + "\n"
