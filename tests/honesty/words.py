"""Words of a text that point to a fact, put together by hand and at random: what a reader of texts would find."""

from dataclasses import replace
from types import MappingProxyType

from hypothesis import strategies as st

from honesty.desk import compiled
from honesty.random_cases import cases, tellable, values_of
from policy_engine.evaluation.agreement import Engine
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import FieldType
from policy_engine.usecases import check


def pointing(
    field: str, value: Known, certainty: Certainty = Certainty.STATED, words: str = "外墙修缮"
) -> Indication:
    return Indication(
        field=field,
        value=value,
        words=words,
        text="购买内容",
        start=3,
        end=3 + len(words),
        certainty=certainty,
        because="修缮、装修是建设工程",
        term="works.renovation",
    )


def with_words(case: Case, *indications: Indication) -> Case:
    (subject,) = case.subjects
    return replace(case, indications=MappingProxyType({subject: indications}))


def decide_with_words(case: Case, *indications: Indication) -> Decision:
    return check(compiled(), with_words(case, *indications), Engine.COMPILED)


@st.composite
def indications(draw, subject: str) -> Indication:
    """Draw what words might point to: most often flags and conclusions, as terms do."""
    fields = {name: f for name, f in tellable(subject).items() if f.type is not FieldType.TEXT}
    usual = sorted(name for name, field in fields.items() if field.declared is not None)
    name = draw(st.sampled_from(usual) if usual and draw(st.booleans()) else st.sampled_from(sorted(fields)))
    others = [v for v in values_of(subject, name) if v != fields[name].declared]
    return pointing(name, draw(st.sampled_from(others)), draw(st.sampled_from(Certainty)))


@st.composite
def cases_with_words(draw, subject: str) -> Case:
    """Draw a case and what its words point to, some of it the facts it tells."""
    case = draw(cases(subject))
    found = draw(st.lists(indications(subject), min_size=1, max_size=3))
    told = sorted(tellable(subject).keys() & case.subjects[subject].keys())
    told = [name for name in told if tellable(subject)[name].type is not FieldType.TEXT]
    if told and draw(st.booleans()):
        name = draw(st.sampled_from(told))
        found.append(pointing(name, draw(st.sampled_from(values_of(subject, name)))))
    return with_words(case, *found)
