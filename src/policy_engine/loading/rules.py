"""Load rule files into checked rules. All problems of all files come at once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from types import MappingProxyType

from policy_engine.foundation.diagnostics import KEPT_OF_A_KIND, Diagnostic, is_error
from policy_engine.foundation.memory import Memory
from policy_engine.foundation.spans import file_span
from policy_engine.language.keys import FILE_KEYS, RULE_KEYS
from policy_engine.loading.acceptances import read_acceptances
from policy_engine.loading.binding import WrittenScope, bound_of, is_bound, written_scopes
from policy_engine.loading.conditions import ConditionReader
from policy_engine.loading.defining import define
from policy_engine.loading.definitions import NO_DEFINITIONS, Definitions
from policy_engine.loading.examples import ExampleReader, Usual, outcomes_of, read_usual
from policy_engine.loading.exceptions import read_boolean_field, read_doubts, read_exceptions, read_overrides
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import LAW, document_of, full_id, kind_of
from policy_engine.loading.kinds import KindReader, read_kind
from policy_engine.loading.layers import is_apart, report_change
from policy_engine.loading.parameters import Interval, Parameter
from policy_engine.loading.pieces import parse_by_pieces
from policy_engine.loading.precedence import with_precedence
from policy_engine.loading.problems import Problems
from policy_engine.loading.rule_checks import check_default, check_quote
from policy_engine.loading.scope import (
    days_of,
    joined,
    scope_of,
    still_done,
    with_doubts,
    with_positive_wholes,
)
from policy_engine.loading.tree import Mapping, Node, Parsed, Scalar, parse, parse_rules
from policy_engine.model.areas import Areas
from policy_engine.model.conditions import AS_OF, All, Condition
from policy_engine.model.documents import Citation, Document
from policy_engine.model.rules import (
    Across,
    Definition,
    Derive,
    Effect,
    Impossible,
    Kind,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.vocabulary import Field, FieldType, Phase, Vocabulary

# The keys whose own place a finding about a whole rule may name.
_PLACED = frozenset({"id", "title", "quote", "strength", "conflicts_with"})
_ID = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*")
_SHORT_ID = re.compile(r"(?:[0-9]+\.)*[A-Za-z0-9]+(?:[_-]+[A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What the rules of one file have in common. `ids`: those written without the document's id, with it."""

    document: Document
    ids: MappingOf[str, str]
    definitions: Definitions = NO_DEFINITIONS
    scopes: MappingOf[str, WrittenScope] = dataclasses.field(default_factory=dict)
    usual: MappingOf[str, Usual] = dataclasses.field(default_factory=dict)
    used: set[str] = dataclasses.field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Head:
    """What was read of a file before its rules, and what is wrong with it."""

    file: RuleFile
    defined: tuple[Definition, ...]
    told: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of one rule: the rule where it could be read, the usual cases of its file that it uses."""

    rule: Rule | Across | None
    used: frozenset[str]
    told: tuple[Diagnostic, ...]


def _short_ids(nodes: Iterable[Node], document: str) -> MappingOf[str, str]:
    """Name the rules of a file in full by what they are called within it."""
    ids = (node.get("id") for node in nodes if isinstance(node, Mapping))
    full = (full_id(node.text, document) for node in ids if isinstance(node, Scalar))
    return {name.removeprefix(document + "."): name for name in full}


@dataclass(frozen=True, slots=True)
class RuleLoader:
    """Loads rules against the vocabulary and the registers."""

    vocabulary: Vocabulary
    documents: MappingOf[str, Document]
    objects: MappingOf[str, Effect]
    areas: Areas
    parameters: MappingOf[str, Parameter]
    problems: Problems
    # Deciding a case needs no examples; whoever works on rules reads them.
    reads_examples: bool = True
    # Rules over several subjects of one case; no engine of one subject sees them.
    across: list[Across] = dataclasses.field(default_factory=list)
    # The fields of a subject as such rules call them.
    qualified: dict[str, tuple[Field, ...]] = dataclasses.field(default_factory=dict)
    # What each document defines, used or not.
    definitions: dict[str, tuple[Definition, ...]] = dataclasses.field(default_factory=dict)
    # What was read of the parts of files before, where that is remembered.
    memory: Memory | None = None

    def load(self, sources: Iterable[SourceText]) -> tuple[Rule, ...]:
        """Load every rule of every file, in the order of files and lines."""
        rules: list[Rule] = []
        for source in sources:
            parsed = self._parsed(source)
            self.problems.found += parsed.diagnostics
            if not parsed.documents and not parsed.diagnostics:
                self.problems.error(
                    "PE008", "规则文件是空的", file_span(source.path), "删去文件，或写 document 和 rules"
                )
            for root in parsed.documents:
                rules += self._file(root)
        return tuple(rules)

    def _parsed(self, source: SourceText) -> Parsed:
        if not self.reads_examples:
            return parse_rules(source.text, source.path)
        if self.memory is None:
            return parse(source.text, source.path)
        return parse_by_pieces(source.text, source.path, self.memory)

    def _file(self, root: Node) -> tuple[Rule, ...]:
        owner = self.problems.mapping(root, "规则文件", root.span)
        if owner is None:
            return ()
        self.problems.keys(owner, tuple(FILE_KEYS), "规则文件")
        name = self.problems.text(owner, "document")
        node = owner.get("document")
        if node is None or not name:
            return ()
        document = self.documents.get(name)
        if document is None:
            self.problems.unknown("PE203", f"没有文件 `{name}`", node.span, name, self.documents)
            return ()
        self._check_folder(node, name)
        if is_apart(node.span, document.span):
            instead = "在自己登记的文件里写规则"
            report_change(self.problems, f"文件 `{name}`", node.span, document.span, instead)
            return ()
        nodes = self.problems.sequence(owner.get("rules"), "`rules`", owner.span)
        head = self._head(owner, nodes, document)
        file = replace(head, used=set())
        scopes, usual = file.scopes, file.usual
        before = sum(map(is_error, self.problems.found))
        rules = tuple(self._rules(nodes, file, head))
        # A scope that binds no rule, and a usual case that no example uses, are slips: both are told.
        bound = {subject for rule in rules if rule.bound is not None for subject in rule.subjects}
        for subject in (one for one in scopes if one not in bound):
            message = f"没有关于 `{subject}` 的规则受这个范围约束"
            self.problems.error("PE318", message, scopes[subject].span, "删去这一项，或者改正主题")
        for subject in (one for one in usual if one not in file.used):
            hint = "例子写 but（与通常情形的不同）而不写 given；没有这样的例子的，删去"
            self.problems.error(
                "PE317", f"没有例子用到 `{subject}` 的通常情形", usual[subject].entry.span, hint
            )
        # Of an article whose rules didn't load it can't be said that it has none.
        is_whole = sum(map(is_error, self.problems.found)) == before
        return with_precedence(owner, rules, self.problems if is_whole else Problems())

    def _head(self, owner: Mapping, nodes: tuple[Node, ...], document: Document) -> RuleFile:
        """Read what the rules of a file have in common."""
        ids = _short_ids(nodes, document.id)
        if self.memory is None:
            return self.head_of(owner, ids, document)

        def make() -> _Head:
            apart = replace(self, problems=Problems(), definitions={})
            file = apart.head_of(owner, ids, document)
            return _Head(file, apart.definitions.get(document.id, ()), tuple(apart.problems.found))

        around = (self.vocabulary, self.documents, self.objects, self.areas, self.parameters)
        written = tuple(node for key, node in owner.pairs if key.text != "rules")
        of = (written, tuple(ids), str(self.reads_examples), document, *around)
        head = self.memory.made(f"what rules share in {owner.span.path}", of, make)
        # What is wrong may be told of the whole file, whose end moves while it stays the same.
        self._tell(make().told if head.told else ())
        if head.defined:
            self.definitions[document.id] = (*self.definitions.get(document.id, ()), *head.defined)
        return head.file

    def head_of(self, owner: Mapping, ids: MappingOf[str, str], document: Document) -> RuleFile:
        """Read it, `ids` being its rules."""
        usual = self._usual(owner) if self.reads_examples else {}
        definitions = self._definitions(owner, document.id)
        return RuleFile(document, ids, definitions, self._scopes(owner, definitions), usual)

    def _tell(self, told: Iterable[Diagnostic]) -> None:
        for one in told:
            self.problems.tally.add(one)

    def _scopes(self, owner: Mapping, definitions: Definitions) -> MappingOf[str, WrittenScope]:
        fields = {name: subject.fields for name, subject in self.vocabulary.subjects.items()}
        reader = ConditionReader({}, self.parameters, self.problems, definitions=definitions)
        return written_scopes(owner, fields, reader)

    def _usual(self, owner: Mapping) -> MappingOf[str, Usual]:
        node, found = owner.get("usual"), dict[str, Usual]()
        fields = {name: subject.fields for name, subject in self.vocabulary.subjects.items()}
        for item in self.problems.sequence(node, "`usual`", owner.span) if node is not None else ():
            one = read_usual(item, tuple(fields), fields, self.problems)
            if isinstance(item, Mapping) and item.get("subject") is None:
                self.problems.missing(item, "subject")
            elif one is not None and one[0] in found:
                self.problems.error("PE209", f"`{one[0]}` 的通常情形重复", item.span, "一个主题写一个")
            elif one is not None:
                found[one[0]] = one[1]
        return found

    def _rules(self, nodes: tuple[Node, ...], file: RuleFile, head: RuleFile) -> Iterator[Rule]:
        """Read rules in order. `head`: the file as it is remembered, before a rule used anything of it."""
        found = (
            self.each(nodes, file)
            if self.memory is None
            else self._remembered(nodes, file, head, self.memory)
        )
        for rule in found:
            if isinstance(rule, Across):
                self.across.append(rule)
            elif rule is not None:
                yield rule

    def each(self, nodes: Iterable[Node], file: RuleFile) -> Iterator[Rule | Across | None]:
        """Read rules one after the other; nothing in place of one that can't be read."""
        for node in nodes:
            entry = self.problems.mapping(node, "规则", node.span)
            rule = self._rule(entry, file) if entry is not None else None
            is_across = entry is not None and entry.get("across") is not None
            yield Across(rule, self._qualified(rule.subjects)) if rule is not None and is_across else rule

    def _remembered(
        self, nodes: tuple[Node, ...], file: RuleFile, head: RuleFile, memory: Memory
    ) -> Iterable[Rule | Across | None]:
        """Read the rules that were not there before, each by itself."""

        def read(node: Node) -> _Read:
            own, used = Problems(), set[str]()
            apart = replace(self, problems=own, memory=None)
            (rule,) = apart.each((node,), replace(file, used=used))
            return _Read(rule, frozenset(used), tuple(own.found))

        # The head is the same only while all is the same that a rule is read by.
        known = memory.made_of_each(f"each rule of {file.document.id}", (head,), nodes, read)
        if sum(len(one.told) for one in known) >= KEPT_OF_A_KIND:
            # So many that some would only be counted.
            return self.each(nodes, file)
        for one in known:
            self._tell(one.told)
            file.used.update(one.used)
        return tuple(one.rule for one in known)

    def _definitions(self, owner: Mapping, document: str) -> Definitions:
        def fields_of(entry: Mapping) -> MappingOf[str, Field]:
            subjects = self._subjects(entry)
            return self._shared_fields(subjects, entry) if subjects else {}

        usable, found = define(owner, fields_of, self.parameters, self.problems)
        if found:
            self.definitions[document] = (*self.definitions.get(document, ()), *found)
        return usable

    def _check_folder(self, node: Node, name: str) -> None:
        # What else belongs to a document is found by the folder.
        folder = document_of(node.span.path)
        if kind_of(node.span.path) == LAW and folder != name:
            message = f"目录叫 `{folder}`，里面的规则属于 `{name}`"
            self.problems.error("PE216", message, node.span, f"目录改名为 {name}，或者改正 document")

    def _qualified(self, subjects: Iterable[str]) -> MappingOf[str, Field]:
        """Name the fields of several subjects `主题.字段`."""
        return MappingProxyType({f.name: f for subject in subjects for f in self._fields_of(subject)})

    def _fields_of(self, subject: str) -> tuple[Field, ...]:
        if subject not in self.qualified:
            fields = self.vocabulary.subjects[subject].fields.values()
            self.qualified[subject] = tuple(replace(f, name=f"{subject}.{f.name}") for f in fields)
        return self.qualified[subject]

    def _rule(self, entry: Mapping, file: RuleFile) -> Rule | None:
        document = file.document
        self.problems.keys(entry, tuple(RULE_KEYS), "规则")
        subjects = self._subjects(entry)
        if not subjects:
            return None
        is_across = entry.get("across") is not None
        fields = self._qualified(subjects) if is_across else self._shared_fields(subjects, entry)
        dated_by = self._dated_by(entry, fields)
        narrower = self._interval(entry)
        in_force = days_of(document, narrower)
        reader = ConditionReader(
            fields, self.parameters, self.problems, dated_by, in_force, definitions=file.definitions
        )
        written_when = entry.get("when")
        when: Condition | None = All((), entry.span)
        if written_when is not None:
            when = reader.read(written_when)
        kind = read_kind(entry, KindReader(reader, self.objects))
        if when is None or kind is None:
            return None
        if is_across and not isinstance(kind, Impossible):
            self.problems.error(
                "PE305",
                "`across` 只用于 impossible",
                entry.span,
                "几个主题各自适用的规则写 subject: [甲, 乙]",
            )
            return None
        bound = None
        if not is_across and is_bound(kind):
            bound = bound_of(subjects, file.scopes, reader, entry.span)
            when = joined(bound, when)
        doubts = tuple(read_doubts(entry, reader, fields))
        # In `when` a doubt stands beside the bound condition: unbound, it would escape the scope.
        if not isinstance(kind, Require | Recommend):
            doubts = tuple(replace(doubt, when=joined(bound, doubt.when)) for doubt in doubts)
        if isinstance(kind, Impossible):
            written = entry.get("impossible")
            condition = reader.read(written) if written is not None else None
            when = All((when, condition), entry.span) if condition is not None else when
        elif isinstance(kind, Require | Recommend):
            # From what is required alone: with the doubts in it, their ratios would count as shares as well.
            when = with_positive_wholes(when, kind.condition, fields)
            kind = type(kind)(with_doubts(kind.condition, doubts))
        else:
            when = with_doubts(when, doubts)
        due = Phase(self.problems.one_of(entry, "due", (p.value for p in Phase), Phase.PROJECT.value))
        by_subject = {s: fields if is_across else self.vocabulary.subjects[s].fields for s in subjects}
        examples = ExampleReader(
            by_subject,
            self.areas,
            self.problems,
            subjects,
            document.area,
            due,
            outcomes_of(kind),
            file.usual,
            file.used,
        )
        rule = Rule(
            id=self._id(entry, document),
            title=self.problems.text(entry, "title"),
            citation=Citation(document, self._locator(entry, kind), entry.place("cite")),
            subjects=subjects,
            kind=kind,
            when=when,
            scope=self._scope(
                scope_of(document, dated_by, narrower, entry.span), kind, document, dated_by, fields
            ),
            unless=tuple(read_exceptions(entry, reader, document, self.documents)),
            doubts=doubts,
            is_default=self._is_default(entry),
            justified_by=read_boolean_field(entry, "justified_by", fields, self.problems),
            dated_by=dated_by,
            due=due,
            overrides=tuple(read_overrides(entry, file.ids, self.problems)),
            conflicts_with=tuple(
                file.ids.get(s.text, s.text) for s in self.problems.texts(entry, "conflicts_with")
            ),
            remedy=self._remedy(entry, kind),
            advice=self.problems.text(entry, "advice", fallback=""),
            note=self.problems.text(entry, "note", fallback=""),
            quote=self.problems.text(entry, "quote", fallback=""),
            message=self._message(entry, kind),
            basis=self.problems.text(entry, "basis", fallback=""),
            examples=tuple(examples.read(entry)) if self.reads_examples else (),
            accepted=tuple(read_acceptances(entry, self.problems)),
            # Read last: every part of the rule above has added to these lists by now.
            parameters=tuple(dict.fromkeys(reader.uses)),
            bound=bound,
            defined=tuple({one.name: one for one in reader.defined}.values()),
            places=entry.places(_PLACED),
            span=entry.span,
        )
        check_quote(rule, entry, self.problems)
        check_default(rule, entry, self.vocabulary, self.problems)
        return rule

    def _scope(
        self, scope: Condition, kind: Kind, document: Document, dated_by: str, fields: MappingOf[str, Field]
    ) -> Condition:
        # What told practice advises and reckons stays; what it demands and allows awaits the answer.
        if document.told_until is None or not isinstance(kind, Prohibit | Require | Permit):
            return scope
        field = fields.get(document.still_done)
        if field is None or field.type is not FieldType.BOOLEAN:
            hint = "文件写了 told_until 的，主题里要有 still_done 所写的是非字段"
            self.problems.error("PE301", f"没有是非字段 `{document.still_done}`", scope.span, hint)
            return scope
        return All((scope, still_done(document, dated_by, scope.span)), scope.span)

    def _id(self, entry: Mapping, document: Document) -> str:
        written = self.problems.text(entry, "id")
        name = full_id(written, document.id) if written else ""
        # A dot that follows more than a number would hide a slip in the document's id.
        shape = _ID if written.startswith(document.id + ".") else _SHORT_ID
        if name and not shape.fullmatch(name.removeprefix(document.id + ".")):
            node = entry.get("id")
            hint = f"以 `{document.id}.` 开头，或者不写文件编号；只用英文字母、数字、点和连字符"
            self.problems.error(
                "PE308", f"规则编号 `{written}` 不合格式", node.span if node else entry.span, hint
            )
        return name

    def _subjects(self, entry: Mapping) -> tuple[str, ...]:
        key = "across" if entry.get("across") is not None else "subject"
        written = self.problems.texts(entry, key)
        if not written:
            self.problems.missing(entry, key)
        for word in written:
            if word.text not in self.vocabulary.subjects:
                known = self.vocabulary.subjects
                self.problems.unknown("PE304", f"没有主题 `{word.text}`", word.span, word.text, known)
        return tuple(w.text for w in written if w.text in self.vocabulary.subjects)

    def _shared_fields(self, subjects: tuple[str, ...], entry: Mapping) -> MappingOf[str, Field]:
        first, *rest = (self.vocabulary.subjects[s].fields for s in subjects)
        if not rest:
            return first
        shared = {}
        for name, field in first.items():
            twins = [fields[name] for fields in rest if name in fields]
            if len(twins) < len(rest):
                continue
            # One condition is read once for all subjects, so its fields must mean the same in each.
            if any((t.type, t.scale, t.choices) != (field.type, field.scale, field.choices) for t in twins):
                self.problems.error(
                    "PE310", f"字段 `{name}` 在各主题中的类型不同", entry.span, "统一模式文件"
                )
            shared[name] = field
        return MappingProxyType(shared)

    def _dated_by(self, entry: Mapping, fields: MappingOf[str, Field]) -> str:
        name = self.problems.text(entry, "dated_by", fallback="")
        dates = [date for date, field in fields.items() if field.type is FieldType.DATE]
        if name and name not in dates:
            place = entry.place("dated_by") or entry.span
            self.problems.unknown("PE301", f"没有日期字段 `{name}`", place, name, dates)
        return name if name in dates else AS_OF

    def _interval(self, entry: Mapping) -> Interval:
        node = entry.get("in_force")
        owner = self.problems.mapping(node, "`in_force`", entry.span) if node is not None else None
        if owner is None:
            return None, None
        self.problems.keys(owner, ("from", "until"), "`in_force`")
        return self.problems.day(owner, "from"), self.problems.day(owner, "until")

    def _message(self, entry: Mapping, kind: Kind) -> str:
        return self.problems.text(entry, "message", fallback=None if isinstance(kind, Impossible) else "")

    def _locator(self, entry: Mapping, kind: Kind) -> str:
        # What the words of two fields exclude rests on their meaning, told in `basis`, and not on a provision.
        is_by_meaning = isinstance(kind, Impossible) and entry.get("basis") is not None
        fallback = "" if isinstance(kind, Table | Derive) or is_by_meaning else None
        return self.problems.text(entry, "cite", fallback=fallback)

    def _remedy(self, entry: Mapping, kind: Kind) -> str:
        fallback = None if isinstance(kind, Prohibit | Require) else ""
        return self.problems.text(entry, "remedy", fallback=fallback)

    def _is_default(self, entry: Mapping) -> bool:
        word = self.problems.one_of(entry, "strength", ("default", "strict"), "strict")
        return word == "default"
