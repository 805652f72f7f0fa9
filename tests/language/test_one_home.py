"""Each operator, kind and key is written down once: what the loader reads, the editor tells and the guide explains."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_engine.analysis.testing.conditions import mutated
from policy_engine.analysis.testing.operators import Operator as Mistake
from policy_engine.foundation.spans import file_span
from policy_engine.language.guide import fill_guide
from policy_engine.language.keys import CONDITION_WORDS, DEFINITION_KEYS, FILE_KEYS, KEYWORDS, RULE_KEYS
from policy_engine.language.kinds import KINDS
from policy_engine.language.operators import OPERATORS, Operand, Operator, Slip, operators_on
from policy_engine.model import conditions as c
from policy_engine.model.vocabulary import Field, FieldType, Role

ROOT = Path(__file__).parent.parent.parent
GUIDE = ROOT / "rules" / "README.md"
HOME = ROOT / "src" / "policy_engine" / "language"
SOURCES = sorted(p for p in (ROOT / "src").rglob("*.py") if HOME not in p.parents)
WORDS = {*OPERATORS, *CONDITION_WORDS}
SPAN = file_span("rules.yaml")
MISTAKES = {
    Slip.OPERATOR: Mistake.BOUND,
    Slip.LIMIT: Mistake.LIMIT,
    Slip.FEWER: Mistake.FEWER,
    Slip.MORE: Mistake.MORE,
}


def second_lists(text: str) -> Iterator[int]:
    """Go through the lines where three operators or more are listed."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.Dict(keys=parts):
                words = {part.value for part in parts if isinstance(part, ast.Constant)} & WORDS
                if len(words) >= 3:
                    yield node.lineno


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('X = ("at_least", "before", "count")', [1]),
        ('\nX = {"any_of": 1, "all_of": 2, "none_of": 3, **others}', [2]),
        ('X = {"at_least": 1, "at_most": 2}', []),
    ],
)
def test_a_second_list_of_operators_is_seen(text, lines):
    assert lines == list(second_lists(text))


def test_operators_are_listed_nowhere_else():
    found = {str(path): [*second_lists(path.read_text(encoding="utf-8"))] for path in SOURCES}
    assert {} == {path: lines for path, lines in found.items() if lines}


def test_the_tables_of_the_guide_are_those_of_the_language():
    text = GUIDE.read_text(encoding="utf-8")
    assert fill_guide(text) == text, "run make generate"


def test_a_table_that_was_edited_by_hand_is_noticed():
    text = GUIDE.read_text(encoding="utf-8")
    edited = text.replace("`{field: {none_of: [a, b]}}`", "`{field: {no_of: [a, b]}}`")
    assert fill_guide(edited) == text != edited


def test_every_comparison_of_the_model_can_be_written():
    written = {operator.comparison for operator in OPERATORS.values()}
    assert {*c.Bound, *c.Membership, *c.Period} <= written


def test_no_word_of_a_condition_is_another_or_a_key_of_a_rule():
    words = [*OPERATORS, *CONDITION_WORDS, *RULE_KEYS]
    assert len(words) == len(set(words))
    assert {*words, *KINDS, *DEFINITION_KEYS, *FILE_KEYS} < set(KEYWORDS)


def example_of(operator: Operator, field: Field) -> c.Condition:
    """One condition with the operator."""
    match operator.operand:
        case Operand.VALUE:
            assert isinstance(operator.comparison, c.Bound)
            return c.Compare(field.name, operator.comparison, 40_000, SPAN)
        case Operand.MEMBERS if field.type is FieldType.CHOICE:
            return c.OneOf(field.name, ("甲", "乙"), SPAN)
        case Operand.MEMBERS:
            assert isinstance(operator.comparison, c.Membership)
            return c.Members(field.name, operator.comparison, ("甲", "乙"), SPAN)
        case Operand.BOUNDS:
            return c.Count(field.name, c.Bound.AT_LEAST, 2, SPAN)
        case Operand.MONTHS:
            assert isinstance(operator.comparison, c.Period)
            return c.WithinMonths(field.name, "起始日", 3, operator.comparison, SPAN)


@pytest.mark.parametrize(
    ("type_", "operator"),
    [(type_, operator) for type_ in FieldType for operator in operators_on(type_)],
    ids=lambda one: one.word if isinstance(one, Operator) else one.value,
)
def test_the_small_errors_made_in_an_operator_are_those_it_is_said_to_have(type_, operator):
    field = Field(
        name="甲方",
        subject="采购事项",
        title="甲方",
        description="",
        type=type_,
        role=Role.ELEMENT,
        choices=("甲", "乙", "丙"),
        span=SPAN,
    )
    made = {found.operator for found in mutated(example_of(operator, field), {field.name: field})}
    # What is one of several choices has no other operator that it could be taken for.
    said = {MISTAKES[slip] for slip in operator.slips if (type_, slip) != (FieldType.CHOICE, Slip.OPERATOR)}
    assert said == made - {Mistake.NEGATED}
