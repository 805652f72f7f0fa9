"""Facts that contradict each other are told with the lines they stand in."""

import pytest

import as_shipped
from policy_engine.evaluation.consistency import carrying
from policy_engine.evaluation.truth import nothing_derived
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model import conditions as c
from policy_engine.usecases import check
from properties import toy

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


WORKS, GOODS, GRADED = (c.Equals(name, True, toy.SPAN) for name in ("含工程", "有理由", "已列目录"))


@pytest.mark.parametrize(
    ("condition", "facts", "names"),
    [
        (WORKS, {"含工程": True}, ["含工程"]),
        (c.All((WORKS, GOODS), toy.SPAN), {"含工程": True, "有理由": True}, ["含工程", "有理由"]),
        # Of parts of which one suffices, what doesn't hold has no share in it.
        (c.Any((WORKS, GOODS), toy.SPAN), {"含工程": False, "有理由": True}, ["有理由"]),
        (c.Any((WORKS, GOODS), toy.SPAN), {"含工程": True, "有理由": True}, ["含工程", "有理由"]),
        (
            c.All((GRADED, c.Any((WORKS, GOODS), toy.SPAN)), toy.SPAN),
            {"已列目录": True, "含工程": True, "有理由": False},
            ["已列目录", "含工程"],
        ),
        (c.Any((c.Not(WORKS, toy.SPAN), GOODS), toy.SPAN), {"含工程": False}, ["含工程"]),
    ],
)
def test_only_what_carries_a_contradiction_is_named(condition, facts, names) -> None:
    fields = toy.VOCABULARY.subjects[toy.PURCHASE].fields
    assert names == list(carrying(condition, facts, nothing_derived(fields)))
