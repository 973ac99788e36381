"""UUIDv7 (RFC 9562) for log rows: time-ordered, and never smaller than the row before, whatever the clock does."""

from __future__ import annotations

import secrets
import time
from hashlib import blake2b

from recall.core.model import LogId

_RANDOM_BITS = 74


def uuid7(after: str | None = None) -> LogId:
    """A new id, greater than `after`. Ids sort as text in the order they were made."""
    milliseconds = time.time_ns() // 1_000_000
    value = _pack(milliseconds, secrets.randbits(_RANDOM_BITS))
    if after is None or value > after:
        return LogId(value)
    return LogId(_successor(after))


def uuid7_of(milliseconds: int, name: str) -> LogId:
    """The id of a row from elsewhere: the same each time for one instant and name."""
    random = int.from_bytes(blake2b(f"{milliseconds}/{name}".encode(), digest_size=10).digest())
    return LogId(_pack(milliseconds, random & (1 << _RANDOM_BITS) - 1))


def _pack(milliseconds: int, random: int) -> str:
    head, tail = random >> 62, random & (1 << 62) - 1
    digits = f"{(milliseconds << 80) | (0x7 << 76) | (head << 64) | (0b10 << 62) | tail:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _successor(uuid: str) -> str:
    """The same millisecond, the random part raised by a random step, so that two devices do not meet."""
    digits = int(uuid.replace("-", ""), 16)
    milliseconds = digits >> 80
    random = ((digits >> 64 & 0xFFF) << 62) | (digits & (1 << 62) - 1)
    random += 1 + secrets.randbits(32)
    if random >> _RANDOM_BITS:
        milliseconds, random = milliseconds + 1, secrets.randbits(_RANDOM_BITS)
    return _pack(milliseconds, random)
