"""What stands after the clauses: the parameters they name, what of the document is not encoded, what the boxes mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from policy_engine.compilation.reads import field_written, rule_reads
from policy_engine.loading.coverage import NormAnswer
from policy_engine.loading.parameters import Parameter, ParameterPeriod
from policy_engine.model.calendar import chinese_day
from policy_engine.model.locators import numeral
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.reporting.aloud.copy import Chapter, Grid, Para
from policy_engine.reporting.aloud.sentences import ended
from policy_engine.reporting.words import document_words, field_words, full_citation

_UNTOLD = "没有写说明"
_ANSWERS = {"guidance": "只作提示", "not_checkable": "不可检查"}


def spoken_name(parameter: Parameter) -> str:
    """Name a parameter without the unit that its values carry anyway."""
    return parameter.name.removesuffix(f"_{parameter.unit}") if parameter.unit else parameter.name


def annexes(
    rules: Sequence[Rule],
    norms: Iterable[NormAnswer],
    parameters: Mapping[str, Parameter],
    rule_set: RuleSet,
    codes: Mapping[str, str],
) -> Iterator[Chapter]:
    """Go through the annexes that have something in them. `codes`: what norms and documents are called, by their codes."""
    used = dict.fromkeys(use.name for rule in rules for use in rule.parameters)
    found = (
        ("参数", "参数取判断当天有效的值；没有值的日子待核实。", _parameters([parameters[n] for n in used])),
        (
            "没有编成规则的内容",
            "文件的下列内容没有编成规则，审查时由人掌握。",
            _unencoded(norms, codes),
        ),
        ("填报栏目", "以上各条所说的事实，填在下列栏目里。", _boxes(rules, rule_set)),
    )
    for number, (title, opening, grid) in enumerate((one for one in found if one[2].rows), start=1):
        yield Chapter(f"附{numeral(number)}　{title}", blocks=(Para(opening), grid))


def _parameters(parameters: Iterable[Parameter]) -> Grid:
    rows = [
        (spoken_name(parameter), _days(period), _value(parameter, period), _source(period))
        for parameter in parameters
        for period in parameter.periods
    ]
    return Grid(("参数", "期间", "值", "出处"), tuple(rows))


def _days(period: ParameterPeriod) -> str:
    first = f"{chinese_day(period.first)}起" if period.first is not None else ""
    last = f"{chinese_day(period.last)}止" if period.last is not None else ""
    return f"{first}{'，' if first and last else ''}{last}" or "不限"


def _value(parameter: Parameter, period: ParameterPeriod) -> str:
    words = "、".join(text.text for text in period.texts)
    return f"{words}个月" if parameter.unit == "月" else words + parameter.unit


def _source(period: ParameterPeriod) -> str:
    return full_citation(period.citation) if period.citation is not None else "没有写明"


def _unencoded(norms: Iterable[NormAnswer], codes: Mapping[str, str]) -> Grid:
    rows = [
        (norm.summary or "（没有写内容摘要）", _ANSWERS[norm.answer], _why(norm, codes))
        for norm in norms
        if norm.answer in _ANSWERS
    ]
    return Grid(("内容", "处理", "理由或者所在"), tuple(rows))


def _why(norm: NormAnswer, codes: Mapping[str, str]) -> str:
    return decoded("；".join(filter(None, (norm.reason.rstrip("。"), norm.where.rstrip("。")))), codes)


def decoded(text: str, codes: Mapping[str, str]) -> str:
    """Write what codes in a text stand for in their place."""
    if not codes:
        return text
    # A code may begin with another one.
    longest_first = sorted(codes, key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    pattern = rf"\s?(?<![A-Za-z0-9_.-])({words})(?![A-Za-z0-9_-])\s?"
    return re.sub(pattern, lambda m: codes[m[1]], text)


def code_words(norms: Iterable[NormAnswer], rule_set: RuleSet) -> Mapping[str, str]:
    """Say what the codes of norms and documents stand for, and what boxes are called whose names hold their unit."""
    documents = {document.id: document_words(document) for document in rule_set.documents.values()}
    fields = (field for subject in rule_set.vocabulary.subjects.values() for field in subject.fields.values())
    boxes = {field.name: field_words(field) for field in fields if "_" in field.name}
    return boxes | documents | {norm.norm: f"“{norm.summary}”" for norm in norms if norm.summary}


def _boxes(rules: Iterable[Rule], rule_set: RuleSet) -> Grid:
    read: dict[str, set[str]] = {}
    for rule in rules:
        for subject in rule.subjects:
            read.setdefault(subject, set()).update(_named(rule))
    # The same box of several subjects is told once.
    subjects: dict[tuple[str, str], list[str]] = {}
    for subject, names in read.items():
        for field in rule_set.vocabulary.subjects[subject].fields.values():
            if field.name in names:
                subjects.setdefault(
                    (field_words(field), ended(field.description or field.question or _UNTOLD)), []
                ).append(subject)
    rows = (("、".join(own), title, told) for (title, told), own in subjects.items())
    return Grid(("主题", "栏目", "说明"), tuple(rows))


def _named(rule: Rule) -> Iterator[str]:
    # Rules over several subjects name their fields 主题.字段.
    names = (*rule_reads(rule), field_written(rule), rule.justified_by, *(d.ask for d in rule.doubts))
    yield from (name.rpartition(".")[2] for name in names if name)
