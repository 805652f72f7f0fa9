"""Two fields against each other: read as they are written, true where they differ so; each mistake is told in its words."""

from fractions import Fraction

import pytest

from loading.test_conditions import RULE
from loading.told import told
from loading.toy import TEXTS, prepared
from policy_engine.loading.relations import whole_number
from policy_engine.loading.tree import parse
from policy_engine.model.conditions import AS_OF, COMPARISONS, All, Any, Bound, Equals, Not, Period, Ratio
from policy_engine.model.values import NOT_HAPPENED

OF = "写成 {of: 字段} 或 {of: 基准日}"
PERIOD = ("`within_months` 要一个日期字段和一个月数（1 到 1200）", "{of: 起始日, months: 12}")
FIRST_TWELVE = (
    "可用的有 `购买内容`、`含工程`、`采购标的`、`合同期限_月`、`自动续签_月`、`总期限_月`、`预算_万元`、`合同签订日`、"
    "`验收日`、`合同要素`、`期限过长`、`规模`等"
)
TWINS = TEXTS["purchase.schema.json"].replace(
    '"含工程"',
    '"含货物": {"title": "含货物", "type": "boolean", "x-role": "flag"}, '
    '"又一标的": {"title": "又一标的", "enum": ["货物", "工程", "服务"], "x-role": "element"},\n    "含工程"',
    1,
)


def condition_of(written):
    files = {"rules.yaml": RULE.replace("{condition}", written), "purchase.schema.json": TWINS}
    (rule,) = prepared(files).rule_set.rules
    return rule.when


def holds(condition, facts):
    """Decide a condition of two known fields, naively."""
    match condition:
        case All(parts=parts):
            return all(holds(part, facts) for part in parts)
        case Any(parts=parts):
            return any(holds(part, facts) for part in parts)
        case Not(part=part):
            return not holds(part, facts)
        case Equals(field=field, value=value):
            return facts[field] == value
        case Ratio(part=part, whole=whole, bound=bound, ratio=ratio):
            return COMPARISONS[bound](facts[part], ratio * facts[whole])
    return pytest.fail(repr(condition))


@pytest.mark.parametrize(
    ("one", "other", "values"),
    [
        ("含工程", "含货物", [True, False]),
        ("采购标的", "又一标的", ["货物", "工程", "服务"]),
        ("合同期限_月", "自动续签_月", [0, 1, 12]),
        ("合同签订日", "验收日", [1, 2, 700000]),
    ],
)
def test_two_fields_differ_where_their_values_do(one, other, values):
    condition = condition_of(f"{{differ: [{one}, {other}]}}")
    for a in values:
        for b in values:
            assert (a != b) is holds(condition, {one: a, other: b})


def test_days_that_did_not_happen_differ_from_none():
    condition = condition_of("{differ: [合同签订日, 验收日]}")
    for a, b in ((NOT_HAPPENED, 5), (5, NOT_HAPPENED), (NOT_HAPPENED, NOT_HAPPENED)):
        assert not holds(condition, {"合同签订日": a, "验收日": b})


@pytest.mark.parametrize("bound", list(Bound))
def test_numbers_and_days_stand_in_an_order(bound):
    numbers = condition_of(f"{{合同期限_月: {{{bound.value}: {{of: 自动续签_月}}}}}}")
    for a in (1, 2):
        for b in (1, 2):
            facts = {"合同期限_月": a, "自动续签_月": b}
            assert COMPARISONS[bound](a, b) is holds(numbers, facts)
    words = {
        Bound.AT_LEAST: "on_or_after",
        Bound.MORE_THAN: "after",
        Bound.AT_MOST: "on_or_before",
        Bound.LESS_THAN: "before",
    }
    for other in ("合同签订日", AS_OF):
        name = "基准日" if other == AS_OF else other
        days = condition_of(f"{{验收日: {{{words[bound]}: {{of: {name}}}}}}}")
        for a in (1, 2, NOT_HAPPENED):
            for b in (1, 2) if other == AS_OF else (1, 2, NOT_HAPPENED):
                happened = NOT_HAPPENED not in (a, b)
                assert (happened and COMPARISONS[bound](a, b)) is holds(days, {"验收日": a, other: b})


def test_periods_and_shares_are_read_as_they_are_written():
    for period in Period:
        found = condition_of(f"{{验收日: {{{period.value}: {{of: 合同签订日, months: 13}}}}}}")
        assert ("验收日", "合同签订日", 13, period) == (found.field, found.start, found.months, found.period)
    for bound in Bound:
        found = condition_of(f"{{ratio: {{part: 合同期限_月, whole: 自动续签_月, {bound.value}: 0.30}}}}")
        parts = [
            one for one in (found.parts if isinstance(found, All) else (found,)) if isinstance(one, Ratio)
        ]
        assert [("合同期限_月", "自动续签_月", bound, Fraction(3, 10))] == [
            (one.part, one.whole, one.bound, one.ratio) for one in parts
        ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{合同期限_月: {at_least: {off: 自动续签_月}}}", [
            ("PE110", "{off: 自动续签_月}", "`合同期限_月` 应为一个值，不是列表或映射", "填 0 到 600 的数字，整数，单位是月"),
        ]),
        ("{合同期限_月: {at_least: {of: 自动续签_月, more: 1}}}", [
            ("PE010", "more", "比较的另一方没有 `more`", "可用的有 `of`"),
        ]),
        ("{合同期限_月: {at_least: {of: [自动续签_月]}}}", [
            ("PE303", "{of: [自动续签_月]}", "`合同期限_月` 只能与同类型、同小数位数的字段比较", OF),
        ]),
        ("{合同期限_月: {at_least: {of: 合同签订日}}}", [
            ("PE303", "{of: 合同签订日}", "`合同期限_月` 只能与同类型、同小数位数的字段比较", OF),
        ]),
        ("{合同期限_月: {at_least: {of: 预算_万元}}}", [
            ("PE303", "{of: 预算_万元}", "`合同期限_月` 只能与同类型、同小数位数的字段比较", OF),
        ]),
        ("{合同期限_月: {at_least: {of: 自动续_月}}}", [
            ("PE303", "{of: 自动续_月}", "`合同期限_月` 只能与同类型、同小数位数的字段比较", OF),
            ("PE301", "自动续_月", "没有字段 `自动续_月`", "是否为 `自动续签_月`？"),
        ]),
        ("{合同期限_月: {at_least: {of: 基准日}}}", [
            ("PE303", "{of: 基准日}", "`合同期限_月` 只能与同类型、同小数位数的字段比较", OF),
            ("PE301", "基准日",
             "没有字段 `基准日`", FIRST_TWELVE),
        ]),
        ("{验收日: {before: {of: 合同期限_月}}}", [
            ("PE303", "{of: 合同期限_月}", "`验收日` 只能与同类型、同小数位数的字段比较", OF),
        ]),
        ("{验收日: {within_months: 3}}", [("PE009", "3", "`within_months`应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("{验收日: {within_months: {of: 合同签订日, months: 3, month: 4}}}", [
            ("PE010", "month", "`within_months`没有 `month`", "是否为 `months`？"),
        ]),
        ("{验收日: {within_months: {months: 3}}}", [
            ("PE011", "{months: 3}", "缺少 `of`", "补上 `of: …`"),
            ("PE303", "{months: 3}", *PERIOD),
        ]),
        ("{验收日: {within_months: {of: 合同签订日}}}", [
            ("PE303", "{of: 合同签订日}", *PERIOD),
        ]),
        ("{验收日: {within_months: {of: 合同期限_月, months: 3}}}", [
            ("PE303", "{of: 合同期限_月, months: 3}", *PERIOD),
        ]),
        ("{验收日: {within_months: {of: 签订日, months: 3}}}", [
            ("PE303", "{of: 签订日, months: 3}", *PERIOD),
            ("PE301", "签订日", "没有字段 `签订日`", "是否为 `合同签订日`？"),
        ]),
        ("{验收日: {within_months: {of: 合同签订日, months: 三}}}", [
            ("PE303", "{of: 合同签订日, months: 三}", *PERIOD),
        ]),
        ("{验收日: {within_months: {of: 合同签订日, months: 0}}}", [
            ("PE303", "{of: 合同签订日, months: 0}", *PERIOD),
        ]),
        ("{验收日: {within_months: {of: 合同签订日, months: 1201}}}", [
            ("PE303", "{of: 合同签订日, months: 1201}", *PERIOD),
        ]),
        ("{验收日: {within_months: {of: [合同签订日], months: 1}}}", [
            ("PE303", "{of: [合同签订日], months: 1}", *PERIOD),
        ]),
        ("{differ: 合同签订日}", [
            ("PE009", "合同签订日", "`differ`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"),
            ("PE303", "合同签订日", "`differ` 要两个同类型的字段", "写成 {differ: [甲, 乙]}"),
        ]),
        ("{differ: [合同签订日]}", [("PE303", "[合同签订日]", "`differ` 要两个同类型的字段", "写成 {differ: [甲, 乙]}")]),
        ("{differ: [合同签订日, 验收日, 合同签订日]}", [
            ("PE303", "[合同签订日, 验收日, 合同签订日]", "`differ` 要两个同类型的字段", "写成 {differ: [甲, 乙]}"),
        ]),
        ("{differ: [合同签订日, [验收日]]}", [
            ("PE303", "[合同签订日, [验收日]]", "`differ` 要两个同类型的字段", "写成 {differ: [甲, 乙]}"),
        ]),
        ("{differ: [合同签订日, 合同期限_月]}", [
            ("PE303", "[合同签订日, 合同期限_月]", "`differ` 要两个同类型的字段", "写成 {differ: [甲, 乙]}"),
        ]),
        ("{differ: [合同期限_月, 预算_万元]}", [
            ("PE303", "[合同期限_月, 预算_万元]", "`differ` 要两个同类型的字段", "写成 {differ: [甲, 乙]}"),
        ]),
        ("{differ: [合同要素, 合同要素]}", [
            ("PE303", "[合同要素, 合同要素]", "`differ` 不能用在这一类型上", "用是非、选项、数字或日期字段"),
        ]),
        ("{differ: [购买内容, 购买内容]}", [
            ("PE303", "[购买内容, 购买内容]", "`differ` 不能用在这一类型上", "用是非、选项、数字或日期字段"),
        ]),
        ("{differ: [含工程, 含工]}", [("PE301", "含工", "没有字段 `含工`", "是否为 `含工程`？")]),
        ("{ratio: 3}", [("PE009", "3", "`ratio`应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月}}", [
            ("PE302", "{part: 合同期限_月, whole: 自动续签_月}", "`ratio` 要有一个界限", '例如 at_least: "0.30"'),
        ]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_last: 0.3}}", [
            ("PE010", "at_last", "`ratio`没有 `at_last`", "是否为 `at_least`、`at_most`？"),
        ]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 0.3, at_most: 0.5}}", [
            ("PE302", "{part: 合同期限_月, whole: 自动续签_月, at_least: 0.3, at_most: 0.5}",
             "`ratio` 要有一个界限", '例如 at_least: "0.30"'),
        ]),
        ("{ratio: {part: 合同期限_月, at_least: 0.3}}", [
            ("PE011", "{part: 合同期限_月, at_least: 0.3}", "缺少 `whole`", "补上 `whole: …`"),
        ]),
        ("{ratio: {part: [合同期限_月], whole: 自动续签_月, at_least: 0.3}}", [
            ("PE011", "{part: [合同期限_月], whole: 自动续签_月, at_least: 0.3}", "缺少 `part`", "补上 `part: …`"),
        ]),
        ("{ratio: {part: 合同签订日, whole: 自动续签_月, at_least: 0.3}}", [
            ("PE303", "合同签订日", "`合同签订日` 不是数字字段", "比例用两个数字字段"),
        ]),
        ("{ratio: {part: 合同期_月, whole: 自动续签_月, at_least: 0.3}}", [
            ("PE301", "合同期_月", "没有字段 `合同期_月`", "是否为 `合同期限_月`、`总期限_月`？"),
        ]),
        ("{ratio: {part: 合同期限_月, whole: 预算_万元, at_least: 0.3}}", [
            ("PE312", "{part: 合同期限_月, whole: 预算_万元, at_least: 0.3}",
             "比例的两个字段小数位数不同", "在词汇表里统一 scale（手写的 schema 里是 x-scale）"),
        ]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 12345}}", [
            ("PE103", "12345", "比例应为 0 到 1 的小数", '写成 "0.30"'),
        ]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 9999.123456789}}", []),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: 0.1234567891}}", [
            ("PE103", "0.1234567891", "比例应为 0 到 1 的小数", '写成 "0.30"'),
        ]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: -1}}", [
            ("PE103", "-1", "比例应为 0 到 1 的小数", '写成 "0.30"'),
        ]),
        ("{ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: [0.3]}}", [
            ("PE103", "[0.3]", "比例应为 0 到 1 的小数", '写成 "0.30"'),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_two_fields_is_told_in_these_words(written, expected):
    assert expected == told({"rules.yaml": RULE.replace("{condition}", written)})


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1", 1), ("12", 12), ("012", 12), ("120", 120), ("0", None), ("121", None), ("0012", None),
        ("-1", None), ("1.0", None), ("１", None), ("²", None), ("", None), ("[1]", None),
    ],
)  # fmt: skip
def test_a_whole_number_lies_between_two_bounds(written, number):
    nodes = parse(written, "a").documents
    assert number == whole_number(nodes[0] if nodes else None, 1, 120)
