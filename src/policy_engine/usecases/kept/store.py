"""The file that a kept rule base lies in: where, whose it may be, how it is written, and when it is believed."""

from __future__ import annotations

import contextlib
import os
import stat
from binascii import crc32
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from policy_engine.foundation.digests import blake2b
from policy_engine.foundation.records import dataclass

_MAGIC: Final = b"policy-engine kept rule base 2\n"
_SUM: Final = 8
# Of each kind, the files that were kept last stay.
_MOST: Final = 8
# For a file that was changed while it was read, and one that is no such file at all.
_LARGEST: Final = 64 * 1024 * 1024
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Key:
    """What a kept base must be a copy of: digests of its files and of the program. `kind`: of what else it may be."""

    files: str
    program: str
    kind: str = "base"

    @property
    def name(self) -> str:
        """Name the file; of another key it has another name."""
        return blake2b(f"{self.files}\0{self.program}".encode(), digest_size=20).hexdigest() + f".{self.kind}"


def pack(key: Key, tables: Tables) -> bytes:
    """Put tables into one piece: a line each for the sum of all that follows and the key, then names and lengths."""
    listed = ",".join(f"{name}={len(table)}" for name, table in tables.items())
    body = b"".join((f"{key.files} {key.program}\n{listed}\n".encode(), *tables.values()))
    return _MAGIC + _sum(body) + b"\n" + body


# Tables that were read: parts of one piece, so that nothing is copied.
Tables = Mapping[str, bytes | memoryview]


def unpack(data: bytes, key: Key) -> Tables | None:
    """Take the tables apart again; `None` where anything is not as it was written, or is of another key."""
    start = len(_MAGIC) + _SUM + 1
    if not data.startswith(_MAGIC) or len(data) <= start or data[start - 1 : start] != b"\n":
        return None
    # Against torn and spoilt files, not against forgers: `read_kept` looks at who may write here.
    every = memoryview(data)
    if _sum(every[start:]) != data[len(_MAGIC) : start - 1]:
        return None
    end_of_key = data.find(b"\n", start)
    if data[start:end_of_key].decode("ascii", "replace") != f"{key.files} {key.program}":
        return None
    at = data.find(b"\n", end_of_key + 1) + 1
    found: dict[str, bytes | memoryview] = {}
    for one in data[end_of_key + 1 : at - 1].decode().split(","):
        name, _, length = one.rpartition("=")
        found[name] = every[at : at + int(length)]
        at += int(length)
    return found if at == len(data) else None


def _sum(body: bytes | memoryview) -> bytes:
    # Finds every burst of 32 bits, and of all else all but one in four thousand million, at a fifth of a digest's time.
    return b"%08x" % crc32(body)


def read_kept(key: Key, folder: Path) -> Tables | None:
    """Read what was kept under a key; `None` where there is nothing, or somebody else could have written it."""
    try:
        if not _is_ours(os.lstat(folder), is_folder=True):
            return None
        # Where the system can, no link is followed; and what is looked at is the open file, which nobody swaps.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(folder / key.name, flags)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not _is_ours(status, is_folder=False) or status.st_size > _LARGEST:
                return None
            data = file.read(_LARGEST)
    except OSError:
        return None
    return unpack(data, key)


def read_shipped(key: Key, path: Path) -> Tables | None:
    """Read what came with the program, and lies beside it; `None` where it is of other rules or another program."""
    try:
        return unpack(path.read_bytes(), key)
    except OSError:
        return None


def keep(key: Key, tables: Tables, folder: Path) -> bool:
    """Write what is to be kept, whole or not at all; where that can't be, nothing is kept and nothing is said."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(os.lstat(folder), is_folder=True):
            return False
        from policy_engine.foundation.in_place import put_in_place  # noqa: PLC0415 - most runs only read

        put_in_place(folder / key.name, pack(key, tables), is_private=True)
    except OSError:
        return False
    _forget_old(folder, key.kind)
    return True


def _is_ours(status: os.stat_result, *, is_folder: bool) -> bool:
    is_kind = stat.S_ISDIR(status.st_mode) if is_folder else stat.S_ISREG(status.st_mode)
    if not hasattr(os, "getuid"):
        # Windows: the folder lies in the user's own profile.
        return is_kind
    return is_kind and status.st_uid == os.getuid() and not status.st_mode & _OTHERS_WRITE


def _forget_old(folder: Path, kind: str) -> None:
    with contextlib.suppress(OSError):
        kept = [(one.stat().st_mtime_ns, one) for one in folder.glob(f"*.{kind}*")]
        for _, old in sorted(kept, reverse=True)[_MOST:]:
            old.unlink(missing_ok=True)
