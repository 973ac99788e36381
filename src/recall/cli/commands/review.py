"""`recall` and `recall review`: the TUI, or, without a terminal, what is due."""

from __future__ import annotations

import click

from recall.cli.output import has_terminal, scope_options
from recall.environment import Options
from recall.i18n import _


@click.command(
    "review",
    help=_("Review what is due today."),
    epilog=_("Example: recall review --stage probability --limit 20"),
)
@scope_options
@click.option("--limit", type=click.IntRange(1), metavar="N", help=_("At most this many items."))
@click.pass_obj
def review_command(options: Options, names: tuple[str, ...], limit: int | None) -> None:
    if not has_terminal():
        from recall.cli.commands.report import print_due

        print_due(options, names)
        return
    from recall.tui.start import start

    start(options, lambda app: app.start_review(names, limit))


def open_home(options: Options) -> None:
    """The home screen; without a terminal, what is due."""
    if not has_terminal():
        from recall.cli.commands.report import print_due

        print_due(options, ())
        return
    from recall.tui.start import start

    start(options)
