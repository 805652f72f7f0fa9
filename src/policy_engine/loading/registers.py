"""Load the registers rules refer to: areas, forces and their order, objects, parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.foundation.fixes import respelling
from policy_engine.foundation.spans import Span
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import root_of
from policy_engine.loading.forces import cycle_in
from policy_engine.loading.layers import report_change, report_twice
from policy_engine.loading.parameters import Parameter, ParameterPeriod
from policy_engine.loading.places import find_area, national
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty, parse
from policy_engine.model.areas import Area, Areas
from policy_engine.model.calendar import chinese_day
from policy_engine.model.documents import Authority, Citation, Document, Force, Precedence, Ranking
from policy_engine.model.locators import is_numbered, mended
from policy_engine.model.national import spellings
from policy_engine.model.rules import Effect, RegisteredObject

__all__ = ("entries", "find_area", "load_areas", "load_authority", "load_objects", "load_parameters")


def entries(
    source: SourceText, key: str, problems: Problems, beside: tuple[str, ...] = ()
) -> Iterator[Mapping]:
    """Go through the mappings listed under a top-level key of a register file. `beside`: other keys it may have."""
    parsed = parse(source.text, source.path)
    problems.found += parsed.diagnostics
    for root in parsed.documents:
        owner = problems.mapping(root, "文件", root.span)
        if owner is None:
            continue
        problems.keys(owner, (key, *beside), "文件")
        for node in problems.sequence(owner.get(key), f"`{key}`", owner.span):
            entry = problems.mapping(node, f"`{key}` 的一项", node.span)
            if entry is not None:
                yield entry


def _all_entries(sources: Iterable[SourceText], key: str, problems: Problems) -> Iterator[Mapping]:
    for source in sources:
        yield from entries(source, key, problems)


def load_areas(sources: Iterable[SourceText], problems: Problems) -> Areas:
    """Load the areas a rule base registers; every other area is in the national list. `sources`: its register, those below it first."""
    by_code: dict[str, Area] = {}
    places: dict[str, Span] = {}
    for entry in _all_entries(sources, "areas", problems):
        problems.keys(
            entry, ("code", "name", "level", "aliases", "from", "until", "verified", "note"), "地区"
        )
        area = Area(
            code=problems.text(entry, "code"),
            name=problems.text(entry, "name"),
            aliases=tuple(s.text for s in problems.texts(entry, "aliases")),
            first=problems.day(entry, "from"),
            last=problems.day(entry, "until"),
            note=problems.text(entry, "note", fallback=""),
        )
        if area.first is not None and area.last is not None and area.first > area.last:
            message = "区划代码的开始（from）晚于结束（until）"
            problems.error("PE207", message, entry.place("from") or entry.span, "核对 from 与 until")
        if area.code in by_code:
            what = f"区划代码 `{area.code}`"
            report_twice(problems, what, entry.span, places[area.code], "每个代码写一次")
            continue
        by_code[area.code], places[area.code] = area, entry.span
    return Areas(MappingProxyType(by_code), MappingProxyType(_spelled(by_code)), national())


def _spelled(by_code: MappingOf[str, Area]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, area in by_code.items():
        for word in dict.fromkeys((*spellings(area.name), *area.aliases)):
            found[word] = (*found.get(word, ()), code)
    return found


def load_authority(sources: Iterable[SourceText], problems: Problems) -> Authority:
    """Load the forces and the pairs of their partial order. `sources`: the register, those below it first."""
    forces: dict[str, Force] = {}
    order: list[Ranking] = []
    ranked: dict[tuple[str, str], Span] = {}
    is_round = False
    for root in _roots(sources, problems):
        owner = problems.mapping(root, "文件", root.span)
        if owner is None:
            continue
        problems.keys(owner, ("forces", "order"), "文件")
        for node in problems.sequence(owner.get("forces"), "`forces`", owner.span):
            entry = problems.mapping(node, "效力", node.span)
            if entry is not None:
                problems.keys(entry, ("name", "binding", "grounds", "begins", "below", "note"), "效力")
                force = Force(
                    name=problems.text(entry, "name"),
                    binding=problems.flag(entry, "binding", fallback=True),
                    grounds=problems.flag(entry, "grounds", fallback=True),
                    begins=problems.text(entry, "begins", fallback=""),
                    below=problems.text(entry, "below", fallback=""),
                    span=entry.span,
                )
                first = forces.setdefault(force.name, force)
                if first is not force:
                    report_twice(problems, f"效力 `{force.name}`", entry.span, first.span, "每种效力写一次")
        for node in problems.sequence(owner.get("order"), "`order`", owner.span):
            ranking = _ranking(node, forces, problems)
            if ranking is None:
                continue
            pair = (ranking.higher, ranking.lower)
            if pair in ranked:
                what = f"效力 `{pair[0]}` 与 `{pair[1]}` 的高低"
                report_twice(problems, what, node.span, ranked[pair], "一对写一次")
            elif not _is_of_others(ranking, node.span, forces, order, problems):
                order.append(ranking)
                ranked[pair] = node.span
                # One wrong pair closes a circle with many right ones: told of once, whichever of them is met first.
                is_round = _check_order(order, node.span, problems, is_told=is_round) or is_round
    return Authority(MappingProxyType(forces), tuple(order))


def _roots(sources: Iterable[SourceText], problems: Problems) -> Iterator[Node]:
    for source in sources:
        parsed = parse(source.text, source.path)
        problems.found += parsed.diagnostics
        yield from parsed.documents


def _is_of_others(
    ranking: Ranking, span: Span, forces: MappingOf[str, Force], order: Iterable[Ranking], problems: Problems
) -> bool:
    """Tell of a pair that ranks forces of the rule base below among themselves, by itself or through others; say whether it does."""
    below = {name for name, force in forces.items() if root_of(force.span.path) != root_of(span.path)}
    if not below:
        return False
    # A way through a force of the layer holds always: so must then what the base says.
    always = _above(r for r in order if {r.higher, r.lower} <= below and r.when is Precedence.ALWAYS)
    every = _above((*order, ranking))
    through = ((a, d) for a, b in every for c, d in every if b == c and b not in below)
    changed = sorted(
        pair for pair in through if {*pair} <= below and pair[0] != pair[1] and pair not in always
    )
    named = (ranking.higher, ranking.lower)
    if {*named} <= below:
        changed = [named]
    if changed:
        higher, lower = changed[0]
        what = f"效力 `{higher}` 与 `{lower}` 的高低"
        report_change(problems, what, span, forces[higher].span, "只写自己登记的效力的高低")
    return bool(changed)


def _above(order: Iterable[Ranking]) -> set[tuple[str, str]]:
    found = {(r.higher, r.lower) for r in order if r.higher != r.lower}
    while True:
        more = {(a, d) for a, b in found for c, d in found if b == c} - found
        if not more:
            return found
        found |= more


def _check_order(order: list[Ranking], span: Span, problems: Problems, *, is_told: bool) -> bool:
    """Tell of a circle that the last pair closes, and take the pair out again; say whether there was one."""
    circle = cycle_in((ranking.higher, ranking.lower) for ranking in order)
    if not circle:
        return False
    if not is_told:
        shown = " 高于 ".join(circle)
        help_text = "高低只能朝一个方向；删去或者改正环里的一对"
        problems.error("PE213", f"位阶成环：{shown}", span, help_text)
    order.pop()
    return True


def _ranking(node: Node, forces: MappingOf[str, Force], problems: Problems) -> Ranking | None:
    entry = problems.mapping(node, "位阶", node.span)
    if entry is None:
        return None
    problems.keys(entry, ("higher", "lower", "when", "basis", "note"), "位阶")
    higher, lower = problems.text(entry, "higher"), problems.text(entry, "lower")
    for key, name in (("higher", higher), ("lower", lower)):
        if name not in forces:
            problems.unknown("PE205", f"没有效力 `{name}`", entry.place(key) or entry.span, name, forces)
    word = problems.one_of(entry, "when", (p.value for p in Precedence), Precedence.ALWAYS.value)
    return Ranking(higher, lower, Precedence(word))


def load_objects(sources: Iterable[SourceText], problems: Problems) -> MappingOf[str, RegisteredObject]:
    """Load the closed list of objects. `sources`: the register, those below it first."""
    objects: dict[str, RegisteredObject] = {}
    for entry in _all_entries(sources, "objects", problems):
        problems.keys(entry, ("name", "effect", "refused", "permitted", "note"), "对象")
        word = problems.one_of(entry, "effect", (e.value for e in Effect), Effect.FIX.value)
        name = problems.text(entry, "name")
        if name in objects:
            report_twice(problems, f"对象 `{name}`", entry.span, objects[name].span, "每个对象写一次")
            continue
        objects[name] = RegisteredObject(
            name=name,
            effect=Effect(word),
            refused=problems.text(entry, "refused", fallback=""),
            permitted=problems.text(entry, "permitted", fallback=""),
            span=entry.span,
        )
    return MappingProxyType(objects)


def load_parameters(
    sources: Iterable[SourceText], documents: MappingOf[str, Document], problems: Problems
) -> MappingOf[str, Parameter]:
    """Load the dated parameters. Their values stay text until a field types them; each names the document it is from."""
    found: dict[str, Parameter] = {}
    for source in sources:
        for entry in entries(source, "parameters", problems):
            problems.keys(entry, ("name", "type", "unit", "values", "note"), "参数")
            name = problems.text(entry, "name")
            is_list = problems.one_of(entry, "type", ("number", "list"), "number") == "list"
            if name in found:
                report_twice(problems, f"参数 `{name}`", entry.span, found[name].span, "每个参数写一次")
                continue
            before = len(problems.found)
            periods = tuple(_periods(entry, is_list, documents, problems))
            if not periods and len(problems.found) == before:
                problems.error("PE309", f"参数 `{name}` 没有值", entry.span, "至少写一个时期的值")
            found[name] = Parameter(
                name, is_list, problems.text(entry, "unit", fallback=""), periods, entry.span
            )
    return MappingProxyType(found)


def _periods(
    entry: Mapping, is_list: bool, documents: MappingOf[str, Document], problems: Problems
) -> Iterator[ParameterPeriod]:
    ends: list[int | None] = []
    for node in problems.sequence(entry.get("values"), "`values`", entry.span):
        owner = problems.mapping(node, "参数的一个时期", node.span)
        if owner is None:
            continue
        problems.keys(owner, ("from", "until", "value", "document", "cite", "note"), "参数的一个时期")
        first, until = problems.day(owner, "from"), problems.day(owner, "until")
        # Behind a period without an end none may follow, nor one without a beginning behind any.
        follows = all(end is not None and first is not None and end < first for end in ends)
        if not follows or (first is not None and until is not None and until < first):
            problems.error("PE207", "参数的时期重叠或倒置", owner.span, "各时期按先后排列，互不重叠")
        ends = [until]
        citation = _source(owner, documents, problems)
        if first is not None and citation is not None:
            _check_begin(first, citation.document, owner, problems)
        texts = _texts(owner, is_list, problems)
        if texts:
            yield ParameterPeriod(first, until, texts, citation)


def _check_begin(first: int, document: Document, owner: Mapping, problems: Problems) -> None:
    """Report a value said to have held before the document that it rests on took effect."""
    stated = [date for date in (document.effective, document.first_effective) if date is not None]
    begins = min((date.day if date.earliest is None else date.earliest for date in stated), default=None)
    if begins is not None and first < begins:
        message = f"参数从{chinese_day(first)}起，所据文件 `{document.id}` {chinese_day(begins)}才施行"
        problems.error("PE207", message, owner.place("from") or owner.span, "核对 from 和 document")


def _source(owner: Mapping, documents: MappingOf[str, Document], problems: Problems) -> Citation | None:
    named = problems.text(owner, "document", fallback="")
    cited = problems.text(owner, "cite", fallback="")
    document = documents.get(named)
    if named and document is None:
        place = owner.place("document") or owner.span
        problems.unknown("PE203", f"没有文件 `{named}`", place, named, documents)
    if cited:
        place = owner.place("cite") or owner.span
        proper = mended(cited, (document.title, document.number) if document else ())
        if proper != cited or not is_numbered(cited):
            is_proper = is_numbered(proper)
            hint = f"写成“{proper}”" if is_proper else "按文件自己的编号写，例如 第二十四条第一款"
            fixes = respelling(place, cited, proper, is_sure=True) if is_proper else ()
            problems.error("PE611", f"出处“{cited}”的写法不对", place, hint, fixes)
    return Citation(document, cited) if document is not None else None


def _texts(owner: Mapping, is_list: bool, problems: Problems) -> tuple[Scalar, ...] | None:
    node = owner.get("value")
    if node is None or is_empty(node):
        problems.missing(owner, "value")
        return None
    if not is_list and isinstance(node, Scalar):
        return (node,)
    if is_list and isinstance(node, Sequence) and node.items:
        return problems.texts(owner, "value")
    wrong = "列表是空的" if is_list and isinstance(node, Sequence) else "与类型不符"
    problems.error("PE309", f"参数的值{wrong}", node.span, "type: list 写列表，type: number 写数字")
    return None
