"""The text of a card on the screen."""

from typing import ClassVar
from urllib.parse import quote, urlsplit

from markdown_it.token import Token
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Markdown
from textual.widgets.markdown import MarkdownBlock, MarkdownFence

from recall.core.sanitise import sanitise
from recall.tui.math_image import can_show_images
from recall.tui.widgets.card_parser import card_parser
from recall.tui.widgets.card_table import Cell, Table
from recall.tui.widgets.cjk import CjkText
from recall.tui.widgets.marks import styled
from recall.tui.widgets.math_block import DisplayMath, MathPicture
from recall.tui.widgets.sideways import Layout, LayoutBlock, Sideways


class CardParagraph(MarkdownBlock):
    """A paragraph or a heading, wrapped as Chinese is set."""

    DEFAULT_CSS = """
    CardParagraph {
        &.-heading {
            text-style: bold;
            color: $text-primary;
            margin: 1 0;
        }
    }
    """

    def __init__(self, markdown: Markdown, token: Token) -> None:
        super().__init__(markdown, token)
        self.set_class(token.type == "heading_open", "-heading")

    def set_content(self, content: Content) -> None:
        """Show `content`, its marks made into styles."""
        super().set_content(styled(content))


class CardFence(Sideways, MarkdownFence):  # in this order: Textual takes styles from the first base alone
    """A block of code; a line longer than the pane scrolls."""

    DEFAULT_CSS = """
    CardFence {
        margin: 1 0;
        color: $foreground;
        background: $foreground 6%;
        & > Label {
            padding: 0 1;
        }
        &:light {
            background: $foreground 6%;
        }
    }
    """

    @classmethod
    def highlight(cls, code: str, language: str, ansi: bool = False, dark: bool = False) -> Content:
        """Return `code` in the colours of its language, and with the answer of a cloze highlighted."""
        marked = styled(Content(code))
        words = language.split()
        content = super().highlight(marked.plain, words[0] if words else "text", ansi, dark)
        return content.add_spans(marked.spans)


class CardMath(LayoutBlock):
    """A displayed formula: lines of text, or a picture where the terminal shows it and it fits."""

    DEFAULT_CSS = """
    CardMath {
        margin: 1 0 1 2;
        & > MathPicture, &.-picture > LayoutLines {
            display: none;
        }
        &.-picture > MathPicture {
            display: block;
        }
    }
    """

    def __init__(self, markdown: Markdown, token: Token) -> None:
        super().__init__(markdown, token)
        self._formula = DisplayMath(token.content, highlight=bool(token.meta.get("highlight")))

    def make_layout(self) -> Layout:
        """Return the formula of the token."""
        return self._formula

    def compose(self) -> ComposeResult:
        """Make the lines, and the picture that may stand for them."""
        yield from super().compose()
        if can_show_images():
            yield MathPicture(self._formula)

    def on_resize(self) -> None:
        """Show the picture if it fits."""
        self._choose()

    def notify_style_update(self) -> None:
        """Draw the picture anew in other colours."""
        super().notify_style_update()
        if self.is_mounted:
            self.call_later(self._choose)

    def _choose(self) -> None:
        for picture in self.query_children(MathPicture):
            self.set_class(picture.fit(self.content_size.width), "-picture")


class CardCell(MarkdownBlock):
    """A cell of a table; never mounted, since its table is one widget."""

    def __init__(self, markdown: Markdown, token: Token) -> None:
        super().__init__(markdown, token)
        self.cell = Cell(CjkText())
        """What is in the cell."""
        self._cell_style = "bold" if token.tag == "th" else ""
        self._cell_align = str(token.attrGet("style") or "").removeprefix("text-align:")

    def set_content(self, content: Content) -> None:
        """Keep `content`, its marks made into styles."""
        self.cell = Cell(styled(content.stylize_before(self._cell_style)), self._cell_align)


class CardTable(LayoutBlock):
    """A table, in one widget.

    Textual's makes a widget of every cell, shrinks columns to nothing, and gives each a tooltip that
    reads the text as console markup.
    """

    DEFAULT_CSS = """
    CardTable {
        margin: 0 0 1 0;
    }
    """

    def make_layout(self) -> Layout:
        """Return the table made of the cells that were parsed."""
        rows = [row.compose() for part in MarkdownBlock.compose(self) for row in part.compose()]
        return Table([[block.cell for block in row if isinstance(block, CardCell)] for row in rows])


class CardText(Markdown):
    """Shows the Markdown of a card, which may come from a stranger.

    What is shown is what was typed: no console markup, no HTML, no control characters, and no link
    opens unless it is clicked and leads to the web. Formulas between dollars are set by `recall.tex`.
    Text between U+E000 and U+E001 (see `recall.core.cloze`) is highlighted.
    """

    DEFAULT_CSS = """
    CardText {
        padding: 0;

        & > CardParagraph {
            margin: 0 0 1 0;
        }
        & > .card--highlight {
            color: $text-accent;
            text-style: bold;
        }
        & > .card--table-line {
            color: $foreground 30%;
        }
        & > .card--math-error {
            color: $text-error;
            text-style: italic;
        }
        MarkdownBlock:dark > .code_inline, MarkdownBlock:light > .code_inline {
            background: $foreground 10%;
            color: $foreground;
        }
        MarkdownBlockQuote {
            margin: 0 0 1 0;
        }
    }
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "card--highlight",
        "card--math",
        "card--math-error",
        "card--table-line",
    }
    """Styles: the answer of a cloze, a formula in a line, the source of one with a mistake, the lines of a table."""

    BLOCKS: dict[str, type[MarkdownBlock]] = {  # noqa: RUF012 - declared so by Markdown
        **Markdown.BLOCKS,
        **dict.fromkeys(("paragraph_open", "h1", "h2", "h3", "h4", "h5", "h6"), CardParagraph),
        **dict.fromkeys(("fence", "code_block"), CardFence),
        **dict.fromkeys(("th_open", "td_open"), CardCell),
        "table_open": CardTable,
    }

    def __init__(
        self,
        text: str = "",
        *,
        id: str | None = None,  # noqa: A002 - as all widgets call it
        classes: str | None = None,
    ) -> None:
        self._wanted = sanitise(text, keep_highlight=True)
        super().__init__(self._wanted, id=id, classes=classes, parser_factory=card_parser, open_links=False)

    async def set_text(self, text: str) -> None:
        """Show `text` instead; when this returns, the next refresh of the screen shows it.

        Of several texts set at once the last stays. Before the widget is mounted the text is kept
        until it is.
        """
        self._wanted = sanitise(text, keep_highlight=True)
        if self.is_mounted:
            await self._catch_up()

    def on_mount(self) -> None:
        """Show, after the text given at first, one that was set since."""
        self.call_next(self._catch_up)

    async def _catch_up(self) -> None:
        if self.is_attached:
            if self.source != self._wanted:
                await self.update(self._wanted)
            self._drop_outer_margins()

    def _drop_outer_margins(self) -> None:
        """Let the text, and the lists and quotes in it, end without a blank line of their own.

        (The selector `:last-child` would do it, but makes every block mounted restyle its siblings.)
        """
        if self.children:
            first, last = self.children[0].styles, self.children[-1].styles
            first.margin = (0, *first.margin[1:])
            last.margin = (*last.margin[:2], 0, last.margin.left)
        for formula in self.query(CardMath):
            if formula.parent is not self and self._ends_block(formula):
                formula.styles.margin = (*formula.styles.margin[:2], 0, formula.styles.margin.left)

    def _ends_block(self, widget: Widget) -> bool:
        """Tell whether nothing follows `widget` in the list or quote that is a child of this."""
        while (parent := widget.parent) is not self and isinstance(parent, Widget):
            if parent.children[-1] is not widget:
                return False
            widget = parent
        return True

    def unhandled_token(self, token: Token) -> MarkdownBlock | None:
        """Return the block for a displayed formula, None for what is not shown."""
        return CardMath(self, token) if token.type == "math_block" else None

    def on_markdown_link_clicked(self, event: Markdown.LinkClicked) -> None:
        """Open a link to the web, in the browser; any other does nothing."""
        if urlsplit(event.href).scheme in ("http", "https"):
            self.app.open_url(quote(event.href, safe="%/:?#[]@!$&'()*+,;=~"))
