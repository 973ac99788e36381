"""Ids for cards that have none: readable, and the same on every machine, for they are made of the question."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain, count

from recall.core.bodies import Body
from recall.core.model import CardId
from recall.decks.build import fingerprint

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is read as another."""
LENGTH = 5
_LONGEST_NAME = 40


def new_id(body: Body, place: str, taken: Container[str]) -> CardId:
    """An id such as `la.rank-7kq2m`: the topic or deck, and letters made of the question.

    Not a running number: the decks that come with recall have those, and a later release would bring the same one.
    """
    letters = _in_letters(int(fingerprint(body).removeprefix("card-"), 16))
    name = slug(place)
    ids = (f"{name}-{letters[:length]}" for length in range(LENGTH, len(letters) + 1))
    further = (f"{name}-{letters}-{n}" for n in count(2))  # of a question that is asked again and again
    return next(CardId(found) for found in chain(ids, further) if found not in taken)


def slug(name: str) -> str:
    """A topic or the name of a deck as it may stand in an id or a file name."""
    words = re.sub(r"[^\w.-]+", "-", name).strip("-.").lower()[:_LONGEST_NAME].strip("-.")
    return words if re.match(r"\w", words) else "card"


def _in_letters(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, len(_LETTERS))
        letters += _LETTERS[digit]
    return letters.ljust(LENGTH, "0")
