"""`policy-engine help COMMAND`: the same page as `policy-engine COMMAND --help`."""

from __future__ import annotations

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.streams import write_out


@click.command(
    "help",
    cls=Command,
    help="显示一个命令的帮助。",
    arguments=[("[COMMAND]...", "命令，例如 check 或 rules list")],
)
@click.argument("command", metavar="[COMMAND]...", nargs=-1)
@click.pass_context
def show_help(ctx: click.Context, *, command: tuple[str, ...]) -> int:
    """Find the command word by word, and print its help page."""
    found, at = ctx.find_root().command, ctx.find_root()
    for word in command:
        if not isinstance(found, click.Group):
            raise click.UsageError(f"{at.command_path} 没有下级命令 `{word}`", ctx)
        _, one, _ = found.resolve_command(at, [word])
        assert one is not None
        found, at = one, click.Context(one, parent=at, info_name=word)
    write_out(found.get_help(at))
    return Exit.PERMITTED
