"""The pages of ledgers: uploaded, its columns looked over, decided, looked through row by row, downloaded."""

from __future__ import annotations

import dataclasses
import time
from pathlib import PurePath
from typing import Final
from urllib.parse import quote, urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from policy_engine.accounts.roles import Act
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief
from policy_engine.foundation.text import one_line
from policy_engine.ledger.counting import Counts
from policy_engine.ledger.deciding import Row
from policy_engine.ledger.running import line_of
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Case
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.usecases.today import today_in_china
from policy_engine.web.desk import SEE_OTHER, UNPROCESSABLE, Desk, decision_of, said
from policy_engine.web.drafts import new_draft
from policy_engine.web.ledger_views import (
    REFUSED,
    articles,
    bars,
    chosen_of,
    columns_view,
    facts_view,
    headline,
    plainly,
    row_view,
    row_views,
)
from policy_engine.web.ledgers import MOST_ROWS, Ledger, NoSuchLedgerError, new_name

_MOST_SHOWN: Final = 100
# Seconds after which a page of a ledger that is being decided is asked for again.
_AGAIN: Final = 2
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_TITLE: Final = 80
_ON_A_PAGE: Final = (
    ("改表头，或者写 --map", "在“读作”里选"),
    ("写 --sheet 指明一个，例如 --sheet", "在“哪个工作表”里写一个，例如"),
    ("写 --subject，例如 --subject", "在“说的是什么”里选，例如"),
    ("写 --subject、--map", "在“说的是什么”里选"),
    ("在 --map 文件里把别的写成 不用", "改好表头再上传"),
)


def ledgers(desk: Desk, _request: Request, _form: FormData) -> Response:
    """List the ledgers, and take a new one."""
    return _listed(desk, {}, ())


def take(desk: Desk, _request: Request, form: FormData) -> Response:
    """Keep a file that is uploaded."""
    written = {key: said(form, key) for key in ("subject", "sheet", "day", "place")}
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise DiagnosticsError(
                [Diagnostic(code="PE531", message="没有选文件", help="选一份 .xlsx 或者 .csv")]
            )
        if written["subject"] and written["subject"] not in desk.compiled.rule_set.vocabulary.subjects:
            raise HTTPException(404)
        title = one_line(PurePath(file.filename.replace("\\", "/")).name)[-_LONGEST_TITLE:]
        ledger = Ledger(
            name=new_name(),
            title=title,
            kind=PurePath(title).suffix.lower(),
            at=time.time(),
            today=today_in_china(),
            owner=desk.owner,
            subject=written["subject"],
            sheet=written["sheet"],
            day=written["day"],
            place=written["place"],
        )
        desk.ledgers().take(file.file, ledger)
    except DiagnosticsError as error:
        return _listed(desk, written, tuple(map(_here, in_brief(error.diagnostics))))
    desk.tell("LEDGER", f"上传：{title}")
    return RedirectResponse(f"/ledgers/{ledger.name}", SEE_OTHER)


def ledger(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show a ledger where it stands: its columns, how far it has come, what came of it."""
    found = _ledger(desk, request)
    match found.state:
        case "running" if found.name in desk.ledgers().progress:
            return _under_way(desk, found)
        case "done" if desk.ledgers().is_current(found):
            return _result(desk, request, found)
        case _:
            return _columns(desk, found, _why_anew(found))


def begin(desk: Desk, request: Request, form: FormData) -> Response:
    """Take what the columns mean, and decide the rows."""
    found = _ledger(desk, request)
    kept = desk.ledgers()
    if found.name not in kept.progress:
        opened = kept.opened(found)
        heads = [
            (one.at, said(form, f"c{one.at}"))
            for one in opened.reading.heading.columns
            if f"c{one.at}" in form
        ]
        told = dataclasses.replace(
            found,
            chosen={**found.chosen, **chosen_of(opened, heads)},
            day=said(form, "day"),
            place=said(form, "place"),
        )
        try:
            kept.opened(told)
        except DiagnosticsError as error:
            return _columns(desk, found, tuple(map(_here, in_brief(error.diagnostics))))
        kept.begin(told)
        desk.tell("LEDGER", f"审查：{found.title}")
    return RedirectResponse(f"/ledgers/{found.name}", SEE_OTHER)


def columns(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show the columns once more, to read them otherwise."""
    found = _ledger(desk, request)
    if found.name in desk.ledgers().progress:
        return _under_way(desk, found)
    return _columns(desk, found, ())


def delete(desk: Desk, request: Request, _form: FormData) -> Response:
    """Delete a ledger."""
    found = _ledger(desk, request)
    desk.ledgers().drop(found)
    desk.tell("LEDGER", f"删去：{found.title}")
    return RedirectResponse("/ledgers", SEE_OTHER)


def download(desk: Desk, request: Request, _form: FormData) -> Response:
    """Give the workbook with the results."""
    found = _ledger(desk, request)
    path = desk.ledgers().result(found)
    if found.state != "done" or not path.exists():
        raise HTTPException(404)
    desk.tell("LEDGER", f"下载：{found.title}")
    name = quote(f"{PurePath(found.title).stem}（审查结果）.xlsx")
    headers = {"Content-Disposition": f"attachment; filename=result.xlsx; filename*=UTF-8''{name}"}
    return FileResponse(path, media_type=_SHEET, headers=headers)


def row(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show what came of one row, decided by both engines."""
    found, number = _ledger(desk, request), request.path_params["number"]
    counts, rows = _done(desk, found)
    shown = next((row_view(counts, one) for one in rows if one.number == number), None)
    if shown is None:
        raise HTTPException(404)
    case, subject, why = _case(desk, found, number)
    told = ""
    if case is not None:
        (one,) = decision_of(desk, case).subjects
        told = verdict_sentence(one, desk.compiled.rule_set)
    return desk.page(
        "ledger-row.html",
        current="台账",
        ledger=found,
        row=shown,
        told=told,
        why=why,
        facts=facts_view(case, desk.compiled.rule_set.vocabulary.subjects[subject])
        if case is not None
        else (),
    )


def open_row(desk: Desk, request: Request, _form: FormData) -> Response:
    """Make a draft of one row, to be corrected, completed and put on paper as any other."""
    found, number = _ledger(desk, request), request.path_params["number"]
    case, subject, why = _case(desk, found, number)
    if case is None:
        return desk.page("error.html", UNPROCESSABLE, title=REFUSED, told=why)
    draft = new_draft(case, subject, desk.owner)
    desk.turn(draft)
    desk.drafts.keep(draft)
    return RedirectResponse(f"/drafts/{draft.name}/verdict", SEE_OTHER)


# ---------------------------------------------------------------- within


def _ledger(desk: Desk, request: Request) -> Ledger:
    name = request.path_params["ledger"]
    try:
        found = desk.ledgers().read(name)
    except NoSuchLedgerError:
        raise HTTPException(404) from None
    if found.owner != desk.owner and not desk.may(Act.SEE_ALL):
        raise HTTPException(404)
    return found


def _listed(desk: Desk, written: dict[str, str], errors: tuple[str, ...]) -> HTMLResponse:
    kept = desk.ledgers()
    owner = None if desk.may(Act.SEE_ALL) else desk.owner
    return desk.page(
        "ledgers.html",
        UNPROCESSABLE if errors else 200,
        current="台账",
        ledgers=tuple((one, _state(desk, one)) for one in kept.latest(owner)),
        subjects=tuple(desk.compiled.rule_set.vocabulary.subjects),
        written=written,
        today=chinese_day(today_in_china()),
        most=MOST_ROWS,
        errors=errors,
    )


def _state(desk: Desk, one: Ledger) -> str:
    kept = desk.ledgers()
    if one.name in kept.progress:
        return "正在审"
    match one.state:
        case "done":
            return one.sentence if kept.is_current(one) else "规则库换过了，要重新审"
        case "read":
            return "还没有审"
        case _:
            return "没有审完"


def _why_anew(found: Ledger) -> tuple[str, ...]:
    match found.state:
        case "failed":
            return found.told
        case "running":
            return ("上次没有审完，服务停过；审过的都存着，点“开始审查”接着审。",)
        case "done":
            return ("这份台账是用旧的规则库审的，点“开始审查”按现在的重新审。",)
        case _:
            return ()


def _columns(desk: Desk, found: Ledger, errors: tuple[str, ...]) -> HTMLResponse:
    opened = desk.ledgers().opened(found)
    views = columns_view(opened)
    return desk.page(
        "ledger-columns.html",
        UNPROCESSABLE if errors and found.state == "read" else 200,
        current="台账",
        ledger=found,
        subject=opened.reading.subject.name,
        total=sum(1 for _ in opened.lines()),
        columns=views,
        unread=sum(not one.is_read for one in views),
        remarks=tuple(map(_here, opened.remarks)),
        errors=errors,
    )


def _here(remark: str) -> str:
    """Say of a column what can be done on a page, in place of what can be done on a command line."""
    for command, page in _ON_A_PAGE:
        remark = remark.replace(command, page)
    return plainly(remark)


def _under_way(desk: Desk, found: Ledger) -> HTMLResponse:
    done, total = desk.ledgers().progress.get(found.name, (0, 0))
    page = desk.page("ledger-running.html", current="台账", ledger=found, done=done, total=total)
    # Asked for again without a script; the page says so, and has a link.
    page.headers["Refresh"] = str(_AGAIN)
    return page


def _done(desk: Desk, found: Ledger) -> tuple[Counts, tuple[Row, ...]]:
    kept = desk.ledgers()
    if found.state != "done" or not kept.is_current(found):
        raise HTTPException(404)
    return kept.rows(found)


def _result(desk: Desk, request: Request, found: Ledger) -> HTMLResponse:
    counts, rows = _done(desk, found)
    query = request.query_params
    asked = {key: query.get(key, "").strip() for key in ("v", "g", "q")}
    fit = row_views(counts, rows, label=asked["v"], article=asked["g"], words=asked["q"])
    number = query.get("page", "1")
    at = int(number) if number.isascii() and number.isdecimal() and int(number) else 1
    begins = (at - 1) * _MOST_SHOWN
    return desk.page(
        "ledger.html",
        current="台账",
        ledger=found,
        parts=headline(counts),
        bars=bars(counts),
        articles=articles(counts),
        labels=tuple(one.label for one in bars(counts)),
        rows=fit[begins : begins + _MOST_SHOWN],
        count=len(fit),
        total=sum(one.count for one in bars(counts)),
        at=at,
        last=max(1, -(-len(fit) // _MOST_SHOWN)),
        asked=asked,
        query=urlencode(asked),
        suspected=counts.suspected,
        remarks=tuple(one for one in map(_here, found.told) if "没有读" not in one),
        day=found.day or chinese_day(found.today),
    )


def _case(desk: Desk, found: Ledger, number: int) -> tuple[Case | None, str, tuple[str, ...]]:
    """Read one row; its case, or why there is none."""
    opened = desk.ledgers().opened(found)
    try:
        line = line_of(opened, number)
    except DiagnosticsError:
        raise HTTPException(404) from None
    subject = opened.reading.subject.name
    try:
        return opened.reading.case(line), subject, ()
    except DiagnosticsError as error:
        return None, subject, tuple(d.message for d in error.diagnostics)
