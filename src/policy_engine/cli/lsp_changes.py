"""What an editor changes or looks for at the word of the language server: fixes, names, examples that are run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from policy_engine.cli.lsp_server import Server, lsp_diagnostic
from policy_engine.cli.positions import column_of, holds, lines_of, path_of, range_of, text_edit
from policy_engine.cli.today import today_in_china
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.fixes import Edit, by_file
from policy_engine.usecases.editing import Workbench, rules_in
from policy_engine.usecases.naming import Occurrence
from policy_engine.usecases.renaming import RenameError, Renaming, name_at, references, rename
from policy_engine.usecases.trying import try_examples

RUN = "policy-engine.runExamples"
_Position = (
    types.ReferenceParams | types.DocumentHighlightParams | types.PrepareRenameParams | types.RenameParams
)
_FIX_ALL = "source.fixAll.policy-engine"


def add_changes(server: Server) -> None:
    """Give a server its code actions, references, renaming, and examples that are run."""
    _add_actions(server)
    _add_names(server)
    _add_examples(server)


def _add_actions(server: Server) -> None:
    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, _FIX_ALL]),
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri, only = params.text_document.uri, params.context.only
        bench = server.bench(uri)
        found = server.found(bench).get(bench.shown(path_of(uri)), ()) if bench is not None else ()
        if bench is None or not found:
            return []
        made = [
            action
            for diagnostic in found
            for action in _fixes(server, bench, uri, diagnostic)
            if action.diagnostics and holds(action.diagnostics[0].range, params.range)
        ]
        made += _all_of(server, bench, found)
        return [a for a in made if only is None or any(str(a.kind).startswith(str(_word(k))) for k in only)]


def _word(kind: str | types.CodeActionKind) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


def _fixes(server: Server, bench: Workbench, uri: str, found: Diagnostic) -> list[types.CodeAction]:
    shown = lsp_diagnostic(found, lines_of(server.texts.get(uri, "")))
    return [
        types.CodeAction(
            title=f"{fix.words}（{found.code}）",
            kind=types.CodeActionKind.QuickFix.value,
            diagnostics=[shown],
            is_preferred=fix.is_sure,
            edit=_workspace_edit(server, bench, by_file([fix])),
        )
        for fix in found.fixes
    ]


def _all_of(server: Server, bench: Workbench, found: Iterable[Diagnostic]) -> list[types.CodeAction]:
    sure = [next(fix for fix in d.fixes if fix.is_sure) for d in found if any(f.is_sure for f in d.fixes)]
    if not sure:
        return []
    edit = _workspace_edit(server, bench, by_file(sure))
    return [types.CodeAction(title=f"改好只有一种改法的 {len(sure)} 处", kind=_FIX_ALL, edit=edit)]


def _workspace_edit(
    server: Server, bench: Workbench, edits: Mapping[str, Sequence[Edit]]
) -> types.WorkspaceEdit:
    changes: dict[str, Sequence[types.TextEdit]] = {}
    for path, some in edits.items():
        lines = lines_of(server.text_at(bench, path))
        changes[server.uri_at(bench, path)] = [text_edit(edit, lines) for edit in some]
    return types.WorkspaceEdit(changes=changes)


def _add_names(server: Server) -> None:
    def at(params: _Position) -> tuple[Workbench, Occurrence] | None:
        uri, position = params.text_document.uri, params.position
        bench, text = server.bench(uri), server.texts.get(uri, "")
        if bench is None:
            return None
        column = column_of(text, position.line, position.character)
        found = name_at(bench, bench.shown(path_of(uri)), text, position.line, column)
        return (bench, found) if found is not None else None

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    def referring(params: types.ReferenceParams) -> list[types.Location]:
        named = at(params)
        if named is None:
            return []
        bench, wanted = named
        found = references(bench, wanted, server.unsaved)
        is_wanted = params.context.include_declaration
        return _locations(server, bench, [one for one in found if is_wanted or not one.defines])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    def highlights(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        named = at(params)
        if named is None:
            return []
        bench, wanted = named
        here = bench.shown(path_of(params.text_document.uri))
        lines = lines_of(server.texts.get(params.text_document.uri, ""))
        found = references(bench, wanted, server.unsaved)
        return [types.DocumentHighlight(range_of(o.span, lines)) for o in found if o.span.path == here]

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        named = at(params)
        if named is None:
            return None
        lines = lines_of(server.texts.get(params.text_document.uri, ""))
        return types.PrepareRenamePlaceholder(range_of(named[1].span, lines), named[1].name)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(params: types.RenameParams) -> types.WorkspaceEdit | None:
        named = at(params)
        if named is None:
            return None
        bench, wanted = named
        try:
            found = rename(bench, wanted, params.new_name.strip(), today_in_china(), server.unsaved)
        except RenameError as error:
            raise JsonRpcInvalidParams(str(error)) from None
        if not found.moves:
            return _workspace_edit(server, bench, found.edits)
        return _with_moves(server, bench, found)


def _with_moves(server: Server, bench: Workbench, found: Renaming) -> types.WorkspaceEdit:
    """Give edits of files and, after them, other names of folders, which not every editor can do."""
    can = server.client_capabilities.workspace
    known = can.workspace_edit if can is not None else None
    operations = (known.resource_operations or ()) if known is not None else ()
    if types.ResourceOperationKind.Rename not in operations:
        old, new = found.moves[0]
        why = f"这个编辑器不会给目录改名（{old} 改为 {new}），没有改"
        raise JsonRpcInvalidParams(why)
    changes = _workspace_edit(server, bench, found.edits).changes or {}
    edited = [
        types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri), list(edits))
        for uri, edits in changes.items()
    ]
    moved = [
        types.RenameFile(server.uri_at(bench, old), server.uri_at(bench, new)) for old, new in found.moves
    ]
    return types.WorkspaceEdit(document_changes=[*edited, *moved])


def _locations(server: Server, bench: Workbench, found: Iterable[Occurrence]) -> list[types.Location]:
    lines: dict[str, list[str]] = {}
    made = []
    for one in found:
        path = one.span.path
        if path not in lines:
            lines[path] = lines_of(server.text_at(bench, path))
        made.append(types.Location(server.uri_at(bench, path), range_of(one.span, lines[path])))
    return made


def _add_examples(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions())
    def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        bench = server.bench(uri)
        lines = lines_of(server.texts.get(uri, ""))
        rules = rules_in(bench, bench.shown(path_of(uri))) if bench is not None else []
        return [
            types.CodeLens(
                range=range_of(rule.span, lines),
                command=types.Command(
                    title=f"运行 {len(rule.tried)} 个例子", command=RUN, arguments=[uri, rule.id]
                ),
            )
            for rule in rules
            if rule.tried
        ]

    @server.command(RUN)
    def run(uri: str, rule: str) -> dict[str, object] | None:
        bench = server.bench(uri)
        if bench is None:
            return None
        try:
            tried = try_examples(bench, rule)
        except DiagnosticsError as error:
            first = error.diagnostics[0]
            server.say(types.MessageType.Warning, f"没有运行，先改好错误：{first.place} {first.message}")
            return None
        failed = tried.failed
        server.say(types.MessageType.Warning if failed else types.MessageType.Info, tried.words)
        return {
            "rule": tried.rule,
            "examples": len(tried.results),
            "failed": [
                {"name": one.example.name, "expected": one.expected, "found": one.found} for one in failed
            ],
        }
