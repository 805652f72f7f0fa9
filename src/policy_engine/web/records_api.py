"""Records over the API: read, never written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.exits import Exit
from policy_engine.foundation.text import both_ends
from policy_engine.foundation.waiting import OutOfTimeError
from policy_engine.records.chain import verify
from policy_engine.records.locating import place_of
from policy_engine.records.losing import LostError
from policy_engine.records.store import Store, Wanted, open_store
from policy_engine.records.telling import record_json, verified_json, verified_words
from policy_engine.reporting.told import Json
from policy_engine.usecases.answering import Answer, Fate, Service, out_of_time

_MOST, _USUAL, _LONGEST, _DIGITS = 100, 20, 60, 15
# Not there yet is not found; what else is wrong with records is wrong here, not with the question.
_ABSENT: Final = ("PE541", "PE543")


class _BadNumberError(Exception):
    """Raised where a number is none."""


def answered(service: Service, place: str | None, what: str, asked: Mapping[str, str]) -> Answer:
    """Answer a question about records: `list`, `show` or `verify`. Never raises `DiagnosticsError`."""
    command = f"records {what}"
    try:
        return {"list": _list, "show": _show, "verify": _verify}[what](
            service, open_store(place_of(place)), asked
        )
    except _BadNumberError as error:
        wrong = Diagnostic(
            code="PE903",
            message=f"`{both_ends(str(error), _LONGEST)}` 不是编号或者份数",
            help="写 1 以上的整数",
        )
        return service.refused(command, (wrong,), Fate.REFUSED)
    except LostError as error:
        return service.refused(command, error.diagnostics, Fate.UNAVAILABLE)
    except OutOfTimeError as error:
        return service.refused(command, (out_of_time(error),), Fate.UNAVAILABLE)
    except DiagnosticsError as error:
        is_absent = all(one.code in _ABSENT for one in error.diagnostics)
        return service.refused(command, error.diagnostics, Fate.NOT_FOUND if is_absent else Fate.BROKEN)


def _list(service: Service, store: Store, asked: Mapping[str, str]) -> Answer:
    wanted = Wanted(
        words=tuple(asked.get("q", "").split()), label=asked.get("verdict", ""), by=asked.get("by", "")
    )
    limit = min(_number(asked.get("limit", str(_USUAL))), _MOST)
    before = _number(asked["before"]) if "before" in asked else None
    found = store.search(wanted, most=limit, before=before)
    words = f"共 {store.size()} 份，列出 {len(found)} 份"
    return service.told("records list", results=map(record_json, found), sentence=words)


def _show(service: Service, store: Store, asked: Mapping[str, str]) -> Answer:
    return service.told("records show", results=(record_json(store.record(_number(asked["number"]))),))


def _verify(service: Service, store: Store, _asked: Mapping[str, str]) -> Answer:
    found = verify(store)
    result: Json = verified_json(found)
    code = Exit.PERMITTED if found.broken is None else Exit.REFUSED
    return service.told("records verify", results=(result,), code=code, sentence=verified_words(found))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < _DIGITS and int(text)):
        raise _BadNumberError(text)
    return int(text)
