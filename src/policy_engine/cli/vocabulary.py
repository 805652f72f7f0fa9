"""`policy-engine schema` and `policy-engine new`: the vocabulary of a subject, and a blank case to fill in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from wcwidth import wcswidth

from policy_engine.cli.chinese import Command
from policy_engine.cli.completing import subjects
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import (
    RuleBase,
    choose_rule_base,
    from_here,
    rule_base,
    rule_base_options,
    ruled,
)
from policy_engine.cli.streams import write_error, write_out
from policy_engine.foundation.text import both_ends, json_text, one_line
from policy_engine.model.vocabulary import Subject
from policy_engine.reporting.blank_case import blank_case
from policy_engine.reporting.field_table import field_table

_LONGEST = 100

_SCHEMA_HELP = """输出一个主题的词汇表（JSON Schema）；写 --brief 列成一张表，写 --write 由 vocabulary/ 重新生成全部模式文件。"""
_NEW_HELP = """生成一份带说明的空白案件，填写后交 check 审查：先是普通事项要填的几项，写 --all 是全部栏目。"""
_VALUES = "values.schema.json"
_SUBJECT = [("[SUBJECT]", "主题，例如 采购事项；不写则列出全部主题")]


@click.command(cls=Command, help=_SCHEMA_HELP, arguments=_SUBJECT)
@click.argument("subject", metavar="[SUBJECT]", required=False, shell_complete=subjects)
@click.option("--brief", "is_brief", is_flag=True, help="只列表：分组、字段、类型、一句话说明")
@click.option("--write", "is_write", is_flag=True, help="由 vocabulary/ 重新生成 schemas/ 里各主题的模式文件")
@rule_base_options
def schema(
    *, subject: str | None, is_brief: bool, is_write: bool, rules: Path | None, schemas: Path | None
) -> int:
    """Print the schema file of a subject, or make all of them."""
    if is_write:
        # Who makes schemas writes rules: never into the shipped base unasked.
        return _made(choose_rule_base((), rules, schemas).base, subject)
    base = rule_base(rules, schemas)
    rule_set = ruled(base, reads_examples=False).rule_set
    subjects = rule_set.vocabulary.subjects
    if subject is None:
        write_out(_listed(subjects))
        return Exit.PERMITTED
    if subject not in subjects:
        return _unknown(subject, subjects)
    if is_brief:
        write_out(f"{field_table(subjects[subject])}\n{base.described(rule_set.version)}")
        return Exit.PERMITTED
    folder = base.files.schemas
    plain = json.loads((folder / Path(subjects[subject].file).name).read_text(encoding="utf-8"))
    shown = {**_standing_alone(plain, folder), "$comment": base.described(rule_set.version)}
    write_out(json_text(shown))
    return Exit.PERMITTED


@click.command(cls=Command, help=_NEW_HELP, arguments=_SUBJECT)
@click.argument("subject", metavar="[SUBJECT]", required=False, shell_complete=subjects)
@click.option("--all", "everything", is_flag=True, help="写出全部栏目，按组排列")
@rule_base_options
def new(*, subject: str | None, everything: bool, rules: Path | None, schemas: Path | None) -> int:
    """Print a blank case."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base, reads_examples=False).rule_set
    subjects = rule_set.vocabulary.subjects
    if subject is None:
        write_out(_listed(subjects))
        return Exit.PERMITTED
    if subject not in subjects:
        return _unknown(subject, subjects)
    case_schema = beneath_here(base.files.schemas / "case.schema.json")
    blank = blank_case(subjects[subject], case_schema, everything=everything)
    write_out(blank + f"# {one_line(base.described(rule_set.version))}")
    return Exit.PERMITTED


def _made(base: RuleBase, subject: str | None) -> int:
    from policy_engine.usecases.making import write_schemas  # noqa: PLC0415 - only authors write

    if subject is not None:
        raise click.UsageError("--write 写出全部主题，不写主题", click.get_current_context())
    made = write_schemas(base.files)
    for name, text in made.changed.items():
        words = "主题没有了，已删去" if text is None else "已生成"
        write_out(f"{words}：{from_here(base.files.schemas / name)}")
    write_out(f"规则库 {base.name}：{made.total} 个主题的模式文件，改了 {len(made.changed)} 个")
    return Exit.PERMITTED


def _standing_alone(schema: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Take the definitions a schema refers to into it, so that the printed file needs no other."""
    values = json.loads((folder / _VALUES).read_text(encoding="utf-8"))
    return {**_local(schema), "$defs": values["$defs"]}


def _local(node: Any) -> Any:
    match node:
        case {"$ref": str(target)}:
            return {**node, "$ref": target.removeprefix(_VALUES)}
        case dict():
            return {key: _local(value) for key, value in node.items()}
        case list():
            return [_local(item) for item in node]
        case _:
            return node


def beneath_here(schema: Path) -> str:
    """Write the path of a schema as an editor finds it from here, or "" where it lies elsewhere on this machine."""
    here, there = Path.cwd().resolve(), schema.resolve()
    return there.relative_to(here).as_posix() if there.is_relative_to(here) else ""


def _listed(subjects: Mapping[str, Subject]) -> str:
    width = max(wcswidth(name) for name in subjects)
    return "\n".join(
        f"{one_line(name)}{' ' * (width - wcswidth(name))}  {one_line(subject.description).rstrip('。')}"
        for name, subject in subjects.items()
    )


def _unknown(word: str, subjects: Mapping[str, Subject]) -> int:
    # A thing that is bought is no subject: what is asked about it is.
    write_error(
        f"没有主题 `{both_ends(word, _LONGEST)}`，主题有：\n{_listed(subjects)}\n要审查买什么服务，用 采购事项"
    )
    return Exit.BAD_INPUT
