"""A loaded and compiled rule base as tables, one a subject, and back: of a case's subject only what it needs is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from types import MappingProxyType
from typing import Any, Final

from policy_engine.compilation import clauses, lowering, rows
from policy_engine.compilation import tables as compiled_tables
from policy_engine.compilation.compiled import BETWEEN_READS, CompiledRuleSet, CompiledSubject
from policy_engine.foundation.records import fields_of, replace
from policy_engine.foundation.spans import Span
from policy_engine.loading.places import national
from policy_engine.model import conditions, documents, lexicon, rules, vocabulary
from policy_engine.model.area_codes import Area
from policy_engine.model.areas import Areas
from policy_engine.model.items import Items
from policy_engine.usecases.kept.codec import Kept, StrangeValueError, Table, Types, Writer, later
from policy_engine.usecases.kept.store import Tables

# What a kept base is made of. What it doesn't list can't be kept, and nothing else is ever made of what is read.
TYPES: Final = Types(
    listed=(
        Span,
        Area,
        conditions.Bound,
        conditions.Membership,
        conditions.Period,
        conditions.All,
        conditions.Any,
        conditions.Not,
        conditions.Equals,
        conditions.OneOf,
        conditions.Compare,
        conditions.Members,
        conditions.Count,
        conditions.WithinMonths,
        conditions.Ratio,
        conditions.InForce,
        conditions.InArea,
        conditions.Unvalued,
        documents.Verification,
        documents.Encoding,
        documents.StatedDate,
        documents.Acceptance,
        documents.Document,
        documents.Force,
        documents.Precedence,
        documents.Ranking,
        documents.Authority,
        documents.Citation,
        vocabulary.Role,
        vocabulary.FieldType,
        vocabulary.Phase,
        vocabulary.DayPart,
        vocabulary.Implied,
        vocabulary.Term,
        vocabulary.Field,
        vocabulary.Subject,
        rules.Basis,
        rules.Effect,
        rules.RegisteredObject,
        rules.Prohibit,
        rules.Permit,
        rules.Require,
        rules.Recommend,
        rules.Classify,
        rules.Table,
        rules.Function,
        rules.Derive,
        rules.Impossible,
        rules.ExceptionClause,
        rules.Doubt,
        rules.Override,
        rules.ParameterUse,
        rules.Definition,
        rules.Binding,
        rules.Rule,
        rules.Across,
        lexicon.Certainty,
        lexicon.Measure,
        lexicon.Barriers,
        lexicon.Drawn,
        lexicon.WordSet,
        lexicon.TermExample,
        lexicon.Term,
        CompiledSubject,
        lowering.Literal,
        lowering.Bit,
        lowering.BitCount,
        lowering.Effective,
        clauses.Interim,
        compiled_tables.Block,
        compiled_tables.Related,
        compiled_tables.Chunk,
        compiled_tables.MemberTable,
        compiled_tables.Counts,
        compiled_tables.Counted,
        compiled_tables.StratumTables,
        compiled_tables.Tables,
        rows.Reading,
        rows.FieldRow,
        rows.MemberRow,
        rows.BitRow,
        rows.RelationRow,
    ),
    called=MappingProxyType(
        {
            rows.Rows: ("make",),
            rows.StretchRow: ("limits", "row"),
            compiled_tables.Looked: ("name", "rows", "unknown"),
        }
    ),
    lazy=frozenset(
        (
            documents.Document,
            vocabulary.Field,
            vocabulary.Subject,
            rules.Rule,
            rules.Definition,
            rules.Binding,
            rules.Across,
            lexicon.WordSet,
            lexicon.Term,
            CompiledSubject,
        )
    ),
)
_COMMON: Final = "common"
_SHARED: Final = "shared"
_COUNT: Final = "count"
_ITEMS: Final = "items"
_LEXICON: Final = "lexicon"
_TERMS: Final = "terms"
_HEADS: Final = "heads"
_OF_ITEMS: Final = ("title", "verified", "names")
_ALL_RULES: Final = "rules"
_ACROSS: Final = "across"
# The parts of a rule set that lie in a table as they are, and in which.
_PARTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("documents", "authority", "objects", "registered", "definitions", "version"), _COMMON),
    "rules": _ALL_RULES,
    "across": _ACROSS,
}


def written(compiled: CompiledRuleSet) -> dict[str, bytes]:
    """Write a rule base without examples. Raises `DiagnosticsError` where its catalogue of items has errors."""
    rule_set = compiled.rule_set
    # Whoever reads back needs none of it.
    from policy_engine.evaluation.durable.storing import write_plan  # noqa: PLC0415

    common = Writer(TYPES)
    for name, home in _PARTS.items():
        if home == _COMMON:
            common.add(name, getattr(rule_set, name))
    common.add("by_code", rule_set.areas.by_code)
    common.add("by_name", rule_set.areas.by_name)
    common.add("subjects", tuple(compiled.subjects))
    # Once for all their subjects, so that a case of one need not read the table of another.
    shared = Writer(TYPES, (common,))
    shared.add("rules", tuple(rule for rule in rule_set.rules if len(rule.subjects) > 1))
    tables = {_COMMON: common, _SHARED: shared}
    subjects: list[Writer] = []
    plans: dict[str, str] = {}
    for name, subject in rule_set.vocabulary.subjects.items():
        table = tables[_subject(name)] = Writer(TYPES, (common, shared))
        table.add("subject", subject)
        table.add("compiled", compiled.subjects[name])
        table.add("tables", compiled.subjects[name].tables)
        for rules_of in ("awaiting", "relating"):
            table.add(rules_of, getattr(compiled.subjects[name], rules_of))
        table.add("reads", MappingProxyType(_joined(compiled.subjects[name].reads)))
        plans[_plan(name)] = write_plan(subject.fields, compiled.subjects[name])
        subjects.append(table)
    tables[_ALL_RULES] = Writer(TYPES, (common, shared, *subjects))
    tables[_ALL_RULES].add("rules", rule_set.rules)
    tables[_ACROSS] = Writer(TYPES, (common, shared, *subjects))
    tables[_ACROSS].add("across", rule_set.across)
    tables[_LEXICON] = Writer(TYPES)
    tables[_LEXICON].add("sets", rule_set.lexicon.sets)
    _add_index(tables[_LEXICON], rule_set.lexicon)
    tables[_ITEMS] = Writer(TYPES)
    tables[_HEADS] = Writer(TYPES)
    _add_items(tables[_ITEMS], tables[_HEADS], rule_set.lexicon.items())
    every = {name: table.data() for name, table in tables.items()}
    every |= {name: text.encode() for name, text in plans.items()}
    every[_COUNT] = str(len(rule_set.rules)).encode()
    # A table a term: of all terms, a text wakes a few. Apart from them what their patterns need: that alone tells of
    # most which are woken that they find nothing.
    every[_TERMS] = str(len(rule_set.lexicon.terms)).encode()
    for at, term in enumerate(rule_set.lexicon.terms):
        every[_term(at)] = _written_alone(term)
        every[_needs(at)] = _written_needs(term.needs)
    return every


def _written_alone(term: lexicon.Term) -> bytes:
    table = Writer(TYPES)
    table.add("term", replace(term, needs=frozenset()))
    return table.data()


def _written_needs(needs: lexicon.Needs) -> bytes:
    from policy_engine.reading.needs import write_needs  # noqa: PLC0415 - whoever reads back needs none of it

    found = write_needs(needs)
    if found is None:
        message = "words with what stands between words are not kept"
        raise StrangeValueError(message)
    return found.encode()


def _term(at: int) -> str:
    return f"term {at}"


def _needs(at: int) -> str:
    return f"needs {at}"


def _add_index(table: Writer, of: lexicon.Lexicon) -> None:
    from policy_engine.reading.index import index_of  # noqa: PLC0415 - whoever reads back needs none of it

    found = index_of(of)
    table.add("index", tuple(getattr(found, part.name) for part in fields_of(type(found))))


def _add_items(table: Writer, ends: Writer, items: Items) -> None:
    from policy_engine.reading.item_names import heads  # noqa: PLC0415 - whoever reads back needs none of it

    for part in _OF_ITEMS:
        table.add(part, getattr(items, part))
    for name, kept in heads(items).kept().items():
        ends.add(name, kept)


def _joined(reads: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {rule: BETWEEN_READS.join(names) for rule, names in reads.items()}


def _plan(name: str) -> str:
    return f"plan {name}"


def _subject(name: str) -> str:
    return f"subject {name}"


def read_back(tables: Tables, name: str) -> CompiledRuleSet:
    """Make a rule base of what was kept, called by a name. Nothing of it is made before it is asked for."""
    read = _reader(tables)
    common = read(_COMMON)
    subjects: tuple[str, ...] = common["subjects"]
    every = vocabulary.Vocabulary(Kept(subjects, lambda subject: read(_subject(subject))["subject"]))
    parts: dict[str, Callable[[], object]] = {
        "vocabulary": lambda: every,
        "areas": cache(lambda: Areas(common["by_code"], common["by_name"], national())),
        "lexicon": cache(lambda: _lexicon(tables, read)),
        "name": lambda: name,
        **{part: partial(_part, read, table, part) for part, table in _PARTS.items()},
    }
    names = [field.name for field in fields_of(rules.RuleSet)]
    rule_set = later(rules.RuleSet, lambda at: parts[names[at]]())
    return CompiledRuleSet(
        rule_set,
        Kept(
            subjects,
            lambda subject: _compiled(read(_subject(subject)), lambda: str(tables[_plan(subject)], "utf-8")),
        ),
    )


def _compiled(table: Table, plan: Callable[[], str]) -> CompiledSubject:
    found: CompiledSubject = table["compiled"]
    # As a call: whoever only looks at the rules makes no tables.
    object.__setattr__(found, "kept_tables", lambda: table["tables"])
    object.__setattr__(found, "kept_reads", lambda: table["reads"])
    object.__setattr__(found, "kept_sets", table.__getitem__)
    object.__setattr__(found, "kept_plan", plan)
    return found


def number_of_rules(tables: Tables) -> int:
    """Say how many rules were kept, without making any."""
    return int(tables[_COUNT])


def _part(read: Callable[[str], Table], table: str, part: str) -> object:
    return read(table)[part]


def _reader(tables: Tables) -> Callable[[str], Table]:
    subjects = [name for name in tables if name.startswith(_subject(""))]

    @cache
    def read(name: str) -> Table:
        # In the order in which they were written: a row names another table by its place in this list.
        if name in (_COMMON, _LEXICON, _ITEMS, _HEADS):
            others: tuple[str, ...] = ()
        elif name == _SHARED:
            others = (_COMMON,)
        else:
            others = (_COMMON, _SHARED) if name in subjects else (_COMMON, _SHARED, *subjects)
        return Table(tables[name], TYPES, [partial(read, other) for other in others])

    return read


def _lexicon(tables: Tables, read: Callable[[str], Table]) -> lexicon.Lexicon:
    @cache
    def items() -> Items:
        parts: dict[str, Callable[[], object]] = {
            "kept_heads": lambda: read(_HEADS).__getitem__,
            **{part: partial(_part, read, _ITEMS, part) for part in _OF_ITEMS},
        }
        names = [part.name for part in fields_of(Items)]
        found: Items = later(Items, lambda at: parts[names[at]]())
        return found

    table = read(_LEXICON)
    terms: Any = _LateTerms(tables)
    return lexicon.Lexicon(
        terms,
        table["sets"],
        items,
        kept_index=lambda: table["index"],
        kept_needs=lambda at: str(tables[_needs(at)], "utf-8"),
    )


class _LateTerms(Sequence[lexicon.Term]):
    """Stands for a tuple of terms, of which each is found in its table when it is asked for."""

    __slots__ = ("_made", "_tables")

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._made: list[lexicon.Term | None] = [None] * int(tables[_TERMS])

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, at: Any) -> Any:  # noqa: ANN401 - a place gives a term, a slice a tuple of them
        if isinstance(at, slice):
            return tuple(self[one] for one in range(*at.indices(len(self))))
        made = self._made[at]
        if made is None:
            at %= len(self)
            made = self._made[at] = later(lexicon.Term, _LateTerm(self._tables, at))
        return made

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, _LateTerms) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __reduce__(self) -> tuple[Callable[[tuple[lexicon.Term, ...]], object], tuple[object, ...]]:
        return tuple, (tuple(self),)


class _LateTerm:
    """Gives the parts of a term by their numbers; its table is read with the first."""

    __slots__ = ("_made", "_place", "_tables")

    def __init__(self, tables: Tables, place: int) -> None:
        self._tables = tables
        self._place = place
        self._made: lexicon.Term | None = None

    def __call__(self, at: int) -> object:
        name = fields_of(lexicon.Term)[at].name
        if name == "needs":
            from policy_engine.reading.needs import read_needs  # noqa: PLC0415 - whoever reads texts asks for no sets

            return read_needs(str(self._tables[_needs(self._place)], "utf-8"))
        if self._made is None:
            self._made = Table(self._tables[_term(self._place)], TYPES)["term"]
        return getattr(self._made, name)
