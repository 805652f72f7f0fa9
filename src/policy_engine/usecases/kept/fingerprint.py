"""What a kept rule base is a copy of: the bytes of its files, the program that loaded it, the shape of its types."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from policy_engine.foundation.digests import blake2b

# What has a say in how a rule base is loaded and compiled, and kept.
_LOADING = (
    "foundation",
    "model",
    "language",
    "loading",
    "reading",
    "compilation",
    "evaluation/durable",
    "usecases",
    "data",
)
_AT_ONCE = 1 << 16
_OF_THE_PROGRAM = (".py", ".txt", ".json")


def digest_of_files(folders: Iterable[tuple[str, Path]]) -> str | None:
    """Digest names and bytes of all that lies in the folders of a rule base; `None` where that can't be told."""
    found = blake2b(digest_size=32)
    try:
        for name, folder in folders:
            for shown, path in _below(str(folder), name):
                _add(found, shown, path)
    except (OSError, _UncertainError):
        return None
    return found.hexdigest()


def digest_of_program(package: Path, shape: str) -> str | None:
    """Digest what loads: names and bytes of the files of the program, and the types it makes.

    Not sizes and times: a wheel is installed at any time, and a file that was changed may be as long as before.
    """
    found = blake2b(f"{shape}\0".encode(), digest_size=32)
    try:
        for folder in _LOADING:
            for shown, path in _below(str(package / folder), folder):
                if shown.endswith(_OF_THE_PROGRAM):
                    _add(found, shown, path)
    except (OSError, _UncertainError):
        return None
    return found.hexdigest()


def _add(found: blake2b, shown: str, path: str) -> None:
    # As the system does it: a file object for each of hundreds of files takes longer than what is done with them.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = part = os.read(handle, _AT_ONCE)
        while len(part) == _AT_ONCE:
            part = os.read(handle, _AT_ONCE)
            data += part
    finally:
        os.close(handle)
    # With its length, so that no bytes can pass from one file into the next unnoticed.
    found.update(f"{shown}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
    found.update(data)


class _UncertainError(Exception):
    """Raised where what is read may be something else than what lies there."""


def _below(folder: str, shown: str) -> Iterator[tuple[str, str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda one: one.name)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.name == "__pycache__" or (
            entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
        ):
            continue
        if entry.is_symlink():
            # What it leads to may be a folder, or lie anywhere.
            raise _UncertainError
        if entry.is_dir():
            yield from _below(entry.path, f"{shown}/{entry.name}")
        elif entry.is_file():
            yield f"{shown}/{entry.name}", entry.path
        else:
            raise _UncertainError
