"""The kinds of rules: how each is written, what follows it, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from policy_engine.model import rules


class Content(Enum):
    """What is written after a kind."""

    OBJECT = "an object of the register"
    CONDITION = "a condition"
    CLASS = "a derived field with `true`, a member or a list of members"
    TABLE = "`field`, `rows` and `otherwise`"
    CALL = "a derived number with a function and its inputs"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWord:
    """One kind as it is written. `meaning` is told in the editor, `does` in the guide of the language.

    `taken_for`: the kind that is written by mistake for this one; `""` where none is.
    """

    word: str
    kind: type[rules.Kind]
    content: Content
    title: str
    meaning: str
    does: str
    taken_for: str = ""


_KINDS = (
    KindWord(
        word="prohibit",
        kind=rules.Prohibit,
        content=Content.OBJECT,
        title="禁止",
        meaning="禁止：对象见 rules/registers/objects.yaml",
        does="forbids the object wherever `when` holds",
        taken_for="permit",
    ),
    KindWord(
        word="permit",
        kind=rules.Permit,
        content=Content.OBJECT,
        title="许可",
        meaning="许可：对象见 rules/registers/objects.yaml",
        does="allows the object where `when` holds",
        taken_for="prohibit",
    ),
    KindWord(
        word="require",
        kind=rules.Require,
        content=Content.CONDITION,
        title="要求",
        meaning="要求：适用时必须满足的条件",
        does="must hold wherever `when` holds",
        taken_for="recommend",
    ),
    KindWord(
        word="recommend",
        kind=rules.Recommend,
        content=Content.CONDITION,
        title="建议",
        meaning="建议：不影响结论",
        does="the same, as advice only",
        taken_for="require",
    ),
    KindWord(
        word="classify",
        kind=rules.Classify,
        content=Content.CLASS,
        title="归类",
        meaning="归类：推算的是非或者列表字段",
        does="makes a derived boolean true, or puts members into a derived list",
    ),
    KindWord(
        word="table",
        kind=rules.Table,
        content=Content.TABLE,
        title="判定表",
        meaning="列表判定：第一行成立的为准，otherwise 必写",
        does="gives a derived choice exactly one value: the first row that holds",
    ),
    KindWord(
        word="derive",
        kind=rules.Derive,
        content=Content.CALL,
        title="推算",
        meaning="推算一个数",
        does="computes a derived number",
    ),
    KindWord(
        word="impossible",
        kind=rules.Impossible,
        content=Content.CONDITION,
        title="不能同时成立",
        meaning="不能同时成立的填报：这样的案件按填报有误指出",
        does="facts that can't be true together; a case that states them is refused",
    ),
)
KINDS: Mapping[str, KindWord] = MappingProxyType({kind.word: kind for kind in _KINDS})
WORD_OF: Mapping[type[rules.Kind], str] = MappingProxyType({kind.kind: kind.word for kind in _KINDS})
