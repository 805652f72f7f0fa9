"""What is told where a command fails: on standard error to people, in their format to machines."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import usage_error_text, usage_problem
from policy_engine.cli.exits import Exit
from policy_engine.cli.guarding import is_among, is_of_a_base
from policy_engine.cli.output import OutputError, OutputOption
from policy_engine.cli.run import FOR_MACHINES, Run
from policy_engine.cli.streams import fitted, write_error
from policy_engine.foundation.text import shown_path

if TYPE_CHECKING:
    from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError

# The system refuses the very name.
_OF_A_PATH = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR)
_REMEDIES = {
    errno.ENOENT: "没有这个目录，先建目录，或者写别的路径",
    errno.EISDIR: "这是目录，写目录里的一个文件",
    errno.EACCES: "没有权限，检查权限，或者写到别的目录",
    errno.ENOSPC: "磁盘满了，腾出空间再试",
}
_REPORT = "请把命令、输入文件和这段文字一并报告给规则库维护人员。"


def asked(run: Run, error: click.ClickException, arguments: Sequence[str]) -> None:
    """Note the command, the format and the file that were asked for, where the command line was never understood."""
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        run.command = " ".join(ctx.command_path.split()[1:])
        offered = next((p.type for p in ctx.command.params if p.name == "format"), None)
    else:
        offered = None
    words = getattr(offered, "words", FOR_MACHINES)
    option_of = next((p for p in ctx.command.params if isinstance(p, OutputOption)), None) if ctx else None
    for at, (option, value) in enumerate(zip(arguments, (*arguments[1:], ""), strict=False)):
        name, _, attached = option.partition("=")
        if name == "--format" and (attached or value) in words:
            run.format = attached or value
        if name in ("-o", "--output") and (path := attached or value):
            is_elsewhere = option_of is not None and option_of.is_elsewhere(path)
            rest = [*arguments[:at], *arguments[at + (1 if attached else 2) :]]
            # Not even why a run failed is written over what it was to read.
            run.output = None if is_elsewhere or is_among(path, rest) or is_of_a_base(path) else path


def tell_failure(run: Run, error: Exception) -> Exit:
    """Tell why a run didn't reach its end, and give its exit code."""
    error = _explained(error, run)
    if isinstance(error, OutputError):
        _tell_unwritten(run, error, (_of_output(error),))
        return Exit.BROKEN
    exit_, text = _told(run, error)
    if not run.is_for_machines:
        write_error(fitted(text))
        return exit_
    from policy_engine.cli.telling import failed  # noqa: PLC0415 - people don't need it

    found = _diagnostics(error)
    try:
        return failed(run, exit_, found, "".join(_unseen(error)))
    except OutputError as unwritten:
        _tell_unwritten(run, unwritten, (*found, _of_output(unwritten)))
        return exit_ if exit_ is Exit.BAD_INPUT else Exit.BROKEN


def _tell_unwritten(run: Run, error: OutputError, found: Sequence[Diagnostic]) -> None:
    """Say that the output could not be written; a machine that asked for a file finds why on the screen, in its format."""
    write_error(_unwritable(error.name, error.error))
    if run.output is None or not run.is_for_machines:
        return
    from policy_engine.cli.telling import failed  # noqa: PLC0415 - as above

    run.output = None
    # Where the screen can't be written to either, nothing is left to write on.
    with suppress(OutputError):
        failed(run, Exit.BROKEN, found)


def _of_output(error: OutputError) -> Diagnostic:
    from policy_engine.foundation.diagnostics import Diagnostic  # noqa: PLC0415 - as above

    message = _unwritable(error.name, error.error)
    return Diagnostic(code="PE905", message=message, help=_remedy(error.error))


def _explained(error: Exception, run: Run) -> Exception:
    if isinstance(error, OSError):
        return _of_a_path(error)
    if isinstance(error, ImportError):
        from policy_engine.foundation.diagnostics import DiagnosticsError  # noqa: PLC0415 - rarely
        from policy_engine.foundation.parts import absent_part  # noqa: PLC0415

        absent = absent_part(error)
        if absent is not None:
            # Nothing was looked at, whatever the command makes of problems.
            run.on_problems = Exit.BAD_INPUT
            return DiagnosticsError([absent])
    return error


def _of_a_path(error: OSError) -> Exception:
    if error.errno not in _OF_A_PATH or error.filename is None:
        return error
    from policy_engine.loading.files import refused_path  # noqa: PLC0415 - rarely

    return refused_path(str(error.filename), error)


def _causes(error: DiagnosticsError) -> Sequence[Diagnostic]:
    from policy_engine.reporting.findings.causes import by_cause  # noqa: PLC0415 - slips need none

    return by_cause(error.diagnostics)


def _unseen(error: Exception) -> Sequence[str]:
    number = getattr(error, "unseen", 0)
    return (f"另有 {number} 个文件没有检查，改好以后再看",) if number else ()


def _told(run: Run, error: Exception) -> tuple[Exit, str]:
    from policy_engine.foundation.diagnostics import DiagnosticsError, render_all  # noqa: PLC0415 - slips need none

    match error:
        case click.ClickException():
            return Exit.BAD_INPUT, usage_error_text(error)
        case DiagnosticsError():
            return run.on_problems, "\n\n".join((render_all(_causes(error), run.texts), *_unseen(error)))
        case OSError():
            return Exit.BROKEN, _unwritable(str(error.filename or "输出"), error)
        case _:
            return Exit.BROKEN, f"{_internal_error(error)}\n  {_REPORT}"


def _diagnostics(error: Exception) -> Sequence[Diagnostic]:
    from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError  # noqa: PLC0415 - as above

    match error:
        case click.ClickException():
            return (Diagnostic(code="PE903", message=usage_problem(error), help="查看帮助：加 --help"),)
        case DiagnosticsError():
            return _causes(error)
        case OSError():
            message = _unwritable(str(error.filename or "输出"), error)
            return (Diagnostic(code="PE905", message=message, help=_remedy(error)),)
        case _:
            return (Diagnostic(code="PE904", message=_internal_error(error), help=_REPORT),)


def _unwritable(name: str, error: OSError) -> str:
    return f"无法读写：{shown_path(name)}（系统错误 {error.errno}），{_remedy(error)}"


def _remedy(error: OSError) -> str:
    return _REMEDIES.get(error.errno or 0, "检查磁盘空间和权限")


def _internal_error(error: Exception) -> str:
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    place = frames[-1] if frames else "?"
    return f"内部错误：程序没有能够处理这次输入，未作出任何结论。\n  位置：{place}"
