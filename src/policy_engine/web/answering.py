"""Answer a request with a view, or say why not: nobody is signed in, it is not theirs to do, something broke."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import suppress
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from policy_engine.accounts.roles import Act
from policy_engine.foundation.diagnostics import DiagnosticsError, in_brief
from policy_engine.foundation.parts import absent_part
from policy_engine.foundation.waiting import OutOfTimeError
from policy_engine.records.losing import LostError
from policy_engine.web.api import PREFIX, no_such
from policy_engine.web.desk import (
    SEE_OTHER,
    UNAVAILABLE,
    UNPROCESSABLE,
    Desk,
    NoAnswerError,
    View,
    said,
    unkept,
)
from policy_engine.web.drafts import NoSuchDraftError
from policy_engine.web.gate import cookie, form_token, visitor_of
from policy_engine.web.guard import RETRY

if TYPE_CHECKING:  # the part may not be installed
    pass

# Where the work of a role begins, the first that it may see.
_HOMES: Final = (
    (Act.PREPARE, "/"),
    (Act.READ_TRAIL, "/trail"),
    (Act.READ_ACCOUNTS, "/accounts"),
    (Act.READ_LAW, "/rules"),
)


def answered_by(desk: Desk, act: Act | None, view: View, request: Request, form: FormData) -> Response:
    """Answer with a view, or say why not."""
    try:
        desk = dataclasses.replace(desk, visitor=visitor_of(desk.gate, request))
    except DiagnosticsError as error:
        return desk.page("error.html", UNAVAILABLE, title="账户查不到", told=in_brief(error.diagnostics))
    try:
        kept_out = _kept_out(desk, act, request, form)
        if kept_out is not None:
            return kept_out
        if request.method == "POST" and "draft" in request.path_params:
            with desk.drafts.held(request.path_params["draft"]):
                return view(desk, request, form)
        return view(desk, request, form)
    except NoAnswerError as error:
        status = UNAVAILABLE if error.is_away else 500
        return desk.page("error.html", status, title="没有作出结论", told=error.told)
    except ImportError as error:
        absent = absent_part(error)
        if absent is None:
            raise
        return desk.page("error.html", 501, title="还没有安装", told=in_brief((absent,)))
    except NoSuchDraftError:
        told = "没有这件事，也许已经删去；从头开始，或者在“接着办”里找"
        return desk.page("error.html", 404, title="没有找到", told=(told,))
    except LostError as error:
        return desk.page("error.html", UNAVAILABLE, title="记录用不了", told=in_brief(error.diagnostics))
    except DiagnosticsError as error:
        return desk.page("error.html", UNPROCESSABLE, title="填报有误", told=in_brief(error.diagnostics))
    except OutOfTimeError as error:
        late = (
            f"{error.seconds:g}秒里没有办完，停下了。没有登记，这一步没有存下，以前答过的都在。",
            "过一会儿回到上一页再提交；材料字样很长的，只写要点。",
        )
        found = desk.page("error.html", UNAVAILABLE, title="没有按时办完", told=late)
        found.headers.update(RETRY)
        return found
    except OSError as error:
        return desk.page("error.html", UNAVAILABLE, title="没有存下", told=(unkept(error),))


def _kept_out(desk: Desk, act: Act | None, request: Request, form: FormData) -> Response | None:
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
    if is_form and not (key and compare_digest(said(form, "csrf").encode(), form_token(key).encode())):
        told = ("这一页太旧了，或者不是从本页面提交的；回到上一页，刷新以后再提交。",)
        return desk.page("error.html", 403, title="没有采用", told=told)
    if act is None or visitor is None or visitor.account is None:
        return None
    if not visitor.may(act):
        return _forbidden(desk, act, request)
    if visitor.account.must_change and act is not Act.OWN:
        return RedirectResponse("/password", SEE_OTHER)
    return None


def _forbidden(desk: Desk, act: Act, request: Request) -> Response:
    if request.url.path == "/":
        # Not everybody's work begins with a question.
        home = next(path for other, path in _HOMES if desk.may(other))
        return RedirectResponse(home, SEE_OTHER)
    desk.tell("FORBIDDEN", f"{act.value}：{request.url.path}")
    account = desk.visitor.account if desk.visitor is not None else None
    role = account.role.value if account is not None else ""
    told = (f"您的角色是{role}，不能{act.value}。要办的，找有这个角色的人。",)
    return desk.page("error.html", 403, title="不归这个角色办", told=told)


def told_of(desk: Desk, api: Starlette) -> Callable[[Request, Exception], Response]:
    """Say what is wrong with an address."""

    def handler(request: Request, error: Exception) -> Response:
        if request.url.path.startswith(PREFIX):
            # An address with a line break in it leads nowhere, not even to the API.
            return no_such(api, request, error)
        status = error.status_code if isinstance(error, HTTPException) else 500
        with suppress(DiagnosticsError):
            return _lost(dataclasses.replace(desk, visitor=visitor_of(desk.gate, request)), status)
        return _lost(desk, status)

    return handler


def _lost(desk: Desk, status: int) -> Response:
    title = {404: "没有这一页", 405: "这个地址不能这样用"}.get(status, "请求有误")
    return desk.page("error.html", status, title=title, told=("检查地址，或者从首页开始。",))


def too_large(desk: Desk) -> Callable[[Request, Exception], Response]:
    """Say that too much was sent."""

    def handler(_request: Request, _error: Exception) -> Response:
        return desk.page(
            "error.html",
            413,
            title="内容太长",
            told=("一次最多一百万字节，台账一千万字节；分开写，或者只写要点。",),
        )

    return handler


async def too_slow(_request: Request, _error: Exception) -> Response:
    """Say that a request did not come to its end."""
    return PlainTextResponse("请求太慢，没有收完", status_code=408, headers={"Connection": "close"})


def broken(desk: Desk) -> Callable[[Request, Exception], Response]:
    """Say that the program broke."""

    def handler(_request: Request, error: Exception) -> Response:
        told = (f"内部错误（{type(error).__name__}），这一步没有存下；以前答过的都在，回到首页接着办。",)
        return desk.page("error.html", 500, title="程序出错", told=told)

    return handler


def not_kept(desk: Desk) -> Callable[[Request, Exception], Response]:
    """Say that the disk did not take what was sent."""

    def handler(_request: Request, error: Exception) -> Response:
        assert isinstance(error, OSError)
        return desk.page("error.html", UNAVAILABLE, title="没有存下", told=(unkept(error),))

    return handler
