"""A case made of a text that was screened: each proposed fact is written as unknown, and waits to be confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import value_words
from policy_engine.foundation.text import UNSEEN, both_ends
from policy_engine.model.lexicon import Indication
from policy_engine.model.rules import RuleSet
from policy_engine.model.screening import Proposal, Screening
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.blank_case import DECLARATION, comment, form_words, key_words, schema_line
from policy_engine.reporting.filled_case import quoted, written_value
from policy_engine.reporting.screen_page import sources_of
from policy_engine.reporting.words import field_words

_MOST_WORDS, _LONGEST_QUOTE, _MOST_ASKED = 5, 40, 30
_INDENT = "  "
_HINTS = {
    "name": "事项名称",
    "as_of": "基准日，例如 2026-01-15；空着按今天",
    "jurisdiction": "地区，例如 浙江省湖州市；空着按全国，不检查地方规定",
}
_HIDDEN = re.compile(f"[{UNSEEN}]")
_HEAD = (
    "从文字读出的案件。写着 {unknown: 待确认…} 的还不是事实，check 当作没有查清",
    "属实的，把 {unknown: …} 换成上一行“属实写”后面的写法；不属实的，写实际情况和依据",
)


def screened_case(
    found: Screening, name: str, head: Mapping[str, str], rule_set: RuleSet, schema: str
) -> str:
    """Write a case as YAML. `head`: the `as_of` and `jurisdiction` that were asked for; `schema` as for a blank case."""
    return "\n".join(_lines(found, name, head, rule_set, schema)) + "\n"


def _lines(
    found: Screening, name: str, head: Mapping[str, str], rule_set: RuleSet, schema: str
) -> Iterator[str]:
    fields = rule_set.vocabulary.subjects[found.subject].fields
    yield from schema_line(schema)
    for line in _HEAD:
        yield from comment(line, "")
    yield ""
    for key, hint in _HINTS.items():
        value = _visible(name if key == "name" else head.get(key, ""))
        yield f"{key}: {quoted(value)}" if value else f"{key}:".ljust(17) + f"# {hint}"
    yield from DECLARATION.rstrip("\n").splitlines()
    yield ""
    yield f"{key_words(found.subject)}:"
    for field, text in found.texts.items():
        if field in fields:
            yield from _written(key_words(field), _visible(text))
    sources = sources_of(rule_set)
    for proposal in found.proposals:
        yield from _waiting(proposal, fields[proposal.field], sources)
    yield from _asked(found)


def _waiting(proposal: Proposal, field: Field, sources: Mapping[str, str]) -> Iterator[str]:
    yield ""
    told = dict.fromkeys(_quoted(one, field, sources) for one in proposal.indications)
    for line in list(told)[:_MOST_WORDS]:
        yield from comment(line, _INDENT)
    key = key_words(field.name)
    if proposal.value is None:
        yield from comment("几处写法不一，先确认是哪一种", _INDENT)
    else:
        value = written_value(field, proposal.value)
        yield f"{_INDENT}# 属实写：{key}: {{value: {value}, source: 由谁确认、凭什么}}"
    words = "；".join(dict.fromkeys(_short(one, field) for one in proposal.indications))
    yield f"{_INDENT}{key}: {{unknown: {quoted(f'待确认：{words}')}}}"


def _quoted(one: Indication, field: Field, sources: Mapping[str, str]) -> str:
    source = f"，{sources[one.term]}" if sources.get(one.term) else ""
    return f"{_short(one, field)}（{one.because}{source}）"


def _short(one: Indication, field: Field) -> str:
    words = both_ends(_visible(one.words), _LONGEST_QUOTE)
    return f"写有“{words}”，{one.certainty.value}{field_words(field)} = {value_words(field, one.value)}"


def _asked(found: Screening) -> Iterator[str]:
    decision = found.open.subjects[0] if found.open is not None else None
    waiting = {one.field for one in found.proposals}
    missing = (
        [q.field for q in decision.missing if q.field.name not in waiting] if decision is not None else []
    )
    if missing:
        yield from ("", f"{_INDENT}# ———— 作出结论还要填报的 ————")
    for field in missing[:_MOST_ASKED]:
        yield ""
        yield from comment(field.question or field.description or field.title, _INDENT)
        yield from comment(f"  填：{form_words(field)}", _INDENT)
        yield f"{_INDENT}{key_words(field.name)}:"


def _visible(text: str) -> str:
    """Leave out what nobody sees: a case that holds it is refused, and the reader passes over it anyway."""
    return _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _written(key: str, text: str) -> Iterator[str]:
    lines = text.split("\n")
    # Written line by line where YAML gives each of them back as it is.
    is_plain = len(lines) > 1 and lines[0] and lines[-1] and not lines[0].startswith(" ")
    if not is_plain or "\t" in text or any(line.endswith(" ") for line in lines):
        yield f"{_INDENT}{key}: {quoted(text)}"
        return
    yield f"{_INDENT}{key}: |-"
    yield from (f"{_INDENT * 2}{line}" if line else "" for line in lines)
