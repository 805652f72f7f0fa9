"""`policy-engine sql`: the rules of a subject as views for a database; or what these would say of a table, found here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.completing import subjects
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import GivenPath
from policy_engine.cli.output import OutputError, output_options
from policy_engine.cli.progress import Progress
from policy_engine.cli.rule_base import RuleBase, rule_base, rule_base_options, ruled, sources_of
from policy_engine.cli.run import this_run
from policy_engine.cli.telling import tell
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends, shown_path
from policy_engine.model.decisions import Status

if TYPE_CHECKING:  # help needs none of it
    from policy_engine.compilation import CompiledRuleSet
    from policy_engine.ledger.closed_table import ClosedCounts
    from policy_engine.relational import Plan
    from policy_engine.relational.looking import AggregatePlan
    from policy_engine.reporting.told import Json

_HELP = """把一个主题的规则写成 SQL 视图，在数据库里逐行审查一张表。

表里一行一件，一个字段一列；空值（NULL）就是不知道，列表写成“甲;乙”，日期写成 2026-01-15 或者“未发生”，数字用字段自己的单位。
视图“表名_逐条”有每条规则的状态，“表名_结论”只有结论和依据。表里写的是已经核过的事实：申报声明、隐含值、文字疑似不在 SQL 里推。
--aggregates 另写合起来才看得出的：“表名_汇总_编号”是查出和可能有的各组，“表名_汇总_编号_行”是各组的行。

没有数据库的，--run 表.parquet -o 结论.parquet（或者 .csv）就在这里审，列和答案同视图一样；加 --each 也写每条规则的状态。"""
_FORMATS = ("text", "json")
_DIALECTS = ("duckdb", "postgres", "spark", "sqlite")
_LONGEST = 100


_TABLES = (".parquet", ".csv")
_STATUSES = {
    Status.TRUE: "违反（许可、分类为成立）",
    Status.SATISFIED: "符合",
    Status.UNKNOWN: "待核实",
    Status.NOT_APPLICABLE: "不适用",
    Status.OUT_OF_FORCE: "不在效力范围",
    Status.EXCEPTED: "有例外",
    Status.DEFEATED: "被排除",
    Status.CLEAR: "无违反",
}
_MOST_SHOWN = 40


def _is_table(path: str) -> bool:
    # Views are text: nobody keeps them under such a name.
    return Path(path).suffix.lower() in _TABLES


@click.command(cls=Command, help=_HELP, arguments=[("SUBJECT", "主题，例如 采购事项")])
@click.argument("subject", metavar="SUBJECT", shell_complete=subjects)
@click.option("--dialect", type=OneOf(_DIALECTS), help="哪一种数据库")
@click.option("--table", metavar="表名", help="读哪一张表；不写用主题的名称")
@click.option("--aggregates", "is_whole", is_flag=True, help="也写规则库对整份清单的汇总")
@click.option(
    "--run", "given", type=GivenPath(), metavar="文件", help="不写 SQL，就在这里审这张表（.parquet）"
)
@click.option("--each", is_flag=True, help="同 --run：也写每条规则的状态和推算的值")
@output_options(_FORMATS, elsewhere=_is_table)
@rule_base_options
def sql(
    *,
    subject: str,
    dialect: str | None,
    table: str | None,
    is_whole: bool,
    given: Path | None,
    each: bool,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Print the views of a subject, or decide a table by them."""
    _check_usage(dialect, table, given, is_each=each, is_whole=is_whole)
    base = rule_base(rules, schemas)
    compiled = ruled(base, reads_examples=False)
    known = compiled.rule_set.vocabulary.subjects
    if subject not in known:
        told = f"没有主题 `{both_ends(subject, _LONGEST)}`；{did_you_mean(subject, known)}"
        raise click.UsageError(told, click.get_current_context())
    if table is not None and not table.strip():
        raise click.UsageError("--table 是空的；写一个表名", click.get_current_context())
    if given is not None:
        return _run(base, compiled, subject, given, is_each=each)
    assert dialect is not None
    from policy_engine.relational import DIALECTS, plan_subject, views_text  # noqa: PLC0415 - help needs none of it

    plan = plan_subject(compiled, subject, DIALECTS[dialect], table)
    aggregates = _aggregates(base, compiled, plan, subject) if is_whole else ()
    remarks = [
        f"{subject}：{len(plan.statuses)} 条规则，{DIALECTS[dialect].label}",
        base.described(compiled.rule_set.version),
        f"规则状态：{'，'.join(f'{status.value} {word}' for status, word in _STATUSES.items())}。",
        "  NULL 是不知道；@refused 不是空的，那一行填报有误，没有结论。",
    ]
    if is_whole:
        remarks += [
            f"汇总 {len(aggregates)} 项：{'、'.join(f'{one.aggregate.id} {one.aggregate.title}' for one in aggregates)}",
            "  @low、@high 是所量的数至少、至多多少，NULL 是没有界；@known 只算已经填的；金额等以末位为单位（两位小数的万元，1 是 0.01 万元）。",
        ]
    written = views_text(plan, remarks, aggregates)
    return tell(
        Exit.PERMITTED,
        lambda: written.rstrip("\n"),
        lambda: [_json(plan, aggregates, subject, written)],
        remarks[0],
    )


def _aggregates(
    base: RuleBase, compiled: CompiledRuleSet, plan: Plan, subject: str
) -> tuple[AggregatePlan, ...]:
    from policy_engine.evaluation.groups import part_words  # noqa: PLC0415 - help needs none of it
    from policy_engine.relational import plan_aggregates, view_names  # noqa: PLC0415
    from policy_engine.reporting.words import full_citation  # noqa: PLC0415
    from policy_engine.usecases.aggregating import aggregates_of  # noqa: PLC0415

    about = [one for one in aggregates_of(sources_of(base), compiled.rule_set) if one.subject.name == subject]
    articles = {rule.id: full_citation(rule.citation) for rule in compiled.subjects[subject].written}
    return plan_aggregates(plan, about, articles, part_words, view_names(plan)[1])


def _json(plan: Plan, aggregates: tuple[AggregatePlan, ...], subject: str, written: str) -> Json:
    from policy_engine.relational import inputs_of_both  # noqa: PLC0415 - help needs none of it

    return {
        "subject": subject,
        "dialect": plan.dialect.name,
        "table": plan.table,
        "columns": [{"name": name, "type": one.type} for name, one in inputs_of_both(plan, aggregates)],
        "sql": written,
    }


def _check_usage(
    dialect: str | None, table: str | None, given: Path | None, *, is_each: bool, is_whole: bool
) -> None:
    context, run = click.get_current_context(), this_run()
    if given is None:
        if dialect is None:
            raise click.UsageError(
                f"写 --dialect {'、'.join(_DIALECTS)} 之一，或者 --run 表.parquet", context
            )
        if is_each:
            raise click.UsageError("--each 只同 --run 一起写；视图“表名_逐条”总有每条规则的状态", context)
        if run.elsewhere is not None:
            raise click.UsageError(f"`{run.elsewhere}` 不是 SQL；审一张表写 --run 表.parquet", context)
        return
    if dialect is not None or table is not None or is_whole:
        raise click.UsageError("--run 就在这里审，不写 --dialect、--table、--aggregates", context)
    if run.elsewhere is None:
        told = f"`{run.output}` 的输出写不了；" if run.output else ""
        raise click.UsageError(f"{told}写 -o 输出文件，{'、'.join(_TABLES)}，例如 -o 结论.parquet", context)


def _run(base: RuleBase, compiled: CompiledRuleSet, subject: str, given: Path, *, is_each: bool) -> int:
    from policy_engine.ledger.closed_answers import write_answers  # noqa: PLC0415 - help needs none of it
    from policy_engine.ledger.closed_table import Block, ClosedCounts, open_closed  # noqa: PLC0415
    from policy_engine.relational import DIALECTS, plan_subject  # noqa: PLC0415
    from policy_engine.reporting.told import file_input  # noqa: PLC0415

    run = this_run()
    run.inputs = (file_input(1, str(given)),)
    assert run.elsewhere is not None
    output = Path(run.elsewhere)
    # Its columns have the names that every database is told.
    plan = plan_subject(compiled, subject, DIALECTS["duckdb"])
    table, counts, progress = open_closed(given, compiled, subject, plan), ClosedCounts(), Progress()

    def blocks() -> Iterator[Block]:
        progress(0, table.rows)
        for block in table.blocks():
            counts.add(block)
            yield block
            progress(counts.rows, table.rows)

    try:
        write_answers(output, blocks(), plan, is_each=is_each)
    except OSError as error:
        raise OutputError(str(output), error) from error
    code = Exit.BAD_INPUT if counts.refused else Exit.PERMITTED
    decided = counts.rows - sum(counts.refused.values())
    words = f"{subject}：{counts.rows} 行，有结论的 {decided} 行，填报有误的 {counts.rows - decided} 行"
    lines = (words, *_told(counts, plan), base.described(compiled.rule_set.version), _where(output))
    return tell(code, lambda: "\n".join(lines), lambda: [_counted(counts, subject, output)], words)


def _where(output: Path) -> str:
    return f"逐行的结论写在 {shown_path(str(output))}"


def _told(counts: ClosedCounts, plan: Plan) -> Iterator[str]:
    yield from (f"  {word}：{rows} 行" for word, rows in counts.verdicts.most_common() if rows)
    if counts.refused:
        yield "没有结论的（按哪一列读不了，或者哪一条说不能同时成立）："
        yield from (f"  {what}：{rows} 行" for what, rows in counts.refused.most_common(_MOST_SHOWN))
    carried = [(rule, rows) for rule, rows in counts.grounds.most_common() if rows]
    if carried:
        yield "结论的依据，各多少行："
        yield from (f"  {rule}：{rows}" for rule, rows in carried[:_MOST_SHOWN])
        if len(carried) > _MOST_SHOWN:
            yield f"  另有 {len(carried) - _MOST_SHOWN} 条，见 --format json"
    yield "规则的状态，各多少行："
    for rule in plan.statuses:
        by_status = counts.statuses.get(rule, Counter())
        told = "、".join(f"{_STATUSES[status]} {rows}" for status, rows in by_status.items() if rows)
        yield f"  {rule}：{told}"


def _counted(counts: ClosedCounts, subject: str, output: Path) -> Json:
    return {
        "subject": subject,
        "output": str(output),
        "rows": counts.rows,
        "decided": counts.rows - sum(counts.refused.values()),
        "verdicts": {word: rows for word, rows in counts.verdicts.items() if rows},
        "refused": dict(counts.refused),
        "grounds": {rule: rows for rule, rows in counts.grounds.items() if rows},
        "statuses": {
            rule: {status.value: rows for status, rows in by_status.items() if rows}
            for rule, by_status in counts.statuses.items()
        },
    }
