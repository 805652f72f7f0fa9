"""The folder of this user in which what took long to make is kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

# Names the folder to keep in; `off` keeps and reads nothing.
SWITCH: Final = "POLICY_ENGINE_CACHE"
_OFF: Final = ("off", "0", "no", "")


def cache_folder() -> Path | None:
    """Find the folder of this user to keep in; `None` where nothing is to be kept."""
    chosen = os.environ.get(SWITCH)
    if chosen is not None:
        return None if chosen.strip().lower() in _OFF else Path(chosen)
    return _platform_folder()


def _platform_folder() -> Path | None:
    if sys.platform == "win32":
        given = os.environ.get("LOCALAPPDATA", "")
    else:
        given = os.environ.get("XDG_CACHE_HOME", "")
    # The standard says to take no notice of a path that is not whole.
    if Path(given).is_absolute():
        return Path(given) / "policy-engine"
    home = os.path.expanduser("~")  # noqa: PTH111 - gives `~` back where there is none, and raises nothing
    if not Path(home).is_absolute():
        return None
    return Path(home) / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "policy-engine"
