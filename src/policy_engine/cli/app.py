"""The root command: runs a subcommand, and turns whatever goes wrong into a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from policy_engine.cli.chinese import Group, Lazy
from policy_engine.cli.exits import Exit
from policy_engine.cli.failing import asked, tell_failure
from policy_engine.cli.interrupts import interruptible, is_interrupt
from policy_engine.cli.run import Run
from policy_engine.cli.streams import prepare_streams, write_error, write_out

# The lines of the list stand here, so that `--help` imports no command.
_COMMANDS = {
    "check": Lazy("policy_engine.cli.check:check", "审查文件里的案件，说明结论和依据。"),
    "batch": Lazy("policy_engine.cli.batch:batch", "审查一份清单，每行写上结论和依据。"),
    "ask": Lazy("policy_engine.cli.ask:ask", "一次问一件事，边答边存，答完给出结论和填好的案件。"),
    "serve": Lazy(
        "policy_engine.cli.desk:serve", "打开审核台：在浏览器里查事项、查企业、查派员、查合同，看规则库。"
    ),
    "records": Lazy(
        "policy_engine.cli.groups:records", "查看登记过的意见，核对有没有被改过，按当时的规则库重审。"
    ),
    "accounts": Lazy("policy_engine.cli.groups:accounts", "审核台的账户：谁能登录，是什么角色，做过什么。"),
    "rules": Lazy("policy_engine.cli.groups:rules", "查看规则库里的规则。"),
    "schema": Lazy("policy_engine.cli.vocabulary:schema", "输出一个主题的词汇表（JSON Schema）。"),
    "new": Lazy("policy_engine.cli.vocabulary:new", "生成一份带说明的空白案件，填写后交 check 审查。"),
    "template": Lazy(
        "policy_engine.cli.template:template", "生成一份空白清单（Excel），发给各单位填，填好交 batch 审查。"
    ),
    "sql": Lazy("policy_engine.cli.sql:sql", "把一个主题的规则写成 SQL 视图，在数据库里逐行审查一张表。"),
    "screen": Lazy("policy_engine.cli.screen:screen", "从一段文字里读出写到的事实，逐项待人确认。"),
    "catalogue": Lazy("policy_engine.cli.catalogue:catalogue", "查指导性目录里的名称。"),
    "cost": Lazy("policy_engine.cli.cost:cost", "比较自行承担与购买服务的成本，列明算法和假设。"),
    "init": Lazy("policy_engine.cli.starting:init", "新建一个规则库，建好就能通过检查。"),
    "add": Lazy(
        "policy_engine.cli.groups:add", "在规则库里加一样东西的开头：文件、主题、字段、规则、参数、词条。"
    ),
    "validate": Lazy(
        "policy_engine.cli.validate:validate", "检查规则文件：语法、词汇、引用、出处、例子、单位、效力期。"
    ),
    "analyse": Lazy(
        "policy_engine.cli.analyse:analyse",
        "用求解器检查规则之间的关系：会不会冲突、有没有永远不起作用的规则、分类有没有缺口。",
    ),
    "diff": Lazy("policy_engine.cli.diff:diff", "比较两个版本的规则库：比的是含义，不是文字。"),
    "test": Lazy("policy_engine.cli.test:test", "运行规则的例子和写明预期的案件，说明条件覆盖了多少。"),
    "fmt": Lazy("policy_engine.cli.fmt:fmt", "排版规则文件：键的次序、缩进、规则之间的空行。"),
    "lsp": Lazy("policy_engine.cli.serve:lsp", "规则文件的语言服务器（标准输入输出），供编辑器调用。"),
    "mcp": Lazy("policy_engine.cli.serve:mcp", "供语言模型的助手调用（MCP，标准输入输出）。"),
    "bundle": Lazy("policy_engine.cli.groups:bundle", "把规则库装成一个能核对的文件，核对取得的包。"),
    "sources": Lazy("policy_engine.cli.groups:sources", "查看规则所依据的文件，核对来源文本。"),
    "help": Lazy("policy_engine.cli.help:show_help", "显示一个命令的帮助，例如 help check。"),
}
# What the system says of a path that somebody wrote, not of the machine.
_HELP = """判断一个事项能不能作为政府购买服务实施，并逐条说明依据；也检查服务合同、承接主体、企业和区域是否属于重点对象、派员人数、隐患环节等。"""
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
        with interruptible():
            code = self._run(args, prog_name or "policy-engine", extra)
        sys.exit(code)

    def _run(self, args: Sequence[str] | None, prog_name: str, extra: dict[str, Any]) -> int:
        run = Run()
        extra |= {"standalone_mode": False, "obj": run}
        try:
            code = super().main(args, prog_name, **extra)
            return code if isinstance(code, int) else Exit.PERMITTED
        except (click.Abort, KeyboardInterrupt):
            return Exit.INTERRUPTED
        except Exception as error:
            if is_interrupt(error):
                return Exit.INTERRUPTED
            return failed(run, error, sys.argv[1:] if args is None else args)


def is_slip(error: Exception) -> bool:
    """Tell whether an error tells of the command line."""
    return isinstance(error, click.ClickException)


def failed(run: Run, error: Exception, args: Sequence[str]) -> Exit:
    """Tell why a run failed, whatever it was, and give its exit code."""
    try:
        if isinstance(error, click.ClickException):
            asked(run, error, args)
        return tell_failure(run, error)
    except Exception:
        # What tells of errors may have one itself.
        write_error("内部错误：没有能够说明出错的原因，未作出任何结论。")
        return Exit.BROKEN


@click.group(
    cls=Root,
    lazy=_COMMANDS,
    help=_HELP,
    epilog=_EPILOG,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
