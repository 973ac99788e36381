"""`schema`: the form of a deck folder's files, for editors that complete and check YAML."""

from __future__ import annotations

import click

from recall.cli.output import emit
from recall.i18n import _


@click.command(
    "schema",
    help=_("Print the JSON Schema of deck files, so that an editor can complete and check them."),
    epilog=_("Example: recall schema --with-topics"),
)
@click.option("--deck", "kind", flag_value="deck", default="deck", help=_("Of a deck file; this is the default."))
@click.option("--curriculum", "kind", flag_value="curriculum", help=_("Of curriculum.yaml."))
@click.option("--sources", "kind", flag_value="sources", help=_("Of sources.yaml."))
@click.option("--with-topics", is_flag=True, help=_("Let a deck name only topics of the curriculum."))
def schema_command(kind: str, with_topics: bool) -> None:
    from recall.decks.curriculum import load_curriculum
    from recall.decks.folders import CURRICULUM_FILE
    from recall.decks.json_schema import curriculum_schema, deck_schema, sources_schema
    from recall.environment import bundled_decks

    if kind == "deck":
        topics = load_curriculum(bundled_decks() / CURRICULUM_FILE).topics if with_topics else ()
        emit(deck_schema(topics))
    elif with_topics:
        raise click.UsageError(_("--with-topics is for deck files"))
    else:
        emit(curriculum_schema() if kind == "curriculum" else sources_schema())
