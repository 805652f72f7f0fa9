"""What can be written in a condition is known to the editor, the guide and the schema of rule files alike."""

import json
from pathlib import Path

import pytest

from policy_engine.loading.conditions import OPERATORS
from policy_engine.loading.keywords import KEYWORDS
from policy_engine.model.conditions import Bound, Membership, Period

ROOT = Path(__file__).parent.parent.parent
WRITTEN = {word for words in OPERATORS.values() for word in words}
SCHEMA = json.loads((ROOT / "schemas" / "rule-file.schema.json").read_text(encoding="utf-8"))
GUIDE = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")


def test_the_schema_of_rule_files_knows_every_operator_and_no_other():
    assert {*WRITTEN, "parameter"} == set(SCHEMA["$defs"]["operators"]["properties"])


@pytest.mark.parametrize("word", sorted(WRITTEN))
def test_the_editor_and_the_guide_explain_every_operator(word):
    assert word in KEYWORDS
    assert f"`{word}`" in GUIDE or f"{word}: " in GUIDE


@pytest.mark.parametrize("kind", [Bound, Membership, Period])
def test_every_comparison_of_the_model_can_be_written(kind):
    assert {one.value for one in kind} <= WRITTEN
