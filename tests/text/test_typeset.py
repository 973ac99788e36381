"""A card's text as plain text shows it, and with its macros written out."""

from __future__ import annotations

import random

import pytest

from recall.tex import TexError, expand, render
from recall.text.typeset import expand_macros, typeset

MACROS = {
    "R": r"\mathbb{R}",
    "vec": r"\mathbf{#1}",
    "norm": r"\left\| #1 \right\|",
    "dist": r"\norm{\vec{#1} - \vec{#2}}",
    "inner": r"\langle #1, #2 \rangle",
    "half": r"\frac{1}{2}",
    "E": r"\operatorname*{\mathbb{E}}_{#1}\left[#2\right]",
    "eps": r"\varepsilon",
    "sq": r"#1^2",
}
CASES = 500


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        (r"In $\R$.", r"In $\mathbb{R}$."),
        (r"$x \in \R^n$", r"$x \in \mathbb{R}^n$"),
        (r"$\dist{a}{b}$", r"$\left\| \mathbf{a} - \mathbf{b} \right\|$"),
        (r"$\vec x + \vec{yz}$", r"$\mathbf{x} + \mathbf{yz}$"),
        (r"$\half x$, $\half{}x$", r"$\frac{1}{2} x$, $\frac{1}{2}{}x$"),
        (r"$\sq x$ and $\sq{\eps}y$", r"$x^2$ and $\varepsilon^2y$"),
        (r"$$\inner{u}{v}$$", r"$$\langle u, v \rangle$$"),
        (r"- $\R$" + "\n\n> $$\n> \\R\n> $$", r"- $\mathbb{R}$" + "\n\n> $$\n> \\mathbb{R}\n> $$"),
    ],
)
def test_macros_are_written_out(text: str, expanded: str) -> None:
    assert expand_macros(text, MACROS) == expanded


@pytest.mark.parametrize("text", [r"$\eps x$", r"$\eps{x}$", r"$\eps 中x$", r"$a\eps b$"])
def test_a_macro_that_ends_in_a_command_stays_apart_from_the_letter_behind_it(text: str) -> None:
    assert r"\varepsilonx" not in expand_macros(text, MACROS)
    assert typeset(expand_macros(text, MACROS), 80) == typeset(text.replace(r"\eps", r"\varepsilon"), 80)


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $6, or \\$\\R\\$",
        r"`$\R$` is code",
        "```\n$\\R$\n```",
        r"\R without dollars",
        r"$\unknown{x}$",
        r"$\norm$ lacks its argument",
        "涨了$5到$6",
    ],
)
def test_what_is_no_call_of_a_macro_stays(text: str) -> None:
    assert expand_macros(text, MACROS) == text


def test_a_macro_that_calls_itself_stays_as_it_is() -> None:
    assert expand_macros(r"$\loop$ but $\R$", {"loop": r"x\loop", "R": "Q"}) == r"$\loop$ but $Q$"


def test_without_macros_the_text_is_the_same_object() -> None:
    text = r"$\R$"
    assert expand_macros(text, {}) is text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("$5 and $6", "$5 and $6"),
        ("涨了$5到$6", "涨了$5到$6"),
        ("Let $x_i^2$ be.", "Let xᵢ² be."),
        (r"An $m \times n$ matrix", "An m × n matrix"),
        (r"`$x^2$` is code, $x^2$ is not", "`$x^2$` is code, x² is not"),
        ("So\n\n$$\n\\frac{a}{b}\n$$\n\nholds", "So\n\n\n  a\n  ─\n  b\n\n\nholds"),
        ("So $$a = b$$ holds", "So \n  a = b\n holds"),
        (r"Is $\nope$ shown? $x$", r"Is $\nope$ shown? x"),
    ],
)
def test_formulas_become_text(text: str, shown: str) -> None:
    assert typeset(text, 80) == shown


def test_a_displayed_formula_breaks_at_the_width() -> None:
    long = "$$a = " + " + ".join(["bbbb"] * 20) + "$$"
    assert len(typeset(long, 40).strip("\n").split("\n")) > 1
    assert all(len(line) <= 42 for line in typeset(long, 40).split("\n"))


def test_poor_fonts_get_plain_letters() -> None:
    assert typeset(r"$\mathbf{x} \in \mathbb{R}$", 80, plain_fonts=True) == "x ∈ R"


def generated(chance: random.Random, depth: int = 3) -> str:
    """A formula that uses the macros and other commands, nested."""
    if depth == 0:
        return chance.choice(["x", "y_i", "12", r"\alpha", r"\eps", r"\R", r"\half", "-z", "中"])
    inner = [generated(chance, depth - 1) for _ in range(2)]
    form = chance.choice(
        [
            r"\norm{%s} + %s",
            r"\dist{%s}{%s}",
            r"\inner{%s}{ %s }",
            r"\E{%s}{%s}",
            r"\frac{%s}{%s}",
            r"\sq{%s} \vec{%s}",
            r"\vec %s = %s",
            r"%s \R %s",
            r"\half %s\eps %s",
            r"\begin{pmatrix} %s & \R \\ \eps & %s \end{pmatrix}",
            r"\text{if $%s$} %s",
        ]
    )
    return form % tuple(inner)


def shown(tex: str, macros: dict[str, str], *, display: bool) -> tuple[str, ...] | None:
    """The lines of a formula, None if it is refused."""
    try:
        return render(tex, display=display, macros=macros).lines
    except TexError:
        return None


def shown_expanded(tex: str, *, display: bool) -> tuple[str, ...] | None:
    """The same of the formula with its macros written out first."""
    try:
        return shown(expand(tex, MACROS), {}, display=display)
    except TexError:
        return None


@pytest.mark.parametrize("display", [True, False], ids=["display", "inline"])
def test_a_formula_written_out_looks_as_with_its_macros(display: bool) -> None:
    chance = random.Random(20)
    cases = [generated(chance) for _ in range(CASES)]
    expected = {tex: shown(tex, MACROS, display=display) for tex in cases}
    assert {tex: shown_expanded(tex, display=display) for tex in cases} == expected
    assert sum(lines is not None for lines in expected.values()) > CASES / 2
