"""What a kept rule base is a copy of: the bytes of its files, the program that loaded it, the shape of its types."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol

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


# What was changed so lately may be changed once more without the system's clock telling the two apart.
_LATELY: Final = 60 * 10**9


class Digests(Protocol):
    """Digests that were made before, by stamps of what they were made of."""

    def find(self, stamp: str) -> str | None:
        """Give the digest of files with this stamp."""

    def note(self, stamp: str, digest: str) -> None:
        """Hear of a digest that had to be made."""


def digest_of_files(folders: Iterable[tuple[str, Path]], before: Digests | None = None) -> str | None:
    """Digest names and bytes of all that lies in the folders of a rule base; `None` where that can't be told.

    `before`: where files that have not been changed since need not be read again.
    """
    return _digest("", folders, lambda _: True, before)


def digest_of_program(package: Path, shape: str, before: Digests | None = None) -> str | None:
    """Digest what loads: names and bytes of the files of the program, and the types it makes.

    Not sizes and times: a wheel is installed at any time, and a file that was changed may be as long as before.
    """
    folders = ((folder, package / folder) for folder in _LOADING)
    return _digest(f"{shape}\0", folders, lambda shown: shown.endswith(_OF_THE_PROGRAM), before)


def _digest(
    head: str,
    folders: Iterable[tuple[str, Path]],
    counts: Callable[[str], bool],
    before: Digests | None,
) -> str | None:
    try:
        files = [one for name, folder in folders for one in _below(str(folder), name) if counts(one[0])]
        stamp = _stamp(head, files) if before is not None else None
        known = before.find(stamp) if before is not None and stamp is not None else None
        if known is not None:
            return known
        made = blake2b(head.encode(), digest_size=32)
        for shown, entry in files:
            _add(made, shown, entry.path)
    except (OSError, _UncertainError):
        return None
    found = made.hexdigest()
    if before is not None and stamp is not None:
        before.note(stamp, found)
    return found


def _stamp(head: str, files: Iterable[tuple[str, os.DirEntry[str]]]) -> str | None:
    """Write down what tells whether files were changed, without reading them; `None` where nothing does for certain.

    No program sets the time of a file's last change, as it does that of its last writing. But other systems than Linux
    know no such time, or mean another by it; and of a file that lies on another machine the system may tell what was
    so a minute ago: only a file system on a device of this machine has a number of a device.
    """
    if sys.platform != "linux":
        return None
    made = blake2b(head.encode(), digest_size=32)
    latest = time.time_ns() - _LATELY
    for shown, entry in files:
        told = entry.stat(follow_symlinks=False)
        if os.major(told.st_dev) == 0 or told.st_ctime_ns > latest:
            return None
        line = f"{shown}\0{told.st_dev} {told.st_ino} {told.st_size} {told.st_mtime_ns} {told.st_ctime_ns}\0"
        made.update(line.encode("utf-8", "surrogateescape"))
    return made.hexdigest()


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


def _below(folder: str, shown: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
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
            yield f"{shown}/{entry.name}", entry
        else:
            raise _UncertainError
