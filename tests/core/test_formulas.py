"""What counts as a formula, and that the screens see the same ones."""

from __future__ import annotations

import random

import pytest
from markdown_it import MarkdownIt

from recall.core.formulas import Formula, formulas, masked, replace_formulas
from recall.tui.math import typeset_inline
from recall.tui.widgets.card_parser import card_parser
from tests.decks.deck_texts import seen_texts

Found = list[tuple[str, bool]]
GENERATED = 2_000


def found(text: str) -> Found:
    """TeX of each formula, and whether it is displayed."""
    return [(formula.tex, formula.is_display) for formula in formulas(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$x$", [("x", False)]),
        ("设 $x_i$，则 $y$。", [("x_i", False), ("y", False)]),
        ("$a$$b$", [("a", False), ("b", False)]),
        ("$2\\times 3$ is 6", [("2\\times 3", False)]),
        ("($x$)", [("x", False)]),
        ("$a\n+ b$", [("a\n+ b", False)]),
        ("$\\text{costs \\$5}$", [("\\text{costs \\$5}", False)]),
        ("$$x$$", [("x", True)]),
        ("So $$\nx\n= y\n$$ holds", [("\nx\n= y\n", True)]),
        ("$$\\text{a $b$ c}$$", [("\\text{a $b$ c}", True)]),
        ("$$x$$ and $y$", [("x", True), ("y", False)]),
    ],
)
def test_dollars_enclose_a_formula(text: str, expected: Found) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $6",
        "涨了$5到$6",
        "5$ or 6$",
        "$ x $",
        "$x $5",
        "$",
        "$$",
        "$$$$",
        "$x is not closed",
        "$$x is not closed$",
        "\\$x\\$",
        "\\$x$",
        "`$x$`",
        "``a ` $x$``",
        "```\n$x$\n```",
        "~~~\n$x$\n~~~",
        "```python\n$$\nx\n$$\n```",
    ],
)
def test_money_code_and_escaped_or_unclosed_dollars_are_text(text: str) -> None:
    assert [tex for tex, _ in found(text) if tex != "x is not closed"] == []


def test_a_formula_after_what_is_none_is_still_found() -> None:
    for before in ("$5 and ", "`$a$` ", "\\$ ", "```\n$a$\n```\n", "a `b "):
        assert found(f"{before}$x$") == [("x", False)], before


def test_a_formula_knows_where_it_stands() -> None:
    text = "设 $x$ 与 $$y$$。"
    first, second = formulas(text)
    assert first == Formula("x", False, 3, 5)
    assert (text[second.start], text[second.end]) == ("y", "。")


def test_replacing_formulas_leaves_the_rest() -> None:
    text = "a $x$ `$y$` $5 $$z$$ end"
    assert replace_formulas(text, lambda formula: f"<{formula.tex}>") == "a <x> `$y$` $5 <z> end"
    assert replace_formulas("no formula", lambda _formula: "never") == "no formula"


# -- the screens ----------------------------------------------------------------------------------------------------


class Seen:
    """The card parser of the screens, which tells what formulas it met."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.inline: list[str] = []
        anything = typeset_inline("x")  # what a formula looks like is no matter here

        def note(tex: str) -> object:
            self.inline.append(tex)
            return anything

        patch.setattr("recall.tui.widgets.card_parser.typeset_inline", note)
        self.parser: MarkdownIt = card_parser()

    def formulas(self, text: str) -> list[str]:
        """TeX of all formulas, without white space, sorted: a screen sets displays apart from their paragraph."""
        self.inline.clear()
        blocks = [token.content for token in self.parser.parse(text) if token.type == "math_block"]
        return sorted("".join(tex.split()) for tex in [*self.inline, *blocks])


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(monkeypatch)


def expected_on_screen(text: str) -> list[str]:
    return sorted("".join(formula.tex.split()) for formula in formulas(text))


def test_formulas_and_code_are_masked_with_their_marks() -> None:
    assert masked("a $x$ b `c`, $5 and\n$$y$$", "M") == "a MMM b MMM, $5 and\nMMMMM"
    block = "```\n$x$\n\ny\n```"
    assert masked(f"{block}\n`a\n\nb", "-") == "-" * len(block) + "\n`a\n\nb"


def test_the_screens_see_the_same_formulas_in_every_text_of_the_decks(screen: Seen) -> None:
    with_formulas = {seen.text: seen.where for seen in seen_texts() if "$" in seen.text}
    assert [
        (where, text) for text, where in with_formulas.items() if screen.formulas(text) != expected_on_screen(text)
    ] == []


WORDS = ["word", "秩，", "5", "and", "（甲）", "**bold**", "x"]
FORMULAS = ["$x$", "$a_i^2$", "$2x$", "$f(x) = 0$", r"$\{1, 2\}$", "$$y = z$$", r"$\text{a \$5}$", "$|x|$"]
TRAPS = ["$5", "$6", r"\$", "`$c$`", "``$c` $``", "5$", r"\\", "$ d $", "`code`"]
BLOCKS = ["\n\n$$\nm = n\n$$\n\n", "\n\n```\n$c$\n```\n\n", "\n\n- ", "\n\n> ", "\n\n", "\n"]


def generated(chance: random.Random) -> str:
    """A text of words, formulas and what looks like them."""
    kinds = chance.choices([WORDS, FORMULAS, TRAPS, BLOCKS], [4, 4, 2, 1], k=chance.randint(1, 10))
    return "".join(chance.choice(kind) + chance.choice([" ", " ", "", ", "]) for kind in kinds).strip()


def test_the_screens_see_the_same_formulas_in_generated_texts(screen: Seen) -> None:
    chance = random.Random(2_000)
    texts = [generated(chance) for _ in range(GENERATED)]
    differing = [
        (text, screen.formulas(text), expected_on_screen(text))
        for text in texts
        if screen.formulas(text) != expected_on_screen(text)
    ]
    assert differing == [], f"{len(differing)} texts"
    assert sum(bool(expected_on_screen(text)) for text in texts) > GENERATED / 2
