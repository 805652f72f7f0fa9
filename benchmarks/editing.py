"""Measure what an author waits for in an editor: from a key to the diagnostics, by a real client over the wire.

Processor time is that of the server's process (Linux tells it in /proc). Run from this folder.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from policy_engine.usecases import shipped_rules

_RUNS = 12
_LONGEST, _ORDINARY = "longan/longan-2012/law.yaml", "national/gbf-2024-54/law.yaml"
_KEY = "    title: "
# A wish that the server must tell of whatever else is typed, so that it answers every time.
_WRONG = "\n    advice: 【待填：甲】"
_PATIENCE, _MOMENT = 120.0, 0.05


def processor_time(pid: int) -> float:
    """Read how many milliseconds a process has computed."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def expected(client: LanguageClient) -> asyncio.Future[None]:
    """Expect that the server tells what is wrong."""
    told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    client.told = told  # type: ignore[attr-defined]
    return told


async def typed(client: LanguageClient, pid: int, path: Path, *, is_line: bool) -> list[float]:
    """Type into the middle rule of a file, or add a line there; give the milliseconds that each edit cost."""
    text, uri = path.read_text("utf-8"), path.as_uri()
    at = [n for n in range(len(text)) if text.startswith(_KEY, n)]
    place = text.index("\n", at[len(at) // 2])
    told = expected(client)
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri, "yaml", 0, text[:place] + _WRONG + text[place:])
        )
    )
    await asyncio.wait_for(told, _PATIENCE)
    costs = []
    for number in range(1, _RUNS + 1):
        added = "\n    # 注" * (number % 2) if is_line else "甲" * number
        told, before = expected(client), processor_time(pid)
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(version=number, uri=uri),
                [types.TextDocumentContentChangeWholeDocument(text[:place] + added + _WRONG + text[place:])],
            )
        )
        await asyncio.wait_for(told, _PATIENCE)
        # What is left to send is done in a moment.
        await asyncio.sleep(_MOMENT)
        costs.append(processor_time(pid) - before)
    client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    return costs[2:]


async def main() -> None:
    """Print a line for each file and kind of edit."""
    client = LanguageClient("measure", "1")

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _told(_: types.PublishDiagnosticsParams) -> None:
        told = getattr(client, "told", None)
        if told is not None and not told.done():
            told.set_result(None)

    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("rules", "schemas", "vocabulary"):
            shutil.copytree(shipped_rules().rules.parent / name, root / name)
        await client.start_io(sys.executable, "-m", "policy_engine", "lsp")
        server = client._server  # noqa: SLF001 - whose time is measured
        assert server is not None
        await client.initialize_async(
            types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=root.as_uri())
        )
        for name in (_LONGEST, _ORDINARY):
            path = root / "rules" / name
            for is_line in (False, True):
                costs = await typed(client, server.pid, path, is_line=is_line)
                what = "line added" if is_line else "word typed"
                print(
                    f"{name}, {path.stat().st_size // 1000} kB, {what}: median {median(costs):.0f} ms, least {min(costs):.0f} ms"
                )
        await client.shutdown_async(None)
        client.exit(None)


if __name__ == "__main__":
    asyncio.run(main())
