"""What a bundle of a rule base is made of, and laying it out so that its files can be read. Decision 40."""

from __future__ import annotations

import atexit
import hashlib
import io
import json
import secrets
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import Any, Final

from policy_engine.foundation.archives import DAMAGED
from policy_engine.foundation.cache_folder import cache_folder
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.folders import VOCABULARY

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
BELOW: Final = "below"
_ROOTS: Final = ("rules", "schemas", VOCABULARY)
# Of one part of a name, in bytes; and of a name that is shown.
_LONGEST, _SHOWN = 255, 80
_LARGEST: Final = 256 * 1024 * 1024
_KEPT: Final = "bundles"
# Where nothing is to be kept: laid out for as long as the program runs.
_passing: dict[str, Path] = {}


def unpacked(data: bytes, name: str) -> Path:
    """Give a folder that holds what a bundle holds, every byte as its list says; the same bytes are laid out once.

    Says nothing of who made it. Raises `DiagnosticsError` where anything in it is wrong. `name`: of the file.
    """
    entries, text, _ = entries_of(data, name)
    checked_manifest(entries, text, name)
    digest = hashlib.sha256(data).hexdigest()
    if digest in _passing:
        return _passing[digest]
    cache = cache_folder()
    if cache is None:
        return _for_now(digest, entries, name)
    folder = cache / _KEPT / digest
    if _holds(folder, entries):
        return folder
    beside = folder.with_name(f"{digest}.{secrets.token_hex(4)}")
    try:
        lay_out(entries, beside, name)
        # What lay there was not what the bundle holds.
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    except OSError:
        # Another run was quicker, or nothing can be written there.
        return folder if _holds(folder, entries) else _for_now(digest, entries, name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def _for_now(digest: str, entries: Mapping[str, bytes], name: str) -> Path:
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lay_out(entries, folder, name)
    _passing[digest] = folder
    return folder


def _holds(folder: Path, entries: Mapping[str, bytes]) -> bool:
    try:
        there = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    except OSError:
        return False
    return there == entries


def lay_out(entries: Mapping[str, bytes], folder: Path, name: str) -> None:
    """Write the files of a bundle into a folder. Raises `DiagnosticsError` where a name in it leads elsewhere, and `OSError`."""
    around = {str(above) for path in entries for above in PurePosixPath(path).parents}
    for path, data in entries.items():
        if path in around or not _is_sound(path):
            raise wrong(name, f"文件名 {path[:_SHOWN]!a} 不合规")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def entries_of(data: bytes, name: str) -> tuple[dict[str, bytes], bytes, bytes | None]:
    """Read a bundle: its files, its list, and its signature. Raises `DiagnosticsError` where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > _LARGEST:
                raise wrong(name, f"过大，上限 {_LARGEST // 1024 // 1024} MB")
            found = {info.filename: archive.read(info) for info in infos}
    except (*DAMAGED, OSError):
        raise wrong(name, "不是规则库的包，或者已经损坏") from None
    if len(found) != len(infos):
        raise wrong(name, "有两个文件同名")
    return found, found.pop(MANIFEST, b""), found.pop(SIGNATURE, None)


def checked_manifest(entries: Mapping[str, bytes], text: bytes, name: str) -> Mapping[str, Any]:
    """Read the list of a bundle and hold every file to it. Raises `DiagnosticsError` with the first thing that is wrong."""
    manifest = _manifest(text, name)
    listed: dict[str, str] = manifest["files"]
    for path in sorted({*listed, *entries}):
        if path not in entries:
            raise wrong(name, f"缺 `{path}`")
        if path not in listed:
            raise wrong(name, f"多出清单里没有的 `{path}`")
        if hashlib.sha256(entries[path]).hexdigest() != listed[path]:
            raise wrong(name, f"`{path}` 被改过，与清单的摘要不同")
    return manifest


def _manifest(text: bytes, name: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise wrong(name, f"没有可读的 {MANIFEST}") from None
    is_whole = isinstance(found, dict) and isinstance(found.get("files"), dict) and "version" in found
    if not is_whole:
        raise wrong(name, f"{MANIFEST} 不完整")
    if found.get("format") != FORMAT:
        raise wrong(name, f"格式是 {found.get('format')}，本程序读 {FORMAT}")
    assert isinstance(found, dict)
    return found


def _is_sound(path: str) -> bool:
    # A bundle may come from anyone: no name in it leads elsewhere, or can't be that of a file.
    parts = PurePosixPath(path).parts
    inside = parts[2:] if parts[:1] == (BELOW,) else parts
    is_plain = ".." not in parts and "\\" not in path and "\0" not in path
    is_short = all(len(part.encode("utf-8", "replace")) <= _LONGEST for part in parts)
    return is_plain and is_short and len(inside) > 1 and inside[0] in _ROOTS


def wrong(name: str, message: str) -> DiagnosticsError:
    """Say what is wrong with a bundle."""
    hint = "不要用；向发布的人重新取，核对取得的是不是原件"
    return DiagnosticsError(
        [Diagnostic(code="PE021", message=f"规则库的包不能用：{message}", span=file_span(name), help=hint)]
    )
