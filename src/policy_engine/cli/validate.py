"""`policy-engine validate`: everything that is wrong with rule files, in five formats."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from policy_engine.analysis.acceptance import Sifted
from policy_engine.cli.check import Day
from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import Chosen, choose_rule_base, rule_base_options
from policy_engine.cli.streams import write_error, write_out
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, is_error, render_all
from policy_engine.reporting.findings import FORMATS, Report, render_report
from policy_engine.usecases import read_sources
from policy_engine.usecases.validating import texts_of
from policy_engine.usecases.validating import validate as find_all

_HELP = """检查规则文件：语法、词汇、引用、出处、例子、单位、效力期，一次说全。

PATHS 是规则文件或目录；不写则检查整个规则库。只报所写文件里的问题。
退出码：0 没有错误；1 有错误（加 --strict 时警告也算）；2 用法有误。"""


@click.command("validate", cls=Command, help=_HELP, arguments=[("[PATHS]...", "规则文件或目录")])
@click.argument("paths", metavar="[PATHS]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", type=OneOf(FORMATS), default="text", help="输出格式")
@click.option("--strict", is_flag=True, help="警告也算问题")
@click.option("--today", type=Day(), metavar="日期", help="按哪一天判断接受是否到期（默认今天）")
@rule_base_options
def validate(
    *,
    paths: tuple[Path, ...],
    format_: str,
    strict: bool,
    today: int | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Validate and print."""
    chosen = choose_rule_base(paths, rules, schemas)
    try:
        sources = read_sources(chosen.files)
    except DiagnosticsError as error:
        write_error(render_all(error.diagnostics, {}))
        return Exit.BAD_INPUT
    found = find_all(sources, today=today or date.today().toordinal())  # noqa: DTZ011
    shown = Sifted(
        tuple(d for d in found.findings.open if chosen.names(d.span)),
        tuple((d, a) for d, a in found.findings.accepted if chosen.names(d.span)),
    )
    report = Report(
        command="validate",
        findings=shown,
        sources=texts_of(sources),
        places=chosen.places(texts_of(sources)),
        summary=f"{chosen.base.described(sources.version)}：{_summary(chosen, found.rules)}",
    )
    write_out(render_report(report, format_))
    return Exit.REFUSED if any(_counts(d, strict) for d in shown.open) else Exit.PERMITTED


def _summary(chosen: Chosen, rules: int) -> str:
    if not rules:
        return "不能加载，"
    return f"规则 {rules} 条，" if not chosen.only else f"所写的 {len(chosen.only)} 个文件，"


def _counts(diagnostic: Diagnostic, strict: bool) -> bool:
    return strict or is_error(diagnostic)
