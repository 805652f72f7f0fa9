"""Lint about inline examples: each rule shows what breaks it, what does not, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.evaluation.example_names import names_nothing, repeats_facts
from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.loading.problems import short
from policy_engine.model.decisions import Outcome
from policy_engine.model.rules import Classify, Derive, Rule, RuleSet, Table

_POSITIVE = {
    outcome.value
    for outcome in (
        Outcome.VIOLATED,
        Outcome.GRANTED,
        Outcome.NOT_ADOPTED,
        Outcome.HOLDS,
        Outcome.CONTRADICTORY,
    )
}
_OPEN = Outcome.UNDETERMINED.value
# What a reader takes in at a glance; what merely tries one member more belongs to the cases made by machine.
MOST_EXAMPLES = 6


def detect_missing_examples(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report rules without a positive, a negative or an unknown example."""
    for rule in rule_set.rules:
        missing = _missing(rule)
        if missing:
            yield Diagnostic(
                code="PE603",
                message=f"规则 `{rule.id}` 缺少例子：{'、'.join(missing)}",
                span=rule.span,
                help="正、反、事实不清的例子各写一个；policy-engine test --mutate 会给出可以粘贴的例子",
                severity=Severity.WARNING,
                rules=(rule.id,),
            )


def detect_too_many_examples(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report rules with so many examples by hand that they hide what the rule says."""
    for rule in rule_set.rules:
        if len(rule.examples) > MOST_EXAMPLES:
            yield Diagnostic(
                code="PE623",
                message=f"规则 `{rule.id}` 有 {len(rule.examples)} 个手写的例子，最多 {MOST_EXAMPLES} 个",
                span=rule.examples[MOST_EXAMPLES].span,
                help="留下各说明一件事的；只换一个取值的删去，再运行 policy-engine test --mutate --write",
                severity=Severity.WARNING,
                rules=(rule.id,),
            )


def detect_idle_names(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report examples by hand whose names say only what their facts say, or nothing, and not why they are there."""
    for rule in rule_set.rules:
        for example in rule.examples:
            says_nothing = names_nothing(example.name)
            if says_nothing or repeats_facts(example, rule_set.vocabulary.subjects[example.subject].fields):
                why = "没有说是什么" if says_nothing else "只是把事实又说了一遍"
                yield Diagnostic(
                    code="PE626",
                    message=f"例子的名称“{short(example.name)}”{why}",
                    span=example.span,
                    help="写为什么有这个例子：它说明什么、与哪一个只差什么",
                    severity=Severity.WARNING,
                    rules=(rule.id,),
                )


def _missing(rule: Rule) -> list[str]:
    expected = {example.expect for example in rule.examples}
    open_words = [] if _OPEN in expected else ["事实不清的"]
    if isinstance(rule.kind, Table | Derive):
        return ([] if expected - {_OPEN} else ["得出值的"]) + open_words
    if isinstance(rule.kind, Classify):
        # An example may name the members instead.
        expected = {Outcome.HOLDS.value if e == "、".join(rule.kind.members) else e for e in expected}
    positive = [] if expected & _POSITIVE else ["违反或者成立的"]
    negative = [] if expected - _POSITIVE - {_OPEN} else ["不违反或者不成立的"]
    return positive + negative + open_words
