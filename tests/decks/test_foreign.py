"""Cards that other programs keep as plain text. The samples are written for these tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recall.decks.foreign import ForeignDeck, ReadOptions, read_cards
from recall.editing.adding import take_in, trial
from recall.errors import DeckError
from tests.support_decks import House


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(name: str, text: str | bytes, **options: Any) -> ForeignDeck:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_cards(path, ReadOptions(**options))

    return read


def found(deck: ForeignDeck) -> list[dict[str, Any]]:
    return [card.fields for card in deck.cards]


def misread(deck: ForeignDeck) -> list[int]:
    return [each.line for each in deck.not_understood]


HASHCARDS = """\
---
name = "Algebra"
---

A note that is no card; std::vector is none either... `a::b`.

Q: What is $a[i]$?
A: An entry,

- in a list
<!-- a remark
of two lines -->
Q: Code?
A:
```
Q: not a card
---
```

---
C: The [order] of a [link](https://x.org) $\\sqrt[3]{x}$ is
[three] `b[0]`.

Q: No answer?

---
C: nothing here

C: [half

C: [std::sort] sorts
"""


def test_blocks_of_questions_answers_and_clozes(read: Any) -> None:
    deck = read("x.md", HASHCARDS)
    assert deck.name == "Algebra"
    assert found(deck) == [
        {"front": "What is $a[i]$?", "back": "An entry,\n\n- in a list"},
        {"front": "Code?", "back": "```\nQ: not a card\n---\n```"},
        {"cloze": "The {{c1::order}} of a [link](https://x.org) $\\sqrt[3]{x}$ is\n{{c2::three}} `b[0]`."},
    ]
    assert misread(deck) == [5, 24, 27, 29, 31]


def test_lines_with_two_colons_beside_blocks(read: Any) -> None:
    deck = read("x.md", "C: [a] b\n---\nnotes\nCoulomb's constant?::about $9\\cdot10^9$\n  \nempty?::\n")
    assert found(deck) == [{"cloze": "{{c1::a}} b"}, {"front": "Coulomb's constant?", "back": "about $9\\cdot10^9$"}]
    assert misread(deck) == [6]


def test_a_formula_or_code_may_touch_the_two_colons(read: Any) -> None:
    deck = read("x.md", "Q: q\nA: a\n---\n$|S_3|$::six\n`len(x)`::$n$\nstd::sort\n")
    assert found(deck)[1:] == [{"front": "$|S_3|$", "back": "six"}, {"front": "`len(x)`", "back": "$n$"}]
    assert misread(deck) == [6]


def test_signs_of_cards_in_a_formula_hide_nothing(read: Any) -> None:
    deck = read("x.md", "#flashcards\n\n$a==b$ or $b==c$, so ==equal==\n\n$\\frac{{a}}{{b}}$ is no card\n")
    assert found(deck) == [{"cloze": "$a==b$ or $b==c$, so {{c1::equal}}"}]


OBSIDIAN = """\
---
tags: [maths]
---
#flashcards/maths/algebra

# Groups

What is a [[group|Group]]?::A set with `a::b` and $x::y$ ^id1
<!--SR:!2025-10-27,186,310-->
- identity:::neutral element

Name two
groups.
?
- $\\mathbb{Z}$

and this is a note
not a card

Rotations?
??
```python
a :: b

c
```

A ==ring== has two ==operations==, **really**.

![[picture.png]]::A picture
alone
?
"""


def test_the_signs_of_obsidian(read: Any) -> None:
    deck = read("notes.md", OBSIDIAN)
    tags = ["maths", "algebra"]
    assert found(deck) == [
        {"front": "What is a Group?", "back": "A set with `a::b` and $x::y$", "tags": tags},
        {"front": "identity", "back": "neutral element", "reverse": True, "tags": tags},
        {"front": "Name two\ngroups.", "back": "- $\\mathbb{Z}$", "tags": tags},
        {"front": "Rotations?", "back": "```python\na :: b\n\nc\n```", "reverse": True, "tags": tags},
        {"cloze": "A {{c1::ring}} has two {{c2::operations}}, **really**.", "tags": tags},
    ]
    assert misread(deck) == [30]


def test_bold_hides_when_it_is_asked_for_and_highlights_only_in_tagged_notes(read: Any) -> None:
    assert found(read("a.md", "#flashcards\n\n**Paris** is big\n", bold_is_cloze=True)) == [
        {"cloze": "{{c1::Paris}} is big"}
    ]
    assert found(read("a.md", "#flashcards\n\n**Paris** is big\n")) == []
    assert found(read("a.md", "an ==important== note\n")) == []


TABLES = {
    "comma.csv": 'front,back,tags\n"a, b",c,x y\nd,"e\nf",\n',
    "tab.tsv": "a, b\tc\tx y\nd\te<br>f\t\n",
    "anki.txt": "#separator:tab\n#html:true\n#deck:Mine\n#columns:Front\tBack\tTags\na, b\tc\tx y\nd\te<br>f\t\n",
    "semicolon.csv": "Question;Answer;Tags\r\na, b;c;x y\r\nd;e<div>f</div>;\r\n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_read_whatever_stands_between_its_columns(read: Any, name: str) -> None:
    deck = read(name, TABLES[name])
    assert found(deck) == [{"front": "a, b", "back": "c", "tags": ["x", "y"]}, {"front": "d", "back": "e\nf"}]
    assert deck.name == ("Mine" if name == "anki.txt" else name.partition(".")[0])


def test_columns_are_as_they_are_named(read: Any) -> None:
    deck = read("t.csv", "1,answer,question\n2,b,a\n", columns=("-", "back", "front"), has_header=False)
    assert found(deck) == [{"front": "question", "back": "answer"}, {"front": "a", "back": "b"}]
    assert found(read("t.csv", "x|y\nq|a\n", has_header=True)) == [{"front": "q", "back": "a"}]


def test_tex_and_html_of_anki_become_markdown(read: Any) -> None:
    row = r"\(x<y\) and [$]z[/$],&lt;b&gt; <b>bold</b><br>[latex]$w$[/latex]" + "\n"
    assert found(read("t.csv", row)) == [{"front": "$x<y$ and $z$", "back": "<b> **bold**\n$w$"}]


def test_a_cloze_in_a_table_and_rows_that_are_no_cards(read: Any) -> None:
    deck = read("t.csv", "{{c1::Paris}} is big,because\nq,\n,a\n<img src=x>,b\n")
    assert found(deck)[0] == {"cloze": "{{c1::Paris}} is big", "back": "because"}
    assert misread(deck) == [2, 3, 4]


@pytest.mark.parametrize(
    ("name", "text"), [("x.csv", "{{c1234::a}},b\n"), ("x.json", '[{"q": "{{c1234::a}}", "a": "b"}]')]
)
def test_what_is_no_deletion_makes_no_cloze(read: Any, name: str, text: str) -> None:
    assert found(read(name, text)) == [{"front": "{{c1234::a}}", "back": "b"}]


@pytest.mark.parametrize(
    "text",
    [
        '[{"front": "a", "back": 3, "tags": ["x"]},\n {"question": "b", "answer": "c", "tags": "x y"},\n 7, {"z": 1}]',
        '{"name": "d", "cards": [{"q": "a", "a": 3, "tags": ["x"]},\n {"term": "b", "definition": "c", "tags": "x y"},'
        '\n 7, {"z": 1}]}',
    ],
)
def test_a_list_of_objects(read: Any, text: str) -> None:
    deck = read("d.json", text)
    assert found(deck) == [
        {"front": "a", "back": "3", "tags": ["x"]},
        {"front": "b", "back": "c", "tags": ["x", "y"]},
    ]
    assert misread(deck) == [3, 3]


def test_what_comes_before_the_end_of_broken_json_is_read(read: Any) -> None:
    deck = read("d.json", '[{"q": "a", "a": "b"},\n{"q": ')
    assert (len(deck.cards), misread(deck)) == (1, [2])


def test_a_file_that_cannot_be_read_at_all_is_an_error_with_a_reason(read: Any, tmp_path: Path) -> None:
    with pytest.raises(DeckError, match="UTF-8"):
        read("t.csv", b"\xff\xfe")
    with pytest.raises(DeckError, match="--format"):
        read("t.org", "x")
    with pytest.raises(DeckError, match=r"none\.md"):
        read_cards(tmp_path / "none.md")


def test_everything_read_makes_a_card(read: Any) -> None:
    for name, text in {"h.md": HASHCARDS, "o.md": OBSIDIAN, **TABLES}.items():
        for card in read(name, text).cards:
            assert trial(card.fields)


def test_cards_come_in_once_and_never_half(read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House(tmp_path, monkeypatch)
    deck = read("x.md", HASHCARDS + "\n---\nQ: again\nA: b\n---\nQ: again\nA: c\n")
    with house.open() as workspace:
        would = take_in(workspace, deck, "Algebra", dry_run=True)
        assert (len(would.new), would.known, would.added) == (4, 1, ())
        assert not (house.home / "decks").exists()
        came = take_in(workspace, deck, "Algebra")
        assert len(came.added) == 4
        path = house.home / "decks" / "algebra.yaml"
        before = path.read_bytes()
        again = take_in(workspace, deck, "Algebra")
        assert (len(again.new), again.known, len(again.not_understood)) == (0, 5, 5)
        assert path.read_bytes() == before
    with house.open() as workspace:
        assert workspace.library.problem_count() == 0
