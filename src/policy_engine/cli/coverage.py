"""`policy-engine rules coverage`: how every normative statement of the source documents is answered."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.analysis.acceptance import sift
from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import output_options
from policy_engine.cli.rule_base import choose_rule_base, note_rules, rule_base_options, sources_of
from policy_engine.cli.run import this_run
from policy_engine.cli.telling import tell
from policy_engine.cli.today import noted_today
from policy_engine.foundation.diagnostics import is_error
from policy_engine.foundation.text import joined
from policy_engine.reporting.coverage_page import coverage_json, coverage_lines
from policy_engine.usecases import load_rule_set
from policy_engine.usecases.coverage import cover, own_coverage

_HELP = """按来源文件列出：多少条规范已编码、多少条只作提示、多少条不可检查。

每条规范都有回答、每条规则都有规范、登记为已编写的文件都有覆盖表时退出码为 0，否则为 1。"""


@click.command(cls=Command, help=_HELP)
@output_options(("text", "json"))
@rule_base_options
def coverage(*, rules: Path | None, schemas: Path | None) -> int:
    """Print the table."""
    base = choose_rule_base((), rules, schemas).base
    sources = sources_of(base)
    # What can be read but is wrong is what the command looks for.
    this_run().on_problems = Exit.REFUSED
    rule_set = load_rule_set(sources)
    note_rules(len(rule_set.rules))
    found = own_coverage(cover(sources, rule_set))
    documents = rule_set.documents.values()
    still = sift(found.problems, (), documents, today=noted_today(), codes=()).open
    answered = (found.answers, found.unlisted, rule_set)
    return tell(
        Exit.REFUSED if found.unlisted or any(map(is_error, still)) else Exit.PERMITTED,
        lambda: joined([*coverage_lines(*answered), base.described(rule_set.version)]),
        lambda: coverage_json(*answered),
        problems=still,
    )
