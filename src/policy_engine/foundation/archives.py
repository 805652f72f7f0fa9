"""Zip archives: what says that one is damaged, and entries that say nothing of when they were made."""

from __future__ import annotations

import zipfile
import zlib
from typing import Final

# What reading a damaged, locked or oddly packed archive raises: the last two where its method is locked or unknown.
DAMAGED: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError)
# The first day that an archive can name.
_NO_DAY: Final = (1980, 1, 1, 0, 0, 0)


def undated(name: str, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """Make an entry that is the same whenever it is made. `method`: how it is packed."""
    entry = zipfile.ZipInfo(name, _NO_DAY)
    entry.compress_type = method
    return entry
