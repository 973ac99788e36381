"""`tex`: a formula as it looks in the terminal, and a page that tries the terminal's font."""

from __future__ import annotations

import click

from recall.cli.output import FORMULA_WIDTH, say, settings_of
from recall.environment import Options
from recall.i18n import _

SAMPLES = (
    (_("bold"), r"\mathbf{A\,x\,v\,0}"),
    (_("script"), r"\mathcal{L\,N\,O\,D}"),
    (_("double-struck"), r"\mathbb{R\,E\,N\,1}"),
    (_("Greek"), r"\alpha\,\beta\,\lambda\,\sigma\,\Sigma\,\Omega"),
    (_("scripts"), r"x_i^2\,\, x^{n+1}\,\, A^\top\,\, a_{12}"),
    (_("accents"), r"\hat{y}\,\,\bar{x}\,\,\tilde{\theta}\,\,\vec{v}"),
    (_("relations"), r"a\le b\ne c\approx d\in S\subseteq T\Longrightarrow u\propto v"),
    (_("operators"), r"\sum\,\prod\,\int\,\nabla\,\partial\,\oplus\,\odot\,\infty"),
)
"""What each line shows, and the formula that shows it."""

MATRIX = r"\left[\begin{matrix}\frac{1}{2}&\sqrt{x}\\0&\sum_{i=1}^{n}a_i\end{matrix}\right]"


@click.command(
    "tex",
    help=_("Show a formula as text, as it looks on a card."),
    epilog=_("Example: recall tex '\\frac{QK^\\top}{\\sqrt{d_k}}'"),
)
@click.argument("formula", required=False, metavar=_("[FORMULA]"))
@click.option("--inline", is_flag=True, help=_("On one line, as between single dollars."))
@click.option(
    "--width",
    type=click.IntRange(10),
    metavar="N",
    default=FORMULA_WIDTH,
    help=_("Break a displayed formula at this width."),
)
@click.option("--fonts", is_flag=True, help=_("Show a page that tries the font of the terminal."))
@click.pass_obj
def tex_command(options: Options, formula: str | None, inline: bool, width: int, fonts: bool) -> None:
    if fonts:
        say(font_page())
    elif formula is None:
        raise click.UsageError(_("give a formula, or --fonts"))
    else:
        say(_set(options, formula, inline, width))


def font_page() -> str:
    """Every alphabet and sign that formulas use, with what to do where one is missing."""
    from recall.cli.table import cell_width
    from recall.tex import render

    width = max(cell_width(name) for name, _tex in SAMPLES)
    lines = [name + " " * (width - cell_width(name) + 2) + render(tex, display=False).lines[0] for name, tex in SAMPLES]
    lines += ["", *render(MATRIX, display=True).lines, ""]
    lines.append(_("If a letter shows as a box or a gap: recall config plain_fonts true"))
    return "\n".join(lines)


def _set(options: Options, formula: str, inline: bool, width: int) -> str:
    from recall.errors import RecallError
    from recall.tex import TexError, render

    plain = settings_of(options).plain_fonts
    try:
        shown = render(formula, display=not inline, width=width, plain_fonts=plain)
    except TexError as error:  # its words are English, as TeX's are
        raise RecallError(f"{error}\n{_pointed_out(formula, error.position)}") from None
    return "\n".join(line.rstrip() for line in shown.lines)


def _pointed_out(formula: str, position: int) -> str:
    """The line of the formula where something is wrong, and under it a caret at the place."""
    from recall.cli.table import cell_width

    start = formula.rfind("\n", 0, position) + 1
    line = formula[start:].partition("\n")[0]
    return f"  {line}\n  {' ' * cell_width(formula[start:position])}^"
