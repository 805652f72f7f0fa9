"""The pages of people who sign in: the door, one's own password, the accounts, the trail."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from policy_engine.accounts.entering import IDLE, LASTS, WINDOW, Door, Refused
from policy_engine.accounts.passwords import SHORTEST, BusyError
from policy_engine.accounts.people import Account, Accounts
from policy_engine.accounts.roles import MAY, Act, Role
from policy_engine.accounts.trail import Event, latest
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief
from policy_engine.records.telling import moment_words
from policy_engine.web.gate import Gate, Visitor, address_of, cookie, form_token, now, put_cookie

Page = Callable[..., Response]
# An address of the desk itself, whatever browsers make of backslashes and empty names.
_OWN: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
_KNOWN_FOR: Final = 90 * 24 * 60 * 60
_MINUTE: Final = 60
_MOST: Final = 100
_BYTES: Final = 24
_UNPROCESSABLE, _SEE_OTHER = 422, 303
_TOLD: Final = {
    Refused.WRONG: (_UNPROCESSABLE, "账户或者密码不对，也可能账户已停用"),
    Refused.WAIT: (429, f"失败的次数太多，{WINDOW // _MINUTE}分钟以后再试；忘了密码，请管理员重设"),
    Refused.BUSY: (503, "同时登录的人太多，过一会儿再试"),
}


@dataclass(frozen=True, slots=True)
class Entrance:
    """The pages of one gate, whose `door` is there. `page`: fills a template."""

    gate: Gate
    door: Door
    page: Page

    def show(self, request: Request) -> Response:
        """Show the door."""
        return self._shown(request, _wanted(request.query_params), "", ())

    def enter(self, request: Request, form: FormData) -> Response:
        """Let somebody in, or say that they aren't."""
        name, after = _text(form, "name"), _wanted(form)
        browser = cookie(self.gate, request, "browser")
        found = self.door.enter(name, _text(form, "password"), address_of(request), browser, now())
        if isinstance(found, Refused):
            status, words = _TOLD[found]
            return self._shown(request, after, name, (words,), status)
        answer = RedirectResponse(after, _SEE_OTHER)
        put_cookie(self.gate, answer, "session", found.session, LASTS)
        put_cookie(self.gate, answer, "browser", found.browser, _KNOWN_FOR)
        return answer

    def leave(self, visitor: Visitor) -> Response:
        """End the session."""
        if visitor.account is not None:
            self.door.leave(visitor.key, visitor.account, visitor.address, now())
        answer = RedirectResponse("/sign-in", _SEE_OTHER)
        put_cookie(self.gate, answer, "session", "", 0)
        return answer

    def password(self, errors: tuple[str, ...] = ()) -> Response:
        """Show the page on which people change their own password."""
        status = _UNPROCESSABLE if errors else 200
        return self.page("password.html", status, errors=errors, shortest=SHORTEST)

    def change_password(self, visitor: Visitor, form: FormData) -> Response:
        """Change one's own password; one signs in by it again."""
        assert visitor.account is not None
        new = _text(form, "new")
        if new != _text(form, "again"):
            return self.password(("两遍新密码不一样",))
        try:
            self.door.change_password(visitor.account, _text(form, "old"), new, visitor.address, now())
        except BusyError:
            return self.password((_TOLD[Refused.BUSY][1],))
        except DiagnosticsError as error:
            return self.password(in_brief(error.diagnostics))
        return RedirectResponse("/sign-in?changed=1", _SEE_OTHER)

    def accounts(
        self,
        errors: tuple[str, ...] = (),
        written: dict[str, str] | None = None,
        first: tuple[str, str] = ("", ""),
    ) -> Response:
        """List the accounts, and who may do what. `first`: an account with its first password, which is shown this once."""
        table = [(act.value, tuple(role in MAY[act] for role in Role)) for act in Act]
        return self.page(
            "accounts.html",
            _UNPROCESSABLE if errors else 200,
            current="账户",
            accounts=Accounts(self.door.store).all(),
            roles=[role.value for role in Role],
            table=table,
            errors=errors,
            written=written or {},
            first=first,
        )

    def add(self, visitor: Visitor, form: FormData) -> Response:
        """Make an account, with a first password that its person changes."""
        written = {key: _text(form, key).strip() for key in ("name", "person", "role")}
        password = secrets.token_urlsafe(_BYTES)
        accounts = Accounts(self.door.store)
        try:
            role = _role(written["role"])
            made = accounts.add(
                written["name"], written["person"], role, password, now=now(), by=visitor.actor
            )
        except DiagnosticsError as error:
            return self.accounts(in_brief(error.diagnostics), written)
        return self.accounts(first=(made.name, password))

    def change(self, visitor: Visitor, name: str, what: str, form: FormData) -> Response:
        """Give an account another role, or another first password."""
        accounts, password = Accounts(self.door.store), secrets.token_urlsafe(_BYTES)
        try:
            if what == "role":
                accounts.give(name, _role(_text(form, "role")), now=now(), by=visitor.actor)
                return RedirectResponse("/accounts", _SEE_OTHER)
            accounts.set_password(name, password, now=now(), by=visitor.actor)
        except DiagnosticsError as error:
            return self.accounts(in_brief(error.diagnostics))
        return self.accounts(first=(name, password))

    def switch(self, visitor: Visitor, name: str, *, on: bool) -> Response:
        """Let an account in again, or no longer."""
        accounts = Accounts(self.door.store)
        change: Callable[..., Account] = accounts.enable if on else accounts.disable
        try:
            change(name, now=now(), by=visitor.actor)
        except DiagnosticsError as error:
            return self.accounts(in_brief(error.diagnostics))
        return RedirectResponse("/accounts", _SEE_OTHER)

    def trail(self, query: QueryParams) -> Response:
        """List what was done, the newest first."""
        before = int(query["before"]) if query.get("before", "").isdecimal() else None
        account, event = query.get("account", "").strip(), query.get("event", "").strip()
        found = latest(self.door.store, most=_MOST + 1, before=before, account=account, event=event)
        lines = [(moment_words(one.at), one) for one in found[:_MOST]]
        return self.page(
            "trail.html",
            current="日志",
            lines=lines,
            more=found[_MOST - 1].number if len(found) > _MOST else None,
            events=[event.value for event in Event],
            asked={"account": account, "event": event},
        )

    def _shown(
        self, request: Request, after: str, name: str, errors: tuple[str, ...], status: int = 200
    ) -> Response:
        key = cookie(self.gate, request, "entry") or secrets.token_urlsafe(_BYTES)
        answer = self.page(
            "sign-in.html",
            status,
            errors=errors,
            after=after,
            written=name,
            is_changed="changed" in request.query_params,
            idle=IDLE // _MINUTE,
            csrf=form_token(key),
        )
        put_cookie(self.gate, answer, "entry", key)
        return answer


def _role(written: str) -> Role:
    found = next((role for role in Role if role.value == written), None)
    if found is None:
        raise DiagnosticsError(
            [Diagnostic(code="PE551", message="没有选角色", help=f"选{'、'.join(one.value for one in Role)}")]
        )
    return found


def to_the_door(request: Request) -> Response:
    """Send somebody to the door who comes back here from there."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/sign-in?next={quote(request.url.path + query)}", _SEE_OTHER)


def _wanted(given: QueryParams | FormData) -> str:
    written = given.get("next", "")
    return written if isinstance(written, str) and _OWN.fullmatch(written) else "/"


def _text(form: FormData, key: str) -> str:
    value = form.get(key)
    return value if isinstance(value, str) else ""
