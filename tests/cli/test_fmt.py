"""`fmt` keeps meaning and comments, is idempotent, and the shipped rules are in its form."""

from collections.abc import Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import as_shipped
from as_shipped import load_once
from effort import examples, some
from policy_engine.cli.app import app
from policy_engine.foundation.spans import Span
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import KEY_ORDER, format_rules
from policy_engine.loading.lexicon import _KEYS as TERM_KEYS
from policy_engine.loading.printing import TERM_KEY_ORDER

SOURCES = as_shipped.sources()
LINES = {
    "title": "    title: 甲   # 说明甲\n",
    "cite": "    cite: 第一条\n",
    "subject": "    subject: 采购事项\n",
    "when": "    when:\n      any:\n        # 工程\n        - {含工程: true}\n        - 打包: true\n",
    "prohibit": "    prohibit: 政府购买服务\n",
    "remedy": '    remedy: "改正"\n',
    "examples": "    examples:\n    - {name: 一, given: {含工程: true}, expect: 违反}\n",
}


@cache
def formatted(text: str) -> str:
    return format_rules(SourceText("a.yaml", text))


def without_places(part: object) -> object:
    """Everything of a checked rule but where it stands."""
    if isinstance(part, tuple):
        return tuple(without_places(inner) for inner in part)
    if isinstance(part, Mapping):
        return {key: without_places(value) for key, value in part.items()}
    if is_dataclass(part) and not isinstance(part, type):
        return tuple(without_places(getattr(part, f.name)) for f in fields_of(part) if f.name != "span")
    return None if isinstance(part, Span) else part


def test_every_key_of_a_term_has_its_place():
    assert set(TERM_KEYS) == set(TERM_KEY_ORDER)


@pytest.mark.parametrize(
    "source", some([*SOURCES.rules, *SOURCES.lexicon, *SOURCES.aggregates], 3), ids=lambda source: source.path
)
def test_formatting_a_shipped_file_twice_is_formatting_it_once(source):
    once = formatted(source.text)
    assert once == formatted(once)


def test_formatting_the_shipped_rules_changes_no_rule():
    after = replace(SOURCES, rules=tuple(SourceText(s.path, formatted(s.text)) for s in SOURCES.rules))
    before = [without_places(rule) for rule in load_once(SOURCES).rules]
    assert before == [without_places(rule) for rule in load_once(after).rules]


def test_formatting_the_shipped_lexicon_changes_no_term():
    texts = tuple(SourceText(s.path, formatted(s.text)) for s in SOURCES.lexicon)
    before, after = (load_once(s).lexicon for s in (SOURCES, replace(SOURCES, lexicon=texts)))
    assert before.terms
    assert without_places(before.terms) == without_places(after.terms)


TERM = {
    "words": "    words: [装修,  修缮]   # 说明甲\n",
    "points_to": "    points_to:\n      采购事项: {含工程: true}\n",
    "certainty": "    certainty: stated\n",
    "unless": "    unless:\n      # 头\n      after: [{set: 服务}]\n",
    "because": "    because: 是\n",
    "examples": "    examples: [甲装修, {text: 乙装修,  finds: {含工程: true}}]\n",
    "harmless": "    harmless:\n    - 丙\n",
}


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(st.permutations(list(TERM)), st.integers(0, 3))
def test_any_order_and_spacing_of_terms_comes_out_the_same(order, blanks):
    term = "".join(TERM[key] for key in order)
    gap = "\n" * blanks
    text = f"# 文件\nsets:\n  服务: [监理]\nterms:\n  - id: a.a\n{term}{gap}  # 第二条\n  - id: a.b\n{term}"
    found = formatted(text)
    assert found == formatted(found)
    keys = [
        line.strip().split(":")[0]
        for line in found.split("a.b")[0].split("\n")
        if line[:5].strip() and line[:4] == "    "
    ]
    assert list(TERM) == keys
    assert (2, 2) == (found.count("# 说明甲"), found.count("# 头"))
    assert "\n\n  # 第二条\n  - id: a.b\n" in found
    assert "{text: 乙装修, finds: {含工程: true}}" in found


def test_a_long_list_of_words_keeps_its_lines():
    text = (
        "sets:\n  服务:   # 头\n      [监理,   设计,\n   检测]\n  短: [甲]\n"
        "terms:\n- id: a.a\n  words: [装修,\n  修缮]  # 词\n"
    )
    expected = (
        "sets:\n  服务:   # 头\n    [监理, 设计,\n     检测]\n  短: [甲]\n"
        "terms:\n  - id: a.a\n    words:  # 词\n      [装修,\n       修缮]\n"
    )
    assert expected == formatted(text) == formatted(expected)


@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(st.permutations(list(LINES)), st.integers(0, 3), st.booleans())
def test_any_order_and_spacing_comes_out_the_same(order, blanks, is_padded):
    rule = "".join(LINES[key] for key in order)
    gap = "\n" * blanks
    text = f"# 文件\ndocument: law\nrules:\n  - id: law.a\n{rule}{gap}  # 第二条\n  - id: law.b\n{rule}"
    text = text.replace("\n    cite", "  \n    cite") if is_padded else text
    found = formatted(text)
    assert found == formatted(found)
    assert [k for k in KEY_ORDER if k in LINES] == [
        line.strip().split(":")[0]
        for line in found.split("law.b")[0].split("\n")
        if line.startswith("    ") and not line.startswith("     ")
    ]
    assert 2 == found.count("# 说明甲")
    assert 2 == found.count("# 工程")
    assert "\n\n  # 第二条\n  - id: law.b\n" in found


def mark(folder: Path) -> None:
    """Make a folder a rule base."""
    register = folder / "rules" / "registers" / "documents.yaml"
    register.parent.mkdir(parents=True)
    register.write_text("documents: []", encoding="utf-8")


@pytest.mark.parametrize("text", ["a: [", "a: &x 1\nb: *x", "a: 1\na: 2", "键：值", ""])
def test_what_cannot_be_read_is_told_and_left_alone(text, tmp_path, monkeypatch):
    path = tmp_path / "rules" / "x" / "a" / "law.yaml"
    path.parent.mkdir(parents=True)
    mark(tmp_path)
    path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["fmt", "rules/x/a/law.yaml"])
    assert result.exit_code in (0, 2)
    assert text == path.read_text("utf-8")
    assert (result.exit_code == 2) is ("PE0" in result.stderr or "PE831" in result.stderr)


def test_a_file_that_cannot_be_formatted_stops_no_other(tmp_path, monkeypatch):
    folder = tmp_path / "rules" / "x"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
    mark(tmp_path)
    unfinished, sound = (
        "document: law\nrules:\n  - 未写完\n",
        "document: law\nrules:\n  - {remedy: 改, id: law.a}\n",
    )
    (folder / "a" / "law.yaml").write_text(unfinished, encoding="utf-8")
    (folder / "b" / "law.yaml").write_text(sound, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["fmt"])
    assert 2 == result.exit_code
    assert "a/law.yaml:3:5" in result.stderr
    assert unfinished == (folder / "a" / "law.yaml").read_text("utf-8")
    assert "  - id: law.a\n    remedy: 改\n" in (folder / "b" / "law.yaml").read_text("utf-8")


def test_check_and_diff_change_nothing_and_plain_fmt_writes(tmp_path, monkeypatch):
    path = tmp_path / "rules" / "x" / "a" / "law.yaml"
    path.parent.mkdir(parents=True)
    mark(tmp_path)
    text = "document: law\nrules:\n  - id: law.a\n    remedy: 改\n    cite: 第一条\n"
    path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert 1 == CliRunner().invoke(app, ["fmt", "--check"]).exit_code
    assert "+    cite: 第一条" in CliRunner().invoke(app, ["fmt", "--diff"]).stdout
    assert text == path.read_text("utf-8")
    assert 0 == CliRunner().invoke(app, ["fmt"]).exit_code
    assert "document: law\nrules:\n  - id: law.a\n    cite: 第一条\n    remedy: 改\n" == path.read_text(
        "utf-8"
    )
    assert 0 == CliRunner().invoke(app, ["fmt", "--check"]).exit_code
    piped = CliRunner().invoke(app, ["fmt", "-"], input=text)
    assert "document: law\nrules:\n  - id: law.a\n    cite: 第一条\n    remedy: 改\n" == piped.stdout


def test_the_shipped_rules_are_formatted(monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])
    # What other tests here formatted is not formatted again.
    monkeypatch.setattr(
        "policy_engine.loading.formatting.format_rules", lambda source: formatted(source.text)
    )
    result = CliRunner().invoke(app, ["fmt", "--check"])
    assert 0 == result.exit_code, result.stdout


def test_a_lexicon_is_formatted_like_rules(tmp_path, monkeypatch):
    path = tmp_path / "rules" / "lexicon" / "a.yaml"
    path.parent.mkdir(parents=True)
    mark(tmp_path)
    path.write_text("terms:\n- certainty: stated\n  id: a.a\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert 1 == CliRunner().invoke(app, ["fmt", "--check"]).exit_code
    assert 0 == CliRunner().invoke(app, ["fmt", "rules/lexicon"]).exit_code
    assert "terms:\n  - id: a.a\n    certainty: stated\n" == path.read_text("utf-8")
    path.write_text("terms:\n  - 词\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["fmt"])
    assert (2, True) == (result.exit_code, "PE009" in result.stderr)
    assert "改了 0 个，没有排版 1 个" in result.stdout


def test_aggregates_are_formatted_like_rules(tmp_path, monkeypatch):
    path = tmp_path / "rules" / "aggregates" / "a.yaml"
    path.parent.mkdir(parents=True)
    mark(tmp_path)
    path.write_text(
        "aggregates:\n"
        "- title: 甲 # 说明甲\n"
        "  id: a\n"
        "  # 谁\n"
        "  by:   [采购人]\n"
        "  subject: 事项\n"
        "- {id: b, subject: 事项, title: 乙, by: [名称]}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    assert 1 == CliRunner().invoke(app, ["fmt", "--check"]).exit_code
    assert 0 == CliRunner().invoke(app, ["fmt"]).exit_code
    assert (
        "aggregates:\n"
        "  - id: a\n"
        "    title: 甲 # 说明甲\n"
        "    subject: 事项\n"
        "    # 谁\n"
        "    by: [采购人]\n"
        "\n"
        "  - id: b\n"
        "    title: 乙\n"
        "    subject: 事项\n"
        "    by: [名称]\n"
    ) == path.read_text("utf-8")
    assert 0 == CliRunner().invoke(app, ["fmt", "--check", "rules/aggregates"]).exit_code
    path.write_text("aggregates:\n  - 甲\n", encoding="utf-8")
    assert (2, True) == ((found := CliRunner().invoke(app, ["fmt"])).exit_code, "PE009" in found.stderr)


@pytest.mark.parametrize(
    "name", ["rules/registers/documents.yaml", "rules/registers/parameters", "rules/README.md"]
)
def test_a_path_without_rule_files_is_no_success(name, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])
    result = CliRunner().invoke(app, ["fmt", "--check", "rules/national", name])
    assert (2, True) == (result.exit_code, "没有规则文件" in result.stderr)


def test_a_rule_file_that_is_a_link_is_formatted_where_it_leads(tmp_path):
    shop, outside = tmp_path / "shop", tmp_path / "law.yaml"
    folder = shop / "rules" / "national" / "npc-budget-2018"
    folder.mkdir(parents=True)
    own = next(s for s in SOURCES.rules if "npc-budget-2018" in s.path)
    outside.write_text(own.text.replace("    title: ", "    title:   ", 1), encoding="utf-8")
    (folder / "law.yaml").symlink_to(outside)
    (shop / "rules" / "registers").mkdir()
    (shop / "rules" / "registers" / "documents.yaml").write_text("documents: []\n", encoding="utf-8")
    (shop / "schemas").mkdir()
    words = ["fmt", "--rules", str(shop / "rules")]
    assert "要改 1 个" in CliRunner().invoke(app, [*words, "--check"]).output
    assert 0 == CliRunner().invoke(app, words).exit_code
    assert own.text == outside.read_text("utf-8")
    assert (folder / "law.yaml").is_symlink()
