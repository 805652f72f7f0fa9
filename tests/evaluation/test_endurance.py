"""One program decides for a long time, and for several threads at once: nothing piles up, and nothing is mixed up."""

import gc
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import as_shipped
from effort import IS_FULL
from policy_engine.compilation import CompiledRuleSet
from policy_engine.library.program import Program
from policy_engine.usecases import Engine, check

# Those of the full suite take some minutes; the second engine decides a part of them.
CHECKS, WITH_BOTH = (40_000, 1_000) if IS_FULL else (200, 60)
# What a thousand checks may leave behind; one decision alone holds some thousands.
BLOCKS, KILOBYTES = 60, 600
THREADS = 8


def facts(number: int) -> dict[str, object]:
    """Tell a purchase that no other check tells: another name, day, amount and wording, some of it open."""
    bought: dict[str, object] = {
        "购买主体类型": ("国家机关", "公益一类事业单位")[number % 2],
        "采购标的": "工程" if number % 3 == 1 else "服务",
        "含工程": number % 3 == 1,
        "项目金额_万元": 10 + number % 500,
        "合同期限_月": 1 + number % 12,
        "购买内容": f"办公楼保洁，共{number}平方米",
        "已列入目录": True,
        "已列入预算": True,
        "付费方": "政府",
    }
    if number % 25 == 7:
        # To look for what is to be asked takes many times as long.
        bought |= {"已列入目录": {"unknown": "待查"}, "购买内容": f"保洁{number}间，含派遣人员"}
    return {
        "name": f"办公楼第{number}处保洁",
        "as_of": f"20{21 + number % 5}-0{1 + number % 9}-1{number % 10}",
        "jurisdiction": ("湖州市", "全国", "浙江省", "广东省中山市")[number % 4],
        "declaration": {"no_other_circumstances": True, "by": "沈某"},
        "采购事项": bought,
    }


def decided(compiled: CompiledRuleSet, number: int, engine: Engine) -> str:
    decision = check(compiled, Program(compiled).case(facts(number)), engine)
    return f"{decision.verdict} {len(decision.subjects[0].missing)}"


def resident() -> int:
    """Say how many kilobytes the process has, those of shared libraries and of the second engine with them."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0
    lines = (line.split() for line in status.read_text("utf-8").splitlines())
    return next(int(line[1]) for line in lines if line[0] == "VmRSS:")


def grown(compiled: CompiledRuleSet, engine: Engine, checks: int) -> tuple[int, int]:
    """Check so many cases; say how much more the second half held at most than the first: blocks of memory and kilobytes.

    What is remembered fills up and is forgotten, over some thousands of checks: so the highest of each half counts.
    """
    half = checks // 2
    blocks, kilobytes = [], []
    for first in (0, half):
        held = []
        for number in range(first, first + half):
            decided(compiled, number, engine)
            if not (number + 1) % max(1, half // 8):
                gc.collect()
                held.append((sys.getallocatedblocks(), resident()))
        blocks.append(max(one for one, _ in held))
        kilobytes.append(max(one for _, one in held))
    return blocks[1] - blocks[0], kilobytes[1] - kilobytes[0]


@pytest.mark.broad
def test_memory_stays_as_it_is() -> None:
    compiled = as_shipped.compiled()
    # What is made once for each way in which such cases can differ.
    for number in range(500 if IS_FULL else 26):
        decided(compiled, number, Engine.BOTH)
    for engine, checks in ((Engine.COMPILED, CHECKS), (Engine.DURABLE, WITH_BOTH)):
        blocks, kilobytes = grown(compiled, engine, checks)
        thousands = max(1, checks // 2000)
        assert blocks <= BLOCKS * thousands + 5_000, engine
        assert kilobytes <= KILOBYTES * thousands + 4_000, engine


def test_threads_say_what_one_says() -> None:
    program = Program(as_shipped.compiled())
    numbers = range(200 if IS_FULL else 12)

    def said(number: int) -> str:
        return json.dumps(program.check(facts(number)).json(), ensure_ascii=False)

    alone = [said(number) for number in numbers]
    # A program that nobody has used yet: its parts are made by whichever thread comes first.
    program = Program(as_shipped.fresh())
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            # Each asks for all, from another place on.
            orders = [[*numbers[at:], *numbers[:at]] for at in range(0, THREADS * 3, 3)]
            found = list(pool.map(lambda order: {number: said(number) for number in order}, orders))
    finally:
        sys.setswitchinterval(before)
    for one in found:
        assert alone == [one[number] for number in numbers]
