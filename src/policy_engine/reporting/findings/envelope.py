"""The JSON of every command, to the shape of `schemas/output.schema.json`: always the same keys, whatever happened."""

from __future__ import annotations

from collections import Counter

from policy_engine.foundation.codes import CODES
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.fixes import Fix
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import json_text
from policy_engine.model.calendar import iso
from policy_engine.reporting.findings.report import Report, count_words
from policy_engine.reporting.told import Input, Json, RuleBaseUsed, Status

FORMAT = "policy-engine/1"


def as_json(report: Report) -> str:
    """Write what a run tells as data. Lines and columns count from 1, the end column is exclusive."""
    return json_text(envelope(report))


def envelope(report: Report) -> Json:
    """Give what a run tells as data."""
    return {
        "format": FORMAT,
        "command": report.command,
        "exit": report.exit,
        "is_complete": report.is_complete,
        "rule_base": _rule_base(report.rule_base),
        "today": {"day": iso(report.today), "zone": "+08:00"} if report.today is not None else None,
        "inputs": [_input(one) for one in report.inputs],
        "results": list(report.results),
        "diagnostics": [_finding(d, report) for d in report.shown],
        "accepted": [
            {**_finding(d, report), "because": a.because, "until": iso(a.until)}
            for d, a in report.findings.accepted
        ],
        "counts": _counts(report),
        "summary": count_words(report),
    }


def _counts(report: Report) -> dict[str, int]:
    statuses = Counter(one.status.value for one in report.inputs)
    severities: Counter[str] = Counter()
    for d in report.findings.open:
        severities[d.severity.value] += 1 + d.more
    return {
        "inputs": len(report.inputs),
        **{status.value: statuses[status.value] for status in Status},
        "results": len(report.results),
        **{f"{word}s": severities[word] for word in ("error", "warning", "note")},
        "accepted": len(report.findings.accepted),
    }


def _rule_base(used: RuleBaseUsed | None) -> Json | None:
    if used is None:
        return None
    return {"name": used.name, "path": used.path, "digest": used.digest, "rules": used.rules}


def _input(one: Input) -> Json:
    return {
        "index": one.index,
        "file": one.file,
        "row": one.row,
        "place": one.place,
        "name": one.name,
        "status": one.status.value,
    }


def _finding(diagnostic: Diagnostic, report: Report) -> Json:
    return {
        "code": diagnostic.code,
        "slug": CODES[diagnostic.code].slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "input": report.input_of(diagnostic),
        "place": _place(diagnostic.span, report),
        "related": [{"message": r.message, "place": _place(r.span, report)} for r in diagnostic.related],
        "rules": list(diagnostic.rules),
        "witness": diagnostic.witness or None,
        "more": diagnostic.more,
        "fixes": [fix_json(fix, report) for fix in diagnostic.fixes],
        "docs": f"docs/diagnostics/{diagnostic.code}.md",
    }


def fix_json(fix: Fix, report: Report) -> Json:
    """Give a fix as data: what to write in place of which stretch of which file."""
    return {
        "words": fix.words,
        "is_sure": fix.is_sure,
        "edits": [{"place": _place(edit.span, report), "text": edit.text} for edit in fix.edits],
    }


def _place(span: Span | None, report: Report) -> Json | None:
    if span is None:
        return None
    return {
        "file": report.path(span),
        "line": span.line + 1,
        "column": span.column + 1,
        "end_line": span.end_line + 1,
        "end_column": span.end_column + 1,
    }
