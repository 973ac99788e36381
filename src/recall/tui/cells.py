"""Text fitted into cells, of which a Chinese character takes two."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def right(text: str, width: int) -> str:
    """The text at the right of `width` cells."""
    return " " * max(width - cell_len(text), 0) + text


def shortened(text: str, width: int) -> str:
    """At most `width` cells of the text; an ellipsis says that there is more."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"
