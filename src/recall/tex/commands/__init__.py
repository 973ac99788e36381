"""What each command reads and makes, and the parser that knows them all."""

from recall.tex.commands import (
    boxes,
    definitions,
    delimiters,
    environments,
    fractions,
    marks,
    numbering,
    operators,
    scripting,
    spaces,
    styles,
    text,
)
from recall.tex.parser import parse

__all__ = [
    "boxes",
    "definitions",
    "delimiters",
    "environments",
    "fractions",
    "marks",
    "numbering",
    "operators",
    "parse",
    "scripting",
    "spaces",
    "styles",
    "text",
]
