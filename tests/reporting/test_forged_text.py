"""Whatever strings a case, a rule or a file name holds, a page has the lines of the same page with a plain word."""

import dataclasses
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

import click
import pytest
from click.testing import CliRunner
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from effort import examples
from loading.toy import TEXTS, TOY_RULES, case_in, prepared, sources_with
from policy_engine.analysis.acceptance import Sifted
from policy_engine.analysis.testing.fates import Mutations
from policy_engine.cli.app import app
from policy_engine.cli.chinese import usage_error_text
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, Related, render_all
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import joined, json_text, one_line, seen
from policy_engine.loading.costs import load_costs
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.vocabulary import load_form
from policy_engine.model.cases import Case, Declaration
from policy_engine.model.rules import Acceptance
from policy_engine.reporting import testing_page
from policy_engine.reporting.aloud.html import as_html
from policy_engine.reporting.aloud.writers import as_markdown as read_markdown
from policy_engine.reporting.aloud.writers import as_text as read_text
from policy_engine.reporting.blank_case import blank_case
from policy_engine.reporting.cost_page import cost_json, cost_page
from policy_engine.reporting.findings import FORMATS, Report, render_report
from policy_engine.reporting.page import Item, Page, Section, as_markdown, as_text, markdown_text
from policy_engine.reporting.render import VIEWS, render_decisions
from policy_engine.reporting.rule_page import rule_page
from policy_engine.reporting.sources_page import documents_lines
from policy_engine.usecases import Engine, check, load_rule_set, shipped_rules
from policy_engine.usecases.documents import read_aloud
from policy_engine.usecases.testing import run_tests

pytestmark = pytest.mark.usefixtures("spared")

PLAIN = "某甲某乙"
SHOWN_BY_MARKS = {
    "Arabic": "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
}
ENDS = ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\n\n"]
COMMANDS = ["\x1b[31m", "\x1b[2J", "\x9b2K", "\x1b]0;甲\x07", "\x08", "\x7f", "\0"]
UNSEEN = [
    "\u202e",
    "\u2066",
    "\u2069",
    "\u200b",
    "\u200d",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u061c",
    "\U000e0041",
    "\u3164",
]
MARKS = [
    "# ", "## 结论：", "- ", "* ", "1. ", "1) ", "> ", "```", "~~~", "|", "---", "===", "[甲](javascript:alert(1))",
    "![甲](http://a)", "<script>", "<!--", "&#10;", "&lt;", "\\", "`", "*", "_", "$", "http://a.cn", "    ",
    "::error ::", "##[error]", "%0A", "]]>", " " * 60, "\u3000" * 40, "结论：可以作为政府购买服务实施。", "甲",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(ENDS + COMMANDS + UNSEEN + MARKS), min_size=1, max_size=6).map("".join)
# What a rule file may hold in double quotes without being refused.
WRITABLE = st.lists(st.sampled_from(["\n", "\r", "\t", "\n\n", *MARKS]), min_size=1, max_size=6).map(
    lambda parts: "乙" + "".join(parts)
)
FORGED = "某服务\n\n（以上作废）\n\n结论：可以作为政府购买服务实施。\n## 结论"


def is_unseen(character: str) -> bool:
    if character == "\n" or character in SHOWN_BY_MARKS["Arabic"]:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs")


def assert_same_lines(plain: str, hostile: str) -> None:
    """Compare line by line: the same number, and each the same but for what stands in place of the word."""
    expected, found = plain.split("\n"), hostile.split("\n")
    assert len(expected) == len(found)
    for written, line in zip(expected, found, strict=True):
        assert re.fullmatch(re.escape(written).replace(re.escape(PLAIN), ".*"), line)
    assert [] == [c for c in hostile if is_unseen(c)]


def assert_no_markup(text: str) -> None:
    """Demand that Markdown shows each line of others' text as it is, but for the marks that the writer set."""
    for line in text.split("\n"):
        content = re.sub(r"^\s*(#{1,2} |- |\d+\. )?", "", line, count=1)
        if content in ("", "---"):
            continue
        bare = (
            re.sub(r"\\[!-/:-@\[-`{-~]", "", content.removesuffix("  "))
            .replace("&lt;", "")
            .replace("&amp;", "")
        )
        assert not re.search(r"[`*_\[\]<|~#]|&(?!nbsp;)", bare)
        assert not re.search(r"https?://|www\.", bare)
        assert not re.match(r"[-+=>]([-=\s]|$)|\d+[.)](\s|$)|\s", content)


# The text itself


@given(HOSTILE | st.text())
@example("\n")
def test_line_stays_one_line_in_which_everything_is_seen(text: str) -> None:
    found = one_line(text)
    assert "\n" not in found
    assert [] == [c for c in found if is_unseen(c)]
    assert found == one_line(found)


def test_no_unseen_character_is_left_out() -> None:
    every = [chr(n) for n in range(0x110000)]
    assert [] == [f"{ord(c):X}" for c in every if is_unseen(c) and one_line(f"甲{c}乙") == f"甲{c}乙"]


def test_ordinary_text_is_left_as_it_is() -> None:
    for text in (
        "机关物业服务　浙江省",
        "合同期限_月 = 12（填报）",
        "〔2016〕49号 “引文” 《办法》",
        "👍🏽 café 葛\U000e0100",
        "    含工程: true",
    ):
        assert text == one_line(text)


def test_what_is_folded_says_what_it_was() -> None:
    assert "甲␤乙⟨U+202E⟩⟨U+001B⟩[31m" == one_line("甲\r\n乙\u202e\x1b[31m\n")
    assert "甲⟨空白×70⟩结论" == one_line("甲" + " " * 70 + "结论")
    assert "⟨::⟩error::甲" == one_line("  ::error::甲")


@given(HOSTILE | st.text(st.characters(exclude_categories=[])))
def test_json_escapes_what_is_unseen_and_changes_nothing(text: str) -> None:
    found = json_text({"甲": [text]})
    assert {"甲": [text]} == json.loads(found)
    assert [] == [c for c in found if is_unseen(c)]


# Pages


def pages(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Page]:
    items = st.recursive(
        st.builds(Item, texts),
        lambda inner: st.builds(Item, texts, st.lists(inner, max_size=2).map(tuple)),
        max_leaves=5,
    )
    sections = st.builds(Section, texts, st.lists(items, max_size=3).map(tuple), st.booleans())
    footers = st.lists(texts, max_size=2).map(tuple)
    return st.builds(
        Page,
        texts,
        st.lists(sections, max_size=3).map(tuple),
        footers,
        st.just("") | texts.map("案件：{}".format),
    )


def plainly(page: Page) -> Page:
    def item(one: Item) -> Item:
        return Item(PLAIN, tuple(map(item, one.details)))

    sections = tuple(Section(PLAIN, tuple(map(item, s.items)), s.is_numbered) for s in page.sections)
    return Page(PLAIN, sections, tuple(PLAIN for _ in page.footer), f"案件：{PLAIN}" if page.subtitle else "")


@settings(max_examples=examples(300))
@given(pages(HOSTILE))
def test_page_has_the_lines_of_the_plain_page(page: Page) -> None:
    for write in (as_text, as_markdown):
        assert_same_lines(write(plainly(page)), write(page))
    assert_no_markup(as_markdown(page))


# Opinions

CASE = """\
name: 某
as_of: 2026-01-15
declaration: {no_other_circumstances: true, by: 某}
采购事项:
  购买内容: 某
  含工程: {value: true, source: 某}
  采购标的: {unknown: 某}
"""


def with_text(case: Case, text: str) -> Case:
    """Put one text wherever an official may write one."""
    subjects = {
        subject: MappingProxyType(
            {
                name: dataclasses.replace(
                    fact,
                    source=text if fact.source else "",
                    reason=text if fact.reason else "",
                    value=text if fact.value == "某" else fact.value,
                )
                for name, fact in facts.items()
            }
        )
        for subject, facts in case.subjects.items()
    }
    return dataclasses.replace(
        case,
        name=text,
        declaration=Declaration(by=text, span=case.span),
        subjects=MappingProxyType(subjects),
        span=dataclasses.replace(case.span, path=text),
    )


def opinion(text: str, view: str, format_: str) -> str:
    case = with_text(case_in(CASE), text)
    decisions = [check(TOY_RULES, one, Engine.COMPILED) for one in (case, case)]
    return render_decisions(decisions, TOY_RULES, view, format_)


@pytest.mark.parametrize("view", VIEWS)
@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip))
@example(FORGED)
def test_no_text_of_a_case_forges_an_opinion(view: str, text: str) -> None:
    # In the auditor's command line a path that needs quotes has them.
    plain = opinion(PLAIN, view, "text").replace(f"check {PLAIN}", f"check .*{PLAIN}")
    found = opinion(text, view, "text")
    assert len(plain.split("\n")) == len(found.split("\n"))
    assert 2 == sum(line.lstrip().startswith("结论：") for line in found.split("\n"))
    if view != "auditor":
        assert_same_lines(plain, found)
    assert [] == [c for c in found if is_unseen(c)]


@pytest.mark.parametrize("view", VIEWS)
@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip))
@example(FORGED)
@example("[点这里](javascript:alert(1))")
def test_no_text_of_a_case_forges_a_block_of_markdown(view: str, text: str) -> None:
    plain, found = opinion(PLAIN, view, "markdown"), opinion(text, view, "markdown")
    assert len(plain.split("\n")) == len(found.split("\n"))
    assert headings(plain) == headings(found)
    assert_no_markup(found)


def headings(markdown: str) -> list[str]:
    return [line for line in markdown.split("\n") if line.startswith("#")]


@given(HOSTILE.filter(str.strip))
def test_data_of_an_opinion_keep_the_text(text: str) -> None:
    found = opinion(text, "official", "json")
    assert [] == [c for c in found if is_unseen(c)]
    assert text in json.dumps(json.loads(found), ensure_ascii=False) or text in strings(json.loads(found))


def strings(data: object) -> list[str]:
    match data:
        case str():
            return [data]
        case dict():
            return [s for pair in data.items() for part in pair for s in strings(part)]
        case list():
            return [s for part in data for s in strings(part)]
        case _:
            return []


# Rule bases: every text of a rule file, a document, a field

WRITTEN = (
    "工程不得购买",
    "第一条",
    "示例令第1号",
    "示例办法",
    "示例部",
    "工程按工程采购",
    "合同期限",
    "工程",
    "价格",
)


def with_rule_text(word: str, text: str, files: Mapping[str, str] = TEXTS) -> Mapping[str, str]:
    """Write a text in place of a word that stands alone in the toy's files."""
    quoted = json.dumps(text, ensure_ascii=False)
    alone = re.compile(rf'(?<=: )"?{word}"?(?=[,}}\n])|(?<=[\[ ])"?{word}"?(?=[,\]])|"{word}"')
    return {name: alone.sub(lambda _: quoted, content) for name, content in files.items()}


def all_pages(files: Mapping[str, str]) -> list[str]:
    compiled = prepared(files)
    rule_set = compiled.rule_set
    case = dataclasses.replace(case_in(CASE), name="")
    decision = check(compiled, case, Engine.COMPILED)
    found = run_tests(compiled, {rule.id for rule in rule_set.rules}, ())
    return [
        *(
            render_decisions([decision], compiled, view, format_)
            for view in VIEWS
            for format_ in ("text", "markdown")
        ),
        *(write(rule_page(rule, rule_set)) for rule in rule_set.rules for write in (as_text, as_markdown)),
        *read_pages(files),
        joined(documents_lines(rule_set)),
        joined(testing_page.testing_lines(found, Mutations(), compiled, is_verbose=True)),
    ]


def read_pages(files: Mapping[str, str]) -> list[str]:
    sources = sources_with(files)
    rule_set = load_rule_set(sources)
    copies = [*read_aloud(rule_set.documents.values(), sources, rule_set)]
    return [write(copy) for copy in copies for write in (read_text, read_markdown, as_html)]


@pytest.mark.every(3)
@pytest.mark.parametrize("word", WRITTEN)
@settings(max_examples=examples(40))
@given(text=WRITABLE)
@example(text=f"乙{FORGED}")
def test_no_text_of_a_rule_base_adds_a_line_to_any_page(word: str, text: str) -> None:
    try:
        hostile = all_pages(with_rule_text(word, text))
    except DiagnosticsError:
        assume(False)
    plain = all_pages(with_rule_text(word, PLAIN))
    assert [page.count("\n") for page in plain] == [page.count("\n") for page in hostile]
    assert [] == [c for page in hostile for c in page if is_unseen(c)]


@pytest.mark.parametrize("word", WRITTEN)
@settings(max_examples=examples(40))
@given(text=WRITABLE)
@example(text=f"乙{FORGED}")
@example(text="乙</p><script>alert(1)</script><p class='sign'>&#x7532;")
@example(text='乙"><a href="http://a.cn">')
def test_no_text_of_a_rule_base_is_markup_in_a_document_to_print(word: str, text: str) -> None:
    try:
        _, markdown, page = read_pages(with_rule_text(word, text))[:3]
    except DiagnosticsError:
        assume(False)
    _, plain, plain_page = read_pages(with_rule_text(word, PLAIN))[:3]
    assert tags_of(plain_page) == tags_of(page)
    assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", page)
    assert len(headings(plain)) == len(headings(markdown))
    assert_no_markup("\n".join(without_marks(markdown)))


def tags_of(page: str) -> list[str]:
    # How a cell is broken depends on its length.
    return re.findall(r"<[^>]*>", page.replace('<td class="short">', "<td>"))


def without_marks(markdown: str) -> list[str]:
    """Take the writer's own marks off the lines of a copy: headings of the third order, borders of tables."""
    lines = (line for line in markdown.split("\n") if not re.fullmatch(r"\|( --- \|)+", line))
    bare = (re.sub(r"^### |^\| | \|$", "", line) for line in lines)
    return [re.sub(r"(?<!\\) \| ", " ", line) for line in bare]


def test_texts_of_a_rule_base_are_really_replaced() -> None:
    shown = "\n".join(all_pages(with_rule_text("工程不得购买", f"乙{FORGED}")))
    assert "乙某服务␤␤（以上作废）␤␤结论：可以作为政府购买服务实施。␤## 结论" in shown


@settings(max_examples=examples(40))
@given(text=WRITABLE)
def test_report_of_tests_in_xml_keeps_its_tests(text: str) -> None:
    compiled = prepared(with_rule_text("第一条", text))
    found = run_tests(compiled, {rule.id for rule in compiled.rule_set.rules}, ())
    root = ET.fromstring(testing_page.testing_junit(found))
    assert len(found.examples) == len(root.findall(".//testcase"))
    assert [] == [
        c for case in root.iter("testcase") for c in case.attrib["name"] if is_unseen(c) or c == "\n"
    ]


# Findings in every format


def report(text: str) -> Report:
    span = Span(path=text, line=0, column=0, end_line=0, end_column=2)
    other = Span(path=text, line=1, column=1, end_line=1, end_column=2)
    found = Diagnostic(
        code="PE501",
        message=text,
        help=text,
        span=span,
        related=(Related(text, other),),
        rules=(text,),
        witness=text,
    )
    accepted = dataclasses.replace(found, code="PE601", witness="")
    sifted = Sifted(
        (found, found), ((accepted, Acceptance(code="PE601", because=text, until=739000, span=span)),)
    )
    return Report(
        command="validate", findings=sifted, sources={text: text}, places={text: text}, summary=text
    )


def in_format(text: str, format_: str) -> str:
    return render_report(report(text), format_)


def without_snippets(shown: str) -> list[str]:
    return [line for line in shown.split("\n") if not re.match(r"\d* +\|", line)]


@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip))
@example(FORGED)
def test_no_text_of_a_finding_adds_a_line_to_a_report(text: str) -> None:
    for format_, write in FORMATS.items():
        found = write(report(text))
        assert [] == [c for c in found if is_unseen(c)], format_
    heads = [line for line in in_format(text, "text").split("\n") if line.startswith(("错误[", "警告["))]
    assert 2 == len(heads)
    lines = in_format(text, "github").split("\n")
    assert 4 == len(lines)
    assert [True, True, False, False] == [line.lstrip().startswith("::") for line in lines]
    assert all(re.fullmatch(r"::error [^:\n]*::[^\n]*", line) for line in lines[:2])


@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip))
def test_no_text_of_a_finding_adds_an_element_to_machine_formats(text: str) -> None:
    root = ET.fromstring(in_format(text, "junit"))
    assert ["failure", "failure", "skipped"] == [e.tag for case in root.iter("testcase") for e in case]
    (run,) = json.loads(in_format(text, "sarif"))["runs"]
    assert 3 == len(run["results"])
    assert not any(re.search(r"(?<!\\)\]\(", result["message"]["text"]) for result in run["results"])
    assert text == json.loads(in_format(text, "json"))["diagnostics"][0]["message"]


@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip))
def test_no_error_message_has_more_lines_than_it_needs(text: str) -> None:
    diagnostics = report(text).findings.open
    plain = without_snippets(render_all(report(PLAIN).findings.open, {}))
    assert_same_lines("\n".join(plain), "\n".join(without_snippets(render_all(diagnostics, {}))))
    assert 1 == len(usage_error_text(click.UsageError(f"没有 `{text}`")).split("\n"))


def test_long_path_is_shown_by_both_ends() -> None:
    span = Span(path="甲" * 5000 + "/末.yaml", line=0, column=0, end_line=0, end_column=0)
    assert len(span.place) < 300
    assert span.place.endswith("/末.yaml:1:1")


# Costs


def written(write: Callable[[Page], str], text: str) -> str:
    comparison = dataclasses.replace(COMPARISON, name=text)
    return write(cost_page(comparison))


def _comparison():
    problems = Problems()
    path = shipped_rules().schemas / "cost.schema.json"
    form = load_form(SourceText("cost.schema.json", path.read_text("utf-8")), problems)
    assert form is not None
    (found,) = load_costs(
        SourceText("cost.yaml", f"比较说明: {PLAIN}\n增配人员_人: 1\n人员年支出_万元: 2\n"), form
    )
    return found


COMPARISON = _comparison()


@given(HOSTILE.filter(str.strip))
@example(FORGED)
def test_no_name_forges_a_comparison_of_costs(text: str) -> None:
    for write in (as_text, as_markdown):
        assert_same_lines(written(write, PLAIN), written(write, text))
    assert_no_markup(written(as_markdown, text))
    assert text == json.loads(json_text(cost_json(dataclasses.replace(COMPARISON, name=text))))["name"]


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_says_how_many_findings_it_leaves_out(format_: str) -> None:
    span = Span(path="甲.yaml", line=0, column=0, end_line=0, end_column=1)
    found = tuple(Diagnostic(code="PE501", message="没有", span=span) for _ in range(1020))
    shown = render_report(Report(command="validate", findings=Sifted(found, ()), sources={}), format_)
    assert 20 <= shown.count("PE501") < 200
    assert "1,000" in shown or '"more": 1000' in shown


# Blank cases and the editor


@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip))
def test_no_text_of_a_field_adds_a_line_to_a_blank_case(text: str) -> None:
    subject = TOY_RULES.rule_set.vocabulary.subjects["采购事项"]

    def blank(word: str) -> list[str]:
        fields = {
            f.name: dataclasses.replace(
                f, title=word, description=word, supplier=word, name=f"{f.name}{word}"
            )
            for f in subject.fields.values()
        }
        renamed = dataclasses.replace(subject, description=word, fields=MappingProxyType(fields))
        return blank_case(renamed, word).split("\n")

    keys = [line for line in blank(text) if line.strip() and not line.lstrip().startswith("#")]
    assert len(keys) == sum(1 for line in blank(PLAIN) if line.strip() and not line.lstrip().startswith("#"))
    assert [] == [c for line in blank(text) for c in line if is_unseen(c)]


@settings(max_examples=examples(150))
@given(HOSTILE.filter(str.strip) | st.text())
def test_markdown_of_one_text_is_one_line_without_marks(text: str) -> None:
    found = markdown_text(text)
    assert "\n" not in found
    assert_no_markup(found)


def test_line_of_a_difference_keeps_its_blanks_and_shows_what_is_unseen() -> None:
    assert "+  甲" + " " * 40 + "⟨U+202E⟩乙" == seen("+  甲" + " " * 40 + "\u202e乙")


# Every command, driven with a hostile rule base on disk


def on_disk(folder: Path, word: str) -> list[str]:
    """Lay out the toy with a word in all its texts and run each command that prints it."""
    files = dict(TEXTS)
    for name in WRITTEN[:6]:
        files = {file: with_rule_text(name, word, files)[file] for file in files}
    rules, schemas = folder / "rules", folder / "schemas"
    for name, content in files.items():
        home = schemas if name.endswith(".json") else rules / "registers"
        path = {
            "rules.yaml": rules / "toy" / "toy-2020" / "law.yaml",
            "parameters.yaml": home / "parameters" / name,
        }.get(name, home / name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (folder / "case.yaml").write_text("采购事项: {含工程: true}\n", encoding="utf-8")
    base = ["--rules", str(rules), "--schemas", str(schemas)]
    commands = [
        ["rules", "list", *base],
        ["rules", "show", "toy-2020.art-1", *base],
        ["rules", "coverage", *base],
        ["rules", "read", "toy-2020", "--format", "markdown", *base],
        ["rules", "read", "toy-2020", "--format", "html", *base],
        ["sources", "list", *base],
        ["test", "--verbose", *base],
        ["check", str(folder / "case.yaml"), *base],
        ["check", str(folder / "case.yaml"), "--view", "developer", "--format", "markdown", *base],
        ["validate", *base],
    ]
    shown = [CliRunner().invoke(app, command) for command in commands]
    # The base loads: a page of complaints would say nothing of what the others print.
    assert {2, 4}.isdisjoint(r.exit_code for r in shown)
    return [r.stdout + r.stderr for r in shown]


def test_no_command_prints_a_line_that_a_rule_base_forged(tmp_path: Path) -> None:
    plain = on_disk(tmp_path / PLAIN, PLAIN)
    hostile = on_disk(tmp_path / "乙结论", f"乙\r{FORGED}\t[甲](javascript:1)")
    # The lints of `validate`, which comes last, read the words themselves.
    assert [page.count("\n") for page in plain[:-1]] == [page.count("\n") for page in hostile[:-1]]
    assert all("␤" in page for page in hostile[:2])
    forged = [
        line
        for page in hostile
        for line in page.split("\n")
        if line.startswith(("结论：可以", "## 结论", "（以上"))
    ]
    assert [] == forged
    assert [] == [c for page in hostile for c in page if is_unseen(c)]


CATALOGUE = """\
catalogue: {title: WORD, number: WORD, issuer: WORD, area: 全国, covers: 本级, source: WORD}
entries:
  - {first: WORD, second: WORD, third: [WORD]}
"""


def compared(folder: Path, word: str) -> list[str]:
    """Run what compares, proves and looks up, on a plain base beside one with a word in all its texts."""
    on_disk(folder / "旧", PLAIN)
    on_disk(folder / "新", word)
    quoted = json.dumps(word, ensure_ascii=False)
    (folder / "目录.yaml").write_text(CATALOGUE.replace("WORD", quoted), encoding="utf-8")
    case = f"name: {quoted}\n采购事项: {{含工程: {{value: true, source: {quoted}}}}}\n"
    (folder / "案件.yaml").write_text(case, encoding="utf-8")
    rules, schemas = str(folder / "新" / "rules"), str(folder / "新" / "schemas")
    base = ["--rules", rules, "--schemas", schemas]
    looked_up = ["check", str(folder / "案件.yaml"), "--catalogue", str(folder / "目录.yaml"), *base]
    commands = [
        ["diff", str(folder / "旧"), str(folder / "新")],
        ["diff", str(folder / "旧"), str(folder / "新"), "--format", "markdown"],
        ["analyse", *base],
        ["analyse", "--format", "github", *base],
        ["catalogue", "--file", str(folder / "目录.yaml"), *base],
        [*looked_up, "--what-if", "--reasons"],
        [*looked_up, "--what-if", "--reasons", "--format", "markdown", "--view", "auditor"],
    ]
    shown = [CliRunner().invoke(app, command) for command in commands]
    assert {4} & {r.exit_code for r in shown} == set()
    return [r.stdout + r.stderr for r in shown]


def test_no_comparison_proof_or_lookup_prints_a_line_that_was_forged(tmp_path: Path) -> None:
    plain = compared(tmp_path / PLAIN, PLAIN)
    hostile = compared(tmp_path / "乙", f"乙\r{FORGED}\t[甲](javascript:1)")
    # Compared with itself the plain base has no differences of wording to list.
    assert [page.count("\n") for page in plain[2:]] == [page.count("\n") for page in hostile[2:]]
    starts = [line.lstrip("#- 0123456789.") for page in hostile for line in page.split("\n")]
    assert not any(start.startswith(("结论：可以", "（以上")) for start in starts)
    assert not any("](javascript" in page for page in (hostile[1], hostile[-1]) if "\\](" not in page)
    assert [] == [c for page in hostile for c in page if is_unseen(c)]
