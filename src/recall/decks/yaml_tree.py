"""YAML as a tree that knows its lines and columns, built from parser events.

Not `yaml.compose`: its recursion in C ends the process on deeply nested input. Scalars stay text here; what a
field means decides its type, so a card may say `back: no` or `back: 3` without quotes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from recall.decks.places import Place
from recall.i18n import _

MAX_DEPTH = 40
MAX_VALUES = 200_000
MAX_CHARACTERS = 8_000_000
"""Values of one file, and the length of all of them together, after aliases are followed."""

Path = tuple[str | int, ...]
"""Keys and indices that lead from the root to a value."""


class TreeError(ValueError):
    """A file, or a piece of one, can't be read as YAML."""

    def __init__(self, code: str, message: str, place: Place) -> None:
        super().__init__(message)
        self.code, self.message, self.place = code, message, place


@dataclass(slots=True)
class Tree:
    """Plain values (dict, list, str, None), the place of each, and keys that were given twice."""

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    ends: dict[Path, Place] = field(default_factory=dict)
    """Where each value ends: the place after its last character."""
    key_places: dict[Path, Place] = field(default_factory=dict)
    duplicate_keys: list[tuple[str, Place]] = field(default_factory=list)
    scalars: list[tuple[str, Place]] = field(default_factory=list)
    """Every text value, as it reads once YAML's escapes are resolved."""

    def place(self, path: Path) -> Place:
        """Where the value at `path` stands, or the nearest value above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def key_place(self, path: Path) -> Place:
        """Where the key of the value at `path` stands."""
        return self.key_places.get(path) or self.place(path)


@dataclass(slots=True)
class _Node:
    """A scalar, unless it has items or pairs."""

    place: Place
    end: Place
    is_alias: bool = False
    text: str | None = None
    items: list[_Node] | None = None
    pairs: list[tuple[str, Place, _Node]] | None = None


def read_tree(text: str, first_line: int = 1) -> Tree:
    """The one document in `text`, whose first line is line `first_line` of its file. Raises TreeError."""
    tree = Tree()
    try:
        root = _Composer(text, first_line).document()
    except yaml.MarkedYAMLError as error:
        raise _explained(error, first_line) from None
    except yaml.reader.ReaderError as error:
        message = _("not readable as YAML: {reason}").format(reason=error.reason)
        raise TreeError("yaml", message, (first_line, 1)) from None
    if root is not None:
        tree.value = _Unfolder(tree).unfold(root, ())
    return tree


class _Composer:
    """Events to nodes, with a limit on depth."""

    def __init__(self, text: str, first_line: int) -> None:
        self.loader = yaml.CSafeLoader(text)
        self.first_line = first_line
        self.anchors: dict[str, _Node] = {}
        self.last_end: Place = (first_line, 1)
        """Where the collection that was read last ends."""

    def document(self) -> _Node | None:
        self._next()  # stream start
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        root = self._node(self._next(), 0)
        self._next()  # document end
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise TreeError("yaml", _("a second document begins here; a deck file has one"), self._at(after))
        return root

    def _next(self) -> Any:
        return self.loader.get_event()

    def _node(self, event: Any, depth: int) -> _Node:
        place = self._at(event)
        if depth > MAX_DEPTH:
            raise TreeError("too-deep", _("nested more than {n} levels deep").format(n=MAX_DEPTH), place)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, place)
        if event.tag is not None and not event.tag.startswith("tag:yaml.org,2002:str") and event.tag != "!":
            message = _("YAML tag {tag} is not allowed; write plain text").format(tag=event.tag)
            raise TreeError("tag", message, place)
        node = _Node(place, self._end(event))
        if isinstance(event, yaml.ScalarEvent):
            is_null = not event.style and event.value in ("", "~", "null")
            node.text = None if is_null else event.value
        elif isinstance(event, yaml.SequenceStartEvent):
            node.items = list(self._items(depth))
            node.end = self.last_end if event.flow_style or not node.items else node.items[-1].end
        else:
            node.pairs = list(self._pairs(depth))
            node.end = self.last_end if event.flow_style or not node.pairs else node.pairs[-1][2].end
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _items(self, depth: int) -> Iterator[_Node]:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)
        self.last_end = self._end(event)

    def _pairs(self, depth: int) -> Iterator[tuple[str, Place, _Node]]:
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            place = self._at(event)
            if not isinstance(event, yaml.ScalarEvent):
                message = _("a key must be plain text; quote it if it begins with [ or {{").format()
                raise TreeError("yaml", message, place)
            yield event.value, place, self._node(self._next(), depth + 1)
        self.last_end = self._end(event)

    def _alias(self, event: Any, place: Place) -> _Node:
        if event.anchor not in self.anchors:
            message = _("alias *{name} has no anchor; quote a text that begins with *").format(name=event.anchor)
            raise TreeError("yaml", message, place)
        return replace(self.anchors[event.anchor], place=place, end=self._end(event), is_alias=True)

    def _at(self, event: Any) -> Place:
        return _place(event.start_mark, self.first_line)

    def _end(self, event: Any) -> Place:
        return _place(event.end_mark, self.first_line)


class _Unfolder:
    """Nodes to values and their places, with a limit on what aliases multiply."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.characters = 0

    def unfold(self, node: _Node, path: Path, used_at: tuple[Place, Place] | None = None) -> Any:
        """The value of a node. What stands in an alias has the place where the alias is used."""
        place, end = used_at or (node.place, node.end)
        used_at = (place, end) if node.is_alias else used_at
        self.tree.places[path], self.tree.ends[path] = place, end
        self._count(node, place)
        if node.pairs is not None:
            return self._mapping(node.pairs, path, used_at)
        if node.items is not None:
            return [self.unfold(item, (*path, n), used_at) for n, item in enumerate(node.items)]
        if node.text:
            self.tree.scalars.append((node.text, place))
        return node.text

    def _mapping(
        self, pairs: list[tuple[str, Place, _Node]], path: Path, used_at: tuple[Place, Place] | None
    ) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, key_place, node in pairs:
            place = used_at[0] if used_at else key_place
            if key in mapping:
                self.tree.duplicate_keys.append((key, place))
                continue
            self.tree.key_places[(*path, key)] = place
            mapping[key] = self.unfold(node, (*path, key), used_at)
        return mapping

    def _count(self, node: _Node, place: Place) -> None:
        self.characters += len(node.text or "")
        if len(self.tree.places) > MAX_VALUES:
            raise TreeError("too-large", _("more than {n} values").format(n=MAX_VALUES), place)
        if self.characters > MAX_CHARACTERS:
            message = _("more than {n} characters once aliases are followed").format(n=MAX_CHARACTERS)
            raise TreeError("too-large", message, place)


def _place(mark: Any, first_line: int) -> Place:
    return (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)


def _explained(error: yaml.MarkedYAMLError, first_line: int) -> TreeError:
    """libyaml's own words, which are English, in brackets; the advice is ours."""
    if (error.context or "").endswith("quoted scalar") and (error.problem or "").endswith("end of stream"):
        message = _("not valid YAML: this quotation mark is not closed")
        return TreeError("yaml", message, _place(error.context_mark, first_line))
    problem = (error.problem or _("not valid")).removesuffix("in this context").strip()
    advice = _("not valid YAML ({problem}); quote texts that contain ': ' or begin with a sign such as * & ! % @ `")
    return TreeError("yaml", advice.format(problem=problem), _place(error.problem_mark, first_line))
