"""Random acyclic rule sets over the toy vocabulary, random situations with unknowns, and what may be learnt."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise, permutations

from hypothesis import strategies as st

from oracle.prevailing import prevails
from policy_engine.model import conditions as c
from policy_engine.model.cases import Situation
from policy_engine.model.documents import Citation
from policy_engine.model.rules import (
    Basis,
    Classify,
    Derive,
    Doubt,
    ExceptionClause,
    Function,
    Kind,
    Override,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known, Value
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role
from properties import toy

NUMBERS = (-2, -1, 0, 1, 2, 3, 5, 100, 10**12)
RATIOS = (Fraction(0), Fraction(3, 10), Fraction(1, 3), Fraction(1), Fraction(3, 2))
SUBJECTS = ((toy.PURCHASE,), (toy.CONTRACT,), (toy.PURCHASE, toy.CONTRACT))
# Each with the most inputs it takes.
ARITHMETIC = {Function.SUM: 3, Function.MIN: 3, Function.MAX: 3, Function.DIFFERENCE: 2}
CALENDAR = {Function.DAYS_BETWEEN: 2, Function.MONTHS_BETWEEN: 2, Function.WORKING_DAYS_BETWEEN: 2}
DATED_BY = st.sampled_from((*[c.AS_OF] * 5, *(f.name for f in toy.INPUTS if f.type is FieldType.DATE)))


# Conditions.
# Strategies are cached, since making one costs more than drawing from it; hence names instead of fields.

SPAN = st.just(toy.SPAN)
BOUND = st.sampled_from(c.Bound)
PERIOD = st.sampled_from(c.Period)
FIELDS = {f.name: f for f in (*toy.INPUTS, toy.ONLY_PURCHASE, *toy.DERIVED) if f.type is not FieldType.TEXT}
SHAPES = st.sampled_from(("leaf", "leaf", "leaf", "all", "any", "not"))


@cache
def conditions(names: tuple[str, ...], dated_by: str, depth: int = 2) -> st.SearchStrategy[c.Condition]:
    """Draw a condition on some fields."""
    return trees(names, dated_by, depth) if depth else leaves(names, dated_by)


@st.composite
def trees(draw, names: tuple[str, ...], dated_by: str, depth: int) -> c.Condition:
    inner = conditions(names, dated_by, depth - 1)
    match draw(SHAPES):
        case "all":
            return c.All(draw(few(inner)), toy.SPAN)
        case "any":
            return c.Any(draw(few(inner)), toy.SPAN)
        case "not":
            return c.Not(draw(inner), toy.SPAN)
        case _:
            return draw(leaves(names, dated_by))


@cache
def few(inner: st.SearchStrategy) -> st.SearchStrategy[tuple]:
    return st.lists(inner, max_size=3).map(tuple)


@st.composite
def leaves(draw, names: tuple[str, ...], dated_by: str) -> c.Condition:
    """Draw a comparison; now and then on day or place, as a dated parameter of the law brings along."""
    others = other_leaves(names, dated_by)
    # Each way to compare a fact comes twice as often as each of the others.
    turn = draw(turns(2 * len(ways(names)) + len(others)))
    return draw(others[turn] if turn < len(others) else facts(names))


@cache
def other_leaves(names: tuple[str, ...], dated_by: str) -> tuple[st.SearchStrategy[c.Condition], ...]:
    places = st.builds(c.InArea, st.sampled_from(sorted(toy.NAMES)), SPAN)
    return in_force(dated_by), places, unvalued(dated_by), parameters(facts(names), dated_by)


@cache
def turns(number: int) -> st.SearchStrategy[int]:
    return st.sampled_from(range(number))


@cache
def ways(names: tuple[str, ...]) -> tuple[str, ...]:
    """Name each field as often as there are ways to compare it."""
    return tuple(name for name in names for _ in range(WAYS[FIELDS[name].type]))


@st.composite
def facts(draw, names: tuple[str, ...]) -> c.Condition:
    """Draw a comparison of a fact."""
    name = draw(st.sampled_from(ways(names)))
    field = FIELDS[name]
    return draw(leaf(name, tuple(alike(names, field.type, field.scale))))


@cache
def leaf(name: str, others: tuple[str, ...]) -> st.SearchStrategy[c.Condition]:
    return LEAVES[FIELDS[name].type](name, others)


def boolean_leaves(name: str, _: tuple[str, ...]) -> st.SearchStrategy[c.Condition]:
    return st.builds(c.Equals, st.just(name), st.booleans(), SPAN)


def number_leaves(name: str, names: tuple[str, ...]) -> st.SearchStrategy[c.Condition]:
    this, limit = st.just(name), st.sampled_from(NUMBERS)
    wholes = st.sampled_from(alike(names, FieldType.NUMBER, FIELDS[name].scale))
    return (
        st.builds(c.Equals, this, limit, SPAN)
        | st.builds(c.Compare, this, BOUND, limit, SPAN)
        | st.builds(c.Ratio, this, wholes, BOUND, st.sampled_from(RATIOS), SPAN)
    )


def date_leaves(name: str, names: tuple[str, ...]) -> st.SearchStrategy[c.Condition]:
    this, starts = st.just(name), st.sampled_from(alike(names, FieldType.DATE, 0))
    return (
        st.builds(c.Equals, this, st.sampled_from((NOT_HAPPENED, *toy.DAYS)), SPAN)
        | st.builds(c.Compare, this, BOUND, st.sampled_from(toy.DAYS), SPAN)
        | st.builds(c.WithinMonths, this, starts, st.sampled_from((1, 2, 12, 13)), PERIOD, SPAN)
    )


def choice_leaves(name: str, _: tuple[str, ...]) -> st.SearchStrategy[c.Condition]:
    one = st.sampled_from(FIELDS[name].choices)
    return st.builds(c.Equals, st.just(name), one, SPAN) | st.builds(
        c.OneOf, st.just(name), subsets(name), SPAN
    )


def list_leaves(name: str, _: tuple[str, ...]) -> st.SearchStrategy[c.Condition]:
    limit = st.integers(0, len(FIELDS[name].choices) + 1)
    members = st.builds(c.Members, st.just(name), st.sampled_from(c.Membership), subsets(name), SPAN)
    return members | st.builds(c.Count, st.just(name), BOUND, limit, SPAN)


def alike(names: tuple[str, ...], kind: FieldType, scale: int) -> list[str]:
    return [name for name in names if (FIELDS[name].type, FIELDS[name].scale) == (kind, scale)]


@cache
def subsets(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(FIELDS[name].choices), min_size=1, unique=True).map(tuple)


LEAVES = {
    FieldType.BOOLEAN: boolean_leaves,
    FieldType.NUMBER: number_leaves,
    FieldType.DATE: date_leaves,
    FieldType.CHOICE: choice_leaves,
    FieldType.LIST: list_leaves,
}
WAYS = {
    FieldType.BOOLEAN: 1,
    FieldType.NUMBER: 3,
    FieldType.DATE: 3,
    FieldType.CHOICE: 2,
    FieldType.LIST: 2,
}


@cache
def in_force(dated_by: str) -> st.SearchStrategy[c.InForce]:
    """Draw an interval, open or closed at either end."""
    days = (None, *toy.DAYS)
    spans = [(a, b) for a in days for b in days if a is None or b is None or a <= b]
    return st.sampled_from([c.InForce(dated_by, first, last, toy.SPAN) for first, last in spans])


@cache
def unvalued(dated_by: str) -> st.SearchStrategy[c.Unvalued]:
    """Draw days on which a parameter has no value."""
    return in_force(dated_by).map(lambda i: c.Unvalued("上限", dated_by, i.first, i.last, toy.SPAN))


@st.composite
def parameters(draw, valued: st.SearchStrategy[c.Condition], dated_by: str) -> c.Condition:
    """Draw a comparison with a dated parameter as the loader writes it: periods with values, and gaps between them."""
    cuts = draw(st.lists(st.sampled_from(toy.DAYS), min_size=1, max_size=3, unique=True).map(sorted))
    parts: list[c.Condition] = []
    for before, after in zip((None, *cuts), (*cuts, None), strict=True):
        first, last = before, None if after is None else after - 1
        if draw(st.booleans()):
            period = c.InForce(dated_by, first, last, toy.SPAN)
            parts.append(c.All((period, draw(valued)), toy.SPAN))
        else:
            parts.append(c.Unvalued("下限", dated_by, first, last, toy.SPAN))
    return c.Any(tuple(parts), toy.SPAN)


@cache
def scopes(document_id: str, dated_by: str) -> st.SearchStrategy[c.Condition]:
    """Draw in force and in area, as documents give it: mostly the document's own interval, else another."""
    document = toy.DOCUMENTS[document_id]
    first = document.effective.day if document.effective else None
    wide = st.just(c.InForce(dated_by, first, None, toy.SPAN))
    place = c.InArea(document.area, toy.SPAN)
    return st.one_of(wide, wide, wide, in_force(dated_by)).map(lambda force: c.All((force, place), toy.SPAN))


# Rules.

NATIONAL = [name for name, document in toy.DOCUMENTS.items() if document.area == "000000"]
DOCUMENTS = st.sampled_from([*toy.DOCUMENTS, *NATIONAL, "article", "article"])
ALWAYS = st.just(c.All((), toy.SPAN))
ONE_IN_FIVE = st.integers(0, 4).map(lambda n: n == 1)


@st.composite
def rule_sets(draw) -> RuleSet:
    """Draw a rule set that checks: what is read is computed, and by one table or computation a subject."""
    wanted = [
        (subjects, derived.name) for derived in toy.DERIVED for subjects in draw(DERIVING[derived.type])
    ]
    written = {(subject, name) for subjects, name in wanted for subject in subjects}
    wanted += [
        (subjects, None) for subjects in draw(st.lists(st.sampled_from(SUBJECTS), min_size=2, max_size=9))
    ]
    drawn = [
        draw(rules(at, subjects, derives, readable(subjects, derives, written)))
        for at, (subjects, derives) in enumerate(wanted)
    ]
    for stronger, weaker in draw(st.lists(st.tuples(*[st.integers(0, len(drawn) - 1)] * 2), max_size=6)):
        # Counted from the end, where the rules are that bind.
        drawn = with_override(drawn, -1 - stronger, -1 - weaker)
    requirements = [rule for rule in drawn if isinstance(rule.kind, Require)]
    for p, q in pairwise(requirements):
        if set(p.subjects) & set(q.subjects) and draw(st.booleans()):
            drawn[drawn.index(p)] = replace(p, conflicts_with=(q.id,))
    return toy.rule_set(*(drawn if draw(st.booleans()) else reversed(drawn)))


# The subjects of each rule for a derived field: classifications add up, of the others there is one a subject.
ANY_NUMBER = st.lists(st.sampled_from(SUBJECTS), max_size=2)
AT_MOST_ONE = st.sampled_from(((), SUBJECTS[2:], SUBJECTS[2:], SUBJECTS[:1], SUBJECTS[:2]))
DERIVING: dict[FieldType, st.SearchStrategy] = {
    FieldType.BOOLEAN: ANY_NUMBER,
    FieldType.LIST: ANY_NUMBER,
    FieldType.CHOICE: AT_MOST_ONE,
    FieldType.NUMBER: AT_MOST_ONE,
}


@st.composite
def rules(draw, at: int, subjects: tuple[str, ...], derives: str | None, names: tuple[str, ...]) -> Rule:
    document = toy.DOCUMENTS[draw(DOCUMENTS)]
    dated_by = draw(DATED_BY)
    kind = draw(derived_kinds(derives, names, dated_by) if derives else kinds(names, dated_by))
    when = draw(ALWAYS | conditions(names, dated_by))
    doubts: tuple[Doubt, ...] = ()
    if draw(ONE_IN_FIVE):
        doubt = Doubt(when=draw(leaves(names, dated_by)), ask="变相用工", because="不明", span=toy.SPAN)
        doubts = (doubt,)
        if isinstance(kind, Require | Recommend):
            kind = replace(kind, condition=doubted(kind.condition, doubt))
        else:
            when = doubted(when, doubt)
    is_default = isinstance(kind, Prohibit | Require) and draw(ONE_IN_FIVE)
    return Rule(
        id=f"{document.id}.art-{at}",
        title=f"第{at}条",
        citation=Citation(document, f"第{at}条"),
        subjects=subjects,
        kind=kind,
        when=when,
        scope=draw(ALWAYS | scopes(document.id, dated_by) if derives else scopes(document.id, dated_by)),
        unless=draw(few_exceptions(names, dated_by)),
        doubts=doubts,
        is_default=is_default,
        justified_by="有理由" if is_default and draw(st.booleans()) else None,
        dated_by=dated_by,
        due=draw(st.sampled_from(Phase)),
        remedy="改正",
        span=toy.SPAN,
    )


def readable(
    subjects: tuple[str, ...], derives: str | None, written: Set[tuple[str, str]]
) -> tuple[str, ...]:
    """List the fields a rule may read: told or computed in all its subjects, derived before the one it derives."""
    derived = [f.name for f in toy.DERIVED]
    before = derived[: derived.index(derives)] if derives else derived
    computed = {name for name in before if all((subject, name) in written for subject in subjects)}
    told = {name for name in FIELDS if name not in derived}
    if toy.CONTRACT in subjects:
        told.remove(toy.ONLY_PURCHASE.name)
    return tuple(name for name in FIELDS if name in told | computed)


@cache
def kinds(names: tuple[str, ...], dated_by: str) -> st.SearchStrategy[Kind]:
    objects, wanted = st.sampled_from(list(toy.OBJECTS)), conditions(names, dated_by)
    prohibit, permit, require = (
        st.builds(Prohibit, objects),
        st.builds(Permit, objects),
        st.builds(Require, wanted),
    )
    return st.one_of(prohibit, permit, prohibit, permit, require, require, st.builds(Recommend, wanted))


@cache
def derived_kinds(derives: str, names: tuple[str, ...], dated_by: str) -> st.SearchStrategy[Kind]:
    derived = FIELDS[derives]
    this = st.just(derives)
    match derived.type:
        case FieldType.BOOLEAN:
            return st.builds(Classify, this, st.just(()))
        case FieldType.LIST:
            return st.builds(Classify, this, subsets(derives))
        case FieldType.CHOICE:
            given = st.sampled_from(derived.choices)
            row = st.tuples(conditions(names, dated_by, 1), given)
            return st.builds(Table, this, st.lists(row, min_size=1, max_size=3).map(tuple), given)
        case _ if derived.scale:
            return computations(derives, alike(names, FieldType.NUMBER, derived.scale), ARITHMETIC)
        case _:
            counted = st.lists(conditions(names, dated_by, 1), min_size=1, max_size=3).map(tuple)
            count = st.builds(Derive, this, st.just(Function.COUNT_IF), st.just(()), counted)
            return count | computations(derives, alike(names, FieldType.DATE, 0), CALENDAR)


def computations(derives: str, inputs: list[str], functions: dict[Function, int]) -> st.SearchStrategy[Kind]:
    """Draw a computation over so many inputs at most."""
    one = st.sampled_from(inputs)
    return st.one_of(
        st.builds(
            Derive,
            st.just(derives),
            st.just(f),
            st.lists(one, min_size=2, max_size=n).map(tuple),
            st.just(()),
        )
        for f, n in functions.items()
    )


@cache
def few_exceptions(names: tuple[str, ...], dated_by: str) -> st.SearchStrategy[tuple[ExceptionClause, ...]]:
    return st.lists(exceptions(names, dated_by), max_size=2).map(tuple)


@st.composite
def exceptions(draw, names: tuple[str, ...], dated_by: str) -> ExceptionClause:
    document = toy.DOCUMENTS[draw(DOCUMENTS)]
    return ExceptionClause(
        when=draw(conditions(names, dated_by, 1)),
        scope=draw(scopes(document.id, dated_by)),
        basis=Basis.TEXT,
        because="另有规定",
        citation=Citation(document, "第一条"),
        span=toy.SPAN,
    )


def doubted(condition: c.Condition, doubt: Doubt) -> c.Condition:
    """Weave a doubt into a condition, as the loader does."""
    sure = c.All((condition, c.Not(doubt.when, toy.SPAN)), toy.SPAN)
    asked = c.All((doubt.when, c.Equals(doubt.ask, True, toy.SPAN)), toy.SPAN)
    return c.Any((sure, asked), toy.SPAN)


# Which prevails; cycles.


def with_override(rules: list[Rule], stronger: int, weaker: int) -> list[Rule]:
    """Let one rule override another, unless that makes a cycle."""
    p, q = rules[stronger], rules[weaker]
    if q.id in (p.id, *(o.rule for o in p.overrides)) or not set(p.subjects) & set(q.subjects):
        return rules
    override = Override(rule=q.id, basis=Basis.TEXT, because="特别规定", locator="第一条", span=toy.SPAN)
    changed = [*rules]
    changed[stronger] = replace(p, overrides=(*p.overrides, override))
    return rules if has_cycle(dependencies(changed)) else changed


def dependencies(rules: list[Rule]) -> dict[str, set[str]]:
    """Map each rule and each derived field to what must be known before it."""
    derived = {f.name for f in toy.DERIVED}
    graph: dict[str, set[str]] = {name: set() for name in derived}
    for rule in rules:
        parts = (rule.when, rule.kind, *(e.when for e in rule.unless))
        graph[rule.id] = {name for part in parts for name in strings_in(part)} & derived
        if isinstance(rule.kind, Classify | Table | Derive):
            graph[rule.id].discard(rule.kind.field)
            graph[rule.kind.field].add(rule.id)
    for p, q in permutations(rules, 2):
        if prevails(toy.AUTHORITY, p, q):
            graph[q.id].add(p.id)
    return graph


def strings_in(part: object) -> Iterator[str]:
    """Go through every text in a tree; field names are among them, and no other text looks like one."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from strings_in(inner)
    elif is_dataclass(part):
        for each in fields_of(part):
            yield from strings_in(getattr(part, each.name))


def has_cycle(graph: Mapping[str, set[str]]) -> bool:
    left = dict(graph)
    while free := [node for node, needs in left.items() if not needs & left.keys()]:
        for node in free:
            del left[node]
    return bool(left)


# Situations.

AS_OF, CHAINS = st.sampled_from(toy.DAYS), st.sampled_from(toy.CHAINS)
SUBJECT = st.sampled_from((toy.PURCHASE, toy.CONTRACT))
# Derived fields that the case states itself.
STATED = st.just(()) | st.lists(st.sampled_from([f.name for f in toy.DERIVED]), max_size=4, unique=True)
# Of so many facts one is missing.
KNOWLEDGE = st.sampled_from((1, 2, 4, 10))


def inputs_of(rule_set: RuleSet, subject: str) -> dict[str, st.SearchStrategy[Known]]:
    """Map each fact that a case can tell to its values, the days that rules are dated by included."""
    fields = [f for f in toy.VOCABULARY.subjects[subject].fields.values() if f.role is not Role.DERIVED]
    days = {rule.dated_by for rule in rule_set.rules if subject in rule.subjects} - {c.AS_OF}
    return {f.name: VALUES[f.name] for f in fields} | {c.dating_field(name): AS_OF for name in sorted(days)}


def values_of(told: Field) -> st.SearchStrategy[Known]:
    match told.type:
        case FieldType.BOOLEAN:
            return st.booleans()
        case FieldType.NUMBER:
            low = NUMBERS[0] if told.minimum is None else told.minimum
            high = NUMBERS[-1] if told.maximum is None else told.maximum
            return st.sampled_from([n for n in NUMBERS if low <= n <= high])
        case FieldType.DATE:
            return st.sampled_from((NOT_HAPPENED, *toy.DAYS))
        case FieldType.CHOICE:
            return st.sampled_from(told.choices)
        case FieldType.LIST:
            return st.frozensets(st.sampled_from(told.choices))
        case _:
            return st.just("无")


VALUES = {f.name: values_of(f) for f in (*toy.INPUTS, toy.ONLY_PURCHASE, *toy.DERIVED)}


@st.composite
def situations(draw, rule_set: RuleSet) -> Situation:
    """Draw one subject's facts: some told, some unknown, some left out; now and then a derived field is stated."""
    subject, knowledge = draw(SUBJECT), draw(KNOWLEDGE)
    values: dict[str, Value] = {c.AS_OF: draw(AS_OF), c.AREA: draw(CHAINS)}
    for name, told in inputs_of(rule_set, subject).items():
        if draw(st.integers(0, knowledge)):
            values[name] = draw(told)
        elif draw(st.booleans()):
            values[name] = UNKNOWN
    for stated in draw(STATED):
        values[stated] = draw(VALUES[stated])
    return Situation(subject, values)


def untold(rule_set: RuleSet, situation: Situation) -> dict[str, st.SearchStrategy[Known]]:
    """Map each fact that a situation leaves open to what it may turn out to be."""
    inputs = inputs_of(rule_set, situation.subject)
    return {name: told for name, told in inputs.items() if situation.values.get(name, UNKNOWN) is UNKNOWN}


def learnt(rule_set: RuleSet, situation: Situation) -> st.SearchStrategy[Situation]:
    """Draw the situation after some open facts were told."""
    options = {name: st.none() | told for name, told in untold(rule_set, situation).items()}
    return st.fixed_dictionaries(options).map(
        lambda facts: with_facts(situation, {name: v for name, v in facts.items() if v is not None})
    )


def completions(rule_set: RuleSet, situation: Situation) -> st.SearchStrategy[Situation]:
    """Draw the situation after every open fact was told; derived fields stay as they are."""
    return st.fixed_dictionaries(untold(rule_set, situation)).map(lambda facts: with_facts(situation, facts))


def with_facts(situation: Situation, facts: Mapping[str, Value]) -> Situation:
    return Situation(situation.subject, {**situation.values, **facts})
