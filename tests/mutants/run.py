"""Make small errors in the program, one at a time, and see whether the tests that run that code notice.

`make mutants` (MUTANTS='--sample 200 --seed 7 --package loading'). One process collects the tests and watches
once which of them run which stretch of code; its children, so many at a time, then try every error in a child of
their own, with the changed code put in. What was watched is kept in .mutants/ as long as the code and the test's file
stay the same.
"""

import argparse
import builtins
import gc
import hashlib
import os
import random
import resource
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import _lru_cache_wrapper
from itertools import accumulate, pairwise, zip_longest
from pathlib import Path
from tempfile import TemporaryFile
from types import CodeType, FunctionType
from typing import IO
from zlib import crc32

import pytest

from mutants.mutations import (
    NOTED,
    SOURCE,
    Mutation,
    Place,
    code_of,
    code_with,
    modules,
    mutations,
    noting,
    places,
)

HERE = Path(__file__).parent
PACKAGES = ("evaluation", "compilation", "loading")
# Where what these packages do is checked in the same process.
TESTS = (
    "evaluation oracle properties honesty compilation loading model foundation rules cases reporting features "
    "analysis language library reading keeping "
    "cli/test_add.py cli/test_analyse.py cli/test_bundles.py cli/test_check_files.py cli/test_commands.py "
    "cli/test_diff.py cli/test_diff_causes.py cli/test_diff_terms.py cli/test_features.py cli/test_fix.py "
    "cli/test_fmt.py cli/test_layers.py cli/test_lsp.py cli/test_making_schemas.py cli/test_output_contract.py "
    "cli/test_papers.py cli/test_rule_base.py cli/test_sources.py cli/test_test.py cli/test_validate.py "
    "ledger/test_columns.py ledger/test_delimited.py ledger/test_heads.py ledger/test_tallies.py "
).split()
CHECKED_BY_NULL = 5
MOST = 60  # seconds of tests for one error, by their time when watched
PASSED, FAILED = 0, 1
OURS = (str(SOURCE), str(HERE.parent))


def argued() -> dict[tuple[str, str, str], str]:
    """Read the errors that are argued to be none, with their reasons."""
    with (HERE / "argued.toml").open("rb") as file:
        found = tomllib.load(file).get("argued", [])
    return {(one["module"], one["function"], one["change"]): one["reason"] for one in found}


class Mutants:
    """A pytest plugin that runs the collected tests against one error after the other."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.items: list[pytest.Item] = []
        self.live: Mapping[tuple[str, str], list[FunctionType]] = {}
        self.has_failed = False
        self.runners: dict[Place, list[int]] = defaultdict(list)
        self.seconds: list[float] = []
        self.breadth: list[int] = []  # how many stretches each test runs
        self.killers: Counter[int] = Counter()
        self.killer: int | None = None
        self.signal: int | None = None  # that ended the tests of an error
        self.share = 1.0

    def pytest_sessionstart(self) -> None:
        from hypothesis import Phase, settings  # noqa: PLC0415 - pytest wants to be there before it

        # The same examples every time, and none spent on making a failure small.
        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutants", settings.default, derandomize=True, database=None, phases=phases)
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.has_failed = self.has_failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = session.items
        # Some modules are imported when first needed: going through all of them finds them in time.
        targets = [
            m for package in self.options.package for name in modules(package) for m in mutations(name)
        ]
        self.live = live_functions()
        gc.freeze()  # what a child only reads stays shared
        self.watch()
        known, chance = argued(), random.Random(self.options.seed)
        if self.options.function:
            targets = [m for m in targets if m.function in self.options.function]
        sample = chance.sample(targets, min(self.options.sample, len(targets)))
        if self.options.again is not None:
            keys = survivors(self.options.again)
            sample = [m for m in targets if (m.module, m.function, m.change) in keys]
        for one in sample[:CHECKED_BY_NULL]:
            unchanged = code_of(one.module, one.function)
            if self.is_killed(one, unchanged, self.options.most / 20):
                message = f"{one.module} {one.function}: its tests fail though nothing was changed"
                raise pytest.UsageError(message)
        ordered = sorted(sample)
        shares = [ordered[first :: self.options.jobs] for first in range(self.options.jobs)]
        reports = [self.trying(share, known) for share in shares if share]
        answers = [(module, line) for report in reports for module, line in lines_of(*report)]
        if len(answers) < len(sample):
            message = f"{len(sample) - len(answers)} errors were not tried to the end"
            raise pytest.UsageError(message)
        table: dict[str, Counter] = defaultdict(Counter)
        for module, line in sorted(answers):
            table[module][line.split("\t")[1]] += 1
        self.share = tell(table)
        return True

    def trying(self, share: list[Mutation], known: Mapping[tuple[str, str, str], str]) -> tuple[int, IO[str]]:
        """Start a child that tries some of the errors; give its number and where it reports."""
        report = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed where it is read
        if (child := os.fork()) == 0:
            for one in share:
                print(one.module, self.answer(one, known), sep="\t", file=report, flush=True)
            os._exit(PASSED)
        return child, report

    def answer(self, one: Mutation, known: Mapping[tuple[str, str, str], str]) -> str:
        if one.key in known:
            return "argued"
        code = code_of(one.module, one.function) if self.options.unchanged else code_with(one)
        started = time.monotonic()
        found = "survived"
        if self.is_killed(one, code, self.options.most):
            found = "killed" if self.signal is None else "stopped"
        if found != "killed" or self.options.verbose:
            effort = f"{len(self.runners[one.place])} tests, {time.monotonic() - started:.0f} s"
            say(f"{found}  {one.module}:{one.line} {one.function}  [{effort}]\n          {one.change}")
            if self.killer is not None:
                say(f"          by {self.items[self.killer].nodeid}")
            if self.signal is not None:
                say(f"          by {signal.Signals(self.signal).name}: it took too long or crashed")
        return found

    # Watching which tests run what.

    def watch(self) -> None:
        """Run every test once in a child that notes what code it runs, and how long it takes."""
        known = remembered(self.options.watched)
        places_of = {code_name(place): place for place in places_in(self.options.package)}
        names = [name_of(item) for item in self.items]
        fresh = [at for at, name in enumerate(names) if name not in known]
        shares = [fresh[first :: self.options.jobs] for first in range(self.options.jobs)]
        reports = [self.watching(share) for share in shares if share]
        for name, line in (found for report in reports for found in lines_of(*report)):
            known[name] = line
        for at, name in enumerate(names):
            seconds, is_sound, *run = known[name].split("\t")[1:]
            self.seconds.append(float(seconds))
            self.breadth.append(len(run))
            if is_sound != "True":
                say(f"left out, as it fails before any error is made: {name}")
                continue
            for place in (places_of[code] for code in run if code in places_of):
                self.runners[place].append(at)
        say(f"{len(self.items)} tests watched, {sum(self.seconds):.0f} s")

    def watching(self, share: list[int]) -> tuple[int, IO[str]]:
        """Start a child that watches some of the tests; give its number and where it reports."""
        report = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed where it is read
        if (child := os.fork()) == 0:
            silence()
            noted = note_runs(self.options.package, self.live)
            for item in (self.items[at] for at in share):
                line = "\t".join(map(str, (name_of(item), *self.watched(item, noted))))
                print(line, file=report, flush=True)
                remember(self.options.watched, line)
            os._exit(PASSED)
        return child, report

    def watched(self, item: pytest.Item, noted: set[Place]) -> list[object]:
        self.has_failed = False
        noted.clear()
        started = time.process_time()
        run(item, None)
        seconds = time.process_time() - started
        return [round(seconds, 4), not self.has_failed, *map(code_name, sorted(noted))]

    # Trying one error.

    def is_killed(self, one: Mutation, code: CodeType, most: float) -> bool:
        """Tell whether a test that runs the code fails with another in its place, and passes without."""
        while True:
            is_failed, self.killer = self.fails(one, code, self.chosen(self.runners[one.place], most))
            if self.killer is None or self.killer in self.killers or not self.is_at_fault(one):
                self.killers.update([] if self.killer is None else [self.killer])
                return is_failed

    def is_at_fault(self, one: Mutation) -> bool:
        """Tell whether the test that killed fails with unchanged code too; then no error is judged by it."""
        assert self.killer is not None
        is_failed, _ = self.fails(one, code_of(one.module, one.function), [self.killer])
        if is_failed:
            say(f"left out, as it fails alone and unchanged: {self.items[self.killer].nodeid}")
            self.runners = defaultdict(
                list, {n: [at for at in c if at != self.killer] for n, c in self.runners.items()}
            )
        return is_failed

    def fails(self, one: Mutation, code: CodeType, chosen: list[int]) -> tuple[bool, int | None]:
        """Run some tests with a function's code swapped, in a child; tell whether one failed, and which."""
        read, write = os.pipe()
        if (child := os.fork()) == 0:
            silence()
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            for function in self.live[one.module, one.function]:
                function.__code__ = code
            self.has_failed = False
            for at, following in zip_longest(chosen, chosen[1:]):
                limit(self.seconds[at])
                run(self.items[at], None if following is None else self.items[following])
                if self.has_failed:
                    os.write(write, str(at).encode())
                    os._exit(FAILED)
            os._exit(PASSED)
        os.close(write)
        with os.fdopen(read, encoding="utf-8") as report:
            killer = report.read()
        status = os.waitpid(child, 0)[1]
        self.signal = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        return status != 0, int(killer) if killer else None

    def chosen(self, runners: list[int], most: float) -> list[int]:
        """Take tests until they'd take too long: first what has killed before, then the quick and narrow."""
        order = sorted(runners, key=lambda at: (not self.killers[at], self.seconds[at] * self.breadth[at]))
        spent = accumulate(self.seconds[at] for at in order)
        return [at for at, until in zip(order, spent, strict=True) if until <= most]


def run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def note_runs(packages: Iterable[str], live: Mapping[tuple[str, str], list[FunctionType]]) -> set[Place]:
    """Let every stretch of some packages note that it runs; give the set that it is noted in."""
    noted: set[Place] = set()
    setattr(builtins, NOTED, noted.add)
    for module in (name for package in packages for name in modules(package)):
        for function_name, code in noting(module):
            for function in live[function_name]:
                function.__code__ = code
    return noted


def places_in(packages: Iterable[str]) -> Iterator[Place]:
    for package in packages:
        for module in modules(package):
            yield from places(module)


def code_name(place: Place) -> str:
    """Shorten a place: there are hundreds a test. Two that share a code only look more alike than they are."""
    return f"{crc32(repr(place).encode()):x}"


def name_of(item: pytest.Item) -> str:
    """Name a test so that it is watched again when its file changes."""
    return f"{item.nodeid} {crc32(item.path.read_bytes()):x}"


def digest(packages: Iterable[str]) -> str:
    """Name the state of the code that is watched, and how much of it is."""
    found = hashlib.sha256(repr(sorted(packages)).encode())
    for path in sorted((SOURCE / "policy_engine").rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def lines_of(child: int, report: IO[str]) -> Iterator[tuple[str, str]]:
    """Let a child end, then go through what it reported, a line a test with the test's name first."""
    os.waitpid(child, 0)
    with report:
        report.seek(0)
        for line in report:
            yield line.split("\t", 1)[0], line.rstrip("\n")


def remembered(path: Path) -> dict[str, str]:
    """Read what an earlier run saw the tests run, by the name of the test."""
    path.parent.mkdir(exist_ok=True)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {line.split("\t", 1)[0]: line for line in lines}


def remember(path: Path, line: str) -> None:
    # At once, unbuffered: other children write there too.
    with path.open("ab", buffering=0) as file:
        file.write(f"{line}\n".encode())


def place_of(code: CodeType) -> tuple[str, str] | None:
    """Name a function of the program by module and name; one nested in another is part of it."""
    base = str(SOURCE / "policy_engine") + os.sep
    if not code.co_filename.startswith(base):
        return None
    return code.co_filename.removeprefix(base), code.co_qualname.split(".<locals>")[0]


def live_functions() -> dict[tuple[str, str], list[FunctionType]]:
    """Map every place to the functions that run its code; remembered results are forgotten on the way."""
    found: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and "<locals>" not in each.__qualname__:
            place = place_of(each.__code__)
            if place is not None:
                found[place].append(each)
        elif isinstance(each, _lru_cache_wrapper):
            code = getattr(each.__wrapped__, "__code__", None)
            if code is not None and code.co_filename.startswith(OURS):
                each.cache_clear()
    return found


def silence() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def limit(seconds: float) -> None:
    """End this child where an error keeps a test busy or waiting for ever."""
    longest = 4 * seconds + 10  # the first test also does what others find done
    signal.setitimer(signal.ITIMER_PROF, longest)
    signal.alarm(int(10 * longest))


def survivors(path: Path) -> set[tuple[str, str, str]]:
    """Read from the output of an earlier run which errors survived it."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = set()
    for line, change in pairwise(lines):
        if line.startswith("survived  "):
            _, place, function, *_ = line.split()
            found.add((place.rpartition(":")[0], function, change.strip()))
    return found


def say(line: str) -> None:
    print(line, flush=True)


def tell(table: Mapping[str, Counter]) -> float:
    """Print a line a module, and the share that is killed or argued."""
    say(f"\n{'module':<44} killed/run  stopped  argued")
    packages: dict[str, Counter] = defaultdict(Counter)
    for name, row in table.items():
        packages[name.split("/")[0]] += row
    total = sum(table.values(), Counter())
    for name, row in [*table.items(), *packages.items(), ("all", total)]:
        killed = row["killed"] + row["stopped"]
        run = f"{killed:>6}/{killed + row['survived']:<4}"
        say(f"{name:<44} {run} {row['stopped'] or '':>7} {row['argued'] or '':>7}")
    share = 1 - total["survived"] / max(1, total.total())
    say(f"{share:.1%} killed or argued")
    return share


def parse(arguments: Iterable[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--package", action="append", help=f"of {', '.join(PACKAGES)}; or a module")
    parser.add_argument("--function", action="append", help="only of functions with this name")
    parser.add_argument(
        "--again", type=Path, help="instead of a sample: what survived, by the output of a run"
    )
    parser.add_argument("--tests", action="append", help="files or folders below tests/")
    parser.add_argument("--most", type=float, default=MOST, help="seconds of tests for one error")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="children at a time")
    parser.add_argument("--watched", type=Path, help="file to keep what the tests run")
    parser.add_argument("--at-least", type=float, default=0.95, help="share to be killed or argued")
    parser.add_argument("--unchanged", action="store_true", help="change nothing: then nothing may be killed")
    parser.add_argument("--verbose", action="store_true", help="tell of the killed too")
    found = parser.parse_args(list(arguments))
    found.package = found.package or list(PACKAGES)
    found.tests = found.tests or TESTS
    found.watched = found.watched or HERE.parents[1] / ".mutants" / digest(found.package)
    return found


def main(arguments: Iterable[str]) -> int:
    """Run a sample; 0 where enough are killed or argued."""
    options = parse(arguments)
    # More than `make test` runs, less than everything: each test is run for many an error.
    os.environ.setdefault("SUITE", "mutants")
    plugin = Mutants(options)
    tests = [str(HERE.parent / name) for name in options.tests]
    failed = pytest.main(
        ["-q", "-p", "no:cacheprovider", "--capture=sys", "--tb=native", "-n", "0", *tests], [plugin]
    )
    return failed or int(plugin.share < options.at_least)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
