"""A language server for rule files, over standard input and output."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from policy_engine.cli.today import today_in_china
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, Severity
from policy_engine.foundation.spans import Span
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules
from policy_engine.usecases import RuleFiles
from policy_engine.usecases.editing import (
    Workbench,
    Workshop,
    definition_at,
    diagnostics_of,
    hover_at,
    rules_in,
    suggestions_at,
)
from policy_engine.usecases.locating import find_rule_base

_LEVELS = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


# Seconds without a key.
_PAUSE = 0.15
_Position = types.HoverParams | types.DefinitionParams | types.CompletionParams


class Server(LanguageServer):
    """Knows the open texts, and of each rule base what was made of its files."""

    def __init__(self) -> None:
        super().__init__("policy-engine", "1")
        self.texts: dict[str, str] = {}
        self.shops: dict[Path, Workshop] = {}
        self.told: set[str] = set()
        self.waiting: asyncio.TimerHandle | None = None

    def bench(self, uri: str) -> Workbench | None:
        """Open the rule base a document belongs to."""
        path = path_of(uri)
        files = _files_of(path)
        if files is None:
            return None
        unsaved = {path_of(open_uri): text for open_uri, text in self.texts.items()}
        return self.shops.setdefault(files.rules, Workshop(files)).bench(unsaved)

    def publish_soon(self, uri: str) -> None:
        """Tell it once nobody has typed for a moment: of what is typed meanwhile nobody wants to know."""
        if self.waiting is not None:
            self.waiting.cancel()
        self.waiting = asyncio.get_running_loop().call_later(_PAUSE, self.publish, uri)

    def publish(self, uri: str) -> None:
        """Tell the editor everything that is wrong, and that what was wrong no longer is."""
        bench = self.bench(uri)
        if bench is None:
            return
        found = diagnostics_of(bench, today_in_china())
        texts = bench.sources.texts
        by_uri = {bench.real(path).resolve().as_uri(): (path, items) for path, items in found.items()}
        for stale in self.told - by_uri.keys():
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(stale, []))
        for target, (path, items) in by_uri.items():
            shown = [_diagnostic(item, texts.get(path, "")) for item in items]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(target, shown))
        self.told = set(by_uri)


def path_of(uri: str) -> Path:
    """Turn a file URI into a path."""
    return Path(unquote(urlsplit(uri).path))


def _files_of(path: Path) -> RuleFiles | None:
    found = find_rule_base(path)
    return found.files if found is not None else None


def units_of(text: str, line: int, column: int) -> int:
    """Count the UTF-16 units before a column of a line."""
    lines = text.split("\n")
    return len(lines[line][:column].encode("utf-16-le")) // 2 if line < len(lines) else 0


def column_of(text: str, line: int, units: int) -> int:
    """Find the column after so many UTF-16 units of a line."""
    lines = text.split("\n")
    if line >= len(lines):
        return 0
    return len(lines[line].encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore"))


def _range(span: Span, text: str) -> types.Range:
    return types.Range(
        types.Position(span.line, units_of(text, span.line, span.column)),
        types.Position(span.end_line, units_of(text, span.end_line, span.end_column)),
    )


def _diagnostic(found: Diagnostic, text: str) -> types.Diagnostic:
    assert found.span is not None
    help_text = f"\n修改：{found.help}" if found.help else ""
    return types.Diagnostic(
        range=_range(found.span, text),
        message=found.message + help_text,
        severity=_LEVELS[found.severity],
        code=found.code,
        source="policy-engine",
    )


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
        texts = {source.path: source.text for source in bench.sources.all}
        uri = bench.real(span.path).resolve().as_uri()
        return types.Location(uri, _range(span, texts.get(span.path, "")))

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
        bench, text = server.bench(uri), server.texts.get(uri, "")
        rules = rules_in(bench, bench.shown(path_of(uri))) if bench is not None else []
        return [
            types.DocumentSymbol(
                name=rule.id,
                detail=rule.title,
                kind=types.SymbolKind.Class,
                range=_range(rule.span, text),
                selection_range=_range(rule.span, text),
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
            server.window_show_message(
                types.ShowMessageParams(types.MessageType.Warning, f"没有排版。{place}{first.message}")
            )
            return None
        lines = text.split("\n")
        end = types.Position(len(lines) - 1, units_of(text, len(lines) - 1, len(lines[-1])))
        return (
            [types.TextEdit(types.Range(types.Position(0, 0), end), formatted)] if formatted != text else []
        )
