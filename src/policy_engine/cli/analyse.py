"""`policy-engine analyse`: what the solver proves about the rules, each finding with a case that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from policy_engine.analysis.acceptance import Sifted
from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import Day, GivenPath
from policy_engine.cli.output import output_options
from policy_engine.cli.rule_base import Chosen, choose_rule_base, compiled_from, rule_base_options, sources_of
from policy_engine.cli.run import this_run
from policy_engine.cli.streams import write_error
from policy_engine.cli.telling import tell_findings
from policy_engine.cli.today import noted_today
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import one_line
from policy_engine.reporting.findings import FORMATS
from policy_engine.usecases import Sources

_HELP = """用求解器检查规则之间的关系：会不会冲突、有没有永远不起作用的规则、分类有没有缺口。

PATHS 是规则文件或目录，只报与所写文件有关的问题；不写则检查整个规则库。
每个问题附一个可以用 check 审查的例子。证明及于全部案件：事实未知、日期、地区、阶段都在内。
退出码：0 没有问题；1 有问题或者未能判定；2 用法或规则文件有误。"""


@click.command("analyse", cls=Command, help=_HELP, arguments=[("[PATHS]...", "规则文件或目录")])
@click.argument("paths", metavar="[PATHS]...", nargs=-1, type=GivenPath())
@click.option("--subject", "subjects", multiple=True, metavar="主题", help="只检查这个主题，可以写几次")
@click.option("--only", metavar="编码", help="只查这些编码，逗号隔开，例如 PE701,PE704")
@output_options(FORMATS)
@click.option("--witnesses", type=click.Path(path_type=Path), metavar="目录", help="把例子写成案件文件")
@click.option("--today", type=Day(), metavar="日期", help="按哪一天判断接受是否到期（默认今天）")
@rule_base_options
def analyse(
    *,
    paths: tuple[Path, ...],
    subjects: tuple[str, ...],
    only: str | None,
    witnesses: Path | None,
    today: int | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Analyse and print."""
    from policy_engine.usecases.analysing import CODES, find_faults  # noqa: PLC0415 - help needs no solver

    chosen = choose_rule_base(paths, rules, schemas)
    sources = sources_of(chosen.base)
    _check_scope(chosen, sources)
    compiled = compiled_from(sources)
    wanted = _known(subjects, compiled.subjects, "主题") or tuple(compiled.subjects)
    codes = _known(tuple((only or "").replace(" ", "").split(",")) if only else (), CODES, "编码") or CODES
    found = find_faults(compiled, wanted, codes, today=noted_today() if today is None else today)
    shown = Sifted(
        tuple(d for d in found.open if chosen.names(d.span) or any(chosen.names(r.span) for r in d.related)),
        tuple((d, a) for d, a in found.accepted if chosen.names(d.span)),
    )
    if witnesses is not None:
        _write_witnesses(shown, witnesses)
    number = f"规则 {len(compiled.rule_set.rules)} 条，主题 {len(wanted)} 个，"
    between = len(compiled.rule_set.across)
    number += f"几个主题之间的规则 {between} 条不参加分析，" if between else ""
    number += f"只报与所写的 {len(chosen.only)} 个文件有关的，" if chosen.only else ""
    summary = f"{chosen.base.described(sources.version)}：{number}"
    code = Exit.REFUSED if shown.open else Exit.PERMITTED
    return tell_findings(code, shown, summary=summary, inputs=chosen.inputs(sources.texts))


def _check_scope(chosen: Chosen, sources: Sources) -> None:
    # What decides no case has nothing to find, and finding nothing there would read as a sound rule base.
    if chosen.only and not chosen.only & {source.path for source in sources.all}:
        message = "所写的文件不参加分析，分析的是规则、参数、登记表和词汇表，检查 PATHS"
        raise click.UsageError(message, click.get_current_context())


def _known(words: tuple[str, ...], known: Iterable[str], what: str) -> tuple[str, ...]:
    names = tuple(known)
    for word in words:
        if word not in names:
            raise click.UsageError(
                f"没有{what} `{word}`，{did_you_mean(word, names)}", click.get_current_context()
            )
    return words


def _write_witnesses(found: Sifted, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, diagnostic in enumerate((*found.open, *(d for d, _ in found.accepted)), start=1):
        if diagnostic.witness:
            path = folder / f"{number:03}-{diagnostic.code}.yaml"
            path.write_text(f"# {diagnostic.message}\n{diagnostic.witness}", encoding="utf-8")
            if not this_run().is_for_machines:
                write_error(one_line(f"已写 {path}"))
