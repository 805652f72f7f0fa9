"""The HTTP API: what the commands tell as data, for programs on this machine. Nothing is kept between two requests.

A decision is an answer, so a refusal of the law is 200; input that can't be read is 422, with the diagnostics that the
command gives. Every answer but `metrics` and the schemas has the shape of `schemas/output.schema.json`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from json import JSONDecodeError
from time import perf_counter
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from policy_engine.analysis.acceptance import Sifted
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends
from policy_engine.loading.cases import CaseDefaults, CaseFile, Row, load_given, load_rows
from policy_engine.loading.files import decode
from policy_engine.loading.spellings import day_text
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.model.interviewing import Opening
from policy_engine.reporting.exits import Exit, exit_of, worst
from policy_engine.reporting.findings import Report
from policy_engine.reporting.findings.envelope import envelope
from policy_engine.reporting.interview_json import turn_json
from policy_engine.reporting.json_report import rule_json
from policy_engine.reporting.ordering import in_order
from policy_engine.reporting.render import Entry, decision_data, summary_words
from policy_engine.reporting.screen_json import screening_json
from policy_engine.reporting.sources_page import documents_json
from policy_engine.reporting.told import Input, Json, RuleBaseUsed, Status
from policy_engine.usecases import check, interviewing
from policy_engine.usecases.checking import engine_fault
from policy_engine.usecases.screening import MOST_CHARACTERS, SUBJECTS, Screener
from policy_engine.usecases.sources import Sources
from policy_engine.usecases.today import today_in_china
from policy_engine.web.counting import Counts
from policy_engine.web.guard import TooLargeError
from policy_engine.web.openapi import description

PREFIX: Final = "/api/v1"
# What stands for the file that a command would have been given.
_FILE: Final = "请求"
_BAD, _NOT_FOUND, _UNPROCESSABLE, _BROKEN = 400, 404, 422, 500
_LONGEST: Final = 60
_STATUS: Final = {Exit.BAD_INPUT: _UNPROCESSABLE, Exit.BROKEN: _BROKEN}
_COMMANDS: Final = {"rules": "rules list", "rule": "rules list", "documents": "sources list"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Service:
    compiled: CompiledRuleSet
    sources: Sources
    counts: Counts

    def told(
        self,
        command: str,
        *,
        results: Iterable[Json] = (),
        inputs: tuple[Input, ...] = (),
        problems: Sequence[Diagnostic] = (),
        owners: Mapping[Any, int] | None = None,
        code: Exit = Exit.PERMITTED,
        status: int = 200,
        sentence: str = "",
        today: int | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> JSONResponse:
        """Answer in the shape of the commands."""
        rule_set = self.compiled.rule_set
        report = Report(
            command=command,
            exit=int(code),
            findings=Sifted(tuple(problems), ()),
            sources=texts or {},
            rule_base=RuleBaseUsed(
                name=rule_set.name, path="", digest=rule_set.version, rules=len(rule_set.rules)
            ),
            inputs=inputs,
            results=tuple(results),
            of_input=owners or {},
            today=today,
            sentence=sentence,
            is_complete=status < _BROKEN and code is not Exit.BROKEN,
        )
        return JSONResponse(envelope(report), status)

    def refused(self, command: str, problems: Sequence[Diagnostic], status: int) -> JSONResponse:
        """Say what is wrong with a request as a whole."""
        code = Exit.BROKEN if status >= _BROKEN else Exit.BAD_INPUT
        return self.told(command, problems=problems, code=code, status=status)


class _BadRequestError(Exception):
    """Raised where a request can't be understood; `status` is 400, 404 or 422."""

    def __init__(self, message: str, help_text: str, status: int = _UNPROCESSABLE) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code="PE903", message=message, help=help_text)
        self.status = status


def make_api(compiled: CompiledRuleSet, sources: Sources) -> Starlette:
    """Make the API of a rule base, to be mounted under `PREFIX`."""
    service = _Service(compiled, sources, Counts())

    def on(name: str, view: Callable[[_Service, Request, bytes], Response]) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            began = perf_counter()
            body = await request.body()
            answer = await run_in_threadpool(_answered, service, name, view, request, body)
            service.counts.note(name, answer.status_code, perf_counter() - began)
            return answer

        return endpoint

    return Starlette(
        routes=[
            Route("/health", on("health", _health), methods=["GET"]),
            Route("/metrics", on("metrics", _metrics), methods=["GET"]),
            Route("/openapi.json", on("openapi", _openapi), methods=["GET"]),
            Route("/check", on("check", _check), methods=["POST"]),
            Route("/screen", on("screen", _screen), methods=["POST"]),
            Route("/ask", on("ask", _ask), methods=["POST"]),
            Route("/rules", on("rules", _rules), methods=["GET"]),
            Route("/rules/{rule}", on("rule", _rule), methods=["GET"]),
            Route("/documents", on("documents", _documents), methods=["GET"]),
            Route("/schema/{name}", on("schema", _schema), methods=["GET"]),
        ],
        exception_handlers={HTTPException: _no_such(service), TooLargeError: _too_large(service)},
    )


def _answered(
    service: _Service,
    name: str,
    view: Callable[[_Service, Request, bytes], Response],
    request: Request,
    body: bytes,
) -> Response:
    command = _COMMANDS.get(name, name)
    try:
        return view(service, request, body)
    except _BadRequestError as error:
        return service.refused(command, (error.diagnostic,), error.status)
    except DiagnosticsError as error:
        return service.refused(command, error.diagnostics, _UNPROCESSABLE)
    except (EnginesDisagreeError, EngineBrokeError) as error:
        told = f"内部错误：{error}，未作出结论"
        return service.refused(
            command, (Diagnostic(code="PE901", message=told, help="报告给维护人员"),), _BROKEN
        )
    except Exception as error:
        # Of what went wrong inside, a caller learns the kind; the rest is in the log of the service.
        _log.exception("the API failed in %s", name)
        told = f"内部错误（{type(error).__name__}），没有作出结论"
        return service.refused(
            command, (Diagnostic(code="PE904", message=told, help="报告给维护人员"),), _BROKEN
        )


def no_such(api: Starlette, request: Request, error: Exception) -> Response:
    """Answer as the API does where an address leads nowhere."""
    handler = api.exception_handlers[HTTPException]
    found = handler(request, error)
    assert isinstance(found, Response)
    return found


def _no_such(service: _Service) -> Callable[[Request, Exception], Response]:
    def handler(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else _BROKEN
        told = {_NOT_FOUND: "没有这个地址", 405: "这个地址不能这样用"}.get(status, "请求有误")
        wrong = Diagnostic(code="PE903", message=told, help=f"见 {PREFIX}/openapi.json")
        return service.refused("", (wrong,), status)

    return handler


def _too_large(service: _Service) -> Callable[[Request, Exception], Response]:
    def handler(_request: Request, _error: Exception) -> Response:
        wrong = Diagnostic(code="PE903", message="请求超过一百万字节", help="分几次发")
        return service.refused("", (wrong,), 413)

    return handler


# ---------------------------------------------------------------- the service itself


def _health(service: _Service, _request: Request, _body: bytes) -> Response:
    return service.told("health", sentence="可以使用")


def _metrics(service: _Service, _request: Request, _body: bytes) -> Response:
    return PlainTextResponse(service.counts.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


def _openapi(service: _Service, _request: Request, _body: bytes) -> Response:
    return JSONResponse(description(service.sources, service.compiled.rule_set.version))


def _schema(service: _Service, request: Request, _body: bytes) -> Response:
    name = request.path_params["name"]
    known = {source.path.rpartition("/")[2]: source.text for source in service.sources.schemas}
    if name not in known:
        message = f"没有格式 `{both_ends(name, _LONGEST)}`"
        raise _BadRequestError(message, did_you_mean(name, known), _NOT_FOUND)
    return Response(known[name], media_type="application/schema+json")


# ---------------------------------------------------------------- check


def _check(service: _Service, request: Request, body: bytes) -> Response:
    engine = _engine(request)
    defaults = _defaults(request)
    source = decode(body, _FILE)
    found = load_rows(source, service.compiled.rule_set, defaults)
    rows = found.rows if not found.diagnostics else (_whole(found), *found.rows)
    entries = tuple(_entry(at, row, service, engine) for at, row in enumerate(rows, start=1))
    for entry in entries:
        service.counts.decided(entry.decision)
    code = worst(exit_of(e.decision) if e.decision is not None else _exit(e.input.status) for e in entries)
    is_of_today = any(e.decision is not None and not e.decision.case.is_day_stated for e in entries)
    # Some were decided: the request was answered, and each of the others has its own place and reasons.
    is_answered = any(entry.decision is not None for entry in entries)
    return service.told(
        "check",
        results=(
            {"input": entry.input.index, **decision_data(entry.decision, service.compiled)}
            for entry in entries
            if entry.decision is not None
        ),
        inputs=tuple(entry.input for entry in entries),
        problems=[d for entry in entries for d in entry.diagnostics],
        owners={(d.span, d.code, d.message): e.input.index for e in entries for d in e.diagnostics},
        code=code,
        status=200 if is_answered else _STATUS.get(code, _UNPROCESSABLE),
        sentence=summary_words(entries),
        today=defaults.today if is_of_today else None,
        texts={_FILE: source.text},
    )


def _exit(status: Status) -> Exit:
    return Exit.BROKEN if status is Status.FAILED else Exit.BAD_INPUT


def _whole(found: CaseFile) -> Row:
    return Row(index=0, name="", span=file_span(_FILE), case=None, diagnostics=found.diagnostics)


def _entry(at: int, row: Row, service: _Service, engine: Engine) -> Entry:
    decision: Decision | None = None
    problems, status = row.diagnostics, Status.REFUSED
    if row.case is not None:
        try:
            decision, problems, status = check(service.compiled, row.case, engine), (), Status.DECIDED
        except DiagnosticsError as error:
            problems = error.diagnostics
        except (EnginesDisagreeError, EngineBrokeError) as error:
            problems, status = (engine_fault(error, row.case),), Status.FAILED
    given = Input(
        index=at, file=_FILE, row=row.index or None, place=row.span.place, name=row.name, status=status
    )
    return Entry(input=given, decision=decision, diagnostics=problems)


def _engine(request: Request) -> Engine:
    word = request.query_params.get("engine", Engine.BOTH.value)
    if word not in [one.value for one in Engine]:
        names = "、".join(one.value for one in Engine)
        message = f"engine 没有 `{both_ends(word, _LONGEST)}`"
        raise _BadRequestError(message, f"可用：{names}")
    return Engine(word)


def _defaults(request: Request) -> CaseDefaults:
    return _with_day(request.query_params.get("as_of"), request.query_params.get("jurisdiction"))


def _with_day(written: object, place: str | None) -> CaseDefaults:
    as_of = None
    if written is not None:
        as_of = day_number(day_text(str(written)) or str(written))
        if as_of is None:
            message = f"as_of 的 `{both_ends(str(written), _LONGEST)}` 不是日期"
            raise _BadRequestError(message, "写成 2026-01-15")
    return CaseDefaults(today=today_in_china(), as_of=as_of, jurisdiction=place)


# ---------------------------------------------------------------- screen


def _screen(service: _Service, _request: Request, body: bytes) -> Response:
    given = _object(body, ("text", "name", "subject", "as_of", "jurisdiction"))
    subject = _word(given, "subject") or "采购事项"
    subjects = service.compiled.rule_set.vocabulary.subjects
    known = [name for name in SUBJECTS if name in subjects]
    if subject not in known:
        message = f"`{both_ends(subject, _LONGEST)}` 的文字不能读"
        raise _BadRequestError(message, f"可用：{'、'.join(known)}")
    text = _word(given, "text")
    if not text.strip():
        message = "没有要读的文字"
        raise _BadRequestError(message, "写在 text 里")
    if len(text) > MOST_CHARACTERS:
        message = f"文字超过 {MOST_CHARACTERS:,} 字"
        raise _BadRequestError(message, "分段读")
    defaults = _with_day(given.get("as_of"), _word(given, "jurisdiction") or None)
    blank = load_given({subject: {}}, service.compiled.rule_set, defaults)
    screener = Screener(service.compiled, blank, subjects[subject])
    found = screener.screen(text, _word(given, "name"), searches_questions=True)
    return service.told(
        "screen",
        results=({"input": 1, "case_file": None, **screening_json(found, (), service.compiled.rule_set)},),
        inputs=(_one(_word(given, "name") or _FILE, Status.READ),),
        code=Exit.OPEN if found.proposals else Exit.PERMITTED,
        today=defaults.today if defaults.as_of is None else None,
    )


def _one(name: str, status: Status) -> Input:
    return Input(index=1, file=_FILE, row=None, place=f"{_FILE}:1:1", name=name, status=status)


# ---------------------------------------------------------------- ask


def _ask(service: _Service, _request: Request, body: bytes) -> Response:
    given = _object(body, ("subject", "opening", "case", "answer", "aside", "refuses_to_sign"))
    subjects = service.compiled.rule_set.vocabulary.subjects
    subject = _word(given, "subject") or "采购事项"
    if subject not in subjects:
        message = f"没有主题 `{both_ends(subject, _LONGEST)}`"
        raise _BadRequestError(message, did_you_mean(subject, subjects))
    case = _opened(service, given, subject)
    if subject not in case.subjects:
        message = f"案件里没有 `{subject}`"
        raise _BadRequestError(message, f"case 里写 {subject}，可以是空的")
    aside = given.get("aside", [])
    if not isinstance(aside, list) or not all(isinstance(name, str) for name in aside):
        message = "aside 不是栏目的列表"
        raise _BadRequestError(message, '写成 ["栏目"]')
    refuses = given.get("refuses_to_sign", False)
    if not isinstance(refuses, bool):
        message = "refuses_to_sign 不是 true 或 false"
        raise _BadRequestError(message, "写 true 或者不写")
    if given.get("answer") is not None:
        case = _told(service, case, subject, given["answer"])
    turn = interviewing.next_turn(
        service.compiled, case, subject, refuses_to_sign=refuses, aside=frozenset(aside)
    )
    code = Exit.OPEN if turn.ask is not None else exit_of(turn.decision)
    return service.told(
        "ask",
        results=({"input": 1, **turn_json(turn, subject, service.compiled.rule_set)},),
        inputs=(_one(case.name or subject, Status.READ),),
        code=code,
        today=today_in_china() if not case.is_day_stated else None,
    )


def _opened(service: _Service, given: Mapping[str, object], subject: str) -> Case:
    defaults = CaseDefaults(today=today_in_china())
    case = given.get("case")
    if case is not None:
        return load_given(case, service.compiled.rule_set, defaults)
    opening = given.get("opening", {})
    if not isinstance(opening, dict):
        message = "opening 不是对象"
        raise _BadRequestError(message, "写 name、text、place、day、phase")
    known = ("name", "text", "place", "day", "phase")
    _check_keys(opening, known, "opening")
    written = Opening(**{key: _word(opening, key) for key in known})
    return interviewing.opened(service.compiled, subject, written, defaults)


def _told(service: _Service, case: Case, subject: str, answer: object) -> Case:
    if not isinstance(answer, dict):
        message = "answer 不是对象"
        raise _BadRequestError(message, "写 field 和 value，或者 unknown、source，或者 by")
    _check_keys(answer, ("field", "value", "source", "unknown", "by"), "answer")
    if "by" in answer:
        return interviewing.signed(case, _signature(answer))
    fields = service.compiled.rule_set.vocabulary.subjects[subject].fields
    name = _word(answer, "field")
    if name not in fields:
        message = f"{subject}没有栏目 `{both_ends(name, _LONGEST)}`"
        raise _BadRequestError(message, did_you_mean(name, fields))
    field, source = fields[name], _word(answer, "source")
    if "unknown" in answer:
        return interviewing.not_known(service.compiled, case, field, _word(answer, "unknown"))
    if "value" in answer:
        return interviewing.answered(service.compiled, case, field, answer["value"], source=source)
    if name not in case.subjects[subject]:
        message = f"`{name}` 还没有答案，不能只写来源"
        raise _BadRequestError(message, "先写 value")
    return interviewing.explained(case, field, source)


def _signature(answer: Mapping[str, object]) -> str:
    name = _word(answer, "by").strip()
    if not name:
        message = "没有写姓名的声明不作数"
        raise _BadRequestError(message, "by 写经办人的姓名")
    return name


# ---------------------------------------------------------------- rules, documents


def _rules(service: _Service, request: Request, _body: bytes) -> Response:
    rule_set = service.compiled.rule_set
    document, subject = (request.query_params.get(key) for key in ("document", "subject"))
    for word, known, what in (
        (document, rule_set.documents, "文件"),
        (subject, rule_set.vocabulary.subjects, "主题"),
    ):
        if word is not None and word not in known:
            message = f"没有{what} `{both_ends(word, _LONGEST)}`"
            raise _BadRequestError(message, did_you_mean(word, known))
    shown = [
        rule
        for rule in in_order(rule_set.rules, rule_set)
        if document in (None, rule.citation.document.id) and (subject is None or subject in rule.subjects)
    ]
    return service.told(
        "rules list", results=(rule_json(rule, rule_set) for rule in shown), sentence=f"共 {len(shown)} 条"
    )


def _rule(service: _Service, request: Request, _body: bytes) -> Response:
    rule_set = service.compiled.rule_set
    by_id = {rule.id: rule for rule in rule_set.rules}
    name = request.path_params["rule"]
    if name not in by_id:
        message = f"没有规则 `{both_ends(name, _LONGEST)}`"
        raise _BadRequestError(message, did_you_mean(name, by_id), _NOT_FOUND)
    # One rule is told here as in a list of rules: the page that `rules show` makes of it is for people.
    return service.told("rules list", results=(rule_json(by_id[name], rule_set),), sentence="共 1 条")


def _documents(service: _Service, _request: Request, _body: bytes) -> Response:
    return service.told("sources list", results=documents_json(service.compiled.rule_set))


# ---------------------------------------------------------------- what requests are made of


def _object(body: bytes, known: tuple[str, ...]) -> dict[str, object]:
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        message = "请求不是 JSON"
        raise _BadRequestError(message, f"见 {PREFIX}/openapi.json", _BAD) from None
    if not isinstance(found, dict):
        message = "请求不是 JSON 对象"
        raise _BadRequestError(message, f"写 {'、'.join(known)}")
    _check_keys(found, known, "请求")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse what JSON itself would let the last of two win in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f"`{both_ends(twice, _LONGEST)}` 写了两次"
        raise _BadRequestError(message, "留一个")
    return found


def _check_keys(found: Mapping[str, object], known: Sequence[str], what: str) -> None:
    strange = next((key for key in found if key not in known), None)
    if strange is not None:
        message = f"{what}没有 `{both_ends(strange, _LONGEST)}` 这一项"
        raise _BadRequestError(message, did_you_mean(strange, known))


def _word(given: Mapping[str, object], key: str) -> str:
    found = given.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        message = f"{key} 不是文字"
        raise _BadRequestError(message, "写成字符串")
    return found
