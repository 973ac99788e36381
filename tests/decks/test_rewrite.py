"""Deck files changed by their entries: what was meant is there, and nothing else has moved."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recall.decks.entries import copy_card, insert_card, insert_cards, remove_card
from recall.decks.fields import set_fields
from recall.decks.folders import deck_files
from recall.decks.load import MAX_BYTES
from recall.decks.rewrite import rewrite_file
from recall.decks.source import card_index, entries
from recall.decks.yaml_text import as_read, field_lines
from recall.decks.yaml_tree import read_tree
from recall.errors import DeckError
from tests.support_decks import parsed

BUNDLED = sorted(deck_files(Path(__file__).parents[2] / "decks"))

DECK = """\
# My deck: cards: and so on
topic: la.rank   # the rank
cards:

# the first part
- id: one
  front: 'What is $a$?'  # asked often
  back:
    zh: '甲 # no comment'
    en: A   # checked
  tags:
  - why

# the second part
- front: "two:
    folded"
  back: |
    # not a comment

    - a list
  # a note on two
  difficulty: 3

- {id: three, front: {zh: 三, en: Three}, back: "3", tags: [why, contrast]}
# the end
"""


def lines_changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that went and the lines that came, between what is the same at both ends."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    first = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    room = min(len(old), len(new)) - first
    last = next((n for n in range(room) if old[-1 - n] != new[-1 - n]), room)
    return old[first : len(old) - last], new[first : len(new) - last]


def test_a_text_is_replaced_on_its_line_and_the_comment_behind_it_stays() -> None:
    went, came = lines_changed(DECK, set_fields(DECK, 0, {"front": "What is $\\rank A$?"}))
    assert went == ["  front: 'What is $a$?'  # asked often\n"]
    assert came == ["  front: 'What is $\\rank A$?'  # asked often\n"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_behind_the_bar_of_a_block_stays_as_it_is(newline: str) -> None:
    text = "cards:\n- front: q\n  back: | # a remark\n    one # no comment\n    two\n".replace("\n", newline)
    changed = "cards:\n- front: q\n  back: three  # a remark\n".replace("\n", newline)
    assert set_fields(text, 0, {"back": "three"}) == changed


def test_of_a_text_in_two_languages_only_the_changed_one_is_written() -> None:
    went, came = lines_changed(DECK, set_fields(DECK, 0, {"back": {"zh": "甲 # no comment", "en": "B: b"}}))
    assert (went, came) == (["    en: A   # checked\n"], ["    en: 'B: b'  # checked\n"])


def test_a_text_of_several_lines_becomes_a_block() -> None:
    changed = set_fields(DECK, 0, {"front": "One\n\n- two\n"})
    assert "  front: |  # asked often\n    One\n\n    - two\n  back:" in changed


def test_a_new_field_stands_in_its_usual_place() -> None:
    changed = set_fields(DECK, 0, {"more": {"zh": "更多"}, "topic": "la.svd"})
    assert "- id: one\n  topic: la.svd\n  front:" in changed
    assert "    en: A   # checked\n  more:\n    zh: 更多\n  tags:" in changed


def test_an_id_is_put_before_the_first_field() -> None:
    assert '- id: two\n  front: "two:\n    folded"\n' in set_fields(DECK, 1, {"id": "two"})


def test_a_field_is_taken_away() -> None:
    assert lines_changed(DECK, set_fields(DECK, 0, {"tags": None})) == (["  tags:\n", "  - why\n"], [])
    assert "- back: |\n" in set_fields(DECK, 1, {"front": None})


def test_an_entry_in_braces_becomes_a_block_with_all_its_fields() -> None:
    went, came = lines_changed(DECK, set_fields(DECK, 2, {"back": "three"}))
    assert len(went) == 1
    text = "- id: three\n  front:\n    zh: 三\n    en: Three\n  back: three\n  tags:\n    - why\n    - contrast\n"
    assert "".join(came) == text.replace("    - ", "  - ")


def test_a_list_in_brackets_stays_in_brackets() -> None:
    text = "cards:\n- front: q\n  back: a\n  tags: [why, x]\n"
    assert set_fields(text, 0, {"tags": ["why", "y"]}).endswith("  tags: [why, y]\n")


def test_a_card_is_put_after_another_with_a_blank_line_as_between_the_others() -> None:
    new = {"id": "new", "front": "q", "back": "$x$"}
    changed = insert_cards(DECK, [new], after=1)
    assert "  difficulty: 3\n\n- id: new\n  front: q\n  back: '$x$'\n\n- {id: three" in changed
    assert insert_card(DECK, new).endswith("contrast]}\n\n- id: new\n  front: q\n  back: '$x$'\n# the end\n")


def test_no_blank_line_is_put_where_there_is_none() -> None:
    text = "cards:\n  - front: q\n    back: a\n  - front: r\n    back: b"
    assert insert_card(text, {"front": "s", "back": "c\nd"}) == (
        text + "\n  - front: s\n    back: |-\n      c\n      d\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "cards:\n- front: q\n"),
        ("topic: t", "topic: t\ncards:\n- front: q\n"),
        ("topic: t\ncards:\n", "topic: t\ncards:\n- front: q\n"),
        ("cards:  # none yet\n", "cards:  # none yet\n- front: q\n"),
        ("cards: []\n# end\n", "cards:\n- front: q\n# end\n"),
        ("cards: []  # none\ndeck: d\n", "cards:  # none\n- front: q\ndeck: d\n"),
        ("# nothing\n", "# nothing\ncards:\n- front: q\n"),
        ("cards:\r\n", "cards:\r\n- front: q\r\n"),
    ],
)
def test_a_file_without_cards_takes_one(text: str, expected: str) -> None:
    assert insert_card(text, {"front": "q"}) == expected


def test_a_card_is_taken_out_and_comments_stay() -> None:
    without = remove_card(DECK, 1)
    assert "# the second part\n- {id: three" in without
    assert entries(without) == [entries(DECK)[0], entries(DECK)[2]]
    assert remove_card(remove_card(without, 1), 0).endswith(
        "cards:\n\n# the first part\n\n# the second part\n# the end\n"
    )


def test_the_last_card_leaves_no_blank_line_behind() -> None:
    assert remove_card("cards:\n- front: a\n\n- front: b\n", 1) == "cards:\n- front: a\n"


@pytest.mark.parametrize("character", ["\u202a", "\ufeff", "\x1b", "\u2028"])
def test_what_a_file_may_not_hold_as_itself_is_escaped(character: str) -> None:
    text = set_fields("cards:\n- front: a\n", 0, {"front": f"x{character}"})
    assert text == f'cards:\n- front: "x\\u{ord(character):04x}"\n'


def test_a_card_moves_as_it_was_written_with_what_the_head_said_of_it() -> None:
    other = "deck: mine\r\ncards:\r\n  - front: q\r\n"
    reached = copy_card(DECK, 1, other)
    assert entries(reached)[1] == {**entries(DECK)[1], "topic": "la.rank"}
    same_head = "topic: la.rank\ncards:\n  - front: q\n"
    assert '\n  - front: "two:\n      folded"\n' in copy_card(DECK, 1, same_head)
    assert "# a note on two" in copy_card(DECK, 1, same_head)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("cards: [{front: a, back: b}]\n", "brackets"),
        ("cards:\n- front: &a q\n  back: *a\n", "by hand"),
        ("cards:\n- front: : [\n", "YAML"),
        ("cards:\n- front:\n    # why\n    zh: q # other\n  back: b\n", "comments"),
        ("- front: q\n", "mapping"),
        ("cards:\n- just words\n", "mapping"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_a_place(text: str, words: str) -> None:
    with pytest.raises(DeckError, match=words) as caught:
        set_fields(text, 0, {"front": "other"})
    assert caught.value.line >= 1


def test_a_last_field_whose_key_has_a_question_mark_is_taken_away_by_hand() -> None:
    with pytest.raises(DeckError, match="by hand"):
        set_fields("cards:\n- front: q\n  ? back\n  : a\n", 0, {"back": None})


def test_an_alias_is_replaced_by_a_text() -> None:
    assert set_fields("cards:\n- front: &a q\n  back: *a\n", 0, {"back": "b"}).endswith("  back: b\n")


def test_a_card_is_found_by_its_id_or_by_the_one_made_of_its_question() -> None:
    made = parsed(DECK).cards[1].card.id
    assert [card_index(DECK, name, Path("x.yaml")) for name in ("one", made, "three")] == [0, 1, 2]
    with pytest.raises(DeckError, match="none is not here any more"):
        card_index(DECK, "none", Path("x.yaml"))


def test_an_entry_that_is_no_card_counts_when_a_card_is_looked_for() -> None:
    assert card_index("cards:\n- 3\n- id: a\n  front: q\n  back: b\n", "a", Path("x.yaml")) == 1


def test_a_card_that_is_missing_from_a_broken_file_is_told_by_what_broke_it() -> None:
    with pytest.raises(DeckError, match="not valid YAML"):
        card_index("cards:\n- id: a\n  front: : [\n", "a", Path("x.yaml"))


def test_a_file_keeps_its_mode_its_link_and_its_line_ends(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_bytes("\ufeffcards:\r\n- front: q\r\n  back: a".encode())
    real.chmod(0o640)
    link.symlink_to(real)
    assert rewrite_file(link, lambda text: set_fields(text, 0, {"back": "b\nc"}))
    assert link.is_symlink()
    assert real.read_bytes() == "\ufeffcards:\r\n- front: q\r\n  back: |-\r\n    b\r\n    c".encode()
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_file_that_did_not_change_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_text(DECK)
    os.utime(path, (1, 1))
    assert not rewrite_file(path, lambda text: set_fields(text, 0, dict(entries(text)[0])))
    assert path.stat().st_mtime == 1


def test_a_refusal_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_text("cards: [{front: a}]\n")
    with pytest.raises(DeckError, match=r"deck\.yaml:1:"):
        rewrite_file(path, lambda text: insert_card(text, {"front": "q"}))
    path.write_bytes(b"cards:\n- front: \xff\n")
    with pytest.raises(DeckError, match=r"deck\.yaml:2:.*UTF-8"):
        rewrite_file(path, lambda text: insert_card(text, {"front": "q"}))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_a_bundled_file_changes_in_the_lines_of_one_card_only(path: Path) -> None:
    """In turn the first, the middle and the last card of a file: all files are written in one form."""
    text = path.read_text("utf-8")
    before = entries(text)
    starts = [located.line for located in parsed(text).cards]
    n = (0, len(before) // 2, len(before) - 1)[BUNDLED.index(path) % 3]
    assert set_fields(text, n, before[n]) == text
    changed = set_fields(text, n, {"more": {"zh": "新 $\\alpha$", "en": "new: $x_1$\n\n- and more"}, "difficulty": 9})
    wanted = {**before[n], "more": {"zh": "新 $\\alpha$", "en": "new: $x_1$\n\n- and more"}, "difficulty": "9"}
    assert entries(changed) == [*before[:n], wanted, *before[n + 1 :]]
    lines, after = text.splitlines(keepends=True), changed.splitlines(keepends=True)
    end = starts[n + 1] - 1 if n + 1 < len(starts) else len(lines)
    assert after[: starts[n] - 1] == lines[: starts[n] - 1]
    assert end == len(lines) or after[end - len(lines) :] == lines[end:]
    inserted = insert_cards(text, [{"id": "x"}], after=n)
    assert remove_card(inserted, n + 1) == text


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "yes",
        "~",
        "# no",
        "a: b",
        "- x",
        " lead",
        "trail ",
        "$\\frac{a}{b}$",
        "it's",
        'say "so"',
        "a\n\n  b\n",
        "\n",
        "|",
        "&a",
        "*a",
    ]
)


@given(WORDS)
def test_every_text_reads_as_it_was_meant(text: str) -> None:
    lines = field_lines("front", text)
    assert read_tree("\n".join(lines) + "\n").value == {"front": text}
    in_list = "\n".join(field_lines("tags", [text, {"text": text, "why": {"zh": text}}]))
    assert read_tree(in_list + "\n").value == {"tags": [text, {"text": text, "why": {"zh": text}}]}


FIELDS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"front": WORDS | st.fixed_dictionaries({}, optional={"zh": WORDS, "en": WORDS}).filter(bool)},
    optional={
        "id": st.sampled_from(["a", "b-1"]),
        "back": WORDS,
        "tags": st.lists(WORDS, max_size=3),
        "choices": st.lists(st.fixed_dictionaries({"text": WORDS, "correct": st.booleans()}), max_size=2),
        "difficulty": st.integers(1, 5),
    },
)


@st.composite
def decks(draw: st.DrawFn) -> str:
    """A deck file in one of many hands."""
    from json import dumps

    newline, margin = draw(st.sampled_from(["\n", "\r\n"])), " " * draw(st.integers(0, 3))
    lines = [*draw(st.sampled_from([[], ["# head"], ["topic: t  # x", ""]])), "cards:"]
    for fields in draw(st.lists(FIELDS, min_size=1, max_size=4)):
        body = [line for key, value in fields.items() for line in field_lines(key, value)]
        if draw(st.booleans()) and all(ord(c) < 0x7F for c in dumps(fields, ensure_ascii=False)):
            body = [dumps(fields)]
        lines += draw(st.sampled_from([[], [""], ["", f"{margin}# remark"]]))
        lines += [f"{margin}- {body[0]}", *(f"{margin}  {line}" if line else "" for line in body[1:])]
    text = newline.join(lines) + draw(st.sampled_from([newline, "", newline * 3, f"{newline}# end{newline}"]))
    return draw(st.sampled_from(["", "\ufeff"])) + text


@given(decks(), FIELDS, st.data())
@settings(max_examples=300)
def test_any_deck_takes_a_change_of_one_card_and_keeps_the_others(
    text: str, fields: dict[str, Any], data: st.DataObject
) -> None:
    before = entries(text)
    n = data.draw(st.integers(0, len(before) - 1))
    assert set_fields(text, n, before[n]) == text

    def same(found: str, expected: list[Any]) -> bool:
        """Exactly so, unless the last line had no break of its own."""
        if text.endswith("\n"):
            return bool(entries(found) == expected)
        return bool(unbroken(entries(found)) == unbroken(expected))

    changed = set_fields(text, n, fields)
    assert same(changed, [*before[:n], {**before[n], **as_read(fields)}, *before[n + 1 :]])
    inserted = insert_cards(text, [fields], after=n)
    assert same(inserted, [*before[: n + 1], as_read(fields), *before[n + 1 :]])
    removed = remove_card(text, n)
    assert same(removed, [*before[:n], *before[n + 1 :]])
    for after in (changed, inserted, removed):
        assert comments(after) == comments(text)
        assert after.startswith("\ufeff") == text.startswith("\ufeff")
        assert ("\r\n" in after) == ("\r\n" in text)
        assert not ("\r\n" in text and "\n" in after.replace("\r\n", ""))


def comments(text: str) -> list[str]:
    return list(
        islice((line.strip() for line in text.split("\n") if line.strip() in ("# head", "# remark", "# end")), 20)
    )


def unbroken(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: unbroken(part) for key, part in value.items()}
    if isinstance(value, list):
        return [unbroken(part) for part in value]
    return value.removesuffix("\n") if isinstance(value, str) else value


def test_who_has_another_link_to_a_file_waits_until_it_is_written(tmp_path: Path) -> None:
    file = tmp_path / "shared" / "d.yaml"
    links = [tmp_path / name / "d.yaml" for name in ("one", "two")]
    for link in links:
        link.parent.mkdir()
        link.symlink_to(file)
    waiting: list[Future[bool]] = []

    def slowly(text: str) -> str:
        waiting.append(pool.submit(rewrite_file, links[1], lambda text: f"{text}# two\n"))
        time.sleep(0.2)
        return f"{text}# one\n"

    with ThreadPoolExecutor(1) as pool:
        rewrite_file(links[0], slowly)
    assert waiting[0].result()
    assert file.read_text() == "# one\n# two\n"


def test_a_file_does_not_grow_beyond_what_would_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text("cards:\n- front: q\n  back: a\n")
    before = path.read_bytes()
    with pytest.raises(DeckError, match="larger than 4 MB"):
        rewrite_file(path, lambda text: text + "#" * MAX_BYTES)
    assert path.read_bytes() == before
    path.write_text("#" * (MAX_BYTES + 2))
    assert rewrite_file(path, lambda text: text[:-1])
