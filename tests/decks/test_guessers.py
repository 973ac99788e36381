"""The wording of the choices does not give the key away."""

from __future__ import annotations

import pytest

from recall.core.bodies import Choice, Language, Option, Text
from recall.environment import bundled_decks
from tests.decks.guessers import GUESSERS, LANGUAGES, choices_of, echo, key_longest, longest, score
from tests.decks.prove import cards_of

CHOICES = choices_of(cards_of(bundled_decks()).values())
ENOUGH = 40
"""Choices that make a share worth looking at."""
MOST_LONGEST = 0.30
MOST_GUESSED = 0.35

needs_choices = pytest.mark.skipif(len(CHOICES) < ENOUGH, reason=f"fewer than {ENOUGH} choices")


@needs_choices
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_key_is_seldom_the_longest(language: Language) -> None:
    assert key_longest(CHOICES, language) <= MOST_LONGEST


@needs_choices
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("guesser", GUESSERS)
def test_a_guesser_scores_little_above_chance(guesser: str, language: Language) -> None:
    assert score(CHOICES, language, GUESSERS[guesser]) < MOST_GUESSED


def choice(front: str, key: str, *others: str) -> Choice:
    options = [Option(Text(key, key), correct=True), *(Option(Text(other, other)) for other in others)]
    return Choice(Text(front, front), tuple(options))


def test_a_guesser_by_length_finds_a_longest_key_and_shares_what_is_as_long() -> None:
    choices = [choice("q", "long one", "short"), choice("q", "same", "long"), choice("q", "no", "longer")]
    assert score(choices, "en", longest) == pytest.approx(1.5 / 3)
    assert key_longest(choices, "en") == pytest.approx(1 / 3)


def test_a_guesser_by_echo_finds_a_key_with_words_of_the_question() -> None:
    echoed = choice("Which norm is smallest?", "the nuclear norm", "the trace")
    assert (score([echoed], "en", echo), score([choice("哪个范数最小？", "核范数", "迹")], "zh", echo)) == (1, 1)
