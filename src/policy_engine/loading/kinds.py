"""Read what a rule does: exactly one kind, each by its own small reader."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from policy_engine.language.kinds import KINDS
from policy_engine.loading.conditions import ConditionReader
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence
from policy_engine.loading.values import read_value
from policy_engine.model.conditions import Condition
from policy_engine.model.rules import (
    OF_DAYS,
    Classify,
    Derive,
    Effect,
    Function,
    Impossible,
    Kind,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Table,
)
from policy_engine.model.vocabulary import Field, FieldType, Role

_FUNCTIONS = {f.value: f for f in Function}
_PAIRS = (Function.DIFFERENCE, *OF_DAYS)


@dataclass(frozen=True, slots=True)
class KindReader:
    """Reads the kind of one rule with its condition reader and the closed list of objects."""

    reader: ConditionReader
    objects: MappingOf[str, Effect]

    @property
    def problems(self) -> Problems:
        """Give the problems of the stage."""
        return self.reader.problems

    def prohibit(self, node: Node) -> Kind | None:
        """Read `prohibit: <object>`."""
        word = self._object(node)
        return Prohibit(word) if word is not None else None

    def permit(self, node: Node) -> Kind | None:
        """Read `permit: <object>`."""
        word = self._object(node)
        return Permit(word) if word is not None else None

    def require(self, node: Node) -> Kind | None:
        """Read `require: <condition>`."""
        condition = self.reader.read(node)
        return Require(condition) if condition is not None else None

    def recommend(self, node: Node) -> Kind | None:
        """Read `recommend: <condition>`."""
        condition = self.reader.read(node)
        return Recommend(condition) if condition is not None else None

    def impossible(self, _node: Node) -> Kind | None:
        """Read `impossible: <condition>`; the rule loader makes the condition part of the rule's `when`."""
        return Impossible()

    def classify(self, node: Node) -> Kind | None:
        """Read `classify: {field: true}` or `{field: member}` or `{field: [members]}`."""
        target = self._single(node, "classify")
        if target is None:
            return None
        name, value = target
        field = self._derived(name, (FieldType.BOOLEAN, FieldType.LIST))
        if field is None:
            return None
        if field.type is FieldType.BOOLEAN:
            if isinstance(value, Scalar) and value.text == "true":
                return Classify(field.name, ())
            self.problems.error(
                "PE307", f"`{field.name}` 只能归类为 true", value.span, "写 true；不归类即为否"
            )
            return None
        listed = (
            read_value(value, field, self.problems)
            if not isinstance(value, Scalar)
            else self._one(value, field)
        )
        return Classify(field.name, tuple(sorted(listed))) if isinstance(listed, frozenset) else None

    def table(self, node: Node) -> Kind | None:
        """Read a table: `field`, `rows` of `{when, is}`, and `otherwise`."""
        owner = self.problems.mapping(node, "`table`", node.span)
        if owner is None:
            return None
        self.problems.keys(owner, ("field", "hit", "rows", "otherwise"), "`table`")
        name = owner.get("field")
        if not isinstance(name, Scalar):
            self.problems.missing(owner, "field")
            return None
        field = self._derived(name, (FieldType.CHOICE,))
        otherwise = self._choice(owner, "otherwise", field)
        rows = [
            self._row(row, field) for row in self.problems.sequence(owner.get("rows"), "`rows`", owner.span)
        ]
        known = tuple(row for row in rows if row is not None)
        if field is None or otherwise is None or len(known) < len(rows):
            return None
        return Table(field.name, known, otherwise)

    def derive(self, node: Node) -> Kind | None:
        """Read `derive: {field: {function: inputs}}`."""
        target = self._single(node, "derive")
        if target is None:
            return None
        field = self._derived(target[0], (FieldType.NUMBER,))
        call = self._single(target[1], "derive 的函数")
        if field is None or call is None:
            return None
        word, inputs = call
        function = _FUNCTIONS.get(word.text)
        if function is None:
            self.problems.unknown("PE302", f"没有函数 `{word.text}`", word.span, word.text, _FUNCTIONS)
            return None
        items = self.problems.sequence(inputs, f"`{word.text}`", inputs.span)
        if isinstance(inputs, Sequence) and not items:
            self.problems.error("PE009", f"`{word.text}` 下是空的", inputs.span, "每项一行，以 `- ` 开头")
        if not items:
            return None
        if function is Function.COUNT_IF:
            if field.scale:
                self._report_scale(field, inputs)
            conditions = [self.reader.read(item) for item in items]
            known = tuple(c for c in conditions if c is not None)
            return Derive(field.name, function, (), known) if len(known) == len(conditions) else None
        names = self._inputs(function, field, items, inputs)
        return Derive(field.name, function, names, ()) if names is not None else None

    def _inputs(
        self, function: Function, field: Field, items: tuple[Node, ...], node: Node
    ) -> tuple[str, ...] | None:
        if function in _PAIRS and len(items) != 2:
            self.problems.error("PE302", f"`{function.value}` 要两个字段", node.span, "写成 [甲, 乙]")
            return None
        wanted = FieldType.DATE if function in OF_DAYS else FieldType.NUMBER
        for item in items:
            if not isinstance(item, Scalar):
                self.problems.error("PE009", "这里应为一个字段的名字", item.span, "写成 [甲, 乙]")
        fields = [self.reader.field(item) for item in items if isinstance(item, Scalar)]
        known = [f for f in fields if f is not None]
        if len(known) < len(items):
            return None
        wrong = [f for f in known if f.type is not wanted]
        # Whole numbers of the smallest unit are computed with: unlike scales would add cents to yuan.
        scales = {f.scale for f in known} | {field.scale} if wanted is FieldType.NUMBER else {field.scale, 0}
        if wrong:
            self.problems.error(
                "PE303", f"`{wrong[0].name}` 的类型不能用在 `{function.value}` 里", node.span, "核对字段"
            )
        elif len(scales) > 1:
            self._report_scale(field, node)
        else:
            return tuple(f.name for f in known)
        return None

    def _report_scale(self, field: Field, node: Node) -> None:
        message = f"`{field.name}` 与它的输入小数位数不同"
        hint = "在词汇表里统一 scale（手写的 schema 里是 x-scale）"
        self.problems.error("PE312", message, node.span, hint)

    def _object(self, node: Node) -> str | None:
        word = node.text if isinstance(node, Scalar) else ""
        if word not in self.objects:
            new = "新的对象先登记在 rules/registers/objects.yaml"
            self.problems.unknown("PE206", f"没有对象 `{word}`", node.span, word, self.objects, new)
            return None
        return word

    def _single(self, node: Node, what: str) -> tuple[Scalar, Node] | None:
        owner = self.problems.mapping(node, f"`{what}`", node.span)
        if owner is None:
            return None
        if len(owner.pairs) != 1:
            self.problems.error("PE009", f"`{what}` 下应恰有一个键", owner.span, "拆成几条规则")
            return None
        return owner.pairs[0]

    def _derived(self, name: Scalar, types: tuple[FieldType, ...]) -> Field | None:
        field = self.reader.field(name)
        if field is None:
            return None
        if field.role is not Role.DERIVED or field.type not in types:
            wanted = "、".join(t.value for t in types)
            message = f"`{field.name}` 不是可由此类规则得出的推算字段"
            self.problems.error(
                "PE307",
                message,
                name.span,
                f"在词汇表里写 role: derived（手写的 schema 里是 x-role），类型 {wanted}",
            )
            return None
        return field

    def _one(self, node: Scalar, field: Field) -> frozenset[str] | None:
        if node.text in field.choices:
            return frozenset((node.text,))
        message = f"`{field.name}` 没有 `{node.text}` 这一项"
        self.problems.unknown("PE108", message, node.span, node.text, field.choices)
        return None

    def _row(self, node: Node, field: Field | None) -> tuple[Condition, str] | None:
        owner = self.problems.mapping(node, "表的一行", node.span)
        if owner is None:
            return None
        self.problems.keys(owner, ("when", "is"), "表的一行")
        when = owner.get("when")
        if when is None:
            self.problems.missing(owner, "when")
            return None
        condition, choice = self.reader.read(when), self._choice(owner, "is", field)
        return (condition, choice) if condition is not None and choice is not None else None

    def _choice(self, owner: Mapping, key: str, field: Field | None) -> str | None:
        node = owner.get(key)
        if node is None:
            self.problems.missing(owner, key)
            return None
        value = read_value(node, field, self.problems) if field is not None else None
        return value if isinstance(value, str) else None


_READERS: MappingOf[type[Kind], Callable[[KindReader, Node], Kind | None]] = {
    Prohibit: KindReader.prohibit,
    Permit: KindReader.permit,
    Require: KindReader.require,
    Recommend: KindReader.recommend,
    Classify: KindReader.classify,
    Table: KindReader.table,
    Derive: KindReader.derive,
    Impossible: KindReader.impossible,
}


def read_kind(entry: Mapping, reader: KindReader) -> Kind | None:
    """Read the one kind a rule must have."""
    present = [(key, node) for key, node in entry.pairs if key.text in KINDS]
    if not present and reader.problems.is_misspelt(entry, KINDS):
        return None
    if len(present) != 1:
        found = "、".join(f"`{key.text}`" for key, _ in present) or "没有"
        hint = "恰写一个：" + "、".join(KINDS)
        at = present[1][0].span if present else entry.span
        reader.problems.error("PE305", f"规则应恰有一个类别，现有：{found}", at, hint)
        return None
    key, node = present[0]
    return _READERS[KINDS[key.text].kind](reader, node)
