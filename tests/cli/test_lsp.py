"""The language server explains, finds, completes and complains, in UTF-16 positions, and survives broken files."""

import asyncio
import shutil
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from policy_engine.cli.positions import column_of, path_of, units_of
from policy_engine.usecases import RuleFiles, shipped_rules
from policy_engine.usecases.editing import (
    Workshop,
    definition_at,
    diagnostics_of,
    hover_at,
    rules_in,
    subject_at,
    word_at,
)
from policy_engine.usecases.suggesting import suggestions_at

FILE = "rules/national/mof-order-102-2020/law.yaml"
TEXT = (shipped_rules().rules / "national" / "mof-order-102-2020" / "law.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def bench():
    return Workshop(shipped_rules()).bench({})


def place(text: str, words: str, inside: str) -> tuple[int, int]:
    """Find a position inside some words of a text."""
    at = text.index(words) + words.index(inside)
    return text[:at].count("\n"), at - text.rfind("\n", 0, at) - 1


def test_words_subjects_and_units():
    assert "含工程" == word_at("  when: {含工程: true}", 0, 10)
    assert "" == word_at("a", 5, 0)
    line, _ = place(TEXT, "when: {融资: true}", "融资")
    assert "采购事项" == subject_at(TEXT, line)
    text = "𠮷甲: x"
    assert (0, 2, 3) == tuple(units_of([text], 0, n) for n in (0, 1, 2))
    assert [0, 1, 2] == [column_of(text, 0, units) for units in (0, 2, 3)]


def test_hover_tells_a_field_a_rule_a_document_an_object_and_a_keyword(bench):
    assert "由法制审核人员提供" in hover_at(bench, TEXT, *place(TEXT, "when: {融资: true}", "融资"))
    norm = hover_at(bench, TEXT, *place(TEXT, "id: art-14\n", "art"))
    assert "第十四条" in norm
    assert "可以实施政府购买服务" in norm
    assert "政府购买服务管理办法" in hover_at(bench, TEXT, *place(TEXT, "document: mof-order", "mof"))
    assert "违反即不得实施" in hover_at(bench, TEXT, *place(TEXT, "prohibit: 政府购买服务", "政府"))
    assert "适用条件" == hover_at(bench, TEXT, *place(TEXT, "when: {融资: true}", "when"))
    assert "" == hover_at(bench, TEXT, 99999, 0)


def test_definitions_lead_to_the_schema_the_rule_and_the_register(bench):
    field = definition_at(bench, TEXT, *place(TEXT, "when: {融资: true}", "融资"))
    assert "vocabulary/采购事项/6-融资.yaml" == field.path
    assert "name: 融资" in bench.real(field.path).read_text("utf-8").split("\n")[field.line]
    rule = definition_at(bench, TEXT, *place(TEXT, "id: art-14\n", "art"))
    assert "id: art-14" in TEXT.split("\n")[rule.line]
    name = definition_at(bench, TEXT, *place(TEXT, "meets: 第十四条的条件", "第十四条"))
    assert "name: 第十四条的条件" in TEXT.split("\n")[name.line]
    document = definition_at(bench, TEXT, *place(TEXT, "document: mof-order", "mof"))
    assert "rules/registers/documents.yaml" == document.path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    prohibit: ", "政府购买服务"),
        ("    when: {采购标的: ", "工程"),
        ("    when: {含工程: ", "true"),
        ("    when: {合同期限_月: ", "{at_least: }"),
        ("    when: {", "含工程"),
        ("    due: ", "履约"),
        ("    subject: ", "服务合同"),
        ("    when: {meets: ", "第十四条的条件"),
        ("    when: {购买主体类型: ", "参照执行的单位"),
        ("    ", "remedy"),
        ("      - {rule: ", "mof-order-102-2020.art-14"),
    ],
)
def test_suggestions_fit_the_place(bench, line, expected):
    text = (
        f"document: mof-order-102-2020\nrules:\n  - id: mof-order-102-2020.x\n    subject: 采购事项\n{line}"
    )
    assert expected in [s.word for s in suggestions_at(bench, text, 4, len(line))]


def test_unsaved_texts_are_what_is_diagnosed(tmp_path):
    files = RuleFiles(tmp_path / "rules", tmp_path / "schemas")
    shutil.copytree(shipped_rules().rules, files.rules)
    shutil.copytree(shipped_rules().schemas, files.schemas)
    shop = Workshop(files)
    assert {} == diagnostics_of(shop.bench({}), 740000)
    broken = {tmp_path / FILE: TEXT.replace("融资: true", "融姿: true", 1)}
    bench = shop.bench(broken)
    (found,) = diagnostics_of(bench, 740000)[FILE]
    assert "PE301" == found.code
    assert hover_at(bench, TEXT, *place(TEXT, "document: mof-order", "mof"))
    for text in ("", ":", "{", "rules: [", "\x00", "a" * 10000, "- " * 300):
        worse = shop.bench({tmp_path / FILE: text})
        assert diagnostics_of(worse, 740000)
        assert isinstance(suggestions_at(worse, text, 0, 1), list)


def test_the_rules_of_a_file_are_listed(bench):
    assert "mof-order-102-2020.art-14" in [rule.id for rule in rules_in(bench, FILE)]


def test_paths_with_chinese_names_survive_uris(tmp_path):
    path = tmp_path / "规则 库.yaml"
    assert path == path_of(path.as_uri())


@pytest.mark.broad
def test_the_server_works_over_standard_streams(tmp_path):
    shutil.copytree(shipped_rules().rules, tmp_path / "rules")
    shutil.copytree(shipped_rules().schemas, tmp_path / "schemas")
    uri = (tmp_path / FILE).as_uri()
    asyncio.run(asyncio.wait_for(talk(uri), timeout=60))


async def talk(uri: str) -> None:
    client = LanguageClient("test", "1")
    published: asyncio.Queue = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def told(params: types.PublishDiagnosticsParams) -> None:
        published.put_nowait(params)

    await client.start_io(str(Path(sys.executable).parent / "policy-engine"), "lsp")
    await client.initialize_async(types.InitializeParams(capabilities=types.ClientCapabilities()))
    client.initialized(types.InitializedParams())
    broken = TEXT.replace("融资: true", "融姿: true", 1)
    document = types.TextDocumentItem(uri, "yaml", 1, broken)
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    first = await published.get()
    assert ["PE301"] == [d.code for d in first.diagnostics]
    line, column = place(broken, "融姿: true", "融姿")
    assert (line, column) == (
        first.diagnostics[0].range.start.line,
        first.diagnostics[0].range.start.character,
    )
    change = types.TextDocumentContentChangeWholeDocument(TEXT)
    identifier = types.VersionedTextDocumentIdentifier(2, uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [change]))
    assert not (await published.get()).diagnostics
    line, column = place(TEXT, "when: {融资: true}", "融资")
    at = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, column))
    found = await client.text_document_hover_async(at)
    assert "由法制审核人员提供" in found.contents.value
    symbols = await client.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    )
    assert len(symbols) > 20
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
