"""Documents are registered as written; what is wrong with one is told at its very words."""

import pytest

from loading.toy import TOY_RULES
from policy_engine.loading.documents import load_documents
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_authority
from policy_engine.model.calendar import day_number
from policy_engine.model.documents import Encoding, StatedDate, Verification

FORCES = "forces:\n  - {name: 部门规章, begins: 实施}\n  - {name: 规范性文件}\n  - {name: 法律}\norder: []\n"
AUTHORITY = load_authority([SourceText("authority.yaml", FORCES)], Problems())
DOCUMENT = """documents:
  - id: a
    title: 甲办法
    force: 部门规章
    issued: {date: 2020-01-01, basis: 一, verified: true}
    published: {date: 2020-01-02}
    effective: {date: 2020-03-01, basis: 第九条}
"""


def loaded(*texts: str):
    sources = [SourceText(f"{n}.yaml", text) for n, text in enumerate(texts)]
    problems = Problems()
    found = load_documents(sources, AUTHORITY, TOY_RULES.rule_set.areas, problems)
    told = []
    for d in problems.found:
        line = next(one for one in sources if one.path == d.span.path).text.splitlines()[d.span.line]
        end = d.span.end_column if d.span.line == d.span.end_line else None
        told.append((d.code, d.message, line[d.span.column : end]))
    return found, told


TOLD = [
    (
        "force: 部门规章",
        "force: 部门规則",
        [("PE205", "没有效力 `部门规則`", "部门规則")],
    ),
    (
        "    force: 部门规章\n",
        "",
        [("PE011", "缺少 `force`", "id: a"), ("PE205", "没有效力 ``", "id: a")],
    ),
    (
        "force: 部门规章",
        "force: 部门规章\n    area: 温洲",
        [("PE204", "没有地区 `温洲`", "温洲")],
    ),
    (
        "force: 部门规章",
        "force: 部门规章\n    area: 温州市",
        [("PE212", "效力写的是 `部门规章`，而部门规章及于全国，登记的地区不是全国", "部门规章")],
    ),
    (
        "force: 部门规章",
        "force: 法律\n    area: 温州市",
        [("PE212", "效力写的是 `法律`，而法律及于全国，登记的地区不是全国", "法律")],
    ),
    (
        "force: 部门规章",
        "force: 规范性文件\n    area: 温州市",
        [],
    ),
    (
        "2020-01-01",
        "2020-01-03",
        [
            (
                "PE207",
                "成文日期（issued）晚于公布日期（published）",
                "{date: 2020-01-03, basis: 一, verified: true}",
            )
        ],
    ),
    (
        "2020-01-01",
        "2020-03-02",
        [
            (
                "PE207",
                "成文日期（issued）晚于公布日期（published）",
                "{date: 2020-03-02, basis: 一, verified: true}",
            ),
            (
                "PE207",
                "成文日期（issued）晚于施行日期（effective）",
                "{date: 2020-03-02, basis: 一, verified: true}",
            ),
        ],
    ),
    (
        "2020-01-02",
        "2020-03-02",
        [("PE207", "公布日期（published）晚于施行日期（effective）", "{date: 2020-03-02}")],
    ),
    (
        "    effective",
        "    ended: {date: 2020-02-29}\n    effective",
        [("PE207", "施行日期（effective）晚于失效日期（ended）", "{date: 2020-03-01, basis: 第九条}")],
    ),
    (
        "    effective",
        "    ended: {date: 2020-03-01}\n    effective",
        [],
    ),
    (
        "    effective",
        "    told_until: {date: 2020-02-29}\n    still_done: 甲\n    effective",
        [
            (
                "PE207",
                "施行日期（effective）晚于所述做法的截止日（told_until）",
                "{date: 2020-03-01, basis: 第九条}",
            )
        ],
    ),
    (
        "    effective",
        "    told_until: {date: 2021-02-28}\n    effective",
        [("PE011", "缺少 `still_done`", "id: a")],
    ),
    (
        "    effective",
        "    first_effective: {date: 2020-01-02}\n    effective",
        [("PE207", "本法最初施行的日期（first_effective）晚于成文日期（issued）", "{date: 2020-01-02}")],
    ),
    (
        "    effective",
        "    status_checked_on: 2019-12-31\n    effective",
        [
            (
                "PE207",
                "成文日期（issued）晚于核对效力的日期（status_checked_on）",
                "{date: 2020-01-01, basis: 一, verified: true}",
            )
        ],
    ),
    (
        "    effective",
        "    status_checked_on: 去年\n    effective",
        [("PE106", "`status_checked_on` 应为日期，写的是 `去年`", "去年")],
    ),
    (
        "    effective",
        "    status_checked_on: 2020-01-01\n    effective",
        [],
    ),
    (
        "effective: {date: 2020-03-01, basis: 第九条}",
        "effective: {date: 2020-03-01, earliest: 2020-03-02}",
        [("PE207", "最早可能的施行日期晚于 date", "{date: 2020-03-01, earliest: 2020-03-02}")],
    ),
    (
        "effective: {date: 2020-03-01, basis: 第九条}",
        "effective: {date: 2020-03-01, earliest: 2020-03-01}",
        [],
    ),
    (
        "effective: {date: 2020-03-01, basis: 第九条}",
        "effective: 2020-03-01",
        [("PE009", "`effective`应为“键: 值”的映射", "2020-03-01")],
    ),
    (
        "effective: {date: 2020-03-01, basis: 第九条}",
        "effective: {date: 春天, verified: 是}",
        [("PE106", "`date` 应为日期，写的是 `春天`", "春天")],
    ),
    (
        "effective: {date: 2020-03-01, basis: 第九条}",
        "effective: {date: 2020-03-01, verified: 是}",
        [("PE102", "`verified` 应为 true 或 false", "是")],
    ),
    (
        "effective: {date: 2020-03-01, basis: 第九条}",
        "effective: {basis: 一}",
        [("PE011", "缺少 `date`", "{basis: 一}")],
    ),
    (
        "    title",
        "    repeals: [b]\n    governed_by_later: c\n    told_by: d\n    title",
        [
            ("PE203", "没有文件 `b`", "id: a"),
            ("PE203", "没有文件 `c`", "id: a"),
            ("PE203", "没有文件 `d`", "id: a"),
        ],
    ),
    (
        "    title",
        "    repeals: [a]\n    governed_by_later: a\n    told_by: a\n    title",
        [],
    ),
    (
        "    title: 甲办法\n",
        "",
        [("PE011", "缺少 `title`", "id: a")],
    ),
    (
        "    title",
        "    verified: 也许\n    encoded: 全\n    title",
        [("PE013", "`verified` 不能是 `也许`", "也许"), ("PE013", "`encoded` 不能是 `全`", "全")],
    ),
    (
        "    title",
        "    verifed: no\n    title",
        [("PE010", "文件登记没有 `verifed`", "verifed")],
    ),
    (
        "    title",
        "    number: 国务院令第1号\n    title",
        [],
    ),
    (
        "force: 部门规章",
        "force: 规范性文件\n    number: 示例令第1号",
        [],
    ),
    (
        "  - id: a",
        "  - 甲\n  - id: a",
        [("PE009", "`documents` 的一项应为“键: 值”的映射", "甲")],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), TOLD)
def test_what_is_wrong_with_a_document_is_told_at_its_words(old, new, expected) -> None:
    assert old in DOCUMENT
    found, told = loaded(DOCUMENT.replace(old, new))
    assert expected == told
    assert ["a"] == list(found)


def test_a_document_is_registered_once() -> None:
    found, told = loaded(DOCUMENT, DOCUMENT.replace("甲办法", "乙办法"))
    assert [("PE209", "文件 `a` 重复", "id: a")] == told
    assert "甲办法" == found["a"].title


def day(text: str) -> int:
    found = day_number(text)
    assert found is not None
    return found


def test_a_document_of_which_little_is_written_is_as_ever() -> None:
    one = loaded(DOCUMENT)[0]["a"]
    assert ("甲办法", "", "", "部门规章", "000000", "实施") == (
        one.title,
        one.number,
        one.issuer,
        one.force,
        one.area,
        one.begins,
    )
    assert StatedDate(day("2020-01-01"), "一", verified=True) == one.issued
    assert StatedDate(day("2020-01-02"), "", verified=False) == one.published
    assert StatedDate(day("2020-03-01"), "第九条", verified=False) == one.effective
    assert (None, None, None, None) == (one.ended, one.told_until, one.first_effective, one.status_checked_on)
    assert (Verification.NO, (), Encoding.NONE, (), ()) == (
        one.verified,
        one.verified_articles,
        one.encoded,
        one.concerns,
        one.repeals,
    )
    assert (None, None, "", "", "", "", ()) == (
        one.governed_by_later,
        one.told_by,
        one.still_done,
        one.note,
        one.status_evidence,
        one.outside,
        one.accepted,
    )


def test_all_that_is_written_of_a_document_is_read() -> None:
    more = """    number: 号
    issuer: 某部
    area: 温州市
    ended: {date: 2024-01-01}
    told_until: {date: 2023-01-01}
    first_effective: {date: 2010-01-01}
    status_checked_on: 2025-01-01
    verified: full
    verified_articles: [第一条, 第二条]
    encoded: partial
    concerns: 采购事项
    repeals: [b]
    governed_by_later: b
    told_by: b
    still_done: 仍在做
    note: 注
    status_evidence: 据
    outside: 外
"""
    text = DOCUMENT.replace("部门规章", "规范性文件").replace("basis: 第九条", "earliest: 2020-02-01") + more
    found, told = loaded(text + "  - {id: b, title: 乙, force: 规范性文件}\n")
    one = found["a"]
    assert [] == told
    assert ("号", "某部", "330300", "起施行") == (one.number, one.issuer, one.area, one.begins)
    assert StatedDate(day("2020-03-01"), "", verified=False, earliest=day("2020-02-01")) == one.effective
    assert [day("2024-01-01"), day("2023-01-01"), day("2010-01-01")] == [
        date.day for date in (one.ended, one.told_until, one.first_effective) if date is not None
    ]
    assert (day("2025-01-01"), Verification.FULL, ("第一条", "第二条"), Encoding.PARTIAL, ("采购事项",)) == (
        one.status_checked_on,
        one.verified,
        one.verified_articles,
        one.encoded,
        one.concerns,
    )
    assert (("b",), "b", "b", "仍在做", "注", "据", "外") == (
        one.repeals,
        one.governed_by_later,
        one.told_by,
        one.still_done,
        one.note,
        one.status_evidence,
        one.outside,
    )
