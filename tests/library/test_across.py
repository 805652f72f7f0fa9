"""What several subjects of one case can't be together is looked at where the case tells of two of them."""

import pytest

import policy_engine
from cli.rich_base import RULES, write_rich_base

TWO_SIDED = "impossible: {采购事项.含工程: true, 服务合同.含工程: false}"
ONE_SIDED = "impossible: {采购事项.含工程: true}"
WORKS = {"采购事项": {"含工程": True}}


def codes(folder, facts):
    program = policy_engine.load(folder / "rules", folder / "schemas")
    try:
        program.check({"as_of": "2021-03-01", "jurisdiction": "浙江省湖州市长兴县", **facts})
    except policy_engine.DiagnosticsError as error:
        return [found.code for found in error.diagnostics]
    return []


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        (WORKS, []),
        (WORKS | {"服务合同": {"合同期限_月": 1}}, ["PE508"]),
        ({"服务合同": {"合同期限_月": 1}}, []),
    ],
)
def test_a_comparison_needs_two_subjects(tmp_path, facts, found):
    assert TWO_SIDED in RULES
    write_rich_base(tmp_path, {"rules/toy/toy-2020/law.yaml": RULES.replace(TWO_SIDED, ONE_SIDED)})
    assert found == codes(tmp_path, facts)
