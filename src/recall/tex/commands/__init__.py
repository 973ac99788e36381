"""What each command reads and makes. Importing this package registers all of them with the parser."""

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

__all__ = [
    "boxes",
    "definitions",
    "delimiters",
    "environments",
    "fractions",
    "marks",
    "numbering",
    "operators",
    "scripting",
    "spaces",
    "styles",
    "text",
]
