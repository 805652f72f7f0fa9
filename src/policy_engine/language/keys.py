"""The keys of a rule in the order they are printed, the words of a condition, and what each means in a few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from policy_engine.language.kinds import KINDS
from policy_engine.language.operators import OPERATORS


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a rule: what it is called, and what is written there."""

    title: str
    meaning: str


class Word(Enum):
    """The words that stand in a condition where a field could."""

    ALL = "all"
    ANY = "any"
    NOT = "not"
    MEETS = "meets"
    RATIO = "ratio"
    DIFFER = "differ"


@dataclass(frozen=True, slots=True)
class ConditionWord:
    """One of these words: how a condition with it is written, what it means, when that holds."""

    word: Word
    form: str
    title: str
    meaning: str
    holds: str


def _keys() -> Iterator[tuple[str, Key]]:
    yield "id", Key("编号", "文件里唯一、稳定；可以不写文件编号")
    yield "title", Key("标题", "一句话说明规范")
    yield "cite", Key("出处", "按文件自己的编号写条、款、项，不写文件名")
    yield "subject", Key("主题", "一个主题，或者几个主题的列表")
    yield "strength", Key("强度", "default：原则上、一般；只用于 prohibit 和 require")
    yield "justified_by", Key("理由字段", "说明理由的是非字段，只与 strength: default 连用")
    yield "dated_by", Key("依哪个日期", "按哪个日期判断效力，默认基准日")
    yield "in_force", Key("有效期", "比文件本身更窄的有效期，两端含当日")
    yield "when", Key("适用条件", "适用条件")
    yield "unless", Key("例外", "例外，各有依据")
    yield "doubt", Key("疑义", "事实清楚而规范有疑义：以 ask 字段的认定为准")
    for word in ("prohibit", "require", "recommend", "permit", "classify", "table", "derive"):
        yield word, _kind(word)
    yield "across", Key("几个主题", "几个主题：impossible 比较一个案件里的几个主题，字段写成 主题.字段")
    yield "impossible", _kind("impossible")
    yield "message", Key("提示", "不能同时成立的是什么")
    yield "basis", Key("理由", "依据：例外、优先、不能同时成立的理由")
    yield "overrides", Key("优先于", "优先于另一条规则，写明依据")
    yield "conflicts_with", Key("冲突于", "不能同时满足的要求")
    yield "due", Key("到期阶段", "从哪个阶段起算缺、算违反")
    yield "remedy", Key("合规途径", "合规途径：依法可以怎么办，禁止和要求必须写")
    yield "advice", Key("建议内容", "建议怎么办")
    yield "quote", Key("引文", "关键用语，不超过 40 字，只引核对过的文本")
    yield "note", Key("说明", "疑义、限制、提示，随结论显示")
    yield "accept", Key("接受的问题", "接受 validate、analyse 报出的一个问题，写理由和期限")
    yield "usual", Key("通常情形", "通常情形：各例都有的事实，例子只写不同")
    yield "examples", Key("例子", "至少一个违反（或成立）、一个不违反、一个事实不明")


def _kind(word: str) -> Key:
    return Key(KINDS[word].title, KINDS[word].meaning)


RULE_KEYS: Mapping[str, Key] = MappingProxyType(dict(_keys()))
_WORDS = (
    ConditionWord(
        Word.ALL,
        "{all: [c, …]}",
        "同时成立",
        "各条件都成立",
        "all of them hold; several keys in one map mean the same",
    ),
    ConditionWord(Word.ANY, "{any: [c, …]}", "任一成立", "至少一个条件成立", "one of them holds at least"),
    ConditionWord(Word.NOT, "{not: c}", "不成立", "条件不成立", "it doesn't hold"),
    ConditionWord(
        Word.MEETS,
        "{meets: 名称}",
        "符合",
        "符合本文件 definitions 里的一个条件，或者几个条件都符合",
        "the condition of that name under `definitions` does; of a list of names, all",
    ),
    ConditionWord(
        Word.RATIO,
        '{ratio: {part: a, whole: b, at_least: "0.30"}}',
        "比例",
        "比例：part 与 whole 的若干倍相比，精确计算",
        "part ≥ 0.30 × whole, exact; the four number bounds. In `require`, whole 0 makes the rule 不适用",
    ),
    ConditionWord(
        Word.DIFFER,
        "{differ: [a, b]}",
        "两栏不同",
        "两个字段填得不同",
        "two fields of one type have different values",
    ),
)
CONDITION_WORDS: Mapping[str, ConditionWord] = MappingProxyType({about.word.value: about for about in _WORDS})
# The keys of a file of rules, and of what it defines.
FILE_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "document": Key("文件编号", "rules/registers/documents.yaml 里的编号"),
        "scope": Key("范围", "本文件管到谁、管到什么：写一次，这个主题的每条规则都以它为前提"),
        "definitions": Key("本文件所称", "本文件所称：给条件或者一组取值起的名称，各写依据的条文"),
        "precedence": Key(
            "条文的优先", "一条的禁止、要求优先于另一条的许可，按条文写一次，代替每条规则的 overrides"
        ),
        "usual": Key("各主题的通常情形", "各主题的通常情形，给自己没有写的规则用"),
        "rules": Key("规则", "按文件顺序排列"),
    }
)
SCOPE_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "subject": Key("主题", "关于哪个主题的规则"),
        "when": Key("条件", "在什么条件下才管"),
        "cite": Key("出处", "按文件自己的编号写条、款、项，不写文件名"),
        "basis": Key("理由", "没有条文规定的，为什么只管这些"),
    }
)
DEFINITION_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "name": Key("名称", "规则里用的名称"),
        "cite": Key("出处", "按文件自己的编号写条、款、项，不写文件名"),
        "basis": Key("理由", "没有条文规定的，为什么这样称"),
        "subject": Key("主题", "一个主题，或者几个主题的列表"),
        "of": Key("字段", "取值所属的选项或者列表字段"),
        "means": Key("含义", "名称指什么：一个条件，或者（写了 of 的）几个取值"),
    }
)
PRECEDENCE_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "rules": Key("哪一条", "条、款、项，如 第十条；包括其中的各款各项"),
        "over": Key("优先于哪一条", "优先于哪一条"),
        "basis": Key("根据", "text 条文，interpretation 解释，practice 实践"),
        "because": Key("理由", "为什么优先"),
        "cite": Key("出处", "说明优先的条文"),
    }
)
USUAL_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "subject": Key("主题", "哪个主题的通常情形"),
        "declared": Key("有申报声明", "默认没有"),
        "phase": Key("阶段", "默认为规则的到期阶段"),
        "as_of": Key("基准日", "默认 2026-01-15"),
        "jurisdiction": Key("地区", "默认为文件适用的地区"),
        "given": Key("填报的事实", "填报了什么"),
    }
)
EXAMPLE_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "name": Key("名称", "一句话说明这个例子"),
        "given": Key("填报的事实", "全部事实，与通常情形无关"),
        "but": Key("不同", "与通常情形不同的事实"),
        "without": Key("没有填", "通常情形里有、这里没有填的事实"),
        "expect": Key("结果", "本规则的结果"),
        "verdict": Key(
            "单凭这条规则的结论",
            "只看这条规则（有与它依据冲突的规则，看是不是冲突）时的结论：到没到期、是不是原则上、理由说明了没有、"
            "是不得实施还是须整改，expect 看不出来的写在这里",
        ),
        **{word: USUAL_KEYS[word] for word in ("as_of", "jurisdiction", "phase", "declared", "subject")},
    }
)
# What is looked for in a whole list: from what it is to what shows it.
AGGREGATE_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "id": Key("编号", "小写字母、数字，用 - 连接，各不相同"),
        "title": Key("标题", "一句话说明查什么"),
        "subject": Key("主题", "哪个主题的清单"),
        "document": Key("文件编号", "依据的文件，rules/registers/documents.yaml 里的编号；与 cite 一起写"),
        "cite": Key("出处", "按文件自己的编号写条、款、项，不写文件名；与 document 一起写"),
        "columns": Key("另外的列", "主题的字段以外，清单还要有的列"),
        "where": Key("哪些行算", "条件，写法与规则的 when 相同；不写则每一行都算"),
        "by": Key("按什么分组", "字段，或者 year、month、age、table、decided；值相同的行是一组"),
        "near": Key("相隔几天", "相隔不超过若干天的行才算在一起"),
        "measure": Key("算什么", "total 合计，distinct 不同的值有几个，share 比例；不写则是行数"),
        "report": Key("什么时候报告", "一个界限，可以再写 fewest；不写则每一组都列出"),
        "advice": Key("建议内容", "查出以后怎么办"),
        "note": Key("说明", "界限是怎么来的、有什么看不出来，随结果显示"),
        "examples": Key("例子", "一份小清单和应当查出的组：至少一份查出的，一份没有问题的"),
    }
)
PARAMETER = "parameter"
# How a rule names the day the case is judged by.
AS_OF_WORD = "基准日"
KEYWORDS: Mapping[str, str] = MappingProxyType(
    {
        **{word: found.meaning for word, found in CONDITION_WORDS.items()},
        **{word: operator.meaning for word, operator in OPERATORS.items()},
        PARAMETER: "取参数在规则所依日期的值",
        **{
            word: key.meaning
            for word, key in {
                **SCOPE_KEYS,
                **DEFINITION_KEYS,
                **PRECEDENCE_KEYS,
                **EXAMPLE_KEYS,
                **FILE_KEYS,
                **RULE_KEYS,
            }.items()
        },
    }
)
