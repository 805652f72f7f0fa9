"""Terminals, pipes, interrupts and broken insides."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from effort import pairs
from policy_engine.cli.app import app
from policy_engine.cli.colour import coloured
from policy_engine.usecases import EngineBrokeError, EnginesDisagreeError

ROOT = Path(__file__).parent.parent.parent
TEXT = "聘用劳务派遣人员20名，服务期限三年"
EXAMPLE = str(ROOT / "examples" / "purchase-wall-repair.yaml")
PROGRAM = "from policy_engine.cli import main; main()"


def on_terminal(*arguments: str, **environment: str) -> str:
    own, theirs = pty.openpty()
    env = {**os.environ, **environment}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stdout=theirs, stderr=theirs, env=env
    ) as program:
        os.close(theirs)
        found = b""
        while True:
            try:
                chunk = os.read(own, 65536)
            except OSError:
                break
            if not chunk:
                break
            found += chunk
        program.wait()
    os.close(own)
    return found.decode()


def test_a_terminal_shows_a_refusal_in_red() -> None:
    assert on_terminal("check", EXAMPLE).startswith("\x1b[31m\x1b[1m结论：不得")


def test_no_color_is_kept() -> None:
    assert "\x1b" not in on_terminal("check", EXAMPLE, NO_COLOR="1")
    assert "\x1b" not in on_terminal("screen", TEXT, NO_COLOR="1")


def test_a_terminal_shows_the_words_of_a_text_that_was_screened() -> None:
    shown = on_terminal("screen", TEXT)
    assert shown.startswith("\x1b[33m\x1b[1m待确认：")
    assert re.search(r"\x1b\[1m\x1b\[4m〖[^〗]*劳务派遣人员20名〗\x1b\[0m，", shown)


def test_words_that_are_broken_at_the_end_of_a_line_are_shown_in_both(monkeypatch) -> None:
    monkeypatch.setattr("policy_engine.cli.colour.is_terminal", lambda: True)
    lines = coloured("  甲〖乙\n  丙〗丁〖戊〗\n己〗庚\n〖辛", ()).split("\n")
    style, plain = "\x1b[1m\x1b[4m", "\x1b[0m"
    assert [
        f"  甲{style}〖乙{plain}",
        f"{style}  丙〗{plain}丁{style}〖戊〗{plain}",
        "己〗庚",
        f"{style}〖辛{plain}",
    ] == lines


def test_a_pipe_gets_no_colour() -> None:
    assert "\x1b" not in CliRunner().invoke(app, ["check", EXAMPLE]).stdout


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (EnginesDisagreeError(("mof-order-102-2020.art-10-3",)), "mof-order-102-2020.art-10-3"),
        (EngineBrokeError("超时"), "第二引擎未能完成复核"),
        (RuntimeError("secret"), "内部错误"),
    ],
    ids=["disagreement", "broken engine", "bug"],
)
def test_no_decision_is_issued_by_a_broken_engine(error, told, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("policy_engine.cli.checking.decide", broken)
    found = CliRunner().invoke(app, ["check", EXAMPLE])
    assert 4 == found.exit_code
    assert told in found.stderr
    assert "" == found.stdout
    assert not any(word in found.stderr for word in ("Traceback", "RuntimeError", "secret"))


def test_an_interrupt_is_quiet(monkeypatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("policy_engine.cli.checking.decide", interrupted)
    found = CliRunner().invoke(app, ["check", EXAMPLE])
    assert 130 == found.exit_code
    assert "" == found.stderr.strip()


def test_one_contradicted_case_does_not_silence_the_others(tmp_path) -> None:
    good = "name: 甲\n采购事项: {含工程: true, 采购标的: 工程}\n"
    bad = "name: 乙\n采购事项: {合同期限_月: 12, 自动续签_月: 0, 服务期总长_月: 60}\n"
    path = tmp_path / "两件.yaml"
    path.write_text(f"{good}---\n{bad}", encoding="utf-8")
    found = CliRunner().invoke(app, ["check", str(path)])
    assert 2 == found.exit_code
    assert found.stdout.startswith("2 件：1 件不得实施，1 件填报有误。")
    assert "PE506" in found.stderr


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], ["rules", "--help"], ["new", "--help"]], ids=" ".join
)
def test_help_is_chinese(arguments) -> None:
    found = CliRunner().invoke(app, arguments)
    assert 0 == found.exit_code
    assert found.stdout.startswith("用法：")
    assert not any(word in found.stdout for word in ("Usage", "Options", "Commands", "Show this message"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check"], "缺少参数 CASE"),
        (["rules", "show", "a", "b"], "多余的参数：b"),
        (["check", "a", "--view"], "选项 --view 后面要写一个值"),
        (["check", "a", "--veiw", "x"], "没有选项 --veiw，是否为 --view？"),
        (["--version=3"], "选项 --version 不带值"),
        (["chek"], "没有命令 `chek`，是否为 `check`"),
        (["check", "/dev/zero"], "不是文件"),
        (["check", "."], "是目录"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_a_usage_error_says_what_to_mend(arguments, told) -> None:
    found = CliRunner().invoke(app, arguments)
    assert 2 == found.exit_code
    assert told in found.stderr
    assert "--help" in found.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        found = subprocess.run(
            [sys.executable, "-c", PROGRAM, "check", EXAMPLE],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert 4 == found.returncode
    assert "无法读写" in found.stderr.decode()
    assert b"Traceback" not in found.stderr


@pytest.mark.every(3)
@pytest.mark.parametrize(
    ("command", "path"),
    pairs(
        ["check", "validate", "diff", "rules show", "catalogue --file"],
        ["甲" * 5000, "没有\x1b[31m\n结论：可以\u202e.yaml"],
    ),
)
def test_hostile_name_is_shown_short_and_in_one_line(command: str, path: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command.split(), path], capture_output=True, cwd=ROOT, check=False
    )
    shown = found.stderr.decode()
    assert 2 == found.returncode
    assert len(shown) < 1000
    assert not set(shown) & set("\x1b\u202e")
    assert not any(line.startswith("结论") for line in shown.splitlines())


# At every module that the program reads, a copy of it is interrupted there and nowhere else.
INTERRUPTED = """
import _signal, os, sys
from policy_engine.cli import main

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        is_early = "policy_engine.cli.app" not in sys.modules
        copy = os.fork()
        if copy:
            ended.append((name, os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])))
            return
        sys.meta_path.remove(self)
        os.dup2(2, 1)
        try:
            _signal.raise_signal(_signal.SIGINT)
        except KeyboardInterrupt:
            # Where a module is just made, Python may forget the exception.
            if not is_early:
                raise

ended, program = [], os.getpid()
# Whoever starts the tests in the background has their interrupts ignored.
_signal.signal(_signal.SIGINT, _signal.default_int_handler)
sys.argv[:] = ["policy-engine", "--version"]
sys.meta_path.insert(0, Interrupting())
try:
    main()
except SystemExit:
    if os.getpid() != program:
        raise
print(len(ended), [one for one in ended if one[1] != 130])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system can't copy a process")
def test_an_interrupt_while_any_module_is_read_is_quiet() -> None:
    found = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False)
    assert ("", 0) == (found.stderr.strip(), found.returncode)
    count, wrong = found.stdout.split("\n")[1].split(" ", 1)
    assert "[]" == wrong
    assert 20 < int(count)
