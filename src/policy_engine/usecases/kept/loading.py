"""Load a rule base from what was kept of it, else from its files, and keep it for the next time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policy_engine.foundation import cache_folder
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.records import dataclass, replace
from policy_engine.usecases.kept import store
from policy_engine.usecases.kept.base import TYPES, number_of_rules, read_back, written
from policy_engine.usecases.kept.codec import StrangeValueError
from policy_engine.usecases.kept.digests import KeptDigests
from policy_engine.usecases.kept.fingerprint import digest_of_files, digest_of_program
from policy_engine.usecases.kept.store import Key
from policy_engine.usecases.sources import PACKAGE

if TYPE_CHECKING:
    from policy_engine.compilation import CompiledRuleSet
    from policy_engine.usecases.sources import RuleFiles

# Beside the rules and schemas in a wheel.
SHIPPED_FILE = "kept.base"


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule base without examples that was kept, and how many rules it has."""

    compiled: CompiledRuleSet
    rules: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule base of some digest is kept: in a folder, or in the file that came with the program."""

    files: RuleFiles
    digest: str
    folder: Path
    shipped: Path | None

    def read(self, name: str, *, is_late: bool = False) -> Kept | None:
        """Give what was kept, called by a name; nothing where nothing was, or where it can't be believed.

        `is_late`: each table is read and checked when it is asked for, and `DamagedError` is raised there.
        """
        key, tables = self._key(), None
        if key is not None and self.shipped is not None:
            tables = store.read_shipped(key, self.shipped, is_late=is_late)
        if key is not None and tables is None:
            tables = (store.read_late if is_late else store.read_kept)(key, self.folder)
        return None if tables is None else Kept(read_back(tables, name), number_of_rules(tables))

    def keep(self, compiled: CompiledRuleSet) -> None:
        """Keep what was loaded without examples, unless its files were changed meanwhile."""
        key = self._key()
        # What was loaded of changed files, nobody knows.
        if key is None or digest_of_files(self.files.all_folders) != self.digest:
            return
        try:
            tables = written(compiled)
        except (DiagnosticsError, StrangeValueError):
            # Its catalogue of items has errors, which are told when it is asked for.
            return
        store.keep(key, tables, self.folder)

    def _key(self) -> Key | None:
        program = _program()
        return None if program is None else Key(self.digest, program)


def place_of(files: RuleFiles) -> Place | None:
    """Find where a rule base is kept, or is to be; nowhere where that is switched off or can't be told."""
    folder = cache_folder.cache_folder()
    if folder is None:
        return None
    digest = digest_of_files(files.all_folders, KeptDigests(folder))
    if digest is None:
        return None
    is_shipped = files.rules == PACKAGE / "_data" / "rules"
    return Place(files, digest, folder, PACKAGE / "_data" / SHIPPED_FILE if is_shipped else None)


def loaded(files: RuleFiles, name: str) -> CompiledRuleSet:
    """Take a rule base without examples as it was kept, else load it and keep it. Raises `DiagnosticsError` where it has errors."""
    place = place_of(files)
    kept = place.read(name) if place is not None else None
    if kept is not None:
        return kept.compiled
    # What was kept needs none of it.
    from policy_engine.compilation import compile_rules  # noqa: PLC0415
    from policy_engine.usecases.rule_base import load_rule_set  # noqa: PLC0415
    from policy_engine.usecases.sources import read_sources  # noqa: PLC0415

    rule_set = load_rule_set(read_sources(files), reads_examples=False)
    compiled = compile_rules(replace(rule_set, name=name))
    if place is not None:
        place.keep(compiled)
    return compiled


def pack_shipped(compiled: CompiledRuleSet, files: RuleFiles) -> bytes:
    """Make the file that goes into a wheel beside its rules."""
    digest, program = digest_of_files(files.all_folders), _program()
    assert digest is not None
    assert program is not None
    return store.pack(Key(digest, program), written(compiled))


@cache
def _program() -> str | None:
    folder = cache_folder.cache_folder()
    return digest_of_program(PACKAGE, TYPES.shape, KeptDigests(folder) if folder is not None else None)
