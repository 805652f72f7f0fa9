"""Say of every file below `rules/`, `schemas/` and `vocabulary/` that nothing reads it: a rule nobody reads never applies."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path, PurePosixPath

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.spans import file_span
from policy_engine.loading.folders import SHARED, SUBJECT, VOCABULARY, kind_of, shown_path

# What holds structured text, whatever case it is written in and whatever an editor hung on it.
_STRUCTURED = pattern(r"\.(ya?ml|json)(\.txt)?$", re.IGNORECASE)
_WORDS = pattern(r"^(readme|license|licence|notice|changelog|contributing)(\.|$)|\.md$", re.IGNORECASE)
_LAW = "rules/<地区>/<文件编号>/law.yaml"
_NOT_OURS = frozenset({".git", ".hg", ".svn", "__pycache__"})


def unread_files(folder: Path, shown: str, read: Collection[str]) -> Iterator[str]:
    """Go through the files below a folder that are neither read nor documentation, as they are shown."""
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _NOT_OURS)
        inside = PurePosixPath(shown, shown_path(Path(at).relative_to(folder)))
        linked = [name for name in folders if (Path(at) / name).is_symlink()]
        for name in sorted((*files, *linked)):
            path = str(inside / shown_path(PurePosixPath(name)))
            if path not in read and (name in linked or _matters(name)):
                yield path


def _matters(name: str) -> bool:
    return bool(_STRUCTURED.search(name)) or not (name.startswith(".") or _WORDS.search(name))


def unread_problems(paths: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Make a finding of each: an error where the file could hold rules, a warning where it can't."""
    return tuple(unread_problem(path) for path in paths)


def unread_problem(path: str) -> Diagnostic:
    """Say that a file is not read, and what to do about it."""
    is_structured = bool(_STRUCTURED.search(path))
    return Diagnostic(
        code="PE015",
        message=f"`{path}` 没有读，里面的内容不起作用",
        span=file_span(path),
        help=_mend(PurePosixPath(path)),
        severity=Severity.ERROR if is_structured else Severity.WARNING,
    )


def _mend(path: PurePosixPath) -> str:
    away = "或者移出规则库"
    stem = _STRUCTURED.sub("", path.name)
    if path.parts[0] == VOCABULARY:
        return f"词汇表只读 vocabulary/<主题>/ 里的 {SUBJECT}、<序号>-<分组>.yaml 和 vocabulary/{SHARED}/*.yaml；改名，{away}"
    if path.parts[0] == "schemas":
        return f"词汇表只读 schemas/*.schema.json；改名为 {stem.removesuffix('.schema')}.schema.json，{away}"
    if not _STRUCTURED.search(path.name):
        return "规则库里只放规则、登记表和说明（.md）；备份和别的文件移出去，旧版本由 git 保存"
    if len(path.parts) == 2:
        return f"rules 下一层只放目录；规则写在 {_LAW}，登记表放进 rules/registers/，{away}"
    renamed = path.with_name(f"{stem}.yaml")
    only = "" if path == renamed else "规则库只读 .yaml 文件；"
    if not kind_of(str(renamed)):
        return f"{only}规则写在 {_LAW}，规范和回归例写在它旁边的 norms.yaml、regressions.yaml，{away}"
    if path == renamed:
        return f"这里经由链接，不读；放进真正的目录，{away}"
    return f"{only}改名为 {renamed.name}，{away}"
