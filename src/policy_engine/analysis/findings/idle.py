"""Parts of rules that do nothing: never applicable, never broken, never met, implied by a neighbour."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from policy_engine.analysis.findings.context import Context, finding, pairs
from policy_engine.analysis.symbolic.literals import encode_pair
from policy_engine.compilation.lowering import lower
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.model.conditions import Condition
from policy_engine.model.rules import Impossible, Prohibit, Recommend, Require, Rule, Table


def detect_never_applying(context: Context) -> Iterator[Diagnostic]:
    """Report rules that are effective in no case."""
    for rule in context.subject.rules:
        # What can't be true together is kept out of every case that is looked at; its examples show that it can hold.
        if isinstance(rule.kind, Impossible):
            continue
        formulas = context.formulas(rule)
        if context.can_be(formulas.effective.true, about=(rule,)):
            continue
        steps = (
            ("从不在效力范围内", formulas.scope.true),
            ("条件从不成立", formulas.when.true),
            ("总有例外", formulas.excepted.false),
            ("总被别的规定排除", formulas.defeated.false),
        )
        # One gate after the other: the first that no case passes is the reason.
        reached: list[z3.BoolRef] = []
        reason = ""
        for words, passes in steps:
            reached.append(passes)
            if not context.can_be(*reached, about=(rule,)):
                reason = words
                break
        yield finding("PE704", f"在任何情形下都不起作用：{reason}", (rule,), help_="改条件，或者删去规则")


def detect_dead_parts(context: Context) -> Iterator[Diagnostic]:
    """Report exceptions, table rows and doubts that never come into play."""
    for rule in context.subject.rules:
        formulas = context.formulas(rule)
        applies = (formulas.scope.true, formulas.when.true)
        if not context.can_be(*applies, about=(rule,)):
            continue
        for clause in rule.unless:
            # Only where the rule would apply: elsewhere an exception is never missed.
            goals = (*applies, _true(context, clause.scope), _true(context, clause.when))
            if not context.can_be(*goals, about=(rule,)):
                yield finding(
                    "PE705", f"例外永远用不上：{clause.because}", (rule,), help_="改例外的条件，或者删去例外"
                )
        for doubt in rule.doubts:
            if not context.can_be(formulas.scope.true, _true(context, doubt.when), about=(rule,)):
                yield finding(
                    "PE705", f"疑义永远用不上：{doubt.because}", (rule,), help_="改疑义的条件，或者删去"
                )
        if isinstance(rule.kind, Table):
            yield from _dead_rows(context, rule, rule.kind)


def _dead_rows(context: Context, rule: Rule, table: Table) -> Iterator[Diagnostic]:
    earlier: list[z3.BoolRef] = [context.formulas(rule).effective.true]
    for number, (condition, value) in enumerate(table.rows, start=1):
        row = encode_pair(lower(condition, context.subject.fields), context.symbolic.encoded)
        if not context.can_be(*earlier, row.true, about=(rule,)):
            yield finding(
                "PE705",
                f"表的第 {number} 行（{value}）永远用不上",
                (rule,),
                help_="前面的行已经盖过它，调整次序或删去",
            )
        # Surely false, not merely not true: an open row before it keeps the later ones from deciding.
        earlier.append(row.false)
    if not context.can_be(*earlier, about=(rule,)):
        yield finding(
            "PE705", f"表的“其余”（{table.otherwise}）永远用不上", (rule,), help_="各行已经盖满，核对界限"
        )


def _true(context: Context, condition: Condition) -> z3.BoolRef:
    return encode_pair(lower(condition, context.subject.fields), context.symbolic.encoded).true


def detect_idle_requirements(context: Context) -> Iterator[Diagnostic]:
    """Report requirements that apply but can't be broken, or can't be met."""
    for rule in context.subject.rules:
        if not isinstance(rule.kind, Require | Recommend):
            continue
        formulas = context.formulas(rule)
        applies = formulas.effective.true
        if not context.can_be(applies, about=(rule,)):
            continue
        if not context.can_be(formulas.violated.true, about=(rule,)):
            yield finding(
                "PE706", "适用时不可能违反", (rule,), help_="条件里已经含有所要求的，改写 when 或要求"
            )
        elif not context.can_be(applies, formulas.required.true, about=(rule,)):
            witness = context.witness(applies, about=(rule,))
            yield finding(
                "PE706",
                "适用时不可能满足",
                (rule,),
                help_="要求与条件互相排斥；本意是禁止的写 prohibit",
                witness=context.yaml(witness),
            )


def detect_implied_rules(context: Context) -> Iterator[Diagnostic]:
    """Report a rule broken only where another of its document with the same effect is broken too."""
    groups: dict[tuple[object, ...], list[Rule]] = {}
    for rule in context.subject.rules:
        if isinstance(rule.kind, Prohibit | Require) and not rule.is_default:
            # By effect and phase: a veto says more than a fix, and a duty that is due earlier than one due later.
            effect = rule.kind.object if isinstance(rule.kind, Prohibit) else "require"
            groups.setdefault((rule.citation.document.id, effect, rule.due), []).append(rule)
    for group in groups.values():
        for first, second in pairs(context, group):
            for narrow, wide in ((first, second), (second, first)):
                broken, other = context.formulas(narrow).violated, context.formulas(wide).violated
                about = (narrow, wide)
                # What is never broken implies everything; it is found by itself as PE706.
                can_break = context.can_be(broken.true, about=about)
                if can_break and not context.can_be(broken.true, z3.Not(other.true), about=about):
                    yield finding(
                        "PE707",
                        "每次违反这一条都同时违反另一条",
                        about,
                        help_="合并两条；各有出处而须分别指出的，写 accept 说明",
                        witness=context.yaml(context.witness(broken.true, about=about)),
                    )
                    break
