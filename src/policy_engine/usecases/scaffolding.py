"""Add the beginnings of a document, subject, field, rule, parameter or term to a rule base that loads, so that it still loads."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.in_place import made_in_place
from policy_engine.foundation.records import dataclass
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends
from policy_engine.loading.folders import CASE_SCHEMA, LAW, REGISTERS, VOCABULARY, document_of, group_of
from policy_engine.model.calendar import iso
from policy_engine.model.rules import RuleSet
from policy_engine.model.vocabulary import FieldType
from policy_engine.usecases.extending import is_layer
from policy_engine.usecases.making import write_schemas
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import RuleFiles, read_sources
from policy_engine.usecases.starting import free_group, with_subject

_WITH_CHOICES = ("choice", "list")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TERM = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
# What a name may be made of: it stands bare in YAML, and may be a folder.
_NAME = re.compile(r"[\w〔〕（）]+")
_PLAIN = re.compile(r"[\w〔〕（）《》、。；·][\w〔〕（）《》、。；·.%-]*")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LONGEST = 60
_CANNOT = "PE018"
_TWICE = "PE209"
_ITEM = re.compile(r"^( *)- ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Added:
    """The files that were written, as places name them, with what was in them before; none where they are new."""

    files: Mapping[str, str | None]


# From the rule set as it is and the folder that holds a copy of the rule base: writes what it adds into the copy.
Scaffold = Callable[[RuleSet, Path], None]


def add(files: RuleFiles, scaffold: Scaffold) -> Added:
    """Add to a rule base. Raises `DiagnosticsError` where it does not load, before or after; then nothing was written.

    Everything is tried on a copy: the rule base itself is written last, and only what changed.
    """
    rule_set = load_rule_set(read_sources(files))
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        for shown, folder in files.folders:
            if folder.is_dir():
                shutil.copytree(folder, copy / shown)
        before = _texts(copy)
        scaffold(rule_set, copy)
        there = RuleFiles(copy / "rules", copy / "schemas", at=files.root)
        if there.vocabulary.is_dir():
            write_schemas(there)
        # What doesn't load is never written: the next command would be refused, and the author not know why.
        load_rule_set(read_sources(there))
        folders = dict(files.folders)
        changed = {path: text for path, text in _texts(copy).items() if before.get(path) != text}
        with ExitStack() as places:
            for path, data in changed.items():
                top, _, rest = path.partition("/")
                target = folders[top] / rest
                target.parent.mkdir(parents=True, exist_ok=True)
                places.enter_context(made_in_place(target.resolve())).write_bytes(data)
    return Added(MappingProxyType({path: _text(before.get(path)) for path in sorted(changed)}))


def _texts(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("utf-8", "replace")


def document(name: str, *, force: str, area: str, subjects: Sequence[str], day: int) -> Scaffold:
    """Register a document nobody encoded yet: until then its cases are told of it. `day`: its first, day number."""

    def write(rule_set: RuleSet, copy: Path) -> None:
        _expect_name(_ID, name, "文件编号", "小写字母、数字和连字符，例如 city-2027-1")
        _expect_new(name, rule_set.documents, "文件")
        _expect_one(force, rule_set.authority.forces, "效力")
        concerned = _subjects(rule_set, subjects)
        date = iso(day)
        entry = f"""\
- id: {name}
  number: 【待填：文号，没有的写 null】
  title: 【待填：{name} 的名称】
  issuer: 【待填：制定机关】
  force: {force}
  area: {_bare(area)}
  issued: {{date: {date}, basis: 【待填：印发日期和它的出处】, verified: false}}
  published: null
  effective: {{date: {date}, basis: 【待填：施行日期的出处】, verified: false}}
  ended: null
  repeals: []
  status_checked_on: null
  verified: no
  encoded: none
  concerns: [{", ".join(concerned)}]
  governed_by_later: null
  told_by: null
  note: 【待填：文本从哪里来；编好以后 encoded 改为 full 或者 partial】
"""
        _append(copy / "rules" / REGISTERS / "documents.yaml", "documents", entry)

    return write


def subject(name: str, *, schema: str) -> Scaffold:
    """Start a subject with one field that says what it is. `schema`: the file made of it, without its ending."""

    def write(rule_set: RuleSet, copy: Path) -> None:
        _expect_name(_NAME, name, "主题名称", "汉字、字母、数字")
        _expect_name(_ID, schema, "模式文件名", "小写字母、数字和连字符，例如 grant")
        _expect_new(name, rule_set.vocabulary.subjects, "主题")
        _expect_vocabulary(copy)
        file = f"{schema}.schema.json"
        # It would be overwritten by the one that is made of the new subject.
        if (copy / "schemas" / file).exists():
            raise _refused(_CANNOT, f"已经有 schemas/{file}", "换一个文件名")
        folder = copy / VOCABULARY / name
        folder.mkdir(parents=True)
        text = f"help: 【待填：一句话说明{name}是什么】\nschema: {file}\ngives: verdict\n"
        (folder / "subject.yaml").write_text(text, encoding="utf-8", newline="\n")
        field = "  - name: 名称\n    help: 【待填：写什么名称】\n    type: text\n    first: true\n    role: note\n"
        text = f"help: 【待填：这一组问什么】\nfields:\n{field}"
        (folder / "1-基本情况.yaml").write_text(text, encoding="utf-8", newline="\n")
        case = copy / "schemas" / CASE_SCHEMA
        if case.is_file():
            if name in json.loads(case.read_text(encoding="utf-8"))["properties"]:
                raise _refused(_CANNOT, f"案件里 `{name}` 另有所指", "换一个名称")
            text = with_subject(case.read_text(encoding="utf-8"), name, file)
            case.write_text(text, encoding="utf-8", newline="\n")

    return write


def field(of: str, name: str, *, type_: str, choices: Sequence[str]) -> Scaffold:
    """Add a field to the last group of a subject."""

    def write(rule_set: RuleSet, copy: Path) -> None:
        _expect_name(_NAME, name, "字段名称", "汉字、字母、数字、下划线")
        _expect_one(of, rule_set.vocabulary.subjects, "主题")
        _expect_new(name, rule_set.vocabulary.subjects[of].fields, f"主题 {of} 的字段")
        _expect_vocabulary(copy)
        if (type_ in _WITH_CHOICES) is not bool(choices):
            words = "要写选项" if type_ in _WITH_CHOICES else "没有选项"
            raise _refused(_CANNOT, f"类型 {type_} {words}", "选项写成 --choices 甲,乙；别的类型不写")
        groups = sorted((copy / VOCABULARY / of).glob("*.yaml"), key=lambda p: group_of(p.as_posix()))
        if not groups:
            # A layer has no group of a subject below yet.
            first = copy / VOCABULARY / of / f"1-{free_group(rule_set.vocabulary.subjects[of].groups)}.yaml"
            first.parent.mkdir(parents=True)
            first.write_text("help: 【待填：这一组问什么】\nfields:\n", encoding="utf-8", newline="\n")
            groups = [first]
        entry = [f"- name: {name}", f"  help: 【待填：{name}指什么，什么算、什么不算】", f"  type: {type_}"]
        if choices:
            entry.append(f"  choices: [{', '.join(_bare(one) for one in choices)}]")
        if type_ == "text":
            entry += ["  role: note"]
        else:
            entry += [
                "  role: element",
                "  supplier: 【待填：谁能说明】",
                f"  question: 【待填：怎样问{name}】",
            ]
        _append(groups[-1], "fields", "\n".join(entry) + "\n", apart=True)

    return write


@dataclass(frozen=True, slots=True)
class RuleAsked:
    """What a new rule is to say: that where a yes-or-no field has a value, something is forbidden, or that it must have it."""

    document: str
    locator: str
    subject: str
    field: str
    kind: str
    value: bool = True
    object: str = ""
    cite: str = ""


def rule(asked: RuleAsked) -> Scaffold:
    """Add a rule upon one yes-or-no field, with an example that breaks it, one that doesn't and one that is open."""

    def write(rule_set: RuleSet, copy: Path) -> None:
        _expect_one(asked.document, rule_set.documents, "文件")
        _expect_name(_ID, asked.locator, "规则编号", "小写字母、数字和连字符，例如 art-3")
        whole = f"{asked.document}.{asked.locator}"
        _expect_new(whole, {one.id for one in rule_set.rules}, "规则")
        _expect_one(asked.subject, rule_set.vocabulary.subjects, "主题")
        fields = rule_set.vocabulary.subjects[asked.subject].fields
        booleans = [name for name, one in fields.items() if one.type is FieldType.BOOLEAN]
        _expect_one(asked.field, booleans, f"{asked.subject} 的是非字段")
        if asked.kind == "prohibit":
            _expect_one(asked.object, rule_set.objects, "对象")
        # Tried on its first day: on the usual day of examples it may not be law any more, or not yet.
        begins = rule_set.documents[asked.document].effective
        day = f"as_of: {iso(begins.day)}, " if begins is not None else ""
        _append(_law_of(asked.document, copy), "rules", _rule_text(asked, day), apart=True)

    return write


def _rule_text(asked: RuleAsked, day: str) -> str:
    holds, other = (str(v).lower() for v in (asked.value, not asked.value))
    condition = f"{{{asked.field}: {holds}}}"
    bad, good = (holds, other) if asked.kind == "prohibit" else (other, holds)
    kinds = {
        "prohibit": (f"  when: {condition}\n  prohibit: {asked.object}\n", "remedy", "违反", "不适用"),
        "require": (f"  require: {condition}\n", "remedy", "违反", "符合"),
        "recommend": (f"  recommend: {condition}\n", "advice", "未采纳", "已采纳"),
    }
    body, key, broken, kept = kinds[asked.kind]
    return f"""\
- id: {asked.locator}
  title: 【待填：{asked.locator} 说什么】
  cite: {_bare(asked.cite) if asked.cite else "【待填：第几条】"}
  subject: {asked.subject}
{body}  {key}: 【待填：{"合法的办法" if key == "remedy" else "建议怎样做"}】
  examples:
    - {{name: 【待填：一件不合的事】, {day}given: {{{asked.field}: {bad}}}, expect: {broken}}}
    - {{name: 【待填：一件没有问题的事】, {day}given: {{{asked.field}: {good}}}, expect: {kept}}}
    - {{name: 【待填：一件说不清的事】, {day}given: {{{asked.field}: {{unknown: 未查}}}}, expect: 待核实}}
"""


def _law_of(name: str, copy: Path) -> Path:
    found = [p for p in sorted((copy / "rules").rglob(LAW)) if document_of(p.as_posix()) == name]
    return found[0] if found else copy / "rules" / "local" / name / LAW


def parameter(name: str, *, value: str, unit: str, document: str, first: int) -> Scaffold:
    """Add a dated number. `first`: the day number from which it has the value."""

    def write(rule_set: RuleSet, copy: Path) -> None:
        _expect_name(_NAME, name, "参数名称", "汉字、字母、数字、下划线")
        _expect_one(document, rule_set.documents, "文件")
        if not _NUMBER.fullmatch(value):
            raise _refused(_CANNOT, f"`{both_ends(value, _LONGEST)}` 不是数", "值写成 12 或者 0.5")
        entry = f"""\
- name: {name}
  type: number
  unit: {_bare(unit)}
  values:
    - {{from: {iso(first)}, until: null, value: {value}, document: {document}, cite: 【待填：第几条】}}
"""
        folder = copy / "rules" / REGISTERS / "parameters"
        files = sorted(folder.glob("*.yaml"))
        _append(files[-1] if files else folder / "parameters.yaml", "parameters", entry)

    return write


def term(name: str, *, words: Sequence[str], of: str, field: str, value: str) -> Scaffold:
    """Add a term with the texts that try it."""

    def write(rule_set: RuleSet, copy: Path) -> None:
        _expect_name(_TERM, name, "词条编号", "小写字母、数字、点和连字符，例如 my.budget")
        _expect_one(of, rule_set.vocabulary.subjects, "主题")
        _expect_one(field, rule_set.vocabulary.subjects[of].fields, f"{of} 的字段")
        shown = [_bare(word) for word in words]
        entry = f"""\
- id: {name}
  words: [{", ".join(shown)}]
  points_to:
    {of}: {{{field}: {_bare(value)}}}
  certainty: suspected
  because: 【待填：为什么这样的词指向它】
  source: 【待填：这些词出自哪里】
  examples:
    - 【待填：一句真的话】本项目写着{shown[0]}
    - 【待填：不相近的一句】根据会议安排，{shown[-1]}，请予办理
  harmless: [【待填：相近而不算的一句】, 【待填：另一句】]
"""
        _append(copy / "rules" / "lexicon" / "own.yaml", "terms", entry, apart=True)

    return write


def _append(path: Path, key: str, entry: str, *, apart: bool = False) -> None:
    """Add an entry to the list at the end of a file, indented as its others are; the file is made where there is none."""
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else _beginning(path, key)
    # As the last entries are, those of the list itself: further in lie the lists that entries hold.
    after = text[match.end() :] if (match := re.search(rf"^{key}:[^\n]*\n", text, re.MULTILINE)) else ""
    item = _ITEM.search(after)
    margin = item[1] if item else "  "
    lines = [f"{margin}{line}".rstrip() for line in entry.splitlines()]
    gap = "\n" if apart and item else ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text.rstrip()}\n{gap}" + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _beginning(path: Path, key: str) -> str:
    return f"document: {document_of(path.as_posix())}\n{key}:\n" if path.name == LAW else f"{key}:\n"


def _bare(word: str) -> str:
    """Write a word as YAML takes it for this very word, in a list or a map of one line too."""
    return word if _PLAIN.fullmatch(word) else json.dumps(word, ensure_ascii=False)


def _subjects(rule_set: RuleSet, named: Sequence[str]) -> tuple[str, ...]:
    for one in named:
        _expect_one(one, rule_set.vocabulary.subjects, "主题")
    return tuple(named) or tuple(rule_set.vocabulary.subjects)


def _expect_name(shape: re.Pattern[str], name: str, what: str, made_of: str) -> None:
    if not shape.fullmatch(name):
        raise _refused(_CANNOT, f"{what} `{both_ends(name, _LONGEST)}` 不合写法", f"只用{made_of}")


def _expect_new(name: str, known: Collection[str], what: str) -> None:
    if name in known:
        raise _refused(_TWICE, f"已经有{what} `{name}`", "换一个名称，或者直接改已有的")


def _expect_one(name: str, known: Collection[str], what: str) -> None:
    if name not in known:
        raise _refused(_CANNOT, f"没有{what} `{both_ends(name, _LONGEST)}`", did_you_mean(name, known))


def _expect_vocabulary(copy: Path) -> None:
    if not (copy / VOCABULARY).is_dir() and not is_layer(copy / "rules"):
        raise _refused(
            _CANNOT, "规则库没有 vocabulary 目录，字段直接写在 schemas 里", "照 rules/README.md 改 schemas"
        )


def _refused(code: str, message: str, help_text: str) -> DiagnosticsError:
    return DiagnosticsError([Diagnostic(code=code, message=message, help=help_text)])
