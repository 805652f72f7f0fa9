"""What must hold before a version is given away: `make release` builds it, installs it as people do, and tries it.

Each step is one line, `ok` or what is wrong; the wheel, the source and the list of parts lie in dist/ then.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
# The tools that list parts and make the single file, kept out of the environment of development.
LISTER = ROOT / "requirements" / "release.lock"
CASE = ROOT / "examples" / "purchase-property-service.yaml"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# By their licence files: their packages say nothing that a program could read.
LICENCES = {"pyahocorasick": "BSD-3-Clause", "z3-solver": "MIT"}
# A home of its own and no compiler: what an official's machine has.
PLAIN = {"CC": "/bin/false", "POLICY_ENGINE_CACHE": "off", "PYTHONDONTWRITEBYTECODE": "1"}


class WrongError(Exception):
    """Raised with what keeps a version from being given away."""


def run(*command: object, **surroundings: str) -> str:
    """Run a command; give what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=tempfile.gettempdir(),
        env=os.environ | surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        message = f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise WrongError(message)
    return done.stdout


def built(folder: Path) -> Path:
    """Build the source and, from it, the wheel; give the wheel."""
    run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def same_bytes(wheel: Path) -> None:
    """Build once more: the same source gives the same wheel."""
    with tempfile.TemporaryDirectory() as folder:
        again = built(Path(folder))
        digests = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (wheel, again)}
    if len(digests) > 1:
        message = "two builds of one source differ"
        raise WrongError(message)


def installed(wheel: Path, python: str) -> None:
    """Install the wheel alone, without a compiler, and decide a case by two engines."""
    with tempfile.TemporaryDirectory() as folder:
        run(python, "-m", "venv", folder)
        own = Path(folder) / "bin"
        run(own / "python", "-m", "pip", "install", "--quiet", "--only-binary", ":all:", wheel, **PLAIN)
        told = json.loads(run(own / "policy-engine", "check", CASE, "--format", "json", **PLAIN))
        found = told["results"][0]
        if found["verdict"] != "PERMITTED" or not found["cross_check"]["status"].startswith("AGREED"):
            message = f"{found['verdict']}, {found['cross_check']['label']}"
            raise WrongError(message)
        run(own / "policy-engine", "--help", **PLAIN)
        run(own / "policy-engine", "rules", "coverage", "--rules", "自带", **PLAIN)
        for name, how in (("own", ()), ("city", ("--extends", "自带"))):
            base = Path(folder) / name
            run(own / "policy-engine", "init", base, *how, **PLAIN)
            run(own / "policy-engine", "validate", base / "rules", "--strict", **PLAIN)


def environment(folder: str, *what: object) -> Path:
    """Make an environment with this Python, install into it; give its interpreter."""
    run(sys.executable, "-m", "venv", folder)
    python = Path(folder) / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", *what)
    return python


def listed(wheel: Path) -> None:
    """Write what a full installation consists of, with licences, as CycloneDX; nothing without a licence."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as tools:
        python = environment(folder, f"{wheel}[authors,web]")
        lister = environment(tools, "--require-hashes", "--requirement", LISTER)
        target = DIST / f"{wheel.stem}.cdx.json"
        run(
            lister,
            "-m",
            "cyclonedx_py",
            "environment",
            python,
            "--output-file",
            target,
            "--output-reproducible",
        )
    told = json.loads(target.read_text("utf-8"))
    for part in told["components"]:
        if not part.get("licenses") and part["name"] in LICENCES:
            part["licenses"] = [{"license": {"id": LICENCES[part["name"]]}}]
    target.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", "utf-8")
    bare = [part["name"] for part in told["components"] if not part.get("licenses")]
    if bare:
        message = f"no licence is told of {', '.join(bare)}"
        raise WrongError(message)


def single_file(wheel: Path) -> Path:
    """Make one file that decides cases on this system with this Python, installed nowhere; try it without a network."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}-{sysconfig.get_platform().replace('-', '_')}"
    target = DIST / f"{wheel.stem.removesuffix('-py3-none-any')}-{tag}.pyz"
    with tempfile.TemporaryDirectory() as folder:
        maker = environment(folder, "--require-hashes", "--requirement", LISTER)
        how = (
            "--reproducible",
            "--compressed",
            "--console-script",
            "policy-engine",
            "--python",
            "/usr/bin/env python3",
        )
        run(maker, "-m", "shiv", *how, "--output-file", target, wheel)
    with tempfile.TemporaryDirectory() as home:
        surroundings = PLAIN | {"HOME": home, "SHIV_ROOT": home, "PIP_NO_INDEX": "1"}
        told = json.loads(
            run(*_alone(), sys.executable, target, "check", CASE, "--format", "json", **surroundings)
        )
        if told["results"][0]["verdict"] != "PERMITTED":
            message = f"{target.name} says {told['results'][0]['verdict']}"
            raise WrongError(message)
    return target


def _alone() -> tuple[str, ...]:
    """Say how to run a program without any network, where this system lets us."""
    alone = ("unshare", "--map-root-user", "--net")
    if (
        shutil.which(alone[0])
        and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    ):
        return alone
    print("-- the network can't be taken away here, so the single file was tried with it")
    return ()


def pythons() -> Iterator[str]:
    """Go through the interpreters that are here, of those that are supported."""
    for version in PYTHONS:
        here = [
            shutil.which(f"python{version}"),
            *map(str, Path.home().glob(f".pyenv/versions/{version}.*/bin/python")),
        ]
        known = next((one for one in here if one and works(one)), None)
        if known is None:
            print(f"-- Python {version} is not here and was not tried")
        else:
            yield known


def works(python: str) -> bool:
    """Tell whether an interpreter starts; a launcher of another one may not."""
    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


def main() -> int:
    """Go through the list; stop at the first that is wrong."""
    shutil.rmtree(DIST, ignore_errors=True)
    try:
        wheel = built(DIST)
        print(f"ok built {wheel.name}, {wheel.stat().st_size / 1e6:.1f} MB")
        same_bytes(wheel)
        print("ok the same source gives the same wheel")
        for python in pythons():
            installed(wheel, python)
            print(f"ok installed and tried with {run(python, '--version').strip()}, without a compiler")
        print(f"ok made {single_file(wheel).name}, and tried it alone")
        listed(wheel)
        print("ok parts and licences listed")
    except WrongError as wrong:
        print(f"WRONG {wrong}")
        return 1
    print(f"To give it away: see that CHANGELOG.md has its version and day, tag it, upload {DIST.name}/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
