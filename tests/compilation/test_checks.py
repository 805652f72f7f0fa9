"""What rules refer to is computed by some rule, or the rule base is refused."""

from dataclasses import replace

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.foundation.spans import Span, file_span
from policy_engine.model import conditions as c
from policy_engine.model.rules import Classify, Derive, Function, Prohibit, Rule
from properties import toy
from properties.test_agreement import simple_rule


def test_a_bound_of_a_document_is_computed_by_a_rule() -> None:
    """What a document leaves to others is told by a classification without members, whichever rule makes it."""
    bound = replace(toy.DOCUMENTS["law"], outside="重大")
    documents = {**toy.DOCUMENTS, "law": bound}

    def complaints(*rules: Rule) -> list[tuple[str, str]]:
        with pytest.raises(DiagnosticsError) as raised:
            compile_rules(replace(toy.rule_set(*rules), documents=documents))
        return [(d.code, d.message) for d in raised.value.diagnostics]

    wanted = [("PE403", "文件 `law` 的 outside 写 `重大`，没有规则得出这个是非字段")]
    veto, members = simple_rule(1, Prohibit("转包")), simple_rule(2, Classify("类别", ("甲",)))
    assert wanted == complaints(veto) == complaints(veto, members)
    assert wanted == complaints(veto, simple_rule(3, Classify("特殊", ())))
    assert compile_rules(
        replace(toy.rule_set(veto, simple_rule(3, Classify("重大", ()))), documents=documents)
    )


WORKS = c.Equals("含工程", True, toy.SPAN)
GREAT = c.Equals("重大", True, toy.SPAN)
BAN, BOTH = Prohibit("转包"), (toy.PURCHASE, toy.CONTRACT)
UNCOMPUTED = "写一条 classify、table 或 derive 规则，或把角色改为填报字段"


def told_of(*rules: Rule) -> list[tuple[str, str, str]]:
    try:
        compile_rules(toy.rule_set(*rules))
    except DiagnosticsError as refused:
        return [(d.code, d.message, d.help) for d in refused.diagnostics]
    return []


def in_both(rule: Rule) -> Rule:
    return replace(rule, subjects=BOTH)


def derived(at: int, name: str = "差额", **more) -> Rule:
    return replace(simple_rule(at, Derive(name, Function.SUM, ("金额", "余额"), ())), **more)


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ([simple_rule(1, BAN), simple_rule(2, BAN)], []),
        ([simple_rule(1, BAN), simple_rule(1, BAN)], [("PE308", "规则编号 `law.art-1` 重复", "改成别的编号")]),
        (
            [simple_rule(1, BAN), simple_rule(1, BAN, WORKS), simple_rule(1, BAN, GREAT)],
            [
                ("PE308", "规则编号 `law.art-1` 重复", "改成别的编号"),
                ("PE403", "推算字段 `重大`（采购事项）没有规则得出它", UNCOMPUTED),
            ],
        ),
        # What is named exists, and is another rule.
        (
            [simple_rule(1, BAN, overrides=("law.art-2",)), simple_rule(2, BAN)],
            [],
        ),
        (
            [simple_rule(1, BAN, overrides=("law.art-1",)), simple_rule(2, BAN)],
            [("PE306", "规则 `law.art-1` 指向自己", "是否为 `law.art-2`？")],
        ),
        (
            [simple_rule(1, BAN, overrides=("law.art-3",)), simple_rule(2, BAN)],
            [("PE306", "没有规则 `law.art-3`", "是否为 `law.art-2`？")],
        ),
        (
            [replace(simple_rule(1, BAN), conflicts_with=("law.art-3",)), simple_rule(2, BAN)],
            [("PE306", "没有规则 `law.art-3`", "是否为 `law.art-2`？")],
        ),
        # Of what is computed there is one rule a subject; classifications add up.
        ([derived(1), derived(2, subjects=(toy.CONTRACT,))], []),
        (
            [in_both(derived(1)), derived(2)],
            [("PE402", "`采购事项` 的 `差额` 由两条规则得出：`law.art-1` 与 `law.art-2`", "一个推算字段只由一条规则得出")],
        ),
        (
            [in_both(derived(1)), in_both(derived(2))],
            [
                ("PE402", f"`{name}` 的 `差额` 由两条规则得出：`law.art-1` 与 `law.art-2`", "一个推算字段只由一条规则得出")
                for name in BOTH
            ],
        ),
        ([simple_rule(1, Classify("重大", ()), WORKS), simple_rule(2, Classify("重大", ()))], []),
        # What is read is computed, in each of the subjects: told once, however many rules read it.
        ([simple_rule(1, Classify("重大", ()), WORKS), simple_rule(2, BAN, GREAT)], []),
        (
            [simple_rule(1, Classify("重大", ()), WORKS), in_both(simple_rule(2, BAN, GREAT))],
            [("PE403", "推算字段 `重大`（服务合同）没有规则得出它", UNCOMPUTED)],
        ),
        (
            [in_both(simple_rule(1, BAN, GREAT)), in_both(simple_rule(2, BAN, GREAT))],
            [("PE403", f"推算字段 `重大`（{name}）没有规则得出它", UNCOMPUTED) for name in BOTH],
        ),
    ],
)  # fmt: skip
def test_names_across_rules_are_those_of_rules_and_of_what_rules_compute(rules, found) -> None:
    assert found == told_of(*rules)


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        (Classify("特殊", ()), "是否为 `特殊`？"),
        (Classify("重大", ()), "可用的有 `重大`"),
        (Classify("类别", ("甲",)), "写一条 classify 规则得出它"),
        (BAN, "写一条 classify 规则得出它"),
    ],
)
def test_a_bound_that_no_rule_computes_is_told_with_what_may_have_been_meant(kind, hint) -> None:
    documents = {**toy.DOCUMENTS, "law": replace(toy.DOCUMENTS["law"], outside="特殊的")}
    rules = toy.rule_set(simple_rule(1, BAN), simple_rule(2, kind))
    with pytest.raises(DiagnosticsError) as raised:
        compile_rules(replace(rules, documents=documents))
    assert [("PE403", hint)] == [(d.code, d.help) for d in raised.value.diagnostics]


def test_what_is_read_by_many_and_computed_by_nobody_is_told_where_it_is_read_first() -> None:
    first, second = (file_span(name) for name in ("甲", "乙"))
    rules = [replace(simple_rule(at, BAN, GREAT), span=span) for at, span in enumerate((first, second))]
    with pytest.raises(DiagnosticsError) as raised:
        compile_rules(toy.rule_set(*rules))
    assert [first] == [one.span for one in raised.value.diagnostics]


@pytest.mark.parametrize(("name", "edits"), [("law.art-22", 1), ("law.art-1", 0)])
def test_another_rule_is_put_in_place_of_one_that_is_not_there_and_never_of_the_rule_itself(
    name, edits
) -> None:
    rule = simple_rule(1, BAN, overrides=(name,))
    at = Span(path="甲", line=1, column=0, end_line=1, end_column=len(name))
    overrides = tuple(replace(one, span=at) for one in rule.overrides)
    with pytest.raises(DiagnosticsError) as raised:
        compile_rules(toy.rule_set(replace(rule, overrides=overrides), simple_rule(2, BAN)))
    (found,) = raised.value.diagnostics
    assert edits == len(found.fixes)
