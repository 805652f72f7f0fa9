"""How the desk is reached, and who is let in: on this machine alone without accounts, from elsewhere never without."""

from __future__ import annotations

import hashlib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response

from policy_engine.accounts.roles import Act
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.text import shown_path

if TYPE_CHECKING:  # the part may not be installed
    from policy_engine.accounts.entering import Door
    from policy_engine.accounts.people import Account
    from policy_engine.accounts.trail import Actor

Networks = tuple[IPv4Network | IPv6Network, ...]
# Where the guard notes from which address a request came.
ADDRESS: Final = "policy_engine.address"
_ADD: Final = "policy-engine accounts add 账户 --role 管理员 --person 姓名"


@dataclass(frozen=True, slots=True)
class Gate:
    """How requests come in. `door`: where people sign in, `None` where only this machine asks and nobody has to.

    `is_secure`: browsers speak TLS, to the desk or to a proxy; `proxies`: the only ones that requests may come from.
    """

    door: Door | None = None
    is_secure: bool = False
    proxies: Networks = ()


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `account`: `None` where nobody has to sign in; `key`: of the session; `address`: where from."""

    account: Account | None
    key: str
    address: str

    def may(self, act: Act) -> bool:
        """Say whether they may do something."""
        return self.account is None or self.account.may(act)

    @property
    def actor(self) -> Actor:
        """Name them for the trail."""
        from policy_engine.accounts.trail import Actor  # noqa: PLC0415 - the part may be absent

        if self.account is None:
            return Actor("", "", self.address)
        return Actor(self.account.name, self.account.person, self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How somebody wants the desk to be reached, as it was written. `place`: of the records, and so of the accounts."""

    host: str
    cert: Path | None = None
    key: Path | None = None
    proxies: Sequence[str] = ()
    accounts: bool = False
    place: str | None = None


def gate_for(reach: Reach) -> Gate:
    """Make the gate, or refuse to open the desk half guarded. Raises `DiagnosticsError`."""
    if (reach.cert is None) is not (reach.key is None):
        raise DiagnosticsError([_closed("证书和私钥只写了一样", "--cert 证书.pem 和 --key 私钥.pem 一起写")])
    proxies = tuple(map(_network, reach.proxies))
    is_secure = reach.cert is not None or bool(proxies)
    if not is_loopback(reach.host) and not is_secure:
        raise DiagnosticsError(
            [
                _closed(
                    f"`{reach.host}` 从别的机器也能到，密码和案情会明文经过网络",
                    "写 --cert 证书.pem --key 私钥.pem；前面有代理收发 https 的，写 --trusted-proxy 代理的地址；"
                    "只在本机用的，不写 --host",
                )
            ]
        )
    if reach.cert is not None and reach.key is not None:
        _try_certificate(reach.cert, reach.key)
    if not (is_secure or reach.accounts):
        return Gate()
    return Gate(_door(reach.place), is_secure, proxies)


def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _door(place: str | None) -> Door:
    from policy_engine.accounts.entering import Door  # noqa: PLC0415 - the part may be absent
    from policy_engine.accounts.people import Accounts  # noqa: PLC0415
    from policy_engine.records.locating import place_of  # noqa: PLC0415
    from policy_engine.records.store import open_store  # noqa: PLC0415

    where = place_of(place)
    if where.file is not None and not where.file.exists():
        raise DiagnosticsError([_closed(f"`{where.shown}` 里还没有账户", f"先建账户：{_ADD}")])
    store = open_store(where)
    if not Accounts(store).active():
        raise DiagnosticsError([_closed(f"`{where.shown}` 里没有能用的账户", f"先建账户：{_ADD}")])
    return Door(store)


def _network(written: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(written.strip())
    except ValueError:
        raise DiagnosticsError(
            [_closed(f"`{written}` 不是代理的地址", "写 IP 地址或者网段，例如 127.0.0.1、10.0.0.0/24")]
        ) from None


def _try_certificate(cert: Path, key: Path) -> None:
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # A key under a password would be asked for at the keyboard, which a service has none of.
        context.load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DiagnosticsError(
            [
                _closed(
                    f"证书 `{shown_path(str(cert))}` 或者私钥 `{shown_path(str(key))}` 用不了：{reason}",
                    "用 PEM 格式，私钥不加密、与证书成对，运行的用户读得到",
                )
            ]
        ) from None


def _closed(message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code="PE552", message=f"{message}，没有打开", help=help_text)


# ---------------------------------------------------------------- who asks


def now() -> int:
    """Read the clock: seconds since 1970."""
    return int(time.time())


def address_of(request: Request) -> str:
    """Give the address that a request came from."""
    return str(request.scope.get(ADDRESS, ""))


def visitor_of(gate: Gate, request: Request) -> Visitor | None:
    """Find who asks; `None` where nobody is signed in who should be. Raises `DiagnosticsError`."""
    if gate.door is None:
        return Visitor(None, "", address_of(request))
    key = cookie(gate, request, "session")
    account = gate.door.of_session(key, now()) if key else None
    return Visitor(account, key, address_of(request)) if account is not None else None


def form_token(key: str) -> str:
    """Give what every form of a session carries: whoever can make a browser send one can't read it."""
    return hashlib.sha256(f"form {key}".encode()).hexdigest()


def cookie(gate: Gate, request: Request, what: str) -> str:
    """Read one of the desk's cookies, "" for none."""
    return request.cookies.get(_name(gate, what), "")


def put_cookie(gate: Gate, response: Response, what: str, value: str, lasts: int | None = None) -> None:
    """Give a browser a cookie that no script reads and no other site sends along with a form."""
    response.set_cookie(
        _name(gate, what),
        value,
        max_age=lasts,
        path="/",
        secure=gate.is_secure,
        httponly=True,
        samesite="lax",
    )


def _name(gate: Gate, what: str) -> str:
    # Under this prefix browsers take it from this host alone, and only over TLS.
    return f"__Host-{what}" if gate.is_secure else f"policy-engine-{what}"
