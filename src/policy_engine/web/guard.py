"""What every request and answer goes through: who may ask, how much, and what a browser may do with the answer."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A case and its texts; more is a mistake or an attack.
MOST_BYTES: Final = 1_000_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
_SAFE: Final = frozenset({"GET", "HEAD"})
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


class TooLargeError(Exception):
    """Raised while a body is read that is larger than any form here."""


class Guard:
    """Refuses what doesn't come from this machine's own pages; adds the headers that pages are shown under.

    Nobody signs in, so nobody but this machine may ask: a name that isn't loopback (a page of the net that was made to
    point here) and a form that another site sent are refused.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = _refused(scope)
        if refused is not None:
            await PlainTextResponse(refused, status_code=403)(scope, receive, _with_headers(send))
            return
        await self.app(scope, _bounded(receive), _with_headers(send))


def _refused(scope: Scope) -> str | None:
    headers = Headers(scope=scope)
    host = headers.get("host", "")
    if _hostname(f"//{host}") not in _LOOPBACK:
        return "只在本机使用：用 http://127.0.0.1 打开"
    if scope["method"] in _SAFE:
        return None
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    # Not every browser sends an origin, or says where a request comes from: what is said must fit.
    is_own = origin == f"http://{host}" if origin is not None else site in (None, "same-origin", "none")
    return None if is_own and site in (None, "same-origin", "none") else "这个请求不是从本页面发出的"


def _hostname(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _bounded(receive: Receive) -> Receive:
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        # Counted as it comes: what a request says of its own length is not believed.
        read += len(message.get("body", b""))
        if read > MOST_BYTES:
            raise TooLargeError
        return message

    return bounded


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
