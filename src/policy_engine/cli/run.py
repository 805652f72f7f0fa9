"""What is known of one run of a command, so that it can be told whatever fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from policy_engine.cli.exits import Exit
from policy_engine.foundation.records import dataclass, field

if TYPE_CHECKING:  # help and slips need none of it
    import click

    from policy_engine.reporting.told import Input, RuleBaseUsed

# The formats that are written even where the run fails; in the others people are told on standard error.
FOR_MACHINES = ("json", "sarif", "junit", "github")


@dataclass(slots=True, kw_only=True)
class Run:
    """What is known so far. `given`: the texts of the inputs by shown path; `of_base`: those of the rule base.

    `unread_base`: reads them where the rule base was not read from its files, and a message wants one of their lines.

    `located`: where a shown path of the rule base really lies. `on_problems`: the exit code where a stage ends with diagnostics.
    `elsewhere`: the path of `-o` where a command writes something else than its output there.
    """

    command: str = ""
    format: str = "text"
    output: str | None = None
    elsewhere: str | None = None
    rule_base: RuleBaseUsed | None = None
    today: int | None = None
    inputs: tuple[Input, ...] = ()
    on_problems: Exit = Exit.BAD_INPUT
    given: dict[str, str] = field(default_factory=dict)
    of_base: dict[str, str] = field(default_factory=dict)
    unread_base: Callable[[], Mapping[str, str]] = dict
    located: Callable[[str], str] = str

    @property
    def texts(self) -> dict[str, str]:
        """Give every text that was read, for the lines that messages show."""
        return {**self.unread_base(), **self.of_base, **self.given}

    def place(self, path: str) -> str:
        """Give the path of a shown path as a tool outside the program can open it."""
        return path if path in self.given else self.located(path)

    @property
    def is_for_machines(self) -> bool:
        """Tell whether the output is data, so that nothing else may stand in it or beside it."""
        return self.format in FOR_MACHINES


# The run of a command line that was read without click.
_plain: list[Run] = []


@contextmanager
def as_this_run(run: Run) -> Iterator[None]:
    """Have a run be found that no command of click belongs to."""
    _plain.append(run)
    try:
        yield
    finally:
        _plain.pop()


def this_run() -> Run:
    """Find the run that the current command belongs to."""
    if _plain:
        return _plain[-1]
    import click  # noqa: PLC0415 - a plain check is read without

    return click.get_current_context().ensure_object(Run)


def slip(message: str) -> click.UsageError:
    """Make the error that tells of a slip in the command line."""
    import click  # noqa: PLC0415 - as above

    return click.UsageError(message, click.get_current_context(silent=True))
