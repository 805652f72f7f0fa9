"""The rows of a table as members of groups: what each says that an aggregate reads, and to which groups it may belong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from sqlglot import exp

from policy_engine.model.aggregates import (
    Aggregate,
    ByAge,
    ByDecision,
    ByField,
    ByPart,
    ByTable,
    Decided,
    Distinct,
    Key,
    Limit,
    Rows,
    Share,
    Total,
)
from policy_engine.model.conditions import AS_OF
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import DayPart, FieldType, Role
from policy_engine.relational.chain import Chain
from policy_engine.relational.days import Days, key_of
from policy_engine.relational.facts import Facts
from policy_engine.relational.inputs import ROW, Reader
from policy_engine.relational.steps import Steps, of, over, relation, taken
from policy_engine.relational.trees import (
    SEPARATOR,
    Tree,
    chosen,
    coalesced,
    column,
    compared,
    conj,
    counted,
    denied,
    disj,
    is_false,
    is_known,
    is_null,
    listed,
    number,
    strung,
    text,
    total,
)

VERDICT: Final = "@verdict"
GROUNDS: Final = "@grounds"
# The columns of the steps. What a group is called stands in `@k0`, `@k1`, …
SURE: Final = "@sure"
ON: Final = "@on"
VALUE: Final = "@value"
WHOLE: Final = "@whole"
LIMIT: Final = "@limit"
DAY: Final = "@day"
DATE: Final = "@date"
LEAST: Final = "@least"
MOST: Final = "@most"
_REST: Final = "@rest"
_IS_TOLD: Final = "@is-told"
_NOT_YET: Final = -1
_BOUNDED: Final = "@bounded"
_OPEN: Final = "@open-limits"
_LATEST: Final = "@latest"

# The words for a row that nobody decided, and for one that no provision decided.
UNDECIDED: Final[Mapping[Decided, str]] = {Decided.VERDICT: "没有审查", Decided.GROUNDS: "尚无依据"}


@dataclass(slots=True)
class Sorter:
    """Puts the rows of a table into the groups of one aggregate, step by step.

    `words`: by rule, the article it encodes; `scale`: what limits are multiplied by to be whole.
    """

    one: Aggregate
    chain: Chain
    steps: Steps
    words: Mapping[str, str]
    scale: int = 1
    days: dict[str, Tree] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the columns that say which group it is; without keys all rows are one."""
        return tuple(f"@k{at}" for at in range(max(len(self.one.keys), 1)))

    def members(self) -> str:
        """Work out who is in which group: the step has a line for each, and one without a row for a group that has none."""
        rows = self._rows()
        for at, key in enumerate(self.one.keys):
            if self._is_list(key):
                rows = self._exploded(rows, at)
        groups = self._groups(rows)
        carried = [ROW, *self._carried()]
        # Whoever says all that a group is called by is in that one, and makes it: nothing is looked up.
        said = conj([is_known(column(key)) for key in self.keys])
        found: exp.Query = taken((*self.keys, *carried, SURE)).from_(relation(rows)).where(said)
        if self.one.keys:
            found = exp.union(found, self._open_members(groups, rows, carried), distinct=False)
        if self.has_empty_groups:
            found = exp.union(found, self._nobody(groups, carried), distinct=False)
        return self._bounded(self.steps.add("@in", found))

    def _open_members(self, groups: str, rows: str, carried: list[str]) -> exp.Select:
        """Put rows that leave a key open into every group that they may belong to."""
        columns = {
            **{key: of("g", key) for key in self.keys},
            **{name: of("r", name) for name in carried},
            SURE: exp.false(),
        }
        known = conj([is_known(of("r", key)) for key in self.keys])
        may_be = conj([self._may_be(at) for at in range(len(self.keys))])
        return (
            taken(columns)
            .from_(relation(groups, "g"))
            .join(relation(rows, "r"), on=may_be)
            .where(denied(known))
        )

    def _nobody(self, groups: str, carried: list[str]) -> exp.Select:
        """Give every group a line without a row, which counts for nothing and holds its place."""
        columns: dict[str, Tree] = {key: column(key) for key in self.keys}
        columns |= dict.fromkeys(carried, exp.null())
        return taken({**columns, SURE: exp.false()}).from_(relation(groups))

    @property
    def has_empty_groups(self) -> bool:
        """Tell whether groups are there without a row."""
        return any(isinstance(key, ByPart) and key.every for key in self.one.keys)

    @property
    def carried(self) -> tuple[str, ...]:
        """Name what of a row is needed once it is in a group."""
        return tuple(self._carried())

    def _carried(self) -> Iterator[str]:
        yield ON
        if not isinstance(self.one.measure, Rows):
            yield VALUE
        if isinstance(self.one.measure, Share):
            yield WHOLE
        if self.one.near is not None:
            yield from (DAY, DATE)
        if self.one.report is not None and self.one.report.limit.field:
            yield LIMIT

    def _rows(self) -> str:
        """Read the table: what each row says, without those that surely don't count."""
        chain = self.chain
        fields = {
            # Rules compute nothing here: what they would is open unless it was told.
            name: replace(known, role=Role.NOTE) if known.role is Role.DERIVED else known
            for name, known in self.one.fields.items()
        }
        reader, facts = Reader(chain), Facts(chain, fields)
        day = reader.required_day(AS_OF)
        facts.told[AS_OF] = chain.bind("读:@as_of", _unless(day.wrong, day.value))
        for name in self.one.reads:
            read = reader.field(fields[name])
            # A cell that can't be read says nothing.
            facts.told[name] = chain.bind(f"读:{name}", _unless(read.wrong, read.value))
            if fields[name].type is FieldType.DATE:
                # As it was written: for people, and in the order of days.
                told = chosen([(is_known(facts.told[name]), chain.given(name))])
                self.days[name] = chain.bind(f"日子:{name}", told)
        counts = facts.condition(self.one.where) if self.one.where is not None else exp.true()
        named = {"@counts": counts, ON: facts.told[AS_OF], **dict(self._read(facts))}
        for at, key in enumerate(self.one.keys):
            named |= dict(self._key(at, key, facts))
        if not self.one.keys:
            named["@k0"] = number(0)
        query = chain.query(
            [chain.given(ROW).name, *(chain.named(name, tree.copy()).name for name, tree in named.items())]
        )
        self.steps.add("@all", query)
        columns: dict[str, Tree] = {name: column(name) for name in (ROW, *named) if name != "@counts"}
        columns[SURE] = coalesced(column("@counts"), exp.false())
        found = taken(columns).from_(relation("@all")).where(coalesced(column("@counts"), exp.true()))
        return self.steps.add("@rows", found)

    def _read(self, facts: Facts) -> Iterator[tuple[str, Tree]]:
        match self.one.measure:
            case Total(field=name) | Distinct(field=name):
                yield VALUE, facts.told[name]
            case Share(part=part, whole=whole):
                yield VALUE, facts.told[part]
                yield WHOLE, facts.told[whole]
            case Rows():
                pass
        near, report = self.one.near, self.one.report
        if near is not None:
            day = facts.told[near.field]
            yield (
                DAY,
                chosen(
                    [(compared(day, exp.EQ, number(NOT_HAPPENED)), number(NOT_HAPPENED))],
                    self._ordinal(facts, near.field),
                ),
            )
            yield DATE, self.days[near.field]
        if report is not None and report.limit.field:
            yield LIMIT, facts.told[report.limit.field]

    def _ordinal(self, facts: Facts, name: str) -> Tree:
        happened = self.chain.bind(
            f"发生:{name}", exp.Nullif(this=facts.told[name], expression=number(NOT_HAPPENED))
        )
        return self.chain.bind(f"序:{name}", Days(self.chain).ordinal(happened, name))

    def _is_list(self, key: Key) -> bool:
        if isinstance(key, ByDecision):
            return key.what is Decided.GROUNDS
        return isinstance(key, ByField) and self.one.fields[key.field].type is FieldType.LIST

    def _key(self, at: int, key: Key, facts: Facts) -> Iterator[tuple[str, Tree]]:
        name, chain = f"@k{at}", self.chain
        match key:
            case ByField(field=of_row):
                yield name, self.days.get(of_row, facts.told[of_row])
            case ByPart(field=of_row, part=part):
                day = exp.Nullif(this=facts.told[of_row], expression=number(NOT_HAPPENED))
                happened, days = chain.bind(f"发生:{of_row}", day), Days(chain)
                yield name, days.year(happened) if part is DayPart.YEAR else days.months(happened)
            case ByAge(field=of_row, bands=bands):
                told = facts.told[of_row]
                days_since = exp.Sub(
                    this=self._ordinal_of_case(facts), expression=self._ordinal(facts, of_row)
                )
                age = chain.bind(f"距今:{of_row}", days_since)
                steps = [
                    (compared(told, exp.EQ, number(NOT_HAPPENED)), number(_NOT_YET)),
                    (is_null(age), exp.cast(exp.null(), "BIGINT")),
                ]
                steps += [(compared(age, exp.LTE, number(last)), number(n)) for n, last in enumerate(bands)]
                yield name, chosen(steps, number(len(bands)))
            case ByTable(rows=rows):
                conditions = [
                    chain.bind(f"行:{at}:{n}", facts.condition(row)) for n, (row, _) in enumerate(rows)
                ]
                may_be = []
                for n in range(len(rows) + 1):
                    # Whoever comes before surely holds: then nothing below is reached.
                    parts = [coalesced(denied(one), exp.true()) for one in conditions[:n]]
                    if n < len(rows):
                        parts.append(coalesced(conditions[n], exp.true()))
                    may_be.append(chain.bind(f"可:{at}:{n}", conj(parts)))
                yield from ((f"@m{at}.{n}", one) for n, one in enumerate(may_be))
                found = chain.bind(f"几:{at}", counted(may_be))
                first = chosen([(one, number(n)) for n, one in enumerate(may_be)])
                yield name, chosen([(compared(found, exp.EQ, number(1)), first)])
            case ByDecision(what=Decided.VERDICT):
                yield name, coalesced(chain.given(VERDICT), text(UNDECIDED[Decided.VERDICT]))
            case ByDecision():
                yield name, self._articles()

    def _ordinal_of_case(self, facts: Facts) -> Tree:
        return self.chain.bind("序:@as_of", Days(self.chain).ordinal(facts.told[AS_OF], "@as_of"))

    def _articles(self) -> Tree:
        """List the articles that carry a verdict, each between two separators."""
        chain = self.chain
        given = coalesced(chain.given(GROUNDS), text(""))
        separated = chain.bind(
            "依据",
            exp.DPipe(this=exp.DPipe(this=text(SEPARATOR), expression=given), expression=text(SEPARATOR)),
        )
        rules: dict[str, list[str]] = {}
        for rule, words in self.words.items():
            rules.setdefault(words, []).append(rule)
        named = [
            chosen([(disj([listed(separated, rule) for rule in ids]), text(f"{words}{SEPARATOR}"))], text(""))
            for words, ids in rules.items()
        ]
        nothing = text(f"{SEPARATOR}{UNDECIDED[Decided.GROUNDS]}{SEPARATOR}")
        if not named:
            return nothing
        found = chain.bind("条文", strung(named))
        whole = exp.DPipe(this=text(SEPARATOR), expression=found)
        return chosen([(compared(found, exp.EQ, text("")), nothing)], whole)

    def _exploded(self, rows: str, at: int) -> str:
        """Give a row a line for each member of a list; of a list nobody told, one without a member."""
        name = f"@k{at}"
        others = [one for one in self._columns(at) if one != name]
        split = self._split(rows, at, name, others)
        untold = denied(column(_IS_TOLD))
        member = {**{one: column(one) for one in others}, name: chosen([(column(_IS_TOLD), column(name))])}
        is_member = compared(column(name), exp.NEQ, text(""))
        told = taken(member).distinct().from_(relation(split)).where(disj((untold, is_member)))
        return self.steps.add(f"@rows{at}", told)

    def _columns(self, _at: int) -> list[str]:
        found = [ROW, *self._carried(), SURE, *self.keys]
        for at, key in enumerate(self.one.keys):
            if isinstance(key, ByTable):
                found += [f"@m{at}.{n}" for n in range(len(key.rows) + 1)]
        return found

    def _split(self, rows: str, at: int, name: str, others: list[str]) -> str:
        """Take lists apart in one reading: one nobody told is as good as an empty one, and marked."""
        splits = self.steps.dialect.splits
        carried: dict[str, Tree] = {one: column(one) for one in others}
        is_told, listing = is_known(column(name)), coalesced(column(name), text(""))
        step = f"@split{at}"
        if splits is not None:
            explode, split = splits
            parts = exp.Anonymous(this=split, expressions=[listing, text(SEPARATOR)])
            member = exp.Anonymous(this=explode, expressions=[parts])
            columns = {**carried, _IS_TOLD: is_told, name: member}
            return self.steps.add(step, taken(columns).from_(relation(rows)))
        begin = taken({**carried, _IS_TOLD: is_told, name: text(""), _REST: listing}).from_(relation(rows))
        rest, place = column(_REST), exp.StrPosition(this=column(_REST), substr=text(SEPARATOR))
        head = exp.Substring(this=rest, start=number(1), length=exp.Sub(this=place, expression=number(1)))
        tail = exp.Substring(this=rest.copy(), start=exp.Add(this=place.copy(), expression=number(1)))
        again = (
            taken({**carried, _IS_TOLD: column(_IS_TOLD), name: head, _REST: tail})
            .from_(relation(step))
            .where(compared(column(_REST), exp.NEQ, text("")))
        )
        return self.steps.add(step, exp.union(begin, again, distinct=False), is_recursive=True)

    def _groups(self, rows: str) -> str:
        known = conj([is_known(column(key)) for key in self.keys])
        found = self.steps.add("@groups", taken(self.keys).distinct().from_(relation(rows)).where(known))
        for at, key in enumerate(self.one.keys):
            if isinstance(key, ByPart) and key.every:
                found = self._filled(found, at)
        return found

    def _filled(self, groups: str, at: int) -> str:
        """Add the periods without a row, from the first to the last of the whole list."""
        period, others = f"@k{at}", [key for key in self.keys if key != f"@k{at}"]
        step = self.steps.add(f"@digits{at}", _union([taken({"n": number(n)}) for n in range(10)]))
        # Four digits count the months of any two days that can be read.
        places = [exp.Mul(this=of(alias, "n"), expression=number(10**n)) for n, alias in enumerate("abcd")]
        numbers = taken({"n": total(places)}).from_(relation(step, "a"))
        for alias in "bcd":
            numbers = numbers.join(relation(step, alias), join_type="CROSS")
        numbered = self.steps.add(f"@numbers{at}", numbers)
        # Over all of the list, whatever else a group is called by.
        low, high = (over(how(this=column(period))) for how in (exp.Min, exp.Max))
        kinds = taken({**{key: column(key) for key in others}, "low": low, "high": high}).distinct()
        apart = self.steps.add(f"@kinds{at}", kinds.from_(relation(groups)))
        span = self.steps.add(f"@span{at}", taken(("low", "high")).distinct().from_(relation(apart)))
        reached = exp.Add(this=of("s", "low"), expression=of("n", "n"))
        periods = (
            taken({"period": reached})
            .from_(relation(span, "s"))
            .join(relation(numbered, "n"), on=compared(reached, exp.LTE, of("s", "high")))
        )
        every = self.steps.add(f"@periods{at}", periods)
        columns = {key: of("p", "period") if key == period else of("o", key) for key in self.keys}
        found = taken(columns).from_(relation(apart, "o")).join(relation(every, "p"), join_type="CROSS")
        return self.steps.add(f"@filled{at}", found)

    def _may_be(self, at: int) -> Tree:
        """Say that a row agrees with a group in a key, or that its own is open and may be that one."""
        key = of("r", f"@k{at}")
        agrees = compared(key, exp.EQ, of("g", f"@k{at}"))
        may_be = is_null(key)
        table = self.one.keys[at] if at < len(self.one.keys) else None
        if isinstance(table, ByTable):
            cases = [
                (compared(of("g", f"@k{at}"), exp.EQ, number(n)), of("r", f"@m{at}.{n}"))
                for n in range(len(table.rows) + 1)
            ]
            may_be = conj((may_be, chosen(cases)))
        return disj((agrees, may_be))

    def _bounded(self, members: str) -> str:
        """Say of each group between which numbers lies what it is held against."""
        report = self.one.report
        if report is None:
            return members
        limit = report.limit
        columns: dict[str, Tree] = {name: column(name) for name in (*self.keys, ROW, *self._carried(), SURE)}
        within: dict[str, Tree] = {}
        if limit.field:
            is_open = conj((is_known(column(ROW)), is_null(column(LIMIT))))
            within[_OPEN] = over(exp.Max(this=chosen([(is_open, number(1))], number(0))), self.keys)
            within[LEAST] = over(exp.Min(this=column(LIMIT)), self.keys)
            within[MOST] = over(exp.Max(this=column(LIMIT)), self.keys)
            settled = compared(column(_OPEN), exp.EQ, number(0))
            bounds = {name: chosen([(settled, column(name))]) for name in (LEAST, MOST)}
        else:
            within[_LATEST] = over(exp.Max(this=column(ON)), self.keys)
            bounds = dict.fromkeys((LEAST, MOST), self._on(limit, column(_LATEST)))
        step = self.steps.add(_BOUNDED, taken({**columns, **within}).from_(relation(members)))
        return self.steps.add("@members", taken({**columns, **bounds}).from_(relation(step)))

    def _on(self, limit: Limit, day: Tree) -> Tree:
        branches = []
        if len(limit.values) > 1:
            branches.append((is_null(day), exp.cast(exp.null(), "BIGINT")))
        for first, last, value in limit.values:
            tests = []
            if first is not None:
                tests.append(compared(day, exp.GTE, number(key_of(first))))
            if last is not None:
                tests.append(compared(day, exp.LTE, number(key_of(last))))
            scaled = value * self.scale
            assert scaled.denominator == 1
            is_then = conj(tests)
            if len(limit.values) == 1:
                is_then = disj((is_null(day), is_then)) if tests else is_then
            branches.append((is_then, exp.cast(number(scaled.numerator), "BIGINT")))
        return chosen(branches) if branches else exp.cast(exp.null(), "BIGINT")


def _union(parts: list[exp.Select]) -> exp.Query:
    found: exp.Query = parts[0]
    for one in parts[1:]:
        found = exp.union(found, one, distinct=False)
    return found


def _unless(wrong: Tree, value: Tree) -> Tree:
    return value if is_false(wrong) else chosen([(denied(wrong), value)])
