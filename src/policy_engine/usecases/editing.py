"""What an editor asks about a rule file: what a word means, where it is defined, what may stand here.

Positions are (line, column) counted from 0 in characters; turning them into a protocol's units is the server's work.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.memory import Memory
from policy_engine.foundation.spans import Span
from policy_engine.language.keys import CONDITION_WORDS, KEYWORDS, RULE_KEYS
from policy_engine.language.operators import operators_on
from policy_engine.loading.folders import full_id
from policy_engine.loading.vocabulary import load_placed_vocabulary
from policy_engine.model.rules import Definition, Rule, RuleSet
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role
from policy_engine.reporting.page import as_markdown, markdown_text
from policy_engine.reporting.rule_page import rule_page
from policy_engine.reporting.words import document_words, in_force_words
from policy_engine.usecases.rule_base import load_rule_set, new_memory
from policy_engine.usecases.sources import RuleFiles, Sources, read_sources
from policy_engine.usecases.validating import validate

_WORD = re.compile(r"[^\s\[\]{},:：，、\"'“”#（）()]+")
_DOCUMENT = re.compile(r"^document:\s*([^\s#]+)", re.MULTILINE)
_SUBJECT = re.compile(r"^\s+subject:\s*\[?\s*([^\s,\]]+)")
_VALUE = re.compile(r"([^\s\[\]{},:]+):\s*(?:\[[^\]]*)?[^\s\[\]{},:]*$")
_RULE_KEY = re.compile(r"^    [a-z_]*$")
_ROLES = {
    Role.ELEMENT: "必须说明",
    Role.PLAN: "方案，可以调整",
    Role.EVENT: "到阶段才有",
    Role.FLAG: "特殊情形",
    Role.CONCLUSION: "需要判断",
    Role.DERIVED: "由规则推算",
    Role.NOTE: "只作记录",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may stand here, and one line about it."""

    word: str
    about: str


@dataclass(frozen=True)
class Workbench:
    """A rule base with the unsaved texts of an editor over it. `rule_set`: the last that loaded, if any.

    `memory`: what was made of its files, of them and of those that were there before.
    """

    files: RuleFiles
    sources: Sources
    rule_set: RuleSet | None
    memory: Memory

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Map ids to rules."""
        return {rule.id: rule for rule in self.rule_set.rules} if self.rule_set else {}

    def shown(self, path: Path) -> str:
        """Name a file as places name it, or "" where it is not of this rule base."""
        return self.files.shown(path)

    def real(self, shown: str) -> Path:
        """Find the file a place names."""
        top, _, rest = shown.partition("/")
        return dict(self.files.all_folders).get(top, self.files.schemas) / rest


@dataclass(slots=True)
class Workshop:
    """One rule base that is being edited, and what was made of its files: only what changed is made anew."""

    files: RuleFiles
    memory: Memory = dataclasses.field(default_factory=new_memory)
    last: RuleSet | None = None

    def bench(self, unsaved: Mapping[Path, str]) -> Workbench:
        """Open the rule base with unsaved texts in place of what the disk holds. Never raises on bad rules."""
        try:
            sources = self.memory.made("files", _stamps(self.files), lambda: read_sources(self.files))
        except DiagnosticsError:
            return Workbench(self.files, Sources(MappingProxyType({}), (), (), ()), self.last, self.memory)
        texts = tuple((self.files.shown(path), text) for path, text in sorted(unsaved.items()))
        return self.memory.made("bench", (sources, texts), lambda: self._made(sources, dict(texts)))

    def _made(self, sources: Sources, texts: Mapping[str, str]) -> Workbench:
        overlaid = sources.overlaid(texts)
        # A text that is being typed may not load: then the last rule set that did is spoken of.
        with suppress(DiagnosticsError):
            self.last = load_rule_set(overlaid, load_placed_vocabulary, memory=self.memory)
        return Workbench(self.files, overlaid, self.last, self.memory)


def _stamps(files: RuleFiles) -> tuple[object, ...]:
    """Tell by names, sizes and times whether any file changed; an editor reads far more often than files do."""
    return tuple(
        f"{path} {status.st_mtime_ns} {status.st_size}"
        for _, folder in files.all_folders
        for path in sorted(folder.rglob("*"))
        # A link may lead nowhere.
        if path.is_file() and (status := path.stat()).st_size
    )


def diagnostics_of(bench: Workbench, today: int) -> Mapping[str, tuple[Diagnostic, ...]]:
    """Find everything wrong, by the file it is shown at."""
    found: dict[str, list[Diagnostic]] = {}
    if not bench.sources.registers:
        return {}
    for diagnostic in validate(bench.sources, today=today, memory=bench.memory).open:
        if diagnostic.span is not None:
            found.setdefault(diagnostic.span.path, []).append(diagnostic)
    return {path: tuple(diagnostics) for path, diagnostics in found.items()}


def word_at(text: str, line: int, column: int) -> str:
    """Find the word a position is in or just after; a trailing part of a longer name counts as the name."""
    lines = text.split("\n")
    if not 0 <= line < len(lines):
        return ""
    words = (m for m in _WORD.finditer(lines[line]) if m.start() <= column <= m.end())
    found = next(words, None)
    return found.group() if found else ""


def subject_at(text: str, line: int) -> str:
    """Find the subject of the rule a line stands in."""
    lines = text.split("\n")
    start = next((n for n in range(min(line, len(lines) - 1), -1, -1) if lines[n].startswith("  - id:")), 0)
    for number in range(start, len(lines)):
        if number > start and lines[number].startswith("  - id:"):
            break
        match = _SUBJECT.match(lines[number])
        if match:
            return match[1]
    return ""


def _field_at(bench: Workbench, text: str, line: int, word: str) -> Field | None:
    if bench.rule_set is None:
        return None
    subjects = bench.rule_set.vocabulary.subjects
    own = subjects.get(subject_at(text, line))
    if own is not None and word in own.fields:
        return own.fields[word]
    return next((s.fields[word] for s in subjects.values() if word in s.fields), None)


def hover_at(bench: Workbench, text: str, line: int, column: int) -> str:
    """Explain the word at a position in Chinese Markdown; "" where there is nothing to say."""
    word = word_at(text, line, column)
    rule_set = bench.rule_set
    if not word or rule_set is None:
        return ""
    rule = _rule_called(bench, text, word)
    if rule is not None:
        return as_markdown(rule_page(rule, rule_set))
    if word in rule_set.documents:
        document = rule_set.documents[word]
        about = f"{document.force}，{rule_set.areas.name(document.area)}，{in_force_words(document)}"
        lines = (
            f"**{markdown_text(document_words(document))}**",
            markdown_text(about),
            markdown_text(document.note),
        )
        return "\n\n".join(lines)
    field = _field_at(bench, text, line, word)
    if field is not None:
        return "\n\n".join(_field_lines(field))
    for one in _definitions(bench, text):
        if one.name == word:
            return f"**{markdown_text(word)}**：本文件所称，{markdown_text(one.locator or one.basis)}"
    if word in rule_set.objects:
        effect = "违反即不得实施" if rule_set.objects[word].value == "veto" else "违反须整改"
        return f"**{markdown_text(word)}**：禁止或许可的对象，{effect}"
    return KEYWORDS.get(word, "")


def _field_lines(field: Field) -> Iterator[str]:
    unit = f"，单位{field.unit}" if field.unit else ""
    about = f"（{field.subject}，{_ROLES[field.role]}{unit}）"
    yield f"**{markdown_text(field.name)}**{markdown_text(about)}"
    yield markdown_text(field.description or field.title)
    if field.choices:
        yield markdown_text("可选：" + "、".join(field.choices))
    if field.supplier:
        yield markdown_text(f"由{field.supplier}提供" + (f"：{field.question}" if field.question else ""))


def definition_at(bench: Workbench, text: str, line: int, column: int) -> Span | None:
    """Find where the word at a position is defined: a rule, a document, a field."""
    word = word_at(text, line, column)
    rule = _rule_called(bench, text, word)
    if rule is not None:
        return rule.span
    if bench.rule_set is not None and word in bench.rule_set.documents:
        return bench.rule_set.documents[word].span
    field = _field_at(bench, text, line, word) if word else None
    if field is not None:
        return field.span
    return next((one.span for one in _definitions(bench, text) if one.name == word), None)


def _rule_called(bench: Workbench, text: str, word: str) -> Rule | None:
    """Find a rule by its id, which may go without the document's within the document's file."""
    document = _DOCUMENT.search(text)
    return bench.rules.get(word) or (bench.rules.get(full_id(word, document[1])) if document else None)


def _definitions(bench: Workbench, text: str) -> tuple[Definition, ...]:
    """List the names that the document of a text defines."""
    document = _DOCUMENT.search(text)
    if document is None or bench.rule_set is None:
        return ()
    return bench.rule_set.definitions.get(document[1], ())


def suggestions_at(bench: Workbench, text: str, line: int, column: int) -> list[Suggestion]:
    """List what may stand at a position."""
    lines = text.split("\n")
    before = lines[line][:column] if 0 <= line < len(lines) else ""
    rule_set = bench.rule_set
    if rule_set is None:
        return []
    if _RULE_KEY.match(before):
        return [Suggestion(word, key.meaning) for word, key in RULE_KEYS.items() if word != "id"]
    value = _VALUE.search(before)
    if value:
        return list(_values(bench, text, line, value[1]))
    subject = rule_set.vocabulary.subjects.get(subject_at(text, line))
    fields = subject.fields.values() if subject is not None else ()
    found = [Suggestion(field.name, field.title) for field in fields if field.role is not Role.NOTE]
    return [*found, *(Suggestion(word, about.meaning) for word, about in CONDITION_WORDS.items())]


def _values(bench: Workbench, text: str, line: int, key: str) -> Iterator[Suggestion]:
    rule_set = bench.rule_set
    assert rule_set is not None
    match key:
        case "meets":
            names = (one for one in _definitions(bench, text) if not one.field)
            yield from (Suggestion(one.name, one.locator or one.basis) for one in names)
        case "document":
            yield from (Suggestion(d.id, document_words(d)) for d in rule_set.documents.values())
        case "subject":
            yield from (Suggestion(s.name, s.description) for s in rule_set.vocabulary.subjects.values())
        case "due" | "phase":
            yield from (Suggestion(phase.value, "") for phase in Phase)
        case "prohibit" | "permit":
            yield from (Suggestion(name, effect.value) for name, effect in rule_set.objects.items())
        case "rule" | "conflicts_with":
            yield from (Suggestion(rule.id, rule.title) for rule in rule_set.rules)
        case _:
            field = _field_at(bench, text, line, key)
            if field is None:
                return
            if field.type is FieldType.BOOLEAN:
                yield from (Suggestion(word, "") for word in ("true", "false"))
            yield from (Suggestion(choice, "") for choice in field.choices)
            sets = (one for one in _definitions(bench, text) if one.field == field.name)
            yield from (Suggestion(one.name, "、".join(one.members)) for one in sets)
            yield from (Suggestion(f"{{{o.word}: }}", o.meaning) for o in operators_on(field.type))


def rules_in(bench: Workbench, shown: str) -> list[Rule]:
    """List the rules of one file."""
    return [rule for rule in bench.rules.values() if rule.span.path == shown]
