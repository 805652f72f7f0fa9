"""`policy-engine check`: decide the cases of files, each in its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.colour import as_page
from policy_engine.cli.completing import files
from policy_engine.cli.exits import Exit, exit_of, worst
from policy_engine.cli.inputs import Day, GivenTable, read_input
from policy_engine.cli.output import output_options, put
from policy_engine.cli.papers import is_paper, is_table, need_writer, put_lists, put_paper, refuse_for_paper
from policy_engine.cli.recording import Recorder, record_options, recorder
from policy_engine.cli.rule_base import RuleBase, rule_base, rule_base_options, ruled
from policy_engine.cli.run import Run, this_run
from policy_engine.cli.streams import fitted, write_error, write_out
from policy_engine.cli.today import today_in_china
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.consulting import consult
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, render_all
from policy_engine.foundation.spans import Span, file_span
from policy_engine.loading.cases import CaseDefaults, CaseFile, Row, load_rows
from policy_engine.model.calendar import iso
from policy_engine.model.cases import Case
from policy_engine.model.catalogue import Catalogue
from policy_engine.model.decisions import Decision
from policy_engine.reporting.render import FORMATS, VIEWS, Addition, Checked, Entry, summary_words
from policy_engine.reporting.told import Input, Json, Status
from policy_engine.usecases import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.usecases import check as decide
from policy_engine.usecases.checking import engine_fault

if TYPE_CHECKING:
    from policy_engine.ledger.running import Opened
    from policy_engine.ledger.stored import StoredTable
    from policy_engine.reporting.findings import Report

_HELP = """审查文件里的案件，说明结论和依据。

CASE 是 YAML 或 JSON 文件，写 - 从标准输入读取；可以写几个文件，一个文件可以有几个案件。
有几件的，先列各件结论；填报有误的一件指出错误，占它自己的位置，其余的照常审查。
没有写基准日的，按中国时间的今天审查。
-o 的文件名以 .docx、.pdf、.html 结尾的，写成一件审核意见书，可以打印、签署。
以 .xlsx 结尾的，写成核对表：合同列要素核对表，派员列派员核对表，企业、区域列重点对象名录；可以有几件。
--record 登记：编号存档，意见书上印编号和摘要；以后用 policy-engine records 查找、核对、重审。"""
_EXITS = {Status.REFUSED: Exit.BAD_INPUT, Status.FAILED: Exit.BROKEN}


@click.command(cls=Command, help=_HELP, arguments=[("CASE...", "案件文件，或 -；可以写几个")])
@click.argument("case", metavar="CASE...", nargs=-1, shell_complete=files)
@click.option(
    "--row",
    "ledger_row",
    type=(GivenTable(), click.IntRange(1)),
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
    _check_names(case, run)
    if is_paper(run) or is_table(run):
        _check_paper(view, what_if, reasons)
        need_writer(run)
    base = rule_base(rules, schemas)
    records = recorder(base, asked=record, by=by, place=place, engine=Engine(engine))
    compiled = ruled(base, reads_examples=False)
    listed = _listed(catalogue, compiled, base) if catalogue is not None else None
    defaults = CaseDefaults(today=today_in_china(), as_of=as_of, jurisdiction=jurisdiction)
    asked = _Asked(compiled, Engine(engine), listed, ways=what_if, reasons=reasons, records=records)
    found = (
        _rows(case, compiled, defaults, run)
        if ledger_row is None
        else [_ledger_row(ledger_row, defaults, compiled)]
    )
    return _finish(found, asked, view, defaults.today, run)


def _finish(found: Iterable[tuple[str, Row]], asked: _Asked, view: str, today: int, run: Run) -> int:
    rows = tuple(found)
    entries = tuple(_entry(index, file, row, asked) for index, (file, row) in enumerate(rows, start=1))
    if is_paper(run):
        _check_single(entries)
    if asked.records is not None:
        entries = _filed(entries, [row.case for _, row in rows], asked.records, asked.compiled, run)
    run.inputs = tuple(entry.input for entry in entries)
    # Only then does the clock show in what is printed; else the same case gives the same bytes on any day.
    run.today = today if any(_is_of_today(entry) for entry in entries) else None
    code = worst(map(_exit, entries))
    checked = Checked(
        entries=entries, compiled=asked.compiled, view=view, report=_reporting(entries, run, code)
    )
    if is_paper(run):
        _put_on_paper(entries, asked.compiled, run)
    elif is_table(run):
        _put_in_table(entries, asked.compiled, run)
    else:
        _tell(checked, run)
    return code


def tell_row(opened: Opened, number: int, compiled: CompiledRuleSet, run: Run) -> int:
    """Give the full opinion of one row of a ledger."""
    asked = _Asked(compiled, Engine.BOTH, None, ways=False, reasons=False)
    found = [(opened.table.path, _row_of(opened, number))]
    return _finish(found, asked, "official", opened.reading.defaults.today, run)


def _ledger_row(
    named: tuple[Path | StoredTable, int], defaults: CaseDefaults, compiled: CompiledRuleSet
) -> tuple[str, Row]:
    from policy_engine.ledger.running import Asked, open_ledger  # noqa: PLC0415 - rarely wanted

    path, number = named
    asked = Asked(
        path=path,
        as_of=iso(defaults.as_of) if defaults.as_of is not None else None,
        jurisdiction=defaults.jurisdiction,
        today=defaults.today,
    )
    opened = open_ledger(asked, compiled)
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
        dataclasses.replace(entry, recorded=next(filed)) if entry.decision is not None else entry
        for entry in entries
    )


def _listed(name: str, compiled: CompiledRuleSet, base: RuleBase) -> Catalogue:
    from policy_engine.cli.catalogue import read_catalogue  # noqa: PLC0415 - rarely wanted

    return read_catalogue(name, compiled.rule_set.areas, base)


@dataclass(frozen=True, slots=True)
class _Asked:
    compiled: CompiledRuleSet
    engine: Engine
    listed: Catalogue | None
    ways: bool
    reasons: bool
    records: Recorder | None = None


def _check_names(names: tuple[str, ...], run: Run) -> None:
    if names.count("-") > 1:
        raise click.UsageError("标准输入（-）只能写一次", click.get_current_context())
    if run.output is not None and Path(run.output).resolve() in {Path(name).resolve() for name in names}:
        raise click.UsageError(f"`{run.output}` 是要审查的文件，不能写到它上面", click.get_current_context())


def _rows(
    names: tuple[str, ...], compiled: CompiledRuleSet, defaults: CaseDefaults, run: Run
) -> Iterator[tuple[str, Row]]:
    for name in names:
        run.given[name] = ""
        try:
            source = read_input(name)
            run.given[source.path] = source.text
            found = load_rows(source, compiled.rule_set, defaults)
        except DiagnosticsError as error:
            found = CaseFile((), error.diagnostics)
        shown = "标准输入" if name == "-" else name
        if found.diagnostics:
            yield shown, _unread(file_span(shown), found.diagnostics)
        yield from ((shown, row) for row in found.rows)


def _unread(span: Span, diagnostics: tuple[Diagnostic, ...]) -> Row:
    # A file of which some or all could not be read is an input too: it must not look as if it held nothing.
    return Row(index=0, name="", span=span, case=None, diagnostics=diagnostics)


def _entry(index: int, file: str, row: Row, asked: _Asked) -> Entry:
    decision, problems, status = None, row.diagnostics, Status.REFUSED
    if row.case is not None:
        decision, problems, status = _decided(row.case, asked)
    given = Input(
        index=index, file=file, row=row.index or None, place=row.span.place, name=row.name, status=status
    )
    additions = tuple(_additions(decision, asked)) if decision is not None else ()
    return Entry(input=given, decision=decision, diagnostics=problems, additions=additions)


def _decided(case: Case, asked: _Asked) -> tuple[Decision | None, tuple[Diagnostic, ...], Status]:
    areas = asked.compiled.rule_set.areas
    given = consult(asked.listed, case, areas) if asked.listed is not None else case
    try:
        return decide(asked.compiled, given, asked.engine), (), Status.DECIDED
    except DiagnosticsError as error:
        return None, error.diagnostics, Status.REFUSED
    # No verdict of either is shown: which of them is wrong is what nobody knows.
    except (EnginesDisagreeError, EngineBrokeError) as error:
        return None, (engine_fault(error, case),), Status.FAILED


def _additions(decision: Decision, asked: _Asked) -> Iterable[Addition]:
    if not asked.ways and not asked.reasons:
        return ()
    from policy_engine.reporting.explorations import additions_of  # noqa: PLC0415 - rarely wanted
    from policy_engine.usecases.exploring import Aim, explore  # noqa: PLC0415

    aims = [aim for aim, is_wanted in ((Aim.REASONS, asked.reasons), (Aim.WAYS, asked.ways)) if is_wanted]
    return additions_of(decision, explore(asked.compiled, decision, aims), asked.compiled.rule_set)


def _exit(entry: Entry) -> Exit:
    return exit_of(entry.decision) if entry.decision is not None else _EXITS[entry.input.status]


def _is_of_today(entry: Entry) -> bool:
    return entry.decision is not None and not entry.decision.case.is_day_stated


def _reporting(entries: tuple[Entry, ...], run: Run, code: Exit) -> Callable[[tuple[Json, ...]], Report]:
    def report(results: tuple[Json, ...]) -> Report:
        from policy_engine.analysis.acceptance import Sifted  # noqa: PLC0415 - most runs write a page
        from policy_engine.cli.telling import report_of  # noqa: PLC0415

        found = Sifted(tuple(d for entry in entries for d in entry.diagnostics), ())
        owners = {
            (d.span, d.code, d.message): entry.input.index for entry in entries for d in entry.diagnostics
        }
        words = summary_words(entries)
        return report_of(run, code, found, results=results, of_input=owners, sentence=words)

    return report


def _tell(checked: Checked, run: Run) -> None:
    problems = [d for entry in checked.entries for d in entry.diagnostics]
    if problems and not run.is_for_machines:
        write_error(fitted(render_all(problems, run.texts)))
    # Of one case that was refused the errors say all there is; a page would only repeat them.
    if run.is_for_machines or len(checked.entries) > 1 or not problems:
        shown = FORMATS[run.format](checked)
        codes = [_exit(entry) for entry in checked.entries if entry.decision is not None]
        put(as_page(shown, codes), run)
