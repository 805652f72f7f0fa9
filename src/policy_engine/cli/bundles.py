"""`policy-engine bundle build|verify`: a rule base in one file, and whether it is still what it was."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import GivenPath, WrittenPath
from policy_engine.cli.rule_base import choose_rule_base, rule_base_options
from policy_engine.cli.streams import write_out
from policy_engine.foundation.in_place import put_in_place
from policy_engine.foundation.text import one_line
from policy_engine.loading.files import refused_path

_BUILD = """把规则库连同它的基础装成一个文件，同样的内容逐字节相同；包里列出每个文件的摘要。

装以前先加载，有错误的不装。签名要装 policy-engine[signing]。退出码：0 已写；1 规则库有错误；2 用法有误。"""
_VERIFY = """核对一个规则库的包：每个文件与清单相同，能加载，签名对不对。

文件不多不少，版本与清单一致；签名要写 --key 才核对。

退出码：0 都对；2 有一处不对，不要用。"""


@click.command("build", cls=Command, help=_BUILD, arguments=[("FILE", "写成哪个文件，例如 rules.bundle.zip")])
@click.argument("file", metavar="FILE", type=WrittenPath())
@click.option("--sign", type=GivenPath(), metavar="私钥", help="用 Ed25519 私钥（PEM）签名")
@rule_base_options
def build(*, file: Path, sign: Path | None, rules: Path | None, schemas: Path | None) -> int:
    """Write a bundle and say what it is."""
    from policy_engine.usecases.bundling import build as make  # noqa: PLC0415 - help needs none of it

    base = choose_rule_base((), rules, schemas).base
    data, bundle = make(base.files, _read(sign) if sign is not None else None)
    put_in_place(file, data)
    signed = "，已签名" if bundle.is_signed else ""
    write_out(f"已写 {one_line(str(file))}：文件 {bundle.files} 个，规则 {bundle.rules} 条{signed}")
    write_out(base.described(bundle.version))
    return Exit.PERMITTED


@click.command("verify", cls=Command, help=_VERIFY, arguments=[("FILE", "规则库的包")])
@click.argument("file", metavar="FILE", type=GivenPath())
@click.option("--key", type=GivenPath(), metavar="公钥", help="用 Ed25519 公钥（PEM）核对签名")
def verify(*, file: Path, key: Path | None) -> int:
    """Check a bundle and say what it is."""
    from policy_engine.usecases.bundling import verify as check  # noqa: PLC0415 - help needs none of it

    bundle = check(_read(file), str(file), _read(key) if key is not None else None)
    signed = "，签名正确" if bundle.is_signed else "，没有核对签名"
    base = f"，基础 {bundle.base[0]} {bundle.base[1]}" if bundle.base is not None else ""
    write_out(f"没有改动：文件 {bundle.files} 个，规则 {bundle.rules} 条{signed}")
    write_out(f"规则库 {one_line(str(file))}，版本 {bundle.version}{base}")
    return Exit.PERMITTED


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refused_path(str(path), error) from None
