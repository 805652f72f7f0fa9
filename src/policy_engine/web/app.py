"""The desk as an application: which address shows what. Everything it knows of cases comes from `usecases`."""

from __future__ import annotations

import dataclasses
import os
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from policy_engine.accounts.roles import Act
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import EngineBrokeError, EnginesDisagreeError
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief, raise_errors
from policy_engine.foundation.parts import absent_part
from policy_engine.loading.cases import CaseDefaults
from policy_engine.model.calendar import chinese_day
from policy_engine.model.decisions import Decision
from policy_engine.model.interviewing import Ask, Asking, Opening, Turn
from policy_engine.model.vocabulary import Field, FieldType, Phase, Subject
from policy_engine.reporting.filled_case import filled_case
from policy_engine.reporting.opinion.compose import compose
from policy_engine.reporting.opinion.html import STYLE, as_html
from policy_engine.reporting.opinion.paper import Opinion
from policy_engine.reporting.opinion.writers import PAPERS
from policy_engine.usecases import check, interviewing
from policy_engine.usecases.checking import engine_fault
from policy_engine.usecases.documents import NoSuchDocumentError, find_document, read_aloud
from policy_engine.usecases.reading import with_indications
from policy_engine.usecases.screening import SUBJECTS
from policy_engine.usecases.sources import Sources
from policy_engine.usecases.today import today_in_china
from policy_engine.web.api import PREFIX, make_api, no_such
from policy_engine.web.drafts import Draft, Drafts, NoSuchDraftError, new_draft
from policy_engine.web.gate import Gate, Visitor, cookie, form_token, now, visitor_of
from policy_engine.web.guard import Guard, TooLargeError, TooSlowError
from policy_engine.web.views import (
    ProposalView,
    TextView,
    ask_view,
    mark_of,
    shelves,
    standing_of,
    text_view,
    verdict_view,
)

if TYPE_CHECKING:  # the part may not be installed
    from policy_engine.web.entrance import Entrance
    from policy_engine.web.records import Records

TITLE: Final = "政府购买服务审核台"
# What can be looked into, in the order of the menu: the subject, what the menu calls it, and the question it answers.
MENU: Final = (
    ("采购事项", "查事项", "这件事能不能作为政府购买服务？"),
    ("企业", "查企业", "这家企业是不是重点对象？"),
    ("派员", "查派员", "这次排查至少要派几名专家？"),
    ("服务合同", "查合同", "这份合同符不符合要求？"),
)
# A contract is looked at when it is about to be signed, unless somebody says otherwise.
_USUAL_PHASE: Final = {"服务合同": Phase.CONTRACT.value}
_STATIC: Final = Path(__file__).parent / "static"
_SEE_OTHER, _UNPROCESSABLE = 303, 422
_NOT_KNOWN: Final = "不清楚"
_MOST_KEPT: Final = 64
# Where the work of a role begins, the first that it may see.
_HOMES: Final = (
    (Act.PREPARE, "/"),
    (Act.READ_TRAIL, "/trail"),
    (Act.READ_ACCOUNTS, "/accounts"),
    (Act.READ_LAW, "/rules"),
)


_NAME_OF_PAPER: Final = quote("审核意见书")
_MEDIA: Final = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
}


class _NoAnswerError(Exception):
    """Raised where the engines gave no answer that counts; `told` says why."""

    def __init__(self, told: tuple[str, ...]) -> None:
        super().__init__(*told)
        self.told = told


@dataclass(frozen=True, slots=True)
class _Desk:
    compiled: CompiledRuleSet
    sources: Sources
    drafts: Drafts
    templates: Environment
    place: str | None
    gate: Gate
    # Who asks; `None` where somebody should sign in first. Each request has a desk of its own, which shares the rest.
    visitor: Visitor | None = None
    # The turns found last, by what they were found from: a page is often asked for again right after an answer.
    turns: OrderedDict[tuple[object, ...], Turn] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def turn(self, draft: Draft) -> Turn:
        """Find where a draft stands. What was told as unknown isn't asked again, unless somebody opens it."""
        facts = draft.case.subjects[draft.subject]
        aside = frozenset(name for name in draft.order if name in facts and facts[name].reason)
        # A case without a day is one of today.
        text = filled_case(draft.case, self.compiled.rule_set, "")
        key = (text, draft.subject, draft.refuses, aside, draft.case.as_of)
        with self.lock:
            if key in self.turns:
                self.turns.move_to_end(key)
                return self.turns[key]
        turn = interviewing.next_turn(
            self.compiled, draft.case, draft.subject, refuses_to_sign=draft.refuses, aside=aside
        )
        with self.lock:
            self.turns[key] = turn
            while len(self.turns) > _MOST_KEPT:
                self.turns.popitem(last=False)
        return turn

    def page(self, name: str, status: int = 200, **told: object) -> HTMLResponse:
        """Fill a template."""
        account = self.visitor.account if self.visitor is not None else None
        shared = {
            "desk": TITLE,
            "menu": MENU if self.may(Act.PREPARE) else (),
            "can": lambda act: self.may(Act[act]),
            "account": account,
            "has_accounts": self.gate.door is not None,
            "must_change": account is not None and account.must_change,
            "csrf": form_token(self.visitor.key) if account is not None and self.visitor is not None else "",
            "version": self.compiled.rule_set.words,
            "current": "",
            "errors": (),
        }
        return HTMLResponse(self.templates.get_template(name).render(shared | told), status)

    def may(self, act: Act) -> bool:
        """Say whether whoever asks may do something."""
        return self.visitor is not None and self.visitor.may(act)

    @property
    def owner(self) -> str:
        """Name whose a draft is that is begun now; "" where nobody signs in."""
        account = self.visitor.account if self.visitor is not None else None
        return account.name if account is not None else ""

    @property
    def person(self) -> str:
        """Name the person who is signed in, "" for nobody."""
        account = self.visitor.account if self.visitor is not None else None
        return account.person if account is not None else ""

    def tell(self, event: str, about: str) -> None:
        """Note in the trail what was done, by the name of its event. Raises `DiagnosticsError`."""
        if self.gate.door is not None and self.visitor is not None:
            from policy_engine.accounts.trail import Event, noted  # noqa: PLC0415 - the part may be absent

            noted(self.gate.door.store, now(), self.visitor.actor, Event[event], about)

    def entrance(self) -> Entrance:
        """Give the pages of those who sign in, which aren't there where nobody does."""
        if self.gate.door is None:
            raise HTTPException(404)
        from policy_engine.web.entrance import Entrance  # noqa: PLC0415 - the part may be absent

        return Entrance(self.gate, self.gate.door, self.page)

    def records(self) -> Records:
        """Give the records. Raises `ImportError` where that part isn't installed, `DiagnosticsError`."""
        from policy_engine.records.locating import place_of  # noqa: PLC0415 - the part may be absent
        from policy_engine.web.records import Records  # noqa: PLC0415

        return Records(place_of(self.place), self.compiled, self.sources, self.page)


_View = Callable[[_Desk, Request, FormData], Response]


def make_app(
    compiled: CompiledRuleSet,
    sources: Sources,
    folder: Path,
    records: str | None = None,
    gate: Gate | None = None,
) -> Starlette:
    """Make the desk. `folder`: where drafts are kept; `records`: where what was issued is, else the user's own place.

    `gate`: how it is reached; without one it answers this machine alone, and nobody signs in.
    """
    gate = gate or Gate()
    templates = Environment(
        loader=PackageLoader("policy_engine.web"),
        autoescape=select_autoescape(default=True),
        # A name that a template misspells is an error, and no gap in an opinion.
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["day"] = chinese_day
    desk = _Desk(compiled, sources, Drafts(folder, compiled), templates, records, gate)

    api = make_api(compiled, sources, records, gate)

    def on(act: Act | None, view: _View) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            form = await request.form() if request.method == "POST" else FormData()
            # A decision takes a tenth of a second or more: others are answered meanwhile.
            return await run_in_threadpool(_answered, desk, act, view, request, form)

        return endpoint

    return Starlette(
        routes=[
            Route("/", on(Act.PREPARE, _start), methods=["GET"]),
            Route("/subjects/{subject}", on(Act.PREPARE, _start), methods=["GET"]),
            Route("/subjects/{subject}", on(Act.PREPARE, _begin), methods=["POST"]),
            Route("/drafts/{draft}", on(Act.PREPARE, _next), methods=["GET"]),
            Route("/drafts/{draft}", on(Act.PREPARE, _answer), methods=["POST"]),
            Route("/drafts/{draft}/text", on(Act.PREPARE, _read), methods=["GET"]),
            Route("/drafts/{draft}/text", on(Act.PREPARE, _confirm), methods=["POST"]),
            Route("/drafts/{draft}/back", on(Act.PREPARE, _back), methods=["POST"]),
            Route("/drafts/{draft}/facts/{field}", on(Act.PREPARE, _correct), methods=["GET"]),
            Route("/drafts/{draft}/facts/{field}", on(Act.PREPARE, _answer), methods=["POST"]),
            Route("/drafts/{draft}/verdict", on(Act.PREPARE, _verdict), methods=["GET"]),
            Route("/drafts/{draft}/opinion{ending}", on(Act.PREPARE, _paper), methods=["GET"]),
            Route("/drafts/{draft}/case.yaml", on(Act.PREPARE, _case_file), methods=["GET"]),
            Route("/drafts/{draft}/record", on(Act.ISSUE, _file), methods=["POST"]),
            Route("/records", on(Act.READ_RECORDS, _records), methods=["GET"]),
            Route("/records/export", on(Act.EXPORT, _exported), methods=["POST"]),
            Route("/records/{number:int}", on(Act.READ_RECORDS, _record), methods=["GET"]),
            Route(
                "/records/{number:int}/opinion{ending}", on(Act.READ_RECORDS, _record_paper), methods=["GET"]
            ),
            Route("/rules", on(Act.READ_LAW, _rules), methods=["GET"]),
            Route("/rules/{document}", on(Act.READ_LAW, _document), methods=["GET"]),
            Route(
                "/sign-in", on(None, lambda desk, request, _: desk.entrance().show(request)), methods=["GET"]
            ),
            Route(
                "/sign-in",
                on(None, lambda desk, request, form: desk.entrance().enter(request, form)),
                methods=["POST"],
            ),
            Route("/sign-out", on(Act.OWN, _sign_out), methods=["POST"]),
            Route("/password", on(Act.OWN, lambda desk, *_: desk.entrance().password()), methods=["GET"]),
            Route("/password", on(Act.OWN, _change_password), methods=["POST"]),
            Route(
                "/accounts",
                on(Act.READ_ACCOUNTS, lambda desk, *_: desk.entrance().accounts()),
                methods=["GET"],
            ),
            Route("/accounts/{name}/{what}", on(Act.MANAGE, _switch), methods=["POST"]),
            Route("/trail", on(Act.READ_TRAIL, _trail), methods=["GET"]),
            Mount(PREFIX, api),
            Route("/static/opinion.css", _paper_style, methods=["GET"]),
            Mount("/static", StaticFiles(directory=os.fspath(_STATIC)), name="static"),
        ],
        middleware=[Middleware(Guard, gate=gate)],
        exception_handlers={
            HTTPException: _told(desk, api),
            TooLargeError: _too_large(desk),
            TooSlowError: _too_slow,
            Exception: _broken(desk),
        },
    )


def _answered(desk: _Desk, act: Act | None, view: _View, request: Request, form: FormData) -> Response:
    try:
        desk = dataclasses.replace(desk, visitor=visitor_of(desk.gate, request))
    except DiagnosticsError as error:
        return desk.page("error.html", 503, title="账户查不到", told=in_brief(error.diagnostics))
    try:
        kept_out = _kept_out(desk, act, request, form)
        if kept_out is not None:
            return kept_out
        if request.method == "POST" and "draft" in request.path_params:
            with desk.drafts.held(request.path_params["draft"]):
                return view(desk, request, form)
        return view(desk, request, form)
    except _NoAnswerError as error:
        return desk.page("error.html", 500, title="没有作出结论", told=error.told)
    except ImportError as error:
        absent = absent_part(error)
        if absent is None:
            raise
        return desk.page("error.html", 501, title="还没有安装", told=in_brief((absent,)))
    except NoSuchDraftError:
        told = "没有这件事，也许已经删去；从头开始，或者在“接着办”里找"
        return desk.page("error.html", 404, title="没有找到", told=(told,))
    except DiagnosticsError as error:
        return desk.page("error.html", _UNPROCESSABLE, title="填报有误", told=in_brief(error.diagnostics))


def _kept_out(desk: _Desk, act: Act | None, request: Request, form: FormData) -> Response | None:
    """Say no to whoever may not do this; `None` for those who may."""
    if desk.gate.door is None:
        return None
    is_form, visitor = request.method == "POST", desk.visitor
    if act is not None and visitor is None:
        if is_form:
            told = ("没有登录，或者太久没用；登录以后回到上一页再提交，写过的还在。",)
            return desk.page("error.html", 401, title="要先登录", told=told)
        from policy_engine.web.entrance import to_the_door  # noqa: PLC0415 - the part may be absent

        return to_the_door(request)
    key = visitor.key if act is not None and visitor is not None else cookie(desk.gate, request, "entry")
    if is_form and not (key and compare_digest(_text(form, "csrf").encode(), form_token(key).encode())):
        told = ("这一页太旧了，或者不是从本页面提交的；回到上一页，刷新以后再提交。",)
        return desk.page("error.html", 403, title="没有采用", told=told)
    if act is None or visitor is None or visitor.account is None:
        return None
    if not visitor.may(act):
        return _forbidden(desk, act, request)
    if visitor.account.must_change and act is not Act.OWN:
        return RedirectResponse("/password", _SEE_OTHER)
    return None


def _forbidden(desk: _Desk, act: Act, request: Request) -> Response:
    if request.url.path == "/":
        # Not everybody's work begins with a question.
        home = next(path for other, path in _HOMES if desk.may(other))
        return RedirectResponse(home, _SEE_OTHER)
    desk.tell("FORBIDDEN", f"{act.value}：{request.url.path}")
    account = desk.visitor.account if desk.visitor is not None else None
    role = account.role.value if account is not None else ""
    told = (f"您的角色是{role}，不能{act.value}。要办的，找有这个角色的人。",)
    return desk.page("error.html", 403, title="不归这个角色办", told=told)


def _told(desk: _Desk, api: Starlette) -> Callable[[Request, Exception], Response]:
    def handler(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(PREFIX):
            # An address with a line break in it leads nowhere, not even to the API.
            return no_such(api, request, error)
        status = error.status_code if isinstance(error, HTTPException) else 500
        with suppress(DiagnosticsError):
            return _lost(dataclasses.replace(desk, visitor=visitor_of(desk.gate, request)), status)
        return _lost(desk, status)

    return handler


def _lost(desk: _Desk, status: int) -> Response:
    title = {404: "没有这一页", 405: "这个地址不能这样用"}.get(status, "请求有误")
    return desk.page("error.html", status, title=title, told=("检查地址，或者从首页开始。",))


def _too_large(desk: _Desk) -> Callable[[Request, Exception], Response]:
    def handler(_request: Request, _error: Exception) -> Response:
        return desk.page(
            "error.html", 413, title="内容太长", told=("一次最多一百万字节；分开写，或者只写要点。",)
        )

    return handler


async def _too_slow(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("请求太慢，没有收完", status_code=408, headers={"Connection": "close"})


def _broken(desk: _Desk) -> Callable[[Request, Exception], Response]:
    def handler(_request: Request, error: Exception) -> Response:
        told = (f"内部错误（{type(error).__name__}），没有作出结论；已答的都存着，回到首页接着办。",)
        return desk.page("error.html", 500, title="程序出错", told=told)

    return handler


# ---------------------------------------------------------------- 开始


def _start(desk: _Desk, request: Request, _form: FormData) -> Response:
    return _started(desk, _subject(desk, request), {}, ())


def _started(
    desk: _Desk, subject: Subject, written: Mapping[str, str], errors: tuple[str, ...]
) -> HTMLResponse:
    of_text, of_name = SUBJECTS.get(subject.name, ("", ""))
    titles = {name: title for name, _, title in MENU}
    return desk.page(
        "start.html",
        _UNPROCESSABLE if errors else 200,
        current=subject.name,
        title=titles.get(subject.name, f"查{subject.name}"),
        subject=subject.name,
        of_text=of_text,
        of_name=of_name or "事项名称",
        written=written,
        phases=tuple(phase.value for phase in Phase) if subject.has_phases else (),
        usual_phase=_USUAL_PHASE.get(subject.name, ""),
        today=chinese_day(today_in_china()),
        unfinished=tuple(_unfinished(desk)),
        documents=len(desk.compiled.rule_set.documents),
        errors=errors,
    )


def _unfinished(desk: _Desk) -> Iterator[tuple[Draft, str, Turn]]:
    """Go through the drafts worked on last, each with its mark; one that was edited into what can't be true is left out."""
    owner = None if desk.may(Act.SEE_ALL) else desk.owner
    for draft in desk.drafts.latest(owner):
        with suppress(DiagnosticsError):
            turn = desk.turn(draft)
            yield draft, mark_of(turn.subject.verdict), turn


def _subject(desk: _Desk, request: Request) -> Subject:
    name = request.path_params.get("subject", MENU[0][0])
    subjects = desk.compiled.rule_set.vocabulary.subjects
    if name not in subjects:
        raise HTTPException(404)
    return subjects[name]


def _begin(desk: _Desk, request: Request, form: FormData) -> Response:
    subject = _subject(desk, request)
    # Browsers send line ends as the net writes them, whatever was typed.
    written = {one.name: _text(form, one.name).replace("\r\n", "\n") for one in dataclasses.fields(Opening)}
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
    view = _text_of(desk, draft)
    read = "/text" if view is not None and view.proposals else ""
    return RedirectResponse(f"/drafts/{draft.name}{read}", _SEE_OTHER)


# ---------------------------------------------------------------- 核对读到的内容


def _text_of(desk: _Desk, draft: Draft) -> TextView | None:
    """Lay out what the text of a draft proposes; `None` where it has none."""
    of_text, _ = SUBJECTS.get(draft.subject, ("", ""))
    subject = desk.compiled.rule_set.vocabulary.subjects[draft.subject]
    case = with_indications(draft.case, desk.compiled.rule_set)
    return text_view(case, subject, of_text) if of_text in draft.case.subjects[draft.subject] else None


def _read(desk: _Desk, request: Request, _form: FormData) -> Response:
    draft = _draft(desk, request)
    view = _text_of(desk, draft)
    if view is None or not view.proposals:
        return RedirectResponse(f"/drafts/{draft.name}", _SEE_OTHER)
    return desk.page("text.html", current=draft.subject, draft=draft, view=view)


def _confirm(desk: _Desk, request: Request, form: FormData) -> Response:
    """Put what was confirmed into the draft; what nobody was sure of is asked like everything else."""
    draft = _draft(desk, request)
    view = _text_of(desk, draft)
    confirmed, errors = draft, list[Diagnostic]()
    for one in view.proposals if view is not None else ():
        answers = _all(form, one.field)
        if answers and _NOT_KNOWN not in answers:
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
            _UNPROCESSABLE,
            current=draft.subject,
            draft=draft,
            view=view,
            errors=in_brief(error.diagnostics),
        )
    desk.drafts.keep(confirmed)
    return RedirectResponse(f"/drafts/{draft.name}", _SEE_OTHER)


def _confirmed(desk: _Desk, draft: Draft, one: ProposalView, answers: list[str]) -> Draft:
    field = _field(desk, draft, one.field)
    value: object = answers if field.type is FieldType.LIST else answers[0]
    case = interviewing.answered(desk.compiled, draft.case, field, value)
    # What differs from the words is somebody's judgement: who judged so, and on what, is asked for.
    if case.subjects[draft.subject][field.name].value == one.proposed:
        case = interviewing.explained(case, field, f"材料字样“{one.words}”，经办人核对")
    return dataclasses.replace(draft, case=case, order=(*draft.order, field.name))


def _all(form: FormData, key: str) -> list[str]:
    """List what was sent under a name, without what was sent empty."""
    return [value for value in form.getlist(key) if isinstance(value, str) and value.strip()]


def _text(form: FormData, key: str) -> str:
    value = form.get(key)
    return value.strip() if isinstance(value, str) else ""


# ---------------------------------------------------------------- 问答


def _draft(desk: _Desk, request: Request) -> Draft:
    draft = desk.drafts.read(request.path_params["draft"])
    if draft.owner != desk.owner and not desk.may(Act.SEE_ALL):
        raise NoSuchDraftError(draft.name)
    return draft


def _field(desk: _Desk, draft: Draft, name: str) -> Field:
    fields = desk.compiled.rule_set.vocabulary.subjects[draft.subject].fields
    if name not in fields:
        raise HTTPException(404)
    return fields[name]


def _next(desk: _Desk, request: Request, _form: FormData) -> Response:
    draft = _draft(desk, request)
    turn = desk.turn(draft)
    late = bool(request.query_params.get("late"))
    if turn.ask is None:
        return RedirectResponse(f"/drafts/{draft.name}/verdict{'?late=1' if late else ''}", _SEE_OTHER)
    return _asked(desk, draft, turn, turn.ask, is_late=late)


def _asked(
    desk: _Desk,
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
        _UNPROCESSABLE if errors else 200,
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


def _correct(desk: _Desk, request: Request, _form: FormData) -> Response:
    draft = _draft(desk, request)
    field = _field(desk, draft, request.path_params["field"])
    turn = desk.turn(draft)
    return _asked(desk, draft, turn, interviewing.ask_of(turn, field), corrects=True)


def _answer(desk: _Desk, request: Request, form: FormData) -> Response:
    draft = _draft(desk, request)
    turn = desk.turn(draft)
    name = request.path_params.get("field")
    ask = interviewing.ask_of(turn, _field(desk, draft, name)) if name is not None else turn.ask
    if ask is None:
        return RedirectResponse(f"/drafts/{draft.name}/verdict?late=1", _SEE_OTHER)
    if name is None and _text(form, "asked") != (ask.question.field.name if ask.question else ""):
        # The page is older than the draft: the question was answered meanwhile, here or in another window.
        return RedirectResponse(f"/drafts/{draft.name}?late=1", _SEE_OTHER)
    try:
        answered = _put(desk, draft, turn, ask, form)
        if answered is None:
            raise DiagnosticsError([Diagnostic(code="PE502", message="还没有选或者没有写答案", help="")])
        # Before it is kept: an answer that can't be true beside the others is told at its question.
        desk.turn(answered)
    except DiagnosticsError as error:
        written = {key: _text(form, key) for key in ("v", "u", "by", "note")}
        return _asked(desk, draft, turn, ask, in_brief(error.diagnostics), written, corrects=name is not None)
    desk.drafts.keep(answered)
    return RedirectResponse(f"/drafts/{draft.name}", _SEE_OTHER)


def _put(desk: _Desk, draft: Draft, turn: Turn, ask: Ask, form: FormData) -> Draft | None:
    """Put what a form says into a draft; `None` where it says nothing."""
    case = turn.case
    if ask.question is None:
        return _signed(desk, draft, turn, form)
    field = ask.question.field
    # Answered again, it is the last one: that is what going back takes away.
    order = (*(name for name in draft.order if name != field.name), field.name)
    if ask.kind is Asking.REASON:
        reason = _text(form, "v")
        told = interviewing.explained(case, field, reason) if reason else None
    elif _text(form, "a") == _NOT_KNOWN or _text(form, "unknown"):
        told = interviewing.not_known(desk.compiled, case, field, _text(form, "u"))
    else:
        value = _value(field, form)
        told = interviewing.answered(desk.compiled, case, field, value) if value is not None else None
    return dataclasses.replace(draft, case=told, order=order) if told is not None else None


def _value(field: Field, form: FormData) -> object | None:
    match field.type:
        case FieldType.BOOLEAN:
            return _text(form, "a") or None
        case FieldType.CHOICE if field.choices:
            return _text(form, "a") or None
        case FieldType.LIST:
            chosen = _all(form, "a")
            # 无 says that the list is empty; nothing chosen says nothing.
            return chosen if chosen and chosen != ["无"] else [] if chosen else None
        case FieldType.CHOICE | FieldType.NUMBER | FieldType.DATE | FieldType.TEXT:
            return _text(form, "v") or None


def _signed(desk: _Desk, draft: Draft, turn: Turn, form: FormData) -> Draft | None:
    subject = desk.compiled.rule_set.vocabulary.subjects[draft.subject]
    match _text(form, "a"):
        # Whoever is signed in signs by no other name.
        case "没有" if name := desk.person or _text(form, "by"):
            return dataclasses.replace(draft, case=interviewing.signed(turn.case, name))
        case "没有":
            raise DiagnosticsError(
                [Diagnostic(code="PE502", message="没有写姓名的声明不作数", help="写经办人的姓名")]
            )
        case "有" if (told := _text(form, "note")) and (note := interviewing.note_of(subject)) is not None:
            case = interviewing.answered(desk.compiled, turn.case, note, told)
            return dataclasses.replace(draft, case=case, order=(*draft.order, note.name))
        case "先不署名":
            return dataclasses.replace(draft, refuses=True)
        case _:
            return None


def _back(desk: _Desk, request: Request, _form: FormData) -> Response:
    draft = _draft(desk, request)
    case = dataclasses.replace(draft.case, declaration=None)
    # A signature, or the refusal of one, is taken back before any answer is.
    if draft.order and draft.case.declaration is None and not draft.refuses:
        *before, last = draft.order
        case = interviewing.withdrawn(case, _field(desk, draft, last))
        draft = dataclasses.replace(draft, order=tuple(before))
    desk.drafts.keep(dataclasses.replace(draft, case=case, refuses=False))
    return RedirectResponse(f"/drafts/{draft.name}", _SEE_OTHER)


# ---------------------------------------------------------------- 结论


def _decided(desk: _Desk, draft: Draft) -> Decision:
    """Decide a draft with both engines. Raises `_NoAnswerError` where they gave no answer that counts."""
    try:
        return check(desk.compiled, draft.case)
    except (EnginesDisagreeError, EngineBrokeError) as error:
        raise _NoAnswerError(in_brief((engine_fault(error, draft.case),))) from None


def _verdict(desk: _Desk, request: Request, _form: FormData) -> Response:
    return _shown(desk, request, _draft(desk, request), ())


def _shown(desk: _Desk, request: Request, draft: Draft, errors: tuple[str, ...]) -> Response:
    decision = _decided(desk, draft)
    view = verdict_view(decision, desk.compiled)
    turn = desk.turn(draft)
    return desk.page(
        "verdict.html",
        _UNPROCESSABLE if errors else 200,
        current=draft.subject,
        draft=draft,
        view=view,
        left=turn.left,
        is_late=bool(request.query_params.get("late")),
        errors=errors,
    )


def _paper(desk: _Desk, request: Request, _form: FormData) -> Response:
    """Give the opinion on paper: as a page to print, or as a file."""
    draft, ending = _draft(desk, request), request.path_params["ending"]
    found = _printed(ending, lambda: compose(_decided(desk, draft), desk.compiled.rule_set))
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


async def _paper_style(_request: Request) -> Response:
    return Response(STYLE.read_text(encoding="utf-8"), media_type="text/css; charset=utf-8")


def _case_file(desk: _Desk, request: Request, _form: FormData) -> Response:
    draft = _draft(desk, request)
    text = desk.drafts.text(draft.name)
    desk.tell("PAPER", f"没有登记的：{draft.case.name or draft.subject}（案件文件）")
    headers = {"Content-Disposition": 'attachment; filename="case.yaml"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


# ---------------------------------------------------------------- 记录


def _file(desk: _Desk, request: Request, form: FormData) -> Response:
    draft = _draft(desk, request)
    try:
        by = desk.person or _text(form, "by")
        number = desk.records().file(_decided(desk, draft), draft.case, by, desk.owner)
    except DiagnosticsError as error:
        return _shown(desk, request, draft, in_brief(error.diagnostics))
    desk.tell("ISSUED", f"第{number}号")
    return RedirectResponse(f"/records/{number}", _SEE_OTHER)


def _records(desk: _Desk, request: Request, _form: FormData) -> Response:
    return desk.records().list(request.query_params)


def _record(desk: _Desk, request: Request, _form: FormData) -> Response:
    return desk.records().show(request.path_params["number"], request.query_params)


def _record_paper(desk: _Desk, request: Request, _form: FormData) -> Response:
    number, ending = request.path_params["number"], request.path_params["ending"]
    found = _printed(ending, lambda: desk.records().paper(number))
    desk.tell("PAPER", f"第{number}号（{ending[1:]}）")
    return found


def _exported(desk: _Desk, _request: Request, _form: FormData) -> Response:
    content, count = desk.records().exported()
    desk.tell("EXPORTED", f"{count}份")
    headers = {"Content-Disposition": "attachment; filename=records.zip"}
    return Response(content, media_type="application/zip", headers=headers)


# ---------------------------------------------------------------- 账户


def _sign_out(desk: _Desk, _request: Request, _form: FormData) -> Response:
    entrance = desk.entrance()
    assert desk.visitor is not None
    return entrance.leave(desk.visitor)


def _change_password(desk: _Desk, _request: Request, form: FormData) -> Response:
    entrance = desk.entrance()
    assert desk.visitor is not None
    return entrance.change_password(desk.visitor, form)


def _switch(desk: _Desk, request: Request, _form: FormData) -> Response:
    entrance, what = desk.entrance(), request.path_params["what"]
    assert desk.visitor is not None
    if what not in ("enable", "disable"):
        raise HTTPException(404)
    return entrance.switch(desk.visitor, request.path_params["name"], on=what == "enable")


def _trail(desk: _Desk, request: Request, _form: FormData) -> Response:
    return desk.entrance().trail(request.query_params)


# ---------------------------------------------------------------- 规则库


def _rules(desk: _Desk, _request: Request, _form: FormData) -> Response:
    return desk.page("rules.html", current="规则库", shelves=shelves(desk.compiled.rule_set))


def _document(desk: _Desk, request: Request, _form: FormData) -> Response:
    documents = desk.compiled.rule_set.documents.values()
    try:
        document = find_document(request.path_params["document"], documents)
    except NoSuchDocumentError:
        raise HTTPException(404) from None
    (copy,) = read_aloud([document], desk.sources, desk.compiled.rule_set)
    return desk.page("document.html", current="规则库", copy=copy)
