"""Load rule files into checked rules. All problems of all files come at once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from types import MappingProxyType

from policy_engine.foundation.diagnostics import is_error
from policy_engine.foundation.spans import file_span
from policy_engine.language.keys import FILE_KEYS, RULE_KEYS
from policy_engine.loading.acceptances import read_acceptances
from policy_engine.loading.binding import WrittenScope, bound_of, is_bound, written_scopes
from policy_engine.loading.conditions import ConditionReader
from policy_engine.loading.defining import define
from policy_engine.loading.definitions import NO_DEFINITIONS, Definitions
from policy_engine.loading.examples import ExampleReader, Usual, outcomes_of, read_usual
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import LAW, document_of, full_id, kind_of
from policy_engine.loading.kinds import KindReader, read_kind
from policy_engine.loading.layers import is_apart, report_change
from policy_engine.loading.parameters import ALWAYS, Interval, Parameter, common_days
from policy_engine.loading.precedence import with_precedence
from policy_engine.loading.problems import Problems
from policy_engine.loading.scope import (
    days_of,
    joined,
    scope_of,
    still_done,
    with_doubts,
    with_positive_wholes,
)
from policy_engine.loading.tree import Mapping, Node, Scalar, parse, parse_rules
from policy_engine.model.areas import Areas
from policy_engine.model.conditions import AS_OF, All, Condition
from policy_engine.model.documents import Citation, Document
from policy_engine.model.rules import (
    Across,
    Basis,
    Definition,
    Derive,
    Doubt,
    Effect,
    ExceptionClause,
    Impossible,
    Kind,
    Override,
    Prohibit,
    Recommend,
    Require,
    Rule,
    Table,
)
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Vocabulary

LONGEST_QUOTE = 40
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

    def load(self, sources: Iterable[SourceText]) -> tuple[Rule, ...]:
        """Load every rule of every file, in the order of files and lines."""
        rules: list[Rule] = []
        for source in sources:
            parsed = (parse if self.reads_examples else parse_rules)(source.text, source.path)
            self.problems.found += parsed.diagnostics
            if not parsed.documents and not parsed.diagnostics:
                self.problems.error(
                    "PE008", "规则文件是空的", file_span(source.path), "删去文件，或写 document 和 rules"
                )
            for root in parsed.documents:
                rules += self._file(root)
        return tuple(rules)

    def _file(self, root: Node) -> tuple[Rule, ...]:
        owner = self.problems.mapping(root, "规则文件", root.span)
        if owner is None:
            return ()
        self.problems.keys(owner, tuple(FILE_KEYS), "规则文件")
        name = self.problems.text(owner, "document")
        document = self.documents.get(name)
        if document is None:
            node = owner.get("document")
            place = node.span if node else owner.span
            self.problems.unknown("PE203", f"没有文件 `{name}`", place, name, self.documents)
            return ()
        self._check_folder(owner, name)
        node = owner.get("document")
        if node is not None and is_apart(node.span, document.span):
            instead = "在自己登记的文件里写规则"
            report_change(self.problems, f"文件 `{name}`", node.span, document.span, instead)
            return ()
        nodes = self.problems.sequence(owner.get("rules"), "`rules`", owner.span)
        usual = self._usual(owner) if self.reads_examples else {}
        definitions = self._definitions(owner, name)
        scopes = self._scopes(owner, definitions)
        file = RuleFile(document, _short_ids(nodes, name), definitions, scopes, usual)
        before = sum(map(is_error, self.problems.found))
        rules = tuple(self._rules(nodes, file))
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

    def _rules(self, nodes: Iterable[Node], file: RuleFile) -> Iterator[Rule]:
        for node in nodes:
            entry = self.problems.mapping(node, "规则", node.span)
            rule = self._rule(entry, file) if entry is not None else None
            if rule is None:
                continue
            if entry is not None and entry.get("across") is not None:
                self.across.append(Across(rule, self._qualified(rule.subjects)))
            else:
                yield rule

    def _definitions(self, owner: Mapping, document: str) -> Definitions:
        def fields_of(entry: Mapping) -> MappingOf[str, Field]:
            subjects = self._subjects(entry)
            return self._shared_fields(subjects, entry) if subjects else {}

        usable, found = define(owner, fields_of, self.parameters, self.problems)
        if found:
            self.definitions[document] = (*self.definitions.get(document, ()), *found)
        return usable

    def _check_folder(self, owner: Mapping, name: str) -> None:
        # What else belongs to a document is found by the folder.
        node = owner.get("document")
        folder = document_of(owner.span.path)
        if node is not None and kind_of(owner.span.path) == LAW and folder != name:
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
        doubts = tuple(self._doubts(entry, reader, fields))
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
            unless=tuple(self._exceptions(entry, reader, document)),
            doubts=doubts,
            is_default=self._is_default(entry),
            justified_by=self._boolean_field(entry, "justified_by", fields),
            dated_by=dated_by,
            due=due,
            overrides=tuple(self._overrides(entry, file)),
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
        self._check_quote(rule, entry)
        self._check_default(rule, entry)
        return rule

    def _scope(
        self, scope: Condition, kind: Kind, document: Document, dated_by: str, fields: MappingOf[str, Field]
    ) -> Condition:
        # What told practice allows, advises and reckons stays; only a breach of it awaits the answer.
        if document.told_until is None or not isinstance(kind, Prohibit | Require):
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
        node = entry.get("dated_by")
        if not isinstance(node, Scalar):
            return AS_OF
        field = fields.get(node.text)
        if field is None or field.type is not FieldType.DATE:
            dates = [name for name, f in fields.items() if f.type is FieldType.DATE]
            self.problems.unknown("PE301", f"没有日期字段 `{node.text}`", node.span, node.text, dates)
            return AS_OF
        return field.name

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

    def _boolean_field(self, entry: Mapping, key: str, fields: MappingOf[str, Field]) -> str | None:
        node = entry.get(key)
        if not isinstance(node, Scalar):
            return None
        field = fields.get(node.text)
        if field is None or field.type is not FieldType.BOOLEAN:
            booleans = [name for name, f in fields.items() if f.type is FieldType.BOOLEAN]
            self.problems.unknown("PE301", f"没有是非字段 `{node.text}`", node.span, node.text, booleans)
            return None
        return field.name

    def _doubts(
        self, entry: Mapping, reader: ConditionReader, fields: MappingOf[str, Field]
    ) -> Iterator[Doubt]:
        node = entry.get("doubt")
        for item in self.problems.sequence(node, "`doubt`", entry.span) if node is not None else ():
            owner = self.problems.mapping(item, "`doubt` 的一项", item.span)
            if owner is None:
                continue
            self.problems.keys(owner, ("when", "ask", "because"), "`doubt`")
            written = owner.get("when")
            when = reader.read(written) if written is not None else None
            ask = self._boolean_field(owner, "ask", fields)
            if written is None or owner.get("ask") is None:
                self.problems.missing(owner, "when" if written is None else "ask")
            if when is not None and ask is not None:
                because = self.problems.text(owner, "because")
                yield Doubt(when=when, ask=ask, because=because, span=owner.span)

    def _exceptions(
        self, entry: Mapping, reader: ConditionReader, document: Document
    ) -> Iterator[ExceptionClause]:
        node = entry.get("unless")
        for item in self.problems.sequence(node, "`unless`", entry.span) if node is not None else ():
            owner = self.problems.mapping(item, "`unless` 的一项", item.span)
            if owner is None:
                continue
            self.problems.keys(owner, ("when", "basis", "because", "cite", "document"), "`unless`")
            written = owner.get("when")
            source = self._cited_document(owner, document)
            # An exception counts only while both documents are in force: on other days it needs no values.
            days = common_days(reader.in_force, days_of(source, ALWAYS))
            condition = replace(reader, in_force=days).read(written) if written is not None else None
            if written is None:
                self.problems.missing(owner, "when")
            basis = Basis(self.problems.one_of(owner, "basis", (b.value for b in Basis), "text"))
            locator = self.problems.text(owner, "cite", fallback=None if basis is Basis.TEXT else "")
            if condition is not None:
                yield ExceptionClause(
                    when=condition,
                    scope=scope_of(source, reader.dated_by, ALWAYS, owner.span),
                    basis=basis,
                    because=self.problems.text(owner, "because"),
                    citation=Citation(source, locator, owner.place("cite")) if locator else None,
                    span=owner.span,
                )

    def _cited_document(self, owner: Mapping, fallback: Document) -> Document:
        name = self.problems.text(owner, "document", fallback=fallback.id)
        if name not in self.documents:
            place = owner.place("document") or owner.span
            self.problems.unknown("PE203", f"没有文件 `{name}`", place, name, self.documents)
        return self.documents.get(name, fallback)

    def _overrides(self, entry: Mapping, file: RuleFile) -> Iterator[Override]:
        node = entry.get("overrides")
        for item in self.problems.sequence(node, "`overrides`", entry.span) if node is not None else ():
            owner = self.problems.mapping(item, "`overrides` 的一项", item.span)
            if owner is not None:
                self.problems.keys(owner, ("rule", "basis", "because", "cite"), "`overrides`")
                name = self.problems.text(owner, "rule")
                yield Override(
                    rule=file.ids.get(name, name),
                    basis=Basis(self.problems.one_of(owner, "basis", (b.value for b in Basis), "text")),
                    because=self.problems.text(owner, "because"),
                    locator=self.problems.text(owner, "cite", fallback=""),
                    span=node.span if (node := owner.get("rule")) is not None else owner.span,
                    cite_span=owner.place("cite"),
                )

    def _check_quote(self, rule: Rule, entry: Mapping) -> None:
        node = entry.get("quote")
        if node is None:
            return
        if len(rule.quote) > LONGEST_QUOTE:
            message = f"引文 {len(rule.quote)} 个字，上限 {LONGEST_QUOTE}"
            self.problems.error("PE208", message, node.span, "只引最要紧的一句")
        if not rule.citation.verified:
            self.problems.error("PE208", "原文待核的条文不得引用原文", node.span, "改为转述，或先核对原文")

    def _check_default(self, rule: Rule, entry: Mapping) -> None:
        if rule.is_default and not isinstance(rule.kind, Prohibit | Require):
            # A permission, advice, a computed fact: none can be broken, so none leaves room for a reason.
            node = entry.get("strength")
            self.problems.error(
                "PE314",
                "`strength: default` 只用于 prohibit 和 require",
                node.span if node is not None else entry.span,
                "删去 strength（和 justified_by）；许可不及于某种情形的，写进 when 或者 unless",
            )
            return
        if rule.justified_by and not rule.is_default:
            self.problems.error(
                "PE311", "`justified_by` 只用于 strength: default", entry.span, "补上 strength 或删去"
            )
        for name in [rule.justified_by] if rule.justified_by else []:
            field = self.vocabulary.field(rule.subjects[0], name)
            if field.role is Role.DERIVED:
                self.problems.error(
                    "PE311", f"`{name}` 是推算字段，不能说明理由", entry.span, "换一个填报的是非字段"
                )
