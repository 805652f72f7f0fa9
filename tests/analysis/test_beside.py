"""What stands beside the rules is compared with them, each fault told at its place."""

from dataclasses import replace
from types import MappingProxyType

import pytest

import as_shipped
from policy_engine.foundation.diagnostics import Diagnostic, is_error
from policy_engine.loading.files import SourceText
from policy_engine.usecases import Sources
from policy_engine.usecases.validating import validate

TODAY = 740000
FIRST_LIST = "rules/longan/longan-2012/norms.yaml"
PURCHASE = "schemas/purchase.schema.json"


@pytest.fixture(scope="module")
def shipped() -> Sources:
    # The lexicon stands beside nothing.
    return replace(as_shipped.sources(), lexicon=())


pytestmark = pytest.mark.usefixtures("spared")


def with_text(sources: Sources, path: str, old: str, new: str) -> Sources:
    """Change one file in memory: the first place where `old` stands."""
    assert old in sources.texts[path], path

    def swap(source: SourceText) -> SourceText:
        return SourceText(path, source.text.replace(old, new, 1)) if source.path == path else source

    return replace(
        sources,
        registers=MappingProxyType({name: swap(source) for name, source in sources.registers.items()}),
        **{
            group: tuple(map(swap, getattr(sources, group)))
            for group in ("parameters", "rules", "schemas", "coverage", "catalogues", "passages")
        },
    )


def told(sources: Sources) -> list[Diagnostic]:
    return list(validate(sources, today=TODAY).open)


def one(sources: Sources) -> tuple[str, str]:
    (found,) = told(sources)
    assert found.span is not None
    return found.code, found.span.path


@pytest.mark.broad
def test_the_null_change_is_not_told(shipped):
    assert [] == told(with_text(shipped, FIRST_LIST, "norms:", "norms:"))


@pytest.mark.parametrize("lines", ["L870", "L86", "L35-38", "L36-39"])
def test_a_line_other_than_the_one_compared_is_told(shipped, lines):
    changed = with_text(shipped, FIRST_LIST, "lines: L35-39", f"lines: {lines}")
    assert ("PE327", FIRST_LIST) == one(changed)


def test_an_anchor_without_norm_is_told(shipped):
    changed = with_text(shipped, "rules/registers/texts.yaml", "{norm: LA-01,", "{norm: LA-99,")
    assert ("PE327", "rules/registers/texts.yaml") == one(changed)


def test_an_altered_quotation_is_told_without_the_text(shipped):
    path = "rules/national/mof-order-102-2020/law.yaml"
    assert ("PE328", path) == one(with_text(shipped, path, "履行期限不超过3年", "履行期限不超过5年"))


def test_a_quotation_broken_by_spaces_is_the_same(shipped):
    path = "rules/national/mof-order-102-2020/law.yaml"
    assert [] == told(with_text(shipped, path, "履行期限不超过3年", "履行期限不超过 3年"))


def test_a_quotation_nobody_registered_is_a_warning_that_says_what_to_write(shipped):
    entry = next(
        line
        for line in shipped.texts["rules/registers/texts.yaml"].splitlines()
        if "rule: npc-budget-2018.art-13," in line
    )
    (found,) = told(with_text(shipped, "rules/registers/texts.yaml", f"{entry}\n", ""))
    assert ("PE329", False, True) == (found.code, is_error(found), entry.strip(" -") in found.help)


def test_a_registered_quotation_that_no_rule_has_is_told(shipped):
    path = "rules/national/npc-budget-2018/law.yaml"
    assert ("PE329", "rules/registers/texts.yaml") == one(
        with_text(shipped, path, "    quote: 未列入预算的不得支出\n", "")
    )


def test_an_invented_rule_has_no_norm(shipped):
    path = "rules/national/mof-order-102-2020/law.yaml"
    rule = (
        "rules:\n"
        "  - id: mof-order-102-2020.art-9-invented\n"
        "    title: 不得购买含工程的事项\n    cite: 第九条\n    subject: 采购事项\n    when: {含工程: true}\n"
        "    prohibit: 政府购买服务\n    remedy: 按工程采购\n"
        "    examples:\n"
        "      - {name: 含, given: {含工程: true}, expect: 违反}\n"
        "      - {name: 不含, given: {含工程: false}, expect: 不适用}\n"
        "      - {name: 含不含没有填, given: {}, expect: 待核实}\n"
    )
    assert ("PE610", path) == one(with_text(shipped, path, "rules:\n", rule))


def test_a_document_that_is_fully_encoded_has_a_list(shipped):
    kept = tuple(s for s in shipped.coverage if "mof-yu-2017-87" not in s.path)
    (found,) = told(replace(shipped, coverage=kept))
    assert ("PE614", True, ("mof-yu-2017-87",)) == (found.code, is_error(found), found.documents)


def test_a_register_without_any_quotation_is_told_once(shipped):
    (register,) = (s.text for s in shipped.passages if s.path == "rules/registers/texts.yaml")
    without = register[: register.index("\nquotes:")] + "\n"
    assert ("PE329", True) == (
        (found := one(with_text(shipped, "rules/registers/texts.yaml", register, without)))[0],
        "law.yaml" in found[1],
    )


@pytest.mark.parametrize("text", ["# 待写\nnorms: []\n", "# 待写\n"])
def test_a_list_that_answers_nothing_is_none(shipped, text):
    emptied = tuple(replace(s, text=text) if "mof-yu-2017-87" in s.path else s for s in shipped.coverage)
    found = told(replace(shipped, coverage=emptied))
    assert ("PE614", True, ("mof-yu-2017-87",)) in [(d.code, is_error(d), d.documents) for d in found]


def test_a_document_with_rules_that_no_list_names_is_a_warning(shipped):
    kept = tuple(s for s in shipped.coverage if "npc-budget-2018" not in s.path)
    (found,) = told(replace(shipped, coverage=kept))
    assert ("PE614", False) == (found.code, is_error(found))


def test_a_missing_list_is_accepted_with_a_reason_until_a_day(shipped):
    kept = tuple(s for s in shipped.coverage if "npc-budget-2018" not in s.path)
    accept = "accept: [{code: PE614, because: 原文尚未取得, until: 2027-12-31}]"
    accepted = with_text(
        replace(shipped, coverage=kept),
        "rules/registers/documents.yaml",
        "  - id: npc-budget-2018\n",
        f"  - id: npc-budget-2018\n    {accept}\n",
    )
    assert [] == told(accepted)


def test_a_subject_that_case_files_do_not_know_is_told(shipped):
    changed = with_text(shipped, "schemas/case.schema.json", '"采购事项"', '"采购事頂"')
    assert ("PE615", "vocabulary/采购事项/subject.yaml") == one(changed)


@pytest.mark.parametrize(
    ("old", "new", "help_"),
    [
        ('"x-supplier"', '"x-suplier"', "`x-supplier`"),
        ('"x-role"', '"x-rol"', "`x-role`"),
        ('"x-gives"', '"x-give"', "`x-gives`"),
        ('"additionalProperties"', '"aditionalProperties"', "`additionalProperties`"),
        ('"x-question"', '"x-subject"', ""),
    ],
)
def test_an_unknown_keyword_of_a_schema_is_told(shipped, old, new, help_):
    by_hand = replace(shipped, vocabulary=())
    (found, *_) = [d for d in told(with_text(by_hand, PURCHASE, old, new)) if d.code == "PE211"]
    assert (PURCHASE, True) == (found.span.path, help_ in found.help)


DOCUMENTS = "rules/registers/documents.yaml"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("issued: {date: 2020-01-03,", "issued: {date: 2021-01-03,", "PE207"),
        ("published: {date: 2020-01-03,", "published: {date: 2020-01-02,", "PE207"),
        ("published: {date: 2020-01-03,", "published: {date: 2020-03-02,", "PE207"),
        ("    ended: null\n", "    ended: {date: 2020-02-29, basis: 测试, verified: false}\n", "PE207"),
        ("status_checked_on: 2026-11-27", "status_checked_on: 2019-11-27", "PE207"),
        ("force: 部门规章", "force: 法律", "PE212"),
        ("force: 部门规章", "force: 规范性文件", "PE212"),
        ("force: 规范性文件", "force: 部门规章", "PE212"),
        ("force: 行政法规", "force: 法律", "PE212"),
        ("force: 地方性法规", "force: 省政府规章", "PE212"),
        ("force: 国务院规范性文件", "force: 规范性文件", "PE212"),
        ("force: 国家标准", "force: 部门规章", "PE212"),
        ("issuer: 全国人大常委会\n    force: 法律", "issuer: 全国人大常委会\n    force: 行政法规", "PE212"),
        ("    area: 全国\n", "    area: 浙江省\n", "PE212"),
        ("force: 地方性法规\n    area: 浙江省", "force: 地方性法规\n    area: 全国", "PE212"),
    ],
)
def test_a_document_that_contradicts_itself_is_told(shipped, old, new, code):
    found = told(with_text(shipped, DOCUMENTS, old, new))
    assert {(code, DOCUMENTS)} == {(d.code, d.span.path) for d in found}


@pytest.mark.parametrize(
    "pair",
    [
        "{higher: 规范性文件, lower: 法律, when: always}",
        "{higher: 部门规章, lower: 行政法规, when: same_or_lower_level}",
    ],
)
def test_a_circle_in_the_order_of_force_is_told_at_the_pair_that_closes_it(shipped, pair):
    path = "rules/registers/authority.yaml"
    text = shipped.texts[path]
    changed = with_text(shipped, path, text, f"{text.rstrip()}\n  - {pair}\n")
    assert ("PE213", path) == one(changed)


def test_the_same_norm_is_answered_once(shipped):
    assert ("PE209", FIRST_LIST) == one(with_text(shipped, FIRST_LIST, "norm: LA-02", "norm: LA-01"))


def test_a_rule_that_a_list_misspells_is_told_at_its_name(shipped):
    changed = with_text(shipped, FIRST_LIST, "longan-2012.stage-supervise,", "longan-2012.stage-supervize,")
    (found,) = told(changed)
    line = changed.texts[FIRST_LIST].splitlines()[found.span.line]
    assert "longan-2012.stage-supervize" == line[found.span.column : found.span.end_column]
    assert "longan-2012.stage-supervise`" in found.help


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("document: mof-order-102-2020,", "document: mof-order-120-2020,", "PE203"),
        ("cite: 第二十四条}", "cite: 第24条}", "PE611"),
        ("cite: 第二十四条}", "cite: 《政府购买服务管理办法》第二十四条}", "PE611"),
    ],
)
def test_a_parameter_says_where_it_is_from(shipped, old, new, code):
    path = "rules/registers/parameters/procurement.yaml"
    assert (code, path) == one(with_text(shipped, path, old, new))
