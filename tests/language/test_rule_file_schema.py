"""The schema of rule files, made of the language and a vocabulary, refuses what the loader refuses and nothing it reads."""

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import as_shipped
from loading.test_conditions import CONDITIONS, RULE, SOUND
from loading.toy import TOY_RULES, complaint_about
from policy_engine.language.schema import FILE, rule_file_schema

ROOT = Path(__file__).parent.parent.parent
FILES = sorted((ROOT / "rules").rglob("law.yaml"))
RULE_SET = as_shipped.rule_set()


def made_for(rule_set) -> str:
    return rule_file_schema(rule_set.vocabulary, rule_set.objects, rule_set.authority.forces)


MADE = json.loads(made_for(RULE_SET))
SHIPPED = Draft202012Validator(MADE)
TOY = Draft202012Validator(json.loads(made_for(TOY_RULES.rule_set)))
REGISTER = Draft202012Validator({"$defs": MADE["$defs"], "$ref": "#/$defs/documentsFile"})


class _Yaml(yaml.SafeLoader):
    """Reads YAML 1.2 as editors do: `true` and `false` are truth values, a day is text."""


_OLD = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
_Yaml.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if tag not in _OLD]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Yaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def read(text: str) -> object:
    return yaml.load(text, _Yaml)


def test_the_schema_that_is_shipped_is_the_one_made_of_the_language_and_the_vocabulary():
    shipped = (ROOT / "schemas" / FILE).read_text(encoding="utf-8")
    assert made_for(RULE_SET) == shipped, "run make generate"


def test_it_is_json_schema():
    Draft202012Validator.check_schema(MADE)


@pytest.mark.every(3)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_shipped_rule_file_keeps_to_it(path):
    assert [] == [error.message for error in SHIPPED.iter_errors(read(path.read_text(encoding="utf-8")))]


def test_the_register_of_documents_keeps_to_it():
    text = (ROOT / "rules" / "registers" / "documents.yaml").read_text(encoding="utf-8")
    assert [] == [error.message for error in REGISTER.iter_errors(read(text))]


@pytest.mark.parametrize(
    "written",
    [
        "{含工成: true}",
        "{含工程: 是}",
        "{含工程: 1}",
        "{含工程: {at_least: 1}}",
        "{采购标的: true}",
        "{采购标的: {none_of: [工程]}}",
        "{合同期限_月: 一年}",
        "{合同期限_月: true}",
        "{合同期限_月: [12, 24]}",
        "{合同期限_月: {at_least: 一年}}",
        "{合同期限_月: {before: 2024-02-29}}",
        "{合同期限_月: {at_least: {of: 含工程}}}",
        "{合同签订日: 12}",
        "{合同签订日: {after: 未发生}}",
        "{合同签订日: {before: {of: 合同期限_月}}}",
        "{验收日: {within_months: {of: 合同期限_月, months: 3}}}",
        "{验收日: {within_months: {of: 合同签订日, months: 1201}}}",
        "{合同要素: 价格}",
        "{采购标的: {any_of: []}}",
        "{合同要素: {any_of: [12]}}",
        "{meets: []}",
        "{合同要素: {count: 3}}",
        "{合同要素: {count: {least: 3}}}",
        "{购买内容: 保安}",
        "{differ: [含工程, 含工成]}",
        "{ratio: {part: 含工程, whole: 自动续签_月, at_least: 0.3}}",
        "{all: []}",
        "{all: [{含工程: true}, {not: {含工成: true}}]}",
        "{}",
    ],
)
def test_what_means_nothing_is_refused_by_the_schema_as_by_the_loader(written):
    text = RULE.replace("{condition}", written)
    assert complaint_about("rules.yaml", text.encode())
    assert not TOY.is_valid(read(text))


DEFINED = "definitions:\n  - {name: 称, basis: 理由, subject: 采购事项, %s}\nrules:"


@pytest.mark.parametrize(
    "definition",
    [
        "means: {含工成: true}",
        "means: {含工程: 是}",
        "of: 含工成, means: [工程]",
        "of: 采购标的",
    ],
)
def test_a_definition_that_means_nothing_is_refused(definition):
    text = RULE.replace("{condition}", "{含工程: true}").replace("rules:", DEFINED % definition)
    assert complaint_about("rules.yaml", text.encode())
    assert not TOY.is_valid(read(text))


def test_names_that_a_file_defines_stand_for_conditions_and_for_members():
    defined = "of: 采购标的, means: [工程, 货物]"
    text = RULE.replace("{condition}", "{采购标的: 称, not: {采购标的: {any_of: [称, 服务]}}}")
    text = text.replace("rules:", DEFINED % defined)
    assert not complaint_about("rules.yaml", text.encode())
    assert TOY.is_valid(read(text))


def plain(condition: object) -> str:
    """Write a condition as an author does, no value in quotes that needs none."""
    text = yaml.safe_dump(condition, allow_unicode=True, default_flow_style=True, width=10_000)
    return re.sub(r"'(true|false|[-.0-9]+)'", r"\1", text.strip())


NESTED = st.recursive(
    SOUND,
    lambda inner: (
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)})
        | st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)})
        | st.fixed_dictionaries({"not": inner})
    ),
    max_leaves=4,
)


@given(NESTED | CONDITIONS)
def test_the_schema_refuses_nothing_that_the_loader_reads(condition):
    text = RULE.replace("{condition}", plain(condition))
    is_read = not complaint_about("rules.yaml", text.encode())
    event("read" if is_read else "refused")
    assert TOY.is_valid(read(text)) or not is_read
