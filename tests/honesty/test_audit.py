"""Every field that a declaration may close was decided upon, and the decision is written down."""

import re
from pathlib import Path

import pytest

from honesty.desk import compiled
from policy_engine.model.vocabulary import Role

DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0013-what-a-declaration-closes.md"
PARTS = re.split(r"^## (\S+)$", DECISION.read_text("utf-8"), flags=re.MULTILINE)[1:]
WRITTEN = dict(zip(PARTS[::2], PARTS[1::2], strict=True))


def listed(subject: str, opening: str) -> set[str]:
    """Read one of a subject's lists; a usual value in brackets is left out."""
    line = next((line for line in WRITTEN[subject].splitlines() if line.startswith(f"- {opening}")), ": .")
    return {re.sub("（.*）", "", name) for name in line.split(": ", 1)[1].rstrip(".").split("、")} - {""}


@pytest.mark.parametrize("subject", compiled().rule_set.vocabulary.subjects)
def test_the_decision_names_every_field_that_a_declaration_might_close(subject):
    fields = compiled().rule_set.vocabulary.subjects[subject].fields.values()
    askable = [f for f in fields if f.role in (Role.FLAG, Role.CONCLUSION) and f.declared is not None]
    assert {f.name for f in askable if f.constitutive} == listed(subject, "Never")
    open_to_it = [f for f in askable if not f.constitutive]
    assert {f.name for f in open_to_it if f.role is Role.FLAG} == listed(subject, "Abnormal")
    assert {f.name for f in open_to_it if f.role is Role.CONCLUSION} == listed(subject, "Judgements")
