"""`policy-engine validate`: everything that is wrong with rule files, in five formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from policy_engine.analysis.acceptance import Sifted
from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import Day, GivenPath
from policy_engine.cli.mending import Repaired, repair
from policy_engine.cli.output import output_options
from policy_engine.cli.rule_base import Chosen, choose_rule_base, note_rules, rule_base_options, sources_of
from policy_engine.cli.telling import tell_findings
from policy_engine.cli.today import noted_today
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, Severity, is_error
from policy_engine.reporting.findings import FORMATS
from policy_engine.reporting.findings.causes import by_cause
from policy_engine.usecases.unread import unread_problem
from policy_engine.usecases.validating import Validation
from policy_engine.usecases.validating import validate as find_all

_HELP = """检查规则文件：语法、词汇、引用、出处、例子、单位、效力期，一次说全。

PATHS 是规则文件或目录；不写则检查整个规则库。可以改进之处只报所写文件里的；
规则库不能加载、登记表有错、有文件没有读，写不写到都要报。
--fix 把只有一种改法的改好（相邻两字颠倒、拉丁字母写错一个的名称，改了名的字段，是非、数字和日期的写法，全角标点等），
注释和其余的字不动，再检查一遍，报剩下的；能加载的规则不改。
退出码：0 没有错误；1 有错误（加 --strict 时警告也算，提示不算；--fix 按改了以后算，--dry-run 有要改的也是）；2 用法有误。"""


@click.command("validate", cls=Command, help=_HELP, arguments=[("[PATHS]...", "规则文件或目录")])
@click.argument("paths", metavar="[PATHS]...", nargs=-1, type=GivenPath())
@output_options(FORMATS)
@click.option("--strict", is_flag=True, help="警告也算问题")
@click.option("--fix", "is_fixing", is_flag=True, help="改好只有一种改法的，再检查一遍")
@click.option("--dry-run", "is_trial", is_flag=True, help="与 --fix 同用：显示会怎样改，不改")
@click.option("--today", type=Day(), metavar="日期", help="按哪一天判断接受是否到期（默认今天）")
@rule_base_options
def validate(
    *,
    paths: tuple[Path, ...],
    strict: bool,
    is_fixing: bool,
    is_trial: bool,
    today: int | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Validate and print."""
    if is_trial and not is_fixing:
        raise click.UsageError("--dry-run 与 --fix 同用", click.get_current_context())
    chosen = choose_rule_base(paths, rules, schemas)
    day = noted_today() if today is None else today
    texts: Mapping[str, str] = {}
    done: Repaired | None = None
    try:
        sources = sources_of(chosen.base)
        texts = sources.texts
        done = repair(chosen, sources, day, is_trial=is_trial) if is_fixing else None
        found = find_all(sources, today=day) if done is None else done.left
        version = (sources if done is None else done.sources).version
        named = f"{chosen.base.described(version)}："
        note_rules(found.rules)
    except DiagnosticsError as error:
        # What can't be read is a finding like any other: whoever reads the report gets one in every format.
        found = Validation(broken=error.diagnostics, findings=Sifted((), ()), rules=0)
        named = f"规则库 {chosen.base.name}："
    shown = _shown(found, chosen, frozenset(texts))
    is_to_change = is_trial and done is not None and bool(done.results)
    return tell_findings(
        Exit.REFUSED if is_to_change or any(_counts(d, strict) for d in shown.open) else Exit.PERMITTED,
        shown,
        summary=named + _summary(chosen, found),
        inputs=chosen.inputs(texts),
        is_complete=bool(texts),
        lead=done.lines if done else (),
        results=done.results if done else (),
    )


def _shown(found: Validation, chosen: Chosen, read: frozenset[str]) -> Sifted:
    criticised = [d for d in found.findings.open if chosen.names(d.span)]
    told = {d.span.path for d in (*found.broken, *criticised) if d.span}
    # Whoever names a file that nothing reads must not be told that it is fine.
    unread = sorted(chosen.files_named - read - told) if read else []
    named = [replace(unread_problem(path), severity=Severity.ERROR) for path in unread]
    still = sorted((*by_cause(found.broken), *criticised, *named), key=lambda d: d.sort_key)
    return Sifted(tuple(still), tuple((d, a) for d, a in found.findings.accepted if chosen.names(d.span)))


def _summary(chosen: Chosen, found: Validation) -> str:
    if not found.rules:
        return f"不能加载，{found.unseen} 个文件没有检查，" if found.unseen else "不能加载，"
    return f"规则 {found.rules} 条，" if not chosen.only else f"所写的 {len(chosen.only)} 个文件，"


def _counts(diagnostic: Diagnostic, strict: bool) -> bool:
    return is_error(diagnostic) or (strict and diagnostic.severity is not Severity.NOTE)
