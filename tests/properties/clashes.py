"""Small rule sets whose rules contest each other, and cases over the few facts they read.

Where random rule sets clash now and then, these do so at every turn: a prohibition and a permission of one object
in documents of which neither prevails, duties that name each other, articles that carry nothing, defaults.
"""

from dataclasses import replace
from types import MappingProxyType

from hypothesis import strategies as st

from policy_engine.model import conditions as c
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.documents import Citation
from policy_engine.model.rules import Classify, Kind, Permit, Prohibit, Recommend, Require, Rule, RuleSet
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import Phase
from properties import toy
from properties.strategies import VALUES, with_override

FLAGS = ("含工程", "已列目录", "变相用工", "有理由")
ALWAYS = c.All((), toy.SPAN)
# Neither of the first three prevails over another; the fourth yields to the statute; the last carries nothing.
DOCUMENTS = st.sampled_from(("order-new", "order-other", "statute", "statute", "rules-city", "article"))
OBJECTS = st.sampled_from(("政府购买服务", "政府购买服务", "转包"))
LEAVES = st.builds(c.Equals, st.sampled_from(FLAGS), st.booleans(), st.just(toy.SPAN))
CONDITIONS = st.just(ALWAYS) | LEAVES | LEAVES
KINDS: st.SearchStrategy[Kind] = st.one_of(
    st.builds(Prohibit, OBJECTS),
    st.builds(Permit, OBJECTS),
    st.builds(Require, LEAVES),
    st.builds(Require, LEAVES),
    st.builds(Recommend, LEAVES),
)
PHASES = st.sampled_from((Phase.PROJECT, Phase.PROJECT, Phase.CONTRACT))
RARELY = st.sampled_from((False, False, False, True))


@st.composite
def clashing_rules(draw, at: int) -> Rule:
    document, kind = toy.DOCUMENTS[draw(DOCUMENTS)], draw(KINDS)
    is_default = isinstance(kind, Prohibit | Require) and draw(RARELY)
    return Rule(
        id=f"{document.id}.art-{at}",
        title=f"第{at}条",
        citation=Citation(document, f"第{at}条"),
        subjects=(toy.PURCHASE,),
        kind=kind,
        when=draw(CONDITIONS),
        scope=ALWAYS,
        is_default=is_default,
        justified_by="有理由" if is_default and draw(st.booleans()) else None,
        due=draw(PHASES),
        remedy="改正",
        span=toy.SPAN,
    )


@st.composite
def clashing_rule_sets(draw) -> RuleSet:
    """Draw a few rules; of the duties some name another, named back now and then, and now and then one overrides."""
    drawn = [draw(clashing_rules(at)) for at in range(draw(st.integers(2, 6)))]
    duties = [at for at, rule in enumerate(drawn) if isinstance(rule.kind, Require)]
    for at in duties:
        named = draw(st.lists(st.sampled_from(duties), max_size=2, unique=True))
        others = tuple(drawn[other].id for other in named if other != at)
        drawn[at] = replace(drawn[at], conflicts_with=others)
    if draw(RARELY):
        drawn = with_override(
            drawn, draw(st.integers(0, len(drawn) - 1)), draw(st.integers(0, len(drawn) - 1))
        )
    return toy.rule_set(*drawn)


@st.composite
def findings_rules(draw, at: int) -> Rule:
    """Draw a rule that puts the matter into categories, now and then into some that are no finding; here or afar."""
    field = "情形" if draw(RARELY) else toy.FINDING
    choices = toy.VOCABULARY.field(toy.PURCHASE, field).choices
    members = draw(st.lists(st.sampled_from(choices), min_size=1, unique=True).map(tuple))
    rule = replace(draw(clashing_rules(at)), kind=Classify(field, members), is_default=False)
    scope = st.sampled_from(("000000", "330000", "410000"))
    return replace(rule, justified_by=None, scope=c.InArea(draw(scope), toy.SPAN))


@st.composite
def finding_rule_sets(draw) -> RuleSet:
    """Draw a few rules that find categories, beside a few that clash, for a subject that gives findings."""
    finding = [draw(findings_rules(10 + at)) for at in range(draw(st.integers(0, 3)))]
    clashing = draw(clashing_rule_sets()).rules if draw(st.booleans()) else ()
    return replace(toy.rule_set(*finding, *clashing), vocabulary=toy.FINDING_VOCABULARY)


@st.composite
def cases(draw, more: tuple[str, ...] = ()) -> Case:
    """Draw a case of the purchase that tells some of the flags, now and then more, now and then declared."""
    told: dict[str, Value] = {name: draw(st.booleans()) for name in FLAGS if draw(st.booleans())}
    told |= {name: draw(VALUES[name]) for name in more if draw(RARELY)}
    return case(told, draw(st.sampled_from(Phase)), is_declared=draw(RARELY))


def case(told: dict[str, Value], phase: Phase, *, is_declared: bool = False) -> Case:
    """Make a case of the day and place of the toy situations."""
    facts = {name: Fact(field=name, value=value, origin=Origin.STATED) for name, value in told.items()}
    return Case(
        name="例",
        as_of=toy.situation({}).values[c.AS_OF],
        area="330500",
        phase=phase,
        declaration=Declaration(by="甲", span=toy.SPAN) if is_declared else None,
        subjects=MappingProxyType({toy.PURCHASE: MappingProxyType(facts)}),
        assumed=(),
        span=toy.SPAN,
    )
