"""Names that a shell completes: stages, topics and own decks, items. Never fails; at worst it offers nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from recall.environment import Options
from recall.errors import RecallError

if TYPE_CHECKING:
    from recall.store import Transaction
    from recall.workspace import Workspace


def complete_stage(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The stages that begin so."""
    return _beginning(ctx, incomplete, lambda opened, _tx: (stage.id for stage in opened.curriculum.stages))


def complete_topic(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The topics with cards and the own decks that begin so."""
    return _beginning(ctx, incomplete, lambda _opened, tx: tx.catalogue.topics())


def complete_item(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The items that begin so."""
    return _beginning(ctx, incomplete, lambda _opened, tx: tx.catalogue.item_ids())


def _beginning(
    ctx: click.Context, incomplete: str, names: Callable[[Workspace, Transaction], Iterable[str]]
) -> list[str]:
    from recall.workspace import open_workspace

    root = ctx.find_root().params
    try:
        opened = open_workspace(Options(root.get("home"), tuple(root.get("decks") or ()), root.get("db")))
    except RecallError:
        return []
    try:
        with opened.store.read() as tx:
            return [name for name in names(opened, tx) if name.startswith(incomplete)]
    finally:
        opened.close()
