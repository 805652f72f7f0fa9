"""`policy-engine init`: a rule base of one's own that validates at once."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.completing import bases
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import GivenPath
from policy_engine.cli.streams import write_out
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.text import one_line
from policy_engine.loading.folders import LAW
from policy_engine.usecases.extending import BUNDLE, PACKAGE, SHIPPED
from policy_engine.usecases.locating import MARK

_HELP = """新建一个规则库：一份文件、一个主题、登记、词条、例子、场景、提交前检查和工作流，建好就能通过检查。

FOLDER 是放在哪个目录，没有的由程序建立；不写则是当前目录。不改、不盖已有的文件，有挡着的就都不写。
退出码：0 已建好；2 有文件挡着，或者写不进去。"""


@click.command("init", cls=Command, help=_HELP, arguments=[("[FOLDER]", "目录，默认当前目录")])
@click.argument("folder", metavar="[FOLDER]", required=False, type=GivenPath())
@click.option(
    "--extends",
    metavar="基础",
    shell_complete=bases,
    help=f"铺在别的规则库上，只写自己的：{SHIPPED}、规则库所在目录、规则库的包（{BUNDLE}），或者 {PACKAGE}包名",
)
def init(*, folder: Path | None, extends: str | None) -> int:
    """Start a rule base and say what is next."""
    there = folder or Path()
    files = _started(there, _written(extends, there) if extends is not None else "")
    where = "" if there.resolve() == Path.cwd().resolve() else f"cd {shlex.quote(str(there))} && "
    write_out(f"已建好规则库 {one_line(str(there))}：{len(files)} 个文件。接着：")
    write_out(
        f"  {one_line(where)}policy-engine validate && policy-engine test    检查、运行例子，都应当通过"
    )
    write_out("  把 validate 列出的“【待填：……】”换成自己的内容，从 rules/registers/documents.yaml 开始")
    law = next(file for file in files if file.endswith(f"/{LAW}"))
    write_out(f"  改 {law} 里的规则；各放在哪里见 README.md")
    return Exit.PERMITTED


def _started(there: Path, extends: str) -> tuple[str, ...]:
    from policy_engine.usecases.starting import start  # noqa: PLC0415 - help needs none of it

    try:
        return start(there, extends)
    except DiagnosticsError as error:
        first = error.diagnostics[0]
        if first.code != "PE019":
            raise
        # The register that it would stand in was never written.
        raise click.UsageError(f"{first.message}；{first.help}", click.get_current_context()) from None


def _written(extends: str, there: Path) -> str:
    """Write what a rule base is to lie on as its register says it: a folder or a bundle was named from the current one."""
    if extends in (SHIPPED, "shipped"):
        return SHIPPED
    if extends.startswith(PACKAGE):
        return extends
    named = Path(extends)
    is_bundle = named.suffix == BUNDLE and named.is_file()
    if not is_bundle and not (named / "rules" / MARK).is_file():
        forms = f"自带的规则库写 {SHIPPED}，已安装的包写 {PACKAGE}包名，bundle build 装成的写到 {BUNDLE}"
        message = f"`{extends}` 里没有规则库（缺 rules/{MARK}）；{forms}"
        raise click.UsageError(message, click.get_current_context())
    try:
        return Path(os.path.relpath(named.resolve(), there.resolve())).as_posix()
    except ValueError:
        message = f"`{extends}` 在另一个盘上，写不成从规则库目录起的路径；放到同一个盘上"
        raise click.UsageError(message, click.get_current_context()) from None
