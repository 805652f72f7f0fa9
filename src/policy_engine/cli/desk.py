"""`policy-engine serve`: the desk in a browser, on this machine alone."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import GivenPath
from policy_engine.cli.recording import place_option
from policy_engine.cli.rule_base import compiled_from, rule_base, rule_base_options, sources_of
from policy_engine.cli.streams import write_out
from policy_engine.foundation.text import shown_path

_HELP = """打开审核台：在浏览器里查事项、查企业、查派员、查合同，看规则库，登记和核对意见。

只在本机（127.0.0.1）打开，不用账号；没有办完的事存在 --data 的目录里，别的用户看不到。
Ctrl-C 停止。"""
_HOST = "127.0.0.1"
_PORT = 8102


@click.command(cls=Command, help=_HELP)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True, help="端口；0 为任意空着的"
)
@click.option("--data", type=GivenPath(), metavar="目录", help="没有办完的事存在哪里；不写存在用户的数据目录")
@place_option
@rule_base_options
def serve(
    *, port: int, data: Path | None, place: str | None, rules: Path | None, schemas: Path | None
) -> int:
    """Serve until somebody stops it."""
    import uvicorn  # noqa: PLC0415 - help needs none of it

    from policy_engine.web.app import make_app  # noqa: PLC0415

    base = rule_base(rules, schemas)
    sources = sources_of(base)
    compiled = compiled_from(sources, base.name, reads_examples=True)
    folder = data if data is not None else _data_folder()
    listener = _listener(port)
    address = f"http://{_HOST}:{listener.getsockname()[1]}/"
    write_out(f"审核台：{address}（没有办完的事存在 {shown_path(str(folder))}；Ctrl-C 停止）")
    app = make_app(compiled, sources, folder, place)
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
    return Exit.PERMITTED


def _listener(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError as error:
        listener.close()
        told = f"端口 {port} 打不开：{error.strerror}；用 --port 换一个，或者先停掉占用它的程序"
        raise click.UsageError(told, click.get_current_context()) from None
    return listener


def _data_folder() -> Path:
    root = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (root if root.is_absolute() else Path.home() / ".local" / "share") / "policy-engine" / "drafts"
