"""`policy-engine cost`: what a service costs a government that performs it and one that buys it."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.colour import as_page
from policy_engine.cli.completing import files
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import read_input
from policy_engine.cli.output import output_options, put
from policy_engine.cli.rule_base import rule_base
from policy_engine.cli.run import this_run
from policy_engine.cli.telling import tell
from policy_engine.cli.vocabulary import beneath_here
from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.loading.costs import load_costs
from policy_engine.loading.files import read_source
from policy_engine.loading.problems import Problems
from policy_engine.loading.vocabulary import load_form
from policy_engine.model.vocabulary import Subject
from policy_engine.reporting.blank_case import blank_form
from policy_engine.reporting.cost_page import cost_json, cost_page
from policy_engine.reporting.page import as_markdown, as_text
from policy_engine.reporting.told import file_input

_SCHEMA = "cost.schema.json"
_HELP = """比较自行承担与购买服务的成本，列明算法和假设。只算所填的数，供立项参考，不是审查结论。

FILE 是 YAML 文件，写 - 从标准输入读取；用 --new 生成一份空白表。
退出码：0 比出了结果；2 用法或文件有误；3 有一边一项支出都没有填，不能比较。"""
_FORMATS = {"text": as_text, "markdown": as_markdown}


@click.command(cls=Command, help=_HELP, arguments=[("[FILE]", "成本比较文件，或 -")])
@click.argument("file", metavar="[FILE]", required=False, shell_complete=files)
@click.option("--new", is_flag=True, help="输出一份带说明的空白表")
@output_options((*_FORMATS, "json"))
def cost(*, file: str | None, new: bool) -> int:
    """Compare and print."""
    run = this_run()
    base = rule_base(None, None)
    path = base.files.schemas / _SCHEMA
    form = _form(path)
    if new:
        run.format = "text"
        put(f"{blank_form(form, beneath_here(path))}# {base.form_words}", run)
        return Exit.PERMITTED
    if file is None:
        raise click.UsageError("缺少 FILE", click.get_current_context())
    run.inputs = (file_input(1, file),)
    run.given[file] = ""
    source = read_input(file)
    run.given[source.path] = source.text
    found = load_costs(source, form)
    is_open = any(comparison.saving is None for comparison in found)
    return tell(
        Exit.OPEN if is_open else Exit.PERMITTED,
        lambda: as_page(
            "\n".join([*(_FORMATS[run.format](cost_page(one)) for one in found), base.form_words])
        ),
        lambda: (cost_json(comparison) for comparison in found),
        f"比较 {len(found)} 项",
    )


def _form(path: Path) -> Subject:
    problems = Problems()
    form = load_form(read_source(path), problems)
    raise_errors(problems.found)
    assert form is not None
    return form
