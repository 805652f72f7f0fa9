"""The reasoning as a picture: facts, the conditions they meet, the rules that say so, verdict; for a page and for a phone.

Here is what stands where; the templates say how a box looks. Everything is told by line and word, nothing by colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.evaluation.condition_words import name_of, parts_by_name, value_words
from policy_engine.evaluation.support import Support, support_of
from policy_engine.foundation.logic import Truth, negate
from policy_engine.foundation.width import display_width, wrap
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.conditions import All, Any, Condition, InArea, InForce, Not
from policy_engine.model.decisions import RuleResult, Status, SubjectDecision
from policy_engine.model.rules import Definition, Recommend, Require, Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, Role
from policy_engine.reporting.aloud.phrases import Voice
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.words import blocked_words, field_words, short_citation, short_document

_MOST_FACTS, _MOST_GROUNDS, _MOST_EXCLUDED = 5, 3, 2
_LEADING, _PADDING, _GAP, _TOP = 25.0, 11.0, 18.0, 46.0
# Columns of letters that a pixel of width holds, at the size of a box's text.
_COLUMNS_A_PIXEL: Final = 2 / 18.5
# Of facts, conditions, rules and the verdict: where the column begins, and how wide it is.
_BROAD: Final = ((0.0, 216.0), (264.0, 276.0), (588.0, 294.0), (930.0, 148.0))
_HEADS: Final = ("事实", "条件", "规定", "结论")
# Of a rule's conditions with more than one fact behind them so many have a box of their own.
_MOST_CONDITIONS = 2
_SLIM_WIDTH = 344.0


@dataclass(frozen=True, slots=True)
class Box:
    """A box and its lines, the first of which stand out. `kind`: `settles`, `excluded` or `verdict`."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    lines: tuple[tuple[str, float, bool], ...]

    @property
    def middle(self) -> float:
        """Give where arrows come in and go out."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing: boxes, arrows as paths with their points, and heads of columns."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[str, str], ...]
    heads: tuple[tuple[float, float, float, str], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """Both drawings, and the same in a sentence."""

    words: str
    broad: Drawing
    slim: Drawing


@dataclass(frozen=True, slots=True)
class _Text:
    strong: str
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a rule waited for, and the facts it rests on, by their names and later by their place in the list."""

    text: _Text
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Chain:
    """A rule that carries the verdict, its conditions, and the places of their facts."""

    conditions: tuple[tuple[_Text, tuple[int, ...]], ...]
    rule: _Text


def picture_of(one: SubjectDecision, rule_set: RuleSet) -> Picture | None:
    """Draw how a subject's verdict came about; `None` where no rule carries it yet."""
    if not one.grounds:
        return None
    fields = rule_set.vocabulary.subjects[one.subject].fields
    support = support_of(one, fields)
    shown = one.grounds[:_MOST_GROUNDS]
    waited = [tuple(_conditions(result, support, one, fields)) for result in shown]
    ordered = list(dict.fromkeys(name for found in waited for condition in found for name in condition.facts))
    folds = len(ordered) > _MOST_FACTS
    kept = ordered[: _MOST_FACTS - 1] if folds else ordered
    facts = [_fact(fields[name], one.facts[name]) for name in kept]
    if folds:
        facts.append(_Text(f"另外{len(ordered) - len(kept)}项", ("见“凭的事实”",)))
    at = {name: min(place, len(facts) - 1) for place, name in enumerate(ordered)}
    chains = [
        _Chain(
            tuple((c.text, tuple(dict.fromkeys(at[name] for name in c.facts))) for c in found),
            _ruled(result),
        )
        for result, found in zip(shown, waited, strict=True)
    ]
    rules = {rule.id: rule for rule in rule_set.rules}
    excluded = list(_excluded(one.results, {result.rule.id for result in one.grounds}, rules))[
        :_MOST_EXCLUDED
    ]
    more = len(one.grounds) - len(shown)
    verdict = _verdict(one, rule_set)
    return Picture(
        words=_words(facts, chains, verdict, more),
        broad=_broad(facts, chains, excluded, verdict, more),
        slim=_slim(facts, chains, excluded, verdict, more),
    )


def _is_told(field: Field, fact: Fact | None) -> bool:
    return fact is not None and fact.value is not UNKNOWN and field.role is not Role.DERIVED


def _ruled(result: RuleResult) -> _Text:
    citation = result.rule.citation
    where = (citation.locator,) if citation.locator else ()
    return _Text(
        short_document(citation.document), (*where, result.rule.title, f"结果：{result.outcome.value}")
    )


def _fact(field: Field, fact: Fact) -> _Text:
    said = fact.origin is Origin.STATED
    source = "材料字样" if fact.source.startswith("材料字样") else fact.source
    from_where = (source or "回答") if said else fact.origin.value
    return _Text(field_words(field), (f"{value_words(field, fact.value)}（{from_where}）",))


def _conditions(
    result: RuleResult, support: Support, one: SubjectDecision, fields: Mapping[str, Field]
) -> Iterator[_Condition]:
    """Go through what a rule waited for and found: what rests on several facts by itself, the rest in one."""
    rule = result.rule
    voice = Voice(fields, {}, rule.defined)
    wanted = [(rule.when, Truth.TRUE)]
    if isinstance(rule.kind, Require | Recommend):
        wanted.append((rule.kind.condition, Truth.FALSE if result.status is Status.TRUE else Truth.TRUE))
    found = {
        voice.say(part if truth is Truth.TRUE else Not(part, part.span)).text: tuple(
            name for name in support.facts_for(part, truth) if _is_told(fields[name], one.facts.get(name))
        )
        for condition, first in wanted
        for part, truth in _settling(condition, first, support, rule.defined)
    }
    joint = [(words, names) for words, names in found.items() if len(names) > 1][:_MOST_CONDITIONS]
    others = {words: names for words, names in found.items() if (words, names) not in joint}
    for words, names in joint:
        yield _Condition(_Text(words, ("成立",)), names)
    if others:
        held = "成立" if len(others) == 1 else f"{len(others)}项都成立"
        names = tuple(dict.fromkeys(name for some in others.values() for name in some))
        yield _Condition(_Text("；".join(others), (held,)), names)


def _settling(
    condition: Condition, wanted: Truth, support: Support, defined: tuple[Definition, ...]
) -> Iterator[tuple[Condition, Truth]]:
    """Go through the parts that give a condition the truth it has, those that its author has a name for whole."""
    if isinstance(condition, InForce | InArea):
        # What is looked at elsewhere for all rules alike.
        return
    if name_of(condition, defined) or not isinstance(condition, Not | All | Any):
        yield condition, wanted
        return
    if isinstance(condition, Not):
        yield from _settling(condition.part, negate(wanted), support, defined)
        return
    parts = parts_by_name(condition.parts, defined) if isinstance(condition, All) else condition.parts
    for part in parts:
        if support.truth(part) is wanted:
            yield from _settling(part, wanted, support, defined)


def _verdict(one: SubjectDecision, rule_set: RuleSet) -> _Text:
    if one.verdict is not None:
        return _Text(one.verdict.value, ())
    return _Text("认定", (verdict_sentence(one, rule_set),))


def _excluded(results: Iterable[RuleResult], grounds: set[str], rules: dict[str, Rule]) -> Iterator[_Text]:
    """Go through the rules that others or their own exceptions kept from carrying the verdict."""
    for result in results:
        if result.status in (Status.DEFEATED, Status.EXCEPTED) and result.rule.id not in grounds:
            because = blocked_words(result.blocked, rules)
            yield _Text(
                short_citation(result.rule.citation),
                (result.outcome.value + (f"：{because}" if because else ""),),
            )


def _words(facts: Sequence[_Text], chains: Sequence[_Chain], verdict: _Text, more: int) -> str:
    told = "；".join(f"{_waited(chain, facts)}{_in_a_row(chain.rule)}" for chain in chains)
    rest = f"；另有{more}条规定也是依据" if more else ""
    return f"{told}{rest}。结论：{verdict.strong}{''.join(verdict.plain)}。"


def _waited(chain: _Chain, facts: Sequence[_Text]) -> str:
    told = "；".join(
        f"{'、'.join(_in_a_row(facts[at]) for at in places) or '没有填报的事实'}：{_in_a_row(text)}"
        for text, places in chain.conditions
    )
    return f"{told}。依照" if told else "依照"


def _in_a_row(text: _Text) -> str:
    return " ".join((text.strong, *text.plain))


# ---------------------------------------------------------------- where things stand


def _lines(text: _Text, width: float, most: int = 3) -> list[tuple[str, bool]]:
    columns = int((width - 12) * _COLUMNS_A_PIXEL)
    strong = _clipped(wrap(text.strong, columns, 0), most, columns)
    plain = [line for words in text.plain for line in _clipped(wrap(words, columns, 0), 2, columns)]
    return [(line.strip(), True) for line in strong] + [(line.strip(), False) for line in plain]


def _clipped(lines: list[str], most: int, columns: int) -> list[str]:
    if len(lines) <= most:
        return lines
    last = lines[most - 1].strip()
    while display_width(last) > columns - 2:
        last = last[:-1]
    return [*lines[: most - 1], f"{last}…"]


def _height(text: _Text, width: float) -> float:
    return 2 * _PADDING + _LEADING * len(_lines(text, width))


def _box(text: _Text, x: float, y: float, width: float, kind: str, height: float | None = None) -> Box:
    lines = _lines(text, width)
    whole = height if height is not None else 2 * _PADDING + _LEADING * len(lines)
    first = y + (whole - _LEADING * len(lines)) / 2 + 0.72 * _LEADING
    placed = tuple((line, round(first + _LEADING * at, 1), strong) for at, (line, strong) in enumerate(lines))
    return Box(x, round(y, 1), width, round(whole, 1), kind, placed)


def _stacked(texts: Sequence[_Text], place: tuple[float, float], top: float, kind: str) -> list[Box]:
    boxes, y = list[Box](), top
    for text in texts:
        boxes.append(_box(text, place[0], y, place[1], kind))
        y += boxes[-1].height + _GAP
    return boxes


def _across(start: Box, end: Box) -> tuple[str, str]:
    x, tip = start.x + start.width, end.x
    bend = (x + tip) / 2
    line = f"M{x} {start.middle}C{bend} {start.middle} {bend} {end.middle} {tip - 9} {end.middle}"
    return line, f"M{tip - 10} {end.middle - 6}L{tip} {end.middle}L{tip - 10} {end.middle + 6}z"


def _broad(
    facts: Sequence[_Text], chains: Sequence[_Chain], excluded: Sequence[_Text], verdict: _Text, more: int
) -> Drawing:
    left = _stacked(facts, _BROAD[0], 0, "settles")
    # A rule stands in the middle of its conditions.
    conditions, rules, y = list[list[Box]](), list[Box](), 0.0
    for chain in chains:
        own = _stacked([text for text, _ in chain.conditions], _BROAD[1], y, "settles")
        tall = max(_height(chain.rule, _BROAD[2][1]), _end(own) - y)
        lift = (tall - (_end(own) - y)) / 2 if own else 0.0
        conditions.append([_moved(one, lift) for one in own])
        height = _height(chain.rule, _BROAD[2][1])
        rules.append(_box(chain.rule, _BROAD[2][0], y + (tall - height) / 2, _BROAD[2][1], "settles"))
        y += tall + _GAP
    if more:
        rules.append(_box(_Text(f"另外{more}条规定", ()), _BROAD[2][0], y, _BROAD[2][1], "settles"))
        y += rules[-1].height + _GAP
    apart = _stacked(excluded, _BROAD[2], y, "excluded")
    middles = [one for own in conditions for one in own]
    bottom = max((one.y + one.height for one in (*left, *middles, *rules, *apart)), default=0.0)
    lower = _TOP + max(0.0, (bottom - _end(left)) / 2)
    lifted = _TOP + max(0.0, (bottom - _end([*middles, *rules, *apart])) / 2)
    left = [_moved(one, lower) for one in left]
    conditions = [[_moved(one, lifted) for one in own] for own in conditions]
    rules, apart = ([_moved(one, lifted) for one in boxes] for boxes in (rules, apart))
    tall = _height(verdict, _BROAD[3][1]) + 2 * _GAP
    middle = (rules[0].middle + rules[-1].middle) / 2
    end = _box(verdict, _BROAD[3][0], max(_TOP, middle - tall / 2), _BROAD[3][1], "verdict", tall)
    arrows = [
        _across(left[at], box)
        for chain, own in zip(chains, conditions, strict=True)
        for (_, places), box in zip(chain.conditions, own, strict=True)
        for at in places
    ]
    arrows += [_across(box, rule) for own, rule in zip(conditions, rules, strict=False) for box in own]
    arrows += [_across(one, end) for one in rules]
    height = max(_TOP + bottom, end.y + end.height) + 4
    heads = tuple((x, 18.0, width, head) for head, (x, width) in zip(_HEADS, _BROAD, strict=True))
    middles = [one for own in conditions for one in own]
    return Drawing(1080, round(height, 1), (*left, *middles, *rules, *apart, end), tuple(arrows), heads)


def _end(boxes: Sequence[Box]) -> float:
    return max((one.y + one.height for one in boxes), default=0.0)


def _moved(one: Box, by: float) -> Box:
    lines = tuple((line, round(y + by, 1), strong) for line, y, strong in one.lines)
    return Box(one.x, round(one.y + by, 1), one.width, one.height, one.kind, lines)


def _slim(
    facts: Sequence[_Text], chains: Sequence[_Chain], excluded: Sequence[_Text], verdict: _Text, more: int
) -> Drawing:
    """Draw all of it from top to bottom, one kind after the other."""
    boxes, arrows, heads, y = (
        list[Box](),
        list[tuple[str, str]](),
        list[tuple[float, float, float, str]](),
        0.0,
    )
    conditions = [text for chain in chains for text, _ in chain.conditions]
    rules = [chain.rule for chain in chains] + ([_Text(f"另外{more}条规定", ())] if more else [])
    steps = [step for step in zip(_HEADS, (facts, conditions, rules), strict=False) if step[1]]
    for head, texts in steps:
        heads.append((0.0, y + 14, _SLIM_WIDTH, head))
        y += 30
        for text in texts:
            boxes.append(_box(text, 2, y, _SLIM_WIDTH - 4, "settles"))
            y += boxes[-1].height + 12
        arrows.append(_down(_SLIM_WIDTH / 2, y - 6, y + 18))
        y += 24
    tall = _height(verdict, 200) + 12
    boxes.append(_box(verdict, 72, y, 200, "verdict", tall))
    y += tall + 16
    if excluded:
        heads.append((0.0, y + 14, _SLIM_WIDTH, "没有定结论的"))
        y += 30
        for text in excluded:
            boxes.append(_box(text, 2, y, _SLIM_WIDTH - 4, "excluded"))
            y += boxes[-1].height + 12
    return Drawing(_SLIM_WIDTH, round(y, 1), tuple(boxes), tuple(arrows), tuple(heads))


def _down(x: float, top: float, tip: float) -> tuple[str, str]:
    return f"M{x} {top}V{tip - 9}", f"M{x - 6} {tip - 10}L{x} {tip}L{x + 6} {tip - 10}z"
