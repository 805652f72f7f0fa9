"""`policy-engine catalogue`: look names up in a guiding catalogue. Also reads one for `check`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import RuleBase, rule_base, rule_base_options, ruled
from policy_engine.cli.streams import write_error, write_lines
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.catalogue import load_catalogue
from policy_engine.loading.files import SourceText, read_source
from policy_engine.model.areas import Areas
from policy_engine.model.catalogue import Catalogue, Entry

CENTRAL = "中央本级"
_CENTRAL_FILE = Path("catalogue") / "central.yaml"
_HELP = """查指导性目录里的名称；不写 WORD 则列出全部二级目录。

不指明文件时用自带的中央本级目录；它只适用于中央本级，各地以本级公开的目录为准。"""


@click.command(cls=Command, help=_HELP, arguments=[("[WORD]", "名称里的一个词，例如 隐患")])
@click.argument("word", metavar="[WORD]", required=False)
@click.option("--file", "file", default=CENTRAL, metavar="文件", help="目录文件（YAML 或 CSV）")
@rule_base_options
def catalogue(*, word: str | None, file: str, rules: Path | None, schemas: Path | None) -> int:
    """Print the entries that bear a word."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base).rule_set
    found = read_catalogue(file, rule_set.areas, base)
    lines = [line for entry in found.entries for line in _lines(entry, word)]
    if word is not None and not lines:
        names = [name for entry in found.entries for name in entry.names]
        write_lines([f"{found.words}里没有含“{word}”的名称，{did_you_mean(word, names)}"])
        return Exit.REFUSED
    write_lines([found.words, *lines, base.described(rule_set.version)])
    return Exit.PERMITTED


def _lines(entry: Entry, word: str | None) -> Iterator[str]:
    third = [name for name in entry.third if word is not None and word in name]
    if word is None or word in entry.second or third:
        place = "—".join(part for part in (entry.first, entry.second) if part)
        yield f"  {place}" + ("" if entry.verified else "（名称未核对原文）")
    yield from (f"    {name}" for name in third)


def read_catalogue(name: str, areas: Areas, base: RuleBase) -> Catalogue:
    """Read a catalogue by file name, or the central one by its word; prints its problems and exits where it has any."""
    path = base.files.rules / _CENTRAL_FILE if name == CENTRAL else Path(name)
    source = SourceText(name, "")
    try:
        source = read_source(path, name)
        return load_catalogue(source, areas)
    except DiagnosticsError as error:
        write_error(render_all(error.diagnostics, {source.path: source.text}))
        sys.exit(Exit.BAD_INPUT)
