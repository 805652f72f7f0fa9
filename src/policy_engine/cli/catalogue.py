"""`policy-engine catalogue`: look names up in a guiding catalogue. Also reads one for `check`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import output_options
from policy_engine.cli.rule_base import RuleBase, rule_base, rule_base_options, ruled
from policy_engine.cli.run import this_run
from policy_engine.cli.telling import tell
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import joined
from policy_engine.loading.catalogue import load_catalogue
from policy_engine.loading.files import read_source
from policy_engine.model.areas import Areas
from policy_engine.model.catalogue import Catalogue, Entry
from policy_engine.reporting.told import Json

CENTRAL = "中央本级"
_CENTRAL_FILE = Path("catalogue") / "central.yaml"
_HELP = """查指导性目录里的名称；不写 WORD 则列出全部二级目录。

不指明文件时用自带的中央本级目录；它只适用于中央本级，各地以本级公开的目录为准。"""


@click.command(cls=Command, help=_HELP, arguments=[("[WORD]", "名称里的一个词，例如 隐患")])
@click.argument("word", metavar="[WORD]", required=False)
@click.option("--file", "file", default=CENTRAL, metavar="文件", help="目录文件（YAML 或 CSV）")
@output_options(("text", "json"))
@rule_base_options
def catalogue(*, word: str | None, file: str, rules: Path | None, schemas: Path | None) -> int:
    """Print the entries that bear a word."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base, reads_examples=False).rule_set
    found = read_catalogue(file, rule_set.areas, base)
    shown = [(entry, lines) for entry in found.entries if (lines := list(_lines(entry, word)))]
    words = found.words
    if word is not None and not shown:
        names = [name for entry in found.entries for name in entry.names]
        words = f"{found.words}里没有含“{word}”的名称，{did_you_mean(word, names)}"
    lines = [line for _, lines in shown for line in lines]
    return tell(
        Exit.PERMITTED if shown or word is None else Exit.REFUSED,
        lambda: joined([words, *lines, base.described(rule_set.version)]) if lines else words,
        lambda: (_entry(entry) for entry, _ in shown),
        words,
    )


def _entry(entry: Entry) -> Json:
    return {
        "first": entry.first,
        "second": entry.second,
        "third": list(entry.third),
        "verified": entry.verified,
    }


def _lines(entry: Entry, word: str | None) -> Iterator[str]:
    third = [name for name in entry.third if word is not None and word in name]
    if word is None or word in entry.second or third:
        place = "—".join(part for part in (entry.first, entry.second) if part)
        yield f"  {place}" + ("" if entry.verified else "（名称未核对原文）")
    yield from (f"    {name}" for name in third)


def read_catalogue(name: str, areas: Areas, base: RuleBase) -> Catalogue:
    """Read a catalogue by file name, or the central one by its word. Raises `DiagnosticsError` where it has problems."""
    is_central = name == CENTRAL
    path = base.files.rules / _CENTRAL_FILE if is_central else Path(name)
    # How a table is read depends on the name of its file.
    shown = f"rules/{_CENTRAL_FILE.as_posix()}" if is_central else name
    texts = this_run().of_base if is_central else this_run().given
    texts[shown] = ""
    source = read_source(path, shown)
    texts[shown] = source.text
    return load_catalogue(source, areas)
