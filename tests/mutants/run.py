"""Make small errors in the program, one at a time, and see whether the tests that run that code notice.

`make mutants` (MUTANTS='--sample 200 --seed 7 --package loading'). One process collects the tests and watches
once which of them call which function; every error is then tried in a child of it, with the changed code put in.
"""

import argparse
import gc
import os
import random
import resource
import signal
import sys
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from cProfile import Profile
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from mutants.mutations import SOURCE, Mutation, code_of, code_with, modules, mutations

HERE = Path(__file__).parent
PACKAGES = ("evaluation", "compilation", "loading")
# Where what these packages do is checked in the same process.
TESTS = (
    "evaluation oracle properties compilation loading model foundation rules cases reporting features "
    "cli/test_commands.py cli/test_validate.py analysis/test_lints.py analysis/test_reasons.py"
).split()
CHECKED_BY_NULL = 5
MOST = 40  # seconds of tests for one error, by their time when watched; the fastest come first
PASSED, FAILED = 0, 1


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
        self.callers: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.seconds: list[float] = []
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
        self.watch()
        targets = [
            m for package in self.options.package for name in modules(package) for m in mutations(name)
        ]
        known, chance = argued(), random.Random(self.options.seed)
        sample = chance.sample(targets, min(self.options.sample, len(targets)))
        self.live = live_functions()
        for one in sample[:CHECKED_BY_NULL]:
            if self.is_killed(one, code_of(one.module, one.function)):
                message = f"{one.module} {one.function}: its tests fail though nothing was changed"
                raise pytest.UsageError(message)
        table: dict[str, Counter] = defaultdict(Counter)
        for one in sorted(sample):
            table[one.module][self.answer(one, known)] += 1
        self.share = tell(table)
        return True

    def answer(self, one: Mutation, known: Mapping[tuple[str, str, str], str]) -> str:
        if one.key in known:
            return "argued"
        code = code_of(one.module, one.function) if self.options.unchanged else code_with(one)
        started = time.monotonic()
        found = "killed" if self.is_killed(one, code) else "survived"
        if found == "survived" or self.options.verbose:
            effort = (
                f"{len(self.callers[one.module, one.function])} tests, {time.monotonic() - started:.0f} s"
            )
            say(f"{found}  {one.module}:{one.line} {one.function}  [{effort}]\n          {one.change}")
        return found

    # Watching which tests call what.

    def watch(self) -> None:
        """Run every test once in a child that notes what it calls, and how long it takes."""
        read, write = os.pipe()
        if (child := os.fork()) == 0:
            os.close(read)
            silence()
            with os.fdopen(write, "w", encoding="utf-8") as report:
                for at, item in enumerate(self.items):
                    print(at, *self.watched(item), sep="\t", file=report)
            os._exit(PASSED)
        os.close(write)
        with os.fdopen(read, encoding="utf-8") as report:
            for at, seconds, is_sound, *called in (line.rstrip("\n").split("\t") for line in report):
                self.seconds.append(float(seconds))
                if is_sound != "True":
                    say(f"left out, as it fails before any error is made: {self.items[int(at)].nodeid}")
                    continue
                for module, function in zip(called[::2], called[1::2], strict=True):
                    self.callers[module, function].append(int(at))
        os.waitpid(child, 0)
        say(f"{len(self.items)} tests watched, {sum(self.seconds):.0f} s")

    def watched(self, item: pytest.Item) -> list[object]:
        self.has_failed = False
        watcher = Profile(subcalls=False, builtins=False)
        started = time.process_time()
        watcher.runcall(run, item, None)
        codes = [entry.code for entry in watcher.getstats() if isinstance(entry.code, CodeType)]
        own = {place for code in codes if (place := place_of(code)) is not None}
        return [
            time.process_time() - started,
            not self.has_failed,
            *(part for place in sorted(own) for part in place),
        ]

    # Trying one error.

    def is_killed(self, one: Mutation, code: CodeType) -> bool:
        """Run the tests that call the function with other code in it, in a child, until one fails."""
        chosen = self.chosen(self.callers[one.module, one.function])
        if (child := os.fork()) == 0:
            silence()
            limit(self.options.most)
            for function in self.live[one.module, one.function]:
                function.__code__ = code
            for at, item in enumerate(chosen):
                run(item, chosen[at + 1] if at + 1 < len(chosen) else None)
                if self.has_failed:
                    os._exit(FAILED)
            os._exit(PASSED)
        return os.waitpid(child, 0)[1] != 0

    def chosen(self, callers: list[int]) -> list[pytest.Item]:
        """Take the fastest tests, until they'd take too long."""
        spent, found = 0.0, []
        for at in sorted(callers, key=lambda at: self.seconds[at]):
            spent += self.seconds[at]
            if spent > self.options.most:
                break
            found.append(self.items[at])
        return found


def run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


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
        elif isinstance(each, _lru_cache_wrapper) and each.__module__.startswith("policy_engine"):
            each.cache_clear()
    return found


def silence() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def limit(seconds: float) -> None:
    """End a child that an error keeps busy or waiting for ever."""
    longest = int(4 * seconds) + 20
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (longest, longest))
    signal.alarm(10 * longest)


def say(line: str) -> None:
    print(line, flush=True)


def tell(table: Mapping[str, Counter]) -> float:
    """Print a line a module, and the share that is killed or argued."""
    say(f"\n{'module':<44} killed/run  argued")
    total = sum(table.values(), Counter())
    for name, row in [*table.items(), ("all", total)]:
        run = row["killed"] + row["survived"]
        say(f"{name:<44} {row['killed']:>6}/{run:<4} {row['argued'] or '':>6}")
    share = 1 - total["survived"] / max(1, total.total())
    say(f"{share:.1%} killed or argued")
    return share


def parse(arguments: Iterable[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--package", action="append", help=f"of {', '.join(PACKAGES)}; or a module")
    parser.add_argument("--tests", action="append", help="files or folders below tests/")
    parser.add_argument("--most", type=float, default=MOST, help="seconds of tests for one error")
    parser.add_argument("--at-least", type=float, default=0.95, help="share to be killed or argued")
    parser.add_argument("--unchanged", action="store_true", help="change nothing: then nothing may be killed")
    parser.add_argument("--verbose", action="store_true", help="tell of the killed too")
    found = parser.parse_args(list(arguments))
    found.package = found.package or list(PACKAGES)
    found.tests = found.tests or TESTS
    return found


def main(arguments: Iterable[str]) -> int:
    """Run a sample; 0 where enough are killed or argued."""
    options = parse(arguments)
    plugin = Mutants(options)
    tests = [str(HERE.parent / name) for name in options.tests]
    failed = pytest.main(["-q", "-p", "no:cacheprovider", "--capture=sys", "-n", "0", *tests], [plugin])
    return failed or int(plugin.share < options.at_least)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
