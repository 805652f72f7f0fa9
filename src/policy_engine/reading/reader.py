"""Read the texts of one subject: what the words point to, longest expressions first, each told once."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from operator import attrgetter

from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass, replace
from policy_engine.foundation.waiting import look
from policy_engine.model.lexicon import Certainty, Indication, Lexicon, Measure, Term
from policy_engine.model.measures import unit_of
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Field, FieldType, Vocabulary
from policy_engine.reading.item_terms import PREFIX
from policy_engine.reading.matching import Hit, Matcher, Text
from policy_engine.reading.names import is_for_names, names_among, title_of
from policy_engine.reading.quantities_words import Quantity, extends, is_rate, is_supposed
from policy_engine.reading.stretches import Apart, Said, inside_longer

_start = attrgetter("start")
_STRENGTH = {Certainty.STATED: 0, Certainty.IMPLIED: 1, Certainty.SUSPECTED: 2}
_UP_TO = frozenset(("至", "到"))
# 中标金额:第一包45万元 is not the amount of the whole.
# 估算总投资, 预计合同金额.
_ESTIMATED = pattern("(?:[估匡概测]算|暂[估定]|预[计估]|初步)[的为]?$")
_AS_NEAR = 4
# 现有69名，另需34名: those that are needed besides aren't all.
_BESIDES = pattern("[另再][^,。;0-9]{0,6}$")
_OF_A_PART = pattern(
    "其中|第?[一二三四五六七八九十0-9]{1,2}(?:分?包|标段|标项|品目)|(?:包|标段|标项|品目)号?[一二三四五六七八九十0-9A-Z]"
)
_KEPT = 4
_readers: dict[int, Reader] = {}


@dataclass(frozen=True, slots=True)
class Reader:
    """A lexicon made ready for reading."""

    matcher: Matcher

    def found(self, text: Text, subject: str, vocabulary: Vocabulary) -> tuple[Indication, ...]:
        """List all that the terms find in one text for a subject, before the longest wins."""
        return tuple(one for _, one in self.found_by(text, subject, vocabulary))

    def found_by(self, text: Text, subject: str, vocabulary: Vocabulary) -> Iterator[tuple[Term, Indication]]:
        """Go through the same, each with the term that finds it."""
        if subject in vocabulary.subjects:
            fields = vocabulary.subjects[subject].fields
            for hit in self.matcher.hits(text):
                look()
                yield from ((hit.term, one) for one in _indicated(hit, text, subject, fields))


def reader(lexicon: Lexicon) -> Reader:
    """Make a lexicon ready, once: nothing is built before a text is read."""
    known = _readers.get(id(lexicon))
    if known is None or known.matcher.lexicon is not lexicon:
        while len(_readers) >= _KEPT:
            # In one go: another thread may do the same.
            _readers.pop(next(iter(tuple(_readers)), 0), None)
        known = _readers[id(lexicon)] = Reader(Matcher(lexicon))
    return known


def read(
    lexicon: Lexicon, vocabulary: Vocabulary, subject: str, texts: Mapping[str, str]
) -> tuple[Indication, ...]:
    """Read texts by name for one subject. Pure; ordered by text and place."""
    if not lexicon.terms:
        return ()
    ready = reader(lexicon)
    found: list[Indication] = []
    for name, written in sorted(texts.items()):
        others = [(of, other) for of, other in sorted(texts.items()) if of != name]
        text = Text(
            name,
            written,
            "\n".join(other for of, other in others if not is_for_names(of)),
            names_among(others),
        )
        read_of = list(ready.found(text, subject, vocabulary))
        title = title_of(written)
        if title.text != written:
            # What ends a title ends in its notice's name: both are read, as a notice only adds questions.
            of_title = replace(text, written=title.text, is_of_notice=title.is_of_notice)
            read_of += ready.found(of_title, subject, vocabulary)
        found += _told_once(_longest(read_of))
    return tuple(_not_sure_of_two(found, ready.matcher.measuring))


def _not_sure_of_two(found: list[Indication], measured: Collection[str]) -> Iterator[Indication]:
    """Suspect only, of a field that reads two different quantities, both of them: which one it is isn't said."""
    told: dict[str, set[Known]] = {}
    for one in found:
        if one.certainty is not Certainty.SUSPECTED:
            told.setdefault(one.field, set()).add(one.value)
    for one in found:
        is_one_of_two = one.term in measured and len(told.get(one.field, ())) > 1
        yield replace(one, certainty=Certainty.SUSPECTED) if is_one_of_two else one


def _indicated(hit: Hit, text: Text, subject: str, fields: Mapping[str, Field]) -> Iterator[Indication]:
    term = hit.term
    for name, value in term.points_to.get(subject, {}).items():
        if name in fields:
            yield _indication(hit, text, name, value, hit.end, hit.certainty)
    name = term.into.get(subject, "")
    if term.reads is not None and name in fields:
        amount = _amount(hit, text, term.reads, fields[name])
        if amount is not None:
            value, end, is_exact = amount
            yield _indication(
                hit, text, name, value, end, term.certainty if is_exact else Certainty.SUSPECTED
            )


def _indication(hit: Hit, text: Text, name: str, value: Known, end: int, certainty: Certainty) -> Indication:
    start, last = text.normal.place(hit.start, end)
    return Indication(
        field=name,
        value=value,
        words=text.written[start:last],
        text=text.name,
        start=start,
        end=last,
        certainty=certainty,
        because=hit.because,
        term=hit.id,
    )


def _amount(hit: Hit, text: Text, measure: Measure, field: Field) -> tuple[int, int, bool] | None:
    """Find the quantity within the words, else the one nearest behind them in the same part of the sentence.

    Gives its value in the field's unit and scale, where the words with it end, and whether it is exact.
    """
    end = text.phrases.sentence_end(hit.end)
    # They stand in order: none before the words is looked at, and none behind the sentence.
    first = bisect_left(text.quantities, hit.start, key=_start)
    fitting = [
        one
        for one in text.quantities[first : bisect_left(text.quantities, end, lo=first, key=_start)]
        if one.measure is measure
    ]
    inside = (one for one in fitting if one.end <= hit.end)
    behind = (one for one in fitting if hit.end <= one.start and one.end <= end)
    quantity = next(inside, None) or next(behind, None)
    if quantity is None:
        return None
    value = _in_scale(Fraction(quantity.value), measure, field)
    if measure is Measure.MONEY and is_rate(text.normal.text, quantity.start, quantity.end):
        return None
    is_longer = extends(text.normal.text, hit.end)
    is_whole = is_longer and text.normal.text[hit.end : quantity.start] in _UP_TO
    if is_whole or (quantity.extends and not is_longer):
        # 延长至三年: three years are the whole. 合同期延长六个月: they are not the term.
        return None
    is_exact = (quantity.is_exact or quantity.extends) and not is_supposed(_said_before(quantity, text))
    between = text.normal.text[hit.end : quantity.start]
    is_exact = (
        is_exact and _ESTIMATED.search(text.normal.text, max(0, hit.start - _AS_NEAR), hit.start) is None
    )
    is_part = (
        measure is Measure.PERSONS
        and (_is_one_of_several(quantity, text) or _BESIDES.search(_said_before(quantity, text)) is not None)
    ) or (measure is Measure.MONEY and _OF_A_PART.search(between) is not None)
    return None if value is None else (value, max(quantity.end, hit.end), is_exact and not is_part)


def _said_before(quantity: Quantity, text: Text) -> str:
    return text.normal.text[text.phrases.sentence_start(quantity.start) : quantity.start]


def _is_one_of_several(quantity: Quantity, text: Text) -> bool:
    """Say whether other people are counted in the same part of the sentence: 18 drivers, 18 bearers."""
    end = text.phrases.sentence_end(quantity.end)
    start = text.phrases.sentence_start(quantity.start)
    same = [q for q in text.quantities if q.measure is quantity.measure and start <= q.start and q.end <= end]
    return len(same) > 1


def _in_scale(amount: Fraction, measure: Measure, field: Field) -> int | None:
    unit = unit_of(measure, field)
    if unit is None:
        return None
    value = amount / unit * (10**field.scale if field.type is FieldType.NUMBER else 1)
    if value.denominator != 1:
        return None
    low, high = field.minimum, field.maximum
    is_within = (low is None or low <= value) and (high is None or value <= high)
    return int(value) if is_within else None


def _longest(found: Iterable[Indication]) -> list[Indication]:
    """Leave out what lies inside a longer expression that points to the same field, and is no surer of its value."""
    kept: list[Indication] = []
    by_field: dict[str, list[Indication]] = {}
    for one in found:
        by_field.setdefault(one.field, []).append(one)
    for same in by_field.values():
        held = inside_longer(map(_said, same))
        kept += (one for one in same if _said(one) not in held)
    return kept


def _said(one: Indication) -> Said:
    return Said(one.start, one.end, one.value, _STRENGTH[one.certainty])


def _told_once(found: Iterable[Indication]) -> list[Indication]:
    """Keep, of findings of one value that overlap, the surest, then the longest; give them by place."""
    taken: dict[tuple[str, Known], Apart] = defaultdict(Apart)
    kept = (one for one in sorted(found, key=_worth) if taken[one.field, one.value].takes(one.start, one.end))
    return sorted(kept, key=_place)


def _worth(one: Indication) -> tuple[int, int, int, bool, str]:
    # Of equals, the one that names an item says more.
    names_no_item = not one.term.startswith(PREFIX)
    return _STRENGTH[one.certainty], one.start - one.end, one.start, names_no_item, one.term


def _place(one: Indication) -> tuple[int, int, str, str, str]:
    shown = one.value if not isinstance(one.value, frozenset) else sorted(one.value)
    return one.start, one.end, one.field, str(shown), one.term
