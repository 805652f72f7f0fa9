"""What records refer to and share, kept once by its digest: the files of a rule base, a catalogue."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from policy_engine.loading.folders import root_of, within
from policy_engine.records.canonical import canonical_texts, digest_of
from policy_engine.usecases.sources import RuleFiles, Sources

_ROOTS = ("rules", "schemas", "vocabulary")
_BELOW = "below"
# What no honest rule base comes near.
_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Attachment:
    """Texts by path. `digest`: of the texts; `checksum`: of `data`, the bytes that are stored."""

    digest: str
    checksum: str
    data: bytes


def packed(texts: Mapping[str, str]) -> Attachment:
    """Pack texts: the same texts have the same digest on every machine."""
    whole = canonical_texts(texts)
    data = _compressed(whole)
    return Attachment(digest_of(whole), digest_of(data), data)


# Who files many opinions files them with one rule base and one catalogue.
@lru_cache(maxsize=2)
def _compressed(whole: bytes) -> bytes:
    return zlib.compress(whole, 9)


def base_texts(sources: Sources) -> dict[str, str]:
    """Give the texts of a rule base that decide cases, and what they are made of; not what only tries them."""
    tried = {source.path for source in sources.regressions}
    return {path: text for path, text in sources.texts.items() if path not in tried}


def unpacked(one: Attachment) -> dict[str, str] | None:
    """Give the texts back; `None` where any byte is not as it was stored."""
    if digest_of(one.data) != one.checksum:
        return None
    try:
        reader = zlib.decompressobj()
        whole = reader.decompress(one.data, _LARGEST)
        is_whole = reader.eof and not reader.unused_data
        found = json.loads(whole) if is_whole and digest_of(whole) == one.digest else None
    except (zlib.error, ValueError):
        return None
    return found if isinstance(found, dict) else None


@contextmanager
def written_out(texts: Mapping[str, str]) -> Iterator[RuleFiles]:
    """Write the files of a rule base into a folder that lasts as long as the context. Raises `OSError`, `ValueError`."""
    with TemporaryDirectory() as folder:
        for path, text in texts.items():
            base = root_of(path)
            parts = PurePosixPath(within(path)).parts
            # A record may come from anyone: no name in it leads elsewhere.
            if not parts or parts[0] not in _ROOTS or ".." in (*parts, base) or "\\" in path or "\0" in path:
                message = f"unsafe path {path!r}"
                raise ValueError(message)
            target = Path(folder, *((_BELOW, base) if base else ()), *parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        yield RuleFiles(Path(folder, "rules"), Path(folder, "schemas"), copies=Path(folder, _BELOW))
