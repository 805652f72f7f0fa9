"""The JavaScript peers, in a Node process that decides and times on its own clock."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from contender import Answers, Contender, Json, Side, filled, plain
from folding import Notation, write
from workload import AtLeast, AtMost, In, Is, Leaf, Workload, surely

from engines.structures import JSON_LOGIC

FOLDER = Path(__file__).resolve().parent.parent / "node"


@contextmanager
def contenders(workload: Workload, *, is_quick: bool) -> Iterator[list[Contender]]:
    """Start Node with the workload and stop it at the end; nobody where Node or the packages are absent.

    `is_quick`: only JavaScript by hand and the fastest peer.
    """
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        yield []
        return
    command = [node, "worker.mjs"]
    with subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        try:
            names = _ask(worker, do="load", quick=is_quick, **_load(workload))
            yield [_contender(worker, name) for name in names]
        finally:
            worker.kill()


def _load(workload: Workload) -> dict[str, Json]:
    return {
        "rules": [write(surely(rule), _NOTATION) for rule in workload.rules],
        "logic": [write(surely(rule), JSON_LOGIC) for rule in workload.rules],
        "filled": filled(workload, boolean=None, choice=None),
        "plain": plain(workload),
    }


def _contender(worker: subprocess.Popen[str], name: str) -> Contender:
    def matches() -> Answers:
        return [frozenset(found) for found in _ask(worker, do="matches", engine=name)]

    return Contender(
        name=name,
        language="Rust, JavaScript" if name.startswith("ZEN") else "JavaScript",
        side=Side.FLOOR if name.startswith("hand-written") else Side.RULES_ENGINE,
        answer="matches",
        matches=matches,
        seconds=lambda count: float(_ask(worker, do="seconds", engine=name, count=count)),
        is_callable_from_python=False,
    )


def _ask(worker: subprocess.Popen[str], **request: Json) -> Json:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(request) + "\n")
    worker.stdin.flush()
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError("the Node worker stopped; its message is above")
    return json.loads(line)


def _leaf(leaf: Leaf) -> list[Json]:
    match leaf:
        case Is(fact=fact, value=value):
            return ["is", fact.name, value]
        case In(fact=fact, words=words):
            return ["in", fact.name, list(words)]
        case AtLeast(fact=fact, bound=bound):
            return ["ge", fact.name, bound]
        case AtMost(fact=fact, bound=bound):
            return ["le", fact.name, bound]


_NOTATION: Notation[Json] = Notation(lambda parts: ["all", parts], lambda parts: ["any", parts], _leaf)
