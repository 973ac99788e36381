"""`add`: a new card from options, from stdin, or typed in a form."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from recall.cli.complete import complete_topic
from recall.cli.output import emit, has_terminal, json_option, say, tell, workspace
from recall.cli.table import one_line
from recall.environment import Options
from recall.i18n import _

if TYPE_CHECKING:
    from recall.core.model import Language
    from recall.editing.adding import Added, Alike
    from recall.workspace import Workspace

SIDES = ("front", "back")
SHOWN_QUESTION = 200
"""Cells of the question of a card that is alike."""


@click.command(
    "add",
    help=_(
        "Add a card to your own decks: from options, from YAML on stdin, or, without either, in a form. What is "
        "written makes the kind: {{c1::...}} in the front a cloze, lines `- [ ] wrong` and `- [x] right` a choice."
    ),
    epilog=_("Example: recall add --topic la.rank --front 'What is $1+1$?' --back 'Two.' --tag easy"),
)
@click.option("--topic", metavar="T", shell_complete=complete_topic, help=_("Topic, or deck of yours, it belongs to."))
@click.option("--deck", metavar="D", help=_("Deck of yours it belongs to; a new one is made."))
@click.option("--front", metavar=_("TEXT"), help=_("The question, in both languages unless one is named."))
@click.option("--back", metavar=_("TEXT"), help=_("The answer, or, of other kinds than basic, the explanation."))
@click.option("--front-zh", metavar=_("TEXT"), help=_("The question in Chinese."))
@click.option("--front-en", metavar=_("TEXT"), help=_("The question in English."))
@click.option("--back-zh", metavar=_("TEXT"), help=_("The answer in Chinese."))
@click.option("--back-en", metavar=_("TEXT"), help=_("The answer in English."))
@click.option("--answer", metavar=_("TEXT"), help=_("What has to be typed: a number, or a word."))
@click.option("--tag", "tags", multiple=True, metavar=_("TAG"), help=_("A tag."))
@click.option("--source", "sources", multiple=True, metavar="S", help=_("Where it comes from."))
@json_option
@click.pass_obj
def add_command(options: Options, /, topic: str | None, deck: str | None, as_json: bool, **given: Any) -> None:
    if topic is not None and deck is not None:
        raise click.UsageError(_("--topic and --deck name the same thing; give one of them"))
    texts = {name: text for name, text in given.items() if isinstance(text, str)}
    if not texts and has_terminal():
        from recall.tui.start import start

        start(options, lambda app: app.add_card(topic or deck, lambda _card: app.exit()))
        return
    with workspace(options) as opened:
        place = deck if deck is not None else _known_place(opened, topic)
        cards = [(place, _fields(texts, given))] if texts else _cards_of_stdin(opened, place)
        _add(opened, cards, as_json)


def _known_place(opened: Workspace, topic: str | None) -> str | None:
    from recall.editing.adding import existing_place

    return existing_place(opened, topic, _("--deck makes a new deck")) if topic is not None else None


def _fields(texts: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry. Raises DeckError for texts that make no card."""
    from recall.decks.sheet import Sheet, SheetError
    from recall.errors import DeckError

    sides = {side: _text(texts, side) for side in SIDES}
    sheet = Sheet(**sides, tags=given["tags"], source=given["sources"], is_basic=True)
    try:
        fields = sheet.fields()
    except SheetError as error:
        raise DeckError(str(error)) from None
    return {**fields, "answer": texts["answer"]} if "answer" in texts else fields


def _text(texts: Mapping[str, str], side: str) -> Any:
    """A side in its languages: the one without a language is in the language that is not named, or in both."""
    from recall.core.model import Text

    by_language: dict[Language, str | None] = {"zh": texts.get(f"{side}_zh"), "en": texts.get(f"{side}_en")}
    return Text(**{language: text or texts.get(side) for language, text in by_language.items()})


def _cards_of_stdin(opened: Workspace, place: str | None) -> list[tuple[str | None, dict[str, Any]]]:
    """Cards as YAML: one, a list of them, or a whole deck file. Raises DeckError."""
    from recall.decks.hostile import decode, harmless
    from recall.decks.yaml_tree import TreeError, read_tree
    from recall.errors import DeckError

    try:
        value = read_tree(harmless(decode(sys.stdin.buffer.read()))).value
    except TreeError as error:
        raise DeckError(_("stdin:{line}: {reason}").format(line=error.place[0], reason=error.message)) from None
    told = value if isinstance(value, dict) and "cards" in value else {}
    entries = told.get("cards") if told else value
    entries = entries if isinstance(entries, list) else [entries]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise DeckError(_("stdin holds no card; a card is a mapping such as `front: ...` and `back: ...`"))
    named = place or told.get("deck") or _known_place(opened, told.get("topic"))
    return [(entry.get("topic") if place is None and "topic" in entry else named, entry) for entry in entries]


def _add(opened: Workspace, cards: list[tuple[str | None, dict[str, Any]]], as_json: bool) -> None:
    from recall.editing.adding import Questions, add_cards, trial

    by_place: dict[str, list[dict[str, Any]]] = {}
    for place, fields in cards:
        if place is None:
            raise click.UsageError(_("say where the card belongs: --topic names a topic, --deck a deck of yours"))
        by_place.setdefault(place, []).append({name: part for name, part in fields.items() if name != "topic"})
    made = [trial(fields) for group in by_place.values() for fields in group]  # all of them, before one is written
    questions = Questions(opened)
    alike = [questions.like(card) for card in made]
    added = [one for place, group in by_place.items() for one in add_cards(opened, place, group)]
    _report(list(zip(added, alike, strict=True)), as_json)


def _report(added: list[tuple[Added, list[Alike]]], as_json: bool) -> None:
    for one, alike in added:
        for other in alike:
            message = _("{id} is like {other} ({path}:{line}): {question}")
            question = one_line(other.question, SHOWN_QUESTION)
            tell(message.format(id=one.id, other=other.id, path=other.path, line=other.line, question=question))
    if as_json:
        emit(
            [
                {"id": one.id, "path": str(one.path), "topic": one.place, "like": [other.id for other in alike]}
                for one, alike in added
            ]
        )
    else:
        for one, _alike in added:
            say(f"{one.id}  {one.path}")
