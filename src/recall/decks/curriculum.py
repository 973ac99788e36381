"""curriculum.yaml and sources.yaml, as far as scheduling and checking need them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recall.core.curriculum import Curriculum, Stage, Topic
from recall.core.model import Text
from recall.decks.hostile import decode
from recall.decks.yaml_tree import TreeError, read_tree
from recall.errors import DeckError
from recall.i18n import _


def load_curriculum(path: Path) -> Curriculum:
    """Read a curriculum. Raises DeckError when it can't be read or a topic waits for itself."""
    document = _load(path)
    try:
        stages = tuple(_stage(stage) for stage in document["stages"])
    except (KeyError, TypeError, ValueError) as error:
        message = _("not a curriculum: {what!r} is missing or of the wrong type").format(what=error)
        raise DeckError(message, path) from None
    curriculum = Curriculum(stages, tuple(document.get("macros", {}).items()))
    if circle := next(_circles(curriculum), None):
        message = _("topics wait for each other: {circle}; remove one prerequisite")
        raise DeckError(message.format(circle=" -> ".join(circle)), path)
    return curriculum


def load_source_keys(path: Path) -> frozenset[str]:
    """The keys cards may cite. Raises DeckError when the registry can't be read."""
    document = _load(path)
    try:
        return frozenset(entry["key"] for group in ("sources", "books", "docs") for entry in document[group])
    except (KeyError, TypeError, ValueError) as error:
        message = _("not a list of sources: {what!r} is missing or of the wrong type").format(what=error)
        raise DeckError(message, path) from None


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that cards cite: what to call it, and where it is on the web."""

    title: str
    year: int | None = None
    url: str | None = None


def load_citations(path: Path) -> dict[str, Citation]:
    """The sources by their keys; empty when there is no registry. Raises DeckError when it can't be read."""
    if not path.is_file():
        return {}
    document = _load(path)
    entries = [entry for group in ("sources", "books", "docs") for entry in document.get(group) or ()]
    return {entry["key"]: _citation(entry) for entry in entries if "key" in entry and "title" in entry}


def _citation(entry: dict[str, Any]) -> Citation:
    title, year = str(entry["title"]), str(entry.get("year", ""))
    site = re.search(r"\(((?:[\w-]+\.)+(?:ai|com|io|org))\)", title)
    url = entry.get("url") or (f"https://{site[1]}" if site else None)
    if "arxiv" in entry:
        url = f"https://arxiv.org/abs/{entry['arxiv']}"
    elif url is None and "doi" in entry:
        url = f"https://doi.org/{entry['doi']}"
    return Citation(title, int(year) if year.isdecimal() else None, url)


def _load(path: Path) -> Any:
    try:
        return read_tree(decode(path.read_bytes())).value
    except OSError as error:
        raise DeckError(str(error.strerror), path) from None
    except TreeError as error:
        raise DeckError(error.message, path, *error.place) from None


def _stage(entry: dict[str, Any]) -> Stage:
    topics = tuple(_topic(topic, entry["id"]) for topic in entry["topics"])
    return Stage(entry["id"], int(entry["order"]), Text(entry["zh"], entry["en"]), topics)


def _topic(entry: dict[str, Any], stage: str) -> Topic:
    needs = tuple(entry.get("prerequisites", ()))
    return Topic(entry["id"], stage, Text(entry["zh"], entry["en"]), needs, int(entry.get("target_cards", 0)))


def _circles(curriculum: Curriculum) -> Iterator[list[str]]:
    """Chains of prerequisites that come back to where they began."""
    done: set[str] = set()

    def visit(topic: str, path: list[str]) -> Iterator[list[str]]:
        if topic in path:
            yield [*path[path.index(topic) :], topic]
        elif topic not in done and topic in curriculum.topics:
            for needed in curriculum.topics[topic].prerequisites:
                yield from visit(needed, [*path, topic])
            done.add(topic)

    for topic in curriculum.topics:
        yield from visit(topic, [])
