"""Load a form of a cost comparison and work out both sides."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from fractions import Fraction

from policy_engine.foundation.diagnostics import raise_errors
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.facts import read_fact
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.spellings import Readings
from policy_engine.loading.syntax import full_width_help
from policy_engine.loading.tree import Mapping, parse
from policy_engine.model.cases import Fact
from policy_engine.model.costs import CostComparison, CostItem, Side, decimal_words
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Subject

_STAFF, _PAY = "增配人员_人", "人员年支出_万元"
_PERFORM = ("设备费_万元", "其他费用_万元")
_BUY = ("服务费_万元", "监督管理费_万元")
_SERVED, _NAME = "服务对象_家", "比较说明"


def load_costs(source: SourceText, form: Subject) -> tuple[CostComparison, ...]:
    """Load every comparison of a file. Raises `DiagnosticsError` with all problems."""
    problems = Problems()
    parsed = parse(source.text, source.path)
    problems.found += parsed.diagnostics
    owners = [problems.mapping(root, "成本比较", root.span) for root in parsed.documents]
    found = tuple(_filled(owner, form, problems) for owner in owners if owner is not None)
    if not found and not problems.found:
        help_text = "用 policy-engine cost --new 生成一份空白表"
        problems.error("PE008", "成本比较文件是空的", file_span(source.path), help_text)
    raise_errors(problems.found)
    return found


def _filled(owner: Mapping, form: Subject, problems: Problems) -> CostComparison:
    before = len(problems.found)
    readings = Readings()
    facts = _facts(owner, form, problems, readings)
    if not facts.keys() - {_NAME} and len(problems.found) == before:
        help_text = "填上两边的支出；policy-engine cost --new 输出一份空白表"
        problems.error("PE008", "成本比较里一个数也没有填", owner.span, help_text)
    return replace(_comparison(facts, form), readings=tuple(readings.notes))


def _facts(owner: Mapping, form: Subject, problems: Problems, readings: Readings) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for key, node in owner.pairs:
        if key.text == "$schema":
            continue
        field = form.fields.get(key.text)
        if field is None:
            wide = full_width_help(key.text)
            help_text = wide or did_you_mean(key.text, form.fields)
            problems.error("PE012" if wide else "PE501", f"成本比较没有 `{key.text}`", key.span, help_text)
            continue
        fact = read_fact(node, field, problems, readings)
        if fact is not None:
            facts[key.text] = fact
    return facts


def _comparison(facts: dict[str, Fact], form: Subject) -> CostComparison:
    amounts = {name: _amount(name, facts, form) for name in form.fields}
    served, name = amounts[_SERVED], facts.get(_NAME)
    return CostComparison(
        name=str(name.value) if name is not None and name.value is not UNKNOWN else "",
        perform=Side("自行承担", (_wages(amounts), *_items(_PERFORM, amounts, form))),
        buy=Side("购买服务", tuple(_items(_BUY, amounts, form))),
        served=int(served) if served is not None else None,
    )


def _amount(name: str, facts: dict[str, Fact], form: Subject) -> Fraction | None:
    value = facts[name].value if name in facts else UNKNOWN
    # Only numbers are integers here: the form has no truths and no dates.
    return Fraction(value, 10 ** form.fields[name].scale) if isinstance(value, int) else None


def _wages(amounts: MappingOf[str, Fraction | None]) -> CostItem:
    staff, pay = amounts[_STAFF], amounts[_PAY]
    if staff is None or pay is None:
        return CostItem("人员支出", None)
    return CostItem("人员支出", staff * pay, f"{staff}人 × {decimal_words(pay)}万元")


def _items(
    names: tuple[str, ...], amounts: MappingOf[str, Fraction | None], form: Subject
) -> Iterator[CostItem]:
    return (CostItem(form.fields[name].title, amounts[name]) for name in names)
