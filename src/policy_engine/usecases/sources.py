"""Find and read the files of a rule base."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from policy_engine.foundation.diagnostics import DiagnosticsError, raise_errors
from policy_engine.foundation.records import dataclass
from policy_engine.loading.files import SourceText, read_source
from policy_engine.loading.folders import (
    APART,
    LAW,
    NORMS,
    OF_A_DOCUMENT,
    PARAMETERS,
    REGISTERS,
    REGRESSIONS,
    VOCABULARY,
    holds_fields,
    kind_of,
    shown_path,
)
from policy_engine.loading.problems import Problems
from policy_engine.usecases.unread import unread_files

# Where the program lies.
PACKAGE = Path(__file__).resolve().parent.parent
_REGISTERS = ("documents.yaml", "authority.yaml", "objects.yaml", "areas.yaml")
TEXTS = "texts.yaml"
ITEMS = "items"


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """Where a rule base lies: the folder of rules and the folder of schemas, and what schemas are made from beside these."""

    rules: Path
    schemas: Path

    @property
    def vocabulary(self) -> Path:
        """Find the folder that schemas are made from; there need not be one."""
        return self.schemas.parent / VOCABULARY

    @property
    def folders(self) -> tuple[tuple[str, Path], ...]:
        """Give every folder with the name that places show."""
        return (("rules", self.rules), ("schemas", self.schemas), (VOCABULARY, self.vocabulary))

    def shown(self, path: Path) -> str:
        """Name a file as places name it, or "" where it is not of this rule base."""
        whole = path.resolve()
        for name, folder in self.folders:
            if whole.is_relative_to(folder.resolve()):
                return f"{name}/{whole.relative_to(folder.resolve()).as_posix()}"
        return ""

    def register(self, name: str) -> Path:
        """Find a register."""
        return self.rules / REGISTERS / name


def shown_register(name: str) -> str:
    """Name a register as places name it."""
    return f"rules/{REGISTERS}/{name}"


def shipped_rules() -> RuleFiles:
    """Find the rule base that comes with the program: inside the package, or in the source tree."""
    inside = PACKAGE / "_data"
    root = inside if (inside / "rules").is_dir() else PACKAGE.parent.parent
    return RuleFiles(root / "rules", root / "schemas")


@dataclass(frozen=True, slots=True)
class Sources:
    """The texts of a rule base by what they hold, and all of them by path for showing snippets."""

    registers: Mapping[str, SourceText]
    parameters: tuple[SourceText, ...]
    rules: tuple[SourceText, ...]
    schemas: tuple[SourceText, ...]
    coverage: tuple[SourceText, ...] = ()
    catalogues: tuple[SourceText, ...] = ()
    # The register of texts, where there is one; and the paths of files that nothing reads.
    passages: tuple[SourceText, ...] = ()
    unread: tuple[str, ...] = ()
    lexicon: tuple[SourceText, ...] = ()
    # The catalogue of procurement items, where there is one.
    items: tuple[SourceText, ...] = ()
    # What the rules are tried on, made by machine; it decides nothing.
    regressions: tuple[SourceText, ...] = ()
    # What the schemas are made from.
    vocabulary: tuple[SourceText, ...] = ()

    @property
    def all(self) -> tuple[SourceText, ...]:
        """Give every text that decides cases, in a fixed order."""
        registered = (*self.registers.values(), *self.parameters)
        return (*registered, *self.rules, *self.schemas, *self.lexicon, *self.items)

    @property
    def texts(self) -> dict[str, str]:
        """Map every path to its text."""
        beside = (*self.coverage, *self.catalogues, *self.passages, *self.regressions, *self.vocabulary)
        return {source.path: source.text for source in (*self.all, *beside)}

    @property
    def version(self) -> str:
        """Digest the content: the same rules give the same version on every machine."""
        digest = hashlib.sha256()
        for source in sorted(self.all, key=lambda s: s.path):
            digest.update(source.path.encode() + b"\0" + source.text.encode() + b"\0")
        return digest.hexdigest()[:16]


def _read_sources(files: RuleFiles) -> Sources:
    problems = Problems()
    registers = {name: _read(files.register(name), shown_register(name), problems) for name in _REGISTERS}
    grouped: dict[str, list[SourceText]] = {kind: [] for kind in (*OF_A_DOCUMENT, *APART, PARAMETERS)}
    for path in sorted(files.rules.rglob("*.yaml")):
        shown = f"rules/{shown_path(path.relative_to(files.rules))}"
        kind = kind_of(shown)
        if kind:
            grouped[kind].append(_read(path, shown, problems))
    schemas = [
        _read(p, f"schemas/{shown_path(Path(p.name))}", problems)
        for p in sorted(files.schemas.glob("*.schema.json"))
    ]
    fields = [
        _read(path, shown, problems)
        for path in sorted(files.vocabulary.glob("*/*.yaml"))
        if holds_fields(shown := f"{VOCABULARY}/{shown_path(path.relative_to(files.vocabulary))}")
    ]
    passages = [p for p in (files.register(TEXTS),) if p.is_file()]
    read_passages = [_read(p, shown_register(TEXTS), problems) for p in passages]
    items = [
        _read(p, f"rules/{ITEMS}/{p.name}", problems) for p in sorted((files.rules / ITEMS).glob("*.txt"))
    ]
    raise_errors(problems.found)
    return Sources(
        registers=MappingProxyType(registers),
        parameters=tuple(grouped[PARAMETERS]),
        rules=tuple(grouped[LAW]),
        schemas=tuple(schemas),
        coverage=tuple(grouped[NORMS]),
        catalogues=tuple(grouped["catalogue"]),
        passages=tuple(read_passages),
        lexicon=tuple(grouped["lexicon"]),
        items=tuple(items),
        regressions=tuple(grouped[REGRESSIONS]),
        vocabulary=tuple(fields),
    )


def read_sources(files: RuleFiles) -> Sources:
    """Read every file of a rule base. Raises `DiagnosticsError` with all that can't be read."""
    sources = _read_sources(files)
    read = frozenset(sources.texts)
    unread = (path for shown, folder in files.folders for path in unread_files(folder, shown, read))
    return dataclasses.replace(sources, unread=tuple(unread))


def _read(path: Path, shown: str, problems: Problems) -> SourceText:
    try:
        return read_source(path, shown)
    except DiagnosticsError as error:
        problems.found += error.diagnostics
        return SourceText(shown, "")
