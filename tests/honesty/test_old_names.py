"""What a field replaced is told to whoever still writes it, in every shipped subject."""

import pytest

from honesty.desk import compiled
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText

SUBJECTS = compiled().rule_set.vocabulary.subjects
OLD = [
    (name, old, field.name)
    for name, subject in SUBJECTS.items()
    for field in subject.fields.values()
    for old in field.was
]


def test_names_were_replaced():
    assert len(OLD) > len(SUBJECTS)


@pytest.mark.parametrize(("subject", "old", "new"), OLD)
def test_an_old_name_is_told_the_new_one(subject: str, old: str, new: str):
    text = SourceText("case.yaml", f"as_of: 2026-01-15\n{subject}: {{{old}: true}}\n")
    with pytest.raises(DiagnosticsError) as told:
        load_cases(text, compiled().rule_set, CaseDefaults(today=739631))
    (one,) = told.value.diagnostics
    assert ("PE501", True) == (one.code, one.help.startswith(f"这个字段已由 `{new}` 代替"))
