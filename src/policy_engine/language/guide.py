"""The tables of the guide to the rule language, written into `rules/README.md` between marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_engine.language.keys import CONDITION_WORDS
from policy_engine.language.kinds import KINDS
from policy_engine.language.operators import OPERATORS, Operand, Operator
from policy_engine.model.vocabulary import FieldType

_MARKS = (
    "<!-- {name}: made from src/policy_engine/language, not edited by hand -->\n",
    "<!-- end of {name} -->\n",
)
# What stands in a condition without an operator.
_BARE = (
    ("{field: value}", "it is equal (boolean, choice, number, date)"),
    ("{field: [a, b]}", "a choice is one of these"),
    ("{field: 未发生}", "the event of a date has not happened"),
)
_OTHER = (
    "{field: {before: {of: other}}}",
    "of this and the other bounds: two numbers, or two days that have both come; of a day also `{of: 基准日}`, the day the case is judged by",
)


def fill_guide(text: str) -> str:
    """Renew the tables in the text of the guide. Raises `ValueError` where marks are missing."""
    for name, lines in (("operators", operator_table()), ("kinds", kind_table())):
        begin, end = (re.escape(mark.format(name=name)) for mark in _MARKS)
        table = "".join(f"{line}\n" for line in lines)
        parts = re.split(f"(?s)({begin}).*?({end})", text)
        if len(parts) != 4:
            raise ValueError(name)
        before, first, last, after = parts
        text = before + first + table + last + after
    return text


def operator_table() -> Iterator[str]:
    """Go through the lines of the table of what conditions are made of."""
    yield "| form | fields | holds when |"
    yield "|---|---|---|"
    yield from (_row(about.form, "", about.holds) for about in CONDITION_WORDS.values())
    yield from (_row(form, "", holds) for form, holds in _BARE)
    for operator in OPERATORS.values():
        types = ", ".join(type_.value for type_ in operator.types)
        yield _row(f"{{field: {{{operator.word}: {_operand(operator)}}}}}", types, operator.holds)
    form, holds = _OTHER
    yield _row(form, "number, date", holds)


def kind_table() -> Iterator[str]:
    """Go through the lines of the table of kinds."""
    yield "| kind | what follows it | what it does |"
    yield "|---|---|---|"
    yield from (f"| `{kind.word}` | {kind.content.value} | {kind.does} |" for kind in KINDS.values())


def _row(form: str, types: str, holds: str) -> str:
    return f"| `{form}` | {types} | {holds} |"


def _operand(operator: Operator) -> str:
    match operator.operand:
        case Operand.VALUE:
            return "d" if FieldType.DATE in operator.types else "n"
        case Operand.MEMBERS:
            return "[a, b]"
        case Operand.BOUNDS:
            return "{at_least: n}"
        case Operand.MONTHS:
            return "{of: other, months: n}"
