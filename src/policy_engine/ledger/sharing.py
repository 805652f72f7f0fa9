"""The rows of a ledger decided in several processes: a few lines to each at a time, and the rows put in order again.

A process that is forked has the rules already; one that is started afresh loads them. What a process can't decide, for
they are others by then or because of a fault, it hands back, and it is decided here. Forked is only where no other
thread runs: a lock that one holds would stay held for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import islice
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, cast

from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.processors import processors
from policy_engine.ledger.deciding import MOST_KEPT, Decider, Row
from policy_engine.ledger.given import Reading
from policy_engine.ledger.lines import Line

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# As many as the system waits for at once, Windows too.
MOST_PROCESSES: Final = 60
# Lines that are handed over at once.
_PART: Final = 32
# Parts for each process that may be decided before one that is late.
_AHEAD: Final = 4
# So many rows for each process are worth its start, where nobody said how many there are to be.
_PAYS: Final = 128
_THREADS: Final = Path("/proc/self/task")


class ProcessLostError(DiagnosticsError):
    """Raised where a process that decided rows is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How rows are shared out. `load`: gives a process that starts afresh the same rules; it can be pickled.

    `jobs`: how many processes, else as many as there are processors and as pay; `method`: how they are started, else as
    is safe here.
    """

    load: Callable[[], CompiledRuleSet]
    jobs: int | None = None
    method: str | None = None

    def processes(self, rows: int) -> int:
        """Say how many processes so many rows are decided in; 1 is this one alone."""
        parts = -(-rows // _PART)
        wanted = min(processors(), rows // _PAYS) if self.jobs is None else min(self.jobs, parts)
        return max(1, min(wanted, MOST_PROCESSES))

    def started(self) -> str:
        """Say how processes are started."""
        return self.method or ("fork" if _is_alone() else "spawn")


def rows_of(
    lines: Iterator[Line], total: int, decider: Decider, sharing: Sharing | None
) -> Generator[Iterable[Row]]:
    """Decide lines in their order, as many at a time as come together; close it where it isn't gone through to its end. `total`: how many there are.

    Raises `ProcessLostError` where a process is gone.
    """
    number = 1 if sharing is None else sharing.processes(total)
    if sharing is None or number == 1:
        yield from ((decider.row(line),) for line in lines)
        return
    with _Team.of(decider, sharing, number) as team:
        yield from team.rows(lines)


@dataclass(slots=True)
class _Team:
    """Processes that decide. `free`: those that wait for lines; `busy`: which part each of the others has."""

    decider: Decider
    number: int
    method: str
    begin: Callable[[], Decider | None]
    free: list[Connection] = field(default_factory=list)
    busy: dict[Connection, tuple[int, list[Line]]] = field(default_factory=dict)
    running: list[Any] = field(default_factory=list)

    @classmethod
    def of(cls, decider: Decider, sharing: Sharing, number: int) -> Self:
        """Say who decides and what each begins with."""
        method = sharing.started()
        decider = replace(decider, most=max(1, MOST_KEPT // number))
        begin = partial(_same, decider) if method == "fork" else _anew(decider, sharing.load)
        return cls(decider, number, method, begin)

    def __enter__(self) -> Self:
        context: Any = multiprocessing.get_context(self.method)
        try:
            with _uninterrupted():
                for _ in range(self.number):
                    ours, theirs = context.Pipe()
                    self.free.append(ours)
                    process = context.Process(target=_work, args=(theirs, self.begin), daemon=True)
                    process.start()
                    self.running.append(process)
                    # Held by that process alone: then its end is the end of the pipe.
                    theirs.close()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def rows(self, lines: Iterator[Line]) -> Iterator[Iterable[Row]]:
        """Give the rows of all lines, in the order of the lines."""
        parts = iter(lambda: list(islice(lines, _PART)), [])
        decided: dict[int, Iterable[Row]] = {}
        due = begun = 0
        while True:
            while (
                self.free and begun < due + self.number * _AHEAD and (part := next(parts, None)) is not None
            ):
                to = self.free.pop()
                self.busy[to] = (begun, part)
                _send(to, part)
                begun += 1
            if due in decided:
                yield decided.pop(due)
                due += 1
            elif self.busy:
                for one in _ready(self.busy):
                    at, part = self.busy.pop(one)
                    self.free.append(one)
                    found = _received(one)
                    decided[at] = map(self.decider.row, part) if found is None else found
            else:
                return

    def _end(self) -> None:
        # They keep nothing, so nothing is lost with them.
        for process in self.running:
            process.kill()
        for process in self.running:
            process.join()
        for one in (*self.free, *self.busy):
            one.close()


def _ready(busy: Iterable[Connection]) -> list[Connection]:
    # What is waited for may be other things too, but isn't here.
    return cast("list[Connection]", connection.wait(list(busy)))


def _send(to: Connection, part: list[Line]) -> None:
    try:
        to.send(list(map(_packed, part)))
    except OSError:
        raise _lost() from None


def _received(one: Connection) -> list[Row] | None:
    try:
        found: list[Row] | None = one.recv()
    except (EOFError, OSError):
        raise _lost() from None
    return found


def _lost() -> ProcessLostError:
    lost = Diagnostic(
        code="PE909",
        message="审查的一个进程中断了（内存不够，或者被结束），没有写输出",
        help="审过的行都存着，同样的命令再运行一次，接着审；内存不够的写 --jobs 1",
    )
    return ProcessLostError([lost])


# ---------------------------------------------------------------- in the processes


def _work(pipe: Connection, begin: Callable[[], Decider | None]) -> None:
    # The process that started this one answers an interrupt, and this one ends with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    decider = begin()
    while True:
        try:
            part = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_decided(decider, part))


def _decided(decider: Decider | None, part: list[tuple[Any, ...]]) -> list[Row] | None:
    try:
        return None if decider is None else [decider.row(_unpacked(line)) for line in part]
    except Exception:  # noqa: BLE001 - it is met again, and told, where the lines are handed back to
        return None


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _same(decider: Decider) -> Decider:
    return decider


def _anew(decider: Decider, load: Callable[[], CompiledRuleSet]) -> Callable[[], Decider | None]:
    reading = decider.reading
    said = {
        f.name: getattr(reading, f.name) for f in fields(Reading) if f.name not in ("rule_set", "subject")
    }
    version = decider.compiled.rule_set.version
    return partial(_loaded, load, version, reading.subject.name, said, decider.most)


def _loaded(
    load: Callable[[], CompiledRuleSet], version: str, subject: str, said: Mapping[str, Any], most: int
) -> Decider | None:
    try:
        compiled = load()
    except DiagnosticsError:
        return None
    rule_set = compiled.rule_set
    if rule_set.version != version:
        return None
    reading = Reading(rule_set=rule_set, subject=rule_set.vocabulary.subjects[subject], **said)
    return Decider(compiled, reading, most=most)


# ---------------------------------------------------------------- between them


def _packed(line: Line) -> tuple[Any, ...]:
    # What can't be changed can't be pickled either.
    return (
        line.number,
        line.cells,
        dict(line.trouble),
        line.numbers,
        line.broken,
        line.marked,
        dict(line.told),
    )


def _unpacked(packed: tuple[Any, ...]) -> Line:
    number, cells, trouble, numbers, broken, marked, told = packed
    return Line(
        number=number,
        cells=cells,
        trouble=trouble,
        numbers=numbers,
        broken=broken,
        marked=marked,
        told=told,
    )


def _is_alone() -> bool:
    # Threads of libraries too, which Python doesn't count; nowhere else than on Linux is forking safe anyway.
    try:
        return sum(1 for _ in _THREADS.iterdir()) == 1
    except OSError:
        return False


@contextmanager
def _uninterrupted() -> Iterator[None]:
    # An interrupt waits until whoever is started can let it pass.
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
