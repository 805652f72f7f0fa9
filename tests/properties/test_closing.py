"""A case is closed as `docs/meaning.md` says: the oracle's naive closing finds the same facts, doubts and phase."""

from collections import Counter
from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples, look_until_seen
from oracle.closing import Closed, close
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.closing import ClosedSubject, close_subject
from policy_engine.evaluation.heeding import heeded
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.conditions import AS_OF, All, Equals
from policy_engine.model.documents import Citation
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.rules import Impossible, Prohibit, Rule, RuleSet
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Implied, Phase, Role, Subject, Term, Vocabulary
from properties import toy
from properties.strategies import FIELDS as READ
from properties.strategies import LEAVES, VALUES, conditions

MANY = settings(max_examples=examples(400))
FIELDS = (*toy.INPUTS, toy.ONLY_PURCHASE)
NAMES = tuple(field.name for field in FIELDS if field.type is not FieldType.TEXT)
DATED = tuple(field.name for field in FIELDS if field.type is FieldType.DATE)
NOTE, JUDGE = "备注", "有理由"
# What a word means, or is a sign of, has no day and no place; what can't be true together may.
SIGNS = st.one_of([LEAVES[READ[name].type](name, NAMES) for name in NAMES])
SEEN = conditions(NAMES, AS_OF, 1)
RARELY = st.sampled_from((False, False, True))
PHASES = st.sampled_from(Phase)
ROLES = st.sampled_from((Role.FLAG, Role.FLAG, Role.CONCLUSION, Role.CONCLUSION, Role.ELEMENT))


@st.composite
def subjects(draw) -> Subject:
    """Draw a subject over the toy fields: which are declared, raised by what, implied by what, due when."""
    fields = {field.name: draw(fields_like(field)) for field in FIELDS}
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    return replace(subject, fields=fields, has_phases=draw(st.booleans()), has_duties=draw(st.booleans()))


@st.composite
def fields_like(draw, field: Field) -> Field:
    implied = draw(st.lists(implications(field), max_size=2).map(tuple)) if draw(RARELY) else ()
    match field.type:
        case FieldType.TEXT:
            return replace(field, judged_by=draw(st.sampled_from(("", JUDGE, JUDGE))))
        case FieldType.BOOLEAN | FieldType.CHOICE:
            role = draw(ROLES)
            is_conclusion = role is Role.CONCLUSION
            return replace(
                field,
                role=role,
                declared=draw(VALUES[field.name] | st.none()),
                constitutive=draw(RARELY),
                indicators=draw(st.lists(SIGNS, max_size=2).map(tuple)) if is_conclusion else (),
                implied=implied,
            )
        case FieldType.DATE:
            return replace(
                field,
                phase=draw(PHASES | st.none()),
                happens=draw(PHASES | st.none()),
                implied=implied,
                term=draw(terms(field)) if draw(RARELY) else None,
            )
        case _:
            return replace(field, implied=implied)


def terms(field: Field) -> st.SearchStrategy[Term]:
    others = [name for name in DATED if name != field.name]
    return st.builds(Term, st.sampled_from(others), st.sampled_from((1, 2, 7, 30, 400)), st.booleans())


@st.composite
def implications(draw, field: Field) -> Implied:
    when, before = draw(SIGNS | st.none()), draw(PHASES | st.none())
    return Implied(when=when, before=before, value=draw(VALUES[field.name]), because="按词义")


@st.composite
def rule_sets(draw) -> RuleSet:
    """Draw a subject, some combinations that can't be true, and rules that are dated by its events."""
    impossible = [rule(at, Impossible(), draw(SEEN)) for at in range(draw(st.integers(0, 3)))]
    dated = [
        replace(
            rule(9, Prohibit("转包"), draw(SEEN)), dated_by=draw(st.sampled_from((AS_OF, "签订", "验收")))
        )
    ]
    vocabulary = Vocabulary({toy.PURCHASE: draw(subjects())})
    return replace(toy.rule_set(*impossible, *dated), vocabulary=vocabulary)


def rule(at: int, kind: Impossible | Prohibit, when) -> Rule:
    return Rule(
        id=f"rule-{at}",
        title=f"第{at}条",
        citation=Citation(toy.DOCUMENTS["law"], f"第{at}条"),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=when,
        scope=All((), toy.SPAN),
        remedy="改正",
        span=toy.SPAN,
    )


@st.composite
def indications(draw) -> Indication:
    """Draw what words point to: now and then a field of which they can say nothing."""
    name = draw(st.sampled_from((*NAMES, *NAMES, "重大", NOTE)))
    return Indication(
        field=name,
        value=draw(VALUES[name]) if name in NAMES else True,
        words="外墙修缮",
        text=draw(st.sampled_from(("购买内容", "购买内容", NOTE))),
        start=0,
        end=4,
        certainty=draw(st.sampled_from(Certainty)),
        because="修缮是工程",
        term="works.repair",
    )


INDICATIONS = indications()


@st.composite
def cases(draw) -> Case:
    told = draw(st.lists(st.sampled_from([field.name for field in FIELDS]), unique=True))
    phase = draw(PHASES | st.none())
    words = draw(st.lists(INDICATIONS, max_size=6).map(tuple))
    return Case(
        name="例",
        indications=MappingProxyType({toy.PURCHASE: words} if words else {}),
        as_of=draw(st.sampled_from(toy.DAYS)),
        area=draw(st.sampled_from(sorted(toy.NAMES))),
        phase=phase or Phase.PROJECT,
        is_phase_stated=phase is not None,
        declaration=draw(st.sampled_from((None, "", " ", "甲", "甲", "甲")).map(signed)),
        subjects=MappingProxyType({toy.PURCHASE: {name: draw(facts(name)) for name in told}}),
        assumed=(),
        span=toy.SPAN,
    )


def signed(by: str | None) -> Declaration | None:
    return None if by is None else Declaration(by=by, span=toy.SPAN)


def facts(name: str) -> st.SearchStrategy[Fact]:
    values = st.sampled_from(("", "另有情况")) if name == NOTE else VALUES[name] | st.just(UNKNOWN)
    return st.builds(
        Fact,
        field=st.just(name),
        value=values,
        origin=st.just(Origin.STATED),
        source=st.sampled_from(("", "", "某处认定")),
    )


def closed_by_both(rule_set: RuleSet, case: Case) -> tuple[Closed, ClosedSubject]:
    (subject,) = rule_set.vocabulary.subjects.values()
    program = compile_rules(rule_set).subjects[subject.name]
    return close(rule_set, case, subject.name), close_subject(case, subject, program)


@MANY
@given(rule_sets(), cases())
def test_words_only_open(rule_set, case):
    """What is known with the words is known without them, and is the same; what is in doubt without them stays so."""
    _, closed = closed_by_both(rule_set, case)
    _, plain = closed_by_both(rule_set, replace(case, indications=MappingProxyType({})))
    assert closed.situation.values.items() <= plain.situation.values.items()
    assert plain.doubtful <= closed.doubtful
    assert plain.phase is closed.phase
    assert plain.facts == {**closed.facts, **closed.opened}
    assert closed.asks_declaration <= plain.asks_declaration


@MANY
@given(rule_sets(), cases())
def test_a_case_is_closed_as_the_oracle_closes_it(rule_set, case):
    naive, closed = closed_by_both(rule_set, case)
    assert naive.values == dict(closed.situation.values)
    assert naive.doubts == closed.doubtful
    assert naive.supposed == dict(closed.supposed)
    assert naive.phase is closed.phase
    assert naive.running == closed.running
    assert naive.left == {
        name
        for name, fact in closed.facts.items()
        if fact.value is UNKNOWN and fact.origin is not Origin.PENDING
    }


@pytest.mark.broad
def test_random_cases_reach_every_step_of_closing():
    """Guard the strategies: what never arises is never compared."""
    seen = Counter()

    def look(rule_set, case):
        naive, closed = closed_by_both(rule_set, case)
        seen.update({fact.origin for fact in closed.facts.values()})
        seen["a note bars the declaration"] += bool(closed.unjudged and case.declaration)
        seen["a declaration would be impossible"] += naive.is_declared and bool(naive.spared)
        seen["a conclusion is raised"] += bool(naive.doubts - case.subjects[toy.PURCHASE].keys())
        seen["the phase is shown"] += not case.is_phase_stated and closed.phase is not case.phase
        seen.update(f"words open {fact.origin.name}" for fact in closed.opened.values())
        seen["a term runs"] += bool(closed.running)
        fields = rule_set.vocabulary.subjects[toy.PURCHASE].fields
        seen["a term has run out"] += any(
            closed.phase.rank < fields[name].phase.rank and closed.facts[name].value == NOT_HAPPENED
            for name in DATED
            if fields[name].phase is not None
        )
        seen["words suppose a value"] += bool(closed.supposed)
        heard = heeded(case, rule_set.vocabulary.subjects[toy.PURCHASE])
        seen["a note's words are set aside"] += len(closed.indications) < len(heard)
        judged = {n for n, f in closed.opened.items() if f.origin is Origin.STATED}
        seen["words contest a judgement"] += bool(judged - {i.field for i in closed.indications})
        seen["words raise a conclusion"] += bool(closed.opened.keys() - {i.field for i in closed.indications})

    wanted = [
        *(set(Origin) - {Origin.DERIVED, Origin.CATALOGUE}),
        "a note bars the declaration",
        "a declaration would be impossible",
        "a conclusion is raised",
        "the phase is shown",
        *(f"words open {origin.name}" for origin in (Origin.STATED, Origin.DECLARED, Origin.IMPLIED)),
        "a term runs",
        "a term has run out",
        "words suppose a value",
        "a note's words are set aside",
        "words raise a conclusion",
        "words contest a judgement",
    ]
    look_until_seen(wanted, seen, 1000, look, rule_sets(), cases())


@pytest.mark.parametrize(
    ("name", "value", "origin"),
    [
        ("书面", False, Origin.PENDING),
        ("书面", True, Origin.STATED),
        ("书面", UNKNOWN, Origin.PENDING),
        ("报告", "无", Origin.PENDING),
        ("报告", "有", Origin.STATED),
        ("签订", NOT_HAPPENED, Origin.PENDING),
        ("签订", toy.DAYS[0], Origin.STATED),
        # Whether it is on a list is no event: told to be false it is false, at any time.
        ("已列目录", False, Origin.STATED),
    ],
)
def test_what_has_not_come_before_its_phase_is_not_yet_due(name, value, origin):
    """Events need be no days: something done or not, a paper that is there or isn't."""
    events = (
        toy.new_field("书面", FieldType.BOOLEAN, Role.EVENT, phase=Phase.CONTRACT),
        toy.new_field("报告", FieldType.CHOICE, Role.EVENT, phase=Phase.CONTRACT, choices=("有", "无")),
    )
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    subject = replace(subject, fields={field.name: field for field in (*FIELDS, *events)})
    rule_set = replace(toy.rule_set(), vocabulary=Vocabulary({toy.PURCHASE: subject}))
    fact = Fact(field=name, value=value, origin=Origin.STATED)
    case = replace(cases_of("330502"), subjects=MappingProxyType({toy.PURCHASE: {name: fact}}))
    for phase, expected in ((Phase.PROCUREMENT, origin), (Phase.CONTRACT, Origin.STATED)):
        _, closed = closed_by_both(rule_set, replace(case, phase=phase, is_phase_stated=True))
        assert expected is closed.facts[name].origin


@pytest.mark.parametrize("role", [Role.FLAG, Role.CONCLUSION])
@pytest.mark.parametrize("value", [False, True])
@pytest.mark.parametrize("is_raised", [False, True])
def test_an_entry_speaks_past_a_sign_unless_it_calls_a_conclusion_usual(role, value, is_raised):
    works = Equals("含工程", True, toy.SPAN)
    field = toy.new_field(
        "变相",
        FieldType.BOOLEAN,
        role,
        declared=False,
        indicators=(works,) if role is Role.CONCLUSION else (),
        implied=(Implied(when=None, before=None, value=value, because="按词义"),),
    )
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    subject = replace(subject, fields={one.name: one for one in (*FIELDS, field)})
    rule_set = replace(toy.rule_set(), vocabulary=Vocabulary({toy.PURCHASE: subject}))
    sign = Fact(field="含工程", value=is_raised, origin=Origin.STATED)
    case = replace(cases_of("330502"), subjects=MappingProxyType({toy.PURCHASE: {"含工程": sign}}))
    naive, closed = closed_by_both(rule_set, case)
    is_silenced = role is Role.CONCLUSION and not value and is_raised
    assert is_silenced is (closed.facts["变相"].origin is not Origin.IMPLIED)
    assert naive.values == dict(closed.situation.values)


def told_as(rule_set: RuleSet, facts: dict, *, signed_by: str | None = None, words=()) -> Case:
    told = {n: Fact(field=n, value=v, origin=Origin.STATED) for n, v in facts.items()}
    return replace(
        cases_of("330502"),
        subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(told)}),
        declaration=signed(signed_by),
        indications=MappingProxyType({toy.PURCHASE: words} if words else {}),
    )


WORKS, LISTED = (Equals(name, True, toy.SPAN) for name in ("含工程", "已列目录"))


@pytest.mark.parametrize(
    ("entries", "facts", "is_open"),
    [
        # Told to be unknown, works may mean that it is bundled: no signature says that it isn't.
        ([(WORKS, None, True)], {"含工程": UNKNOWN}, True),
        ([(WORKS, None, True)], {}, False),
        ([(WORKS, None, True)], {"含工程": False}, False),
        ([(WORKS, None, False)], {"含工程": UNKNOWN}, False),
        ([(WORKS, Phase.CONTRACT, True)], {"含工程": UNKNOWN}, True),
        ([(WORKS, Phase.PROJECT, True)], {"含工程": UNKNOWN}, False),
        ([(LISTED, None, True)], {"含工程": UNKNOWN}, False),
        ([(LISTED, None, True), (WORKS, None, True)], {"含工程": UNKNOWN}, True),
        ([(All((WORKS, LISTED), toy.SPAN), None, True)], {"含工程": UNKNOWN, "已列目录": True}, True),
        ([(All((WORKS, LISTED), toy.SPAN), None, True)], {"含工程": UNKNOWN, "已列目录": False}, False),
        # What another entry settles is settled.
        ([(LISTED, None, False), (WORKS, None, True)], {"含工程": UNKNOWN, "已列目录": True}, False),
        ([(WORKS, None, True)], {"含工程": UNKNOWN, "打包": False}, False),
    ],
)
def test_a_signature_closes_no_flag_that_an_unknown_may_mean_to_be_otherwise(entries, facts, is_open):
    implied = tuple(Implied(when=w, before=b, value=v, because="按词义") for w, b, v in entries)
    subject = toy.VOCABULARY.subjects[toy.PURCHASE]
    bundled = replace(subject.fields["打包"], role=Role.FLAG, declared=False, implied=implied)
    subject = replace(subject, fields={**subject.fields, "打包": bundled})
    rule_set = replace(toy.rule_set(), vocabulary=Vocabulary({toy.PURCHASE: subject}))
    naive, closed = closed_by_both(rule_set, told_as(rule_set, facts, signed_by="甲"))
    assert (is_open, is_open) == (closed.facts["打包"].value is UNKNOWN, "打包" in closed.doubtful)
    assert (naive.values, naive.doubts) == (dict(closed.situation.values), closed.doubtful)


def word(field: str, value: object, certainty: Certainty = Certainty.STATED) -> Indication:
    return Indication(
        field=field, value=value, words="外墙修缮", text="购买内容", start=0, end=4, certainty=certainty,
        because="修缮是工程", term="works.repair",
    )  # fmt: skip


@pytest.mark.parametrize("certainty", Certainty)
@pytest.mark.parametrize("signed_by", [None, "甲"])
@pytest.mark.parametrize(
    ("words", "facts"),
    [
        # 变相用工 has two signs: works, and three people or more.
        ([("含工程", True)], {}),
        ([("含工程", True)], {"含工程": False}),
        ([("含工程", True)], {"含工程": True}),
        ([("含工程", True)], {"含工程": UNKNOWN}),
        ([("含工程", False)], {}),
        ([("人数", 3)], {}),
        ([("人数", 2)], {}),
        ([("人数", 3), ("人数", 2)], {}),
        ([("人数", 3)], {"人数": 1}),
        ([("人数", 3)], {"变相用工": False}),
        ([("含工程", True)], {"变相用工": False}),
        ([("含工程", True)], {"变相用工": True}),
        ([("变相用工", True)], {}),
        ([("变相用工", True)], {"变相用工": False}),
        ([("变相用工", False)], {}),
        ([("已列目录", True)], {}),
    ],
)  # fmt: skip
def test_words_open_and_raise_what_they_are_a_sign_of(words, facts, signed_by, certainty):
    rule_set = toy.rule_set()
    rule_set = replace(rule_set, vocabulary=Vocabulary({toy.PURCHASE: toy.VOCABULARY.subjects[toy.PURCHASE]}))
    heard = tuple(word(name, value, certainty) for name, value in words)
    naive, closed = closed_by_both(rule_set, told_as(rule_set, facts, signed_by=signed_by, words=heard))
    assert naive.values == dict(closed.situation.values)
    assert naive.doubts == closed.doubtful
    assert naive.supposed == dict(closed.supposed)


@pytest.mark.parametrize(("signed_by", "is_asked"), [(None, True), ("", True), (" ", True), ("甲", False)])
def test_words_raise_a_conclusion_that_was_signed_or_left_open(signed_by, is_asked):
    rule_set = replace(
        toy.rule_set(), vocabulary=Vocabulary({toy.PURCHASE: toy.VOCABULARY.subjects[toy.PURCHASE]})
    )
    _, plain = closed_by_both(rule_set, told_as(rule_set, {}, signed_by=signed_by))
    _, closed = closed_by_both(
        rule_set, told_as(rule_set, {}, signed_by=signed_by, words=(word("含工程", True),))
    )
    assert is_asked is (plain.facts["变相用工"].value is UNKNOWN) is plain.asks_declaration
    assert {"含工程", "变相用工"} == closed.doubtful
    assert (set() if is_asked else {"含工程", "变相用工"}) == set(closed.opened)


@pytest.mark.parametrize("code", ["330502", "330500", "330000", "000000", "330502001"])
def test_a_place_lies_in_everything_around_it(code):
    rule_set = toy.rule_set()
    case = cases_of(code)
    assert (
        close(rule_set, case, toy.PURCHASE).values["@area"]
        == close_subject(
            case, rule_set.vocabulary.subjects[toy.PURCHASE], compile_rules(rule_set).subjects[toy.PURCHASE]
        ).situation.values["@area"]
    )


def cases_of(area: str) -> Case:
    return Case(
        name="例",
        as_of=toy.DAYS[0],
        area=area,
        phase=Phase.PROJECT,
        declaration=None,
        subjects=MappingProxyType({toy.PURCHASE: {}}),
        assumed=(),
        span=toy.SPAN,
    )
