"""`policy-engine batch`: decide the rows of a table, and write them back with what became of each."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command, OneOf, Whole
from policy_engine.cli.colour import as_page
from policy_engine.cli.exits import Exit, worst
from policy_engine.cli.inputs import GivenPath, GivenTable, WrittenPath
from policy_engine.cli.output import output_options, write_whole
from policy_engine.cli.papers import is_paper, is_table, need_writer
from policy_engine.cli.progress import Progress
from policy_engine.cli.rule_base import RuleBase, rule_base, rule_base_options, ruled, sources_of
from policy_engine.cli.run import Run, this_run
from policy_engine.cli.streams import write_error
from policy_engine.cli.telling import tell
from policy_engine.cli.today import today_in_china
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.text import shown_path
from policy_engine.ledger.delimited import ENCODINGS
from policy_engine.reporting.told import file_input

if TYPE_CHECKING:  # help needs none of it
    from policy_engine.foundation.diagnostics import Diagnostic
    from policy_engine.ledger.running import Opened, Result
    from policy_engine.ledger.stored import StoredTable
    from policy_engine.model.aggregates import Aggregate
    from policy_engine.reporting.page import Page
    from policy_engine.reporting.told import Json

_HELP = """审查一份清单，每行写上结论和依据。

一行一件，行的次序不变；没有审查的写明为什么，不够的写明要补充什么。

INPUT 是 .xlsx、.csv、JSON lines（.jsonl）、.parquet 文件，或者数据库里的一张表：sqlite:///文件.db?table=表名、postgresql://主机/库?table=表名，只读。
表头写字段的名称，金额的单位写在表头里：项目金额（元）、项目金额（万元）。
-o 写 .xlsx（清单、依据、汇总三个工作表）、.csv、.jsonl 或者 .parquet；写成以后才替换，中断的不留半个文件，再运行一次接着审。
退出码同 check，取各行中最重的；有填报有误的行是 2。"""
_MOST_NAMED = 20
_FORMATS = ("text", "json")
_LISTS = (".csv", ".jsonl", ".ndjson", ".parquet")
_DATABASES = {"duckdb": "DuckDB", "postgres": "PostgreSQL", "spark": "Apache Spark"}
_ADDRESSED = ("postgres", "spark")


@click.command(cls=Command, help=_HELP, arguments=[("INPUT", "清单文件")])
@click.argument("given", metavar="INPUT", type=GivenTable())
@click.option("--subject", metavar="主题", help="清单说的是什么；不写的看表头")
@click.option("--as-of", metavar="列|日期", help="基准日：哪一列，或者一个日期；不写按今天")
@click.option("--jurisdiction", metavar="列|地区", help="地区：哪一列，或者一个地区；不写按全国")
@click.option("--text", "texts", metavar="列", multiple=True, help="也读这一列的文字，找疑似；可以写几次")
@click.option("--map", "mapping", type=GivenPath(), metavar="文件", help="表头与字段的对照（YAML）")
@click.option("--save-map", type=WrittenPath(), metavar="文件", help="把这次怎样读表头写成对照文件，不审查")
@click.option("--encoding", type=OneOf(ENCODINGS), help="文字编码；不写的自己分辨")
@click.option("--sheet", metavar="名称", help="读工作簿里的哪个工作表")
@click.option(
    "--sample",
    type=Whole(0, 10_000),
    default=20,
    metavar="行数",
    help="抽多少行由双引擎重审；默认 20",
)
@click.option(
    "--engine",
    type=OneOf(("local", *_DATABASES)),
    default="local",
    help="另由哪个数据库用 SQL 把全部行再审一遍；local 是都不",
)
@click.option(
    "--database",
    metavar="地址",
    help="PostgreSQL（postgresql://…）或者 Spark（spark://主机:7077）的地址，只用临时的表",
)
@click.option(
    "--jobs",
    type=Whole(1, 60),
    metavar="个数",
    help="分在几个进程里审；默认用全部处理器，行数少的只用一个。结果都一样",
)
@click.option(
    "--explain",
    type=Whole(1),
    metavar="行号",
    help="只审这一行，给出完整意见，-o 写到文件；行号按 Excel 里显示的",
)
@output_options(_FORMATS, elsewhere=lambda _path: True)
@rule_base_options
def batch(
    *,
    given: Path | StoredTable,
    subject: str | None,
    as_of: str | None,
    jurisdiction: str | None,
    texts: tuple[str, ...],
    mapping: Path | None,
    save_map: Path | None,
    encoding: str | None,
    sheet: str | None,
    sample: int,
    engine: str,
    database: str | None,
    jobs: int | None,
    explain: int | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Decide, write, and tell what there is."""
    run = this_run()
    output = Path(run.elsewhere) if run.elsewhere is not None else None
    _check_output(output, explain=explain is not None, save_map=save_map is not None)
    if explain is not None and output is not None:
        # An opinion goes where that of `check` would.
        run.output, run.elsewhere = run.elsewhere, None
        if is_paper(run) or is_table(run):
            need_writer(run)
    if (engine in _ADDRESSED) is (database is None):
        told = (
            f"--engine {engine} 要写 --database 地址"
            if database is None
            else f"--database 只同 --engine {'、'.join(_ADDRESSED)} 一起写"
        )
        raise click.UsageError(told, click.get_current_context())
    base = rule_base(rules, schemas)
    compiled = ruled(base, reads_examples=False)
    _check_subject(subject, compiled)
    from policy_engine.ledger.running import Asked, journal_of, open_ledger, run_ledger  # noqa: PLC0415
    from policy_engine.ledger.sharing import ProcessLostError, Sharing  # noqa: PLC0415
    from policy_engine.usecases.kept.loading import loaded  # noqa: PLC0415

    asked = Asked(
        path=given,
        subject=subject,
        as_of=as_of,
        jurisdiction=jurisdiction,
        texts=texts,
        mapping=_mapping(mapping, compiled, subject),
        encoding=encoding,
        sheet=sheet,
        today=today_in_china(),
        is_to_map=save_map is not None,
    )
    opened = open_ledger(asked, compiled, _aggregates(base, compiled))
    run.inputs = (file_input(1, str(given)),)
    if save_map is not None:
        return _save(opened, save_map)
    if explain is not None:
        return _explain(opened, explain, compiled, run)
    assert output is not None
    _collect()
    journal = journal_of(output, opened, asked, compiled)
    try:
        result = run_ledger(
            opened,
            journal,
            output,
            compiled,
            sample=sample,
            engine=engine if engine in _DATABASES else "",
            database=database or "",
            sharing=Sharing(load=partial(loaded, base.files, base.name), jobs=jobs),
            told=Progress(),
        )
    except ProcessLostError:
        # Nothing is wrong with the list.
        run.on_problems = Exit.BROKEN
        raise
    # The journal was kept on the way here; this only says so.
    except KeyboardInterrupt:
        write_error(f"已停下：审了 {journal.done} 行，没有写输出。同样的命令再运行一次，接着审。")
        raise
    return _tell(result, output, compiled)


def _collect() -> None:
    # A short command frees nothing that matters, and doesn't collect; each row of a long list leaves a little.
    if not gc.isenabled():
        # The rules stay, whatever is collected: processes that are forked go on sharing them.
        gc.freeze()
        gc.enable()


def _check_output(output: Path | None, *, explain: bool, save_map: bool) -> None:
    from policy_engine.ledger.running import WRITERS  # noqa: PLC0415 - help needs none of it

    context = click.get_current_context()
    if save_map and (explain or output is not None):
        told = "--save-map 只写怎样读表头，不审查：不同 -o、--explain 一起写"
        raise click.UsageError(told, context)
    if explain and output is not None and output.suffix.lower() in _LISTS:
        told = f"--explain 给出一行的完整意见，不写成 {output.suffix}；写 .txt、.docx、.pdf、.html，整份清单去掉 --explain"
        raise click.UsageError(told, context)
    if explain or save_map:
        return
    if output is None:
        raise click.UsageError("写 -o 输出文件，例如 -o 结果.xlsx", context)
    if output.suffix.lower() not in WRITERS:
        raise click.UsageError(f"`{output}` 的输出写不了；写 {'、'.join(WRITERS)}", context)


def _aggregates(base: RuleBase, compiled: CompiledRuleSet) -> tuple[Aggregate, ...]:
    from policy_engine.usecases.aggregating import aggregates_of  # noqa: PLC0415 - help needs none of it

    return aggregates_of(sources_of(base), compiled.rule_set)


def _check_subject(subject: str | None, compiled: CompiledRuleSet) -> None:
    names = compiled.rule_set.vocabulary.subjects
    if subject is not None and subject not in names:
        raise click.UsageError(
            f"规则库没有主题 `{subject}`；可用：{'、'.join(names)}", click.get_current_context()
        )


def _mapping(path: Path | None, compiled: CompiledRuleSet, subject: str | None) -> dict[str, str] | None:
    if path is None:
        return None
    from policy_engine.ledger.mapping import read_mapping  # noqa: PLC0415 - rarely wanted
    from policy_engine.loading.files import read_source  # noqa: PLC0415

    source = read_source(path)
    this_run().given[source.path] = source.text
    return read_mapping(source, compiled.rule_set, subject)


def _save(opened: Opened, path: Path) -> int:
    from policy_engine.ledger.heads import Heads  # noqa: PLC0415 - rarely wanted
    from policy_engine.ledger.mapping import mapping_text  # noqa: PLC0415 - rarely wanted

    reading = opened.reading
    write_whole(path, mapping_text(reading.heading, Heads.of(reading.subject)))
    told = f"表头的对照写在 {shown_path(str(path))}，核对以后用 --map 读"
    return tell(Exit.PERMITTED, lambda: "\n".join([told, *opened.remarks]), list, told)


def _explain(opened: Opened, number: int, compiled: CompiledRuleSet, run: Run) -> int:
    from policy_engine.cli.check import tell_row  # noqa: PLC0415 - rarely wanted

    return tell_row(opened, number, compiled, run)


def _tell(result: Result, output: Path, compiled: CompiledRuleSet) -> int:
    codes = [Exit(code) for code in sorted(result.counts.exits)]
    refused = bool(result.counts.refused)
    code = worst(
        [*codes, *([Exit.BAD_INPUT] if refused else []), *([Exit.BROKEN] if result.differences else [])]
    )
    words = result.counts.sentence
    problems = _nothing_judged(result)
    if problems:
        code = worst([code, Exit.BAD_INPUT])
    return tell(
        code,
        lambda: as_page(_text(result, output, compiled), codes),
        lambda: [_json(result, output)],
        words,
        problems,
    )


def _nothing_judged(result: Result) -> tuple[Diagnostic, ...]:
    """Say of a list without a row to be judged that it has none: nothing judged is no success."""
    if _unjudged(result) < result.counts.total:
        return ()
    from policy_engine.foundation.diagnostics import Diagnostic  # noqa: PLC0415 - rarely wanted
    from policy_engine.foundation.spans import file_span  # noqa: PLC0415 - as above

    why = "表头下面只有空行、合计行或者示例行" if result.counts.total else "表头下面没有行"
    return (
        Diagnostic(
            code="PE533",
            message=f"没有一行审查：{why}",
            span=file_span(result.opened.table.path),
            help="一行写一件；要审“【示例】”那一行的，删去这几个字",
        ),
    )


def _text(result: Result, output: Path, compiled: CompiledRuleSet) -> str:
    from policy_engine.ledger.counting import summary_page  # noqa: PLC0415 - data need none of it
    from policy_engine.reporting.page import as_text  # noqa: PLC0415

    page: Page = summary_page(result.counts, tuple(_remarks(result, output)), (compiled.rule_set.words,))
    return as_text(page)


def _remarks(result: Result, output: Path) -> Iterator[str]:
    yield f"逐行的结论写在 {shown_path(str(output))}"
    if result.resumed:
        yield f"前 {result.resumed} 行上次已经审过，接着审的"
    if result.differences:
        told = "、".join(_different(result))
        yield f"重审的{told}不一致：这次的输出不能用，请报告给维护人员"
    else:
        yield from _agreed(result)
    yield from result.opened.remarks


def _different(result: Result) -> Iterator[str]:
    numbers = sorted({one.row for one in result.differences if one.aggregate is None})
    if numbers:
        more = f" 等 {len(numbers)}" if len(numbers) > _MOST_NAMED else ""
        yield "第 " + "、".join(map(str, numbers[:_MOST_NAMED])) + f"{more} 行"
    titles = dict.fromkeys(one.aggregate.title for one in result.differences if one.aggregate is not None)
    yield from (f"汇总“{title}”" for title in titles)


def _agreed(result: Result) -> Iterator[str]:
    if result.sampled:
        yield f"随机抽 {result.sampled} 行由双引擎重审，全部一致"
    if result.engine:
        decided = sum(result.counts.verdicts.values())
        yield f"审查的 {decided} 行另由 {_DATABASES[result.engine]} 用 SQL 审过，逐条规则一致"
        if result.looked_for:
            yield f"{result.looked_for} 项汇总另由 {_DATABASES[result.engine]} 用 SQL 查过，各组、数额和行一致"
        for one in result.unsaid:
            yield f"汇总“{one.title}”用 SQL 写不准，没有另查"


def _json(result: Result, output: Path) -> Json:
    from policy_engine.reporting.aggregates_page import aggregate_json  # noqa: PLC0415 - help needs none of it

    counts = result.counts
    return {
        "output": str(output),
        "subject": result.opened.reading.subject.name,
        "rows": counts.total,
        "decided": sum(counts.verdicts.values()),
        "refused": counts.total - sum(counts.verdicts.values()) - _unjudged(result),
        "unjudged": _unjudged(result),
        "verdicts": counts.by_verdict,
        "grounds": [
            {"verdict": label, "citation": words, "rows": n}
            for (label, words), n in counts.articles.most_common()
        ],
        "suspected": counts.suspected,
        "resumed": result.resumed,
        "sampled": result.sampled,
        "engine": result.engine or "local",
        "differences": [
            {
                "row": one.row,
                "run": one.told,
                "both": one.both,
                **({"aggregate": one.aggregate.id} if one.aggregate is not None else {}),
            }
            for one in result.differences
        ],
        "aggregates": [aggregate_json(found) for found in counts.aggregates],
        "remarks": list(result.opened.remarks),
    }


def _unjudged(result: Result) -> int:
    from policy_engine.ledger.deciding import RowStatus  # noqa: PLC0415

    return result.counts.statuses[RowStatus.UNJUDGED]
