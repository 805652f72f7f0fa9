"""`policy-engine cost`: what a service costs a government that performs it and one that buys it."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import read_input
from policy_engine.cli.rule_base import rule_base
from policy_engine.cli.streams import write_error, write_out
from policy_engine.cli.vocabulary import beneath_here
from policy_engine.foundation.diagnostics import DiagnosticsError, raise_errors, render_all
from policy_engine.foundation.text import json_text
from policy_engine.loading.costs import load_costs
from policy_engine.loading.files import SourceText, read_source
from policy_engine.loading.problems import Problems
from policy_engine.loading.vocabulary import load_form
from policy_engine.model.vocabulary import Subject
from policy_engine.reporting.blank_case import blank_form
from policy_engine.reporting.cost_page import cost_json, cost_page
from policy_engine.reporting.page import as_markdown, as_text

_SCHEMA = "cost.schema.json"
_HELP = """比较自行承担与购买服务的成本，列明算法和假设。只算所填的数，供立项参考，不是审查结论。

FILE 是 YAML 文件，写 - 从标准输入读取；用 --new 生成一份空白表。
退出码：0 比出了结果；2 用法或文件有误；3 有一边一项支出都没有填，不能比较。"""
_FORMATS = {"text": as_text, "markdown": as_markdown}


@click.command(cls=Command, help=_HELP, arguments=[("[FILE]", "成本比较文件，或 -")])
@click.argument("file", metavar="[FILE]", required=False)
@click.option("--new", is_flag=True, help="输出一份带说明的空白表")
@click.option("--format", "format_", type=OneOf((*_FORMATS, "json")), default="text", help="输出格式")
def cost(*, file: str | None, new: bool, format_: str) -> int:
    """Compare and print."""
    path = rule_base(None, None).files.schemas / _SCHEMA
    form = _form(path)
    if new:
        write_out(blank_form(form, beneath_here(path)))
        return Exit.PERMITTED
    if file is None:
        raise click.UsageError("缺少 FILE", click.get_current_context())
    source = SourceText(file, "")
    try:
        source = read_input(file)
        found = load_costs(source, form)
    except DiagnosticsError as error:
        write_error(render_all(error.diagnostics, {source.path: source.text}))
        return Exit.BAD_INPUT
    if format_ == "json":
        write_out(json_text([cost_json(comparison) for comparison in found]))
    else:
        write_out("\n".join(_FORMATS[format_](cost_page(comparison)) for comparison in found))
    return Exit.OPEN if any(comparison.saving is None for comparison in found) else Exit.PERMITTED


def _form(path: Path) -> Subject:
    problems = Problems()
    form = load_form(read_source(path), problems)
    raise_errors(problems.found)
    assert form is not None
    return form
