"""`policy-engine sql`: the rules of a subject as views for a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.completing import subjects
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import output_options
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.telling import tell
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends

if TYPE_CHECKING:  # help needs none of it
    from policy_engine.relational import Plan
    from policy_engine.reporting.told import Json

_HELP = """把一个主题的规则写成 SQL 视图，在数据库里逐行审查一张表。

表里一行一件，一个字段一列；空值（NULL）就是不知道，列表写成“甲;乙”，日期写成 2026-01-15 或者“未发生”，数字用字段自己的单位。
视图“表名_逐条”有每条规则的状态，“表名_结论”只有结论和依据。表里写的是已经核过的事实：申报声明、隐含值、文字疑似不在 SQL 里推。"""
_FORMATS = ("text", "json")
_DIALECTS = ("duckdb", "postgres", "spark", "sqlite")
_LONGEST = 100


@click.command(cls=Command, help=_HELP, arguments=[("SUBJECT", "主题，例如 采购事项")])
@click.argument("subject", metavar="SUBJECT", shell_complete=subjects)
@click.option("--dialect", type=OneOf(_DIALECTS), required=True, help="哪一种数据库")
@click.option("--table", metavar="表名", help="读哪一张表；不写用主题的名称")
@output_options(_FORMATS)
@rule_base_options
def sql(*, subject: str, dialect: str, table: str | None, rules: Path | None, schemas: Path | None) -> int:
    """Print the views of a subject."""
    base = rule_base(rules, schemas)
    compiled = ruled(base, reads_examples=False)
    known = compiled.rule_set.vocabulary.subjects
    if subject not in known:
        told = f"没有主题 `{both_ends(subject, _LONGEST)}`；{did_you_mean(subject, known)}"
        raise click.UsageError(told, click.get_current_context())
    if table is not None and not table.strip():
        raise click.UsageError("--table 是空的；写一个表名", click.get_current_context())
    from policy_engine.relational import DIALECTS, plan_subject, views_text  # noqa: PLC0415 - help needs none of it

    plan = plan_subject(compiled, subject, DIALECTS[dialect], table)
    remarks = (
        f"{subject}：{len(plan.statuses)} 条规则，{DIALECTS[dialect].label}",
        base.described(compiled.rule_set.version),
        "规则状态：true 违反（许可、分类为成立），satisfied 符合，unknown 待核实，not_applicable 不适用，out_of_force 不在效力范围，",
        "  excepted 有例外，defeated 被排除，clear 无违反。NULL 是不知道；@refused 不是空的，那一行填报有误，没有结论。",
    )
    written = views_text(plan, remarks)
    return tell(
        Exit.PERMITTED, lambda: written.rstrip("\n"), lambda: [_json(plan, subject, written)], remarks[0]
    )


def _json(plan: Plan, subject: str, written: str) -> Json:
    return {
        "subject": subject,
        "dialect": plan.dialect.name,
        "table": plan.table,
        "columns": [{"name": name, "type": one.type} for name, one in plan.inputs],
        "sql": written,
    }
