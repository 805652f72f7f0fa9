"""What is measured of a group of rows, between which bounds, and whether it is to be reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from policy_engine.foundation.logic import Truth, negate
from policy_engine.foundation.records import dataclass
from policy_engine.model.aggregates import Aggregate, ByPart, Distinct, Report, Rows, Share, Total
from policy_engine.model.conditions import Bound
from policy_engine.model.values import UNKNOWN, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of a list. `number`: as the list shows it; `values`: what its cells say, what they don't is left out.

    `verdict`, `grounds`: what was decided of it; empty where nothing was.
    """

    number: int
    as_of: int
    values: Mapping[str, Value]
    verdict: str = ""
    grounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Between:
    """What a measure lies between, both ends included; `None` where nothing bounds it."""

    low: Fraction | None
    high: Fraction | None

    @property
    def is_settled(self) -> bool:
        """Tell whether it is known."""
        return self.low is not None and self.low == self.high


@dataclass(frozen=True, slots=True)
class Item:
    entry: Entry
    is_sure: bool


def is_there_anyway(one: Aggregate) -> bool:
    """Tell whether groups are there without a row: those of periods that all are told."""
    return any(isinstance(key, ByPart) and key.every for key in one.keys)


def marked(sure: Iterable[Item], maybe: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Go through rows, each with whether it surely counts."""
    yield from ((item, True) for item in sure)
    yield from ((item, False) for item in maybe)


def measured_of(
    one: Aggregate, sure: list[Item], maybe: list[Item], limits: Between
) -> tuple[Between, Fraction]:
    """Measure a group: between which bounds it lies, and what comes of the cells that are filled in."""
    match one.measure:
        case Rows():
            known = Fraction(len(sure))
            # Where there is a group at all, some row is in it.
            least = known if is_there_anyway(one) or not maybe else max(known, Fraction(1))
            return Between(least, known + len(maybe)), known
        case Total(field=name, below_limit=is_below):
            most = limits.high - 1 if is_below and limits.high is not None else None
            low, high, known = _sum(one, name, sure, maybe, most)
            if not sure and maybe and low == 0 and not is_there_anyway(one):
                alone = [_sum(one, name, [item], [], most)[0] for item in maybe]
                low = min((number for number in alone if number is not None), default=low)
            return Between(low, high), known
        case Distinct(field=name):
            surely, n = _values(name, sure)
            possibly, m = _values(name, maybe)
            low = Fraction(max(len(surely), 1 if n else 0))
            return Between(low, Fraction(len(surely | possibly) + n + m)), Fraction(len(surely))
        case Share(part=part, whole=whole):
            return _share(part, whole, sure, maybe)


def _sum(
    one: Aggregate, name: str, sure: Iterable[Item], maybe: Iterable[Item], most: Fraction | None
) -> tuple[Fraction | None, Fraction | None, Fraction]:
    minimum = one.fields[name].minimum
    # What a form takes at most bounds no number that nobody told; a limit that it stays below does.
    least = Fraction(minimum) if minimum is not None else None
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    known = Fraction(0)
    for item, is_sure in marked(sure, maybe):
        value = item.entry.values.get(name, UNKNOWN)
        number = Fraction(value) if isinstance(value, int) else None
        from_, to = (least, most) if number is None else (number, number)
        if is_sure and number is not None:
            known += number
        if not is_sure:
            from_ = None if from_ is None else min(from_, Fraction(0))
            to = None if to is None else max(to, Fraction(0))
        low = None if low is None or from_ is None else low + from_
        high = None if high is None or to is None else high + to
    return low, high, known


def _values(name: str, items: Iterable[Item]) -> tuple[set[Value], int]:
    told = [item.entry.values.get(name, UNKNOWN) for item in items]
    return {v for v in told if v is not UNKNOWN}, sum(v is UNKNOWN for v in told)


def _numbers(part: str, whole: str, item: Item) -> tuple[Fraction | None, Fraction | None]:
    some, every = item.entry.values.get(part, UNKNOWN), item.entry.values.get(whole, UNKNOWN)
    return (
        Fraction(some) if isinstance(some, int) else None,
        Fraction(every) if isinstance(every, int) else None,
    )


def _share(part: str, whole: str, sure: list[Item], maybe: list[Item]) -> tuple[Between, Fraction]:
    pairs = [_numbers(part, whole, item) for item in sure]
    some = sum((p for p, w in pairs if p is not None and w is not None), Fraction(0))
    every = sum((w for p, w in pairs if p is not None and w is not None), Fraction(0))
    known = some / every if every else Fraction(0)
    if maybe or not every or any(None in pair for pair in pairs):
        return Between(None, None), known
    return Between(known, known), known


def _line(pairs: Iterable[tuple[Fraction | None, Fraction | None]], t: Fraction) -> Between:
    """Bound the sum of part − t × whole, each row by itself: the part is between 0 and the whole."""
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    for p, w in pairs:
        if p is not None and w is not None:
            least = most = p - t * w
        elif w is not None:
            least, most = -t * w, (1 - t) * w
        elif p is not None:
            # The whole is the part at least, and nothing bounds it above.
            low, most = None if t else low, (1 - t) * p
            least = Fraction(0) if low is None else p
        else:
            # Of a part that is no more than its whole nothing is left beyond the whole of it.
            low, high, least, most = (None if t else low), (None if t < 1 else high), Fraction(0), Fraction(0)
        low = None if low is None else low + least
        high = None if high is None else high + most
    return Between(low, high)


def state_of(
    one: Aggregate,
    report: Report,
    sure: list[Item],
    maybe: list[Item],
    measured: Between,
    limits: Between,
) -> Truth:
    """Tell whether a group is reported: surely, possibly, or not."""
    # A group without a sure row need not be there at all, unless it is there by its period.
    fewest = report.fewest if is_there_anyway(one) else max(report.fewest, 1)
    is_enough = _conjoined(len(sure) >= fewest, len(sure) + len(maybe) >= fewest)
    if is_enough is Truth.FALSE:
        return Truth.FALSE
    if isinstance(one.measure, Share):
        reached = _share_state(one.measure, report.bound, sure, maybe, limits)
    else:
        reached = _held(report.bound, measured, limits)
    if reached is Truth.TRUE:
        return is_enough
    return reached


def _conjoined(surely: bool, possibly: bool) -> Truth:
    return Truth.TRUE if surely else Truth.UNKNOWN if possibly else Truth.FALSE


def _held(bound: Bound, measured: Between, limits: Between) -> Truth:
    low, high = measured.low, measured.high
    least, most = limits.low, limits.high
    match bound:
        case Bound.AT_LEAST:
            return _conjoined(
                low is not None and most is not None and low >= most,
                high is None or least is None or high >= least,
            )
        case Bound.MORE_THAN:
            return _conjoined(
                low is not None and most is not None and low > most,
                high is None or least is None or high > least,
            )
        case Bound.AT_MOST:
            return negate(_held(Bound.MORE_THAN, measured, limits))
        case Bound.LESS_THAN:
            return negate(_held(Bound.AT_LEAST, measured, limits))


def _share_state(share: Share, bound: Bound, sure: list[Item], maybe: list[Item], limits: Between) -> Truth:
    t = limits.low
    if t is None or not limits.is_settled:
        return Truth.UNKNOWN
    always = [_numbers(share.part, share.whole, item) for item in sure]
    line = _line(always, t)
    for item in maybe:
        one = _line([_numbers(share.part, share.whole, item)], t)
        line = Between(
            None if line.low is None or one.low is None else line.low + min(one.low, Fraction(0)),
            None if line.high is None or one.high is None else line.high + max(one.high, Fraction(0)),
        )
    # Of nothing there is no share: some whole must be more than 0.
    pairs = [(pair, True) for pair in always]
    pairs += [(_numbers(share.part, share.whole, item), False) for item in maybe]
    if bound is Bound.LESS_THAN:
        # Less than a share of nothing is nothing.
        return _held(bound, line, Between(Fraction(0), Fraction(0)))
    is_whole = any((w or p or 0) > 0 for (p, w), is_sure in pairs if is_sure)
    surely = line.low is not None and line.low >= 0 and is_whole
    possibly = (
        line.high is None or line.high > 0 or (line.high == 0 and any(_is_even(pair, t) for pair, _ in pairs))
    )
    return _conjoined(surely, possibly)


def _is_even(pair: tuple[Fraction | None, Fraction | None], t: Fraction) -> bool:
    """Tell whether a row whose part is as large as can be, and whose whole is not 0, need not be below the share."""
    p, w = pair
    if w is None:
        return p is None or p > 0 or not t
    return w > 0 and (p is None or p >= t * w)


def below_limit(
    one: Aggregate, sure: list[Item], maybe: list[Item], limits: Between
) -> tuple[list[Item], list[Item]]:
    """Leave out rows that reach the limit by themselves; where that is open, they may count."""
    if not (isinstance(one.measure, Total) and one.measure.below_limit):
        return sure, maybe
    kept: list[Item] = []
    may_count: list[Item] = []
    for item, is_sure in marked(sure, maybe):
        value = item.entry.values.get(one.measure.field, UNKNOWN)
        if not isinstance(value, int):
            # A number that nobody told is either below the limit or doesn't count.
            may_count.append(item)
        elif limits.low is not None and value < limits.low:
            (kept if is_sure else may_count).append(item)
        elif limits.high is None or value < limits.high:
            may_count.append(item)
    return kept, may_count


def limits_of(one: Aggregate, entries: Sequence[Entry], day: int | None) -> Between:
    """Say what a group is held against: rows may say it differently, or not at all."""
    if one.report is None:
        return Between(None, None)
    limit = one.report.limit
    if not limit.field:
        number = (
            limit.on(day) if day is not None else (limit.values[0][2] if len(limit.values) == 1 else None)
        )
        return Between(number, number)
    told = [entry.values.get(limit.field, UNKNOWN) for entry in entries]
    numbers = [Fraction(v) for v in told if isinstance(v, int)]
    if not numbers or len(numbers) < len(told):
        return Between(None, None)
    return Between(min(numbers), max(numbers))
