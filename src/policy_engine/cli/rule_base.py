"""The rule base a command works with: the shipped one, or one named by options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from policy_engine.cli.exits import Exit
from policy_engine.cli.streams import write_error
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.usecases import RuleFiles, Sources, load_rule_set, read_sources, shipped_rules


def rule_base_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name another rule base."""
    folder = click.Path(path_type=Path)
    command = click.option("--schemas", type=folder, metavar="目录", help="词汇表所在目录（默认用自带的）")(
        command
    )
    return click.option("--rules", type=folder, metavar="目录", help="规则库所在目录（默认用自带的）")(
        command
    )


def rule_files(rules: Path | None, schemas: Path | None) -> RuleFiles:
    """Name the folders to read."""
    shipped = shipped_rules()
    return RuleFiles(rules or shipped.rules, schemas or shipped.schemas)


def ruled(rules: Path | None, schemas: Path | None) -> CompiledRuleSet:
    """Prepare the rule base; prints its diagnostics and exits where it has errors."""
    sources: Sources | None = None
    try:
        sources = read_sources(rule_files(rules, schemas))
        return compile_rules(load_rule_set(sources))
    except DiagnosticsError as error:
        write_error(render_all(error.diagnostics, sources.texts if sources else {}))
        sys.exit(Exit.BAD_INPUT)
