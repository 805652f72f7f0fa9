"""The vocabulary as people write it, `vocabulary/<subject>/<n>-<group>.yaml`, read as the schema trees it stands for.

The trees keep the places of what was written, so that whatever is wrong with a field is told where it can be mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from pathlib import PurePosixPath

from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import HELPERS, SHARED, SUBJECT, group_of, root_of
from policy_engine.loading.layers import is_apart, report_change
from policy_engine.loading.problems import Problems
from policy_engine.loading.schema_trees import FIELD_KEYS, SUBJECT_KEYS, Said, schema_tree, text_node
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty, parse

_SCHEMA = re.compile(r"[a-z0-9][a-z0-9-]*\.schema\.json")
_GROUP_KEYS = ("help", "fields")


@dataclass(frozen=True, slots=True)
class Form:
    """One subject as its files say it. `schema`: the name of the file made of it; `tree`: what that file says."""

    subject: str
    schema: str
    tree: Mapping


def subject_of(path: str) -> str:
    """Name the subject that a file of the vocabulary belongs to: its folder is called so."""
    return PurePosixPath(path).parent.name


def read_forms(sources: Iterable[SourceText], problems: Problems) -> tuple[Form, ...]:
    """Read every subject of a vocabulary; what is wrong becomes a problem, at its place."""
    folders: dict[str, list[SourceText]] = {}
    for source in sources:
        folders.setdefault(subject_of(source.path), []).append(source)
    shared = _shared(folders.pop(SHARED, []), problems)
    used: set[str] = set()
    forms = [_form(name, files, shared, used, problems) for name, files in folders.items()]
    for name, said in shared.items():
        if name not in used:
            hint = "在用它的分组里写 `- shared: [字段]`，没有主题用的删去"
            problems.error("PE218", f"共用字段 `{name}` 没有主题用", said.name.span, hint)
    found: dict[str, Form] = {}
    for form in forms:
        if form is not None and found.setdefault(form.schema, form) is not form:
            message = (
                f"主题 `{form.subject}` 和 `{found[form.schema].subject}` 的 `schema` 都是 {form.schema}"
            )
            problems.error("PE218", message, form.tree.span, "一个主题一个模式文件，改一个的文件名")
    return tuple(found.values())


def _shared(sources: Iterable[SourceText], problems: Problems) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for source in sources:
        root = _root(source, problems)
        if root is None:
            continue
        problems.keys(root, _GROUP_KEYS, "共用的分组")
        for item in problems.sequence(root.get("fields"), "`fields`", root.span):
            said = _said(item, problems)
            if said is not None:
                _add(found, said, problems)
    return found


def _root(source: SourceText, problems: Problems) -> Mapping | None:
    parsed = parse(source.text, source.path)
    problems.found += parsed.diagnostics
    if parsed.diagnostics:
        return None
    if not parsed.documents or is_empty(parsed.documents[0]):
        problems.error("PE008", "词汇表的文件是空的", file_span(source.path), "写上内容，或者删去这个文件")
        return None
    if len(parsed.documents) > 1:
        problems.error("PE009", "一个文件里有几个 `---` 文档", parsed.documents[1].span, "拆成几个文件")
        return None
    return problems.mapping(parsed.documents[0], "词汇表的文件", file_span(source.path))


def _said(item: Node, problems: Problems) -> Said | None:
    owner = problems.mapping(item, "字段", item.span)
    name = owner.get("name") if owner is not None else None
    if owner is None:
        return None
    problems.keys(owner, FIELD_KEYS, "字段")
    if not isinstance(name, Scalar) or not name.text.strip():
        problems.error("PE011", "字段没有 `name`", owner.span, "补上 `name: 字段名`")
        return None
    if not name.text.isprintable() or name.text != name.text.strip():
        problems.error("PE014", "字段名里有看不见的字符或者首尾有空格", name.span, "写成一行里的一个词")
        return None
    return Said(name, owner)


def _add(found: dict[str, Said], said: Said, problems: Problems) -> None:
    first = found.setdefault(said.name.text, said)
    if first is not said and is_apart(said.name.span, first.name.span):
        report_change(problems, f"字段 `{said.name.text}`", said.name.span, first.name.span)
    elif first is not said:
        place = f"{first.name.span.path}:{first.name.span.line + 1}"
        message = f"字段 `{said.name.text}` 写了两次，另一处在 {place}"
        problems.error("PE218", message, said.name.span, "一个主题里一个字段只写在一个分组里，删去一处")


def _form(
    subject: str,
    sources: list[SourceText],
    shared: MappingOf[str, Said],
    used: set[str],
    problems: Problems,
) -> Form | None:
    abouts = [s for s in sources if PurePosixPath(s.path).name == SUBJECT]
    about = abouts[0] if abouts else None
    for other in abouts[1:]:
        instead = "只加分组，主题的说法照基础的"
        report_change(
            problems, f"主题 `{subject}`", file_span(other.path), file_span(abouts[0].path), instead
        )
    if about is None:
        message = f"主题 `{subject}` 没有 {SUBJECT}"
        hint = "在这个目录里写一个，写明 help 和 schema，见 vocabulary/README.md"
        problems.error("PE011", message, file_span(sources[0].path), hint)
        return None
    head = _root(about, problems)
    # Those of a layer stand behind those that it lies on, whatever their numbers.
    levels = tuple(dict.fromkeys(root_of(s.path) for s in sources))
    groups = sorted(
        ((levels.index(root_of(s.path)), *group_of(s.path)), s.path, s) for s in sources if s not in abouts
    )
    fields: dict[str, Said] = {}
    rooms: dict[str, Scalar] = {}
    helps: list[tuple[str, Node]] = []
    numbers: dict[tuple[int, int], str] = {}
    titles: dict[str, str] = {}
    before_groups = len(problems.found)
    for (level, number, title), _, source in groups:
        at = (level, number)
        if is_apart(file_span(source.path), file_span(titles.setdefault(title, source.path))):
            report_change(problems, f"分组 `{title}`", file_span(source.path), file_span(titles[title]))
        if numbers.setdefault(at, source.path) != source.path:
            message = f"两个分组的序号都是 {number}：{PurePosixPath(numbers[at]).name}"
            problems.error("PE218", message, file_span(source.path), "改文件名的序号，分组按序号排列")
        before = set(fields)
        helps.append((title, _group(source, fields, shared, used, problems)))
        place = Scalar(title, True, file_span(source.path))
        rooms |= {name: place for name in fields if name not in before}
    _check_old_names(fields, problems)
    if head is None:
        return None
    problems.keys(head, SUBJECT_KEYS, "主题")
    # A group that can't be read has been told of.
    if not fields and len(problems.found) == before_groups:
        problems.error("PE011", f"主题 `{subject}` 没有字段", head.span, "加一个 `1-分组.yaml`，写 fields")
    name = problems.text(head, "schema")
    if not name:
        return None
    if not _SCHEMA.fullmatch(name) or name in HELPERS:
        hint = "写成 purchase.schema.json 这样的文件名，不用已有别的用处的：" + "、".join(sorted(HELPERS))
        problems.error("PE009", f"`schema` 应为 schemas 里的文件名：`{name}`", head.span, hint)
        return None
    return Form(subject, name, schema_tree(subject, name, head, fields, rooms, helps, problems))


def _check_old_names(fields: MappingOf[str, Said], problems: Problems) -> None:
    replaced: dict[str, str] = {}
    for name, said in fields.items():
        was = said.written.get("was")
        owner = problems.mapping(was, "`was`", said.written.span) if was is not None else None
        for old, _ in owner.pairs if owner is not None else ():
            first = name if old.text in fields else replaced.setdefault(old.text, name)
            if old.text in fields or first != name:
                message = f"`{old.text}` 不是 `{name}` 的旧名：" + (
                    "还有这个字段" if old.text in fields else f"`{first}` 也说代替了它"
                )
                problems.error("PE218", message, old.span, "一个旧名只由一个字段代替，还在用的不是旧名")


def _group(
    source: SourceText,
    fields: dict[str, Said],
    shared: MappingOf[str, Said],
    used: set[str],
    problems: Problems,
) -> Node:
    """Add the fields of a group; give what it says of itself."""
    root = _root(source, problems)
    if root is None:
        return text_node("", file_span(source.path))
    problems.keys(root, _GROUP_KEYS, "分组")
    items = problems.sequence(root.get("fields"), "`fields`", root.span)
    if not items and isinstance(root.get("fields"), Sequence):
        problems.error("PE011", "这个分组没有字段", root.span, "写上字段，或者删去这个文件")
    for item in items:
        if isinstance(item, Mapping) and item.get(SHARED) is not None:
            problems.keys(item, (SHARED,), "共用字段的一项")
            words = problems.texts(item, SHARED)
            if not words:
                problems.error("PE218", "`shared` 没有写字段", item.span, "写成 `shared: [字段, 字段]`")
            for word in words:
                if word.text in shared:
                    used.add(word.text)
                    _add(fields, Said(word, shared[word.text].written), problems)
                else:
                    message = f"没有共用字段 `{word.text}`"
                    problems.unknown("PE218", message, word.span, word.text, shared)
        else:
            said = _said(item, problems)
            if said is not None:
                _add(fields, said, problems)
    return text_node(problems.text(root, "help", fallback=""), root.span)
