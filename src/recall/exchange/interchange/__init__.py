"""Cards and log as JSON, CSV and Markdown, and back without loss: JSON wholly, the other two the cards.

What a card says is what its entry in a deck file would say.
"""

from recall.exchange.interchange.csv_form import COLUMNS, as_csv, log_as_csv, read_csv
from recall.exchange.interchange.entries import InterchangeError, Read
from recall.exchange.interchange.json_form import FORMAT, as_json, read_json
from recall.exchange.interchange.markdown_form import MARK, as_markdown, log_as_markdown, read_markdown

__all__ = [
    "InterchangeError",
    "Read",
    "as_csv",
    "as_json",
    "as_markdown",
    "is_own",
    "log_as_csv",
    "log_as_markdown",
    "read_csv",
    "read_json",
    "read_markdown",
]

_SIGNS = (MARK, ",".join(COLUMNS[:3]), f'"format": "{FORMAT}"')
"""What is found at the beginning of a file, whichever its format."""


def is_own(beginning: bytes) -> bool:
    """Whether `recall export` wrote a file of cards that begins so."""
    return any(sign.encode() in beginning for sign in _SIGNS)
