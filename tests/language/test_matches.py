"""A new operator or kind must fail to type wherever they are told apart: no `match` on them ends in a catch-all."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from policy_engine.model.conditions import Condition
from policy_engine.model.rules import Kind

SOURCES = sorted((Path(__file__).parent.parent.parent / "src").rglob("*.py"))
NAMES = {part.__name__ for union in (Condition, Kind) for part in get_args(union)}
CAUGHT = """
match condition:
    case All(parts=parts) | Any(parts=parts):
        pass
    case _:
        pass
"""
NEVER = CAUGHT.replace(
    "        pass\n    case _:\n        pass", "        pass\n    case _:\n        assert_never(condition)"
)
KINDS = CAUGHT.replace("All(parts=parts) | Any(parts=parts)", "Permit()")
PAIR = CAUGHT.replace("All(parts=parts) | Any(parts=parts)", "Status.TRUE, rules.Table()")
OTHER = CAUGHT.replace("All(parts=parts) | Any(parts=parts)", "Scalar()")


def catch_alls(text: str) -> Iterator[int]:
    """Go through the lines of catch-alls in matches on conditions and kinds, those that mypy proves unreachable aside."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Match) and NAMES & {name for case in node.cases for name in classes(case)}:
            yield from (case.pattern.lineno for case in node.cases if is_catch_all(case))


def classes(case: ast.match_case) -> Iterator[str]:
    for node in ast.walk(case.pattern):
        if isinstance(node, ast.MatchClass):
            yield ast.unparse(node.cls).rpartition(".")[2]


def is_catch_all(case: ast.match_case) -> bool:
    is_open = isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None
    return is_open and not ast.unparse(case.body[0]).startswith("assert_never(")


@pytest.mark.parametrize(
    ("text", "lines"), [(CAUGHT, [5]), (KINDS, [5]), (PAIR, [5]), (NEVER, []), (OTHER, [])]
)
def test_a_catch_all_is_seen_where_conditions_or_kinds_are_matched(text, lines):
    assert lines == list(catch_alls(text))


def test_no_match_on_conditions_or_kinds_ends_in_a_catch_all():
    found = {str(path): [*catch_alls(path.read_text(encoding="utf-8"))] for path in SOURCES}
    assert {} == {path: lines for path, lines in found.items() if lines}
