"""Install the peers beside this file, apart from the project's own environment."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from time import perf_counter

_HERE = Path(__file__).resolve().parent
_LOCK = _HERE / "requirements.lock"
_NODE = _HERE / "node"


def add_peers() -> None:
    """Make the peers importable, installing them first where the lock is newer than what is there."""
    folder = _HERE / ".peers" / f"{sys.implementation.cache_tag}"
    _install(folder, _LOCK, _pip(folder))
    # Behind the project's own packages: a peer's dependency must not replace one of ours.
    sys.path.append(str(folder))
    if shutil.which("npm") is None:
        print("npm is absent; the JavaScript peers are left out", file=sys.stderr)
        return
    # Not `npm ci`: it refuses a lock without the builds for other platforms, which not every registry serves.
    npm = ["npm", "install", "--no-save", "--ignore-scripts", "--silent", "--no-audit", "--no-fund"]
    _install(_NODE / "node_modules", _NODE / "package-lock.json", npm)


def _pip(folder: Path) -> list[str]:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    return [
        *pip,
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--target",
        str(folder),
        "--requirement",
        str(_LOCK),
    ]


def _install(folder: Path, lock: Path, command: list[str]) -> None:
    stamp = folder / ".installed"
    if stamp.is_file() and stamp.read_text() == lock.read_text():
        return
    print(f"installing the peers of {lock.relative_to(_HERE)}", file=sys.stderr, flush=True)
    start = perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(command, cwd=lock.parent, check=False)
    if done.returncode == 0:
        stamp.write_text(lock.read_text())
        print(f"installed in {perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    else:
        print(f"not installed (exit {done.returncode}); these peers are left out", file=sys.stderr)
