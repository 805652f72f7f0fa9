"""`diff` names what was changed, with before and after; whatever key was changed, it never says that nothing was."""

import json

import pytest
from click.testing import CliRunner, Result

from cli.rich_base import TEXTS_OF, write_rich_base
from effort import some
from policy_engine.cli.app import app

RULES, DOCUMENTS = "rules/toy/toy-2020/law.yaml", "rules/registers/documents.yaml"
SCHEMA, AREAS = "schemas/purchase.schema.json", "rules/registers/areas.yaml"
OBJECTS, AUTHORITY, PARAMETERS = (
    "rules/registers/objects.yaml",
    "rules/registers/authority.yaml",
    "rules/registers/parameters/toy.yaml",
)
BUYS, LONG, REQUIRES = "toy-2020.art-1", "toy-2020.art-2-long", "toy-2020.art-3"

# Entry, key, file, what stands there and what comes in its place.
DECIDES = [
    (BUYS, "when", RULES, "含工程: true, not", "含工程: false, not"),
    (BUYS, "when", RULES, "not: {采购标的: 服务}", "not: {采购标的: 货物}"),
    (BUYS, "unless", RULES, "at_most: 3", "at_most: 4"),
    (BUYS, "doubt", RULES, "{when: {采购标的: 货物}", "{when: {采购标的: 工程}"),
    (BUYS, "in_force", RULES, "2030-12-31", "2030-12-30"),
    (BUYS, "in_force", RULES, "2020-06-01", "2020-06-02"),
    (BUYS, "prohibit", RULES, "prohibit: 政府购买服务", "prohibit: 期限"),
    ("toy-2020.art-2", "derive", RULES, "[合同期限_月, 自动续签_月]", "[合同期限_月]"),
    (LONG, "when", RULES, "more_than: {parameter", "at_least: {parameter"),
    (REQUIRES, "dated_by", RULES, "dated_by: 合同签订日", "dated_by: 验收日"),
    (REQUIRES, "require", RULES, "at_least: 10}", "at_least: 11}"),
    (REQUIRES, "strength", RULES, "    strength: default\n    justified_by: 免于限制\n", ""),
    (REQUIRES, "justified_by", RULES, "    justified_by: 免于限制\n", ""),
    (REQUIRES, "due", RULES, "due: 合同", "due: 绩效"),
    ("toy-2020.art-4", "permit", RULES, "permit: 政府购买服务", "permit: 期限"),
    (
        "toy-2020.art-4",
        "overrides",
        RULES,
        "      - {rule: toy-2020.art-1, basis",
        "      - {rule: toy-2020.art-7, basis",
    ),
    ("toy-2020.art-5", "recommend", RULES, "any_of: [质量]", "any_of: [价格]"),
    ("toy-2020.art-6", "table", RULES, "otherwise: 小", "otherwise: 大"),
    ("toy-2020.art-6", "table", RULES, "at_least: 100", "at_least: 101"),
    ("toy-2020.art-7", "prohibit", RULES, "prohibit: 期限", "prohibit: 政府购买服务"),
    (
        "toy-2020.art-8",
        "impossible",
        RULES,
        "{含工程: true, 采购标的: 货物}",
        "{含工程: true, 采购标的: 服务}",
    ),
    ("toy-2020.art-9", "impossible", RULES, "服务合同.含工程: false", "服务合同.含工程: true"),
    ("政府购买服务", "effect", OBJECTS, "effect: veto", "effect: fix"),
    ("期限上限", "values", PARAMETERS, "value: 24", "value: 23"),
    ("期限上限", "values", PARAMETERS, "until: 2021-12-31", "until: 2021-12-30"),
    ("toy-2020", "effective", DOCUMENTS, "2020-03-01, basis: 第九条", "2020-07-01, basis: 第九条"),
    ("toy-2020", "ended", DOCUMENTS, "2035-03-01", "2030-11-01"),
    ("toy-blank", "area", DOCUMENTS, "area: 浙江省", "area: 温州市"),
    ("toy-blank", "governed_by_later", DOCUMENTS, "governed_by_later: toy-later", "governed_by_later: null"),
    ("toy-blank", "encoded", DOCUMENTS, "encoded: none", "encoded: full"),
    (
        "toy-blank",
        "concerns",
        DOCUMENTS,
        "concerns: [采购事项]\n    governed",
        "concerns: [服务合同]\n    governed",
    ),
    ("toy-blank", "effective", DOCUMENTS, "2024-03-01", "2024-03-02"),
    ("采购事项.合同期限_月", "maximum", SCHEMA, '"maximum": 600', '"maximum": 500'),
    (
        "采购事项.合同期限_月",
        "x-unit",
        SCHEMA,
        '"maximum": 600, "x-unit": "月"',
        '"maximum": 600, "x-unit": "个月"',
    ),
    ("采购事项.采购标的", "enum", SCHEMA, '["货物", "工程", "服务"]', '["货物", "工程", "服务", "其他"]'),
    ("采购事项.采购标的", "x-aliases", SCHEMA, '"工程项目": "工程"', '"工程项目": "货物"'),
    ("采购事项.含工程", "x-role", SCHEMA, '"boolean", "x-role": "flag"', '"boolean", "x-role": "element"'),
    ("采购事项.免于限制", "x-declared", SCHEMA, '"x-declared": false', '"x-declared": true'),
    ("采购事项.免于限制", "x-indicators", SCHEMA, '"more_than": 24', '"more_than": 12'),
    ("采购事项.免于限制", "x-implied", SCHEMA, '{"value": true', '{"value": false'),
    ("采购事项.自动续签_月", "x-declared", SCHEMA, '"x-declared": 0', '"x-declared": 30'),
    ("采购事项.合同签订日", "x-phase", SCHEMA, '"x-phase": "合同"', '"x-phase": "采购"'),
    ("采购事项.预算_万元", "x-scale", SCHEMA, '"x-scale": 2', '"x-scale": 3'),
    ("采购事项", "x-phases", SCHEMA, '"x-phases": true', '"x-phases": false'),
    ("采购事项", "x-gives", SCHEMA, '"x-gives": "verdict"', '"x-gives": "findings"'),
    ("330300", "aliases", AREAS, "瓯越", "东瓯"),
    ("330327101", "until", AREAS, "2019-08-15", "2019-08-14"),
    ("360103", "name", AREAS, '"360103", name: 西湖区', '"360103", name: 东湖区'),
    ("部门规章", "grounds", AUTHORITY, "{name: 部门规章}", "{name: 部门规章, grounds: false}"),
]
CITES = [
    ("toy-2020.art-2", "cite", RULES, "cite: 第二条\n", "cite: 第八条\n"),
    (BUYS, "quote", RULES, "quote: 工程不得购买", "quote: 工程可以购买"),
    (BUYS, "unless", RULES, "cite: 第一条第二款", "cite: 第一条第三款"),
    (BUYS, "unless", RULES, "basis: text, because: 零星", "basis: practice, because: 零星"),
    ("toy-2020.art-4", "overrides", RULES, "服务另有规定, cite: 第四条", "服务另有规定, cite: 第十一条"),
    ("toy-2020", "number", DOCUMENTS, "示例令第1号", "示例令第2号"),
    ("toy-2020", "title", DOCUMENTS, "title: 示例办法", "title: 示范办法"),
    (
        "toy-2020",
        "issuer",
        DOCUMENTS,
        "issuer: 示例部\n    force: 部门规章",
        "issuer: 另一部\n    force: 部门规章",
    ),
    (
        "toy-2020",
        "effective",
        DOCUMENTS,
        "basis: 第九条, verified: true}\n    ended",
        "basis: 第八条, verified: true}\n    ended",
    ),
    ("toy-2020", "force", DOCUMENTS, "force: 部门规章", "force: 规范性文件"),
    ("toy-2020", "verified_articles", DOCUMENTS, "[第一条]", "[第一条, 第二条]"),
    ("toy-later", "told_by", DOCUMENTS, "    told_by: toy-2020\n", ""),
]
WORDS = [
    (BUYS, "title", RULES, "title: 工程不得购买", "title: 工程不能购买"),
    ("toy-2020.art-9", "message", RULES, "message: 两处不一致", "message: 两处填得不一样"),
    (BUYS, "remedy", RULES, "remedy: 工程按工程采购", "remedy: 按工程办"),
    (BUYS, "note", RULES, "note: 说明一", "note: 说明二"),
    (BUYS, "accept", RULES, "until: 2030-01-01", "until: 2030-01-02"),
    (BUYS, "examples", RULES, "合同期限_月: 12}", "合同期限_月: 13}"),
    (BUYS, "doubt", RULES, "because: 条文没有写明", "because: 条文未写"),
    ("toy-2020.art-5", "advice", RULES, "advice: 写明质量", "advice: 写清质量"),
    ("toy-2020.art-4", "overrides", RULES, "because: 服务另有规定", "because: 服务有规定"),
    ("期限上限", "note", PARAMETERS, "note: 备注", "note: 别的"),
    ("toy-2020", "note", DOCUMENTS, "note: 备注", "note: 别的"),
    ("toy-2020", "status_checked_on", DOCUMENTS, "2026-01-01", "2026-01-02"),
    ("采购事项.免于限制", "description", SCHEMA, '是否免于限制"', '有没有免于限制"'),
    ("采购事项.免于限制", "x-question", SCHEMA, "是否免于限制？", "免于限制吗？"),
    ("采购事项.免于限制", "x-supplier", SCHEMA, "法制审核人员", "经办人"),
    ("采购事项.免于限制", "x-implied", SCHEMA, "服务都免", "服务全免"),
    ("330383", "note", AREAS, "此前是苍南县龙港镇", "以前是苍南县龙港镇"),
]


@pytest.fixture
def compared(tmp_path, monkeypatch):
    def run_with(file: str, old: str, new: str, *more: str) -> Result:
        assert TEXTS_OF[file].count(old) >= 1
        write_rich_base(tmp_path / "旧")
        write_rich_base(tmp_path / "新", {file: TEXTS_OF[file].replace(old, new, 1)})
        monkeypatch.chdir(tmp_path)
        return CliRunner().invoke(app, ["diff", "旧", "新", *more], prog_name="policy-engine")

    return run_with


@pytest.mark.every(4)
@pytest.mark.parametrize(("name", "key", "file", "old", "new"), some(DECIDES, 3))
def test_a_changed_key_that_decides_is_named_and_is_a_change(compared, name, key, file, old, new):
    data = json.loads(compared(file, old, new, "--format", "json").stdout)["results"][0]
    assert not data["is_same"]
    assert "含义有变化" in data["headline"]
    (cause,) = [c for c in data["causes"] if c["decides"] and c["key"].startswith(key)][:1]
    assert name == cause["name"]
    assert f"`{name}`" in data["headline"]
    assert cause["place"].startswith(f"{file}:")


@pytest.mark.parametrize(("name", "key", "file", "old", "new"), CITES)
def test_a_changed_ground_decides_alike_and_is_a_change_all_the_same(compared, name, key, file, old, new):
    result = compared(file, old, new)
    assert 1 == result.exit_code
    assert "判断没有变化，所引依据有变化" in result.stdout
    assert f"`{name}`" in result.stdout.splitlines()[0]
    data = json.loads(compared(file, old, new, "--format", "json").stdout)["results"][0]
    assert [(True, True)] == list({(c["cites"], c["key"].startswith(key)) for c in data["causes"]})


@pytest.mark.parametrize(("name", "key", "file", "old", "new"), WORDS)
def test_changed_words_are_named_and_proved_to_decide_nothing(compared, name, key, file, old, new):
    result = compared(file, old, new)
    assert 0 == result.exit_code
    assert "都不影响判断" in result.stdout
    assert "这是证明" in result.stdout
    assert f"`{name}`" in result.stdout.splitlines()[0]
    data = json.loads(compared(file, old, new, "--format", "json").stdout)["results"][0]
    (cause,) = data["causes"]
    assert (name, key) == (cause["name"], cause["key"].partition(".")[0].partition("[")[0])


def test_a_quotation_is_shown_before_and_after(compared):
    page = compared(RULES, "quote: 工程不得购买", "quote: 工程可以购买").stdout
    assert "的引文变了：“工程不得购买” → “工程可以购买”" in page


def test_a_subject_without_phases_is_shown_by_a_case(compared):
    page = compared(SCHEMA, '"x-phases": true', '"x-phases": false').stdout
    assert "主题 `采购事项` 的有没有阶段变了" in page
    assert "结论的变化" in page


def test_a_later_due_phase_is_shown_by_a_case_of_an_ordinary_day(compared):
    page = compared(RULES, "due: 合同", "due: 绩效").stdout
    assert "规则 `toy-2020.art-3` 的到期阶段变了：“合同” → “绩效”" in page
    assert "as_of: 2026-01-15" in page
    assert "词汇表" not in page.splitlines()[0]


def test_another_ordinary_value_is_shown_by_a_declared_case(compared):
    page = compared(SCHEMA, '"x-declared": 0', '"x-declared": 30').stdout
    assert "采购事项（有申报声明）：" in page
    assert "declaration: {no_other_circumstances: true" in page
    assert "这不在证明之内" in page


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("  - id: toy-2020.art-7\n", "  - id: toy-2020.art-70\n", "只改了编号"),
        ("document: toy-2020\n", "# 注释\ndocument:   toy-2020\n", "只有排版、注释或者文件名不同"),
    ],
)
def test_a_new_id_or_another_layout_means_the_same(compared, old, new, word):
    result = compared(RULES, old, new)
    assert 0 == result.exit_code
    assert word in result.stdout


def test_a_base_is_the_same_as_its_copy(compared):
    result = compared(RULES, "document", "document")
    assert 0 == result.exit_code
    assert "含义没有变化：两边内容相同。" in result.stdout


def test_a_rule_that_moves_to_another_file_of_its_document_is_no_change(tmp_path, monkeypatch):
    write_rich_base(tmp_path / "旧")
    head, _, last = TEXTS_OF[RULES].partition("  - id: toy-2020.art-7\n")
    moved = "document: toy-2020\nrules:\n  - id: toy-2020.art-7\n" + last
    write_rich_base(tmp_path / "新", {RULES: head, "rules/more/toy-2020/law.yaml": moved})
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["diff", "旧", "新"], prog_name="policy-engine")
    assert 0 == result.exit_code
    assert "只有排版、注释或者文件名不同" in result.stdout


def test_an_area_that_the_country_has_anyway_need_not_be_registered(compared):
    result = compared(AREAS, '  - {code: "330106", name: 西湖区}\n', "")
    assert 0 == result.exit_code
    assert "地区 `330106` 删去" in result.stdout
    assert "都不影响判断" in result.stdout


def test_many_changed_examples_are_told_in_one_line(compared):
    line = "      - {name: 含工程, given: {含工程: true, 采购标的: 工程, 合同期限_月: 12}, expect: 违反, phase: 合同}\n"
    more = "".join(line.replace("name: 含工程", f"name: 例{n}") for n in range(9))
    page = compared(RULES, line, line + more).stdout
    assert "规则 `toy-2020.art-1` 的例子改了 9 处" in page
    assert 2 == page.count("的例子")


def test_a_rule_that_was_changed_is_named_before_registers(tmp_path, monkeypatch):
    write_rich_base(tmp_path / "旧")
    changes = {
        RULES: TEXTS_OF[RULES].replace("due: 合同", "due: 绩效"),
        AREAS: TEXTS_OF[AREAS].replace("瓯越", "东瓯"),
        OBJECTS: TEXTS_OF[OBJECTS].replace("期限, effect: fix", "期限, effect: veto"),
    }
    write_rich_base(tmp_path / "新", changes)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["diff", "旧", "新"], prog_name="policy-engine")
    assert (
        "含义有变化：规则 `toy-2020.art-3` 的到期阶段（due）、对象 `期限` 的效果（effect）" in result.stdout
    )


LISTS = """aggregates:
  - id: split
    title: 拆分
    subject: 采购事项
    columns: [{name: 采购人}]
    by: [采购人]
    report: {at_least: 3}
"""


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ("at_least: 3", "at_least: 2", "report.at_least", "汇总 `split` 的界限变了：“3” → “2”"),
        ("by: [采购人]", "by: [采购人, 采购标的]", "by", "汇总 `split` 的分组变了"),
        ("id: split", "id: parted", "", "汇总 `parted` 新增"),
        ("title: 拆分", "title: 分拆", "title", "汇总 `split` 的标题变了"),
    ],
)
def test_what_is_looked_for_in_lists_is_named_and_decides_no_case(tmp_path, monkeypatch, old, new, key, says):
    for name, text in (("旧", LISTS), ("新", LISTS.replace(old, new))):
        write_rich_base(tmp_path / name)
        path = tmp_path / name / "rules/aggregates/lists.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["diff", "旧", "新"], prog_name="policy-engine")
    is_words = key == "title"
    assert (0 if is_words else 1, True) == (told.exit_code, says in told.stdout), told.stdout
    head = told.stdout.splitlines()[0]
    assert head.startswith("含义没有变化" if is_words else "判断没有变化，清单里查的有变化：汇总")
    data = CliRunner().invoke(app, ["diff", "旧", "新", "--format", "json"], prog_name="policy-engine").stdout
    causes = json.loads(data)["results"][0]["causes"]
    assert all("汇总" == c["kind"] and not c["decides"] for c in causes)
    assert key in [c["key"].partition("[")[0] for c in causes]
