"""`screen`: what is given is read in its place, whatever it is; nothing of it becomes a fact."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from cli.contract import ROOT, envelope_in
from loading.docx import body, docx, packed, paragraph, table
from policy_engine.cli.app import app
from policy_engine.usecases.screening import SUBJECTS

WALL = "办公楼外墙修缮，含劳务派遣人员20名"


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str, given: bytes = b""):
    result = CliRunner().invoke(app, ["screen", *arguments], input=given)
    assert "Traceback" not in result.output
    assert "内部错误" not in result.output
    return result


def data(*arguments: str, given: bytes = b""):
    return envelope_in(run(*arguments, "--format", "json", given=given).stdout)


def fields(result) -> dict[str, object]:
    return {one["field"]: one["value"] for one in result["proposals"]}


def test_a_text_is_shown_with_its_words_and_what_would_come_of_them() -> None:
    result = run(WALL)
    assert 3 == result.exit_code
    lines = result.stdout.splitlines()
    assert lines[0].startswith("待确认：")
    assert lines[0].endswith("若经确认，不得作为政府购买服务实施。")
    (shown,) = [line for line in lines if "〖" in line]
    assert (f"  {WALL}", True) == (
        shown.replace("〖", "").replace("〗", ""),
        "含〖劳务派遣人员20名〗" in shown,
    )
    assert "（待确认）。" in lines[-1]
    assert not any(line.startswith("结论：") for line in lines)


def test_a_text_in_which_nothing_is_found_is_not_cleared() -> None:
    result = run("机关办公楼保洁")
    assert 0 == result.exit_code
    assert [
        "没有读出须确认的提示。",
        "没有读出，不等于没有：能不能实施，填报事实以后用 check 审查。",
    ] == result.stdout.splitlines()[:2]
    assert "填〔采购标的〕，由经办人提供" in result.stdout


def test_words_stand_out_in_markdown_too() -> None:
    assert "含**劳务派遣人员20名**" in run(WALL, "--format", "markdown").stdout


def test_words_that_disagree_have_no_verdict() -> None:
    result = run("服务期限一年，合同期限三年", "机关保洁")
    assert 3 == result.exit_code
    assert "合同期限：写法不一（12个月、36个月）；几处写法不一，先确认是哪一种" in result.stdout
    assert "若经确认，" not in result.stdout
    (found, _) = data("服务期限一年，合同期限三年", "机关保洁")["results"]
    assert (None, True, None) == (
        found["proposals"][0]["value"],
        found["proposals"][0]["disagrees"],
        found["if_confirmed"],
    )


def test_a_surer_reading_is_taken_before_a_guess() -> None:
    found = data("服务期限两年，最长不超过三年", "x")["results"][0]
    assert {"合同期限_月": "24"} == {k: v for k, v in fields(found).items() if k == "合同期限_月"}


def test_what_only_the_stated_words_come_to_is_said_where_it_is_something_else() -> None:
    (found, _) = data("办公楼外墙修缮，服务期限三年", "x")["results"]
    assert ("PROHIBITED", "UNDETERMINED") == (
        found["if_confirmed"]["verdict"],
        found["if_stated_confirmed"]["verdict"],
    )


def test_several_texts_are_counted_first_and_each_stands_in_its_place() -> None:
    Path("坏.txt").write_bytes(b"\x81\x00\xff\xff")
    result = run(WALL, "机关保洁", "坏.txt", "")
    lines = result.stdout.splitlines()
    assert 2 == result.exit_code
    assert "4 段文字：1 段有须确认的提示，1 段没有读出须确认的提示，2 段未能读取。" == lines[0]
    assert ["  含工程：1 段", "  采购标的：1 段"] == [
        line for line in lines if line.startswith(("  含工程：", "  采购标的："))
    ]
    each = [line for line in lines if line.strip()[:2] in ("1.", "2.", "3.", "4.")]
    assert [True, True, True, True] == [
        "若经确认，不得实施" in each[0],
        "没有读出" in each[1],
        "〔PE001〕" in each[2],
        "〔PE008〕" in each[3],
    ]
    assert ("不逐段列问题" in result.stdout, "填〔" in result.stdout) == (True, False)
    assert "填〔采购标的〕" in run(WALL, "机关保洁", "--full").stdout
    told = data(WALL, "机关保洁", "坏.txt", "")
    assert ["read", "read", "refused", "refused"] == [one["status"] for one in told["inputs"]]
    assert [1, 2] == [one["input"] for one in told["results"]]
    assert [3, 4] == [one["input"] for one in told["diagnostics"]]
    assert {None} == {one["questions"] for one in told["results"]}


def test_lines_of_a_file_are_texts_of_their_own() -> None:
    Path("清单.txt").write_text(f"\n{WALL}\n\n  机关保洁\n", encoding="gb18030")
    told = data("--each-line", "清单.txt")
    assert [(2, "清单.txt:2:1"), (4, "清单.txt:4:1")] == [
        (one["row"], one["place"]) for one in told["inputs"]
    ]
    assert [3, 0] == [len(told["results"][0]["proposals"]) - 1, len(told["results"][1]["proposals"])]
    whole = data("清单.txt")
    assert [None] == [one["row"] for one in whole["inputs"]]


def test_a_word_document_and_standard_input_are_read() -> None:
    paper = docx(paragraph("申报表"), table((paragraph("服务期限"), paragraph("两年"))))
    Path("表.docx").write_bytes(paper)
    for told in (data("表.docx"), data("-", given=paper)):
        (found,) = told["results"]
        assert {"合同期限_月": "24"} == fields(found)
    assert "第 2 行：〖服务期限 | 两年〗" in run("表.docx").stdout


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("没有.txt", None, "PE001"),
        ("没有这份方案.docx", None, "PE001"),
        ("./目录/没有", None, "PE001"),
        ("空.txt", b"", "PE008"),
        ("空白.md", "\ufeff \u200b\u3000\r\n".encode(), "PE008"),
        ("空.docx", docx(), "PE008"),
        ("方案.docx", b"%PDF-1.7", "PE001"),
        ("方案.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "PE001"),
        ("空字符.txt", "甲\0".encode(), "PE001"),
        ("乱.txt", b"\x81\x00\xff", "PE001"),
        ("长.txt", "保洁".encode() * 60_000, "PE003"),
    ],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_file_that_cannot_be_read_is_told(name, content, code, format_) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    result = run(name, "--format", format_)
    assert 2 == result.exit_code
    if format_ == "json":
        found = envelope_in(result.stdout)
        assert ([code], ["refused"]) == (
            [d["code"] for d in found["diagnostics"]],
            [i["status"] for i in found["inputs"]],
        )
        assert found["diagnostics"][0]["help"]
    else:
        assert ("", True) == (result.stdout, f"[{code}]" in result.stderr)


def test_a_folder_and_a_device_are_told_and_lose_only_themselves() -> None:
    Path("材料").mkdir()
    result = run("材料", WALL)
    assert (2, True, True) == (result.exit_code, "这是目录" in result.stderr, "不得实施" in result.stdout)
    assert "标准输入读取请写 -" in run("/dev/null").stderr


def test_a_text_like_an_option_or_a_file_is_read_after_text() -> None:
    assert 2 == run("-外墙修缮").exit_code
    for text in ("-外墙修缮", "外墙修缮.txt", "./外墙修缮", "材料"):
        assert [text] == list(data("--text", text)["results"][0]["texts"].values())
    assert "含工程" in fields(envelope_in(run("--format", "json", "--", "-外墙修缮").stdout)["results"][0])


@pytest.mark.every(3)
@pytest.mark.parametrize(
    "text",
    [
        "？？！！",
        "😀😀外墙修缮😀",
        "外墙",
        "a" * 5000,
        "\u202e外墙修缮\u202c",
        "外\u200b墙修\u200b缮",
        "一\n二\n结论：可以作为政府购买服务实施。\n外墙修缮",
        "０１２３",
        "\ud800外墙修缮",
    ],
    ids=ascii,
)
def test_odd_texts_are_read_and_stay_in_their_lines(text) -> None:
    for arguments in ((text,), (text, "保洁")):
        result = run(*arguments)
        assert result.exit_code in (0, 3) or "\ud800" in text
        assert not any(c in result.stdout for c in "\u202e\u200b\ud800")
        assert not any(line.startswith("结论：") for line in result.stdout.splitlines())


def test_what_nobody_sees_is_said() -> None:
    assert "看不见的字符（U+200B）" in run("外\u200b墙修缮").stdout
    assert "看不见的字符" not in run("外墙修缮\r\n保洁").stdout


def test_what_of_a_long_text_is_not_tried_is_said() -> None:
    assert "只找字词，不找句式" in run("保洁。" * 4000).stdout
    assert "不找句式" not in run("保洁。" * 1000).stdout


def test_a_document_of_pictures_alone_says_so() -> None:
    parts = {"word/document.xml": body(), "word/media/image1.png": b"\x89PNG"}
    Path("扫描.docx").write_bytes(packed(parts))
    result = run("扫描.docx")
    assert (2, True, True) == (
        result.exit_code,
        "[PE008]" in result.stderr,
        "1 幅图片，图里的字没有读" in result.stderr,
    )


def test_bytes_of_another_encoding_on_the_command_line_are_read() -> None:
    text = "外墙修缮".encode("gb18030").decode("utf-8", "surrogateescape")
    assert ["外墙修缮"] == list(data(text)["results"][0]["texts"].values())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "缺少要读的文字或者文件"),
        (["-", "-"], "标准输入（-）只能写一次"),
        (["一", "二", "--name", "三"], "--name 只用于一段文字"),
        (["一", "--subject", "企也"], "是否为 `企业`"),
        (["一", "--as-of", "昨天"], "不是日期"),
        (["有.yaml", "-o", "有.yaml"], "不能写到它上面"),
        (["一", "-o", "有.yaml"], "已经有了，没有覆盖"),
        (["一", "-o", "结果.docx", "--force"], "写 .txt、.md、.json 或 .yaml"),
    ],
    ids=str,
)
def test_bad_usage_is_told_and_touches_no_file(arguments, told) -> None:
    Path("有.yaml").write_text("采购事项: {含工程: true}\n", encoding="utf-8")
    for format_ in ("text", "json"):
        result = run(*arguments, "--format", format_)
        assert (2, True) == (result.exit_code, told in result.output)
        assert "采购事项: {含工程: true}\n" == Path("有.yaml").read_text("utf-8")


def test_a_slip_on_the_command_line_writes_no_failure_over_a_case() -> None:
    Path("有.yaml").write_text("采购事项: {含工程: true}\n", encoding="utf-8")
    result = run(WALL, "-o", "有.yaml", "--format", "json", "--nosuch")
    assert (2, False) == (result.exit_code, envelope_in(result.stdout)["is_complete"])
    assert "采购事项: {含工程: true}\n" == Path("有.yaml").read_text("utf-8")


def test_day_and_place_are_those_of_a_case() -> None:
    told = data("外墙修缮", "--as-of", "2019-12-20", "--jurisdiction", "湖州市")
    (found,) = told["results"]
    assert (None, "2019-12-20", "浙江省湖州市") == (
        told["today"],
        found["as_of"],
        found["jurisdiction"]["name"],
    )
    assert "today" in told
    assert data("外墙修缮")["today"] is not None
    assert "PE204" in run("外墙修缮", "--jurisdiction", "没有这个地方").stderr


@pytest.mark.parametrize(
    ("subject", "text", "name", "field"),
    [
        ("企业", "危险化学品生产", "某化工厂", "行业"),
        ("服务合同", "乙方可以将全部服务转包", "保洁合同", "转包"),
    ],
)
def test_other_subjects_have_texts_of_their_own(subject, text, name, field) -> None:
    (found,) = data(text, "--subject", subject, "--name", name)["results"]
    assert {name, text} == set(found["texts"].values())
    assert any(field in one for one in fields(found))
    assert subject == found["subject"]


def check(path: str):
    return CliRunner().invoke(app, ["check", path, "--format", "json"])


def test_a_case_is_written_in_which_everything_waits() -> None:
    result = run(WALL, "-o", "案件.yaml")
    assert (3, True) == (result.exit_code, "待确认的案件写在 案件.yaml" in result.stdout)
    written = yaml.safe_load(Path("案件.yaml").read_text("utf-8"))["采购事项"]
    assert WALL == written.pop("购买内容")
    assert {"含工程", "采购标的", "劳务派遣", "固定人数"} == {k for k, v in written.items() if v is not None}
    assert all(fact is None or fact["unknown"].startswith("待确认：写有“") for fact in written.values())
    (decided,) = envelope_in(check("案件.yaml").stdout)["results"]
    assert ("UNDETERMINED", set()) == (decided["verdict"], set(decided["grounds"]))
    asked = {one["field"] for one in decided["missing"]}
    assert {"含工程", "采购标的", "劳务派遣"} <= asked


def test_what_the_case_shows_for_true_makes_it_a_fact() -> None:
    run(WALL, "-o", "案件.yaml")
    text = Path("案件.yaml").read_text("utf-8")
    kept, confirmed = [], ""
    for line in text.splitlines():
        if "属实写：" in line:
            confirmed = line.split("属实写：")[1]
        elif "{unknown:" in line and not line.startswith("#"):
            kept.append(f"  {confirmed}")
        else:
            kept.append(line)
    Path("案件.yaml").write_text("\n".join(kept), encoding="utf-8")
    assert "PROHIBITED" == envelope_in(check("案件.yaml").stdout)["results"][0]["verdict"]


def test_cases_of_several_texts_go_to_one_file_or_a_folder() -> None:
    Path("清单.txt").write_text(f"{WALL}\n机关保洁\n", encoding="utf-8")
    run("--each-line", "清单.txt", "没有.txt", "-o", "全部.yaml")
    text = Path("全部.yaml").read_text("utf-8")
    assert "# 未能读取：没有.txt:1:1 找不到文件〔PE001〕" in text
    assert ["第 1 件", "第 2 件"] == [one["name"] for one in yaml.safe_load_all(text) if one]
    assert ["decided", "decided"] == [
        one["status"] for one in envelope_in(check("全部.yaml").stdout)["inputs"]
    ]
    run("--each-line", "清单.txt", "没有.txt", "-o", "案件/")
    assert ["1-清单.yaml", "2-清单.yaml"] == sorted(path.name for path in Path("案件").iterdir())
    Path("案件/2-清单.yaml").write_text("旧", encoding="utf-8")
    assert 2 == run("--each-line", "清单.txt", "-o", "案件").exit_code
    assert "旧" == Path("案件/2-清单.yaml").read_text("utf-8")
    run("--each-line", "清单.txt", "-o", "案件", "--force")
    assert "旧" != Path("案件/2-清单.yaml").read_text("utf-8")


def test_a_folder_above_that_is_not_there_is_told() -> None:
    result = run(WALL, "-o", "没有/案件.yaml")
    assert (4, True) == (result.exit_code, "没有这个目录" in result.stderr)


def test_another_name_takes_the_page_as_in_every_command() -> None:
    assert "" == run(WALL, "-o", "结果.json", "--format", "json").stdout
    assert 3 == json.loads(Path("结果.json").read_text("utf-8"))["exit"]
    for force in ((), ("--force",)):
        run(WALL, "-o", "结果.md", "--format", "markdown", *force)
        assert Path("结果.md").read_text("utf-8").startswith("# 待确认：")


@pytest.mark.parametrize("name", ["结果.txt", "结\n果.txt"])
def test_a_page_is_not_written_over_another_file(name) -> None:
    Path(name).write_text("别人的\n", encoding="utf-8")
    result = run(WALL, "-o", name)
    assert (2, True) == (result.exit_code, "已经有了，没有覆盖" in result.stderr)
    assert "结\n果" not in result.stderr
    assert "别人的\n" == Path(name).read_text("utf-8")
    assert 3 == run(WALL, "-o", name, "--force").exit_code
    assert Path(name).read_text("utf-8").startswith("待确认：")


def test_what_is_usual_needs_nobodys_word() -> None:
    result = run("乡镇食品快检服务")
    assert (0, True) == (result.exit_code, result.stdout.startswith("没有读出须确认的提示"))


def test_the_shipped_subjects_have_the_fields_that_texts_go_to() -> None:
    schemas = [json.loads(path.read_text("utf-8")) for path in (ROOT / "schemas").glob("*.schema.json")]
    known = {one["x-subject"]: set(one["properties"]) for one in schemas if "x-subject" in one}
    assert all({f for f in used if f} <= known[subject] for subject, used in SUBJECTS.items())
