"""Generate the Python function of one subject: statuses of its rules, derived truths, numbers, rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from policy_engine.compilation.lowering import (
    ALWAYS,
    FALSE,
    NEVER,
    TRUE,
    Effective,
    Formula,
    both,
    conj,
    disj,
    either,
    lower,
)
from policy_engine.compilation.python_source import Writer
from policy_engine.compilation.reads import field_written, fields_read
from policy_engine.foundation.logic import Pair
from policy_engine.foundation.records import dataclass
from policy_engine.model.conditions import AS_OF, Unvalued, leaves
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
from policy_engine.model.vocabulary import Field, FieldType, Role


@dataclass(frozen=True, slots=True)
class LoweredRule:
    """The lowered parts of a rule: scope, when, exception, defeat, and the required condition."""

    scope: Pair[Formula]
    when: Pair[Formula]
    excepted: Pair[Formula]
    defeated: Pair[Formula]
    required: Pair[Formula]

    @property
    def effective(self) -> Pair[Formula]:
        """Lower Eff = S ∧ W ∧ ¬E ∧ ¬D."""
        return both(self.scope, self.when, self.excepted.denied, self.defeated.denied)


def lower_rule(rule: Rule, fields: Mapping[str, Field], defeated_by: tuple[str, ...]) -> LoweredRule:
    """Lower every part of a rule. A kind without a required condition requires the impossible."""
    excepted = [both(lower(c.scope, fields), lower(c.when, fields)) for c in rule.unless]
    defeats = [Pair(Effective(p, True), Effective(p, False)) for p in defeated_by]
    has_condition = isinstance(rule.kind, Require | Recommend)
    return LoweredRule(
        scope=lower(rule.scope, fields),
        when=lower(rule.when, fields),
        excepted=either(*excepted) if excepted else NEVER,
        defeated=either(*defeats) if defeats else NEVER,
        required=lower(rule.kind.condition, fields) if has_condition else NEVER,  # type: ignore[union-attr]
    )


@dataclass(slots=True)
class Generator:
    """Collects the lines of one subject's function."""

    rules: tuple[Rule, ...]
    fields: Mapping[str, Field]
    defeated_by: Mapping[str, tuple[str, ...]]
    rivals: tuple[tuple[str, str], ...]
    producers: Mapping[str, tuple[str, ...]]
    writer: Writer = field(init=False)
    lines: list[str] = field(default_factory=list)
    shared: dict[Formula, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)

    def source(self) -> str:
        """Write the whole function."""
        self.writer = Writer(self.fields)
        self.writer.rules.update({rule.id: i for i, rule in enumerate(self.rules)})
        self._uncomputed()
        pending = {name: set(ids) for name, ids in self.producers.items()}
        for rule in self.rules:
            parts = lower_rule(rule, self.fields, self.defeated_by.get(rule.id, ()))
            self._rule(rule, parts)
            name = field_written(rule)
            if name is not None:
                pending[name].discard(rule.id)
                if not pending[name] and isinstance(rule.kind, Classify):
                    self._classified(name)
        return "\n".join(self._whole())

    def _uncomputed(self) -> None:
        # A member nobody classifies is false; a choice no table gives is unknown.
        for known in self.fields.values():
            if known.role is not Role.DERIVED or known.name in self.producers:
                continue
            if known.type is FieldType.CHOICE:
                for choice in known.choices:
                    self._bit(known, choice, "False", "False")
            elif known.type in (FieldType.BOOLEAN, FieldType.LIST):
                self._classified(known.name)

    def _whole(self) -> Iterator[str]:
        slots = "".join(f"v{i}, " for i in range(len(self.writer.slots)))
        yield "def run(values):"
        if slots:
            yield f"    ({slots}) = values"
        yield from (f"    {line}" for line in self.lines)
        bits = ", ".join(f"(c{i}t, c{i}n)" for i in self.writer.bits.values())
        rivals = ", ".join(f"({self._rival(pair)})" for pair in self.rivals)
        yield f"    return [{', '.join(self.statuses.values())}], [{bits}], [{', '.join(self._numbers())}], [{rivals}]"

    def _numbers(self) -> Iterator[str]:
        yield from (f"d{i}" for i in range(len(self.numbers)))

    def _rival(self, pair: tuple[str, str]) -> str:
        first, second = (self.writer.rules[rule] for rule in pair)
        return f"e{first}t and e{second}t, e{first}n or e{second}n"

    def _needs_effective(self, rule: Rule) -> bool:
        is_prevailing = any(rule.id in others for others in self.defeated_by.values())
        is_rival = any(rule.id in pair for pair in self.rivals)
        return is_prevailing or is_rival or field_written(rule) is not None

    def _rule(self, rule: Rule, parts: LoweredRule) -> None:
        scope = self._named(parts.scope)
        number = self.writer.rules[rule.id]
        if self._needs_effective(rule):
            effective = parts.effective
            self.lines.append(f"e{number}t = {self.writer.write(effective.true)}")
            self.lines.append(f"e{number}n = {self.writer.write(effective.false)}")
        self.statuses[rule.id] = f"r{number}"
        self.lines.append(f"r{number} = {self._status(parts, scope, _is_settled(rule))}")
        match rule.kind:
            case Table():
                self._table(rule.kind, number)
            case Derive():
                self._derive(rule.kind, number)
            case Prohibit() | Permit() | Require() | Recommend() | Classify() | Impossible():
                pass

    def _named(self, pair: Pair[Formula]) -> tuple[str, str]:
        # Most rules share their scope with the whole document.
        return (self._variable(pair.true), self._variable(pair.false))

    def _variable(self, formula: Formula) -> str:
        if formula in (TRUE, FALSE):
            return self.writer.write(formula)
        name = self.shared.get(formula)
        if name is None:
            name = self.shared[formula] = f"s{len(self.shared)}"
            self.lines.append(f"{name} = {self.writer.write(formula)}")
        return name

    def _status(self, parts: LoweredRule, scope: tuple[str, str], is_settled: bool) -> str:
        write = self.writer.write
        is_plain = parts.excepted == NEVER and parts.defeated == NEVER and parts.required == NEVER
        if is_settled and is_plain:
            return f"({_chain(write(parts.when.false), write(parts.when.true))}) if {scope[0]} else 2"
        inner = self._unsettled(parts, scope)
        return f"({inner}) if {scope[0]} else 2" if is_settled else inner

    def _unsettled(self, parts: LoweredRule, scope: tuple[str, str]) -> str:
        write = self.writer.write
        pairs = (parts.when, parts.excepted.denied, parts.defeated.denied)
        is_broken = " and ".join([scope[0], *(write(p.true) for p in pairs), write(parts.required.false)])
        is_whole = " or ".join([scope[1], *(write(p.false) for p in pairs), write(parts.required.true)])
        sides = [scope, *((write(p.true), write(p.false)) for p in pairs)]
        # A part that can't be false may still be open, and then the walk ends there.
        walk = "".join(
            (f"{code} if {no} else " if no != "False" else "")
            + (f"7 if not {yes} else " if yes != "True" else "")
            for code, (yes, no) in zip((2, 3, 4, 5), sides, strict=True)
        )
        return f"0 if {is_broken} else 1 if not ({is_whole}) else {walk}6"

    def _classified(self, name: str) -> None:
        known = self.fields[name]
        for member in known.choices or ("",):
            givers = [
                rule
                for rule in self.rules
                if isinstance(rule.kind, Classify)
                and rule.kind.field == name
                and (not member or member in rule.kind.members)
            ]
            pairs = [Pair(Effective(r.id, True), Effective(r.id, False)) for r in givers]
            pair = either(*pairs) if pairs else NEVER
            self._bit(known, member, self.writer.write(pair.true), self.writer.write(pair.false))

    def _bit(self, known: Field, member: str, true: str, false: str) -> None:
        number = self.writer.bit(known.name, member)
        slot = self.writer.slot(known.name)
        stated = {
            FieldType.BOOLEAN: slot,
            FieldType.CHOICE: f"{slot} == {member!r}",
            FieldType.LIST: f"{member!r} in {slot}",
        }[known.type]
        self.lines += [
            f"c{number}t = {true}",
            f"c{number}n = {false}",
            f"if {slot} is None: t{number}, n{number} = c{number}t, c{number}n",
            f"else: t{number} = {stated}; n{number} = not t{number}",
        ]

    def _table(self, table: Table, number: int) -> None:
        rows = [(lower(condition, self.fields), choice) for condition, choice in table.rows]
        hits: list[tuple[Pair[Formula], str]] = []
        earlier = ALWAYS
        for row, choice in rows:
            hits.append((both(earlier, row), choice))
            earlier = both(earlier, row.denied)
        hits.append((earlier, table.otherwise))
        known = self.fields[table.field]
        for choice in known.choices:
            pair = either(*(hit for hit, given in hits if given == choice))
            true = self.writer.write(conj(Effective(self.rules[number].id, True), pair.true))
            false = self.writer.write(conj(Effective(self.rules[number].id, True), pair.false))
            self._bit(known, choice, true, false)

    def _derive(self, derive: Derive, number: int) -> None:
        place = len(self.numbers)
        self.numbers.append(derive.field)
        slot = self.writer.slot(derive.field)
        if derive.function is Function.COUNT_IF:
            value = self._count_if(derive)
        else:
            inputs = ", ".join(self.writer.slot(name) for name in derive.inputs)
            value = f"{derive.function.value}_of({inputs})"
        self.lines.append(f"d{place} = {value} if e{number}t else NAN")
        # Only NaN is unequal to itself: a stated number stays, an unknown one becomes the computed one.
        self.lines.append(f"if {slot} != {slot}: {slot} = d{place}")

    def _count_if(self, derive: Derive) -> str:
        pairs = [lower(condition, self.fields) for condition in derive.conditions]
        total = " + ".join(self.writer.write(p.true) for p in pairs)
        is_settled = self.writer.write(conj(*(disj(p.true, p.false) for p in pairs)))
        return f"(({total}) if {is_settled} else NAN)"


def _chain(when_not: str, when: str) -> str:
    if when == "True":
        return "0"
    return f"3 if {when_not} else 0 if {when} else 1"


def _is_settled(rule: Rule) -> bool:
    # Scope over the case's own day and area is known, but for the days of which nobody knows whether they are in it.
    is_open = any(isinstance(leaf, Unvalued) for leaf in leaves(rule.scope))
    return not is_open and all(name == AS_OF for name in fields_read(rule.scope))
