"""Terms that read otherwise, in a comparison: which key of each, a text that shows it, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from policy_engine.analysis.difference.result import Comparison, Side
from policy_engine.analysis.difference.terms import TermChange
from policy_engine.foundation.text import both_ends
from policy_engine.model.lexicon import Indication
from policy_engine.reporting.indications import indicated_words
from policy_engine.reporting.page import Item, items

Json = dict[str, object]
_NAMED = 3
_MOST_WORDS = 8
_LONGEST = 60
_REST = {
    "pattern": "写法",
    "items": "采购品目",
    "points_to": "指向",
    "reads": "所读的数量",
    "into": "读进的字段",
    "certainty": "确定程度",
}


def term_items(found: Comparison) -> Iterator[Item]:
    """Lay out each term that reads otherwise."""
    for change in found.terms:
        told = [*_told(change)] if change.keys else []
        what = f"：{'；'.join(told)}" if told else ""
        # Of lists the words that differ are told already.
        causes = items(
            cause.words
            for cause in found.causes
            if (cause.kind, cause.name, cause.decides) == ("词条", change.name, True)
            and cause.key
            and not cause.key.startswith(("words", "unless"))
        )
        yield Item(
            f"[{_how(change)}] {change.name}{what}（{change.place}）", (*causes, *_witness(change, found))
        )


def _how(change: TermChange) -> str:
    return {(True, False): "新增", (False, True): "删去"}.get(
        (change.old is None, change.new is None), "改动"
    )


def _told(change: TermChange) -> Iterator[str]:
    for key in change.keys:
        gone, more = change.lost.get(key, ()), change.gained.get(key, ())
        parts = [f"{verb}{_quoted(words)}" for verb, words in (("去掉", gone), ("加上", more)) if words]
        yield f"{key} {'、'.join(parts)}" if parts else _REST.get(key, key)


def _quoted(words: tuple[str, ...]) -> str:
    shown = "".join(f"“{word}”" for word in words[:_MOST_WORDS])
    return shown + (f"等 {len(words)} 个" if len(words) > _MOST_WORDS else "")


def _witness(change: TermChange, found: Comparison) -> Iterator[Item]:
    shown = change.shown
    if shown is None:
        yield Item("没有找到读法因此不同的文字")
        return
    yield Item(f"例如{shown.subject}里写“{both_ends(shown.text, _LONGEST)}”：")
    for word, side, indications in (("改前", found.old, shown.old), ("改后", found.new, shown.new)):
        lines = list(dict.fromkeys(_indicated(one, shown.subject, side) for one in indications))
        yield Item(f"{word}：{'；'.join(lines) or '没有提示'}")


def _indicated(one: Indication, subject: str, side: Side) -> str:
    field = side.compiled.rule_set.vocabulary.subjects[subject].fields[one.field]
    return f"{indicated_words(field, one)}（“{both_ends(one.words, _LONGEST)}”，{one.term}）"


def read_otherwise(terms: Iterable[TermChange]) -> str:
    """Say in a few words how many terms read otherwise, and which: 词条 2 个读法不同（`a.b`、`c.d`）."""
    names = [f"`{change.name}`" for change in terms]
    more = "等" if len(names) > _NAMED else ""
    return f"词条 {len(names)} 个读法不同（{'、'.join(names[:_NAMED])}{more}）"


def term_change_json(change: TermChange, found: Comparison) -> Json:
    """Give one term that reads otherwise as data."""
    return {
        "term": change.name,
        "change": {"新增": "added", "删去": "removed", "改动": "changed"}[_how(change)],
        "place": change.place,
        "keys": list(change.keys),
        "lost": _lists(change.lost),
        "gained": _lists(change.gained),
        "witness": None
        if change.shown is None
        else {
            "subject": change.shown.subject,
            "text": change.shown.text,
            "old": [_indicated(one, change.shown.subject, found.old) for one in change.shown.old],
            "new": [_indicated(one, change.shown.subject, found.new) for one in change.shown.new],
        },
    }


def _lists(words: Mapping[str, tuple[str, ...]]) -> Json:
    return {key: list(found) for key, found in words.items()}
