"""Read answers that stand under the name a field had before: a case that was filled in last year is still a case.

Only where the vocabulary says what each old answer is now (`was: {预算保障: {是: [预算保障], 否: []}}`); what it only
explains in words is told as an error with the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf

from policy_engine.foundation.records import dataclass
from policy_engine.loading.facts import Told, read_told
from policy_engine.loading.numerals import quantity
from policy_engine.loading.problems import Problems
from policy_engine.loading.renamed import renamed_help
from policy_engine.loading.spellings import Readings, truth_text
from policy_engine.loading.tree import Node, Scalar, Sequence, is_empty
from policy_engine.loading.values import read_value
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType

_TRUTHS = {"true": "是", "false": "否"}
# An answer that was any number above nothing.
_MORE = "大于零"


@dataclass(frozen=True, slots=True)
class Old:
    """One answer under an old name, and the field that has replaced it."""

    key: Scalar
    node: Node
    field: Field


def find_old(key: Scalar, node: Node, fields: Iterable[Field]) -> Old | None:
    """Find the field in which an old name is still read; `None`: there is none."""
    for field in fields:
        if key.text in field.formerly:
            return Old(key, node, field)
    return None


def read_old(
    found: Iterable[Old],
    stated: MappingOf[str, Fact],
    problems: Problems,
    readings: Readings,
    *,
    is_declared: bool,
) -> Iterator[Fact]:
    """Give the facts that old names state. `stated`: those under today's names, beside which none is read.

    `is_declared`: a signed declaration stands for what a list leaves out.
    """
    by_field: dict[str, list[Old]] = {}
    for old in found:
        if not old.field.formerly[old.key.text]:
            readings.notes.append(f"{old.key.text}：没有规则读它，不再填报")
        elif not is_empty(old.node):
            by_field.setdefault(old.field.name, []).append(old)
    for olds in by_field.values():
        field = olds[0].field
        if field.name in stated:
            _told_twice(olds, problems)
        elif (fact := _read(olds, field, problems, is_declared=is_declared)) is not None:
            readings.notes.append(
                f"{'、'.join(o.key.text for o in olds)}：现在写在 {field.name} 里，照新的写法读"
            )
            yield fact


def _is_more(text: str) -> bool:
    number = quantity(text, "%")
    return number is not None and number > 0


def _told_twice(olds: Iterable[Old], problems: Problems) -> None:
    for old in olds:
        message = f"`{old.key.text}` 是 `{old.field.name}` 的旧名，两处都填了"
        problems.error("PE501", message, old.key.span, f"只留 `{old.field.name}`")


def _read(olds: list[Old], field: Field, problems: Problems, *, is_declared: bool) -> Fact | None:
    told = [one for old in olds if (one := read_told(old.node, old.key.text, problems)) is not None]
    if len(told) < len(olds):
        return None
    reason = next((one.reason for one in told if one.value is None), None)
    if reason is not None:
        return _unknown(field, reason, olds)
    answers = [_answer(old, one, problems) for old, one in zip(olds, told, strict=True)]
    values = [now for now in answers if now is not None]
    if len(values) < len(olds):
        return None
    if field.type is FieldType.LIST:
        # A box that no rule reads any more has no place in the list: nothing is missing where it is.
        boxes = {name for name, answers in field.formerly.items() if answers}
        left = boxes - {old.key.text for old in olds}
        if left and not (is_declared and field.declared is not None):
            names = "、".join(old.key.text for old in olds)
            return _unknown(field, f"按旧栏目只填了{names}，其余没有填", olds)
        members = tuple(dict.fromkeys(text for now in values for text in now))
        span = olds[0].node.span
        node: Node = Sequence(tuple(Scalar(text, True, span) for text in members), span)
    # Several old boxes may have become one: they must say the same of it.
    elif len(set(values)) > 1:
        names = "、".join(f"`{old.key.text}`" for old in olds)
        problems.error("PE501", f"{names} 说法不一", olds[1].key.span, f"改写成 `{field.name}`，只填一处")
        return None
    else:
        text = values[0][0]
        plain = truth_text(text) if field.type is FieldType.BOOLEAN else None
        node = Scalar(plain or text, False, olds[0].node.span)
    value = read_value(node, field, problems)
    if value is None:
        return None
    # Who stands behind one box stands behind no other.
    sources = [one.source.strip() for one in told]
    source = "；".join(dict.fromkeys(sources)) if all(sources) else ""
    return Fact(field=field.name, value=value, origin=Origin.STATED, source=source, span=olds[0].key.span)


def _unknown(field: Field, reason: str, olds: list[Old]) -> Fact:
    return Fact(field=field.name, value=UNKNOWN, origin=Origin.STATED, reason=reason, span=olds[0].key.span)


def _answer(old: Old, told: Told, problems: Problems) -> tuple[str, ...] | None:
    if isinstance(told.value, Scalar):
        plain = truth_text(told.value.text) or told.value.text
        answers = old.field.formerly[old.key.text]
        now = answers.get(_TRUTHS.get(plain, plain), answers.get(_MORE) if _is_more(plain) else None)
        if now is not None:
            return now
    message = f"`{old.key.text}` 是旧名，这样填的不能照读"
    problems.error("PE501", message, old.node.span, renamed_help(old.key.text, (old.field,)))
    return None
