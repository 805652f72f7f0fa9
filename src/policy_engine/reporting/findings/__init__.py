"""Findings about rules in the formats people and machines read. To add a format, add a line to `FORMATS`."""

from policy_engine.reporting.findings.formats import FORMATS, render_report
from policy_engine.reporting.findings.report import Report

__all__ = ["FORMATS", "Report", "render_report"]
