"""Displayed formulas as pictures, for terminals that show them: the extra `images`.

mathra sets TeX as SVG, resvg draws it and textual-image puts it on the screen. Half cells and other stand-ins for
pixels are illegible, so pictures are only for terminals that speak sixel or the kitty graphics protocol. Whatever
can't be a picture, or would be a wrong one, stays text (`recall.tui.math`).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from recall.tui.math import typeset_display

if TYPE_CHECKING:
    from PIL.Image import Image
    from textual_image.widget import SixelImage, TGPImage

MAX_SOURCE = 4000
"""Characters of TeX; a longer formula stays text."""
MAX_COLUMNS, MAX_ROWS = 290, 100
"""Cells of a picture. The placeholders of the kitty protocol count to 297."""

_ARRAY = re.compile(r"\\begin\s*\{array\}(?!\s*(?:\[[^]]*\]\s*)?\{[lcr\s]*\})|\\(?:hline|hdashline|cline)(?![A-Za-z])")
"""Tables with rules or columns of their own: the rules come out too short, too long or not at all."""
_DIGIT_IN_FONT = re.compile(
    r"\\(?:math(?:bb|bbm|bf|bfit|cal|ds|frak|scr|sf|tt)|sym[a-z]+|Bbb|boldsymbol|bm|pmb|text(?:bf|sf|tt))(?![A-Za-z])"
    r"\s*(?:[0-9]|\{[^}]*[0-9])|\\(?:bf|sf|tt|cal|frak|scr|bold)(?![A-Za-z])"
)
"""Digits in an alphabet: they come out plain, which makes the vector of ones the number."""
_GREEK_IN_BB = re.compile(r"\\(?:mathbb|Bbb)(?![A-Za-z])\s*\{?\s*(?:[^\x00-\x7f]|\\)")
_OTHER_SIGNS = re.compile(r"\\(?:coloneq|eqcolon)(?![A-Za-z])")
_VIEW_BOX = re.compile(r'viewBox="\S+ \S+ ([0-9.]+) ([0-9.]+)"')


class Cell(NamedTuple):
    """The size of a cell of the terminal in pixels."""

    width: int
    height: int


_USUAL_CELL = Cell(10, 20)


@dataclass
class _Terminal:
    """What the terminal said it can do."""

    widget: type[SixelImage | TGPImage] | None = None
    cell: Cell = _USUAL_CELL


_terminal = _Terminal()


def ask_terminal() -> bool:
    """Find out whether this terminal can show pictures; says so. Never raises.

    The question is put by importing textual-image, and the answer comes as if it was typed: this is for the time
    before the app reads the keyboard. Without an answer it takes up to two seconds.
    """
    _terminal.widget = None
    # Without colours the app would paint over those in which the kitty protocol says which picture goes where.
    if not _is_web() and "NO_COLOR" not in os.environ:
        try:
            _terminal.widget, _terminal.cell = _detect()
        # Without the extra, without a terminal, or with one that answers in an unforeseen way there is text.
        except Exception:
            _terminal.widget = None
    return can_show_images()


def can_show_images() -> bool:
    """Tell whether formulas can be pictures: the extra is installed and `ask_terminal` found sixel or kitty."""
    return _terminal.widget is not None and not _is_web()


def image_widget(image: Image) -> SixelImage | TGPImage | None:
    """A widget of the size of `image`, which is one of `formula_image`; None if there can't be one."""
    if _terminal.widget is None:
        return None
    widget = _terminal.widget(image)
    widget.styles.width, widget.styles.height = size_in_cells(image)
    return widget


def size_in_cells(image: Image) -> tuple[int, int]:
    """The columns and rows of a picture made by `formula_image`."""
    return image.width // _terminal.cell.width, image.height // _terminal.cell.height


def formula_image(tex: str, color: str) -> Image | None:
    """The displayed formula `tex` in `color` (`#rrggbb`), the rest transparent; None if it has to be text.

    Its letters are as large as those round it, and its size is one of whole cells. Never raises.
    """
    if not can_show_images() or not _is_safe(tex):
        return None
    return _draw(tex.strip(), color, _terminal.cell)


def _is_web() -> bool:
    """Tell whether the screen is a page of a browser, as textual-serve starts it."""
    return "web_driver" in os.environ.get("TEXTUAL_DRIVER", "")


def _detect() -> tuple[type[SixelImage | TGPImage] | None, Cell]:
    """The widget that suits the terminal, None if only stand-ins do; raises what goes wrong."""
    import mathra  # noqa: F401 - so that a picture will not fail for the lack of it
    import resvg_py  # noqa: F401
    from textual_image import renderable, widget

    # There is no public way to the size, which the import above has asked for.
    from textual_image._terminal import get_cell_size

    if renderable.Image is renderable.SixelImage:
        return widget.SixelImage, Cell(*get_cell_size())
    if renderable.Image is renderable.TGPImage:
        return widget.TGPImage, Cell(*get_cell_size())
    return None, Cell(*get_cell_size())


def _is_safe(tex: str) -> bool:
    """Tell whether our own renderer takes the formula, and the picture would say the same."""
    if len(tex) > MAX_SOURCE or any(rule.search(tex) for rule in (_ARRAY, _DIGIT_IN_FONT, _GREEK_IN_BB, _OTHER_SIGNS)):
        return False
    return not typeset_display(tex, MAX_COLUMNS).is_refused


@lru_cache(maxsize=256)
def _draw(tex: str, color: str, cell: Cell) -> Image | None:
    try:
        return _drawn(tex, color, cell)
    except (KeyboardInterrupt, SystemExit):
        raise
    # A panic of the libraries, which are Rust, is a BaseException.
    except BaseException:
        return None


def _drawn(tex: str, color: str, cell: Cell) -> Image | None:
    """The picture, None if it would be empty or too large. Raises what the libraries raise."""
    import mathra
    import resvg_py
    from PIL import Image

    svg = mathra.tex_to_svg(tex, strict=True)
    view = _VIEW_BOX.search(svg)
    if view is None:
        return None
    # One em to a cell gives STIX the x-height of a terminal's font; the view box counts in thousandths of an em.
    width, height = (float(length) * cell.height / 1000 for length in view.groups())
    columns, rows = ceil(width / cell.width), ceil(height / cell.height)
    if not (0 < columns <= MAX_COLUMNS and 0 < rows <= MAX_ROWS):
        return None
    png = resvg_py.svg_to_bytes(
        svg_string=svg, font_size=cell.height, style_sheet=f"* {{ color: {color} !important }}", skip_system_fonts=True
    )
    drawn = Image.open(BytesIO(png)).convert("RGBA")
    picture = Image.new("RGBA", (columns * cell.width, rows * cell.height))
    picture.paste(drawn, (0, (picture.height - drawn.height) // 2))
    return picture
