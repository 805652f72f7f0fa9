"""What carries a verdict: grounds, rivals, findings, facts, exceptions and norms that yielded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.evaluation.condition_words import condition_words
from policy_engine.evaluation.support import Support
from policy_engine.foundation.logic import Truth
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Case
from policy_engine.model.conditions import AS_OF, All, Condition
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
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Basis, ExceptionClause, Permit, Rule, RuleSet
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.facts import fact_line, told_value
from policy_engine.reporting.headline import category_words
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import (
    blocked_words,
    citation_words,
    field_words,
    full_citation,
    in_force_words,
    reliance_words,
    short_citation,
)

BASES: Mapping[Basis, str] = {Basis.TEXT: "条文", Basis.INTERPRETATION: "解释", Basis.PRACTICE: "实践"}


def ground_items(results: Iterable[RuleResult], case: Case, rule_set: RuleSet) -> Iterator[Item]:
    """Write grounds, those of one article together: the citation, what it says, what to know about it."""
    by_citation: dict[str, list[RuleResult]] = {}
    for result in results:
        by_citation.setdefault(_ground_citation(result, case, rule_set), []).append(result)
    for citation, own in by_citation.items():
        # Two limbs of one clause have one quotation.
        yield Item(citation, items(dict.fromkeys(line for result in own for line in _rule_lines(result))))


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
            yield f"{field_words(field)}：{told_value(name, decision, fields)}"


def _finding_lines(result: RuleResult, found: Found) -> Iterator[str]:
    yield f"{result.rule.title}——{citation_words(result.rule.citation)}"
    if found is Found.YES and result.rule.note:
        yield f"说明：{result.rule.note}"


def refused_permits(
    decision: SubjectDecision, fields: Mapping[str, Field], support: Support
) -> Iterator[Item]:
    """Say in a line what the permission that comes nearest lacks, where nothing else was found either."""
    if decision.verdict is not Verdict.NOT_COVERED:
        return
    permits = (r for r in decision.results if isinstance(r.rule.kind, Permit))
    refused = [r.rule for r in permits if r.status is Status.NOT_APPLICABLE]
    if not refused:
        return
    nearest = min(refused, key=lambda rule: len(_failing(rule, support)))
    lacking = _failing(nearest, support)
    wanted = "，".join(condition_words(part, fields) for part in lacking)
    names = dict.fromkeys(n for part in lacking for n in support.decided_by(part, Truth.FALSE))
    told = "；".join(line for name in names if (line := fact_line(name, decision, fields)))
    words = f"{short_citation(nearest.citation)}（{nearest.title}）要求{wanted}；本案{told}"
    # A note that doesn't speak of what is lacking is about other cases.
    is_apt = any(field_words(fields[name]) in nearest.note for name in names)
    yield Item(words, items([f"说明：{nearest.note}"] if is_apt else []))


def _failing(rule: Rule, support: Support) -> tuple[Condition, ...]:
    parts = rule.when.parts if isinstance(rule.when, All) else (rule.when,)
    return tuple(part for part in parts if support.truth(part) is Truth.FALSE)


def exception_items(
    decision: SubjectDecision, fields: Mapping[str, Field], support: Support
) -> Iterator[Item]:
    """Write which exceptions were looked at and how they came out, then which norms yielded to which."""
    for result in decision.results:
        if isinstance(result.blocked, Excepted):
            met = result.blocked.clauses
            lines = (_exception_line(c, decision, fields, support, Truth.TRUE) for c in met)
            yield Item(f"成立，因此不适用“{result.rule.title}”", items(lines))
    # By their words: rules of one article may share an exception, and it is told once.
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
            winners = [rules[name].citation for name in result.blocked.rules]
            loser = _loser(result.rule, winners)
            yield f"{blocked_words(result.blocked, rules)}，不适用{loser}"


def _loser(rule: Rule, winners: Iterable[Citation]) -> str:
    own = rule.citation
    places = {(winner.document.id, winner.locator) for winner in winners}
    if places == {(own.document.id, own.locator)}:
        return f"其中“{rule.title}”"
    is_same = {document for document, _ in places} == {own.document.id}
    return f"{own.locator if is_same else short_citation(own)}（{rule.title}）"
