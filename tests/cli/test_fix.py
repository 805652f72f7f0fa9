"""`validate --fix` mends what can only have been meant one way, leaves every other byte, and says what remains."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner, Result

from cli.contract import envelope_in
from policy_engine.cli import mending
from policy_engine.cli.app import app
from policy_engine.usecases import fixing

LAW, FIELDS = "rules/local/my-2026-1/law.yaml", "vocabulary/事项/1-基本情况.yaml"
SARIF = Path(__file__).parents[1] / "reporting" / "data" / "sarif-2.1.0.schema.json"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["validate", *arguments], prog_name="policy-engine")


@pytest.fixture
def base(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["init"], prog_name="policy-engine")
    assert 0 == result.exit_code, result.output
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def spoil(base: Path, *changes: tuple[str, str], file: str = LAW) -> None:
    path = base / file
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8", newline="")


SLIPS = [
    ("PE010", "prohibit: 实施", "prohibbit: 实施"),
    ("PE301", "when: {已列入预算: false}", "when: {已列入算预: false}"),
    ("PE302", "at_most: {", "atmost: {"),
    ("PE309", "parameter: 期限上限", "parameter: 期限限上"),
    ("PE203", "document: my-2026-1", "document: my-2026_1"),
    ("PE102", "已列入预算: false}, expect: 违反, v", "已列入预算: 否}, expect: 违反, v"),
    ("PE102", "已列入预算: false}, expect: 违反, v", '已列入预算: "否"}, expect: 违反, v'),
    ("PE106", "as_of: 2026-01-01", "as_of: 2026年1月1日"),
    ("PE103", "given: {期限_月: 13}", "given: {期限_月: 13个月}"),
    ("PE002", "cite: 第四条", "cite：第四条"),
    ("PE002", "cite: 第四条", "cite:第四条"),
    ("PE014", "cite: 第四条", "cite: 第四\u200b条"),
]


@pytest.mark.parametrize(("code", "right", "wrong"), SLIPS, ids=[f"{s[0]}-{s[2]}" for s in SLIPS])
def test_a_slip_is_mended_to_the_byte(base, code, right, wrong):
    before = contents(base)
    spoil(base, (right, wrong))
    assert code in run().stdout
    result = run("--fix")
    assert (0, True) == (result.exit_code, f"已改[{code}] {LAW}:" in result.stdout)
    now = {name: data.replace(b'"false"', b"false") for name, data in contents(base).items()}
    assert before == now


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_file_keeps_its_encoding_and_its_ends_of_lines(base, encoding):
    path = base / LAW
    right = path.read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(right.replace("prohibit: 实施", "prohibbit: 实施").encode(encoding))
    assert "已改[PE010]" in run("--fix").stdout
    assert right.encode(encoding) == path.read_bytes()


def test_what_hides_behind_an_error_is_mended_too_and_comments_stay(base):
    spoil(base, ("rules:\n", "rules: # 这里以下\n"))
    before = contents(base)
    spoil(base, ("cite: 第四条", "cite:第四条"), ("prohibit", "prohibbit"), ("at_most: {", "atmost: {"))
    spoil(base, ("type: boolean", "type: boolaen"), file=FIELDS)
    result = run("--fix")
    assert (0, 4) == (result.exit_code, result.stdout.count("已改["))
    assert before == contents(base)


def test_what_may_have_been_meant_otherwise_is_left_and_told(base):
    spoil(base, ("when: {已列入预算: false}", "when: {未列入预算: false}"), ("at_most: {", "atmost: {"))
    before = contents(base)
    result = run("--fix")
    assert (1, 1) == (result.exit_code, result.stdout.count("已改["))
    assert "没有字段 `未列入预算`" in result.stdout
    assert before[LAW].replace(b"atmost", b"at_most") == contents(base)[LAW]


def test_a_word_of_the_language_in_a_wrong_place_is_not_respelt(base):
    spoil(base, ("    note: 【待填：换成自己文件的条文】", "    not: {已列入预算: true}"))
    before = contents(base)
    assert 1 == run("--fix").exit_code
    assert before == contents(base)


def test_a_preview_shows_the_difference_and_writes_nothing(base):
    spoil(base, ("prohibit: 实施", "prohibbit: 实施"))
    before = contents(base)
    result = run("--fix", "--dry-run")
    assert (1, before) == (result.exit_code, contents(base))
    assert "\n-    prohibbit: 实施\n+    prohibit: 实施\n" in result.stdout
    assert "会改[PE010]" in result.stdout


def test_a_preview_without_anything_to_preview_is_bad_usage(base):
    assert 2 == run("--dry-run").exit_code


def test_only_the_named_files_are_written(base):
    spoil(base, ("prohibit: 实施", "prohibbit: 实施"))
    before = contents(base)
    result = run("--fix", "rules/registers/objects.yaml")
    assert (1, before) == (result.exit_code, contents(base))


def test_rules_that_load_are_never_changed(base, monkeypatch):
    spoil(base, ("已列入预算: false}\n    prohibit", "已列入预算: no}\n    prohibit"))
    found = fixing.validate

    def as_if_loaded(*given, **more):
        left = found(*given, **more)
        return fixing.Validation(broken=left.broken, findings=left.findings, rules=3)

    monkeypatch.setattr(fixing, "validate", as_if_loaded)
    before = contents(base)
    assert 1 == run("--fix").exit_code
    assert before == contents(base)


def test_a_list_of_norms_is_mended_beside_rules_that_load(base):
    before = contents(base)
    norms = "rules/local/my-2026-1/norms.yaml"
    spoil(base, ("answer: encoded", "answer: encodded"), file=norms)
    assert 1 == run().exit_code
    assert 0 == run("--fix").exit_code
    assert before == contents(base)


def test_no_file_is_written_where_one_was_changed_meanwhile(base, monkeypatch):
    spoil(base, ("prohibit: 实施", "prohibbit: 实施"))
    spoil(base, ("type: boolean", "type: boolaen"), file=FIELDS)
    mend = mending.mend

    def slowly(*given, **more):
        made = mend(*given, **more)
        spoil(base, ("title: 期限不", "title: 合同期限不"))
        return made

    monkeypatch.setattr(mending, "mend", slowly)
    result = run("--fix")
    assert (1, True) == (result.exit_code, "PE905" in result.stdout)
    now = contents(base)
    assert b"prohibbit" in now[LAW]
    assert b"boolaen" in now[FIELDS]


def test_programs_get_the_edits_and_what_was_done(base):
    spoil(base, ("prohibit: 实施", "prohibbit: 实施"))
    (found,) = envelope_in(run("--format", "json").stdout)["diagnostics"]
    (fix,) = found["fixes"]
    (edit,) = fix["edits"]
    assert (True, "prohibit", found["place"]) == (fix["is_sure"], edit["text"], edit["place"])
    sarif = json.loads(run("--format", "sarif").stdout)
    jsonschema.validate(sarif, json.loads(SARIF.read_text("utf-8")))
    (change,) = sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert (LAW, "prohibit") == (change["artifactLocation"]["uri"], replacement["insertedContent"]["text"])
    told = envelope_in(run("--fix", "--format", "json").stdout)
    assert ([("PE010", True)], 0) == ([(r["code"], r["is_written"]) for r in told["results"]], told["exit"])
