"""The output of `check` as a paper to be signed, where the name of the file asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from policy_engine.cli.output import put_bytes
from policy_engine.cli.run import Run

if TYPE_CHECKING:
    from policy_engine.compilation import CompiledRuleSet
    from policy_engine.model.decisions import Decision
    from policy_engine.model.rules import RuleSet
    from policy_engine.reporting.opinion.paper import Filing
    from policy_engine.reporting.render import Entry

ENDINGS: Final = frozenset({".docx", ".pdf", ".html"})
_TABLE: Final = ".xlsx"
# What writes each: looked for before anything is decided, and above all before anything is filed.
_WRITERS: Final = {
    ".docx": ("docx", "segno"),
    ".pdf": ("typst", "segno"),
    ".html": ("segno",),
    _TABLE: ("xlsxwriter",),
}


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


def is_table(run: Run) -> bool:
    """Tell whether the output is to be lists in a workbook: its name ends so, and nobody asked for a format of pages."""
    if run.output is None or Path(run.output).suffix.lower() != _TABLE:
        return False
    source = click.get_current_context().get_parameter_source("format")
    if source not in (None, ParameterSource.DEFAULT):
        msg = f"`{_TABLE}` 写的是核对表，不能再用 --format"
        raise click.UsageError(msg, click.get_current_context())
    return True


def need_writer(run: Run) -> None:
    """Bring what writes the output. Raises `ImportError` where it isn't installed."""
    assert run.output is not None
    for name in _WRITERS[Path(run.output).suffix.lower()]:
        import_module(name)


def put_lists(entries: Sequence[Entry], compiled: CompiledRuleSet, run: Run) -> None:
    """Write the lists that offices keep of such cases; those that were refused are counted under each."""
    from policy_engine.reporting.checklist_workbook import as_workbook  # noqa: PLC0415 - most runs write a page
    from policy_engine.reporting.checklists import LISTED_SUBJECTS, Listed, checklists  # noqa: PLC0415
    from policy_engine.usecases.staffing import SUBJECT, experts_needed  # noqa: PLC0415

    decided = [entry.decision for entry in entries if entry.decision is not None]
    listed = [
        Listed(one, experts_needed(compiled, one.case) if SUBJECT in one.case.subjects else None)
        for one in decided
    ]
    refused = len(entries) - len(decided)
    found = checklists(listed, compiled.rule_set, refused)
    if not found:
        names = "、".join(f"{name}（{title}）" for name, title in LISTED_SUBJECTS.items())
        msg = f"没有可以列表的案件：能列表的是{names}"
        raise click.UsageError(msg, click.get_current_context())
    put_bytes(as_workbook(found), run)


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
