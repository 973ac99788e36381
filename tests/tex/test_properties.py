"""What holds for every source: equal widths, one inline line, no error but TexError, bounded time."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from recall.tex import Rendered, TexError, render
from tests.tex.golden import all_sources
from tests.tex.mutations import mutations

SOURCES = all_sources()

_LEAVES = [
    r"x",
    r"y",
    r"A",
    r"2",
    r"10",
    r"\alpha",
    r"\Sigma",
    r"\infty",
    r"\dots",
    r"\log",
    r"\sum",
    r"\int",
    r"\lim",
    r"+",
    r"-",
    r"=",
    r",",
    r"|",
    r"(",
    r")",
    r"\|",
    r"\le",
    r"\cdot",
    r"\to",
    r"\quad",
    r"\,",
    r"\mathbf{x}",
    r"\mathbb{E}",
    r"\text{如果}",
    r"\text{if~}",
    r"\hat{x}",
    r"!",
    r"\partial",
    r"\nabla",
    r"'",
    r"/",
    r":",
]


_JUNK = r"""
x { } ^ _ x^2 x_i' \frac \frac{a}{b} \sqrt{ \left( \begin{matrix} \not \big( | ( a+ % $ & \\ a\\ \hat 中
\text{a} \sum_i^n \sqrt[ \dots \over 1{,} \bigl(a\bigr) \boxed{a} \begin{matrix}a\\b\end{matrix} \def\a{\b}
\newcommand \mathbf \cancel{x} \substack{a\\b}
"""


def _grown(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger valid sources from smaller ones."""
    pair = st.tuples(part, part)
    return st.one_of(
        pair.map(lambda p: f"{p[0]} {p[1]}"),
        pair.map(lambda p: f"\\frac{{{p[0]}}}{{{p[1]}}}"),
        pair.map(lambda p: f"{{{p[0]}}}_{{{p[1]}}}"),
        pair.map(lambda p: f"{{{p[0]}}}^{{{p[1]}}}"),
        pair.map(lambda p: f"\\begin{{pmatrix}} {p[0]} & {p[1]} \\\\ {p[1]} \\end{{pmatrix}}"),
        pair.map(lambda p: f"\\begin{{cases}} {p[0]} & {p[1]} \\\\ {p[1]} & {p[0]} \\end{{cases}}"),
        pair.map(lambda p: f"\\begin{{aligned}} {p[0]} &= {p[1]} \\\\ &\\le {p[0]} \\end{{aligned}}"),
        pair.map(lambda p: f"\\sqrt[{{{p[0]}}}]{{{p[1]}}}"),
        pair.map(lambda p: f"\\underbrace{{{p[0]}}}_{{{p[1]}}}"),
        pair.map(lambda p: f"\\sum_{{{p[0]}}}^{{{p[1]}}} x"),
        pair.map(lambda p: f"\\overset{{{p[0]}}}{{{p[1]}}}"),
        pair.map(lambda p: f"\\left({{{p[0]}}}\\middle|{{{p[1]}}}\\right]"),
        part.map(lambda p: f"\\overline{{{p}}} \\widehat{{{p}}} \\boxed{{{p}}}"),
    )


sources = st.recursive(st.sampled_from(_LEAVES), _grown, max_leaves=25)


def assert_sound(rendered: Rendered, source: str) -> None:
    """Rows as wide as the result says, by an independent count; the baseline is one of them."""
    assert {wcswidth(line) for line in rendered.lines} == {rendered.width}, source
    assert 0 <= rendered.baseline < len(rendered.lines), source


@given(sources)
@settings(max_examples=150, deadline=None)
def test_every_valid_source_renders_in_rows_of_one_width(source: str) -> None:
    assert_sound(render(source, display=True), source)


@given(sources)
@settings(max_examples=150, deadline=None)
def test_inline_is_one_line_without_breaking_spaces(source: str) -> None:
    rendered = render(source, display=False)
    assert_sound(rendered, source)
    assert len(rendered.lines) == 1
    assert " " not in rendered.lines[0]


@given(sources, st.integers(10, 60))
@settings(max_examples=100, deadline=None)
def test_breaking_makes_nothing_wider(source: str, width: int) -> None:
    whole = render(source, display=True)
    broken = render(source, display=True, width=width)
    assert_sound(broken, source)
    assert broken.width <= max(whole.width, width)
    if whole.width <= width:
        assert broken == whole


@given(sources)
@settings(max_examples=100, deadline=None)
def test_plain_fonts_change_letters_but_not_the_layout(source: str) -> None:
    usual = render(source, display=True)
    plain = render(source, display=True, plain_fonts=True)
    assert_sound(plain, source)
    assert (plain.width, plain.baseline, len(plain.lines)) == (usual.width, usual.baseline, len(usual.lines))
    assert all(0 <= start < end <= plain.width for _, start, end in plain.bold)


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_renders_or_raises_tex_error(source: str) -> None:
    for display in (True, False):
        try:
            render(source, display=display, width=40)
        except TexError as error:
            assert 0 <= error.position <= len(source)
            assert "\n" not in error.message.replace(source, "")


def test_ten_thousand_mutations_raise_only_tex_error() -> None:
    rendered = 0
    for number, source in enumerate(mutations(SOURCES, 10_000, seed=20_000)):
        try:
            result = render(source, display=number % 2 == 0, width=60)
        except TexError as error:
            assert 0 <= error.position <= len(source), source
            continue
        rendered += 1
        assert_sound(result, source)
    assert rendered > 2_000


@pytest.mark.parametrize("piece", [*_JUNK.split(), "\x00", "\u0301", "\ud800"])
def test_ten_thousand_characters_of_junk_end(piece: str) -> None:
    source = (piece * 10_000)[:10_000]
    for display in (True, False):
        with suppress(TexError):
            assert_sound(render(source, display=display, width=80), source)


@pytest.mark.parametrize(
    "source",
    [
        "{" * 2_000 + "}" * 2_000,
        "\\frac{" * 38 + "x" + "}{y}" * 38,
        "\\sqrt[" * 38 + "x" + "]{x}" * 38,
        "x^{" * 38 + "x" + "}" * 38,
        "\\begin{pmatrix}" * 38 + "x" + "\\end{pmatrix}" * 38,
        "\\begin{matrix}" + "a\\\\" * 2_000 + "&".join("b" * 1_000) + "\\end{matrix}",
        "\\def\\a{\\a\\a}\\a",
        "\\def\\a#1{#1#1#1#1}\\a{\\a{\\a{\\a{\\a{\\a{\\a{\\a{x}}}}}}}}",
        "x" * 30_000,
    ],
    ids=lambda source: source[:12],
)
def test_deep_and_large_sources_end_soon(source: str) -> None:
    for display in (True, False):
        with suppress(TexError):
            render(source, display=display)


def test_mutations_are_the_same_every_time() -> None:
    first, second = (list(mutations(SOURCES, 50, seed=1)) for _ in range(2))
    assert first == second
    assert any(a != b for a, b in pairwise(first))
