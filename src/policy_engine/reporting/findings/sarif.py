"""SARIF 2.1.0 (OASIS), the format code hosts and editors read. Columns count UTF-16 code units."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version

from policy_engine.foundation.codes import CODES
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.foundation.fixes import Fix
from policy_engine.foundation.spans import Span, file_span
from policy_engine.foundation.text import json_text
from policy_engine.model.documents import Acceptance
from policy_engine.reporting.findings.report import Report

Json = dict[str, object]
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def as_sarif(report: Report) -> str:
    """Write one run with its rules, its results and what is suppressed with which justification."""
    found: list[tuple[Diagnostic, Acceptance | None]] = [(d, None) for d in report.shown]
    found += report.findings.accepted
    codes = list(dict.fromkeys(d.code for d, _ in found))
    run: Json = {
        "tool": {
            "driver": {
                "name": "policy-engine",
                "version": version("policy-engine"),
                "language": "zh-CN",
                "rules": [_rule(code) for code in codes],
            }
        },
        "invocations": [_invocation(report)],
        "columnKind": "utf16CodeUnits",
        "automationDetails": {"id": f"policy-engine/{report.command}/"},
        "results": [_result(d, by, codes.index(d.code), report) for d, by in found],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _invocation(report: Report) -> Json:
    told: Json = {"executionSuccessful": report.is_complete, "exitCode": report.exit}
    if not report.is_complete:
        told["toolExecutionNotifications"] = [
            {
                "level": _LEVELS[d.severity],
                "message": {"text": d.message},
                "associatedRule": {"id": d.code},
                "locations": [{"physicalLocation": _place(d.span, report)}] if d.span else [],
            }
            for d in report.findings.open
        ]
    return told


def _rule(code: str) -> Json:
    known = CODES[code]
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in known.slug.split("-")),
        "shortDescription": {"text": known.title},
        "help": {"text": f"docs/diagnostics/{code}.md"},
    }


def _result(diagnostic: Diagnostic, by: Acceptance | None, index: int, report: Report) -> Json:
    text = diagnostic.message + (f"\n修改：{diagnostic.help}" if diagnostic.help else "")
    text += f"\n{diagnostic.more_words}" if diagnostic.more else ""
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": index,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": _plain(text)},
        "locations": [{"physicalLocation": _place(diagnostic.span, report)}] if diagnostic.span else [],
        "partialFingerprints": {"policyEngine/v1": _fingerprint(diagnostic)},
    }
    if diagnostic.related:
        result["relatedLocations"] = [_related(r, n, report) for n, r in enumerate(diagnostic.related)]
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix, report) for fix in diagnostic.fixes]
    if diagnostic.witness or diagnostic.more:
        witness = {"witness": diagnostic.witness} if diagnostic.witness else {}
        result["properties"] = {**witness, **({"more": diagnostic.more} if diagnostic.more else {})}
    if by is not None:
        result["suppressions"] = [{"kind": "inSource", "status": "accepted", "justification": by.because}]
    return result


def _related(related: Related, number: int, report: Report) -> Json:
    return {
        "id": number,
        "physicalLocation": _place(related.span, report),
        "message": {"text": _plain(related.message)},
    }


def _fix(fix: Fix, report: Report) -> Json:
    changes: dict[str, list[Json]] = {}
    for edit in fix.edits:
        place = _place(edit.span, report)
        changes.setdefault(edit.span.path, []).append(
            {"deletedRegion": place["region"], "insertedContent": {"text": edit.text}}
        )
    return {
        "description": {"text": _plain(fix.words)},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(report.path(file_span(path)))}, "replacements": replacements}
            for path, replacements in changes.items()
        ],
    }


def _plain(text: str) -> str:
    # SARIF takes `[words](place)` in any message for a link.
    return text.replace("](", "\\](")


def _place(span: Span, report: Report) -> Json:
    lines = report.lines_of(span.path)
    region: Json = {
        "startLine": span.line + 1,
        "startColumn": _units(lines, span.line, span.column) + 1,
        "endLine": span.end_line + 1,
        "endColumn": _units(lines, span.end_line, span.end_column) + 1,
    }
    return {"artifactLocation": {"uri": _uri(report.path(span))}, "region": region}


def _uri(path: str) -> str:
    from pathlib import Path  # noqa: PLC0415 - only here
    from urllib.parse import quote  # noqa: PLC0415 - only here

    return Path(path).as_uri() if Path(path).is_absolute() else quote(path)


def _units(lines: Sequence[str], line: int, column: int) -> int:
    text = lines[line][:column] if line < len(lines) else ""
    return len(text.encode("utf-16-le")) // 2 + max(0, column - len(text))


def _fingerprint(diagnostic: Diagnostic) -> str:
    # Lines move; what is said about which rules in which file stays.
    path = diagnostic.span.path if diagnostic.span else ""
    parts = (diagnostic.code, path, *diagnostic.rules, diagnostic.message)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
