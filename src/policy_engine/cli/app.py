"""The root command: runs a subcommand, and turns whatever goes wrong into a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from policy_engine.cli.chinese import Group, usage_error_text
from policy_engine.cli.exits import Exit
from policy_engine.cli.streams import prepare_streams, write_error, write_out
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all

_COMMANDS = {
    "check": "policy_engine.cli.check:check",
    "rules": "policy_engine.cli.rules:rules",
    "schema": "policy_engine.cli.vocabulary:schema",
    "new": "policy_engine.cli.vocabulary:new",
    "catalogue": "policy_engine.cli.catalogue:catalogue",
    "cost": "policy_engine.cli.cost:cost",
    "validate": "policy_engine.cli.validate:validate",
    "analyse": "policy_engine.cli.analyse:analyse",
    "diff": "policy_engine.cli.diff:diff",
    "test": "policy_engine.cli.test:test",
    "fmt": "policy_engine.cli.fmt:fmt",
    "lsp": "policy_engine.cli.lsp:lsp",
    "sources": "policy_engine.cli.sources:sources",
}
_HELP = """判断一个事项能不能作为政府购买服务实施，并逐条说明依据；也检查服务合同、承接主体、
企业和区域是否属于重点对象、派员人数、隐患环节等。"""
_EPILOG = """第一次使用：
  policy-engine new 采购事项 > case.yaml     生成一份带说明的空白表，填写后
  policy-engine check case.yaml             审查，输出一页意见

退出码：0 可以实施；1 不得实施、须整改或依据冲突；2 用法或者输入有误；
        3 需补充核实或未涵盖；4 两个引擎不一致或者程序出错。"""


class Root(Group):
    """The program as a whole."""

    def main(  # type: ignore[override]  # narrows what click's overloads return
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run and exit. Never shows a traceback."""
        prepare_streams()
        sys.exit(self._run(args, prog_name or "policy-engine", extra))

    def _run(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        extra["standalone_mode"] = False
        try:
            code = super().main(args, prog_name, **extra)
            return code if isinstance(code, int) else Exit.PERMITTED
        except click.ClickException as error:
            write_error(usage_error_text(error))
            return Exit.BAD_INPUT
        except DiagnosticsError as error:
            write_error(render_all(error.diagnostics, {}))
            return Exit.BAD_INPUT
        except (click.Abort, KeyboardInterrupt):
            return Exit.INTERRUPTED
        except OSError as error:
            write_error(f"无法读写：{error.filename or '输出'}（系统错误 {error.errno}），检查磁盘空间和权限")
            return Exit.BROKEN
        except Exception as error:
            write_error(_internal_error(error))
            return Exit.BROKEN


def _internal_error(error: Exception) -> str:
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    place = frames[-1] if frames else "?"
    return (
        f"内部错误：程序没有能够处理这次输入，未作出任何结论。\n  位置：{place}\n"
        "  请把命令、输入文件和这段文字一并报告给规则库维护人员。"
    )


@click.group(cls=Root, lazy=_COMMANDS, help=_HELP, epilog=_EPILOG, invoke_without_command=True)
@click.option("--version", is_flag=True, help="显示版本")
@click.pass_context
def app(ctx: click.Context, *, version: bool) -> int:
    """Hold the subcommands."""
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415 - slow, and rarely wanted

        write_out(f"policy-engine {installed('policy-engine')}")
        ctx.exit()
    if ctx.invoked_subcommand is None:
        raise click.UsageError("缺少命令", ctx)
    return Exit.PERMITTED
