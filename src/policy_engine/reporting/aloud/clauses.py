"""One rule as a clause: what it says, except where, what prevails, what remains open, how to comply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from policy_engine.loading.scope import without_bound, written_conditions
from policy_engine.model.calendar import chinese_day
from policy_engine.model.conditions import AS_OF, InForce, leaves
from policy_engine.model.documents import Document
from policy_engine.model.locators import head_of, places
from policy_engine.model.rules import Across, Basis, Doubt, ExceptionClause, Override, Rule, RuleSet
from policy_engine.model.vocabulary import Field, Phase
from policy_engine.reporting.aloud.copy import Block, Clause, Para
from policy_engine.reporting.aloud.effects import effect_blocks
from policy_engine.reporting.aloud.examples import example_words
from policy_engine.reporting.aloud.phrases import Phrase, Voice
from policy_engine.reporting.aloud.sentences import ended, listed
from policy_engine.reporting.words import field_words, reliance_words, short_citation

_TOLD = "（据转述）"
_BASES = {Basis.INTERPRETATION: "解释，非条文", Basis.PRACTICE: "实践，非条文"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rules of one document. `names`: parameters as they are spoken of; `winners`: what prevails over a rule."""

    rule_set: RuleSet
    document: Document
    names: Mapping[str, str]
    rules: Mapping[str, Rule]
    winners: Mapping[str, Sequence[Rule]]

    def clause(self, rule: Rule, across: Across | None = None) -> Clause:
        """Read one rule. `across`: how a rule over several subjects names their fields."""
        fields = _apart(across) if across else self.rule_set.vocabulary.subjects[rule.subjects[0]].fields
        voice = Voice(fields, {use.span: self.names[use.name] for use in rule.parameters}, rule.defined)
        blocks: list[Block] = [Para(self._opening(rule, fields))]
        blocks += effect_blocks(rule, *written_conditions(rule, fields), voice, self.rule_set)
        blocks += self._exceptions(rule.unless, voice)
        blocks += self._doubts(
            [replace(doubt, when=without_bound(rule, doubt.when)) for doubt in rule.doubts], voice
        )
        blocks += map(Para, self._relations(rule))
        blocks += map(Para, self._remarks(rule))
        place = rule.citation.locator.removesuffix(_TOLD)
        # What rests on no provision has no text to be checked.
        caveat = reliance_words(rule.citation) if place else ""
        return Clause(place, rule.title, tuple(blocks), rule.id, caveat)

    def _opening(self, rule: Rule, fields: Mapping[str, Field]) -> str:
        subjects = [self.rule_set.vocabulary.subjects[name] for name in rule.subjects]
        words = f"适用于{'、'.join(rule.subjects)}。"
        if rule.due is not Phase.PROJECT and any(s.has_phases or s.has_duties for s in subjects):
            words += f"{rule.due.value}阶段以前还不能确定的，列为后续义务。"
        if rule.dated_by != AS_OF:
            words += f"按{field_words(fields[rule.dated_by])}当天有效的规定判断。"
        return words + _days(rule, self.document)

    def _exceptions(self, clauses: Sequence[ExceptionClause], voice: Voice) -> Iterator[Para]:
        said = [(voice.say(clause.when), self._because(clause)) for clause in clauses]
        if len(said) == 1 and not said[0][0].parts:
            yield Para(ended(f"但{said[0][0].text}的除外：{said[0][1]}"))
        elif len(said) == 1:
            yield Para(f"但{said[0][0].text}的除外：", listed(said[0][0].parts))
            yield Para(ended(f"除外的理由：{said[0][1]}"))
        elif said:
            yield Para("但有下列情形之一的除外：", tuple(_exception(phrase, why) for phrase, why in said))

    def _because(self, clause: ExceptionClause) -> str:
        source = self._place_of(clause) if clause.citation else ""
        return reason_words(clause.because, clause.basis, source)

    def _place_of(self, clause: ExceptionClause) -> str:
        assert clause.citation is not None
        is_own = clause.citation.document is self.document
        return clause.citation.locator if is_own else short_citation(clause.citation)

    def _doubts(self, doubts: Sequence[Doubt], voice: Voice) -> Iterator[Para]:
        if doubts:
            yield Para("条文没有写明、要由人认定的：", tuple(self._doubt(doubt, voice) for doubt in doubts))

    def _doubt(self, doubt: Doubt, voice: Voice) -> Para:
        field = voice.fields[doubt.ask]
        asked = field.question or f"“{field_words(field)}”是否属实？"
        who = f"由{field.supplier}认定" if field.supplier else "须认定"
        said = voice.say(doubt.when)
        if not said.parts:
            return Para(ended(f"{said.text}的，{who}：{asked}{doubt.because}"))
        return Para(f"{who}：{asked}{ended(doubt.because)}这是指{said.text}的：", listed(said.parts))

    def _relations(self, rule: Rule) -> Iterator[str]:
        by_reason: dict[str, list[Override]] = {}
        # What a whole article prevails over is said once, before the clauses.
        for override in (one for one in rule.overrides if not one.article):
            reason = reason_words(override.because, override.basis, override.locator)
            by_reason.setdefault(reason, []).append(override)
        for reason, overrides in by_reason.items():
            yield ended(f"本条优先于{self._places(rule, (o.rule for o in overrides))}：{reason}")
        if rule.id in self.winners:
            yield ended(
                f"与{self._places(rule, (winner.id for winner in self.winners[rule.id]))}不一致的，适用该规定"
            )
        if rule.conflicts_with:
            yield ended(f"本条与{self._places(rule, rule.conflicts_with)}不能同时满足，都适用的列为依据冲突")

    def _places(self, rule: Rule, names: Iterable[str]) -> str:
        others = (self.rules[name] for name in names if name in self.rules)
        places = dict.fromkeys(self._place(other, rule) for other in others)
        return "、".join(_shortened(list(places)))

    def _place(self, rule: Rule, beside: Rule) -> str:
        """Say where a rule stands; of one that stands in the same place as the rule it is spoken of beside, its title."""
        if not rule.citation.locator or rule.citation == beside.citation:
            return f"“{rule.title}”"
        is_own = rule.citation.document is self.document
        if not is_own:
            return short_citation(rule.citation).removesuffix(_TOLD)
        place = rule.citation.locator.removesuffix(_TOLD)
        return place if head_of(place) != place or places(place)[0].unit else f"“{place}”"

    def _remarks(self, rule: Rule) -> Iterator[str]:
        examples = example_words(
            rule, {name: s.fields for name, s in self.rule_set.vocabulary.subjects.items()}
        )
        said = (
            ("理由", rule.basis),
            ("做法", rule.advice),
            ("合规途径", rule.remedy),
            ("说明", rule.note),
            ("原文", f"“{rule.quote}”" if rule.quote and rule.citation.verified else ""),
            ("例如", examples),
        )
        return (ended(f"{name}：{text}") for name, text in said if text)


def _exception(phrase: Phrase, why: str) -> Para:
    if not phrase.parts:
        return Para(ended(f"{phrase.text}的：{why}"))
    return Para(f"{ended(why)}这是指{phrase.text}的：", listed(phrase.parts))


def reason_words(because: str, basis: Basis, source: str) -> str:
    """Say why an exception or a precedence stands, and what it rests on."""
    if basis is Basis.TEXT:
        return f"{because.rstrip('。')}（{f'依据{source}' if source else '条文'}）"
    return f"{because.rstrip('。')}（{_BASES[basis]}{f'，{source}' if source else ''}）"


def _shortened(places: list[str]) -> Iterator[str]:
    """Leave out the article that the place before lies in too: 第十条第（一）项、第（二）项."""
    for before, place in zip(("", *places), places, strict=False):
        head = head_of(place)
        is_same = place != head and before.startswith(head) and before != head
        yield place.removeprefix(head) if is_same else place


def _days(rule: Rule, document: Document) -> str:
    own = (
        document.effective.day if document.effective else None,
        document.ended.day if document.ended else None,
    )
    # What an event dates asks for the case's own day first, which has no end.
    periods = (leaf for leaf in leaves(rule.scope) if isinstance(leaf, InForce))
    first, last = next(((one.first, one.last) for one in periods if one.dated_by == rule.dated_by), own)
    since = f"自{chinese_day(first)}起" if first is not None and first != own[0] else ""
    until = f"到{chinese_day(last)}为止" if last is not None and last != own[1] else ""
    return f"本条{since}{until}适用。" if since or until else ""


def _apart(across: Across) -> Mapping[str, Field]:
    # Which of the subjects is meant stands before the name, and before the question.
    return {
        name: replace(
            field,
            title=f"{field.subject}的{field_words(field)}",
            question=f"{field.subject}中{field.question}" if field.question else "",
        )
        for name, field in across.fields.items()
    }
