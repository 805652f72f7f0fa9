"""Click in Chinese: help pages, usage errors, and a choice that suggests what was meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.run import Run
from policy_engine.cli.streams import columns
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends
from policy_engine.foundation.width import display_width, wrap

_GAP = 2
# How click marks an option that must be given.
_REQUIRED = "  [required]"
_COLUMN = 26
_LONGEST_PROBLEM = 600
_LONGEST_NUMBER = 20


if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class NoArguments(click.UsageError):
    """Raised where a command group is called bare; its message is the help page."""


class OneOf(click.ParamType[str]):
    """A word of a closed list."""

    name = "词"

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in self.words:
            return str(value)
        return self.fail(f"没有 `{value}`，{did_you_mean(str(value), self.words)}", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002
        return "|".join(self.words)

    def shell_complete(
        self,
        ctx: click.Context,  # noqa: ARG002
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        """Offer the words that begin so."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only a shell asks

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


class Percent(click.ParamType[float]):
    """A number from 0 to 100."""

    name = "百分数"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        return number if 0 <= number <= 100 else self.fail(f"`{value}` 应为 0 到 100 的数", param, ctx)


class Count(click.ParamType[int]):
    """A number of at least 1."""

    name = "个数"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        is_count = text.isascii() and text.isdigit() and int(text) >= 1
        return int(text) if is_count else self.fail(f"`{value}` 应为 1 以上的整数", param, ctx)


class Whole(click.ParamType[int]):
    """A whole number between two, both included; `most`: `None` for any."""

    name = "整数"

    def __init__(self, least: int, most: int | None = None) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        # Longer ones Python won't even read.
        is_whole = text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER
        if is_whole and self.least <= int(text) and (self.most is None or int(text) <= self.most):
            return int(text)
        bounds = f"{self.least} 以上" if self.most is None else f"{self.least} 到 {self.most} "
        return self.fail(f"`{value}` 应为 {bounds}的整数", param, ctx)


class Folder(click.ParamType[Path]):
    """A folder that exists."""

    name = "目录"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.is_dir():
            return path
        what = "是文件，不是目录" if path.exists() else "目录不存在"
        return self.fail(f"`{value}` {what}，检查路径", param, ctx)


class Command(click.Command):
    """A command whose help and usage errors are Chinese."""

    def __init__(self, *args: Any, arguments: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        more.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **more)
        self.arguments = tuple(arguments)
        self.allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _located(error, ctx) from None
        if rest and not ctx.resilient_parsing:
            raise click.UsageError("多余的参数：" + " ".join(rest), ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        ctx.ensure_object(Run).command = " ".join(ctx.command_path.split()[1:])
        from policy_engine.cli.guarding import refuse_overwriting  # noqa: PLC0415 - help needs none of it

        refuse_overwriting(ctx)
        return super().invoke(ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(_help_page(self, ctx, (("参数", self.arguments), ("选项", _options(self, ctx)))))


@dataclass(frozen=True, slots=True)
class Lazy:
    """A command that is imported when it is called: where it is, as `module:name`, and its line in the list."""

    target: str
    help: str


class Group(click.Group):
    """A group of commands that are imported on demand; its own help imports none of them."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **more: Any) -> None:
        more.setdefault("options_metavar", "[选项]")
        more.setdefault("subcommand_metavar", "命令 [参数]...")
        super().__init__(*args, **more)
        self.lazy = dict(lazy)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.lazy, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        lazy = self.lazy.get(cmd_name)
        if lazy is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = lazy.target.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            raise NoArguments(ctx.get_help(), ctx)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _located(error, ctx) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if args and args[0] not in known:
            raise click.UsageError(
                f"没有命令 `{args[0]}`，{did_you_mean(args[0], known, likeness=0.65)}", ctx
            )
        return super().resolve_command(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(super().get_help_option(ctx))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, lazy.help) for name, lazy in self.lazy.items()]
        formatter.write(_help_page(self, ctx, (("命令", rows), ("选项", _options(self, ctx)))))


def usage_error_text(error: click.ClickException) -> str:
    """Write a click error in Chinese, with the way to the help page."""
    if isinstance(error, NoArguments):
        return error.message
    lines = [both_ends(f"用法错误：{usage_problem(error)}", _LONGEST_PROBLEM)]
    ctx = getattr(error, "ctx", None)
    if ctx is not None:
        lines += [f"用法：{_usage(ctx)}", f"查看帮助：{ctx.command_path} --help"]
    return "\n".join(lines)


def usage_problem(error: click.ClickException) -> str:
    """Say in Chinese what is wrong with a command line."""
    match error:
        case click.MissingParameter(param=param):
            return f"缺少{_kind(param)} {_shown(param)}"
        case click.NoSuchOption(option_name=name, possibilities=near):
            return f"没有选项 {name}" + (f"，是否为 {'、'.join(near)}？" if near else "")
        case click.BadOptionUsage(option_name=name, ctx=ctx):
            return f"选项 {name} 不带值" if name in _flags(ctx) else f"选项 {name} 后面要写一个值"
        case click.BadParameter(param=param, message=message):
            return f"{_kind(param)} {_shown(param)}：{message}"
        case _:
            return error.message


def _located(error: click.UsageError, ctx: click.Context) -> click.UsageError:
    # The parser leaves some errors without the command they belong to.
    error.ctx = error.ctx or ctx
    return error


def _kind(param: click.Parameter | None) -> str:
    return "参数" if isinstance(param, click.Argument) else "选项"


def _shown(param: click.Parameter | None) -> str:
    if param is None:
        return ""
    return param.human_readable_name if isinstance(param, click.Argument) else param.opts[0]


def _flags(ctx: click.Context | None) -> list[str]:
    params = ctx.command.params if ctx is not None else []
    return [name for p in params if isinstance(p, click.Option) and p.is_flag for name in p.opts] + ["--help"]


def _help_option(option: click.Option | None) -> click.Option | None:
    if option is not None:
        option.help = "显示本帮助"
    return option


def _usage(ctx: click.Context) -> str:
    return " ".join([ctx.command_path, *ctx.command.collect_usage_pieces(ctx)])


def _options(command: click.Command, ctx: click.Context) -> list[tuple[str, str]]:
    records = [p.get_help_record(ctx) for p in command.get_params(ctx) if isinstance(p, click.Option)]
    return [
        (name, text.removesuffix(_REQUIRED) + "（必填）" if text.endswith(_REQUIRED) else text)
        for name, text in (record for record in records if record is not None)
    ]


def _help_page(
    command: click.Command, ctx: click.Context, lists: Iterable[tuple[str, Sequence[tuple[str, str]]]]
) -> str:
    lines = [f"用法：{_usage(ctx)}", "", *(command.help or "").splitlines()]
    for title, rows in lists:
        if rows:
            lines += ["", f"{title}："]
            for name, text in rows:
                lines += _row(name, text)
    if command.epilog:
        lines += ["", *command.epilog.splitlines()]
    return "\n".join(part for line in lines for part in wrap(line, columns())) + "\n"


def _row(name: str, text: str) -> list[str]:
    width = display_width(name)
    if width > _COLUMN - _GAP:
        return [f"  {name}", *wrap(" " * (_COLUMN + _GAP) + text, columns())]
    return wrap(f"  {name}{' ' * (_COLUMN - width)}{text}", columns(), hanging=_COLUMN + _GAP)
