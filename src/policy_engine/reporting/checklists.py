"""Lists that offices keep of what was decided, as rows: elements of contracts, experts sent, key objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import support_of
from policy_engine.foundation.text import one_line
from policy_engine.model.calendar import chinese_day
from policy_engine.model.decisions import Decision, Found, Outcome, RuleResult, SubjectDecision
from policy_engine.model.rules import Prohibit, Require, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.facts import told_value
from policy_engine.reporting.headline import category_words
from policy_engine.reporting.words import DISCLAIMER, field_words, full_citation, verdict_label

_ELEMENTS: Final = "合同要素"
_OUTCOMES: Final = {
    Outcome.VIOLATED: "不符合",
    Outcome.SATISFIED: "符合",
    Outcome.CLEAR: "符合",
    Outcome.UNDETERMINED: "待核实",
    Outcome.EXCEPTED: "有例外",
}
_OPEN: Final = "待核实"
_NO_RULE: Final = "没有规定"


@dataclass(frozen=True, slots=True)
class Listed:
    """A decided case on a list. `needed`: of an inspection, how many experts it needs (0 where no rule says so), where that is settled."""

    decision: Decision
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list: its title, the heads and widths (characters) of its columns, its rows, and what is said under it."""

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(tuple(map(one_line, row)) for row in self.rows))


def checklists(listed: Sequence[Listed], rule_set: RuleSet, refused: int = 0) -> tuple[Checklist, ...]:
    """Make the lists that the subjects of some cases have; of a subject without one there is none.

    `refused`: how many cases were given beside these and could not be decided.
    """
    found = []
    for subjects, title, columns, rows_of in _LISTS:
        rows = [
            row
            for one in listed
            for subject in one.decision.subjects
            if subject.subject in subjects
            for row in rows_of(one, subject, rule_set)
        ]
        if any(subject.subject in subjects for one in listed for subject in one.decision.subjects):
            numbered = tuple((str(at), *row) for at, row in enumerate(rows, start=1))
            left = (f"另有{refused}件填报有误，没有列入。",) if refused else ()
            notes = (*left, f"共{len(rows)}行；{rule_set.words}。", f"本表为{DISCLAIMER}")
            found.append(Checklist(title, (("序号", 6), *columns), numbered, notes))
    return tuple(found)


def _contract(listed: Listed, one: SubjectDecision, rule_set: RuleSet) -> Iterator[tuple[str, ...]]:
    fields = rule_set.vocabulary.subjects[one.subject].fields
    support = support_of(one, fields)
    name = listed.decision.case.name.strip() or one.subject
    looked_at = [r for r in one.results if _result(r)]
    told = one.facts.get(_ELEMENTS)
    reading = [r for r in looked_at if _ELEMENTS in support.facts_of(r)]
    cited = full_citation(reading[0].rule.citation) if reading else ""
    for element in fields[_ELEMENTS].choices if _ELEMENTS in fields else ():
        value = told.value if told is not None else UNKNOWN
        is_there = isinstance(value, frozenset) and element in value
        result = _OPEN if value is UNKNOWN else "写明" if is_there else "没有写明"
        yield name, f"写明{element}", result, cited, ""
    for found in looked_at:
        result = _result(found)
        facts = "；".join(_facts(support.facts_of(found), one, fields))
        yield name, found.rule.title, result, full_citation(found.rule.citation), facts


def _result(found: RuleResult) -> str:
    """Say how a rule came out; "" of one that was not held against the contract."""
    if isinstance(found.rule.kind, Prohibit) and found.outcome is Outcome.NOT_APPLICABLE:
        return "没有这种情形"
    if not isinstance(found.rule.kind, Prohibit | Require):
        return ""
    is_open = found.outcome is Outcome.UNDETERMINED
    return "届时核对" if found.is_ahead and is_open else _OUTCOMES.get(found.outcome, "")


def _staffing(listed: Listed, one: SubjectDecision, rule_set: RuleSet) -> Iterator[tuple[str, ...]]:
    fields = rule_set.vocabulary.subjects[one.subject].fields
    case = listed.decision.case
    company = one.facts.get("企业名称")
    name = str(company.value) if company is not None and company.value is not UNKNOWN else case.name
    sent = one.facts.get("专家人数")
    number = sent.value if sent is not None else UNKNOWN
    needed = listed.needed
    is_settled = isinstance(number, int) and needed is not None
    gap = (
        str(max(0, needed - number))
        if is_settled and isinstance(number, int) and needed is not None
        else _OPEN
    )
    grounds = "；".join(dict.fromkeys(full_citation(r.rule.citation) for r in one.grounds))
    yield (
        name,
        _value("企业规模", one, fields),
        _value("高危", one, fields),
        _OPEN if needed is None else str(needed) if needed else _NO_RULE,
        _value("专家人数", one, fields),
        gap,
        verdict_label(one.verdict),
        grounds,
        "",
    )


def _targets(listed: Listed, one: SubjectDecision, rule_set: RuleSet) -> Iterator[tuple[str, ...]]:
    fields = rule_set.vocabulary.subjects[one.subject].fields
    support = support_of(one, fields)
    case = listed.decision.case
    hits = [f for f in one.findings if f.found is Found.YES]
    still = [f for f in one.findings if f.found is Found.OPEN]
    if not hits and not still:
        return
    results = [r for f in hits for r in f.rules]
    facts = dict.fromkeys(n for r in results for n in support.facts_of(r))
    yield (
        case.name.strip() or one.subject,
        one.subject,
        rule_set.areas.name(case.area),
        "、".join(f"{f.field}{category_words(f, one.findings)}" for f in hits),
        "、".join(f"{f.field}{category_words(f, one.findings)}" for f in still),
        "；".join(dict.fromkeys(full_citation(r.rule.citation) for r in results)),
        "；".join(_facts(tuple(facts), one, fields)),
        chinese_day(case.as_of),
        "",
    )


def _facts(names: Sequence[str], one: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[str]:
    for name in names:
        yield f"{field_words(fields[name])} = {_value(name, one, fields)}"


def _value(name: str, one: SubjectDecision, fields: Mapping[str, Field]) -> str:
    fact = one.facts.get(name)
    if fact is not None and fact.value is not UNKNOWN:
        return value_words(fields[name], fact.value)
    return told_value(name, one, fields) if name in one.derived else _OPEN


_Rows = Callable[[Listed, SubjectDecision, RuleSet], Iterator[tuple[str, ...]]]
# The subjects that a list is of, its title, its columns after the number, and what makes its rows.
_LISTS: Final[tuple[tuple[tuple[str, ...], str, tuple[tuple[str, int], ...], _Rows], ...]] = (
    (
        ("服务合同",),
        "服务合同要素核对表",
        (("合同", 18), ("核对内容", 34), ("结果", 14), ("依据", 34), ("认定的事实", 36)),
        _contract,
    ),
    (
        ("派员",),
        "隐患排查派员核对表",
        (
            ("企业", 22),
            ("规模", 8),
            ("是否高危", 10),
            ("应派", 8),
            ("实派", 8),
            ("差额", 8),
            ("结论", 12),
            ("依据", 36),
            ("复核人", 10),
        ),
        _staffing,
    ),
    (
        ("企业", "区域"),
        "重点对象名录",
        (
            ("名称", 20),
            ("类型", 8),
            ("地区", 16),
            ("命中类别", 22),
            ("待核实的类别", 18),
            ("依据", 36),
            ("依据的事实", 30),
            ("基准日", 14),
            ("复核人", 10),
        ),
        _targets,
    ),
)
LISTED_SUBJECTS: Final = MappingProxyType({name: title for names, title, _, _ in _LISTS for name in names})
