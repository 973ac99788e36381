"""The proofs of the decks: `python -m tests.decks.prove [--missing] [--decks FOLDER] [WORD...]`.

Runs the proofs whose card id begins with one of the words (all without any) and prints what is wrong with them, then
how many cards of each stage and kind have one and what guessers make of the choices. `--decks` takes the cards from
another folder.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from recall.core.bodies import Kind
from recall.core.model import Card
from recall.decks.curriculum import load_curriculum
from recall.decks.folders import CURRICULUM_FILE, deck_files
from recall.decks.load import load_deck
from recall.environment import bundled_decks
from tests.decks.guessers import report
from tests.decks.proving import is_proved, proofs, shams

SLOW = 1.0
"""Seconds above which a proof is named: all of them together have one minute."""


@cache
def cards_of(*folders: Path) -> dict[str, Card]:
    """The cards of some folders by id."""
    files = [path for folder in folders for path in sorted(deck_files(folder))]
    return {located.card.id: located.card for path in files for located in load_deck(path).cards}


@cache
def _stages() -> Mapping[str, str]:
    """The stage of each topic."""
    curriculum = load_curriculum(bundled_decks() / CURRICULUM_FILE)
    return {topic.id: topic.stage for stage in curriculum.stages for topic in stage.topics}


def stage_of(card: Card) -> str:
    """The stage of a card's topic, empty for a topic that is in none."""
    return _stages().get(card.topic or "", "")


def fault(card: Card) -> str | None:
    """What is wrong with the proof of a card; None when it holds."""
    try:
        found = shams(proofs()[card.id], card)
    except Exception as error:
        return f"fails on the card as it is: {type(error).__name__}: {error}"
    return f"is a sham: {found[0]}" + (f" and {len(found) - 1} more" if found[1:] else "") if found else None


def timed_fault(card: Card) -> tuple[str | None, float]:
    """`fault`, and the seconds it took to find."""
    start = time.perf_counter()
    return fault(card), time.perf_counter() - start


def table(cards: Iterable[Card]) -> Iterator[str]:
    """Lines: stage, kind, cards, how many have a proof, the share."""
    cards = list(cards)
    total, proved = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for card in cards:
        for row in ((stage_of(card), card.kind.value), (stage_of(card), "all"), ("all", "all")):
            total[row] += 1
            proved[row] += is_proved(card)
    kinds = [*map(str, Kind), "all"]
    yield f"{'stage':<22} {'kind':<10} {'cards':>5} {'proved':>6} {'share':>6}"
    for stage, kind in sorted(total, key=lambda row: (row[0] == "all", row[0], kinds.index(row[1]))):
        count, held = total[stage, kind], proved[stage, kind]
        yield f"{stage:<22} {kind:<10} {count:>5} {held:>6} {held / count:>6.0%}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="prove", description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--decks", type=Path, action="append", help="take the cards from here")
    parser.add_argument("--missing", action="store_true", help="print the ids without a proof")
    options = parser.parse_args()
    cards = cards_of(*(options.decks or [bundled_decks()]))
    chosen = [card for card in cards.values() if card.id.startswith(tuple(options.words) or "")]
    if options.missing:
        sys.stdout.writelines(f"{card.id}  {card.kind}\n" for card in chosen if not is_proved(card))
        return 0
    faults = {card.id: timed_fault(card) for card in chosen if card.id in proofs()}
    for card_id, (said, seconds) in faults.items():
        sys.stdout.write(f"{card_id} {said}\n" if said else "")
        sys.stdout.write(f"{card_id} takes {seconds:.1f} s, with all its wrong cards\n" if seconds > SLOW else "")
    sys.stdout.writelines(f"{line}\n" for line in [*table(chosen), *report(chosen)])
    return int(any(said for said, _seconds in faults.values()))


if __name__ == "__main__":
    sys.exit(main())
