"""`policy-engine schema` and `policy-engine new`: the vocabulary of a subject, and a blank case to fill in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.streams import write_error, write_out
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.reporting.blank_case import blank_case

_VALUES = "values.schema.json"
_SUBJECT = [("SUBJECT", "主题，例如 采购事项")]


@click.command(cls=Command, help="输出一个主题的词汇表（JSON Schema）。", arguments=_SUBJECT)
@click.argument("subject", metavar="SUBJECT")
@rule_base_options
def schema(*, subject: str, rules: Path | None, schemas: Path | None) -> int:
    """Print the schema file of a subject."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base).rule_set
    subjects = rule_set.vocabulary.subjects
    if subject not in subjects:
        return _unknown(subject, subjects)
    folder = base.files.schemas
    plain = json.loads((folder / Path(subjects[subject].file).name).read_text(encoding="utf-8"))
    shown = {**_standing_alone(plain, folder), "$comment": base.described(rule_set.version)}
    write_out(json.dumps(shown, ensure_ascii=False, indent=2))
    return Exit.PERMITTED


@click.command(cls=Command, help="生成一份带说明的空白案件，填写后交 check 审查。", arguments=_SUBJECT)
@click.argument("subject", metavar="SUBJECT")
@rule_base_options
def new(*, subject: str, rules: Path | None, schemas: Path | None) -> int:
    """Print a blank case."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base).rule_set
    subjects = rule_set.vocabulary.subjects
    if subject not in subjects:
        return _unknown(subject, subjects)
    case_schema = (base.files.schemas / "case.schema.json").resolve().as_uri()
    write_out(blank_case(subjects[subject], case_schema) + f"# {base.described(rule_set.version)}")
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


def _unknown(subject: str, subjects: Mapping[str, object]) -> int:
    write_error(f"没有主题 `{subject}`，{did_you_mean(subject, subjects)}")
    return Exit.BAD_INPUT
