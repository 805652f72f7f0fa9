"""A rule base in one file that names exactly what decides: every text by its digest, perhaps signed. Decision 40."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from policy_engine.foundation.archives import undated
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.records import dataclass
from policy_engine.loading.folders import root_of, within
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import RuleFiles, read_sources
from policy_engine.usecases.unpacking import (
    BELOW,
    FORMAT,
    MANIFEST,
    SIGNATURE,
    checked_manifest,
    entries_of,
    lay_out,
    wrong,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a bundle holds. `version`: of the rule base; `base`: name and version of what it lies on; `is_signed`: a signature was found right."""

    version: str
    base: tuple[str, str] | None
    rules: int
    files: int
    is_signed: bool


def build(files: RuleFiles, key: bytes | None = None) -> tuple[bytes, Bundle]:
    """Put a rule base and all that it lies on into one file, the same bytes for the same texts. `key`: an Ed25519 private key, PEM.

    Raises `DiagnosticsError` where the rule base does not load, or the key is none.
    """
    sources = read_sources(files)
    rules = len(load_rule_set(sources).rules)
    texts = {_stored(path): text.encode() for path, text in sources.texts.items()}
    manifest = {
        "format": FORMAT,
        "version": sources.version,
        "base": {"name": sources.base, "version": sources.base_version} if sources.base else None,
        "rules": rules,
        "files": {path: hashlib.sha256(texts[path]).hexdigest() for path in sorted(texts)},
    }
    text = (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    entries = {MANIFEST: text} | ({SIGNATURE: _signature(text, key)} if key is not None else {})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in (entries | dict(sorted(texts.items()))).items():
            # Packed bytes would hang on the library that packs.
            entry = undated(path, zipfile.ZIP_STORED)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)
    base = (sources.base, sources.base_version) if sources.base else None
    bundle = Bundle(
        version=sources.version, base=base, rules=rules, files=len(texts), is_signed=key is not None
    )
    return out.getvalue(), bundle


def verify(data: bytes, name: str, key: bytes | None = None) -> Bundle:
    """Check every byte of a bundle against its list, load it, and hold it to the version it names. `key`: an Ed25519 public key, PEM.

    Without a key nothing is said of who made it. Raises `DiagnosticsError` with the first thing that is wrong. `name`: of the file.
    """
    entries, text, signature = entries_of(data, name)
    if key is not None:
        _check_signature(text, signature, key, name)
    manifest = checked_manifest(entries, text, name)
    with _laid_out(entries, name) as files:
        sources = read_sources(files)
        rules = len(load_rule_set(sources).rules)
    if sources.version != manifest["version"]:
        raise wrong(name, f"版本是 {sources.version}，清单写的是 {manifest['version']}")
    base = (sources.base, sources.base_version) if sources.base else None
    return Bundle(
        version=sources.version, base=base, rules=rules, files=len(entries), is_signed=key is not None
    )


def _stored(path: str) -> str:
    base = root_of(path)
    return f"{BELOW}/{base}/{within(path)}" if base else path


@contextmanager
def _laid_out(entries: Mapping[str, bytes], name: str) -> Iterator[RuleFiles]:
    with TemporaryDirectory() as folder:
        lay_out(entries, Path(folder), name)
        yield RuleFiles(Path(folder, "rules"), Path(folder, "schemas"), copies=Path(folder, BELOW))


def _signature(text: bytes, key: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        found = load_pem_private_key(key, None)
    except (ValueError, TypeError):
        found = None
    if not isinstance(found, Ed25519PrivateKey):
        raise DiagnosticsError([_no_key("不是没有口令的 Ed25519 私钥（PEM）")])
    return found.sign(text).hex().encode() + b"\n"


def _check_signature(text: bytes, signature: bytes | None, key: bytes, name: str) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    try:
        found = load_pem_public_key(key)
    except (ValueError, TypeError):
        found = None
    if not isinstance(found, Ed25519PublicKey):
        raise DiagnosticsError([_no_key("不是 Ed25519 公钥（PEM）")])
    if signature is None:
        raise wrong(name, "没有签名")
    try:
        found.verify(bytes.fromhex(signature.decode("ascii", "replace").strip()), text)
    except (InvalidSignature, ValueError):
        raise wrong(name, "签名不对：清单被改过，或者不是这把钥匙签的") from None


def _no_key(message: str) -> Diagnostic:
    hint = (
        "openssl genpkey -algorithm ed25519 -out key.pem；公钥 openssl pkey -in key.pem -pubout -out pub.pem"
    )
    return Diagnostic(code="PE022", message=f"所写的钥匙{message}", help=hint)
