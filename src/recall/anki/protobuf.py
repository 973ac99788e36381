"""Just enough of protobuf to read the few messages of Anki's newer packages."""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def read_messages(content: bytes, number: int) -> Iterator[bytes]:
    """Every value of a field of bytes. Raises ValueError for what is no message."""
    return (value for field, value in _fields(content) if field == number and isinstance(value, bytes))


def read_text(content: bytes, number: int) -> str:
    """The last value of a field of text, empty when there is none. Raises ValueError."""
    return next(reversed([value.decode() for value in read_messages(content, number)]), "")


def read_number(content: bytes, number: int) -> int:
    """The last value of a field of whole numbers, 0 when there is none. Raises ValueError."""
    found = [value for field, value in _fields(content) if field == number and isinstance(value, int)]
    return found[-1] if found else 0


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        kind = key & 7
        if kind == _VARINT:
            value, place = _varint(content, place)
            yield key >> 3, value
            continue
        size, place = _size(content, place, kind)
        if place + size > len(content):
            raise ValueError("cut short")
        yield key >> 3, content[place : place + size]
        place += size


def _size(content: bytes, place: int, kind: int) -> tuple[int, int]:
    if kind == _BYTES:
        return _varint(content, place)
    if kind in (_FIXED64, _FIXED32):
        return (8 if kind == _FIXED64 else 4), place
    raise ValueError("unknown wire type")


def _varint(content: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(content) and shift < 70:
        byte = content[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise ValueError("cut short")
