"""Editors complete and check case files by `case.schema.json`: it admits what the program writes and reads."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from referencing import Registry, Resource

import as_shipped
from policy_engine.reporting.blank_case import blank_case

ROOT = Path(__file__).parent.parent.parent
SUBJECTS = as_shipped.rule_set().vocabulary.subjects
SCHEMAS = {
    path.name: json.loads(path.read_text("utf-8")) for path in (ROOT / "schemas").glob("*.schema.json")
}
# They use other names of a choice, which the program understands and editors do not.
WITH_ALIASES = ("joint-meeting-longan", "provider")
EXAMPLES = [p for p in sorted((ROOT / "examples").glob("*.yaml")) if p.stem not in WITH_ALIASES]
REGISTRY = Registry().with_resources((name, Resource.from_contents(s)) for name, s in SCHEMAS.items())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMAS["case.schema.json"], registry=REGISTRY)


class Texts(yaml.SafeLoader):
    """YAML as editors read it, days as text."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def mistakes(text: str) -> list[str]:
    documents = yaml.load_all(text, Texts)
    cases = [case for one in documents for case in (one if isinstance(one, list) else [one])]
    return [f"{list(e.path)} {e.message}" for case in cases for e in VALIDATOR.iter_errors(case)]


@pytest.mark.parametrize("name", SUBJECTS)
def test_a_blank_case_fits_the_schema(name):
    assert [] == mistakes(blank_case(SUBJECTS[name], "case.schema.json"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_fits_the_schema(path):
    assert [] == mistakes(path.read_text("utf-8"))


def test_an_unknown_field_does_not_fit():
    assert 1 == len(mistakes("as_of: 2026-01-15\njurisdiction: 全国\n采购事项: {含工成: true}\n"))
