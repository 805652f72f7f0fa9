"""What an editor asks about a rule file: what a word means, where it is defined, what may stand here.

Positions are (line, column) counted from 0 in characters; turning them into a protocol's units is the server's work.
"""

from __future__ import annotations

import dataclasses
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.memory import Memory
from policy_engine.foundation.spans import Span
from policy_engine.language.keys import KEYWORDS
from policy_engine.loading.folders import full_id
from policy_engine.loading.parameters import Parameter, ParameterPeriod
from policy_engine.loading.pieces import settled
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_parameters
from policy_engine.loading.vocabulary import load_placed_vocabulary
from policy_engine.model.calendar import chinese_day
from policy_engine.model.documents import Citation
from policy_engine.model.locators import is_within
from policy_engine.model.rules import Definition, Rule, RuleSet
from policy_engine.model.vocabulary import Field, Role
from policy_engine.reporting.page import as_markdown, markdown_text
from policy_engine.reporting.rule_page import rule_page
from policy_engine.reporting.words import document_words, full_citation, in_force_words, reliance_words
from policy_engine.usecases.rule_base import load_rule_set, new_memory
from policy_engine.usecases.sources import RuleFiles, Sources, read_sources
from policy_engine.usecases.validating import validate

_WORD = re.compile(r"[^\s\[\]{},:：，、\"'“”#（）()]+")
_DOCUMENT = re.compile(r"^document:\s*([^\s#]+)", re.MULTILINE)
_SUBJECT = re.compile(r"^\s+subject:\s*\[?\s*([^\s,\]]+)")
# Within one line; what stands in quotes or brackets beside it is not the place.
_CITED = re.compile(r"(?:^|[\s{,])cite:\s*[\"']?([^\s\"'{},#][^\"'{},#]*)")
_PARAMETER = re.compile(r"(?:^|[\s{,-])(?:parameter|name):")
_ROLES = {
    Role.ELEMENT: "必须说明",
    Role.PLAN: "方案，可以调整",
    Role.EVENT: "到阶段才有",
    Role.FLAG: "特殊情形",
    Role.CONCLUSION: "需要判断",
    Role.DERIVED: "由规则推算",
    Role.NOTE: "只作记录",
}


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

    def settled(self, rule: Rule) -> Rule:
        """Give a rule with its place as it is now; lines that are written above a rule do not make it anew."""
        return dataclasses.replace(rule, span=settled(rule.span, self.memory))

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
    memory: Memory = dataclasses.field(default_factory=lambda: new_memory(keeps_parts=True))
    last: RuleSet | None = None

    def bench(self, unsaved: Mapping[Path, str]) -> Workbench:
        """Open the rule base with unsaved texts in place of what the disk holds. Never raises on bad rules."""
        try:
            # A keystroke changes no file: they are read again only where a name, size or time differs.
            sources = self.memory.made("files", _stamps(self.files), lambda: read_sources(self.files))
        except DiagnosticsError:
            return Workbench(self.files, Sources(MappingProxyType({}), (), (), ()), self.last, self.memory)
        # Sorted: the same texts are to find what was made of them, in whichever order they were opened.
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
    return tuple(stamp for _, folder in files.all_folders for stamp in _stamps_in(folder))


def _stamps_in(folder: Path | str) -> Iterator[str]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        # It need not be there.
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _stamps_in(entry.path)
            continue
        # A link may lead nowhere.
        with suppress(OSError):
            status = entry.stat()
            if stat.S_ISREG(status.st_mode) and status.st_size:
                yield f"{entry.path} {status.st_mtime_ns} {status.st_size}"


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
    # By lines, not by the tree: what is being typed rarely parses.
    start = next((n for n in range(min(line, len(lines) - 1), -1, -1) if lines[n].startswith("  - id:")), 0)
    for number in range(start, len(lines)):
        if number > start and lines[number].startswith("  - id:"):
            break
        match = _SUBJECT.match(lines[number])
        if match:
            return match[1]
    return ""


def field_at(bench: Workbench, text: str, line: int, word: str) -> Field | None:
    """Find the field that a word names in the rule a line stands in; where its subject has none, that of another."""
    if bench.rule_set is None:
        return None
    subjects = bench.rule_set.vocabulary.subjects
    # The text may be half written: where its subject isn't known yet, any field of that name helps.
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
    cited = _CITED.search(text.split("\n")[line])
    if cited is not None and cited.start(1) <= column <= cited.end(1):
        return "\n\n".join(_citation_lines(bench, text, line, cited[1]))
    # Only after `parameter:` or `name:`: a parameter may be called like a field.
    parameter = parameters_of(bench).get(word) if _PARAMETER.search(text.split("\n")[line]) else None
    if parameter is not None:
        return "\n\n".join(_parameter_lines(parameter))
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
    field = field_at(bench, text, line, word)
    if field is not None:
        return "\n\n".join(_field_lines(field))
    for one in definitions_of(bench, text):
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
    parameter = parameters_of(bench).get(word)
    if parameter is not None:
        return parameter.span
    field = field_at(bench, text, line, word) if word else None
    if field is not None:
        return field.span
    return next((one.span for one in definitions_of(bench, text) if one.name == word), None)


def rule_at(bench: Workbench, text: str, line: int) -> Rule | None:
    """Find the rule a line stands in, as it last loaded."""
    lines = text.split("\n")[: line + 1]
    start = next((one for one in reversed(lines) if one.startswith("  - id:")), "")
    return _rule_called(bench, text, start.removeprefix("  - id:").strip())


def parameters_of(bench: Workbench) -> Mapping[str, Parameter]:
    """Give the parameters of the rule base, those of what it lies on included."""
    if bench.rule_set is None:
        return {}
    known = (bench.sources.parameters, bench.rule_set.documents)
    return bench.memory.made("words of parameters", known, lambda: load_parameters(*known, Problems()))


def parameter_words(parameter: Parameter) -> str:
    """Say from when to when a parameter has which value."""
    unit = parameter.unit
    return "；".join(f"{_days_words(one)} {_value_words(one, unit)}" for one in parameter.periods)


def _days_words(period: ParameterPeriod) -> str:
    first = f"{chinese_day(period.first)}起" if period.first is not None else "起初"
    return first + (f"至{chinese_day(period.last)}" if period.last is not None else "")


def _value_words(period: ParameterPeriod, unit: str) -> str:
    return "、".join(one.text for one in period.texts) + unit


def _parameter_lines(parameter: Parameter) -> Iterator[str]:
    yield f"**{markdown_text(parameter.name)}**" + markdown_text(
        "（参数" + (f"，单位{parameter.unit}" if parameter.unit else "") + "）"
    )
    for period in parameter.periods:
        cited = f"，{full_citation(period.citation)}" if period.citation is not None else ""
        yield markdown_text(f"{_days_words(period)}：{_value_words(period, parameter.unit)}{cited}")


def _citation_lines(bench: Workbench, text: str, line: int, cited: str) -> Iterator[str]:
    """Say of a place in a document what it is, how far its text was checked, and which rules rest on it."""
    rule = rule_at(bench, text, line)
    document = _DOCUMENT.search(text)
    known = bench.rule_set.documents.get(document[1]) if bench.rule_set and document else None
    own = rule.citation.document if rule is not None else known
    if own is None:
        return
    yield f"**{markdown_text(full_citation(Citation(own, cited)))}**"
    words = [in_force_words(own), reliance_words(Citation(own, cited))]
    yield markdown_text("，".join(word for word in words if word))
    for other in bench.rules.values():
        if other.citation.document.id == own.id and is_within(other.citation.locator, cited):
            quote = f"：“{other.quote}”" if other.quote else ""
            yield markdown_text(f"{other.id} {other.title}{quote}")


def _rule_called(bench: Workbench, text: str, word: str) -> Rule | None:
    """Find a rule by its id, which may go without the document's within the document's file."""
    document = _DOCUMENT.search(text)
    found = bench.rules.get(word) or (bench.rules.get(full_id(word, document[1])) if document else None)
    return bench.settled(found) if found is not None else None


def definitions_of(bench: Workbench, text: str) -> tuple[Definition, ...]:
    """List the names that the document of a text defines."""
    document = _DOCUMENT.search(text)
    if document is None or bench.rule_set is None:
        return ()
    return bench.rule_set.definitions.get(document[1], ())


def rules_in(bench: Workbench, shown: str) -> list[Rule]:
    """List the rules of one file."""
    return [bench.settled(rule) for rule in bench.rules.values() if rule.span.path == shown]
