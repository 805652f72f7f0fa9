"""Load what is looked for in whole lists: `rules/aggregates/*.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.language.keys import AGGREGATE_KEYS
from policy_engine.language.operators import BOUNDS
from policy_engine.loading.conditions import ConditionReader
from policy_engine.loading.files import SourceText
from policy_engine.loading.layers import report_twice
from policy_engine.loading.parameters import Parameter
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import entries
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty
from policy_engine.model.aggregates import (
    Aggregate,
    ByAge,
    ByDecision,
    ByField,
    ByPart,
    ByTable,
    Decided,
    Distinct,
    Key,
    Limit,
    Measure,
    Near,
    Report,
    Rows,
    Sample,
    Share,
    Total,
)
from policy_engine.model.conditions import Bound
from policy_engine.model.documents import Citation, Document
from policy_engine.model.vocabulary import DayPart, Field, FieldType, Role, Subject, Vocabulary

_COLUMN: Final = ("name", "type", "heads", "unit", "scale", "help")
_SCALES: Final = ("0", "1", "2", "3", "4")
_BYS: Final = ("field", "year", "month", "age", "table", "decided", "title", "every", "bands", "otherwise")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
_PARTS: Final = {"year": DayPart.YEAR, "month": DayPart.MONTH}
_EXPECTS: Final = ("found", "possible")
_CODE: Final = "PE343"


def load_aggregates(
    sources: Iterable[SourceText],
    vocabulary: Vocabulary,
    documents: MappingOf[str, Document],
    parameters: MappingOf[str, Parameter],
    problems: Problems,
) -> tuple[Aggregate, ...]:
    """Load all aggregates, in the order in which they are written. What is wrong is noted, each at its place."""
    found: dict[str, Aggregate] = {}
    for source in sources:
        for entry in entries(source, "aggregates", problems, ("$schema",)):
            one = _Loader(entry, vocabulary, documents, parameters, problems).load()
            if one is None:
                continue
            if one.id in found:
                report_twice(problems, f"汇总 `{one.id}`", one.span, found[one.id].span, "每项汇总写一次")
                continue
            found[one.id] = one
    return tuple(found.values())


@dataclass(slots=True)
class _Loader:
    """Reads one aggregate."""

    entry: Mapping
    vocabulary: Vocabulary
    documents: MappingOf[str, Document]
    parameters: MappingOf[str, Parameter]
    problems: Problems

    def load(self) -> Aggregate | None:
        """Read it; `None` where it can't be, and then what is wrong is noted."""
        entry, problems = self.entry, self.problems
        before = len(problems.found)
        problems.keys(entry, tuple(AGGREGATE_KEYS), "汇总")
        name = problems.text(entry, "subject")
        subject = self.vocabulary.subjects.get(name)
        node = entry.get("subject")
        if subject is None:
            if isinstance(node, Scalar):
                problems.unknown("PE304", f"没有主题 `{name}`", node.span, name, self.vocabulary.subjects)
            return None
        columns = tuple(self._columns(subject))
        fields = {**subject.fields, **{field.name: field for field in columns}}
        reader = ConditionReader(MappingProxyType(fields), self.parameters, problems)
        where = reader.read(node) if (node := entry.get("where")) is not None else None
        keys = tuple(self._keys(reader))
        measure = self._measure(fields)
        near = self._near(fields)
        report = self._report(measure, fields)
        self._check(near, measure, report, fields)
        identity = problems.text(entry, "id")
        if identity and not _ID.fullmatch(identity):
            self._wrong(f"编号 `{identity}` 的写法不对", entry.get("id"), "小写字母、数字，用 - 连接")
        # All of an entry is read before it is refused, so that its author sees every mistake at once.
        if measure is None or len(problems.found) > before:
            return None
        found = Aggregate(
            id=identity,
            title=problems.text(entry, "title"),
            subject=subject,
            keys=keys,
            measure=measure,
            columns=columns,
            where=where,
            near=near,
            report=report,
            citation=self._citation(),
            advice=problems.text(entry, "advice", fallback=""),
            note=problems.text(entry, "note", fallback=""),
            examples=tuple(self._examples(fields)),
            span=entry.span,
        )
        # Its examples and citation may have added to what is wrong.
        return found if len(problems.found) == before else None

    def _wrong(self, message: str, node: Node | None, help_text: str) -> None:
        self.problems.error(_CODE, message, node.span if node is not None else self.entry.span, help_text)

    def _citation(self) -> Citation | None:
        named = self.problems.text(self.entry, "document", fallback="")
        locator = self.problems.text(self.entry, "cite", fallback="")
        document = self.documents.get(named)
        if named and document is None:
            node = self.entry.get("document")
            assert node is not None
            self.problems.unknown("PE203", f"没有文件 `{named}`", node.span, named, self.documents)
        if bool(named) is not bool(locator):
            self._wrong("`document` 和 `cite` 要一起写", self.entry, "补上缺的一个，或者都不写")
        return Citation(document, locator) if document is not None else None

    def _columns(self, subject: Subject) -> Iterator[Field]:
        node = self.entry.get("columns")
        for item in self.problems.sequence(node, "`columns`", self.entry.span) if node is not None else ():
            owner = self.problems.mapping(item, "`columns` 的一项", item.span)
            if owner is None:
                continue
            self.problems.keys(owner, _COLUMN, "`columns` 的一项")
            name = self.problems.text(owner, "name")
            if name in subject.fields:
                self._wrong(f"`{name}` 已经是“{subject.name}”的字段", item, "直接用这个字段，或者换一个名称")
            types = (FieldType.TEXT, FieldType.DATE, FieldType.NUMBER, FieldType.LIST)
            word = self.problems.one_of(owner, "type", (one.value for one in types), FieldType.TEXT.value)
            heads = {
                scalar.text: MappingProxyType[str, tuple[str, ...]]({})
                for scalar in self.problems.texts(owner, "heads")
            }
            unit, scale = (
                self.problems.text(owner, key, fallback=back) for key, back in (("unit", ""), ("scale", "0"))
            )
            if scale not in _SCALES:
                self._wrong(f"`scale` 不能是 `{scale}`", owner.get("scale"), "写 0 到 4")
                scale = _SCALES[0]
            yield Field(
                name=name,
                subject=subject.name,
                title=name.removesuffix(f"_{unit}") + (f"（{unit}）" if unit else ""),
                description=self.problems.text(owner, "help", fallback=""),
                type=FieldType(word),
                role=Role.NOTE,
                unit=unit,
                scale=int(scale),
                minimum=0 if word == FieldType.NUMBER.value else None,
                formerly=MappingProxyType(heads),
                span=item.span,
            )

    def _keys(self, reader: ConditionReader) -> Iterator[Key]:
        node = self.entry.get("by")
        for item in self.problems.sequence(node, "`by`", self.entry.span) if node is not None else ():
            if isinstance(item, Scalar):
                if (field := reader.field(item)) is not None:
                    yield _by_field(field, "")
                continue
            owner = self.problems.mapping(item, "`by` 的一项", item.span)
            found = self._key(owner, reader) if owner is not None else None
            if found is not None:
                yield found

    def _key(self, owner: Mapping, reader: ConditionReader) -> Key | None:
        problems = self.problems
        problems.keys(owner, _BYS, "`by` 的一项")
        title = problems.text(owner, "title", fallback="")
        for word, part in _PARTS.items():
            if (node := owner.get(word)) is not None:
                field = self._typed(node, reader.fields, (FieldType.DATE,), word)
                every = problems.flag(owner, "every", fallback=False)
                return (
                    ByPart(title or {"year": "年", "month": "月"}[word], field.name, part, every)
                    if field
                    else None
                )
        if (node := owner.get("age")) is not None:
            field = self._typed(node, reader.fields, (FieldType.DATE,), "age")
            written = [scalar.text for scalar in problems.texts(owner, "bands")]
            bands = tuple(int(text) for text in written if text.isdecimal())
            if not bands or len(bands) < len(written) or list(bands) != sorted(set(bands)):
                self._wrong("`bands` 应为由小到大的天数", owner, "写成 bands: [30, 60, 90]")
            return ByAge(title or f"{field.title}以来", field.name, bands) if field else None
        if (node := owner.get("table")) is not None:
            return self._table(node, owner, title, reader)
        if owner.get("decided") is not None:
            word = problems.one_of(owner, "decided", (d.value for d in Decided), Decided.VERDICT.value)
            return ByDecision(title or word, Decided(word))
        if (node := owner.get("field")) is not None:
            if not isinstance(node, Scalar):
                self._wrong(*_no_name("field", node))
                return None
            found = reader.field(node)
            return _by_field(found, title) if found is not None else None
        self._wrong(
            "`by` 的一项没有写按什么分", owner, "写字段的名称，或者 year、month、age、table、decided 之一"
        )
        return None

    def _table(self, node: Node, owner: Mapping, title: str, reader: ConditionReader) -> Key | None:
        rows = []
        for item in self.problems.sequence(node, "`table`", owner.span):
            row = self.problems.mapping(item, "`table` 的一行", item.span)
            if row is None:
                return None
            self.problems.keys(row, ("when", "is"), "`table` 的一行")
            when = row.get("when")
            condition = reader.read(when) if when is not None else None
            if when is None:
                self.problems.missing(row, "when")
            if condition is not None:
                rows.append((condition, self.problems.text(row, "is")))
        return ByTable(title or "类别", tuple(rows), self.problems.text(owner, "otherwise"))

    def _typed(
        self, node: Node | None, fields: MappingOf[str, Field], types: tuple[FieldType, ...], key: str
    ) -> Field | None:
        if not isinstance(node, Scalar):
            self._wrong(*_no_name(key, node))
            return None
        field = fields.get(node.text)
        if field is None:
            self.problems.unknown("PE301", f"没有字段 `{node.text}`", node.span, node.text, fields)
        elif field.type not in types:
            kinds = {FieldType.DATE: "日期", FieldType.NUMBER: "数字"}
            self._wrong(
                f"`{key}` 要{kinds.get(types[0], '另一类')}字段，`{field.name}` 不是", node, "换一个字段"
            )
            return None
        return field

    def _measure(self, fields: MappingOf[str, Field]) -> Measure | None:
        node = self.entry.get("measure")
        if is_empty(node):
            return Rows()
        owner = self.problems.mapping(node, "`measure`", self.entry.span)
        if owner is None:
            return None
        self.problems.keys(owner, ("total", "below_limit", "distinct", "share"), "`measure`")
        numbers = (FieldType.NUMBER,)
        if (total := owner.get("total")) is not None:
            field = self._typed(total, fields, numbers, "total")
            is_below = self.problems.flag(owner, "below_limit", fallback=False)
            return Total(field.name, is_below) if field is not None else None
        if (distinct := owner.get("distinct")) is not None:
            kinds = tuple(t for t in FieldType if t is not FieldType.LIST)
            field = self._typed(distinct, fields, kinds, "distinct")
            return Distinct(field.name) if field is not None else None
        share = self.problems.mapping(owner.get("share"), "`share`", owner.span)
        if share is None:
            return None
        self.problems.keys(share, ("part", "whole"), "`share`")
        part, whole = (self._typed(share.get(key), fields, numbers, key) for key in ("part", "whole"))
        if part is None or whole is None:
            return None
        if part.scale != whole.scale:
            self.problems.error("PE312", "比例的两个字段小数位数不同", share.span, "在词汇表里统一 scale")
        return Share(part.name, whole.name)

    def _near(self, fields: MappingOf[str, Field]) -> Near | None:
        node = self.entry.get("near")
        owner = self.problems.mapping(node, "`near`", self.entry.span) if node is not None else None
        if owner is None:
            return None
        self.problems.keys(owner, ("date", "days"), "`near`")
        field = self._typed(owner.get("date"), fields, (FieldType.DATE,), "date")
        days = self.problems.text(owner, "days")
        if not (days.isdecimal() and 0 < int(days) <= 3660):
            self._wrong(f"`days` 不能是 `{days}`", owner.get("days"), "写 1 到 3660 的整数")
            return None
        return Near(field.name, int(days)) if field is not None else None

    def _check(
        self, near: Near | None, measure: Measure | None, report: Report | None, fields: MappingOf[str, Field]
    ) -> None:
        if measure is None or (report is None and self.entry.get("report") is not None):
            return  # what is wrong with them has been told
        where = self.entry.get("near")
        is_more = report is not None and report.bound in (Bound.AT_LEAST, Bound.MORE_THAN)
        # Only what grows with each further row is found by sliding a window along the days.
        if near is not None and not (is_more and isinstance(measure, Total | Rows)):
            hint = "删去 near，或者写 total 和 at_least"
            self._wrong("`near` 只能同行数或者合计的下限一起用", where, hint)
        # A negative amount would let a longer stretch come to less than a shorter one.
        if near is not None and isinstance(measure, Total) and not _is_from_zero(fields[measure.field]):
            self._wrong(f"`near` 只合计不为负的数，`{measure.field}` 可以为负", where, "换一个字段")
        is_share = isinstance(measure, Share)
        if is_share and report is not None and report.bound not in (Bound.AT_LEAST, Bound.LESS_THAN):
            self._wrong("比例只同 at_least、less_than 比", self.entry.get("report"), "改写成其中一个")
        if isinstance(measure, Total) and measure.below_limit and not is_more:
            hint = "补上 report: {at_least: …}"
            self._wrong("`below_limit` 要有 `report` 的下限", self.entry.get("measure"), hint)

    def _report(self, measure: Measure | None, fields: MappingOf[str, Field]) -> Report | None:
        node = self.entry.get("report")
        owner = self.problems.mapping(node, "`report`", self.entry.span) if node is not None else None
        if owner is None or measure is None:
            return None
        self.problems.keys(owner, (*BOUNDS, "fewest"), "`report`")
        bounds = [(key, value) for key, value in owner.pairs if key.text in BOUNDS]
        fewest = self.problems.text(owner, "fewest", fallback="0")
        if len(bounds) != 1 or not fewest.isdecimal():
            self._wrong("`report` 要有恰好一个界限", owner, "例如 report: {at_least: 2}")
            return None
        limit = self._limit(bounds[0][1], measure, fields)
        return Report(BOUNDS[bounds[0][0].text], limit, int(fewest)) if limit is not None else None

    def _limit(self, node: Node, measure: Measure, fields: MappingOf[str, Field]) -> Limit | None:
        scale = _scale(measure, fields)
        if isinstance(node, Scalar):
            number = self._number(node, scale)
            return Limit(((None, None, number),)) if number is not None else None
        owner = self.problems.mapping(node, "界限", node.span)
        if owner is None:
            return None
        self.problems.keys(owner, ("parameter", "field"), "界限")
        if (named := owner.get("field")) is not None:
            field = self._typed(named, fields, (FieldType.NUMBER,), "field")
            if field is not None and field.scale != scale:
                self.problems.error(
                    "PE312", "界限和合计的小数位数不同", named.span, "在 columns 里写同样的 scale"
                )
            return Limit(field=field.name) if field is not None else None
        named = owner.get("parameter")
        name = named.text if isinstance(named, Scalar) else ""
        parameter = self.parameters.get(name)
        if parameter is None or parameter.is_list:
            self.problems.error(
                "PE309", f"没有数字参数 `{name}`", owner.span, did_you_mean(name, self.parameters)
            )
            return None
        values = [(p.first, p.last, self._number(p.texts[0], scale)) for p in parameter.periods]
        known = tuple((first, last, number) for first, last, number in values if number is not None)
        return Limit(known, parameter=name) if len(known) == len(values) else None

    def _number(self, node: Scalar, scale: int) -> Fraction | None:
        if not _NUMBER.fullmatch(node.text):
            self._wrong(
                f"界限应为数字，写的是 `{node.text}`", node, "写一个数字，或者 {parameter: …}、{field: …}"
            )
            return None
        # In units of the last place, as amounts are kept: so both sides are whole.
        return Fraction(Decimal(node.text).scaleb(scale))

    def _examples(self, fields: MappingOf[str, Field]) -> Iterator[Sample]:
        node = self.entry.get("examples")
        for item in self.problems.sequence(node, "`examples`", self.entry.span) if node is not None else ():
            owner = self.problems.mapping(item, "例子", item.span)
            if owner is None:
                continue
            self.problems.keys(owner, ("name", "as_of", "rows", *_EXPECTS), "例子")
            rows = tuple(
                self._sample_row(row, fields)
                for row in self.problems.sequence(owner.get("rows"), "`rows`", item.span)
            )
            day = self.problems.day(owner, "as_of")
            found, possible = (tuple(self._groups(owner, key)) for key in _EXPECTS)
            name = self.problems.text(owner, "name")
            if day is None:
                self.problems.missing(owner, "as_of")
            else:
                yield Sample(name, rows, found, possible, day, item.span)

    def _sample_row(self, node: Node, fields: MappingOf[str, Field]) -> tuple[tuple[str, str], ...]:
        owner = self.problems.mapping(node, "`rows` 的一行", node.span)
        pairs = owner.pairs if owner is not None else ()
        for key, _ in pairs:
            if key.text not in fields:
                self.problems.unknown("PE301", f"没有字段 `{key.text}`", key.span, key.text, fields)
        return tuple((key.text, value.text) for key, value in pairs if isinstance(value, Scalar))

    def _groups(self, owner: Mapping, key: str) -> Iterator[tuple[str, ...]]:
        node = owner.get(key)
        for item in self.problems.sequence(node, f"`{key}`", owner.span) if node is not None else ():
            if isinstance(item, Sequence):
                yield tuple(part.text for part in item.items if isinstance(part, Scalar))
            elif isinstance(item, Scalar):
                yield (item.text,)


def _is_from_zero(field: Field) -> bool:
    return field.minimum is not None and field.minimum >= 0


def _no_name(key: str, node: Node | None) -> tuple[str, Node | None, str]:
    return f"`{key}` 应为一个字段的名称", node, "写一个字段，或者 columns 里的一列"


def _by_field(field: Field, title: str) -> ByField:
    words = title or field.title.partition("（")[0]
    return ByField(words, field.name, field.type is FieldType.DATE, field.scale)


def _scale(measure: Measure, fields: MappingOf[str, Field]) -> int:
    match measure:
        case Total(field=field):
            return fields[field].scale
        case Rows() | Distinct() | Share():
            return 0
