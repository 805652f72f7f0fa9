"""Check the definitions of a rule file, each by itself, so that a mistake in one is told once and in its place."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.loading.conditions import ConditionReader, definition_of
from policy_engine.loading.definitions import Definitions, Written, in_order, written_definitions
from policy_engine.loading.parameters import Parameter
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Scalar, Sequence, is_empty
from policy_engine.model.conditions import Members, OneOf
from policy_engine.model.rules import Definition
from policy_engine.model.vocabulary import Field

# The fields that the subjects of an entry share; empty where they can't be told.
FieldsOf = Callable[[Mapping], MappingOf[str, Field]]


def define(
    owner: Mapping, fields_of: FieldsOf, parameters: MappingOf[str, Parameter], problems: Problems
) -> tuple[Definitions, tuple[Definition, ...]]:
    """Read the definitions of a file: those that can be used, and what each stands for by itself."""
    written = tuple(written_definitions(owner, problems))
    fields = {one.name: fields_of(one.entry) for one in written if not is_empty(one.means)}
    apart = {
        one.name: one
        for one in written
        if fields.get(one.name) and _is_apart(one, fields[one.name], problems)
    }
    sets = {name: one for name, one in apart.items() if one.of}
    rest = {name: one for name, one in apart.items() if not one.of}
    members: dict[str, tuple[Written, tuple[Scalar, ...]]] = {}
    conditions: dict[str, Written] = {}
    found: list[Definition] = []
    # Holds the very dictionaries that are filled below: each definition sees those before it.
    so_far = Definitions(conditions, members, frozenset(one.name for one in written))
    # Sets first: conditions may use them, and they use no condition.
    for one in (*in_order(sets, problems), *in_order(rest, problems)):
        before = len(problems.found)
        reader = ConditionReader(fields[one.name], parameters, problems, definitions=so_far)
        words = _members(one, so_far) if one.of else ()
        condition = reader.read(_as_condition(one, words) if one.of else one.means)
        if condition is None or len(problems.found) > before:
            continue
        if one.of:
            values = next((c.values for c in (condition,) if isinstance(c, OneOf | Members)), ())
            members[one.name] = one, tuple(Scalar(value, False, one.span) for value in values)
            found.append(definition_of(one, members=values))
        else:
            conditions[one.name] = one
            found.append(definition_of(one, condition=condition))
    usable = {*members, *conditions}
    broken = frozenset(one.name for one in written if one.name not in usable)
    return Definitions(MappingProxyType(conditions), MappingProxyType(members), broken), tuple(found)


def _is_apart(one: Written, fields: MappingOf[str, Field], problems: Problems) -> bool:
    node = one.entry.get("name")
    span = node.span if node is not None else one.span
    if one.name in fields:
        message = f"名称 `{one.name}` 与字段同名"
    elif one.of in fields and one.name in (*fields[one.of].choices, *fields[one.of].aliases):
        message = f"名称 `{one.name}` 与 `{one.of}` 的取值同名"
    else:
        return True
    problems.error("PE315", message, span, "换一个名称，读的人才知道说的是哪一个")
    return False


def _members(one: Written, so_far: Definitions) -> tuple[Scalar, ...]:
    items, _ = so_far.spelt_out(one.of, one.means)
    return tuple(item for item in items if isinstance(item, Scalar))


def _as_condition(one: Written, words: tuple[Scalar, ...]) -> Mapping:
    of = one.entry.get("of")
    assert of is not None
    means = Sequence(words, one.means.span) if words else one.means
    key = Scalar(one.of, False, of.span)
    return Mapping(((key, Mapping(((Scalar("any_of", False, of.span), means),), of.span)),), of.span)
