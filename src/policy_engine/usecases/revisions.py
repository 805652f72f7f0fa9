"""Read a rule base out of a git revision: blobs as they are stored.

The revision may come from anyone. So nothing in it is obeyed: no attributes, filters, links, submodules or hooks;
no name in it or given by the user becomes an option or a path outside; and sizes are known before anything is read.
"""

from __future__ import annotations

import dataclasses
import os
import posixpath
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.folders import EXTENDS, REGISTERS, VOCABULARY
from policy_engine.usecases.extending import folder_extended
from policy_engine.usecases.sources import RuleFiles

_MARK = f"{REGISTERS}/documents.yaml"
# What lies beside the rules; a revision need not have the second.
_BESIDE = ("schemas", VOCABULARY)
MAX_FILES = 5_000
MAX_BYTES = 64 * 1024 * 1024
_MAX_LISTING = 8 * 1024 * 1024

# What says where the repository is. Everything else may start programs, write files or change what is read.
_KEPT = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
)
# Settings come from the user, not from the revision, and may be what lets git read the folder at all.
_KEPT_PREFIX = "GIT_CONFIG"
# A partial clone must not fetch what is missing; a replacement would not be what the tree says.
_FIXED = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_COMMAND = ("git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A rule base as a commit holds it: files by `rules/…`, `schemas/…`, `vocabulary/…`; `left_out` names what is not followed."""

    name: str
    commit: str
    files: Mapping[str, bytes]
    left_out: tuple[str, ...]
    # Where it lies in the repository, "" at the top.
    folder: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    oid: str
    size: int
    path: str


def is_revision(name: str) -> bool:
    """Tell whether git knows a commit by this name, folder part left out."""
    revision = name.partition(":")[0]
    return bool(revision) and _commit(revision) is not None


def read_revision(name: str) -> Revision:
    """Read `REV` or `REV:folder`. Raises `DiagnosticsError` where there is no rule base that can be read."""
    revision, _, inside = name.partition(":")
    folder = _folder(name, inside)
    commit = _commit(revision) if revision else None
    if commit is None:
        raise DiagnosticsError([_unknown(name, revision)])
    rules, beside = _below(folder, "rules"), {_below(folder, name): name for name in _BESIDE}
    entries = _entries(commit, rules, *beside)
    if folder and not any(e.path.startswith(f"{rules}/") for e in entries):
        above = str(PurePosixPath(folder).parent)
        rules, beside = folder, {_below(above, name): name for name in _BESIDE}
        entries = _entries(commit, rules, *beside)
    if f"{rules}/{_MARK}" not in {e.path for e in entries}:
        raise DiagnosticsError([_without_rules(name, revision, folder, commit, entries)])
    roots = {rules: "rules"} | beside
    blobs = [e for e in entries if e.mode.startswith("100")]
    paths = [_moved(e.path, roots) for e in blobs]
    _refuse_unsafe(name, paths)
    contents = _contents(name, blobs)
    left_out = (f"{_KINDS.get(e.mode, e.mode)} {_moved(e.path, roots)}" for e in entries if e not in blobs)
    return Revision(
        name=name,
        commit=commit,
        files=dict(zip(paths, contents, strict=True)),
        left_out=tuple(left_out),
        folder=str(PurePosixPath(rules).parent).removeprefix("."),
    )


_KINDS = {"120000": "符号链接", "160000": "子模块"}


@contextmanager
def written_out(revision: Revision) -> Iterator[Path]:
    """Write the files of a revision into a folder that lasts as long as the context, and beside it what it lies on in the same commit."""
    with TemporaryDirectory() as folder:
        for one in (revision, *_below_it(revision)):
            _write(one, Path(folder, *one.folder.split("/")))
        yield Path(folder, *revision.folder.split("/"))


def _write(revision: Revision, folder: Path) -> None:
    for path, content in revision.files.items():
        target = Path(folder, *path.split("/"))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except (OSError, ValueError):
            raise DiagnosticsError([_unreadable(revision.name, f"文件名 `{path}` 写不下来")]) from None


def _below_it(revision: Revision) -> Iterator[Revision]:
    """Go through what a layer lies on, level by level, as far as it lies in the same commit."""
    seen = {revision.folder}
    while True:
        word = folder_extended(revision.files.get(f"rules/{REGISTERS}/{EXTENDS}", b""))
        folder = posixpath.normpath(posixpath.join(revision.folder, word)).removeprefix(".")
        if not word or folder in seen or folder.startswith(("/", ".")):
            return
        seen.add(folder)
        try:
            revision = read_revision(f"{revision.commit}:{folder}" if folder else revision.commit)
        except DiagnosticsError:
            # It isn't there: whoever loads the layer says so, at its place.
            return
        yield revision


def checked_out(revision: Revision) -> Path:
    """Find where the files of a revision would lie in the work tree: what it lies on may lie beside that."""
    top = _git("rev-parse", "--show-toplevel") or b""
    return Path(os.fsdecode(top.rstrip(b"\n")), *revision.folder.split("/"))


def files_of(revision: Revision, folder: Path) -> RuleFiles:
    """Find the files of a revision that was written out; what it lies on is taken from beside the work tree where the commit hasn't it."""
    files = RuleFiles(folder / "rules", folder / "schemas")
    whole = Path(os.path.realpath(folder))
    top = (whole, *whole.parents)[len(PurePosixPath(revision.folder).parts)]
    if files.is_complete and all(one.is_relative_to(top) for one in _named_folders(files)):
        return files
    return dataclasses.replace(files, at=checked_out(revision))


def _named_folders(files: RuleFiles) -> Iterator[Path]:
    """Go through the folders that a rule base lies on, level by level, as far as they are named by where they are."""
    base = files.base
    if base is None:
        return
    # Beside where it was written out something may lie that has the same name, and is of somebody else.
    if folder_extended((files.rules / REGISTERS / EXTENDS).read_bytes()):
        yield base.root
    yield from _named_folders(base)


def _folder(name: str, inside: str) -> str:
    """Check the folder part: below the repository, and no option. An ending slash says nothing."""
    parts = inside.rstrip("/").split("/") if inside.rstrip("/") else []
    if inside.startswith("/"):
        hint = f"从仓库的最上层写起，不带开头的斜线：`{name.replace(':/', ':', 1)}`"
        raise DiagnosticsError([_outside(f"`{name}` 的目录不能以 `/` 开头", hint)])
    for part in parts:
        if part in ("", ".", "..") or part.startswith("-") or "\x00" in part:
            message = f"`{name}` 的目录里不能有 `{part}`"
            raise DiagnosticsError([_outside(message, "从仓库的最上层写起，例如 HEAD:policies/huzhou")])
    return "/".join(parts)


def _below(folder: str, name: str) -> str:
    return name if folder in ("", ".") else f"{folder}/{name}"


def _moved(path: str, roots: Mapping[str, str]) -> str:
    for root, name in roots.items():
        if path == root or path.startswith(f"{root}/"):
            return name + path[len(root) :]
    return path


def _commit(revision: str) -> str | None:
    if revision.startswith("-") or "\x00" in revision:
        return None
    found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    return found.decode("ascii").strip() if found else None


def _entries(commit: str, *paths: str) -> list[_Entry]:
    """List files below some paths with their sizes; links and submodules too."""
    listing = _git("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *paths) or b""
    found = []
    for line in listing.split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        mode, _, oid, size = about.decode("ascii").split()
        found.append(_Entry(mode, oid, int(size) if size.isdigit() else 0, os.fsdecode(path)))
    return found


def _refuse_unsafe(name: str, paths: list[str]) -> None:
    seen: set[str] = set()
    for path in paths:
        parts = path.split("/")
        is_odd = not path.isprintable() or any(p in ("", ".", "..") or "\\" in p for p in parts)
        if path in seen or is_odd:
            raise DiagnosticsError([_unreadable(name, f"文件名 {path!a} 重复或者不合规")])
        seen.add(path)


def _contents(name: str, entries: list[_Entry]) -> Iterable[bytes]:
    if len(entries) > MAX_FILES or sum(e.size for e in entries) > MAX_BYTES:
        limit = f"上限 {MAX_FILES} 个文件、{MAX_BYTES // 1024 // 1024} MB"
        raise DiagnosticsError([_unreadable(name, f"规则库过大，{limit}")])
    asked = "".join(f"{e.oid}\n" for e in entries).encode("ascii")
    output = _git("cat-file", "--batch", given=asked, limit=2 * MAX_BYTES)
    at = 0
    for entry in entries:
        head, _, _ = (output or b"")[at : at + 200].partition(b"\n")
        if head.split() != [entry.oid.encode(), b"blob", str(entry.size).encode()]:
            raise DiagnosticsError([_unreadable(name, f"`{entry.path}` 的内容不在本地仓库里")])
        start = at + len(head) + 1
        at = start + entry.size + 1
        assert output is not None
        yield output[start : start + entry.size]


def _git(*arguments: str, given: bytes = b"", limit: int = _MAX_LISTING) -> bytes | None:
    """Run git; `None` where it fails. A tree that unfolds without end is cut off at the limit."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or _is_kept(k)}
    try:
        with subprocess.Popen(  # noqa: S603 - a fixed program; every name has been checked or follows `--`
            [*_COMMAND, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=kept | _FIXED,
        ) as process:
            return _output(process, given, limit)
    except OSError:
        raise DiagnosticsError([_no_such("没有找到 git", "安装 git")]) from None


def _is_kept(variable: str) -> bool:
    return variable in _KEPT or variable.startswith(_KEPT_PREFIX)


def _output(process: subprocess.Popen[bytes], given: bytes, limit: int) -> bytes | None:
    assert process.stdin is not None
    assert process.stdout is not None
    if given:
        output, _ = process.communicate(given)
    else:
        process.stdin.close()
        output = process.stdout.read(limit + 1)
    if len(output) > limit:
        process.kill()
        raise DiagnosticsError([_unreadable("这个版本", f"列不完：目录过大，上限 {MAX_FILES} 个文件")])
    return output if process.wait() == 0 else None


def _unknown(name: str, revision: str) -> Diagnostic:
    if not revision:
        return _no_such(f"`{name}` 没有写版本", "写成 HEAD:目录")
    if _git("rev-parse", "--git-dir") is None:
        return _no_such(f"没有版本 `{name}`：当前目录不在可以读的 git 仓库里", "到 git 仓库里运行")
    heads = _git("for-each-ref", "--format=%(refname:short)") or b""
    hint = did_you_mean(revision, heads.decode("utf-8", "replace").split())
    return _no_such(f"仓库里没有版本 `{name}`", f"写仓库里有的提交、分支或者标签；{hint}")


def _without_rules(name: str, revision: str, folder: str, commit: str, entries: list[_Entry]) -> Diagnostic:
    links = [e for e in entries if e.mode in _KINDS]
    if links:
        kind = _KINDS[links[0].mode]
        return _no_such(f"`{name}` 的 {links[0].path} 是{kind}，不跟随", "比较直接放着文件的版本")
    where = f"`{folder}` 里" if folder else "最上层"
    everything = _git("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit) or b""
    ending = f"/rules/{_MARK}".encode("ascii")
    bases = [os.fsdecode(p[: -len(ending)]) for p in everything.split(b"\0") if p.endswith(ending)]
    hint = "；这个版本里有 " + "、".join(f"`{revision}:{b}`" for b in bases[:3]) if bases else ""
    return _no_such(
        f"版本 `{revision}` 的{where}没有规则库",
        f"规则库是放着 rules/registers/documents.yaml 的目录，写成 REV:目录{hint}",
    )


def _no_such(message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code="PE731", message=message, help=help_text)


def _outside(message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code="PE732", message=message, help=help_text)


def _unreadable(name: str, message: str) -> Diagnostic:
    return Diagnostic(code="PE732", message=f"`{name}` 读不了：{message}", help="取得完整的仓库")
