"""How the desk is opened, and what comes through a proxy: never half guarded."""

import socket
import ssl
import subprocess
import threading
from contextlib import suppress
from http.client import HTTPConnection

import pytest
import uvicorn
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from accounts.made import add, cheap, store_in
from policy_engine.accounts.roles import Role
from policy_engine.cli.app import app as program
from policy_engine.cli.desk import _listener
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.web import guard, patience
from policy_engine.web.gate import ADDRESS, Gate, Reach, gate_for, is_loopback
from policy_engine.web.guard import Guard, TooSlowError

PROXY = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}


@pytest.fixture
def place(tmp_path, monkeypatch) -> str:
    cheap(monkeypatch)
    store = store_in(tmp_path)
    add(store, Role.ADMIN)
    return str(store.place.file)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A certificate and its key, as an office would have them."""
    folder = tmp_path_factory.mktemp("证书")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    return cert, key


def refusal(**told) -> str:
    with pytest.raises(DiagnosticsError) as error:
        gate_for(Reach(**{"host": "0.0.0.0"} | told))
    (one,) = error.value.diagnostics
    assert ("PE552", True) == (one.code, bool(one.help))
    assert one.message.endswith("没有打开")
    return one.message


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_on_loopback_nobody_signs_in(host) -> None:
    assert Gate() == gate_for(Reach(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "desk.example", ""])
def test_elsewhere_neither_tls_nor_a_proxy_is_refused_even_with_accounts(host, place) -> None:
    assert not is_loopback(host)
    assert "明文" in refusal(host=host, place=place)
    assert "明文" in refusal(host=host, place=place, accounts=True)


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_without_accounts_nobody_elsewhere_is_let_near(host, tmp_path, pair) -> None:
    absent = str(tmp_path / "没有.sqlite")
    cert, key = pair
    for told in ({"proxies": ["127.0.0.1"]}, {"cert": cert, "key": key}):
        assert "还没有账户" in refusal(host=host, place=absent, **told)
    assert "还没有账户" in refusal(host="127.0.0.1", place=absent, accounts=True)
    empty = store_in(tmp_path)
    assert "没有能用的账户" in refusal(host=host, place=str(empty.place.file), proxies=["127.0.0.1"])
    assert not (tmp_path / "没有.sqlite").exists()


def test_a_certificate_that_cannot_be_used_is_told_before_anything_opens(pair, tmp_path, place) -> None:
    cert, key = pair
    assert "只写了一样" in refusal(cert=cert, place=place)
    assert "只写了一样" in refusal(key=key, place=place)
    assert "用不了" in refusal(cert=cert, key=tmp_path / "没有.pem", place=place)
    assert "用不了" in refusal(cert=key, key=cert, place=place)
    locked = tmp_path / "locked.pem"
    subprocess.run(
        ["openssl", "ec", "-in", str(key), "-aes256", "-passout", "pass:x123456", "-out", str(locked)],
        check=True,
        capture_output=True,
    )
    assert "用不了" in refusal(cert=cert, key=locked, place=place)


def test_what_is_no_address_is_no_proxy(place) -> None:
    assert "不是代理的地址" in refusal(proxies=["nginx"], place=place)


def test_with_accounts_and_tls_or_a_proxy_it_opens(pair, place) -> None:
    cert, key = pair
    for told in ({"proxies": ["127.0.0.1", "10.0.0.0/8"]}, {"cert": cert, "key": key}):
        found = gate_for(Reach(host="0.0.0.0", place=place, **told))
        assert (True, True) == (found.door is not None, found.is_secure)
    found = gate_for(Reach(host="127.0.0.1", place=place, accounts=True))
    assert (True, False) == (found.door is not None, found.is_secure)


def test_the_command_refuses_and_says_how(tmp_path) -> None:
    found = CliRunner().invoke(program, ["serve", "--host", "0.0.0.0", "--port", "0"])
    assert 2 == found.exit_code
    for told in ("PE552", "--cert", "--trusted-proxy"):
        assert told in found.stderr
    found = CliRunner().invoke(
        program,
        [
            *("serve", "--host", "0.0.0.0", "--trusted-proxy", "127.0.0.1"),
            *("--records", str(tmp_path / "记录.sqlite")),
        ],
    )
    assert (2, True) == (found.exit_code, "policy-engine accounts add" in found.stderr)


# ---------------------------------------------------------------- the guard


def behind(gate: Gate, peer: str = "127.0.0.1") -> TestClient:
    async def echo(request):
        return PlainTextResponse(request.scope[ADDRESS])

    inner = Starlette(
        routes=[Route("/", echo, methods=["GET", "POST"])], middleware=[Middleware(Guard, gate=gate)]
    )
    return TestClient(inner, base_url="http://127.0.0.1:8102", client=(peer, 5))


@pytest.fixture
def proxied(place) -> Gate:
    return gate_for(Reach(host="127.0.0.1", proxies=["127.0.0.1", "10.1.0.0/16"], place=place))


@pytest.mark.parametrize(
    ("peer", "headers", "expected"),
    [
        ("127.0.0.1", {}, "192.0.2.7"),
        ("10.1.2.3", {}, "192.0.2.7"),
        ("127.0.0.1", {"x-forwarded-for": "1.1.1.1, 192.0.2.7"}, "192.0.2.7"),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7, 10.1.2.3"}, "192.0.2.7"),
        ("127.0.0.1", {"x-forwarded-for": "2001:db8::1"}, "2001:db8::1"),
        ("192.0.2.9", {}, None),
        ("127.0.0.1", {"x-forwarded-proto": "http"}, None),
        ("127.0.0.1", {"x-forwarded-proto": ""}, None),
        ("127.0.0.1", {"x-forwarded-proto": "https, http"}, None),
        ("127.0.0.1", {"x-forwarded-for": ""}, None),
        ("127.0.0.1", {"x-forwarded-for": "10.1.2.3"}, "10.1.2.3"),
        ("127.0.0.1", {"x-forwarded-for": "192.0.2.7, someone"}, None),
    ],
)
def test_only_what_a_trusted_proxy_vouches_for_is_let_in(peer, headers, expected, proxied) -> None:
    found = behind(proxied, peer).get("/", headers={key: v for key, v in (PROXY | headers).items() if v})
    assert (200, expected) == (found.status_code, found.text) if expected else 403 == found.status_code


def test_behind_a_proxy_browsers_are_told_to_keep_to_tls(proxied, place) -> None:
    assert "max-age" in behind(proxied).get("/", headers=PROXY).headers["strict-transport-security"]
    assert "strict-transport-security" not in behind(Gate()).get("/").headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://desk.example"}, 200),
        ({"origin": "http://desk.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "https://desk.example", "sec-fetch-site": "cross-site"}, 403),
        ({}, 200),
    ],
)
def test_a_form_of_another_site_is_refused_behind_a_proxy_too(headers, status, proxied) -> None:
    assert status == behind(proxied).post("/", headers={"host": "desk.example"} | PROXY | headers).status_code


@pytest.mark.parametrize("name", ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"])
def test_without_accounts_nothing_that_a_proxy_sends_on_is_answered(name) -> None:
    found = behind(Gate()).get("/", headers={name: "192.0.2.7"})
    assert (403, True) == (found.status_code, "--trusted-proxy" in found.text)


# ---------------------------------------------------------------- over the wire


def test_whoever_reads_the_address_can_come_at_once_and_is_answered_at_once() -> None:
    with _listener("127.0.0.1", 0) as listener:
        socket.create_connection(listener.getsockname(), timeout=60).close()
        # By this asyncio knows that small packets are not to wait for one another.
        assert socket.IPPROTO_TCP == listener.proto


@pytest.fixture
def wired(monkeypatch):
    """Serve an application as the command does, on a port of its own; gives how to begin."""
    running = []

    def begin(app, **more) -> int:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        # Before the server is up, so that who connects at once waits instead of being refused.
        listener.listen()
        config = uvicorn.Config(
            app, http=patience.Patient, ws="none", log_level="critical", lifespan="off", **more
        )
        server = uvicorn.Server(config)
        monkeypatch.setattr(server, "install_signal_handlers", lambda: None, raising=False)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        running.append((server, thread, listener))
        return listener.getsockname()[1]

    yield begin
    for server, thread, listener in running:
        server.should_exit = True
        thread.join()
        listener.close()


def reading() -> Starlette:
    async def read(request):
        return PlainTextResponse(str(len(await request.body())))

    async def slow(_request, _error):
        return PlainTextResponse("slow", status_code=408)

    return Starlette(
        routes=[Route("/", read, methods=["GET", "POST"])],
        middleware=[Middleware(Guard, gate=Gate())],
        exception_handlers={TooSlowError: slow},
    )


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: 1\r\n"])
def test_who_sends_no_whole_head_is_hung_up_on(sent, wired, monkeypatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.1)
    port = wired(reading())
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(sent)
        with suppress(ConnectionResetError):
            assert b"" == client.recv(100)


def test_who_sends_no_whole_body_is_told(wired, monkeypatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.1)
    port = wired(reading())
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nab")
        assert client.recv(100).startswith(b"HTTP/1.1 408")


def test_who_sends_all_is_answered_and_asks_again_on_the_same_connection(wired) -> None:
    port = wired(reading())
    client = HTTPConnection("127.0.0.1", port, timeout=60)
    client.connect()
    first = client.sock
    for _ in range(2):
        client.request("POST", "/", b"ab")
        assert b"2" == client.getresponse().read()
        assert first is client.sock
    client.close()


def test_over_tls_it_answers_in_nothing_older(wired, pair) -> None:
    cert, key = pair
    port = wired(reading(), ssl_certfile=cert, ssl_keyfile=key)
    context = ssl.create_default_context(cafile=cert)
    with (
        socket.create_connection(("127.0.0.1", port), timeout=60) as bare,
        context.wrap_socket(bare, server_hostname="localhost") as client,
    ):
        assert client.version() in ("TLSv1.2", "TLSv1.3")
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 200")
