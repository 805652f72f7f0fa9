"""Answers that take too long, and engines and databases that give none: told plainly, nothing half done, and the next one is answered."""

import json
import re
import subprocess
import sys
import threading
import urllib.request
from http.client import HTTPException

import pytest

import as_shipped
from policy_engine.evaluation.agreement import EngineBrokeError
from policy_engine.evaluation.durable import EngineFailure, durable_available, evaluate_durable
from policy_engine.evaluation.durable import engine as second
from policy_engine.evaluation.durable import evaluate as turns
from policy_engine.evaluation.masks import evaluate_masks
from policy_engine.foundation import waiting
from policy_engine.foundation.waiting import OutOfTimeError, at_most, left, look
from policy_engine.loading.cases import CaseDefaults, load_given
from policy_engine.model.calendar import day_number
from policy_engine.records.chain import verify
from policy_engine.records.exporting import export
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
from policy_engine.usecases import answering, check
from policy_engine.web import guard
from records.made import draft as recorded
from records.made import made
from web.test_api import FORBIDDEN, sent
from web.test_desk import begin, path
from web.test_faults import file


@pytest.fixture
def hasty(monkeypatch):
    """Give nobody any time, as long as the context."""
    monkeypatch.setattr(guard, "ANSWER_SECONDS", -1.0)
    monkeypatch.setattr(guard, "WHOLE_SECONDS", -1.0)


def situation():
    compiled = as_shipped.compiled()
    case = load_given(FORBIDDEN, compiled.rule_set, CaseDefaults(today=day_number("2026-03-02")))
    return compiled, case


# ---------------------------------------------------------------- what looks


def test_nobody_is_hurried_where_nobody_waits() -> None:
    look()
    assert 7 == left(7)


def test_who_waits_is_told_how_long_they_were_given() -> None:
    with at_most(60):
        look()
        assert 0 < left(600) <= 60
        with pytest.raises(OutOfTimeError) as late, at_most(-5):
            look()
    assert -5 == late.value.seconds
    look()


def test_one_waits_a_little_for_others_in_any_case() -> None:
    with at_most(-5):
        assert (1, 0.5, 0) == (left(60), left(0.5), left(0))


def test_deciding_and_what_goes_through_all_records_looks(tmp_path) -> None:
    compiled, case = situation()
    store = made(tmp_path)
    for work in (
        lambda: check(compiled, case),
        lambda: verify(store),
        lambda: export(store, tmp_path / "x.zip"),
        lambda: store.append([recorded()]),
    ):
        with pytest.raises(OutOfTimeError), at_most(-1):
            work()
    assert 5 == store.size()
    assert not (tmp_path / "x.zip").exists()


def test_the_second_engine_looks_on_its_way_and_its_turn_is_given_back(monkeypatch) -> None:
    compiled, case = situation()
    seen, looked = [], []
    monkeypatch.setattr(turns, "run_engine", lambda engine, told: seen.append(told) or run(engine, told))
    run = second.run_engine
    evaluate = evaluate_durable if durable_available() else turns.evaluate_sqlite
    check(compiled, case)
    (told,) = seen if durable_available() else ()

    def late() -> None:
        looked.append(1)
        if len(looked) > 1:
            raise OutOfTimeError(1)

    with monkeypatch.context() as hurried:
        hurried.setattr(second, "look", late)
        with pytest.raises(OutOfTimeError):
            evaluate(compiled, told)
    assert evaluate(compiled, told).statuses == evaluate_masks(compiled, told).statuses


def test_who_waits_for_their_turn_at_the_second_engine_gives_up_in_time(monkeypatch) -> None:
    compiled, case = situation()
    monkeypatch.setattr(waiting, "_SOON", 0.01)
    holding, done = threading.Event(), threading.Event()

    def holds() -> None:
        with turns._turn():
            holding.set()
            done.wait(60)

    other = threading.Thread(target=holds)
    other.start()
    assert holding.wait(60)
    try:
        with pytest.raises(OutOfTimeError), at_most(0.05):
            check(compiled, case)
    finally:
        done.set()
        other.join()
    check(compiled, case)


# ---------------------------------------------------------------- what is told


def test_a_page_that_takes_too_long_says_so_and_nothing_is_kept_of_the_step(
    desk, records, monkeypatch
) -> None:
    draft = path(begin(desk))
    before = desk.get(draft).text
    with monkeypatch.context() as hurried:
        hurried.setattr(guard, "ANSWER_SECONDS", -1.0)
        for told in (
            desk.post(draft, data={"asked": "采购标的", "a": "服务"}),
            desk.get(f"{draft}/verdict"),
            file(desk, draft),
        ):
            assert (503, "5") == (told.status_code, told.headers["retry-after"])
            assert "没有按时办完" in told.text
            assert "没有登记，这一步没有存下" in told.text
    assert not records.exists()
    assert before == desk.get(draft).text
    assert 303 == file(desk, draft).status_code
    assert 1 == open_store(place_of(str(records))).size()


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/check", FORBIDDEN),
        ("/screen", {"text": "办公楼保洁"}),
        ("/ask", {"opening": {"name": "机关物业", "text": "办公楼保洁、保安"}}),
    ],
)
def test_the_api_tells_what_takes_too_long_and_answers_the_next(desk, monkeypatch, address, body) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(guard, "ANSWER_SECONDS", -1.0)
        told = desk.post(f"/api/v1{address}", content=json.dumps(body))
    assert (503, "5") == (told.status_code, told.headers["retry-after"])
    envelope = told.json()
    assert (["PE908"], [], 4) == (
        [one["code"] for one in envelope["diagnostics"]],
        envelope["results"],
        envelope["exit"],
    )
    sent(desk, address, body)


def test_what_goes_through_all_records_has_longer_and_an_end_too(desk, monkeypatch) -> None:
    assert 303 == file(desk, path(begin(desk))).status_code
    assert guard.WHOLE_SECONDS == guard.seconds_for("/api/v1/records/verify")
    assert guard.WHOLE_SECONDS == guard.seconds_for("/records")
    assert guard.ANSWER_SECONDS == guard.seconds_for("/records/1")
    monkeypatch.setattr(guard, "ANSWER_SECONDS", -1.0)
    assert 200 == desk.get("/api/v1/records/verify").status_code
    monkeypatch.setattr(guard, "WHOLE_SECONDS", -1.0)
    told = desk.get("/api/v1/records/verify")
    assert (503, ["PE908"]) == (told.status_code, [one["code"] for one in told.json()["diagnostics"]])
    assert 503 == desk.get("/records?check=1").status_code


def test_a_database_that_is_gone_is_503_with_its_diagnostic_and_back_when_it_is(desk, records) -> None:
    assert 303 == file(desk, path(begin(desk))).status_code
    records.rename(records.with_suffix(".away"))
    for address in ("/records", "/records/1", "/records/verify"):
        told = desk.get(f"/api/v1{address}")
        assert (503, ["PE541"]) == (told.status_code, [one["code"] for one in told.json()["diagnostics"]])
        assert "以前登记到第1号" in told.json()["diagnostics"][0]["message"]
    records.with_suffix(".away").rename(records)
    assert 200 == desk.get("/api/v1/records/1").status_code


def test_a_second_engine_that_gives_no_answer_is_503_and_is_asked_again_the_next_time(
    desk, monkeypatch
) -> None:
    draft = path(begin(desk))

    def lost(*_arguments):
        raise EngineFailure("gone")

    with monkeypatch.context() as broken:
        broken.setattr(turns, "run_engine", lost)
        told = desk.post("/api/v1/check", content=json.dumps(FORBIDDEN))
        page, filed = desk.get(f"{draft}/verdict"), file(desk, draft)
    assert (503, ["PE902"]) == (told.status_code, [one["code"] for one in told.json()["diagnostics"]])
    for one in (page, filed):
        assert (503, True) == (one.status_code, "没有作出结论" in one.text)
    assert 200 == desk.post("/api/v1/check", content=json.dumps(FORBIDDEN)).status_code
    assert 303 == file(desk, draft).status_code


def test_what_is_decided_of_a_list_stands_beside_what_the_second_engine_lost(desk, monkeypatch) -> None:
    calls = []

    def lost_once(*arguments):
        calls.append(1)
        if len(calls) == 1:
            raise EngineBrokeError("gone")
        return check(*arguments)

    monkeypatch.setattr(answering, "check", lost_once)
    told = desk.post("/api/v1/check", content=json.dumps([FORBIDDEN, FORBIDDEN]))
    assert (200, 1) == (told.status_code, len(told.json()["results"]))
    assert ["failed", "decided"] == [one["status"] for one in told.json()["inputs"]]


# ---------------------------------------------------------------- what can't look

_STUCK = """
import ctypes, sys
from policy_engine.cli import desk
from policy_engine.cli.app import app
from policy_engine.evaluation.durable import evaluate
desk._STUCK_SECONDS = 4
# A call into C that keeps the interpreter and never comes back.
evaluate.run_engine = lambda *_: ctypes.PyDLL(None).sleep(100_000)
app(sys.argv[1:])
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the C library is found by no name elsewhere"
)
def test_a_server_that_an_engine_holds_fast_ends_and_loses_no_record(tmp_path, records) -> None:
    store = made(tmp_path)
    arguments = ["serve", "--port", "0", "--data", str(tmp_path / "drafts"), "--records", str(records)]
    running = subprocess.Popen(
        [sys.executable, "-c", _STUCK, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        address = re.search(r"http://[\d.:]+", running.stdout.readline())[0]
        # Whatever becomes of the connection, there is no answer.
        with pytest.raises((HTTPException, OSError)):
            urllib.request.urlopen(f"{address}/api/v1/check", json.dumps(FORBIDDEN).encode(), timeout=120)
        assert 0 != running.wait(60)
    finally:
        running.kill()
        running.wait()
        running.stdout.close()
    found = verify(store)
    assert (5, None) == (found.count, found.broken)
