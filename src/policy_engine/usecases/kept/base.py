"""A loaded and compiled rule base as tables, one a subject, and back: of a case's subject only what it needs is made."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache, partial
from types import MappingProxyType
from typing import Final

from policy_engine.compilation import clauses, lowering, rows
from policy_engine.compilation import tables as compiled_tables
from policy_engine.compilation.compiled import CompiledRuleSet, CompiledSubject
from policy_engine.foundation.spans import Span
from policy_engine.loading.places import national
from policy_engine.model import conditions, documents, lexicon, rules, vocabulary
from policy_engine.model.area_codes import Area
from policy_engine.model.areas import Areas
from policy_engine.model.items import Items
from policy_engine.usecases.kept.codec import Kept, Table, Types, Writer, later

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
_ITEMS: Final = "items"
_LEXICON: Final = "lexicon"
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
    common = Writer(TYPES)
    for name, home in _PARTS.items():
        if home == _COMMON:
            common.add(name, getattr(rule_set, name))
    common.add("by_code", rule_set.areas.by_code)
    common.add("by_name", rule_set.areas.by_name)
    common.add("subjects", tuple(compiled.subjects))
    common.add("count", len(rule_set.rules))
    tables = {_COMMON: common}
    subjects: list[Writer] = []
    for name, subject in rule_set.vocabulary.subjects.items():
        # A rule of several subjects is written with the first of them.
        table = tables[_subject(name)] = Writer(TYPES, (common, *subjects))
        table.add("subject", subject)
        table.add("compiled", compiled.subjects[name])
        table.add("tables", compiled.subjects[name].tables)
        subjects.append(table)
    tables[_ALL_RULES] = Writer(TYPES, (common, *subjects))
    tables[_ALL_RULES].add("rules", rule_set.rules)
    tables[_ACROSS] = Writer(TYPES, (common, *subjects))
    tables[_ACROSS].add("across", rule_set.across)
    tables[_LEXICON] = Writer(TYPES)
    tables[_LEXICON].add("terms", rule_set.lexicon.terms)
    tables[_LEXICON].add("sets", rule_set.lexicon.sets)
    tables[_ITEMS] = Writer(TYPES)
    _add_items(tables[_ITEMS], rule_set.lexicon.items())
    return {name: table.text().encode() for name, table in tables.items()}


def _add_items(table: Writer, items: Items) -> None:
    from policy_engine.reading.item_names import heads  # noqa: PLC0415 - whoever reads back needs none of it

    for part in _OF_ITEMS:
        table.add(part, getattr(items, part))
    found = heads(items)
    table.add("heads", found.names)
    table.add("endings", found.endings)


def _subject(name: str) -> str:
    return f"subject {name}"


def read_back(tables: Mapping[str, bytes], name: str) -> CompiledRuleSet:
    """Make a rule base of what was kept, called by a name. Nothing of it is made before it is asked for."""
    read = _reader(tables)
    common = read(_COMMON)
    subjects: tuple[str, ...] = common["subjects"]
    every = vocabulary.Vocabulary(Kept(subjects, lambda subject: read(_subject(subject))["subject"]))
    parts: dict[str, Callable[[], object]] = {
        "vocabulary": lambda: every,
        "areas": cache(lambda: Areas(common["by_code"], common["by_name"], national())),
        "lexicon": cache(lambda: _lexicon(read)),
        "name": lambda: name,
        **{part: partial(_part, read, table, part) for part, table in _PARTS.items()},
    }
    names = [field.name for field in dataclasses.fields(rules.RuleSet)]
    rule_set = later(rules.RuleSet, lambda at: parts[names[at]]())
    return CompiledRuleSet(rule_set, Kept(subjects, lambda subject: _compiled(read(_subject(subject)))))


def _compiled(table: Table) -> CompiledSubject:
    found: CompiledSubject = table["compiled"]
    # As a call: whoever only looks at the rules makes no tables.
    object.__setattr__(found, "kept_tables", lambda: table["tables"])
    return found


def number_of_rules(tables: Mapping[str, bytes]) -> int:
    """Say how many rules were kept, without making any."""
    return int(Table(tables[_COMMON], TYPES)["count"])


def _part(read: Callable[[str], Table], table: str, part: str) -> object:
    return read(table)[part]


def _reader(tables: Mapping[str, bytes]) -> Callable[[str], Table]:
    subjects = [name for name in tables if name.startswith(_subject(""))]

    @cache
    def read(name: str) -> Table:
        # A table names values of the common one and of the subjects before it.
        before = subjects[: subjects.index(name)] if name in subjects else subjects
        # In the order in which they were written: a row names another table by its place in this list.
        others = () if name in (_COMMON, _LEXICON, _ITEMS) else (_COMMON, *before)
        return Table(tables[name], TYPES, [partial(read, other) for other in others])

    return read


def _lexicon(read: Callable[[str], Table]) -> lexicon.Lexicon:
    @cache
    def items() -> Items:
        found = read(_ITEMS)
        parts = {part: found[part] for part in _OF_ITEMS}
        return Items(**parts, kept_heads=lambda: (found["heads"], found["endings"]))

    table = read(_LEXICON)
    return lexicon.Lexicon(table["terms"], table["sets"], items)
