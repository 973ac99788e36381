"""Questions that are nearly the same."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from recall.core.bodies import LANGUAGES, Language, Output
from recall.core.cloze import filled
from recall.core.likeness import grams
from recall.decks.build import fingerprint
from recall.decks.problems import Problem
from recall.decks.standard.rules import Held, question_of
from recall.i18n import _

MOST_ALIKE = 0.6
"""Jaccard similarity of the character 5-grams of two questions, above which they are nearly the same."""
CONTRAST = "contrast"


def near_duplicates(cards: Sequence[Held]) -> Iterator[Problem]:
    """Questions that are the same as one before, or nearly so in a language and not both tagged as a contrast.

    The finding stands at the later card, once, and names the first that is like it.
    """
    reported: set[int] = set()
    for language in LANGUAGES:
        for later, earlier in _near({n: _grams(held, language) for n, held in enumerate(cards)}):
            findings = (found for n in earlier for found in _alike(cards[n], cards[later], language))
            if later not in reported and (finding := next(findings, None)):
                reported.add(later)
                yield finding


def _alike(one: Held, other: Held, language: Language) -> Iterator[Problem]:
    is_contrast = CONTRAST in one.card.tags and CONTRAST in other.card.tags
    if fingerprint(one.card.body) == fingerprint(other.card.body):
        message = _("the very question of {id}; delete one of the two").format(id=one.card.id)
        yield other.problem("duplicate-question", message, question_of(other.card))
    elif not is_contrast:
        message = _("nearly the same question as {id} ({language}); tag both `contrast`, or delete one")
        message = message.format(id=one.card.id, language=language)
        yield other.problem("near-duplicate", message, question_of(other.card))


def _grams(held: Held, language: Language) -> frozenset[str]:
    question = question_of(held.card)
    if question is None:
        return frozenset()
    text = filled(question.in_language(language))
    if isinstance(held.card.body, Output):
        text += held.card.body.code
    return grams(text)


def _near(grams: Mapping[int, frozenset[str]]) -> Iterator[tuple[int, Iterator[int]]]:
    """Each key with those before it whose sets are more alike to its own than MOST_ALIKE, to be looked at one by one.

    Such sets share one of their rarest grams, so only those are looked up (prefix filtering: Chaudhuri, Ganti and
    Kaushik 2006).
    """
    frequency = Counter(gram for found in grams.values() for gram in found)
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for key, found in grams.items():
        rarest = sorted(found, key=lambda gram: (frequency[gram], gram))
        prefix = rarest[: len(found) - math.ceil(MOST_ALIKE * len(found)) + 1]
        candidates = sorted({holder for gram in prefix for holder in holders[gram]})
        yield key, (n for n in candidates if _are_alike(found, grams[n]))
        for gram in prefix:
            holders[gram].append(key)


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return shared > MOST_ALIKE * (len(one) + len(other) - shared)
