"""Records as people and as programs read them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from policy_engine.foundation.text import json_text, one_line
from policy_engine.model.calendar import chinese_day, day_number
from policy_engine.model.decisions import Verdict
from policy_engine.records.chain import Verified
from policy_engine.records.content import case_of
from policy_engine.records.replaying import Difference, Replayed
from policy_engine.records.store import Filed
from policy_engine.records.witness import Seen
from policy_engine.reporting.opinion.paper import Filing
from policy_engine.reporting.told import Json
from policy_engine.reporting.words import verdict_label
from policy_engine.usecases.today import CHINA

# On papers the first half of a digest: enough that nobody finds another record for it.
_DIGITS = 32
_LONGEST = 200
_MOST_LINES = 20
_KEYS = {
    "verdict": "结论",
    "cross_check": "双引擎复核",
    "subjects": "",
    "phase": "阶段",
    "grounds": "依据",
    "outcomes": "规则",
    "facts": "事实",
    "asked": "要核实的",
    "indications": "字样",
}
CROSS_CHECKED = {"agreed": "两个引擎分别计算，结果一致", "agreed by sqlite": "两个引擎分别计算，结果一致"}


def short(digest: str) -> str:
    """Give as much of a digest as papers print."""
    return digest[:_DIGITS]


def filing_of(seen: Seen, by: str, at: datetime) -> Filing:
    """Say on a paper where it was filed."""
    day = chinese_day(at.astimezone(CHINA).date().toordinal())
    return Filing(number=str(seen.number), digest=short(seen.digest), by=by, day=day)


def filed_words(seen: Seen) -> str:
    """Say under an opinion where it was filed."""
    return f"已登记：第{seen.number}号，记录摘要 {short(seen.digest)}"


def at_of(record: Filed) -> datetime:
    """Give the moment a record was filed, in China's time."""
    return datetime.fromisoformat(record.content["at"]).astimezone(CHINA)


def at_words(record: Filed) -> str:
    """Write that moment: 2026年3月2日 10:41."""
    return moment_words(record.content["at"])


def moment_words(written: str) -> str:
    """Write a moment, as records write it, in China's time."""
    # Kept in UTC, told in China's time, whatever the zone of the machine.
    at = datetime.fromisoformat(written).astimezone(CHINA)
    return f"{chinese_day(at.date().toordinal())} {at:%H:%M}"


def name_of(record: Filed) -> str:
    """Give what the case is called."""
    return one_line(str(record.content["case"].get("name", ""))).strip() or "（未写名称）"


def moment(day: str, *, after: int = 0) -> str:
    """Give the moment at which a day begins in China, as records write it; "" for no day."""
    if not day:
        return ""
    began = datetime.fromisoformat(day).replace(tzinfo=CHINA) + timedelta(days=after)
    return began.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def line_of(record: Filed) -> str:
    """Tell a record in one line."""
    label = record.content["decision"]["label"]
    by = one_line(record.content["by"])
    return f"第{record.number}号　{at_words(record)}　{label}　{name_of(record)}（{by}）"


def page_of(record: Filed) -> str:
    """Tell a record to people: what was decided, by whom and when, by which rules; how to check it."""
    content = record.content
    decision = content["decision"]
    day = day_number(content["as_of"])
    told = sum(len(keys) for _, keys in content["order"])
    lines = [
        f"第{record.number}号记录：{name_of(record)}",
        "",
        one_line(decision["headline"]),
        "",
        f"  出具　　　{one_line(content['by'])}，{at_words(record)}（账户 {one_line(content['account'])}）",
        f"  地区日期　{content['jurisdiction']['name']}，{chinese_day(day) if day is not None else ''}",
        f"  填报事实　{told}项",
        *(f"  {one_line(f'{name}·{key}')}：{told_words(value)}" for name, key, value in facts_of(record)),
        f"  规则库　　{content['rule_base']['name']}，版本 {content['rule_base']['version']}",
        f"  复核　　　{CROSS_CHECKED.get(decision['cross_check'], decision['cross_check'])}",
        f"  正文摘要　{decision['paper']}",
        f"  记录摘要　{record.digest}",
        f"  上一份　　{record.previous}",
    ]
    return "\n".join(lines)


def facts_of(record: Filed) -> Iterator[tuple[str, str, object]]:
    """Go through the facts that were told, in the order in which they were: subject, field, value."""
    case = case_of(record.content)
    # The content is sorted, as digests need it; the order in which things were told is kept beside it.
    for name, _ in record.content["order"]:
        for key, value in case[name].items():
            yield name, key, value


def told_words(value: object, unit: str = "") -> str:
    """Write a value of a record in one line. `unit`: goes after numbers."""
    if value is None:
        return "（没有）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return one_line("、".join(value)) or "（没有）"
    if isinstance(value, dict) and "unknown" in value:
        return one_line(f"不清楚（{value['unknown']}）")
    if isinstance(value, dict) and "value" in value:
        more = value.get("source") or value.get("origin")
        return told_words(value["value"], unit) + (one_line(f"（{more}）") if more else "")
    text = (value if isinstance(value, str) else json_text(value)) + unit
    whole = one_line(text)
    return whole if len(whole) <= _LONGEST else f"{whole[:_LONGEST]}……"


def record_json(record: Filed) -> Json:
    """Give a record as data: its content, and the digest of that."""
    return {"number": record.number, "digest": record.digest, "content": dict(record.content)}


def verified_words(found: Verified) -> str:
    """Say whether records are as they were filed, with the digest of the last, to be noted elsewhere."""
    is_told = found.broken is None and found.count
    return verified_sentence(found) + (f"。最后一份的摘要 {found.digest}" if is_told else "")


def verified_sentence(found: Verified) -> str:
    """Say whether records are as they were filed."""
    if found.broken is not None:
        before = f"{_stretch(found.count)}没有改过；" if found.count else ""
        return f"{before}第{found.broken.number}号{found.broken.wrong.value}"
    if not found.count:
        return "还没有记录"
    ends = (
        "，末尾与另处存下的一致"
        if found.witnesses
        else "；没有另处存下的末尾可以比对，最后几份有没有被删去看不出"
    )
    each = "与它的摘要一致" if found.count == 1 else "每一份都与后一份记下的摘要一致"
    return f"没有改过：{_stretch(found.count)}，{each}{ends}"


def verified_json(found: Verified) -> Json:
    """Give whether records are as they were filed as data."""
    return {
        "records": found.count,
        "is_whole": found.broken is None,
        "broken": found.broken.number if found.broken is not None else None,
        "wrong": found.broken.wrong.name.lower() if found.broken is not None else None,
        "digest": found.digest,
        "witnesses": found.witnesses,
    }


def _stretch(count: int) -> str:
    return "第1号" if count == 1 else f"第1号到第{count}号"


def difference_words(one: Difference) -> str:
    """Say what came out otherwise."""
    named = [_KEYS.get(key, key) for key in one.where]
    words = _verdict if one.where[-1] == "verdict" else told_words
    return one_line(f"{'·'.join(filter(None, named))}：当时 {words(one.then)}，这次 {words(one.now)}")


def _verdict(name: object) -> str:
    return verdict_label(Verdict[name] if isinstance(name, str) and name in Verdict.__members__ else None)


def difference_lines(found: Replayed) -> tuple[str, ...]:
    """Say what came out otherwise, what carries the verdict first; of very many, some and the number of the rest."""
    ordered = sorted(found.differences, key=_rank)
    lines = tuple(map(difference_words, ordered[:_MOST_LINES]))
    left = len(ordered) - len(lines)
    return (*lines, f"……另有 {left} 处，用 --format json 可以看到每一处") if left > 0 else lines


def _rank(one: Difference) -> int:
    return next((at for at, key in enumerate(("verdict", "grounds")) if key in one.where), 2)


def replayed_words(found: Replayed) -> str:
    """Say in one line how a case came out when it was decided again."""
    head = f"第{found.record.number}号："
    label = found.record.content["decision"]["label"]
    if found.differences:
        return f"{head}有{len(found.differences)}处不同（当时{label}）"
    return f"{head}结果相同，{label}" + ("；意见书的措辞与当时不同" if found.is_reworded else "")


def replayed_json(found: Replayed) -> Json:
    """Give what came of deciding again as data."""
    return {
        "number": found.record.number,
        "is_same": not found.differences,
        "is_reworded": found.is_reworded,
        "rule_base": found.compiled.rule_set.version,
        "differences": [
            {"where": list(one.where), "then": one.then, "now": one.now} for one in found.differences
        ],
    }
