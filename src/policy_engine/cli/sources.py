"""`policy-engine sources`: the documents the rules rest on, and whether their texts still say what was encoded."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.chinese import Command, Folder
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import output_options
from policy_engine.cli.rule_base import (
    choose_rule_base,
    note_rules,
    rule_base,
    rule_base_options,
    ruled,
    sources_of,
)
from policy_engine.cli.telling import tell
from policy_engine.foundation.in_place import rewrite
from policy_engine.foundation.text import joined
from policy_engine.reporting.sources_page import (
    comparison_json,
    comparison_lines,
    documents_json,
    documents_lines,
)
from policy_engine.usecases.verifying import (
    REGISTER,
    find_problems,
    register_text,
    renewed_lists,
    verify_texts,
)

_VERIFY_HELP = """把规则库与来源文本比对：引文逐字（不计空白）在原文哪一行，编写时所依据的段落有没有变动。
目录里的法律法规文本（文件名是法名，名称或者开头有这个文本的通过日）也比对：出处的条、款、项在不在，引文在不在所引的条里，条文与登记的摘要是否一致。

没有问题退出码为 0，有问题为 1，用法或文件有误为 2。"""


@click.command("list", cls=Command, help="列出登记的文件：文号、效力、地域、起止、核对和编写程度。")
@output_options(("text", "json"))
@rule_base_options
def list_sources(*, rules: Path | None, schemas: Path | None) -> int:
    """Print the register of documents."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base, reads_examples=False).rule_set
    return tell(
        Exit.PERMITTED,
        lambda: joined([*documents_lines(rule_set), base.described(rule_set.version)]),
        lambda: documents_json(rule_set),
        f"共 {len(rule_set.documents)} 份文件",
    )


@click.command(cls=Command, help=_VERIFY_HELP)
@click.option(
    "--against",
    type=Folder(),
    required=True,
    metavar="目录",
    help="来源文本所在的目录",
)
@click.option("--update", is_flag=True, help=f"核对以后，按现在的文本更新 rules/registers/{REGISTER}")
@output_options(("text", "json"))
@rule_base_options
def verify(*, against: Path, update: bool, rules: Path | None, schemas: Path | None) -> int:
    """Compare, print what was found, and renew the register where asked."""
    base = choose_rule_base((), rules, schemas).base
    files = base.files
    read = sources_of(base)
    verified = verify_texts(files, read, against)
    note_rules(len(verified.rule_set.rules))
    register = files.register(REGISTER)
    problems = find_problems(verified)
    compared = (
        verified.rule_set,
        verified.texts,
        verified.anchors,
        verified.quotes,
        verified.statutes,
        verified.places,
    )
    renewed = []
    if update:
        rewrite(register, register_text(verified))
        renewed = [f"已更新 {register}"]
        for shown, text in renewed_lists(verified, read).items():
            path = files.rules / Path(*Path(shown).parts[1:])
            rewrite(path, text)
            renewed.append(f"已更新 {path}")
    return tell(
        Exit.REFUSED if problems else Exit.PERMITTED,
        lambda: joined([*comparison_lines(*compared), base.described(read.version), *renewed]),
        lambda: comparison_json(*compared),
        problems=problems,
    )
