"""What of a subject's rules can't be said in SQL: told where it stands, never left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import conditions_of
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.conditions import Ratio, leaves
from policy_engine.model.rules import Derive, Function
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.relational.inputs import LARGEST
from policy_engine.relational.trees import SEPARATOR

LARGEST_WHOLE = 2**63 - 1


def unsayable(program: CompiledSubject) -> Iterator[Diagnostic]:
    """Go through what can't be said exactly by every database."""
    for field in program.fields.values():
        yield from _unlisted(field)
    largest = _largest(program)
    for rule in program.rules:
        for condition in conditions_of(rule):
            for leaf in leaves(condition):
                if isinstance(leaf, Ratio) and leaf.ratio != 1 and _is_inexact(leaf, largest):
                    yield Diagnostic(
                        code="PE561",
                        message=f"规则 `{rule.id}` 的比例 {leaf.ratio} 用 SQL 算不准",
                        span=leaf.span,
                        help="把比例写成分子、分母较小的分数；日期之间只比先后。check 和 batch 不受影响",
                    )


def _is_inexact(leaf: Ratio, largest: Mapping[str, int]) -> bool:
    if leaf.part not in largest or leaf.whole not in largest:
        # Days are written as 20260115: in order, but they can't be multiplied.
        return True
    products = (
        largest[leaf.part] * leaf.ratio.denominator,
        largest[leaf.whole] * abs(leaf.ratio.numerator),
    )
    return max(products) > LARGEST_WHOLE


def _unlisted(field: Field) -> Iterator[Diagnostic]:
    bad = [choice for choice in field.choices if SEPARATOR in choice] if field.type is FieldType.LIST else []
    for choice in bad:
        yield Diagnostic(
            code="PE561",
            message=f"`{field.name}` 的选项 `{choice}` 里有半角分号，在 SQL 的列里分不开",
            span=field.span,
            help="选项里不用半角分号；check 和 batch 不受影响",
        )


def _largest(program: CompiledSubject) -> dict[str, int]:
    """Bound the numbers that fields can have, computed ones by what they are computed from."""
    found = {name: LARGEST for name, field in program.fields.items() if field.type is FieldType.NUMBER}
    for rule in program.rules:
        kind = rule.kind
        if isinstance(kind, Derive) and kind.function in (Function.SUM, Function.DIFFERENCE):
            found[kind.field] = max(LARGEST, sum(found.get(name, LARGEST) for name in kind.inputs))
    return found
