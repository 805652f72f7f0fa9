"""What came of it: the verdict, its paper, the record that is filed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from policy_engine.foundation.diagnostics import DiagnosticsError, in_brief
from policy_engine.records.losing import LostError
from policy_engine.reporting.opinion.compose import compose
from policy_engine.reporting.opinion.html import STYLE, as_html
from policy_engine.reporting.opinion.paper import Opinion
from policy_engine.reporting.opinion.writers import PAPERS
from policy_engine.web.desk import (
    SEE_OTHER,
    UNAVAILABLE,
    UNPROCESSABLE,
    Desk,
    decision_of,
    draft_of,
    said,
)
from policy_engine.web.drafts import Draft
from policy_engine.web.views import (
    verdict_view,
)

if TYPE_CHECKING:  # the part may not be installed
    pass

_NAME_OF_PAPER: Final = quote("审核意见书")
_MEDIA: Final = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
}


def verdict(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show the verdict of a draft."""
    return shown(desk, request, draft_of(desk, request), ())


def shown(
    desk: Desk, request: Request, draft: Draft, errors: tuple[str, ...], status: int = UNPROCESSABLE
) -> Response:
    """Show the verdict of a draft, with what went wrong where it was to be filed."""
    decision = decision_of(desk, draft.case)
    view = verdict_view(decision, desk.compiled)
    turn = desk.turn(draft)
    return desk.page(
        "verdict.html",
        status if errors else 200,
        current=draft.subject,
        draft=draft,
        view=view,
        left=turn.left,
        is_late=bool(request.query_params.get("late")),
        errors=errors,
    )


def paper(desk: Desk, request: Request, _form: FormData) -> Response:
    """Give the opinion on paper: as a page to print, or as a file."""
    draft, ending = draft_of(desk, request), request.path_params["ending"]
    found = _printed(ending, lambda: compose(decision_of(desk, draft.case), desk.compiled.rule_set))
    desk.tell("PAPER", f"没有登记的：{draft.case.name or draft.subject}（{ending[1:]}）")
    return found


def _printed(ending: str, opinion: Callable[[], Opinion]) -> Response:
    if ending not in PAPERS:
        raise HTTPException(404)
    if ending == ".html":
        return HTMLResponse(as_html(opinion(), "/static/opinion.css"))
    headers = {
        "Content-Disposition": f"attachment; filename=opinion{ending}; filename*=UTF-8''{_NAME_OF_PAPER}{ending}"
    }
    return Response(PAPERS[ending](opinion()), media_type=_MEDIA[ending], headers=headers)


async def paper_style(_request: Request) -> Response:
    """Give the style of papers."""
    return Response(STYLE.read_text(encoding="utf-8"), media_type="text/css; charset=utf-8")


def case_file(desk: Desk, request: Request, _form: FormData) -> Response:
    """Give the case of a draft as a file."""
    draft = draft_of(desk, request)
    text = desk.drafts.text(draft.name)
    desk.tell("PAPER", f"没有登记的：{draft.case.name or draft.subject}（案件文件）")
    headers = {"Content-Disposition": 'attachment; filename="case.yaml"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


def file(desk: Desk, request: Request, form: FormData) -> Response:
    """File the opinion on a draft."""
    draft = draft_of(desk, request)
    try:
        by = desk.person or said(form, "by")
        number = desk.records().file(decision_of(desk, draft.case), draft.case, by, desk.owner)
    except DiagnosticsError as error:
        status = UNAVAILABLE if isinstance(error, LostError) else UNPROCESSABLE
        return shown(desk, request, draft, in_brief(error.diagnostics), status)
    desk.tell("ISSUED", f"第{number}号")
    return RedirectResponse(f"/records/{number}", SEE_OTHER)


def records(desk: Desk, request: Request, _form: FormData) -> Response:
    """List the records."""
    return desk.records().list(request.query_params)


def record(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show one record."""
    return desk.records().show(request.path_params["number"], request.query_params)


def record_paper(desk: Desk, request: Request, _form: FormData) -> Response:
    """Give the paper of a record."""
    number, ending = request.path_params["number"], request.path_params["ending"]
    found = _printed(ending, lambda: desk.records().paper(number))
    desk.tell("PAPER", f"第{number}号（{ending[1:]}）")
    return found


def exported(desk: Desk, _request: Request, _form: FormData) -> Response:
    """Give all records as a file."""
    content, count = desk.records().exported()
    desk.tell("EXPORTED", f"{count}份")
    headers = {"Content-Disposition": "attachment; filename=records.zip"}
    return Response(content, media_type="application/zip", headers=headers)
