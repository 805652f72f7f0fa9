"""`policy-engine accounts`: who may sign in at the desk. Passwords come from the keyboard or standard input, never as arguments."""

from __future__ import annotations

import sys
import time

import click

from policy_engine.accounts.entering import MOST_DAYS, Door
from policy_engine.accounts.passwords import LONGEST
from policy_engine.accounts.people import Account, Accounts
from policy_engine.accounts.roles import Role
from policy_engine.accounts.trail import Actor, Entry, latest
from policy_engine.cli.chinese import Command, OneOf, Whole
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import output_options
from policy_engine.cli.recording import account, place_option
from policy_engine.cli.streams import read_standard_input
from policy_engine.cli.telling import tell
from policy_engine.foundation.text import joined
from policy_engine.records.locating import place_of
from policy_engine.records.store import Store, open_store
from policy_engine.records.telling import moment_words
from policy_engine.reporting.told import Json

_NAME = ("NAME", "账户名")
_ROLES = tuple(role.value for role in Role)
_DAYS = 90
_MOST = 50


def _store(place: str | None, *, makes: bool = False) -> Store:
    return open_store(place_of(place), makes=makes)


def _me() -> Actor:
    return Actor("", account(), "命令行")


def _now() -> int:
    return int(time.time())


def _password(*, repeats: bool) -> str:
    """Read a password without showing it; from a program, the first line of standard input."""
    if sys.stdin.isatty():
        told = click.prompt("密码", hide_input=True, prompt_suffix="：", err=True)
        if repeats and click.prompt("再写一遍", hide_input=True, prompt_suffix="：", err=True) != told:
            msg = "两遍不一样，没有改"
            raise click.UsageError(msg, click.get_current_context())
        return str(told)
    text = read_standard_input(8 * LONGEST).decode("utf-8", "surrogateescape")
    return text.partition("\n")[0].rstrip("\r")


def _json(one: Account) -> Json:
    return {
        "name": one.name,
        "person": one.person,
        "role": one.role.value,
        "is_active": one.is_active,
        "must_change": one.must_change,
    }


def _line(one: Account) -> str:
    state = "" if one.is_active else "，已停用"
    state += "，还没有自己改过密码" if one.must_change and one.is_active else ""
    return f"{one.name}　{one.person}，{one.role.value}{state}"


def _done(one: Account, words: str) -> int:
    return tell(Exit.PERMITTED, lambda: f"{words}：{_line(one)}", lambda: [_json(one)], words)


@click.command(
    cls=Command,
    help="""新建账户，第一次登录要自己改密码。

密码不写在命令里：有键盘的在屏幕上问，不显示；没有的读标准输入的第一行。""",
    arguments=[_NAME],
)
@click.argument("name", metavar="NAME")
@click.option("--role", type=OneOf(_ROLES), required=True, help="角色")
@click.option("--person", metavar="姓名", required=True, help="姓名，登记意见时写作出具人")
@output_options(("text", "json"))
@place_option
def add(*, name: str, role: str, person: str, place: str | None) -> int:
    """Make an account."""
    accounts = Accounts(_store(place, makes=True))
    made = accounts.add(name, person, Role(role), _password(repeats=True), now=_now(), by=_me())
    return _done(made, "已新建")


@click.command("list", cls=Command, help="列出账户和角色。")
@output_options(("text", "json"))
@place_option
def list_accounts(*, place: str | None) -> int:
    """List all accounts."""
    found = Accounts(_store(place)).all()
    words = f"共 {len(found)} 个账户"
    return tell(Exit.PERMITTED, lambda: joined([words, *map(_line, found)]), lambda: map(_json, found), words)


@click.command(
    cls=Command,
    help="改一个账户的角色；登录着的要重新登录，接口凭证作废。",
    arguments=[_NAME, ("ROLE", "|".join(_ROLES))],
)
@click.argument("name", metavar="NAME")
@click.argument("role", metavar="ROLE", type=OneOf(_ROLES))
@output_options(("text", "json"))
@place_option
def role(*, name: str, role: str, place: str | None) -> int:
    """Give an account another role."""
    return _done(Accounts(_store(place)).give(name, Role(role), now=_now(), by=_me()), "已改角色")


@click.command(
    cls=Command,
    help="""重设一个账户的密码；登录着的要重新登录，下次登录要自己再改，接口凭证作废。

密码不写在命令里：有键盘的在屏幕上问，不显示；没有的读标准输入的第一行。""",
    arguments=[_NAME],
)
@click.argument("name", metavar="NAME")
@output_options(("text", "json"))
@place_option
def passwd(*, name: str, place: str | None) -> int:
    """Set another password."""
    accounts = Accounts(_store(place))
    return _done(accounts.set_password(name, _password(repeats=True), now=_now(), by=_me()), "已重设密码")


@click.command(cls=Command, help="停用一个账户，立刻生效：登录着的和接口凭证都作废。", arguments=[_NAME])
@click.argument("name", metavar="NAME")
@output_options(("text", "json"))
@place_option
def disable(*, name: str, place: str | None) -> int:
    """Let somebody in no longer."""
    return _done(Accounts(_store(place)).disable(name, now=_now(), by=_me()), "已停用")


@click.command(cls=Command, help="恢复一个停用的账户。", arguments=[_NAME])
@click.argument("name", metavar="NAME")
@output_options(("text", "json"))
@place_option
def enable(*, name: str, place: str | None) -> int:
    """Let somebody in again."""
    return _done(Accounts(_store(place)).enable(name, now=_now(), by=_me()), "已恢复")


@click.command(
    cls=Command,
    help="""发放程序调用接口用的凭证，权限与账户相同；只显示这一次，存下的是它的摘要。

调用时写 Authorization: Bearer 凭证。--revoke 收回这个账户的全部凭证。""",
    arguments=[_NAME],
)
@click.argument("name", metavar="NAME")
@click.option("--days", type=Whole(1, MOST_DAYS), default=_DAYS, show_default=True, help="多少天以后作废")
@click.option("--revoke", is_flag=True, help="收回，不发放")
@output_options(("text", "json"))
@place_option
def token(*, name: str, days: int, revoke: bool, place: str | None) -> int:
    """Hand out a token, or take all of them back."""
    door = Door(_store(place))
    if revoke:
        count = door.revoke(name, now=_now(), by=_me())
        words = f"已收回 {count} 个凭证"
        return tell(Exit.PERMITTED, lambda: words, lambda: [{"revoked": count}], words)
    made = door.grant(name, days, now=_now(), by=_me())
    return tell(Exit.PERMITTED, lambda: made, lambda: [{"token": made, "days": days}], "凭证")


@click.command(cls=Command, help="列出操作日志：谁在什么时候做了什么，新的在前。")
@click.option("--account", "name", metavar="账户", default="", help="只要这个账户的")
@click.option("--limit", type=Whole(1), default=_MOST, show_default=True, help="最多列几行，新的在前")
@output_options(("text", "json"))
@place_option
def trail(*, name: str, limit: int, place: str | None) -> int:
    """List the newest lines of the trail."""
    found = latest(_store(place), most=limit, account=name)
    words = f"列出 {len(found)} 行"
    return tell(
        Exit.PERMITTED,
        lambda: joined([words, *map(_trail_line, found)]),
        lambda: map(_trail_json, found),
        words,
    )


def _trail_line(one: Entry) -> str:
    who = one.actor.person or one.actor.account or "—"
    name = f"（{one.actor.account}）" if one.actor.account and one.actor.person else ""
    about = f"：{one.about}" if one.about else ""
    return f"{moment_words(one.at)}　{who}{name}　{one.event}{about}　来自 {one.actor.place}"


def _trail_json(one: Entry) -> Json:
    return {
        "number": one.number,
        "at": one.at,
        "account": one.actor.account,
        "person": one.actor.person,
        "place": one.actor.place,
        "event": one.event,
        "about": one.about,
    }
