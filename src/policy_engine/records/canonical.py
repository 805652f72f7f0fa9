"""One form of every record, to the byte: canonical JSON (RFC 8785), and the digest of bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError


def canonical(data: Mapping[str, Any]) -> bytes:
    """Write data in the one form there is of it. Raises `DiagnosticsError` where there is none: half of a character, say."""
    try:
        return rfc8785.dumps(dict(data))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        wrong = Diagnostic(
            code="PE546",
            message=f"记录写不成规范的 JSON：{error}",
            help="去掉文字里不完整的字符，再登记",
        )
        raise DiagnosticsError([wrong]) from error


def parsed(content: bytes) -> dict[str, Any] | None:
    """Read what `canonical` wrote; `None` where these are not its bytes, in any way."""
    try:
        found = json.loads(content.decode("utf-8"))
        is_same = isinstance(found, dict) and rfc8785.dumps(found) == content
    except (ValueError, RecursionError, rfc8785.CanonicalizationError):
        return None
    return found if is_same else None


def digest_of(data: bytes) -> str:
    """Digest bytes: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
