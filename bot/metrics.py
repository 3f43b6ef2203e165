"""What /metrics tells (Prometheus). One object per service, with a registry of its own, so that tests do not share
it."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """Counters of the service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._accepted = Counter(
            "danju_inbox_events", "Events by platform and kind", ["platform", "kind", "fresh"], registry=self.registry
        )
        self._accepted_as: dict[tuple[str, str, bool], Counter] = {}
        self._outcomes = Counter("danju_outcomes", "What became of messages", ["kind"], registry=self.registry)
        self._failures = Counter("danju_failures", "Failures of messages", ["error"], registry=self.registry)
        self._poison = Counter("danju_poison", "Messages set aside", registry=self.registry)
        self._sent = Counter(
            "danju_sent", "Sends by platform and result", ["platform", "result"], registry=self.registry
        )

    def accepted(self, platform: str, kind: str, fresh: bool) -> None:
        counter = self._accepted_as.get((platform, kind, fresh))
        if counter is None:  # each acknowledgement waits for this, and looking up labels is slow
            counter = self._accepted.labels(platform, kind, "1" if fresh else "0")
            self._accepted_as[platform, kind, fresh] = counter
        counter.inc()

    def outcome(self, kind: str) -> None:
        self._outcomes.labels(kind).inc()

    def failure(self, error: str) -> None:
        self._failures.labels(error).inc()

    def poisoned(self) -> None:
        self._poison.inc()

    def sent(self, platform: str, result: str) -> None:
        self._sent.labels(platform, result).inc()

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """A gauge read when asked."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def render(self) -> bytes:
        return generate_latest(self.registry)
