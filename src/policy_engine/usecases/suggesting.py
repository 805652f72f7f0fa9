"""What may stand at a position of a rule file, by the keys that lead to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from policy_engine.foundation.codes import CODES
from policy_engine.language.keys import (
    AS_OF_WORD,
    CONDITION_WORDS,
    DEFINITION_KEYS,
    EXAMPLE_KEYS,
    FILE_KEYS,
    PARAMETER,
    PRECEDENCE_KEYS,
    RULE_KEYS,
    SCOPE_KEYS,
    USUAL_KEYS,
    Key,
    Word,
)
from policy_engine.language.operators import BOUNDS, OPERATORS, Operand, operators_on
from policy_engine.loading.examples import outcomes_of
from policy_engine.model.decisions import Outcome, Verdict
from policy_engine.model.rules import Basis, Rule
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role
from policy_engine.reporting.words import document_words
from policy_engine.usecases.editing import (
    Workbench,
    definitions_of,
    field_at,
    parameter_words,
    parameters_of,
    rule_at,
    subject_at,
)

_KEY = re.compile(r"(?P<before>\s*(?:- +)*)(?P<key>[^\s:#{}\[\],\"']+):(?:\s|$)")
_START = re.compile(r"\s*(?:- +)*")
_BASES = {
    Basis.TEXT: "条文写明的",
    Basis.INTERPRETATION: "按解释",
    Basis.PRACTICE: "按当地的实践",
}
_CLASSIFIED = ("是", "否", "待核实", "不在效力范围")


class Place(Enum):
    """What is being written at a position."""

    KEY = "key"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that may stand here, and one line about it."""

    word: str
    about: str


def suggestions_at(bench: Workbench, text: str, line: int, column: int) -> list[Suggestion]:
    """List what may stand at a position."""
    if bench.rule_set is None:
        return []
    path, place = keys_at(text, line, column)
    here = _Here(bench, text, line, path)
    found = here.keys() if place is Place.KEY else here.values()
    return list(dict.fromkeys(found))


def keys_at(text: str, line: int, column: int) -> tuple[tuple[str, ...], Place]:
    """Find the keys that lead to a position, the outermost first, and whether a key or a value is written there.

    Brackets are followed within the line; of the lines above, their indentation.
    """
    lines = text.split("\n")
    before = lines[line][:column] if 0 <= line < len(lines) else ""
    start = _START.match(before)
    indent = len(start.group()) if start else 0
    flow, place = _flow(before[indent:])
    above: list[str] = []
    for number in range(min(line, len(lines)) - 1, -1, -1):
        found = _KEY.match(lines[number])
        # Further left than all below it: so it is the key that they stand under.
        if found and len(found["before"]) < indent:
            above.append(found["key"])
            indent = len(found["before"])
    return (*reversed(above), *flow), place


def _flow(before: str) -> tuple[tuple[str, ...], Place]:
    # One frame a bracket that is open, and one for the line itself: its bracket, and the key whose value is written.
    frames: list[tuple[str, str]] = [("", "")]
    word = quote = ""
    for at, letter in enumerate(before):
        if quote:
            quote = "" if letter == quote else quote
        # A quote within a word is an apostrophe or a sign of inches, and opens nothing.
        elif letter in "\"'" and not word.strip():
            quote = letter
        elif letter in "{[":
            frames.append((letter, ""))
            word = ""
        elif letter in "}]" and len(frames) > 1:
            frames.pop()
            word = ""
        elif letter == "," and len(frames) > 1:
            frames[-1] = (frames[-1][0], "")
            word = ""
        # As YAML has it: without a blank behind it the colon is part of the word.
        elif letter == ":" and before[at + 1 : at + 2] in ("", " ") and not frames[-1][1]:
            frames[-1] = (frames[-1][0], word.strip())
            word = ""
        else:
            word += letter
    bracket, key = frames[-1]
    return tuple(k for _, k in frames if k), Place.VALUE if key or bracket == "[" else Place.KEY


@dataclass(frozen=True)
class _Here:
    """A position in a rule file. `path`: the keys that lead to it."""

    bench: Workbench
    text: str
    line: int
    path: tuple[str, ...]

    @property
    def last(self) -> str:
        return self.path[-1] if self.path else ""

    def fields(self, *types: FieldType, derived: bool = True) -> Iterator[Suggestion]:
        """Go through the fields of the rule's subject."""
        assert self.bench.rule_set is not None
        subject = self.bench.rule_set.vocabulary.subjects.get(subject_at(self.text, self.line))
        for field in subject.fields.values() if subject is not None else ():
            is_fit = not types or field.type in types
            if is_fit and field.role is not Role.NOTE and (derived or field.role is not Role.DERIVED):
                yield Suggestion(field.name, field.title)

    def keys(self) -> Iterator[Suggestion]:
        """Go through the keys that may be written."""
        field = self._field(self.last)
        match self.last:
            case "":
                yield from _keys(FILE_KEYS)
            case word if word in _ENTRIES:
                yield from _keys(_ENTRIES[word])
            case "given" | "but" | "base" | "finds":
                yield from self.fields(derived=False)
            case Word.RATIO.value:
                yield from (
                    Suggestion(w, about) for w, about in (("part", "哪一部分"), ("whole", "占哪个总数的"))
                )
                yield from (Suggestion(word, OPERATORS[word].meaning) for word in BOUNDS)
            case word if word in OPERATORS:
                yield from _operands(OPERATORS[word].operand)
            case _ if field is not None:
                yield from _operators(field)
            case _:
                yield from self.fields()
                yield from (Suggestion(word, about.meaning) for word, about in CONDITION_WORDS.items())

    def values(self) -> Iterator[Suggestion]:
        """Go through the values that the last key may have."""
        listed = _VALUES.get(self.last)
        if listed is not None:
            yield from listed(self.bench, self.text, self.line)
        elif self.last in _FIELDS_WRITTEN:
            yield from self.fields(*_FIELDS_WRITTEN[self.last])
            if self.last in ("of", "dated_by"):
                yield Suggestion(AS_OF_WORD, "审查按哪一天")
        else:
            yield from self._of_field(self.last)

    def _of_field(self, word: str) -> Iterator[Suggestion]:
        # After an operator, the field before it is the one whose values may stand here.
        names = [name for name in (word, *reversed(self.path[:-1])) if name not in OPERATORS]
        field = self._field(names[0]) if names else None
        if field is None:
            return
        if field.type is FieldType.BOOLEAN:
            yield from (Suggestion(word, "") for word in ("true", "false"))
        yield from (Suggestion(choice, "") for choice in field.choices)
        sets = (one for one in definitions_of(self.bench, self.text) if one.field == field.name)
        yield from (Suggestion(one.name, "、".join(one.members)) for one in sets)
        if word not in OPERATORS:
            yield from (Suggestion(f"{{{o.word}: }}", o.meaning) for o in operators_on(field.type))

    def _field(self, name: str) -> Field | None:
        return field_at(self.bench, self.text, self.line, name) if name else None


def _keys(table: Mapping[str, Key]) -> Iterator[Suggestion]:
    return (Suggestion(word, key.meaning) for word, key in table.items())


def _operators(field: Field) -> Iterator[Suggestion]:
    yield from (Suggestion(operator.word, operator.meaning) for operator in operators_on(field.type))
    if field.type in (FieldType.NUMBER, FieldType.CHOICE, FieldType.LIST):
        yield Suggestion(PARAMETER, "取参数在规则所依日期的值")


def _operands(operand: Operand) -> Iterator[Suggestion]:
    match operand:
        case Operand.VALUE:
            yield Suggestion(PARAMETER, "取参数在规则所依日期的值")
            yield Suggestion("of", "与另一个字段比较")
        case Operand.MEMBERS:
            yield Suggestion(PARAMETER, "取参数在规则所依日期的值")
        case Operand.BOUNDS:
            yield from (Suggestion(word, OPERATORS[word].meaning) for word in BOUNDS)
        case Operand.MONTHS:
            yield from (
                Suggestion(word, about) for word, about in (("of", "从哪一天起算"), ("months", "几个月"))
            )


def _expectations(rule: Rule | None) -> Iterable[Suggestion]:
    # What classifies, sorts or computes is expected to give a value; the others come to an outcome.
    words = outcomes_of(rule.kind) if rule is not None else tuple(one.value for one in Outcome)
    return (Suggestion(word, "") for word in words or _CLASSIFIED)


def _conditions_defined(bench: Workbench, text: str, _line: int) -> Iterator[Suggestion]:
    names = (one for one in definitions_of(bench, text) if not one.field)
    return (Suggestion(one.name, one.locator or one.basis) for one in names)


def _subjects(bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    subjects = bench.rule_set.vocabulary.subjects.values() if bench.rule_set is not None else ()
    return (Suggestion(subject.name, subject.description) for subject in subjects)


def _documents(bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    documents = bench.rule_set.documents.values() if bench.rule_set is not None else ()
    return (Suggestion(document.id, document_words(document)) for document in documents)


def _objects(bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    objects = bench.rule_set.objects.items() if bench.rule_set is not None else ()
    return (Suggestion(name, effect.value) for name, effect in objects)


def _rules(bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    return (Suggestion(rule.id, rule.title) for rule in bench.rules.values())


def _parameters(bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    return (Suggestion(one.name, parameter_words(one)) for one in parameters_of(bench).values())


def _expected(bench: Workbench, text: str, line: int) -> Iterable[Suggestion]:
    return _expectations(rule_at(bench, text, line))


def _phases(_bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    return (Suggestion(phase.value, "") for phase in Phase)


def _verdicts(_bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    return (Suggestion(verdict.value, "") for verdict in Verdict)


def _bases(_bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    return (Suggestion(basis.value, about) for basis, about in _BASES.items())


def _codes(_bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    return (Suggestion(code.code, code.title) for code in CODES.values())


def _strengths(_bench: Workbench, _text: str, _line: int) -> Iterator[Suggestion]:
    yield Suggestion("default", "原则上、一般")


# What may be written after a key, whatever rule it stands in.
_VALUES: Mapping[str, Callable[[Workbench, str, int], Iterable[Suggestion]]] = MappingProxyType(
    {
        Word.MEETS.value: _conditions_defined,
        "document": _documents,
        "subject": _subjects,
        "across": _subjects,
        "due": _phases,
        "phase": _phases,
        "prohibit": _objects,
        "permit": _objects,
        "rule": _rules,
        "conflicts_with": _rules,
        PARAMETER: _parameters,
        "expect": _expected,
        "verdict": _verdicts,
        "basis": _bases,
        "code": _codes,
        "strength": _strengths,
    }
)


def _said(*pairs: tuple[str, str]) -> Mapping[str, Key]:
    return {word: Key(word, about) for word, about in pairs}


_RULES = {word: key for word, key in RULE_KEYS.items() if word != "id"}
_ENTRIES: Mapping[str, Mapping[str, Key]] = {
    "rules": _RULES,
    "scope": SCOPE_KEYS,
    "definitions": DEFINITION_KEYS,
    "precedence": PRECEDENCE_KEYS,
    "usual": USUAL_KEYS,
    "examples": EXAMPLE_KEYS,
    "unless": _said(
        ("basis", "根据：text、interpretation、practice"),
        ("because", "为什么除外"),
        ("when", "除外的情形"),
        ("cite", "规定除外的条文"),
    ),
    "doubt": _said(("when", "有疑义的情形"), ("ask", "由谁认定的是非字段"), ("because", "疑在哪里")),
    "overrides": _said(
        ("rule", "优先于哪条规则"),
        ("basis", "根据：text、interpretation、practice"),
        ("because", "为什么优先"),
        ("cite", "规定优先的条文"),
    ),
    "accept": _said(("code", "接受哪个编码"), ("because", "理由"), ("until", "到哪一天为止")),
}
_NUMBERS, _DAYS, _BOOLEANS = (FieldType.NUMBER,), (FieldType.DATE,), (FieldType.BOOLEAN,)
_FIELDS_WRITTEN: Mapping[str, tuple[FieldType, ...]] = {
    "part": _NUMBERS,
    "whole": _NUMBERS,
    "of": (),
    "without": (),
    "differ": (),
    "dated_by": _DAYS,
    "justified_by": _BOOLEANS,
    "ask": _BOOLEANS,
}
