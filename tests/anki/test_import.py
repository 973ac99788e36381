"""Collections made with Anki's own engine, taken in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

import pytest
from anki.collection import AddNoteRequest, Collection, ExportAnkiPackageOptions
from anki.deck_config_pb2 import UpdateDeckConfigsRequest
from anki.decks import DeckId

from recall.anki.progress import Scale, progress_of
from recall.anki.text import to_markdown
from recall.core import history
from recall.core.bodies import Basic, Body, Cloze, Text, Typed
from recall.core.model import ItemId, Phase, Source
from recall.core.schedule import DEFAULT_WEIGHTS, retrievability
from recall.core.settings import ReviewPolicy
from recall.exchange.importing import import_anki
from tests.support_anki import answers_of, collection, in_zone
from tests.support_decks import House, assert_states_follow_the_log, log_ids, state_of

DAYS = 400


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """At the real time, since Anki knows no other."""
    in_zone(monkeypatch, "Europe/Berlin")
    house = House(tmp_path, monkeypatch, "Europe/Berlin")
    house.clock.at = datetime.now(UTC)
    return house


def export(anki: Collection, path: Path, *, legacy: bool = False) -> Path:
    """A package of everything, as Anki's dialogue makes it."""
    options = ExportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy)
    anki.export_anki_package(out_path=str(path), options=options, limit=None)
    return path


def add(anki: Collection, notetype: str, deck: str, *fields: str, tags: str = "") -> AddNoteRequest:
    model = anki.models.by_name(notetype)
    assert model is not None
    note = anki.new_note(model)
    for place, value in enumerate(fields):
        note.fields[place] = value
    note.tags = tags.split()
    return AddNoteRequest(note, DeckId(anki.decks.add_normal_deck_with_name(deck).id))


def fill(anki: Collection, count: int) -> None:
    """Notes of four notetypes, one with a picture and one with a sound."""
    (Path(anki.media.dir()) / "dot one.png").write_bytes(b"a dot")
    (Path(anki.media.dir()) / "beep.mp3").write_bytes(b"beep")
    media = 'look <img src="dot one.png"> and [sound:beep.mp3]'
    requests = [add(anki, "Basic", "Maths::Algebra", media, "5 &lt; 6 and \\(a_1&lt;b\\)", tags="seen leech")]
    for n in range(count):
        kind = n % 4
        if kind == 0:
            requests.append(add(anki, "Basic", "Maths", f"<b>{n}</b>?<br>really", f"<ul><li>{n}</li><li>x</li></ul>"))
        elif kind == 1:
            requests.append(add(anki, "Basic (and reversed card)", "Words", f"word {n}", f"Wort {n}"))
        elif kind == 2:
            text = f"\\(x_{{{n}}} = {{{{c1::\\frac{{1}}{{2}} }}}}\\) and {{{{c2::two::hint}}}}"
            requests.append(add(anki, "Cloze", "Maths", text, "extra"))
        else:
            requests.append(add(anki, "Basic (type in the answer)", "Words", f"say {n}", f"said {n}"))
    anki.add_notes(requests)


def review(anki: Collection, house: House, count: int) -> int:
    """Give cards some `count` answers, and let Anki make its own memory states of them; how many there are."""
    assert anki.db is not None
    cards = [ItemId(str(card)) for card in anki.db.list("select id from cards order by id")]
    with house.open() as workspace:
        rows = answers_of(cards, workspace, DAYS, count)
        scale = Scale(workspace.today - timedelta(DAYS), workspace.calendar, ReviewPolicy(), DEFAULT_WEIGHTS)
        made = progress_of(history.fold(rows, ()), rows, (), dict.fromkeys(cards), scale)
        begins = workspace.calendar.day_of(datetime.fromtimestamp(anki.crt, UTC))
        shift = (scale.first - begins).days
    states, answers = [], []
    for card, progress in made.items():
        state = progress.card
        due = state.due + shift if state.type == 2 else state.due
        states.append((state.type, state.queue, due, state.ivl, state.reps, state.lapses, state.left, int(card)))
        answers += [(r.id, int(card), r.ease, r.ivl, r.last_ivl, r.factor, r.time, r.type) for r in progress.log]
    changed = "update cards set type=?, queue=?, due=?, ivl=?, factor=2500, reps=?, lapses=?, left=?, usn=-1 where id=?"
    anki.db.executemany(changed, states)
    anki.db.executemany("insert into revlog values (?,?,-1,?,?,?,?,?,?)", answers)
    switch_on_fsrs(anki)
    return len(rows)


def switch_on_fsrs(anki: Collection) -> None:
    configs = anki.decks.get_deck_configs_for_update(DeckId(1))
    anki.decks.update_deck_configs(
        UpdateDeckConfigsRequest(target_deck_id=1, configs=[each.config for each in configs.all_config], fsrs=True)
    )


def test_a_collection_of_four_notetypes_arrives_with_every_answer(house: House, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as anki:
        fill(anki, 1200)
        answers = review(anki, house, 10_000)
        assert anki.db is not None and answers >= 10_000
        package = export(anki, tmp_path / "out.apkg")
        shown = {
            card: anki.card_stats_data(card).fsrs_retrievability
            for card in anki.db.list("select id from cards where type = 2")
        }
    with house.open() as workspace:
        came = import_anki(workspace, package)
        assert (came.reviews, len(came.new), came.left_out) == (answers, 1201, [])
        assert not workspace.library.problems()
        assert workspace.library.sync() == 0
        assert_states_follow_the_log(workspace.ledger)
        with workspace.store.read() as tx:
            states = [state for state in tx.states.all() if state.memory]
            assert sum(state.reps for state in states) == answers
            assert {row.source for row in tx.log.reviews()} == {Source.IMPORT}
        ours = [
            retrievability(state.memory, state.last_day, workspace.today)
            for state in states
            if state.phase is Phase.REVIEW
        ]
        assert len(ours) == len(shown)
        assert mean(ours) == pytest.approx(mean(shown.values()), abs=0.01)
        before = log_ids(workspace.store)
        again = import_anki(workspace, package)
        assert (again.reviews, again.decisions, again.new, again.files, again.known) == (0, 0, [], [], 1201)
        assert log_ids(workspace.store) == before


@pytest.mark.parametrize("legacy", [False, True])
def test_what_notes_say_arrives_as_markdown(house: House, tmp_path: Path, legacy: bool) -> None:
    with collection(tmp_path / "anki") as anki:
        fill(anki, 4)
        assert anki.db is not None
        anki.sched.suspend_cards(anki.find_cards("deck:Maths::Algebra"))
        anki.set_user_flag_for_cards(3, anki.find_cards("deck:Maths::Algebra"))
        package = export(anki, tmp_path / "out.apkg", legacy=legacy)
    with house.open() as workspace:
        came = import_anki(workspace, package)
        cards: dict[str | None, list[Body]] = {card.deck: [] for card in came.new}
        for card in came.new:
            cards[card.deck].append(card.body)
        [algebra] = cards["Maths::Algebra"]
        assert isinstance(algebra, Basic)
        assert algebra.front.en == "look ![dot one.png](<media/dot one.png>) and [beep.mp3](media/beep.mp3)"
        assert algebra.back.en == "5 < 6 and $a_1<b$"
        plain, gap = cards["Maths"]
        assert isinstance(plain, Basic) and plain.front.en == "**0**?\nreally" and plain.back.en == "- 0\n- x"
        assert isinstance(gap, Cloze) and gap.text.en == "$x_{2} = {{c1::\\frac{1}{2} }}$ and {{c2::two::hint}}"
        both, typed = cards["Words"]
        assert isinstance(both, Basic) and both.reverse
        assert isinstance(typed, Typed) and (typed.front.en, typed.answers) == ("say 3", ("said 3",))
        media = house.home / "decks" / "anki" / "media"
        assert {path.name: path.read_bytes() for path in media.iterdir()} == {
            "dot one.png": b"a dot",
            "beep.mp3": b"beep",
        }
        card = next(card for card in came.new if card.deck == "Maths::Algebra")
        assert card.tags == ("leech", "seen")
        state = state_of(workspace, card.id)
        assert state.suspended and state.flagged


def test_a_second_file_adds_only_what_is_new(house: House, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as anki, house.open() as workspace:
        fill(anki, 8)
        import_anki(workspace, export(anki, tmp_path / "1.apkg"))
        anki.add_notes([add(anki, "Basic", "Maths", "new", "one")])
        anki.decks.set_current(DeckId(anki.decks.id_for_name("Maths") or 0))
        card = anki.sched.getCard()
        assert card is not None
        anki.sched.answerCard(card, 3)
        came = import_anki(workspace, export(anki, tmp_path / "2.apkg"))
        assert ([card.body for card in came.new], came.reviews) == ([Basic(Text("new", "new"), Text("one", "one"))], 1)
        assert not workspace.library.problems()


def test_a_dry_run_says_what_would_come_and_writes_nothing(house: House, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as anki:
        fill(anki, 8)
        package = export(anki, tmp_path / "1.apkg")
    with house.open() as workspace:
        came = import_anki(workspace, package, dry_run=True)
        assert {(plan.notetype, plan.kind, plan.front, plan.back, n) for plan, n in came.plans.items()} == {
            ("Basic", "basic", ("Front",), ("Back",), 3),
            ("Basic (and reversed card)", "basic", ("Front",), ("Back",), 2),
            ("Cloze", "cloze", ("Text",), ("Back Extra",), 2),
            ("Basic (type in the answer)", "typed", ("Front", "Back"), (), 2),
        }
        assert not (house.home / "decks").exists()
        assert log_ids(workspace.store) == []


def test_an_own_notetype_is_read_by_its_templates(house: House, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as anki:
        model = anki.models.new("Country")
        for name in ("Country", "Capital", "Note"):
            anki.models.add_field(model, anki.models.new_field(name))
        template = anki.models.new_template("Ask")
        template["qfmt"] = "<style>p{}</style>What is the capital of {{Country}}?"
        template["afmt"] = (
            "{{FrontSide}}<hr id=answer>{{Capital}}{{#Note}} ({{Note}}){{/Note}}{{^Note}} (none){{/Note}}"
        )
        anki.models.add_template(model, template)
        anki.models.add(model)
        anki.add_notes(
            [add(anki, "Country", "Geo", "France", "Paris", ""), add(anki, "Country", "Geo", "Peru", "Lima", "x")]
        )
        package = export(anki, tmp_path / "1.apkg")
    with house.open() as workspace:
        bodies = [card.body for card in import_anki(workspace, package).new]
    assert [(body.front.en, body.back.en) for body in bodies if isinstance(body, Basic)] == [
        ("What is the capital of France?", "Paris (none)"),
        ("What is the capital of Peru?", "Lima (x)"),
    ]


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a<br>b", "a\nb"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("snake_case*", "snake\\_case\\*"),
        ("\\[x\\]", "$$x$$"),
        ("[$]x^2[/$] costs $5", "$x^2$ costs $5"),
        ("5\\(x\\)", "5 $x$"),
        ("&lt;b&gt; <script>alert(1)</script>", "<b>"),
        ("<pre><code>a  b\n c</code></pre>", "```\na  b\n c\n```"),
        ('<anki-mathjax block="true">a</anki-mathjax>', "$$a$$"),
        ("\\(a<br>b\\)", "$a\nb$"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


def test_a_whole_collection_is_read_as_a_package_is(house: House, tmp_path: Path) -> None:
    with collection(tmp_path / "anki") as anki:
        fill(anki, 8)
        anki.export_collection_package(str(tmp_path / "all.colpkg"), include_media=True, legacy=False)
    with house.open() as workspace:
        came = import_anki(workspace, tmp_path / "all.colpkg")
        assert (len(came.new), came.media, came.left_out) == (9, 2, [])
        assert not workspace.library.problems()
