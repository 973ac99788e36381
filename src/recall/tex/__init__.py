"""TeX math as terminal text, in pure Python without any dependency.

    >>> from recall.tex import render
    >>> for line in render(r"\\sqrt{c} \\ge \\frac{a^2}{b}", display=True).lines:
    ...     print(line.rstrip())
         a²
    √c ≥ ──
         b
    >>> render(r"\\frac{a^2}{b} \\le \\sqrt{c}", display=False).lines[0].replace("\\u00a0", " ")
    'a²/b ≤ √c'

`render` gives a `Rendered`: lines, the row of the baseline, and the width in cells; it raises `TexError`
(with message and position) for what MathJax 3.2.2 would refuse. On the way a source becomes tokens with
positions (`lexer`), a typed tree of atoms (`parser`, `commands`, `tree`), and either boxes with a baseline
(`layout`, `box`, broken to a width by `breaking`) or one line (`inline`); `spacing` has the gaps of both.
"""

from recall.tex.api import Rendered, render
from recall.tex.errors import TexError
from recall.tex.expand import expand

__all__ = ["Rendered", "TexError", "expand", "render"]
