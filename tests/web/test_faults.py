"""What breaks beneath the desk: a disk that is full, a database that is gone, a server that is killed. Each is told, and nothing is lost."""

import errno
import os
import re
import sqlite3
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

import pytest

from policy_engine.records import store as storing
from policy_engine.records import witness
from policy_engine.records.chain import verify
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
from policy_engine.web import drafts
from web.test_desk import begin, path


def file(desk, draft):
    return desk.post(f"{draft}/record", data={"by": "陆伟"}, follow_redirects=False)


def number_of(answer) -> int:
    assert 303 == answer.status_code
    return int(answer.headers["location"].rsplit("/", 1)[1])


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "磁盘满了"), (errno.EROFS, "只读"), (errno.EACCES, "没有写的权限")]
)
def test_an_answer_that_the_disk_does_not_take_is_told_and_the_ones_before_it_stand(
    desk, monkeypatch, number, words
) -> None:
    draft = path(begin(desk))
    before = desk.get(draft).text

    def refuse(*_args, **_more):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr(drafts, "put_in_place", refuse)
        told = desk.post(draft, data={"asked": "采购标的", "a": "服务"})
    assert (503, True, True) == (told.status_code, "没有存下" in told.text, words in told.text)
    assert before == desk.get(draft).text
    assert before != desk.post(draft, data={"asked": "采购标的", "a": "服务"}).text


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda where: where.write_bytes(b"no database at all" * 1000), "从备份恢复"),
        (lambda where: where.write_bytes(where.read_bytes()[:4096]), "从备份恢复"),
    ],
    ids=["overwritten", "cut"],
)
def test_records_that_are_spoilt_are_told_and_serve_again_when_they_are_restored(
    desk, records, spoil, words
) -> None:
    draft = path(begin(desk))
    assert 1 == number_of(file(desk, draft))
    backup = records.read_bytes()
    spoil(records)
    listed, filed = desk.get("/records"), file(desk, draft)
    assert (503, True) == (listed.status_code, words in listed.text)
    assert (503, True) == (filed.status_code, "没有登记" in filed.text)
    assert 503 == desk.get("/api/v1/records").status_code
    records.write_bytes(backup)
    assert 2 == number_of(file(desk, draft))
    assert verify(open_store(place_of(str(records)))).broken is None


def test_records_that_another_program_holds_are_told_of_and_are_there_when_it_lets_go(
    desk, records, monkeypatch
) -> None:
    draft = path(begin(desk))
    file(desk, draft)
    monkeypatch.setattr(storing, "_PATIENCE", 0)
    monkeypatch.setattr(storing, "_READERS_PATIENCE", 0)
    holder = sqlite3.connect(records, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    listed, filed = desk.get("/records"), file(desk, draft)
    holder.execute("ROLLBACK")
    holder.close()
    assert (503, True) == (listed.status_code, "数据库正被别的程序占着" in listed.text)
    assert (503, True) == (filed.status_code, "没有登记" in filed.text)
    assert 2 == number_of(file(desk, draft))


def test_records_that_are_gone_are_not_begun_anew_in_silence(desk, records) -> None:
    draft = path(begin(desk))
    file(desk, draft)
    records.rename(records.with_suffix(".away"))
    for told in (desk.get("/records"), desk.get("/records/1"), file(desk, draft)):
        assert (503, True) == (told.status_code, "以前登记到第1号" in told.text)
    assert not records.exists()
    records.with_suffix(".away").rename(records)
    assert 2 == number_of(file(desk, draft))


def test_a_record_whose_witness_the_disk_does_not_take_is_filed_all_the_same(
    desk, records, monkeypatch
) -> None:
    draft = path(begin(desk))
    assert 1 == number_of(file(desk, draft))

    def refuse(*_args, **_more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(witness, "put_in_place", refuse)
        assert 2 == number_of(file(desk, draft))
    assert 3 == number_of(file(desk, draft))
    assert verify(open_store(place_of(str(records)))).broken is None


def test_a_server_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path, records) -> None:
    command = [sys.executable, "-m", "policy_engine", "serve", "--port", "0"]
    command += ["--data", str(tmp_path / "drafts"), "--records", str(records)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        address = re.search(r"http://[\d.:]+", running.stdout.readline())[0]
        draft = _posted(f"{address}/subjects/采购事项", "name=x")
        acknowledged, enough = list[int](), threading.Event()

        def writes() -> None:
            while True:
                try:
                    told = _posted(f"{draft}/record", "by=x")
                except OSError:
                    return
                acknowledged.append(int(told.rsplit("/", 1)[1]))
                if len(acknowledged) >= 6:
                    enough.set()

        writers = [threading.Thread(target=writes) for _ in range(3)]
        for one in writers:
            one.start()
        assert enough.wait(60)
    finally:
        running.kill()
        running.wait()
        running.stdout.close()
    for one in writers:
        one.join()
    store = open_store(place_of(str(records)))
    assert verify(store).broken is None
    assert len(acknowledged) == len(set(acknowledged))
    assert set(acknowledged) <= {row.number for row in store.rows()}


def _posted(address: str, body: str) -> str:
    """Send a form; gives where its answer leads."""
    request = urllib.request.Request(urllib.parse.quote(address, safe=":/"), body.encode(), method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.geturl()
