"""The editor's format request gives edits, or says why not; it never fails."""

import pytest
from lsprotocol import types

from policy_engine.cli.lsp import make_server

URI = "file:///rules/national/trial/law.yaml"
HEAD = "document: law\nrules:\n"


def asked(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[types.TextEdit] | None, list[str]]:
    server = make_server()
    server.texts[URI] = text
    said: list[str] = []
    monkeypatch.setattr(server, "window_show_message", lambda params: said.append(params.message))
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    request = types.DocumentFormattingParams(types.TextDocumentIdentifier(URI), options)
    return server.protocol.fm.features[types.TEXT_DOCUMENT_FORMATTING](request), said


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEAD + "  - 未写完\n", "第 3 行"),
        (HEAD + "  - id: a\n    title: b: c\n", "第 4 行"),
        (HEAD + "  - ? |\n      甲\n    : 乙\n", "第 3 行"),
        ("document: [\n", "第 1 行"),
    ],
)
def test_a_refusal_is_shown_with_its_line(text, line, monkeypatch):
    edits, said = asked(text, monkeypatch)
    assert edits is None
    assert [True] == [line in message for message in said]


@pytest.mark.parametrize("text", ['  - "id": a\n', "  - {id: a}\n", "  -\n    # 甲\n    id: a", ""])
def test_what_can_be_formatted_is_replaced_as_a_whole(text, monkeypatch):
    edits, said = asked(HEAD + text, monkeypatch)
    assert [] == said
    assert all(edit.range.start == types.Position(0, 0) for edit in edits)
    assert len(edits) <= 1
