"""One term in readable Chinese: its words, what they point to, what takes them back, its examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields as fields_of

from policy_engine.evaluation.condition_words import value_words
from policy_engine.model.lexicon import Barriers, Term
from policy_engine.model.rules import RuleSet
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Vocabulary
from policy_engine.reporting.page import Item, Page, Section, items

Json = dict[str, object]
_BARRIERS = {
    "within": "在这些更长的词语里",
    "before": "紧接在这些词后面",
    "after": "后面的中心词是这些",
    "beside": "同一句里有这些",
    "anywhere": "同一段文字里有这些",
}


def term_page(term: Term, rule_set: RuleSet) -> Page:
    """Lay out one term."""
    vocabulary = rule_set.vocabulary
    wording = {"词": "、".join(term.words), "写法": term.pattern, "采购品目": "、".join(term.items)}
    sections = (
        Section("找什么", items(f"{what}：{how}" for what, how in wording.items() if how)),
        Section("指向", items(_pointed(term, vocabulary))),
        Section("这些情形不算", items(_barriers(term))),
        Section(
            "道理", items(part for part in (term.because, f"出处：{term.source}" * bool(term.source)) if part)
        ),
        Section("例子", tuple(_examples(term, vocabulary))),
    )
    return Page(
        f"词条 {term.id}",
        tuple(section for section in sections if section.items),
        ("词条只引出问题，不认定事实", f"位置 {term.span.place}"),
    )


def _pointed(term: Term, vocabulary: Vocabulary) -> Iterator[str]:
    for subject, values in term.points_to.items():
        for name, value in values.items():
            yield f"{term.certainty.value} {_fact(subject, name, value, vocabulary)}"
    if term.reads is not None:
        for subject, name in term.into.items():
            yield f"{term.certainty.value} {subject}.{name}：后面的{term.reads.value}"


def _fact(subject: str, name: str, value: Known, vocabulary: Vocabulary) -> str:
    return f"{subject}.{name} = {value_words(vocabulary.subjects[subject].fields[name], value)}"


def _barriers(term: Term) -> Iterator[str]:
    for one in fields_of(Barriers):
        words = getattr(term.unless, one.name)
        if words:
            yield f"{_BARRIERS[one.name]}：{'、'.join(words)}"


def _examples(term: Term, vocabulary: Vocabulary) -> Iterator[Item]:
    for example in term.examples:
        facts = [
            _fact(subject, name, value, vocabulary)
            for subject, values in example.finds.items()
            for name, value in values.items()
        ]
        yield Item(f"找到：{example.text}{' → ' * bool(facts)}{'，'.join(facts)}")
    for example in term.harmless:
        yield Item(f"不算：{example.text}")


def term_json(term: Term) -> Json:
    """Give what a term is called and where it stands."""
    return {
        "term": term.id,
        "certainty": term.certainty.value,
        "subjects": list(dict.fromkeys((*term.points_to, *term.into))),
        "because": term.because,
        "source": term.source,
        "examples": len(term.examples),
        "harmless": len(term.harmless),
        "place": term.span.place,
    }
