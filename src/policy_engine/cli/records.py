"""`policy-engine records`: what was issued, and whether it is as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.chinese import Command, Whole
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import Day, WrittenPath
from policy_engine.cli.output import output_options, put_bytes
from policy_engine.cli.papers import ENDINGS
from policy_engine.cli.progress import Progress
from policy_engine.cli.recording import place_option
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.run import this_run
from policy_engine.cli.streams import write_error
from policy_engine.cli.telling import tell
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, Severity
from policy_engine.foundation.text import joined
from policy_engine.model.calendar import iso
from policy_engine.records.chain import verify as verify_chain
from policy_engine.records.exporting import export as export_to
from policy_engine.records.locating import place_of
from policy_engine.records.replaying import Replayed, Replayer
from policy_engine.records.store import Filed, Store, Wanted, open_store
from policy_engine.records.store import upgrade as upgrade_tables
from policy_engine.records.tables import REVISION
from policy_engine.records.telling import (
    at_of,
    difference_lines,
    filing_of,
    line_of,
    moment,
    page_of,
    record_json,
    replayed_json,
    replayed_words,
    verified_json,
    verified_words,
)
from policy_engine.records.witness import Seen, seen
from policy_engine.reporting.told import Json

_MOST = 50
_NUMBER = ("N", "记录编号")


def _store(place: str | None) -> Store:
    return open_store(place_of(place))


def _limit(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--limit", type=Whole(1), default=_MOST, show_default=True, help="最多列几份，新的在前"
    )(command)


def _listed(found: list[Filed], words: str) -> int:
    return tell(
        Exit.PERMITTED if found else Exit.REFUSED,
        lambda: joined([words, *map(line_of, found)]),
        lambda: map(record_json, found),
        words,
    )


@click.command("list", cls=Command, help="列出登记过的意见，新的在前。")
@_limit
@output_options(("text", "json"))
@place_option
def list_records(*, limit: int, place: str | None) -> int:
    """List the newest records."""
    store = _store(place)
    found = store.search(Wanted(), most=limit)
    size = store.size()
    return _listed(found, f"共 {size} 份" + (f"，列出最新 {len(found)} 份" if len(found) < size else ""))


@click.command(
    cls=Command, help="查找记录：名称、出具人、事实里都含有写的词。", arguments=[("[WORD...]", "要找的词")]
)
@click.argument("word", metavar="[WORD...]", nargs=-1)
@click.option("--verdict", metavar="结论", default="", help="只要这种结论，例如 不得实施")
@click.option("--by", metavar="姓名", default="", help="只要这个人出具的")
@click.option("--since", type=Day(), metavar="日期", help="只要这一天起出具的")
@click.option("--until", type=Day(), metavar="日期", help="只要到这一天为止出具的")
@_limit
@output_options(("text", "json"))
@place_option
def search(
    *,
    word: tuple[str, ...],
    verdict: str,
    by: str,
    since: int | None,
    until: int | None,
    limit: int,
    place: str | None,
) -> int:
    """List the records that fit."""
    wanted = Wanted(
        words=word,
        label=verdict,
        by=by,
        since=moment(iso(since)) if since is not None else "",
        until=moment(iso(until), after=1) if until is not None else "",
    )
    found = _store(place).search(wanted, most=limit)
    return _listed(found, f"找到 {len(found)} 份" + ("，也许还有：加 --limit" if len(found) == limit else ""))


@click.command(
    cls=Command,
    help="""说明一份记录：结论、谁在什么时候出具、事实、规则库、摘要。

-o 的文件名以 .docx、.pdf、.html 结尾的，按当时的规则库重写这份意见书。""",
    arguments=[_NUMBER],
)
@click.argument("number", metavar="N", type=Whole(1))
@output_options(("text", "json"))
@place_option
def show(*, number: int, place: str | None) -> int:
    """Tell one record, or write its paper anew."""
    store = _store(place)
    record = store.record(number)
    run = this_run()
    if run.output is not None and Path(run.output).suffix.lower() in ENDINGS:
        found = Replayer(store).replay(record)
        if found.is_reworded or found.differences:
            write_error("这份意见书与当时的不同：程序换过版本，正文摘要对不上记录")
        put_bytes(_paper(found, Path(run.output).suffix.lower()), run)
        return Exit.PERMITTED
    return tell(Exit.PERMITTED, lambda: page_of(record), lambda: [record_json(record)])


def _paper(found: Replayed, ending: str) -> bytes:
    from policy_engine.reporting.opinion.compose import compose  # noqa: PLC0415 - rarely wanted
    from policy_engine.reporting.opinion.writers import PAPERS  # noqa: PLC0415

    record = found.record
    filing = filing_of(Seen(record.number, record.digest), record.content["by"], at_of(record))
    return PAPERS[ending](compose(found.decision, found.compiled.rule_set, filing))


@click.command(
    cls=Command,
    help="""核对全部记录有没有被改过，指出第一处断开。

--against 用纸质意见书或者别处存下的编号和摘要比对，例如 17:83123ee2ee3afab3…，可以写几次。""",
)
@click.option("--against", metavar="编号:摘要", multiple=True, help="另处存下的编号和摘要")
@output_options(("text", "json"))
@place_option
def verify(*, against: tuple[str, ...], place: str | None) -> int:
    """Say whether the records are whole."""
    known = [seen(one) for one in against]
    if None in known:
        wrong = against[known.index(None)]
        msg = f"`{wrong}` 应为 编号:摘要，例如 17:83123ee2ee3afab3……（摘要至少 32 位）"
        raise click.UsageError(msg, click.get_current_context())
    found = verify_chain(_store(place), [one for one in known if one is not None])
    problems = []
    if found.broken is not None:
        problems.append(
            Diagnostic(
                code="PE544",
                message=verified_words(found),
                help="从备份恢复；查明是谁、什么时候动过，别在上面接着登记",
            )
        )
    if found.is_witness_spoilt:
        problems.append(
            Diagnostic(
                code="PE545",
                message="存下末尾的文件读不懂，最后几份有没有被删去看不出",
                help="用纸质意见书上的编号和摘要比对：--against；确认无误以后删去这个文件，下一次登记时重写",
                severity=Severity.WARNING,
            )
        )
    return tell(
        Exit.PERMITTED if found.broken is None else Exit.REFUSED,
        lambda: verified_words(found) if found.broken is None else "",
        lambda: [verified_json(found)],
        verified_words(found),
        problems,
    )


@click.command(
    cls=Command,
    help="""把记录里的案件再审一遍，列出与当时不同之处。

用当时的规则库，它与记录一起存着；--now 用现在的规则库，--as-of 按另一天的规定。""",
    arguments=[("[N]", "记录编号")],
)
@click.argument("number", metavar="[N]", type=Whole(1), required=False)
@click.option("--all", "is_all", is_flag=True, help="全部记录，只列出有不同的")
@click.option("--now", "is_now", is_flag=True, help="用现在的规则库")
@click.option("--as-of", type=Day(), metavar="日期", help="按哪一天的规定（默认按记录的基准日）")
@output_options(("text", "json"))
@place_option
@rule_base_options
def replay(
    *,
    number: int | None,
    is_all: bool,
    is_now: bool,
    as_of: int | None,
    place: str | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Decide again and tell what differs."""
    if (number is not None) is is_all:
        msg = "写一个记录编号，或者 --all"
        raise click.UsageError(msg, click.get_current_context())
    if not is_now and (rules is not None or schemas is not None):
        msg = "--rules、--schemas 和 --now 一起用：不写 --now 的，用当时的规则库"
        raise click.UsageError(msg, click.get_current_context())
    store = _store(place)
    compiled = ruled(rule_base(rules, schemas), reads_examples=False) if is_now else None
    if number is not None:
        return _replayed_one(Replayer(store).replay(store.record(number), compiled, as_of))
    return _replayed_all(Replayer(store).all(compiled, as_of), store.size())


def _replayed_one(found: Replayed) -> int:
    return tell(
        Exit.REFUSED if found.differences else Exit.PERMITTED,
        lambda: joined(_lines(found)),
        lambda: [replayed_json(found)],
        _summary(1, int(bool(found.differences)), 0, 0),
    )


def _replayed_all(every: Iterable[Replayed | DiagnosticsError], total: int) -> int:
    told: list[tuple[int, list[str], Json]] = []
    problems: list[Diagnostic] = []
    failed = reworded = 0
    progress = Progress("已重审", "份")
    try:
        for done, one in enumerate(every, start=1):
            if isinstance(one, DiagnosticsError):
                problems += one.diagnostics
                failed += 1
            else:
                # Of thousands only what is told of each is kept, not the decisions.
                told.append((one.record.number, _lines(one) if one.differences else [], replayed_json(one)))
                reworded += one.is_reworded
            progress(done, total)
    except KeyboardInterrupt:
        write_error(f"已停下：重审了 {len(told) + failed}/{total} 份，没有列出结果。记录没有改动。")
        raise
    told.sort(key=lambda one: one[0])
    differing = sum(bool(lines) for _, lines, _ in told)
    words = _summary(len(told) + failed, differing, failed, reworded)
    return tell(
        Exit.BAD_INPUT if problems else Exit.REFUSED if differing else Exit.PERMITTED,
        lambda: joined([words, *(line for _, lines, _ in told for line in lines)]),
        lambda: (data for _, _, data in told),
        words,
        problems,
    )


def _summary(count: int, differing: int, failed: int, reworded: int) -> str:
    words = f"{count} 份：{count - differing - failed} 份结果相同，{differing} 份有不同"
    words += f"，{failed} 份没有审成" if failed else ""
    return words + (f"；相同的里有 {reworded} 份意见书的措辞与当时不同" if reworded else "")


def _lines(one: Replayed) -> list[str]:
    return [replayed_words(one), *(f"  {line}" for line in difference_lines(one))]


@click.command(
    cls=Command,
    help="把全部记录和所用的规则库写成一个 zip，不用本程序也能核对。",
    arguments=[("FILE", "要写的 .zip 文件")],
)
@click.argument("file", metavar="FILE", type=WrittenPath())
@output_options(("text", "json"))
@place_option
def export(*, file: Path, place: str | None) -> int:
    """Write all records into a file."""
    count = export_to(_store(place), file)
    words = f"写了 {count} 份记录：{file}"
    return tell(Exit.PERMITTED, lambda: words, lambda: [{"records": count, "file": str(file)}], words)


@click.command(cls=Command, help="把旧版格式的记录换成本程序的格式；先备份。内容和摘要不变。")
@output_options(("text", "json"))
@place_option
def upgrade(*, place: str | None) -> int:
    """Bring the tables to the form of this program."""
    before = upgrade_tables(place_of(place))
    words = f"格式 {before}，已是 {REVISION}"
    return tell(Exit.PERMITTED, lambda: words, lambda: [{"before": before, "now": REVISION}], words)
