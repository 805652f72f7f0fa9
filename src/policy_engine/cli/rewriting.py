"""Write the cases made by machine anew, after mutation showed which of them are needed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.cli.rule_base import RuleBase, compiled_from
from policy_engine.cli.run import this_run
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.in_place import rewrite
from policy_engine.usecases import Sources

if TYPE_CHECKING:  # help needs no solver
    from policy_engine.analysis.testing.fates import MutationReport


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The rule base as it is now, what the new cases make of the mutants, and what to say of it."""

    sources: Sources
    compiled: CompiledRuleSet
    report: MutationReport
    lines: tuple[str, ...]


def rewrite_regressions(
    base: RuleBase,
    sources: Sources,
    compiled: CompiledRuleSet,
    report: MutationReport,
    wanted: Collection[str],
) -> Rewritten:
    """Write the lists of the documents whose rules were tried; one that is empty goes."""
    from policy_engine.usecases.regressions import renew  # noqa: PLC0415

    made = renew(sources, compiled, report, wanted)
    for shown, text in made.texts.items():
        path = Path(base.located(shown))
        if text:
            path.parent.mkdir(parents=True, exist_ok=True)
            rewrite(path, text)
        else:
            path.unlink()
    this_run().of_base.update(made.sources.texts)
    lines = [f"已写：{base.located(shown)}" for shown in made.texts]
    lines.append(f"回归例新增 {made.added} 行，去掉 {made.dropped} 行")
    again = compiled_from(made.sources) if made.texts else compiled
    return Rewritten(made.sources, again, made.report, tuple(lines))
