"""Which slow test files a change reaches: `make test` leaves out the others, and says so.

What a test file reaches is read from its imports and the modules it names, those of the helpers it uses and of the
modules in turn; whatever isn't a Python module of the program or of the tests (a rule, a lock) reaches every file.
What changed is what differs from where the branch left its upstream, uncommitted and new files included. Where that
can't be told, nothing is left out.
"""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator, Set
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PACKAGE = "policy_engine"
# What these cost together is two thirds of the suite.
SLOW = ("analysis", "cli", "honesty", "keeping", "ledger", "properties", "relational", "web")
UPSTREAMS = ("@{upstream}", "origin/HEAD", "origin/main", "origin/master", "main", "master")
LAZILY = f"{PACKAGE}.foundation.lazily"
_NAMED = re.compile(rf"{PACKAGE}(?:\.\w+)*")


def slow_files(root: Path = ROOT) -> list[Path]:
    """List the test files that are run only where a change reaches them."""
    return sorted(path for folder in SLOW for path in (root / "tests" / folder).rglob("test_*.py"))


def changed_files(root: Path = ROOT) -> frozenset[str] | None:
    """List the paths, relative to the root, that differ from the upstream; `None` where there is nothing to tell by."""
    try:
        here = _git(root, "rev-parse", "--abbrev-ref", "HEAD").strip()
        base = next(filter(None, (_base(root, name) for name in UPSTREAMS if name != here)), None)
        if base is None:
            return None
        changed = _git(root, "diff", "--name-only", "--no-renames", "-z", base, "--")
        new = _git(root, "ls-files", "-z", "--others", "--exclude-standard")
    except (OSError, subprocess.CalledProcessError):
        return None
    return frozenset(filter(None, (changed + new).split("\0")))


def turn_of(root: Path = ROOT) -> int:
    """Give a number of the commit that is checked out, the same wherever it is: by it goes which tests of a family are taken."""
    try:
        return int(_git(root, "rev-parse", "HEAD^{tree}")[:8], 16)
    except (OSError, subprocess.CalledProcessError):
        return 0


def left_out_of(changed: Set[str] | None, root: Path = ROOT) -> list[Path]:
    """List the slow test files that no changed path reaches."""
    if changed is None or any(map(_reaches_all, changed)):
        return []
    return [path for path in slow_files(root) if not is_reached(path, changed, root)]


def is_reached(path: Path, changed: Set[str], root: Path = ROOT) -> bool:
    """Tell whether a test file reaches one of the changed paths."""
    files = _test_side(path, root)
    own = {file.relative_to(root).as_posix() for file in files}
    if own & changed:
        return True
    # Prose is read by few tests: those that name it.
    prose = {name for name in changed if name.endswith(".md")}
    if prose and any(word in text for text in _texts(files) for word in (".md", "docs")):
        return True
    modules = {_module(name) for name in changed if name.startswith("src/")}
    # A module that is gone may have been anyone's.
    return not modules <= _graph().modules or not modules.isdisjoint(_program_side(files))


def _reaches_all(name: str) -> bool:
    if name.endswith(".md"):
        return name.startswith(("src/", "tests/"))
    return not (name.endswith(".py") and name.startswith((f"src/{PACKAGE}/", "tests/")))


def _module(name: str) -> str:
    words = name.removeprefix("src/").removesuffix(".py").split("/")
    return ".".join(words[:-1] if words[-1] == "__init__" else words)


@cache
def _test_side(path: Path, root: Path) -> frozenset[Path]:
    """Find the test file, the helpers it imports and those that pytest loads before it."""
    tests = root / "tests"
    above = [folder for folder in path.parents if folder.is_relative_to(tests)]
    waiting = [path, *(folder / "conftest.py" for folder in above)]
    found: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file in found or not file.is_file():
            continue
        found.add(file)
        for name in _names_in(file):
            words = name.removeprefix("tests.").split(".")
            if (tests / words[0]).is_dir() or (tests / f"{words[0]}.py").is_file():
                waiting += [tests.joinpath(*words[:n]).with_suffix(".py") for n in range(1, len(words) + 1)]
    return frozenset(found)


@cache
def _program_side(files: frozenset[Path]) -> frozenset[str]:
    """Find the modules of the program that the files name, and all that these import; or all modules at once."""
    graph = _graph()
    named = {name for file in files for name in _names_in(file) if name.split(".")[0] == PACKAGE}
    found: set[str] = set()
    for name in named:
        words = name.split(".")
        known = [".".join(words[:n]) for n in range(len(words), 0, -1)]
        found.add(next(one for one in known if one in graph.modules))
    for name in tuple(found):
        found |= _imported_by(name)
    # A module is read together with the packages it lies in.
    found |= {".".join(name.split(".")[:n]) for name in found for n in range(2, name.count(".") + 1)}
    runs_programs = any(word in text for text in _texts(files) for word in ("subprocess", "sys.executable"))
    if runs_programs or PACKAGE in named or any(map(_finds_by_name, found)):
        return frozenset({*graph.modules, PACKAGE})
    return frozenset(found)


@cache
def _texts(files: frozenset[Path]) -> tuple[str, ...]:
    # This file itself reads no prose, and runs nothing but git.
    return tuple(file.read_text("utf-8") for file in files if file.name != "reach.py")


@cache
def _graph() -> grimp.ImportGraph:
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    # A package that brings its names when they are used says in its own words where they live.
    for module in [name for name in graph.find_modules_that_directly_import(LAZILY) if name != PACKAGE]:
        texts = (
            node.value
            for node in ast.walk(ast.parse(_path_of(module).read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        for home in {f"{PACKAGE}.{text}" for text in texts} & graph.modules:
            graph.add_import(importer=module, imported=home)
    return graph


@cache
def _imported_by(module: str) -> frozenset[str]:
    return frozenset(_graph().find_upstream_modules(module))


def _path_of(module: str) -> Path:
    place = ROOT / "src" / Path(*module.split("."))
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


@cache
def _finds_by_name(module: str) -> bool:
    """Tell whether a module imports others by a name that it makes up: then it may import any."""
    path = _path_of(module)
    # A name that is deleted, too, may have been any.
    return module not in (PACKAGE, LAZILY) and (
        not path.is_file() or "import_module" in path.read_text("utf-8")
    )


@cache
def _names_in(path: Path) -> frozenset[str]:
    """List the dotted names that a file imports, or writes in a text as the tests do that replace something there."""
    return frozenset(_names(ast.walk(ast.parse(path.read_text("utf-8")))))


def _names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.Constant(value=str(text)) if PACKAGE in text:
                yield from (name for name in _NAMED.findall(text) if "." in name)


def _base(root: Path, name: str) -> str | None:
    try:
        return _git(root, "merge-base", "HEAD", name).strip()
    except subprocess.CalledProcessError:
        return None


def _git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), *words]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
