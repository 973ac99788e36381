"""Displayed formulas as pictures: only where all is there for it, never blank, never wrong, never a crash."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL.Image import Image
from textual_image import renderable
from textual_image.widget import SixelImage, TGPImage

from recall.environment import Options
from recall.tui import math_image
from recall.tui.app import RecallApp
from recall.tui.math_image import Cell, ask_terminal, can_show_images, formula_image, size_in_cells
from recall.tui.start import start
from recall.tui.widgets.math_block import MathPicture
from tests.support_tui import Learner
from tests.tui.widgets.pane import Pane, lines_of, pane

WHITE = "#ffffff"
FRACTION = r"x = \frac{a}{b}"
CARD = f"Before\n\n$$\n{FRACTION}\n$$\n\nAfter"
AS_TEXT = ["Before", "", "      a", "  x = ─", "      b", "", "After"]


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that has not been asked yet."""
    monkeypatch.setattr(math_image, "_terminal", math_image._Terminal())
    for name in ("NO_COLOR", "TEXTUAL_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    math_image._draw.cache_clear()


@pytest.fixture
def sixel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that speaks sixel; a cell is 10 by 20 pixels."""
    monkeypatch.setattr(renderable, "Image", renderable.SixelImage)
    assert ask_terminal()


@pytest.fixture
def kitty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that speaks the kitty protocol; a cell is 10 by 20 pixels."""
    monkeypatch.setattr(renderable, "Image", renderable.TGPImage)
    assert ask_terminal()


def picture_of(app: Pane) -> MathPicture:
    return app.query_one(MathPicture)


def brightest(image: object) -> int:
    """The green of the brightest pixel that is ink."""
    assert isinstance(image, Image)
    return max(pixel[1] for _, pixel in image.getcolors(100_000) or [] if pixel[3] == 255)  # type: ignore[index]


# What is needed for pictures


async def test_without_the_setting_nothing_is_asked_and_a_formula_is_text() -> None:
    assert not can_show_images()
    assert await lines_of(CARD) == AS_TEXT


@pytest.mark.parametrize("package", ["mathra", "resvg_py", "textual_image"])
async def test_without_the_extra_a_formula_is_text(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderable, "Image", renderable.SixelImage)
    monkeypatch.setitem(sys.modules, package, None)
    assert not ask_terminal()
    assert formula_image(FRACTION, WHITE) is None
    assert await lines_of(CARD) == AS_TEXT


@pytest.mark.parametrize("stand_in", [renderable.HalfcellImage, renderable.UnicodeImage])
async def test_half_cells_and_the_like_are_no_pictures(stand_in: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderable, "Image", stand_in)
    assert not ask_terminal()
    assert await lines_of(CARD) == AS_TEXT


@pytest.mark.parametrize(
    ("name", "value"), [("TEXTUAL_DRIVER", "textual.drivers.web_driver:WebDriver"), ("NO_COLOR", "")]
)
def test_in_a_browser_and_without_colours_there_are_no_pictures(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderable, "Image", renderable.SixelImage)
    monkeypatch.setenv(name, value)
    assert not ask_terminal()


def test_a_terminal_that_fails_the_question_gets_text(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = ModuleType("textual_image._terminal")
    monkeypatch.setitem(sys.modules, "textual_image._terminal", broken)
    monkeypatch.setattr(renderable, "Image", renderable.SixelImage)
    assert not ask_terminal()


@pytest.mark.parametrize(("config", "asked"), [("", 0), ("math_images = false\n", 0), ("math_images = true\n", 1)])
def test_the_terminal_is_asked_at_the_start_only_if_the_setting_says_so(
    config: str, asked: int, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[None] = []
    monkeypatch.setattr(math_image, "ask_terminal", lambda: questions.append(None))
    monkeypatch.setattr(RecallApp, "run", lambda _app: None)
    learner.config(config)
    start(Options(home=learner.home, language="en"))
    assert len(questions) == asked


def test_without_the_setting_the_extra_is_not_imported(learner: Learner) -> None:
    script = (
        "import sys; from pathlib import Path; from recall.environment import Options;"
        "from recall.tui import start; from recall.tui.app import RecallApp; RecallApp.run = lambda self: None;"
        "start.start(Options(home=Path(sys.argv[1])));"
        "print([name for name in ('mathra', 'resvg_py', 'textual_image', 'PIL') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script, str(learner.home)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# What a terminal answers


def asked_in_a_terminal(answers: dict[bytes, bytes]) -> str:
    """What `ask_terminal` finds in a terminal of 10 by 20 pixels a cell that gives `answers`."""
    script = (
        "from recall.tui import math_image as m; m.ask_terminal();"
        "print('found', getattr(m._terminal.widget, '__module__', None), m._terminal.cell)"
    )
    leader, follower = pty.openpty()
    termios.tcsetwinsize(leader, (24, 80))
    environment = {name: value for name, value in os.environ.items() if name not in ("TMUX", "NO_COLOR")}
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    seen, waiting, end = b"", dict(answers), time.monotonic() + 30
    try:
        while b"Cell(" not in seen and time.monotonic() < end:
            if select.select([leader], [], [], 0.1)[0]:
                seen += os.read(leader, 4096)
            for question in [question for question in waiting if question in seen]:
                os.write(leader, waiting.pop(question))
        assert child.wait(10) == 0
    finally:
        child.kill()
        os.close(leader)
    return seen[seen.index(b"found") :].decode().strip()


SIZE = {b"\x1b[16t": b"\x1b[6;20;10t"}


def test_a_terminal_that_names_sixel_among_its_attributes_shows_pictures() -> None:
    found = asked_in_a_terminal({b"\x1b[c": b"\x1b[?62;4;22c", **SIZE})
    assert found == "found textual_image.widget.sixel Cell(width=10, height=20)"


def test_a_terminal_that_takes_a_kitty_picture_shows_pictures() -> None:
    found = asked_in_a_terminal({b"\x1b_G": b"\x1b_Gi=1;OK\x1b\\", b"\x1b[c": b"\x1b[?62c", **SIZE})
    assert found == "found textual_image.widget Cell(width=10, height=20)"


def test_a_terminal_without_either_shows_text() -> None:
    assert asked_in_a_terminal({b"\x1b[c": b"\x1b[?62;22c", **SIZE}).startswith("found None")


# The picture


@pytest.mark.usefixtures("sixel")
def test_a_picture_has_whole_cells_and_letters_of_the_size_of_text() -> None:
    line, fraction = formula_image("a + b", WHITE), formula_image(FRACTION, WHITE)
    assert line is not None
    assert fraction is not None
    assert line.width % 10 == fraction.width % 10 == 0
    assert size_in_cells(line) == (5, 1)
    assert size_in_cells(fraction) == (6, 2)
    box = formula_image("x", WHITE)
    assert box is not None
    ink = box.getbbox()
    assert ink is not None
    assert 8 <= ink[3] - ink[1] <= 11  # the x of a font for cells of 20 pixels has about 10


@pytest.mark.usefixtures("sixel")
@pytest.mark.parametrize("color", [(255, 255, 255), (43, 45, 51), (154, 100, 0)])
def test_a_picture_is_drawn_in_the_colour_asked_for_on_nothing(color: tuple[int, int, int]) -> None:
    image = formula_image(FRACTION, "#{:02x}{:02x}{:02x}".format(*color))
    assert image is not None
    pixels = [pixel for _, pixel in image.getcolors(100_000) or []]
    assert {pixel for pixel in pixels if pixel[3] == 255} == {(*color, 255)}  # type: ignore[index]
    assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    seen = image.getchannel("A").histogram()
    assert seen[255] > 20
    assert seen[0] > image.width * image.height / 2


def test_a_picture_grows_with_the_cell(sixel: None) -> None:
    math_image._terminal.cell = Cell(16, 34)
    large = formula_image("a + b", WHITE)
    assert large is not None
    assert large.height == 34


@pytest.mark.usefixtures("sixel")
def test_a_formula_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = formula_image(FRACTION, WHITE)
    monkeypatch.setattr(math_image, "_drawn", None)
    assert formula_image(f" {FRACTION}\n", WHITE) is first


WRONG_AS_PICTURES = [
    r"\text{后验} = 1",
    r"\frac{中}{b}",
    r"\begin{array}{c|c} a & b \\ c & d \end{array}",
    r"\begin{array}[t]{ c | c } a & b \end{array}",
    r"\begin{array}{cc} a & b \\ \hline c & d \end{array}",
    r"\left[\begin{array}{cc|c} 1 & 2 & 3 \end{array}\right]",
    r"\mathbf{1}^\top x",
    r"\mathbb{1}\{x > 0\}",
    r"\mathbb 1",
    r"\boldsymbol{x_1}",
    r"{\bf 1}",
    r"\mathbb{\Gamma}",
    r"a \eqcolon b",
]


@pytest.mark.usefixtures("sixel")
@pytest.mark.parametrize("tex", WRONG_AS_PICTURES)
async def test_what_the_library_would_draw_wrong_or_not_at_all_stays_text(tex: str) -> None:
    assert formula_image(tex, WHITE) is None
    async with pane(f"$$\n{tex}\n$$") as (app, pilot):
        await pilot.pause()
        shown = app.lines()
        assert not picture_of(app).display
    math_image._terminal.widget = None
    assert shown == await lines_of(f"$$\n{tex}\n$$")


@pytest.mark.usefixtures("sixel")
@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{array}{lcr} a & b & c \end{array}",
        r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}",
        r"\mathbf{x} = 1",
        r"\boldsymbol{\theta}_1",
        r"\mathbb{R}^{2}",
        r"x \in \mathbb R",
        r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
    ],
)
def test_what_the_library_draws_well_is_a_picture(tex: str) -> None:
    image = formula_image(tex, WHITE)
    assert image is not None
    assert image.getbbox() is not None


@pytest.mark.usefixtures("sixel")
@pytest.mark.parametrize(
    "tex",
    [
        "",
        " ",
        r"\frac{",
        r"\nosuchcommand",
        "x" * 100_000,
        "x + " * 900 + "x",
        "{" * 1900 + "}" * 1900,
        r"\sqrt{" * 600 + "x" + "}" * 600,
        r"\rule{100000em}{100000em}",
        r"x\hspace{99999999em}y",
        r"x\kern1e9em y",
        r"\href{https://example.org}{x}",
        r"\includegraphics{/etc/passwd}",
        r"\def\x{\x\x}\x",
        '</svg><image href="file:///etc/passwd"/>',
        "a\x00b",
        "\ud800",
        "\ue000x\ue001",
    ],
)
def test_hostile_tex_raises_nothing(tex: str) -> None:
    image = formula_image(tex, WHITE)
    assert image is None or size_in_cells(image) <= (math_image.MAX_COLUMNS, math_image.MAX_ROWS)


@given(
    st.lists(
        st.sampled_from(
            [
                *"abx12{}^_&<>'\"|#%~ ",
                r"\frac",
                r"\sqrt",
                r"\left(",
                r"\right.",
                r"\\",
                r"\sum",
                r"\text{a}",
                r"\mathbf",
            ]
        ),
        max_size=20,
    ).map(" ".join)
)
def test_no_formula_raises(tex: str) -> None:
    math_image._terminal.widget = SixelImage
    formula_image(tex, WHITE)


@pytest.mark.usefixtures("sixel")
def test_a_panic_of_the_library_is_a_formula_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    import mathra

    class PanicException(BaseException):
        """As PyO3 raises it."""

    def panic(*_arguments: object, **_options: object) -> str:
        raise PanicException

    monkeypatch.setattr(mathra, "tex_to_svg", panic)
    assert formula_image(FRACTION, WHITE) is None


# On the screen


@pytest.mark.usefixtures("sixel")
async def test_sixel_shows_the_picture_in_the_place_of_the_text() -> None:
    async with pane(CARD) as (app, pilot):
        await pilot.pause()
        text = "\n".join(app.lines())
        assert "\x1bP0;" in text
        assert "─" not in text
        image = app.query_one(SixelImage)
        assert (image.region.x, image.region.y, image.region.size) == (2, 2, (6, 2))
        assert app.lines()[5] == "After"


@pytest.mark.usefixtures("kitty")
async def test_kitty_is_sent_the_picture_once_and_shows_it_in_the_place_of_the_text(
    capfd: pytest.CaptureFixture[str],
) -> None:
    async with pane(CARD) as (app, pilot):
        await pilot.pause()
        assert [line.count("\U0010eeee") for line in app.lines()] == [0, 0, 6, 6, 0, 0]
        assert app.query_one(TGPImage).region.size == (6, 2)
    sent = capfd.readouterr().out
    assert sent.count("f=100") == 1
    assert "a=p" in sent


@pytest.mark.usefixtures("sixel")
async def test_a_picture_wider_than_the_pane_gives_way_to_the_text_and_comes_back() -> None:
    sums = " + ".join(f"a_{{{number}}}" for number in range(12))
    async with pane(f"$$\n{sums}\n$$") as (app, pilot):
        await pilot.pause()
        assert picture_of(app).display
        await pilot.resize_terminal(30, 24)
        await pilot.pause()
        assert not picture_of(app).display
        narrow = app.lines()
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert picture_of(app).display
    math_image._terminal.widget = None
    assert narrow == await lines_of(f"$$\n{sums}\n$$", 30)


@pytest.mark.usefixtures("sixel")
async def test_a_picture_follows_the_theme() -> None:
    async with pane(CARD) as (app, pilot):
        await pilot.pause()
        dark = brightest(app.query_one(SixelImage).image)
        app.theme = "textual-light"
        await pilot.pause()
        await pilot.pause()
        assert dark > 200 > 60 > brightest(app.query_one(SixelImage).image)


@pytest.mark.usefixtures("sixel")
async def test_the_answer_of_a_cloze_is_a_picture_in_its_colour() -> None:
    async with pane(f"$$a$$\n\n\ue000$${FRACTION}$$\ue001") as (app, pilot):
        await pilot.pause()
        plain, answer = app.query(MathPicture)
        assert plain.styles.color != answer.styles.color
        assert answer.display


@pytest.mark.usefixtures("sixel")
async def test_another_text_of_the_card_takes_the_picture_away() -> None:
    async with pane(CARD) as (app, pilot):
        await pilot.pause()
        await app.card.set_text("Only words")
        await pilot.pause()
        assert app.lines() == ["Only words"]
