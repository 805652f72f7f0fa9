"""Find the rule base a command works with. The one place that decides it: docs/decisions/0007-which-rule-base.md."""

from __future__ import annotations

from pathlib import Path

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.records import dataclass
from policy_engine.loading.folders import REGISTERS, VOCABULARY, real_path
from policy_engine.usecases.extending import SHIPPED, is_layer
from policy_engine.usecases.sources import RuleFiles, shipped_rules

_BESIDE = ("schemas", VOCABULARY)
# What makes a folder a rule base: the register that everything else refers to.
MARK = f"{REGISTERS}/documents.yaml"


@dataclass(frozen=True, slots=True)
class RuleBase:
    """A rule base and what it is called: 自带, or its path from the current folder. `schemas`: likewise."""

    name: str
    schemas: str
    files: RuleFiles

    def located(self, shown: str) -> str:
        """Map a path as findings show it (`rules/…`, `schemas/…`, `vocabulary/…`) to one from the current folder."""
        first, _, rest = shown.partition("/")
        root = dict(self.files.all_folders).get(first)
        return from_here(root / rest) if root is not None and rest else shown

    def described(self, version: str) -> str:
        """Say in words which rule base was used: its name, and the digest of its content."""
        apart = "" if self.schemas in (self.name, beside(self.name)) else f"，词汇表 {self.schemas}"
        return f"规则库 {self.name}{apart}，版本 {version}{self._below()}"

    def _below(self) -> str:
        try:
            extended = self.files.extended
        except DiagnosticsError:
            return ""
        return f"，基础 {extended.name} {extended.version}" if extended is not None else ""

    @property
    def form_words(self) -> str:
        """Say where a form comes from that no rule reads: the schemas of the rule base."""
        return f"表样 {self.schemas}"


def beside(rules: str) -> str:
    """Name the folder of schemas that lies beside a folder of rules."""
    return (Path(rules).parent / "schemas").as_posix()


def shipped_rule_base(schemas: Path | None = None) -> RuleBase:
    """Take the rule base that comes with the program."""
    return _made(shipped_rules().rules, schemas)


def find_rule_base(path: Path, schemas: Path | None = None) -> RuleBase | None:
    """Find the rule base that a folder holds, or that a file or folder lies in: under its rules or its schemas."""
    at = real_path(path)
    for folder in (at / "rules", *_within(at)):
        if (folder / MARK).is_file():
            return _made(folder, schemas)
    return None


def _within(at: Path) -> tuple[Path, ...]:
    # Nearest first: `rules/x/y.yaml` lies in `rules`; `schemas/z.json` belongs to the `rules` beside `schemas`.
    folders = (at, *at.parents)
    return tuple(found for f in folders for found in ((f, f.parent / "rules") if f.name in _BESIDE else (f,)))


def named_rule_base(word: Path, schemas: Path | None = None) -> RuleBase | None:
    """Take the rule base that an option names: 自带, the folder of rules, or the folder that holds it."""
    if str(word) == SHIPPED:
        return shipped_rule_base(schemas)
    return next((_made(f, schemas) for f in (word, word / "rules") if (f / MARK).is_file()), None)


def _made(rules: Path, schemas: Path | None) -> RuleBase:
    shipped = shipped_rules()
    own = rules.parent / "schemas"
    # Where fields are written, the schemas made from them are its own, made yet or not.
    is_own = own.is_dir() or (rules.parent / VOCABULARY).is_dir() or is_layer(rules)
    vocabulary = schemas or (own if is_own else shipped.schemas)
    return RuleBase(
        name=_name(rules, shipped.rules),
        schemas=_name(vocabulary, shipped.schemas),
        files=RuleFiles(rules, vocabulary),
    )


def _name(path: Path, shipped: Path) -> str:
    return SHIPPED if real_path(path) == real_path(shipped) else from_here(path)


def from_here(path: Path) -> str:
    """Write a path from the current folder where it lies below, else in full."""
    try:
        return real_path(path).relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return str(real_path(path))
