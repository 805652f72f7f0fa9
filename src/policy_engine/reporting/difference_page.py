"""The page of a comparison: what is proved, what changes, a case decided by both versions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from policy_engine.analysis.difference.causes import Cause
from policy_engine.analysis.difference.result import Comparison, Flip, ShownChange, Side
from policy_engine.analysis.witnesses import case_yaml
from policy_engine.evaluation.explanation import explain
from policy_engine.foundation.logic import Truth
from policy_engine.model.decisions import Decision, RuleResult, Step
from policy_engine.model.rules import Rule
from policy_engine.reporting.page import Item, Page, Section, items
from policy_engine.reporting.term_changes import read_otherwise, term_change_json, term_items
from policy_engine.reporting.words import short_citation, verdict_label

_MARKS = {Truth.TRUE: "真", Truth.FALSE: "假", Truth.UNKNOWN: "不明"}
Json = dict[str, object]


def difference_page(found: Comparison, limit: int) -> Page:
    """Lay out a comparison; at most `limit` changed rules are shown with their case."""
    difference = found.difference
    sections = (
        Section("没有读取", items(found.left_out)),
        Section("改了什么", _first(_told([c for c in found.causes if c.decides]), limit)),
        Section("结论的变化", tuple(_verdicts(found))),
        Section("词条的变化", _first(term_items(found), limit)),
        Section("规则的变化", _first((_change(change, found) for change in found.changes), limit)),
        Section("只改了编号", items(f"{a.id} → {b.id}" for a, b in difference.renamed)),
        Section("台账", tuple(_ledger(found))),
        Section("词汇表的变化（逐案证明只及于两边都能填报的案件）", items(difference.vocabulary)),
        Section("不能比较", items(difference.incomparable)),
        Section("在限定步数内未能判定", items(difference.undecided)),
        Section(
            "所引依据的变化",
            _first(_told([c for c in found.causes if c.cites and not c.decides]), limit),
        ),
        Section(
            "不影响判断的改动",
            _first(_told([c for c in found.causes if not (c.decides or c.cites)]), limit),
        ),
    )
    return Page(
        _headline(found),
        tuple(section for section in sections if section.items),
        tuple(_proved(found)),
        f"{found.old.name} → {found.new.name}",
    )


def _first(found: Iterable[Item], limit: int) -> tuple[Item, ...]:
    every = tuple(found)
    hidden = len(every) - limit
    return every if hidden <= 0 else (*every[:limit], Item(f"另有 {hidden} 条没有列出，用 --limit 调整"))


def _told(causes: Sequence[Cause]) -> Iterator[Item]:
    """Tell each change; many of one key of one entry, or many entries come and gone, in one line."""
    groups: dict[tuple[str, str, bool], list[Cause]] = {}
    for cause in causes:
        # Of what came or went as a whole there is no key: those are counted by sort.
        name = cause.about if cause.key else f"{cause.kind}（{'新增' if cause.old is None else '删去'}）"
        groups.setdefault((cause.kind, name, bool(cause.key)), []).append(cause)
    for (kind, about, has_key), group in groups.items():
        if len(group) <= (_NAMED if has_key or kind == "规则" else 2 * _NAMED):
            yield from (Item(cause.words) for cause in group)
        else:
            names = "" if has_key else "、".join(f"`{c.name}`" for c in group[:_NAMED]) + "等"
            yield Item(f"{about}{'：' if names else ''}{names}改了 {len(group)} 处（{group[0].place} 起）")


def _headline(found: Comparison) -> str:
    difference = found.difference
    about = f"（只比较主题 {'、'.join(found.subjects)}）" if found.subjects else ""
    if found.is_same:
        only_verdicts = found.cites_otherwise or found.looks_otherwise
        return f"{'判断' if only_verdicts else '含义'}没有变化{about}{_unfelt(found)}。"
    if difference.is_same and found.terms:
        return f"规则的含义没有变化，文字的读法有变化{about}：{_what(found)}；{_felt(found)}。"
    if difference.is_same:
        return f"读到的文件含义没有变化{about}，另有没有读的。"
    # Found in one place, a change is one, whatever could not be decided elsewhere.
    if difference.undecided and not (found.changes or found.verdicts):
        return f"未能判定有没有变化{about}：{_changed(found.causes)}。"
    return f"含义有变化{about}：{_what(found)}；{_felt(found)}。"


def _what(found: Comparison) -> str:
    deciding = [cause for cause in found.causes if cause.decides]
    if found.terms and found.difference.is_same and not deciding:
        is_by_items = all(change.keys == ("items",) for change in found.terms)
        return "词条所用的采购品目分类目录改了" if is_by_items else "词条换了文件，所用的词组不同"
    return _changed(deciding or found.causes)


def _unfelt(found: Comparison) -> str:
    if found.cites_otherwise:
        return f"，所引依据有变化：{_changed([c for c in found.causes if c.cites])}"
    if found.looks_otherwise:
        return f"，清单里查的有变化：{_changed([c for c in found.causes if c.looks])}"
    if found.causes:
        return f"：{_changed(found.causes)}，都不影响判断"
    same = found.old.extent.digest == found.new.extent.digest
    return "：两边内容相同" if same else "：只有排版、注释或者文件名不同"


def _changed(causes: Sequence[Cause]) -> str:
    """Name what was changed: the first few keys, and how many in all."""
    groups: dict[str, list[Cause]] = {}
    for cause in causes:
        groups.setdefault(cause.about, []).append(cause)
    if not groups:
        return "规则、词汇表的写法相同，所读的范围不同"
    named = [f"{about}{_keys(group)}" for about, group in groups.items()]
    more = f"等 {len(causes)} 处" if len(named) > _NAMED else ""
    return "、".join(named[:_NAMED]) + f"{more}改了"


def _keys(group: Sequence[Cause]) -> str:
    if len(group) == 1:
        return f"（{group[0].key}）" if group[0].key else ""
    return f"（{len(group)} 处）"


def _felt(found: Comparison) -> str:
    subjects = list(
        dict.fromkeys(
            (
                *(n for n, *_ in found.verdicts),
                *(c.change.subject for c in found.changes if c.change.flips_verdict),
            )
        )
    )
    rules = f"{len(found.changes)} 处规则的结果不同，" if found.changes else ""
    if found.terms:
        rules += f"{read_otherwise(found.terms)}，"
    if subjects:
        return f"{rules}{len(subjects)} 个主题的结论会不同（{'、'.join(subjects)}）"
    if found.difference.vocabulary or found.difference.incomparable:
        return f"{rules}案件能填的内容或者未填报时的认定不同"
    if found.terms:
        return f"{rules}写了这些文字的案件，提问和结论可能不同；不看文字，结论都不变"
    return f"{rules}结论都不变"


_NAMED = 3


def _proved(found: Comparison) -> Iterator[str]:
    scope = "及于词汇表能填报的全部案件：事实未知、日期、地区、阶段都在内"
    rule_set = found.new.compiled.rule_set
    rules, terms = len(rule_set.rules), len(rule_set.lexicon.terms)
    if found.left_out:
        yield "这不是证明：有的文件没有读（符号链接、子模块不跟随），列在“没有读取”下面。"
    elif found.is_same:
        read = f"；{terms} 个词条逐个相同，同样的文字读出同样的提示" if terms else ""
        yield f"这是证明，不是抽查：{rules} 条规则的结果和各主题的结论逐一相同，{scope}{read}。"
    elif found.difference.vocabulary:
        yield f"案件的填法或者未填报时的认定变了，这不在证明之内；填法两边相同、逐项填明的案件，没有列出的规则证明结果不变，{scope}。"
    else:
        yield f"没有列出的规则，证明结果不变，{scope}。"
    if found.terms and not found.left_out:
        same = len({t.id for t in rule_set.lexicon.terms} - {change.name for change in found.terms})
        yield f"证明的是事实相同的案件；文字读出的提示会变，这不在证明之内，变的词条都列在“词条的变化”下面，其余 {same} 个词条逐个相同。"
    yield f"所读：{_extent(found.old)}；{_extent(found.new)}。"


def _extent(side: Side) -> str:
    rules, terms = len(side.compiled.rule_set.rules), len(side.compiled.rule_set.lexicon.terms)
    read = f"、{terms} 个词条" if terms else ""
    return f"{side.name} {side.extent.files} 个文件、{rules} 条规则{read}，摘要 {side.extent.digest}"


def _verdicts(found: Comparison) -> Iterator[Item]:
    for name, old, new in found.verdicts:
        declared = "（有申报声明）" if new.case.declaration is not None else ""
        yield Item(
            f"{name}{declared}：{verdict_label(old.verdict)} → {verdict_label(new.verdict)}",
            items(case_yaml(new.case, found.new.compiled.rule_set).splitlines()),
        )


def _change(shown: ShownChange, found: Comparison) -> Item:
    change = shown.change
    rule = change.new or change.old
    assert rule is not None
    what = {(True, False): "新增", (False, True): "删去"}.get(
        (change.old is None, change.new is None), "改动"
    )
    causes = items(c.words for c in found.causes if c.kind == "规则" and c.name == rule.id and c.decides)
    title = f"[{what}] {rule.id} {rule.title}（{short_citation(rule.citation)}，{change.subject}）"
    # The solver found no case that shows it: the text differs, and no decision does.
    if shown.old is None or shown.new is None:
        return Item(title, (*causes, Item("没有一种案件因此不同")))
    verdict = "，结论随之不同" if change.flips_verdict else "，结论不变"
    old, new = _result(shown.old, change.old), _result(shown.new, change.new)
    heads = (_outcome(old), _outcome(new))
    details = [
        *causes,
        Item(f"结果：{_arrow(*heads)}{verdict}"),
        Item("最小的例子：", items(case_yaml(shown.new.case, found.new.compiled.rule_set).splitlines())),
        *_side("改前", shown.old, change.old, found.old),
        *_side("改后", shown.new, change.new, found.new),
    ]
    return Item(title, tuple(details))


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}" if old != new else f"都是{old}"


def _result(decision: Decision, rule: Rule | None) -> RuleResult | None:
    results = (r for s in decision.subjects for r in s.results)
    return next((r for r in results if rule is not None and r.rule.id == rule.id), None)


def _outcome(result: RuleResult | None) -> str:
    return result.outcome.value if result is not None else "（没有这条）"


def _side(word: str, decision: Decision, rule: Rule | None, side: Side) -> Iterator[Item]:
    grounds = [g.rule for s in decision.subjects for g in s.grounds]
    cited = "；".join(short_citation(g.citation) for g in grounds)
    lines = [Item(f"依据：{cited}")] if cited else []
    if rule is not None:
        lines += [_step(explain(side.compiled, one, rule)) for one in decision.subjects]
    yield Item(f"{word}：{verdict_label(decision.verdict)}", tuple(lines))


def _step(step: Step) -> Item:
    value = f"（{step.value}）" if step.value and not step.parts else ""
    return Item(f"[{_MARKS[step.truth]}] {step.text}{value}  {step.place}", tuple(map(_step, step.parts)))


def _ledger(found: Comparison) -> Iterator[Item]:
    if found.rows is None:
        return
    yield Item(f"共 {found.rows} 行，结论不同的 {len(found.flips)} 行")
    yield from (Item(_flip(flip)) for flip in found.flips)


def _flip(flip: Flip) -> str:
    name = flip.case.name or "（没有名称）"
    labels = f"{verdict_label(flip.old.verdict)} → {verdict_label(flip.new.verdict)}"
    return f"{flip.case.span.place} {name}：{labels}（{'、'.join(flip.rules)}）"


def difference_json(found: Comparison) -> Json:
    """Give a comparison as data."""
    difference = found.difference
    return {
        "old": found.old.name,
        "new": found.new.name,
        "is_same": found.is_same,
        "cites_otherwise": found.cites_otherwise,
        "headline": _headline(found),
        "proof": "".join(_proved(found)),
        "extents": [_extent_json(side) for side in (found.old, found.new)],
        "rules": [_change_json(shown, found) for shown in found.changes],
        "renamed": [{"old": a.id, "new": b.id} for a, b in difference.renamed],
        "verdicts": [
            {
                "subject": name,
                "old": verdict_label(old.verdict),
                "new": verdict_label(new.verdict),
                "witness": case_yaml(new.case, found.new.compiled.rule_set),
            }
            for name, old, new in found.verdicts
        ],
        "ledger": None
        if found.rows is None
        else {"rows": found.rows, "flips": [_flip_json(f) for f in found.flips]},
        "terms": [term_change_json(change, found) for change in found.terms],
        "vocabulary": list(difference.vocabulary),
        "incomparable": list(difference.incomparable),
        "undecided": list(difference.undecided),
        "wording": [cause.words for cause in found.causes if not cause.decides],
        "causes": [_cause_json(cause) for cause in found.causes],
    }


def _extent_json(side: Side) -> Json:
    return {
        "name": side.name,
        "files": side.extent.files,
        "rules": len(side.compiled.rule_set.rules),
        "terms": len(side.compiled.rule_set.lexicon.terms),
        "digest": side.extent.digest,
        "left_out": list(side.extent.left_out),
    }


def _cause_json(cause: Cause) -> Json:
    return {
        "kind": cause.kind,
        "name": cause.name,
        "key": cause.key,
        "old": cause.old,
        "new": cause.new,
        "place": cause.place,
        "decides": cause.decides,
        "cites": cause.cites,
        "words": cause.words,
    }


def _change_json(shown: ShownChange, found: Comparison) -> Json:
    change = shown.change
    rule = change.new or change.old
    assert rule is not None
    has_case = shown.old is not None and shown.new is not None
    return {
        "rule": rule.id,
        "subject": change.subject,
        "change": "added" if change.old is None else "removed" if change.new is None else "changed",
        "old_place": change.old.span.place if change.old else None,
        "new_place": change.new.span.place if change.new else None,
        "old_outcome": _outcome(_result(shown.old, change.old)) if shown.old else None,
        "new_outcome": _outcome(_result(shown.new, change.new)) if shown.new else None,
        "old_verdict": verdict_label(shown.old.verdict) if shown.old else None,
        "new_verdict": verdict_label(shown.new.verdict) if shown.new else None,
        "flips_verdict": change.flips_verdict,
        "witness": case_yaml(shown.new.case, found.new.compiled.rule_set) if has_case and shown.new else None,
    }


def _flip_json(flip: Flip) -> Json:
    return {
        "name": flip.case.name,
        "place": flip.case.span.place,
        "old": verdict_label(flip.old.verdict),
        "new": verdict_label(flip.new.verdict),
        "rules": list(flip.rules),
    }
