"""Streams that are closed, full or broken, and interrupts at any moment: the exit code still says what it means."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from effort import pairs, some
from policy_engine.foundation.exits import _BY_VERDICT
from policy_engine.model.decisions import Verdict

ROOT = Path(__file__).parent.parent.parent
REFUSED = "采购事项: {含工程: true, 采购标的: 工程}\n"
BAD = "采购事项: {含工成: true}\n"
PROGRAM = [sys.executable, "-c", "from policy_engine.cli import main; main()"]
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")


def shell(redirection: str, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program with streams redirected as a shell does it."""
    return subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "-", *PROGRAM, *arguments],
        input=given,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


FORMATS = ("text", "markdown", "json")
COMMANDS = ((["--help"], 0), (["chek"], 2), ([], 2), (["rules", "show", "x"], 2))


@pytest.fixture
def refused(tmp_path) -> str:
    path = tmp_path / "案件.yaml"
    path.write_text(REFUSED, encoding="utf-8")
    return str(path)


@pytest.fixture
def bad(tmp_path) -> str:
    path = tmp_path / "错误.yaml"
    path.write_text(BAD, encoding="utf-8")
    return str(path)


@pytest.mark.every(2)
@pytest.mark.parametrize(
    ("closed", "format_"), pairs([">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"], FORMATS)
)
def test_a_closed_stream_leaves_the_verdict_its_exit_code(closed, format_, refused) -> None:
    found = shell(closed, "check", refused, "--format", format_)
    assert (1, "") == (found.returncode, found.stderr)


@pytest.mark.parametrize(("closed", "format_"), pairs([">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"], FORMATS))
def test_a_closed_stream_leaves_bad_input_its_exit_code(closed, format_, bad) -> None:
    assert 2 == shell(closed, "check", bad, "--format", format_).returncode


@pytest.mark.parametrize(("closed", "command"), pairs([">&-", "2>&-", ">&- 2>&-"], COMMANDS), ids=str)
def test_a_closed_stream_leaves_every_command_its_exit_code(closed, command) -> None:
    arguments, code = command
    assert code == shell(closed, *arguments).returncode


@pytest.mark.every(2)
@pytest.mark.parametrize(("closed", "format_"), pairs([">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"], FORMATS))
def test_a_closed_stream_leaves_a_screened_text_its_exit_code(closed, format_) -> None:
    assert 3 == shell(closed, "screen", "劳务派遣人员20名", "--format", format_).returncode


def test_a_closed_input_is_an_empty_text() -> None:
    found = shell("<&-", "screen", "-")
    assert (2, True) == (found.returncode, "PE008" in found.stderr)


def test_a_closed_input_is_an_empty_case() -> None:
    found = shell("<&-", "check", "-")
    assert 2 == found.returncode
    assert "PE008" in found.stderr


@needs_full
def test_a_full_disk_behind_the_messages_leaves_bad_input_its_exit_code(bad) -> None:
    assert 2 == shell("2>/dev/full", "check", bad).returncode


@needs_full
@pytest.mark.parametrize("format_", some(FORMATS, 3))
def test_a_full_disk_behind_the_output_is_told_in_one_line(format_, refused) -> None:
    found = shell(">/dev/full", "check", refused, "--format", format_)
    assert 4 == found.returncode
    assert 1 == len(found.stderr.splitlines())
    assert "无法读写" in found.stderr


@needs_full
def test_a_full_disk_behind_both_is_no_traceback_but_an_exit_code(refused) -> None:
    assert 4 == shell(">/dev/full 2>&1", "check", refused).returncode


def test_a_reader_that_goes_away_leaves_the_verdict_its_exit_code(refused) -> None:
    found = shell('| head -c 1 >/dev/null; exit "${PIPESTATUS[0]}"', "check", refused)
    assert (1, "") == (found.returncode, found.stderr)


@pytest.mark.parametrize("length", [300, 5000])
def test_a_path_too_long_is_a_file_that_cannot_be_read(length) -> None:
    found = shell("", "check", "a" * length)
    assert 2 == found.returncode
    assert "PE001" in found.stderr
    assert "a" * 250 not in found.stderr


# Whoever runs the tests in the background has them ignore interrupts, and so would the program.
_LISTENS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
_INTERRUPTED = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv = ["policy-engine", "check", {case!r}]
from policy_engine.cli import main
main()
"""


@pytest.mark.parametrize(
    "module",
    some(
        [
            "policy_engine.cli.interrupts",
            "gc",
            "policy_engine.cli.plain",
            "policy_engine.cli.checking",
            "yaml",
            "policy_engine.model.rules",
            "policy_engine.evaluation.durable.storing",
            "durable_rules_engine",
        ],
        3,
    ),
)
def test_an_interrupt_while_modules_are_read_is_quiet(module, refused) -> None:
    code = _LISTENS + _INTERRUPTED.format(module=module, case=refused)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (130, "") == (found.returncode, found.stderr.strip())
    assert "" == found.stdout


_IN_A_CLASS = """
import os, signal, sys
from policy_engine.cli import app
class Interrupting:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass
def body(*_, **__):
    type("Made", (), {"attribute": Interrupting()})
app.app.invoke = body
app.app.main(["check", "x"])
"""


def test_an_interrupt_that_python_wraps_is_quiet_too() -> None:
    found = subprocess.run(
        [sys.executable, "-c", _LISTENS + _IN_A_CLASS], capture_output=True, text=True, check=False
    )
    assert (130, "") == (found.returncode, found.stderr.strip())


def test_interrupts_that_were_ignored_at_the_start_stay_ignored(refused) -> None:
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    code += _INTERRUPTED.format(module="policy_engine.cli.checking", case=refused)
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert 1 == found.returncode


def test_every_verdict_has_an_exit_code() -> None:
    assert {verdict.name for verdict in Verdict} == set(_BY_VERDICT)


def test_no_descriptor_is_left_for_a_file_to_take(refused) -> None:
    # With a stream closed, the next file opened would become that stream.
    code = "import os; os.close(1); os.close(2)\n" + "\n".join(
        [
            "import sys; sys.stdout = sys.stderr = None",
            "from policy_engine.cli.streams import prepare_streams; prepare_streams()",
            f"number = os.open({refused!r}, os.O_RDONLY)",
            "os._exit(0 if number > 2 else 1)",
        ]
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode


LEAVING = """
import atexit, sys, threading
from policy_engine.cli import program
atexit.register(print, "tidied up")
if {has_thread}:
    threading.Thread(target=lambda: (threading.main_thread().join(), print("the thread too"))).start()
sys.argv = ["policy-engine", *{args}]
print("before", end=" ")
program()
"""


@pytest.mark.parametrize(
    ("args", "has_thread", "code", "said"),
    [
        (["--version"], False, 0, "before policy-engine {version}\ntidied up\n"),
        (["--version"], True, 0, "before policy-engine {version}\nthe thread too\ntidied up\n"),
        (["no-such-command"], False, 2, "before tidied up\n"),
    ],
    ids=["alone", "beside a thread", "after a mistake"],
)
def test_leaving_at_once_leaves_nothing_undone(args, has_thread, code, said) -> None:
    given = [sys.executable, "-c", LEAVING.format(args=args, has_thread=has_thread)]
    done = subprocess.run(given, capture_output=True, encoding="utf-8", check=False)
    assert (code, said.format(version=version("policy-engine"))) == (done.returncode, done.stdout)
