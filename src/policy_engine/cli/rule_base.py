"""The rule base a command works with, and what it says where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policy_engine.cli.run import slip, this_run
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.records import dataclass, replace
from policy_engine.foundation.spans import Span
from policy_engine.reporting.told import Input, RuleBaseUsed, file_input
from policy_engine.usecases.extending import SHIPPED
from policy_engine.usecases.locating import (
    MARK,
    RuleBase,
    find_rule_base,
    from_here,
    named_rule_base,
    shipped_rule_base,
)

if TYPE_CHECKING:
    from policy_engine.compilation import CompiledRuleSet
    from policy_engine.usecases.sources import RuleFiles, Sources

__all__ = [
    "Chosen",
    "RuleBase",
    "choose_rule_base",
    "from_here",
    "rule_base",
    "rule_base_options",
    "ruled",
]

_WHERE = f"规则库所在目录，或者写 {SHIPPED}；默认取当前目录的规则库"
_WAYS = (
    f"到规则库所在的目录（里面有 rules/{MARK}）运行，或者用 --rules 指明；查自带的规则库写 --rules {SHIPPED}"
)


def rule_base_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that name another rule base."""
    import click  # noqa: PLC0415 - a plain check is read without

    from policy_engine.cli.inputs import GivenPath  # noqa: PLC0415

    folder = GivenPath()
    command = click.option(
        "--schemas", type=folder, metavar="目录", help="词汇表所在目录，默认取规则库旁边的 schemas"
    )(command)
    return click.option("--rules", type=folder, metavar="目录", help=_WHERE)(command)


def rule_base(rules: Path | None, schemas: Path | None) -> RuleBase:
    """Choose for somebody who decides cases: the named rule base, else the current folder's, else the shipped one."""
    if rules is not None:
        return _noted(_named(rules, schemas))
    return _noted(find_rule_base(Path.cwd(), schemas) or shipped_rule_base(schemas))


def ruled(base: RuleBase, *, reads_examples: bool = True, is_late: bool = False) -> CompiledRuleSet:
    """Read, load and compile the rule base; without examples, take it as it was kept. Raises `DiagnosticsError` where it has errors.

    `is_late`: of what was kept each part is read when it is asked for, and `DamagedError` raised where it is damaged.
    """
    place = None
    if not reads_examples:
        from policy_engine.usecases.kept.loading import place_of  # noqa: PLC0415 - help needs none of it

        place = place_of(base.files)
    kept = place.read(base.name, is_late=is_late) if place is not None else None
    if kept is not None:
        _note_kept(base, kept.compiled.rule_set.version, kept.rules)
        return kept.compiled
    compiled = compiled_from(sources_of(base), base.name, reads_examples=reads_examples)
    if place is not None:
        place.keep(compiled)
    return compiled


def _note_kept(base: RuleBase, version: str, rules: int) -> None:
    run = this_run()
    run.unread_base = lambda: _texts_of(base)
    if run.rule_base is not None:
        run.rule_base = replace(run.rule_base, digest=version, rules=rules)


def _texts_of(base: RuleBase) -> Mapping[str, str]:
    from policy_engine.usecases.sources import read_sources  # noqa: PLC0415 - only where something is wrong

    try:
        return read_sources(base.files).texts
    except DiagnosticsError:
        # Changed since: then the message goes without the line.
        return {}


def sources_of(base: RuleBase) -> Sources:
    """Read the rule base, and note in the run what was read. Raises `DiagnosticsError` where something can't be."""
    from policy_engine.usecases.sources import read_sources  # noqa: PLC0415 - help needs none of it

    sources = read_sources(base.files)
    run = this_run()
    run.of_base.update(sources.texts)
    if run.rule_base is not None:
        run.rule_base = replace(run.rule_base, digest=sources.version)
    return sources


def compiled_from(sources: Sources, name: str = "", *, reads_examples: bool = True) -> CompiledRuleSet:
    """Load and compile what was read, and note in the run how many rules that gave. `name`: of the rule base."""
    from policy_engine.compilation import compile_rules  # noqa: PLC0415
    from policy_engine.usecases.rule_base import load_rule_set  # noqa: PLC0415

    rule_set = load_rule_set(sources, reads_examples=reads_examples)
    compiled = compile_rules(replace(rule_set, name=name))
    note_rules(len(compiled.rule_set.rules))
    return compiled


def note_rules(number: int) -> None:
    """Note in the run how many rules its rule base has."""
    run = this_run()
    if run.rule_base is not None:
        run.rule_base = replace(run.rule_base, rules=number)


def _noted(base: RuleBase) -> RuleBase:
    run = this_run()
    run.rule_base = RuleBaseUsed(name=base.name, path=from_here(base.files.rules))
    run.located = base.located
    return base


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rule base that named paths belong to, and the files of it they name (none: all of them)."""

    base: RuleBase
    only: frozenset[str]
    # Those of them that were named one by one, not by their folder.
    files_named: frozenset[str] = frozenset()

    @property
    def files(self) -> RuleFiles:
        """Give the folders to read."""
        return self.base.files

    def inputs(self, read: Iterable[str]) -> tuple[Input, ...]:
        """List the files that were looked at, of those that were read."""
        shown = [path for path in read if not self.only or path in self.only]
        return tuple(file_input(n, self.base.located(path)) for n, path in enumerate(shown, start=1))

    def names(self, span: Span | None) -> bool:
        """Tell whether a place lies in the named files."""
        return not self.only or span is None or span.path in self.only


def choose_rule_base(paths: Sequence[Path], rules: Path | None, schemas: Path | None) -> Chosen:
    """Choose for somebody who writes rules: the named rule base, else the one that the paths or the current folder lie in.

    Never the shipped one unasked: a build in the wrong folder must not pass. Exits where there is none.
    """
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise slip(f"`{missing[0]}` 不存在，检查路径")
    base = _named(rules, schemas) if rules is not None else _around(paths, schemas)
    _noted(base)
    only = {path: frozenset(_shown(path.resolve(), base.files)) for path in paths}
    empty = next(
        (path for path, names in only.items() if not names and path.is_dir() and not _is_whole(path, base)),
        None,
    )
    if empty is not None:
        raise slip(f"`{empty}` 里没有文件，检查路径")
    is_whole = any(_is_whole(path, base) for path in paths)
    named = frozenset(name for path, names in only.items() if path.is_file() for name in names)
    return Chosen(base, frozenset().union(*only.values()) if not is_whole else frozenset(), named)


def _is_whole(path: Path, base: RuleBase) -> bool:
    rules, schemas = base.files.rules.resolve(), base.files.schemas.resolve()
    return path.resolve() in (rules, rules.parent, schemas, schemas.parent)


def _named(rules: Path, schemas: Path | None) -> RuleBase:
    found = named_rule_base(rules, schemas)
    if found is None:
        raise slip(f"`{rules}` 里没有规则库（缺 {MARK}），写规则库所在目录，或者写 --rules {SHIPPED}")
    return found


def _around(paths: Sequence[Path], schemas: Path | None) -> RuleBase:
    found = {path: find_rule_base(path, schemas) for path in (paths or (Path.cwd(),))}
    bases = {base.files.rules.resolve(): base for base in found.values() if base is not None}
    if len(bases) > 1:
        raise slip("所写的文件分属几个规则库，分开运行")
    outside = next((path for path, base in found.items() if base is None), None)
    if outside is not None:
        what = f"`{outside}` 不在任何规则库里" if paths else "当前目录没有规则库"
        raise slip(f"{what}：{_WAYS}")
    return next(iter(bases.values()))


def _shown(path: Path, files: RuleFiles) -> Iterator[str]:
    for name, folder in files.folders:
        root = folder.resolve()
        if path in (root, root.parent):
            return
        if path.is_relative_to(root):
            below = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
            yield from (f"{name}/{p.relative_to(root).as_posix()}" for p in below)
            return
    raise slip(f"`{path}` 不在规则库 {files.rules} 里，放进规则库或用 --rules 指明")
