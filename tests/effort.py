"""How hard to try: `make test` looks at a few examples of each property, `make test-full` at all of them."""

import os

IS_FULL = os.environ.get("SUITE") == "full"


def examples(full: int) -> int:
    """Say how many examples a slow property gets, given what the full suite gives it."""
    return full if IS_FULL else max(5, full // 5)
