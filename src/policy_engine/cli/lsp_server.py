"""What the language server knows: the open texts, and what was made of each rule base."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from policy_engine.cli.positions import lines_of, path_of, range_of
from policy_engine.cli.today import today_in_china
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, Severity
from policy_engine.loading.files import read_source
from policy_engine.usecases import RuleFiles
from policy_engine.usecases.editing import Workbench, Workshop, diagnostics_of
from policy_engine.usecases.locating import find_rule_base

Found = Mapping[str, tuple[Diagnostic, ...]]
# Seconds without a key.
_PAUSE = 0.15
_LEVELS = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


class _Protocol(LanguageServerProtocol):
    """Counts in UTF-16 units, whatever an editor would rather have: every editor can, and `positions` counts no others."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Answer the first request, as if the editor had offered nothing else."""
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = [types.PositionEncodingKind.Utf16]
        return (yield from super().lsp_initialize(params))


class Server(LanguageServer):
    """Knows the open texts, and of each rule base what was made of its files and what was last found wrong."""

    def __init__(self) -> None:
        super().__init__("policy-engine", "1", protocol_cls=_Protocol)
        self.texts: dict[str, str] = {}
        self.shops: dict[Path, Workshop] = {}
        self.told: set[str] = set()
        self.waiting: asyncio.TimerHandle | None = None
        self.last: tuple[Workbench, Found] | None = None
        self.is_settled = False

    @property
    def unsaved(self) -> dict[Path, str]:
        """Give the open texts by their files."""
        return {path_of(uri): text for uri, text in self.texts.items()}

    def bench(self, uri: str) -> Workbench | None:
        """Open the rule base a document belongs to."""
        files = _files_of(path_of(uri))
        if files is None:
            return None
        return self.shops.setdefault(files.rules, Workshop(files)).bench(self.unsaved)

    def found(self, bench: Workbench) -> Found:
        """Find everything that is wrong with the texts as they are; of the same texts once."""
        if self.last is None or self.last[0] is not bench:
            self.last = (bench, diagnostics_of(bench, today_in_china()))
        return self.last[1]

    def uri_at(self, bench: Workbench, path: str) -> str:
        """Give the address of a file, by its path as places show it; what lies beside the rule base has its whole path."""
        return (Path(path) if Path(path).is_absolute() else bench.real(path)).resolve().as_uri()

    def text_at(self, bench: Workbench, path: str) -> str:
        """Give the text of a file as it is being written, else as it was saved."""
        text = bench.sources.texts.get(path)
        if text is not None:
            return text
        real = Path(path) if Path(path).is_absolute() else bench.real(path)
        open_text = self.unsaved.get(real)
        if open_text is not None:
            return open_text
        try:
            return read_source(real).text
        except DiagnosticsError:
            return ""

    def say(self, level: types.MessageType, message: str) -> None:
        """Show a message in the editor."""
        self.window_show_message(types.ShowMessageParams(level, message))

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
        by_uri = {self.uri_at(bench, path): (path, items) for path, items in self.found(bench).items()}
        texts = bench.sources.texts
        for stale in self.told - by_uri.keys():
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(stale, []))
        for target, (path, items) in by_uri.items():
            lines = lines_of(texts.get(path, ""))
            shown = [lsp_diagnostic(item, lines, self._related(bench, item)) for item in items]
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(target, shown))
        self.told = set(by_uri)
        if not self.is_settled:
            # What was read first stays: to look through it again and again for garbage takes longer than most edits.
            gc.collect()
            gc.freeze()
            self.is_settled = True

    def _related(self, bench: Workbench, found: Diagnostic) -> list[types.DiagnosticRelatedInformation]:
        return [
            types.DiagnosticRelatedInformation(
                types.Location(
                    self.uri_at(bench, one.span.path),
                    range_of(one.span, lines_of(self.text_at(bench, one.span.path))),
                ),
                one.message,
            )
            for one in found.related
        ]


def _files_of(path: Path) -> RuleFiles | None:
    found = find_rule_base(path)
    return found.files if found is not None else None


def lsp_diagnostic(
    found: Diagnostic, lines: list[str], related: list[types.DiagnosticRelatedInformation] | None = None
) -> types.Diagnostic:
    """Give a problem as the protocol tells it; the text it is in was split into its lines."""
    assert found.span is not None
    help_text = f"\n修改：{found.help}" if found.help else ""
    return types.Diagnostic(
        range=range_of(found.span, lines),
        message=found.message + help_text,
        severity=_LEVELS[found.severity],
        code=found.code,
        source="policy-engine",
        related_information=related or None,
    )
