"""What is written as a condition is read or complained of: nothing written is ever lost in silence."""

import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from loading.toy import complaint_about, prepared
from policy_engine.compilation.reads import fields_read
from policy_engine.language.operators import OPERATORS

FIELDS = (
    "含工程",
    "采购标的",
    "合同期限_月",
    "预算_万元",
    "合同签订日",
    "验收日",
    "合同要素",
    "购买内容",
    "含工成",
)
OPERANDS_OF = (*OPERATORS, "parameter", "of", "months", "part", "whole")
WORDS = st.sampled_from(
    (
        "true",
        "false",
        "工程",
        "服务",
        "价格",
        "12",
        "0.3",
        "-1",
        "2024-02-29",
        "2024-02-30",
        "未发生",
        "期限上限",
        "是",
        "",
    )
)
NAMES = st.sampled_from((*FIELDS, *FIELDS, "all", "any", "not", "ratio"))
OPERANDS = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from((*OPERANDS_OF, *FIELDS)), inner, max_size=2)
    ),
    max_leaves=3,
)
SOUND = st.sampled_from(
    (
        {"含工程": "true"},
        {"采购标的": "工程"},
        {"采购标的": ["工程", "服务"]},
        {"合同期限_月": "12"},
        {"合同期限_月": {"more_than": "12", "at_most": "24"}},
        {"合同期限_月": {"at_most": {"parameter": "期限上限"}}},
        {"合同要素": {"any_of": ["价格"], "none_of": ["期限"]}},
        {"合同要素": {"count": {"at_least": "1", "less_than": "3"}}},
        {"验收日": {"within_months": {"of": "合同签订日", "months": "12"}}},
        {"合同签订日": {"on_or_after": "2024-02-29"}},
        {"ratio": {"part": "合同期限_月", "whole": "自动续签_月", "at_least": "0.3"}},
    )
)
LEAVES = st.one_of(SOUND, SOUND, SOUND, SOUND, st.dictionaries(NAMES, OPERANDS, max_size=2))
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.fixed_dictionaries({}, optional={name: st.lists(inner, max_size=2) for name in ("all", "any")})
        | st.fixed_dictionaries({"not": inner})
    ),
    max_leaves=3,
)
RULE = """\
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 示例
    cite: 第一条
    subject: 采购事项
    when: {condition}
    prohibit: 政府购买服务
    remedy: 另行办理
"""


def written(condition: object) -> str:
    text = yaml.safe_dump(
        condition, allow_unicode=True, default_flow_style=True, width=10_000, default_style='"'
    )
    return RULE.replace("{condition}", text.strip())


def fields_in(written: object) -> set[str]:
    """Name every field in what was written, as a key or as an operand."""
    match written:
        case dict():
            return set().union(*(fields_in(part) for pair in written.items() for part in pair))
        case list():
            return set().union(*map(fields_in, written))
        case _:
            return {written} & {*FIELDS, "自动续签_月"}


@given(CONDITIONS)
def test_a_condition_is_read_whole_or_complained_of(condition):
    text = written(condition)
    complaint = complaint_about("rules.yaml", text.encode())
    event("complained of" if complaint else "read")
    if not complaint:
        (rule,) = prepared({"rules.yaml": text}).rule_set.rules
        assert fields_in(condition) == set(fields_read(rule.when))
