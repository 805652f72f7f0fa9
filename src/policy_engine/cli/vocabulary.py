"""`policy-engine schema` and `policy-engine new`: the vocabulary of a subject, and a blank case to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import rule_base_options, rule_files, ruled
from policy_engine.cli.streams import write_error, write_out
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.reporting.blank_case import blank_case

_SUBJECT = [("SUBJECT", "主题，例如 采购事项")]


@click.command(cls=Command, help="输出一个主题的词汇表（JSON Schema）。", arguments=_SUBJECT)
@click.argument("subject", metavar="SUBJECT")
@rule_base_options
def schema(*, subject: str, rules: Path | None, schemas: Path | None) -> int:
    """Print the schema file of a subject."""
    subjects = ruled(rules, schemas).rule_set.vocabulary.subjects
    if subject not in subjects:
        return _unknown(subject, subjects)
    folder = rule_files(rules, schemas).schemas
    write_out((folder / Path(subjects[subject].file).name).read_text(encoding="utf-8").rstrip("\n"))
    return Exit.PERMITTED


@click.command(cls=Command, help="生成一份带说明的空白案件，填写后交 check 审查。", arguments=_SUBJECT)
@click.argument("subject", metavar="SUBJECT")
@rule_base_options
def new(*, subject: str, rules: Path | None, schemas: Path | None) -> int:
    """Print a blank case."""
    subjects = ruled(rules, schemas).rule_set.vocabulary.subjects
    if subject not in subjects:
        return _unknown(subject, subjects)
    write_out(blank_case(subjects[subject]).rstrip("\n"))
    return Exit.PERMITTED


def _unknown(subject: str, subjects: Mapping[str, object]) -> int:
    write_error(f"没有主题 `{subject}`，{did_you_mean(subject, subjects)}")
    return Exit.BAD_INPUT
