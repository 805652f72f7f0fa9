"""What a forked process must make anew: locks that another thread of its parent held, handles that are the parent's."""

from __future__ import annotations

import os
from collections.abc import Callable


def in_every_child(make_anew: Callable[[], None]) -> Callable[[], None]:
    """Have a function called in each process that is forked from this one; where none can be forked, never."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=make_anew)
    return make_anew
