"""Load the lexicon: terms, what they point to, and what makes them something else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from types import MappingProxyType

from policy_engine.foundation.spans import Span
from policy_engine.foundation.suggestions import did_you_mean, fixes_of
from policy_engine.loading.files import SourceText
from policy_engine.loading.layers import is_apart, report_change
from policy_engine.loading.patterns import Needs, PatternError, Shape, plain_pattern, read_pattern
from policy_engine.loading.problems import Problems, short
from policy_engine.loading.renamed import unknown_field
from policy_engine.loading.term_examples import read_term_examples
from policy_engine.loading.term_items import ItemsPromised, read_term_items
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty, parse, parse_rules
from policy_engine.loading.values import read_value
from policy_engine.model.lexicon import (
    BARRIERS,
    NO_BARRIERS,
    NO_TERMS,
    PIECE,
    Barriers,
    Certainty,
    Drawn,
    Lexicon,
    Measure,
    Term,
    TermExample,
    WordSet,
)
from policy_engine.model.measures import unit_of
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Field, Subject, Vocabulary

_KEYS = (
    *("id", "words", "pattern", "items", "points_to", "reads", "into", "certainty", "unless", "because"),
    *("source", "examples", "harmless", "note"),
)
# A set named in a pattern; a counted repeat begins with a figure.
_SET = re.compile(r"\{([^\d{},][^{}]*)\}")
Sets = MappingOf[str, tuple[str, ...]]
_OF_RULES = "规则写在 rules/<地区>/<文件编号>/law.yaml，词条写在 `terms` 下"


def load_lexicon(
    sources: Iterable[SourceText],
    vocabulary: Vocabulary,
    problems: Problems,
    *,
    reads_examples: bool = True,
    items: ItemsPromised = NO_TERMS.items,
) -> Lexicon:
    """Load every term. Without examples, nothing is said of how many there are, nor is the catalogue of items read."""
    loader = _Loader(vocabulary, problems, reads_examples, items)
    files = [owner for source in sources for owner in loader.file(source)]
    shared = [owner for owner in files if _is_shared(owner)]
    # Before any term: a term may use a set of a file that comes after its own.
    common = {name: words for owner in shared for name, words in loader.named(owner, is_shared=True)}
    terms = [term for owner in files if not _is_shared(owner) for term in loader.terms(owner, common)]
    made = loader.regressions(files) if reads_examples else {}
    terms = [dataclasses.replace(t, regressions=made[t.id]) if t.id in made else t for t in terms]
    return Lexicon(tuple(terms), tuple(loader.sets), items)


def _is_shared(owner: Mapping) -> bool:
    """Tell a file of sets alone, which are for all files."""
    return owner.get("terms") is None and not is_empty(owner.get("sets"))


def _drawn(entry: Mapping, sets: Sets) -> Iterator[Drawn]:
    """Tell which words stand in which list of a term through a set, and not by themselves."""
    unless = entry.get("unless")
    lists = {"words": entry.get("words")}
    if isinstance(unless, Mapping):
        lists |= {key: unless.get(key) for key in BARRIERS}
    for key, node in lists.items():
        items = node.items if isinstance(node, Sequence) else (node,)
        own = {item.text for item in items if isinstance(item, Scalar)}
        for item in items:
            name = item.get("set") if isinstance(item, Mapping) else None
            if isinstance(name, Scalar):
                yield from (
                    Drawn(key, word, name.text) for word in sets.get(name.text, ()) if word not in own
                )


class _Loader:
    """Reads terms; holds the ids and the sets that were seen."""

    def __init__(
        self, vocabulary: Vocabulary, problems: Problems, reads_examples: bool, items: ItemsPromised
    ) -> None:
        self.items = items
        self.vocabulary = vocabulary
        self.problems = problems
        self.reads_examples = reads_examples
        self.ids: dict[str, Span] = {}
        self.sets: list[WordSet] = []
        # Where the sets for all files are written.
        self.shared: dict[str, Span] = {}

    def file(self, source: SourceText) -> Iterator[Mapping]:
        parsed = (parse if self.reads_examples else parse_rules)(source.text, source.path)
        self.problems.found += parsed.diagnostics
        for root in parsed.documents:
            owner = self.problems.mapping(root, "文件", root.span)
            rules = owner.key("rules") if owner is not None else None
            if rules is not None:
                self.problems.error("PE010", "这里只放词条，写下的规则不起作用", rules.span, _OF_RULES)
            elif owner is not None:
                self.problems.keys(owner, ("sets", "terms", "regressions", "note"), "文件")
                yield owner

    def terms(self, owner: Mapping, common: Sets) -> Iterator[Term]:
        sets = {**common, **dict(self.named(owner, is_shared=False))}
        if owner.get("terms") is None and not is_empty(owner.get("regressions")):
            return
        for node in self.problems.sequence(owner.get("terms"), "`terms`", owner.span):
            entry = self.problems.mapping(node, "`terms` 的一项", node.span)
            if entry is not None:
                yield self._term(entry, sets)

    def regressions(self, files: Iterable[Mapping]) -> dict[str, tuple[TermExample, ...]]:
        """Read the texts made by machine in which a term finds nothing, by the term's id."""
        found: dict[str, tuple[TermExample, ...]] = {}
        for owner in files:
            node = owner.get("regressions")
            made = None if is_empty(node) else self.problems.mapping(node, "`regressions`", owner.span)
            for name, _ in made.pairs if made is not None else ():
                assert made is not None
                if name.text not in self.ids:
                    message = f"没有词条 `{short(name.text)}`"
                    self.problems.unknown("PE337", message, name.span, name.text, self.ids)
                elif is_apart(name.span, self.ids[name.text]):
                    instead = "回归例跟着自己的词条写"
                    report_change(
                        self.problems, f"词条 `{name.text}`", name.span, self.ids[name.text], instead
                    )
                    continue
                texts = self.problems.texts(made, name.text)
                found[name.text] = tuple(TermExample(one.text, one.span) for one in texts)
        return found

    def named(self, owner: Mapping, *, is_shared: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
        node = owner.get("sets")
        found = None if is_empty(node) else self.problems.mapping(node, "`sets`", owner.span)
        for name, written in found.pairs if found is not None else ():
            assert found is not None
            first = self.shared.setdefault(name.text, name.span) if is_shared else name.span
            if is_apart(name.span, first):
                report_change(self.problems, f"词组 `{name.text}`", name.span, first)
                continue
            words = self._words(found, name.text, {})
            self.sets.append(WordSet(name.text, words, written.span, is_shared))
            yield name.text, words

    def _term(self, entry: Mapping, sets: Sets) -> Term:
        self.problems.keys(entry, _KEYS, "词条")
        name = self._id(entry)
        measure, points_to, into = self._target(entry)
        words, pattern, shape = self._wording(entry, sets)
        examples, harmless = self._examples(entry, {*points_to, *into})
        return Term(
            id=name,
            words=words,
            pattern=pattern,
            anchors=shape.anchors,
            needs=_in_pieces(shape.needs) if pattern else frozenset(),
            items=self._items(entry),
            points_to=points_to,
            reads=measure,
            into=into,
            certainty=self._certainty(entry),
            unless=self._barriers(entry, sets),
            because=self.problems.text(entry, "because"),
            source=self.problems.text(entry, "source", fallback=""),
            examples=examples,
            harmless=harmless,
            drawn=frozenset(_drawn(entry, sets)) if self.reads_examples else frozenset(),
            span=entry.span,
        )

    def _id(self, entry: Mapping) -> str:
        name = self.problems.text(entry, "id")
        if name in self.ids:
            first = self.ids[name]
            if is_apart(entry.span, first):
                report_change(self.problems, f"词条 `{name}`", entry.span, first)
            else:
                message = f"词条 `{name}` 重复，{first.place} 已有"
                self.problems.error("PE209", message, entry.span, "每个编号写一次")
        elif name:
            self.ids[name] = entry.span
        return name

    def _certainty(self, entry: Mapping) -> Certainty:
        if is_empty(entry.get("certainty")):
            self.problems.missing(entry, "certainty")
        allowed = [certainty.name.lower() for certainty in Certainty]
        word = self.problems.one_of(entry, "certainty", allowed, "suspected")
        return Certainty[word.upper()]

    def _wording(self, entry: Mapping, sets: Sets) -> tuple[tuple[str, ...], str, Shape]:
        """Read the words, or the pattern and what is known of it."""
        words = self._words(entry, "words", sets)
        written = self.problems.text(entry, "pattern", fallback="")
        if [is_empty(entry.get("words")), not written, is_empty(entry.get("items"))].count(False) != 1:
            hint = "写出原文的词用 words；列举不完的写法用 pattern；采购品目用 items"
            self.problems.error("PE331", "词条应恰有 words、pattern、items 之一", entry.span, hint)
            return words, "", Shape()
        if not written:
            node = entry.get("words")
            if isinstance(node, Sequence) and not node.items:
                self.problems.error("PE331", "`words` 是空的", entry.span, "至少写一个词")
            return words, "", Shape()
        node = entry.get("pattern")
        assert node is not None
        pattern = plain_pattern(self._spelt_out(written, node.span, sets))
        try:
            return (), pattern, read_pattern(pattern)
        except PatternError as wrong:
            self.problems.error("PE332", f"`pattern` {wrong.what}", node.span, wrong.mend)
            return (), "", Shape()

    def _items(self, entry: Mapping) -> tuple[str, ...]:
        if is_empty(entry.get("items")):
            return ()
        return tuple(read_term_items(entry, self.items if self.reads_examples else None, self.problems))

    def _spelt_out(self, written: str, span: Span, sets: Sets) -> str:
        """Put the words of a set where a pattern names it: `{地点}`, the longest first."""

        def any_of(match: re.Match[str]) -> str:
            # An alternation takes the first that fits, and a short word may begin a longer one.
            words = sorted(self._set(match[1], span, sets), key=len, reverse=True)
            return f"(?:{'|'.join(map(re.escape, words))})" if words else match[0]

        return _SET.sub(any_of, written)

    def _set(self, name: str, span: Span, sets: Sets) -> tuple[str, ...]:
        if name and name not in sets:
            hint = did_you_mean(name, sets) or "在本文件开头的 sets 里写出来"
            fixes = fixes_of(name, sets, span)
            self.problems.error("PE335", f"没有词组 `{name}`", span, hint, fixes)
        return sets.get(name, ())

    def _words(self, owner: Mapping, key: str, sets: Sets) -> tuple[str, ...]:
        """Read a list of words, in which `{set: …}` stands for the words of a set."""
        node = owner.get(key)
        if is_empty(node):
            return ()
        assert node is not None
        items = (
            (node,)
            if isinstance(node, Scalar | Mapping)
            else self.problems.sequence(node, f"`{key}`", owner.span)
        )
        return tuple(dict.fromkeys(word for item in items for word in self._word(item, key, sets)))

    def _word(self, item: Node, key: str, sets: Sets) -> tuple[str, ...]:
        if isinstance(item, Scalar):
            if item.text.strip():
                return (item.text,)
            self.problems.error("PE331", f"`{key}` 里有空的词", item.span, "删去，或者写出来")
            return ()
        if isinstance(item, Mapping):
            self.problems.keys(item, ("set",), f"`{key}` 的一项")
            return self._set(self.problems.text(item, "set"), item.span, sets)
        self.problems.error("PE009", f"`{key}` 的每一项应为一个词", item.span, "写成一个词，或者 {set: 词组}")
        return ()

    def _barriers(self, entry: Mapping, sets: Sets) -> Barriers:
        node = entry.get("unless")
        owner = None if is_empty(node) else self.problems.mapping(node, "`unless`", entry.span)
        if owner is None:
            return NO_BARRIERS
        self.problems.keys(owner, BARRIERS, "`unless`")
        return Barriers(**{key: self._words(owner, key, sets) for key in BARRIERS})

    def _examples(
        self, entry: Mapping, names: Collection[str]
    ) -> tuple[tuple[TermExample, ...], tuple[TermExample, ...]]:
        subjects = tuple(s for name, s in self.vocabulary.subjects.items() if name in names)
        return read_term_examples(entry, subjects, self.problems) if self.reads_examples else ((), ())

    def _target(
        self, entry: Mapping
    ) -> tuple[Measure | None, MappingOf[str, MappingOf[str, Known]], MappingOf[str, str]]:
        points_to, reads, into = (entry.get(key) for key in ("points_to", "reads", "into"))
        if is_empty(points_to) == is_empty(reads) or is_empty(reads) != is_empty(into):
            hint = "指向某个取值写 points_to；读后面的数量写 reads 和 into"
            self.problems.error(
                "PE333", "词条应恰有 points_to、reads 之一，reads 与 into 同写", entry.span, hint
            )
            return None, {}, {}
        if not is_empty(points_to):
            return None, MappingProxyType(dict(self._pointed(points_to, entry))), {}
        choices = [measure.name.lower() for measure in Measure]
        word = self.problems.one_of(entry, "reads", choices, "")
        if not word:
            return None, {}, {}
        measure = Measure[word.upper()]
        return measure, {}, MappingProxyType(dict(self._into(into, entry, measure)))

    def _pointed(self, node: Node | None, entry: Mapping) -> Iterator[tuple[str, MappingOf[str, Known]]]:
        for subject, target in self._subjects(node, entry, "points_to"):
            owner = self.problems.mapping(target, f"`{subject.name}` 指向的字段", entry.span)
            values: dict[str, Known] = {}
            for key, written in owner.pairs if owner is not None else ():
                field = self._field(key, subject)
                if field is None:
                    continue
                value = read_value(written, field, self.problems)
                if value is not None:
                    values[field.name] = value
            if owner is not None and not owner.pairs:
                self.problems.error(
                    "PE333", f"`{subject.name}` 没有写指向哪个字段", owner.span, "写成 {字段: 取值}"
                )
            yield subject.name, MappingProxyType(values)

    def _into(self, node: Node | None, entry: Mapping, measure: Measure) -> Iterator[tuple[str, str]]:
        for subject, target in self._subjects(node, entry, "into"):
            if not isinstance(target, Scalar):
                self.problems.error(
                    "PE009", "`into` 的每个主题应为一个字段", target.span, "写成 {主题: 字段}"
                )
                continue
            field = self._field(target, subject)
            if field is not None and unit_of(measure, field) is None:
                unit = f"，单位是{field.unit}" if field.unit else ""
                message = f"`{field.name}` 装不下{measure.value}{unit}"
                self.problems.error("PE333", message, target.span, "换一个字段，或者换 reads 的种类")
            elif field is not None:
                yield subject.name, field.name

    def _subjects(self, node: Node | None, entry: Mapping, key: str) -> Iterator[tuple[Subject, Node]]:
        owner = self.problems.mapping(node, f"`{key}`", entry.span)
        for name, target in owner.pairs if owner is not None else ():
            subject = self.vocabulary.subjects.get(name.text)
            if subject is None:
                choices = self.vocabulary.subjects
                self.problems.unknown(
                    "PE304", f"没有主题 `{short(name.text)}`", name.span, name.text, choices
                )
            else:
                yield subject, target

    def _field(self, key: Scalar, subject: Subject) -> Field | None:
        field = subject.fields.get(key.text)
        if field is None:
            message = f"`{subject.name}` 没有字段 `{short(key.text)}`"
            unknown_field("PE301", message, key, subject.fields, self.problems)
        return field


def _in_pieces(needs: Needs) -> Needs:
    """Leave of each word its beginning: where that doesn't stand, the word doesn't either."""
    return frozenset(
        frozenset(frozenset(word[:PIECE] for word in words) for words in way if "" not in words)
        for way in needs
    )
