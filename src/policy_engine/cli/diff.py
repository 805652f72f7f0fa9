"""`policy-engine diff`: what a change of rules changes in meaning."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click

from policy_engine.cli.chinese import Command, Count, OneOf
from policy_engine.cli.exits import Exit
from policy_engine.cli.streams import write_error, write_out
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import json_text
from policy_engine.loading.files import SourceText, read_source
from policy_engine.reporting.page import as_markdown, as_text

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
@click.option("--format", "format_", type=OneOf((*_FORMATS, "json")), default="text", help="输出格式")
def diff(
    *, old: str, new: str | None, subjects: tuple[str, ...], ledger: Path | None, limit: int, format_: str
) -> int:
    """Compare and print."""
    # Help needs no solver.
    from policy_engine.reporting.difference_page import difference_json, difference_page  # noqa: PLC0415
    from policy_engine.usecases.comparing import compare_sides, current, opened  # noqa: PLC0415

    source: SourceText | None = None
    with ExitStack() as open_folders:
        try:
            before = open_folders.enter_context(opened(old))
            after = open_folders.enter_context(opened(new)) if new is not None else current()
            for word in subjects:
                known = (*before.compiled.subjects, *after.compiled.subjects)
                if word not in known:
                    raise click.UsageError(
                        f"没有主题 `{word}`，{did_you_mean(word, known)}", click.get_current_context()
                    )
            source = read_source(ledger) if ledger is not None else None
            found = compare_sides(before, after, subjects, source, date.today().toordinal())  # noqa: DTZ011
        except DiagnosticsError as error:
            write_error(render_all(error.diagnostics, {source.path: source.text} if source else {}))
            return Exit.BAD_INPUT
    if format_ == "json":
        write_out(json_text(difference_json(found)))
    else:
        write_out(_FORMATS[format_](difference_page(found, limit)))
    return Exit.PERMITTED if found.is_same and not found.cites_otherwise else Exit.REFUSED
