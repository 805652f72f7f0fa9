"""Load case files: one case, several YAML documents, or a list of cases; YAML or JSON."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.foundation.diagnostics import Diagnostic, raise_errors, without_consequences
from policy_engine.foundation.fixes import respelling
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.spans import Span, file_span
from policy_engine.loading.facts import in_another_unit, read_fact
from policy_engine.loading.files import SourceText
from policy_engine.loading.old_names import Old, find_old, read_old
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems, short
from policy_engine.loading.renamed import unknown_field
from policy_engine.loading.spellings import Readings, day_text, phase_text, truth_text
from policy_engine.loading.syntax import full_width_help
from policy_engine.loading.tree import (
    Mapping,
    Node,
    Parsed,
    Scalar,
    Sequence,
    is_empty,
    parse,
)
from policy_engine.model.areas import NATION, chain_of
from policy_engine.model.calendar import chinese_day, day_number
from policy_engine.model.cases import Case, Declaration, Fact
from policy_engine.model.decisions import SETTLED, Verdict
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import Field, Phase

_HEAD = ("name", "as_of", "jurisdiction", "phase", "declaration", "expect", "$schema")
# More strange keys than these, and none that is known, make a row of another table.
_MANY = 5
_EARLIEST, _LATEST = day_number("1949-10-01") or 0, day_number("2100-12-31") or 0


@dataclass(frozen=True, slots=True)
class CaseDefaults:
    """What the command line says of every case; `today` is used where neither it nor the case names a day."""

    today: int
    as_of: int | None = None
    jurisdiction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case of a file in its place: the case, or where it is refused the errors that say why.

    `index` counts from 1 through all documents and lists of the file; `name` is the name as written.
    """

    index: int
    name: str
    span: Span
    case: Case | None
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The rows of one file, and the problems of the file that belong to no row."""

    rows: tuple[Row, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        """Give the sound cases."""
        return tuple(row.case for row in self.rows if row.case is not None)

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """Give every problem of the file and its rows."""
        return (*self.diagnostics, *(d for row in self.rows for d in row.diagnostics))


def load_cases(source: SourceText, rule_set: RuleSet, defaults: CaseDefaults) -> tuple[Case, ...]:
    """Load every case of one file. Raises `DiagnosticsError` with all problems of the file."""
    found = load_rows(source, rule_set, defaults)
    raise_errors(found.problems)
    return found.cases


def load_sound_cases(
    source: SourceText, rule_set: RuleSet, defaults: CaseDefaults
) -> tuple[tuple[Case, ...], tuple[Diagnostic, ...]]:
    """Load the cases of one file that have no problem, and tell all problems of the others."""
    found = load_rows(source, rule_set, defaults)
    return found.cases, found.problems


def load_given(data: object, rule_set: RuleSet, defaults: CaseDefaults) -> Case:
    """Load one case that a program gives as data. Raises `DiagnosticsError` with all problems, each at its keys."""
    from policy_engine.loading.given import GIVEN, tree_of  # noqa: PLC0415 - files need none of it

    root, found = tree_of(data)
    loader = _CaseLoader(rule_set, defaults, Problems(), GIVEN)
    case = loader.case(root)
    raise_errors((*found, *loader.problems.found))
    assert case is not None
    return case


def _as_json(source: SourceText) -> Parsed | None:
    # Most files are YAML without a fault.
    from policy_engine.loading.json_lines import parse_json_lines  # noqa: PLC0415
    from policy_engine.loading.json_tree import parse_json  # noqa: PLC0415

    root = parse_json(source.text, source.path)
    if root is not None:
        # JSON escapes that YAML doesn't know.
        return Parsed((root,), ())
    return parse_json_lines(source.text, source.path)


def load_rows(source: SourceText, rule_set: RuleSet, defaults: CaseDefaults) -> CaseFile:
    """Load each case of one file by itself: a bad one loses itself, never its neighbours.

    Where the text itself cannot be read to its end there are no rows.
    """
    parsed = parse(source.text, source.path)
    if parsed.diagnostics:
        parsed = _as_json(source) or parsed
    nodes = [node for root in parsed.documents for node in _rows_of(root)]
    own, of_file = _by_row(parsed.diagnostics, nodes)
    rows = tuple(
        _row(index, node, tuple(own[index - 1]), _CaseLoader(rule_set, defaults, Problems(), source.path))
        for index, node in enumerate(nodes, start=1)
    )
    if not rows and not of_file:
        of_file.append(_empty_file(source.path))
    return CaseFile(rows, tuple(of_file))


def _rows_of(root: Node) -> Iterator[Node]:
    for item in root.items if isinstance(root, Sequence) else (root,):
        if not is_empty(item):
            yield item


def _by_row(
    found: Iterable[Diagnostic], nodes: list[Node]
) -> tuple[list[list[Diagnostic]], list[Diagnostic]]:
    """Give each problem of the text to the row it stands in, the rest to the file."""
    starts = [(node.span.line, node.span.column) for node in nodes]
    own: list[list[Diagnostic]] = [[] for _ in nodes]
    of_file: list[Diagnostic] = []
    for diagnostic in found:
        span = diagnostic.span
        # The row that begins last before the problem holds it; before the first row, the file does.
        at = bisect_right(starts, (span.line, span.column)) - 1 if span is not None else -1
        (own[at] if at >= 0 else of_file).append(diagnostic)
    return own, of_file


def _row(index: int, node: Node, written: tuple[Diagnostic, ...], loader: _CaseLoader) -> Row:
    case = loader.case(node)
    found = without_consequences((*written, *loader.problems.found))
    name = node.get("name") if isinstance(node, Mapping) else None
    return Row(
        index=index,
        name=name.text if isinstance(name, Scalar) else "",
        span=node.span,
        case=None if found else case,
        diagnostics=found,
    )


def _empty_file(path: str) -> Diagnostic:
    hint = "用 policy-engine new 采购事项 生成一份空白表"
    return Diagnostic(code="PE008", message="案件文件是空的", span=file_span(path), help=hint)


@dataclass(frozen=True, slots=True)
class _CaseLoader:
    rule_set: RuleSet
    defaults: CaseDefaults
    problems: Problems
    path: str

    def case(self, node: Node) -> Case | None:
        """Read one case; what is wrong with it is noted."""
        owner = self.problems.mapping(node, "案件", node.span)
        return self._case(owner) if owner is not None else None

    def _case(self, owner: Mapping) -> Case | None:
        are_keys_known = self._check_keys(owner)
        assumed: list[str] = []
        readings = Readings()
        owner = readings.under(readings.under(owner, "as_of", day_text), "phase", phase_text)
        as_of = self._as_of(owner, assumed)
        area = self._area(owner, as_of, assumed)
        phase = self._phase(owner)
        declaration = self._declaration(owner, readings)
        is_declared = declaration is not None and declaration.is_signed
        subjects = self._subjects(owner, readings, is_declared=is_declared)
        has_subject = any(key.text in self.rule_set.vocabulary.subjects for key, _ in owner.pairs)
        if are_keys_known and not has_subject:
            names = "、".join(self.rule_set.vocabulary.subjects)
            self.problems.error(
                "PE507", "案件里没有要审查的主题", owner.span, f"写一个主题，例如 采购事项；可用：{names}"
            )
        return Case(
            name=self.problems.text(owner, "name", fallback="", may_be_blank=True),
            as_of=as_of,
            area=area,
            phase=phase,
            declaration=declaration,
            subjects=MappingProxyType(subjects),
            assumed=(*assumed, *readings.notes),
            span=owner.span,
            expected=self._expected(owner),
            is_day_stated=self.defaults.as_of is not None or not is_empty(owner.get("as_of")),
            is_area_stated=self.defaults.jurisdiction is not None or not is_empty(owner.get("jurisdiction")),
            is_phase_stated=not is_empty(owner.get("phase")),
        )

    def _check_keys(self, owner: Mapping) -> bool:
        allowed = (*_HEAD, *self.rule_set.vocabulary.subjects)
        strangers = [key for key, _ in owner.pairs if key.text not in allowed]
        if len(strangers) > _MANY and len(strangers) == len(owner.pairs):
            # A table of something else: one word about the row, not one about every column.
            self._foreign(strangers)
            return False
        for key in strangers:
            self._stranger(key, allowed)
        return not strangers

    def _foreign(self, keys: list[Scalar]) -> None:
        some = "、".join(f"`{short(key.text)}`" for key in keys[:3])
        homes = [
            name
            for name, subject in self.rule_set.vocabulary.subjects.items()
            if keys[0].text in subject.fields
        ]
        home = homes[0] if homes else next(iter(self.rule_set.vocabulary.subjects))
        self.problems.error(
            "PE502",
            f"案件里没有 {some} 等 {len(keys)} 项，没有一项是案件的写法",
            keys[0].span,
            f"案件写成 {home}: {{字段: 值}}；是别的表格的，先用 policy-engine new {home} 看要填什么",
        )

    def _stranger(self, key: Scalar, allowed: tuple[str, ...]) -> None:
        message = f"案件里没有 `{key.text}` 这一项"
        subjects = self.rule_set.vocabulary.subjects
        homes = [name for name, subject in subjects.items() if key.text in subject.fields]
        if wide := full_width_help(key.text):
            self.problems.error("PE012", message, key.span, wide)
        elif homes:
            hint = f"`{key.text}` 是字段，写在 {'、'.join(homes)} 下面"
            self.problems.error("PE502", message, key.span, hint)
        else:
            self.problems.unknown("PE502", message, key.span, key.text, allowed)

    def _as_of(self, owner: Mapping, assumed: list[str]) -> int:
        written = self.problems.day(owner, "as_of")
        # The command line decides; but a day that is written badly is told all the same.
        if self.defaults.as_of is not None:
            return self.defaults.as_of
        if written is None:
            if is_empty(owner.get("as_of")):
                assumed.append(f"未写基准日，按中国时间 {chinese_day(self.defaults.today)}审查")
            return self.defaults.today
        if not _EARLIEST <= written <= _LATEST:
            node = owner.get("as_of")
            self.problems.error(
                "PE503", "基准日超出范围", node.span if node else owner.span, "1949-10-01 到 2100-12-31"
            )
        return written

    def _area(self, owner: Mapping, as_of: int, assumed: list[str]) -> str:
        node = owner.get("jurisdiction")
        word = self.defaults.jurisdiction
        if word is None and isinstance(node, Sequence):
            help_text = "一个案件只写一个地区；几个地区分别写成几个案件"
            self.problems.error("PE204", "地区写了一个列表", node.span, help_text)
        elif word is None and not is_empty(node):
            word = self.problems.text(owner, "jurisdiction")
        elif word is None:
            assumed.append("未写地区，按全国审查，未检查地方规定")
        if not word:
            return NATION
        span = node.span if node is not None else owner.span
        areas = self.rule_set.areas
        area = find_area(areas, word, span, self.problems, as_of=as_of, notes=assumed) or NATION
        if self._is_elsewhere(area):
            assumed.append(f"规则库没有{areas.name(area)}的地方规定，只按全国规定审查")
        return area

    def _is_elsewhere(self, area: str) -> bool:
        """Tell whether the rule base has local documents, and none of this area or of what it lies in."""
        local = {document.area for document in self.rule_set.documents.values()} - {NATION}
        return bool(local) and area != NATION and not local & set(chain_of(area))

    def _phase(self, owner: Mapping) -> Phase:
        word = self.problems.one_of(owner, "phase", (p.value for p in Phase), Phase.PROJECT.value)
        return Phase(word)

    def _expected(self, owner: Mapping) -> str:
        labels = (*(verdict.value for verdict in Verdict), SETTLED)
        return self.problems.one_of(owner, "expect", labels, "") if not is_empty(owner.get("expect")) else ""

    def _declaration(self, owner: Mapping, readings: Readings) -> Declaration | None:
        node = owner.get("declaration")
        if is_empty(node):
            return None
        entry = self.problems.mapping(node, "`declaration`", owner.span)
        if entry is None:
            return None
        self.problems.keys(entry, ("no_other_circumstances", "by"), "`declaration`")
        entry = readings.under(entry, "no_other_circumstances", truth_text)
        if not self.problems.flag(entry, "no_other_circumstances", fallback=False):
            return None
        return Declaration(
            by=self.problems.text(entry, "by", fallback="", may_be_blank=True), span=entry.span
        )

    def _subjects(
        self, owner: Mapping, readings: Readings, *, is_declared: bool
    ) -> dict[str, MappingOf[str, Fact]]:
        found: dict[str, MappingOf[str, Fact]] = {}
        for key, node in owner.pairs:
            subject = self.rule_set.vocabulary.subjects.get(key.text)
            if subject is None:
                continue
            if is_empty(node):
                found[key.text] = MappingProxyType({})
                continue
            entry = self.problems.mapping(node, f"`{key.text}`", key.span)
            if entry is not None:
                facts = self._facts(entry, key.text, subject.fields, readings, is_declared=is_declared)
                found[key.text] = MappingProxyType(facts)
        return found

    def _facts(
        self,
        entry: Mapping,
        subject: str,
        fields: MappingOf[str, Field],
        readings: Readings,
        *,
        is_declared: bool,
    ) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        old: list[Old] = []
        for key, node in entry.pairs:
            field = fields.get(key.text)
            if field is None:
                replaced = find_old(key, node, fields.values())
                if replaced is None:
                    self._unknown_field(key, subject, fields)
                else:
                    old.append(replaced)
                continue
            fact = read_fact(node, field, self.problems, readings, self.rule_set.lexicon.items)
            if fact is not None:
                facts[key.text] = fact
        read = read_old(old, facts, self.problems, readings, is_declared=is_declared)
        return {**facts, **{fact.field: fact for fact in read}}

    def _unknown_field(self, key: Scalar, subject: str, fields: MappingOf[str, Field]) -> None:
        wide = full_width_help(key.text)
        code = "PE012" if wide else "PE501"
        message = f"`{subject}` 没有字段 `{key.text}`"
        if wide:
            self.problems.error(code, message, key.span, wide)
        elif (twin := in_another_unit(key.text, fields)) is not None:
            fixes = respelling(key.span, key.text, twin.name, is_sure=False)
            self.problems.error(code, message, key.span, f"写成 `{twin.name}`，数字按{twin.unit}填", fixes)
        else:
            unknown_field(code, message, key, fields, self.problems)
