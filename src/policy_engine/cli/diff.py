"""`policy-engine diff`: what a change of rules changes in meaning."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command, Count
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import output_options
from policy_engine.cli.run import this_run
from policy_engine.cli.telling import tell
from policy_engine.cli.today import today_in_china
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.files import SourceText, read_source
from policy_engine.reporting.page import as_markdown, as_text
from policy_engine.reporting.told import RuleBaseUsed, file_input

if TYPE_CHECKING:  # the solver
    from policy_engine.analysis.difference.result import Side

_HELP = """比较两个版本的规则库：比的是含义，不是文字。

OLD、NEW 是放着规则库的目录、git 版本（HEAD~1、main、REV:目录），或者 自带；不写 NEW 则用当前目录的规则库。
每条含义变了的规则给出最小的例子，改前改后并排说明；“没有变化”是对全部案件的证明。
写明改了哪条规则、哪一项，改前改后是什么；引文、出处一类的改动判断不变，也算有变化。
退出码：0 含义没有变化；1 有变化或者未能判定；2 用法或规则文件有误。"""
_FORMATS = {"text": as_text, "markdown": as_markdown}


@click.command("diff", cls=Command, help=_HELP, arguments=[("OLD", "改前"), ("[NEW]", "改后，默认当前")])
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@click.option("--subject", "subjects", multiple=True, metavar="主题", help="只比较这个主题，可以写几次")
@click.option(
    "--ledger",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="台账（许多案件的文件）：数一数哪些行的结论不同",
)
@click.option(
    "--limit",
    type=Count(),
    default=20,
    metavar="条数",
    help="最多列出几条规则的例子（默认 20）",
)
@output_options((*_FORMATS, "json"))
def diff(*, old: str, new: str | None, subjects: tuple[str, ...], ledger: Path | None, limit: int) -> int:
    """Compare and print."""
    # Help needs no solver.
    from policy_engine.reporting.difference_page import difference_json, difference_page  # noqa: PLC0415
    from policy_engine.usecases.comparing import compare_sides, current, opened  # noqa: PLC0415

    run = this_run()
    names = [old, *([new] if new is not None else []), *([str(ledger)] if ledger is not None else [])]
    run.inputs = tuple(file_input(n, name) for n, name in enumerate(names, start=1))
    with ExitStack() as open_folders:
        before = open_folders.enter_context(opened(old))
        after = open_folders.enter_context(opened(new)) if new is not None else current()
        run.rule_base = _used(after)
        for word in subjects:
            known = (*before.compiled.subjects, *after.compiled.subjects)
            if word not in known:
                raise click.UsageError(
                    f"没有主题 `{word}`，{did_you_mean(word, known)}", click.get_current_context()
                )
        found = compare_sides(before, after, subjects, _ledger(ledger), today_in_china())
    code = (
        Exit.PERMITTED
        if found.is_same and not (found.cites_otherwise or found.looks_otherwise)
        else Exit.REFUSED
    )
    data = difference_json(found) if run.format == "json" else {}
    return tell(
        code,
        lambda: _FORMATS[run.format](difference_page(found, limit)),
        lambda: [data],
        str(data.get("headline", "")),
    )


def _ledger(path: Path | None) -> SourceText | None:
    if path is None:
        return None
    given = this_run().given
    given[str(path)] = ""
    source = read_source(path)
    given[source.path] = source.text
    return source


def _used(side: Side) -> RuleBaseUsed:
    rules = len(side.compiled.rule_set.rules)
    return RuleBaseUsed(name=side.name, path=side.name, digest=side.extent.digest, rules=rules)
