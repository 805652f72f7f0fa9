"""`policy-engine rules read`: a document as continuous Chinese, by article, to print and sign."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.completing import documents
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import OutputError, output_options, write_whole
from policy_engine.cli.rule_base import compiled_from, rule_base, rule_base_options, sources_of
from policy_engine.cli.run import Run, this_run
from policy_engine.cli.streams import columns
from policy_engine.cli.telling import tell
from policy_engine.foundation.text import both_ends, joined
from policy_engine.model.documents import Document
from policy_engine.model.rules import RuleSet
from policy_engine.reporting.aloud.copy import Copy
from policy_engine.reporting.aloud.html import as_html
from policy_engine.reporting.aloud.writers import as_markdown, as_text, copy_json
from policy_engine.reporting.ordering import by_force
from policy_engine.usecases.documents import NoSuchDocumentError, find_document, read_aloud

_LONGEST = 100
_UNFIT = re.compile(r"[^\w-]+")
# How wide a page is where nothing says how wide the screen is.
_USUAL_COLUMNS = 80
_WRITERS: Mapping[str, tuple[str, Callable[[Copy], str]]] = {
    "text": ("txt", lambda copy: as_text(copy, columns() or _USUAL_COLUMNS)),
    "markdown": ("md", as_markdown),
    "html": ("html", as_html),
}
_HELP = """把一份文件的规则按条文次序写成连贯的中文，供阅读、打印、签字。

每条规则写明何时适用、要求或者禁止什么、例外及其依据、优先于什么、合规途径；最后列出没有编成规则的内容。"""


@click.command(
    cls=Command,
    help=_HELP,
    arguments=[("[DOCUMENT]", "文件编号、文号，或者只有一份文件才有的一段标题")],
)
@click.argument("document", metavar="[DOCUMENT]", required=False, shell_complete=documents)
@click.option("--all", "is_all", is_flag=True, help="写出全部文件：-o 写一个目录，每份文件一个文件")
@output_options((*_WRITERS, "json"))
@rule_base_options
def read(*, document: str | None, is_all: bool, rules: Path | None, schemas: Path | None) -> int:
    """Print one document, or write all of them."""
    run = this_run()
    if is_all == (document is not None):
        raise click.UsageError("写一份文件，或者写 --all，二者取一", _here())
    if is_all and run.format in _WRITERS and run.output is None:
        raise click.UsageError("--all 要用 -o 写明目录", _here())
    base = rule_base(rules, schemas)
    sources = sources_of(base)
    rule_set = compiled_from(sources, base.name).rule_set
    wanted = by_force(rule_set) if document is None else (_meant(document, rule_set),)
    copies = tuple(read_aloud(wanted, sources, rule_set))
    if is_all and run.format in _WRITERS:
        return _write_all(copies, run)
    return tell(
        Exit.PERMITTED,
        lambda: _WRITERS[run.format][1](copies[0]),
        lambda: map(copy_json, copies),
        f"共 {len(copies)} 份文件",
    )


def _meant(words: str, rule_set: RuleSet) -> Document:
    try:
        return find_document(words, rule_set.documents.values())
    except NoSuchDocumentError as error:
        named = f"文件 `{both_ends(words, _LONGEST)}`"
        problem = f"{named}指哪一份不明确" if error.is_ambiguous else f"没有{named}"
        raise click.UsageError(f"{problem}，{error}", _here()) from None


def _write_all(copies: Sequence[Copy], run: Run) -> int:
    """Write each copy to a file named after its document, and say on standard output where they are."""
    suffix, write = _WRITERS[run.format]
    assert run.output is not None
    folder, run.output = Path(run.output), None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, copy in zip(_file_names(copies), copies, strict=True):
            write_whole(folder / f"{name}.{suffix}", write(copy))
    except OSError as error:
        raise OutputError(str(folder), error) from error
    run.format = "text"
    return tell(Exit.PERMITTED, lambda: joined([f"写成 {len(copies)} 份文件：{folder}"]), tuple)


def _file_names(copies: Sequence[Copy]) -> Iterator[str]:
    # What a rule base calls a document need be no name of a file, nor lie in this folder.
    taken: set[str] = set()
    for number, copy in enumerate(copies, start=1):
        name = _UNFIT.sub("_", copy.document)[:_LONGEST]
        name = name if name and name.casefold() not in taken else f"{name}_{number}"
        taken.add(name.casefold())
        yield name


def _here() -> click.Context:
    return click.get_current_context()
