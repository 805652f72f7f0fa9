"""`policy-engine lsp` and `mcp`: what serves is imported only to serve, not for a help page."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import rule_base_options


@click.command(
    "lsp", cls=Command, help="规则文件的语言服务器（标准输入输出），供编辑器调用，见 docs/editors.md。"
)
def lsp() -> int:
    """Serve until the editor ends."""
    from policy_engine.cli.lsp import make_server  # noqa: PLC0415 - a third of a second

    make_server().start_io()
    return Exit.PERMITTED


_MCP = """供语言模型的助手调用（MCP，标准输入输出）：审查、读文字、一问一答、查规则，别的都不开放。

结论只由规则得出，附依据的条款和原文；助手只能问，不能改规则，也不留存案件。"""


@click.command("mcp", cls=Command, help=_MCP)
@rule_base_options
def mcp(*, rules: Path | None, schemas: Path | None) -> int:
    """Serve until the assistant ends."""
    from policy_engine.cli.assistant import serve  # noqa: PLC0415 - half a second

    serve(rules, schemas)
    return Exit.PERMITTED
