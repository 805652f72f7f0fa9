"""Checked rules: what the author wrote, with names resolved and types checked."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from policy_engine.foundation import records
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Places, Span, place_of
from policy_engine.model.areas import Areas
from policy_engine.model.cases import Fact
from policy_engine.model.conditions import AS_OF, Condition
from policy_engine.model.documents import Acceptance, Authority, Citation, Document
from policy_engine.model.lexicon import NO_TERMS, Lexicon
from policy_engine.model.vocabulary import Field, Phase, Vocabulary


class Basis(Enum):
    """What an exception or an override rests on."""

    TEXT = "text"
    INTERPRETATION = "interpretation"
    PRACTICE = "practice"


class Effect(Enum):
    """What a broken prohibition on an object does to the whole."""

    VETO = "veto"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class RegisteredObject:
    """What can be prohibited or permitted, and how an opinion says so: `refused` of a veto, `permitted` of a grant."""

    name: str
    effect: Effect
    refused: str
    permitted: str
    span: Span


@dataclass(frozen=True, slots=True)
class Prohibit:
    object: str


@dataclass(frozen=True, slots=True)
class Permit:
    object: str


@dataclass(frozen=True, slots=True)
class Require:
    condition: Condition


@dataclass(frozen=True, slots=True)
class Recommend:
    condition: Condition


@dataclass(frozen=True, slots=True)
class Classify:
    """Make a derived boolean field true (`members` empty), or put members into a derived list field."""

    field: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Give a derived choice field exactly one value: the first row that holds, else `otherwise`."""

    field: str
    rows: tuple[tuple[Condition, str], ...]
    otherwise: str


class Function(Enum):
    SUM = "sum"
    DIFFERENCE = "difference"
    MIN = "min"
    MAX = "max"
    DAYS_BETWEEN = "days_between"
    MONTHS_BETWEEN = "months_between"
    WORKING_DAYS_BETWEEN = "working_days_between"
    COUNT_IF = "count_if"


# What is counted from one day to another.
OF_DAYS = (Function.DAYS_BETWEEN, Function.MONTHS_BETWEEN, Function.WORKING_DAYS_BETWEEN)


@dataclass(frozen=True, slots=True)
class Derive:
    """Compute a derived number from fields, or count conditions (`COUNT_IF`, then `inputs` is empty)."""

    field: str
    function: Function
    inputs: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """Facts that can't be true together. The impossible condition is the rule's `when`; who meets it misread something."""


Kind = Prohibit | Permit | Require | Recommend | Classify | Table | Derive | Impossible


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionClause:
    """An `unless`. `scope`: its own document is in force and reaches the case."""

    when: Condition
    scope: Condition
    basis: Basis
    because: str
    citation: Citation | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Facts known, norm open: where `when` holds the truth is exactly the field `ask`."""

    when: Condition
    ask: str
    because: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """This rule prevails over that one. `article`, `over`: where the file says so of whole articles, which.

    `cite_span`: where `locator` is written.
    """

    rule: str
    basis: Basis
    because: str
    locator: str
    span: Span
    article: str = ""
    over: str = ""
    cite_span: Span | None = records.field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """A place where a rule writes the name of a parameter. What is read from there carries this place."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A name that a document's rules use: for a condition, or (`field` not empty) for members of a field.

    Rules carry what it stands for; the name is for people. `locator`, else `basis`: what it rests on.
    """

    name: str
    locator: str
    basis: str
    field: str = ""
    members: tuple[str, ...] = ()
    condition: Condition | None = None
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What a file says its rules about a subject bind: it stands in each, before the rule's own condition."""

    condition: Condition
    locator: str
    basis: str
    span: Span = records.field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An inline example; `given` are typed facts of `subject`, explicit unknowns included.

    `follows_due`: no phase is written, so `phase` is the rule's `due`. `verdict`: what the rule alone brings about,
    where the author says so. `kills`: of one made by machine, the error in the rules that it notices.
    `usual`: the ordinary case of its rule or file that it is told by its differences from.
    """

    name: str
    subject: str
    given: Mapping[str, Fact]
    as_of: int
    area: str
    phase: Phase
    is_declared: bool
    expect: str
    verdict: str = ""
    follows_due: bool = False
    kills: str = ""
    usual: Mapping[str, Fact] | None = records.field(default=None, compare=False)
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One checked rule. `when` and the required condition already carry their doubts.

    `message`: what an impossible combination is called; `basis`: why it is impossible where no provision says so.
    `examples` are written by hand, `regressions` by `test --mutate --write`.
    """

    id: str
    title: str
    citation: Citation
    subjects: tuple[str, ...]
    kind: Kind
    when: Condition
    scope: Condition
    unless: tuple[ExceptionClause, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    is_default: bool = False
    justified_by: str | None = None
    dated_by: str = AS_OF
    due: Phase = Phase.PROJECT
    overrides: tuple[Override, ...] = ()
    conflicts_with: tuple[str, ...] = ()
    remedy: str = ""
    advice: str = ""
    note: str = ""
    quote: str = ""
    message: str = ""
    basis: str = ""
    examples: tuple[Example, ...] = ()
    regressions: tuple[Example, ...] = ()
    accepted: tuple[Acceptance, ...] = ()
    parameters: tuple[ParameterUse, ...] = ()
    # The names its author used, those within them included.
    defined: tuple[Definition, ...] = ()
    # What its file says once of all its rules; `when` and the doubts about it begin with it.
    bound: Binding | None = None
    # Where what people look for is written, by key; `span` is the whole entry.
    places: Places = records.field(default=(), compare=False)
    span: Span

    def at(self, key: str) -> Span:
        """Find where the value of a key is written, else the rule."""
        return place_of(key, self.places, self.span)

    @property
    def tried(self) -> tuple[Example, ...]:
        """Give everything the rule is tried on."""
        return self.examples + self.regressions


@dataclass(frozen=True, slots=True)
class Across:
    """An `impossible` rule over several subjects of one case; its fields are named `主题.字段`."""

    rule: Rule
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Everything `prepare` checked: the rules and what they refer to. `version` digests the content.

    `across`: what facts of several subjects can't be true together; no engine of one subject sees these rules.
    """

    rules: tuple[Rule, ...]
    across: tuple[Across, ...] = ()
    # What each document defines, used or not.
    definitions: Mapping[str, tuple[Definition, ...]] = records.field(default_factory=dict)
    vocabulary: Vocabulary
    documents: Mapping[str, Document]
    authority: Authority
    objects: Mapping[str, Effect]
    areas: Areas
    version: str
    lexicon: Lexicon = NO_TERMS
    # The objects as they are registered, with how opinions speak of them.
    registered: Mapping[str, RegisteredObject] = records.field(default_factory=dict)
    # What the rule base is called where it was chosen by somebody: 自带, or its path.
    name: str = ""

    @property
    def words(self) -> str:
        """Say which rules these are: the name of their rule base, and the digest of its content."""
        return f"规则库 {self.name}，版本 {self.version}" if self.name else f"规则库版本 {self.version}"
