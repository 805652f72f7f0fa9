"""What carries a verdict: grounds, rivals, findings, facts, exceptions and norms that yielded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.evaluation.support import Support
from policy_engine.evaluation.wording import value_words
from policy_engine.foundation.logic import Truth
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Case, Origin
from policy_engine.model.conditions import AS_OF
from policy_engine.model.decisions import (
    Excepted,
    Finding,
    Found,
    RuleResult,
    Status,
    SubjectDecision,
    Verdict,
    Yielded,
)
from policy_engine.model.rules import Basis, ExceptionClause, Permit, RuleSet
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.reporting.headline import category_words
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import (
    blocked_words,
    citation_words,
    fact_words,
    field_words,
    full_citation,
    in_force_words,
    reliance_words,
    short_citation,
)

_RESTS_ON_ALL = (Verdict.PERMITTED, Verdict.NOT_COVERED, Verdict.UNDETERMINED)
BASES: Mapping[Basis, str] = {Basis.TEXT: "条文", Basis.INTERPRETATION: "解释", Basis.PRACTICE: "实践"}


def ground_items(results: Iterable[RuleResult], case: Case, rule_set: RuleSet) -> Iterator[Item]:
    """Write grounds, those of one article together: the citation, what it says, what to know about it."""
    by_citation: dict[str, list[RuleResult]] = {}
    for result in results:
        by_citation.setdefault(_ground_citation(result, case, rule_set), []).append(result)
    for citation, own in by_citation.items():
        yield Item(citation, items(line for result in own for line in _rule_lines(result)))


def _rule_lines(result: RuleResult) -> Iterator[str]:
    rule = result.rule
    yield rule.title
    if rule.quote:
        yield f"原文：“{rule.quote}”"
    if rule.note:
        yield f"说明：{rule.note}"


def _ground_citation(result: RuleResult, case: Case, rule_set: RuleSet) -> str:
    citation = result.rule.citation
    words = f"{full_citation(citation)}，{in_force_words(citation.document)}，{_valid_on(result, case)}"
    caveats = [reliance_words(citation)]
    force = rule_set.authority.forces[citation.document.force]
    if not force.binding:
        caveats.append(f"属{force.name}，只在{rule_set.areas.name(citation.document.area)}作依据")
    shown = "；".join(c for c in caveats if c)
    return f"{words}〔{shown}〕" if shown else words


def _valid_on(result: RuleResult, case: Case) -> str:
    name = result.rule.dated_by
    stated = case.subjects[result.subject].get(name) if name != AS_OF else None
    if stated is None or not isinstance(stated.value, int) or stated.value == NOT_HAPPENED:
        return "基准日有效"
    return f"{name}（{chinese_day(stated.value)}）有效"


def rival_items(decision: SubjectDecision) -> Iterator[Item]:
    """Write each pair of effective rivals side by side."""
    for first, second, truth in decision.rivals:
        if truth is Truth.TRUE:
            sides = [f"{r.rule.title}——{citation_words(r.rule.citation)}" for r in (first, second)]
            yield Item("下列两条规定方向相反，位阶不分高下，须报有权机关裁决", items(sides))


def finding_items(decision: SubjectDecision, fields: Mapping[str, Field], support: Support) -> Iterator[Item]:
    """Write what the subject was found to be, each category with its grounds; the denied ones by their reason."""
    for finding in decision.findings:
        if finding.found in (Found.YES, Found.OPEN):
            lines = [line for r in finding.rules for line in _finding_lines(r, finding.found)]
            words = _categories([finding], decision)
            yield Item(f"{words}：{finding.found.value}", items(dict.fromkeys(lines)))
    yield from _denied(decision, fields, support)
    yield from _unexamined(decision)
    if decision.findings:
        yield from items(_settled(decision, fields))


def denying_facts(finding: Finding, support: Support) -> tuple[str, ...]:
    """List the fields that decided a denial."""
    denied = finding.rules if finding.found is Found.NO else ()
    return tuple(dict.fromkeys(name for result in denied for name in support.denied_by(result)))


def _denied(decision: SubjectDecision, fields: Mapping[str, Field], support: Support) -> Iterator[Item]:
    by_reason: dict[tuple[str, str], list[Finding]] = {}
    for finding in decision.findings:
        if finding.found is Found.NO:
            lines = (fact_line(name, decision, fields) for name in denying_facts(finding, support))
            by_reason.setdefault((finding.field, "；".join(filter(None, lines))), []).append(finding)
    for (_, reason), found in by_reason.items():
        yield Item(f"{_categories(found, decision)}：否", items([reason] if reason else []))


def _unexamined(decision: SubjectDecision) -> Iterator[Item]:
    by_field: dict[str, list[Finding]] = {}
    for finding in decision.findings:
        if finding.found is Found.UNEXAMINED:
            by_field.setdefault(finding.field, []).append(finding)
    for found in by_field.values():
        words = _categories(found, decision)
        yield Item(f"{words}：{Found.UNEXAMINED.value}，本地区、基准日没有已编成规则的规定")


def _categories(findings: Iterable[Finding], decision: SubjectDecision) -> str:
    found = list(findings)
    beside = [one for one in decision.findings if one.field == found[0].field]
    return found[0].field + "、".join(category_words(finding, beside) for finding in found)


def _settled(decision: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[str]:
    truths, numbers = decision.evaluation.truths, decision.evaluation.numbers
    for name in decision.derived:
        field = fields[name]
        own = [truth for (owner, _), truth in truths.items() if owner == name]
        is_choice = field.type is FieldType.CHOICE
        is_settled = Truth.TRUE in own if is_choice else bool(own) and Truth.UNKNOWN not in own
        if not field.finding and (is_settled or name in numbers):
            yield f"{field_words(field)}：{_value(name, decision, fields)}"


def _finding_lines(result: RuleResult, found: Found) -> Iterator[str]:
    yield f"{result.rule.title}——{citation_words(result.rule.citation)}"
    if found is Found.YES and result.rule.note:
        yield f"说明：{result.rule.note}"


def refused_permits(
    decision: SubjectDecision, fields: Mapping[str, Field], support: Support
) -> Iterator[Item]:
    """Say of each permission in force why it does not carry, where nothing else was found either."""
    if decision.verdict is not Verdict.NOT_COVERED:
        return
    for result in decision.results:
        if isinstance(result.rule.kind, Permit) and result.status is Status.NOT_APPLICABLE:
            lines = (fact_line(name, decision, fields) for name in support.facts_of(result))
            yield Item(
                f"{short_citation(result.rule.citation)}：{result.rule.title}——不具备",
                items(line for line in lines if line),
            )


def fact_items(decision: SubjectDecision, fields: Mapping[str, Field], support: Support) -> Iterator[Item]:
    """Write the facts the verdict rests on; those a declaration closed in one line, the others counted."""
    used = dict.fromkeys(name for result in _carrying(decision) for name in support.facts_of(result))
    stated = [n for n, f in decision.facts.items() if f.origin is Origin.STATED and _is_decisive(fields[n])]
    rests_on_all = decision.verdict in _RESTS_ON_ALL or bool(decision.findings)
    # A permission rests on everything told: what is not there forbids nothing.
    shown = list(dict.fromkeys((*used, *stated))) if rests_on_all else list(used)
    shown += [n for n in stated if n not in shown and decision.facts[n].value is UNKNOWN]
    by_declaration = [n for n in shown if decision.facts[n].origin is Origin.DECLARED]
    for name in shown:
        line = fact_line(name, decision, fields) if name not in by_declaration else ""
        if line:
            yield Item(line)
    if by_declaration:
        pairs = (f"{field_words(fields[n])} = {_value(n, decision, fields)}" for n in by_declaration)
        yield Item(f"{'，'.join(pairs)}（申报声明）")
    rest = [n for n in stated if n not in shown]
    if rest:
        names = "、".join(field_words(fields[n]) for n in rest)
        yield Item(f"另填报{names}，与本结论没有直接关系")


def fact_line(name: str, decision: SubjectDecision, fields: Mapping[str, Field]) -> str:
    """Write one fact with its source; a computed one with what it came to; empty where nothing was told."""
    fact = decision.facts.get(name)
    if fact is None:
        return ""
    if fact.value is not UNKNOWN or fact.reason:
        return fact_words(fields[name], fact)
    if fields[name].role is Role.DERIVED and name in decision.derived:
        return f"{field_words(fields[name])} = {_value(name, decision, fields)}（推算）"
    return ""


def _value(name: str, decision: SubjectDecision, fields: Mapping[str, Field]) -> str:
    field, number = fields[name], decision.evaluation.numbers.get(name)
    known = decision.facts[name].value
    if known is not UNKNOWN:
        return value_words(field, known)
    return value_words(field, number) if number is not None else decision.derived[name]


def _is_decisive(field: Field) -> bool:
    return field.role is not Role.NOTE and field.type is not FieldType.TEXT


def _carrying(decision: SubjectDecision) -> Iterator[RuleResult]:
    yield from decision.grounds
    for finding in decision.findings:
        if finding.found is Found.YES:
            yield from finding.rules


def exception_items(
    decision: SubjectDecision, fields: Mapping[str, Field], support: Support
) -> Iterator[Item]:
    """Write which exceptions were looked at and how they came out, then which norms yielded to which."""
    for result in decision.results:
        if isinstance(result.blocked, Excepted):
            met = result.blocked.clauses
            lines = (_exception_line(c, decision, fields, support, Truth.TRUE) for c in met)
            yield Item(f"成立，因此不适用“{result.rule.title}”", items(lines))
    clauses = {clause.because: clause for result in decision.grounds for clause in result.rule.unless}
    if clauses:
        lines = (_exception_line(c, decision, fields, support, Truth.FALSE) for c in clauses.values())
        yield Item(f"已核对 {len(clauses)} 项，不成立", items(lines))
    yield from items(_yielded(decision))


def _exception_line(
    clause: ExceptionClause,
    decision: SubjectDecision,
    fields: Mapping[str, Field],
    support: Support,
    wanted: Truth,
) -> str:
    source = short_citation(clause.citation) if clause.citation else "非条文"
    facts = [fact_line(name, decision, fields) for name in support.facts_for(clause.when, wanted)]
    told = "；".join(fact for fact in facts if fact)
    basis = BASES[clause.basis] + (
        "" if clause.basis is Basis.TEXT and not clause.citation else f"，{source}"
    )
    return f"{clause.because}〔{basis}〕" + (f"：{told}" if told else "")


def _yielded(decision: SubjectDecision) -> Iterator[str]:
    rules = {result.rule.id: result.rule for result in decision.results}
    for result in decision.results:
        if isinstance(result.blocked, Yielded):
            words = blocked_words(result.blocked, rules)
            yield f"不适用{short_citation(result.rule.citation)}（{result.rule.title}）：{words}"
