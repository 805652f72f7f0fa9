"""`accounts` through commands: what is told, in which format, and that no password is an argument."""

import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from accounts.made import GOOD, cheap
from cli.contract import FORMATS, OF_ACCOUNTS, codes_in, envelope_in
from policy_engine.cli.app import app

ARGUMENTS = {
    "accounts add": ["wangli", "--role", "经办", "--person", "王丽"],
    "accounts list": [],
    "accounts role": ["luwei", "审计"],
    "accounts passwd": ["luwei"],
    "accounts disable": ["luwei"],
    "accounts enable": ["luwei"],
    "accounts token": ["luwei"],
    "accounts trail": [],
}
PAIRS = [(command, format_) for command in OF_ACCOUNTS for format_ in FORMATS[command]]


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    cheap(monkeypatch)
    monkeypatch.setenv("POLICY_ENGINE_RECORDS", str(tmp_path / "记录.sqlite"))
    return tmp_path / "记录.sqlite"


@pytest.fixture
def made(place) -> Path:
    assert 0 == run("accounts", "add", "luwei", "--role", "审核", "--person", "陆伟").exit_code
    return place


def run(*arguments, given=f"{GOOD}\n"):
    return CliRunner().invoke(app, list(arguments), input=given)


@pytest.mark.parametrize(("command", "format_"), PAIRS)
def test_every_command_is_in_its_format(command, format_, made) -> None:
    found = run(*command.split(), *ARGUMENTS[command], "--format", format_)
    assert (0, "") == (found.exit_code, found.stderr)
    if format_ == "json":
        assert command == envelope_in(found.stdout)["command"]
    assert GOOD not in found.output


@pytest.mark.parametrize(("command", "format_"), PAIRS)
def test_a_place_that_is_none_is_told(command, format_, place) -> None:
    found = run(*command.split(), *ARGUMENTS[command], "--records", "mysql://h/d", "--format", format_)
    assert 2 == found.exit_code
    told = codes_in("json", found.stdout) if format_ == "json" else {found.stderr.partition("PE541")[1]}
    assert {"PE541"} == told


def test_an_account_is_made_and_listed(made) -> None:
    assert "luwei　陆伟，审核，还没有自己改过密码" in run("accounts", "list").stdout
    run("accounts", "disable", "luwei")
    assert "luwei　陆伟，审核，已停用" in run("accounts", "list").stdout


@pytest.mark.parametrize("given", ["", "\n", "短\n", "luwei-luwei-luwei\n"])
def test_a_password_that_will_not_do_makes_no_account(given, place) -> None:
    found = run("accounts", "add", "luwei", "--role", "审核", "--person", "陆伟", given=given)
    assert (2, True) == (found.exit_code, "PE551" in found.stderr)
    assert "共 0 个账户" in run("accounts", "list").stdout


def test_a_password_is_never_an_argument(place) -> None:
    found = run("accounts", "add", "luwei", GOOD, "--role", "审核", "--person", "陆伟")
    assert 2 == found.exit_code
    found = run("accounts", "add", "luwei", "--password", GOOD, "--role", "审核", "--person", "陆伟")
    assert 2 == found.exit_code


def test_a_token_is_shown_once_and_taken_back(made) -> None:
    token = run("accounts", "token", "luwei", "--days", "3").stdout.strip()
    assert token.encode() not in made.read_bytes()
    assert "已收回 1 个凭证" in run("accounts", "token", "luwei", "--revoke").stdout


def test_the_trail_tells_what_was_done_at_the_command_line(made) -> None:
    run("accounts", "role", "luwei", "审计")
    found = run("accounts", "trail").stdout.splitlines()
    assert "列出 2 行" == found[0]
    assert "改角色：luwei，改为审计　来自 命令行" in found[1]
    assert "新建账户" in found[2]


def test_old_records_are_brought_forward_before_accounts_are_added(made) -> None:
    """A database of the form before accounts keeps its records."""
    with sqlite3.connect(made) as connection:
        for table in ("accounts", "keys", "attempts", "trail"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    told = run("accounts", "list")
    assert (2, True) == (told.exit_code, "PE542" in told.stderr)
    assert "格式 0001，已是 0002" in run("records", "upgrade").stdout
    assert "共 0 个账户" in run("accounts", "list").stdout
