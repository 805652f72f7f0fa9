"""What every request and answer goes through: who may ask, how much, and what a browser may do with the answer."""

from __future__ import annotations

import asyncio
import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_engine.web.gate import ADDRESS, Gate, Networks

# A case and its texts; more is a mistake or an attack.
MOST_BYTES: Final = 1_000_000
# A list of as many rows as are decided at once.
MOST_UPLOADED: Final = 10_000_000
_UPLOADS: Final = "/ledgers"
# Seconds in which an answer must be found, and for what goes through all records; `waiting` says how.
ANSWER_SECONDS: Final = 30.0
WHOLE_SECONDS: Final = 300.0
_WHOLE: Final = re.compile(r"/(api/v1/)?records(/verify|/export)?|/ledgers")
# Seconds after which it is worth to ask again.
RETRY: Final = {"Retry-After": "5"}
# Seconds in which the whole of a body must come.
BODY_SECONDS: Final = 30.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
_SAFE: Final = frozenset({"GET", "HEAD"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip")
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
_SECURE: Final = {"Strict-Transport-Security": "max-age=31536000"}


class TooLargeError(Exception):
    """Raised while a body is read that is larger than any form here."""


class TooSlowError(Exception):
    """Raised while a body is read that doesn't come to its end."""


class _RefusedError(Exception):
    """Raised where a request came another way than it may."""


class Guard:
    """Refuses what comes another way than the gate says; adds the headers that pages are shown under.

    Where nobody signs in, nobody but this machine may ask: a name that isn't loopback (a page of the net that was made
    to point here) and what a proxy sends on are refused. A form that another site sent is refused everywhere.
    """

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate
        self.headers = _HEADERS | (_SECURE if gate.is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sending = _with_headers(send, self.headers)
        try:
            scope[ADDRESS] = _admitted(scope, self.gate)
        except _RefusedError as error:
            await PlainTextResponse(str(error), status_code=403)(scope, receive, sending)
            return
        await self.app(
            scope, _bounded(receive, MOST_UPLOADED if scope["path"] == _UPLOADS else MOST_BYTES), sending
        )


def seconds_for(path: str) -> float:
    """Give how long an answer at an address may take."""
    return WHOLE_SECONDS if _WHOLE.fullmatch(path) else ANSWER_SECONDS


def _admitted(scope: Scope, gate: Gate) -> str:
    """Give the address that a request came from. Raises `_RefusedError`."""
    headers = Headers(scope=scope)
    host, peer = headers.get("host", ""), str((scope.get("client") or ("",))[0])
    if gate.door is None:
        if _hostname(f"//{host}") not in _LOOPBACK:
            raise _RefusedError("只在本机使用：用 http://127.0.0.1 打开")
        if any(name in headers for name in _FORWARDED):
            raise _RefusedError("这是代理转来的，别的机器用要有账户：用 serve --trusted-proxy 打开")
    elif gate.proxies:
        peer = _through_a_proxy(headers, peer, gate.proxies)
    if scope["method"] not in _SAFE:
        scheme = "https" if gate.is_secure else "http"
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        # Not every browser sends an origin, or says where a request comes from: what is said must fit.
        if origin not in (None, f"{scheme}://{host}") or site not in (None, "same-origin", "none"):
            raise _RefusedError("这个请求不是从本页面发出的")
    return peer


def _through_a_proxy(headers: Headers, peer: str, proxies: Networks) -> str:
    if not _is_among(peer, proxies):
        raise _RefusedError("只接受代理转来的请求")
    if _listed(headers, "x-forwarded-proto")[-1:] != ["https"]:
        raise _RefusedError("代理没有说明浏览器用的是 https：设 X-Forwarded-Proto")
    told = [one for one in _listed(headers, "x-forwarded-for") if one]
    if not told:
        raise _RefusedError("代理没有说明请求从哪里来：设 X-Forwarded-For")
    # What stands left of the last stranger was written by the stranger; without one, a proxy's own machine asks.
    strangers = [one for one in told if not _is_among(one, proxies)]
    try:
        return str(ip_address(strangers[-1] if strangers else told[0]))
    except ValueError:
        raise _RefusedError("X-Forwarded-For 里不是地址") from None


def _listed(headers: Headers, name: str) -> list[str]:
    return [one.strip() for value in headers.getlist(name) for one in value.split(",")]


def _is_among(address: str, networks: Networks) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in one for one in networks)


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _bounded(receive: Receive, most: int) -> Receive:
    read, is_whole, until = 0, False, asyncio.get_running_loop().time() + BODY_SECONDS

    async def bounded() -> Message:
        nonlocal read, is_whole
        if is_whole:
            # From here on it is only told when the client leaves, which may be never.
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            raise TooSlowError from None
        # Counted as it comes: what a request says of its own length is not believed.
        read += len(message.get("body", b""))
        is_whole = not message.get("more_body", False)
        if read > most:
            raise TooLargeError
        return message

    return bounded


def _with_headers(send: Send, told: dict[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in told.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
