"""`policy-engine fmt`: put rule files into one form, comments and meaning kept."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import GivenPath, read_input
from policy_engine.cli.rule_base import RuleBase, choose_rule_base, from_here
from policy_engine.cli.streams import write_error, write_lines, write_out
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.foundation.in_place import rewrite
from policy_engine.foundation.text import seen
from policy_engine.loading.files import read_source
from policy_engine.loading.folders import LAW, REGRESSIONS, holds_fields, kind_of

# Terms and aggregates lie apart from rules, and are written like them.
_FORMATTED = (LAW, REGRESSIONS, "lexicon", "aggregates")
_HELP = """排版规则、词条、汇总和词汇表的文件：键的次序、缩进、条目之间的空行。注释和含义不变，排两次与排一次相同。

PATHS 是这些文件或者目录，写 - 从标准输入读、向标准输出写；不写则是整个规则库的规则、词条、汇总和词汇表。
退出码：0 都已排好（或者刚排好）；1 用 --check、--diff 时有要改的；2 用法或文件有误。"""


@click.command("fmt", cls=Command, help=_HELP, arguments=[("[PATHS]...", "规则文件或目录，或 -")])
@click.argument("paths", metavar="[PATHS]...", nargs=-1, type=GivenPath())
@click.option("--check", "is_check", is_flag=True, help="只看要不要改，不改")
@click.option("--diff", "is_diff", is_flag=True, help="显示会怎样改，不改")
@click.option("--rules", type=GivenPath(), metavar="目录", help="规则库所在目录，默认取当前目录的规则库")
def fmt(*, paths: tuple[Path, ...], is_check: bool, is_diff: bool, rules: Path | None) -> int:
    """Format and write."""
    from policy_engine.loading.formatting import format_rules  # noqa: PLC0415 - help needs no parser

    if paths == (Path("-"),):
        return _stream()
    changed = broken = 0
    is_remade = False
    base = choose_rule_base(paths, rules, None).base
    files = _files(paths, base)
    for path in files:
        text = ""
        try:
            source = read_source(path)
            text = source.text
            formatted = format_rules(source)
        except DiagnosticsError as error:
            write_error(render_all(error.diagnostics, {str(path): text}))
            broken += 1
            continue
        if formatted == text:
            continue
        changed += 1
        if is_diff:
            lines = difflib.unified_diff(
                text.splitlines(), formatted.splitlines(), from_here(path), from_here(path), lineterm=""
            )
            write_out("\n".join(map(seen, lines)))
        elif is_check:
            write_lines([f"要排版：{from_here(path)}"])
        else:
            rewrite(path, formatted)
            is_remade |= holds_fields(base.files.shown(path))
            write_lines([f"已排版：{from_here(path)}"])
    if is_remade:
        write_lines(["词汇表排版过，生成的模式文件要跟上：运行 policy-engine schema --write"])
    unread = f"，没有排版 {broken} 个" if broken else ""
    done = "要改" if is_check or is_diff else "改了"
    write_lines([f"规则库 {base.name}：{len(files)} 个文件，{done} {changed} 个{unread}"])
    if broken:
        return Exit.BAD_INPUT
    return Exit.REFUSED if changed and (is_check or is_diff) else Exit.PERMITTED


def _stream() -> int:
    from policy_engine.loading.formatting import format_rules  # noqa: PLC0415 - as above

    source = read_input("-")
    try:
        write_out(format_rules(source).removesuffix("\n"))
    except DiagnosticsError as error:
        write_error(render_all(error.diagnostics, {source.path: source.text}))
        return Exit.BAD_INPUT
    return Exit.PERMITTED


def _files(paths: tuple[Path, ...], base: RuleBase) -> list[Path]:
    found: dict[Path, None] = {}
    for root in paths or (base.files.rules, base.files.vocabulary):
        files = sorted(root.rglob("*.yaml")) if root.is_dir() else [root]
        rules = [file for file in files if _is_formatted(file.absolute(), base)]
        if paths and not rules:
            message = f"`{from_here(root)}` 里没有规则文件：fmt 只排版 law.yaml、regressions.yaml 和 lexicon/、aggregates/、vocabulary/ 里的 .yaml"
            raise click.UsageError(message, click.get_current_context())
        found |= dict.fromkeys(rules)
    return list(found)


def _is_formatted(file: Path, base: RuleBase) -> bool:
    shown = base.files.shown(file)
    return kind_of(shown) in _FORMATTED or holds_fields(shown)
