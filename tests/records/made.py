"""Records made for tests: small contents, and what they refer to."""

import json
import sqlite3
from pathlib import Path

from policy_engine.records.attachments import packed
from policy_engine.records.content import Draft
from policy_engine.records.locating import place_of
from policy_engine.records.store import Store, open_store

BASE = packed({"rules/a.yaml": "甲: 1\n"})
OTHER = packed({"rules/a.yaml": "甲: 2\n"})


def draft(name: str = "甲", *, base=BASE, by: str = "陆某") -> Draft:
    content = {
        "format": 1,
        "at": "2026-03-02T02:41:07Z",
        "by": by,
        "account": "账户",
        "program": "0",
        "case": {"name": name},
        "order": [],
        "as_of": "2026-03-02",
        "jurisdiction": {"code": "330500", "name": "湖州市"},
        "rule_base": {"name": "自带", "version": "0" * 16, "digest": base.digest},
        "catalogue": None,
        "engine": "both",
        "decision": {
            "label": "不得实施",
            "headline": "",
            "cross_check": "agreed",
            "paper": "",
            "subjects": {},
        },
    }
    return Draft(content, (base,))


def made(folder: Path, count: int = 5) -> Store:
    """Make a store of so many records; the last two by another rule base."""
    store = open_store(place_of(str(folder / "记录.sqlite")), makes=True)
    for number in range(1, count + 1):
        store.append([draft(f"第{number}件", base=OTHER if number > count - 2 else BASE)])
    return store


def change(store: Store, statement: str, *values) -> None:
    """Change what is stored as somebody would who has the file."""
    with sqlite3.connect(store.place.file) as connection:
        assert connection.execute(statement, values).rowcount != 0
    connection.close()


def rows(store: Store) -> list[tuple]:
    with sqlite3.connect(store.place.file) as connection:
        found = connection.execute("SELECT * FROM records ORDER BY number").fetchall()
    connection.close()
    return found


def content(store: Store, number: int) -> dict:
    return json.loads(next(row[2] for row in rows(store) if row[0] == number))
