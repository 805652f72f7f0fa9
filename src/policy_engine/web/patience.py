"""Connections that are kept waiting: how long a client may take over a request."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

# Seconds in which the head of a request must come.
HEAD_SECONDS: Final = 15.0
# So many times that, an answer that nobody takes is given up.
_LOOKS: Final = 20


class Patient(H11Protocol):
    """Closes connections that send no whole head, and those that never take their answer."""

    _watch: asyncio.TimerHandle | None = None
    _seen: object = None
    _looks = 0
    _was_waiting = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch."""
        super().connection_made(transport)
        self._was_waiting = True
        self._watch = self.loop.call_later(HEAD_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching."""
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        cycle: Any = self.cycle
        is_waiting = cycle is None or cycle.response_complete
        is_same = cycle is self._seen
        self._looks = self._looks + 1 if is_same else 0
        if is_same and ((is_waiting and self._was_waiting) or self._looks >= _LOOKS):
            self.transport.abort()
            return
        self._seen, self._was_waiting = cycle, is_waiting
        self._watch = self.loop.call_later(HEAD_SECONDS, self._look)
