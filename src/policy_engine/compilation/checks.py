"""Checks that need all rules at once: ids, references, who computes what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy_engine.compilation.reads import field_written, rule_reads
from policy_engine.foundation.diagnostics import Diagnostic, Related
from policy_engine.foundation.suggestions import did_you_mean, fixes_of
from policy_engine.model.rules import Classify, Rule, RuleSet
from policy_engine.model.vocabulary import Role


def check_rules(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Go through the problems of names across rules."""
    yield from find_duplicate_ids(rule_set.rules)
    yield from _references(rule_set)
    yield from _double_values(rule_set)
    yield from _uncomputed(rule_set)
    yield from _boundless(rule_set)


def find_duplicate_ids(rules: Iterable[Rule]) -> Iterator[Diagnostic]:
    """Report rules that have the id of one before them."""
    seen: dict[str, Rule] = {}
    for rule in rules:
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            yield Diagnostic(
                code="PE308",
                message=f"规则编号 `{rule.id}` 重复",
                span=rule.at("id"),
                help="改成别的编号",
                related=(Related("先写的", first.at("id")),),
            )


def _references(rule_set: RuleSet) -> Iterator[Diagnostic]:
    ids = {rule.id for rule in rule_set.rules}
    for rule in rule_set.rules:
        named = [(o.rule, o.span) for o in rule.overrides] + [
            (n, rule.at("conflicts_with")) for n in rule.conflicts_with
        ]
        for name, span in named:
            if name == rule.id or name not in ids:
                message = f"规则 `{rule.id}` 指向自己" if name == rule.id else f"没有规则 `{name}`"
                others = ids - {rule.id}
                yield Diagnostic(
                    code="PE306",
                    message=message,
                    span=span,
                    help=did_you_mean(name, others),
                    fixes=() if name == rule.id else fixes_of(name, others, span),
                )


def _double_values(rule_set: RuleSet) -> Iterator[Diagnostic]:
    seen: dict[tuple[str, str], Rule] = {}
    for rule in rule_set.rules:
        name = field_written(rule)
        if name is None or isinstance(rule.kind, Classify):
            continue
        for subject in rule.subjects:
            first = seen.setdefault((subject, name), rule)
            if first is not rule:
                message = f"`{subject}` 的 `{name}` 由两条规则得出：`{first.id}` 与 `{rule.id}`"
                yield Diagnostic(
                    code="PE402", message=message, span=rule.span, help="一个推算字段只由一条规则得出"
                )


def _uncomputed(rule_set: RuleSet) -> Iterator[Diagnostic]:
    written = {(s, field_written(rule)) for rule in rule_set.rules for s in rule.subjects}
    reported: set[tuple[str, str]] = set()
    for rule in rule_set.rules:
        for subject in rule.subjects:
            for name in rule_reads(rule):
                field = rule_set.vocabulary.field(subject, name)
                key = (subject, name)
                if field.role is Role.DERIVED and key not in written and key not in reported:
                    reported.add(key)
                    message = f"推算字段 `{name}`（{subject}）没有规则得出它"
                    hint = "写一条 classify、table 或 derive 规则，或把角色改为填报字段"
                    yield Diagnostic(code="PE403", message=message, span=rule.span, help=hint)


def _boundless(rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Report documents whose bounds are a field that nobody computes."""
    computed = {
        rule.kind.field
        for rule in rule_set.rules
        if isinstance(rule.kind, Classify) and not rule.kind.members
    }
    for document in rule_set.documents.values():
        if document.outside and document.outside not in computed:
            message = f"文件 `{document.id}` 的 outside 写 `{document.outside}`，没有规则得出这个是非字段"
            yield Diagnostic(
                code="PE403",
                message=message,
                span=document.at("outside"),
                help=did_you_mean(document.outside, computed) or "写一条 classify 规则得出它",
            )
