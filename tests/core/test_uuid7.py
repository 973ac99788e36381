"""Ids of log rows: they grow, whatever the clock does, and are UUIDv7."""

from itertools import pairwise
from types import SimpleNamespace
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import recall.store.uuid7 as module
from recall.store.uuid7 import uuid7

NOW_MS = 1_795_000_000_000


class Clock:
    """A clock that the test sets, in milliseconds."""

    ms = NOW_MS

    def time_ns(self) -> int:
        return self.ms * 1_000_000 + 999_999


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def milliseconds(text: str) -> int:
    return UUID(text).int >> 80


def test_an_id_is_a_uuid_of_version_7() -> None:
    found = UUID(uuid7())

    assert (found.version, found.variant) == (7, RFC_4122)


def test_an_id_is_written_as_uuids_are() -> None:
    text = uuid7()

    assert text == str(UUID(text))


def test_an_id_begins_with_the_time_in_milliseconds(clock: Clock) -> None:
    assert milliseconds(uuid7()) == NOW_MS


def test_ids_of_one_moment_differ(clock: Clock) -> None:
    assert len({uuid7() for _ in range(1_000)}) == 1_000


def test_an_id_of_a_later_millisecond_sorts_after(clock: Clock) -> None:
    first = uuid7()
    clock.ms += 1

    assert uuid7() > first


def test_an_id_with_a_later_clock_carries_the_time_of_the_clock(clock: Clock) -> None:
    first = uuid7()
    clock.ms += 5

    assert milliseconds(uuid7(after=first)) == NOW_MS + 5


@given(st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=60))
def test_ids_grow_although_the_clock_jumps(jumps: list[int]) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "time", clock)
        made = [uuid7()]
        for jump in jumps:
            clock.ms += jump
            made.append(uuid7(after=made[-1]))

    assert all(before < after for before, after in pairwise(made))
    assert {UUID(text).version for text in made} == {7}
    assert {UUID(text).variant for text in made} == {RFC_4122}


def test_ids_grow_within_one_millisecond(clock: Clock) -> None:
    made = [uuid7()]
    for _ in range(2_000):
        made.append(uuid7(after=made[-1]))

    assert made == sorted(set(made))
    assert {milliseconds(text) for text in made} <= {NOW_MS, NOW_MS + 1}


def test_a_clock_that_went_backwards_keeps_the_time_of_the_row_before(clock: Clock) -> None:
    first = uuid7()
    clock.ms -= 86_400_000

    assert milliseconds(uuid7(after=first)) in {NOW_MS, NOW_MS + 1}


def test_two_devices_that_go_on_from_one_row_do_not_meet(clock: Clock) -> None:
    last = uuid7()
    clock.ms -= 1

    assert len({uuid7(after=last) for _ in range(100)}) == 100


def test_after_the_last_id_of_a_millisecond_comes_the_next_millisecond(clock: Clock) -> None:
    last = str(UUID(int=NOW_MS << 80 | 0x7FFF << 64 | 0xBFFF_FFFF_FFFF_FFFF))

    found = UUID(uuid7(after=last))

    assert str(found) > last
    assert found.int >> 80 == NOW_MS + 1
    assert (found.version, found.variant) == (7, RFC_4122)


def test_all_random_bits_are_used(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "secrets", SimpleNamespace(randbits=lambda bits: (1 << bits) - 1))

    assert UUID(uuid7()).int == NOW_MS << 80 | 0x7FFF << 64 | 0xBFFF_FFFF_FFFF_FFFF
