"""Every diagnostic code: its English slug and Chinese title. Codes are stable and never used again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """One code; its page is `docs/diagnostics/<code>.md`."""

    code: str
    slug: str
    title: str


_ALL = (
    Code("PE001", "unreadable-file", "文件无法读取"),
    Code("PE002", "syntax", "语法错误"),
    Code("PE003", "file-too-large", "文件过大"),
    Code("PE004", "too-deep", "嵌套过深"),
    Code("PE005", "key-not-a-word", "键不是一个词"),
    Code("PE006", "yaml-sharing", "锚点、别名、标签和合并键"),
    Code("PE007", "duplicate-key", "键重复"),
    Code("PE008", "empty-file", "文件是空的"),
    Code("PE009", "wrong-shape", "形状不对"),
    Code("PE010", "unknown-key", "没有这个键"),
    Code("PE011", "missing-key", "缺少必要的键"),
    Code("PE012", "full-width-punctuation", "全角标点"),
    Code("PE013", "not-one-of", "不在可选范围内"),
    Code("PE014", "hidden-character", "不可见字符"),
    Code("PE101", "not-true-or-false", "应为 true 或 false"),
    Code("PE102", "boolean-word", "是非写法不统一"),
    Code("PE103", "not-a-number", "应为数字"),
    Code("PE104", "out-of-range", "数字超出范围"),
    Code("PE105", "too-many-decimals", "小数位数过多"),
    Code("PE106", "not-a-date", "日期写法不对"),
    Code("PE107", "no-such-day", "日期不存在"),
    Code("PE108", "unknown-choice", "没有这个选项"),
    Code("PE109", "not-a-list", "应为列表"),
    Code("PE110", "nested-value", "这里只能是一个值"),
    Code("PE111", "repeated-member", "列表有重复的项"),
    Code("PE112", "value-and-unknown", "既有值又说不清楚"),
    Code("PE201", "schema-type", "字段没有可用的类型"),
    Code("PE202", "duplicate-subject", "主题重复"),
    Code("PE203", "unknown-document", "没有这份文件"),
    Code("PE204", "unknown-area", "地区不明"),
    Code("PE205", "unknown-force", "没有这种效力"),
    Code("PE206", "unknown-object", "没有这个对象"),
    Code("PE207", "bad-period", "时期不对"),
    Code("PE208", "quote", "引文不合规定"),
    Code("PE209", "duplicate-entry", "登记重复"),
    Code("PE210", "no-declared-value", "标志没有通常取值"),
    Code("PE301", "unknown-field", "规则里没有这个字段"),
    Code("PE302", "unknown-operator", "没有这个算符"),
    Code("PE303", "wrong-operator", "算符用错了类型"),
    Code("PE304", "unknown-subject", "没有这个主题"),
    Code("PE305", "one-kind", "规则应恰有一个类别"),
    Code("PE306", "unknown-rule", "没有这条规则"),
    Code("PE307", "not-derivable", "不能由这类规则得出"),
    Code("PE308", "bad-rule-id", "规则编号有问题"),
    Code("PE309", "parameter", "参数有问题"),
    Code("PE310", "field-types-differ", "字段在各主题中类型不同"),
    Code("PE311", "justified-by", "justified_by 用得不对"),
    Code("PE312", "scale-mismatch", "小数位数不一致"),
    Code("PE313", "incomplete-answer", "覆盖表的回答不完整"),
    Code("PE321", "bad-text-entry", "文本登记有问题"),
    Code("PE322", "text-missing", "没有找到文本文件"),
    Code("PE323", "passage-changed", "原文段落有变动"),
    Code("PE324", "passage-moved", "原文段落移了位置"),
    Code("PE325", "quote-not-found", "原文里没有这句引文"),
    Code("PE326", "norm-without-anchor", "规范没有定位"),
    Code("PE401", "rule-cycle", "规则互相依赖成环"),
    Code("PE402", "two-producers", "推算字段有两个来源"),
    Code("PE403", "uncomputed-field", "推算字段没有来源"),
    Code("PE501", "unknown-case-field", "没有这个字段"),
    Code("PE502", "unknown-case-key", "案件里没有这一项"),
    Code("PE503", "as-of-out-of-range", "基准日超出范围"),
    Code("PE506", "contradicted-fact", "填报与推算矛盾"),
    Code("PE507", "no-subject", "案件里没有要审查的主题"),
    Code("PE511", "bad-catalogue", "目录文件有问题"),
    Code("PE601", "unused-field", "没有规则读的字段"),
    Code("PE602", "rule-never-in-force", "规则不可能起作用"),
    Code("PE603", "missing-example", "例子不全"),
    Code("PE604", "missing-citation", "没有出处"),
    Code("PE606", "overlapping-documents", "新旧文件的效力期重叠"),
    Code("PE607", "id-and-cite-differ", "编号与出处的条不一致"),
    Code("PE608", "inconsistent-units", "单位不一致"),
    Code("PE609", "opposite-title", "标题说的与规则相反"),
    Code("PE610", "rule-without-norm", "规则没有对应的规范"),
    Code("PE620", "unknown-accepted-code", "接受了不存在的编码"),
    Code("PE621", "acceptance-expired", "接受已经过期"),
    Code("PE622", "acceptance-idle", "接受没有对应的问题"),
    Code("PE901", "engines-disagree", "两个引擎不一致"),
    Code("PE902", "second-engine-failed", "第二引擎未能复核"),
)
CODES: Mapping[str, Code] = MappingProxyType({code.code: code for code in _ALL})
