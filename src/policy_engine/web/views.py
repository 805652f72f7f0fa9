"""What pages show, taken from turns and decisions: nothing here asks for a request or knows of HTML."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import support_of
from policy_engine.model.calendar import chinese_day
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import Decision, RuleResult, SubjectDecision, Verdict
from policy_engine.model.documents import Citation
from policy_engine.model.interviewing import Ask, Asking, Turn
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import UNKNOWN, Value, number_words
from policy_engine.model.vocabulary import Field, FieldType, Role, Subject
from policy_engine.reporting.asking import DECLARATION, asked_words
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.indications import asking_indications
from policy_engine.reporting.interview_page import covered_words, reason_words
from policy_engine.reporting.official import ELSEWHERE
from policy_engine.reporting.page import Item, Page, Section, SectionKind
from policy_engine.reporting.render import VIEWS
from policy_engine.reporting.words import (
    cross_check_words,
    document_words,
    field_words,
    in_force_words,
    reliance_words,
    short_citation,
    verdict_label,
)
from policy_engine.usecases.screening import proposals_of
from policy_engine.web.picture import Picture, picture_of

# The mark of each verdict, by the name of its symbol and of its class.
_MARKS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.PROHIBITED: "no",
        Verdict.CONFLICT: "clash",
        Verdict.NON_COMPLIANT: "fix",
        Verdict.UNDETERMINED: "ask",
        Verdict.NOT_COVERED: "none",
        Verdict.PERMITTED: "yes",
    }
)
_FOLDED: Final = (SectionKind.COMPARED, SectionKind.DECLARED, SectionKind.REMARKS)
# Shown apart: grounds as law, facts as a table that can be corrected.
_APART: Final = (SectionKind.GROUNDS, SectionKind.FACTS)
_MOST_NAMED: Final = 3
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def mark_of(verdict: Verdict | None) -> str:
    """Name the mark of a verdict; settled findings have one of their own."""
    return _MARKS[verdict] if verdict is not None else "is"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A verdict so far, beside a question: its mark and words, and what is known already."""

    mark: str
    label: str
    left: int
    known: tuple[tuple[str, str], ...]


def standing_of(turn: Turn, rule_set: RuleSet) -> Standing:
    """Say where an interview stands."""
    one = turn.subject
    fields = rule_set.vocabulary.subjects[one.subject].fields
    told = tuple(
        (field_words(fields[name]), value_words(fields[name], fact.value))
        for name, fact in turn.case.subjects[one.subject].items()
        if fields[name].type is not FieldType.TEXT
    )
    return Standing(mark=mark_of(one.verdict), label=verdict_label(one.verdict), left=turn.left, known=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose, what can be seen where it is right, and a typical case."""

    value: str
    criteria: tuple[str, ...] = ()
    typical: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskView:
    """A question as a page shows it. `kind` as of `Asking`; `type`: how it is answered."""

    kind: str
    title: str
    field: str = ""
    label: str = ""
    type: str = ""
    unit: str = ""
    quoted: tuple[tuple[str, str], ...] = ()
    articles: tuple[tuple[str, str], ...] = ()
    more_articles: int = 0
    options: tuple[Option, ...] = ()
    value: str = ""
    supplier: str = ""
    help: str = ""
    covered: tuple[tuple[str, str], ...] = ()
    covered_count: int = 0

    @property
    def is_pair(self) -> bool:
        """Tell whether the two answers stand side by side."""
        return self.type == FieldType.BOOLEAN.value and any(one.criteria for one in self.options)


def ask_view(turn: Turn, ask: Ask, rule_set: RuleSet) -> AskView:
    """Lay out what a turn asks."""
    one = turn.subject
    fields = rule_set.vocabulary.subjects[one.subject].fields
    if ask.question is None:
        covered = tuple(covered_words(ask.covered, fields).items())
        return AskView(
            kind=ask.kind.value, title=DECLARATION, covered=covered, covered_count=len(ask.covered)
        )
    field = ask.question.field
    stated = turn.case.subjects[one.subject].get(field.name)
    rules = {rule.id: rule for rule in rule_set.rules}
    # One article once, at the first of its rules.
    cited: dict[str, str] = {}
    for name in ask.question.rules:
        citation = rules[name].citation
        cited.setdefault(short_citation(citation), f"{citation.document.id}#{name}")
    title = asked_words(ask.question)
    if ask.kind is Asking.REASON and stated is not None:
        title = reason_words(field, stated)
    quoted = dict.fromkeys(
        (found.words, found.because) for found in asking_indications(field, one, stated, fields)
    )
    return AskView(
        kind=ask.kind.value,
        title=title,
        field=field.name,
        label=field_words(field),
        type=field.type.value,
        unit=field.unit,
        quoted=tuple(quoted)[:_MOST_NAMED],
        articles=tuple(cited.items())[:_MOST_NAMED],
        more_articles=max(0, len(cited) - _MOST_NAMED),
        options=tuple(_options(field, stated)),
        value=_written(field, stated),
        supplier=field.supplier,
        help=field.description if field.type is not FieldType.BOOLEAN else "",
    )


def _options(field: Field, stated: Fact | None) -> Iterator[Option]:
    choices = ("是", "否") if field.type is FieldType.BOOLEAN else field.choices
    typical = {"是": field.typical_yes, "否": field.typical_no}
    for choice in choices:
        yield Option(
            value=choice,
            criteria=field.criteria.get(choice, ()),
            typical=typical.get(choice, ""),
            is_chosen=_is_chosen(field, choice, stated),
        )


def _is_chosen(field: Field, choice: str, stated: Fact | None) -> bool:
    if stated is None or stated.value is UNKNOWN:
        return False
    if field.type is FieldType.BOOLEAN:
        return stated.value is (choice == "是")
    return choice in stated.value if isinstance(stated.value, frozenset) else stated.value == choice


def _written(field: Field, stated: Fact | None) -> str:
    if stated is None or stated.value is UNKNOWN or field.type in (FieldType.LIST, FieldType.CHOICE):
        return ""
    if isinstance(stated.value, int) and field.type is FieldType.NUMBER:
        # Without its unit, which stands beside the control.
        return number_words(stated.value, field.scale)
    return value_words(field, stated.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundView:
    """One rule that carries a verdict: what it says, in whose words, and how far that can be relied on."""

    rule: str
    title: str
    quote: str
    document: str
    document_id: str
    locator: str
    force: str
    in_force: str
    caveat: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One fact: what it came to, from where, where it was used, and whether it can be corrected here."""

    field: str
    label: str
    value: str
    source: str
    used: tuple[str, ...]
    is_key: bool
    is_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """A decided subject, the answer first."""

    mark: str
    title: str
    because: str
    meta: tuple[str, ...]
    grounds: tuple[GroundView, ...]
    facts: tuple[FactView, ...]
    sections: tuple[Section, ...]
    folded: tuple[Section, ...]
    footer: str
    ways: tuple[Item, ...]
    picture: Picture | None


def verdict_view(decision: Decision, compiled: CompiledRuleSet) -> VerdictView:
    """Lay out the decision on a case of one subject."""
    rule_set = compiled.rule_set
    (one,) = decision.subjects
    page: Page = VIEWS["official"](decision, compiled)
    shown = [section for section in page.sections if section.kind not in _APART]
    ways = tuple(item for s in shown if s.kind is SectionKind.REMEDIES for item in s.items)
    return VerdictView(
        mark=mark_of(one.verdict),
        title=verdict_sentence(one, rule_set),
        because=_because(one),
        meta=tuple(_meta(decision.case, rule_set)),
        grounds=tuple(_ground(result, rule_set) for result in one.grounds),
        facts=tuple(_facts(one, decision.case, rule_set)),
        sections=tuple(s for s in shown if s.kind not in (*_FOLDED, SectionKind.REMEDIES)),
        folded=tuple(_without_views(s) for s in shown if s.kind in _FOLDED),
        footer=f"{rule_set.words}；{cross_check_words(decision.cross_check)}",
        ways=ways,
        picture=picture_of(one, rule_set),
    )


def _because(one: SubjectDecision) -> str:
    if one.verdict is Verdict.UNDETERMINED:
        asked = len(one.missing) + len(one.lacking) + one.asks_declaration
        return f"还有 {asked} 项没有核实，见下面的事项。" if asked else "有的情形还没有认定，见下面的说明。"
    named = list(dict.fromkeys(result.rule.title for result in one.grounds))
    more = f"等{len(named)}项" if len(named) > _MOST_NAMED else ""
    cited = "、".join(
        dict.fromkeys(short_citation(result.rule.citation) for result in one.grounds[:_MOST_NAMED])
    )
    return f"{'；'.join(named[:_MOST_NAMED])}{more}。依据是{cited}。" if named else ""


def _meta(case: Case, rule_set: RuleSet) -> Iterator[str]:
    if case.name.strip():
        yield case.name.strip()
    yield f"按{chinese_day(case.as_of)}在{rule_set.areas.name(case.area)}有效的规定"


def _ground(result: RuleResult, rule_set: RuleSet) -> GroundView:
    rule = result.rule
    citation: Citation = rule.citation
    document = citation.document
    return GroundView(
        rule=rule.id,
        title=rule.title,
        quote=rule.quote,
        document=document_words(document),
        document_id=document.id,
        locator=citation.locator,
        force=rule_set.authority.forces[document.force].name,
        in_force=in_force_words(document),
        caveat=reliance_words(citation),
        note=rule.note,
    )


def _facts(one: SubjectDecision, case: Case, rule_set: RuleSet) -> Iterator[FactView]:
    fields = rule_set.vocabulary.subjects[one.subject].fields
    support = support_of(one, fields)
    used: dict[str, list[str]] = {}
    for result in one.grounds:
        for name in support.facts_of(result):
            used.setdefault(name, []).append(short_citation(result.rule.citation))
    told = case.subjects[one.subject]
    # What carries the verdict first, then whatever else was told.
    for name in dict.fromkeys((*used, *told)):
        fact = one.facts.get(name)
        if fact is None or (fact.value is UNKNOWN and name not in told):
            continue
        field = fields[name]
        yield FactView(
            field=name,
            label=field_words(field),
            value=value_words(field, fact.value),
            source=_source(fact),
            used=tuple(dict.fromkeys(used.get(name, ()))),
            is_key=name in used,
            is_told=field.role is not Role.DERIVED,
        )


def _source(fact: Fact) -> str:
    if fact.value is UNKNOWN and fact.reason:
        return f"不清楚：{fact.reason}"
    return fact.source or ("回答" if fact.origin is Origin.STATED else fact.origin.value)


def _without_views(section: Section) -> Section:
    """Leave out of what is remarked that another view of the command says more."""
    told = tuple(dataclasses.replace(one, text=one.text.removesuffix(ELSEWHERE)) for one in section.items)
    return dataclasses.replace(section, items=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text. `kind`: `fact` where it states what is proposed, `sign` where it is asked about, else empty."""

    text: str
    kind: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """One fact that words state, to be confirmed: its number, the words, and a control that is filled in."""

    ref: str
    field: str
    label: str
    words: str
    type: str
    unit: str
    value: str
    proposed: Value
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignView:
    """Words that are asked about: their number, what they may point to, and why."""

    ref: str
    words: str
    label: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """A text that was read: its pieces, what is proposed of it, and what will be asked."""

    pieces: tuple[Piece, ...]
    proposals: tuple[ProposalView, ...]
    signs: tuple[SignView, ...]


def text_view(case: Case, subject: Subject, text_field: str) -> TextView:
    """Lay out what the words of one text propose. What is told already isn't proposed again."""
    text = case.subjects[subject.name][text_field].value
    told = case.subjects[subject.name]
    proposals: list[ProposalView] = []
    signs: list[SignView] = []
    marks: list[tuple[int, int, str, str]] = []
    for one in proposals_of(case, subject):
        found = [i for i in one.indications if i.text == text_field]
        if one.field in told or not found:
            continue
        field, first = subject.fields[one.field], found[0]
        if one.value is not None and one.is_stated:
            ref = _CIRCLED[len(proposals)] if len(proposals) < len(_CIRCLED) else f"（{len(proposals) + 1}）"
            stated = Fact(field=one.field, value=one.value, origin=Origin.STATED)
            proposals.append(_proposal(ref, field, stated, first.words))
            marks.append((first.start, first.end, "fact", ref))
        else:
            ref = f"问{len(signs) + 1}"
            signs.append(
                SignView(ref=ref, words=first.words, label=field_words(field), because=first.because)
            )
            marks.append((first.start, first.end, "sign", ref))
    pieces = tuple(_pieces(str(text), marks))
    return TextView(pieces=pieces, proposals=tuple(proposals), signs=tuple(signs))


def _proposal(ref: str, field: Field, stated: Fact, words: str) -> ProposalView:
    return ProposalView(
        ref=ref,
        field=field.name,
        label=field_words(field),
        words=words,
        type=field.type.value,
        unit=field.unit,
        value=_written(field, stated),
        proposed=stated.value,
        options=tuple(_options(field, stated)),
    )


def _pieces(text: str, marks: list[tuple[int, int, str, str]]) -> Iterator[Piece]:
    """Cut a text at its marks; of two that overlap the one that begins first stands."""
    at = 0
    for start, end, kind, ref in sorted(marks):
        if start < at:
            continue
        if start > at:
            yield Piece(text=text[at:start])
        yield Piece(text=text[start:end], kind=kind, ref=ref)
        at = end
    if at < len(text):
        yield Piece(text=text[at:])
