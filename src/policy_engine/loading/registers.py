"""Load the registers rules refer to: areas, forces and their order, objects, parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.foundation.spans import Span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.files import SourceText
from policy_engine.loading.forces import cycle_in
from policy_engine.loading.parameters import Parameter, ParameterPeriod
from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, parse
from policy_engine.model.areas import NATION, Area, Areas, chain_of
from policy_engine.model.documents import Authority, Force, Precedence, Ranking
from policy_engine.model.rules import Effect

_SUFFIXES = (
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "地区",
    "省",
    "市",
    "区",
    "县",
    "盟",
)


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


def load_areas(source: SourceText, problems: Problems) -> Areas:
    """Load the area codes and make the spellings officials use: 湖州市, 湖州, 浙江省湖州市, 浙江湖州."""
    by_code: dict[str, Area] = {}
    for entry in entries(source, "areas", problems):
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
        if area.code in by_code:
            problems.error("PE209", f"区划代码 `{area.code}` 重复", entry.span, "每个代码写一次")
        by_code[area.code] = area
    return Areas(MappingProxyType(by_code), MappingProxyType(_spellings(by_code)))


def _spellings(by_code: MappingOf[str, Area]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, area in by_code.items():
        for spelling in dict.fromkeys(_names(area, by_code)):
            found.setdefault(spelling, []).append(code)
    return {spelling: tuple(codes) for spelling, codes in found.items()}


def _names(area: Area, by_code: MappingOf[str, Area]) -> Iterator[str]:
    own = (area.name, _short(area.name), *area.aliases)
    outer = [by_code[c] for c in chain_of(area.code)[1:] if c in by_code and c != NATION]
    prefixes = [""]
    for parent in outer:
        prefixes = [*prefixes, *(word + p for word in (parent.name, _short(parent.name)) for p in prefixes)]
    yield from (prefix + word for prefix in prefixes for word in own)


def _short(name: str) -> str:
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


def load_authority(source: SourceText, problems: Problems) -> Authority:
    """Load the forces and the pairs of their partial order."""
    parsed = parse(source.text, source.path)
    problems.found += parsed.diagnostics
    forces: dict[str, Force] = {}
    order: list[Ranking] = []
    for root in parsed.documents:
        owner = problems.mapping(root, "文件", root.span)
        if owner is None:
            continue
        problems.keys(owner, ("forces", "order"), "文件")
        for node in problems.sequence(owner.get("forces"), "`forces`", owner.span):
            entry = problems.mapping(node, "效力", node.span)
            if entry is not None:
                problems.keys(entry, ("name", "binding", "grounds", "note"), "效力")
                force = Force(
                    name=problems.text(entry, "name"),
                    binding=problems.flag(entry, "binding", fallback=True),
                    grounds=problems.flag(entry, "grounds", fallback=True),
                    span=entry.span,
                )
                forces[force.name] = force
        for node in problems.sequence(owner.get("order"), "`order`", owner.span):
            ranking = _ranking(node, forces, problems)
            if ranking is not None:
                order.append(ranking)
                _check_order(order, node.span, problems)
    return Authority(MappingProxyType(forces), tuple(order))


def _check_order(order: list[Ranking], span: Span, problems: Problems) -> None:
    circle = cycle_in((ranking.higher, ranking.lower) for ranking in order)
    if circle:
        shown = " 高于 ".join(circle)
        problems.error("PE213", f"位阶成环：{shown}", span, "高低只能朝一个方向；删去或者改正这一对")
        order.pop()


def _ranking(node: Node, forces: MappingOf[str, Force], problems: Problems) -> Ranking | None:
    entry = problems.mapping(node, "位阶", node.span)
    if entry is None:
        return None
    problems.keys(entry, ("higher", "lower", "when", "basis", "note"), "位阶")
    higher, lower = problems.text(entry, "higher"), problems.text(entry, "lower")
    for name in (higher, lower):
        if name not in forces:
            problems.error("PE205", f"没有效力 `{name}`", entry.span, did_you_mean(name, forces))
    word = problems.one_of(entry, "when", (p.value for p in Precedence), Precedence.ALWAYS.value)
    return Ranking(higher, lower, Precedence(word))


def load_objects(source: SourceText, problems: Problems) -> MappingOf[str, Effect]:
    """Load the closed list of objects."""
    objects: dict[str, Effect] = {}
    for entry in entries(source, "objects", problems):
        problems.keys(entry, ("name", "effect", "note"), "对象")
        word = problems.one_of(entry, "effect", (e.value for e in Effect), Effect.FIX.value)
        objects[problems.text(entry, "name")] = Effect(word)
    return MappingProxyType(objects)


def load_parameters(sources: Iterable[SourceText], problems: Problems) -> MappingOf[str, Parameter]:
    """Load the dated parameters. Their values stay text until a field types them."""
    found: dict[str, Parameter] = {}
    for source in sources:
        for entry in entries(source, "parameters", problems):
            problems.keys(entry, ("name", "type", "unit", "values", "note"), "参数")
            name = problems.text(entry, "name")
            is_list = problems.one_of(entry, "type", ("number", "list"), "number") == "list"
            if name in found:
                problems.error("PE209", f"参数 `{name}` 重复", entry.span, "每个参数写一次")
            before = len(problems.found)
            periods = tuple(_periods(entry, is_list, problems))
            if not periods and len(problems.found) == before:
                problems.error("PE309", f"参数 `{name}` 没有值", entry.span, "至少写一个时期的值")
            found[name] = Parameter(
                name, is_list, problems.text(entry, "unit", fallback=""), periods, entry.span
            )
    return MappingProxyType(found)


def _periods(entry: Mapping, is_list: bool, problems: Problems) -> Iterator[ParameterPeriod]:
    last: int | None = -1
    for node in problems.sequence(entry.get("values"), "`values`", entry.span):
        owner = problems.mapping(node, "参数的一个时期", node.span)
        if owner is None:
            continue
        problems.keys(owner, ("from", "until", "value", "document", "cite", "note"), "参数的一个时期")
        first, until = problems.day(owner, "from"), problems.day(owner, "until")
        overlaps = last is None or (last >= 0 and (first is None or first <= last))
        if overlaps or (first is not None and until is not None and until < first):
            problems.error("PE207", "参数的时期重叠或倒置", owner.span, "各时期按先后排列，互不重叠")
        last = until
        texts = _texts(owner, is_list, problems)
        if texts:
            yield ParameterPeriod(first, until, texts)


def _texts(owner: Mapping, is_list: bool, problems: Problems) -> tuple[Scalar, ...]:
    node = owner.get("value")
    if is_list and isinstance(node, Sequence):
        return tuple(item for item in node.items if isinstance(item, Scalar))
    if not is_list and isinstance(node, Scalar):
        return (node,)
    problems.error("PE309", "参数的值与类型不符", owner.span, "type: list 写列表，type: number 写数字")
    return ()


def find_area(
    areas: Areas, word: str, span: Span, problems: Problems, *, as_of: int | None = None
) -> str | None:
    """Resolve an area named in a file; notes a problem where it is unknown, ambiguous or not of that day."""
    codes = tuple(c for c in areas.find(word) if _is_somewhere(areas, c))
    live = [c for c in codes if as_of is None or _is_live(areas, c, as_of)]
    if len(live) == 1:
        return live[0]
    if not codes:
        hint = "核对区划代码，或写地区名称" if word.isdigit() else did_you_mean(word, areas.names())
        problems.error("PE204", f"没有地区 `{word}`", span, hint)
    elif not live:
        problems.error("PE204", f"`{word}` 在该日期不是现行区划", span, _lifetime(areas, codes))
    else:
        choices = "、".join(f"{areas.name(c)}（{c}）" for c in live)
        problems.error("PE204", f"`{word}` 不止一处", span, f"写明是哪一处：{choices}")
    return None


def _is_somewhere(areas: Areas, code: str) -> bool:
    # Not every county is listed, but each lies in something that is.
    return any(c in areas.by_code for c in chain_of(code) if c != NATION or code == NATION)


def _is_live(areas: Areas, code: str, day: int) -> bool:
    area = areas.by_code.get(code)
    if area is None:
        return True
    return (area.first is None or area.first <= day) and (area.last is None or day <= area.last)


def _lifetime(areas: Areas, codes: tuple[str, ...]) -> str:
    notes = [areas.by_code[c].note for c in codes if c in areas.by_code and areas.by_code[c].note]
    return "；".join(notes) or "核对日期，或改用当时的区划名称"
