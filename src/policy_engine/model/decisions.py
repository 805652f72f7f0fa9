"""Outcomes of rules, verdicts of subjects, and decisions: verdicts with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from policy_engine.foundation.later import Later
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.model.cases import Case, Fact, Situation
from policy_engine.model.documents import Document
from policy_engine.model.lexicon import Indication
from policy_engine.model.rules import ExceptionClause, Rule
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Field, Phase


class Status(Enum):
    """How one rule came out, before it is put into the words of its kind.

    TRUE: broken, granted, not adopted or holding. For the others the first settled part that blocks names it.
    """

    TRUE = "true"
    UNKNOWN = "unknown"
    OUT_OF_FORCE = "out_of_force"
    NOT_APPLICABLE = "not_applicable"
    EXCEPTED = "excepted"
    DEFEATED = "defeated"
    SATISFIED = "satisfied"
    CLEAR = "clear"

    # There is one of each: what it is hashes as well as what it is called, and without a call.
    __hash__ = object.__hash__


class Outcome(Enum):
    """One rule's outcome in the words of its kind."""

    VIOLATED = "违反"
    UNDETERMINED = "待核实"
    OUT_OF_FORCE = "不在效力范围"
    NOT_APPLICABLE = "不适用"
    EXCEPTED = "有例外"
    DEFEATED = "被排除"
    SATISFIED = "符合"
    CLEAR = "无违反"
    GRANTED = "成立"
    NOT_GRANTED = "不成立"
    ADOPTED = "已采纳"
    NOT_ADOPTED = "未采纳"
    HOLDS = "是"
    HOLDS_NOT = "否"
    CONTRADICTORY = "矛盾"
    CONSISTENT = "无矛盾"


class Verdict(Enum):
    """The six verdicts; the value is the label an official reads."""

    PROHIBITED = "不得实施"
    CONFLICT = "依据冲突"
    NON_COMPLIANT = "须整改"
    UNDETERMINED = "需补充核实"
    NOT_COVERED = "未涵盖"
    PERMITTED = "可以实施"


# What stands in for a verdict where all findings are settled.
SETTLED = "认定结果明确"


class CrossCheck(Enum):
    """Whether a second engine was asked, and what it said; the words are in `reporting/words`."""

    AGREED = "agreed"
    COMPILED_ONLY = "compiled only"
    DURABLE_ONLY = "durable only"
    AGREED_BY_SQLITE = "agreed by sqlite"
    SQLITE_ONLY = "sqlite only"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What one engine found for one subject: statuses by rule, and what derived fields came to.

    `truths` are by field and member (`""` for a boolean field), `numbers` by field; what is open has no number.
    `rivals`: how surely two rules, by id, stand against each other.
    """

    statuses: Mapping[str, Status]
    truths: Mapping[tuple[str, str], Truth]
    numbers: Mapping[str, Known]
    rivals: Mapping[tuple[str, str], Truth]


@dataclass(frozen=True, slots=True)
class LackingParameter:
    """A parameter that has no value on the day by which a rule is judged."""

    name: str
    day: int


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """The rule isn't in force on the day by which it is judged."""


@dataclass(frozen=True, slots=True)
class OutOfArea:
    """The rule is another place's: for reference only."""


@dataclass(frozen=True, slots=True)
class BelowArea:
    """The rule is that of a place within the case's area, and so was not looked at."""


@dataclass(frozen=True, slots=True)
class Excepted:
    """The exceptions that are met, and none that isn't."""

    clauses: tuple[ExceptionClause, ...]


@dataclass(frozen=True, slots=True)
class Yielded:
    """The rules, by id, that apply instead."""

    rules: tuple[str, ...]


Blocked = OutOfTime | OutOfArea | BelowArea | Excepted | Yielded


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult(Later):
    """One rule's outcome in one subject. `is_ahead`: not due yet, so a duty rather than a gap.

    An open rule waits for the fields in `missing` and for values of the parameters in `lacking`.
    """

    rule: Rule
    subject: str
    status: Status
    outcome: Outcome
    is_ahead: bool
    missing: tuple[str, ...]
    lacking: tuple[LackingParameter, ...] = ()
    blocked: Blocked | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to be supplied: the field, why it is open, and the rules that wait for it."""

    field: Field
    reason: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParameterQuestion:
    """A parameter whose value on a day is to be registered, and the rules that wait for it."""

    parameter: LackingParameter
    rules: tuple[str, ...]


class Found(Enum):
    """Whether something belongs to a category. UNEXAMINED: no rule in force and in scope makes it, so nobody looked."""

    YES = "是"
    NO = "否"
    OPEN = "待核实"
    UNEXAMINED = "未涉及"


@dataclass(frozen=True, slots=True)
class Finding:
    """One category of a finding field as one document makes it, with the rules that carry or deny it.

    `document`: `None` where none that reaches the case makes the category.
    """

    field: str
    category: str
    document: Document | None
    found: Found
    rules: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class Derived:
    """What a computed field came to: its value (a number in the field's last place), `None` while that is open.

    Of a list, the members that it surely has and those it may have; of a choice that is open, those it may be.
    """

    value: Known | None
    sure: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectDecision(Later):
    """The verdict of one subject (`None` for settled findings) and everything that carries it.

    `phase`: how far it has come, `None` where it has no phases; `unjudged`: the notes that nobody judged and that keep
    a declaration from counting; `indications`: what the words of its texts point to.
    """

    subject: str
    verdict: Verdict | None
    facts: Mapping[str, Fact]
    grounds: tuple[RuleResult, ...]
    results: tuple[RuleResult, ...]
    findings: tuple[Finding, ...]
    rivals: tuple[tuple[RuleResult, RuleResult, Truth], ...]
    missing: tuple[Question, ...]
    lacking: tuple[ParameterQuestion, ...]
    may_become: tuple[Verdict, ...]
    unencoded: tuple[Document, ...]
    duties_ahead: tuple[RuleResult, ...]
    advice: tuple[RuleResult, ...]
    derived: Mapping[str, Derived]
    asks_declaration: bool
    phase: Phase | None
    unjudged: tuple[str, ...]
    situation: Situation
    evaluation: Evaluation
    indications: tuple[Indication, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The decision on a case: its worst subject's verdict, and each subject's own."""

    case: Case
    verdict: Verdict | None
    subjects: tuple[SubjectDecision, ...]
    cross_check: CrossCheck
    rule_set_version: str


@dataclass(frozen=True, slots=True)
class Step:
    """One node of an explanation: the condition in words, its truth, the value it saw, its place, its parts."""

    text: str
    truth: Truth
    value: str
    place: str
    parts: tuple[Step, ...]
