"""`policy-engine template`: a blank list in Excel, to be handed out, filled in and given to `batch`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.completing import subjects
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import OutputError, output_options, write_whole_bytes
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.run import this_run
from policy_engine.cli.telling import tell
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends, shown_path

if TYPE_CHECKING:  # help needs none of it
    from policy_engine.reporting.told import Json

_HELP = """生成一份空白清单（Excel），发给各单位填，填好交 batch 审查。

一行一件。先是普通事项要填的几栏，写 --all 是全部栏目；选项和是否从下拉列表里选，每一栏的问题和填法写在表头的批注里，另有“填写说明”一页。
第 2 行是示例，不审，可以删去。"""
_FORMATS = ("text", "json")
_LONGEST = 100


@click.command(cls=Command, help=_HELP, arguments=[("SUBJECT", "主题，例如 采购事项")])
@click.argument("subject", metavar="SUBJECT", shell_complete=subjects)
@click.option("--all", "everything", is_flag=True, help="写出全部栏目，按组排列")
@click.option("--force", is_flag=True, help="-o 写的文件已经有了的，覆盖")
@output_options(_FORMATS, elsewhere=lambda _path: True)
@rule_base_options
def template(*, subject: str, everything: bool, force: bool, rules: Path | None, schemas: Path | None) -> int:
    """Write a blank list."""
    path = _output(force=force)
    base = rule_base(rules, schemas)
    rule_set = ruled(base, reads_examples=False).rule_set
    known = rule_set.vocabulary.subjects
    if subject not in known:
        told = f"没有主题 `{both_ends(subject, _LONGEST)}`；{did_you_mean(subject, known)}"
        raise click.UsageError(told, click.get_current_context())
    from policy_engine.ledger.blank import blank_columns  # noqa: PLC0415 - help needs none of it
    from policy_engine.ledger.blank_workbook import blank_workbook  # noqa: PLC0415

    columns = blank_columns(known[subject], everything=everything)
    made = blank_workbook(known[subject], columns, _remarks(subject, base.described(rule_set.version)))
    try:
        write_whole_bytes(path, made)
    except OSError as error:
        raise OutputError(str(path), error) from error
    shown = shown_path(str(path))
    result: Json = {"output": str(path), "subject": subject, "columns": [column.head for column in columns]}
    lines = (
        f"空白清单写在 {shown}：{subject}，{len(columns)} 栏",
        f"填好以后：policy-engine batch {shown} --subject {subject} -o 结果.xlsx",
    )
    return tell(Exit.PERMITTED, lambda: "\n".join(lines), lambda: [result], lines[0])


def _output(*, force: bool) -> Path:
    context = click.get_current_context()
    name = this_run().elsewhere
    if name is None:
        raise click.UsageError("写 -o 输出文件，例如 -o 清单.xlsx", context)
    path = Path(name)
    if path.suffix.lower() != ".xlsx":
        raise click.UsageError(f"`{shown_path(name)}` 的输出写不了；写 .xlsx", context)
    if os.path.lexists(path) and not force:
        told = f"`{shown_path(name)}` 已经有了，没有覆盖；换一个名字，要覆盖的加 --force"
        raise click.UsageError(told, context)
    return path


def _remarks(subject: str, described: str) -> tuple[str, ...]:
    return (
        f"{subject}清单：一行一件，在第一个工作表里填；表头不要改，不合并单元格，不用填的整列可以删去。",
        "空着就是没有填，不等于“没有”。没有其他情形的，在“申报声明人”一栏署名。",
        "以“【示例】”开头的行不审；要用那一行的，把“【示例】”几个字删去。同一组的栏目，表头颜色相同。",
        f"填好以后：policy-engine batch 这个文件 --subject {subject} -o 结果.xlsx",
        described,
    )
