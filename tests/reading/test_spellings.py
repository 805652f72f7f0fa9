"""Quantities in every spelling that officials use, read with the shipped terms: right, suspected, or left alone.

The tables in `written/` say what a careful clerk takes from each sentence: `120` is stated and has to be read; `120-` may
be read or left alone; `120?` may be suspected, but is never sure; several are parted by `/`; what isn't named isn't read.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import as_shipped
from policy_engine.model.lexicon import Certainty
from policy_engine.model.vocabulary import FieldType
from policy_engine.reading import read

FIELDS = {
    "金额": "项目金额_万元",
    "期限": "合同期限_月",
    "续签": "自动续签_月",
    "覆盖": "一次采购覆盖_月",
    "人数": "固定人数",
    "签订": "合同签订日",
}
RULES = as_shipped.rule_set()
SUBJECT = RULES.vocabulary.subjects["采购事项"]
TABLES = sorted((Path(__file__).parent / "written").glob("*.yaml"))
ROWS = [row for table in TABLES for row in yaml.load(table.read_text(encoding="utf-8"), yaml.BaseLoader)]


def value_of(name, text):
    field = SUBJECT.fields[FIELDS[name]]
    if field.type is FieldType.DATE:
        return date.fromisoformat(text).toordinal()
    return int(Decimal(text) * 10**field.scale)


def found(text):
    """Give what is read of each field: the values, and those of them that are sure."""
    told = {name: (set(), set()) for name in FIELDS}
    names = {field: name for name, field in FIELDS.items()}
    for one in read(RULES.lexicon, RULES.vocabulary, "采购事项", {"购买内容": text}):
        if one.field in names:
            every, sure = told[names[one.field]]
            every.add(one.value)
            if one.certainty is not Certainty.SUSPECTED:
                sure.add(one.value)
    return told


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] for row in ROWS])
def test_a_spelling_is_read_right_or_left_alone(row):
    for name, (every, sure) in found(row["text"]).items():
        told = row.get(name) or ""
        values = {value_of(name, part) for part in told.rstrip("?-").split("/") if part}
        assert every <= values, name
        if told.endswith("?"):
            assert not sure, name
        elif told and not told.endswith("-"):
            assert sure == values, name
