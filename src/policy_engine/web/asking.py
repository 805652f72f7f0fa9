"""One question after another: asked, answered, corrected, taken back, signed."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief
from policy_engine.model.interviewing import Ask, Asking, Turn
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.usecases import interviewing
from policy_engine.usecases.screening import SUBJECTS
from policy_engine.web.desk import (
    NOT_KNOWN,
    SEE_OTHER,
    UNPROCESSABLE,
    Desk,
    all_said,
    draft_of,
    field_of,
    said,
)
from policy_engine.web.drafts import Draft
from policy_engine.web.views import (
    ask_view,
    standing_of,
)

if TYPE_CHECKING:  # the part may not be installed
    pass


def next_question(desk: Desk, request: Request, _form: FormData) -> Response:
    """Ask the next question, or go on to the verdict."""
    draft = draft_of(desk, request)
    turn = desk.turn(draft)
    late = bool(request.query_params.get("late"))
    if turn.ask is None:
        return RedirectResponse(f"/drafts/{draft.name}/verdict{'?late=1' if late else ''}", SEE_OTHER)
    return _asked(desk, draft, turn, turn.ask, is_late=late)


def _asked(
    desk: Desk,
    draft: Draft,
    turn: Turn,
    ask: Ask,
    errors: tuple[str, ...] = (),
    written: Mapping[str, str] | None = None,
    *,
    corrects: bool = False,
    is_late: bool = False,
) -> HTMLResponse:
    rule_set = desk.compiled.rule_set
    return desk.page(
        "question.html",
        UNPROCESSABLE if errors else 200,
        current=draft.subject,
        draft=draft,
        number=len(draft.order) + 1,
        ask=ask_view(turn, ask, rule_set),
        standing=standing_of(turn, rule_set),
        errors=errors,
        written=written or {},
        corrects=corrects,
        is_late=is_late,
        note=interviewing.note_of(rule_set.vocabulary.subjects[draft.subject]),
    )


def correct(desk: Desk, request: Request, _form: FormData) -> Response:
    """Ask one question anew."""
    draft = draft_of(desk, request)
    field = field_of(desk, draft, request.path_params["field"])
    turn = desk.turn(draft)
    return _asked(desk, draft, turn, interviewing.ask_of(turn, field), corrects=True)


def answer(desk: Desk, request: Request, form: FormData) -> Response:
    """Take an answer, and go on."""
    draft = draft_of(desk, request)
    turn = desk.turn(draft)
    name = request.path_params.get("field")
    ask = interviewing.ask_of(turn, field_of(desk, draft, name)) if name is not None else turn.ask
    if ask is None:
        return RedirectResponse(f"/drafts/{draft.name}/verdict?late=1", SEE_OTHER)
    if name is None and said(form, "asked") != (ask.question.field.name if ask.question else ""):
        # The page is older than the draft: the question was answered meanwhile, here or in another window.
        return RedirectResponse(f"/drafts/{draft.name}?late=1", SEE_OTHER)
    try:
        answered = _put(desk, draft, turn, ask, form)
        if answered is None:
            raise DiagnosticsError([Diagnostic(code="PE502", message="还没有选或者没有写答案", help="")])
        # Before it is kept: an answer that can't be true beside the others is told at its question.
        desk.turn(answered)
    except DiagnosticsError as error:
        written = {key: said(form, key) for key in ("v", "u", "by", "note", "a")}
        return _asked(desk, draft, turn, ask, in_brief(error.diagnostics), written, corrects=name is not None)
    desk.drafts.keep(answered)
    # A text that was written anew is read anew.
    of_text, _ = SUBJECTS.get(draft.subject, ("", ""))
    return RedirectResponse(f"/drafts/{draft.name}{'/text' if name and name == of_text else ''}", SEE_OTHER)


def _put(desk: Desk, draft: Draft, turn: Turn, ask: Ask, form: FormData) -> Draft | None:
    """Put what a form says into a draft; `None` where it says nothing."""
    case = turn.case
    if ask.question is None:
        return _signed(desk, draft, turn, form)
    field = ask.question.field
    # Answered again, it is the last one: that is what going back takes away.
    order = (*(name for name in draft.order if name != field.name), field.name)
    if ask.kind is Asking.REASON:
        reason = said(form, "v")
        told = interviewing.explained(case, field, reason) if reason else None
    elif said(form, "a") == NOT_KNOWN or said(form, "unknown"):
        told = interviewing.not_known(desk.compiled, case, field, said(form, "u"))
    else:
        value = _value(field, form)
        told = interviewing.answered(desk.compiled, case, field, value) if value is not None else None
    return dataclasses.replace(draft, case=told, order=order) if told is not None else None


def _value(field: Field, form: FormData) -> object | None:
    match field.type:
        case FieldType.BOOLEAN:
            return said(form, "a") or None
        case FieldType.CHOICE if field.choices:
            return said(form, "a") or None
        case FieldType.LIST:
            chosen = all_said(form, "a")
            # 无 says that the list is empty; nothing chosen says nothing.
            return chosen if chosen and chosen != ["无"] else [] if chosen else None
        case FieldType.CHOICE | FieldType.NUMBER | FieldType.DATE | FieldType.TEXT:
            return said(form, "v") or None


def _signed(desk: Desk, draft: Draft, turn: Turn, form: FormData) -> Draft | None:
    subject = desk.compiled.rule_set.vocabulary.subjects[draft.subject]
    match said(form, "a"):
        # Whoever is signed in signs by no other name.
        case "没有" if name := desk.person or said(form, "by"):
            return dataclasses.replace(draft, case=interviewing.signed(turn.case, name))
        case "没有":
            raise DiagnosticsError(
                [Diagnostic(code="PE502", message="没有写姓名的声明不作数", help="写经办人的姓名")]
            )
        case "有" if (told := said(form, "note")) and (note := interviewing.note_of(subject)) is not None:
            case = interviewing.answered(desk.compiled, turn.case, note, told)
            return dataclasses.replace(draft, case=case, order=(*draft.order, note.name))
        case "先不署名":
            return dataclasses.replace(draft, refuses=True)
        case _:
            return None


def back(desk: Desk, request: Request, _form: FormData) -> Response:
    """Take the last answer back."""
    draft = draft_of(desk, request)
    case = dataclasses.replace(draft.case, declaration=None)
    # A signature, or the refusal of one, is taken back before any answer is.
    if draft.order and draft.case.declaration is None and not draft.refuses:
        *before, last = draft.order
        case = interviewing.withdrawn(case, field_of(desk, draft, last))
        draft = dataclasses.replace(draft, order=tuple(before))
    desk.drafts.keep(dataclasses.replace(draft, case=case, refuses=False))
    return RedirectResponse(f"/drafts/{draft.name}", SEE_OTHER)
