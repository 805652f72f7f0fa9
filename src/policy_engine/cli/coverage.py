"""`policy-engine rules coverage`: how every normative statement of the source documents is answered."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from policy_engine.analysis.acceptance import sift
from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import choose_rule_base, rule_base_options, told
from policy_engine.cli.streams import write_error, write_lines
from policy_engine.foundation.diagnostics import DiagnosticsError, is_error, render_all
from policy_engine.reporting.coverage_page import coverage_lines
from policy_engine.usecases import Sources, cover, load_rule_set, read_sources

_HELP = """按来源文件列出：多少条规范已编码、多少条只作提示、多少条不可检查。

每条规范都有回答、每条规则都有规范、登记为已编写的文件都有覆盖表时退出码为 0，否则为 1。"""


@click.command(cls=Command, help=_HELP)
@rule_base_options
def coverage(*, rules: Path | None, schemas: Path | None) -> int:
    """Print the table."""
    base = choose_rule_base((), rules, schemas).base
    sources: Sources | None = None
    try:
        sources = read_sources(base.files)
        rule_set = load_rule_set(sources)
        found = cover(sources, rule_set)
    except DiagnosticsError as error:
        write_error(told(error, sources.texts if sources else {}))
        sys.exit(Exit.BAD_INPUT if sources is None else Exit.REFUSED)
    lines = coverage_lines(found.answers, found.unlisted, rule_set)
    write_lines([*lines, base.described(rule_set.version)])
    today = date.today().toordinal()  # noqa: DTZ011
    documents = rule_set.documents.values()
    still = sift(found.problems, (), documents, today=today, codes=()).open
    if still:
        write_error(render_all(still, sources.texts))
    return Exit.REFUSED if found.unlisted or any(map(is_error, still)) else Exit.PERMITTED
