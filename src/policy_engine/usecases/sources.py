"""Find and read the files of a rule base."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from policy_engine.foundation.diagnostics import DiagnosticsError, raise_errors
from policy_engine.foundation.records import dataclass, replace
from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText, read_source
from policy_engine.loading.folders import (
    APART,
    EXTENDS,
    HELPERS,
    LAW,
    NORMS,
    OF_A_DOCUMENT,
    PARAMETERS,
    REGISTERS,
    REGRESSIONS,
    VOCABULARY,
    holds_fields,
    kind_of,
    real_path,
    root_of,
    shown_path,
    within,
)
from policy_engine.loading.problems import Problems
from policy_engine.usecases.extending import (
    PROGRAM,
    Extended,
    extended_copy,
    goes_round,
    is_layer,
    other_version,
    read_extends,
    shipped_root,
)

# Where the program lies.
PACKAGE = PROGRAM
# Those that every rule base has; a layer need have only the first.
REGISTERED = ("documents.yaml", "authority.yaml", "objects.yaml", "areas.yaml")
TEXTS = "texts.yaml"
ITEMS = "items"


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """Where a rule base lies: the folder of rules and the folder of schemas, and what schemas are made from beside these."""

    rules: Path
    schemas: Path
    # Where the folder of what it lies on is written from, where that is not the folder that holds the rules.
    at: Path | None = None
    # The rule bases that lie on this one, those next to it last: what it is called in places is the last name.
    above: tuple[str, ...] = ()
    over: tuple[Path, ...] = ()
    # Where what it lies on was copied to, each under its name, together with it: then that is taken, whatever is there now.
    copies: Path | None = None

    @property
    def name(self) -> str:
        """Say what places in it begin with: nothing for the rule base that is worked on."""
        return self.above[-1] if self.above else ""

    def show(self, folder: str) -> str:
        """Name one of the folders as places do."""
        return f"{self.name}:{folder}" if self.name else folder

    @property
    def root(self) -> Path:
        """Find the folder that the folder of what it lies on is written from."""
        return real_path(self.at or real_path(self.rules).parent)

    @property
    def vocabulary(self) -> Path:
        """Find the folder that schemas are made from; there need not be one."""
        return self.schemas.parent / VOCABULARY

    @property
    def folders(self) -> tuple[tuple[str, Path], ...]:
        """Give every folder of its own with the name that places show."""
        own = (("rules", self.rules), ("schemas", self.schemas), (VOCABULARY, self.vocabulary))
        return tuple((self.show(name), folder) for name, folder in own)

    @property
    def is_complete(self) -> bool:
        """Tell whether what it lies on is there, where it lies on anything."""
        try:
            return self.base is None or self.base.is_complete
        except DiagnosticsError:
            return False

    @property
    def extended(self) -> Extended | None:
        """Find what it lies on. Raises `DiagnosticsError` where that isn't there."""
        if self.copies is not None:
            return extended_copy(self.rules, self.copies, self.above)
        at = self.root
        found = read_extends(self.rules, at, f"{self.show('rules')}/{REGISTERS}/{EXTENDS}")
        if found is not None and found.root in (at, *self.over):
            raise goes_round(found)
        return found

    @property
    def base(self) -> RuleFiles | None:
        """Find the files of what it lies on; nothing where it is no layer. Raises `DiagnosticsError` where that isn't there."""
        found = self.extended
        if found is None:
            return None
        name = found.name
        while name in self.above:
            name += "’"
        return RuleFiles(
            found.root / "rules",
            found.root / "schemas",
            above=(*self.above, name),
            over=(*self.over, self.root),
            copies=found.copies or self.copies,
        )

    @property
    def all_folders(self) -> tuple[tuple[str, Path], ...]:
        """Give its folders and those of all that it lies on; of its own alone where the rest can't be found."""
        try:
            base = self.base
        except DiagnosticsError:
            return self.folders
        return self.folders if base is None else (*self.folders, *base.all_folders)

    def shown(self, path: Path) -> str:
        """Name a file as places name it, or "" where it is not of this rule base."""
        # A file of the rule base that is a link to somewhere else is read where it lies; a link to one leads there.
        for whole in (real_path(path.parent) / path.name, real_path(path)):
            for name, folder in self.folders:
                if whole.is_relative_to(real_path(folder)):
                    return f"{name}/{whole.relative_to(real_path(folder)).as_posix()}"
        return ""

    def register(self, name: str) -> Path:
        """Find a register."""
        return self.rules / REGISTERS / name


def shown_register(name: str) -> str:
    """Name a register as places name it."""
    return f"rules/{REGISTERS}/{name}"


def shipped_rules() -> RuleFiles:
    """Find the rule base that comes with the program."""
    root = shipped_root()
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
    # Of a layer: the registers of all that it lies on, the lowest first; what that is called, and its version.
    below: tuple[SourceText, ...] = ()
    base: str = ""
    base_version: str = ""
    # What its own places begin with.
    name: str = ""
    # What is looked for in whole lists; it decides no case.
    aggregates: tuple[SourceText, ...] = ()
    # Schemas of what it lies on whose place its own have taken.
    covered: tuple[SourceText, ...] = ()

    def register(self, name: str) -> tuple[SourceText, ...]:
        """Give a register of all levels, the lowest first."""
        own = self.registers.get(name)
        below = tuple(one for one in self.below if one.path.endswith(f"/{name}"))
        return below if own is None else (*below, own)

    @property
    def all(self) -> tuple[SourceText, ...]:
        """Give every text that decides cases, in a fixed order."""
        registered = (*self.below, *self.registers.values(), *self.parameters)
        return (*registered, *self.rules, *self.schemas, *self.lexicon, *self.items)

    @property
    def texts(self) -> dict[str, str]:
        """Map every path to its text."""
        beside = (
            *self.covered,
            *self.coverage,
            *self.catalogues,
            *self.passages,
            *self.regressions,
            *self.vocabulary,
            *self.aggregates,
        )
        return {source.path: source.text for source in (*self.all, *beside)}

    def moved(self, old: str, new: str) -> Sources:
        """Give the same texts with those of one folder in another, by the paths that places show."""

        def swap(source: SourceText) -> SourceText:
            inside = source.path.removeprefix(f"{old}/")
            return source if inside == source.path else SourceText(f"{new}/{inside}", source.text)

        def ordered(sources: tuple[SourceText, ...]) -> tuple[SourceText, ...]:
            return tuple(sorted(map(swap, sources), key=lambda source: source.path))

        return replace(
            self,
            rules=ordered(self.rules),
            coverage=ordered(self.coverage),
            regressions=ordered(self.regressions),
        )

    def overlaid(self, texts: Mapping[str, str]) -> Sources:
        """Put other texts in place of what the files hold, by shown path. A file of rules that is not there yet is added."""

        def swap(source: SourceText) -> SourceText:
            return SourceText(source.path, texts[source.path]) if source.path in texts else source

        known = {source.path for source in self.rules}
        added = (
            SourceText(path, text)
            for path, text in texts.items()
            if path not in known and path.startswith("rules/") and kind_of(path) == LAW
        )
        return replace(
            self,
            registers=MappingProxyType({name: swap(source) for name, source in self.registers.items()}),
            parameters=tuple(map(swap, self.parameters)),
            rules=(*map(swap, self.rules), *added),
            schemas=tuple(map(swap, self.schemas)),
            coverage=tuple(map(swap, self.coverage)),
            catalogues=tuple(map(swap, self.catalogues)),
            lexicon=tuple(map(swap, self.lexicon)),
            passages=tuple(map(swap, self.passages)),
            items=tuple(map(swap, self.items)),
            regressions=tuple(map(swap, self.regressions)),
            vocabulary=tuple(map(swap, self.vocabulary)),
            aggregates=tuple(map(swap, self.aggregates)),
        )

    @property
    def version(self) -> str:
        """Digest the content: the same rules give the same version on every machine."""
        import hashlib  # noqa: PLC0415 - a rule base that was kept has its version

        digest = hashlib.sha256()
        # What lies below is told by its version, wherever it was found.
        own = (source for source in self.all if root_of(source.path) == self.name)
        for source in sorted(own, key=lambda s: within(s.path)):
            digest.update(within(source.path).encode() + b"\0" + source.text.encode() + b"\0")
        if self.base:
            digest.update(b"\0" + self.base_version.encode())
        return digest.hexdigest()[:16]


def _read_sources(files: RuleFiles) -> Sources:
    problems = Problems()
    rules = files.show("rules")
    is_whole = not is_layer(files.rules)
    registers = {
        name: _read(files.register(name), f"{rules}/{REGISTERS}/{name}", problems)
        for name in (*REGISTERED, EXTENDS)
        if files.register(name).is_file() or (name in REGISTERED[: None if is_whole else 1])
    }
    grouped: dict[str, list[SourceText]] = {kind: [] for kind in (*OF_A_DOCUMENT, *APART, PARAMETERS)}
    for path in sorted(files.rules.rglob("*.yaml")):
        shown = f"{rules}/{shown_path(path.relative_to(files.rules))}"
        kind = kind_of(shown)
        if kind:
            grouped[kind].append(_read(path, shown, problems))
    schemas = [
        _read(p, f"{files.show('schemas')}/{shown_path(Path(p.name))}", problems)
        for p in sorted(files.schemas.glob("*.schema.json"))
    ]
    fields = [
        _read(path, f"{files.show(VOCABULARY)}/{inside}", problems)
        for path in sorted(files.vocabulary.glob("*/*.yaml"))
        if holds_fields(f"{VOCABULARY}/{(inside := shown_path(path.relative_to(files.vocabulary)))}")
    ]
    passages = [p for p in (files.register(TEXTS),) if p.is_file()]
    read_passages = [_read(p, f"{rules}/{REGISTERS}/{TEXTS}", problems) for p in passages]
    items = [
        _read(p, f"{rules}/{ITEMS}/{p.name}", problems) for p in sorted((files.rules / ITEMS).glob("*.txt"))
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
        aggregates=tuple(grouped["aggregates"]),
        name=files.name,
    )


def read_sources(files: RuleFiles) -> Sources:
    """Read every file of a rule base and of all that it lies on. Raises `DiagnosticsError` with all that can't be read, or is of another version."""
    from policy_engine.usecases.unread import unread_files  # noqa: PLC0415 - of a base that was kept, nobody reads files

    extended, below = files.extended, files.base
    base = read_sources(below) if below is not None else None
    sources = _read_sources(files)
    read = frozenset(sources.texts)
    unread = (path for shown, folder in files.folders for path in unread_files(folder, shown, read))
    sources = replace(sources, unread=tuple(unread))
    if base is None or extended is None:
        return sources
    if files.copies is None and not extended.is_of(base.version):
        raise other_version(extended, base.version)
    return _laid(base, sources, extended.name)


def _laid(base: Sources, own: Sources, name: str) -> Sources:
    """Lay a rule base on another: the files of both, those below first."""
    from policy_engine.loading.made_schemas import is_made  # noqa: PLC0415 - only layers need it

    # What was made of the vocabulary of both takes the place of what was made of the one below.
    made = {within(one.path) for one in own.schemas if is_made(one.text) or Path(one.path).name in HELPERS}
    kept = tuple(one for one in base.schemas if within(one.path) not in made)
    return replace(
        own,
        below=(*base.below, *base.registers.values()),
        parameters=(*base.parameters, *own.parameters),
        rules=(*base.rules, *own.rules),
        schemas=(*kept, *own.schemas),
        coverage=(*base.coverage, *own.coverage),
        catalogues=(*base.catalogues, *own.catalogues),
        passages=(*base.passages, *own.passages),
        unread=(*base.unread, *own.unread),
        lexicon=(*base.lexicon, *own.lexicon),
        items=(*base.items, *own.items),
        regressions=(*base.regressions, *own.regressions),
        vocabulary=(*base.vocabulary, *own.vocabulary),
        aggregates=(*base.aggregates, *own.aggregates),
        base=name,
        base_version=base.version,
        covered=(*base.covered, *(one for one in base.schemas if one not in kept)),
    )


def _read(path: Path, shown: str, problems: Problems) -> SourceText:
    try:
        # A pipe or a device would be waited for.
        if path.exists() and not (path.is_file() or path.is_dir()):
            problems.error("PE001", "不是普通文件，不读", file_span(shown), "换成普通文件，或者移出规则库")
            return SourceText(shown, "")
        return read_source(path, shown)
    except DiagnosticsError as error:
        problems.found += error.diagnostics
        return SourceText(shown, "")
