"""The reasoning as a picture: facts, what rules say of them, by which article, verdict; for a page and for a phone.

Here is what stands where; the templates say how a box looks. Everything is told by line and word, nothing by colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.support import support_of
from policy_engine.foundation.width import display_width, wrap
from policy_engine.model.cases import Fact
from policy_engine.model.decisions import RuleResult, Status, SubjectDecision
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, Role
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.words import blocked_words, field_words, short_citation, short_document

_MOST_FACTS, _MOST_GROUNDS, _MOST_EXCLUDED = 5, 3, 2
_LEADING, _PADDING, _GAP, _TOP = 25.0, 11.0, 18.0, 46.0
# Columns of letters that a pixel of width holds, at the size of a box's text.
_COLUMNS_A_PIXEL: Final = 2 / 18.5
# Of facts, rules, articles and the verdict: where the column begins, and how wide it is.
_BROAD: Final = ((0.0, 240.0), (300.0, 230.0), (590.0, 280.0), (930.0, 148.0))
_HEADS: Final = ("事实", "规定", "依据", "结论")
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
class _Chain:
    """A rule that carries the verdict: the facts it rests on by their place in the list, what it says, where."""

    facts: tuple[int, ...]
    rule: _Text
    article: _Text


def picture_of(one: SubjectDecision, rule_set: RuleSet) -> Picture | None:
    """Draw how a subject's verdict came about; `None` where no rule carries it yet."""
    if not one.grounds:
        return None
    fields = rule_set.vocabulary.subjects[one.subject].fields
    support = support_of(one, fields)
    shown = one.grounds[:_MOST_GROUNDS]
    names = {
        result.rule.id: [n for n in support.facts_of(result) if _is_told(fields[n], one.facts.get(n))]
        for result in shown
    }
    ordered = list(dict.fromkeys(name for found in names.values() for name in found))
    folds = len(ordered) > _MOST_FACTS
    kept = ordered[: _MOST_FACTS - 1] if folds else ordered
    facts = [_fact(fields[name], one.facts[name]) for name in kept]
    if folds:
        facts.append(_Text(f"另外{len(ordered) - len(kept)}项", ("见“凭的事实”",)))
    at = {name: min(place, len(facts) - 1) for place, name in enumerate(ordered)}
    chains = [
        _Chain(
            tuple(dict.fromkeys(at[name] for name in names[result.rule.id])),
            _Text(result.rule.title, (result.outcome.value,)),
            _Text(
                short_document(result.rule.citation.document),
                (result.rule.citation.locator,) if result.rule.citation.locator else (),
            ),
        )
        for result in shown
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


def _fact(field: Field, fact: Fact) -> _Text:
    return _Text(field_words(field), (f"{value_words(field, fact.value)}（{fact.origin.value}）",))


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
    told = "；".join(
        f"{'、'.join(' '.join((facts[at].strong, *facts[at].plain)) for at in chain.facts) or '没有填报的事实'}："
        f"{chain.rule.strong}，{''.join(chain.rule.plain)}（{chain.article.strong}{''.join(chain.article.plain)}）"
        for chain in chains
    )
    rest = f"；另有{more}条规定也是依据" if more else ""
    return f"{told}{rest}。结论：{verdict.strong}{''.join(verdict.plain)}。"


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
    # A rule and its article stand beside one another, as high as the higher of them.
    rules, articles, y = list[Box](), list[Box](), 0.0
    for chain in chains:
        height = max(_height(chain.rule, _BROAD[1][1]), _height(chain.article, _BROAD[2][1]))
        rules.append(_box(chain.rule, _BROAD[1][0], y, _BROAD[1][1], "settles", height))
        articles.append(_box(chain.article, _BROAD[2][0], y, _BROAD[2][1], "settles", height))
        y += height + _GAP
    if more:
        articles.append(_box(_Text(f"另外{more}条规定", ()), _BROAD[2][0], y, _BROAD[2][1], "settles"))
        y += articles[-1].height + _GAP
    apart = _stacked(excluded, _BROAD[2], y, "excluded")
    bottom = max((one.y + one.height for one in (*left, *articles, *apart)), default=0.0)
    lower = _TOP + max(0.0, (bottom - _end(left)) / 2)
    lifted = _TOP + max(0.0, (bottom - _end([*articles, *apart])) / 2)
    left = [_moved(one, lower) for one in left]
    rules, articles, apart = ([_moved(one, lifted) for one in boxes] for boxes in (rules, articles, apart))
    tall = _height(verdict, _BROAD[3][1]) + 2 * _GAP
    middle = (articles[0].middle + articles[-1].middle) / 2
    end = _box(verdict, _BROAD[3][0], max(_TOP, middle - tall / 2), _BROAD[3][1], "verdict", tall)
    arrows = [
        _across(left[at], rule) for chain, rule in zip(chains, rules, strict=True) for at in chain.facts
    ]
    arrows += [_across(*pair) for pair in zip(rules, articles, strict=False)]
    arrows += [_across(one, end) for one in articles]
    height = max(_TOP + bottom, end.y + end.height) + 4
    heads = tuple((x, 18.0, width, head) for head, (x, width) in zip(_HEADS, _BROAD, strict=True))
    return Drawing(1080, round(height, 1), (*left, *rules, *articles, *apart, end), tuple(arrows), heads)


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
    articles = [chain.article for chain in chains] + ([_Text(f"另外{more}条规定", ())] if more else [])
    steps = ((_HEADS[0], facts), (_HEADS[1], [chain.rule for chain in chains]), (_HEADS[2], articles))
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
