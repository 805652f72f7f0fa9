"""Read written conditions into checked ones: fields must exist, operands must have the field's type."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from policy_engine.foundation.spans import Span
from policy_engine.foundation.suggestions import fixes_of
from policy_engine.language.keys import CONDITION_WORDS, PARAMETER, Word
from policy_engine.language.operators import BOUNDS, OPERATORS, Operand, Operator, Quantity, operators_on
from policy_engine.loading.definitions import MEETS, NO_DEFINITIONS, Definitions, Written
from policy_engine.loading.parameters import ALWAYS, Interval, Parameter, gaps
from policy_engine.loading.problems import Problems
from policy_engine.loading.relations import RelationReader, whole_number
from policy_engine.loading.renamed import unknown_field
from policy_engine.loading.scope import begun
from policy_engine.loading.syntax import full_width_help
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence
from policy_engine.loading.values import read_value
from policy_engine.model.conditions import (
    AS_OF,
    All,
    Any,
    Bound,
    Compare,
    Condition,
    Count,
    Equals,
    InForce,
    Members,
    Membership,
    Not,
    OneOf,
    Period,
    Unvalued,
)
from policy_engine.model.rules import Definition, ParameterUse
from policy_engine.model.values import NOT_HAPPENED
from policy_engine.model.vocabulary import Field, FieldType

# What a count may be: more is a slip of the pen.
_MOST_COUNTED = 9999
# What takes one condition; naming conditions may stand for several.
_Joining = Literal[Word.ALL, Word.ANY, Word.NOT, Word.RATIO, Word.DIFFER]
_Part = TypeVar("_Part")
_Maker = Callable[[tuple[Scalar, ...]], Condition | None]


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads the conditions of one rule: its subject's fields, the parameters, and the field it is dated by.

    `in_force`: the days, both included, on which what is read can matter.
    """

    fields: MappingOf[str, Field]
    parameters: MappingOf[str, Parameter]
    problems: Problems
    dated_by: str = AS_OF
    in_force: Interval = ALWAYS
    # Which parameters were named, and where.
    uses: list[ParameterUse] = dataclasses.field(default_factory=list)
    definitions: Definitions = NO_DEFINITIONS
    # Which names were used, and what they stand for here.
    defined: list[Definition] = dataclasses.field(default_factory=list)

    @property
    def relations(self) -> RelationReader:
        """Read what compares two fields of this rule."""
        return RelationReader(self.field, self.problems)

    def read(self, node: Node) -> Condition | None:
        """Read one condition; `None` where it can't be, and then the problems are noted."""
        if not isinstance(node, Mapping):
            hint = full_width_help(node.text) if isinstance(node, Scalar) else ""
            self.problems.error(
                "PE012" if hint else "PE009",
                "条件应为映射",
                node.span,
                hint or "写成 {字段: 值}、{all: […]}、{any: […]} 或 {not: …}",
            )
            return None
        if not node.pairs:
            self.problems.error("PE009", "条件是空的", node.span, "写出字段，或删去整个条件")
            return None
        parts = _all_of([self._entries(key, value) for key, value in node.pairs])
        if parts is None:
            return None
        known = tuple(one for part in parts for one in part)
        return known[0] if len(known) == 1 else All(known, node.span)

    def _entries(self, key: Scalar, value: Node) -> tuple[Condition, ...] | None:
        """Read one pair: what names stand for is written out beside the other pairs, as it would be without them."""
        about = CONDITION_WORDS.get(key.text)
        if about is None:
            found = self._comparison(key, value)
        elif about.word is Word.MEETS:
            return self._meets(value)
        else:
            found = self._joined(about.word, key, value)
        return (found,) if found is not None else None

    def _joined(self, word: _Joining, key: Scalar, value: Node) -> Condition | None:
        match word:
            case Word.ALL:
                parts = self._parts(key, value)
                return All(parts, value.span) if parts is not None else None
            case Word.ANY:
                parts = self._parts(key, value)
                return Any(parts, value.span) if parts is not None else None
            case Word.NOT:
                part = self.read(value)
                return Not(part, value.span) if part is not None else None
            case Word.RATIO:
                return self._ratio(value)
            case Word.DIFFER:
                return self.relations.differ(value)

    def _parts(self, key: Scalar, value: Node) -> tuple[Condition, ...] | None:
        if not isinstance(value, Sequence) or not value.items:
            self.problems.error(
                "PE009", f"`{key.text}` 下应为非空的条件列表", value.span, "每个条件一行，以 `- ` 开头"
            )
            return None
        parts = [self.read(item) for item in value.items]
        return _all_of(parts)

    def _meets(self, value: Node) -> tuple[Condition, ...] | None:
        """Read names of conditions: all of them hold."""
        names = value.items if isinstance(value, Sequence) else (value,)
        if not names or not all(isinstance(name, Scalar) for name in names):
            hint = "写一个名称，或者名称的列表"
            self.problems.error("PE009", f"`{MEETS}` 下应为 definitions 里的名称", value.span, hint)
            return None
        parts = _all_of([self._met(name) for name in names if isinstance(name, Scalar)])
        return tuple(one for part in parts for one in part) if parts is not None else None

    def _met(self, name: Scalar) -> tuple[Condition, ...] | None:
        written = self.definitions.condition(name, self.problems)
        if written is None:
            return None
        # Complaints go aside: where the definition stands it was read well, and its place would mislead.
        aside = Problems()
        condition = replace(self, problems=aside).read(written.means)
        if aside.found:
            # By itself it can be read; what is wrong is its use here.
            message = f"定义 `{name.text}` 用在这里读不通：{aside.found[0].message}"
            self.problems.error("PE315", message, name.span, f"定义在 {written.span.place}；换一个，或者写全")
            return None
        if condition is None:
            return None
        self.defined.append(definition_of(written, condition=condition))
        # As if its keys stood here themselves, so that naming a condition adds no level to it.
        assert isinstance(written.means, Mapping)
        if len(written.means.pairs) == 1:
            return (condition,)
        assert isinstance(condition, All)
        return condition.parts

    def _spelt_out(self, field: Field, node: Node) -> Sequence | None:
        """Put members in place of their names; `None` where no name is used."""
        items, used = self.definitions.spelt_out(field.name, node)
        for written in used:
            words = self.definitions.members[written.name][1]
            self.defined.append(definition_of(written, members=tuple(w.text for w in words)))
        return Sequence(items, node.span) if used else None

    def field(self, name: Scalar) -> Field | None:
        """Resolve a field name."""
        found = self.fields.get(name.text)
        if found is None:
            message = f"没有字段 `{name.text}`"
            hint = full_width_help(name.text)
            if hint:
                self.problems.error("PE012", message, name.span, hint)
            else:
                unknown_field("PE301", message, name, self.fields, self.problems, CONDITION_WORDS)
        return found

    def _comparison(self, key: Scalar, value: Node) -> Condition | None:
        field = self.field(key)
        if field is None:
            return None
        if field.type is FieldType.TEXT:
            self.problems.error(
                "PE303", f"文字字段 `{field.name}` 只供记录，不能用在条件里", key.span, "改用选项或是非字段"
            )
            return None
        if isinstance(value, Mapping):
            return self._operators(field, value)
        listed = self._spelt_out(field, value) if field.type is FieldType.CHOICE else None
        if listed is not None:
            return self._one_of(field, listed.items, listed.span)
        if isinstance(value, Sequence):
            return self._one_of(field, value.items, value.span)
        return self._equals(field, value)

    def _equals(self, field: Field, value: Scalar) -> Condition | None:
        if field.type is FieldType.LIST:
            hint = f"写成 {field.name}: {{any_of: [{value.text}]}}"
            self.problems.error("PE303", f"`{field.name}` 是列表，不能直接等于一个值", value.span, hint)
            return None
        typed = read_value(value, field, self.problems)
        assert not isinstance(typed, frozenset)
        return Equals(field.name, typed, value.span) if typed is not None else None

    def _one_of(self, field: Field, items: tuple[Node, ...], span: Span) -> Condition | None:
        if field.type is not FieldType.CHOICE:
            self.problems.error(
                "PE303", f"`{field.name}` 不是选项字段，不能列出几个值", span, self._allowed(field)
            )
            return None
        values = self._words(field, items, span)
        return OneOf(field.name, values, span) if values is not None else None

    def _words(self, field: Field, items: tuple[Node, ...], span: Span) -> tuple[str, ...] | None:
        if not items:
            self.problems.error("PE009", f"`{field.name}` 的值列表是空的", span, "至少写一个值")
            return None
        single = field if field.type is FieldType.CHOICE else _as_choice(field)
        typed = [read_value(item, single, self.problems) for item in items]
        words = tuple(dict.fromkeys(word for word in typed if isinstance(word, str)))
        # A repeated value is no error, an unread one is.
        return words if None not in typed else None

    def _operators(self, field: Field, value: Mapping) -> Condition | None:
        if value.get(PARAMETER) is not None:
            return self._parameter(value, field, lambda texts: self._listed(field, texts, value.span))
        if not value.pairs:
            self.problems.error("PE009", "条件是空的", value.span, self._allowed(field))
            return None
        parts = [self._operator(field, key, operand) for key, operand in value.pairs]
        known: tuple[Condition, ...] | None = _all_of(parts)
        if known is None:
            return None
        return known[0] if len(known) == 1 else All(known, value.span)

    def _listed(self, field: Field, texts: tuple[Scalar, ...], span: Span) -> Condition | None:
        if field.type is FieldType.CHOICE:
            return self._one_of(field, texts, span)
        if field.type is FieldType.LIST:
            values = self._words(field, texts, span)
            return Members(field.name, Membership.ANY_OF, values, span) if values is not None else None
        return self._equals(field, texts[0])

    def _operator(self, field: Field, key: Scalar, operand: Node) -> Condition | None:
        word = key.text
        operator = OPERATORS.get(word)
        if operator is None or field.type not in operator.types:
            code, what = ("PE303", "不能用在") if operator is not None else ("PE302", "不是算符，写在了")
            message = f"`{word}` {what} `{field.name}` 上"
            fixes = fixes_of(word, (*OPERATORS, PARAMETER), key.span) if operator is None else ()
            self.problems.error(code, message, key.span, self._allowed(field), fixes)
            return None
        if isinstance(operand, Mapping) and operand.get(PARAMETER) is not None:
            # A register lists plain texts; where the operator takes one value, the first is it.
            is_list = operator.operand is Operand.MEMBERS
            return self._parameter(
                operand,
                field,
                lambda texts: self._apply(
                    field, operator, Sequence(texts, operand.span) if is_list else texts[0]
                ),
            )
        return self._apply(field, operator, operand)

    def _apply(self, field: Field, operator: Operator, operand: Node) -> Condition | None:
        match operator.comparison:
            case Period() as period:
                return self.relations.within_months(field, period, operand)
            case Quantity.COUNT:
                return self._count(field, operand)
            case Membership() as how:
                return self._members(field, how, operator.word, operand)
            case Bound() as bound:
                return self._compare(field, bound, operand)

    def _members(self, field: Field, how: Membership, word: str, operand: Node) -> Condition | None:
        operand = self._spelt_out(field, operand) or operand
        if not isinstance(operand, Sequence):
            self.problems.sequence(operand, f"`{word}`", operand.span)
            return None
        if field.type is FieldType.CHOICE:
            return self._one_of(field, operand.items, operand.span)
        values = self._words(field, operand.items, operand.span)
        return Members(field.name, how, values, operand.span) if values is not None else None

    def _compare(self, field: Field, bound: Bound, operand: Node) -> Condition | None:
        if isinstance(operand, Mapping) and operand.key("of") is not None:
            return self.relations.ordered(field, bound, operand)
        typed = read_value(operand, field, self.problems)
        if typed is None:
            return None
        # Of a day only: as a number -1 is a number like any other.
        if typed == NOT_HAPPENED and field.type is FieldType.DATE:
            self.problems.error("PE303", "未发生 不能比较先后", operand.span, f"写成 {field.name}: 未发生")
            return None
        return Compare(field.name, bound, int(typed), operand.span) if isinstance(typed, int) else None

    def _count(self, field: Field, operand: Node) -> Condition | None:
        owner = self.problems.mapping(operand, "`count`", operand.span)
        if owner is None:
            return None
        if not owner.pairs:
            self.problems.error("PE009", "`count` 是空的", operand.span, "写成 {count: {at_least: 1}}")
            return None
        parts: list[Condition] = []
        for key, node in owner.pairs:
            limit = whole_number(node, 0, _MOST_COUNTED)
            if key.text not in BOUNDS:
                self.problems.unknown("PE302", f"`count` 下没有 `{key.text}`", key.span, key.text, BOUNDS)
            elif limit is None:
                self.problems.error(
                    "PE103", "`count` 的界限应为整数", node.span, "写成 {count: {at_least: 1}}"
                )
            else:
                parts.append(Count(field.name, BOUNDS[key.text], limit, node.span))
        if len(parts) < len(owner.pairs):
            return None
        return parts[0] if len(parts) == 1 else All(tuple(parts), operand.span)

    def _ratio(self, value: Node) -> Condition | None:
        found = self.relations.ratio(value)
        if found is None:
            return None
        key, node = found.bound
        if isinstance(node, Mapping) and node.get(PARAMETER) is not None:
            return self._parameter(
                node, None, lambda texts: self.relations.share(found.part, found.whole, key, texts[0])
            )
        return self.relations.share(found.part, found.whole, key, node)

    def _parameter(self, written: Mapping, field: Field | None, make: _Maker) -> Condition | None:
        self.problems.keys(written, (PARAMETER,), "参数的引用")
        name = self.problems.text(written, PARAMETER)
        parameter = self.parameters.get(name)
        if parameter is None:
            new = "新的参数先登记在 rules/registers/parameters/"
            place = written.place(PARAMETER) or written.span
            self.problems.unknown("PE309", f"没有参数 `{name}`", place, name, self.parameters, new)
            return None
        self._check_unit(parameter, field, written)
        # The condition made below carries this place as well: by it pages find the parameter's name again.
        self.uses.append(ParameterUse(name, written.span))
        branches: list[Condition] = []
        if not parameter.periods:  # told where the parameter is
            return None
        for period in parameter.periods:
            made = make(period.texts)
            if made is None:
                return None
            # Each value only on its own days; days without one are added as open, never as fulfilled.
            dated = InForce(self.dated_by, period.first, period.last, written.span)
            valued = begun(dated, self.dated_by, period.first, written.span)
            branches.append(All((valued, made), written.span))
        branches += self._gaps(parameter, written.span)
        return branches[0] if len(branches) == 1 else Any(tuple(branches), written.span)

    def _gaps(self, parameter: Parameter, span: Span) -> Iterator[Condition]:
        for first, last in gaps(parameter.periods, self.in_force):
            yield begun(
                Unvalued(parameter.name, self.dated_by, first, last, span), self.dated_by, first, span
            )

    def _check_unit(self, parameter: Parameter, field: Field | None, written: Mapping) -> None:
        if field is None or field.type is not FieldType.NUMBER or parameter.unit in ("", field.unit):
            return
        self.problems.error(
            "PE608",
            f"参数 `{parameter.name}` 的单位是{parameter.unit}，`{field.name}` 的单位是{field.unit or '空'}",
            written.span,
            "统一单位；换算后的值写进参数",
        )

    def _allowed(self, field: Field) -> str:
        match field.type:
            case FieldType.BOOLEAN:
                return f"写成 {field.name}: true 或 {field.name}: false"
            case FieldType.CHOICE:
                return f"写成 {field.name}: 值，或 {field.name}: [值, 值]"
            case _:
                return f"`{field.name}` 可用：" + "、".join(o.word for o in operators_on(field.type))


def definition_of(
    written: Written, *, members: tuple[str, ...] = (), condition: Condition | None = None
) -> Definition:
    """Say what a name stands for."""
    return Definition(
        name=written.name,
        locator=written.locator,
        basis=written.basis,
        field=written.of,
        members=members,
        condition=condition,
        span=written.span,
    )


def _as_choice(field: Field) -> Field:
    # A member of a list field is typed like a choice.
    return replace(field, type=FieldType.CHOICE)


def _all_of(parts: Iterable[_Part | None]) -> tuple[_Part, ...] | None:
    """Give all parts; nothing where one could not be read."""
    found = tuple(parts)
    return None if None in found else tuple(part for part in found if part is not None)
