"""The witness: how many records there were, and the digest of the last, kept apart from them.

A chain shows what was changed within it, not what was cut off at its end. Whoever appends notes the end elsewhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from policy_engine.foundation.in_place import put_in_place

_DIGEST: Final = re.compile(r"[0-9a-f]{32,64}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as somebody saw it: its number, and its digest or the first half of it, as papers print it."""

    number: int
    digest: str


def seen(text: str) -> Seen | None:
    """Read `17:83123ee2…`, as people copy it from a paper; `None` where it isn't that."""
    number, _, digest = text.strip().partition(":")
    if not (number.isascii() and number.isdigit() and _DIGEST.fullmatch(digest.strip().lower())):
        return None
    return Seen(int(number), digest.strip().lower())


class WitnessError(Exception):
    """Raised where the witness is there and can't be read."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A file of one line."""

    path: Path

    def read(self) -> Seen | None:
        """Give what was noted last; `None` where nothing ever was. Raises `WitnessError`."""
        try:
            found = json.loads(self.path.read_text("utf-8"))
            number, digest = found["number"], found["digest"]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WitnessError(str(self.path)) from error
        if not (isinstance(number, int) and isinstance(digest, str) and _DIGEST.fullmatch(digest)):
            raise WitnessError(str(self.path))
        return Seen(number, digest)

    def note(self, end: Seen) -> None:
        """Note the end, synced to the disk; it never goes back. Call it where no other writer can. Raises `OSError`."""
        try:
            before = self.read()
        except WitnessError:
            # `verify` says so; whoever mends it looks at what was there.
            return
        if before is None or before.number < end.number:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            text = json.dumps({"number": end.number, "digest": end.digest}) + "\n"
            put_in_place(self.path, text.encode(), is_private=True)
