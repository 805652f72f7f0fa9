"""Find facts that can't be true together: input to be corrected, never a verdict.

Three sorts: an `impossible` rule that holds; a stated value against one that other words imply; an event that has
happened in a phase later than the case says it is in. Facts of different subjects of one case are compared by
`across` rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.closing import ClosedSubject, happened
from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.declaring import Clash
from policy_engine.evaluation.truth import HOLDS, Ask, Derivations, Told, comes_to, nothing_derived, truth
from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.memory import of_a_few
from policy_engine.foundation.spans import Span
from policy_engine.model.areas import chain_of
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.conditions import AREA, AS_OF, All, Any, Condition, Equals, Not
from policy_engine.model.decisions import Evaluation, Status
from policy_engine.model.rules import Impossible, Rule, RuleSet
from policy_engine.model.values import UNKNOWN, Value
from policy_engine.model.vocabulary import Field, Implied, Subject

_TO_COMPARE = 2


def find_inconsistent(
    case: Case, subject: Subject, closed: ClosedSubject, evaluation: Evaluation, rules: Iterable[Rule]
) -> Iterator[Diagnostic]:
    """Go through what can't be true together within one subject."""
    before, facts = _unopened(case, subject, closed)
    derived = nothing_derived(subject.fields)
    told: set[str] = set()
    # Where nothing was opened, the engines have seen the same facts.
    values = _values(case, facts) if facts is not closed.facts else None
    for rule in (rule for rule in rules if isinstance(rule.kind, Impossible)):
        holds = evaluation.statuses[rule.id] is Status.TRUE
        if holds or (values is not None and _holds(rule, values, derived)):
            involved = _involved(rule, case, facts, derived)
            told.update(fact.field for fact in involved)
            yield _impossible(rule, [(fact, subject.fields[fact.field]) for fact in involved], case.span)
    # One contradiction is told once: what a rule has named isn't told again as what words imply.
    yield from _against_meaning(case, subject, before, told)
    yield from too_early(case, subject)


def is_inconsistent_as_told(
    case: Case,
    subject: Subject,
    closed: ClosedSubject,
    impossible: Iterable[Clash],
    ask: Ask = comes_to,
) -> bool:
    """Tell whether something can't be true together that the engines, who see closed facts, don't see."""
    before, facts = _unopened(case, subject, closed)
    if facts is not closed.facts:
        values = _values(case, facts)
        if any(ask(rule.whole, values, HOLDS) for rule in impossible):
            return True
    return any(_against_meaning(case, subject, before, set(), ask)) or any(too_early(case, subject))


def _unopened(
    case: Case, subject: Subject, closed: ClosedSubject
) -> tuple[Mapping[str, Fact], Mapping[str, Fact]]:
    """Give the facts as they were before words opened some; and the same with all judgements that wait for a reason."""
    # A judgement that awaits its reason is stated all the same, and contradicts what it contradicts; so does
    # whatever stood before words opened it.
    before = {**closed.facts, **closed.opened} if closed.opened else closed.facts
    stated = case.subjects[subject.name]
    awaiting = {n: f for n, f in stated.items() if before[n].origin is Origin.UNREASONED}
    return before, {**before, **awaiting} if awaiting else before


def find_inconsistent_across(case: Case, rule_set: RuleSet) -> Iterator[Diagnostic]:
    """Go through what can't be true together of several subjects of one case."""
    if len(case.subjects) < _TO_COMPARE:
        # Most cases: where rules were kept, these are then not even read.
        return
    values: dict[str, Value] = {AS_OF: case.as_of, AREA: frozenset(chain_of(case.area))}
    facts: dict[str, Fact] = {}
    for subject, stated in case.subjects.items():
        facts |= {f"{subject}.{name}": fact for name, fact in stated.items()}
    values |= {name: fact.value for name, fact in facts.items()}
    for across in rule_set.across:
        # Of what a case tells of one subject alone, the rules of that subject say whether it can be.
        if len(case.subjects.keys() & set(across.rule.subjects)) < _TO_COMPARE:
            continue
        condition = All((across.rule.scope, across.rule.when), across.rule.span)
        derived = nothing_derived(across.fields)
        if truth(condition, values, derived) is Truth.TRUE:
            carried = carrying(across.rule.when, values, derived)
            names = dict.fromkeys(name for name in carried if name in facts)
            involved = [(facts[name], across.fields[name]) for name in names]
            yield _impossible(across.rule, involved, case.span)


def _holds(rule: Rule, values: Mapping[str, Value], derived: Derivations) -> bool:
    return truth(All((rule.scope, rule.when), rule.span), values, derived) is Truth.TRUE


def _values(case: Case, facts: Mapping[str, Fact]) -> Mapping[str, Value]:
    values: dict[str, Value] = {name: fact.value for name, fact in facts.items()}
    return values | {AS_OF: case.as_of, AREA: frozenset(chain_of(case.area))}


def carrying(condition: Condition, values: Mapping[str, Value], derived: Derivations) -> Iterator[str]:
    """Name the fields by which a condition that holds does hold: of an `any`, those of the parts that hold."""
    if not isinstance(condition, All | Any):
        yield from fields_read(condition)
        return
    for part in condition.parts:
        if isinstance(condition, All) or truth(part, values, derived) is Truth.TRUE:
            yield from carrying(part, values, derived)


def _involved(rule: Rule, case: Case, facts: Mapping[str, Fact], derived: Derivations) -> list[Fact]:
    carried = carrying(rule.when, _values(case, facts), derived)
    read = dict.fromkeys(name for name in carried if name in facts)
    known = [facts[name] for name in read if facts[name].value is not UNKNOWN]
    # What only a signature says is no fact that somebody would have to correct.
    return [fact for fact in known if fact.origin is not Origin.DECLARED]


def _impossible(rule: Rule, facts: list[tuple[Fact, Field]], fallback: Span) -> Diagnostic:
    told = "，".join(
        f"{field.name} = {value_words(field, fact.value)}{_place(fact)}" for fact, field in facts
    )
    spans = [fact.span for fact, _ in facts if fact.span is not None]
    return Diagnostic(
        code="PE508",
        message=f"填报的事实不能同时成立：{rule.message}（{told}）",
        span=spans[0] if spans else fallback,
        help=f"核对并改正其中一处；依据：{_ground(rule)}",
    )


def _place(fact: Fact) -> str:
    return f"（{fact.span.words}）" if fact.span is not None else ""


def _ground(rule: Rule) -> str:
    if rule.basis:
        return rule.basis
    document = rule.citation.document
    return f"《{document.title}》{rule.citation.locator}"


def _against_meaning(
    case: Case, subject: Subject, facts: Mapping[str, Fact], told: set[str], ask: Ask = comes_to
) -> Iterator[Diagnostic]:
    for name in _meaning(subject):
        fact, field = facts[name], subject.fields[name]
        if fact.origin is not Origin.STATED or fact.value is UNKNOWN or name in told:
            continue
        for implied, condition in _contrary_on(name, subject, case.as_of):
            if ask(condition, _unsigned(facts, condition.names), HOLDS):
                yield Diagnostic(
                    code="PE509",
                    message=(
                        f"`{name}` 填报为 {value_words(field, fact.value)}，"
                        f"按其他填报应为 {value_words(field, implied.on(case.as_of))}"
                    ),
                    span=fact.span,
                    help=f"{implied.because}；核对两处，改正其中一处",
                )
                told.update(condition.reads)
                break


def _unsigned(facts: Mapping[str, Fact], names: Iterable[str]) -> dict[str, Value]:
    # Words imply, a signature does not: what was only declared contradicts nobody.
    told = ((name, facts[name]) for name in names if name in facts)
    return {name: fact.value for name, fact in told if fact.origin is not Origin.DECLARED}


@of_a_few
def _meaning(subject: Subject) -> tuple[str, ...]:
    """Name the fields that other words may imply."""
    return tuple(name for name, field in subject.fields.items() if field.implied)


def _contrary_on(name: str, subject: Subject, day: int) -> Iterable[tuple[Implied, Told]]:
    known, field = _contrary_always(subject), subject.fields[name]
    # What hangs on no day is made once.
    if any(implied.part is not None for implied in field.implied):
        return ((implied, Told(one, subject.fields)) for implied, one in contrary_to(field, day))
    if name not in known:
        known[name] = tuple((implied, Told(one, subject.fields)) for implied, one in contrary_to(field))
    return known[name]


@of_a_few
def _contrary_always(_subject: Subject) -> dict[str, tuple[tuple[Implied, Told], ...]]:
    return {}


def contrary_to(field: Field, day: int | None = None) -> Iterator[tuple[Implied, Condition]]:
    """Go through what a field's stated value may not be: another one than other words imply, or a given day.

    An entry without a condition, or bound to a phase, is what is usual, not what words mean.
    """
    for implied in field.implied:
        if implied.part is not None and day is not None:
            yield implied, Not(Equals(field.name, implied.part.of(day), field.span), field.span)
        if implied.when is not None and implied.before is None and not isinstance(implied.value, frozenset):
            agrees = Equals(field.name, implied.value, field.span)
            yield implied, All((implied.when, Not(agrees, field.span)), field.span)


def too_early(case: Case, subject: Subject) -> Iterator[Diagnostic]:
    """Go through the events that have happened though the stated phase lies before them."""
    if not (subject.has_phases and case.is_phase_stated):
        return
    for fact, phase in happened(case, subject):
        if case.phase.rank < phase.rank:
            yield Diagnostic(
                code="PE509",
                message=f"填报了 `{fact.field}`，阶段却写 {case.phase.value}",
                span=fact.span,
                help=f"阶段至少是 {phase.value}；没有发生的事，填 false 或者 未发生",
            )
