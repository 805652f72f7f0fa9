"""What each keyword of the rule language means, in a few words, for editors."""

from __future__ import annotations

from collections.abc import Mapping

KEYWORDS: Mapping[str, str] = {
    "all": "各条件都成立",
    "any": "至少一个条件成立",
    "not": "条件不成立",
    "ratio": "比例：part 与 whole 的若干倍相比，精确计算",
    "at_least": "不少于",
    "more_than": "多于",
    "at_most": "不多于",
    "less_than": "少于",
    "on_or_after": "当日或者以后",
    "after": "以后",
    "on_or_before": "当日或者以前",
    "before": "以前",
    "within_months": "另一日期之后若干个月以内：当日不计，到期月的对应日为最后一日",
    "within_term": "自另一日期起算的若干个月期限以内：对应日的前一日为最后一日",
    "any_of": "含有其中任一项",
    "none_of": "一项也不含",
    "all_of": "各项都含",
    "count": "列表的项数",
    "parameter": "取参数在规则所依日期的值",
    "prohibit": "禁止：对象见 rules/objects.yaml",
    "require": "要求：适用时必须满足的条件",
    "recommend": "建议：不影响结论",
    "permit": "许可：对象见 rules/objects.yaml",
    "classify": "归类：推算的是非或者列表字段",
    "table": "列表判定：第一行成立的为准，otherwise 必写",
    "derive": "推算一个数",
    "when": "适用条件",
    "unless": "例外，各有依据",
    "doubt": "事实清楚而规范有疑义：以 ask 字段的认定为准",
    "overrides": "优先于另一条规则，写明依据",
    "due": "从哪个阶段起算缺、算违反",
    "dated_by": "按哪个日期判断效力",
    "strength": "default：原则上、一般",
    "remedy": "合规途径",
    "accept": "接受 validate、analyse 报出的一个问题，写理由和期限",
}
