"""The coverage table: by source document, how many statements are encoded, guidance, or not checkable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from policy_engine.loading.coverage import NormAnswer
from policy_engine.model.decisions import Outcome
from policy_engine.model.rules import Classify, Derive, Rule, RuleSet, Table
from policy_engine.reporting.words import document_words

_POSITIVE = {o.value for o in (Outcome.VIOLATED, Outcome.GRANTED, Outcome.NOT_ADOPTED, Outcome.HOLDS)}
_OPEN = Outcome.UNDETERMINED.value


def coverage_lines(
    answers: Sequence[NormAnswer], unlisted: Sequence[Rule], rule_set: RuleSet
) -> Iterator[str]:
    """Write the table, and the rules of listed documents that no statement names."""
    rules = {rule.id: rule for rule in rule_set.rules}
    documents = dict.fromkeys(answer.document for answer in answers)
    yield "来源文件 | 规范 | 已编码 | 其中正反未知例子齐全 | 只作提示 | 不可检查"
    for name in documents:
        own = [answer for answer in answers if answer.document == name]
        title = document_words(rule_set.documents[name]) if name in rule_set.documents else name
        yield f"{title} | {_row(own, rules)}"
    yield f"合计 | {_row(answers, rules)}"
    for rule in unlisted:
        yield f"没有规范与之对应的规则：{rule.id} {rule.title}"


def coverage_json(
    answers: Sequence[NormAnswer], unlisted: Sequence[Rule], rule_set: RuleSet
) -> Iterator[dict[str, object]]:
    """Give the same as data: a result each document, with the rules of it that no statement names."""
    rules = {rule.id: rule for rule in rule_set.rules}
    names = dict.fromkeys([*(a.document for a in answers), *(r.citation.document.id for r in unlisted)])
    for name in names:
        counted = _counted([answer for answer in answers if answer.document == name], rules)
        own = [rule.id for rule in unlisted if rule.citation.document.id == name]
        yield {"document": name, **counted, "rules_without_norm": own}


def _row(answers: Sequence[NormAnswer], rules: Mapping[str, Rule]) -> str:
    return " | ".join(map(str, _counted(answers, rules).values()))


def _counted(answers: Sequence[NormAnswer], rules: Mapping[str, Rule]) -> dict[str, int]:
    counted = Counter(answer.answer for answer in answers)
    full = sum(
        answer.answer == "encoded" and all(_is_full(rules[r]) for r in answer.rules) for answer in answers
    )
    return {
        "norms": len(answers),
        "encoded": counted["encoded"],
        "with_all_examples": full,
        "guidance": counted["guidance"],
        "not_checkable": counted["not_checkable"],
    }


def _is_full(rule: Rule) -> bool:
    expected = {example.expect for example in rule.examples}
    if isinstance(rule.kind, Table | Derive):
        return _OPEN in expected and len(expected) > 1
    if isinstance(rule.kind, Classify):
        # An example may name the members instead.
        expected = {Outcome.HOLDS.value if e == "、".join(rule.kind.members) else e for e in expected}
    return _OPEN in expected and bool(expected & _POSITIVE) and bool(expected - _POSITIVE - {_OPEN})
