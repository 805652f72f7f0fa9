"""`policy-engine sources`: the documents the rules rest on, and whether their texts still say what was encoded."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from policy_engine.cli.chinese import Command, Folder, OneOf
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import choose_rule_base, rule_base, rule_base_options, ruled, told
from policy_engine.cli.streams import write_error, write_lines, write_out
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.foundation.text import json_text
from policy_engine.reporting.sources_page import comparison_lines, documents_json, documents_lines
from policy_engine.usecases import read_sources
from policy_engine.usecases.verifying import (
    REGISTER,
    find_problems,
    register_text,
    renewed_lists,
    verify_texts,
)

_VERIFY_HELP = """把规则库与来源文本比对：引文逐字（不计空白）在原文哪一行，编写时所依据的段落有没有变动。

没有问题退出码为 0，有问题为 1，用法或文件有误为 2。"""


@click.command("list", cls=Command, help="列出登记的文件：文号、效力、地域、起止、核对和编写程度。")
@click.option("--format", "format_", type=OneOf(("text", "json")), default="text", help="输出格式")
@rule_base_options
def list_sources(*, format_: str, rules: Path | None, schemas: Path | None) -> int:
    """Print the register of documents."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base).rule_set
    if format_ == "json":
        write_out(json_text(documents_json(rule_set)))
    else:
        write_lines([*documents_lines(rule_set), base.described(rule_set.version)])
    return Exit.PERMITTED


@click.command(cls=Command, help=_VERIFY_HELP)
@click.option(
    "--against",
    type=Folder(),
    required=True,
    metavar="目录",
    help="来源文本所在的目录",
)
@click.option("--update", is_flag=True, help=f"核对以后，按现在的文本更新 rules/{REGISTER}")
@rule_base_options
def verify(*, against: Path, update: bool, rules: Path | None, schemas: Path | None) -> int:
    """Compare, print what was found, and renew the register where asked."""
    base = choose_rule_base((), rules, schemas).base
    files = base.files
    texts: dict[str, str] = {}
    try:
        read = read_sources(files)
        texts = read.texts
        verified = verify_texts(files, read, against)
    except DiagnosticsError as error:
        write_error(told(error, texts))
        sys.exit(Exit.BAD_INPUT)
    register = files.rules / REGISTER
    problems = find_problems(verified)
    if problems:
        write_error(render_all(problems, texts))
    lines = comparison_lines(verified.rule_set, verified.texts, verified.anchors, verified.quotes)
    write_lines([*lines, base.described(read.version)])
    if update:
        register.write_text(register_text(verified), encoding="utf-8")
        write_lines([f"已更新 {register}"])
        for shown, text in renewed_lists(verified, read).items():
            path = files.rules / Path(*Path(shown).parts[1:])
            path.write_text(text, encoding="utf-8")
            write_lines([f"已更新 {path}"])
    return Exit.REFUSED if problems else Exit.PERMITTED
