"""What day it is, and that a run depends on it."""

from __future__ import annotations

from policy_engine.cli.run import this_run
from policy_engine.usecases.today import today_in_china

__all__ = ["noted_today", "today_in_china"]


def noted_today() -> int:
    """Read the clock, and note in the run that its results depend on it."""
    run = this_run()
    run.today = today_in_china()
    return run.today
