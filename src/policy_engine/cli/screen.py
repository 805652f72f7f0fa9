"""`policy-engine screen`: what the words of a text point to, each waiting to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.colour import as_page
from policy_engine.cli.completing import files
from policy_engine.cli.exits import Exit, worst
from policy_engine.cli.inputs import Day
from policy_engine.cli.output import output_options, put
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.run import Run, this_run
from policy_engine.cli.screen_cases import case_files, names_cases
from policy_engine.cli.screen_inputs import HERE, Given, given_texts
from policy_engine.cli.streams import fitted, write_error
from policy_engine.cli.today import today_in_china
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import render_all
from policy_engine.foundation.text import both_ends, shown_path
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.reading.matching import PATTERNS_READ
from policy_engine.reporting.screen_quotes import short_name, unseen_remark
from policy_engine.reporting.screen_table import FORMATS, Read, Screened, summary_words
from policy_engine.reporting.told import Input, Json, Status
from policy_engine.usecases.screening import SUBJECTS, Screener

if TYPE_CHECKING:
    from policy_engine.reporting.findings import Report

_HELP = """从一段文字里读出写到的事实，逐项待人确认；说明若经确认会是什么结论。不作审查结论。

TEXT 是一段文字，FILE 是 .txt、.md、.docx 文件，写 - 从标准输入读取；可以写几个。
几段一起读的，先列总数，再列各段；逐段列问题的加 --full（每段可能要几秒）。
以 - 开头的文字、像文件名的文字，写在 --text 后面。
-o 案件.yaml 写出填好文字的案件，读出的事实都写作待确认；几段写进一个文件，或者 -o 目录 一段一个文件。
退出码：0 没有读出须确认的提示；2 用法有误，或者有文字未能读取；3 有须确认的提示；4 程序出错。"""
_LONGEST = 60


class _Screen(Command):
    """Says what to do with a text that begins as options do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and explain a text that was taken for an option."""
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            text = next((word for word in given if word.startswith("-") and not word.isascii()), "")
            if not text:
                raise
            message = f"没有选项 {error.option_name}；`{both_ends(text, _LONGEST)}` 是要读的文字的，写在 --text 后面"
            raise click.UsageError(message, ctx) from None


@click.command(cls=_Screen, help=_HELP, arguments=[("[TEXT|FILE]...", "文字，或者文件，或 -；可以写几个")])
@click.argument("given", metavar="[TEXT|FILE]...", nargs=-1, shell_complete=files)
@click.option("--text", "texts", metavar="文字", multiple=True, help="当作文字读，不当作文件；可以写几次")
@click.option("--each-line", is_flag=True, help="文件里一行是一段文字")
@click.option("--subject", type=OneOf(SUBJECTS), default="采购事项", help="文字说的是什么")
@click.option("--name", metavar="名称", default="", help="事项名称、企业名称或合同名称，一起读")
@click.option("--as-of", type=Day(), metavar="日期", help="按哪一天的规定；不写按今天")
@click.option("--jurisdiction", metavar="地区", help="按哪个地区；不写按全国")
@click.option("--full", is_flag=True, help="几段一起读的，也逐段列出文字、依据和问题")
@click.option("--force", is_flag=True, help="-o 写的文件已经有了的，覆盖")
@output_options(FORMATS, elsewhere=names_cases)
@rule_base_options
def screen(
    *,
    given: tuple[str, ...],
    texts: tuple[str, ...],
    each_line: bool,
    subject: str,
    name: str,
    as_of: int | None,
    jurisdiction: str | None,
    full: bool,
    force: bool,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Read and print; nothing is decided."""
    run = this_run()
    _check_names(given, texts)
    _check_page(run, force=force)
    cases = case_files(run, force=force)
    base = rule_base(rules, schemas)
    compiled = ruled(base, reads_examples=False)
    if subject not in compiled.rule_set.vocabulary.subjects:
        raise click.UsageError(f"规则库没有主题 `{subject}`", click.get_current_context())
    found = tuple(given_texts(given, texts, run, each_line=each_line))
    if name and len(found) > 1:
        raise click.UsageError("--name 只用于一段文字", click.get_current_context())
    screener = _screener(compiled, subject, as_of, jurisdiction)
    is_full = full or len(found) == 1
    read = tuple(_read(index, one, name, screener, is_full) for index, one in enumerate(found, start=1))
    run.inputs = tuple(one.input for one in read)
    is_of_today = not screener.blank.is_day_stated and any(one.found for one in read)
    run.today = today_in_china() if is_of_today else None
    code = worst(map(_exit, read))
    if cases is not None:
        read = cases.write(read, name, screener, base)
    _tell(read, compiled, code, run, is_full=is_full)
    return code


def _check_names(given: tuple[str, ...], texts: tuple[str, ...]) -> None:
    if not given and not texts:
        raise click.UsageError("缺少要读的文字或者文件", click.get_current_context())
    if given.count("-") > 1:
        raise click.UsageError("标准输入（-）只能写一次", click.get_current_context())


def _check_page(run: Run, *, force: bool) -> None:
    """Exit where a page that people read would be written over another; data is written anew each time."""
    if run.output is None or run.is_for_machines or force:
        return
    if Path(run.output).is_file() and Path(run.output).stat().st_size:
        told = f"`{shown_path(run.output)}` 已经有了，没有覆盖；换一个名字，要覆盖的加 --force"
        raise click.UsageError(told, click.get_current_context())


def _screener(compiled: CompiledRuleSet, subject: str, as_of: int | None, place: str | None) -> Screener:
    # A case that says nothing but its subject, so that day and place are read as those of any case.
    blank = SourceText("命令行", f"{subject}: {{}}\n")
    defaults = CaseDefaults(today=today_in_china(), as_of=as_of, jurisdiction=place)
    (case,) = load_cases(blank, compiled.rule_set, defaults)
    return Screener(compiled, case, compiled.rule_set.vocabulary.subjects[subject])


def _read(index: int, given: Given, name: str, screener: Screener, is_full: bool) -> Read:
    found = None
    if not given.diagnostics:
        found = screener.screen(given.text, name, searches_questions=is_full)
    own = Input(
        index=index,
        file=given.file,
        row=given.row,
        place=given.span.place,
        name=name or short_name(given.text) or given.file,
        status=Status.READ if found is not None else Status.REFUSED,
    )
    return Read(
        input=own,
        found=found,
        diagnostics=given.diagnostics,
        title=name or ("" if given.file == HERE else given.span.place if given.row else given.file),
        remarks=(*given.remarks, *filter(None, (unseen_remark(given.text), _unread(given.text)))),
    )


def _unread(text: str) -> str:
    """Say where a text is longer than all of the lexicon is tried on."""
    if len(text) <= PATTERNS_READ:
        return ""
    return f"文字有 {len(text):,} 字，第 {PATTERNS_READ:,} 字以后只找字词，不找句式；要紧的段落可以单独读"


def _exit(read: Read) -> Exit:
    if read.found is None:
        return Exit.BAD_INPUT
    return Exit.OPEN if read.found.proposals else Exit.PERMITTED


def _tell(
    read: tuple[Read, ...],
    compiled: CompiledRuleSet,
    code: Exit,
    run: Run,
    *,
    is_full: bool,
) -> None:
    problems = [d for one in read for d in one.diagnostics]
    if problems and not run.is_for_machines:
        write_error(fitted(render_all(problems, run.texts)))
    if run.is_for_machines or len(read) > 1 or not problems:
        screened = Screened(
            read=read,
            rule_set=compiled.rule_set,
            is_full=is_full,
            report=_reporting(read, run, code),
        )
        put(as_page(FORMATS[run.format](screened)), run)


def _reporting(read: tuple[Read, ...], run: Run, code: Exit) -> Callable[[tuple[Json, ...]], Report]:
    def report(results: tuple[Json, ...]) -> Report:
        from policy_engine.analysis.acceptance import Sifted  # noqa: PLC0415 - most runs write a page
        from policy_engine.cli.telling import report_of  # noqa: PLC0415

        found = Sifted(tuple(d for one in read for d in one.diagnostics), ())
        owners = {(d.span, d.code, d.message): one.input.index for one in read for d in one.diagnostics}
        return report_of(run, code, found, results=results, of_input=owners, sentence=summary_words(read))

    return report
