"""The register of documents can be listed, and compared with constructed texts."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import as_shipped
from policy_engine.analysis.quotations import digest_of, fold
from policy_engine.cli.app import app
from policy_engine.model.locators import numeral
from policy_engine.usecases import shipped_rules

LIST = "rules/wenzhou/wenzhou-czj-2015/norms.yaml"
QUOTES = ("一边购买服务，一边养人办事", "不再增加机构、编制、人员")
# Two real quotations, broken into lines and spaced as copied texts are; the rest is made up.
TEXT = "甲段\n\n不要一边购买 服务，一\n边养人　办事。\n能买的，不再增加机构、编制、人员\n末段\n"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("base")
    files = shipped_rules()
    shutil.copytree(files.rules, root / "rules")
    shutil.copytree(files.schemas, root / "schemas")
    for path in (root / "rules").glob("*/*/norms.yaml"):
        path.unlink()
    return root


@pytest.fixture
def base(shipped) -> Path:
    register = "texts:\n  - {document: wenzhou-czj-2015, file: 温州.txt, sha256: '', anchors: []}\n"
    (shipped / "rules" / "registers" / "texts.yaml").write_text(register, encoding="utf-8")
    (shipped / LIST).write_text(
        "norms:\n"
        "  - {norm: T-1, lines: L3-4, summary: 甲, answer: encoded, rules: [wenzhou-czj-2015.no-double-staff]}\n"
        "  - {norm: T-2, lines: L6, summary: 乙, answer: not_checkable, reason: 测试}\n",
        encoding="utf-8",
    )
    return shipped


def verify(base: Path, against: Path, *more: str):
    folders = ["--rules", str(base / "rules"), "--schemas", str(base / "schemas")]
    return CliRunner().invoke(
        app, ["sources", "verify", "--against", str(against), *folders, *more], prog_name="policy-engine"
    )


@pytest.fixture
def texts(tmp_path) -> Path:
    (tmp_path / "温州.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_a_quotation_is_found_across_lines_with_its_place(base, texts):
    result = verify(base, texts)
    assert f"引文一致：温州.txt:3-4 “{QUOTES[0]}”" in result.stdout
    assert f"引文一致：温州.txt:5 “{QUOTES[1]}”" in result.stdout


def test_norms_without_anchor_are_named_until_the_register_is_renewed(base, texts):
    before = verify(base, texts, "--update")
    assert "PE326" in before.stderr
    after = verify(base, texts)
    assert (0, "") == (after.exit_code, after.stderr)
    assert "规范 2 条，原文一致 2，移位 0，变动 0" in after.stdout


def test_a_changed_passage_names_the_rules_made_from_it(base, texts):
    verify(base, texts, "--update")
    (texts / "温州.txt").write_text(TEXT.replace("不要", "可以"), encoding="utf-8")
    result = verify(base, texts)
    assert 1 == result.exit_code
    assert "PE323" in result.stderr
    assert "`T-1`" in result.stderr
    assert "规则 `wenzhou-czj-2015.no-double-staff`" in result.stderr


def test_a_moved_passage_is_told_from_a_changed_one(base, texts):
    verify(base, texts, "--update")
    (texts / "温州.txt").write_text("新的一行\n" + TEXT, encoding="utf-8")
    result = verify(base, texts)
    assert "PE324" in result.stderr
    assert "PE323" not in result.stderr
    verify(base, texts, "--update")
    assert 0 == verify(base, texts).exit_code
    assert ["lines: L4-5,", "lines: L7,"] == re.findall(r"lines: .*?,", (base / LIST).read_text("utf-8"))


def test_a_line_changed_in_the_list_alone_is_told(base, texts):
    verify(base, texts, "--update")
    (base / LIST).write_text((base / LIST).read_text("utf-8").replace("L6", "L60"), encoding="utf-8")
    result = verify(base, texts)
    assert (1, True) == (result.exit_code, "PE327" in result.stderr)


def test_renewing_registers_the_quotations_that_were_found(base, texts):
    verify(base, texts, "--update")
    register = base / "rules" / "registers" / "texts.yaml"
    assert ["wenzhou-czj-2015.no-double-staff", "wenzhou-czj-2015.no-new-posts"] == re.findall(
        r"rule: ([^,]+),", register.read_text("utf-8")
    )
    register.write_text(
        re.sub(r"digest: \w+}\n\Z", "digest: 0000000000000000}\n", register.read_text("utf-8"))
    )
    result = verify(base, texts)
    assert (1, True) == (result.exit_code, "PE328" in result.stderr)


def test_a_quotation_that_differs_by_one_character_is_an_error(base, texts):
    (texts / "温州.txt").write_text(TEXT.replace("机构、编制", "机构和编制"), encoding="utf-8")
    result = verify(base, texts)
    assert 1 == result.exit_code
    assert "PE325" in result.stderr
    assert "温州.txt:5" in result.stderr


def test_a_text_that_is_missing_is_never_passed_over(base, tmp_path):
    result = verify(base, tmp_path)
    assert 1 == result.exit_code
    assert "PE322" in result.stderr
    assert "未比对" in result.stdout


def test_gb18030_texts_are_read(base, texts):
    verify(base, texts, "--update")
    (texts / "温州.txt").write_bytes(TEXT.encode("gb18030"))
    assert 0 == verify(base, texts).exit_code


@pytest.mark.parametrize(
    "entry",
    [
        "file: 来/温州.txt, sha256: '', anchors: []",
        "file: a.txt, sha256: '', anchors: [{norm: T, lines: 三, digest: x}]",
    ],
)
def test_a_register_with_errors_is_bad_input(base, texts, entry):
    (base / "rules" / "registers" / "texts.yaml").write_text(
        f"texts:\n  - {{document: wenzhou-czj-2015, {entry}}}\n", encoding="utf-8"
    )
    result = CliRunner().invoke(
        app, ["sources", "verify", "--against", str(texts), "--rules", str(base / "rules")]
    )
    assert 2 == result.exit_code
    assert "PE321" in result.stderr


def test_a_folder_that_is_not_there_is_bad_usage():
    result = CliRunner().invoke(app, ["sources", "verify", "--against", "/no/such/folder"])
    assert 2 == result.exit_code


def test_every_registered_document_is_listed_with_its_number_of_rules():
    rule_set = as_shipped.rule_set()
    listed = json.loads(CliRunner().invoke(app, ["sources", "list", "--format", "json"]).stdout)["results"]
    assert list(rule_set.documents) == [entry["id"] for entry in listed]
    assert len(rule_set.rules) == sum(entry["rules"] for entry in listed)
    text = CliRunner().invoke(app, ["sources", "list"]).stdout
    assert all(document.title in text for document in rule_set.documents.values())


def test_digests_ignore_whitespace_only():
    assert digest_of(fold("a", "甲 乙\n丙").text) == digest_of(fold("a", "甲乙　丙").text)
    assert digest_of(fold("a", "甲，乙").text) != digest_of(fold("a", "甲,乙").text)


# A statute that is called as one in the register and was passed on its day; the articles are made up but for one phrase.
STATUTE = """# 预算法

{day} 修正

## 第一章 总则

第十二条 {other}

第十三条 经批准的预算，非经法定程序，不得调整。{phrase}。

第十四条　第十三条所说的预算，应当公开。
"""
# Other articles that rules may come to cite, with more 款 and 项 than any has.
ITEMS = "".join(f"\n\n（{numeral(n)}）略；" for n in range(1, 16))
FILLER = "".join(f"\n\n第{numeral(n)}条 略。\n\n略。\n\n略：{ITEMS}" for n in range(15, 102))
PHRASE = "支出必须以批准的预算为依据，未列入预算的不得支出"


def a_statute(
    folder: Path, *, phrase: str = PHRASE, other: str = "略。", name: str = "预算法(2018-12-29).md"
) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(
        STATUTE.format(phrase=phrase, other=other, day="2018年12月29日") + FILLER, encoding="utf-8"
    )
    return folder


def test_a_folder_of_statutes_shows_whether_articles_and_quotations_are_there(base, tmp_path):
    result = verify(base, a_statute(tmp_path / "law"))
    assert "PE32" not in result.stderr.replace("PE326", "")
    assert "PE34" not in result.stderr
    assert re.search(
        r"（预算法\(2018-12-29\)\.md）：原文 90 条，引到 \d+ 条，出处 \d+ 处，不合 0\n", result.stdout
    )
    assert (
        "引文一致：预算法(2018-12-29).md:9 “未列入预算的不得支出”（npc-budget-2018.art-13）" in result.stdout
    )


@pytest.mark.parametrize("name", ["预算法.md", "中华人民共和国预算法（2018年修正）.txt"])
def test_a_statute_is_known_by_the_day_in_its_head_as_well(base, tmp_path, name):
    assert "原文 90 条" in verify(base, a_statute(tmp_path / "law", name=name)).stdout


def test_another_version_of_a_statute_is_not_taken_for_it(base, tmp_path):
    assert "原文 90 条" not in verify(base, a_statute(tmp_path / "law", name="预算法(1994-03-22).md")).stdout


def test_a_quotation_that_stands_in_another_article_is_told(base, tmp_path):
    result = verify(base, a_statute(tmp_path / "law", phrase="略", other=PHRASE))
    assert (1, True) == (result.exit_code, "PE341" in result.stderr)
    assert "引文“未列入预算的不得支出”不在所引的条里" in result.stderr


def test_an_article_that_is_not_there_is_told(base, tmp_path):
    folder = a_statute(tmp_path / "law")
    path = folder / "预算法(2018-12-29).md"
    path.write_text(path.read_text("utf-8").replace("第十三条 经", "第十一条 经"), encoding="utf-8")
    result = verify(base, folder)
    assert (1, True) == (result.exit_code, "原文没有第十三条" in result.stderr)


def test_an_article_is_registered_and_its_change_is_told(base, tmp_path, texts):
    verify(base, texts, "--update")
    folder = a_statute(tmp_path / "law")
    verify(base, folder, "--update")
    register = (base / "rules" / "registers" / "texts.yaml").read_text("utf-8")
    assert re.search(r"document: npc-budget-2018, article: 第十三条, digest: \w{16}", register)
    same = verify(base, folder)
    assert (0, "") == (same.exit_code, same.stderr)
    changed = verify(base, a_statute(folder, phrase=PHRASE + "，另有规定的除外"))
    assert (1, True) == (changed.exit_code, "PE342" in changed.stderr), changed.stderr + changed.stdout
    assert "规则 `npc-budget-2018.art-13`" in changed.stderr
    unchanged = verify(base, a_statute(folder, other="别的条变了。"))
    assert (0, "") == (unchanged.exit_code, unchanged.stderr)


def test_what_no_folder_has_stays_registered(base, tmp_path, texts):
    verify(base, a_statute(tmp_path / "law"), "--update")
    verify(base, texts, "--update")
    assert "article: 第十三条" in (base / "rules" / "registers" / "texts.yaml").read_text("utf-8")


def test_the_day_of_an_amendment_is_not_told_as_the_day_of_the_law(shipped):
    folders = ["--rules", str(shipped / "rules"), "--schemas", str(shipped / "schemas")]
    told = CliRunner().invoke(app, ["sources", "list", *folders], prog_name="policy-engine").stdout
    # 施行 is the statute's day, 修正 this version's; where the amendment took effect later, that is said as well.
    assert "2003年1月1日起施行，2014年修正" in told
    assert "2002年11月1日起施行，2021年修正（修正自2021年9月1日起施行）" in told
    assert "2014年8月31日起施行" not in told
    assert "效力的依据：2022年11月24日修订，自2023年3月1日起施行" in told
