"""Facts that contradict each other are told with the lines they stand in."""

import pytest

import as_shipped
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.usecases import check

COMPILED = as_shipped.compiled()


def told(text: str) -> str:
    (case,) = load_cases(SourceText("案件", text), COMPILED.rule_set, CaseDefaults(today=739631))
    with pytest.raises(DiagnosticsError) as error:
        check(COMPILED, case)
    (one,) = error.value.diagnostics
    return one.message


def test_the_lines_are_those_an_editor_counts() -> None:
    text = "as_of: 2026-01-15\n采购事项:\n  采购标的: 工程\n  含工程: false\n"
    assert "（采购标的 = 工程（第 3 行），含工程 = 否（第 4 行））" in told(text)
