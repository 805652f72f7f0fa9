"""The schema of what is looked for in lists refuses no file that loads, and what is plainly wrong it refuses as the loader does."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

import as_shipped
from loading.test_aggregates import GOOD, SOUND, problems
from policy_engine.language.aggregates_schema import AGGREGATE_FILE, aggregate_file_schema

ROOT = Path(__file__).parents[2]
TEXT = aggregate_file_schema(as_shipped.compiled().rule_set.vocabulary)
SCHEMA = Draft202012Validator(json.loads(TEXT))


class Words(yaml.SafeLoader):
    """Reads days as they are written, as the program does."""


Words.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def is_fine(text: str) -> bool:
    return SCHEMA.is_valid(yaml.load(text, Loader=Words))


def test_the_schema_that_is_shipped_is_the_one_made_of_the_language_and_the_vocabulary():
    assert TEXT == (ROOT / "schemas" / AGGREGATE_FILE).read_text(encoding="utf-8")
    Draft202012Validator.check_schema(SCHEMA.schema)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "rules/aggregates").glob("*.yaml")), ids=lambda path: path.stem
)
def test_what_is_shipped_is_of_its_schema(path):
    text = path.read_text(encoding="utf-8")
    assert is_fine(text), [error.message for error in SCHEMA.iter_errors(yaml.load(text, Loader=Words))]
    assert f"$schema=../../schemas/{AGGREGATE_FILE}" in text.partition("\n")[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: 拆分", "titel: 拆分"),
        ("id: split", "id: Split_1"),
        ("    subject: 采购事项\n", ""),
        ("subject: 采购事项", "subject: 采购事情"),
        ("by: [采购人]", "by: [{title: 甲}]"),
        ("by: [采购人]", "by: [{year: 采购日期, evry: true}]"),
        ("by: [采购人]", "by: [{table: [{when: {采购方式: 公开比武}, is: 甲}], otherwise: 乙}]"),
        ("by: [采购人]", "by: [{decided: 判断}]"),
        ("days: 90", "days: 很多"),
        ("days: 90", "days: 0"),
        ("采购方式: 公开招标}}", "采购方式: 公开比武}}"),
        ("report: {at_least: 200, fewest: 2}", "report: {fewest: 2}"),
        ("report: {at_least: 200, fewest: 2}", "report: {at_least: 200, at_most: 300}"),
        ("report: {at_least: 200, fewest: 2}", "report: {at_least: 二百}"),
        ("report: {at_least: 200, fewest: 2}", "report: {at_least: {parametre: 甲}}"),
        ("measure: {total:", "measure: {totl:"),
        ("- {name: 采购人}", "- {name: 采购人, head: [甲]}"),
        ("- {name: 采购日期, type: date}", "- {name: 采购日期, type: day}"),
        ("title: 拆分", "title: 拆分\n    document: sc-procurement-2015"),
        ("as_of: 2026-01-15", "as_of: 一月"),
        ("found: [甲局]", "find: [甲局]"),
    ],
)
def test_what_is_wrong_is_refused_as_by_the_loader(old, new):
    assert old in GOOD
    assert not is_fine(GOOD.replace(old, new))
    assert problems(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("by: [采购人]", "by: [采购人, {year: 采购日期, every: true, title: 年度}, {field: 采购方式}]"),
        (
            "where: {not: {采购方式: 公开招标}}",
            "where: {采购日期: {on_or_after: 2026-01-01}, any: [{采购方式: 询价}]}",
        ),
        ("report: {at_least: 200,", "report: {more_than: {parameter: 中央公开招标数额标准_万元},"),
        ("found: [甲局]", "found: [[甲局]]\n        possible: []"),
    ],
)
def test_what_the_loader_reads_is_not_refused(old, new):
    text = SOUND.replace(old, new) if old else SOUND
    assert not [one for one in problems(text) if one.code != "PE344"]
    assert is_fine(text)
