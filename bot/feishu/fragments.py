"""Joining the messages of Feishu's long connection that come in parts, within bounds of time and memory."""

from __future__ import annotations

FRAGMENT_SECONDS = 5.0
MAX_FRAGMENTS = 256  # of one message
MAX_FRAGMENT_BYTES = 16 * 1024 * 1024  # of all unfinished messages together
MAX_FRAGMENTED = 1000  # unfinished messages


class Fragments:
    """Messages that come in parts. What is not complete within its window is dropped, and so is the oldest when all
    together grow too large; the platform sends unacknowledged messages again."""

    def __init__(self) -> None:
        self._parts: dict[str, tuple[float, dict[int, bytes]]] = {}
        self.size = 0

    def __len__(self) -> int:
        return len(self._parts)

    def join(self, key: str, count: int, index: int, part: bytes, now: float) -> bytes | None:
        """The whole payload, when ``part`` was the last missing.

        Raises:
            ValueError: parts that cannot be of one message.
        """
        if not (1 <= count <= MAX_FRAGMENTS and 0 <= index < count):
            raise ValueError("impossible fragment")
        if count == 1:
            return part
        self.expire(now)
        _since, parts = self._parts.setdefault(key, (now, {}))
        self.size += len(part) - len(parts.get(index, b""))
        parts[index] = part
        if len(parts) >= count and all(number in parts for number in range(count)):
            self._drop(key)
            return b"".join(parts[number] for number in range(count))
        while self.size > MAX_FRAGMENT_BYTES or len(self._parts) > MAX_FRAGMENTED:
            self._drop(next(iter(self._parts)))
        return None

    def expire(self, now: float) -> None:
        """Drop what has been waiting for its window."""
        while self._parts:
            oldest = next(iter(self._parts))
            if now - self._parts[oldest][0] < FRAGMENT_SECONDS:
                break
            self._drop(oldest)

    def _drop(self, key: str) -> None:
        _since, parts = self._parts.pop(key)
        self.size -= sum(map(len, parts.values()))
