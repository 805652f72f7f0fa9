"""What the API counts of itself, as Prometheus reads it: requests, their time, verdicts. Nothing of any case."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from policy_engine.model.decisions import Decision
from policy_engine.reporting.words import verdict_label


class Counts:
    """The counters of one service. Any number of threads may note at a time."""

    def __init__(self) -> None:
        # Its own: two services of one process don't share what they count.
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "policy_engine_requests", "请求", ("endpoint", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "policy_engine_request_seconds", "一个请求的秒数", ("endpoint",), registry=self._registry
        )
        self._verdicts = Counter("policy_engine_verdicts", "结论", ("verdict",), registry=self._registry)

    def note(self, endpoint: str, status: int, seconds: float) -> None:
        """Note one answer."""
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def decided(self, decision: Decision | None) -> None:
        """Note what a case came to, or that it was not decided."""
        self._verdicts.labels(verdict_label(decision.verdict) if decision is not None else "未审查").inc()

    def text(self) -> str:
        """Write all of it."""
        return generate_latest(self._registry).decode()
