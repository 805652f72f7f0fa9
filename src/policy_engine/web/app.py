"""The desk as an application: which address shows what. Everything it knows of cases comes from `usecases`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from policy_engine.accounts.roles import Act
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.waiting import at_most
from policy_engine.model.calendar import chinese_day
from policy_engine.usecases.sources import Sources
from policy_engine.web import account_views, asking, issuing, law, starting
from policy_engine.web.answering import answered_by, broken, not_kept, told_of, too_large, too_slow
from policy_engine.web.api import PREFIX, make_api
from policy_engine.web.desk import Desk, View
from policy_engine.web.drafts import Drafts
from policy_engine.web.gate import Gate
from policy_engine.web.guard import Guard, TooLargeError, TooSlowError, seconds_for

if TYPE_CHECKING:  # the part may not be installed
    pass

_STATIC: Final = Path(__file__).parent / "static"


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
    desk = Desk(compiled, sources, Drafts(folder, compiled), templates, records, gate)

    api = make_api(compiled, sources, records, gate)

    def on(act: Act | None, view: View) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            # A decision takes a tenth of a second or more: others are answered meanwhile.
            if request.method != "POST":
                with at_most(seconds_for(request.url.path)):
                    return await run_in_threadpool(answered_by, desk, act, view, request, FormData())
            async with request.form() as form:
                with at_most(seconds_for(request.url.path)):
                    return await run_in_threadpool(answered_by, desk, act, view, request, form)

        return endpoint

    return Starlette(
        routes=[
            Route("/", on(Act.PREPARE, starting.start), methods=["GET"]),
            Route("/subjects/{subject}", on(Act.PREPARE, starting.start), methods=["GET"]),
            Route("/subjects/{subject}", on(Act.PREPARE, starting.begin), methods=["POST"]),
            Route("/drafts/{draft}", on(Act.PREPARE, asking.next_question), methods=["GET"]),
            Route("/drafts/{draft}", on(Act.PREPARE, asking.answer), methods=["POST"]),
            Route("/drafts/{draft}/text", on(Act.PREPARE, starting.read), methods=["GET"]),
            Route("/drafts/{draft}/text", on(Act.PREPARE, starting.confirm), methods=["POST"]),
            Route("/drafts/{draft}/back", on(Act.PREPARE, asking.back), methods=["POST"]),
            Route("/drafts/{draft}/facts/{field}", on(Act.PREPARE, asking.correct), methods=["GET"]),
            Route("/drafts/{draft}/facts/{field}", on(Act.PREPARE, asking.answer), methods=["POST"]),
            Route("/drafts/{draft}/verdict", on(Act.PREPARE, issuing.verdict), methods=["GET"]),
            Route("/drafts/{draft}/opinion{ending}", on(Act.PREPARE, issuing.paper), methods=["GET"]),
            Route("/drafts/{draft}/case.yaml", on(Act.PREPARE, issuing.case_file), methods=["GET"]),
            Route("/drafts/{draft}/record", on(Act.ISSUE, issuing.file), methods=["POST"]),
            Route("/ledgers", on(Act.PREPARE, later("ledgers")), methods=["GET"]),
            Route("/ledgers", on(Act.PREPARE, later("take")), methods=["POST"]),
            Route("/ledgers/{ledger}", on(Act.PREPARE, later("ledger")), methods=["GET"]),
            Route("/ledgers/{ledger}", on(Act.PREPARE, later("begin")), methods=["POST"]),
            Route("/ledgers/{ledger}/columns", on(Act.PREPARE, later("columns")), methods=["GET"]),
            Route("/ledgers/{ledger}/delete", on(Act.PREPARE, later("delete")), methods=["POST"]),
            Route("/ledgers/{ledger}/result.xlsx", on(Act.PREPARE, later("download")), methods=["GET"]),
            Route("/ledgers/{ledger}/rows/{number:int}", on(Act.PREPARE, later("row")), methods=["GET"]),
            Route(
                "/ledgers/{ledger}/rows/{number:int}", on(Act.PREPARE, later("open_row")), methods=["POST"]
            ),
            Route("/records", on(Act.READ_RECORDS, issuing.records), methods=["GET"]),
            Route("/records/export", on(Act.EXPORT, issuing.exported), methods=["POST"]),
            Route("/records/{number:int}", on(Act.READ_RECORDS, issuing.record), methods=["GET"]),
            Route(
                "/records/{number:int}/opinion{ending}",
                on(Act.READ_RECORDS, issuing.record_paper),
                methods=["GET"],
            ),
            Route("/rules", on(Act.READ_LAW, law.rules), methods=["GET"]),
            Route("/rules/{document}", on(Act.READ_LAW, law.document), methods=["GET"]),
            Route(
                "/sign-in", on(None, lambda desk, request, _: desk.entrance().show(request)), methods=["GET"]
            ),
            Route(
                "/sign-in",
                on(None, lambda desk, request, form: desk.entrance().enter(request, form)),
                methods=["POST"],
            ),
            Route("/sign-out", on(Act.OWN, account_views.sign_out), methods=["POST"]),
            Route("/password", on(Act.OWN, lambda desk, *_: desk.entrance().password()), methods=["GET"]),
            Route("/password", on(Act.OWN, account_views.change_password), methods=["POST"]),
            Route(
                "/accounts",
                on(Act.READ_ACCOUNTS, lambda desk, *_: desk.entrance().accounts()),
                methods=["GET"],
            ),
            Route("/accounts", on(Act.MANAGE, account_views.add), methods=["POST"]),
            Route("/accounts/{name}/{what}", on(Act.MANAGE, account_views.switch), methods=["POST"]),
            Route("/trail", on(Act.READ_TRAIL, account_views.trail), methods=["GET"]),
            Mount(PREFIX, api),
            Route("/static/opinion.css", issuing.paper_style, methods=["GET"]),
            Mount("/static", StaticFiles(directory=os.fspath(_STATIC)), name="static"),
        ],
        middleware=[Middleware(Guard, gate=gate)],
        exception_handlers={
            HTTPException: told_of(desk, api),
            TooLargeError: too_large(desk),
            TooSlowError: too_slow,
            OSError: not_kept(desk),
            Exception: broken(desk),
        },
    )


def later(name: str) -> View:
    """Give a view of ledgers, of which the part may not be installed until one is asked for."""

    def view(desk: Desk, request: Request, form: FormData) -> Response:
        from policy_engine.web import ledger_pages  # noqa: PLC0415 - the part may be absent

        found: View = getattr(ledger_pages, name)
        return found(desk, request, form)

    return view
