"""A displayed formula, set anew for every width."""

from textual.content import Content

from recall.tui.math import typeset_display
from recall.tui.widgets.marks import HIGHLIGHT_STYLE, MATH_STYLES, styled
from recall.tui.widgets.sideways import Layout


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
        content: Content = styled(Content("\n".join(shown.lines))).stylize(MATH_STYLES[shown.look])
        return content.stylize(HIGHLIGHT_STYLE) if self.highlight else content
