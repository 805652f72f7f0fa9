"""`check --record` and `records`: what is filed, told and checked through commands, and what is told where it can't be."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from cli.contract import FORMATS, OF_RECORDS, ROOT, codes_in, envelope_in
from policy_engine.cli.app import app
from policy_engine.records import replaying
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
from policy_engine.usecases.sources import read_sources
from records.made import change

PROPERTY = str(ROOT / "examples/purchase-property-service.yaml")
WALL = str(ROOT / "examples/purchase-wall-repair.yaml")
SEVERAL = str(ROOT / "examples/contract-property.yaml")
pytestmark = pytest.mark.usefixtures("spared")
ARGUMENTS = {
    "records list": [],
    "records search": ["物业"],
    "records show": ["1"],
    "records verify": [],
    "records replay": ["1"],
    "records export": ["导出.zip"],
    "records upgrade": [],
}
PAIRS = [(command, format_) for command in OF_RECORDS for format_ in FORMATS[command]]


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("POLICY_ENGINE_RECORDS", str(tmp_path / "记录" / "记录.sqlite"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "记录" / "记录.sqlite"


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def filed(*cases: str, by: str = "陆某") -> None:
    for case in cases:
        assert "已登记：第" in run("check", case, "--record", "--by", by).stdout


def test_an_opinion_is_filed_and_told_under_it(place) -> None:
    found = run("check", PROPERTY, "--record", "--by", "陆某")
    assert 0 == found.exit_code
    (line,) = (line for line in found.stdout.splitlines() if line.startswith("已登记"))
    (row,) = open_store(place_of(None)).rows()
    assert f"已登记：第1号，记录摘要 {row.digest[:32]}" == line
    content = json.loads(row.content)
    assert ("陆某", "agreed", "PERMITTED") == (
        content["by"],
        content["decision"]["cross_check"],
        content["decision"]["verdict"],
    )
    assert 0o600 == place.stat().st_mode & 0o777


def test_several_cases_of_a_file_are_filed_in_their_order(place) -> None:
    found = envelope_in(run("check", SEVERAL, "--record", "--by", "陆某", "--format", "json").stdout)
    assert [1, 2] == [one["record"]["number"] for one in found["results"]]
    listed = envelope_in(run("records", "list", "--format", "json").stdout)["results"]
    assert [2, 1] == [one["number"] for one in listed]
    assert ["绿化养护合同", "保洁服务合同"] == [one["content"]["case"]["name"] for one in listed]


def test_the_paper_has_the_number_and_can_be_written_again_the_same(place, tmp_path) -> None:
    first = run("check", WALL, "--record", "--by", "陆某", "-o", tmp_path / "意见.docx")
    assert (1, True) == (first.exit_code, first.stdout.startswith("已登记：第1号"))
    text = "\n".join(p.text for p in docx.Document(tmp_path / "意见.docx").paragraphs)
    digest = next(iter(open_store(place_of(None)).rows())).digest[:32]
    assert "记录编号　1" in text
    assert f"记录摘要　{digest}" in text
    assert "登记　陆某，" in text
    assert 0 == run("records", "show", "1", "-o", tmp_path / "再印.docx").exit_code
    assert (tmp_path / "意见.docx").read_bytes() == (tmp_path / "再印.docx").read_bytes()


def test_what_is_not_decided_is_not_filed(place, tmp_path) -> None:
    bad = tmp_path / "坏.yaml"
    bad.write_text("采购事项: {含工程: 也许}\n", "utf-8")
    assert 2 == run("check", bad, "--record", "--by", "陆某").exit_code
    assert 0 == open_store(place_of(None)).size()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--record"], "--by 姓名"),
        (["--record", "--by", "  "], "--by 姓名"),
        (["--by", "陆某"], "--record"),
        (["--records", "x"], "--record"),
        (["--record", "--by", "陆某", "--records", "mysql://h/d"], "不能存在 mysql 里"),
        (["--record", "--by", "陆某", "--records", "postgresql://h:x/d"], "地址写得不对"),
    ],
    ids=" ".join,
)
def test_half_an_order_to_file_is_refused_before_anything_is_filed(more, told, place) -> None:
    found = run("check", PROPERTY, *more)
    assert 2 == found.exit_code
    assert told in found.stderr
    assert not place.exists()


def test_a_password_is_never_shown(place) -> None:
    found = run("records", "list", "--records", "postgresql://u:geheim@127.0.0.1:1/d?connect_timeout=2")
    assert 2 == found.exit_code
    assert "PE541" in found.stderr
    assert "geheim" not in found.output


def test_a_search_needs_all_words_and_finds_them_in_names_facts_and_texts(place) -> None:
    filed(WALL, PROPERTY)
    for words, numbers in (
        (["外墙"], [1]),
        (["物业"], [2]),
        (["采购事项"], [2, 1]),
        (["外墙", "物业"], []),
        (["%"], []),
        (['"'], []),
        (["--verdict", "不得实施"], [1]),
        (["--by", "陆某", "--since", "2020-01-01"], [2, 1]),
        (["--by", "别人"], []),
        (["--until", "2020-01-01"], []),
    ):
        found = run("records", "search", *words, "--format", "json")
        assert numbers == [one["number"] for one in envelope_in(found.stdout)["results"]], words
        assert found.exit_code == (0 if numbers else 1)


def test_deciding_again_by_the_rules_of_the_day_gives_the_same_to_the_byte(place) -> None:
    filed(WALL, PROPERTY, SEVERAL)
    found = run("records", "replay", "--all", "--format", "json")
    assert 0 == found.exit_code
    results = envelope_in(found.stdout)["results"]
    assert [(n, True, False) for n in (1, 2, 3, 4)] == [
        (one["number"], one["is_same"], one["is_reworded"]) for one in results
    ]


def test_the_law_of_another_day_differs_and_the_verdict_is_told_first(place) -> None:
    filed(PROPERTY)
    found = run("records", "replay", "1", "--as-of", "2013-01-01")
    assert 1 == found.exit_code
    assert "有" in found.stdout.splitlines()[0]
    assert "结论：当时 可以实施，这次 " in found.stdout.splitlines()[1]


def test_a_catalogue_is_filed_with_the_case(place, tmp_path) -> None:
    listed = tmp_path / "目录.csv"
    listed.write_text("一级目录,二级目录\n公共服务,公共安全服务\n", "utf-8")
    assert "已登记" in run("check", PROPERTY, "--record", "--by", "陆某", "--catalogue", listed).stdout
    listed.unlink()
    assert 0 == run("records", "replay", "1").exit_code


def test_a_change_is_told_by_verify_with_the_number(place) -> None:
    filed(WALL, PROPERTY)
    assert 0 == run("records", "verify").exit_code
    change(open_store(place_of(None)), "UPDATE records SET label = '可以实施' WHERE number = 1")
    found = run("records", "verify")
    assert 1 == found.exit_code
    assert "错误[PE544]: 第1号检索用的栏与内容对不上" in found.stderr
    told = envelope_in(run("records", "verify", "--format", "json").stdout)
    assert (1, "columns") == (told["results"][0]["broken"], told["results"][0]["wrong"])


def test_a_paper_is_held_to_the_record(place) -> None:
    filed(WALL)
    (row,) = open_store(place_of(None)).rows()
    assert 0 == run("records", "verify", "--against", f"1:{row.digest[:32]}").exit_code
    assert 1 == run("records", "verify", "--against", f"1:{'0' * 32}").exit_code
    assert 1 == run("records", "verify", "--against", f"2:{'0' * 32}").exit_code
    assert 2 == run("records", "verify", "--against", "1:00").exit_code


def test_a_spoilt_witness_is_a_warning(place) -> None:
    filed(WALL)
    place.with_name("记录.sqlite.head").write_text("?", "utf-8")
    found = run("records", "verify")
    assert (0, True) == (found.exit_code, "PE545" in found.stderr)


def test_an_export_is_checked_with_nothing_but_sums(place, tmp_path) -> None:
    filed(WALL, PROPERTY)
    assert 0 == run("records", "export", tmp_path / "导出.zip").exit_code
    with zipfile.ZipFile(tmp_path / "导出.zip") as copy:
        lines = copy.read("records.jsonl").splitlines()
        digests = [hashlib.sha256(line).hexdigest() for line in lines]
        assert "".join(f"{n} {d}\n" for n, d in enumerate(digests, 1)) == copy.read("digests.txt").decode()
        assert ["0" * 64, digests[0]] == [json.loads(line)["previous"] for line in lines]
        base = json.loads(lines[0])["rule_base"]["digest"]
        assert base == hashlib.sha256(copy.read(f"attachments/{base}.json")).hexdigest()


def test_a_record_that_is_not_there_is_told(place) -> None:
    filed(WALL)
    for command in ("show", "replay"):
        found = run("records", command, "7")
        assert (2, True) == (found.exit_code, "错误[PE543]: 没有第7号记录" in found.stderr)


def test_records_of_a_newer_program_are_left_alone(place) -> None:
    filed(WALL)
    change(open_store(place_of(None)), "UPDATE alembic_version SET version_num = '9999'")
    for arguments in (["records", "list"], ["records", "upgrade"], ["check", WALL, "--record", "--by", "甲"]):
        found = run(*arguments)
        assert (2, True) == (found.exit_code, "PE542" in found.stderr), arguments


@pytest.mark.parametrize(("command", "format_"), PAIRS, ids=str)
def test_each_command_keeps_to_its_format_sound_or_failing(command, format_, place) -> None:
    filed(PROPERTY)

    def told(*more: str):
        return run(*command.split(), *ARGUMENTS[command], *more, "--format", format_)

    def codes(found) -> set[str]:
        if format_ == "json":
            assert "" == found.stderr
            return codes_in("json", found.stdout)
        return {
            code for code in ("PE541", "PE903", "PE904") if code in found.stderr or "用法错误" in found.stderr
        }

    sound = told()
    assert (0, set()) == (sound.exit_code, codes(sound))
    wrong = told("--no-such-option")
    assert (2, True) == (wrong.exit_code, "PE903" in codes(wrong))
    place.write_bytes(b"no database, but long enough to be looked at " * 40)
    spoilt = told()
    assert (2, {"PE541"}) == (spoilt.exit_code, codes(spoilt))
    place.unlink()
    absent = told()
    assert (2, {"PE541"}) == (absent.exit_code, codes(absent))


def test_records_of_several_rule_bases_are_decided_again_each_by_its_own_and_told_in_order(
    place, tmp_path, monkeypatch
) -> None:
    other = tmp_path / "规则库"
    for folder in ("rules", "vocabulary", "schemas"):
        shutil.copytree(ROOT / folder, other / folder)
    law = next((other / "rules").rglob("law.yaml"))
    law.write_text(law.read_text("utf-8") + "# 另一版\n", "utf-8")
    for case in (WALL, PROPERTY):
        filed(case)
        beside = ["--rules", other / "rules", "--schemas", other / "schemas"]
        assert "已登记" in run("check", case, "--record", "--by", "陆某", *beside).stdout
    loaded = []
    monkeypatch.setattr(replaying, "read_sources", lambda files: loaded.append(1) or read_sources(files))
    found = run("records", "replay", "--all", "--format", "json")
    assert 0 == found.exit_code
    results = envelope_in(found.stdout)["results"]
    assert [(n, True, False) for n in (1, 2, 3, 4)] == [
        (one["number"], one["is_same"], one["is_reworded"]) for one in results
    ]
    assert results[0]["rule_base"] == results[2]["rule_base"] != results[1]["rule_base"]
    assert 2 == len(loaded)


def test_of_all_records_only_those_that_differ_are_listed(place) -> None:
    filed(WALL, PROPERTY)
    assert "2 份：2 份结果相同，0 份有不同" == run("records", "replay", "--all").stdout.strip()
    found = run("records", "replay", "--all", "--as-of", "2013-01-01")
    assert (1, "2 份：0 份结果相同，2 份有不同") == (found.exit_code, found.stdout.splitlines()[0])
    assert ["第1号", "第2号"] == [
        line[:3] for line in found.stdout.splitlines() if line.startswith("第") and "处不同" in line
    ]


def test_records_that_cannot_be_read_are_counted_and_the_others_decided(place) -> None:
    filed(WALL, PROPERTY)
    change(open_store(place_of(None)), "UPDATE records SET content = '{}' WHERE number = 1")
    found = run("records", "replay", "--all")
    assert (2, True) == (found.exit_code, "第1号记录的内容读不出来" in found.stderr)
    assert "2 份：1 份结果相同，0 份有不同，1 份没有审成" == found.stdout.strip()


def test_who_stops_the_deciding_again_learns_how_far_it_came(place, monkeypatch) -> None:
    filed(WALL, PROPERTY)
    decided = []

    def stop(self, *arguments):
        if decided:
            raise KeyboardInterrupt
        decided.append(1)
        return replay(self, *arguments)

    replay = replaying.Replayer.replay
    monkeypatch.setattr(replaying.Replayer, "replay", stop)
    found = run("records", "replay", "--all")
    assert (130, "") == (found.exit_code, found.stdout)
    assert "已停下：重审了 1/2 份" in found.stderr
