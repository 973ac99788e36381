"""Cards and log as JSON, CSV and Markdown, and back without loss: JSON wholly, the other two the cards.

What a card says is what its entry in a deck file would say.
"""

from recall.exchange.interchange.csv_form import as_csv, log_as_csv, read_csv
from recall.exchange.interchange.entries import InterchangeError, Read
from recall.exchange.interchange.json_form import as_json, read_json
from recall.exchange.interchange.markdown_form import as_markdown, is_own_markdown, log_as_markdown, read_markdown

__all__ = [
    "InterchangeError",
    "Read",
    "as_csv",
    "as_json",
    "as_markdown",
    "is_own_markdown",
    "log_as_csv",
    "log_as_markdown",
    "read_csv",
    "read_json",
    "read_markdown",
]
