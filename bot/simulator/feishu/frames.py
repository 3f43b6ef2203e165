"""The long connection's frames: protobuf 2 ``pbbp2.Frame`` (facts/feishu.md §2), read and written by hand.

Fields: 1 SeqID uint64, 2 LogID uint64, 3 service int32, 4 method int32, 5 headers {1 key, 2 value}, 6 payload_encoding,
7 payload_type, 8 payload, 9 LogIDNew. 1 to 4 are required.
"""

from __future__ import annotations

from dataclasses import dataclass, field

CONTROL = 0
DATA = 1
_VARINT = 0
_FIXED64 = 1
_BYTES = 2
_FIXED32 = 5
_MAX_VARINT = 10


class BadFrame(ValueError):
    """The bytes are no frame."""


@dataclass(slots=True)
class Frame:
    """One frame. ``headers`` keep the last value of a repeated key."""

    method: int
    service: int = 0
    seq_id: int = 0
    log_id: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""
    payload_encoding: str = ""
    payload_type: str = ""

    @property
    def kind(self) -> str:
        """The header ``type``: event|card|ping|pong."""
        return self.headers.get("type", "")


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1  # negative int32 are written as 64-bit two's complement
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(tag: int, number: int) -> bytes:
    return _varint(tag << 3 | _VARINT) + _varint(number)


def _bytes(tag: int, data: bytes) -> bytes:
    return _varint(tag << 3 | _BYTES) + _varint(len(data)) + data


def encode(frame: Frame) -> bytes:
    """The frame's bytes."""
    parts = [
        _number(1, frame.seq_id),
        _number(2, frame.log_id),
        _number(3, frame.service),
        _number(4, frame.method),
    ]
    parts += [_bytes(5, _bytes(1, key.encode()) + _bytes(2, value.encode())) for key, value in frame.headers.items()]
    if frame.payload_encoding:
        parts.append(_bytes(6, frame.payload_encoding.encode()))
    if frame.payload_type:
        parts.append(_bytes(7, frame.payload_type.encode()))
    parts.append(_bytes(8, frame.payload))
    return b"".join(parts)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for step in range(_MAX_VARINT):
        if at >= len(data):
            raise BadFrame("cut varint")
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:
            return number, at
    raise BadFrame("varint too long")


def _fields(data: bytes) -> list[tuple[int, int | bytes]]:
    found: list[tuple[int, int | bytes]] = []
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        tag, wire = key >> 3, key & 7
        if wire == _VARINT:
            number, at = _read_varint(data, at)
            found.append((tag, number))
            continue
        if wire == _BYTES:
            size, at = _read_varint(data, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise BadFrame(f"wire type {wire}")
        if at + size > len(data):
            raise BadFrame("cut field")
        found.append((tag, data[at : at + size]))
        at += size
    return found


def _text(value: int | bytes) -> str:
    if isinstance(value, int):
        raise BadFrame("a number where bytes belong")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFrame("not UTF-8") from error


def _signed32(value: int | bytes) -> int:
    if not isinstance(value, int):
        raise BadFrame("bytes where a number belongs")
    low = value & 0xFFFFFFFF
    return low - (1 << 32) if low >= 1 << 31 else low


def decode(data: bytes) -> Frame:
    """The frame in ``data``.

    Raises:
        BadFrame: it is none.
    """
    frame = Frame(method=CONTROL)
    seen: set[int] = set()
    for tag, value in _fields(data):
        seen.add(tag)
        if tag in (1, 2):
            if not isinstance(value, int):
                raise BadFrame("bytes where a number belongs")
            if tag == 1:
                frame.seq_id = value
            else:
                frame.log_id = value
        elif tag == 3:
            frame.service = _signed32(value)
        elif tag == 4:
            frame.method = _signed32(value)
        elif tag == 5:
            if isinstance(value, int):
                raise BadFrame("a number where a header belongs")
            header = dict(_fields(value))
            if not {1, 2} <= header.keys():
                raise BadFrame("a header without key or value")
            frame.headers[_text(header[1])] = _text(header[2])
        elif tag == 8:
            if isinstance(value, int):
                raise BadFrame("a number where the payload belongs")
            frame.payload = value
    if not {1, 2, 3, 4} <= seen:
        raise BadFrame("a required field is missing")
    return frame
