"""An editor mends, finds, renames, completes and runs examples over the wire, as a real client asks for it."""

import asyncio
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from policy_engine.cli.app import app
from policy_engine.cli.positions import path_of
from policy_engine.compilation.reads import rule_reads
from policy_engine.foundation.fixes import with_edits
from policy_engine.usecases import RuleFiles, shipped_rules
from policy_engine.usecases.editing import Workshop, diagnostics_of, hover_at
from policy_engine.usecases.naming import Sort, occurrences
from policy_engine.usecases.renaming import RenameError, name_at, references, rename
from policy_engine.usecases.suggesting import Place, keys_at, suggestions_at

LAW, LIMITS = "rules/local/my-2026-1/law.yaml", "rules/registers/parameters/limits.yaml"
WORDS, FIELDS = "rules/lexicon/words.yaml", "vocabulary/事项/1-基本情况.yaml"
TODAY = 740000


def run(*arguments: str):
    return CliRunner().invoke(app, arguments, prog_name="policy-engine")


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert 0 == run("init").exit_code
    return tmp_path


@pytest.fixture
def bench(root):
    return Workshop(RuleFiles(root / "rules", root / "schemas")).bench({})


def place(text: str, words: str, inside: str) -> tuple[int, int]:
    at = text.index(words) + words.index(inside)
    return text[:at].count("\n"), at - text.rfind("\n", 0, at) - 1


def named(bench, path: str, words: str, inside: str):
    text = bench.sources.texts[path]
    found = name_at(bench, path, text, *place(text, words, inside))
    assert found is not None
    return found


def counted(found) -> dict[str, int]:
    paths = [one.span.path.rsplit("/", 1)[-1] for one in found]
    return {path: paths.count(path) for path in paths}


def test_a_field_is_found_in_rules_terms_vocabulary_cases_and_features(bench):
    found = references(bench, named(bench, LAW, "when: {已列入预算: false}", "已列入"), {})
    assert {"law.yaml", "words.yaml", "1-基本情况.yaml", "example.yaml"} <= set(counted(found))
    assert [FIELDS] == [one.span.path for one in found if one.defines]


def test_a_problem_leads_to_the_other_place_it_is_about_where_that_is_now(root):
    shop = Workshop(RuleFiles(root / "rules", root / "schemas"))
    law = root / LAW
    text = law.read_text("utf-8")
    shop.bench({law: text})
    twice = "# 注\n# 注\n" + text.replace("- id: art-4\n", "- id: art-3\n", 1)
    bench = shop.bench({law: twice})
    (found,) = [one for one in diagnostics_of(bench, TODAY)[LAW] if one.code == "PE308"]
    lines = twice.split("\n")
    assert ["  - id: art-3"] * 2 == [lines[found.span.line], lines[found.related[0].span.line]]
    assert found.related[0].span.line < found.span.line


def test_rules_parameters_and_documents_are_found_where_they_are_named(bench):
    rule = references(bench, named(bench, LAW, "id: art-3", "art"), {})
    assert {"law.yaml", "norms.yaml"} <= set(counted(rule))
    assert {"my-2026-1.art-3"} == {one.name for one in rule}
    parameter = references(bench, named(bench, LIMITS, "name: 期限上限", "期限"), {})
    assert {"law.yaml": 1, "limits.yaml": 1} == counted(parameter)
    document = references(bench, named(bench, LAW, "document: my-2026-1", "my"), {})
    assert {"law.yaml": 1, "documents.yaml": 1, "limits.yaml": 1} == counted(document)


LOOKED_FOR = """aggregates:
  - id: twice
    title: 分了几次
    subject: 事项
    columns:
      - {name: 购买的单位}
      - {name: 哪天, type: date}
    where: {any: [{期限_月: {at_least: 1}}, {not: {已列入预算: true}}]}
    by:
      - 购买的单位
      - {title: 长短, table: [{when: {期限_月: {at_most: 6}}, is: 短}], otherwise: 长}
    near: {date: 哪天, days: 30}
    measure: {total: 期限_月}
    report: {at_least: {parameter: 期限上限}}
    examples:
      - name: 两次
        as_of: 2026-12-31
        rows:
          - {购买的单位: 甲局, 哪天: 2026-02-01, 期限_月: 6, 已列入预算: true}
          - {购买的单位: 甲局, 哪天: 2026-02-02, 期限_月: 6, 已列入预算: true}
        found: [[甲局, 短]]
      - name: 一次
        as_of: 2026-12-31
        rows:
          - {购买的单位: 甲局, 哪天: 2026-02-01, 期限_月: 6, 已列入预算: true}
"""


@pytest.fixture
def looking(root):
    path = root / "rules/aggregates/lists.yaml"
    path.parent.mkdir()
    path.write_text(LOOKED_FOR, encoding="utf-8")
    return Workshop(RuleFiles(root / "rules", root / "schemas")).bench({})


AGGREGATES = "rules/aggregates/lists.yaml"


@pytest.mark.parametrize(
    ("path", "words", "inside", "new", "times"),
    [
        (FIELDS, "name: 期限_月", "期限", "约期_月", 6),
        (LAW, "when: {已列入预算: false}", "已列入", "列入本年预算", 4),
        (AGGREGATES, "when: {期限_月", "期限", "约期_月", 6),
        (AGGREGATES, "name: 购买的单位", "购买", "采购人", 5),
        (AGGREGATES, "date: 哪天", "哪天", "签订日", 5),
        (LIMITS, "name: 期限上限", "期限", "最长期限", 1),
    ],
)
def test_what_is_renamed_is_renamed_in_what_is_looked_for_in_lists(
    root, looking, path, words, inside, new, times
):
    wanted = named(looking, path, words, inside)
    there = [one for one in references(looking, wanted, {}) if one.span.path == AGGREGATES]
    assert (times, times) == (len(there), LOOKED_FOR.count(wanted.name))
    found = rename(looking, wanted, new, TODAY, {})
    for shown, edits in found.edits.items():
        real = Path(shown) if Path(shown).is_absolute() else root / shown
        real.write_text(with_edits(real.read_text("utf-8"), edits), encoding="utf-8", newline="")
    assert LOOKED_FOR.replace(wanted.name, new) == (root / AGGREGATES).read_text("utf-8")
    assert 0 == run("validate").exit_code


def test_the_schema_of_aggregates_is_made_anew_with_a_new_name(root, looking):
    schema = root / "schemas/aggregate-file.schema.json"
    assert not schema.exists()
    assert 0 == run("schema", "--write").exit_code
    before = schema.read_text("utf-8")
    bench = Workshop(RuleFiles(root / "rules", root / "schemas")).bench({})
    found = rename(bench, named(bench, FIELDS, "name: 期限_月", "期限"), "约期_月", TODAY, {})
    after = with_edits(before, found.edits["schemas/aggregate-file.schema.json"])
    assert ("期限_月" in before, "期限_月" in after, "约期_月" in after) == (True, False, True)


def test_a_field_does_not_take_the_name_of_a_column_of_a_list(looking):
    wanted = named(looking, FIELDS, "name: 期限_月", "期限")
    with pytest.raises(RenameError, match="哪天"):
        rename(looking, wanted, "哪天", TODAY, {})


def test_a_column_of_a_list_does_not_take_the_name_of_a_field(looking):
    wanted = named(looking, AGGREGATES, "date: 哪天", "哪天")
    with pytest.raises(RenameError, match="期限_月"):
        rename(looking, wanted, "期限_月", TODAY, {})


def tally(output: str) -> str:
    return next(line for line in output.splitlines() if line.startswith("例子 "))


RENAMED = [
    (LAW, "when: {已列入预算: false}", "已列入", "列入本年预算", "已列入预算"),
    (LAW, "id: art-3", "art", "art-3-budget", "art-3\n"),
    (LIMITS, "name: 期限上限", "期限", "最长期限", "期限上限"),
    (LAW, "document: my-2026-1", "my", "city-2027-3", "my-2026-1"),
]


@pytest.mark.parametrize(
    ("path", "words", "inside", "new", "old"), RENAMED, ids=["field", "rule", "parameter", "document"]
)
def test_what_is_renamed_is_renamed_everywhere_and_decides_the_same(
    root, bench, path, words, inside, new, old
):
    found = rename(bench, named(bench, path, words, inside), new, TODAY, {})
    before = run("test").output
    for shown, edits in found.edits.items():
        real = Path(shown) if Path(shown).is_absolute() else root / shown
        real.write_text(with_edits(real.read_text("utf-8"), edits), encoding="utf-8", newline="")
    for old_folder, new_folder in found.moves:
        (root / old_folder).rename(root / new_folder)
    assert 0 == run("validate").exit_code
    assert 0 == run("fmt", "--check").exit_code
    tested = run("test")
    assert (0, tally(before)) == (tested.exit_code, tally(tested.output))
    left = [
        p
        for p in (root / "rules").rglob("*.yaml")
        if any(f"{k}{old}" in p.read_text("utf-8") for k in ("{", "name: ", "id: "))
    ]
    assert [] == left


@pytest.mark.parametrize(
    ("path", "words", "new", "why"),
    [
        (LAW, "when: {已列入预算: false}", "期限_月", "已经有栏目"),
        (LAW, "when: {已列入预算: false}", "a: b", "名称是一个词"),
        (LAW, "when: {已列入预算: false}", "已列入预算", "与原来相同"),
        (LAW, "id: art-3", "art-4", "已经有规则"),
        (LAW, "id: art-3", "第三条", "编号只用"),
        (LAW, "document: my-2026-1", "my 2", "编号只用"),
        (LAW, "document: my-2026-1", "my-2026-1", "与原来相同"),
    ],
)
def test_a_name_that_cannot_be_is_refused_with_the_reason(bench, path, words, new, why):
    with pytest.raises(RenameError, match=why):
        rename(
            bench,
            named(bench, path, words, words.rpartition(" ")[0].rpartition("{")[2].rstrip(":") or "my")
            if words.startswith("when")
            else named(bench, path, words, words.split(" ")[1]),
            new,
            TODAY,
            {},
        )


def test_a_folder_that_is_there_is_not_written_into(root, bench):
    (root / "rules/local/city-2027-3").mkdir()
    with pytest.raises(RenameError, match="已经有目录"):
        rename(bench, named(bench, LAW, "document: my-2026-1", "my"), "city-2027-3", TODAY, {})


def test_rules_that_others_name_in_full_bear_the_new_id_of_their_document(root):
    law = root / LAW
    law.write_text(
        law.read_text("utf-8").replace("- id: art-3\n", "- id: my-2026-1.art-3\n"), encoding="utf-8"
    )
    feature = next((root / "features").glob("*.feature"))
    feature.write_text(feature.read_text("utf-8") + "    并且 依据为 my-2026-1.art-3\n", encoding="utf-8")
    bench = Workshop(RuleFiles(root / "rules", root / "schemas")).bench({})
    found = rename(bench, named(bench, LAW, "document: my-2026-1", "my"), "city-2027-3", TODAY, {})
    assert (("rules/local/my-2026-1", "rules/local/city-2027-3"),) == found.moves
    made = with_edits(law.read_text("utf-8"), found.edits[LAW])
    assert "- id: city-2027-3.art-3\n" in made
    assert "city-2027-3.art-3" in with_edits(feature.read_text("utf-8"), found.edits[str(feature)])


@pytest.mark.broad
def test_every_field_that_a_shipped_rule_reads_is_found_in_its_file():
    bench = Workshop(shipped_rules()).bench({})
    texts = bench.sources.texts
    for path in {rule.span.path for rule in bench.rules.values()}:
        there = {one.name for one in occurrences(path, texts[path], {}) if one.sort is Sort.FIELD}
        for rule in (r for r in bench.rules.values() if r.span.path == path):
            written = {name for name in rule_reads(rule) if name in texts[path]}
            assert written <= there, rule.id


KEYS = [
    ("    when: {", ("rules", "when"), Place.KEY),
    ("    require: {期限_月: {", ("rules", "require", "期限_月"), Place.KEY),
    (
        "    require: {期限_月: {at_most: {parameter: ",
        ("rules", "require", "期限_月", "at_most", "parameter"),
        Place.VALUE,
    ),
    ("    examples:\n      - {name: 一, given: {", ("rules", "examples", "given"), Place.KEY),
    (
        "    examples:\n      - {name: 一, given: {期限_月: 1}, expect: ",
        ("rules", "examples", "expect"),
        Place.VALUE,
    ),
    ('    examples:\n      - {name: "一: {二", ', ("rules", "examples"), Place.KEY),
    ("    unless:\n      - ", ("rules", "unless"), Place.KEY),
    ("    subject: [事项, ", ("rules", "subject"), Place.VALUE),
]


@pytest.mark.parametrize(("written", "path", "where"), KEYS)
def test_the_keys_that_lead_to_a_position_are_found(written, path, where):
    text = f"document: my-2026-1\nrules:\n  - id: x\n    subject: 事项\n{written}"
    lines = text.split("\n")
    assert (path, where) == keys_at(text, len(lines) - 1, len(lines[-1]))


SUGGESTED = [
    ("    require: {期限_月: {", "at_most"),
    ("    require: {期限_月: {", "parameter"),
    ("    require: {期限_月: {at_most: {", "parameter"),
    ("    require: {期限_月: {at_most: {", "of"),
    ("    require: {期限_月: {at_most: {parameter: ", "期限上限"),
    ("    examples:\n      - {name: 一, given: {", "已列入预算"),
    ("    examples:\n      - {", "expect"),
    ("    examples:\n      - {name: 一, expect: ", "不适用"),
    ("    examples:\n      - {name: 一, verdict: ", "不得实施"),
    ("    unless:\n      - {basis: ", "interpretation"),
    ("    overrides:\n      - {", "because"),
    ("    accept:\n      - {code: ", "PE623"),
    ("    justified_by: ", "已列入预算"),
    ("", "definitions"),
]


@pytest.mark.parametrize(("written", "expected"), SUGGESTED)
def test_what_fits_the_place_is_suggested(bench, written, expected):
    text = f"document: my-2026-1\nrules:\n  - id: art-3\n    subject: 事项\n{written}"
    lines = text.split("\n")
    assert expected in [s.word for s in suggestions_at(bench, text, len(lines) - 1, len(lines[-1]))]


def test_what_does_not_fit_the_place_is_not_suggested(bench):
    text = "document: my-2026-1\nrules:\n  - id: art-3\n    subject: 事项\n    require: {期限_月: {"
    found = {s.word for s in suggestions_at(bench, text, 4, len(text.rsplit("\n", maxsplit=1)[-1]))}
    assert not {"已列入预算", "before", "remedy"} & found


def test_a_parameter_tells_its_values_and_a_citation_its_document_and_rules(bench):
    text = bench.sources.texts[LAW]
    parameter = hover_at(bench, text, *place(text, "parameter: 期限上限", "期限"))
    assert "2026年1月1日起：12个月" in parameter
    cited = hover_at(bench, text, *place(text, "cite: 第五条", "第五"))
    assert "art-5 期限不超过上限" in cited
    assert "原文待核" in cited


@pytest.fixture
def client() -> LanguageClient:
    return LanguageClient("test", "1")


def test_a_client_mends_renames_and_runs_examples(root, client):
    asyncio.run(asyncio.wait_for(talk(root, client), timeout=300))


async def talk(root: Path, client: LanguageClient) -> None:
    published: asyncio.Queue = asyncio.Queue()
    shown: asyncio.Queue = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def told_of(params: types.PublishDiagnosticsParams) -> None:
        published.put_nowait(params)

    @client.feature(types.WINDOW_SHOW_MESSAGE)
    def was_shown(params: types.ShowMessageParams) -> None:
        shown.put_nowait(params)

    await client.start_io(str(Path(sys.executable).parent / "policy-engine"), "lsp")
    able = types.WorkspaceEditClientCapabilities(
        document_changes=True, resource_operations=[types.ResourceOperationKind.Rename]
    )
    # As new editors do: what is counted is settled at the beginning.
    kinds = types.PositionEncodingKind
    capabilities = types.ClientCapabilities(
        workspace=types.WorkspaceClientCapabilities(workspace_edit=able),
        general=types.GeneralClientCapabilities(position_encodings=[kinds.Utf8, kinds.Utf16, kinds.Utf32]),
    )
    ready = await client.initialize_async(types.InitializeParams(capabilities=capabilities))
    can = ready.capabilities
    assert types.PositionEncodingKind.Utf16 == can.position_encoding
    assert all(
        (can.rename_provider, can.references_provider, can.code_action_provider, can.code_lens_provider)
    )
    client.initialized(types.InitializedParams())
    path = root / LAW
    right = path.read_text("utf-8")
    wrong = right.replace("prohibit: 实施", "prohibbit: 实施")
    uri = path.as_uri()
    document = types.TextDocumentIdentifier(uri)
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 1, wrong))
    )
    told = await problems_at(published, uri)
    (found,) = [d for d in told if d.code == "PE010"]
    asked = types.CodeActionParams(document, found.range, types.CodeActionContext([found]))
    actions = await client.text_document_code_action_async(asked)
    assert ["改为 prohibit（PE010）", "改好只有一种改法的 1 处"] == [action.title for action in actions]
    assert [True, None] == [action.is_preferred for action in actions]
    assert right == applied(wrong, actions[0].edit.changes[uri])

    change = types.TextDocumentContentChangeWholeDocument(right)
    version = types.VersionedTextDocumentIdentifier(2, uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(version, [change]))
    assert not [d for d in await problems_at(published, uri) if d.severity == types.DiagnosticSeverity.Error]

    await names(root, client, document, right)
    await examples(client, document, right, shown)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


async def names(
    root: Path, client: LanguageClient, document: types.TextDocumentIdentifier, right: str
) -> None:
    at = types.Position(*place(right, "parameter: 期限上限", "期限"))
    referred = types.ReferenceParams(types.ReferenceContext(True), document, at)
    assert {LAW, LIMITS} == {
        path_of(one.uri).relative_to(root.resolve()).as_posix()
        for one in await client.text_document_references_async(referred)
    }
    prepared = await client.text_document_prepare_rename_async(types.PrepareRenameParams(document, at))
    assert "期限上限" == prepared.placeholder
    edit = await client.text_document_rename_async(types.RenameParams(document, at, "最长期限"))
    assert "parameter: 最长期限" in applied(right, edit.changes[document.uri])
    await folders(root, client, document, right)
    with pytest.raises(JsonRpcException, match="名称是一个词"):
        await client.text_document_rename_async(types.RenameParams(document, at, "1"))


async def folders(
    root: Path, client: LanguageClient, document: types.TextDocumentIdentifier, right: str
) -> None:
    at = types.Position(*place(right, "document: my-2026-1", "my"))
    edit = await client.text_document_rename_async(types.RenameParams(document, at, "city-2027-3"))
    *edited, moved = edit.document_changes
    assert "document: city-2027-3" in applied(
        right, next(one.edits for one in edited if one.text_document.uri == document.uri)
    )
    assert ("rename", "my-2026-1", "city-2027-3") == (
        moved.kind,
        path_of(moved.old_uri).name,
        path_of(moved.new_uri).name,
    )


async def examples(
    client: LanguageClient, document: types.TextDocumentIdentifier, right: str, shown: asyncio.Queue
) -> None:
    lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
    assert ["运行 5 个例子", "运行 3 个例子", "运行 3 个例子"] == [one.command.title for one in lenses]
    command = lenses[0].command
    ran = types.ExecuteCommandParams(command.command, arguments=command.arguments)
    assert [] == (await client.workspace_execute_command_async(ran))["failed"]
    assert "5 个例子全部通过" in (await shown.get()).message
    other = right.replace("expect: 违反, verdict: 不得实施", "expect: 符合")
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(3, document.uri),
            [types.TextDocumentContentChangeWholeDocument(other)],
        )
    )
    (failed,) = (await client.workspace_execute_command_async(ran))["failed"]
    assert ("没有预算", "符合", "违反") == (failed["name"], failed["expected"], failed["found"])


async def problems_at(published: asyncio.Queue, uri: str) -> list[types.Diagnostic]:
    while True:
        told = await published.get()
        if told.uri == uri:
            return told.diagnostics


def applied(text: str, edits: list[types.TextEdit]) -> str:
    """Make the edits of a client: every character of these texts is one UTF-16 unit."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start, end = edit.range.start, edit.range.end
        assert start.line == end.line
        line = lines[start.line]
        lines[start.line] = line[: start.character] + edit.new_text + line[end.character :]
    return "\n".join(lines)
