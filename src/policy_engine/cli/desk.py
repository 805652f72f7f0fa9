"""`policy-engine serve`: the desk in a browser, on this machine alone or, with accounts, for others."""

from __future__ import annotations

import faulthandler
import os
import socket
from pathlib import Path

import click

from policy_engine.cli.chinese import Command, Whole
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import GivenPath
from policy_engine.cli.recording import place_option
from policy_engine.cli.rule_base import compiled_from, rule_base, rule_base_options, sources_of
from policy_engine.cli.streams import write_out
from policy_engine.foundation.text import shown_path

_HELP = """打开审核台：在浏览器里查事项、查企业、查派员、查合同，看规则库，登记和核对意见。

不写 --host 的，只在本机（127.0.0.1）打开，不用账户；没有办完的事存在 --data 的目录里，别的用户看不到。
给别的机器用，要有账户（policy-engine accounts add），并且用 https：自己带证书（--cert、--key），
或者前面有代理收发 https（--trusted-proxy）；少一样就不打开。
Ctrl-C 停止。"""
_HOST = "127.0.0.1"
# More at once than any office has, fewer than fill the memory.
_MOST_AT_ONCE = 256
_LAST_SECONDS = 10
# Seconds in which nothing at all moves, not even what says that it is alive.
_STUCK_SECONDS = 120
_PORT = 8102


@click.command(cls=Command, help=_HELP)
@click.option("--port", type=Whole(0, 65535), default=_PORT, show_default=True, help="端口；0 为任意空着的")
@click.option(
    "--host", default=_HOST, show_default=True, metavar="地址", help="在哪个地址上打开；0.0.0.0 为全部"
)
@click.option("--cert", type=GivenPath(), metavar="文件", help="证书（PEM，连同中间证书）")
@click.option("--key", type=GivenPath(), metavar="文件", help="证书的私钥（PEM，不加密）")
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="地址",
    help="前面收发 https 的代理的地址或者网段，可以写几次；只接受它转来的请求",
)
@click.option("--accounts", is_flag=True, help="只在本机打开也要登录：几个人共用的机器")
@click.option("--data", type=GivenPath(), metavar="目录", help="没有办完的事存在哪里；不写存在用户的数据目录")
@place_option
@rule_base_options
def serve(
    *,
    port: int,
    host: str,
    cert: Path | None,
    key: Path | None,
    proxies: tuple[str, ...],
    accounts: bool,
    data: Path | None,
    place: str | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Serve until somebody stops it."""
    import uvicorn  # noqa: PLC0415 - help needs none of it

    from policy_engine.web.app import make_app  # noqa: PLC0415
    from policy_engine.web.gate import Reach, gate_for  # noqa: PLC0415
    from policy_engine.web.patience import Patient  # noqa: PLC0415

    reach = Reach(host=host, cert=cert, key=key, proxies=proxies, accounts=accounts, place=place)
    gate = gate_for(reach)
    base = rule_base(rules, schemas)
    sources = sources_of(base)
    compiled = compiled_from(sources, base.name, reads_examples=True)
    folder = data if data is not None else _data_folder()
    listener = _listener(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"{'https' if cert is not None else 'http'}://{shown}:{listener.getsockname()[1]}/"
    write_out(f"审核台：{address}（没有办完的事存在 {shown_path(str(folder))}；Ctrl-C 停止）")
    app = make_app(compiled, sources, folder, place, gate)

    async def alive() -> None:
        # What a C function keeps this process from for so long, nothing in it will end: whoever started it starts it anew.
        faulthandler.dump_traceback_later(_STUCK_SECONDS, exit=True)

    config = uvicorn.Config(
        app,
        http=Patient,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        # Who sends requests on is looked at by the desk itself.
        proxy_headers=False,
        limit_concurrency=_MOST_AT_ONCE,
        timeout_graceful_shutdown=_LAST_SECONDS,
        callback_notify=alive,
        timeout_notify=_STUCK_SECONDS // 4,
        ssl_certfile=cert,
        ssl_keyfile=key,
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        faulthandler.cancel_dump_traceback_later()
    return Exit.PERMITTED


def _listener(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        told = f"`{host}` 不是这台机器的地址；写 IP 地址，或者 0.0.0.0"
        raise click.UsageError(told, click.get_current_context()) from None
    # Named as TCP, or answers in two parts would wait for one another: only then asyncio turns Nagle's algorithm off.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
        # Whoever reads the address may come before the server is up: they wait, and aren't turned away.
        listener.listen()
    except OSError as error:
        listener.close()
        told = f"{host} 的端口 {port} 打不开：{error.strerror}；用 --port 换一个，或者先停掉占用它的程序"
        raise click.UsageError(told, click.get_current_context()) from None
    return listener


def _data_folder() -> Path:
    root = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (root if root.is_absolute() else Path.home() / ".local" / "share") / "policy-engine" / "drafts"
