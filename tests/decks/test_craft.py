"""What makes a card a poor one in any deck: each fault is found where it stands, and a card near it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from recall.decks.craft import craft_problems
from recall.decks.load import load_deck
from tests.support_decks import parsed, write


def found(text: str) -> list[tuple[int, int, str]]:
    """(line, column, code) of every finding of a deck that is read without one."""
    deck = parsed(text)
    assert deck.problems == []
    return [(problem.line, problem.column, problem.code) for problem in craft_problems([deck])]


def card(front: str, back: str = "Because.") -> str:
    return f"cards:\n- front: {front}\n  back: {back}\n"


def choice(*options: str, front: str = "Pick one.") -> str:
    """A choice whose first option is right."""
    lines = [f"  - {{text: {option!r}, correct: {'no' if n else 'yes'}}}\n" for n, option in enumerate(options)]
    return f"cards:\n- front: {front}\n  choices:\n" + "".join(lines)


def bilingual(*cards: str) -> str:
    both = "- {front: {zh: 秩是什么？, en: What is rank?}, back: {zh: 维数, en: a dimension}}\n"
    return "cards:\n" + both + "".join(cards)


# The finding's (line, column, code), and the deck that has it and nothing else.
FAULTS = {
    "a question for yes in English": ((2, 10, "yes-no"), card("Is the softmax invariant under shifts?")),
    "a question for yes after its setting": ((2, 10, "yes-no"), card("Let $A$ be normal. Does it commute?")),
    "a question for yes after a comma": ((2, 10, "yes-no"), card("If $A$ is normal, is it diagonalisable?")),
    "a question for yes in Chinese": ((2, 10, "yes-no"), card("正规矩阵是否可对角化？")),
    "a question for yes with a particle": ((2, 10, "yes-no"), card("对称矩阵可逆吗？")),
    "an answer in its question": (
        (2, 10, "answer-in-question"),
        card("The Adam optimizer is called?", "Adam optimizer"),
    ),
    "a Chinese answer in its question": ((2, 10, "answer-in-question"), card("自注意力的核心是什么？", "自注意力")),
    "a formula in its question": ((2, 10, "answer-in-question"), card("Simplify $A^\\top A$.", "$A^\\top A$")),
    "a key in its question": (
        (2, 10, "answer-in-question"),
        choice("dropout", "weight decay", "augmentation", front="Dropout works by"),
    ),
    "a cloze whose text stands elsewhere": (
        (2, 10, "cloze-shown"),
        "cards:\n- cloze: 'A {{c1::gradient}} is what gradient descent needs.'\n",
    ),
    "a cloze whose hint says it": ((2, 10, "cloze-shown"), "cards:\n- cloze: '{{c1::entropy::the entropy}} of $p$'\n"),
    "a Chinese cloze shown again": (
        (2, 10, "cloze-shown"),
        "cards:\n- cloze: '{{c1::交叉熵}}等于熵加散度，交叉熵更大'\n",
    ),
    "a long answer": ((3, 9, "long-answer"), 'cards:\n- front: q\n  back: "' + "line\\n" * 19 + '"\n'),
    "a long line of Chinese": ((3, 9, "long-answer"), card("q", "字" * 38 * 19)),
    "a list of six lines": ((3, 9, "long-list"), 'cards:\n- front: q\n  back: "' + "- x\\n" * 6 + '"\n'),
    "a list in a sentence": ((3, 9, "long-list"), card("q", "甲、乙、丙、丁、戊、己")),
    "an English list in a sentence": ((3, 9, "long-list"), card("q", "rank, trace, norm, kernel, image, and inverse")),
    "seven steps": ((2, 3, "long-list"), "cards:\n- {front: q, steps: [a, b, c, d, e, f, g]}\n"),
    "English for Chinese": (
        (3, 14, "wrong-language"),
        "cards:\n- front: q\n  back: {zh: the kernel of the map, en: the kernel}\n",
    ),
    "Chinese for English": ((3, 24, "wrong-language"), "cards:\n- front: q\n  back: {zh: 映射的核, en: 映射的核心}\n"),
    "a dollar that is not closed": ((2, 22, "dollar"), card("the norm is $x^2 + 1")),
    "a dollar with a space": ((2, 18, "dollar"), card("what is $ x$ here")),
    "a third dollar": ((3, 21, "dollar"), card("q", "$x$ and $y$ $z")),
    "an option far longer": ((4, 12, "telling-length"), choice("the one that says very much", "short", "brief")),
    "an option far shorter": ((4, 12, "telling-length"), choice("x", "the one that says much", "and another one")),
    "spaces at the end of a line": ((2, 11, "trailing-space"), "cards:\n- front: q  \n  back: a\n"),
    "a tab at the end of a line": ((1, 7, "trailing-space"), "cards:\t\n- front: q\n  back: a\n"),
    "no end of the last line": ((3, 10, "final-newline"), "cards:\n- front: q\n  back: a"),
    "an untranslated text": (
        (3, 16, "untranslated"),
        bilingual("- {front: {zh: 核}, back: {zh: 零空间, en: null space}}\n"),
    ),
    "an untranslated plain text": (
        (3, 11, "untranslated"),
        bilingual("- {front: 什么是核？, back: {zh: 零空间, en: null space}}\n"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_at_its_place_and_nothing_else(name: str) -> None:
    finding, text = FAULTS[name]
    assert found(text) == [finding]


@pytest.mark.parametrize(
    "text",
    [
        card("Is the softmax convex, and why?"),
        card("When is a normal matrix invertible?"),
        card("Is the map linear or affine?"),
        card("矩阵在什么条件下可逆，如何判断是否可逆？"),
        card("正规矩阵是否可对角化？为什么？"),
        card("Is it so, layer by layer, that norms grow, which one?"),
        card("Is attention quadratic or linear in length?", "quadratic"),
        card("向量的范数是多少？", "范数是 5"),
        card("What is the rank of a zero matrix?", "0"),
        card("What is `$HOME`?"),
        card("It costs $5, or $1,000.50, or $3B; \\$x is escaped."),
        card("$5 and $6 are prices."),
        card("q", "$$a$$ and $b$"),
        "cards:\n- cloze: 'the {{c1::rank}} is the {{c2::dimension}} of the image'\n",
        "cards:\n- cloze: '{{c1::rank}} here, {{c1::rank}} there'\n",
        card("q", "甲、乙、丙、丁、戊"),
        "cards:\n- front: q\n  back: |\n    two spaces break a line  \n    here\n",
        choice("abc", "a", "b"),
        "cards:\n- front: {zh: 谁训练低秩增量, en: Who trains so}\n  back: {zh: LoRA, en: the LoRA method}\n",
        "cards:\n- {front: {zh: 核}, back: 零空间}\n- {front: 秩, back: 维数}\n",
        "cards:\r\n- front: q\r\n  back: a\r\n",
        "cards: []\n",
        "",
    ],
)
def test_what_is_right_is_not_found(text: str) -> None:
    assert found(text) == []


def tagged(*tags: str) -> str:
    return "cards:\n" + "".join(
        f"- {{front: {chr(97 + n) * 9}, back: a, tags: [{tag}]}}\n" for n, tag in enumerate(tags)
    )


def test_a_rare_tag_that_is_nearly_a_frequent_one_is_found_at_its_place() -> None:
    (problem,) = craft_problems([parsed(tagged(*["derivation"] * 8, "derivations"))])
    assert (problem.line, problem.column, problem.code) == (10, 38, "rare-tag")
    assert "did you mean `derivation`, as on 8 cards?" in problem.message


@pytest.mark.parametrize("tags", [["why"] * 8 + ["proof"], ["calc"] * 7 + ["calcs"], ["calc"] * 8 + ["calcs"] * 3])
def test_a_tag_of_its_own_is_not_found(tags: list[str]) -> None:
    assert found(tagged(*tags)) == []


def test_a_learners_card_like_a_bundled_one_is_found_at_the_learners(tmp_path: Path) -> None:
    own = load_deck(write(tmp_path / "own.yaml", card("Which rank has the zero matrix of size $n$?")))
    bundled = load_deck(write(tmp_path / "bundled.yaml", card("Which rank has a zero matrix of size $n$?")))
    (problem,) = craft_problems([own, bundled], held=[bundled.path])
    assert (problem.path, problem.code) == (own.path, "near-duplicate")


def test_a_learners_version_of_a_bundled_card_is_no_duplicate(tmp_path: Path) -> None:
    text = "cards:\n- {id: r-1, front: What is the rank of zero?, back: nil}\n"
    decks = [load_deck(write(tmp_path / name, text)) for name in ("own.yaml", "bundled.yaml")]
    assert list(craft_problems(decks, held=[decks[1].path])) == []
