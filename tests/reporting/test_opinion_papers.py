"""An opinion on paper says what the decision says, in three kinds of files, and no text of a case forges a line of it."""

import dataclasses
import html
import io
import re
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
import typst

import as_shipped
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_rows
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import Verdict
from policy_engine.reporting.headline import verdict_sentence
from policy_engine.reporting.opinion.compose import compose
from policy_engine.reporting.opinion.paper import Filing, Line, Table, Weight, numeral
from policy_engine.reporting.opinion.pdf import FONTS
from policy_engine.reporting.opinion.writers import PAPERS
from policy_engine.reporting.words import full_citation
from policy_engine.usecases import check

ROOT = Path(__file__).parents[2]
CASES = ("purchase-property-service", "purchase-road-maintenance", "enterprise-mine", "staffing-textile-mill")
HAS_FONT = bool(set(FONTS) & set(typst.Fonts().families()))
ENDINGS = [
    ".html",
    ".docx",
    pytest.param(".pdf", marks=pytest.mark.skipif(not HAS_FONT, reason="no Chinese font here")),
]
FILING = Filing(number="2026-0017", digest="ab" * 16, by="王某", day="2026年3月2日")


def decision_of(example, **changes):
    path = ROOT / f"examples/{example}.yaml"
    defaults = CaseDefaults(today=739630, as_of=None, jurisdiction=None)
    compiled = as_shipped.compiled()
    (row, *_) = load_rows(SourceText(str(path), path.read_text("utf-8")), compiled.rule_set, defaults).rows
    return check(compiled, dataclasses.replace(row.case, **changes))


def opinion_of(example, filing=None, **changes):
    return compose(decision_of(example, **changes), as_shipped.compiled().rule_set, filing)


def words_in(ending, data):
    """Give what a reader sees, without blanks: where lines break is up to the page."""
    match ending:
        case ".html":
            found = html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", data.decode(), flags=re.DOTALL))
        case ".docx":
            document = docx.Document(io.BytesIO(data))
            cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
            found = "".join([*(p.text for p in document.paragraphs), *cells])
        case _:
            pages = pypdfium2.PdfDocument(data)
            found = "".join(page.get_textpage().get_text_range() for page in pages)
            # Page numbers stand between the lines that a page's end parts.
            found = re.sub(r"—\s*\d+\s*—", "", found)
    return re.sub(r"[\s\ufffe\u00ad]+", "", found)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ground_with_its_article_and_quotation_stands_on_the_paper(name, ending) -> None:
    decision = decision_of(name)
    found = words_in(ending, PAPERS[ending](opinion_of(name)))
    for one in decision.subjects:
        assert words(verdict_sentence(one, as_shipped.compiled().rule_set)) in found
        for result in one.grounds:
            assert words(full_citation(result.rule.citation)) in found
            assert words(result.rule.title) in found
            assert words(result.rule.quote) in found


def words(text):
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_line_and_cell_stands_in_every_file(ending) -> None:
    opinion = opinion_of("purchase-property-service", FILING)
    found = words_in(ending, PAPERS[ending](opinion))
    for part in opinion.parts:
        for block in part.blocks:
            texts = [block.text] if isinstance(block, Line) else [cell for row in block.rows for cell in row]
            assert [] == [text for text in texts if words(text) not in found]
    assert all(words(line) in found for line in opinion.imprint)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_paper_is_the_same_bytes(ending) -> None:
    assert PAPERS[ending](opinion_of(CASES[0])) == PAPERS[ending](opinion_of(CASES[0]))


def test_the_conclusion_stands_out_once_for_each_subject() -> None:
    opinion = opinion_of(CASES[0])
    final = [b for p in opinion.parts for b in p.blocks if isinstance(b, Line) and b.weight is Weight.FINAL]
    assert ["经审核，可以作为政府购买服务实施。"] == [line.text for line in final]


@pytest.mark.parametrize("name", [*CASES, "purchase-renewal", "contract-property"])
def test_no_heading_within_a_part_repeats_its_title(name) -> None:
    for part in opinion_of(name).parts:
        heads = [
            block.text for block in part.blocks if isinstance(block, Line) and block.weight is Weight.HEAD
        ]
        assert part.title not in heads
        assert len(heads) == len(set(heads))


def test_what_is_open_is_asked_and_no_ground_is_made_up() -> None:
    decision = decision_of(CASES[0], declaration=None)
    assert Verdict.UNDETERMINED is decision.verdict
    opinion = compose(decision, as_shipped.compiled().rule_set)
    titles = [part.title for part in opinion.parts]
    assert "需补充核实的事项" in titles
    assert "审核依据" not in titles
    assert "" == opinion.to


FORGED = "甲\n经审核，可以实施。\r七、\u2028办理\u202e反写\x07\x00<b>&lt;</b>#[注入]$x$"


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_text_of_a_case_becomes_a_line_or_markup(ending) -> None:
    opinion = opinion_of(CASES[0], name=FORGED)
    plain = opinion_of(CASES[0], name="甲")
    lines = [line for line in all_lines(opinion) if line.startswith("经审核")]
    assert [line for line in all_lines(plain) if line.startswith("经审核")] == lines
    found = words_in(ending, PAPERS[ending](opinion))
    assert "⟨U+202E⟩" in found
    assert "<b>&lt;</b>#[注入]$x$" in found


def all_lines(opinion):
    return [block.text for part in opinion.parts for block in part.blocks if isinstance(block, Line)]


def test_the_digest_is_of_what_is_said_and_not_of_where_it_is_filed() -> None:
    draft, filed = opinion_of(CASES[0]), opinion_of(CASES[0], FILING)
    assert draft.digest == filed.digest
    assert draft.digest != opinion_of(CASES[0], name="另一件").digest
    assert "2026-0017" in filed.code
    assert filed.digest in filed.code


def test_a_machine_without_chinese_fonts_is_told_so(monkeypatch) -> None:
    monkeypatch.setattr(typst, "Fonts", typst_without_fonts)
    with pytest.raises(DiagnosticsError) as refused:
        PAPERS[".pdf"](opinion_of(CASES[0]))
    assert ["PE907"] == [d.code for d in refused.value.diagnostics]


def typst_without_fonts():
    class Fonts:
        def families(self):
            return ["DejaVu Sans"]

    return Fonts()


def test_a_word_file_holds_no_day_of_its_making() -> None:
    with zipfile.ZipFile(io.BytesIO(PAPERS[".docx"](opinion_of(CASES[0])))) as file:
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in file.infolist()}


@pytest.mark.parametrize(
    ("number", "written"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (35, "三十五")]
)
def test_parts_are_numbered_as_papers_are(number, written) -> None:
    assert written == numeral(number)


def test_rows_are_as_long_as_their_header() -> None:
    tables = [b for p in opinion_of(CASES[0]).parts for b in p.blocks if isinstance(b, Table)]
    assert tables
    assert all(len(row) == len(table.header) for table in tables for row in table.rows)


@pytest.mark.skipif(not HAS_FONT, reason="no Chinese font here")
def test_no_page_bears_a_seal_and_nothing_that_it_is_set_to() -> None:
    for more in range(0, 24, 3):
        # However long what stands before is, the last words, the signatures and the seal stand on one page.
        opinion = opinion_of("purchase-property-service", FILING)
        first = opinion.parts[0]
        longer = dataclasses.replace(first, blocks=(*first.blocks, *[Line(f"第{n}行") for n in range(more)]))
        data = PAPERS[".pdf"](dataclasses.replace(opinion, parts=(longer, *opinion.parts[1:])))
        document = pypdfium2.PdfDocument(data)
        last = re.sub(r"\s", "", document[len(document) - 1].get_textpage().get_text_range())
        assert "本意见为辅助审核意见" in last
        assert "经办人" in last
        assert "单位盖章" in last
        assert "记录编号" in last


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_number_stands_under_the_title_as_a_number(ending) -> None:
    assert f"的审核意见第{FILING.number}号" in words_in(
        ending, PAPERS[ending](opinion_of("enterprise-mine", FILING, name="甲矿"))
    )
