"""`policy-engine lsp`: the language server is imported only to serve, not for its help page."""

from __future__ import annotations

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit


@click.command(
    "lsp", cls=Command, help="规则文件的语言服务器（标准输入输出），供编辑器调用，见 docs/editors.md。"
)
def lsp() -> int:
    """Serve until the editor ends."""
    from policy_engine.cli.lsp import make_server  # noqa: PLC0415 - a third of a second

    make_server().start_io()
    return Exit.PERMITTED
