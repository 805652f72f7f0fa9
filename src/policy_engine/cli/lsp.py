"""A language server for rule files, over standard input and output."""

from __future__ import annotations

from lsprotocol import types

from policy_engine.cli.lsp_changes import add_changes
from policy_engine.cli.lsp_server import Server
from policy_engine.cli.positions import column_of, lines_of, path_of, range_of
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules
from policy_engine.usecases.editing import Workbench, definition_at, hover_at, rules_in
from policy_engine.usecases.suggesting import suggestions_at

_Position = types.HoverParams | types.DefinitionParams | types.CompletionParams


def make_server() -> Server:
    """Make a server with all its features."""
    server = Server()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.texts[params.text_document.uri] = params.text_document.text
        server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.texts[uri] = server.workspace.get_text_document(uri).source
        server.publish_soon(uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.texts.pop(params.text_document.uri, None)

    _add_lookups(server)
    add_changes(server)
    return server


def _add_lookups(server: Server) -> None:
    def at(params: _Position) -> tuple[Workbench | None, str, int, int]:
        uri, position = params.text_document.uri, params.position
        text = server.texts.get(uri, "")
        return server.bench(uri), text, position.line, column_of(text, position.line, position.character)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        bench, text, line, column = at(params)
        found = hover_at(bench, text, line, column) if bench is not None else ""
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, found)) if found else None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> types.Location | None:
        bench, text, line, column = at(params)
        span = definition_at(bench, text, line, column) if bench is not None else None
        if bench is None or span is None:
            return None
        lines = lines_of(server.text_at(bench, span.path))
        return types.Location(server.uri_at(bench, span.path), range_of(span, lines))

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[":", " ", "{", "["])
    )
    def completion(params: types.CompletionParams) -> list[types.CompletionItem]:
        bench, text, line, column = at(params)
        found = suggestions_at(bench, text, line, column) if bench is not None else []
        return [types.CompletionItem(label=item.word, detail=item.about) for item in found]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        uri = params.text_document.uri
        bench, lines = server.bench(uri), lines_of(server.texts.get(uri, ""))
        rules = rules_in(bench, bench.shown(path_of(uri))) if bench is not None else []
        return [
            types.DocumentSymbol(
                name=rule.id,
                detail=rule.title,
                kind=types.SymbolKind.Class,
                range=range_of(rule.span, lines),
                selection_range=range_of(rule.span, lines),
            )
            for rule in rules
        ]

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        text = server.texts.get(params.text_document.uri, "")
        try:
            formatted = format_rules(SourceText(params.text_document.uri, text))
        except DiagnosticsError as error:
            first = error.diagnostics[0]
            place = f"第 {first.span.line + 1} 行：" if first.span is not None else ""
            server.say(types.MessageType.Warning, f"没有排版。{place}{first.message}")
            return None
        lines = lines_of(text)
        end = types.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2)
        whole = types.Range(types.Position(0, 0), end)
        return [types.TextEdit(whole, formatted)] if formatted != text else []
