"""A list that several processes decide comes out to the byte as from one, and nothing is lost on the way."""

import csv
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from itertools import chain, count, islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine import load
from policy_engine.cli import progress
from policy_engine.cli.app import app
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.ledger import running, sharing
from policy_engine.ledger.deciding import Decider, Row, RowStatus
from policy_engine.ledger.journal import Journal
from policy_engine.ledger.lines import Line
from policy_engine.ledger.running import Asked, open_ledger
from policy_engine.ledger.sharing import Sharing, rows_of

HEAD = ("项目名称", "购买内容", "项目金额(元)", "合同期限（年）", "已列入目录", "备注")
SAID = ("--subject", "采购事项", "--as-of", "2026-01-15", "--jurisdiction", "浙江省湖州市", "--sample", "3")
# More lines than three processes are handed at first.
LINES = 103
METHODS = multiprocessing.get_all_start_methods()
FORKED = pytest.param("fork", marks=pytest.mark.skipif("fork" not in METHODS, reason="no forking here"))


def lines() -> list[tuple[str, ...]]:
    """Rows of a few shapes in any order, with blank ones, bad ones, one that is too long and a total."""
    draw = random.Random(15)
    texts = ("机关办公楼保洁", "办公楼外墙修缮，含劳务派遣人员20名", "业务培训")
    found = [
        (
            f"事项{at}",
            draw.choice(texts),
            draw.choice(("1865000", "300万元", "十来万")),
            "1年",
            draw.choice(("是", "否")),
            "",
        )
        for at in range(LINES)
    ]
    found[4] = found[40] = ("",) * len(HEAD)
    found[50] = (*found[50], "多出来的")
    found[LINES - 1] = ("合计", "", "5000000", "", "", "")
    return found


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Path("清单.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((HEAD, *lines()))


def batch(jobs: int, output: str = "结果.csv"):
    result = CliRunner().invoke(app, ["batch", "清单.csv", "-o", output, *SAID, "--jobs", str(jobs)])
    assert "Traceback" not in result.output
    assert not multiprocessing.active_children()
    return result


def alone(output: str = "结果.csv") -> tuple[int, str, bytes]:
    """Decide in this process: what is told, and what is written."""
    return told(batch(1, output), output)


def told(result, output: str = "结果.csv") -> tuple[int, str, bytes]:
    whole = Path(output).read_bytes()
    Path(output).unlink()
    return result.exit_code, result.stdout, whole


def decider() -> Decider:
    compiled = load()._compiled
    asked = Asked(path=Path("清单.csv"), subject="采购事项", as_of="2026-01-15", today=739_631)
    return Decider(compiled, open_ledger(asked, compiled).reading)


@pytest.mark.parametrize("method", [FORKED, pytest.param("spawn", marks=pytest.mark.broad)])
def test_the_output_is_the_same_to_the_byte_however_many_decide(method, monkeypatch) -> None:
    monkeypatch.setattr(Sharing, "started", lambda _: method)
    one = alone()
    assert "PE103" in one[2].decode()
    assert one == told(batch(3 if method == "fork" else 2))


@pytest.mark.broad
@pytest.mark.parametrize("method", [FORKED])
def test_other_formats_are_the_same_too(method, monkeypatch) -> None:
    monkeypatch.setattr(Sharing, "started", lambda _: method)
    assert alone("结果.jsonl") == told(batch(2, "结果.jsonl"), "结果.jsonl")


@pytest.mark.parametrize("method", [FORKED])
def test_an_interrupt_leaves_no_process_and_the_next_run_goes_on(method, monkeypatch) -> None:
    monkeypatch.setattr(Sharing, "started", lambda _: method)
    one, add = alone(), running.Journal.add

    def stopping(self, row: Row) -> None:
        if self.done == 45:
            raise KeyboardInterrupt
        add(self, row)

    monkeypatch.setattr(running.Journal, "add", stopping)
    stopped = batch(2)
    assert (130, False) == (stopped.exit_code, Path("结果.csv").exists())
    assert "审了 45 行" in stopped.stderr
    monkeypatch.setattr(running.Journal, "add", add)
    resumed = batch(2)
    assert "前 45 行上次已经审过" in resumed.stdout
    assert one[2] == Path("结果.csv").read_bytes()
    assert {"清单.csv", "结果.csv"} == {path.name for path in Path().iterdir()}


@pytest.mark.parametrize("method", [FORKED])
def test_a_process_that_dies_is_told_and_the_next_run_goes_on(method, monkeypatch) -> None:
    monkeypatch.setattr(Sharing, "started", lambda _: method)
    one, decide, note = alone(), Decider.row, Journal.add
    noted = Path("noted").absolute()

    def noting(self, row: Row) -> None:
        note(self, row)
        noted.touch()

    def dying(self, line: Line) -> Row:
        if line.number == 90:
            # Not before something was decided that the next run needn't decide again.
            while not noted.exists():
                time.sleep(0.01)
            os._exit(9)
        return decide(self, line)

    monkeypatch.setattr(Journal, "add", noting)

    monkeypatch.setattr(Decider, "row", dying)
    lost = batch(2)
    assert (4, False) == (lost.exit_code, Path("结果.csv").exists())
    assert "错误[PE909]: 审查的一个进程中断了" in lost.stderr
    assert "接着审" in lost.stderr
    monkeypatch.setattr(Decider, "row", decide)
    assert "行上次已经审过" in batch(2).stdout
    assert one[2] == Path("结果.csv").read_bytes()


@pytest.mark.parametrize("method", [FORKED])
def test_an_error_of_the_program_is_told_as_everywhere(method, monkeypatch) -> None:
    decide = Decider.row

    def failing(self, line: Line) -> Row:
        return decide(self, line) if line.number < 70 else [][line.number]

    monkeypatch.setattr(Sharing, "started", lambda _: method)
    monkeypatch.setattr(Decider, "row", failing)
    found = batch(2)
    assert 4 == found.exit_code
    assert "内部错误" in found.stderr
    assert "位置：" in found.stderr
    assert "sharing" not in found.stderr.replace("test_sharing", "")
    rows = Path(".结果.csv.未完成").read_text(encoding="utf-8").count('["row"')
    assert 68 == rows


def other_rules():
    compiled = load()._compiled
    return running.replace(compiled, rule_set=running.replace(compiled.rule_set, version="别的"))


def no_rules():
    raise DiagnosticsError([])


@pytest.mark.parametrize("loads", [other_rules, no_rules])
def test_a_process_that_finds_other_rules_hands_its_lines_back(loads) -> None:
    mine = decider()
    begin = sharing._anew(mine, loads)
    assert begin() is None
    assert sharing._decided(begin(), [sharing._packed(Line(number=2, cells=("甲",)))]) is None
    assert sharing._anew(mine, load_anew)().row(Line(number=2, cells=("甲",))).answer is not None


@pytest.mark.parametrize("method", [FORKED])
def test_what_is_handed_back_is_decided_here(method, monkeypatch) -> None:
    monkeypatch.setattr(Sharing, "started", lambda _: method)
    one = alone()
    monkeypatch.setattr(sharing, "_decided", lambda *_: None)
    assert one == told(batch(2))


def load_anew():
    return load()._compiled


def test_so_many_processes_as_pay(monkeypatch) -> None:
    monkeypatch.setattr(sharing, "processors", lambda: 8)
    most = partial(Sharing, load=load)
    assert [1, 1, 2, 8] == [most().processes(rows) for rows in (0, 200, 256, 10**6)]
    assert [1, 1, 2, 3] == [most(jobs=3).processes(rows) for rows in (0, 32, 33, 97)]
    monkeypatch.setattr(sharing, "processors", lambda: 500)
    assert sharing.MOST_PROCESSES == most().processes(10**9)


@pytest.mark.parametrize("method", [FORKED])
def test_lines_are_read_no_further_ahead_than_processes_need(method, monkeypatch) -> None:
    def quick(self, line: Line) -> Row:
        # The first is late: the others wait for it, and don't read the whole list meanwhile.
        time.sleep(0.2 if line.number == 0 else 0.0)
        return Row(number=line.number, name="", status=RowStatus.UNJUDGED)

    monkeypatch.setattr(Decider, "row", quick)
    read = count()
    endless = (Line(number=next(read), cells=()) for _ in range(10**6))
    rows = rows_of(endless, 10**6, decider(), Sharing(load=load, jobs=2, method=method))
    found = [row.number for row in islice(chain.from_iterable(rows), 1000)]
    rows.close()
    assert list(range(1000)) == found
    assert next(read) <= 1000 + 2 * sharing._PART * (sharing._AHEAD + 2)
    assert not multiprocessing.active_children()


def test_what_was_done_before_promises_nothing(capsys, monkeypatch) -> None:
    now = iter((0.0, 0.0, 10.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(now))
    tell = progress.Progress()
    tell(100, 600)
    tell(200, 600)
    assert "已审 200/600 行，每秒 10 行，约还要 40 秒\n" == capsys.readouterr().err


# ---------------------------------------------------------------- as people run it


@pytest.fixture
def begun():
    """Start the program on a list that takes a while, in a group of its own, once it has decided something."""
    with Path("清单.csv").open("w", encoding="utf-8", newline="") as file:
        names = ((f"{line[0]}-{at}", *line[1:]) for at in range(40) for line in lines()[:40])
        csv.writer(file).writerows((HEAD, *names))
    command = [sys.executable, "-m", "policy_engine", "batch", "清单.csv", "-o", "结果.csv", *SAID]
    # Slow enough that nothing is over before it is stopped.
    slow = "import time; from policy_engine.ledger.deciding import Decider as D; row = D.row\n"
    slow += "D.row = lambda self, line: (time.sleep(0.02), row(self, line))[1]\n"
    slow += f"import sys; sys.argv[1:] = {[*command[3:], '--jobs', '2']!r}\n"
    slow += "from policy_engine.cli import program; program()"
    process = subprocess.Popen(
        [sys.executable, "-c", slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None and _journalled() < 1:
        time.sleep(0.05)
    yield process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _journalled() -> int:
    path = Path(".结果.csv.未完成")
    return path.stat().st_size // 500 if path.exists() else 0


def is_empty(group: int) -> bool:
    """Tell whether all processes of a group end within a while."""
    for _ in range(200):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no groups of processes here")
def test_ctrl_c_stops_all_processes_quietly(begun) -> None:
    os.killpg(begun.pid, signal.SIGINT)
    _, errors = begun.communicate(timeout=30)
    said = errors.decode()
    assert 130 == begun.returncode
    assert "已停下：审了" in said
    assert "Traceback" not in said
    assert is_empty(begun.pid)
    assert not Path("结果.csv").exists()


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no groups of processes here")
def test_no_process_outlives_the_one_that_started_it(begun) -> None:
    begun.kill()
    begun.communicate()
    assert is_empty(begun.pid)
