"""The keys of rules, registers and schemas: what they are called, and which of them only change words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# What an entry is called where no register lists it.
CONTENT: Final = "文件内容"
# What is told first.
KINDS: Final = (
    "规则",
    "定义",
    "参数",
    "对象",
    "文件",
    "效力",
    "字段",
    "主题",
    "地区",
    "词条",
    "词组",
    "汇总",
    CONTENT,
)
# What no case is decided by: answers to norms, texts to verify against, catalogues, what the rules are tried on.
IDLE: Final = ("rules/registers/texts.yaml", "rules/catalogue/", "rules/aggregates/")
IDLE_NAMES: Final = ("/norms.yaml", "/regressions.yaml")
LEXICON: Final = "rules/lexicon/"
# What a schema was made from; it says nothing of its own.
SOURCE_KEY: Final = "x-source"
# What a change of these keys can't change: the outcome of a rule, or how a case is read or closed.
WORDS_OF: Final[Mapping[str, frozenset[str]]] = {
    "规则": frozenset(
        (
            "id",
            "title",
            "cite",
            "remedy",
            "advice",
            "note",
            "quote",
            "accept",
            "examples",
            "usual",
            "because",
            "basis",
            "message",
        )
    ),
    "": frozenset(("usual", "because", "cite")),
    "定义": frozenset(("name", "cite", "basis", "subject")),
    "文件": frozenset(
        (
            *("number", "title", "issuer", "note", "basis", "verified", "verified_articles", "told_by"),
            *("status_checked_on", "repeals"),
        )
    ),
    "参数": frozenset(("note", "document", "cite")),
    "对象": frozenset(("note",)),
    "地区": frozenset(("note", "verified", "level")),
    "效力": frozenset(("note", "basis")),
    "字段": frozenset(
        ("title", "description", "x-supplier", "x-question", "because", "x-group", "x-first", "x-was")
    ),
    "主题": frozenset(("title", "description", "$id", "$schema", "x-groups")),
    "词条": frozenset(("id", "because", "source", "note", "examples", "harmless")),
}
# What is looked for in whole lists decides no case; these keys say no more than words do.
SAID_OF_LISTS: Final = frozenset(("title", "document", "cite", "advice", "note", "examples"))
# Of those words, the ones that say on what the outcome rests: an official reads them as the law.
GROUNDS_OF: Final[Mapping[str, frozenset[str]]] = {
    "规则": frozenset(("cite", "quote", "basis")),
    "文件": frozenset(
        ("number", "title", "issuer", "basis", "verified", "verified_articles", "told_by", "repeals")
    ),
    "参数": frozenset(("document", "cite")),
    "定义": frozenset(("cite", "basis")),
    # Which article prevails by which, and which bounds what a file binds.
    "": frozenset(("cite",)),
}
LABELS: Final[Mapping[str, str]] = {
    "accept": "接受的发现",
    "advice": "建议",
    "aliases": "别名",
    "anyOf": "取值",
    "area": "地区",
    "because": "道理",
    "begins": "起始用语",
    "by": "分组",
    "below": "低于时的结论",
    "certainty": "确定程度",
    "cite": "出处",
    "classify": "归类",
    "columns": "列",
    "concerns": "涉及主题",
    "conflicts_with": "冲突关系",
    "dated_by": "判断日期",
    "definitions": "本文件所称",
    "derive": "计算",
    "description": "说明",
    "document": "所属文件",
    "doubt": "疑义",
    "due": "到期阶段",
    "effect": "效果",
    "effective": "施行日",
    "encoded": "编码程度",
    "ended": "失效日",
    "examples": "例子",
    "force": "效力",
    "from": "起日",
    "governed_by_later": "后继文件",
    "harmless": "不算的例子",
    "in_force": "有效期",
    "into": "读进的字段",
    "items": "采购品目",
    "issued": "成文日",
    "impossible": "不能同时成立",
    "across": "几个主题",
    "basis": "理由",
    "means": "含义",
    "measure": "所量的数",
    "message": "提示",
    "issuer": "发文机关",
    "justified_by": "理由字段",
    "level": "层级",
    "name": "名称",
    "near": "相隔的天数",
    "note": "说明",
    "number": "文号",
    "of": "所指的字段",
    "overrides": "优先关系",
    "pattern": "写法",
    "permit": "许可对象",
    "permitted": "许可时的结论",
    "points_to": "指向",
    "prohibit": "禁止对象",
    "published": "公布日",
    "quote": "引文",
    "reads": "所读的数量",
    "recommend": "提倡",
    "refused": "不得实施时的结论",
    "remedy": "合规途径",
    "report": "界限",
    "precedence": "条文的优先",
    "repeals": "废止",
    "require": "要求",
    "scope": "范围",
    "still_done": "是否仍执行的字段",
    "strength": "强度",
    "subject": "主题",
    "table": "取值表",
    "title": "标题",
    "told_until": "所述做法的截止日",
    "type": "类型",
    "unit": "单位",
    "unless": "例外",
    "until": "止日",
    "usual": "通常情形",
    "values": "值",
    "verified": "核对程度",
    "when": "适用条件",
    "where": "条件",
    "words": "词",
    "x-aliases": "别名",
    "x-changeable": "可以调整",
    "x-constitutive": "每案都有",
    "x-needs-source": "须写明依据",
    "x-criteria": "看得见的标准",
    "x-declared": "通常取值",
    "x-duties": "后续义务",
    "x-describes": "写明内容",
    "x-finding": "认定",
    "x-first": "简表",
    "x-found-as": "认定为",
    "x-gives": "结论方式",
    "x-group": "分组",
    "x-groups": "各组",
    "x-happens": "发生时的阶段",
    "x-implied": "推定",
    "x-indicators": "迹象",
    "x-judged-by": "由谁认定",
    "x-no": "填否的例子",
    "x-corrected": "须整改时的结论",
    "x-permitted": "符合时的结论",
    "x-refused": "不得实施时的结论",
    "x-phase": "阶段",
    "x-phases": "有没有阶段",
    "x-question": "提问",
    "x-role": "角色",
    "x-scale": "小数位数",
    "x-supplier": "填报人",
    "x-term": "期限",
    "x-unit": "单位",
    "x-was": "旧名",
    "x-yes": "填是的例子",
}
