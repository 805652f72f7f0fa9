"""The desk's records: filed, listed, shown, held to the chain, decided again, printed again."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief
from policy_engine.loading.spellings import day_text
from policy_engine.model.calendar import chinese_day, day_number, iso
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.records.attachments import base_texts, packed
from policy_engine.records.chain import is_joined, verify
from policy_engine.records.content import Issued, drafted
from policy_engine.records.exporting import export
from policy_engine.records.locating import Place
from policy_engine.records.losing import LostError
from policy_engine.records.replaying import Replayer
from policy_engine.records.store import Filed, Store, Wanted, open_store
from policy_engine.records.telling import at_of, filing_of, moment, verified_sentence
from policy_engine.records.witness import Seen
from policy_engine.reporting.opinion.compose import compose
from policy_engine.reporting.opinion.paper import Opinion
from policy_engine.usecases.sources import Sources
from policy_engine.usecases.today import CHINA
from policy_engine.web.record_views import ReplayView, line_view, link_view, record_view, replay_view

_MOST: Final = 50
Page = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Records:
    """The records at one place, shown by a desk with its own rule base. `page`: fills a template."""

    place: Place
    compiled: CompiledRuleSet
    sources: Sources
    page: Page

    def list(self, query: QueryParams) -> Response:
        """Show the newest records, or those that fit what was asked for; on demand, whether all are whole."""
        wanted, errors = _wanted(query)
        before = int(query["before"]) if query.get("before", "").isdecimal() else None
        store = self._store()
        found = (
            store.search(wanted, most=_MOST + 1, before=before) if store is not None and not errors else []
        )
        more = found[_MOST - 1].number if len(found) > _MOST else None
        checked, is_whole, seconds = self._checked(store) if "check" in query else ("", True, 0.0)
        asked = {key: query.get(key, "") for key in ("q", "by", "since", "until", "verdict")}
        return self.page(
            "records.html",
            current="记录",
            lines=tuple(map(line_view, found[:_MOST])),
            total=store.size() if store is not None else 0,
            asked=asked,
            is_filtered=any(asked.values()),
            more=more,
            checked=checked,
            is_whole=is_whole,
            seconds=round(seconds, 1),
            where=self.place.shown,
            errors=errors,
        )

    def show(self, number: int, query: QueryParams) -> Response:
        """Show one record beside its neighbours; on demand, decided again."""
        store = self._there()
        record = self._record(store, number)
        replays, errors = self._replays(store, record, query)
        around, is_whole = self._around(store, record)
        return self.page(
            "record.html",
            current="记录",
            view=record_view(record, self.compiled.rule_set.vocabulary),
            links=tuple(link_view(one, record.number) for one in around),
            is_whole=is_whole,
            replays=replays,
            day=query.get("day", ""),
            as_of=chinese_day(day_number(record.content["as_of"]) or 1),
            errors=errors,
        )

    def paper(self, number: int) -> Opinion:
        """Compose the paper of a record anew, by the rules of its day."""
        store = self._there()
        record = self._record(store, number)
        found = self._replayer(store).replay(record)
        filing = filing_of(Seen(record.number, record.digest), record.content["by"], at_of(record))
        return compose(found.decision, found.compiled.rule_set, filing)

    def file(self, decision: Decision, case: Case, by: str, account: str = "") -> int:
        """File an opinion; gives its number. `account`: the one signed in, else that of the machine.

        Raises `DiagnosticsError` where that fails, or nobody answers for it.
        """
        if not by:
            raise DiagnosticsError(
                [Diagnostic(code="PE546", message="没有写由谁出具，没有登记", help="写姓名")]
            )
        issued = Issued(
            decision=decision,
            case=case,
            engine=Engine.BOTH,
            sources=self.sources,
            rule_set=self.compiled.rule_set,
            catalogue=None,
            by=by,
            account=account or _account(),
            program=version("policy-engine"),
            at=datetime.now(UTC),
        )
        (seen,) = open_store(self.place, makes=True).append([drafted(issued)])
        return seen.number

    def exported(self) -> tuple[bytes, int]:
        """Give all records as a zip, and how many there are. Raises `DiagnosticsError`."""
        store = self._there()
        with TemporaryDirectory() as folder:
            path = Path(folder) / "records.zip"
            count = export(store, path)
            return path.read_bytes(), count

    def _store(self) -> Store | None:
        """Open the records; `None` where there are none yet."""
        try:
            return open_store(self.place)
        except LostError:
            raise
        except DiagnosticsError as error:
            if self.place.file is not None and not self.place.file.exists():
                return None
            raise error from None

    def _there(self) -> Store:
        store = self._store()
        if store is None:
            raise HTTPException(404)
        return store

    def _record(self, store: Store, number: int) -> Filed:
        try:
            return store.record(number)
        except DiagnosticsError as error:
            if any(one.code == "PE543" for one in error.diagnostics):
                raise HTTPException(404) from None
            raise

    def _replayer(self, store: Store) -> Replayer:
        return Replayer(store, {packed(base_texts(self.sources)).digest: self.compiled})

    def _around(self, store: Store, record: Filed) -> tuple[tuple[Filed, ...], bool]:
        """Give a record between its neighbours, and whether they are as they were filed, as far as these few show."""
        found, is_read = {record.number: record}, True
        for number in (record.number - 1, record.number + 1):
            try:
                found[number] = store.record(number)
            except LostError:
                raise
            except DiagnosticsError as error:
                # Before the first and after the last there is none.
                is_read = is_read and all(one.code == "PE543" for one in error.diagnostics)
        around = tuple(found[number] for number in sorted(found))
        return around, is_read and is_joined(around)

    def _replays(
        self, store: Store, record: Filed, query: QueryParams
    ) -> tuple[tuple[ReplayView, ...], tuple[str, ...]]:
        written = query.get("day", "").strip()
        day = day_number(day_text(written) or written) if written else None
        if written and day is None:
            return (), (f"“{written}”不是日期：写成 2026年1月15日",)
        if "again" not in query and day is None:
            return (), ()
        replayer, views = self._replayer(store), list[ReplayView]()
        try:
            if day is not None:
                found = replayer.replay(record, day=day)
                views.append(replay_view(found, f"按{chinese_day(day)}的规定，用当时的规则库"))
            else:
                views.append(replay_view(replayer.replay(record), "用当时的规则库"))
                views.append(replay_view(replayer.replay(record, self.compiled), "用现在的规则库"))
        except DiagnosticsError as error:
            return tuple(views), in_brief(error.diagnostics)
        return tuple(views), ()

    def _checked(self, store: Store | None) -> tuple[str, bool, float]:
        if store is None:
            return "还没有记录", True, 0.0
        began = perf_counter()
        found = verify(store)
        now = datetime.now(CHINA)
        words = f"{verified_sentence(found).removeprefix('没有改过：')}。核对于{chinese_day(now.date().toordinal())} {now:%H:%M}"
        return words, found.broken is None, perf_counter() - began


def _wanted(query: QueryParams) -> tuple[Wanted, tuple[str, ...]]:
    days = {}
    for key in ("since", "until"):
        written = query.get(key, "").strip()
        day = day_number(day_text(written) or written) if written else None
        if written and day is None:
            return Wanted(), (f"“{written}”不是日期：写成 2026年1月15日",)
        days[key] = moment(iso(day), after=int(key == "until")) if day is not None else ""
    wanted = Wanted(
        words=tuple(query.get("q", "").split()),
        label=query.get("verdict", "").strip(),
        by=query.get("by", "").strip(),
        **days,
    )
    return wanted, ()


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
