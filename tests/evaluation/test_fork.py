"""A process forked while other threads decide goes on deciding: a web worker, `multiprocessing`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LONGEST = 120  # seconds; the children take a fraction of one

PREPARE = """
import os, signal, threading, time
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.durable import evaluate, evaluate_durable
from policy_engine.model import conditions as c
from policy_engine.model.rules import Prohibit
from oracle.test_oracle import WORKS, new_rule
from properties import toy

compiled = compile_rules(toy.rule_set(new_rule("rule", Prohibit("转包"), WORKS)))
situation = toy.situation({"含工程": True})
expected = evaluate_durable(compiled, situation)

def fork_and_decide():
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if evaluate_durable(compiled, situation) == expected else 1)
    return os.waitpid(child, 0)[1]
"""
AMID_A_DECISION = """
decide, started, go_on = evaluate.run_engine, threading.Event(), threading.Event()

def stuck(*given):
    started.set()
    go_on.wait()
    return decide(*given)

evaluate.run_engine = stuck
thread = threading.Thread(target=evaluate_durable, args=(compiled, situation), daemon=True)
thread.start()
started.wait()
evaluate.run_engine = decide
assert fork_and_decide() == 0
go_on.set()
thread.join()
assert evaluate_durable(compiled, situation) == expected
"""
WHILE_THREADS_DECIDE = """
is_over = threading.Event()

def go_on_deciding():
    while not is_over.is_set():
        evaluate_durable(compiled, situation)

threads = [threading.Thread(target=go_on_deciding, daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
try:
    assert [0] * 12 == [fork_and_decide() for _ in range(12)]
finally:
    is_over.set()
"""


@pytest.mark.parametrize("program", [AMID_A_DECISION, WHILE_THREADS_DECIDE], ids=["amid one", "among many"])
def test_a_child_decides_whatever_the_threads_of_its_parent_were_at(program: str) -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PREPARE + program]
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}:{TESTS.parent / 'src'}"}
    found = subprocess.run(command, env=environment, timeout=LONGEST, capture_output=True, check=False)
    assert (0, "") == (found.returncode, found.stderr.decode())
