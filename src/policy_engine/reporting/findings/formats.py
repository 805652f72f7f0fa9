"""The formats of findings: text, JSON, SARIF 2.1.0, JUnit XML, GitHub annotations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

from policy_engine.foundation.codes import CODES
from policy_engine.foundation.diagnostics import Diagnostic, Severity, render_with
from policy_engine.foundation.text import joined, one_line
from policy_engine.reporting.findings.envelope import as_json
from policy_engine.reporting.findings.report import Report, count_words
from policy_engine.reporting.findings.sarif import as_sarif

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
# Characters XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_text(report: Report) -> str:
    """Write each finding with its place, its snippet, its witness and its help."""
    blocks = [_block(diagnostic, report) for diagnostic in report.shown]
    lines = [*report.lead, *([""] if report.lead and blocks else [])]
    lines += ["\n\n".join(blocks)] if blocks else []
    lines += ["", *report.accepted_lines] if report.accepted_lines and blocks else report.accepted_lines
    return "\n".join([*lines, *([""] if blocks else []), count_words(report)])


def _block(diagnostic: Diagnostic, report: Report) -> str:
    text = render_with(diagnostic, report.lines_of)
    if not diagnostic.witness:
        return text
    case = joined(f"    {line}" for line in diagnostic.witness.rstrip("\n").splitlines())
    return f"{text}\n  例子（可存成文件用 check 审查）:\n{case}"


def as_junit(report: Report) -> str:
    """Write one test case a finding, or one that passes. What kept the run from its end is an error, not a failure."""
    found, accepted = report.shown, report.findings.accepted
    kind = "failure" if report.is_complete else "error"
    suite = ET.Element(
        "testsuite",
        name=f"policy-engine {report.command}",
        tests=str(max(1, len(found) + len(accepted))),
        failures=str(len(found) if report.is_complete else 0),
        errors=str(0 if report.is_complete else len(found)),
        skipped=str(len(accepted)),
    )
    for diagnostic in found:
        case = _case(suite, diagnostic, report)
        failure = ET.SubElement(case, kind, type=diagnostic.code, message=_xml(diagnostic.message))
        failure.text = _xml(_block(diagnostic, report))
    for diagnostic, acceptance in accepted:
        ET.SubElement(_case(suite, diagnostic, report), "skipped", message=_xml(acceptance.because))
    if not found and not accepted:
        ET.SubElement(suite, "testcase", classname=report.command, name="没有发现问题")
    root = ET.Element("testsuites")
    root.append(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


def _case(suite: ET.Element, diagnostic: Diagnostic, report: Report) -> ET.Element:
    span = diagnostic.span
    more = {"file": _xml(report.path(span)), "line": str(span.line + 1)} if span is not None else {}
    name = f"{diagnostic.code} {CODES[diagnostic.code].title}"
    if span is not None:
        name += f" {report.path(span)}:{span.line + 1}"
    return ET.SubElement(suite, "testcase", {"classname": report.command, "name": _xml(name), **more})


def _xml(text: str) -> str:
    """Keep what XML can hold, line by line, with nothing unseen in it."""
    return _NOT_XML.sub("�", joined(text.split("\n")))


def as_github(report: Report) -> str:
    """Write workflow commands: each shows as an annotation at its line."""
    return "\n".join(
        [*(_annotation(d, report) for d in report.shown), *report.accepted_lines, count_words(report)]
    )


def _annotation(diagnostic: Diagnostic, report: Report) -> str:
    span = diagnostic.span
    where = {} if span is None else {"file": report.path(span), "line": span.line + 1, "col": span.column + 1}
    if span is not None and (span.end_line, span.end_column) > (span.line, span.column):
        # A range over several lines takes no columns.
        where |= {"endLine": span.end_line + 1}
        if span.end_line == span.line:
            where |= {"endColumn": span.end_column + 1}
        else:
            del where["col"]
    title = f"{diagnostic.code} {CODES[diagnostic.code].title}"
    properties = ",".join(f"{k}={_property(str(v))}" for k, v in {**where, "title": title}.items())
    text = one_line(diagnostic.message) + (f"\n修改：{one_line(diagnostic.help)}" if diagnostic.help else "")
    text += f"\n{diagnostic.more_words}" if diagnostic.more else ""
    return f"::{_GITHUB[diagnostic.severity]} {properties}::{_data(text)}"


def _data(text: str) -> str:
    return joined(text.split("\n")).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


FORMATS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {"text": as_text, "json": as_json, "sarif": as_sarif, "junit": as_junit, "github": as_github}
)


def render_report(report: Report, format_: str) -> str:
    """Write a report in one of `FORMATS`."""
    return FORMATS[format_](report)
