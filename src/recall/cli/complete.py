"""Names that a shell completes: stages, topics and own decks, items. Never fails; at worst it offers nothing."""

from __future__ import annotations

from collections.abc import Iterable

import click

from recall.environment import Options
from recall.errors import RecallError


def complete_stage(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return _beginning(incomplete, _names(ctx)[0])


def complete_topic(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return _beginning(incomplete, _names(ctx)[1])


def complete_item(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    return _beginning(incomplete, _names(ctx)[2])


def _names(ctx: click.Context) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
    """Stages, topics and items of the learner's workspace."""
    from recall.workspace import open_workspace

    root = ctx.find_root().params
    options = Options(root.get("home"), tuple(root.get("decks") or ()), root.get("db"))
    try:
        workspace = open_workspace(options)
    except RecallError:
        return (), (), ()
    try:
        with workspace.store.read() as tx:
            return [stage.id for stage in workspace.curriculum.stages], tx.catalogue.topics(), tx.catalogue.item_ids()
    finally:
        workspace.close()


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
