"""Load the vocabulary from the subject schemas: JSON, quick to read; with places, from what they were made of or as YAML."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence as Sequence_
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType

from policy_engine.foundation.diagnostics import Diagnostic, is_error
from policy_engine.foundation.spans import file_span
from policy_engine.loading.conditions import ConditionReader
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import HELPERS, within
from policy_engine.loading.json_tree import parse_json
from policy_engine.loading.layers import is_apart, report_change, report_twice
from policy_engine.loading.made_schemas import find_stale_of_all, find_untrue
from policy_engine.loading.problems import Problems, short, unknown_keys
from policy_engine.loading.rooms import Form, read_forms
from policy_engine.loading.schema_trees import OF_OPINIONS, WRITTEN
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty, parse
from policy_engine.loading.values import read_number, read_value
from policy_engine.model.items import is_code
from policy_engine.model.vocabulary import (
    DayPart,
    Field,
    FieldType,
    Implied,
    Phase,
    Role,
    Subject,
    Term,
    Vocabulary,
)

_OF_FIELDS = (
    "x-role", "x-phase", "x-scale", "x-unit", "x-supplier", "x-question", "x-aliases", "x-finding", "x-indicators",
    "x-declared", "x-implied", "x-constitutive", "x-needs-source", "x-happens", "x-term", "x-judged-by", "x-describes",
    "x-criteria",
    "x-found-as", "x-changeable", "x-yes", "x-no", "x-group", "x-first", "x-was", "x-items",
)  # fmt: skip
# The keywords of JSON Schema 2020-12: what an editor may use though the loader doesn't.
JSON_SCHEMA = (
    "type", "enum", "const", "title", "description", "properties", "items", "anyOf", "allOf", "oneOf", "not", "if",
    "then", "else", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
    "pattern", "format", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems",
    "unevaluatedItems", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties",
    "maxProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "default", "examples",
    "deprecated", "readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema", "$schema", "$id",
    "$ref", "$defs", "$anchor", "$comment", "$vocabulary", "$dynamicRef", "$dynamicAnchor",
)  # fmt: skip
_KEY = re.compile("`(x-[a-z-]+)`")
_CLOSABLE = (Role.FLAG, Role.CONCLUSION)


def load_vocabulary(
    schemas: Sequence_[SourceText], vocabulary: Sequence_[SourceText], problems: Problems
) -> Vocabulary:
    """Load every schema that names a subject (`x-subject`); others only serve editors.

    `vocabulary`: the files that schemas are made from, none where they are written by hand. A schema that no longer
    says what those say is a problem.
    """
    quick = Problems()
    stale = any(find_stale_of_all(schemas, vocabulary)) if vocabulary else False
    found = _load(schemas, quick, _quick_roots)
    # Places cost time, and only what is faulty needs them.
    return load_placed_vocabulary(schemas, vocabulary, problems) if stale or quick.found else found


def load_placed_vocabulary(
    schemas: Sequence_[SourceText], vocabulary: Sequence_[SourceText], problems: Problems
) -> Vocabulary:
    """Load the same with the place of every field, for findings about fields: where it was written by somebody."""
    if not vocabulary:
        return _load(schemas, problems, _placed_roots)
    reading = Problems()
    before = len(problems.found)
    forms = {f"schemas/{form.schema}": form for form in read_forms(vocabulary, reading)}
    problems.found += reading.found

    def roots(source: SourceText, problems: Problems) -> Iterable[Node]:
        form = forms.get(within(source.path))
        return _placed_roots(source, problems) if form is None else (form.tree,)

    loading = Problems()
    found = _load(schemas, loading, roots)
    # What was told of a group isn't told again of the schema that it makes.
    told = {(d.code, d.span) for d in reading.found}
    problems.found += (_as_written(d) for d in loading.found if (d.code, d.span) not in told)
    # Where fields have errors, making the schemas anew is not what mends them.
    if not any(map(is_error, (*reading.found, *problems.found[before:]))):
        problems.found += find_untrue(schemas, vocabulary, forms)
    return found


def load_forms(forms: Iterable[Form], problems: Problems) -> Vocabulary:
    """Load a vocabulary as it is written, whatever has been made of it."""
    trees = {f"schemas/{form.schema}": form.tree for form in forms}
    loading = Problems()
    found = _load((SourceText(path, "") for path in trees), loading, lambda source, _: (trees[source.path],))
    problems.found += map(_as_written, loading.found)
    return found


def _as_written(found: Diagnostic) -> Diagnostic:
    """Name the keys of a field as its file does: the tree that is read holds those of the schema made of it."""
    if found.span is None or not within(found.span.path).startswith("vocabulary/"):
        return found
    message, help_text = (
        _KEY.sub(lambda key: f"`{WRITTEN.get(key[1], key[1])}`", text) for text in (found.message, found.help)
    )
    return replace(found, message=message, help=help_text)


_Roots = Callable[[SourceText, Problems], Iterable[Node]]


def _quick_roots(source: SourceText, problems: Problems) -> Iterable[Node]:
    root = parse_json(source.text, source.path)
    if root is None:
        problems.error("PE002", "不是 JSON", None)
    return () if root is None else (root,)


def _placed_roots(source: SourceText, problems: Problems) -> Iterable[Node]:
    parsed = parse(source.text, source.path)
    problems.found += parsed.diagnostics
    return parsed.documents


def _load(sources: Iterable[SourceText], problems: Problems, read: _Roots) -> Vocabulary:
    subjects: dict[str, Subject] = {}
    for source in sources:
        for root in read(source, problems):
            if not isinstance(root, Mapping):
                continue
            if root.get("x-subject") is None:
                _expect_helper(root, source.path, problems)
            else:
                subject = _subject(root, source.path, "x-subject", problems)
                first = subjects.get(subject.name)
                if first is not None and is_apart(file_span(source.path), file_span(first.file)):
                    instead = "给它加字段的，在 vocabulary 里加分组"
                    report_change(
                        problems, f"主题 `{subject.name}`", subject.span, file_span(first.file), instead
                    )
                elif first is not None:
                    problems.error(
                        "PE202", f"主题 `{subject.name}` 有两个模式文件", subject.span, "合并成一个"
                    )
                subjects[subject.name] = subject
    return Vocabulary(MappingProxyType(subjects))


def _expect_helper(root: Mapping, path: str, problems: Problems) -> None:
    if PurePosixPath(path).name in HELPERS:
        return
    hint = "写明 x-subject；不是主题的模式文件移出 schemas"
    problems.error("PE015", f"`{path}` 没有 `x-subject`，里面的字段不起作用", root.span, hint)


def _check_keywords(owner: Mapping, ours: Collection[str], problems: Problems) -> None:
    for key in unknown_keys(owner, (*JSON_SCHEMA, *ours)):
        message = f"模式文件里没有 `{key.text}` 这个关键字，写了不起作用"
        problems.unknown("PE211", message, key.span, key.text, (*ours, *JSON_SCHEMA))


def properties_of(source: SourceText) -> tuple[str, ...]:
    """List the keys that a helper schema allows at the top of a file."""
    root = parse_json(source.text, source.path)
    properties = root.get("properties") if isinstance(root, Mapping) else None
    return tuple(key.text for key, _ in properties.pairs) if isinstance(properties, Mapping) else ()


def load_form(source: SourceText, problems: Problems) -> Subject | None:
    """Load a schema that names a form (`x-form`): fields like a subject's, which no rule reads."""
    for root in _placed_roots(source, problems):
        if isinstance(root, Mapping) and root.get("x-form") is not None:
            return _subject(root, source.path, "x-form", problems)
    return None


def _subject(root: Mapping, path: str, key: str, problems: Problems) -> Subject:
    name = problems.text(root, key)
    _check_keywords(
        root,
        (
            key,
            "x-gives",
            "x-phases",
            "x-duties",
            *(f"x-{said}" for said in OF_OPINIONS),
            "x-source",
            "x-groups",
        ),
        problems,
    )
    properties = problems.mapping(root.get("properties"), "`properties`", root.span)
    plain = {
        key.text: _field(key, node, name, problems) for key, node in (properties.pairs if properties else ())
    }
    fields = {key: field for key, field in plain.items() if field is not None}
    # Only now: a sign may read a field that stands further down.
    full = {
        key: _with_indicators(field, node, fields, problems)
        for (key, field), node in zip(fields.items(), _nodes(properties, fields), strict=True)
    }
    return Subject(
        name=name,
        description=problems.text(root, "description", fallback=""),
        file=path,
        gives_findings=problems.one_of(root, "x-gives", ("verdict", "findings"), "verdict") == "findings",
        fields=MappingProxyType(full),
        span=root.span,
        has_phases=problems.flag(root, "x-phases", fallback=False),
        has_duties=problems.flag(root, "x-duties", fallback=False),
        permitted=problems.text(root, "x-permitted", fallback=""),
        groups=MappingProxyType(_texts_by_key(root, "x-groups", problems)),
        refused=problems.text(root, "x-refused", fallback=""),
        corrected=problems.text(root, "x-corrected", fallback=""),
    )


def _nodes(properties: Mapping | None, fields: MappingOf[str, Field]) -> list[Node]:
    return [node for key, node in (properties.pairs if properties else ()) if key.text in fields]


def _field(key: Scalar, node: Node, subject: str, problems: Problems) -> Field | None:
    owner = problems.mapping(node, f"字段 `{key.text}`", key.span)
    if owner is None:
        return None
    shape = _plain_type(owner)
    _check_keywords(owner, _OF_FIELDS, problems)
    if shape is not None and shape is not owner:
        _check_keywords(shape, (), problems)
    if shape is None:
        problems.error(
            "PE201",
            f"字段 `{key.text}` 没有可用的类型",
            key.span,
            "第一分支写 type 或 enum，见 rules/README.md",
        )
        return None
    role = Role(problems.one_of(owner, "x-role", (r.value for r in Role), Role.ELEMENT.value))
    scale = _integer(owner, "x-scale", 0, problems)
    type_ = _type(shape, problems)
    choices = tuple(s.text for s in problems.texts(_choices_owner(shape, type_), "enum"))
    aliases = _texts_by_key(owner, "x-aliases", problems)
    _check_choices(shape, type_, problems)
    _check_aliases(owner, choices, problems)
    minimum, maximum = _bounds(shape, scale, problems)
    formerly = _formerly(owner)
    return Field(
        name=key.text,
        subject=subject,
        title=problems.text(owner, "title", fallback=key.text),
        description=problems.text(owner, "description", fallback=""),
        type=type_,
        role=role,
        choices=choices,
        aliases=MappingProxyType(aliases),
        items=MappingProxyType(_items(owner, choices, problems)),
        unit=problems.text(owner, "x-unit", fallback=""),
        scale=scale,
        minimum=minimum,
        maximum=maximum,
        supplier=problems.text(owner, "x-supplier", fallback=""),
        question=problems.text(owner, "x-question", fallback=""),
        phase=_phase(owner, "x-phase", problems),
        happens=_phase(owner, "x-happens", problems),
        constitutive=problems.flag(owner, "x-constitutive", fallback=False),
        needs_source=problems.flag(owner, "x-needs-source", fallback=False),
        judged_by=problems.text(owner, "x-judged-by", fallback=""),
        describes=problems.flag(owner, "x-describes", fallback=False),
        criteria=MappingProxyType(_criteria(owner, problems)),
        finding=problems.flag(owner, "x-finding", fallback=False),
        found_as=problems.text(owner, "x-found-as", fallback=""),
        changeable=problems.flag(owner, "x-changeable", fallback=role is Role.PLAN),
        typical_yes=problems.text(owner, "x-yes", fallback=""),
        typical_no=problems.text(owner, "x-no", fallback=""),
        group=problems.text(owner, "x-group", fallback=""),
        first=problems.flag(owner, "x-first", fallback=False),
        was=MappingProxyType({**_texts_by_key(owner, "x-was", problems), **_rewritten(formerly)}),
        formerly=MappingProxyType(formerly),
        span=key.span,
    )


def _plain_type(owner: Mapping) -> Mapping | None:
    branches = owner.get("anyOf")
    if isinstance(branches, Sequence) and branches.items and isinstance(branches.items[0], Mapping):
        return branches.items[0]
    return owner if owner.get("type") is not None or owner.get("enum") is not None else None


def _type(shape: Mapping, problems: Problems) -> FieldType:
    if shape.get("enum") is not None:
        return FieldType.CHOICE
    word = problems.text(shape, "type", fallback="string")
    if word == "string":
        return FieldType.DATE if problems.text(shape, "format", fallback="") == "date" else FieldType.TEXT
    by_word = {
        "boolean": FieldType.BOOLEAN,
        "number": FieldType.NUMBER,
        "integer": FieldType.NUMBER,
        "array": FieldType.LIST,
    }
    if word not in by_word:
        problems.error(
            "PE201", f"不支持的类型 `{word}`", shape.span, "用 boolean、number、string、array 或 enum"
        )
    return by_word.get(word, FieldType.TEXT)


def _choices_owner(shape: Mapping, type_: FieldType) -> Mapping:
    items = shape.get("items")
    return items if type_ is FieldType.LIST and isinstance(items, Mapping) else shape


def _texts_by_key(owner: Mapping, key: str, problems: Problems) -> dict[str, str]:
    node = owner.get(key)
    if node is None:
        return {}
    mapping = problems.mapping(node, f"`{key}`", owner.span)
    return {k.text: v.text for k, v in (mapping.pairs if mapping else ()) if isinstance(v, Scalar)}


def _formerly(owner: Mapping) -> dict[str, MappingOf[str, tuple[str, ...]]]:
    """Read of each old name that is read still what each of its answers is now: one value, or members of the list."""
    node = owner.get("x-was")
    return {
        old.text: MappingProxyType({answer.text: _now(value) for answer, value in answers.pairs})
        for old, answers in (node.pairs if isinstance(node, Mapping) else ())
        if isinstance(answers, Mapping)
    }


def _now(node: Node) -> tuple[str, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    return tuple(item.text for item in items if isinstance(item, Scalar))


def _rewritten(formerly: MappingOf[str, MappingOf[str, tuple[str, ...]]]) -> dict[str, str]:
    """Say of each old name that is still read how to write what it said."""
    return {
        old: "，".join(
            f"{answer}的写“{'、'.join(now)}”" if now else f"{answer}的不写" for answer, now in answers.items()
        )
        for old, answers in formerly.items()
    }


def _items(owner: Mapping, choices: tuple[str, ...], problems: Problems) -> dict[str, str]:
    node = owner.get("x-items")
    mapping = problems.mapping(node, "`x-items`", owner.span) if node is not None else None
    found: dict[str, str] = {}
    for code, choice in mapping.pairs if mapping else ():
        if not is_code(code.text):
            problems.error("PE331", f"`{code.text}` 不是品目代码", code.span, "略去末尾的 00，例如 C2104")
        elif not isinstance(choice, Scalar) or choice.text not in choices:
            written = choice.text if isinstance(choice, Scalar) else ""
            problems.unknown(
                "PE108", f"`{code.text}` 所指的 `{written}` 不是选项", choice.span, written, choices
            )
        else:
            found[code.text] = choice.text
    return found


def _criteria(owner: Mapping, problems: Problems) -> dict[str, tuple[str, ...]]:
    node = owner.get("x-criteria")
    listed = problems.mapping(node, "`x-criteria`", owner.span) if node is not None else None
    if listed is None:
        return {}
    return {
        key.text: tuple(word.text for word in problems.texts(listed, key.text)) for key, _ in listed.pairs
    }


def _integer(owner: Mapping, key: str, fallback: int, problems: Problems) -> int:
    word = problems.text(owner, key, fallback=str(fallback))
    if word.isascii() and word.isdigit():
        return int(word)
    _no_number(owner, key, word, problems)
    return fallback


def _check_choices(shape: Mapping, type_: FieldType, problems: Problems) -> None:
    """Report choices that are written twice."""
    seen: dict[str, Scalar] = {}
    node = _choices_owner(shape, type_).get("enum")
    for choice in node.items if isinstance(node, Sequence) else ():
        if isinstance(choice, Scalar) and seen.setdefault(choice.text, choice) is not choice:
            report_twice(
                problems, f"选项 `{choice.text}`", choice.span, seen[choice.text].span, "每个选项写一次"
            )


def _check_aliases(owner: Mapping, choices: tuple[str, ...], problems: Problems) -> None:
    """Report other spellings that stand for nothing, or that are choices of their own: told one, a case would mean another."""
    node = owner.get("x-aliases")
    for word, meant in node.pairs if isinstance(node, Mapping) else ():
        if word.text in choices:
            hint = "它自己就是选项，填了就是它；删去这个别称"
            problems.error("PE108", f"别称 `{word.text}` 与选项同名", word.span, hint)
        if isinstance(meant, Scalar) and meant.text not in choices:
            message = f"别称 `{word.text}` 所指的 `{meant.text}` 不是选项"
            problems.unknown("PE108", message, meant.span, meant.text, choices)


def _bounds(shape: Mapping, scale: int, problems: Problems) -> tuple[int | None, int | None]:
    """Read the least and the greatest number: `None` where there is none, or where no number would lie between them."""
    minimum, maximum = (_bound(shape, key, scale, problems) for key in ("minimum", "maximum"))
    if minimum is None or maximum is None or minimum <= maximum:
        return minimum, maximum
    place = shape.place("maximum") or shape.span
    problems.error("PE104", "`minimum` 大于 `maximum`，没有数字填得进去", place, "核对两个数，小的写 minimum")
    return None, None


def _bound(shape: Mapping, key: str, scale: int, problems: Problems) -> int | None:
    word = problems.text(shape, key, fallback="")
    found = read_number(word, scale) if word else None
    if word and found is None:
        _no_number(shape, key, word, problems)
    return found


def _no_number(owner: Mapping, key: str, word: str, problems: Problems) -> None:
    node = owner.get(key)
    if isinstance(node, Scalar):
        problems.error(
            "PE103", f"`{key}` 应为数字，写的是 `{short(word)}`", node.span, "写成 0、12 这样的数字"
        )


def _phase(owner: Mapping, key: str, problems: Problems) -> Phase | None:
    if is_empty(owner.get(key)):
        return None
    word = problems.one_of(owner, key, (p.value for p in Phase), "")
    return Phase(word) if word else None


def _with_indicators(field: Field, node: Node, fields: MappingOf[str, Field], problems: Problems) -> Field:
    owner = node if isinstance(node, Mapping) else None
    if owner is None:
        return field
    reader = ConditionReader(fields, MappingProxyType({}), problems)
    listed = owner.get("x-indicators")
    items = problems.sequence(listed, "`x-indicators`", owner.span) if listed is not None else ()
    indicators = [reader.read(item) for item in items]
    declared_node = owner.get("x-declared")
    declared = read_value(declared_node, field, problems) if declared_node is not None else None
    if declared is None and field.role in _CLOSABLE and field.type is FieldType.BOOLEAN:
        declared = False
    if declared is None and field.role is Role.FLAG:
        problems.error(
            "PE210", f"标志 `{field.name}` 没有 `x-declared`", field.span, "写明申报声明时的通常取值"
        )
    return replace(
        field,
        declared=declared,
        indicators=tuple(c for c in indicators if c is not None),
        implied=tuple(_implied(field, owner, reader, problems)),
        term=_term(field, owner, reader, problems),
    )


def _term(field: Field, owner: Mapping, reader: ConditionReader, problems: Problems) -> Term | None:
    """Read `x-term: {after: 另一事件, days: 30}`, or `working_days: 2` instead of `days`."""
    node = owner.get("x-term")
    entry = problems.mapping(node, "`x-term`", owner.span) if node is not None else None
    if entry is None:
        return None
    problems.keys(entry, ("after", "days", "working_days"), "`x-term`")
    counts = [(key, _integer(entry, key, 0, problems)) for key in ("days", "working_days") if entry.get(key)]
    if len(counts) != 1 or counts[0][1] < 1:
        hint = "写 {after: 合同签订日, working_days: 2}，或者 days"
        problems.error("PE009", "期限应恰有一个天数，至少一天", entry.span, hint)
        return None
    name = entry.get("after")
    if not isinstance(name, Scalar):
        problems.missing(entry, "after")
        return None
    start = reader.field(name)
    for one, span in ((field, field.span), (start, name.span)):
        if one is not None and not (one.role is Role.EVENT and one.type is FieldType.DATE):
            problems.error(
                "PE303", f"`{one.name}` 不是哪一天的事件，不能有期限", span, "改用 role: event 的日期字段"
            )
            return None
    ((unit, days),) = counts
    return Term(start.name, days, unit == "working_days") if start is not None else None


def _implied(field: Field, owner: Mapping, reader: ConditionReader, problems: Problems) -> Iterator[Implied]:
    listed = owner.get("x-implied")
    for item in problems.sequence(listed, "`x-implied`", owner.span) if listed is not None else ():
        entry = problems.mapping(item, "`x-implied` 的一项", item.span)
        if entry is None:
            continue
        problems.keys(entry, ("when", "before", "value", "part", "because"), "`x-implied`")
        written, node = entry.get("when"), entry.get("value")
        value = read_value(node, field, problems) if node is not None else None
        if entry.get("part") is not None:
            word = problems.one_of(entry, "part", (p.value for p in DayPart), DayPart.YEAR.value)
            yield Implied(None, None, 0, problems.text(entry, "because"), DayPart(word))
            continue
        if node is None:
            problems.missing(entry, "value")
        if value is not None:
            condition = reader.read(written) if written is not None else None
            before = _phase(entry, "before", problems)
            yield Implied(condition, before, value, problems.text(entry, "because"))
