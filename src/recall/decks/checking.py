"""All that can be found in some folders of decks, in one go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from recall.core.curriculum import Curriculum
from recall.decks.craft import craft_problems
from recall.decks.lint import lint
from recall.decks.load import DeckFile
from recall.decks.problems import Problem
from recall.decks.programs import program_problems
from recall.decks.standard import standard_problems


def check_decks(
    folders: Sequence[Sequence[DeckFile]],
    curriculum: Curriculum,
    sources: Collection[str],
    *,
    held: Collection[Path] = (),
    run: Collection[Path] = (),
) -> list[Problem]:
    """Every finding of some folders that no comment ignores, ordered by place.

    Files that are `held` have to keep the standard of the bundled decks; the programs of those in `run` are run.
    """
    decks = [deck for folder in folders for deck in folder]
    strict = [deck for deck in decks if deck.path in held]
    problems = [
        *lint(folders, curriculum, sources),
        *craft_problems(decks, held),
        *standard_problems(strict),
        *program_problems(deck for deck in decks if deck.path in run),
    ]
    return _unignored(problems, decks)


def _unignored(problems: Iterable[Problem], decks: Iterable[DeckFile]) -> list[Problem]:
    ignored = {deck.path: deck.ignored for deck in decks}
    return sorted(problem for problem in set(problems) if problem not in ignored[problem.path])
