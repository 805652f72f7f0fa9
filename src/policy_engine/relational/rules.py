"""Rules as columns: their parts, whether they take effect, their status; and what they compute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import field_written
from policy_engine.compilation.strata import members_of
from policy_engine.model.conditions import All, Any
from policy_engine.model.decisions import Status
from policy_engine.model.rules import (
    Classify,
    Derive,
    Function,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.vocabulary import FieldType, Role
from policy_engine.relational.days import Days
from policy_engine.relational.facts import Facts
from policy_engine.relational.trees import (
    Tree,
    chosen,
    compared,
    conj,
    counted,
    denied,
    disj,
    enclosed,
    false,
    is_null,
    text,
    total,
    true,
    unknown,
)


@dataclass(slots=True)
class Written:
    """The rules that were written. `broken`: V of each; `effects`: Eff; `scopes`: S; `statuses`: the names of columns.

    `computed`: the columns of computed truths, by field and member, and of numbers, by field.
    """

    effects: dict[str, Tree] = field(default_factory=dict)
    broken: dict[str, Tree] = field(default_factory=dict)
    scopes: dict[str, Tree] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    truths: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RuleWriter:
    """Writes the rules of one subject, in the order in which they can be computed."""

    facts: Facts
    program: CompiledSubject
    written: Written = field(default_factory=Written)

    def write(self) -> Written:
        """Write all rules and what they compute."""
        self._uncomputed()
        pending = {name: set(ids) for name, ids in self.program.producers.items()}
        for rule in self.program.rules:
            self._rule(rule)
            name = field_written(rule)
            if name is None:
                continue
            pending[name].discard(rule.id)
            match rule.kind:
                case Classify() if not pending[name]:
                    self._classified(name)
                case Table():
                    self._table(rule, rule.kind)
                case Derive():
                    self._number(rule, rule.kind)
                case Prohibit() | Permit() | Require() | Recommend() | Impossible() | Classify():
                    pass
        return self.written

    def _uncomputed(self) -> None:
        for known in self.facts.fields.values():
            if known.role is Role.DERIVED and known.name not in self.program.producers:
                is_open = known.type is FieldType.CHOICE
                for member in members_of(known):
                    self._truth(known.name, member, unknown() if is_open else false())

    def _rule(self, rule: Rule) -> None:
        facts, chain = self.facts, self.facts.chain
        excepted = Any(tuple(All((one.scope, one.when), one.span) for one in rule.unless), rule.span)
        defeated = disj([self.written.effects[one] for one in self.program.defeated_by.get(rule.id, ())])
        scope = chain.bind(f"范围:{rule.id}", facts.condition(rule.scope))
        parts = (
            (scope, Status.OUT_OF_FORCE),
            (chain.bind(f"适用:{rule.id}", facts.condition(rule.when)), Status.NOT_APPLICABLE),
            (chain.bind(f"无例外:{rule.id}", denied(facts.condition(excepted))), Status.EXCEPTED),
            (chain.bind(f"未被排除:{rule.id}", denied(defeated)), Status.DEFEATED),
        )
        effect = chain.bind(f"有效:{rule.id}", conj(part for part, _ in parts))
        broken = effect
        if isinstance(rule.kind, Require | Recommend):
            required = facts.condition(rule.kind.condition)
            broken = chain.bind(f"违反:{rule.id}", conj((effect, denied(required))))
        self.written.scopes[rule.id] = scope
        self.written.effects[rule.id] = effect
        self.written.broken[rule.id] = broken
        status = chain.named(rule.id, _status(broken, parts))
        self.written.statuses[rule.id] = status.name

    def _classified(self, name: str) -> None:
        makers = [r for r in self.program.rules if isinstance(r.kind, Classify) and r.kind.field == name]
        for member in members_of(self.facts.fields[name]):
            effects = [
                self.written.effects[r.id]
                for r in makers
                if isinstance(r.kind, Classify) and (not member or member in r.kind.members)
            ]
            self._truth(name, member, disj(effects))

    def _table(self, rule: Rule, table: Table) -> None:
        facts, chain = self.facts, self.facts.chain
        hits: list[tuple[Tree, str]] = []
        earlier: Tree = true()
        for at, (condition, choice) in enumerate(table.rows, start=1):
            row = chain.bind(f"行{at}:{rule.id}", facts.condition(condition))
            hits.append((conj((earlier, row)), choice))
            # The first row that holds decides: a later one counts only where all before it surely don't.
            earlier = chain.bind(f"前{at}行不成立:{rule.id}", conj((earlier, denied(row))))
        hits.append((earlier, table.otherwise))
        for member in members_of(facts.fields[table.field]):
            found = disj([hit for hit, choice in hits if choice == member])
            # Without effect a table says nothing of any choice.
            self._truth(table.field, member, chosen([(self.written.effects[rule.id], found)], unknown()))

    def _truth(self, name: str, member: str, tree: Tree) -> None:
        what = f"推算:{name}={member}" if member else f"推算:{name}"
        found = self.facts.chain.named(what, tree)
        self.facts.truths[name, member] = found
        self.written.truths[name, member] = found.name

    def _number(self, rule: Rule, derive: Derive) -> None:
        value = self._counted(derive) if derive.function is Function.COUNT_IF else self._calculated(derive)
        found = chosen([(self.written.effects[rule.id], value)])
        named = self.facts.chain.named(f"推算:{derive.field}", found)
        self.facts.numbers[derive.field] = named
        self.written.numbers[derive.field] = named.name

    def _counted(self, derive: Derive) -> Tree:
        chain = self.facts.chain
        truths = [
            chain.bind(f"计数{at}:{derive.field}", self.facts.condition(condition))
            for at, condition in enumerate(derive.conditions, start=1)
        ]
        # One condition that is open leaves the whole count open.
        is_open = disj([is_null(truth) for truth in truths if not isinstance(truth, exp.Boolean)])
        return chosen([(denied(is_open), counted(truths))])

    def _calculated(self, derive: Derive) -> Tree:
        days = Days(self.facts.chain)
        inputs = [self.facts.happened(name) for name in derive.inputs]
        match derive.function:
            case Function.SUM:
                return total(inputs)
            case Function.MIN | Function.MAX:
                return self._extreme(derive, inputs)
            case Function.COUNT_IF:
                raise AssertionError("counted elsewhere")
            case _:
                first, second = inputs
                names = (derive.inputs[0], derive.inputs[1])
        match derive.function:
            case Function.DIFFERENCE:
                return exp.Sub(this=enclosed(first), expression=enclosed(second))
            case Function.DAYS_BETWEEN:
                return days.days_between(first, second, names)
            case Function.MONTHS_BETWEEN:
                return days.months_between(first, second, names)
            case Function.WORKING_DAYS_BETWEEN:
                return days.working_days_between(first, second, names)

    def _extreme(self, derive: Derive, inputs: Iterable[Tree]) -> Tree:
        first, *others = inputs
        found = first
        sign, other_sign = (exp.LTE, exp.GT) if derive.function is Function.MIN else (exp.GTE, exp.LT)
        for at, one in enumerate(others, start=1):
            # Not LEAST and GREATEST: some databases leave out what is unknown.
            better = chosen([(compared(found, sign, one), found), (compared(found, other_sign, one), one)])
            found = self.facts.chain.bind(f"比{at}:{derive.field}", better)
        return found


def _status(broken: Tree, parts: Iterable[tuple[Tree, Status]]) -> Tree:
    branches = [(broken, text(Status.TRUE.value)), (is_null(broken), text(Status.UNKNOWN.value))]
    for part, status in parts:
        if isinstance(part, exp.Boolean) and part.this:
            continue
        branches += [(denied(part), text(status.value)), (is_null(part), text(Status.CLEAR.value))]
    return chosen(branches, text(Status.SATISFIED.value))
