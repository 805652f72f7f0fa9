"""Write what a run has to tell, in its format: results, findings, or what kept it from its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from policy_engine.cli.exits import Exit
from policy_engine.cli.output import put
from policy_engine.cli.run import Run, this_run
from policy_engine.cli.streams import fitted, write_error

if TYPE_CHECKING:  # help and slips need none of it
    from policy_engine.analysis.acceptance import Sifted
    from policy_engine.foundation.diagnostics import Diagnostic
    from policy_engine.reporting.findings import Report
    from policy_engine.reporting.told import Json


def tell(
    exit_: Exit,
    text: Callable[[], str],
    results: Callable[[], Iterable[Json]],
    sentence: str = "",
    problems: Sequence[Diagnostic] = (),
) -> Exit:
    """Write the results of a command and the problems beside them: as data, or as the text for people."""
    from policy_engine.analysis.acceptance import Sifted  # noqa: PLC0415 - help needs none of it
    from policy_engine.foundation.diagnostics import render_all  # noqa: PLC0415

    run = this_run()
    if run.format == "json":
        found = Sifted(tuple(problems), ())
        put(written(report_of(run, exit_, found, results=tuple(results()), sentence=sentence), run), run)
        return exit_
    if problems:
        write_error(fitted(render_all(problems, run.texts)))
    put(text(), run)
    return exit_


def tell_findings(exit_: Exit, found: Sifted, **more: Any) -> Exit:
    """Write findings in any of their formats."""
    run = this_run()
    put(written(report_of(run, exit_, found, **more), run), run)
    return exit_


def report_of(run: Run, exit_: Exit, found: Sifted | None = None, **more: Any) -> Report:
    """Put together what a run has to tell."""
    from policy_engine.analysis.acceptance import Sifted  # noqa: PLC0415 - as above
    from policy_engine.reporting.findings import Report  # noqa: PLC0415

    found = found or Sifted((), ())
    diagnostics = (*found.open, *(d for d, _ in found.accepted))
    spans = [s for d in diagnostics for s in (d.span, *(r.span for r in d.related)) if s is not None]
    spans += [edit.span for d in diagnostics for fix in d.fixes for edit in fix.edits]
    return Report(
        command=run.command,
        exit=int(exit_),
        findings=found,
        sources=run.texts,
        places={span.path: run.place(span.path) for span in spans},
        rule_base=run.rule_base,
        today=run.today,
        **{"inputs": run.inputs, **more},
    )


def written(report: Report, run: Run) -> str:
    """Write a report in the format of the run."""
    from policy_engine.reporting.findings import render_report  # noqa: PLC0415 - as above

    return render_report(report, run.format)


def failed(run: Run, exit_: Exit, found: Sequence[Diagnostic], rest: str = "") -> Exit:
    """Write what kept a run from its end, in a format for machines."""
    from policy_engine.analysis.acceptance import Sifted  # noqa: PLC0415 - as above
    from policy_engine.foundation.diagnostics import total  # noqa: PLC0415

    sentence = f"未能完成，{total(found)} 处有误" + (f"；{rest}" if rest else "")
    report = report_of(run, exit_, Sifted(tuple(found), ()), is_complete=False, sentence=sentence)
    put(written(report, run), run)
    return exit_
