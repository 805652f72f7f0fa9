"""Documents read aloud: two whole copies in every format, and what every shipped document has to hold to."""

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest

import as_shipped
from cli.rich_base import TEXTS_OF, write_rich_base
from policy_engine.foundation.width import display_width
from policy_engine.reporting.aloud.copy import Block, Copy, Grid, Para
from policy_engine.reporting.aloud.html import as_html
from policy_engine.reporting.aloud.writers import as_markdown, as_text, copy_json
from policy_engine.usecases import RuleFiles, load_rule_set, read_sources, shipped_rules
from policy_engine.usecases.documents import read_aloud

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "aloud"
WRITERS = {"txt": lambda copy: as_text(copy, 80), "md": as_markdown, "html": as_html}
NORMS = """\
norms:
  - {norm: TOY-1, lines: L1, summary: 工程不得购买, answer: encoded, rules: [toy-2020.art-1]}
  - {norm: TOY-2, lines: L2, summary: 讲求绩效, answer: not_checkable, rules: [], reason: 原则，由 TOY-1 落实}
  - {norm: TOY-3, lines: L3, summary: 公开目录, answer: guidance, rules: [], where: 采购事项的字段“目录”}
"""


def copies(files: RuleFiles) -> dict[str, Copy]:
    sources = read_sources(files)
    rule_set = load_rule_set(sources)
    return {copy.document: copy for copy in read_aloud(rule_set.documents.values(), sources, rule_set)}


@pytest.fixture(scope="session")
def shipped() -> dict[str, Copy]:
    return copies(shipped_rules())


@pytest.fixture(scope="session")
def rule_set():
    return as_shipped.rule_set()


@pytest.fixture(scope="session")
def toy(tmp_path_factory) -> Copy:
    folder = tmp_path_factory.mktemp("库")
    write_rich_base(folder, {"rules/toy/toy-2020/norms.yaml": NORMS})
    return copies(RuleFiles(folder / "rules", folder / "schemas"))["toy-2020"]


@pytest.mark.every(2)
@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("name", ["toy-2020", "mof-yu-2017-87"])
def test_a_copy_is_as_written_down(name, suffix, toy, shipped, request) -> None:
    found = without_version(WRITERS[suffix]({**shipped, "toy-2020": toy}[name]))
    golden = GOLDEN / f"{name}.{suffix}"
    if request.config.getoption("--update-goldens"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == found


def without_version(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{16}\b", "（摘要）", text)


def test_the_toy_has_what_a_rule_may_have() -> None:
    # So that its copy shows everything that can be read.
    kinds = (
        "prohibit",
        "permit",
        "require",
        "recommend",
        "classify",
        "table",
        "derive",
        "impossible",
        "across",
    )
    keys = ("unless", "doubt", "overrides", "conflicts_with", "dated_by", "in_force", "due", "justified_by")
    rules = TEXTS_OF["rules/toy/toy-2020/law.yaml"]
    assert [] == [word for word in (*kinds, *keys) if f"{word}:" not in rules]


def blocks(copy: Copy) -> list[Block]:
    of_clauses = (block for clause in copy.clauses for block in clause.blocks)
    return [*(block for chapter in copy.chapters for block in chapter.blocks), *of_clauses]


def texts(copy: Copy) -> list[str]:
    """List every text of a copy but those that only its data hold."""

    def of(block: Block) -> list[str]:
        match block:
            case Para(text=text, listed=listed):
                return [text, *chain.from_iterable(map(of, listed))]
            case Grid(columns=columns, rows=rows):
                return [*columns, *chain.from_iterable(rows)]

    heads = [chapter.title for chapter in copy.chapters]
    # What stands in no provision has no place, and what was checked no caveat.
    named = [t for c in copy.clauses for t in (c.title, *filter(None, (c.caveat, c.place)))]
    facts = list(chain.from_iterable(copy.facts))
    return [copy.title, *facts, *heads, *named, *chain.from_iterable(map(of, blocks(copy)))]


def test_every_rule_is_read_exactly_once(shipped, rule_set) -> None:
    read = Counter(clause.rule for copy in shipped.values() for clause in copy.clauses)
    rules = [*rule_set.rules, *(one.rule for one in rule_set.across)]
    assert Counter(rule.id for rule in rules) == read
    for rule in rules:
        assert rule.id in {clause.rule for clause in shipped[rule.citation.document.id].clauses}


def test_no_part_of_a_copy_is_empty(shipped) -> None:
    for copy in shipped.values():
        assert [] == [c.title for c in copy.chapters if not (c.clauses or c.blocks)]
        assert [] == [clause.rule for clause in copy.clauses if len(clause.blocks) < 2]
        assert "" not in texts(copy)


def test_no_copy_shows_ids_keywords_or_python(shipped, rule_set) -> None:
    # Ids, keywords of the language and whatever Python writes of itself are in Latin letters; papers are not.
    known = set(re.findall("[A-Za-z]+", "".join(d.number + d.title for d in rule_set.documents.values())))
    for copy in shipped.values():
        for text in texts(copy):
            assert set(re.findall("[A-Za-z]+", text)) <= known, text
            assert "_" not in text


def test_every_sentence_and_every_list_is_ended(shipped) -> None:
    for copy in shipped.values():
        for block in blocks(copy):
            if isinstance(block, Para):
                assert_ended(block, last=True)


def assert_ended(para: Para, *, last: bool) -> None:
    assert para.text.endswith(
        "：" if para.listed else ("。", "？", "！", "…") if last else ("；", "。", "？")
    )
    for n, one in enumerate(para.listed):
        assert_ended(one, last=last and n == len(para.listed) - 1)
    assert "。。" not in para.text
    assert "的的" not in para.text


def test_text_keeps_to_its_columns_whatever_it_holds(shipped) -> None:
    for copy in shipped.values():
        wide = [line for line in as_text(copy, 60).splitlines() if display_width(line) > 60]
        # A mark that must not begin a line may hang over by its own width.
        assert [] == [line for line in wide if display_width(line[:-2]) > 60]


def test_text_that_is_not_broken_says_the_same(shipped) -> None:
    for copy in shipped.values():
        assert re.sub(r"\s", "", as_text(copy)) == re.sub(r"\s", "", as_text(copy, 40))


class Tags(HTMLParser):
    """Holds a page to its own tags: each that is opened is closed, and nothing is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen[tag] += 1
        assert {name for name, _ in attrs} <= {
            "id",
            "class",
            "href",
            "scope",
            "lang",
            "charset",
            "name",
            "content",
        }
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


def tags(page: str) -> Tags:
    found = Tags()
    found.feed(page)
    found.close()
    assert [] == found.open
    return found


def test_a_page_is_whole_and_needs_nothing_outside_of_it(shipped) -> None:
    for copy in shipped.values():
        page = as_html(copy)
        found = tags(page)
        assert not {"script", "link", "img", "iframe", "object"} & set(found.seen)
        assert not re.search(r"url\(|@import|https?:", page)
        assert len(found.ids) == len(set(found.ids))
        assert {link.removeprefix("#") for link in found.links} <= set(found.ids)
        assert len(list(copy.clauses)) == found.seen["article"]
        assert page.split("<style>")[1].split("</style>")[0].isascii()


def test_data_hold_what_the_page_shows(shipped) -> None:
    for copy in shipped.values():
        data = copy_json(copy)
        assert [chapter.title for chapter in copy.chapters] == [one["title"] for one in data["chapters"]]
        rules = [clause["rule"] for chapter in data["chapters"] for clause in chapter["clauses"]]
        assert [clause.rule for clause in copy.clauses] == rules
