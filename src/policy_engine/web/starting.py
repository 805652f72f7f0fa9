"""Where work begins: what is looked into, and what its text was read as."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from policy_engine.accounts.roles import Act
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief, raise_errors
from policy_engine.loading.cases import CaseDefaults
from policy_engine.model.calendar import chinese_day
from policy_engine.model.interviewing import Opening, Turn
from policy_engine.model.vocabulary import FieldType, Phase, Subject
from policy_engine.usecases import interviewing
from policy_engine.usecases.reading import with_indications
from policy_engine.usecases.screening import SUBJECTS
from policy_engine.usecases.today import today_in_china
from policy_engine.web.desk import (
    MENU,
    NOT_KNOWN,
    SEE_OTHER,
    UNPROCESSABLE,
    Desk,
    all_said,
    draft_of,
    field_of,
    said,
)
from policy_engine.web.drafts import Draft, new_draft
from policy_engine.web.views import (
    ProposalView,
    TextView,
    mark_of,
    text_view,
)

if TYPE_CHECKING:  # the part may not be installed
    pass

# What is asked for where there is no text with a name of its own.
_NAMES: Final = {"派员": "排查哪家企业"}
_ABOUT: Final = {
    "采购事项": "能不能作为政府购买服务，依据哪一条，还差什么。",
    "企业": "是不是重点对象，属于哪一类；划型、高危、该配多少安全管理人员。",
    "派员": "这家企业这次排查，至少要派几名专家。",
    "服务合同": "要素齐不齐，期限、转包、分包、担保有没有问题。",
}
_USUAL_PHASE: Final = {"服务合同": Phase.CONTRACT.value}


def start(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show where work begins."""
    return _started(desk, _subject(desk, request), {}, ())


def _started(
    desk: Desk, subject: Subject, written: Mapping[str, str], errors: tuple[str, ...]
) -> HTMLResponse:
    of_text, of_name = SUBJECTS.get(subject.name, ("", ""))
    titles = {name: title for name, _, title in MENU}
    return desk.page(
        "start.html",
        UNPROCESSABLE if errors else 200,
        current=subject.name,
        title=titles.get(subject.name, f"查{subject.name}"),
        subject=subject.name,
        of_text=of_text,
        of_name=of_name or _NAMES.get(subject.name, "事项名称"),
        is_purchase=subject.name == MENU[0][0],
        others=tuple((name, word, _ABOUT[name]) for name, word, _ in MENU if name != subject.name),
        written=written,
        phases=tuple(phase.value for phase in Phase) if subject.has_phases else (),
        usual_phase=_USUAL_PHASE.get(subject.name, ""),
        today=chinese_day(today_in_china()),
        unfinished=tuple(_unfinished(desk)),
        documents=len(desk.compiled.rule_set.documents),
        errors=errors,
    )


def _unfinished(desk: Desk) -> Iterator[tuple[Draft, str, Turn]]:
    """Go through the drafts worked on last, each with its mark; one that was edited into what can't be true is left out."""
    owner = None if desk.may(Act.SEE_ALL) else desk.owner
    for draft in desk.drafts.latest(owner):
        with suppress(DiagnosticsError):
            turn = desk.turn(draft)
            yield draft, mark_of(turn.subject.verdict), turn


def _subject(desk: Desk, request: Request) -> Subject:
    name = request.path_params.get("subject", MENU[0][0])
    subjects = desk.compiled.rule_set.vocabulary.subjects
    if name not in subjects:
        raise HTTPException(404)
    return subjects[name]


def begin(desk: Desk, request: Request, form: FormData) -> Response:
    """Begin a draft from what was written."""
    subject = _subject(desk, request)
    # Browsers send line ends as the net writes them, whatever was typed.
    written = {one.name: said(form, one.name).replace("\r\n", "\n") for one in dataclasses.fields(Opening)}
    try:
        defaults = CaseDefaults(today=today_in_china())
        draft = new_draft(
            interviewing.opened(desk.compiled, subject.name, Opening(**written), defaults),
            subject.name,
            desk.owner,
        )
        # What can't be true is told before anything of it is kept.
        desk.turn(draft)
    except DiagnosticsError as error:
        return _started(desk, subject, written, in_brief(error.diagnostics))
    desk.drafts.keep(draft)
    view = text_of(desk, draft)
    read = "/text" if view is not None and view.proposals else ""
    return RedirectResponse(f"/drafts/{draft.name}{read}", SEE_OTHER)


def text_of(desk: Desk, draft: Draft) -> TextView | None:
    """Lay out what the text of a draft proposes; `None` where it has none."""
    of_text, _ = SUBJECTS.get(draft.subject, ("", ""))
    subject = desk.compiled.rule_set.vocabulary.subjects[draft.subject]
    case = with_indications(draft.case, desk.compiled.rule_set)
    return text_view(case, subject, of_text) if of_text in draft.case.subjects[draft.subject] else None


def _of_text(draft: Draft) -> str:
    return SUBJECTS[draft.subject][0]


def read(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show what the text was read as."""
    draft = draft_of(desk, request)
    view = text_of(desk, draft)
    if view is None or not view.proposals:
        return RedirectResponse(f"/drafts/{draft.name}", SEE_OTHER)
    return desk.page("text.html", current=draft.subject, draft=draft, view=view, of_text=_of_text(draft))


def confirm(desk: Desk, request: Request, form: FormData) -> Response:
    """Put what was confirmed into the draft; what nobody was sure of is asked like everything else."""
    draft = draft_of(desk, request)
    view = text_of(desk, draft)
    confirmed, errors = draft, list[Diagnostic]()
    for one in view.proposals if view is not None else ():
        answers = all_said(form, one.field)
        if answers and NOT_KNOWN not in answers:
            try:
                confirmed = _confirmed(desk, confirmed, one, answers)
            except DiagnosticsError as error:
                errors += error.diagnostics
    try:
        raise_errors(errors)
        desk.turn(confirmed)
    except DiagnosticsError as error:
        return desk.page(
            "text.html",
            UNPROCESSABLE,
            current=draft.subject,
            draft=draft,
            view=view,
            of_text=_of_text(draft),
            errors=in_brief(error.diagnostics),
        )
    desk.drafts.keep(confirmed)
    return RedirectResponse(f"/drafts/{draft.name}", SEE_OTHER)


def _confirmed(desk: Desk, draft: Draft, one: ProposalView, answers: list[str]) -> Draft:
    field = field_of(desk, draft, one.field)
    value: object = answers if field.type is FieldType.LIST else answers[0]
    case = interviewing.answered(desk.compiled, draft.case, field, value)
    # What differs from the words is somebody's judgement: who judged so, and on what, is asked for.
    if case.subjects[draft.subject][field.name].value == one.proposed:
        case = interviewing.explained(case, field, f"材料字样“{one.words}”，经办人核对")
    return dataclasses.replace(draft, case=case, order=(*draft.order, field.name))
