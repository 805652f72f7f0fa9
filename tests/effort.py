"""How hard to try: `make test` looks at a few examples of each property, `make test-full` at all of them.

Both draw the same examples each time, so that what they say of a change is about the change.
`make explore` draws others at every run: what it finds becomes a test by name.
"""

import os

IS_EXPLORING = os.environ.get("SUITE") == "explore"
IS_FULL = IS_EXPLORING or os.environ.get("SUITE") == "full"


def examples(full: int) -> int:
    """Say how many examples a slow property gets, given what the full suite gives it."""
    return full if IS_FULL else max(5, full // 5)
