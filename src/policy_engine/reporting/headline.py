"""The first line: a verdict as the sentence an official signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.model.decisions import Decision, Finding, Found, SubjectDecision, Verdict
from policy_engine.model.documents import Authority
from policy_engine.model.rules import Effect, Permit, Prohibit, RuleSet
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.words import short_document

_PLAIN: Mapping[Verdict, str] = {
    Verdict.PROHIBITED: "不得实施",
    Verdict.CONFLICT: "依据冲突，暂不能作出结论",
    Verdict.NON_COMPLIANT: "须整改",
    Verdict.UNDETERMINED: "需补充核实后再审",
    Verdict.NOT_COVERED: "现有规则未涵盖，不能据以同意或者否定",
    Verdict.PERMITTED: "可以实施",
}


def headline(decision: Decision, rule_set: RuleSet) -> str:
    """Write the first line: one verdict a subject."""
    if len(decision.subjects) == 1:
        return f"结论：{verdict_sentence(decision.subjects[0], rule_set)}。"
    parts = [f"{one.subject}：{verdict_sentence(one, rule_set)}" for one in decision.subjects]
    return f"结论：{'；'.join(parts)}。"


def verdict_sentence(decision: SubjectDecision, rule_set: RuleSet) -> str:
    """Write one subject's verdict, and what it was found to be."""
    subject = rule_set.vocabulary.subjects[decision.subject]
    found = "；".join(_finding_phrases(decision, subject.fields))
    is_answered = any(subject.fields[finding.field].found_as for finding in decision.findings)
    match decision.verdict:
        case None:
            return found or "各项认定均已明确"
        case Verdict.NOT_COVERED if found and subject.gives_findings:
            return found
        case Verdict.UNDETERMINED if found:
            return found if is_answered else f"需补充核实。{found}"
        case verdict:
            words = _verdict_words(decision, verdict, rule_set)
            return f"{words}。{found}" if found else words


def _verdict_words(decision: SubjectDecision, verdict: Verdict, rule_set: RuleSet) -> str:
    subject = rule_set.vocabulary.subjects[decision.subject]
    kinds = [result.rule.kind for result in decision.grounds]
    registered = rule_set.registered
    vetoed = [
        k.object for k in kinds if isinstance(k, Prohibit) and rule_set.objects[k.object] is Effect.VETO
    ]
    permitted = [k.object for k in kinds if isinstance(k, Permit)]
    match verdict:
        case Verdict.PROHIBITED if subject.refused:
            return subject.refused
        case Verdict.PROHIBITED if vetoed:
            return registered[vetoed[0]].refused or f"不得实施（{vetoed[0]}）"
        case Verdict.PERMITTED if subject.permitted:
            return subject.permitted
        case Verdict.PERMITTED if permitted:
            return registered[permitted[0]].permitted or _PLAIN[verdict]
        case Verdict.NON_COMPLIANT:
            # What only practice asks is said to be so, whatever the subject is.
            return _below(decision, rule_set.authority) or subject.corrected or _PLAIN[verdict]
        case _:
            return _PLAIN[verdict]


def _below(decision: SubjectDecision, authority: Authority) -> str:
    forces = dict.fromkeys(result.rule.citation.document.force for result in decision.grounds)
    if any(authority.forces[force].binding for force in forces):
        return ""
    return next((below for force in forces if (below := authority.forces[force].below)), "")


def _finding_phrases(decision: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[str]:
    for field in dict.fromkeys(finding.field for finding in decision.findings):
        own = [finding for finding in decision.findings if finding.field == field]
        yes = "、".join(category_words(f, own) for f in own if f.found is Found.YES)
        still_open = "、".join(category_words(f, own) for f in own if f.found is Found.OPEN)
        if not is_examined(field, decision):
            yield f"{field}未作认定，本地区、基准日没有已编成规则的规定"
        elif name := fields[field].found_as:
            yield _answer(name, yes, still_open)
        elif yes:
            yield f"{field}属于{yes}" + (f"，{still_open}待核实" if still_open else "")
        else:
            yield f"{field}待核实：{still_open}" if still_open else f"不属于{field}中的任何一项"


def _answer(name: str, yes: str, still_open: str) -> str:
    # One category is enough for a yes, whatever becomes of the others.
    if yes:
        return f"是{name}：{yes}" + (f"（{still_open}待核实）" if still_open else "")
    return f"是否{name}待核实：{still_open}" if still_open else f"不是{name}"


def category_words(finding: Finding, among: Iterable[Finding]) -> str:
    """Name a category, by its document where the findings beside it come from several."""
    documents = {one.document.id for one in among if one.document}
    is_shared = len(documents) > 1 and finding.document is not None
    return (
        f"{short_document(finding.document)}{finding.category}"
        if is_shared and finding.document
        else finding.category
    )


def is_examined(field: str, decision: SubjectDecision) -> bool:
    """Tell whether anybody looked: a finding was stated, or a rule that could make it was in force and in scope."""
    return any(f.field == field and f.found is not Found.UNEXAMINED for f in decision.findings)
