"""How far a long run has come, told on standard error."""

from __future__ import annotations

import time

from policy_engine.cli.streams import write_error

_EVERY = 2.0
_LINES = 30


class Progress:
    """Tells on standard error how far it has come, where that takes long. `done_so`: what was done; `unit`: counts it."""

    def __init__(self, done_so: str = "已审", unit: str = "行") -> None:
        self.done_so, self.unit = done_so, unit
        self.begun = self.last = time.monotonic()
        self.first: int | None = None

    def __call__(self, done: int, total: int) -> None:
        """Take how many are done."""
        now = time.monotonic()
        if self.first is None:
            # What an earlier run did is skipped in no time: counted, it would promise too much.
            self.first, self.begun, self.last = done, now, now
        # Of an hour nobody reads two thousand lines.
        if now - self.last < max(_EVERY, (now - self.begun) / _LINES) or done == total:
            return
        self.last = now
        rate = (done - self.first) / (now - self.begun)
        left = (total - done) / rate if rate else 0.0
        write_error(
            f"{self.done_so} {done}/{total} {self.unit}，每秒 {rate:.0f} {self.unit}，约还要{_duration(left)}"
        )


def _duration(seconds: float) -> str:
    return (
        f" {seconds:.0f} 秒"
        if seconds < 90
        else f" {seconds / 60:.0f} 分钟"
        if seconds < 5400
        else f" {seconds / 3600:.1f} 小时"
    )
