"""Catalogues are read from YAML and CSV, and consulted without overwriting what was stated."""

import pytest

import as_shipped
from policy_engine.evaluation.consulting import NAMED, SUBJECT, consult
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.catalogue import load_catalogue
from policy_engine.loading.files import SourceText, read_source
from policy_engine.model.cases import LISTED, Origin
from policy_engine.usecases import shipped_rules


@pytest.fixture(scope="module")
def rule_set():
    return as_shipped.rule_set()


def catalogue(rule_set, text: str, path: str = "目录.csv"):
    return load_catalogue(SourceText(path, text), rule_set.areas)


def case(rule_set, facts: str, head: str = ""):
    text = f"as_of: 2026-01-15\n{head}采购事项: {facts}\n"
    (found,) = load_cases(SourceText("案件.yaml", text), rule_set, CaseDefaults(today=739000))
    return found


CSV = "一级目录,二级目录,三级目录\n公共服务,社会保障服务,养老服务\n公共服务,社会保障服务,救助服务\n"
YAML = "catalogue: {{title: 甲目录, area: {area}, covers: {covers}, effective: 2025-01-01}}\nentries: [{{second: 物业}}]\n"


def test_the_central_catalogue_has_its_counted_names(rule_set):
    found = load_catalogue(read_source(shipped_rules().rules / "catalogue" / "central.yaml"), rule_set.areas)
    assert 30 == len(found.entries)
    assert 18 == sum(entry.first == "公共服务" for entry in found.entries)
    assert 30 == len({entry.second for entry in found.entries})


def test_rows_of_one_second_level_make_one_entry(rule_set):
    (entry,) = catalogue(rule_set, CSV).entries
    assert ("养老服务", "救助服务") == entry.third


def test_only_a_verified_entry_supplies_an_unstated_fact(rule_set):
    found = consult(catalogue(rule_set, CSV), case(rule_set, "{目录条目: 养老服务}"), rule_set.areas)
    fact = found.subjects[SUBJECT][LISTED]
    assert (True, Origin.CATALOGUE) == (fact.value, fact.origin)
    doubtful = YAML.format(area="全国", covers="所辖").replace(
        "second: 物业", "second: 物业, verified: false"
    )
    found = consult(
        catalogue(rule_set, doubtful, "a.yaml"), case(rule_set, "{目录条目: 物业}"), rule_set.areas
    )
    assert LISTED not in found.subjects[SUBJECT]


@pytest.mark.parametrize("stated", ["true", "false", "{unknown: 不清楚}"])
@pytest.mark.parametrize("name", ["养老服务", "别的"])
def test_what_was_stated_is_never_changed(rule_set, stated, name):
    before = case(rule_set, f"{{目录条目: {name}, 已列入目录: {stated}}}")
    after = consult(catalogue(rule_set, CSV), before, rule_set.areas)
    assert before.subjects == after.subjects
    is_opposite = (stated, name) in (("true", "别的"), ("false", "养老服务"))
    assert is_opposite is after.consultation.is_contradicted
    assert is_opposite is any(line.startswith("注意") for line in after.consultation.lines)


@pytest.mark.parametrize(
    ("area", "covers", "head", "reaches"),
    [
        ("湖州市", "本级", "jurisdiction: 湖州市\n", True),
        ("湖州市", "本级", "jurisdiction: 浙江省湖州市吴兴区\n", False),
        ("湖州市", "所辖", "jurisdiction: 浙江省湖州市吴兴区\n", True),
        ("湖州市", "所辖", "jurisdiction: 温州市\n", False),
    ],
)
def test_a_catalogue_reaches_its_level_or_its_area(rule_set, area, covers, head, reaches):
    listed = catalogue(rule_set, YAML.format(area=area, covers=covers), "a.yaml")
    found = consult(listed, case(rule_set, "{目录条目: 物业}", head), rule_set.areas)
    assert reaches is (found.consultation.entry is not None)


@pytest.mark.parametrize("says_area", [True, False])
def test_a_catalogue_without_an_area_is_taken_for_that_of_the_case_and_says_so(rule_set, says_area):
    text = YAML.format(area="湖州市", covers="所辖")
    listed = catalogue(rule_set, text if says_area else text.replace("area: 湖州市, ", ""), "a.yaml")
    found = consult(
        listed, case(rule_set, "{目录条目: 物业}", "jurisdiction: 湖州市\n"), rule_set.areas
    ).consultation
    assert found.entry is not None
    assert says_area is not any("没有写地区" in line for line in found.lines)


def test_a_catalogue_is_not_used_before_its_day(rule_set):
    listed = catalogue(rule_set, YAML.format(area="全国", covers="所辖").replace("2025", "2027"), "a.yaml")
    found = consult(listed, case(rule_set, "{目录条目: 物业}"), rule_set.areas)
    assert found.consultation.entry is None
    assert "没有采用" in found.consultation.lines[0]


def test_cases_without_a_purchase_or_a_name_are_left_alone(rule_set):
    named = consult(catalogue(rule_set, CSV), case(rule_set, "{已列入预算: true}"), rule_set.areas)
    assert NAMED in named.consultation.lines[0]


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("a.csv", "", "PE511"),
        ("a.csv", "一级目录,三级目录\n甲,乙\n", "PE511"),
        ("a.csv", "一级目录,二级目录,三级目录\n甲,,乙\n", "PE511"),
        ("a.csv", "一级目录,二级目录\n", "PE511"),
        ("a.yaml", "catalogue: {title: 甲}\nentries: []\n", "PE511"),
        ("a.yaml", "catalogue: {title: 甲, aera: 全国}\nentries: [{second: 乙}]\n", "PE010"),
        ("a.yaml", "catalogue: {title: 甲, area: 外星}\nentries: [{second: 乙}]\n", "PE204"),
        ("a.yaml", "catalogue: {title: 甲, covers: 全省}\nentries: [{second: 乙}]\n", "PE013"),
        ("a.yaml", "- 1\n", "PE009"),
    ],
)
def test_a_bad_catalogue_is_told(rule_set, path, text, code):
    with pytest.raises(DiagnosticsError) as raised:
        catalogue(rule_set, text, path)
    assert code in [d.code for d in raised.value.diagnostics]


HEAD = "一级目录,二级目录,三级目录\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (",,\n甲,乙,丙\n", [("甲", "乙", ("丙",))]),
        ("甲,,\n,乙,丙\n,,丁\n", [("甲", "乙", ("丙", "丁"))]),
        ("甲,乙,\n,丙,\n", [("甲", "乙", ()), ("甲", "丙", ())]),
        ("甲,乙,丙\n,,丙\n", [("甲", "乙", ("丙",))]),
        ("甲,乙,\n丙,丁,\n,戊,\n", [("甲", "乙", ()), ("丙", "丁", ()), ("丙", "戊", ())]),
        ("甲,乙,\n甲,,丙\n", [("甲", "乙", ("丙",))]),
        ("甲,乙,\n2,,\n一级,二级,三级\n,丙,\n注：略,,\n", [("甲", "乙", ()), ("甲", "丙", ())]),
    ],
)
def test_merged_cells_are_filled_from_above_and_no_row_is_lost(rule_set, rows, expected):
    found = catalogue(rule_set, HEAD + rows).entries
    assert expected == [(entry.first, entry.second, entry.third) for entry in found]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + "甲,,\n乙,丙,\n", [("第 2 行只写了一级目录“甲”，下面没有二级目录", 1)]),
        (HEAD + "甲,,\n乙,,\n丙,丁,\n", [("第 2 行只写了一级目录“甲”，下面没有二级目录", 1), ("第 3 行只写了一级目录“乙”，下面没有二级目录", 2)]),
        (HEAD + "甲,乙,\n丙,,\n", [("第 3 行只写了一级目录“丙”，下面没有二级目录", 2)]),
        (HEAD + "甲,乙,\n丙,,丁\n", [("第 3 行没有写二级目录", 2)]),
        (HEAD + "甲,,\n,,乙\n", [("第 3 行没有写二级目录", 2)]),
        (HEAD + ",乙,丙\n", [("第 2 行没有写一级目录", 1)]),
        (HEAD + "甲,乙,丙,丁,戊\n", [("第 2 行比表头多出 “丁”、“戊”", 1)]),
        ("序号,一级目录,二级目录,三级目录\n（一）,,,\n1,甲,乙,\n", [("第 2 行没有写目录名称", 1)]),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_an_entry_is_told_at_its_line(rule_set, text, told):
    with pytest.raises(DiagnosticsError) as raised:
        catalogue(rule_set, text)
    found = raised.value.diagnostics
    assert told == [(one.message, one.span.line) for one in found]
    assert {"PE511"} == {one.code for one in found}
    assert all(one.help for one in found)


def test_a_table_without_first_levels_needs_none(rule_set):
    found = catalogue(rule_set, "二级目录,三级目录\n乙,丙\n,丁\n").entries
    assert [("", "乙", ("丙", "丁"))] == [(entry.first, entry.second, entry.third) for entry in found]
