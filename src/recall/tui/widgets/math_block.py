"""A displayed formula, set anew for every width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from recall.tui.math import typeset_display
from recall.tui.math_image import formula_image, image_widget, size_in_cells
from recall.tui.widgets.cjk import MATH_STYLE
from recall.tui.widgets.marks import HIGHLIGHT_STYLE, REFUSED_STYLE, styled
from recall.tui.widgets.sideways import Layout

if TYPE_CHECKING:
    from PIL.Image import Image


class DisplayMath(Layout):
    """A formula that takes the lines its width allows; wider than the pane only if it cannot be broken."""

    def __init__(self, tex: str, *, highlight: bool = False) -> None:
        super().__init__()
        self.tex = tex
        """The source, without dollars."""
        self.highlight = highlight
        """Whether the formula is what a cloze asked for."""

    def lay_out(self, width: int) -> Content:
        """Return the formula as set for `width` cells."""
        shown = typeset_display(self.tex, width)
        style = REFUSED_STYLE if shown.is_refused else MATH_STYLE
        content: Content = styled(Content("\n".join(shown.lines))).stylize(style)
        return content.stylize(HIGHLIGHT_STYLE) if self.highlight else content


class MathPicture(Widget):
    """A formula as a picture in the colours of the theme, if one can be made and fits."""

    DEFAULT_CSS = """
    MathPicture {
        height: auto;
        &.-highlight {
            color: $text-accent;
        }
    }
    """

    def __init__(self, formula: DisplayMath) -> None:
        super().__init__(classes="-highlight" if formula.highlight else None)
        self._tex = formula.tex
        self._image: Image | None = None

    def fit(self, width: int) -> bool:
        """Show the formula in at most `width` cells; tell whether there is a picture now.

        A wider picture gives way to the text, since that can be broken.
        """
        background, _, _, color = self.colors
        image = formula_image(self._tex, (background + color).hex6.lower())
        if image is not None and size_in_cells(image)[0] > width:
            image = None
        if image is not self._image:
            self._image = image
            self.refresh(recompose=True)
        return image is not None

    def compose(self) -> ComposeResult:
        """Make the picture."""
        if self._image is not None and (widget := image_widget(self._image)):
            yield widget

    def render(self) -> str:
        """Return nothing: there is but the picture."""
        return ""
