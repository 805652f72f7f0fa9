"""Draw the held-out third: every entry whose digest under the fixed seed falls into the first third.

An entry's lot depends on its id alone, so texts added later move nobody, and nobody chooses.
Run it after adding entries; it moves those that were drawn from the parts into held-out.yaml. Others were
put aside by whoever wrote them, before any of their texts was read: they lie in held-out-2.yaml to held-out-4.yaml and
are not drawn again.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

HERE = Path(__file__).parent
DRAWN = ("purchases.yaml", "purchases-2.yaml", "purchases-3.yaml", "enterprises.yaml", "contracts.yaml")
# Of the first, the answers were read as soon as it was written: nothing of it may be held out. Half of the others was put
# aside by their writers.
WHOLE = ("purchases-4.yaml", "purchases-5.yaml", "purchases-6.yaml")
PARTS = (*DRAWN, *WHOLE)
HELD_OUT = "held-out.yaml"
PUT_ASIDE = ("held-out-2.yaml", "held-out-3.yaml", "held-out-4.yaml")
UNSEEN = (HELD_OUT, *PUT_ASIDE)
SEED = "20261126"


def held_out(name: str) -> bool:
    """Whether the lot of this id is the held-out third."""
    return int(hashlib.sha256(f"{SEED}:{name}".encode()).hexdigest(), 16) % 3 == 0


def blocks(path: Path) -> list[tuple[str, str]]:
    """The entries of a part as (id, text), taken apart without being rewritten."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    found = re.split(r"(?m)^(?=- id: )", text)[1:]
    return [(re.match(r"- id: (\S+)", block)[1], block.rstrip("\n") + "\n") for block in found]


def main() -> None:
    """Move the entries that were drawn."""
    kept = {part: blocks(HERE / part) for part in DRAWN}
    drawn = blocks(HERE / HELD_OUT) + [b for part in DRAWN for b in kept[part] if held_out(b[0])]
    for part in DRAWN:
        (HERE / part).write_text("".join(t for i, t in kept[part] if not held_out(i)), encoding="utf-8")
    (HERE / HELD_OUT).write_text("".join(t for _, t in sorted(drawn)), encoding="utf-8")


if __name__ == "__main__":
    main()
