"""The HTTP API: what the commands tell as data, for programs. Nothing is kept between two requests.

A decision is an answer, so a refusal of the law is 200; input that can't be read is 422, with the diagnostics that the
command gives. Every answer but `metrics` and the schemas has the shape of `schemas/output.schema.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from policy_engine.accounts.roles import Act
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.parts import absent_part
from policy_engine.foundation.waiting import at_most
from policy_engine.usecases.answering import Answer, Fate, Service
from policy_engine.usecases.sources import Sources
from policy_engine.web.counting import Counts
from policy_engine.web.gate import Gate, now
from policy_engine.web.guard import RETRY, TooLargeError, seconds_for
from policy_engine.web.openapi import description

PREFIX: Final = "/api/v1"
_UNKNOWN, _FORBIDDEN, _UNAVAILABLE = 401, 403, 503
_NOT_FOUND, _NOT_ALLOWED, _TOO_LARGE, _BROKEN, _NOT_INSTALLED = 404, 405, 413, 500, 501
_STATUS: Final = {
    Fate.ANSWERED: 200,
    Fate.GARBLED: 400,
    Fate.NOT_FOUND: _NOT_FOUND,
    Fate.REFUSED: 422,
    Fate.BROKEN: _BROKEN,
    Fate.UNAVAILABLE: _UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class _Api:
    service: Service
    sources: Sources
    counts: Counts
    place: str | None
    gate: Gate

    def told(self, answer: Answer, status: int | None = None) -> JSONResponse:
        """Send an answer, and count what it decided."""
        for decision in answer.decided:
            self.counts.decided(decision)
        status = _STATUS[answer.fate] if status is None else status
        return JSONResponse(answer.envelope, status, RETRY if status == _UNAVAILABLE else None)

    def wrong(self, message: str, help_text: str, status: int) -> JSONResponse:
        """Say what is wrong with a request that never came to the service."""
        found = Diagnostic(code="PE903", message=message, help=help_text)
        fate = Fate.BROKEN if status >= _BROKEN else Fate.REFUSED
        return self.told(self.service.refused("", (found,), fate), status)


def make_api(
    compiled: CompiledRuleSet, sources: Sources, records: str | None = None, gate: Gate | None = None
) -> Starlette:
    """Make the API of a rule base, to be mounted under `PREFIX`. `records`: where what was issued is.

    `gate`: where people sign in, programs bring the token of an account.
    """
    api = _Api(Service(compiled), sources, Counts(), records, gate or Gate())

    def on(
        act: Act | None, name: str, view: Callable[[_Api, Request, bytes], Response]
    ) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            began = perf_counter()
            body = await request.body()
            # From here on it is this side that is waited for, in a queue as well.
            with at_most(seconds_for(request.url.path)):
                answer = await run_in_threadpool(_kept_out, api, act, request)
                if answer is None:
                    answer = await run_in_threadpool(view, api, request, body)
            api.counts.note(name, answer.status_code, perf_counter() - began)
            return answer

        return endpoint

    return Starlette(
        routes=[
            Route("/health", on(None, "health", _health), methods=["GET"]),
            Route("/metrics", on(Act.OPERATE, "metrics", _metrics), methods=["GET"]),
            Route("/openapi.json", on(Act.READ_LAW, "openapi", _openapi), methods=["GET"]),
            Route("/check", on(Act.PREPARE, "check", _check), methods=["POST"]),
            Route("/screen", on(Act.PREPARE, "screen", _screen), methods=["POST"]),
            Route("/ask", on(Act.PREPARE, "ask", _ask), methods=["POST"]),
            Route("/rules", on(Act.READ_LAW, "rules", _rules), methods=["GET"]),
            Route("/rules/{rule}", on(Act.READ_LAW, "rule", _rule), methods=["GET"]),
            Route("/documents", on(Act.READ_LAW, "documents", _documents), methods=["GET"]),
            Route("/records", on(Act.READ_RECORDS, "records", _records), methods=["GET"]),
            Route(
                "/records/verify", on(Act.READ_RECORDS, "records verify", _records_verify), methods=["GET"]
            ),
            Route("/records/{number}", on(Act.READ_RECORDS, "record", _record), methods=["GET"]),
            Route("/schema/{name}", on(Act.READ_LAW, "schema", _schema), methods=["GET"]),
        ],
        exception_handlers={HTTPException: _no_such(api), TooLargeError: _too_large(api)},
    )


def _kept_out(api: _Api, act: Act | None, request: Request) -> Response | None:
    """Say no to whoever may not ask this; `None` for those who may."""
    if api.gate.door is None or act is None:
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        account = api.gate.door.of_token(token.strip(), now()) if scheme.lower() == "bearer" else None
    except DiagnosticsError as error:
        return api.told(api.service.refused("", error.diagnostics, Fate.UNAVAILABLE))
    if account is None:
        found = api.wrong(
            "没有凭证，或者凭证作废了",
            "请求头写 Authorization: Bearer 凭证；凭证用 policy-engine accounts token 发放",
            _UNKNOWN,
        )
        found.headers["WWW-Authenticate"] = "Bearer"
        return found
    if not account.may(act):
        return api.wrong(f"{account.role.value}不能{act.value}", "用有这个角色的账户的凭证", _FORBIDDEN)
    return None


def no_such(api: Starlette, request: Request, error: Exception) -> Response:
    """Answer as the API does where an address leads nowhere."""
    handler = api.exception_handlers[HTTPException]
    found = handler(request, error)
    assert isinstance(found, Response)
    return found


def _no_such(api: _Api) -> Callable[[Request, Exception], Response]:
    def handler(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else _BROKEN
        told = {_NOT_FOUND: "没有这个地址", _NOT_ALLOWED: "这个地址不能这样用"}.get(status, "请求有误")
        return api.wrong(told, f"见 {PREFIX}/openapi.json", status)

    return handler


def _too_large(api: _Api) -> Callable[[Request, Exception], Response]:
    def handler(_request: Request, _error: Exception) -> Response:
        return api.wrong("请求超过一百万字节", "分几次发", _TOO_LARGE)

    return handler


def _health(api: _Api, _request: Request, _body: bytes) -> Response:
    return api.told(api.service.health())


def _metrics(api: _Api, _request: Request, _body: bytes) -> Response:
    return PlainTextResponse(api.counts.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _openapi(api: _Api, _request: Request, _body: bytes) -> Response:
    return JSONResponse(description(api.sources, api.service.compiled.rule_set.version))


def _schema(api: _Api, request: Request, _body: bytes) -> Response:
    name = request.path_params["name"]
    known = {source.path.rpartition("/")[2]: source.text for source in api.sources.schemas}
    if name not in known:
        return api.wrong("没有这个格式", f"可用：{'、'.join(known)}", _NOT_FOUND)
    return Response(known[name], media_type="application/schema+json")


def _check(api: _Api, request: Request, body: bytes) -> Response:
    query = request.query_params
    answer = api.service.check(
        body, as_of=query.get("as_of"), place=query.get("jurisdiction"), engine=query.get("engine", "both")
    )
    return api.told(answer)


def _screen(api: _Api, _request: Request, body: bytes) -> Response:
    return api.told(api.service.screen(body))


def _ask(api: _Api, _request: Request, body: bytes) -> Response:
    return api.told(api.service.ask(body))


def _rules(api: _Api, request: Request, _body: bytes) -> Response:
    query = request.query_params
    return api.told(api.service.rules(document=query.get("document"), subject=query.get("subject")))


def _rule(api: _Api, request: Request, _body: bytes) -> Response:
    return api.told(api.service.rule(request.path_params["rule"]))


def _documents(api: _Api, _request: Request, _body: bytes) -> Response:
    return api.told(api.service.documents())


def _records(api: _Api, request: Request, _body: bytes) -> Response:
    return _of_records(api, "list", request.query_params)


def _records_verify(api: _Api, request: Request, _body: bytes) -> Response:
    return _of_records(api, "verify", request.query_params)


def _record(api: _Api, request: Request, _body: bytes) -> Response:
    return _of_records(api, "show", {"number": request.path_params["number"]})


def _of_records(api: _Api, what: str, asked: Mapping[str, str]) -> Response:
    try:
        from policy_engine.web.records_api import answered  # noqa: PLC0415 - the part may not be installed
    except ImportError as error:
        absent = absent_part(error)
        if absent is None:
            raise
        return api.told(api.service.refused(f"records {what}", (absent,), Fate.BROKEN), _NOT_INSTALLED)
    return api.told(answered(api.service, api.place, what, asked))
