"""`diff` tells which terms read texts otherwise, with a text that shows it; it never says then that nothing changed."""

import json

import pytest
from click.testing import CliRunner, Result

from cli.rich_base import write_rich_base
from policy_engine.cli.app import app
from reading.base import LEXICON, TERMS

FILE = "rules/lexicon/toy.yaml"
MANY = len(LEXICON.terms)
WORKS, LEASE, TERM = "works.renovation", "goods.lease", "term.service-period"

# Term, its changed keys, what stands there, what comes in its place, and what is found before and after in the text shown.
READS = [
    (WORKS, ["words"], "装修改造, 装修, 施工]", "装修改造, 装修, 施工, 粉刷]", ("没有提示", "含工程 = 是")),
    (WORKS, ["unless.within"], "[装修改造政策]", "[装修广告]", None),
    (WORKS, ["unless.before"], "before: [参观]", "before: []", ("没有提示", "含工程 = 是")),
    (
        WORKS,
        ["unless.after"],
        "[{set: 服务中心词}]",
        "[{set: 服务中心词}, 看护]",
        ("含工程 = 是", "没有提示"),
    ),
    (WORKS, ["unless.after"], "检测, 审计]", "检测]", ("没有提示", "含工程 = 是")),
    (WORKS, ["unless.beside"], "beside: [统计]", "beside: []", ("没有提示", "含工程 = 是")),
    (WORKS, ["unless.anywhere"], "不涉及任何建设内容", "不涉及建设内容", None),
    (WORKS, ["points_to"], "含工程: true", "含工程: false", ("含工程 = 是", "含工程 = 否")),
    (WORKS, ["certainty"], "certainty: stated", "certainty: implied", ("写明含工程", "意味着含工程")),
    (LEASE, ["pattern"], "{0,6}车辆", "{0,6}车", None),
    (TERM, ["into"], "合同期限_月}", "自动续签_月}", ("合同期限 = 24个月", "自动续签 = 24个月")),
    (TERM, ["words"], "[服务期限, 合同期限]", "[服务期限]", ("合同期限 = 12个月", "没有提示")),
]
SAME = [
    ("examples", "小区装修改造项目", "小区装修改造"),
    ("harmless", "[车辆]", "[货车]"),
    ("because", "because: 修缮、装修是", "because: 装修是"),
    ("words", "[外墙修缮, 装修改造,", "[装修改造, 外墙修缮,"),
    ("words", "[监理, 设计, 检测,", "[设计, 监理, 检测,"),
]


@pytest.fixture
def compared(tmp_path, monkeypatch):
    def run_with(old: str, new: str, *more: str, text: str = TERMS) -> Result:
        assert old in text
        write_rich_base(tmp_path / "旧", {FILE: text})
        write_rich_base(tmp_path / "新", {FILE: text.replace(old, new, 1)})
        monkeypatch.chdir(tmp_path)
        return CliRunner().invoke(app, ["diff", "旧", "新", *more], prog_name="policy-engine")

    return run_with


def told(result: Result) -> dict:
    return json.loads(result.stdout)["results"][0]


@pytest.mark.parametrize(("name", "keys", "old", "new", "found"), READS)
def test_a_term_that_reads_otherwise_is_named_with_a_text_that_shows_it(
    compared, name, keys, old, new, found
):
    result = compared(old, new, "--format", "json")
    data = told(result)
    assert (1, False, []) == (result.exit_code, data["is_same"], data["rules"])
    assert "规则的含义没有变化，文字的读法有变化" in data["headline"]
    (change,) = data["terms"]
    assert (name, keys, "changed") == (change["term"], change["keys"], change["change"])
    assert change["place"].startswith(f"{FILE}:")
    (cause,) = [c for c in data["causes"] if c["decides"]]
    assert cause["place"].startswith(f"{FILE}:")
    shown = change["witness"]
    assert shown["old"] != shown["new"]
    if found is not None:
        sides = ["；".join(side) or "没有提示" for side in (shown["old"], shown["new"])]
        assert [True, True] == [word in side for word, side in zip(found, sides, strict=True)], sides


@pytest.mark.parametrize(("key", "old", "new"), SAME)
def test_what_reads_nothing_otherwise_is_told_and_proved_to_change_nothing(compared, key, old, new):
    result = compared(old, new)
    assert (0, True) == (result.exit_code, "都不影响判断" in result.stdout)
    assert f"{MANY} 个词条逐个相同" in result.stdout
    assert f"（`{key}" in result.stdout


def test_a_set_that_a_pattern_names_decides_with_it(compared):
    text = TERMS.replace("租赁[^，。]{0,6}车辆", "租赁[^，。]{0,6}{车辆}").replace(
        "sets:\n", "sets:\n  车辆: [车辆, 货车]\n"
    )
    data = told(compared("[车辆, 货车]", "[车辆, 客车]", "--format", "json", text=text))
    assert [("goods.lease", ["pattern"])] == [(c["term"], c["keys"]) for c in data["terms"]]
    assert [("词组", "toy.车辆", True)] == [(c["kind"], c["name"], c["decides"]) for c in data["causes"]]


def test_another_catalogue_of_items_is_read_otherwise(tmp_path, monkeypatch):
    items = """  - id: item.goods
    items: [A]
    points_to: {采购事项: {采购标的: 货物}}
    certainty: implied
    because: 品目属于货物
    examples: [采购计算机, 采购台式计算机]
    harmless: [计算机维修服务]
"""
    for name, line in (("旧", "A020101 计算机"), ("新", "A020101 算盘")):
        catalogue = {"rules/items/a.txt": f"目录 甲\n核对 否\nA 货物\nA02 设备\nA0201 信息化设备\n{line}\n"}
        write_rich_base(tmp_path / name, {FILE: TERMS + items, **catalogue})
    monkeypatch.chdir(tmp_path)
    data = told(CliRunner().invoke(app, ["diff", "旧", "新", "--format", "json"], prog_name="policy-engine"))
    assert [("item.goods", ["items"])] == [(c["term"], c["keys"]) for c in data["terms"]]
    assert "采购品目分类目录改了" in data["headline"]
    shown = data["terms"][0]["witness"]
    assert shown["old"] != shown["new"] == []


def test_a_term_that_moves_to_a_file_with_another_set_reads_otherwise(tmp_path, monkeypatch):
    head, _, works = TERMS.partition("  - id: works.renovation")
    works, _, rest = works.partition("  - id: ")
    others = f"terms:\n  - id: {rest}"
    moved = f"terms:\n  - id: works.renovation{works}"
    # Both files have a set of that name; the term stands in the one or in the other.
    sets = head.removesuffix("terms:\n")
    shorter = sets.replace("设计, ", "")
    for name, first, second in (("旧", moved, others), ("新", others, moved)):
        write_rich_base(
            tmp_path / name, {FILE: f"{sets}{first}", "rules/lexicon/b.yaml": f"{shorter}{second}"}
        )
    monkeypatch.chdir(tmp_path)
    data = told(CliRunner().invoke(app, ["diff", "旧", "新", "--format", "json"], prog_name="policy-engine"))
    assert [(WORKS, {"unless.after": ["设计"]})] == [(c["term"], c["lost"]) for c in data["terms"]]
    assert "词条换了文件，所用的词组不同" in data["headline"]


def test_a_set_of_all_files_decides_for_each_of_them(tmp_path, monkeypatch):
    own = "sets:\n  服务中心词: [监理, 设计, 检测, 审计]\n"
    for name, words in (("旧", "监理, 审计"), ("新", "监理")):
        common = {"rules/lexicon/common.yaml": f"sets:\n  服务中心词: [{words}]\n"}
        write_rich_base(tmp_path / name, {FILE: TERMS.replace(own, ""), **common})
    monkeypatch.chdir(tmp_path)
    data = told(CliRunner().invoke(app, ["diff", "旧", "新", "--format", "json"], prog_name="policy-engine"))
    assert [(WORKS, {"unless.after": ["审计"]})] == [(c["term"], c["lost"]) for c in data["terms"]]
    (cause,) = data["causes"]
    assert ("common.服务中心词", True) == (cause["name"], cause["decides"])


def test_a_set_that_no_term_uses_decides_nothing(compared):
    result = compared("terms:\n", "  闲置: [甲]\nterms:\n")
    assert (0, True) == (result.exit_code, "词组 `toy.闲置` 新增" in result.stdout)


def test_terms_that_come_and_go_are_named(compared):
    data = told(compared("goods.lease", "goods.hire", "--format", "json"))
    assert {("goods.lease", "removed"), ("goods.hire", "added")} == {
        (change["term"], change["change"]) for change in data["terms"]
    }
    # Another term of the same words reads the same texts alike.
    assert [None, None] == [change["witness"] for change in data["terms"]]
    page = compared("goods.lease", "goods.hire").stdout
    assert "[新增] goods.hire" in page
    assert "没有找到读法因此不同的文字" in page


def test_the_page_quotes_a_text_with_what_is_found_before_and_after(compared):
    page = compared("before: [参观]", "before: []").stdout
    assert "[改动] works.renovation：unless.before 去掉“参观”（rules/lexicon/toy.yaml:5:5）" in page
    assert "例如采购事项里写“参观" in page
    assert "改前：没有提示" in page
    assert "改后：写明含工程 = 是（“" in page
    assert "文字读出的提示会变，这不在证明之内" in page
    assert f"其余 {MANY - 1} 个词条逐个相同" in page
    assert "结论都不变。" not in page.splitlines()[0].partition("不看文字，")[0]


def test_only_terms_that_bear_on_the_subject_are_compared(compared):
    asked = ("--subject", "服务合同")
    assert 0 == compared("before: [参观]", "before: []", *asked).exit_code
    both = TERMS.replace("采购事项: {含工程: true}", "采购事项: {含工程: true}, 服务合同: {含工程: true}")
    assert 1 == compared("before: [参观]", "before: []", *asked, text=both).exit_code
    # Words that point where a term of the subject points may be heads of it.
    heads = both + TERMS.split("terms:\n")[1].split("  - id: goods.device")[0].replace(WORKS, "works.other")
    data = told(compared("words: [外墙修缮", "words: [外墙", *asked, "--format", "json", text=heads))
    assert [WORKS] == [change["term"] for change in data["terms"]]


def test_a_changed_rule_and_a_changed_term_are_both_told(tmp_path, monkeypatch):
    write_rich_base(tmp_path / "旧", {FILE: TERMS})
    write_rich_base(tmp_path / "新", {FILE: TERMS.replace("before: [参观]", "before: []")})
    rules = tmp_path / "新" / "rules/toy/toy-2020/law.yaml"
    rules.write_text(rules.read_text("utf-8").replace("due: 合同", "due: 绩效"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    data = told(CliRunner().invoke(app, ["diff", "旧", "新", "--format", "json"], prog_name="policy-engine"))
    assert "含义有变化" in data["headline"]
    assert "词条 1 个读法不同（`works.renovation`）" in data["headline"]
    assert [WORKS] == [change["term"] for change in data["terms"]]


def test_a_base_with_terms_is_the_same_as_its_copy(compared):
    result = compared("terms:", "terms:", "--format", "json")
    data = told(result)
    assert (0, True, []) == (result.exit_code, data["is_same"], data["terms"])
    assert [MANY, MANY] == [extent["terms"] for extent in data["extents"]]
    assert f"{MANY} 个词条逐个相同" in data["proof"]
