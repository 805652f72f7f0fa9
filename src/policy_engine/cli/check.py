"""`policy-engine check`: decide the cases of files, each in its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.checking import Asked, entry_of, rows_of, summed_up, tell
from policy_engine.cli.chinese import Command, OneOf, Whole
from policy_engine.cli.completing import files
from policy_engine.cli.inputs import Day, GivenTable, read_input
from policy_engine.cli.output import output_options
from policy_engine.cli.papers import is_paper, is_table, need_writer, put_lists, put_paper, refuse_for_paper
from policy_engine.cli.recording import Recorder, record_options, recorder
from policy_engine.cli.rule_base import RuleBase, rule_base, rule_base_options, ruled, sources_of
from policy_engine.cli.run import Run, this_run
from policy_engine.cli.streams import fitted, write_error, write_out
from policy_engine.cli.today import today_in_china
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.foundation.records import replace
from policy_engine.loading.cases import CaseDefaults, Row
from policy_engine.model.calendar import iso
from policy_engine.model.cases import Case
from policy_engine.model.catalogue import Catalogue
from policy_engine.reporting.render import FORMATS, VIEWS, Entry
from policy_engine.usecases import Engine

if TYPE_CHECKING:
    from policy_engine.ledger.running import Opened
    from policy_engine.ledger.stored import StoredTable

_HELP = """审查文件里的案件，说明结论和依据。

CASE 是 YAML 或 JSON 文件，写 - 从标准输入读取；可以写几个文件，一个文件可以有几个案件。
有几件的，先列各件结论；填报有误的一件指出错误，占它自己的位置，其余的照常审查。
没有写基准日的，按中国时间的今天审查。
-o 的文件名以 .docx、.pdf、.html 结尾的，写成一件审核意见书，可以打印、签署。
以 .xlsx 结尾的，写成核对表：合同列要素核对表，派员列派员核对表，企业、区域列重点对象名录；可以有几件。
--record 登记：编号存档，意见书上印编号和摘要；以后用 policy-engine records 查找、核对、重审。"""


@click.command(cls=Command, help=_HELP, arguments=[("CASE...", "案件文件，或 -；可以写几个")])
@click.argument("case", metavar="CASE...", nargs=-1, shell_complete=files)
@click.option(
    "--row",
    "ledger_row",
    type=(GivenTable(), Whole(1)),
    metavar="清单 行号",
    help="审查清单（.xlsx、.csv、.jsonl、.parquet 或者数据库的一张表）里的一行，给出完整意见；行号按 Excel 里显示的",
)
@click.option("--as-of", type=Day(), metavar="日期", help="按哪一天的规定审查（优先于文件里写的）")
@click.option("--jurisdiction", metavar="地区", help="按哪个地区审查（优先于文件里写的）")
@click.option(
    "--engine", type=OneOf(e.value for e in Engine), default="both", help="用哪个引擎；both 为双引擎复核"
)
@click.option("--view", type=OneOf(VIEWS), default="official", help="给谁看：审核人员、审计、规则作者")
@output_options(FORMATS)
@click.option(
    "--catalogue", metavar="文件", help="本级指导性目录（YAML 或 CSV）；写 中央本级 用自带的中央目录"
)
@click.option("--what-if", is_flag=True, help="不能实施的，说明怎样调整项目才能实施")
@click.option("--reasons", is_flag=True, help="不能实施的，列出足以得出这一结论的各组事实")
@record_options
@rule_base_options
def check(
    *,
    case: tuple[str, ...],
    ledger_row: tuple[Path | StoredTable, int] | None,
    as_of: int | None,
    jurisdiction: str | None,
    engine: str,
    view: str,
    catalogue: str | None,
    what_if: bool,
    reasons: bool,
    record: bool,
    by: str | None,
    place: str | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Decide and print; the exit code is the worst verdict's."""
    run = this_run()
    if bool(case) is (ledger_row is not None):
        told = "CASE 和 --row 只写一个" if case else "缺少参数 CASE：写案件文件，或者 --row 清单 行号"
        raise click.UsageError(told, click.get_current_context())
    _check_names(case)
    if is_paper(run) or is_table(run):
        _check_paper(view, what_if, reasons)
        need_writer(run)
    base = rule_base(rules, schemas)
    records = recorder(base, asked=record, by=by, place=place, engine=Engine(engine))
    compiled = ruled(base, reads_examples=False)
    listed = _listed(catalogue, compiled, base) if catalogue is not None else None
    defaults = CaseDefaults(today=today_in_china(), as_of=as_of, jurisdiction=jurisdiction)
    asked = Asked(compiled, Engine(engine), listed, ways=what_if, reasons=reasons, records=records)
    found = (
        rows_of(case, read_input, compiled, defaults, run)
        if ledger_row is None
        else [_ledger_row(ledger_row, defaults, compiled, base)]
    )
    return _finish(found, asked, view, defaults.today, run)


def _finish(found: Iterable[tuple[str, Row]], asked: Asked, view: str, today: int, run: Run) -> int:
    rows = tuple(found)
    entries = tuple(entry_of(index, file, row, asked) for index, (file, row) in enumerate(rows, start=1))
    if is_paper(run):
        _check_single(entries)
    if asked.records is not None:
        entries = _filed(entries, [row.case for _, row in rows], asked.records, asked.compiled, run)
    checked, code = summed_up(entries, asked, view, today, run)
    if is_paper(run):
        _put_on_paper(entries, asked.compiled, run)
    elif is_table(run):
        _put_in_table(entries, asked.compiled, run)
    else:
        tell(checked, run)
    return code


def tell_row(opened: Opened, number: int, compiled: CompiledRuleSet, run: Run) -> int:
    """Give the full opinion of one row of a ledger."""
    asked = Asked(compiled, Engine.BOTH, None, ways=False, reasons=False)
    found = [(opened.table.path, _row_of(opened, number))]
    return _finish(found, asked, "official", opened.reading.defaults.today, run)


def _ledger_row(
    named: tuple[Path | StoredTable, int], defaults: CaseDefaults, compiled: CompiledRuleSet, base: RuleBase
) -> tuple[str, Row]:
    from policy_engine.ledger.running import Asked, open_ledger  # noqa: PLC0415 - rarely wanted
    from policy_engine.usecases.aggregating import aggregates_of  # noqa: PLC0415 - as above

    path, number = named
    asked = Asked(
        path=path,
        as_of=iso(defaults.as_of) if defaults.as_of is not None else None,
        jurisdiction=defaults.jurisdiction,
        today=defaults.today,
    )
    # What is looked for in the whole list tells which heads are none of a row's.
    opened = open_ledger(asked, compiled, aggregates_of(sources_of(base), compiled.rule_set))
    return opened.table.path, _row_of(opened, number)


def _row_of(opened: Opened, number: int) -> Row:
    from policy_engine.ledger.running import line_of  # noqa: PLC0415 - rarely wanted

    line = line_of(opened, number)
    span = opened.reading.span(line)
    try:
        case = opened.reading.case(line)
    except DiagnosticsError as error:
        return Row(index=number, name="", span=span, case=None, diagnostics=error.diagnostics)
    return Row(index=number, name=case.name, span=span, case=case, diagnostics=())


def _check_paper(view: str, what_if: bool, reasons: bool) -> None:
    for name, is_asked in (
        ("--view", view != "official"),
        ("--what-if", what_if),
        ("--reasons", reasons),
    ):
        if is_asked:
            refuse_for_paper(name)


def _put_on_paper(entries: tuple[Entry, ...], compiled: CompiledRuleSet, run: Run) -> None:
    """Write the paper on the one case there is; of a case that was refused say why, and write nothing."""
    problems = [d for entry in entries for d in entry.diagnostics]
    if problems:
        write_error(fitted(render_all(problems, run.texts)))
    for entry in entries:
        if entry.decision is not None:
            filed = entry.recorded
            put_paper(entry.decision, compiled.rule_set, run, filed.filing if filed is not None else None)
            if filed is not None:
                # The paper is in a file: the number is told here.
                write_out(filed.words)


def _put_in_table(entries: tuple[Entry, ...], compiled: CompiledRuleSet, run: Run) -> None:
    problems = [d for entry in entries for d in entry.diagnostics]
    if problems:
        write_error(fitted(render_all(problems, run.texts)))
    for entry in entries:
        if entry.recorded is not None:
            write_out(entry.recorded.words)
    put_lists(entries, compiled, run)


def _check_single(entries: tuple[Entry, ...]) -> None:
    if len(entries) > 1:
        raise click.UsageError(
            f"一份意见书写一件，这里有 {len(entries)} 件：一件一件地审查", click.get_current_context()
        )


def _filed(
    entries: tuple[Entry, ...],
    cases: Sequence[Case | None],
    records: Recorder,
    compiled: CompiledRuleSet,
    run: Run,
) -> tuple[Entry, ...]:
    """File what was decided, all of it or nothing, before anything is shown."""
    opinions = [
        (entry.decision, case)
        for entry, case in zip(entries, cases, strict=True)
        if entry.decision is not None and case is not None
    ]
    # One call for all: the store files them in one transaction.
    filed = iter(records.file(opinions, compiled.rule_set, run))
    return tuple(
        replace(entry, recorded=next(filed)) if entry.decision is not None else entry for entry in entries
    )


def _listed(name: str, compiled: CompiledRuleSet, base: RuleBase) -> Catalogue:
    from policy_engine.cli.catalogue import read_catalogue  # noqa: PLC0415 - rarely wanted

    return read_catalogue(name, compiled.rule_set.areas, base)


def _check_names(names: tuple[str, ...]) -> None:
    if names.count("-") > 1:
        raise click.UsageError("标准输入（-）只能写一次", click.get_current_context())
