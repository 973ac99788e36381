"""Numbers that people type in TeX, full-width or with Chinese punctuation, in plain signs before they are read."""

from __future__ import annotations

import re

from recall.core.number_fault import NumberFault, NumberTextError
from recall.core.typed_text import MAX_LENGTH, normalised

_TEX = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\\\\(?:\[[^\]]*\])?", ";"),
        (r"\\begin\{\w+\*?\}(?:\{[lcr|]*\})?", "["),
        (r"\\end\{\w+\*?\}", "]"),
        (r"&", ","),
        (r"\\(?:text|mathrm|mathbf|operatorname)\s*\{([^{}]*)\}", r" \1 "),
        (r"\\(?:left|right|displaystyle|qquad|quad)(?![A-Za-z])|\\[,;:!> ()\[\]]|\$", " "),
        (r"\\(?:cdot|times|ast)(?![A-Za-z])", "*"),
        (r"\\div(?![A-Za-z])", "/"),
        (r"\\(?:approx|simeq|sim)(?![A-Za-z])", "≈"),
        (r"\\infty(?![A-Za-z])", "∞"),
        (r"\\[dt]?frac(?![A-Za-z])", " frac"),
        (r"\\(pi|sqrt|ln|log|exp)(?![A-Za-z])", r" \1"),
        (r"\\([%{}_])", r"\1"),
        (r"\{,\}", ","),
    )
)
_SIGNS = str.maketrans(
    {"。": ".", "、": ",", "×": "*", "⋅": "*", "·": "*", "∙": "*", "•": "*", "∗": "*", "÷": "/", "∕": "/"}
)


def plain(text: str) -> str:
    """The text with its TeX, width, scripts and punctuation written plainly; line ends stay.

    TeX's `&` and `\\\\` become `,` and `;`, its environments square brackets. Raises NumberTextError if it is too long.
    """
    if len(text) > MAX_LENGTH:
        raise NumberTextError(NumberFault.TOO_LONG)
    text = normalised(re.sub(r"×\s*$", "x", text))
    if len(text) > MAX_LENGTH:
        raise NumberTextError(NumberFault.TOO_LONG)
    for pattern, replacement in _TEX:
        text = pattern.sub(replacement, text)
    text = re.sub("大?约", "≈", text.translate(_SIGNS))
    return re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n")).strip(" \n").rstrip(".,; \n")
