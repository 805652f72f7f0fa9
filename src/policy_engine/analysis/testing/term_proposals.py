"""The text that would show what an error in a term does: made from its examples and the lost words, and tried."""

from __future__ import annotations

import re

from policy_engine.analysis.spelling import value_text
from policy_engine.analysis.term_texts import texts_with
from policy_engine.analysis.testing.fates import Proposal
from policy_engine.analysis.testing.operators import TermMutant
from policy_engine.analysis.testing.terms import found_by
from policy_engine.model.lexicon import Lexicon, Term
from policy_engine.model.vocabulary import Vocabulary

# What ends or turns a plain text of YAML.
_MARKS = re.compile(r"""[][{},:#'"&*!|>%@`\n]|^[-?~]|^(?:true|false|null|[0-9.]+)$""")


def term_proposal(
    mutant: TermMutant, before: Lexicon, after: Lexicon, vocabulary: Vocabulary
) -> Proposal | None:
    """Propose a line for `harmless` or `examples` that holds now and would not with the mutant; `None`: none was found."""
    old = {term.id: term for term in before.terms}
    for term in mutant.terms:
        own = old[term.id]
        if not mutant.lost:
            return _telling_example(own, term, before, after, vocabulary)
        for text in sorted(dict.fromkeys(texts_with(own, mutant.lost, before)), key=len):
            is_harmless = not found_by(own, before, text, vocabulary)
            if is_harmless and found_by(term, after, text, vocabulary):
                return Proposal(term.id, f"- {_quoted(text)}", key="harmless")
    return None


def _telling_example(
    old: Term, changed: Term, before: Lexicon, after: Lexicon, vocabulary: Vocabulary
) -> Proposal | None:
    for example in old.examples:
        now = found_by(old, before, example.text, vocabulary)
        is_one_each = bool(now) and all(len(values) == 1 for values in now.values())
        if is_one_each and now != found_by(changed, after, example.text, vocabulary):
            finds = ", ".join(
                f"{name}: {value_text(vocabulary.subjects[subject].fields[name], value)}"
                for (subject, name), values in sorted(now.items())
                for value in values
                if subject == min(one for one, same in now if same == name)
            )
            return Proposal(old.id, f"- {{text: {_quoted(example.text)}, finds: {{{finds}}}}}")
    return None


def _quoted(text: str) -> str:
    """Write a text as it may stand in a list in brackets."""
    return "'" + text.replace("'", "''") + "'" if _MARKS.search(text) or text != text.strip() else text
