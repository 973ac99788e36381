"""Readers who know nothing: how far the wording of the choices takes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from recall.core.bodies import Choice, Language
from recall.core.cloze import filled
from recall.core.model import Card
from recall.decks.standard.choices import length

LANGUAGES: tuple[Language, ...] = ("zh", "en")
Lure = Callable[[Choice, Language], list[float]]
"""How much each option attracts the guesser, who picks the most attractive one."""


def choices_of(cards: Iterable[Card]) -> list[Choice]:
    """The choices with one right option."""
    bodies = [card.body for card in cards]
    return [body for body in bodies if isinstance(body, Choice) and not body.multiple]


def key_longest(choices: Sequence[Choice], language: Language) -> float:
    """In what part of the choices the key is longer than every other option."""
    return _mean(float(_best(_lengths(choice, language)) == [_key(choice)]) for choice in choices)


def key_positions(choices: Iterable[Choice]) -> Counter[int]:
    """How often the key stands first, second, ... in its file."""
    return Counter(_key(choice) + 1 for choice in choices)


def longest(choice: Choice, language: Language) -> list[float]:
    """Lured by length."""
    return _lengths(choice, language)


def echo(choice: Choice, language: Language) -> list[float]:
    """Lured by words of the question: words in English, pairs of characters in Chinese."""
    asked = _words(choice.front.in_language(language), language)
    return [float(len(asked & _words(option.text.in_language(language), language))) for option in choice.options]


GUESSERS: dict[str, Lure] = {"longest option": longest, "echo of the front": echo}


def score(choices: Sequence[Choice], language: Language, lure: Lure) -> float:
    """What part the guesser gets right; of options that attract alike it picks one at random."""
    return _mean((_key(choice) in (best := _best(lure(choice, language)))) / len(best) for choice in choices)


def report(cards: Iterable[Card]) -> Iterator[str]:
    """Lines for people."""
    choices = choices_of(cards)
    if not choices:
        return
    positions = key_positions(choices)
    shares = ", ".join(f"{language} {key_longest(choices, language):.0%}" for language in LANGUAGES)
    yield f"{len(choices)} choices, the key at place 1 to 4: {[positions[n] for n in range(1, 5)]}"
    yield f"the key is strictly longest: {shares}"
    for name, lure in GUESSERS.items():
        scores = ", ".join(f"{language} {score(choices, language, lure):.0%}" for language in LANGUAGES)
        yield f"a guesser scores by {name}: {scores}"


def _key(choice: Choice) -> int:
    return next(n for n, option in enumerate(choice.options) if option.correct)


def _lengths(choice: Choice, language: Language) -> list[float]:
    return [float(length(option, language)) for option in choice.options]


def _best(values: Sequence[float]) -> list[int]:
    return [n for n, value in enumerate(values) if value == max(values)]


def _words(text: str, language: Language) -> set[str]:
    if language == "en":
        return set(re.findall(r"\w+", filled(text).lower()))
    plain = re.sub(r"\s", "", filled(text))
    return {plain[n : n + 2] for n in range(len(plain) - 1)}


def _mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values) if values else 0.0
