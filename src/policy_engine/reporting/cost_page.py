"""The page of a cost comparison: the result, both sides with their working, what was assumed and left out."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policy_engine.model.costs import CostComparison, Side, decimal_words
from policy_engine.reporting.page import Item, Page, Section, items

_NO_GROUND = "成本高低不是能不能购买的依据：是否属于政府购买服务的范围，另用 policy-engine check 审查。"
_ASSUMED = (
    "所填各数都按一年计；跨年的设备、合同已由填报人摊到一年。",
    "两种办法的工作量和质量视为相同。",
)


def cost_page(comparison: CostComparison) -> Page:
    """Make the page of one comparison."""
    sections = [
        Section("自行承担（每年）", tuple(_side(comparison.perform))),
        Section("购买服务（每年）", tuple(_side(comparison.buy))),
    ]
    if comparison.served is not None:
        sections.append(
            Section(f"平均每家（服务对象 {comparison.served} 家）", items(_per_enterprise(comparison)))
        )
    sections.append(Section("假设", items((*comparison.readings, *_ASSUMED))))
    left_out = tuple(_left_out(comparison))
    if left_out:
        sections.append(Section("没有填、没有计入（不当作零）", items(left_out)))
    name = f"名称：{comparison.name}" if comparison.name else ""
    return Page(_headline(comparison), tuple(sections), (_NO_GROUND,), name)


def _headline(comparison: CostComparison) -> str:
    saving, share = comparison.saving, comparison.share
    if saving is None:
        empty = [s.name for s in (comparison.perform, comparison.buy) if s.total is None]
        return f"不能比较：{'、'.join(empty)}一项支出都没有填。"
    scope = "" if not (comparison.perform.missing or comparison.buy.missing) else "按已填项目，"
    if saving == 0:
        return f"{scope}购买服务与自行承担每年支出相同。"
    word = "少" if saving > 0 else "多"
    part = f"（约 {decimal_words(abs(share) * 100, 1)}%）" if share is not None else ""
    return f"{scope}购买服务比自行承担每年{word}支出 {_money(abs(saving))}{part}。"


def _side(side: Side) -> Iterator[Item]:
    for item in side.items:
        if item.amount is not None:
            working = f"{item.working} = " if item.working else ""
            yield Item(f"{item.title}：{working}{_money(item.amount)}")
    if side.total is None:
        yield Item("没有填")
        return
    word = "合计" if not side.missing else "已填项目合计"
    yield Item(f"{word}：{_money(side.total)}")


def _per_enterprise(comparison: CostComparison) -> Iterator[str]:
    for side in (comparison.perform, comparison.buy):
        if side.total is not None and comparison.served:
            yield f"{side.name}：{decimal_words(side.total / comparison.served * 10000, 0)}元"


def _left_out(comparison: CostComparison) -> Iterator[str]:
    for side in (comparison.perform, comparison.buy):
        if side.missing:
            yield f"{side.name}：{'、'.join(side.missing)}"


def _money(amount: Fraction) -> str:
    return f"{decimal_words(amount, 2)}万元"


def cost_json(comparison: CostComparison) -> dict[str, object]:
    """Give a comparison as data; amounts are exact decimals as text, in 万元 a year, null where not stated."""
    return {
        "name": comparison.name,
        "unit": "万元/年",
        "perform": _side_json(comparison.perform),
        "buy": _side_json(comparison.buy),
        "saving": _exact(comparison.saving),
        "saving_share": _rounded(comparison.share, 6),
        "served": comparison.served,
        "is_partial": bool(comparison.perform.missing or comparison.buy.missing),
        "assumptions": [*comparison.readings, *_ASSUMED],
    }


def _side_json(side: Side) -> dict[str, object]:
    return {
        "items": [{"title": i.title, "amount": _exact(i.amount), "working": i.working} for i in side.items],
        "total": _exact(side.total),
        "missing": list(side.missing),
    }


def _exact(amount: Fraction | None) -> str | None:
    return None if amount is None else decimal_words(amount)


def _rounded(amount: Fraction | None, places: int) -> str | None:
    return None if amount is None else decimal_words(amount, places)
