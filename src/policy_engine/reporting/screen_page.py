"""What a text was screened for, as a page: its words, what they propose, what would come of it, what is left to ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import support_of
from policy_engine.foundation.text import both_ends
from policy_engine.model.calendar import chinese_day
from policy_engine.model.decisions import Decision, Verdict
from policy_engine.model.lexicon import Indication
from policy_engine.model.rules import RuleSet
from policy_engine.model.screening import Proposal, Screening, Supposition
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.asking import question_items
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.page import Item, Page, Section, items
from policy_engine.reporting.screen_quotes import MOST_WORDS, by_certainty, quoted_lines
from policy_engine.reporting.words import field_words, short_citation, verdict_label

CLOSING = "以上只是从文字里读出的提示，没有一项是事实，也不是审查意见；逐项确认、填进案件、用 check 审查以后才作数（待确认）。"
NOTHING_FOUND = "没有读出须确认的提示"
_NOT_NOTHING = "没有读出，不等于没有：能不能实施，填报事实以后用 check 审查。"
MOST_QUESTIONS = 8
_MOST_GROUNDS, _LONGEST_QUOTE = 6, 40


def screen_page(found: Screening, title: str, remarks: tuple[str, ...], rule_set: RuleSet) -> Page:
    """Lay out one text that was screened. `title`: what it is called, if anything; `remarks`: what reading it left out."""
    fields = rule_set.vocabulary.subjects[found.subject].fields
    case = found.case
    place = rule_set.areas.name(case.area)
    sections = (
        Section("文字", tuple(quoted_lines(found))),
        Section(
            "读出的提示（待确认）",
            tuple(_proposal_item(one, fields[one.field], found, rule_set) for one in found.proposals),
            is_numbered=True,
        ),
        Section("若经确认", tuple(_supposed_items(found, rule_set))),
        Section(
            "作出结论还要填报的",
            tuple(_question_items(found.open, rule_set)) if found.open is not None else (),
            is_numbered=True,
        ),
        Section("说明", items((*remarks, *case.assumed))),
    )
    return Page(
        headline_of(found, rule_set),
        tuple(section for section in sections if section.items),
        (rule_set.words, CLOSING),
        "　".join(filter(None, (found.subject, title.strip("　"), place, chinese_day(case.as_of)))),
        () if found.proposals else (_NOT_NOTHING,),
    )


def headline_of(found: Screening, rule_set: RuleSet) -> str:
    """Say in one line how much was found, and what would come of it."""
    if not found.proposals:
        return f"{NOTHING_FOUND}。"
    count = len({(one.start, one.end, one.text) for p in found.proposals for one in p.indications})
    told = f"待确认：读出 {len(found.proposals)} 项提示，见于原文 {count} 处"
    return f"{told}；{supposed_words(found, rule_set)}。"


def supposed_words(found: Screening, rule_set: RuleSet) -> str:
    """Say what would come of confirming what the words propose, or why nothing can be said."""
    if found.disagreeing:
        return "几处写法不一，先确认是哪一种"
    supposed = found.confirmed
    if supposed is None or supposed.impossible:
        return "这些写法不能同时成立，先核对是哪一处"
    return f"若经确认，{_verdict_words(supposed, rule_set)}"


def _verdict_words(supposed: Supposition, rule_set: RuleSet) -> str:
    if supposed.decision is not None:
        return verdict_sentence(supposed.decision.subjects[0], rule_set)
    return verdict_label(supposed.verdict)


def value_of(proposal: Proposal, field: Field) -> str:
    """Write what a proposal comes to: 含工程 = 是（意味着）, or that its words disagree."""
    sign = " 含 " if field.type is FieldType.LIST else " = "
    if proposal.value is None:
        values = "、".join(dict.fromkeys(value_words(field, one.value) for one in proposal.indications))
        return f"{field_words(field)}：写法不一（{values}）"
    sure = surest(proposal)
    return f"{field_words(field)}{sign}{value_words(field, proposal.value)}（{sure.certainty.value}）"


def surest(proposal: Proposal) -> Indication:
    """Pick the surest of the words behind a proposal; of equals the first in the text."""
    return by_certainty(proposal.indications)[0]


def sources_of(rule_set: RuleSet) -> Mapping[str, str]:
    """Give the source of each term by its id."""
    return {term.id: term.source for term in rule_set.lexicon.terms}


def _proposal_item(proposal: Proposal, field: Field, found: Screening, rule_set: RuleSet) -> Item:
    sources = sources_of(rule_set)
    lines = dict.fromkeys(
        _words_line(one, field, proposal.value, found, sources) for one in by_certainty(proposal.indications)
    )
    shown = list(lines)[:MOST_WORDS]
    if len(lines) > MOST_WORDS:
        shown.append(f"另有 {len(lines) - MOST_WORDS} 种写法也指向这一项")
    supplier = f"（由{field.supplier}提供）" if field.supplier else ""
    shown.append(f"核对：{field.question or field_words(field)}{supplier}")
    shown += (f"{answer}：{'；'.join(seen)}" for answer, seen in field.criteria.items())
    return Item(value_of(proposal, field), items(shown))


def _words_line(
    one: Indication, field: Field, proposed: Known | None, found: Screening, sources: Mapping[str, str]
) -> str:
    where = f"{one.text}中" if len(found.texts) > 1 else ""
    source = f"（{sources[one.term]}）" if sources.get(one.term) else ""
    quote = f"{where}写有“{both_ends(one.words, _LONGEST_QUOTE)}”：{one.because}{source}"
    is_other = proposed is None or (one.value != proposed and not isinstance(one.value, frozenset))
    return f"{one.certainty.value}{value_words(field, one.value)}：{quote}" if is_other else quote


def _supposed_items(found: Screening, rule_set: RuleSet) -> Iterator[Item]:
    fields = rule_set.vocabulary.subjects[found.subject].fields
    if found.disagreeing:
        yield Item(
            "几处写法不一，先确认是哪一种，再看结论",
            items(value_of(one, fields[one.field]) for one in found.disagreeing),
        )
    elif found.confirmed is not None and found.confirmed.impossible:
        yield Item("这些写法不能同时成立，先核对是哪一处", items(found.confirmed.impossible))
    elif found.confirmed is not None:
        decision = found.confirmed.decision
        grounds = _ground_lines(decision) if decision is not None else ()
        yield Item(_verdict_words(found.confirmed, rule_set), items(grounds))
    if found.stated is not None and not found.stated.impossible:
        is_other = found.confirmed is None or found.confirmed.verdict is not found.stated.verdict
        if is_other:
            yield Item(f"只确认写明的：{verdict_label(found.stated.verdict)}")


def _ground_lines(decision: Decision) -> Iterator[str]:
    grounds = decision.subjects[0].grounds
    yield from (f"{short_citation(r.rule.citation)}：{r.rule.title}" for r in grounds[:_MOST_GROUNDS])
    if len(grounds) > _MOST_GROUNDS:
        yield f"另有 {len(grounds) - _MOST_GROUNDS} 条依据"


def _question_items(decision: Decision, rule_set: RuleSet) -> Iterator[Item]:
    one = decision.subjects[0]
    if one.verdict is not Verdict.UNDETERMINED:
        return
    fields = rule_set.vocabulary.subjects[one.subject].fields
    cut = dataclasses.replace(one, missing=one.missing[:MOST_QUESTIONS], lacking=())
    yield from question_items(cut, decision.case, rule_set, support_of(one, fields), "按读出的")
    if len(one.missing) > MOST_QUESTIONS:
        yield Item(
            f"另有 {len(one.missing) - MOST_QUESTIONS} 项，写成案件（-o 案件.yaml）以后用 check 逐项列出"
        )
