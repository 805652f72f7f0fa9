"""Documents are registered as they are written; whatever contradicts itself or means nothing is told at its words."""

import pytest

from loading.told import told_of
from loading.toy import TOY_RULES
from policy_engine.loading.documents import load_documents
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_authority
from policy_engine.model.calendar import iso
from policy_engine.model.documents import Encoding, Verification

REGISTER = """\
documents:
  - id: a-2020
    number: 示例令第1号
    title: 甲办法
    issuer: 示例部
    force: 部门规章
    area: 全国
    issued: {date: 2020-01-01}
    published: {date: 2020-01-02}
    effective: {date: 2020-03-01, basis: 第九条, verified: true}
    ended: {date: 2024-12-31}
    status_checked_on: 2025-01-01
    verified: partial
    verified_articles: [第一条]
    encoded: full
    concerns: [采购事项]
  - {id: b-2021, title: 乙, force: 规范性文件, governed_by_later: a-2020}
"""
FORCES = """\
forces:
  - {name: 部门规章, begins: 起算}
  - {name: 规范性文件}
  - {name: 法律}
order: []
"""
LITTLE = """\
documents:
  - id: a
    title: 甲
    force: 部门规章
    issued: {date: 2020-01-01, basis: 一, verified: true}
"""


def loaded(*texts, forces=FORCES):
    problems = Problems()
    authority = load_authority([SourceText("authority.yaml", forces)], problems)
    sources = [SourceText(path, text) for path, text in texts]
    return load_documents(sources, authority, TOY_RULES.rule_set.areas, problems), problems.found


def test_a_document_is_read_as_it_is_written() -> None:
    documents, found = loaded(("documents.yaml", REGISTER))
    assert not found
    one, other = documents.values()
    assert ("a-2020", "示例令第1号", "甲办法", "示例部", "部门规章", "000000") == (
        one.id, one.number, one.title, one.issuer, one.force, one.area
    )  # fmt: skip
    dates = {name: getattr(one, name) for name in ("issued", "published", "effective", "ended")}
    assert {
        "issued": ("2020-01-01", "", False, None),
        "published": ("2020-01-02", "", False, None),
        "effective": ("2020-03-01", "第九条", True, None),
        "ended": ("2024-12-31", "", False, None),
    } == {name: (iso(date.day), date.basis, date.verified, date.earliest) for name, date in dates.items()}
    assert ("2025-01-01", Verification.PARTIAL, ("第一条",), Encoding.FULL, ("采购事项",)) == (
        iso(one.status_checked_on), one.verified, one.verified_articles, one.encoded, one.concerns
    )  # fmt: skip
    assert ("b-2021", "", "", "000000", Verification.NO, Encoding.NONE, "a-2020", None) == (
        other.id, other.number, other.issuer, other.area, other.verified, other.encoded, other.governed_by_later, other.told_by
    )  # fmt: skip
    assert ("起算", "起施行") == (one.begins, other.begins)
    assert [1, 16] == [document.span.line for document in (one, other)]
    assert {"effective": 9, "ended": 10, "status_checked_on": 11, "verified_articles": 13, "encoded": 14} == {
        key: span.line for key, span in one.places
    }


def test_what_else_a_document_says_is_read_too() -> None:
    text = REGISTER.replace(
        "governed_by_later: a-2020",
        "told_by: a-2020, told_until: {date: 2022-01-01}, still_done: 含工程, note: 注, repeals: [a-2020], "
        "first_effective: {date: 2000-01-01}, status_evidence: 据, outside: 外, "
        "effective: {date: 2021-05-01, earliest: 2021-04-01}, "
        "accept: [{code: PE616, because: 因, until: 2030-01-01}], area: 温州市",
    )
    documents, found = loaded(("documents.yaml", text))
    assert not found
    one = documents["b-2021"]
    assert ("a-2020", None, "含工程", "注", ("a-2020",), "据", "外", "330300") == (
        one.told_by, one.governed_by_later, one.still_done, one.note, one.repeals, one.status_evidence, one.outside, one.area
    )  # fmt: skip
    days = (one.told_until.day, one.first_effective.day, one.effective.day, one.effective.earliest)
    assert ["2022-01-01", "2000-01-01", "2021-05-01", "2021-04-01"] == [iso(day) for day in days]
    assert [("PE616", "因", "2030-01-01")] == [(a.code, a.because, iso(a.until)) for a in one.accepted]


@pytest.mark.parametrize(
    ("written", "instead", "expected"),
    [
        ("id: a-2020", "idd: a-2020", [
            ("PE010", "idd", "文件登记没有 `idd`", "是否为 `id`？"),
            ("PE203", "{id: b-2021, title: 乙, force: 规范性文件, governed_by_later: a-2020}", "没有文件 `a-2020`", "是否为 `b-2021`？"),
        ]),
        ("id: b-2021", "id: a-2020", [
            ("PE209", "{id: a-2020, title: 乙, force: 规范性文件, governed_by_later: a-2020}", "文件 `a-2020` 重复", "每份文件写一次"),
        ]),
        ("title: 乙", "titel: 乙", [("PE010", "titel", "文件登记没有 `titel`", "是否为 `title`？")]),
        ("title: 乙, ", "", [
            ("PE011", "{id: b-2021, force: 规范性文件, governed_by_later: a-2020}", "缺少 `title`", "补上 `title: …`"),
        ]),
        ("id: b-2021, ", "", [
            ("PE011", "{title: 乙, force: 规范性文件, governed_by_later: a-2020}", "缺少 `id`", "补上 `id: …`"),
        ]),
        ("force: 规范性文件", "force: 规范文件", [("PE205", "规范文件", "没有效力 `规范文件`", "是否为 `规范性文件`？")]),
        ("force: 规范性文件, ", "", [
            ("PE011", "{id: b-2021, title: 乙, governed_by_later: a-2020}", "缺少 `force`", "补上 `force: …`"),
            ("PE205", "{id: b-2021, title: 乙, governed_by_later: a-2020}", "没有效力 ``", "可用的有 `部门规章`、`规范性文件`、`法律`"),
        ]),
        ("area: 全国", "area: 温", [("PE204", "温", "没有地区 `温`", "是否为 `浙江省温州市`？")]),
        ("area: 全国", "area: 浙江省", [
            ("PE212", "部门规章", "效力写的是 `部门规章`，而部门规章及于全国，登记的地区不是全国", "核对 force、number、issuer 和 area"),
        ]),
        ("force: 部门规章\n    area: 全国", "force: 法律\n    area: 温州市", [
            ("PE212", "法律", "效力写的是 `法律`，而法律及于全国，登记的地区不是全国", "核对 force、number、issuer 和 area"),
        ]),
        ("area: 全国", "area: [全国]", [("PE009", "[全国]", "`area` 应为一个值", "写成一个词或一句话")]),
        ("    area: 全国\n", "", []),
        ("示例令第1号", "〔2020〕1号", [
            ("PE212", "部门规章", "效力写的是 `部门规章`，而`〔2020〕1号` 是一般文件的文号", "核对 force、number、issuer 和 area"),
        ]),
        ("number: 示例令第1号", "number: 国务院令第1号", []),
        ("force: 规范性文件", "number: 示例令第2号, force: 规范性文件", []),
        ("issued: {date: 2020-01-01}", "issued: {date: 2020-01-02}", []),
        ("issued: {date: 2020-01-01}", "issued: {date: 2020-01-03}", [
            ("PE207", "{date: 2020-01-03}", "成文日期（issued）晚于公布日期（published）", "核对 issued 与 published"),
        ]),
        ("issued: {date: 2020-01-01}", "issued: {date: 2020-03-02}", [
            ("PE207", "{date: 2020-03-02}", "成文日期（issued）晚于公布日期（published）", "核对 issued 与 published"),
            ("PE207", "{date: 2020-03-02}", "成文日期（issued）晚于施行日期（effective）", "核对 issued 与 effective"),
        ]),
        ("published: {date: 2020-01-02}", "published: {date: 2020-03-01}", []),
        ("published: {date: 2020-01-02}", "published: {date: 2020-03-02}", [
            ("PE207", "{date: 2020-03-02}", "公布日期（published）晚于施行日期（effective）", "核对 published 与 effective"),
        ]),
        ("ended: {date: 2024-12-31}", "ended: {date: 2020-03-01}", []),
        ("ended: {date: 2024-12-31}", "ended: {date: 2020-02-29}", [
            ("PE207", "{date: 2020-03-01, basis: 第九条, verified: true}",
             "施行日期（effective）晚于失效日期（ended）", "核对 effective 与 ended"),
        ]),
        ("ended: {date: 2024-12-31}", "told_until: {date: 2020-02-29}\n    still_done: 含工程", [
            ("PE207", "{date: 2020-03-01, basis: 第九条, verified: true}",
             "施行日期（effective）晚于所述做法的截止日（told_until）", "核对 effective 与 told_until"),
        ]),
        ("ended: {date: 2024-12-31}", "told_until: {date: 2020-03-01}", [
            ("PE011", "id: a-2020 … concerns: [采购事项]", "缺少 `still_done`", "补上 `still_done: …`"),
        ]),
        ("status_checked_on: 2025-01-01", "status_checked_on: 2019-12-31", [
            ("PE207", "{date: 2020-01-01}", "成文日期（issued）晚于核对效力的日期（status_checked_on）", "核对 issued 与 status_checked_on"),
        ]),
        ("status_checked_on: 2025-01-01", "status_checked_on: 2020-01-01", []),
        ("status_checked_on: 2025-01-01", "status_checked_on: 去年", [
            ("PE106", "去年", "`status_checked_on` 应为日期，写的是 `去年`", "年写四位，按年、月、日的次序，写成 2026-01-15"),
        ]),
        ("status_checked_on: 2025-01-01", "status_checked_on: {date: 2025-01-01}", [
            ("PE106", "{date: 2025-01-01}", "`status_checked_on` 应为日期", "年写四位，按年、月、日的次序，写成 2026-01-15"),
        ]),
        ("ended: {date: 2024-12-31}", "first_effective: {date: 2020-01-02}", [
            ("PE207", "{date: 2020-01-02}", "本法最初施行的日期（first_effective）晚于成文日期（issued）", "核对 first_effective 与 issued"),
        ]),
        ("ended: {date: 2024-12-31}", "first_effective: {date: 2020-01-01}", []),
        ("ended: {date: 2024-12-31}", "ended: 2024-12-31", [
            ("PE009", "2024-12-31", "`ended`应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("ended: {date: 2024-12-31}", "ended: {date: 2024-12-32}", [
            ("PE107", "2024-12-32", "`date` 的日期不存在：`2024-12-32`", "检查年、月、日"),
        ]),
        ("ended: {date: 2024-12-31}", "ended: {dat: 2024-12-31}", [("PE010", "dat", "`ended` 没有 `dat`", "是否为 `date`？")]),
        ("ended: {date: 2024-12-31}", "ended: {basis: 甲}", [("PE011", "{basis: 甲}", "缺少 `date`", "补上 `date: …`")]),
        ("{date: 2020-03-01, basis: 第九条, verified: true}", "{date: 2020-03-01, earliest: 2020-03-01}", []),
        ("{date: 2020-03-01, basis: 第九条, verified: true}", "{date: 2020-03-01, earliest: 2020-03-02}", [
            ("PE207", "{date: 2020-03-01, earliest: 2020-03-02}", "最早可能的施行日期晚于 date", "date 写最晚的一天"),
        ]),
        ("{date: 2020-03-01, basis: 第九条, verified: true}", "{date: 2020-03-01, basis: [甲], verified: 是}", [
            ("PE009", "[甲]", "`basis` 应为一个值", "写成一个词或一句话"),
            ("PE102", "是", "`verified` 应为 true 或 false", "写 true"),
        ]),
        ("verified: partial", "verified: part", [("PE013", "part", "`verified` 不能是 `part`", "是否为 `partial`？")]),
        ("encoded: full", "encoded: whole", [
            ("PE013", "whole", "`encoded` 不能是 `whole`", "可用的有 `full`、`partial`、`none`"),
        ]),
        ("concerns: [采购事项]", "concerns: [[采购事项]]", [
            ("PE009", "[采购事项]", "`concerns` 的每一项应为一个值", "写成一个词"),
        ]),
        ("governed_by_later: a-2020", "governed_by_later: a-2021", [
            ("PE203", "{id: b-2021, title: 乙, force: 规范性文件, governed_by_later: a-2021}",
             "没有文件 `a-2021`", "是否为 `b-2021`、`a-2020`？"),
        ]),
        ("governed_by_later: a-2020", "repeals: [a-2020, a-2019]", [
            ("PE203", "{id: b-2021, title: 乙, force: 规范性文件, repeals: [a-2020, a-2019]}",
             "没有文件 `a-2019`", "是否为 `a-2020`、`b-2021`？"),
        ]),
        ("governed_by_later: a-2020", "told_by: 甲", [
            ("PE203", "{id: b-2021, title: 乙, force: 规范性文件, told_by: 甲}", "没有文件 `甲`", "可用的有 `a-2020`、`b-2021`"),
        ]),
        ("  - {id: b-2021, title: 乙, force: 规范性文件, governed_by_later: a-2020}", "  - 乙", [
            ("PE009", "乙", "`documents` 的一项应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        ("ended: {date: 2024-12-31}", "ended: {date: 2024-12-31, earliest: 2024-01-01}", [
            ("PE010", "earliest", "`ended` 没有 `earliest`", "可用的有 `date`、`basis`、`verified`"),
        ]),
        ("{date: 2020-03-01, basis: 第九条, verified: true}", "{date: 春天, verified: 是}", [
            ("PE106", "春天", "`date` 应为日期，写的是 `春天`", "年写四位，按年、月、日的次序，写成 2026-01-15"),
        ]),
        ("governed_by_later: a-2020", "repeals: [b-2021], governed_by_later: b-2021, told_by: b-2021", []),
        ("governed_by_later: a-2020", "repeals: [c], governed_by_later: d, told_by: e", [
            ("PE203", "{id: b-2021, title: 乙, force: 规范性文件, repeals: [c], governed_by_later: d, told_by: e}",
             f"没有文件 `{name}`", "可用的有 `a-2020`、`b-2021`")
            for name in "cde"
        ]),
        ("ended: {date: 2024-12-31}", "ended: {date: }", [("PE011", "{date: }", "缺少 `date`", "补上 `date: …`")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_document_is_told_in_these_words(written, instead, expected) -> None:
    assert written in REGISTER
    text = REGISTER.replace(written, instead, 1)
    assert expected == told_of(loaded(("documents.yaml", text))[1], text)


@pytest.mark.parametrize(
    ("written", "instead", "registered"),
    [
        ("force: 规范性文件", "force: 规范文件", ["a-2020", "b-2021"]),
        ("effective: {date: 2020-03-01, basis: 第九条, verified: true}", "effective: 春天", ["a-2020", "b-2021"]),
        ("title: 甲办法", "titel: 甲办法", ["a-2020", "b-2021"]),
        ("  - id: a-2020", "  - 甲\n  - id: a-2020", ["a-2020", "b-2021"]),
        ("{id: b-2021, title: 乙, force: 规范性文件, governed_by_later: a-2020}", "乙", ["a-2020"]),
    ],
)  # fmt: skip
def test_of_documents_some_of_which_are_wrong_each_is_registered(written, instead, registered) -> None:
    assert written in REGISTER
    documents, found = loaded(("documents.yaml", REGISTER.replace(written, instead, 1)))
    assert registered == list(documents)
    assert found


def test_only_laws_must_be_published_before_they_take_effect() -> None:
    text = REGISTER.replace("published: {date: 2020-01-02}", "published: {date: 2020-03-02}")
    assert ["PE207"] == [one.code for one in loaded(("documents.yaml", text))[1]]
    ordinary = text.replace("force: 部门规章", "force: 规范性文件")
    assert [] == [one.code for one in loaded(("documents.yaml", ordinary))[1]]


def test_a_document_written_twice_counts_once_and_in_a_layer_belongs_to_the_base() -> None:
    again = "documents:\n  - {id: a-2020, title: 又, force: 规范性文件}\n"
    documents, (found,) = loaded(("自带:rules/documents.yaml", REGISTER), ("rules/documents.yaml", again))
    assert "甲办法" == documents["a-2020"].title
    assert ("PE219", "文件 `a-2020` 是基础规则库的，这一层不能改") == (found.code, found.message)
    assert ["自带:rules/documents.yaml"] == [one.span.path for one in found.related]
    documents, (found,) = loaded(("documents.yaml", REGISTER), ("documents.yaml", again))
    assert ("甲办法", "PE209") == (documents["a-2020"].title, found.code)


def test_a_document_of_which_little_is_written_is_as_ever() -> None:
    documents, found = loaded(("documents.yaml", LITTLE))
    one = documents["a"]
    assert [] == found
    assert ("甲", "", "", "部门规章", "000000", "起算") == (
        one.title, one.number, one.issuer, one.force, one.area, one.begins
    )  # fmt: skip
    assert ("2020-01-01", "一", True, None) == (
        iso(one.issued.day), one.issued.basis, one.issued.verified, one.issued.earliest
    )  # fmt: skip
    dates = ("published", "effective", "ended", "told_until", "first_effective", "status_checked_on")
    assert {None} == {getattr(one, name) for name in dates}
    assert (Verification.NO, (), Encoding.NONE, (), (), ()) == (
        one.verified, one.verified_articles, one.encoded, one.concerns, one.repeals, one.accepted
    )  # fmt: skip
    assert (None, None, "", "", "", "") == (
        one.governed_by_later, one.told_by, one.still_done, one.note, one.status_evidence, one.outside
    )  # fmt: skip


def test_what_may_be_one_or_several_is_read_either_way() -> None:
    more = (
        "    verified: full\n    verified_articles: [第一条, 第二条]\n    encoded: partial\n"
        "    concerns: 采购事项\n    issuer: 某部\n"
    )
    (one,) = loaded(("documents.yaml", LITTLE + more))[0].values()
    assert (Verification.FULL, ("第一条", "第二条"), Encoding.PARTIAL, ("采购事项",), "某部") == (
        one.verified, one.verified_articles, one.encoded, one.concerns, one.issuer
    )  # fmt: skip
