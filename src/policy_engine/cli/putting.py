"""What is written: to standard output, or to a file that is written whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

from policy_engine.cli.run import Run
from policy_engine.cli.streams import write_bytes, write_out


class OutputError(Exception):
    """Raised where the output can't be written: there is no use in writing the failure to the same place."""

    def __init__(self, name: str, error: OSError) -> None:
        super().__init__(name)
        self.name, self.error = name, error


def put(text: str, run: Run) -> None:
    """Write the output of a run. Raises `OutputError` where that fails."""
    name = run.output or "输出"
    try:
        if run.output is None and (run.is_for_machines or run.format == "html"):
            write_data(text, run.format)
        elif run.output is None:
            write_out(text)
        else:
            write_whole(Path(run.output), text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise OutputError(name, error) from error


def put_bytes(data: bytes, run: Run) -> None:
    """Write the output of a run that is no text. Raises `OutputError` where that fails."""
    assert run.output is not None
    try:
        write_whole_bytes(Path(run.output), data)
    except OSError as error:
        raise OutputError(run.output, error) from error


def write_data(text: str, format_: str) -> None:
    """Write data to standard output as UTF-8: readers take it for that, whatever terminals here are set to.

    Where they are set to something else it keeps to ASCII, so that it can be read there too.
    """
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-")
    plain = text if encoding in ("utf-8", "utf8") else _in_ascii(text, format_)
    write_bytes((plain if plain.endswith("\n") else plain + "\n").encode("utf-8", "backslashreplace"))


def _in_ascii(text: str, format_: str) -> str:
    if format_ in ("json", "sarif"):
        import json  # noqa: PLC0415 - only here

        return json.dumps(json.loads(text), indent=2)
    is_markup = format_ in ("junit", "html")
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii") if is_markup else text


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place and move it there; what is not a plain file (a pipe, a device) is written to."""
    write_whole_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_whole_bytes(path: Path, data: bytes) -> None:
    """Write a file that is no text, as `write_whole` does."""
    path = path.resolve()
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    from policy_engine.foundation.in_place import put_in_place  # noqa: PLC0415 - most runs write to a screen

    put_in_place(path, data)
