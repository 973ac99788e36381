"""What `--fix` mends, byte for byte, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recall.decks.codes import CODES
from recall.decks.folders import deck_files
from recall.decks.load import parse_deck
from recall.decks.mending import mend
from recall.environment import bundled_decks
from tests.support_decks import write

MENDED = [name for name, code in CODES.items() if code.is_mended]


def mended(path: Path, text: str) -> str:
    """The text of a deck file after all mending."""
    path.write_bytes(text.encode())
    done = mend(path, MENDED)
    return done.after if done else text


def zh(text: str) -> str:
    return f"cards:\n- id: a\n  front: {{zh: {text}, en: q}}\n  back: a\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("cards:  \n- front: q\t\n  back: a # x \n", "cards:\n- front: q\n  back: a # x\n"),
        ("cards:\r\n- front: q \r\n  back: a", "cards:\r\n- front: q\r\n  back: a\r\n"),
        ("\ufeffcards: \n- {front: q, back: a}", "\ufeffcards:\n- {front: q, back: a}\n"),
        ("cards:\n- front: q\n  back: a\n  tags: [x, y, x]\n", "cards:\n- front: q\n  back: a\n  tags: [x, y]\n"),
        ("tags: ['x', x, y] # z\ncards: []\n", "tags: ['x', y] # z\ncards: []\n"),
        ("tags:\n- x\n- y\n- x\n# z\ncards: []\n", "tags:\n- x\n- y\n# z\ncards: []\n"),
        ("cards:\n- {front: q, back: a, kind: cloze}\n", "cards:\n- {front: q, back: a, kind: basic}\n"),
        ("cards:\n- kind: 'bsic' # z\n  cloze: '{{c1::x}}'\n", "cards:\n- kind: cloze # z\n  cloze: '{{c1::x}}'\n"),
        (zh("秩是3时"), zh("秩是 3 时")),
        (zh("给定$x$时用`f`算"), zh("给定 $x$ 时用 `f` 算")),
        (zh("'秩, 核; 像: 迹? 好!'"), zh("'秩，核；像：迹？好！'")),
        (zh("'由 $x$, 得 $y$: 对'"), zh("'由 $x$，得 $y$：对'")),
        (zh("保长(等距)"), zh("保长（等距）")),
        (zh("保长(isometry)映射"), zh("保长 (isometry) 映射")),
        (zh("'好.'"), zh("'好。'")),
        (
            "cards:\n- id: a\n  cloze: {zh: '用{{c1::SVD}}求秩', en: 'by {{c1::SVD}}'}\n",
            "cards:\n- id: a\n  cloze: {zh: '用 {{c1::SVD}} 求秩', en: 'by {{c1::SVD}}'}\n",
        ),
        (
            "cards:\n- id: a\n  front:\n    zh: |\n      第1行\n      第2行\n    en: q\n  back: a\n",
            "cards:\n- id: a\n  front:\n    zh: |\n      第 1 行\n      第 2 行\n    en: q\n  back: a\n",
        ),
        (
            'cards:\n- id: a\n  front: {zh: "it\'s \\"好\\"3", en: q}\n  back: {zh: 是3, en: b}\n',
            'cards:\n- id: a\n  front: {zh: "it\'s \\"好\\"3", en: q}\n  back: {zh: 是 3, en: b}\n',
        ),
    ],
)
def test_a_fault_is_mended_and_the_rest_stays(tmp_path: Path, before: str, after: str) -> None:
    assert mended(tmp_path / "deck.yaml", before) == after
    assert mended(tmp_path / "deck.yaml", after) == after


@pytest.mark.parametrize(
    "text",
    [
        "cards:\n- front: |\n    broken  \n    here\n  back: a\n",
        "cards:\n- front: {zh: 秩是3, en: q}\n  back: a\n",  # its id is made of its question
        zh("$秩3$ 与 `秩3`"),
        zh("n! 个"),
        zh("好 (isometry) 的"),
        "cards:\n- id: a\n  front:\n    zh: 好 # 3\n    en: q\n  back: a\n",
        "cards:\n- id: a\n  front: q\n  code: |\n    print('是3')  \n  answer: 是3\n",
        "# recall: ignore trailing-space, spacing, kind, duplicate-tag\n"
        "cards: \n- {id: a, front: {zh: 是3, en: q}, back: a, kind: cloze, tags: [x, x]}\n",
        "cards:\n- front: a\x07 \n  back: b\n",
    ],
)
def test_what_is_not_safe_stays(tmp_path: Path, text: str) -> None:
    assert mended(tmp_path / "deck.yaml", text) == text


def test_a_card_without_an_id_is_mended_where_its_history_does_not_depend_on_it(tmp_path: Path) -> None:
    text = "cards:\n- front: {zh: 秩是3, en: q}\n  back: {zh: 核是3, en: a}\n"
    assert mended(tmp_path / "deck.yaml", text) == text.replace("核是3", "核是 3")


def test_only_what_is_asked_for_is_mended(tmp_path: Path) -> None:
    path = write(tmp_path / "deck.yaml", "cards: \n- {front: q, back: a}")
    done = mend(path, ["final-newline"])
    assert done is not None
    assert done.after == "cards: \n- {front: q, back: a}\n"


def test_the_bundled_decks_have_nothing_to_mend() -> None:
    assert [path.name for path in deck_files(bundled_decks()) if mend(path, MENDED)] == []


CHINESE = st.text("甲乙aB3 ,;:?!.()$`'\\{}|#，。", max_size=12)


@given(CHINESE, CHINESE, st.booleans())
def test_mending_changes_no_id_and_loses_no_card(
    tmp_path_factory: pytest.TempPathFactory, a: str, b: str, own: bool
) -> None:
    quoted = [text.replace("'", "''") for text in (a, b)]
    text = "cards:\n- {id: x, " if own else "cards:\n- {"
    text += f"front: {{zh: '甲{quoted[0]}', en: q}}, back: {{zh: '乙{quoted[1]}', en: a}}}}\n"
    before = parse_deck(Path(), text.encode())
    after = parse_deck(Path(), mended(tmp_path_factory.mktemp("mend") / "deck.yaml", text).encode())
    assert [found.card.id for found in after.cards] == [found.card.id for found in before.cards]
    assert len(after.problems) <= len(before.problems)
