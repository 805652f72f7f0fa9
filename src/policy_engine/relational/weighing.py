"""What comes of the members of a group as SQL: between which numbers the measure lies, and whether the group is reported.

It says of every set of members what `evaluation/measuring` says of a list of them. States are numbers: 2 found, 1 possible, 0 not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from policy_engine.model.aggregates import Aggregate, Distinct, Rows, Share, Total
from policy_engine.model.conditions import Bound
from policy_engine.relational.dialects import Dialect
from policy_engine.relational.inputs import ROW
from policy_engine.relational.sorting import LEAST, MOST, SURE, VALUE, WHOLE
from policy_engine.relational.steps import how_many, summed
from policy_engine.relational.trees import (
    Tree,
    chosen,
    coalesced,
    column,
    compared,
    conj,
    denied,
    disj,
    enclosed,
    false,
    is_known,
    is_null,
    number,
    true,
)

STATE: Final = "@state"
LOW: Final = "@low"
HIGH: Final = "@high"
KNOWN: Final = "@known"
# Of a share: the sums of what is known, and whether that is all there is.
PART: Final = "@part"
OF_WHOLE: Final = "@of"
_N: Final = "@n"
_M: Final = "@m"
_ALONE: Final = "@alone"
_LOW: Final = "@line-low"
_HIGH: Final = "@line-high"
_THERE: Final = "@whole-there"
_EVEN: Final = "@even"
_SETTLED: Final = "@settled"


@dataclass(frozen=True, slots=True)
class Scales:
    """Weighs groups of one aggregate. `is_there`: groups are there without a row; `scale`: what limits were multiplied by."""

    one: Aggregate
    dialect: Dialect
    is_there: bool
    scale: int

    def sums(self) -> Mapping[str, Tree]:
        """Give what is added up over the members of a group, by the names of columns."""
        here = is_known(column(ROW))
        sure = conj((here, column(SURE)))
        nothing = exp.cast(exp.null(), "BIGINT")
        return {
            _N: how_many(sure),
            _M: how_many(conj((here, denied(column(SURE))))),
            LEAST: exp.Max(this=column(LEAST)) if self.one.report is not None else nothing,
            MOST: exp.Max(this=column(MOST)) if self.one.report is not None else nothing,
            **dict(self._sums(here, sure)),
        }

    def _sums(self, here: Tree, sure: Tree) -> Iterator[tuple[str, Tree]]:
        match self.one.measure:
            case Rows():
                return
            case Total(field=name, below_limit=is_below):
                minimum = self.one.fields[name].minimum
                yield from self._totals(minimum, here, sure, is_below=is_below)
            case Distinct():
                value = column(VALUE)
                yield KNOWN, _different(sure, value)
                yield "@possible", _different(here, value)
                yield "@open", how_many(conj((sure, is_null(value))))
                yield "@open-maybe", how_many(conj((here, denied(column(SURE)), is_null(value))))
            case Share():
                yield from self._shares(here, sure)

    def _totals(
        self, minimum: int | None, here: Tree, sure: Tree, *, is_below: bool
    ) -> Iterator[tuple[str, Tree]]:
        value = column(VALUE)
        nothing = exp.cast(exp.null(), "BIGINT")
        least = number(minimum) if minimum is not None else nothing
        most: Tree = exp.Sub(this=column(MOST), expression=number(1)) if is_below else nothing
        low = chosen([(is_null(value), least)], value)
        high = chosen([(is_null(value), most)], value)
        # Who may be there may as well not be.
        low_maybe = chosen([(compared(enclosed(low), exp.GT, number(0)), number(0))], low)
        high_maybe = chosen([(compared(enclosed(high), exp.LT, number(0)), number(0))], high)
        yield LOW, self._sum(here, chosen([(sure, low)], low_maybe))
        yield HIGH, self._sum(here, chosen([(sure, high)], high_maybe))
        yield KNOWN, summed(chosen([(conj((sure, is_known(value))), value)], number(0)), self.dialect)
        yield _ALONE, exp.Min(this=chosen([(conj((here, denied(column(SURE)))), low)]))

    def _sum(self, here: Tree, term: Tree) -> Tree:
        """Add up the terms of all members; nothing bounds the sum where nothing bounds one of them."""
        unbounded = how_many(conj((here, is_null(term))))
        added = summed(chosen([(here, term)], number(0)), self.dialect)
        return chosen([(compared(unbounded, exp.EQ, number(0)), added)])

    def _shares(self, here: Tree, sure: Tree) -> Iterator[tuple[str, Tree]]:
        part, whole = column(VALUE), column(WHOLE)
        both = conj((is_known(part), is_known(whole)))
        yield PART, summed(chosen([(conj((sure, both)), part)], number(0)), self.dialect)
        yield OF_WHOLE, summed(chosen([(conj((sure, both)), whole)], number(0)), self.dialect)
        yield _SETTLED, how_many(conj((here, disj((denied(column(SURE)), is_null(part), is_null(whole))))))
        low, high = self._line()
        low_maybe = chosen([(compared(enclosed(low), exp.GT, number(0)), number(0))], low)
        high_maybe = chosen([(compared(enclosed(high), exp.LT, number(0)), number(0))], high)
        yield _LOW, self._sum(here, chosen([(sure, low)], low_maybe))
        yield _HIGH, self._sum(here, chosen([(sure, high)], high_maybe))
        more = compared(coalesced(whole, coalesced(part, number(0))), exp.GT, number(0))
        yield _THERE, how_many(conj((sure, more)))
        # A row whose part is as large as can be, and whose whole is not 0, need not be below the share.
        enough = compared(
            exp.Mul(this=part, expression=number(self.scale)),
            exp.GTE,
            exp.Mul(this=column(LEAST), expression=whole),
        )
        even = chosen(
            [
                (
                    is_null(whole),
                    disj((is_null(part), compared(part, exp.GT, number(0)), self._is_nothing())),
                ),
            ],
            conj((compared(whole, exp.GT, number(0)), disj((is_null(part), enough)))),
        )
        yield _EVEN, how_many(conj((here, even)))

    def _is_nothing(self) -> Tree:
        return compared(column(LEAST), exp.EQ, number(0))

    def _line(self) -> tuple[Tree, Tree]:
        """Bound part − t × whole of one member, times what limits are multiplied by; the part is between 0 and the whole."""
        part, whole, t = column(VALUE), column(WHOLE), column(LEAST)
        scaled = exp.Mul(this=part, expression=number(self.scale))
        of_whole = exp.Mul(this=t, expression=whole)
        rest = exp.Paren(this=exp.Sub(this=number(self.scale), expression=t))
        both = conj((is_known(part), is_known(whole)))
        exactly = exp.Sub(this=scaled, expression=of_whole)
        nothing = exp.cast(exp.null(), "BIGINT")
        low = chosen(
            [
                (both, exactly),
                (is_known(whole), exp.Neg(this=exp.Paren(this=of_whole))),
                (denied(self._is_nothing()), nothing),
                (is_known(part), scaled),
            ],
            number(0),
        )
        high = chosen(
            [
                (both, exactly),
                (is_known(whole), exp.Mul(this=rest, expression=whole)),
                (is_known(part), exp.Mul(this=rest.copy(), expression=part)),
                # Of a part that is no more than its whole nothing is left beyond the whole of it.
                (compared(t, exp.GTE, number(self.scale)), number(0)),
            ],
            nothing,
        )
        return low, high

    def measured(self) -> Mapping[str, Tree]:
        """Give what is measured of a group, made of its sums."""
        n, m = column(_N), column(_M)
        anyway = true() if self.is_there else compared(m, exp.EQ, number(0))
        match self.one.measure:
            case Rows():
                # Where there is a group at all, some row is in it.
                low = chosen([(disj((anyway, compared(n, exp.GTE, number(1)))), n)], number(1))
                return {LOW: low, HIGH: exp.Add(this=n, expression=m), KNOWN: n}
            case Total():
                alone = conj(
                    (
                        false() if self.is_there else true(),
                        compared(n, exp.EQ, number(0)),
                        compared(m, exp.GT, number(0)),
                        compared(column(LOW), exp.EQ, number(0)),
                    )
                )
                low = chosen([(alone, coalesced(column(_ALONE), column(LOW)))], column(LOW))
                return {LOW: low, HIGH: column(HIGH), KNOWN: column(KNOWN)}
            case Distinct():
                known, unsaid = column(KNOWN), column("@open")
                low = chosen(
                    [
                        (
                            conj((compared(known, exp.EQ, number(0)), compared(unsaid, exp.GT, number(0)))),
                            number(1),
                        )
                    ],
                    known,
                )
                more = exp.Add(this=unsaid, expression=column("@open-maybe"))
                return {LOW: low, HIGH: exp.Add(this=column("@possible"), expression=more), KNOWN: known}
            case Share():
                is_settled = conj(
                    (
                        compared(column(_SETTLED), exp.EQ, number(0)),
                        compared(column(OF_WHOLE), exp.NEQ, number(0)),
                    )
                )
                return {PART: column(PART), OF_WHOLE: column(OF_WHOLE), _SETTLED: is_settled}

    def carried(self) -> tuple[str, ...]:
        """Name the columns that the state is made of besides the measure."""
        more = (_LOW, _HIGH, _THERE, _EVEN) if isinstance(self.one.measure, Share) else ()
        return (_N, _M, LEAST, MOST, *more)

    @property
    def shown(self) -> tuple[str, ...]:
        """Name the columns that tell of a measure."""
        return (PART, OF_WHOLE, _SETTLED) if isinstance(self.one.measure, Share) else (LOW, HIGH, KNOWN)

    def state(self) -> Tree:
        """Tell whether a group is reported."""
        report = self.one.report
        if report is None:
            return number(2)
        n, m = column(_N), column(_M)
        fewest = number(report.fewest if self.is_there else max(report.fewest, 1))
        surely = compared(n, exp.GTE, fewest)
        possibly = compared(exp.Add(this=n, expression=m), exp.GTE, fewest.copy())
        if isinstance(self.one.measure, Share):
            found = self._share_state(report.bound)
        else:
            found = _held(report.bound, (column(LOW), column(HIGH)), (column(LEAST), column(MOST)))
        surely_reached, possibly_reached = found
        return chosen(
            [
                (denied(possibly), number(0)),
                (conj((surely_reached, surely)), number(2)),
                (possibly_reached, number(1)),
            ],
            number(0),
        )

    def _share_state(self, bound: Bound) -> tuple[Tree, Tree]:
        low, high = column(_LOW), column(_HIGH)
        settled = coalesced(compared(column(LEAST), exp.EQ, column(MOST)), false())
        if bound is Bound.LESS_THAN:
            surely, possibly = _held(bound, (low, high), (number(0), number(0)))
        else:
            surely = conj(
                (_surely(compared(low, exp.GTE, number(0))), compared(column(_THERE), exp.GT, number(0)))
            )
            even = conj((compared(high, exp.EQ, number(0)), compared(column(_EVEN), exp.GT, number(0))))
            possibly = _possibly(disj((compared(high, exp.GT, number(0)), even)))
        return conj((settled, surely)), disj((denied(settled), possibly))


def _different(which: Tree, value: Tree) -> Tree:
    return exp.Count(this=exp.Distinct(expressions=[chosen([(which, value)])]))


def _surely(truth: Tree) -> Tree:
    return coalesced(truth, false())


def _possibly(truth: Tree) -> Tree:
    return coalesced(truth, true())


def _held(bound: Bound, measured: tuple[Tree, Tree], limits: tuple[Tree, Tree]) -> tuple[Tree, Tree]:
    """Say whether a bound surely holds, and whether it possibly does; what nothing bounds may be anything."""
    (low, high), (least, most) = measured, limits
    how = exp.GTE if bound in (Bound.AT_LEAST, Bound.LESS_THAN) else exp.GT
    surely = _surely(compared(low, how, most))
    possibly = disj((surely, _possibly(compared(high, how, least))))
    if bound in (Bound.AT_LEAST, Bound.MORE_THAN):
        return surely, possibly
    return denied(possibly), denied(surely)
