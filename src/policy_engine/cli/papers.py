"""The output of `check` as a paper to be signed, where the name of the file asks for one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from policy_engine.cli.output import put_bytes
from policy_engine.cli.run import Run

if TYPE_CHECKING:
    from policy_engine.model.decisions import Decision
    from policy_engine.model.rules import RuleSet
    from policy_engine.reporting.opinion.paper import Filing

ENDINGS: Final = frozenset({".docx", ".pdf", ".html"})


def is_paper(run: Run) -> bool:
    """Tell whether the output is to be an opinion on paper: its name ends so, and nobody asked for a format of pages."""
    ending = Path(run.output).suffix.lower() if run.output is not None else ""
    source = click.get_current_context().get_parameter_source("format")
    if ending not in ENDINGS or source in (None, ParameterSource.DEFAULT):
        return ending in ENDINGS
    if ending == ".html":
        return False
    msg = f"`{ending}` 写的是意见书，不能再用 --format"
    raise click.UsageError(msg, click.get_current_context())


def refuse_for_paper(told: str) -> None:
    """Refuse what a paper has no place for, rather than leave it out."""
    msg = f"意见书里没有{told}的位置：不用它，或者写成别的格式"
    raise click.UsageError(msg, click.get_current_context())


def put_paper(decision: Decision, rule_set: RuleSet, run: Run, filing: Filing | None = None) -> None:
    """Write the opinion on one case. `filing`: where it was filed."""
    from policy_engine.reporting.opinion.compose import compose  # noqa: PLC0415 - most runs write a page
    from policy_engine.reporting.opinion.writers import PAPERS  # noqa: PLC0415

    assert run.output is not None
    put_bytes(PAPERS[Path(run.output).suffix.lower()](compose(decision, rule_set, filing)), run)
