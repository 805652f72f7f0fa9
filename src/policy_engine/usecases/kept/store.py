"""The file that a kept rule base lies in: where, whose it may be, how it is written, and when it is believed.

A sum over its head stands first, and the head has a sum of each table. Who reads all of it believes all or nothing. Who
needs some of it reads and checks each table when it is asked for: of four megabytes a case needs one.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from binascii import crc32
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from policy_engine.foundation.digests import blake2b
from policy_engine.foundation.records import dataclass

_MAGIC: Final = b"policy-engine kept rule base 3\n"
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


class DamagedError(Exception):
    """Raised where a table that is asked for is not as it was written."""


# Tables that were read: parts of one piece, so that nothing is copied.
Tables = Mapping[str, bytes | memoryview]


def pack(key: Key, tables: Tables) -> bytes:
    """Put tables into one piece: sum and length of the head, the head with the key and what there is of tables, then these."""
    listed = {name: (len(table), crc32(table)) for name, table in tables.items()}
    listing = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
    head = f"{key.files} {key.program}\n{listing}\n".encode()
    return b"".join((_MAGIC, _sum(head), b"%08x\n" % len(head), head, *tables.values()))


# Where the head begins.
_START: Final = len(_MAGIC) + 2 * _SUM + 1
# Enough to have the head in it.
_HEAD: Final = 64 * 1024
# From where to where a table goes, and its sum.
_Place = tuple[int, int, int]


def _places(size: int, key: Key, read: Callable[[int, int], bytes | memoryview]) -> dict[str, _Place] | None:
    """Read the head of a file of some size; `None` where it is not as it was written, or of another key."""
    begin = bytes(read(0, _START))
    told = begin[len(_MAGIC) + _SUM : _START]
    # Length and sum as they are written, so that no byte may be another.
    if not begin.startswith(_MAGIC) or not told.endswith(b"\n") or set(told[:-1]) - set(b"0123456789abcdef"):
        return None
    end = _START + int(told, 16)
    # Against torn and spoilt files, not against forgers: `read_kept` looks at who may write here.
    head = bytes(read(_START, end))
    if begin[len(_MAGIC) : -len(told)] != _sum(head):
        return None
    of, listing, _ = head.decode().split("\n")
    if of != f"{key.files} {key.program}":
        return None
    found: dict[str, _Place] = {}
    for name, (length, told_sum) in json.loads(listing).items():
        found[name] = end, end + length, told_sum
        end += length
    return found if end == size else None


def unpack(data: bytes, key: Key) -> Tables | None:
    """Take the tables apart again; `None` where anything is not as it was written, or is of another key."""
    every = memoryview(data)
    places = _places(len(data), key, lambda begin, end: every[begin:end])
    if places is None:
        return None
    found = {name: every[begin:end] for name, (begin, end, _) in places.items()}
    return found if all(crc32(found[name]) == place[2] for name, place in places.items()) else None


class LateTables(Mapping[str, bytes]):
    """The tables of a file, each read and checked when it is asked for. Raises `DamagedError` where one isn't as it was written."""

    __slots__ = ("_handle", "_places")

    def __init__(self, handle: int, places: Mapping[str, _Place]) -> None:
        self._handle = handle
        self._places = places

    def __getitem__(self, name: str) -> bytes:
        begin, end, told = self._places[name]
        try:
            found = os.pread(self._handle, end - begin, begin)
        except OSError as error:
            raise DamagedError from error
        if len(found) != end - begin or crc32(found) != told:
            raise DamagedError
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __del__(self) -> None:
        os.close(self._handle)


def _sum(body: bytes | memoryview) -> bytes:
    # Finds every burst of 32 bits, and of all else all but one in four thousand million, at a fifth of a digest's time.
    return b"%08x" % crc32(body)


def read_kept(key: Key, folder: Path) -> Tables | None:
    """Read what was kept under a key; `None` where there is nothing, or somebody else could have written it."""
    opened = _opened(key, folder)
    if opened is None:
        return None
    with os.fdopen(opened[0], "rb") as file:
        try:
            data = file.read(_LARGEST)
        except OSError:
            return None
    return unpack(data, key)


def read_late(key: Key, folder: Path) -> Tables | None:
    """Read of the same only what will be asked for; what is damaged is found then.

    For a run that can begin anew. Where the system reads no part of a file by its place, all is read.
    """
    if not hasattr(os, "pread"):
        return read_kept(key, folder)
    opened = _opened(key, folder)
    if opened is None:
        return None
    return _late(*opened, key)


def _late(handle: int, size: int, key: Key) -> Tables | None:
    try:
        first = os.pread(handle, _HEAD, 0)
        places = _places(
            size,
            key,
            lambda begin, end: first[begin:end] if end <= _HEAD else os.pread(handle, end - begin, begin),
        )
    except OSError:
        places = None
    if places is None:
        os.close(handle)
        return None
    return LateTables(handle, places)


def _opened(key: Key, folder: Path) -> tuple[int, int] | None:
    """Open what was kept under a key, and tell its size; nothing where somebody else could have written it."""
    try:
        if not _is_ours(os.lstat(folder), is_folder=True):
            return None
        # Where the system can, no link is followed; and what is looked at is the open file, which nobody swaps.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(folder / key.name, flags)
    except OSError:
        return None
    try:
        status = os.fstat(handle)
        if _is_ours(status, is_folder=False) and status.st_size <= _LARGEST:
            return handle, status.st_size
    except OSError:
        pass
    os.close(handle)
    return None


def read_shipped(key: Key, path: Path, *, is_late: bool = False) -> Tables | None:
    """Read what came with the program, and lies beside it; `None` where it is of other rules or another program."""
    try:
        if is_late and hasattr(os, "pread"):
            handle = os.open(path, os.O_RDONLY)
            return _late(handle, os.fstat(handle).st_size, key)
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
