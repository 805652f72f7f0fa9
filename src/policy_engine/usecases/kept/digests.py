"""Digests kept for the next run, which then need not read the files again unless something was changed of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from policy_engine.usecases.kept import store
from policy_engine.usecases.kept.store import Key, Tables

_KEY: Final = Key("digests", "by stamps", kind="digests")
# Those that were made last stay.
_MOST: Final = 32


class KeptDigests:
    """The digests that were kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept = self._read()

    def find(self, stamp: str) -> str | None:
        """Give the digest of files with this stamp."""
        found = self._kept.get(stamp)
        return None if found is None else str(found, "ascii", "replace")

    def note(self, stamp: str, digest: str) -> None:
        """Keep a digest that had to be made."""
        # Another run may have kept some meanwhile.
        kept = {**self._read(), stamp: digest.encode()}
        self._kept = dict(list(kept.items())[-_MOST:])
        store.keep(_KEY, self._kept, self._folder)

    def _read(self) -> Tables:
        return store.read_kept(_KEY, self._folder) or {}
