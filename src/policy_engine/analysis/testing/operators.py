"""The kinds of small errors, and one rule set with one of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from policy_engine.analysis.term_texts import Lost
from policy_engine.model.lexicon import Term
from policy_engine.model.rules import Rule

# What stands between an error and whose it is.
OWNER_MARK = "："


class Operator(Enum):
    """What an error alters; each alters or leaves out something written, none invents a clause."""

    NEGATED = "条件取反"
    CONNECTIVE = "同时与其一互换"
    PART = "条件少一部分"
    BOUND = "算符"
    LIMIT = "界限差一"
    RATIO = "比例差百分之一"
    CHOICE = "选项换一个"
    FEWER = "少一个选项"
    MORE = "多一个选项"
    EXCEPTION = "例外"
    DOUBT = "存疑"
    KIND = "规则种类"
    OBJECT = "禁止或许可的对象"
    CLASS = "归类"
    ROW = "表的一行"
    ROW_ORDER = "表行的次序"
    RESULT = "表的结果"
    FUNCTION = "推算方法"
    INPUT = "推算的输入"
    DUE = "到期阶段"
    DATED_BY = "依哪个日期"
    STRENGTH = "原则上"
    EXCUSE = "说明理由的字段"
    OVERRIDE = "优先于"
    IN_FORCE = "规则的施行期间"
    DAY = "文件的施行期间"


class TermOperator(Enum):
    """What an error alters of a term; of what is listed as data, the words themselves, none is made."""

    WITHIN = "within 少一个词"
    BEFORE = "before 少一个词"
    AFTER = "after 少一个词"
    BESIDE = "beside 少一个词"
    ANYWHERE = "anywhere 少一个词"
    SET = "少一个词组"
    MEMBER = "词组少一个词"
    VALUE = "指向另一个取值"
    FIELD = "少指向一个字段"
    INTO = "读进另一个字段"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """Rules changed by one small error: the one rule, or all that a document's shifted date reaches."""

    rules: tuple[Rule, ...]
    operator: Operator
    change: str
    place: str

    @property
    def names(self) -> tuple[str, ...]:
        """List what is changed, by id."""
        return tuple(rule.id for rule in self.rules)

    @property
    def owner(self) -> str:
        """Give the id of what was changed: a rule, or the document all of whose rules the error reaches."""
        first = self.rules[0]
        return first.citation.document.id if self.operator is Operator.DAY else first.id

    def label_for(self, rule: str) -> str:
        """Say what the error is to somebody who reads about one rule."""
        return self.change if self.owner == rule else f"{self.owner}{OWNER_MARK}{self.change}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermMutant:
    """Terms changed by one small error: the one term, or all that have a word from a set. `lost`: what left which list."""

    terms: tuple[Term, ...]
    operator: TermOperator
    change: str
    place: str
    lost: Lost = ()

    @property
    def names(self) -> tuple[str, ...]:
        """List what is changed, by id."""
        return tuple(term.id for term in self.terms)


@dataclass(frozen=True, slots=True)
class Change:
    """One rule with one small error, what kind of error it is, and what it is in words."""

    rule: Rule
    operator: Operator
    words: str
