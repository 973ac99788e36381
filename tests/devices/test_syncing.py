"""Several machines and a folder between them: any order, any number of times, and all end in the same state."""

from __future__ import annotations

import shutil
from pathlib import Path
from zlib import crc32

import pytest

from recall.core.model import EventKind, Grade, ItemId
from recall.devices import segments
from recall.devices.segments import read_lines
from recall.errors import ConfigError, RecallError
from tests.support_devices import Machine, Machines


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    return Machines(tmp_path, monkeypatch)


@pytest.fixture
def pair(machines: Machines) -> tuple[Machine, Machine]:
    """Two machines of which each has answered, not synced yet."""
    one, two = machines.machine("one"), machines.machine("two")
    one.answer("a")
    two.answer("b", Grade.EASY)
    return one, two


def codes(machine: Machine) -> list[str]:
    return [finding.code for finding in machine.sync().findings]


def test_two_machines_come_to_the_same_log_and_states(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.sync()
    assert two.sync().merged.reviews == 1
    assert one.sync().merged.reviews == 1
    assert one.ids == two.ids
    assert one.states == two.states
    assert len(one.ids) == 2


def test_a_sync_with_nothing_new_writes_nothing(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    for machine in (one, two, one):
        machine.sync()
    before = {path: path.read_bytes() for path in machines.segments()}
    again = one.sync()
    assert (again.sent, again.merged.added, again.findings) == (0, 0, ())
    assert {path: path.read_bytes() for path in machines.segments()} == before


def test_each_machine_writes_only_in_its_own_folder(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    one.sync()
    before = {path: path.read_bytes() for path in machines.segments()}
    two.sync()
    assert {path: path.read_bytes() for path in before} == before
    assert {path.parent.name for path in machines.segments()} == {one.device, two.device}


def test_rows_that_came_by_a_merge_travel_on(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    from recall.devices.merging import merge_database

    with one.open() as workspace:
        merge_database(workspace.ledger, two.home / "recall.db", workspace.now())
    one.sync()
    third = machines.machine("three")
    third.sync()
    assert third.ids == one.ids
    assert two.sync().sent == 0


def test_a_folder_that_lost_files_is_filled_again(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    for machine in (one, two, one):
        machine.sync()
    shutil.rmtree(machines.shared / "recall-log")
    assert one.sync().sent == 2
    third = machines.machine("three")
    third.sync()
    assert third.ids == one.ids


def test_an_undo_takes_back_on_the_other_machine_too(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.sync()
    two.sync()
    assert two.states[ItemId("a")].reps == 1
    one.undo()
    one.sync()
    two.sync()
    assert two.states[ItemId("a")].reps == 0


def test_undo_takes_back_nothing_of_another_machine(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.sync()
    two.sync()
    two.undo()
    two.undo()
    assert two.states[ItemId("a")].reps == 1
    assert two.states[ItemId("b")].reps == 0


def test_a_dry_run_says_what_would_come_and_go_and_changes_nothing(
    pair: tuple[Machine, Machine], machines: Machines
) -> None:
    one, two = pair
    one.sync()
    before = two.ids
    would = two.sync(dry_run=True)
    assert (would.merged.reviews, would.sent) == (1, 1)
    assert two.ids == before
    assert {path.parent.name for path in machines.segments()} == {one.device}
    assert not (two.home / "backups").exists()


def test_the_first_sync_with_a_folder_is_backed_up_before(pair: tuple[Machine, Machine]) -> None:
    one, _two = pair
    one.sync()
    one.sync()
    (backup,) = (one.home / "backups").iterdir()
    assert "before-sync" in backup.name


def test_a_folder_that_is_not_there_is_an_error(pair: tuple[Machine, Machine], tmp_path: Path) -> None:
    one, _two = pair
    one.shared = tmp_path / "stick"
    with pytest.raises(ConfigError, match="plug in"):
        one.sync()


def test_a_folder_that_cannot_be_written_is_an_error_and_loses_nothing(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.sync()
    two.shared.joinpath("recall-log", two.device).write_text("in the way")
    with pytest.raises(RecallError, match="can't be written"):
        two.sync()
    assert len(two.ids) == 2
    two.shared.joinpath("recall-log", two.device).unlink()
    assert two.sync().sent == 1


# Lines on their way.


def test_a_line_that_is_still_on_its_way_is_waited_for(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    one.answer("c")
    one.sync()
    (segment,) = machines.segments()
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-40])
    assert codes(two) == ["unfinished"]
    assert len(two.ids) == 2
    segment.write_bytes(whole)
    assert codes(two) == []
    assert len(two.ids) == 3


def test_a_line_that_a_crash_left_unfinished_is_written_again(
    pair: tuple[Machine, Machine], machines: Machines
) -> None:
    one, two = pair
    one.sync()
    (segment,) = machines.segments()
    whole = segment.read_bytes()
    for length in (1, 9, 60, len(whole) - 1):
        segment.write_bytes(whole[:length])
        one.sync()
        assert segment.read_bytes() == whole
    assert two.sync().merged.reviews == 1


def test_a_damaged_line_is_told_and_written_again_by_whoever_has_the_row(
    pair: tuple[Machine, Machine], machines: Machines
) -> None:
    one, two = pair
    one.sync()
    (segment,) = machines.segments()
    content = bytearray(segment.read_bytes())
    content[50] ^= 1
    segment.write_bytes(content)
    assert codes(two) == ["checksum"]
    assert one.sync().sent == 1
    two.sync()
    assert len(two.ids) == 2


def test_a_conflict_copy_is_read_too(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    one.sync()
    (segment,) = machines.segments()
    for name in ("x (conflicted copy 2026-03-02).jsonl", "x.sync-conflict-20260302-101010-ABC.jsonl"):
        segment.rename(segment.with_name(name))
        segment = segment.with_name(name)
        assert two.sync().findings == ()
    assert len(two.ids) == 2


def test_line_ends_of_another_system_are_read(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    one.sync()
    (segment,) = machines.segments()
    segment.write_bytes(segment.read_bytes().replace(b"\n", b"\r\n"))
    assert codes(two) == []
    assert len(two.ids) == 2


def test_a_full_segment_is_closed_and_never_written_again(
    pair: tuple[Machine, Machine], machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    monkeypatch.setattr(segments, "FULL", 600)
    for _ in range(6):
        one.answer("a")
    one.sync()
    closed = [path for path in machines.segments() if path.stat().st_size >= 600]
    before = {path: path.read_bytes() for path in closed}
    assert len(closed) >= 2
    one.answer("a")
    one.sync()
    assert {path: path.read_bytes() for path in closed} == before
    two.sync()
    assert len(two.ids) == 9


# A home folder that was copied.


def copied(machine: Machine, home: Path) -> Machine:
    shutil.copytree(machine.home, home)
    return Machine(home, machine.shared, machine.clock)


def test_a_copied_home_takes_a_name_of_its_own_on_another_machine(
    pair: tuple[Machine, Machine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _two = pair
    one.sync()
    twin = copied(one, tmp_path / "twin")
    monkeypatch.setattr("recall.environment.machine", lambda: "another")
    assert twin.device == one.device
    assert twin.sync().is_new_device
    assert twin.device != one.device
    assert not twin.sync().is_new_device


@pytest.mark.parametrize("second_answers_first", [False, True])
def test_two_copies_on_one_machine_part_when_one_finds_the_other(
    pair: tuple[Machine, Machine], tmp_path: Path, second_answers_first: bool
) -> None:
    one, _two = pair
    one.sync()
    twin = copied(one, tmp_path / "twin")
    first, second = (twin, one) if second_answers_first else (one, twin)
    first.answer("a")
    first.sync()
    second.answer("b")
    assert second.sync().is_new_device
    for machine in (first, second, first):
        machine.sync()
    assert one.ids == twin.ids
    assert one.states == twin.states
    assert one.device != twin.device


def test_a_home_whose_backup_was_put_in_its_place_gets_everything_back(
    pair: tuple[Machine, Machine], tmp_path: Path
) -> None:
    one, _two = pair
    shutil.copytree(one.home, tmp_path / "before")
    kept = {one.answer("a"), one.answer("b")}
    one.sync()
    shutil.rmtree(one.home)
    shutil.copytree(tmp_path / "before", one.home)
    one.sync()
    assert kept <= one.ids


# Settings.


def test_a_setting_that_changes_scheduling_travels(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.sync()
    two.sync()
    one.configure("[review]\nnew_per_day = 7\n[stages.first]\ndesired_retention = 0.95\n")
    one.sync()
    shown = two.sync().settings
    assert [(each.name, each.before, each.after) for each in shown] == [
        ("review.new_per_day", None, 7),
        ("stages.first.desired_retention", None, 0.95),
    ]
    with two.open() as workspace:
        assert workspace.settings.review.default.new_per_day == 7
        assert workspace.settings.review.for_stage("first").desired_retention == 0.95
    assert two.sync().settings == ()


def test_a_setting_of_the_screen_stays_at_home(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.configure("theme = 'light'\nlanguage = 'zh'\n")
    one.sync()
    assert two.sync().settings == ()


def test_a_machine_that_joins_takes_over_what_the_others_have(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.configure("[review]\nnew_per_day = 7\n")
    one.sync()
    two.configure("[review]\nnew_per_day = 30\n")
    two.sync()
    one.sync()
    for machine in (one, two):
        with machine.open() as workspace:
            assert workspace.settings.review.default.new_per_day == 7


def test_of_two_changes_the_later_one_wins_on_both_machines(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.sync()
    two.sync()
    one.configure("day_start = '03:00'\n")
    two.configure("day_start = '05:00'\n")
    two.clock.move(hours=1)
    for machine in (two, one, two, one):
        machine.sync()
    for machine in (one, two):
        with machine.open() as workspace:
            assert workspace.calendar.day_start.hour == 5


def test_a_setting_that_is_unset_is_unset_everywhere(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    one.configure("[review]\nnew_per_day = 7\n")
    one.sync()
    two.sync()
    two.clock.move(minutes=1)
    two.configure("")
    two.sync()
    one.sync()
    with one.open() as workspace:
        assert workspace.settings.review.default.new_per_day == 20


def test_a_setting_that_is_not_allowed_is_told_and_left(pair: tuple[Machine, Machine]) -> None:
    one, two = pair
    with one.open() as workspace:
        for name, value in (("review.new_per_day", -4), ("review.nonsense", 1), ("decks", ["/"]), ("editor", "rm")):
            workspace.ledger.note(EventKind.PARAMS, workspace.now(), {"name": name, "value": value})
    one.sync()
    found = two.sync()
    assert [finding.code for finding in found.findings] == ["setting"]
    assert found.settings == ()
    with two.open() as workspace:
        assert workspace.settings.review.default.new_per_day == 20
        assert workspace.settings.editor == ""


# Files made to break the reader.


def line(text: str | bytes) -> bytes:
    content = text.encode() if isinstance(text, str) else text
    return b"%08x %s\n" % (crc32(content), content)


GOOD = (
    '{"log":"review","id":"01900000-0000-7000-8000-000000000001","item":"a","at":"2026-03-02T01:00:00.000Z",'
    '"day":"2026-03-02","rating":3,"source":"review","due":"2026-03-05","device":"other"}'
)
EVENT = (
    '{"log":"event","id":"01900000-0000-7000-8000-000000000001","item":"a","at":"2026-03-02T01:00:00.000Z",'
    '"day":"2026-03-02","kind":"flag","payload":"{\\"on\\": true}","device":"other"}'
)
BAD = {
    "not json": "{",
    "a list": "[]",
    "a number": "1",
    "deep": "[" * 100_000,
    "bytes": b"\xff\xfe",
    "no table": GOOD.replace('"log":"review",', ""),
    "no id": GOOD.replace("01900000-0000-7000-8000-000000000001", ""),
    "an id that is no UUID": GOOD.replace("01900000-0000", "zzzzzzzz-zzzz"),
    "an id from the end of time": GOOD.replace("01900000-0000", "ffffffff-ffff"),
    "an id of a number": GOOD.replace('"01900000-0000-7000-8000-000000000001"', "7"),
    "a NUL in a name": GOOD.replace('"item":"a"', '"item":"a\\u0000b"'),
    "half a character": GOOD.replace('"item":"a"', '"item":"\\ud800"'),
    "an empty name": GOOD.replace('"item":"a"', '"item":""'),
    "a very long name": GOOD.replace('"item":"a"', f'"item":"{"a" * 2000}"'),
    "a name of a list": GOOD.replace('"item":"a"', '"item":["a"]'),
    "no item": GOOD.replace('"item":"a",', ""),
    "a grade of five": GOOD.replace('"rating":3', '"rating":5'),
    "a grade of true": GOOD.replace('"rating":3', '"rating":true'),
    "a grade of 2.5": GOOD.replace('"rating":3', '"rating":2.5'),
    "a time without zone": GOOD.replace("01:00:00.000Z", "01:00:00.000"),
    "a time in another form": GOOD.replace("2026-03-02T01:00:00.000Z", "2026-03-02T01:00:00+00:00"),
    "a day of year one": GOOD.replace('"day":"2026', '"day":"0001'),
    "a due of year 9999": GOOD.replace('"due":"2026', '"due":"9999'),
    "a due that is no date": GOOD.replace("2026-03-05", "soon"),
    "a device that is a path": GOOD.replace('"other"', '"../../x"'),
    "a huge seed": GOOD.replace('"rating":3', '"rating":3,"seed":99999999999999999999'),
    "a score of ten": GOOD.replace('"rating":3', '"rating":3,"score":10.0'),
    "a score of NaN": GOOD.replace('"rating":3', '"rating":3,"score":NaN'),
    "negative time": GOOD.replace('"rating":3', '"rating":3,"milliseconds":-1'),
    "a payload of a list": EVENT.replace('"{\\"on\\": true}"', '"[]"'),
    "a payload that is no JSON": EVENT.replace('"{\\"on\\": true}"', '"{"'),
    "a flag that is neither on nor off": EVENT.replace("true", "7"),
    "items that are no list": EVENT.replace("flag", "bury").replace('\\"on\\": true', '\\"items\\": 5'),
    "a count that is none": EVENT.replace("flag", "bury").replace('\\"on\\": true', '\\"count\\": \\"x\\"'),
    "another due that is no day": EVENT.replace("flag", "reschedule").replace('\\"on\\": true', '\\"due\\": 3'),
    "a link to nowhere": EVENT.replace("flag", "link").replace('\\"on\\": true', '\\"from\\": \\"a\\"'),
    "an undo of nothing": EVENT.replace("flag", "undo"),
}
NEWER = {
    "another table": GOOD.replace('"log":"review"', '"log":"exam"'),
    "another column": GOOD.replace('"rating":3', '"rating":3,"mood":"fine"'),
    "another source": GOOD.replace('"source":"review"', '"source":"telepathy"'),
    "another kind": EVENT.replace("flag", "hatch"),
}


def strange(machines: Machines, content: bytes) -> Path:
    path = machines.shared / "recall-log" / "other" / "x.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("text", [GOOD, EVENT])
def test_the_lines_that_the_bad_ones_are_made_from_are_good(machines: Machines, text: str) -> None:
    strange(machines, line(text))
    machine = machines.machine("one")
    assert machine.sync().merged.added == 1
    assert codes(machine) == []


@pytest.mark.parametrize(
    ("code", "text"),
    [*(("bad-row", text) for text in BAD.values()), *(("newer-row", text) for text in NEWER.values())],
    ids=[*BAD, *NEWER],
)
def test_a_line_that_is_no_row_is_told_and_the_next_one_is_read(
    machines: Machines, code: str, text: str | bytes
) -> None:
    strange(machines, line(text) + line(GOOD.replace("000001", "000002")))
    machine = machines.machine("one")
    assert codes(machine) == [code]
    assert machine.ids == {"01900000-0000-7000-8000-000000000002"}
    assert machine.states[ItemId("a")].reps == 1
    machine.answer("a")


def test_a_row_of_a_newer_recall_is_read_once_recall_knows_it(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange(machines, line(NEWER["another source"]))
    machine = machines.machine("one")
    assert codes(machine) == ["newer-row"]
    path = next(iter(machines.segments()))
    path.write_bytes(line(GOOD))
    assert machine.sync().merged.added == 1


def test_a_line_of_ten_megabytes_is_passed_over(machines: Machines) -> None:
    huge = line(GOOD.replace('"rating":3', f'"rating":3,"response":"{"x" * 10_000_000}"'))
    strange(machines, huge + line(GOOD))
    machine = machines.machine("one")
    assert codes(machine) == ["too-long"]
    assert len(machine.ids) == 1


@pytest.mark.parametrize(
    "content", [b"\x00" * 5000, b"\x00\n" * 50, b"<<<<<<< HEAD\n=======\n", b"\n\n\n", b"x" * 9000]
)
def test_noise_between_lines_hides_none(machines: Machines, content: bytes) -> None:
    strange(machines, line(GOOD) + content + b"\n" + line(GOOD.replace("000001", "000002")))
    assert machines.machine("one").sync().merged.added == 2


def test_links_pipes_and_folders_are_not_read(machines: Machines, tmp_path: Path) -> None:
    import os

    secret = tmp_path / "secret"
    secret.write_bytes(line(GOOD))
    root = machines.shared / "recall-log"
    (root / "other").mkdir(parents=True)
    (root / "other" / "link.jsonl").symlink_to(secret)
    (root / "other" / "loop.jsonl").symlink_to("loop.jsonl")
    (root / "other" / "folder.jsonl").mkdir()
    (root / "loop").symlink_to(root)
    (root / "outside").symlink_to(tmp_path)
    os.mkfifo(root / "other" / "pipe.jsonl")
    (root / "plain file").write_text("nothing")
    machine = machines.machine("one")
    assert codes(machine) == ["not-a-file"] * 6
    assert machine.ids == set()


def test_a_pipe_in_the_place_of_the_own_segment_is_passed_over(pair: tuple[Machine, Machine]) -> None:
    import os

    one, _two = pair
    own = one.shared / "recall-log" / one.device
    own.mkdir(parents=True)
    os.mkfifo(own / "zzz.jsonl")
    assert one.sync().sent == 1


def test_a_row_with_the_id_of_another_is_told_and_both_stay(pair: tuple[Machine, Machine], machines: Machines) -> None:
    one, two = pair
    one.sync()
    (segment,) = machines.segments()
    (read,) = read_lines(machines.shared)
    assert isinstance(read, segments.Line)
    forged = read.content.replace(b'"rating":3', b'"rating":1')
    strange(machines, line(forged))
    assert codes(one) == ["contradiction"]
    assert one.states[ItemId("a")].lapses == 0
    found = two.sync()
    assert [finding.code for finding in found.findings] == ["contradiction"]
    assert segment.exists()
