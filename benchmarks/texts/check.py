"""Check the labelled texts: their form, their fields against the schemas, their words, and that no two are alike."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from labels import SCHEMAS, properties
from labels import entries as read_entries
from split import PARTS, UNSEEN

TEXTS = {
    "采购事项": {"事项名称", "购买内容", "其他说明"},
    "企业": {"企业名称", "经营范围"},
    "服务合同": {"条款"},
}
STYLES = {
    "采购意向公开",
    "招标公告",
    "竞争性磋商公告",
    "合同公告",
    "立项申请",
    "会议纪要",
    "预算绩效表",
    "单位请示",
    "微信描述",
    "单一来源公示",
    "购买服务目录",
    "企业名录",
    "合同条款",
}
BOUGHT = {"服务", "货物", "工程", "工程和服务打包", "货物和服务", "不明"}
KEYS = {
    "id",
    "style",
    "subject",
    "texts",
    "suspicious",
    "points_to",
    "states",
    "unsure",
    "bought",
    "neighbour",
    "why",
}
ALIKE = 0.6
LONGEST = 450


def flat(text: str) -> str:
    """The text in compatibility form."""
    return unicodedata.normalize("NFKC", text)


def trigrams(entry: dict[str, Any]) -> set[str]:
    """The character trigrams of everything an entry says."""
    text = "".join(flat("".join(entry["texts"].values())).split())
    return {text[i : i + 3] for i in range(max(1, len(text) - 2))}


def fits(value: object, field: dict[str, Any]) -> bool:
    """Whether a value is of the field's type, or one of its choices or aliases."""
    first = field.get("anyOf", [field])[0]
    if "enum" in first:
        return value in first["enum"] or value in field.get("x-aliases", {})
    kind = first.get("type")
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in ("number", "integer"):
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "array":
        return isinstance(value, list) and all(v in first["items"].get("enum", [v]) for v in value)
    return isinstance(value, str)


def faults_of_form(entry: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the frame of one entry."""
    if extra := set(entry) - KEYS:
        yield f"unknown keys {sorted(extra)}"
    if entry["style"] not in STYLES:
        yield f"unknown style {entry['style']}"
    if not entry["texts"] or set(entry["texts"]) - TEXTS[entry["subject"]]:
        yield f"texts {sorted(entry['texts'])}"
    if entry["subject"] == "采购事项" and entry.get("bought") not in BOUGHT:
        yield f"bought {entry.get('bought')}"
    if entry["suspicious"] != bool(entry["points_to"]):
        yield "suspicious without a field, or a field without suspicion"
    if entry.get("neighbour") and entry["suspicious"]:
        yield "a harmless neighbour is not suspicious"


def faults_of_points(entry: dict[str, Any], fields: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the fields that a text is said to point to."""
    whole = flat("\n".join(entry["texts"].values()))
    if not 3 <= len(whole) <= LONGEST:
        yield f"{len(whole)} characters"
    for point in entry["points_to"]:
        if set(point) != {"field", "value", "words"}:
            yield f"point {point}"
        elif point["field"] not in fields:
            yield f"no field {point['field']}"
        elif point["value"] is not None and not fits(point["value"], fields[point["field"]]):
            yield f"{point['field']} can't be {point['value']!r}"
        elif flat(point["words"]) not in whole:
            yield f"words not in the text: {point['words']}"


def faults_of_facts(entry: dict[str, Any], fields: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the facts that a text is said to state."""
    for name, value in entry["states"].items():
        if name not in fields:
            yield f"no field {name}"
        elif not fits(value, fields[name]):
            yield f"{name} can't be {value!r}"
    for name in entry["unsure"]:
        if name not in fields:
            yield f"no field {name}"
        if name in entry["states"]:
            yield f"{name} is both stated and unsure"


def faults(entry: dict[str, Any], fields: dict[str, Any]) -> Iterator[str]:
    """What is wrong with one entry."""
    if missing := KEYS - {"bought", "neighbour"} - set(entry):
        yield f"missing keys {sorted(missing)}"
        return
    yield from faults_of_form(entry)
    yield from faults_of_points(entry, fields)
    yield from faults_of_facts(entry, fields)


def main() -> int:
    """Check every part, print the counts."""
    fields = properties()
    bad: list[str] = []
    entries: list[dict[str, Any]] = []
    unseen: set[str] = set()
    for part in (*PARTS, *UNSEEN):
        for entry in read_entries(part):
            bad += [f"{part}: {entry['id']}: {fault}" for fault in faults(entry, fields[entry["subject"]])]
            if part in UNSEEN:
                unseen.add(entry["id"])
            entries.append(entry)
    bad += [
        f"{name}: used {count} times"
        for name, count in Counter(e["id"] for e in entries).items()
        if count > 1
    ]
    grams = [(e["id"], trigrams(e)) for e in entries]
    for (one, left), (other, right) in combinations(grams, 2):
        if len(left & right) > ALIKE * len(left | right):
            bad.append(f"{one} and {other} are alike")
    for subject in SCHEMAS:
        of = [e for e in entries if e["subject"] == subject]
        doubtful = sum(e["suspicious"] for e in of)
        near = sum(bool(e.get("neighbour")) for e in of)
        out = sum(e["id"] in unseen for e in of)
        print(
            f"{subject}: {len(of)} texts, {doubtful} suspicious, {near} harmless neighbours, {out} held out"
        )
        for key in ("style", "bought"):
            print("  ", dict(Counter(e.get(key) for e in of).most_common()))
        print("  ", dict(Counter(p["field"] for e in of for p in e["points_to"]).most_common()))
    print(*bad, sep="\n", end="\n" if bad else "")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
