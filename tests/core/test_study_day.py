"""Study days: when a day begins, on either side of midnight, of a time zone and of summer time."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import fsrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.core import history, schedule
from recall.core.model import Grade, ItemState, Memory
from recall.core.settings import ReviewSettings
from recall.core.study_day import StudyCalendar
from tests.core.rows import ITEM, answer, nothing_due

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
DAYS = st.dates(date(2020, 1, 1), date(2037, 12, 31))  # no zone has left out a whole day since 2011
DAY_STARTS = st.times().map(lambda start: start.replace(second=0, microsecond=0))
MICROSECOND = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)
NO_STEPS = ReviewSettings(learning_steps=(), relearning_steps=())

EVENING = datetime(2026, 11, 20, 21, tzinfo=SHANGHAI)
NEXT_MORNING = datetime(2026, 11, 21, 8, tzinfo=SHANGHAI)


def answer_in_the_evening() -> ItemState:
    """The state of an item that was answered at 21:00 in Shanghai and got an interval of one day."""
    calendar = StudyCalendar(SHANGHAI)
    day = calendar.day_of(EVENING)
    due = schedule.review(ItemState(ITEM), Grade.AGAIN, EVENING, day, NO_STEPS, nothing_due).due
    return history.apply(ItemState(ITEM), answer(1, Grade.AGAIN, due, at=EVENING, day=day))


def test_a_one_day_interval_given_at_21_falls_due_at_04_the_next_morning() -> None:
    due = answer_in_the_evening().due

    assert due == date(2026, 11, 21)
    assert not isinstance(due, datetime)
    assert StudyCalendar(SHANGHAI).start_of(due) == datetime(2026, 11, 21, 4, tzinfo=SHANGHAI)


def test_from_21_to_08_one_day_has_elapsed() -> None:
    state = answer_in_the_evening()
    day = StudyCalendar(SHANGHAI).day_of(NEXT_MORNING)

    memory = schedule.review(state, Grade.GOOD, NEXT_MORNING, day, NO_STEPS, nothing_due).memory

    scheduler = fsrs.Scheduler(learning_steps=(), enable_fuzzing=False)
    card, _ = scheduler.review_card(fsrs.Card(1), fsrs.Rating.Again, datetime(2026, 1, 1, tzinfo=UTC))
    card, _ = scheduler.review_card(card, fsrs.Rating.Good, datetime(2026, 1, 2, tzinfo=UTC))
    assert card.stability is not None and card.difficulty is not None
    assert memory == Memory(card.stability, card.difficulty)


def test_retrievability_has_fallen_by_one_day_at_08() -> None:
    state = answer_in_the_evening()
    today = StudyCalendar(SHANGHAI).day_of(NEXT_MORNING)
    assert state.memory is not None

    r = schedule.retrievability(state.memory, state.last_day, today)

    assert r == schedule.curve(schedule.DEFAULT_WEIGHTS)(1, state.memory.stability)


@pytest.mark.parametrize(
    ("wall", "day"),
    [
        (time(0), 4),
        (time(3, 59, 59, 999_999), 4),
        (time(4), 5),
        (time(12), 5),
        (time(23, 59, 59), 5),
    ],
)
def test_the_hours_from_midnight_to_04_belong_to_the_day_before(wall: time, day: int) -> None:
    at = datetime.combine(date(2026, 5, 5), wall, SHANGHAI)

    assert StudyCalendar(SHANGHAI).day_of(at) == date(2026, 5, day)


@pytest.mark.parametrize(("start", "day"), [(time(0), 5), (time(5, 29), 5), (time(5, 30), 5), (time(5, 31), 4)])
def test_the_day_start_can_be_moved_to_the_minute(start: time, day: int) -> None:
    at = datetime(2026, 5, 5, 5, 30, tzinfo=SHANGHAI)

    assert StudyCalendar(SHANGHAI, start).day_of(at) == date(2026, 5, day)


def test_the_zone_an_instant_is_written_in_does_not_matter() -> None:
    at = datetime(2026, 5, 5, 3, tzinfo=SHANGHAI)
    calendar = StudyCalendar(SHANGHAI)

    assert {calendar.day_of(at.astimezone(zone)) for zone in (SHANGHAI, NEW_YORK, UTC)} == {date(2026, 5, 4)}


def test_the_wall_clock_is_the_learners() -> None:
    at = datetime(2026, 5, 5, 21, tzinfo=UTC)

    assert StudyCalendar(SHANGHAI).local(at).isoformat() == "2026-05-06T05:00:00+08:00"


def test_a_change_of_time_zone_leaves_the_days_in_the_log_alone() -> None:
    morning = datetime(2026, 5, 5, 9, tzinfo=SHANGHAI)
    row = answer(1, Grade.GOOD, date(2026, 5, 8), at=morning, day=StudyCalendar(SHANGHAI).day_of(morning))
    assert StudyCalendar(NEW_YORK).day_of(morning) == date(2026, 5, 4), "the zones must differ for this test"

    state = history.fold([row], [])[ITEM]

    assert (state.first_day, state.last_day, state.due) == (date(2026, 5, 5), date(2026, 5, 5), date(2026, 5, 8))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Auckland", "Pacific/Pago_Pago"])
def test_a_due_date_is_the_same_date_wherever_the_learner_travels(zone: str) -> None:
    local = ZoneInfo(zone)

    start = StudyCalendar(local).start_of(date(2026, 5, 8))

    assert start == datetime(2026, 5, 8, 4, tzinfo=local)


SWITCHES = [
    # The study day that holds the switch, and its hours.
    ("America/New_York", date(2026, 3, 7), 23.0),
    ("America/New_York", date(2026, 10, 31), 25.0),
    ("Europe/Berlin", date(2026, 3, 28), 23.0),
    ("Europe/Berlin", date(2026, 10, 24), 25.0),
    ("Australia/Lord_Howe", date(2026, 10, 3), 23.5),
    ("Australia/Lord_Howe", date(2026, 4, 4), 24.5),
    ("Africa/Cairo", date(2026, 4, 23), 23.0),  # 00:00 becomes 01:00
    ("Africa/Cairo", date(2026, 10, 29), 25.0),  # 24:00 becomes 23:00
    ("America/Havana", date(2026, 3, 7), 23.0),
    ("America/Havana", date(2026, 10, 31), 25.0),
    ("Antarctica/Troll", date(2026, 3, 28), 22.0),
    ("Antarctica/Troll", date(2026, 10, 24), 26.0),
]


@pytest.mark.parametrize(("zone", "day", "hours"), SWITCHES)
def test_a_day_with_a_switch_is_shorter_or_longer_but_begins_and_ends_at_04(zone: str, day: date, hours: float) -> None:
    local = ZoneInfo(zone)
    calendar = StudyCalendar(local)

    start, end = calendar.start_of(day), calendar.start_of(day + timedelta(1))

    assert [calendar.local(at).replace(tzinfo=None) for at in (start, end)] == [
        datetime.combine(day, time(4)),
        datetime.combine(day + timedelta(1), time(4)),
    ]
    assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(("zone", "day", "hours"), SWITCHES)
def test_every_moment_of_a_day_with_a_switch_belongs_to_it(zone: str, day: date, hours: float) -> None:
    calendar = StudyCalendar(ZoneInfo(zone))
    start = calendar.start_of(day)
    last = start + timedelta(hours=hours) - MICROSECOND

    moments = [start + n * QUARTER for n in range(int(hours * 4))]

    assert {calendar.day_of(at) for at in [*moments, last]} == {day}
    assert calendar.day_of(start - MICROSECOND) == day - timedelta(1)
    assert calendar.day_of(last + MICROSECOND) == day + timedelta(1)


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("America/Havana", date(2026, 3, 8), "2026-03-08T01:00:00-04:00"),  # there is no 00:00
        ("America/Havana", date(2026, 11, 1), "2026-11-01T00:00:00-04:00"),  # there are two
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-24T01:00:00+03:00"),
    ],
)
def test_a_day_that_starts_at_midnight_starts_once_when_the_clock_switches_then(
    zone: str, day: date, start: str
) -> None:
    calendar = StudyCalendar(ZoneInfo(zone), time(0))

    begin = calendar.start_of(day)

    assert calendar.local(begin).isoformat() == start
    assert [calendar.day_of(begin + n * QUARTER) for n in range(-4, 9)] == [day - timedelta(1)] * 4 + [day] * 9


IN_A_SWITCH = [
    ("America/New_York", date(2026, 3, 8), time(2, 30)),  # no such time that day
    ("America/New_York", date(2026, 11, 1), time(1, 30)),  # twice that day
    ("Europe/Berlin", date(2026, 3, 29), time(2, 30)),
    ("Europe/Berlin", date(2026, 10, 25), time(2, 30)),
    ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45)),
    ("Antarctica/Troll", date(2026, 10, 25), time(2, 0)),
]


@pytest.mark.parametrize(("zone", "day", "start"), IN_A_SWITCH)
def test_a_day_whose_start_falls_in_a_switch_counts_from_its_start_and_not_before(
    zone: str, day: date, start: time
) -> None:
    calendar = StudyCalendar(ZoneInfo(zone), start)
    begin = calendar.start_of(day)

    assert {calendar.day_of(begin - n * QUARTER - MICROSECOND) for n in range(12)} == {day - timedelta(1)}
    assert {calendar.day_of(begin + n * QUARTER) for n in range(12)} == {day}


@given(ZONES, DAYS, DAY_STARTS)
def test_the_start_of_a_day_belongs_to_it(zone: ZoneInfo, day: date, start: time) -> None:
    calendar = StudyCalendar(zone, start)

    assert calendar.day_of(calendar.start_of(day)) == day


@given(ZONES, DAYS)
def test_a_day_that_starts_at_04_starts_at_one_instant(zone: ZoneInfo, day: date) -> None:
    calendar = StudyCalendar(zone)

    assert calendar.day_of(calendar.start_of(day) - MICROSECOND) == day - timedelta(1)


@given(ZONES, st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_instant_lies_between_the_start_of_its_day_and_the_next(zone: ZoneInfo, at: datetime) -> None:
    calendar = StudyCalendar(zone)
    day = calendar.day_of(at)

    assert calendar.start_of(day) <= at < calendar.start_of(day + timedelta(1))


ASK_THE_SYSTEM = """
import json, sys
from datetime import date, datetime
from recall.core.study_day import StudyCalendar

calendar = StudyCalendar()
days = [calendar.day_of(datetime.fromisoformat(at)).isoformat() for at in sys.argv[1].split()]
starts = [calendar.start_of(date.fromisoformat(day)).isoformat() for day in sys.argv[2].split()]
print(json.dumps([days, starts]))
"""


@pytest.mark.parametrize(
    ("tz", "days", "starts"),
    [
        (
            "CST-8",
            ["2026-01-14", "2026-01-15", "2026-07-15"],
            ["2026-01-14T20:00:00+00:00", "2026-07-14T20:00:00+00:00", "2026-11-01T20:00:00+00:00"],
        ),
        (
            "EST5EDT,M3.2.0,M11.1.0",  # New York, told in a way that needs no time zone files
            ["2026-01-14", "2026-01-14", "2026-07-15"],
            ["2026-01-15T09:00:00+00:00", "2026-07-15T08:00:00+00:00", "2026-11-02T09:00:00+00:00"],
        ),
    ],
)
def test_without_a_zone_the_systems_own_is_used_with_its_summer_time(
    tz: str, days: list[str], starts: list[str]
) -> None:
    instants = "2026-01-14T19:59:59+00:00 2026-01-14T20:00:00+00:00 2026-07-15T08:00:00+00:00"
    dates = "2026-01-15 2026-07-15 2026-11-02"

    done = subprocess.run(
        [sys.executable, "-c", ASK_THE_SYSTEM, instants, dates],
        env={**os.environ, "TZ": tz},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == [days, starts]
