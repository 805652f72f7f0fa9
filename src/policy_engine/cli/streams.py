"""Standard streams: Chinese that never crashes a terminal, closed streams and pipes that stay quiet."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.text import joined

_PROBE = "结论：①"
# A place, a line of a file as messages quote it, and the carets under it.
_QUOTED = pattern(r"\s*(\d* \|( |$)|-->)")


def prepare_streams() -> None:
    """Open closed streams onto nothing; let both outputs hold Chinese: UTF-8 where nobody chose otherwise, else escapes."""
    _open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_chosen = bool(os.environ.get("PYTHONIOENCODING"))
            encoding = None if is_chosen or can_hold(stream, _PROBE) else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _open_closed_streams() -> None:
    # Whoever starts the program with a stream closed wants none of it. Left closed, its number would go to
    # the next file that is opened, and Python would have no object to write to.
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", errors="backslashreplace"))


def can_hold(stream: IO[str], text: str) -> bool:
    """Tell whether a stream's encoding has all these characters."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write_out(text: str) -> None:
    """Write to standard output. A reader that has gone away ends the writing, not the program."""
    _write(sys.stdout, text)


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output. Whatever a line quotes, it stays one line and shows what it holds."""
    write_out(joined(lines))


def write_error(text: str) -> None:
    """Write to standard error. Where that fails there is nobody to tell; the exit code stands."""
    try:
        _write(sys.stderr, text)
    except OSError:
        return


def read_standard_input(most: int) -> bytes:
    """Read standard input, which may never end: as many bytes as are allowed, and one more where there are more."""
    stream: Any = getattr(sys.stdin, "buffer", None)
    return bytes(stream.read(most + 1)) if stream is not None else b""


def is_terminal() -> bool:
    """Tell whether standard output is a terminal that may be coloured."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def columns() -> int:
    """Tell how many columns lines should keep to: COLUMNS where it is set, else the terminal's; 0: any number."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isascii() and stated.isdigit():
        return int(stated)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):
        return 0


def fitted(text: str) -> str:
    """Break the lines of a text for people at the terminal's width; quoted lines of files stay as they are."""
    width = columns()
    if not width:
        return text
    from policy_engine.foundation.width import wrap  # noqa: PLC0415 - only where there is a terminal

    parts = ([line] if _QUOTED.match(line) else wrap(line, width) for line in text.split("\n"))
    return "\n".join(part for lines in parts for part in lines)


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output, past its encoding, under the same terms."""
    with _quiet(sys.stdout):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def _write(stream: IO[str], text: str) -> None:
    with _quiet(stream):
        stream.write(text if text.endswith("\n") else text + "\n")
        stream.flush()


@contextmanager
def _quiet(stream: IO[str]) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        _silence(stream)
    except OSError:
        _silence(stream)
        raise


def _silence(stream: IO[str]) -> None:
    # Python flushes at exit and would complain again; give it somewhere to flush to.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
