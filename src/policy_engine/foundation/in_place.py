"""Files that are written whole or not at all: beside their place, and moved there in one step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# The longest name of a file leaves room for what is put around it here.
_LONGEST: Final = 60
_OWN, _AS_USUAL = 0o600, 0o666


def put_in_place(path: Path, data: bytes, *, is_private: bool = False) -> None:
    """Write a file: who reads meanwhile finds the old one or the new one. Raises `OSError` and leaves nothing behind.

    `is_private`: for its user alone. Else it may be read by whom the one before it could be read by.
    """
    # No two writers, of one process or of several, share a name.
    beside = path.with_name(f".{path.name[:_LONGEST]}.{os.getpid()}.{os.urandom(4).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(beside, flags, _OWN if is_private else _AS_USUAL)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if not is_private and path.exists():
            beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    except OSError as error:
        raise _named(error, beside, path)  # noqa: B904 - it is the same error
    finally:
        beside.unlink(missing_ok=True)


def rewrite(path: Path, text: str) -> None:
    """Write a text over the one a file has, whole or not at all; where the path is a link, what it leads to.

    Raises `OSError` and leaves the old text.
    """
    put_in_place(path.resolve(), text.encode())


@contextmanager
def made_in_place(path: Path) -> Iterator[Path]:
    """Give a path beside a file's place to write it at, piece by piece; it is moved there where all went well.

    Whatever is raised meanwhile, an interrupt too, leaves the place as it was. Raises `OSError`.
    """
    beside = path.with_name(f".{path.name[:_LONGEST]}.{os.getpid()}.{os.urandom(4).hex()}{path.suffix}")
    # Made at once, so that a folder in which nothing can be written is told before any work.
    os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _AS_USUAL))
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    except OSError as error:
        raise _named(error, beside, path)  # noqa: B904 - it is the same error
    finally:
        beside.unlink(missing_ok=True)


def _named(error: OSError, beside: Path, path: Path) -> OSError:
    """Let an error that names no file, or the one that nobody knows, name the file that was to be written."""
    if error.filename in (None, str(beside)):
        error.filename = str(path)
    return error
