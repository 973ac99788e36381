"""`completion`: the script that completes commands, options and names in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from recall.i18n import _


@click.command(
    "completion",
    help=_("Print the completion script of a shell."),
    epilog=_('Example: eval "$(recall completion bash)"'),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    script = get_completion_class(shell)
    assert script is not None
    root = ctx.find_root()
    click.echo(script(root.command, {}, "recall", "_RECALL_COMPLETE").source())
