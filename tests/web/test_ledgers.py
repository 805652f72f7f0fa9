"""Ledgers at the desk: uploaded, columns looked over, decided, looked through, downloaded; bounded, and taken up again."""

import html
import io
import re
import zipfile

import pytest
from starlette.testclient import TestClient

import as_shipped
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web import ledgers
from policy_engine.web.app import make_app
from web.test_desk import heading, path

CSV = """项目名称,采购标的,项目预算(元),备注,履职方式
机关物业,服务,"1,865,000",保洁,辅助事项
办公家具,货物,50000,桌椅,辅助事项
不知什么,也许,1,,辅助事项
合计,,1915001,,
"""


@pytest.fixture
def desk(tmp_path):
    sources = read_sources(shipped_rule_base(None).files)
    app = make_app(as_shipped.compiled(), sources, tmp_path)
    with TestClient(app, base_url="http://127.0.0.1:8102") as client:
        client.app = app
        yield client


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """Decide within the request: no test waits for a thread."""

    class AtOnce:
        def __init__(self, target, args, daemon):
            self.run = lambda: target(*args)

        def start(self):
            self.run()

    monkeypatch.setattr(ledgers.threading, "Thread", AtOnce)


def upload(desk, text=CSV, name="计划.csv", **told):
    data = text if isinstance(text, bytes) else text.encode()
    return desk.post("/ledgers", files={"file": (name, data)}, data=told)


def decided(desk, **told):
    page = upload(desk, **told)
    return desk.post(path(page), data={})


def words(page) -> str:
    main = re.search(r"<main.*</main>", page.text, re.DOTALL)[0]
    return " ".join(
        html.unescape(re.sub(r"<(select|style).*?</\1>|<[^>]*>", " ", main, flags=re.DOTALL)).split()
    )


def test_a_list_comes_from_a_file_to_verdicts_row_by_row(desk) -> None:
    page = upload(desk)
    assert "核对各列读作什么" == heading(page)
    result = desk.post(path(page), data={})
    assert {"1项不得实施", "1项需补充核实", "1项填报有误"} <= set(re.findall(r"[0-9]项[^<]*", result.text))
    assert "第十条第（三）项" in words(result)
    assert "随机抽2行由双引擎重审，全部一致" in words(result)


def test_what_is_told_of_rows_is_told_to_people(desk) -> None:
    page = decided(desk)
    told = words(page)
    assert "3项里" in heading(page)
    assert "“采购标的”没有“也许”这一项" in told.replace(" ", "")
    assert "PE1" not in told
    assert "`" not in told
    # What could not be counted is folded: it is no fault of the list.
    assert re.search(r"<summary>清单里没有要用的列，没有算的\d项</summary>", page.text)


def test_the_counts_filter_the_rows(desk) -> None:
    where = path(decided(desk))
    only = words(desk.get(where, params={"v": "不得实施"}))
    assert ("办公家具" in only, "不知什么" in only) == (True, False)
    by_name = words(desk.get(where, params={"q": "物业"}))
    assert ("机关物业" in by_name, "办公家具" in by_name) == (True, False)
    (ground,) = re.findall(r'href="[^"]*g=([^"]*第十条[^"#]*|%[^"#]*)#rows', desk.get(where).text)[:1]
    assert "办公家具" in words(desk.get(f"{where}?g={ground}"))
    assert "没有符合的" in words(desk.get(where, params={"q": "没有这一件"}))


def test_a_column_is_read_as_somebody_says(desk) -> None:
    page = upload(desk)
    selected = re.search(r'name="c2".*?</select>', page.text, re.DOTALL)[0]
    assert 'value="" selected' in selected
    assert "项目金额_万元（元）" in selected
    result = desk.post(path(page), data={"c2": "项目金额_万元（元）"})
    row = desk.get(f"{path(result)}/rows/2")
    assert "186.5万元" in words(row).replace(" ", "")


def test_a_row_is_opened_as_a_matter_of_its_own(desk) -> None:
    where = path(decided(desk))
    row = desk.get(f"{where}/rows/3")
    assert ("办公家具", True) == (heading(row), "不得实施" in words(row))
    opened = desk.post(f"{where}/rows/3")
    assert path(opened).endswith("/verdict")
    assert "不得" in heading(opened)
    refused = desk.get(f"{where}/rows/4")
    assert "也许" in words(refused)
    assert "打开意见" not in words(refused)
    assert 404 == desk.get(f"{where}/rows/99").status_code


def test_the_result_is_downloaded_as_a_workbook_of_three_sheets(desk) -> None:
    where = path(decided(desk))
    found = desk.get(f"{where}/result.xlsx")
    assert "attachment" in found.headers["content-disposition"]
    names = zipfile.ZipFile(io.BytesIO(found.content)).namelist()
    assert 3 == sum(bool(re.fullmatch(r"xl/worksheets/sheet\d+\.xml", one)) for one in names)


def test_a_workbook_goes_the_same_way_as_text(desk) -> None:
    first = desk.get(f"{path(decided(desk))}/result.xlsx").content
    asked = words(upload(desk, first, "结果.xlsx"))
    assert "在“哪个工作表”里写一个，例如 清单" in asked
    page = upload(desk, first, "结果.xlsx", sheet="清单")
    assert "核对各列读作什么" == heading(page)


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("", "空.csv", "文件是空的"),
        (CSV, "计划.docx", "只收 .xlsx 和 .csv"),
        ("甲,乙\n1,2\n", "别的.csv", "看不出清单说的是什么主题"),
        (b"PK\x03\x04 no workbook", "坏.xlsx", "损坏"),
    ],
    ids=["empty", "kind", "heads", "broken"],
)
def test_what_cannot_be_read_is_told_and_not_kept(desk, tmp_path, text, name, told) -> None:
    page = upload(desk, text, name)
    assert 422 == page.status_code
    assert told in words(page)
    assert str(tmp_path) not in page.text
    assert [] == list((tmp_path / "ledgers").glob("*"))


def test_nothing_chosen_is_told(desk) -> None:
    assert "没有选文件" in words(desk.post("/ledgers", data={}, files={"other": ("x", b"")}))


def test_a_list_of_more_rows_than_a_page_decides_is_refused(desk, monkeypatch) -> None:
    monkeypatch.setattr(ledgers, "MOST_ROWS", 3)
    page = upload(desk)
    assert (422, True) == (page.status_code, "最多审3行" in words(page))


def test_a_file_that_is_larger_than_a_list_may_be_is_refused(desk) -> None:
    assert 413 == upload(desk, CSV + "x" * 10_000_000).status_code
    # More than any other form.
    assert 422 == upload(desk, "x" * 2_000_000).status_code
    assert 413 == desk.post("/subjects/采购事项", data={"text": "x" * 2_000_000}).status_code


def test_a_run_that_takes_too_long_stops_and_goes_on_where_it_was(desk, monkeypatch) -> None:
    where = path(upload(desk))
    with monkeypatch.context() as short:
        short.setattr(ledgers, "_MOST_SECONDS", -1.0)
        page = desk.post(where, data={})
    assert "没有审完，停下了" in words(page)
    assert "1项不得实施" in words(desk.post(where, data={}))


def test_a_run_that_broke_off_with_its_server_says_so_and_goes_on(desk, monkeypatch) -> None:
    where = path(upload(desk))
    with monkeypatch.context() as broken:
        broken.setattr(ledgers.Ledgers, "_run", lambda self, ledger: self.progress.pop(ledger.name))
        page = desk.post(where, data={})
    assert "上次没有审完" in words(page)
    assert "1项不得实施" in words(desk.post(where, data={}))


def test_how_far_it_has_come_is_shown_and_asked_for_again_without_a_script(desk, monkeypatch) -> None:
    where = path(upload(desk))
    monkeypatch.setattr(ledgers.Ledgers, "_run", lambda self, one: self.progress.update({one.name: (1, 4)}))
    page = desk.post(where, data={})
    assert ("2", True) == (page.headers["refresh"], "审了1行，共4行" in words(page))


def test_a_ledger_is_deleted_with_all_that_was_made_of_it(desk, tmp_path) -> None:
    where = path(decided(desk))
    assert "计划.csv" in words(desk.get("/ledgers"))
    desk.post(f"{where}/delete")
    assert 404 == desk.get(where).status_code
    assert [] == list((tmp_path / "ledgers").glob("*"))


def test_ledgers_are_for_their_user_alone(desk, tmp_path) -> None:
    decided(desk)
    (home,) = (tmp_path / "ledgers").iterdir()
    assert 0o700 == home.stat().st_mode & 0o777
