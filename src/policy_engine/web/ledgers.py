"""Ledgers at the desk: kept as they were uploaded, understood, decided in the background, and taken up again where that broke off."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief
from policy_engine.foundation.in_place import put_in_place
from policy_engine.ledger.counting import Counts
from policy_engine.ledger.deciding import Row
from policy_engine.ledger.journal import Journal
from policy_engine.ledger.lines import refuse
from policy_engine.ledger.running import Asked, Opened, Result, journal_of, open_ledger, run_ledger
from policy_engine.model.aggregates import Aggregate

MOST_ROWS: Final = 20_000
# Of one run; what it decided until then is kept.
_MOST_SECONDS: Final = 600.0
_MOST_KEPT: Final = 200
_SAMPLE: Final = 20
_BYTES: Final = 12
_NAME = re.compile(r"[A-Za-z0-9_-]{16}")
_PART: Final = 1 << 20
_KINDS: Final = (".xlsx", ".csv")


class NoSuchLedgerError(Exception):
    """Raised where there is no ledger of that name, or none that can be read."""


class _LateError(Exception):
    """Raised within a run that takes longer than one may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A list that somebody uploaded, and what was said of it. `chosen`: heads by what they mean, beside what is read anyhow.

    `state`: `read` before it was decided, then `running`, `done`, `failed`; `told`: why it failed, or what is to be known
    of how it was done. `identity`: of the run, as its journal has it; `rules`: by which rule base.
    """

    name: str
    title: str
    kind: str
    at: float
    today: int
    owner: str = ""
    subject: str = ""
    sheet: str = ""
    day: str = ""
    place: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict)
    state: str = "read"
    told: tuple[str, ...] = ()
    identity: str = ""
    rules: str = ""
    sentence: str = ""


class _Kept(Journal):
    """A journal that stays when its run is over: the pages read the rows from it."""

    __slots__ = ()

    def drop(self) -> None:
        """Leave what there is."""
        self.keep()


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The ledgers of one folder. One is decided at a time, whoever waits."""

    folder: Path
    compiled: CompiledRuleSet = field(repr=False)
    aggregates: tuple[Aggregate, ...] = ()
    # How many of how many rows are decided, of those that are waited for.
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _changing: threading.Lock = field(default_factory=threading.Lock, repr=False)

    # ------------------------------------------------------------ kept

    def take(self, file: BinaryIO, ledger: Ledger) -> Opened:
        """Keep an uploaded file with what was said of it. Raises `DiagnosticsError` where it can't be understood; then nothing is kept."""
        if ledger.kind not in _KINDS:
            refuse(ledger.title, "只收 .xlsx 和 .csv 的清单", "在 Excel 里另存为“Excel 工作簿（*.xlsx）”")
        if sum(1 for _ in self._all()) >= _MOST_KEPT:
            refuse(ledger.title, f"存着的台账有{_MOST_KEPT}份了，不再收", "删去不用的再上传")
        home = self._home(ledger.name)
        home.mkdir(mode=0o700, parents=True)
        try:
            with self._table(ledger).open("xb") as kept:
                self._table(ledger).chmod(0o600)
                shutil.copyfileobj(file, kept, _PART)
            opened = self.opened(ledger)
            total = sum(1 for _ in opened.lines())
            if total > MOST_ROWS:
                refuse(
                    ledger.title,
                    f"有{total}行，网页上一次最多审{MOST_ROWS}行",
                    "分成几份，或者用 policy-engine batch",
                )
            self.keep(ledger)
        except BaseException:
            shutil.rmtree(home, ignore_errors=True)
            raise
        return opened

    def keep(self, ledger: Ledger) -> None:
        """Write what is known of a ledger. Raises `OSError`."""
        data = json.dumps(asdict(ledger), ensure_ascii=False)
        put_in_place(self._about(ledger.name), data.encode(), is_private=True)

    def read(self, name: str) -> Ledger:
        """Read what is known of a ledger. Raises `NoSuchLedgerError`."""
        if not _NAME.fullmatch(name):
            raise NoSuchLedgerError(name)
        try:
            found = json.loads(self._about(name).read_text("utf-8"))
            return Ledger(**(found | {"told": tuple(found["told"])}))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NoSuchLedgerError(name) from error

    def latest(self, owner: str | None) -> Iterator[Ledger]:
        """Go through the ledgers, the newest first. `owner`: only those of an account, `None` for all."""
        found = []
        for name in self._all():
            try:
                one = self.read(name)
            except NoSuchLedgerError:
                continue
            if owner is None or one.owner == owner:
                found.append(one)
        return iter(sorted(found, key=lambda one: one.at, reverse=True))

    def drop(self, ledger: Ledger) -> None:
        """Delete a ledger with all that was made of it; one that is being decided stays."""
        if ledger.name not in self.progress:
            shutil.rmtree(self._home(ledger.name), ignore_errors=True)

    def result(self, ledger: Ledger) -> Path:
        """Say where the workbook with the results is."""
        return self._home(ledger.name) / "result.xlsx"

    # ------------------------------------------------------------ understood

    def opened(self, ledger: Ledger) -> Opened:
        """Open a ledger as it was said to be read. Raises `DiagnosticsError`, which names it as its owner does."""
        try:
            return open_ledger(self._asked(ledger), self.compiled, self.aggregates)
        except DiagnosticsError as error:
            kept, shown = str(self._table(ledger)), ledger.title
            told = [replace(d, message=d.message.replace(kept, shown)) for d in error.diagnostics]
            raise DiagnosticsError(told) from None

    def rows(self, ledger: Ledger) -> tuple[Counts, tuple[Row, ...]]:
        """Give the rows of a ledger that is done, counted."""
        journal = _Kept(self._journal(ledger), ledger.identity)
        journal.begin()
        journal.keep()
        subject = self.opened(ledger).reading.subject.name
        counts = Counts({rule.id: rule for rule in self.compiled.subjects[subject].written})
        rows = tuple(journal.rows())
        for row in rows:
            counts.add(row)
        return counts, rows

    def is_current(self, ledger: Ledger) -> bool:
        """Tell whether a ledger was decided by the rules at hand."""
        return ledger.rules == self.compiled.rule_set.version

    # ------------------------------------------------------------ decided

    def begin(self, ledger: Ledger) -> Ledger:
        """Decide a ledger in the background; one that was broken off goes on. Raises `OSError`."""
        with self._changing:
            if ledger.name in self.progress:
                return self.read(ledger.name)
            self.progress[ledger.name] = (0, 0)
        begun = replace(ledger, state="running", told=(), sentence="", rules=self.compiled.rule_set.version)
        try:
            self.keep(begun)
        except BaseException:
            self.progress.pop(ledger.name, None)
            raise
        # A server that is stopped doesn't wait for it: what was decided is in the journal.
        threading.Thread(target=self._run, args=(begun,), daemon=True).start()
        return begun

    def _run(self, ledger: Ledger) -> None:
        try:
            with self._turn:
                self.keep(self._decided(ledger))
        except _LateError:
            told = f"审了{_MOST_SECONDS / 60:.0f}分钟没有审完，停下了；审过的都存着，可以接着审"
            self._failed(ledger, (told,))
        except DiagnosticsError as error:
            self._failed(ledger, in_brief(error.diagnostics))
        except OSError as error:
            self._failed(ledger, (f"结果存不下：{error.strerror}；审过的存着，处理好以后接着审",))
        except Exception as error:  # nobody else would hear of it
            self._failed(ledger, (f"内部错误（{type(error).__name__}），没有审完",))
        finally:
            self.progress.pop(ledger.name, None)

    def _decided(self, ledger: Ledger) -> Ledger:
        opened = self.opened(ledger)
        found = journal_of(self.result(ledger), opened, self._asked(ledger), self.compiled)
        journal = _Kept(self._journal(ledger), found.identity)
        until = time.monotonic() + _MOST_SECONDS

        def told(done: int, total: int) -> None:
            self.progress[ledger.name] = (done, total)
            if time.monotonic() > until:
                raise _LateError

        result = run_ledger(opened, journal, self.result(ledger), self.compiled, sample=_SAMPLE, told=told)
        if result.differences:
            wrong = Diagnostic(
                code="PE901",
                message=f"重审的第{_numbers(result)}行两个引擎不一致，这份结果不能用",
                help="报告给规则库维护人员",
            )
            self.result(ledger).unlink(missing_ok=True)
            raise DiagnosticsError([wrong])
        sampled = f"随机抽{result.sampled}行由双引擎重审，全部一致" if result.sampled else ""
        remarks = tuple(filter(None, (sampled, *opened.remarks)))
        return replace(
            ledger, state="done", told=remarks, identity=found.identity, sentence=result.counts.sentence
        )

    def _failed(self, ledger: Ledger, told: tuple[str, ...]) -> None:
        try:
            self.keep(replace(ledger, state="failed", told=told))
        except OSError:
            # The page says that it was broken off, which is what is known.
            return

    def _asked(self, ledger: Ledger) -> Asked:
        return Asked(
            path=self._table(ledger),
            subject=ledger.subject or None,
            as_of=ledger.day or None,
            jurisdiction=ledger.place or None,
            mapping=dict(ledger.chosen) or None,
            sheet=ledger.sheet or None,
            today=ledger.today,
        )

    # ------------------------------------------------------------ where it is

    def _all(self) -> Iterator[str]:
        try:
            yield from (one.name for one in self.folder.iterdir() if _NAME.fullmatch(one.name))
        except FileNotFoundError:
            return

    def _home(self, name: str) -> Path:
        return self.folder / name

    def _about(self, name: str) -> Path:
        return self._home(name) / "about.json"

    def _table(self, ledger: Ledger) -> Path:
        return self._home(ledger.name) / f"table{ledger.kind}"

    def _journal(self, ledger: Ledger) -> Path:
        return self._home(ledger.name) / "rows"


def new_name() -> str:
    """Make up a name that nobody guesses."""
    return secrets.token_urlsafe(_BYTES)


def _numbers(result: Result) -> str:
    return "、".join(str(one.row) for one in result.differences[:5])
