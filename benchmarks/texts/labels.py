"""Read labelled texts, their labels under the names that fields have today.

Texts that nobody may read can't be relabelled when a field is renamed; the vocabulary says what their labels are now.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
SCHEMAS = {
    "采购事项": "purchase.schema.json",
    "企业": "enterprise.schema.json",
    "服务合同": "contract.schema.json",
}
_ANSWERS = {True: "是", False: "否"}
_Old = tuple[str, Mapping[str, Any]]


def properties() -> dict[str, dict[str, Any]]:
    """The fields of each subject that has labelled texts, as its schema describes them."""
    folder = HERE.parent.parent / "schemas"
    return {
        subject: json.loads((folder / name).read_text(encoding="utf-8"))["properties"]
        for subject, name in SCHEMAS.items()
    }


def entries(name: str) -> list[dict[str, Any]]:
    """The entries of one file, under today's names."""
    told = yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []
    olds = {subject: _olds(fields) for subject, fields in properties().items()}
    return [_today(entry, olds[entry["subject"]]) for entry in told]


def _olds(fields: Mapping[str, Any]) -> dict[str, _Old]:
    return {
        old: (name, answers)
        for name, field in fields.items()
        for old, answers in field.get("x-was", {}).items()
        if isinstance(answers, dict) and answers and old not in fields
    }


def _today(entry: dict[str, Any], olds: Mapping[str, _Old]) -> dict[str, Any]:
    points = [
        point | {"field": olds[point["field"]][0], "value": _now(point["value"], olds[point["field"]])}
        if point["field"] in olds
        else point
        for point in entry["points_to"]
    ]
    states: dict[str, Any] = {}
    for name, value in entry["states"].items():
        if name in olds:
            states.setdefault(olds[name][0], _now(value, olds[name]))
        else:
            states[name] = value
    unsure = [olds[name][0] if name in olds else name for name in entry["unsure"]]
    return entry | {"points_to": points, "states": states, "unsure": unsure}


def _now(value: object, old: _Old) -> object:
    return None if value is None else old[1].get(_ANSWERS[value] if isinstance(value, bool) else str(value))
