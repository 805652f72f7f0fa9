"""What the words of a case's texts point to: quoted where they are asked about, and beside what was stated otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import value_words
from policy_engine.evaluation.heeding import is_sure, points_beyond, signs_in_words, speaks_against
from policy_engine.evaluation.truth import nothing_derived
from policy_engine.foundation.text import both_ends
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import SubjectDecision
from policy_engine.model.lexicon import Indication
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType
from policy_engine.reporting.page import Item
from policy_engine.reporting.words import field_words

_LONGEST_QUOTE = 40
_MOST_QUOTED = 3


def indicated_words(field: Field, indication: Indication) -> str:
    """Say what words point to, and how sure they are: 写明含工程 = 是."""
    sign = " 含" if field.type is FieldType.LIST else " ="
    value = value_words(field, indication.value)
    return f"{indication.certainty.value}{field_words(field)}{sign} {value}"


def quoted_words(indication: Indication) -> str:
    """Quote the words where they stand, with what they mean: 购买内容中写有“外墙修缮”（修缮、装修是建设工程）."""
    words = both_ends(indication.words, _LONGEST_QUOTE)
    return f"{indication.text}中写有“{words}”（{indication.because}）"


def asking_indications(
    field: Field, decision: SubjectDecision, stated: Fact | None, fields: Mapping[str, Field]
) -> list[Indication]:
    """List the words for which a fact is asked: against what was stated, or what is usual, or for a sign of it."""
    own = [one for one in decision.indications if one.field == field.name]
    is_open = decision.facts[field.name].value is UNKNOWN
    signs = (
        signs_in_words(field, decision.indications, decision.facts, nothing_derived(fields))
        if is_open
        else ()
    )
    if stated is None or stated.value is UNKNOWN:
        return [*(one for one in own if points_beyond(one, field)), *signs]
    # What was stated has been opened by words that are sure; what they only suspect is no reason for it.
    sure = (one for one in signs if is_sure(one))
    return [*(one for one in own if speaks_against(one, stated.value)), *sure]


def asking_lines(
    field: Field, decision: SubjectDecision, stated: Fact | None, fields: Mapping[str, Field]
) -> Iterator[str]:
    """Write for which words a fact is asked."""
    found = asking_indications(field, decision, stated, fields)
    if not found:
        return
    before, after = "", "，请核对"
    if stated is not None and stated.value is not UNKNOWN:
        told = value_words(field, stated.value)
        before, after = f"填报为{told}，但", f"；确认为{told}的，请写明依据（source）"
    lines = list(dict.fromkeys(f"{quoted_words(one)}，{_pointing(one, field, fields)}" for one in found))
    yield from (f"{before}{line}{after}" for line in lines[:_MOST_QUOTED])
    if len(lines) > _MOST_QUOTED:
        yield f"另有 {len(lines) - _MOST_QUOTED} 处文字也这样写"


def _pointing(one: Indication, field: Field, fields: Mapping[str, Field]) -> str:
    """Say what words point to; of a sign, that it is one."""
    words = indicated_words(fields[one.field], one)
    return words if one.field == field.name else f"{words}，是{field_words(field)}的迹象"


def standing_items(decision: SubjectDecision, fields: Mapping[str, Field]) -> Iterator[Item]:
    """Write each statement that stands against words, beside the words and the reason given."""
    for one in dict.fromkeys(decision.indications):
        field, fact = fields[one.field], decision.facts[one.field]
        if fact.origin is Origin.STATED and fact.value is not UNKNOWN and speaks_against(one, fact.value):
            stated = f"{field_words(field)} = {value_words(field, fact.value)}"
            reason = f"理由：{fact.source}" if fact.source.strip() else "没有写明理由"
            yield Item(
                f"按所写，{quoted_words(one)}，{indicated_words(field, one)}；经办人填报{stated}，{reason}"
            )


def all_indications(decision: SubjectDecision, case: Case, fields: Mapping[str, Field]) -> Iterator[Item]:
    """Write everything that words point to, where they stand, and what became of it."""
    stated = case.subjects[decision.subject]
    for one in decision.indications:
        place = f"第 {one.start + 1}—{one.end} 字"
        field = fields[one.field]
        standing = _standing(one, decision.facts[one.field], stated.get(one.field))
        yield Item(
            f"{indicated_words(field, one)}（{standing}）：{quoted_words(one)}，{place}，词条 {one.term}"
        )


def _standing(one: Indication, fact: Fact, stated: Fact | None) -> str:
    if fact.origin is Origin.UNREASONED and stated is not None and speaks_against(one, stated.value):
        return "与填报相反，待写明依据"
    if fact.origin is Origin.PENDING:
        return Origin.PENDING.value
    if fact.value is UNKNOWN:
        return "待核实"
    return f"与{fact.origin.value}{'相反' if speaks_against(one, fact.value) else '一致'}"
