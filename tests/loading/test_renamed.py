"""Whoever still writes the old name of a field is told what replaced it."""

import pytest

from loading.toy import DEFAULTS, TEXTS, prepared
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import load_cases
from policy_engine.loading.files import SourceText

SCHEMA = TEXTS["purchase.schema.json"].replace(
    '"x-aliases": {"工程项目": "工程"}',
    '"x-aliases": {"工程项目": "工程"}, "x-was": {"标的": "", "是工程": "采购标的: 工程"}',
)
HELP = "这个字段已由 `采购标的` 代替"


def complaints(act) -> list[tuple[str, str]]:
    with pytest.raises(DiagnosticsError) as raised:
        act()
    return [(found.code, found.help) for found in raised.value.diagnostics]


@pytest.mark.parametrize(
    ("old", "hint"), [("标的", f"{HELP}，改写成 `采购标的`"), ("是工程", f"{HELP}：采购标的: 工程")]
)
def test_a_case_is_told_the_new_name(old: str, hint: str) -> None:
    rules = prepared({"purchase.schema.json": SCHEMA}).rule_set
    text = SourceText("case.yaml", f"as_of: 2026-01-15\n采购事项: {{{old}: true}}\n")
    assert [("PE501", hint)] == complaints(lambda: load_cases(text, rules, DEFAULTS))


def test_a_rule_is_told_the_new_name() -> None:
    schema = TEXTS["purchase.schema.json"].replace(
        '"含工程": {"title"', '"含工程": {"x-was": {"有工程": ""}, "title"'
    )
    rules = TEXTS["rules.yaml"].replace("含工程:", "有工程:")
    found = complaints(lambda: prepared({"purchase.schema.json": schema, "rules.yaml": rules}))
    assert ("PE301", "这个字段已由 `含工程` 代替，改写成 `含工程`") in found
