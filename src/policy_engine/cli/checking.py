"""Cases of files decided and told, each in its place: what `check` does once it knows what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from policy_engine.cli.colour import as_page
from policy_engine.cli.exits import Exit, exit_of, worst
from policy_engine.cli.putting import put
from policy_engine.cli.run import Run
from policy_engine.cli.streams import fitted, write_error
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, render_all
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Span, file_span
from policy_engine.loading.cases import CaseDefaults, CaseFile, Row, load_rows
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.reporting.render import FORMATS, Addition, Checked, Entry, summary_words
from policy_engine.reporting.told import Input, Json, Status
from policy_engine.usecases import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.usecases import check as decide
from policy_engine.usecases.checking import engine_fault

if TYPE_CHECKING:
    from policy_engine.cli.recording import Recorder
    from policy_engine.loading.files import SourceText
    from policy_engine.model.catalogue import Catalogue
    from policy_engine.reporting.findings import Report

_EXITS = {Status.REFUSED: Exit.BAD_INPUT, Status.FAILED: Exit.BROKEN}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is decided by, and what is added."""

    compiled: CompiledRuleSet
    engine: Engine
    listed: Catalogue | None
    ways: bool
    reasons: bool
    records: Recorder | None = None


def rows_of(
    names: Sequence[str],
    read: Callable[[str], SourceText],
    compiled: CompiledRuleSet,
    defaults: CaseDefaults,
    run: Run,
) -> Iterator[tuple[str, Row]]:
    """Go through the cases of files, each with the name under which it is shown."""
    for name in names:
        run.given[name] = ""
        try:
            source = read(name)
            run.given[source.path] = source.text
            found = load_rows(source, compiled.rule_set, defaults)
        except DiagnosticsError as error:
            found = CaseFile((), error.diagnostics)
        shown = "标准输入" if name == "-" else name
        if found.diagnostics:
            yield shown, _unread(file_span(shown), found.diagnostics)
        yield from ((shown, row) for row in found.rows)


def _unread(span: Span, diagnostics: tuple[Diagnostic, ...]) -> Row:
    # A file of which some or all could not be read is an input too: it must not look as if it held nothing.
    return Row(index=0, name="", span=span, case=None, diagnostics=diagnostics)


def entry_of(index: int, file: str, row: Row, asked: Asked) -> Entry:
    """Decide one case, or say why it was refused, in its place."""
    decision, problems, status = None, row.diagnostics, Status.REFUSED
    if row.case is not None:
        decision, problems, status = _decided(row.case, asked)
    given = Input(
        index=index, file=file, row=row.index or None, place=row.span.place, name=row.name, status=status
    )
    additions = tuple(_additions(decision, asked)) if decision is not None else ()
    return Entry(input=given, decision=decision, diagnostics=problems, additions=additions)


def _decided(case: Case, asked: Asked) -> tuple[Decision | None, tuple[Diagnostic, ...], Status]:
    areas = asked.compiled.rule_set.areas
    given = case
    if asked.listed is not None:
        from policy_engine.evaluation.consulting import consult  # noqa: PLC0415 - rarely wanted

        given = consult(asked.listed, case, areas)
    try:
        return decide(asked.compiled, given, asked.engine), (), Status.DECIDED
    except DiagnosticsError as error:
        return None, error.diagnostics, Status.REFUSED
    # No verdict of either is shown: which of them is wrong is what nobody knows.
    except (EnginesDisagreeError, EngineBrokeError) as error:
        return None, (engine_fault(error, case),), Status.FAILED


def _additions(decision: Decision, asked: Asked) -> Iterable[Addition]:
    if not asked.ways and not asked.reasons:
        return ()
    from policy_engine.reporting.explorations import additions_of  # noqa: PLC0415 - rarely wanted
    from policy_engine.usecases.exploring import Aim, explore  # noqa: PLC0415

    aims = [aim for aim, is_wanted in ((Aim.REASONS, asked.reasons), (Aim.WAYS, asked.ways)) if is_wanted]
    return additions_of(decision, explore(asked.compiled, decision, aims), asked.compiled.rule_set)


def exit_code(entry: Entry) -> Exit:
    """Give the exit code that one case asks for."""
    return exit_of(entry.decision) if entry.decision is not None else _EXITS[entry.input.status]


def _is_of_today(entry: Entry) -> bool:
    return entry.decision is not None and not entry.decision.case.is_day_stated


def summed_up(
    entries: tuple[Entry, ...], asked: Asked, view: str, today: int, run: Run
) -> tuple[Checked, Exit]:
    """Note in the run what became of each case; give all of it, and the exit code."""
    run.inputs = tuple(entry.input for entry in entries)
    # Only then does the clock show in what is printed; else the same case gives the same bytes on any day.
    run.today = today if any(_is_of_today(entry) for entry in entries) else None
    code = worst(map(exit_code, entries))
    report = _reporting(entries, run, code)
    return Checked(entries=entries, compiled=asked.compiled, view=view, report=report), code


def _reporting(entries: tuple[Entry, ...], run: Run, code: Exit) -> Callable[[tuple[Json, ...]], Report]:
    def report(results: tuple[Json, ...]) -> Report:
        from policy_engine.analysis.acceptance import Sifted  # noqa: PLC0415 - most runs write a page
        from policy_engine.cli.telling import report_of  # noqa: PLC0415

        found = Sifted(tuple(d for entry in entries for d in entry.diagnostics), ())
        owners = {
            (d.span, d.code, d.message): entry.input.index for entry in entries for d in entry.diagnostics
        }
        words = summary_words(entries)
        return report_of(run, code, found, results=results, of_input=owners, sentence=words)

    return report


def tell(checked: Checked, run: Run) -> None:
    """Write what was decided: problems to people, the rest to wherever it goes."""
    problems = [d for entry in checked.entries for d in entry.diagnostics]
    # Of one case that was refused the errors say all there is; a page would only repeat them.
    is_shown = run.is_for_machines or len(checked.entries) > 1 or not problems
    # Before anything is said: what was kept may turn out to be damaged even here.
    shown = FORMATS[run.format](checked) if is_shown else ""
    if problems and not run.is_for_machines:
        write_error(fitted(render_all(problems, run.texts)))
    if is_shown:
        codes = [exit_code(entry) for entry in checked.entries if entry.decision is not None]
        put(as_page(shown, codes), run)
