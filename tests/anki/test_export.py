"""Cards as Anki has them once a package is imported, with Anki's own engine as the judge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path

import pytest

from recall.anki.html import to_cloze_html, to_html
from recall.core.bodies import Language
from recall.environment import Options
from recall.exchange.exporting import Selection, export_anki
from recall.workspace import Workspace, open_workspace
from tests.anki.judge import rendered
from tests.support_anki import collection, counts, take_in
from tests.support_decks import House, cards
from tests.tex import mathjax

EVERY_KIND = Path(__file__).with_name("every_kind.yaml")
_UNSEEN = re.compile(r"<style>.*?</style>|<script>.*?</script>|data-cloze=\"[^\"]*\"", re.DOTALL)
_MATH = re.compile(r"\\\((.+?)\\\)|\\\[(.+?)\\\]", re.DOTALL)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(tmp_path, monkeypatch)


def export(workspace: Workspace, path: Path, languages: Sequence[Language] = ("zh", "en")) -> Path:
    export_anki(workspace, path, languages=languages)
    return path


@pytest.mark.node
def test_all_bundled_decks_arrive_whole_and_every_formula_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECALL_NOW", raising=False)
    workspace = open_workspace(Options(home=tmp_path / "home"))
    try:
        exported = export_anki(workspace, tmp_path / "all.apkg")
        with workspace.store.read() as tx:
            assert exported.items == tx.catalogue.count()
        with collection(tmp_path / "anki") as anki:
            assert counts(take_in(anki, tmp_path / "all.apkg"))["new"] == exported.notes
            assert anki.card_count() == exported.items
            shown = rendered(anki)
            again = counts(take_in(anki, tmp_path / "all.apkg"))
            assert again == {"new": 0, "updated": 0, "unchanged": exported.notes, "conflicting": 0}
    finally:
        workspace.close()
    texts = [unescape(_UNSEEN.sub("", side)) for sides in shown.values() for side in sides]
    formulas = {(inline or display, bool(display)) for text in texts for inline, display in _MATH.findall(text)}
    assert len(formulas) > 500
    _check_with_mathjax(formulas)


def _check_with_mathjax(formulas: set[tuple[str, bool]]) -> None:
    ordered = sorted(formulas)
    found = dict(zip(ordered, mathjax.verdicts(ordered), strict=True))
    assert {formula: verdict for formula, verdict in found.items() if verdict} == {}


def test_ten_cards_that_were_edited_are_updated_and_none_is_doubled(house: House, tmp_path: Path) -> None:
    names = [f"card-{n}" for n in range(30)]
    path = house.own("deck.yaml", cards(*names))
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        first = take_in(anki, export(workspace, tmp_path / "1.apkg"))
        assert counts(first)["new"] == 30
        path.write_text(re.sub("It is (card-1[0-9])", r"It was \1", path.read_text("utf-8")), "utf-8")
        workspace.library.sync({path})
        house.clock.move(hours=1)
        second = take_in(anki, export(workspace, tmp_path / "2.apkg"))
        assert counts(second) == {"new": 0, "updated": 10, "unchanged": 20, "conflicting": 0}
        assert anki.note_count() == 30


def test_a_note_edited_in_anki_is_not_overwritten_by_the_same_card(house: House, tmp_path: Path) -> None:
    house.own("deck.yaml", cards("one"))
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        take_in(anki, export(workspace, tmp_path / "1.apkg"))
        note = anki.get_note(anki.find_notes("")[0])
        note["Back zh"] = "mine"
        anki.update_note(note)
        house.clock.move(days=30)
        take_in(anki, export(workspace, tmp_path / "2.apkg"))
        assert anki.get_note(note.id)["Back zh"] == "mine"


def test_every_kind_of_card_can_be_answered(house: House, tmp_path: Path) -> None:
    house.own("every.yaml", EVERY_KIND.read_text("utf-8"))
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        assert not workspace.library.problems()
        take_in(anki, export(workspace, tmp_path / "out.apkg"))
        shown = rendered(anki)
    question, answer = shown["recall:pick", 0]
    assert question.count("<li>") == 2 * 3 and "✓" not in question
    assert '<li class="right"><span class="what">✓ 二</span><span class="why">1 + 1</span>' in answer
    question, answer = shown["recall:line-up", 0]
    assert question.count("<li>") == 2 * 4
    assert '<ol class="steps"><li>first</li><li>second</li><li>third</li></ol>' in answer
    assert "[[type:Answer]]" in shown["recall:say", 0][0] and "[[type:Answer]]" in shown["recall:weigh", 0][0]
    assert "2%" in shown["recall:weigh", 0][1] and "kg" in shown["recall:weigh", 0][0]
    question, answer = shown["recall:talk", 0]
    assert "5 minutes" in question and 'class="tag">must</span>' in answer and "Follow-up" in answer
    question, answer = shown["recall:multiply", 0]
    assert question.count('class="draw"') == 2 * 5 and answer.count('class="draw"') == 4 * 5
    assert '<span class="h-k">def</span>' in shown["recall:write", 0][0]
    assert ("recall:both-ways", 1) in shown and ("recall:gaps", 1) in shown


def test_a_script_in_a_card_stays_text(house: House, tmp_path: Path) -> None:
    bad = "<script>alert(1)</script> [sound:x.mp3] <img src=x onerror=alert(1)> [[type:Id]] `\\(x\\)`"
    house.own("deck.yaml", f"cards:\n- id: bad\n  front: '{bad}'\n  back: '{bad}'\n  source: '<b>x</b>'\n")
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        take_in(anki, export(workspace, tmp_path / "out.apkg"))
        [(question, answer)] = rendered(anki).values()
        card = anki.get_card(anki.find_cards("")[0])
        assert card.question_av_tags() == []
    assert "&lt;script&gt;alert(1)" in question and "&#91;&#91;type:Id" in question
    assert "<img src=x" not in question + answer and "<b>" not in answer
    assert "\\(" not in question.partition("<code>")[2].partition("</code>")[0]


@pytest.mark.parametrize(
    ("languages", "name"), [(("zh", "en"), "recall::01 一::甲"), (("en",), "recall::01 First::One")]
)
def test_decks_are_named_by_stage_and_topic_in_the_language_shown_first(
    house: House, tmp_path: Path, languages: tuple[Language, ...], name: str
) -> None:
    house.bundle("a.yaml", "topic: a.one\n" + cards("one"))
    house.own("mine.yaml", "deck: My own\n" + cards("two"))
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        take_in(anki, export(workspace, tmp_path / "out.apkg", languages))
        assert anki.db is not None
        used = {anki.decks.name(deck) for deck in anki.db.list("select distinct did from cards")}
        assert used == {name, "recall::My own"}


def test_one_language_shows_nothing_of_the_other(house: House, tmp_path: Path) -> None:
    house.own("deck.yaml", "cards:\n- {id: a, front: {zh: 问, en: ask}, back: {zh: 答, en: tell}}\n")
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        take_in(anki, export(workspace, tmp_path / "out.apkg", ("en",)))
        [(question, answer)] = rendered(anki).values()
    assert "ask" in question and "问" not in question and "<button" not in question and "答" not in answer


def test_a_selection_is_by_name_and_by_text(house: House) -> None:
    house.bundle("a.yaml", "topic: a.one\n" + cards("one", "two"))
    house.bundle("b.yaml", "topic: b.one\n" + cards("three"))
    with house.open() as workspace:
        for selection, found in (
            (Selection(["a.one"]), 2),
            (Selection(["second"]), 1),
            (Selection(query="IS TWO"), 1),
        ):
            assert export_anki(workspace, house.home / "out.apkg", selection).notes == found


def test_a_picture_beside_the_deck_travels_with_its_card(house: House, tmp_path: Path) -> None:
    house.own("deck.yaml", "cards:\n- {id: a, front: '![a dot](dot.png) ![no](../../config.toml)', back: b}\n")
    (house.home / "decks" / "dot.png").write_bytes(b"not really")
    with house.open() as workspace, collection(tmp_path / "anki") as anki:
        take_in(anki, export(workspace, tmp_path / "out.apkg"))
        [(question, _answer)] = rendered(anki).values()
        [name] = re.findall('<img src="(recall-[^"]+)" alt="a dot">', question)
        assert Path(anki.media.dir(), name).read_bytes() == b"not really"
        assert "config" not in question and not anki.media.check().missing


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("$a<b$ and **c**", "\\(a&lt;b\\) and <strong>c</strong>"),
        ("$5 and $6", "$5 and $6"),
        ("`$x$`", "<code>$x$</code>"),
        ("$$x$$", "\\[x\\]"),
        ("两行\n中文", "两行中文"),
        ("**定义（A）**是~~（$x$）~~的", "<strong>定义（A）</strong>是<s>（\\(x\\)）</s>的"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
        ("| $|x|$ |\n|---|", "<table>\n<thead>\n<tr>\n<th>\\(|x|\\)</th>\n</tr>\n</thead>\n</table>"),
        ("1. a", "<ol>\n<li>a</li>\n</ol>"),
        ("[x](javascript:alert)", "&#91;x](javascript:alert)"),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{{c1::$e^{x_{1}}$}}", "{{c1::\\(e^{x_{1} }\\)}}"),
        ("$x={{c1::\\frac{a}{b}}}$", "\\(x={{c1::\\frac{a}{b} }}\\)"),
        ("{{c2::a::b & c}}", "{{c2::a::b &amp; c}}"),
        ("**{{c1::a}}**", "<strong>{{c1::a}}</strong>"),
    ],
)
def test_a_deletion_ends_where_anki_sees_it_end(source: str, html: str) -> None:
    assert to_cloze_html(source) == html
