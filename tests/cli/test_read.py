"""`rules read`: how a document may be called, and where its pages go."""

import html
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

import as_shipped
from cli.rich_base import DOCUMENTS, write_rich_base
from policy_engine.cli.app import app
from policy_engine.foundation.width import display_width
from policy_engine.usecases.documents import NoSuchDocumentError, find_document


@pytest.fixture(scope="module")
def documents():
    return as_shipped.rule_set().documents.values()


def run(*arguments: str, columns: str = ""):
    return CliRunner(env={"COLUMNS": columns}).invoke(app, ["rules", "read", *arguments, "--rules", "自带"])


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("mof-order-102-2020", "mof-order-102-2020"),
        ("财政部令第102号", "mof-order-102-2020"),
        ("第102号", "mof-order-102-2020"),
        ("政府购买服务管理办法", "mof-order-102-2020"),
        ("《政府购买服务管理办法》", "mof-order-102-2020"),
        ("湖政办发〔2016〕49号", "huzhou-gbf-2016-49"),
        ("湖政办发[2016]49号", "huzhou-gbf-2016-49"),
        (" 湖政办发（2016） 49号", "huzhou-gbf-2016-49"),
        ("推进安全生产社会化服务工作的实施意见", "huzhou-gbf-2016-49"),
        ("中小企业划型", "miit-2011-300"),
    ],
)
def test_a_document_is_found_by_what_people_call_it(words: str, meant: str, documents) -> None:
    assert meant == find_document(words, documents).id


@pytest.mark.parametrize("words", ["安全生产", "财政部", "号", "2016"])
def test_words_that_several_documents_have_name_none(words: str, documents) -> None:
    with pytest.raises(NoSuchDocumentError, match="写编号：`") as found:
        find_document(words, documents)
    assert found.value.is_ambiguous


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("mof-order-102-202", "是否为 `mof-order-102-2020`"),
        ("政府购买服务管理办发", "是否为 `政府购买服务管理办法`"),
        ("没有这样的文件", "可用的有 `mof-order-102-2020`"),
        ("", "可用的有 `mof-order-102-2020`"),
        ("安全生产法", "指哪一份不明确，写编号：`npc-safety-2002`"),
    ],
)
def test_what_is_not_found_is_told_with_what_may_have_been_meant(words: str, told: str) -> None:
    result = run(words)
    assert (2, "") == (result.exit_code, result.stdout)
    assert told in result.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("mof-order-102-2020", "--all"), ("--all",), ("--all", "--format", "html")]
)
def test_one_document_or_all_of_them_into_a_folder(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (2, "") == (result.exit_code, result.stdout)
    assert "用法错误" in result.stderr


@pytest.mark.parametrize(("columns", "most"), [("", 80), ("60", 60), ("100", 100)])
def test_lines_keep_to_the_columns_of_the_screen_or_to_eighty(columns: str, most: int) -> None:
    lines = run("财预〔2017〕87号", columns=columns).stdout.splitlines()
    # A mark that must not begin a line hangs over by its own width.
    assert most - 4 <= max(map(display_width, lines)) <= most + 2


@pytest.mark.parametrize(("format_", "suffix"), [("text", "txt"), ("markdown", "md"), ("html", "html")])
def test_all_documents_are_written_each_to_a_file_of_its_own(format_, suffix, tmp_path, documents) -> None:
    folder = tmp_path / "文件" / "打印"
    result = run("--all", "--format", format_, "-o", str(folder))
    assert (0, "") == (result.exit_code, result.stderr)
    assert f"写成 {len(documents)} 份文件" in result.stdout
    assert {f"{document.id}.{suffix}" for document in documents} == {path.name for path in folder.iterdir()}
    shown = run("财政部令第102号", "--format", format_).stdout
    assert shown == (folder / f"mof-order-102-2020.{suffix}").read_text("utf-8")


def test_a_folder_that_cannot_be_made_is_told(tmp_path) -> None:
    (tmp_path / "占用").write_text("", encoding="utf-8")
    result = run("--all", "-o", str(tmp_path / "占用" / "里面"))
    assert 4 == result.exit_code
    assert "无法读写" in result.stderr
    assert "Traceback" not in result.output


def test_no_name_of_a_document_leads_out_of_the_folder(tmp_path) -> None:
    changed = (
        DOCUMENTS.replace("id: toy-blank", "id: ../../外")
        .replace("id: toy-later", "id: ///外")
        .replace("governed_by_later: toy-later", "governed_by_later: ///外")
    )
    write_rich_base(tmp_path / "库", {"rules/registers/documents.yaml": changed})
    folder = tmp_path / "甲" / "乙" / "丙"
    arguments = ["rules", "read", "--all", "-o", str(folder), "--rules", str(tmp_path / "库" / "rules")]
    assert 0 == CliRunner().invoke(app, arguments).exit_code
    assert {"toy-2020.txt", "_外.txt", "_外_3.txt"} == {path.name for path in folder.iterdir()}
    assert ["丙"] == [path.name for path in (tmp_path / "甲" / "乙").iterdir()]


def test_a_page_for_a_screen_that_holds_no_chinese_is_still_a_page() -> None:
    program = [sys.executable, "-c", "from policy_engine.cli import main; main()"]
    arguments = ["rules", "read", "财预〔2017〕87号", "--format", "html", "--rules", "自带"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    found = subprocess.run([*program, *arguments], capture_output=True, env=environment, check=True).stdout
    assert found.isascii()
    assert "《财政部关于坚决制止" in html.unescape(found.decode("ascii"))


def test_a_page_goes_whole_into_the_file_that_was_named(tmp_path) -> None:
    path = tmp_path / "办法.html"
    result = run("财政部令第102号", "--format", "html", "-o", str(path))
    assert (0, "", "") == (result.exit_code, result.stdout, result.stderr)
    page = path.read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "审核人签名：" in page
    assert "@page { size: A4" in page
